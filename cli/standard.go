package cli

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// standardFlags refuses the flags of the standard for anything else.
func standardFlags(c *cli.Context, kind engine.Kind) error {
	for _, flag := range []string{"child", "csv", "from", "to", "on"} {
		days := flag == "from" || flag == "to" || flag == "on"
		switch {
		case !c.IsSet(flag), kind == engine.Standard, kind == engine.Referrals && !days:
		case days:
			return usage("--%s is for export standard", flag)
		default:
			return usage("--%s is for export referral and export standard", flag)
		}
	}
	return nil
}

// exportStandard writes referrals, or the standard with the placements, and says
// what the standard wants and nobody has recorded.
func (p *program) exportStandard(c *cli.Context, kind engine.Kind) (err error) {
	if c.NArg() > 1 {
		return stray(c, c.Args().Get(1))
	}
	req := engine.StandardExport{Kind: kind, CSV: c.Bool("csv")}
	for _, id := range c.StringSlice("child") {
		req.Children = append(req.Children, care.ID(id))
	}
	if err := dayFlags(c, &req); err != nil {
		return err
	}
	if req.On == 0 {
		req.On = care.DayOf(p.now)
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, eng.Close()) }()
	out := bufio.NewWriter(p.stdout)
	done, err := eng.ExportStandard(c.Context, req, out)
	if err := errors.Join(err, out.Flush()); err != nil {
		return err
	}
	p.missing(c, done)
	return nil
}

func (p *program) missing(c *cli.Context, done *engine.ExportedStandard) {
	if isSet(c, "quiet") {
		return
	}
	for _, m := range done.Missing {
		who := string(m.Child)
		if m.Placement != "" {
			who += ", placement " + string(m.Placement)
		}
		fmt.Fprintf(p.stderr, "note: %s: the standard asks for these and they are not recorded: %s\n", who, strings.Join(m.Fields, ", "))
	}
}

// dayFlags reads the days that bound the placements.
func dayFlags(c *cli.Context, req *engine.StandardExport) (err error) {
	for _, f := range []struct {
		name string
		day  *care.Day
	}{{"on", &req.On}, {"from", &req.From}, {"to", &req.To}} {
		if *f.day, err = dayOf(c, f.name, 0); err != nil {
			return err
		}
	}
	if req.From != 0 && req.To != 0 && req.To < req.From {
		return usage("--from %s is later than --to %s", req.From, req.To)
	}
	return nil
}
