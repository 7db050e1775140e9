package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// Explanation writes everything about one home for people.
func Explanation(w io.Writer, e *match.Explanation, s Style) error {
	var out strings.Builder
	c := &e.Judged
	writeWishes(&out, &e.Head)
	writeReferral(&out, &e.Head)
	fmt.Fprintf(&out, "%s (%s, %s) for %s from %s: %s.\n", c.Home, c.Kind.Words(),
		strings.ReplaceAll(place(c.Authority, c.PostcodeSector), "\n", " "), children(&e.Head), e.On.Words(), verdictWords(e.Verdict))
	if !e.Considered {
		out.WriteString("A shortlist for this request passes the home over: its kind was not named, or it is too far away.\n")
	}
	fmt.Fprintf(&out, "\nWhat the rules say:\n%s\n", findings(c.Findings, s))
	fmt.Fprintf(&out, "\nHow the score is made:\n%s\n", reasons(c, s))
	if len(c.Declines) > 0 {
		fmt.Fprintf(&out, "The home has said no before: %s.\n", declines(c.Declines))
	}
	writeFootnotes(&out, &e.Head)
	return write(w, out.String(), s)
}

func verdictWords(v rulebook.Verdict) string {
	switch v {
	case rulebook.Barred:
		return "barred"
	case rulebook.SignOff:
		return "possible with a sign-off"
	}
	return "may be offered"
}

// ruleColumn holds the longest id of a rule.
const ruleColumn = 26

func findings(all []rulebook.Finding, s Style) string {
	t := newTable(s, "Verdict", "Rule", "Because", "What would help")
	rest := s.rest(30, 4, len("sign-off"), ruleColumn)
	t.SetColumnConfigs([]table.ColumnConfig{
		{Name: "Rule", WidthMax: ruleColumn, WidthMaxEnforcer: wrap},
		{Name: "Because", WidthMax: rest * 6 / 10, WidthMaxEnforcer: wrap},
		{Name: "What would help", WidthMax: rest * 4 / 10, WidthMaxEnforcer: wrap},
	})
	for _, f := range all {
		t.AppendRow(table.Row{verdictCell(f.Verdict, s), ruleCell(f), f.Says, helpCell(f)})
	}
	return t.Render()
}

func verdictCell(v rulebook.Verdict, s Style) string {
	switch v {
	case rulebook.Barred:
		return s.paint(text.FgRed, v.String())
	case rulebook.SignOff, rulebook.Warning:
		return s.paint(text.FgYellow, v.String())
	}
	return v.String()
}

func ruleCell(f rulebook.Finding) string {
	if f.Child == "" {
		return f.Rule
	}
	return f.Rule + "\n" + string(f.Child)
}

func helpCell(f rulebook.Finding) string {
	help := f.NearestFix
	if f.Role != "" {
		help = f.Role + ": " + help
	}
	if f.ByDay != 0 {
		help += " (by " + f.ByDay.Words() + ")"
	}
	return strings.TrimSpace(help)
}

// childColumn is the widest that the column of children becomes.
const childColumn = 12

func reasons(c *match.Candidate, s Style) string {
	t := newTable(s, "Child", "Criterion", "Weight", "Value", "Points", "Because")
	var who []string
	for _, child := range c.Children {
		who = append(who, string(child.ID))
	}
	child := min(widest("Child", who...), childColumn)
	rest := s.rest(16, 6, child, len("near-family"), len("Weight"), len("0.000000"), len("100.000000"))
	t.SetColumnConfigs([]table.ColumnConfig{
		{Name: "Child", WidthMax: child, WidthMaxEnforcer: wrap},
		{Name: "Weight", Align: text.AlignRight}, {Name: "Value", Align: text.AlignRight}, {Name: "Points", Align: text.AlignRight, AlignFooter: text.AlignRight},
		{Name: "Because", WidthMax: rest, WidthMaxEnforcer: wrap},
	})
	for _, r := range c.Reasons {
		t.AppendRow(table.Row{string(r.Child), r.Criterion, r.Weight, r.Value, r.Points, because(r)})
	}
	for _, child := range c.Children {
		t.AppendFooter(table.Row{string(child.ID), "score", "", "", child.Score, ""})
	}
	if len(c.Children) > 1 {
		t.AppendFooter(table.Row{"", "mean", "", "", c.Score, ""})
	}
	t.Style().Format.Footer = text.FormatDefault
	return t.Render()
}

// because is a reason with what is missing and what would close a gap.
func because(r scoring.Reason) string {
	says := r.Says
	if len(r.Missing) > 0 {
		says += fmt.Sprintf(" (confirm %s: up to %s in all)", strings.Join(r.Missing, ", "), points(r.IfConfirmed))
	}
	if len(r.Support) > 0 {
		says += fmt.Sprintf(" (support needed: %s)", strings.ReplaceAll(strings.Join(r.Support, ", "), "-", " "))
	}
	return says
}
