package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// audienceFlag says for whom a page is written.
func audienceFlag() cli.Flag {
	return &cli.StringFlag{Name: "audience", Usage: "for whom the page is: `WHO` is provider, panel or record (default panel); only with a page"}
}

// htmlFlag asks for a page on standard output or in a file.
func htmlFlag() cli.Flag {
	return &cli.GenericFlag{Name: "html", Value: &choice{}, Usage: "write one self-contained page, on standard output or with --html=`FILE` to a file"}
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

// printing is a page that is asked for.
type printing struct {
	asked    bool
	file     string // empty for standard output
	audience report.Audience
}

// printingOf reads --html and --audience of a command that has them.
func printingOf(c *cli.Context) (page printing, err error) {
	html, _ := c.Generic("html").(*choice)
	switch {
	case html == nil:
		return page, nil
	case html.word == "" && c.IsSet("html"):
		return page, usage("--html= names no file")
	case html.word != "" && html.word != "false":
		page.asked = true
	}
	if page.asked && isSet(c, "json") {
		return page, usage("--json and --html are two forms of the same; give one")
	}
	if page.asked && html.word != alone {
		if err := namesPage("html", html.word); err != nil {
			return page, err
		}
		page.file = html.word
	}
	page.audience, err = audienceOf(c, page.asked)
	return page, err
}

// namesPage refuses a file that by its name would be something else than a page.
func namesPage(flag, name string) error {
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".html", ".htm", "":
		return mayWrite(flag, name)
	default:
		return usage("--%s %s: what is written is HTML, so let the name end in .html; a browser prints it to PDF", flag, name)
	}
}

// writePage writes a page to a file that only its owner may read, or to standard
// output where no file is named.
func (p *program) writePage(c *cli.Context, name string, write func(io.Writer) error) error {
	if name == "" {
		return write(p.stdout)
	}
	if err := replaceOwn(name, "page of this program", report.IsPage, write); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if !isSet(c, "quiet") {
		fmt.Fprintf(p.remarks(), "%s is written. It is about a child: only you can read it.\n", name)
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
func (p *program) decisionPage(c *cli.Context, eng *engine.Engine, d *care.Decision, page printing) error {
	scene, err := eng.DecisionScene(c.Context, d)
	if err != nil && !errors.Is(err, engine.ErrErased) && !errors.Is(err, engine.ErrUnknown) {
		return err
	}
	return p.writePage(c, page.file, func(w io.Writer) error { return report.DecisionHTML(w, d, scene, page.audience) })
}
