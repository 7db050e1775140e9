package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

// writeSplits writes how a group could be split over several homes. Of a child
// there is nothing to split.
func writeSplits(out *strings.Builder, res *match.Result, s Style) {
	switch n := len(res.Head.Children); {
	case n < 2:
	case len(res.Splits) > 0:
		lead := "If they were split instead"
		if len(res.Candidates) == 0 {
			lead = "No home takes them whole. The best ways to split them"
		}
		fmt.Fprintf(out, "\n%s; the way that is best for whoever is worst off comes first:\n%s\n", lead, splits(res.Splits, s))
	case n > match.MaxSplit:
		fmt.Fprintf(out, "Ways to split are worked out for groups of up to %d children.\n", match.MaxSplit)
	case len(res.Candidates) == 0:
		out.WriteString("No way to house them in several homes was found either.\n")
	}
	if res.Unproved {
		out.WriteString("There may be better ways to split them: so much is open that not all of it was looked at.\n")
	}
}

func splits(all []match.Split, s Style) string {
	t := newTable(s, "Split", "Children", "Home", "Where", "Before placing")
	t.Style().Options.SeparateRows = false
	home, where := s.names()
	const split, who = 11, 12
	rest := s.rest(16, 5, split, who, home, where)
	t.SetColumnConfigs([]table.ColumnConfig{
		{Name: "Split", WidthMax: split, WidthMaxEnforcer: wrap},
		{Name: "Children", WidthMax: who, WidthMaxEnforcer: wrap},
		{Name: "Home", WidthMax: home, WidthMaxEnforcer: wrap},
		{Name: "Where", WidthMax: where, WidthMaxEnforcer: wrap},
		{Name: "Before placing", WidthMax: rest, WidthMaxEnforcer: wrap},
	})
	for i := range all {
		for k := range all[i].Homes {
			h := &all[i].Homes[k]
			first := ""
			if k == 0 {
				first = splitCell(i, &all[i])
			}
			t.AppendRow(table.Row{first, whoCell(h, s), homeCell(&h.Candidate), place(h.Authority, h.PostcodeSector), beforeCell(&h.Candidate, s)})
			t.AppendSeparator()
		}
	}
	return t.Render()
}

// splitCell sums up a split.
func splitCell(i int, split *match.Split) string {
	lines := []string{strconv.Itoa(i+1) + ": " + points(split.Score), fmt.Sprintf("%.1f miles apart", split.FurthestApart)}
	if split.Lost != nil {
		than := "less than whole"
		if *split.Lost < 0 {
			than = "more than whole"
		}
		lines = append(lines, fmt.Sprintf("%.1f %s", math.Abs(split.Lost.Float()), than))
	}
	return strings.Join(lines, "\n")
}

func whoCell(h *match.SplitHome, s Style) string {
	cell := childScores(h.ChildScores)
	if h.Alone {
		cell += "\n" + s.paint(text.FgYellow, "alone")
	}
	return cell
}

func childScores(all []match.ChildScore) string {
	var lines []string
	for _, c := range all {
		lines = append(lines, fmt.Sprintf("%s %s", c.ID, points(c.Score)))
	}
	return strings.Join(lines, "\n")
}

func listIDs(ids []care.ID) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return strings.Join(all, ", ")
}
