package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

// unfolded is the record of a decision with what is packed in it unpacked.
type unfolded struct {
	*care.Decision
	result *match.Result
	chosen []match.Candidate // in the order of Chosen
}

func unfold(d *care.Decision) (*unfolded, error) {
	all := &unfolded{Decision: d, result: new(match.Result)}
	if err := d.Result.UnpackJSON(all.result); err != nil {
		return nil, fmt.Errorf("decision %s: the shortlist: %w", d.ID, err)
	}
	if err := d.Findings.UnpackJSON(&all.chosen); err != nil {
		return nil, fmt.Errorf("decision %s: what was found: %w", d.ID, err)
	}
	if all.result.Counts == nil {
		return nil, fmt.Errorf("decision %s: the shortlist has no counts", d.ID)
	}
	if len(all.chosen) != len(d.Chosen) {
		return nil, fmt.Errorf("decision %s: %d homes were chosen and %d judged", d.ID, len(d.Chosen), len(all.chosen))
	}
	return all, nil
}

// Decision writes the record of a decision for people: the children's words, who
// chose what and why, who approved it and what was missing, then what the rules
// said of the choice, the shortlist and the exclusions as they were. The error is
// that of writing, or of a record that does not unpack.
func Decision(w io.Writer, d *care.Decision, s Style) error {
	all, err := unfold(d)
	if err != nil {
		return err
	}
	var out strings.Builder
	writeWishes(&out, &all.result.Head)
	writeReferral(&out, &all.result.Head)
	all.writeChoice(&out)
	all.writeSignOffs(&out, s)
	all.writeBreaches(&out, s)
	for i := range all.chosen {
		fmt.Fprintf(&out, "\nWhat the rules said of %s:\n%s\n", all.chosen[i].Home, findings(all.chosen[i].Findings, s))
	}
	all.writeShortlist(&out, s)
	all.writeBasis(&out)
	return write(w, out.String(), s)
}

// Choice writes the first lines of a decision: who is where from when, and what is
// still missing.
func Choice(w io.Writer, d *care.Decision, s Style) error {
	all, err := unfold(d)
	if err != nil {
		return err
	}
	var out strings.Builder
	all.writeChoice(&out)
	all.writeBreaches(&out, s)
	return write(w, out.String(), s)
}

// verbs say what a decision did.
var verbs = map[care.DecisionKind]string{
	care.PlaceDecision: "placed", care.MoveDecision: "moved", care.FactDecision: "recorded as it had happened; this is not an approved placement",
}

func (d *unfolded) writeChoice(out *strings.Builder) {
	fmt.Fprintf(out, "Decision %s: %s.\n", d.ID, verbs[d.Kind])
	for i, c := range d.Chosen {
		home := &d.chosen[i]
		where := fmt.Sprintf("in %s (%s, %s)", c.Home, home.Kind.Words(), strings.ReplaceAll(place(home.Authority, home.PostcodeSector), "\n", " "))
		if moved := c.Moved(); len(moved) > 0 {
			fmt.Fprintf(out, "  %s %s from %s", listIDs(moved), where, d.Asked.On.Words())
			if len(c.Placements) > 0 {
				fmt.Fprintf(out, ": %s", listIDs(c.Placements))
			}
			out.WriteString(".\n")
		}
		if len(c.Stayed) > 0 {
			stay := "stays"
			if len(c.Stayed) > 1 {
				stay = "stay"
			}
			fmt.Fprintf(out, "  %s %s %s.\n", listIDs(c.Stayed), stay, where)
		}
	}
	if len(d.Ended) > 0 {
		fmt.Fprintf(out, "Ended: %s.\n", listIDs(d.Ended))
	}
	fmt.Fprintf(out, "Chosen by %s, recorded at %s%s.\n", d.By, care.InstantWords(d.At), d.circumstances())
	fmt.Fprintf(out, "%s.\n", d.standing())
	if d.Why != "" {
		fmt.Fprintf(out, "Why: %s\n", d.Why)
	}
}

// circumstances are those of an emergency and of a move that came first.
func (d *unfolded) circumstances() string {
	says := ""
	if d.Asked.Emergency {
		says += "; an emergency"
	}
	if !d.MovedAt.IsZero() {
		says += "; moved at " + care.InstantWords(d.MovedAt)
	}
	return says
}

