package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// homeView is a home of the shortlist with its score bars.
type homeView struct {
	ID    string // unique on the page
	Title string
	Facts []string
	Bars  []bar
	Grids []grid
}

// bar is the score of a home for one child, drawn as its reasons side by side.
type bar struct {
	ID    string // unique on the page
	Says  string // what it shows, for those who do not see it
	Parts []part
}

// part is one reason in a bar. The number stands in the table beside it too.
type part struct {
	N        int
	X, Width string // in units of the drawing
	Middle   string
	Shade    int // of two, in turn, so that neighbours differ
	Room     bool
}

// barUnits is the width of 100 points in units of the drawing.
const barUnits = 600

// leastLabelled is the narrowest part that has room for its number.
const leastLabelled = 16

// shortlist is the homes that may be offered, the map and the comparison.
func (s *Sheet) shortlist() []section {
	res := s.Result
	if len(res.Candidates) == 0 {
		lead := "No home could be offered."
		if res.NotReady > 0 {
			lead += " " + sentence(homes(res.NotReady)+" left out because a sign-off is outstanding")
		}
		return append([]section{{ID: "shortlist", Title: "The shortlist", Lead: []string{lead}}}, s.mapSection()...)
	}
	g := grid{Caption: "Homes that may be offered, best first", Head: []string{"Home", "Rank", "Where", "Score out of 100", "Before placing"}}
	sec := section{ID: "shortlist", Title: "The shortlist", Lead: []string{"The score is the sum of the reasons shown under each home. A connected person's home comes before all others, whatever the score. The list is advice: a named person decides."}}
	if res.NotReady > 0 {
		sec.Lead = append(sec.Lead, sentence(homes(res.NotReady)+" left out because a sign-off is outstanding"))
	}
	for i := range res.Candidates {
		c := &res.Candidates[i]
		g.add(homeCell(c), strconv.Itoa(c.Rank), place(c.Authority, c.PostcodeSector), scoreCell(c), beforeCell(c, Style{}))
		sec.Homes = append(sec.Homes, s.viewOf(c, "home-"+strconv.Itoa(i+1), fmt.Sprintf("%d. %s", c.Rank, c.Home)))
	}
	sec.Grids = []grid{g}
	all := append([]section{sec}, s.mapSection()...)
	return append(all, s.compare()...)
}

// viewOf shows how the score of a home is made.
func (s *Sheet) viewOf(c *match.Candidate, id, title string) homeView {
	v := homeView{ID: id, Title: title + ", " + c.Kind.Words(), Facts: s.factsOf(c)}
	for n, child := range c.Children {
		b, g := barOf(c, child, fmt.Sprintf("%s-bar-%d", id, n+1))
		v.Bars, v.Grids = append(v.Bars, b), append(v.Grids, g)
	}
	return v
}

func (s *Sheet) factsOf(c *match.Candidate) []string {
	facts := []string{"Score " + points(c.Score) + " of 100"}
	if len(c.Children) > 1 {
		worst := c.WorstOff()
		facts[0] += fmt.Sprintf(", the mean over the children; worst off is %s with %s", worst.ID, points(worst.Score))
	}
	if c.FreeFrom != 0 {
		facts = append(facts, "Free from "+c.FreeFrom.Words())
	}
	if c.WeeklyCost != nil {
		facts = append(facts, pounds(*c.WeeklyCost)+" a week, which is not part of the score unless the policy gives it a weight")
	}
	switch n := len(c.LivesHere); {
	case n == 1:
		facts = append(facts, listIDs(c.LivesHere)+" lives here now")
	case n > 1:
		facts = append(facts, listIDs(c.LivesHere)+" live here now")
	}
	if len(c.SiblingsHere) > 0 {
		facts = append(facts, "Brothers and sisters here: "+listIDs(c.SiblingsHere))
	}
	if len(c.Declines) > 0 {
		facts = append(facts, "Has said no before: "+s.Audience.mayRead(declines(c.Declines)))
	}
	return facts
}

// barOf draws the reasons for one child, and lists them.
func barOf(c *match.Candidate, child match.ChildScore, id string) (bar, grid) {
	b := bar{ID: id}
	g := grid{Caption: fmt.Sprintf("How the score of %s for %s is made", c.Home, child.ID), Head: []string{"Reason", "Points", "Out of", "Because"}}
	weights := 0
	for _, r := range c.Reasons {
		if r.Child == child.ID {
			weights += r.Weight
		}
	}
	n, at := 0, 0.0
	var words []string
	for _, r := range c.Reasons {
		if r.Child != child.ID {
			continue
		}
		n++
		width := r.Points.Float() / 100 * barUnits
		if width > 0 {
			b.Parts = append(b.Parts, part{N: n, X: units(at), Width: units(width), Middle: units(at + width/2), Shade: len(b.Parts) % 2, Room: width >= leastLabelled})
		}
		at += width
		most := 100 * float64(r.Weight) / float64(max(weights, 1))
		g.add(fmt.Sprintf("%d. %s", n, criterion(r.Criterion)), points(r.Points), fmt.Sprintf("%.1f", most), because(r))
		words = append(words, fmt.Sprintf("%s %s", criterion(r.Criterion), points(r.Points)))
	}
	g.add("Score", points(child.Score), "100.0", "the sum of the points")
	b.Says = fmt.Sprintf("Score of %s for %s: %s of 100, made of %s.", c.Home, child.ID, points(child.Score), strings.Join(words, ", "))
	return b, g
}

// units is a length or a place in a drawing.
func units(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// criterion names what is weighed.
func criterion(id string) string { return capital(spaced(id)) }

// reasonOf is the reason of a criterion for a child, or nil.
func reasonOf(c *match.Candidate, child care.ID, criterion string) *scoring.Reason {
	for i := range c.Reasons {
		if r := &c.Reasons[i]; r.Child == child && r.Criterion == criterion {
			return r
		}
	}
	return nil
}

// found is what the rules said of a home.
func found(all []rulebook.Finding, home care.ID) grid {
	g := grid{Caption: "What the rules said of " + string(home), Head: []string{"Rule", "Verdict", "Because", "What would help", "Source"}}
	for _, f := range all {
		g.add(ruleCell(f), f.Verdict.String(), f.Says, helpCell(f), f.Citation)
	}
	return g
}
