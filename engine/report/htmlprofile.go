package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// profile is what a provider is asked with: enough to say whether a home could be
// right, and nothing that says who the child is. Words that people wrote freely
// stay out of it, and of lists only the terms of a fixed vocabulary go in, those of
// [care.PlainTerm].
type profile struct {
	Title string
	Lead  []string
	Grids []grid
}

func profileOf(s *Sheet) *profile {
	n := len(s.Result.Head.Children)
	p := &profile{Title: "A home is needed for " + counted(n, "child"), Lead: []string{
		"This profile is anonymised. It does not say who the children are, where they come from or whom they are to be near.",
		"It is not all that matters: known risks, health and contact are told by the placement officer before a place is accepted.",
	}}
	if n > 1 {
		p.Title = fmt.Sprintf("Homes are needed for %d children, together if one can take them", n)
	}
	p.Grids = append(p.Grids, s.wanted())
	if s.Scene == nil {
		p.Lead = append(p.Lead, "The records of the children are no longer there to be read.")
		return p
	}
	for i := range s.Scene.Children {
		p.Grids = append(p.Grids, s.profiled(i))
	}
	return p
}

// wanted is what is looked for.
func (s *Sheet) wanted() grid {
	g := grid{Caption: "What is needed", Head: []string{"Question", "Answer"}}
	g.add("From", s.Result.On.Words())
	g.add("Emergency", yesNo(s.Asked.Emergency))
	g.addKnown("Kinds of home", kindList(s.Asked.Kinds))
	if s.Scene != nil {
		var asking []string
		for i := range s.Scene.Children {
			if name := gazetteer.AreaName(s.Scene.Children[i].Authority); !slices.Contains(asking, name) {
				asking = append(asking, name)
			}
		}
		g.add("Asked by", strings.Join(asking, "\n"))
	}
	g.add("Asked at", care.InstantWords(s.Result.At))
	return g
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// profiled is a child without a name.
func (s *Sheet) profiled(i int) grid {
	c := &s.Scene.Children[i]
	g := grid{Caption: fmt.Sprintf("Child %d", i+1), Head: []string{"Question", "Answer"}}
	g.add("Who", ageWords(c, s.Result.On))
	g.addKnown("Plan", spaced(string(c.Plan)))
	g.addKnown("Other children in the home", alongside[c.Alongside])
	terms := func(head string, all care.List) {
		switch {
		case !all.Known():
			g.add(head, "not recorded: ask")
		case len(all) == 0:
			g.add(head, "none")
		default:
			g.add(head, plainTerms(all))
		}
	}
	terms("Needs", c.Needs)
	terms("Adaptations", c.Adaptation)
	terms("Communication", c.Communication)
	terms("Languages", c.Languages)
	g.addKnown("Pets", petWords[c.Pets])
	g.add("Known risks", riskWords(c))
	return g
}

// petWords and alongside say what is asked of a home.
var (
	petWords  = map[care.PetWish]string{care.PetsMust: "wanted", care.PetsCan: "no objection", care.PetsNo: "not in the home"}
	alongside = map[care.Alongside]string{
		care.SoloRecommended: "none, if it can be had", care.WithOthers: "recommended", care.OnlyWithOlder: "older ones only",
		care.OnlyWithYounger: "younger ones only", care.NoPreferenceGiven: "no preference",
	}
)

// riskWords says whether there is something to be told, not what.
func riskWords(c *care.Child) string {
	r := &c.Referral
	switch {
	case len(c.RisksToChild)+len(c.RisksToOthers) > 0, r.RiskOther != "", r.RiskToOthersOther != "":
		return "recorded: told before a place is accepted"
	case c.RisksToChild.Known() && c.RisksToOthers.Known() && len(r.OpenToChild)+len(r.OpenToOthers) == 0:
		return "none recorded"
	}
	return "not recorded in full: ask before accepting"
}

// plainTerms lists the terms of the vocabulary that names nobody, and says how many
// others there are: a list takes any words, and those of a person may tell anything.
func plainTerms(all care.List) string {
	var told []string
	left := 0
	for _, term := range all {
		if care.PlainTerm(term) {
			told = append(told, spaced(care.Term(term)))
		} else {
			left++
		}
	}
	if left > 0 {
		told = append(told, fmt.Sprintf("and %d more, to be asked for", left))
	}
	return strings.Join(told, "\n")
}
