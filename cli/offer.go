package cli

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// The schemas of a home's answers.
const (
	acceptSchema  = "stablehomes/accept/1"
	declineSchema = "stablehomes/decline/1"
)

func (p *program) acceptCommand() *cli.Command {
	return &cli.Command{
		Name:  "accept",
		Usage: "record that a home has said yes to the children of a hold",
		UsageText: "stablehomes accept --hold ID --by NAME [--home ID]\n" +
			"stablehomes accept --hold HOLD-18 --by \"A. Officer\" --why \"they can have the two rooms upstairs\"",
		Flags: append(append(heldFlags(),
			&cli.StringFlag{Name: "why", Usage: "the home's `WORDS`, if any"}), answerableFlags()...),
		Action: p.accept,
	}
}

func (p *program) declineCommand() *cli.Command {
	return &cli.Command{
		Name:  "decline",
		Usage: "record that a home has said no: its beds are free at once, the reason is kept",
		UsageText: "stablehomes decline --hold ID --by NAME --why WORDS [--home ID]\n" +
			"stablehomes decline --hold HOLD-19 --home H-00128 --by \"A. Officer\" --why \"full from Monday\"",
		Flags: append(append(heldFlags(),
			&cli.StringFlag{Name: "why", Usage: "the home's `WORDS` (required)"}), answerableFlags()...),
		Action: p.decline,
	}
}

// heldFlags name a hold, and one of its homes.
func heldFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "hold", Usage: "`ID` of the hold (required)"},
		&cli.StringFlag{Name: "home", Usage: "`ID` of one of its homes, where there are several"},
	}
}

// answer reads the flags of accept and decline.
func (p *program) answer(c *cli.Context) (req engine.AnswerRequest, err error) {
	req = engine.AnswerRequest{Hold: care.ID(c.String("hold")), Home: care.ID(c.String("home")), Why: c.String("why"), Op: c.String("op")}
	if req.By, req.At, err = p.answerable(c); err != nil {
		return req, err
	}
	if req.Hold == "" {
		return req, usage("which hold? --hold ID")
	}
	return req, nil
}

func (p *program) accept(c *cli.Context) error {
	req, err := p.answer(c)
	if err != nil {
		return err
	}
	return p.change(c, acceptSchema, func(eng *engine.Engine) (any, func(io.Writer), error) {
		held, err := eng.Accept(c.Context, req)
		return held, func(w io.Writer) { writeHeld(w, held) }, err
	})
}

func (p *program) decline(c *cli.Context) error {
	req, err := p.answer(c)
	if err != nil {
		return err
	}
	return p.change(c, declineSchema, func(eng *engine.Engine) (any, func(io.Writer), error) {
		freed, err := eng.Decline(c.Context, req)
		return freed, func(w io.Writer) { writeFreed(w, freed) }, err
	})
}

func writeFreed(w io.Writer, f *engine.Freed) {
	for _, b := range f.Beds {
		fmt.Fprintf(w, "%s lets go of %s for %s.\n", f.Hold, b.Home, words(b.Children))
	}
}
