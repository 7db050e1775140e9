package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// eraseSchema names the JSON of an erasure.
const eraseSchema = "stablehomes/child-erase/1"

func (p *program) childCommand() *cli.Command {
	return family("child", "the records of children",
		&cli.Command{
			Name: "erase", Usage: "erase all that is recorded of a child, once it need not be kept or if it was created in error",
			UsageText: "stablehomes child erase --child ID --by NAME --why WORDS [--created-in-error]\n" +
				"stablehomes child erase --child C-108 --by \"A. Officer\" --why \"entered twice\" --created-in-error",
			Flags: append([]cli.Flag{
				&cli.StringFlag{Name: "child", Usage: "`ID` of the child (required)"},
				&cli.StringFlag{Name: "why", Usage: "the reason, in `WORDS` that name nobody: they are kept (required)"},
				&cli.BoolFlag{Name: "created-in-error", Usage: "the record ought never to have been made; it is erased before the 75th birthday"},
			}, answerableFlags()...),
			Action: p.childErase,
		},
		p.childListCommand(), p.childShowCommand(), p.childSetCommand(),
	)
}

func (p *program) childErase(c *cli.Context) error {
	by, at, err := p.answerable(c)
	if err != nil {
		return err
	}
	req := engine.EraseRequest{
		Child: care.ID(c.String("child")), By: by, At: at, Op: c.String("op"),
		Why: strings.TrimSpace(c.String("why")), CreatedInError: c.Bool("created-in-error"),
	}
	switch {
	case req.Child == "":
		return usage("--child ID is missing: whose record")
	case req.Why == "":
		return usage("--why WORDS is missing: the reason is kept, so name nobody in it")
	}
	return p.change(c, eraseSchema, func(eng *engine.Engine) (any, func(io.Writer), error) {
		erased, err := eng.EraseChild(c.Context, req)
		return erased, func(w io.Writer) { writeErased(w, erased) }, err
	})
}

func writeErased(w io.Writer, e *engine.Erased) {
	fmt.Fprintf(w, "Erased what was recorded of %s: %d records and %d earlier ones, by journal entry %d. No file of the store holds them.\n",
		e.Child, e.Records, e.Earlier, e.Journal)
	fmt.Fprintf(w, "The journal keeps the id and the hashes. Exports, reports and backups made before are not reached from here.\n")
}
