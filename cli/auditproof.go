package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

func (p *program) auditProof(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	req := engine.ProofRequest{Entry: c.Uint64("entry"), Decision: care.ID(c.String("decision")), WithRecord: c.Bool("with-record")}
	if (req.Entry == 0) == (req.Decision == "") {
		return usage("prove what? --decision ID or --entry N")
	}
	if req.WithRecord && req.Decision == "" {
		return usage("--with-record is about a decision: --decision ID is missing")
	}
	switch {
	case c.String("head") != "":
		head, err := readHead(c)
		if err != nil {
			return err
		}
		req.Within = &head.Head
	case c.String("verifier") != "":
		return usage("--verifier is about the signature of a head: --head FILE is missing")
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	proof, err := eng.AuditProof(c.Context, req)
	if err != nil {
		return err
	}
	text, err := json.Marshal(proof)
	if err != nil {
		return err
	}
	return p.deliver(c, string(text)+"\n", 0o600, engine.AuditProofSchema, func() any {
		return map[string]any{"entry": proof.Entry, "tree_size": proof.Size}
	}, fmt.Sprintf("%s shows entry %d to whoever has the head noted at entry %d.", c.String("out"), proof.Entry, proof.Size))
}

func (p *program) auditCheckProof(c *cli.Context) error {
	switch {
	case c.NArg() == 0:
		return usage("check what? stablehomes audit check-proof --head FILE PROOF")
	case c.NArg() > 1:
		return stray(c, c.Args().Get(1))
	case c.String("head") == "":
		return usage("--head FILE is missing: a proof says nothing without the head it is for")
	}
	head, err := readHead(c)
	if err != nil {
		return err
	}
	name := c.Args().First()
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	proof, err := engine.ReadAuditProof(content)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	entry, err := proof.Check(head.Head)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	decision, err := proof.Decision()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema    string              `json:"schema"`
			Head      uint64              `json:"head"`
			Signature bool                `json:"signature_verified"`
			Entry     engine.AuditEntry   `json:"entry"`
			Record    *engine.ProvenEntry `json:"record,omitempty"`
		}{auditProvenSchema, head.Number, head.Checked, entry, proof.Record})
	}
	return p.sayProven(c, &head, proof, &entry, decision)
}

func (p *program) sayProven(c *cli.Context, head *engine.NotedHead, proof *engine.AuditProof, entry *engine.AuditEntry, decision *care.Decision) error {
	says := fmt.Sprintf("Proven: entry %d is in the journal that ends with the head noted at entry %d.\n", entry.Number, head.Number)
	if head.Checked {
		says += "The head carries the signature asked for (" + head.Signers[0] + ").\n"
	}
	says += fmt.Sprintf("On %s %s ran: %s\nIt changed %s.\n", entry.When.UTC().Format(time.RFC3339), entry.Who, entry.Command, changedWords(entry))
	if r := proof.Record; r != nil {
		says += fmt.Sprintf("It wrote %s %s with the SHA-256 %x.\n", r.Kind, r.ID, r.SHA256)
	}
	if _, err := io.WriteString(p.answers(), says); err != nil || decision == nil {
		return err
	}
	return report.Decision(p.stdout, decision, p.style(c))
}
