package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// audienceFlag says for whom a page is written.
func audienceFlag() cli.Flag {
	return &cli.StringFlag{Name: "audience", Usage: "for whom the page is: `WHO` is provider, panel or record (default panel)"}
}

// htmlFlag asks for a page on standard output or in a file.
func htmlFlag() cli.Flag {
	return &cli.GenericFlag{Name: "html", Value: &choice{}, Usage: "write one self-contained page; --html=FILE for a file"}
}

// audienceOf reads --audience. It says nothing without a page.
func audienceOf(c *cli.Context, page bool) (report.Audience, error) {
	word := c.String("audience")
	if word == "" {
		return report.PanelAudience, nil
	}
	if !page {
		return "", usage("--audience says for whom a page is written; ask for the page too")
	}
	a, ok := report.ParseAudience(word)
	if !ok {
		return "", usage("--audience %s: provider, panel or record", word)
	}
	return a, nil
}

// htmlOf reads --html: whether a page is asked for, and the file it goes to; empty
// for standard output.
func htmlOf(c *cli.Context) (file string, asked bool, err error) {
	switch word := c.Generic("html").(*choice).word; {
	case word == "" && c.IsSet("html"):
		return "", false, usage("--html= names no file")
	case word == "", word == "false":
		return "", false, nil
	case isSet(c, "json"):
		return "", false, usage("--json and --html are two forms of the same; give one")
	case word == alone:
		return "", true, nil
	default:
		return word, true, nil
	}
}

// writePage writes a page to a file that only its owner may read, or to standard
// output where no file is named.
func (p *program) writePage(c *cli.Context, name string, write func(io.Writer) error) error {
	if name == "" {
		return write(p.stdout)
	}
	if err := writeWhole(name, write); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if !isSet(c, "quiet") {
		fmt.Fprintf(p.stderr, "%s is written. It is about a child: only you can read it.\n", name)
	}
	return nil
}

// matchPage writes the matching record of a result to the file of --report.
func (p *program) matchPage(c *cli.Context, eng *engine.Engine, req engine.Request, res *engine.Result) error {
	name := c.String("report")
	if name == "" {
		return nil
	}
	audience, err := audienceOf(c, true)
	if err != nil {
		return err
	}
	scene, err := eng.Scene(c.Context, req, res)
	if err != nil {
		return err
	}
	return p.writePage(c, name, func(w io.Writer) error {
		return report.HTML(w, &report.Sheet{Asked: req, Result: res, Scene: scene, Audience: audience})
	})
}

// decisionPage writes the record of a decision as a page. Where a record that it
// rested on was erased since, it is written without that.
func (p *program) decisionPage(c *cli.Context, eng *engine.Engine, d *care.Decision, file string, a report.Audience) error {
	scene, err := eng.DecisionScene(c.Context, d)
	if err != nil && !errors.Is(err, engine.ErrErased) && !errors.Is(err, engine.ErrUnknown) {
		return err
	}
	return p.writePage(c, file, func(w io.Writer) error { return report.DecisionHTML(w, d, scene, a) })
}
