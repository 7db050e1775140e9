package cli

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

func (p *program) exportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "write homes, children, placements, referrals or a return in the format they are imported from",
		UsageText: "stablehomes export [flags] KIND   (homes, children, placements, referral, standard or ssda903)\n" +
			"stablehomes export homes > homes.csv\n" +
			"stablehomes export --authority Leeds --out return ssda903\n" +
			"stablehomes export --child C-104 referral   (the Placements Data Standard v2, as JSON or with --csv)\n" +
			"stablehomes export --from 2026-04-01 --to 2027-03-31 standard   (the same with ActualPlacement of each placement that began)",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "authority", Usage: "whose return, by `GSS` code or name (required for ssda903)"},
			&cli.StringFlag{Name: "out", Usage: "write the tables of the return to `DIR` (required for ssda903)"},
			&cli.StringSliceFlag{Name: "child", Usage: "a referral or the standard of this child alone, by `ID`; again for more"},
			&cli.BoolFlag{Name: "csv", Usage: "referrals or the standard as a table"},
			&cli.StringFlag{Name: "on", Usage: "the standard, of placements that began by this `DAY` (default today)"},
			&cli.StringFlag{Name: "from", Usage: "the standard, of placements that began on this `DAY` or later"},
			&cli.StringFlag{Name: "to", Usage: "the standard, of placements that began on this `DAY` or earlier"},
		},
		Action: p.export,
	}
}

// butNot names what was asked for, if anything was.
func butNot(kind engine.Kind) string {
	if kind == "" {
		return ""
	}
	return fmt.Sprintf("; not %q", kind)
}

func (p *program) export(c *cli.Context) (err error) {
	kind := engine.Kind(c.Args().First())
	if err := standardFlags(c, kind); err != nil {
		return err
	}
	switch {
	case kind == engine.SSDA903:
		return p.exportReturn(c)
	case c.IsSet("authority"), c.IsSet("out"):
		return usage("--authority and --out are for export ssda903")
	case kind == engine.Referrals || kind == engine.Standard:
		return p.exportStandard(c, kind)
	case kind != engine.Homes && kind != engine.Children && kind != engine.Placements:
		return usage("export what? stablehomes export homes, children, placements, referral, standard or ssda903%s", butNot(kind))
	case c.NArg() > 1:
		return stray(c, c.Args().Get(1))
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, eng.Close()) }()
	out := bufio.NewWriter(p.stdout)
	if err := eng.Export(c.Context, kind, out); err != nil {
		return err
	}
	return out.Flush()
}
