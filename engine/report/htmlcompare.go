package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// mostCompared is how many homes stand side by side: as many as fit across A4.
const mostCompared = 4

// compare sets the first homes of the shortlist side by side: needs and criteria
// are rows, homes are columns.
func (s *Sheet) compare() []section {
	compared := s.Result.Candidates[:min(len(s.Result.Candidates), mostCompared)]
	if len(compared) < 2 {
		return nil
	}
	g := grid{Caption: fmt.Sprintf("The first %d homes side by side", len(compared)), Head: []string{"What matters"}}
	for i := range compared {
		g.Head = append(g.Head, string(compared[i].Home))
	}
	across := func(head string, cell func(*match.Candidate) string) {
		var cells []string
		for i := range compared {
			cells = append(cells, cell(&compared[i]))
		}
		g.add(head, cells...)
	}
	across("Kind", func(c *match.Candidate) string { return c.Kind.Words() })
	across("Where", func(c *match.Candidate) string { return place(c.Authority, c.PostcodeSector) })
	across("Score", func(c *match.Candidate) string { return points(c.Score) })
	for i, child := range s.Result.Head.Children {
		for _, need := range s.needs(i) {
			across(s.headed("Need: "+spaced(need), child), func(c *match.Candidate) string { return meets(c, child, need) })
		}
		for _, r := range compared[0].Reasons {
			if r.Child == child {
				across(s.headed(criterion(r.Criterion), child), func(c *match.Candidate) string { return standing(c, child, r.Criterion) })
			}
		}
	}
	across("Sign-offs", func(c *match.Candidate) string { return orNone(strconv.Itoa(len(c.SignOffs())), len(c.SignOffs())) })
	across("Warnings", func(c *match.Candidate) string { return warnings(c) })
	across("Free from", func(c *match.Candidate) string { return c.FreeFrom.Words() })
	across("Cost a week", func(c *match.Candidate) string { return cost(c) })
	return []section{{ID: "comparison", Title: "Comparison", Grids: []grid{g}}}
}

// headed names the child in the heading of a row where there are several.
func (s *Sheet) headed(head string, child care.ID) string {
	if len(s.Result.Head.Children) == 1 {
		return head
	}
	return head + "\n" + string(child)
}

// needs lists the assessed needs of a child, each once; none where the record
// cannot be read.
func (s *Sheet) needs(child int) []string {
	c := s.child(child)
	if c == nil {
		return nil
	}
	var all []string
	for _, need := range c.Needs {
		if !slices.Contains(all, need) {
			all = append(all, need)
		}
	}
	return all
}

// meets says whether a home is skilled for a need, as the score has it.
func meets(c *match.Candidate, child care.ID, need string) string {
	r := reasonOf(c, child, "needs")
	switch {
	case r == nil:
		return "not weighed"
	case len(r.Missing) > 0:
		return "not recorded: confirm"
	case slices.Contains(r.Support, need):
		return "no: support needed"
	}
	return "yes"
}

func standing(c *match.Candidate, child care.ID, criterion string) string {
	r := reasonOf(c, child, criterion)
	if r == nil {
		return "not weighed"
	}
	return points(r.Points) + "\n" + because(*r)
}

func orNone(words string, n int) string {
	if n == 0 {
		return "none"
	}
	return words
}

func warnings(c *match.Candidate) string {
	var all []string
	for _, f := range c.Findings {
		if says := f.Rule + ": " + f.Says; f.Verdict == rulebook.Warning && !slices.Contains(all, says) {
			all = append(all, says)
		}
	}
	return orNone(strings.Join(all, "\n"), len(all))
}

func cost(c *match.Candidate) string {
	if c.WeeklyCost == nil {
		return "not recorded"
	}
	return pounds(*c.WeeklyCost)
}
