package cli

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// endSchema names the JSON of a placement that was ended.
const endSchema = "stablehomes/end/1"

func (p *program) endCommand() *cli.Command {
	return &cli.Command{
		Name:  "end",
		Usage: "end a placement: the child leaves the home",
		UsageText: "stablehomes end --placement ID --by NAME [--on DAY] [--early] [--reason CODE]\n" +
			"stablehomes end --placement P-00001 --on 2026-11-30 --by \"A. Officer\"\n" +
			"stablehomes end --child C-120 --on 2026-11-30 --early --reason CREQB --by \"A. Officer\"",
		Description: "Say which placement: --placement, or --child for the one the child has.",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "placement", Usage: "`ID` of the placement"},
			&cli.StringFlag{Name: "child", Usage: "`ID` of the child whose placement is meant"},
			&cli.StringFlag{Name: "on", Usage: "first `DAY` on which the bed is free (default today)"},
			&cli.BoolFlag{Name: "early", Usage: "it ended before its plan did; --early=false says that it did not"},
			&cli.StringFlag{Name: "reason", Usage: "the SSDA903 `CODE` of the reason for the change, such as CREQB"},
		}, answerableFlags()...),
		Action: p.end,
	}
}

func (p *program) end(c *cli.Context) error {
	req := engine.EndRequest{Placement: care.ID(c.String("placement")), Child: care.ID(c.String("child")), Reason: c.String("reason"), Op: c.String("op")}
	var err error
	if req.By, req.At, err = p.answerable(c); err != nil {
		return err
	}
	if (req.Placement == "") == (req.Child == "") {
		return usage("which placement? --placement ID, or --child ID")
	}
	if req.On, err = onDay(c, care.DayOf(req.At)); err != nil {
		return err
	}
	req.Early = endedEarly(c)
	return p.change(c, endSchema, func(eng *engine.Engine) (any, func(io.Writer), error) {
		ended, err := eng.End(c.Context, req)
		return endedJSON(ended), func(w io.Writer) {
			fmt.Fprintf(w, "%s of %s in %s ends: %s is the first day its bed is free.\n", ended.ID, ended.Child, ended.Home, ended.End.Words())
		}, err
	})
}

// endedPlacement is what is written of a placement that was ended.
type endedPlacement struct {
	Placement  care.ID  `json:"placement"`
	Child      care.ID  `json:"child"`
	Home       care.ID  `json:"home"`
	Start      care.Day `json:"start"`
	End        care.Day `json:"end"`
	EndedEarly string   `json:"ended_early,omitempty"`
	Reason     string   `json:"reason,omitempty"`
	Journal    uint64   `json:"journal"`
}

func endedJSON(e *engine.Ended) *endedPlacement {
	if e == nil {
		return nil
	}
	return &endedPlacement{e.ID, e.Child, e.Home, e.Start, e.End, e.EndedEarly.String(), e.Reason, e.Journal}
}
