package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

func (p *program) auditVerify(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	var noted *engine.NotedHead
	if c.String("head") != "" {
		head, err := readHead(c)
		if err != nil {
			return err
		}
		noted = &head
	} else if c.String("verifier") != "" {
		return usage("--verifier is about the signature of a head: --head FILE is missing")
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	if noted != nil {
		if err := eng.AuditExtends(c.Context, noted.Head); err != nil {
			return err
		}
	}
	advance, finish := p.progressBar(c, "entries and records")
	checked, err := eng.Check(c.Context, advance)
	finish(err)
	if err != nil {
		return err
	}
	if isSet(c, "json") {
		err = p.writeVerified(c, noted, checked)
	} else {
		err = p.sayVerified(noted, checked)
	}
	return errors.Join(err, foundErr(checked))
}

func (p *program) writeVerified(_ *cli.Context, noted *engine.NotedHead, checked engine.Checked) error {
	out := struct {
		Schema string `json:"schema"`
		checkedJSON
		Noted *notedJSON `json:"noted,omitempty"`
	}{Schema: auditVerifySchema, checkedJSON: jsonOf(checked)}
	if noted != nil {
		out.Noted = &notedJSON{noted.Number, noted.Root.String(), append([]string{}, noted.Signers...), noted.Checked}
	}
	return json.NewEncoder(p.stdout).Encode(out)
}

type notedJSON struct {
	Number    uint64   `json:"number"`
	Root      string   `json:"root"`
	SignedBy  []string `json:"signed_by"`
	Signature bool     `json:"signature_verified"`
}

func (p *program) sayVerified(noted *engine.NotedHead, checked engine.Checked) error {
	if noted != nil {
		if _, err := fmt.Fprintln(p.answers(), notedWords(noted)); err != nil {
			return err
		}
	}
	return p.sayChecked(checked)
}

// notedWords says that the journal goes on from a head, and whose that is.
func notedWords(noted *engine.NotedHead) string {
	says := fmt.Sprintf("The journal goes on from the head noted at entry %d: nothing up to there was changed or lost.", noted.Number)
	switch {
	case noted.Checked:
		says += " That head carries the signature asked for (" + noted.Signers[0] + ")."
	case len(noted.Signers) > 0:
		says += " It says that it is signed by " + strings.Join(noted.Signers, ", ") + "; without --verifier that was not checked."
	default:
		says += " That head is not signed."
	}
	return says
}

// readHead reads the file of --head.
func readHead(c *cli.Context) (engine.NotedHead, error) {
	file := c.String("head")
	content, err := os.ReadFile(file)
	if err != nil {
		return engine.NotedHead{}, err
	}
	head, err := engine.ReadHead(content, c.String("verifier"))
	if err != nil {
		err = fmt.Errorf("%s: %w", file, err)
	}
	return head, err
}

func (p *program) auditHead(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	key, err := readKey(c.String("signing-key-file"))
	if err != nil {
		return err
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	head, err := eng.AuditHead(c.Context)
	if err != nil {
		return err
	}
	text := engine.FormatHead(head)
	if key != "" {
		if text, err = engine.SignHead(head, key); err != nil {
			return fmt.Errorf("%s: %w", c.String("signing-key-file"), err)
		}
	}
	return p.deliver(c, string(text), 0o644, auditHeadSchema, func() any {
		return map[string]any{"number": head.Number, "root": head.Root.String(), "signed": key != ""}
	}, fmt.Sprintf("The journal ends at entry %d. Keep %s where whoever can write to the store cannot change it.", head.Number, c.String("out")))
}

// readKey is the content of a key file; empty where none is named.
func readKey(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	content, err := os.ReadFile(file)
	return strings.TrimSpace(string(content)), err
}

// deliver writes a text to --out, and says so in a sentence or as JSON, or to
// standard output where --out is not given.
func (p *program) deliver(c *cli.Context, text string, mode os.FileMode, schema string, facts func() any, says string) error {
	out := c.String("out")
	if out == "" {
		_, err := io.WriteString(p.stdout, text)
		return err
	}
	if err := create(out, text, mode); err != nil {
		return err
	}
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema string `json:"schema"`
			File   string `json:"file"`
			Facts  any    `json:"of"`
		}{schema, out, facts()})
	}
	_, err := fmt.Fprintln(p.answers(), says)
	return err
}

// create writes a file that must not be there yet: a head that was noted, or a
// key, is never replaced by accident.
func create(name, content string, mode os.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return keptAsIs(err)
	}
	_, err = f.WriteString(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		err = errors.Join(err, os.Remove(name)) // half of it would be in the way of the next try
	}
	return err
}

// keptAsIs says what to do where a file is there already.
func keptAsIs(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w; it is kept as it is: name another, or remove it first", err)
	}
	return err
}
