package cli

import (
	"encoding/json"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// retentionSchema names the JSON of what need not be kept any more.
const retentionSchema = "stablehomes/retention-due/1"

func (p *program) retentionCommand() *cli.Command {
	return family("retention", "how long records have to be kept",
		&cli.Command{
			Name: "due", Usage: "children's and carers' records that need not be kept any more",
			UsageText: "stablehomes retention due [--on DAY]\nstablehomes retention due --on 2099-01-01",
			Flags:     []cli.Flag{&cli.StringFlag{Name: "on", Usage: "the `DAY` to look from (default today)"}},
			Action:    p.retentionDue,
		},
	)
}

func (p *program) retentionDue(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	on, err := onDay(c, care.DayOf(p.now))
	if err != nil {
		return err
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	due, err := eng.RetentionDue(c.Context, on)
	if err != nil {
		return err
	}
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema string `json:"schema"`
			*engine.Retention
		}{retentionSchema, due})
	}
	return p.writeRetention(c, due)
}

func (p *program) writeRetention(c *cli.Context, due *engine.Retention) error {
	for _, u := range due.Unknown {
		if _, err := fmt.Fprintf(p.answers(), "%s: it is not known whether it has to be kept: %s\n", u.ID, u.Says); err != nil {
			return err
		}
	}
	if len(due.Due) == 0 {
		_, err := fmt.Fprintf(p.answers(), "Every record that is known of has to be kept beyond %s.\n", due.On.Words())
		return err
	}
	rows := [][]string{}
	for _, d := range due.Due {
		rows = append(rows, []string{d.Day.Words(), d.Kind, string(d.ID), d.Says, d.Citation})
	}
	return report.Table(p.stdout, p.style(c), []string{"From", "Record", "ID", "Why", "By"}, rows)
}