// standing says where the choice stood.
func (d *unfolded) standing() string {
	switch {
	case d.Rank == 0 && len(d.Chosen) > 1:
		return "Not one of the best ways to split them"
	case len(d.Chosen) > 1:
		return fmt.Sprintf("Number %d of the best ways to split them", d.Rank)
	case d.Rank == 0:
		return "Not one of the homes that could be offered"
	}
	return fmt.Sprintf("Number %d of the %d that could be offered", d.Rank, d.result.Eligible)
}

func (d *unfolded) writeSignOffs(out *strings.Builder, s Style) {
	if len(d.SignOffs) > 0 {
		t := newTable(s, "Rule", "Signed off by", "When", "Reference")
		for i := range d.SignOffs {
			g := &d.SignOffs[i]
			when := care.InstantWords(g.At)
			if late := d.Late(g); late > 0 {
				when += "\nlate by " + span(late)
			}
			t.AppendRow(table.Row{g.Rule, g.Name + "\n" + g.Role, when, g.Ref})
		}
		fit(t, s, ruleColumn+13, "Signed off by", "When", "Reference")
		fmt.Fprintf(out, "\nSign-offs:\n%s\n", t.Render())
	}
	for _, a := range d.Acceptances {
		fmt.Fprintf(out, "%s accepted at %s (hold %s, recorded by %s).\n", a.Home, care.InstantWords(a.At), a.Hold, a.By)
	}
}

// span is a length of time in whole days and hours, or in minutes where it is less
// than an hour.
func span(d time.Duration) string {
	days, hours := int(d/(24*time.Hour)), int(d%(24*time.Hour)/time.Hour)
	switch {
	case days == 0 && hours == 0:
		return counted(int((d+time.Minute-1)/time.Minute), "minute")
	case days == 0:
		return counted(hours, "hour")
	case hours == 0:
		return counted(days, "day")
	}
	return counted(days, "day") + " and " + counted(hours, "hour")
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func (d *unfolded) writeBreaches(out *strings.Builder, s Style) {
	if d.Kind != care.FactDecision {
		return
	}
	if len(d.Breaches) == 0 {
		out.WriteString("\nNothing was missing when it happened.\n")
		return
	}
	t := newTable(s, "What", "Rule", "Because", "Since then")
	for i := range d.Breaches {
		b := &d.Breaches[i]
		rule := b.Rule
		if rule == b.Verdict { // no rule asks for it
			rule = ""
		}
		t.AppendRow(table.Row{b.Verdict, strings.TrimSpace(rule + "\n" + string(b.Child)), b.Says, d.since(b)})
	}
	fit(t, s, ruleColumn+len("acceptance")+13, "Because", "Since then")
	fmt.Fprintf(out, "\nBreaches:\n%s\n", t.Render())
}

// since is what has become of a breach.
func (d *unfolded) since(b *care.Breach) string {
	g, answered := d.Answer(b)
	switch {
	case answered:
		return fmt.Sprintf("signed off by %s, late by %s", g.Name, span(d.Late(&g)))
	case b.Role != "":
		return "outstanding: " + b.Role
	}
	return "outstanding"
}

func (d *unfolded) writeShortlist(out *strings.Builder, s Style) {
	fmt.Fprintf(out, "\nThe shortlist as it was. %s considered.\n", homes(d.result.Considered))
	if len(d.result.Candidates) > 0 {
		out.WriteString(shortlist(d.result, s) + "\n")
	} else {
		out.WriteString("No home could be offered.\n")
	}
	writeCounts(out, d.result.Counts)
	writeSplits(out, d.result, s)
	writeFootnotes(out, &d.result.Head)
}

func (d *unfolded) writeBasis(out *strings.Builder) {
	fmt.Fprintf(out, "Judged as of journal entry %d, by rulebook %s and policy %s.\n", d.Judged, d.Rulebook, d.result.Policy)
	if len(d.Excluded.List) == 0 {
		fmt.Fprintf(out, "The homes that were passed over are too many to be kept; a replay gives them (SHA-256 %x).\n", d.Excluded.SHA256)
	}
}
