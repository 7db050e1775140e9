package cli

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// What is shown is for the team that keeps the records, so full postcodes and names
// of contacts are in it. What leaves the team is a page for an audience.

func (p *program) homeShow(c *cli.Context) error {
	return show(p, c, homeShowSchema, "home", func(eng *engine.Engine, id care.ID, on care.Day, at time.Time) (*engine.HomeShown, error) {
		return eng.ShowHome(c.Context, id, on, at)
	}, p.writeHome)
}

func (p *program) childShow(c *cli.Context) error {
	return show(p, c, childShowSchema, "child", func(eng *engine.Engine, id care.ID, on care.Day, at time.Time) (*engine.ChildShown, error) {
		return eng.ShowChild(c.Context, id, on, at)
	}, p.writeChild)
}

// show writes the record whose id stands in a flag of that name.
func show[S any](p *program, c *cli.Context, schema, subject string,
	read func(*engine.Engine, care.ID, care.Day, time.Time) (*S, error), write func(*cli.Context, *S) error) error {
	on, at, err := p.asOf(c)
	if err != nil {
		return err
	}
	id := care.ID(c.String(subject))
	if id == "" {
		return usage("which %s? --%s ID", subject, subject)
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	shown, err := read(eng, id, on, at)
	if err != nil {
		return err
	}
	if isSet(c, "json") {
		return writeWithSchema(p.stdout, schema, shown)
	}
	return write(c, shown)
}

func (p *program) writeHome(c *cli.Context, h *engine.HomeShown) error {
	if err := p.writeRow(c, h.ID, h.Record, h.Journal); err != nil {
		return err
	}
	var lives, declines [][]string
	for _, s := range h.Lives {
		lives = append(lives, []string{string(s.Child), s.Start.Words(), dayOrNone(s.ExpectedEnd), dayOrNone(s.End), string(s.Placement)})
	}
	for _, d := range h.Declines {
		declines = append(declines, []string{string(d.Hold), words(d.Children), care.InstantWords(d.At), d.By, d.Why})
	}
	if err := p.section(c, "Who lives there, or is to move in", []string{"Child", "Since", "Expected to leave", "Leaves", "Placement"}, lives); err != nil {
		return err
	}
	if err := p.holds(c, h.Holds); err != nil {
		return err
	}
	return p.section(c, "Declines", []string{"Hold", "Children", "When", "Brought by", "Why"}, declines)
}

func (p *program) writeChild(c *cli.Context, child *engine.ChildShown) error {
	for _, cell := range child.Record {
		if cell.Column != "wishes" {
			continue
		}
		if _, err := fmt.Fprintf(p.answers(), "%s says: “%s”\n\n", child.ID, cell.Value); err != nil {
			return err
		}
	}
	if err := p.writeRow(c, child.ID, child.Record, child.Journal); err != nil {
		return err
	}
	var placements, decisions [][]string
	for _, s := range child.Placements {
		placements = append(placements, []string{string(s.Placement), string(s.Home), s.Start.Words(), dayOrNone(s.ExpectedEnd), endedWords(s)})
	}
	for _, d := range child.Decisions {
		decisions = append(decisions, []string{string(d.Decision), string(d.Kind), d.On.Words(), care.InstantWords(d.At)})
	}
	if err := p.section(c, "Placements", []string{"Placement", "Home", "From", "Expected end", "Ended"}, placements); err != nil {
		return err
	}
	if err := p.holds(c, child.Holds); err != nil {
		return err
	}
	return p.section(c, "Decisions", []string{"Decision", "Kind", "For", "Recorded"}, decisions)
}

// writeRow writes what is recorded in the columns of a record.
func (p *program) writeRow(c *cli.Context, id care.ID, record engine.Row, journal uint64) error {
	rows := make([][]string, len(record))
	for i, cell := range record {
		rows[i] = []string{cell.Column, cell.Value}
	}
	if _, err := fmt.Fprintf(p.answers(), "%s, as recorded up to journal entry %d:\n", id, journal); err != nil {
		return err
	}
	return report.Table(p.stdout, p.style(c), []string{"Column", "Recorded"}, rows)
}

func (p *program) holds(c *cli.Context, holds []engine.HoldShown) error {
	var rows [][]string
	for _, h := range holds {
		until := care.InstantWords(h.Until)
		if h.RanOut {
			until += "\n(it has run out)"
		}
		rows = append(rows, []string{string(h.Hold), string(h.Home), words(h.Children), h.From.Words(), until, h.By, string(h.Offer)})
	}
	return p.section(c, "Holds", []string{"Hold", "Home", "Children", "From", "Until", "By", "Offer"}, rows)
}

// section writes a table under a title, or that there is nothing of the kind.
func (p *program) section(c *cli.Context, title string, header []string, rows [][]string) error {
	says := "\n" + title + ":\n"
	if len(rows) == 0 {
		says = "\n" + title + ": none.\n"
	}
	if _, err := fmt.Fprint(p.answers(), says); err != nil || len(rows) == 0 {
		return err
	}
	return report.Table(p.stdout, p.style(c), header, rows)
}

func dayOrNone(d care.Day) string {
	if d == 0 {
		return ""
	}
	return d.Words()
}

// endedWords says when a placement ended, whether that was early, and why.
func endedWords(s engine.PlacementShown) string {
	says := dayOrNone(s.End)
	if s.EndedEarly == care.Yes.String() {
		says += ", early"
	}
	if s.Reason != "" {
		says += " (" + s.Reason + ")"
	}
	return says
}
