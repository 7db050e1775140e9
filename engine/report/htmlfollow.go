package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// followUps is what has to be done before a home can be had, and why the others
// cannot.
func (s *Sheet) followUps() []section {
	offered := s.Result.Candidates
	all := []section{signOffsNeeded(offered), gaps(offered)}
	all = append(all, s.splits()...)
	return append(all, s.whyNot())
}

// signOffsNeeded lists the approvals that homes wait for, each with its day.
func signOffsNeeded(offered []match.Candidate) section {
	sec := section{ID: "sign-offs", Title: "Sign-offs needed"}
	g := grid{Caption: "Approvals to be given and recorded before the child moves", Head: []string{"Home", "Rule", "Who gives it", "By", "Because", "What is needed"}}
	for i := range offered {
		for _, f := range offered[i].SignOffs() {
			g.add(string(offered[i].Home), ruleCell(f), f.Role, f.ByDay.Words(), f.Says, f.NearestFix)
		}
	}
	if sec.Grids = g.shown(); sec.Grids == nil {
		sec.Lead = []string{"No home of the shortlist waits for a sign-off."}
	}
	return sec
}

// gaps lists what the homes lack or what nobody has recorded of them, with what
// would close it.
func gaps(offered []match.Candidate) section {
	sec := section{ID: "gaps", Title: "Gaps, and the support that would close them"}
	g := grid{Caption: "What is missing, home by home", Head: []string{"Home", "Child", "Gap", "What would close it"}}
	for i := range offered {
		addGaps(&g, &offered[i])
	}
	switch sec.Grids = g.shown(); {
	case len(offered) == 0:
		sec.Lead = []string{"There is no home of which a gap could be told."}
	case sec.Grids == nil:
		sec.Lead = []string{"No gap is known: all that was judged and weighed of these homes is recorded, and of the needs that were weighed none is without a skill."}
	}
	return sec
}

func addGaps(g *grid, c *match.Candidate) {
	for _, r := range c.Reasons {
		for _, need := range r.Support {
			g.add(string(c.Home), string(r.Child), "no skill recorded for "+spaced(need), "support or training for "+spaced(need))
		}
		if len(r.Missing) > 0 {
			what := spaced(strings.Join(r.Missing, ", "))
			g.add(string(c.Home), string(r.Child), what+" not recorded", fmt.Sprintf("confirm with the home; the score could be up to %s", points(r.IfConfirmed)))
		}
	}
	for _, f := range c.Findings {
		if len(f.Missing) > 0 {
			g.add(string(c.Home), string(f.Child), spaced(strings.Join(f.Missing, ", "))+" not recorded", "confirm with the home, for "+f.Rule)
		}
	}
}

// splits shows how a group could be housed in several homes.
func (s *Sheet) splits() []section {
	res := s.Result
	if len(res.Head.Children) < 2 {
		return nil
	}
	sec := section{ID: "splits", Title: "If the children were split"}
	switch {
	case len(res.Splits) > 0 && len(res.Candidates) == 0:
		sec.Lead = []string{"No home takes them whole. The way that is best for whoever is worst off comes first."}
	case len(res.Splits) > 0:
		sec.Lead = []string{"The way that is best for whoever is worst off comes first."}
	case len(res.Head.Children) > match.MaxSplit:
		sec.Lead = []string{fmt.Sprintf("Ways to split are worked out for groups of up to %d children.", match.MaxSplit)}
	default:
		sec.Lead = []string{"No way to house them in several homes was found."}
	}
	if res.Unproved {
		sec.Lead = append(sec.Lead, "There may be better ways to split them: so much is open that not all of it was looked at.")
	}
	for i := range res.Splits {
		sec.Grids = append(sec.Grids, splitGrid(i, &res.Splits[i]))
	}
	return []section{sec}
}

func splitGrid(i int, split *match.Split) grid {
	said := strings.Split(splitCell(i, split), "\n")
	g := grid{Caption: "Split " + said[0] + " of 100; " + strings.Join(said[1:], "; "), Head: []string{"Home", "Children and scores", "Where", "Before placing"}}
	for k := range split.Homes {
		h := &split.Homes[k]
		g.add(homeCell(&h.Candidate), whoCell(h, Style{}), place(h.Authority, h.PostcodeSector), beforeCell(&h.Candidate, Style{}))
	}
	return g
}

// mostMisses is how many homes that were passed over are told one by one under a
// rule; the count beside them has all.
const mostMisses = 10

// whyNot groups the homes that may not be offered by the first rule that bars each.
func (s *Sheet) whyNot() section {
	res := s.Result
	sec := section{ID: "why-not", Title: "Why not the others"}
	if res.Counts == nil {
		sec.Lead = []string{"The other homes were not counted."}
		return sec
	}
	g := grid{Caption: "Homes that may not be offered, by the first rule that bars them", Head: []string{"Rule", "Homes", "Those that came nearest, and what would open them"}}
	for _, r := range rulebook.Rules() {
		if n := res.Barred[r.ID]; n > 0 {
			g.add(r.ID+"\n"+r.Title, strconv.Itoa(n), s.nearest(r.ID))
		}
	}
	if sec.Grids = g.shown(); sec.Grids == nil {
		sec.Lead = []string{"No home that was considered is barred."}
	}
	if len(res.Openings) > 0 {
		changes := grid{Caption: "Single changes, and how many homes each would open", Head: []string{"Change", "Homes"}}
		for _, o := range res.Openings {
			changes.add(o.Change, strconv.Itoa(o.Opens))
		}
		sec.Grids = append(sec.Grids, changes)
	}
	return sec
}

// nearest tells the homes that a rule is the first to bar, as far as they were
// explained.
func (s *Sheet) nearest(rule string) string {
	var told []string
	left := 0
	for i := range s.Result.WhyNot {
		x := &s.Result.WhyNot[i]
		if len(x.Findings) == 0 || x.Findings[0].Rule != rule {
			continue
		}
		if len(told) == mostMisses {
			left++
			continue
		}
		told = append(told, missed(x, s.Result.Children))
	}
	if left > 0 {
		told = append(told, fmt.Sprintf("and %d more, which match --why-not=all lists", left))
	}
	return strings.Join(told, "\n")
}

// missed is a home that was passed over with every rule that bars it.
func missed(x *match.Exclusion, children []care.ID) string {
	var why []string
	for _, b := range barriersOf(x) {
		says := b.says(children)
		if b.Rule != x.Findings[0].Rule {
			says = b.Rule + ": " + says
		}
		if b.NearestFix != "" {
			says += " (" + b.NearestFix + ")"
		}
		why = append(why, says)
	}
	return fmt.Sprintf("%s, %s: %s", x.Home, x.Kind.Words(), strings.Join(why, "; "))
}
