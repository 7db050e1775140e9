package cli

import (
	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

func (p *program) moveCommand() *cli.Command {
	return &cli.Command{
		Name:  "move",
		Usage: "end where children live and place them elsewhere, in one change",
		UsageText: "stablehomes move --child ID --home ID --by NAME [--early] [--reason CODE] [--on DAY] [--sign-off …] [--why WORDS]\n" +
			"stablehomes move --child C-140 --home H-00370 --early=false --reason CARPL --by \"A. Officer\" --why \"nearer to her aunt\"",
		Description: "Say who goes where, as place does: --hold, or --child or --group with --home, or --bed.",
		Flags:       append(placeFlags(), endingFlags()...),
		Action:      p.move,
	}
}

// endingFlags say how the placements end that a move ends.
func endingFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "early", Usage: "the placement that ends did so before its plan; --early=false says that it did not"},
		&cli.StringFlag{Name: "reason", Usage: "why it ended: the SSDA903 `CODE` of a change of placement, such as CARPL"},
	}
}

// endedEarly is what --early says; unknown where it is not there.
func endedEarly(c *cli.Context) care.Answer {
	switch {
	case !c.IsSet("early"):
		return care.Unknown
	case c.Bool("early"):
		return care.Yes
	}
	return care.No
}

func (p *program) move(c *cli.Context) error {
	req, err := p.placeRequest(c)
	if err != nil {
		return err
	}
	move := engine.MoveRequest{PlaceRequest: req, EndedEarly: endedEarly(c), Reason: c.String("reason")}
	return p.settle(c, moveSchema, func(eng *engine.Engine) (*engine.Placed, error) { return eng.Move(c.Context, move) })
}
