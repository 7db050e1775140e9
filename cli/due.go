package cli

import (
	"encoding/json"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// dueSchema names the JSON of what is due.
const dueSchema = "stablehomes/due/1"

func (p *program) dueCommand() *cli.Command {
	return &cli.Command{
		Name:      "due",
		Usage:     "what runs out for placements made: approvals, temporary approvals, birthdays, expected ends",
		UsageText: "stablehomes due [--on DAY] [--days N]\nstablehomes due --on 2026-11-22 --days 56",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "on", Usage: "the `DAY` to look from (default today)"},
			&cli.IntFlag{Name: "days", Usage: "look `N` days ahead", Value: 28},
		},
		Action: p.due,
	}
}

func (p *program) due(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	on, err := onDay(c, care.DayOf(p.now))
	if err != nil {
		return err
	}
	if days := c.Int("days"); days < 0 || days > 36_600 {
		return usage("--days %d: from 0 to 36600", days)
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	due, err := eng.Due(c.Context, on, care.StartOf(on), c.Int("days"))
	if err != nil {
		return err
	}
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema string       `json:"schema"`
			On     care.Day     `json:"on"`
			Days   int          `json:"days"`
			Due    []engine.Due `json:"due"`
		}{dueSchema, on, c.Int("days"), due})
	}
	if len(due) == 0 {
		_, err := fmt.Fprintf(p.answers(), "Nothing runs out within %d days of %s.\n", c.Int("days"), on.Words())
		return err
	}
	rows := [][]string{}
	for _, d := range due {
		day := d.Day.Words()
		if d.Day < on {
			day += " (past)"
		}
		rows = append(rows, []string{day, string(d.Child), string(d.Home), d.What})
	}
	return report.Table(p.stdout, p.style(c), []string{"Day", "Child", "Home", "What"}, rows)
}
