package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// set changes columns of a record whose id stands in a flag of that name.
func (p *program) set(c *cli.Context, kind engine.Kind, subject, schema string) error {
	cells, err := cellsOf(c)
	if err != nil {
		return err
	}
	req := engine.SetRequest{Kind: kind, ID: care.ID(c.String(subject)), Cells: cells, Op: c.String("op")}
	if req.By, req.At, err = p.answering(c); err != nil {
		return err
	}
	if req.ID == "" {
		return usage("--%s ID is missing: whose record", subject)
	}
	return p.change(c, schema, func(eng *engine.Engine) (any, func(io.Writer), error) {
		done, err := eng.Set(c.Context, req)
		if err != nil {
			return nil, nil, p.refusedCell(req.ID, err)
		}
		if !isSet(c, "quiet") && !isSet(c, "json") {
			for _, w := range done.Warnings {
				fmt.Fprintln(p.remarks(), oneLine(fmt.Sprintf("note: %s: %s", req.ID, w)))
			}
		}
		return done, func(w io.Writer) { writeSet(w, done) }, nil
	})
}

// cellsOf are the arguments, of the form COLUMN=VALUE.
func cellsOf(c *cli.Context) ([]engine.Cell, error) {
	if c.NArg() == 0 {
		return nil, usage("%s what? COLUMN=VALUE, such as %s", strings.TrimPrefix(c.Command.HelpName, c.App.Name+" "), "languages=urdu")
	}
	var cells []engine.Cell
	for _, arg := range c.Args().Slice() {
		column, value, ok := strings.Cut(arg, "=")
		if strings.HasPrefix(arg, "-") {
			return nil, stray(c, arg)
		}
		if !ok {
			return nil, usage("%q is not COLUMN=VALUE; COLUMN= alone blanks it, and a value with spaces stands in quotation marks", arg)
		}
		cells = append(cells, engine.Cell{Column: column, Value: value})
	}
	return cells, nil
}

// refusedCell names a cell that was refused, as an import names that of a row.
func (p *program) refusedCell(id care.ID, err error) error {
	var refused *care.FieldError
	if !errors.As(err, &refused) {
		return err
	}
	fmt.Fprintln(p.remarks(), oneLine(fmt.Sprintf("%s: %s; nothing is changed", id, refused)))
	return errRejected
}

func writeSet(w io.Writer, done *engine.Set) {
	if len(done.Changed) == 0 {
		fmt.Fprintf(w, "%s is recorded so already; nothing is changed.\n", done.ID)
		return
	}
	fmt.Fprintf(w, "%s is changed, by journal entry %d:\n", done.ID, done.Journal)
	for _, c := range done.Changed {
		fmt.Fprintln(w, oneLine(fmt.Sprintf("  %s: %s → %s", c.Column, cmp.Or(c.From, blank), cmp.Or(c.To, blank))))
	}
}

// blank stands for a cell with nothing in it.
const blank = "(blank)"
