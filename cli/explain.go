package cli

import (
	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

func (p *program) explainCommand() *cli.Command {
	return &cli.Command{
		Name:  "explain",
		Usage: "everything about one home for a child: each finding, each reason",
		UsageText: "stablehomes explain --child ID --home ID\n" +
			"stablehomes explain --child C-104 --home H-00053 --on 2026-11-22",
		Description: "Say for whom: --child, or --group, or --dob, --sex, --authority and --from together.",
		Flags: append(requestFlags(),
			&cli.StringFlag{Name: "home", Usage: "`ID` of the home (required)"},
		),
		Action: p.explain,
	}
}

func (p *program) explain(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	home := care.ID(c.String("home"))
	if home == "" {
		return usage("which home? --home ID")
	}
	req, err := p.request(c)
	if err != nil {
		return err
	}
	return p.ask(c, req, func(eng *engine.Engine, req engine.Request) error {
		explained, err := eng.Explain(c.Context, req, home)
		if err != nil {
			return err
		}
		if isSet(c, "json") {
			return report.ExplainJSON(p.stdout, explained)
		}
		return report.Explanation(p.stdout, explained, p.style(c))
	})
}
