package cli

import (
	"io"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// releaseSchema names the JSON of a release.
const releaseSchema = "stablehomes/release/1"

func (p *program) releaseCommand() *cli.Command {
	return &cli.Command{
		Name:  "release",
		Usage: "let the beds of a hold go",
		UsageText: "stablehomes release --hold ID --by NAME [--home ID] [--why WORDS]\n" +
			"stablehomes release --hold HOLD-19 --by \"A. Officer\" --why \"placed elsewhere\"",
		Flags: append(append(heldFlags(),
			&cli.StringFlag{Name: "why", Usage: "`WORDS` for the journal"}), answerableFlags()...),
		Action: p.release,
	}
}

func (p *program) release(c *cli.Context) error {
	answer, err := p.answer(c)
	if err != nil {
		return err
	}
	req := engine.ReleaseRequest{Hold: answer.Hold, Home: care.ID(c.String("home")), Why: answer.Why, By: answer.By, At: answer.At, Op: answer.Op}
	return p.change(c, releaseSchema, func(eng *engine.Engine) (any, func(io.Writer), error) {
		freed, err := eng.Release(c.Context, req)
		return freed, func(w io.Writer) { writeFreed(w, freed) }, err
	})
}
