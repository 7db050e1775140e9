package cli

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// The schemas of what the audit commands write.
const (
	auditLogSchema    = "stablehomes/audit-log/1"
	auditHeadSchema   = "stablehomes/audit-head/1"
	auditVerifySchema = "stablehomes/audit-verify/1"
	auditKeySchema    = "stablehomes/audit-keygen/1"
	auditProvenSchema = "stablehomes/audit-check-proof/1"
)

func (p *program) auditCommand() *cli.Command {
	return family("audit", "the journal of every change: read it, verify it, note its end, prove an entry of it",
		&cli.Command{
			Name: "log", Usage: "who changed what, when and by which command, oldest first",
			UsageText: "stablehomes audit log [--since N] [--limit N] [--child ID] [--home ID]\nstablehomes audit log --since 1 --child C-104",
			Flags: []cli.Flag{
				&cli.Uint64Flag{Name: "since", Usage: "from entry `N` on (default the newest entries)"},
				&cli.IntFlag{Name: "limit", Usage: "show at most `N` entries", Value: 50},
				&cli.StringFlag{Name: "child", Usage: "only what changed what is recorded of this child, by `ID`"},
				&cli.StringFlag{Name: "home", Usage: "only what changed this home and who lives or is awaited there, by `ID`"},
			},
			Action: p.auditLog,
		},
		&cli.Command{
			Name: "verify", Usage: "compare the whole journal with its tree, with every record and, if one is given, with a head noted earlier",
			UsageText: "stablehomes audit verify [--head FILE [--verifier KEY]]\nstablehomes audit verify --head head.txt   (as audit head has written it)",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "head", Usage: "`FILE` with a head noted earlier, which the journal must go on from"},
				verifierFlag(),
			},
			Action: p.auditVerify,
		},
		&cli.Command{
			Name: "head", Usage: "note the end of the journal, to keep elsewhere",
			UsageText: "stablehomes audit head [--out FILE] [--signing-key-file FILE]\nstablehomes audit head --out head.txt",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "out", Usage: "`FILE` to write, which must not be there yet (default standard output)"},
				&cli.StringFlag{Name: "signing-key-file", Usage: "`FILE` with the key to sign it with, as audit keygen makes one"},
			},
			Action: p.auditHead,
		},
		&cli.Command{
			Name: "proof", Usage: "a file that shows that a decision or an entry is in the journal, to whoever has a head",
			UsageText: "stablehomes audit proof --decision ID --out FILE [--with-record] [--head FILE]\nstablehomes audit proof --entry N --out FILE\nstablehomes audit proof --decision D-5 --out proof.json",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "decision", Usage: "`ID` of the decision to prove"},
				&cli.Uint64Flag{Name: "entry", Usage: "number `N` of the journal entry to prove"},
				&cli.StringFlag{Name: "out", Usage: "`FILE` to write, which must not be there yet (default standard output)"},
				&cli.BoolFlag{Name: "with-record", Usage: "put the record of the decision in the file, with all it says of the child"},
				&cli.StringFlag{Name: "head", Usage: "prove it for the head in this `FILE` (default the head of now)"},
				verifierFlag(),
			},
			Action: p.auditProof,
		},
		&cli.Command{
			Name: "check-proof", Usage: "check such a file with the head alone; no store is needed",
			UsageText: "stablehomes audit check-proof --head FILE [--verifier KEY] PROOF\nstablehomes audit check-proof --head head.txt proof.json",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "head", Usage: "`FILE` with the head (required)"},
				verifierFlag(),
			},
			Action: p.auditCheckProof,
		},
		&cli.Command{
			Name: "keygen", Usage: "make a key to sign heads with, and print the key that verifies them",
			UsageText: "stablehomes audit keygen --out FILE [--name NAME]\nstablehomes audit keygen --out signing.key --name leeds",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "out", Usage: "`FILE` for the signing key, which must not be there yet; keep it secret (required)"},
				&cli.StringFlag{Name: "name", Usage: "`NAME` of the key, without spaces", Value: "stablehomes"},
			},
			Action: p.auditKeygen,
		},
	)
}

