package cli

import (
	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

func (p *program) factCommand() *cli.Command {
	return &cli.Command{
		Name:  "record-fact",
		Usage: "where children live since they were moved without approval, with what was missing",
		UsageText: "stablehomes record-fact --child ID --home ID --moved-at INSTANT --by NAME [--sign-off …]\n" +
			"stablehomes record-fact --child C-109 --home H-00315 --moved-at 2026-11-22T14:00:00Z --by \"A. Officer\" --why \"no other home answered\"\n" +
			"stablehomes record-fact --decision ID --sign-off \"RULE=NAME,ROLE,TIME,REF\" --by NAME   (sign-offs that came late)",
		Flags: append(append(placeFlags(), endingFlags()...),
			&cli.StringFlag{Name: "decision", Usage: "`ID` of a fact that is recorded, to which late sign-offs are added"}),
		Action: p.fact,
	}
}

func (p *program) fact(c *cli.Context) error {
	req, err := p.placeRequest(c)
	if err != nil {
		return err
	}
	if c.IsSet("decision") {
		return p.signOffLate(c, &req)
	}
	fact := engine.FactRequest{PlaceRequest: req, EndedEarly: endedEarly(c), Reason: c.String("reason")}
	return p.settle(c, factSchema, func(eng *engine.Engine) (*engine.Placed, error) { return eng.RecordFact(c.Context, fact) })
}

// whatHappened are the flags that tell a new fact.
var whatHappened = []string{"child", "group", "home", "bed", "hold", "on", "moved-at", "emergency", "why", "kind", "within", "type", "expected-end", "early", "reason"}

// signOffLate adds sign-offs to a fact that is recorded.
func (p *program) signOffLate(c *cli.Context, req *engine.PlaceRequest) error {
	for _, name := range whatHappened {
		if c.IsSet(name) {
			return usage("--decision adds sign-offs to what is recorded; --%s tells something new", name)
		}
	}
	if len(req.SignOffs) == 0 {
		return usage("--decision: which sign-off? --sign-off \"RULE=NAME,ROLE,TIME,REF\"")
	}
	late := engine.LateSignOffs{Decision: care.ID(c.String("decision")), SignOffs: req.SignOffs, By: req.By, At: req.At, Op: req.Op}
	return p.settle(c, factSchema, func(eng *engine.Engine) (*engine.Placed, error) { return eng.SignOffLate(c.Context, late) })
}
