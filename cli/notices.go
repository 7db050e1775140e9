package cli

import (
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

func (p *program) noticesCommand() *cli.Command {
	return &cli.Command{
		Name:  "notices",
		Usage: "draft the letters that a decision calls for",
		UsageText: "stablehomes notices --decision ID\n" +
			"stablehomes notices --decision D-5 --html=letters.html\n" +
			"stablehomes notices --decision D-5 --withhold \"parents=risk assessed on 20 November, T. Manager\"",
		Description: "Who is told: area-authority, child, parents, contact-order, previous-carers, health-body, gp, school.\n" +
			"Nothing is sent and nothing is stored.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "decision", Usage: "`ID` of the decision (required)"},
			&cli.StringSliceFlag{Name: "withhold", Usage: "do not tell somebody, because of a risk: `WHO=WHY`, or WHO/CHILD=WHY for one child; again for more"},
			&cli.StringFlag{Name: "on", Usage: "`DAY` that is on the draft (default today)"},
			htmlFlag(),
		},
		Action: p.notices,
	}
}

func (p *program) notices(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	page, err := printingOf(c)
	if err != nil {
		return err
	}
	req := engine.NoticesRequest{Decision: care.ID(c.String("decision"))}
	if req.Decision == "" {
		return usage("which decision? --decision ID")
	}
	if req.On, err = onDay(c, care.DayOf(p.now)); err != nil {
		return err
	}
	if req.Withhold, err = withheld(c); err != nil {
		return err
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	drafts, err := eng.Notices(c.Context, req)
	if err != nil {
		return err
	}
	switch {
	case page.asked:
		return p.writePage(c, page.file, func(w io.Writer) error { return report.NoticesHTML(w, drafts) })
	case isSet(c, "json"):
		return report.NoticesJSON(p.stdout, drafts)
	}
	return report.Notices(p.stdout, drafts, p.style(c))
}

// withheld reads WHO=WHY and WHO/CHILD=WHY. No recipient has a = or a / in its name.
func withheld(c *cli.Context) ([]care.Withheld, error) {
	var all []care.Withheld
	for _, text := range c.StringSlice("withhold") {
		whom, why, _ := strings.Cut(text, "=")
		who, child, one := strings.Cut(whom, "/")
		w := care.Withheld{Who: care.Recipient(care.Term(who)), Child: care.ID(child), Why: strings.TrimSpace(why)}
		if err := w.Validate(); err != nil {
			return nil, usage("--withhold %s: %v", text, err)
		}
		if one && child == "" {
			return nil, usage("--withhold %s: which child? WHO/CHILD=WHY", text)
		}
		all = append(all, w)
	}
	return all, nil
}