func verifierFlag() cli.Flag {
	return &cli.StringFlag{Name: "verifier", Usage: "the head must be signed with the key that this verifier `KEY` belongs to"}
}

func (p *program) auditLog(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	if c.Int("limit") < 1 {
		return usage("--limit %d: at least 1", c.Int("limit"))
	}
	q := engine.AuditQuery{Since: c.Uint64("since"), Limit: c.Int("limit"), Child: care.ID(c.String("child")), Home: care.ID(c.String("home"))}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	entries, err := eng.AuditLog(c.Context, q)
	if err != nil {
		return err
	}
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema  string              `json:"schema"`
			Entries []engine.AuditEntry `json:"entries"`
		}{auditLogSchema, append([]engine.AuditEntry{}, entries...)})
	}
	if len(entries) == 0 {
		_, err := fmt.Fprintln(p.answers(), "No entry of the journal.")
		return err
	}
	rows := [][]string{}
	for i := range entries {
		e := &entries[i]
		rows = append(rows, []string{fmt.Sprint(e.Number), care.LondonTime(e.When).Format("2006-01-02 15:04:05"), e.Who, e.Command, changedWords(e)})
	}
	return report.Table(p.stdout, p.style(c), []string{"No.", "When (London)", "Who", "Command", "Changed"}, rows)
}

// fewChanges is how many records are named one by one.
const fewChanges = 4

// changedWords says what an entry changed: the records, or how many of each kind.
func changedWords(e *engine.AuditEntry) string {
	var words []string
	kinds := map[string]int{}
	for _, ch := range e.Changed {
		said := ch.Kind
		for i, id := range ch.IDs {
			said += [2]string{" ", "/"}[i] + string(id)
		}
		if ch.Deleted {
			said += " (deleted)"
		}
		words = append(words, said)
		kinds[ch.Kind]++
	}
	if len(words) > fewChanges {
		words = nil
		for _, ch := range e.Changed { // in order of key, so each kind comes once
			if n := kinds[ch.Kind]; n > 0 {
				words = append(words, fmt.Sprintf("%s: %d", ch.Kind, n))
			}
			delete(kinds, ch.Kind)
		}
	}
	if n := len(e.Erased); n > 0 {
		words = append(words, fmt.Sprintf("erased: %d", n))
	}
	return strings.Join(words, "; ")
}

func (p *program) auditKeygen(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	if c.String("out") == "" {
		return usage("--out FILE is missing: where the signing key is to be kept")
	}
	signing, verifying, err := engine.NewSigningKey(rand.Reader, c.String("name"))
	if err != nil {
		return usage("--name %s: %v", c.String("name"), err)
	}
	if err := create(c.String("out"), signing+"\n", 0o600); err != nil {
		return err
	}
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema   string `json:"schema"`
			File     string `json:"file"`
			Verifier string `json:"verifier"`
		}{auditKeySchema, c.String("out"), verifying})
	}
	_, err = fmt.Fprintln(p.answers(), verifying)
	return err
}

// family is a command that has others under it.
func family(name, what string, members ...*cli.Command) *cli.Command {
	var texts, names []string
	for _, m := range members {
		m.Flags = slices.Concat(m.Flags, globalFlags(false))
		m.OnUsageError, m.HideHelpCommand = onUsageError, true
		synopsis, _, _ := strings.Cut(m.UsageText, "\n") // the help of the member has the rest
		texts, names = append(texts, synopsis), append(names, "stablehomes "+name+" "+m.Name)
	}
	return &cli.Command{
		Name: name, Usage: what, UsageText: strings.Join(texts, "\n"), Subcommands: members,
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return usage("there is no %s %s; there is %s", name, c.Args().First(), strings.Join(names, ", "))
			}
			return usage("%s what? %s", name, strings.Join(names, ", "))
		},
	}
}
