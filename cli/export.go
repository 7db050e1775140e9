package cli

import (
	"bufio"
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

func (p *program) exportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "write homes, children, placements or a return in the format they are imported from",
		UsageText: "stablehomes export homes > homes.csv\n" +
			"stablehomes export --authority Leeds --out DIR ssda903",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "authority", Usage: "whose return, by `GSS` code or name"},
			&cli.StringFlag{Name: "out", Usage: "write the tables of the return to `DIR`"},
		},
		Action: p.export,
	}
}

func (p *program) export(c *cli.Context) (err error) {
	kind := engine.Kind(c.Args().First())
	switch {
	case kind == engine.SSDA903:
		return p.exportReturn(c)
	case c.IsSet("authority"), c.IsSet("out"):
		return usage("--authority and --out are for export ssda903")
	case kind != engine.Homes && kind != engine.Children && kind != engine.Placements:
		return usage("export what? stablehomes export homes, children, placements or ssda903")
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
