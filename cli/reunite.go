package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// reuniteSchema names the JSON of the reunions.
const reuniteSchema = "stablehomes/reunite/1"

func (p *program) reuniteCommand() *cli.Command {
	return &cli.Command{
		Name:      "reunite",
		Usage:     "sibling groups that are split and could live together, by what they would gain",
		UsageText: "stablehomes reunite [--authority GSS] [--group ID] [--on DAY] [--limit N]\nstablehomes reunite --authority Leeds --on 2026-11-22 --limit 3",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "authority", Usage: "only groups for whom this authority, by `GSS` code or name, is responsible"},
			&cli.StringFlag{Name: "group", Usage: "only this sibling group, by `ID`"},
			&cli.StringFlag{Name: "on", Usage: "the `DAY` to look at (default today)"},
			&cli.IntFlag{Name: "limit", Usage: "show at most `N` reunions", Value: 20},
		},
		Action: p.reunite,
	}
}

func (p *program) reunite(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	req, err := p.reuniteRequest(c)
	if err != nil {
		return err
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	advance, finish := p.progressBar(c, "sibling groups")
	req.Progress = advance
	all, err := eng.Reunite(c.Context, req)
	finish(err)
	if err != nil {
		return err
	}
	found := len(all.Found)
	all.Found = all.Found[:min(found, c.Int("limit"))]
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema string `json:"schema"`
			Found  int    `json:"found"` // reunions, of which --limit shows the first
			*engine.Reunions
		}{reuniteSchema, found, all})
	}
	if err := p.writeReunions(c, all, req.On); err != nil || found <= len(all.Found) {
		return err
	}
	_, err = fmt.Fprintf(p.answers(), "The first %d of %d; --limit %d shows all of them.\n", len(all.Found), found, found)
	return err
}

func (p *program) reuniteRequest(c *cli.Context) (req engine.ReuniteRequest, err error) {
	if req.On, err = onDay(c, care.DayOf(p.now)); err != nil {
		return req, err
	}
	if c.Int("limit") < 1 {
		return req, usage("--limit %d: at least 1", c.Int("limit"))
	}
	req.Group, req.At = care.ID(c.String("group")), care.StartOf(req.On)
	if req.On == care.DayOf(p.now) {
		req.At = p.now // a hold that ran out this morning keeps nobody out
	}
	if c.String("authority") != "" {
		req.Authority, err = authority(c)
	}
	return req, err
}

func (p *program) writeReunions(c *cli.Context, all *engine.Reunions, on care.Day) error {
	if _, err := fmt.Fprintln(p.answers(), reunionsWords(all, on)); err != nil {
		return err
	}
	for i := range all.NoHome {
		if _, err := fmt.Fprintln(p.answers(), noReunionWords(&all.NoHome[i])); err != nil {
			return err
		}
	}
	if len(all.Found) == 0 {
		return nil
	}
	var rows [][]string
	for i := range all.Found {
		rows = append(rows, reunionRow(&all.Found[i]))
	}
	return report.Table(p.stdout, p.style(c), []string{"Group", "Home", "Gain", "Who would move", "Before placing"}, rows)
}

// reunionsWords counts the groups in a sentence.
func reunionsWords(all *engine.Reunions, on care.Day) string {
	groups := "1 sibling group"
	if all.Groups != 1 {
		groups = fmt.Sprintf("%d sibling groups", all.Groups)
	}
	says := fmt.Sprintf("%s looked at; living apart on %s: %d", groups, on.Words(), all.Separated)
	if len(all.NoHome) > 0 {
		says += fmt.Sprintf(", of whom no home takes all together: %d", len(all.NoHome))
	}
	return says + "."
}

// noReunionWords names a group that no home takes whole, and where to look on.
func noReunionWords(n *engine.NoReunion) string {
	if len(n.KeptApart) == 0 {
		return fmt.Sprintf("  %s: no home takes all of them; match --group %s says what stands in the way", n.Group, n.Group)
	}
	var pairs []string
	for _, p := range n.KeptApart {
		pairs = append(pairs, fmt.Sprintf("%s and %s", p[0], p[1]))
	}
	return fmt.Sprintf("  %s: to be kept apart: %s", n.Group, strings.Join(pairs, ", "))
}

func reunionRow(r *engine.Reunion) []string {
	home := []string{string(r.Home.Home), r.Home.Kind.Words()}
	for _, id := range r.Home.LivesHere {
		home = append(home, string(id)+" lives here")
	}
	var moves, signOffs []string
	for i := range r.Moves {
		moves = append(moves, moveWords(&r.Moves[i]))
	}
	for _, f := range r.SignOffs() {
		if word := f.Rule + ": " + f.Role; !slices.Contains(signOffs, word) {
			signOffs = append(signOffs, word)
		}
	}
	if len(signOffs) == 0 {
		signOffs = []string{"nothing outstanding"}
	}
	gain := fmt.Sprintf("%+.1f\nto %.1f", r.Gain.Float(), r.Score.Float())
	return []string{string(r.Group), strings.Join(home, "\n"), gain, strings.Join(moves, "\n"), strings.Join(signOffs, "\n")}
}

// moveWords says what a move would disrupt.
func moveWords(m *engine.Move) string {
	if m.From == "" {
		return string(m.Child) + ", placed nowhere"
	}
	lines := []string{string(m.Child) + " from " + string(m.From), "  there since " + m.Since.Words()}
	if m.SchoolMilesNow != nil && m.SchoolMilesThen != nil {
		lines = append(lines, fmt.Sprintf("  school %.1f miles away now, %.1f then", *m.SchoolMilesNow, *m.SchoolMilesThen))
	}
	return strings.Join(lines, "\n")
}
