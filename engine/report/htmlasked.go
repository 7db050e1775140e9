package report

import (
	"fmt"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
)

// askedFor says what was asked, and what is known of the children.
func (s *Sheet) askedFor() section {
	res := s.Result
	g := grid{Caption: "The request", Head: []string{"Question", "Answer"}}
	for i, id := range res.Head.Children {
		g.add(string(id), s.about(i))
		g.addKnown("The referral of "+string(id)+" also says (no rule judges it)", s.referralOf(id))
	}
	g.add("From", res.On.Words())
	if s.Asked.Emergency {
		g.add("Emergency", "yes")
	}
	if s.Asked.Within > 0 {
		miles := " miles"
		if s.Asked.Within == 1 {
			miles = " mile"
		}
		g.add("At most", fmt.Sprintf("%g%s from home", s.Asked.Within, miles))
	}
	g.addKnown("Kinds of home", kindList(s.Asked.Kinds))
	if s.Asked.Ready {
		g.add("Sign-offs", "homes with one outstanding are left out")
	}
	g.add("Asked at", care.InstantWords(res.At))
	g.addKnown("Not recorded of the children", spaced(strings.Join(res.Unknown, "\n")))
	return section{ID: "asked", Title: "What was asked", Lead: []string{sentence(homes(res.Considered) + " considered" + eligible(res.Counts))}, Grids: []grid{g}}
}

func eligible(c *match.Counts) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("; %d could be offered, %d of them once a sign-off is given", c.Eligible, c.NeedsSignOff)
}

func kindList(kinds []care.Kind) string {
	var words []string
	for _, k := range kinds {
		words = append(words, k.Words())
	}
	return strings.Join(words, ", ")
}

// child is the record of a child of the result, or nil where it cannot be read.
func (s *Sheet) child(i int) *care.Child {
	if s.Scene == nil || i >= len(s.Scene.Children) {
		return nil
	}
	return &s.Scene.Children[i]
}

// about describes a child as far as the audience may know.
func (s *Sheet) about(i int) string {
	c := s.child(i)
	if c == nil {
		return "the record is no longer there to be read"
	}
	lines := []string{ageWords(c, s.Result.On)}
	switch {
	case s.Audience != RecordAudience:
	case c.DOB > s.Result.On:
		lines = append(lines, "expected "+c.DOB.Words())
	default:
		lines = append(lines, "born "+c.DOB.Words())
	}
	if c.DOBLowest != 0 {
		lines = append(lines, fmt.Sprintf("age disputed: perhaps %d", care.AgeOn(c.DOBLowest, s.Result.On)))
	}
	lines = append(lines, "responsible authority: "+gazetteer.AreaName(c.Authority))
	if c.Group != "" {
		lines = append(lines, "sibling group "+string(c.Group))
	}
	if c.Plan != "" {
		lines = append(lines, "plan: "+spaced(string(c.Plan)))
	}
	if len(c.Needs) > 0 {
		lines = append(lines, "needs: "+spaced(strings.Join(c.Needs, ", ")))
	}
	return strings.Join(lines, "\n")
}

// ageWords are the sex and the age on a day. A child may be waited for before birth.
func ageWords(c *care.Child, on care.Day) string {
	if c.DOB > on {
		return c.Sex.Words() + ", not born by the day"
	}
	return fmt.Sprintf("%s, %d on the day", c.Sex.Words(), care.AgeOn(c.DOB, on))
}
