package rulebook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// beside puts a child of some age and preference into the home of a child of
// twelve with his own.
func beside(his care.Alongside, dob care.Day, theirs care.Alongside) func(s *scene) {
	return func(s *scene) {
		s.child().Alongside = his
		s.lives(care.Child{ID: "R-1", DOB: dob, Alongside: theirs})
	}
}

func TestAlongside(t *testing.T) {
	his := plain().child().DOB
	older, younger := born(15, monday), born(8, monday)
	requireRows(t, "alongside", []row{
		{"nobody there", func(*scene) {}, met("no other children there")},
		{"somebody there, nobody minds", beside("", older, ""), met("can live alongside the 1 child there")},
		{"no preference given", beside(care.NoPreferenceGiven, older, care.WithOthers), met("the 1 child there")},
		{"better with others, and nobody there", func(s *scene) { s.child().Alongside = care.WithOthers }, met("no other children")},

		{"only with older, and there is an older one", beside(care.OnlyWithOlder, older, ""), met("the 1 child there")},
		{"only with older, and there is a younger one", beside(care.OnlyWithOlder, younger, ""), barred("or when R-1 leaves", "C-1 is to live only with older children; R-1 there is 8")},
		{"a day older is older", beside(care.OnlyWithOlder, his-1, ""), met("1 child")},
		{"born on the same day is not older", beside(care.OnlyWithOlder, his, ""), barred("R-1", "R-1 there is 12")},
		{"only with younger, and there is an older one", beside(care.OnlyWithYounger, older, ""), barred("R-1", "only with younger children; R-1 there is 15")},
		{"only with younger, and there is a younger one", beside(care.OnlyWithYounger, younger, ""), met("1 child")},
		{"a day younger is younger", beside(care.OnlyWithYounger, his+1, ""), met("1 child")},
		{"born on the same day is not younger", beside(care.OnlyWithYounger, his, ""), barred("R-1", "R-1 there is 12")},
		{"the one there is to live only with younger, and he is older", beside("", younger, care.OnlyWithYounger), barred("R-1", "R-1 there is to live only with younger children; C-1 is 12")},
		{"the one there is to live only with older, and he is younger", beside("", older, care.OnlyWithOlder), barred("R-1", "R-1 there is to live only with older children; C-1 is 12")},
		{"each suits the other", beside(care.OnlyWithOlder, older, care.OnlyWithYounger), met("1 child")},

		{"the younger one leaves next week", func(s *scene) { beside(care.OnlyWithOlder, younger, "")(s); s.stays[0].End = monday + 10 }, barred("open from 3 December 2026, when R-1 leaves")},
		{"the younger one is expected to leave", func(s *scene) { beside(care.OnlyWithOlder, younger, "")(s); s.stays[0].ExpectedEnd = monday + 10 }, barred("open from 3 December 2026, when R-1 is expected to leave")},
		{"the younger one has left today", func(s *scene) { beside(care.OnlyWithOlder, younger, "")(s); s.stays[0].End = monday }, met("no other children")},
		{"a younger one is to move in", func(s *scene) { beside(care.OnlyWithOlder, younger, "")(s); s.stays[0].Start = monday + 10 }, barred("R-1", "R-1 there is 8")},

		{"a home alone is recommended, and nobody is there", func(s *scene) { s.child().Alongside = care.SoloRecommended }, met("no other children")},
		{"a home alone is recommended, and somebody is there", beside(care.SoloRecommended, older, ""), signOff(rulebook.NominatedOfficer, "nominated officer agrees", "recommended for C-1; 1 other child is there")},
		{"a home alone is recommended for the one there", beside("", older, care.SoloRecommended), signOff(rulebook.NominatedOfficer, "nominated officer agrees", "recommended for R-1, who lives there")},
		{"whatever the age of that one", beside("", 0, care.SoloRecommended), signOff(rulebook.NominatedOfficer, "nominated officer agrees", "recommended for R-1")},
		{"a bar is graver than a recommendation", func(s *scene) {
			beside(care.OnlyWithOlder, older, care.SoloRecommended)(s)
			s.lives(care.Child{ID: "R-2", DOB: younger})
		}, barred("R-2", "R-2 there is 8")},
		{"in whatever order they live there", func(s *scene) {
			beside(care.OnlyWithOlder, younger, "")(s)
			s.lives(care.Child{ID: "R-2", DOB: older, Alongside: care.SoloRecommended})
		}, barred("R-1", "R-1 there is 8")},

		{"his sister there is never another, whatever is recommended", func(s *scene) {
			beside(care.SoloRecommended, younger, care.OnlyWithYounger)(s)
			s.child().Group, s.residents[0].Group = "G-1", "G-1"
		}, met("no other children there")},
		{"two children without a group are no siblings", beside(care.OnlyWithYounger, older, ""), barred("R-1", "R-1 there is 15")},
		{"a stay of his own is not another's", func(s *scene) { s.child().Alongside = care.SoloRecommended; s.lives(*s.child()) }, met("no other children")},
	})
}

// with puts another child into the same request.
func with(his care.Alongside, dob care.Day, theirs care.Alongside) func(s *scene) {
	return func(s *scene) {
		s.child().Alongside = his
		s.joins(care.Child{ID: "C-2", DOB: dob, Alongside: theirs})
	}
}

func TestAlongsideAnotherChildOfTheRequest(t *testing.T) {
	older, younger := born(15, monday), born(8, monday)
	requireRows(t, "alongside", []row{
		{"nobody minds", with("", older, ""), met("the 1 child there")},
		{"only with older, and the other is younger", with(care.OnlyWithOlder, younger, ""), barred("match C-1 and C-2 one by one", "C-1 is to live only with older children; C-2, who would move in too, is 8")},
		{"the other is to live only with older", with("", older, care.OnlyWithOlder), barred("one by one", "C-2, who would move in too, is to live only with older children; C-1 is 12")},
		{"each suits the other", with(care.OnlyWithOlder, older, care.OnlyWithYounger), met("1 child")},
		{"a home alone is recommended for one", with(care.SoloRecommended, older, ""), signOff(rulebook.NominatedOfficer, "agrees", "recommended for C-1; 1 other child")},
		{"a home alone is recommended for the other", with("", older, care.SoloRecommended), signOff(rulebook.NominatedOfficer, "agrees", "recommended for C-2, who would move in too")},
		{"his sister is never another", func(s *scene) {
			with(care.SoloRecommended, younger, care.OnlyWithYounger)(s)
			s.children[0].Group, s.children[1].Group = "G-1", "G-1"
		}, met("no other children there")},
		{"his baby is of one unit with him", func(s *scene) {
			with(care.OnlyWithOlder, born(0, monday), "")(s)
			s.home.Kind = care.ParentAndChild
		}, met("no other children there")},
		{"and who lives there is not", func(s *scene) {
			with(care.OnlyWithOlder, born(0, monday), "")(s)
			s.home.Kind = care.ParentAndChild
			s.lives(care.Child{ID: "R-1", DOB: younger})
		}, barred("R-1", "R-1 there is 8")},
		{"who lives there counts beside", func(s *scene) {
			with(care.SoloRecommended, older, "")(s)
			s.lives(care.Child{ID: "R-1", DOB: younger})
		}, signOff(rulebook.NominatedOfficer, "agrees", "2 other children are there")},
	})
}

func TestAlongsideTheCarersOwnChildren(t *testing.T) {
	his := plain().child().DOB
	own := func(pref care.Alongside, births ...care.Day) func(s *scene) {
		return func(s *scene) { s.child().Alongside, s.home.OwnChildren = pref, births }
	}
	requireRows(t, "alongside", []row{
		{"nobody minds", own("", born(4, monday)), met("can live alongside the 1 child there")},
		{"only with older, and theirs is younger", own(care.OnlyWithOlder, born(15, monday), born(4, monday)), barred("none while the carers' own child lives there", "a child of the carers there is 4")},
		{"only with older, and theirs is born on the same day", own(care.OnlyWithOlder, his), barred("own child", "there is 12")},
		{"only with older, and theirs are", own(care.OnlyWithOlder, born(15, monday), born(16, monday)), met("the 2 children there")},
		{"a home alone is recommended", own(care.SoloRecommended, born(15, monday)), signOff(rulebook.NominatedOfficer, "agrees", "1 other child is there")},
	})
}

func TestAlongsideSomebodyNotKnown(t *testing.T) {
	unrecorded := func(pref care.Alongside) func(s *scene) {
		return func(s *scene) { s.child().Alongside, s.home.OwnChildren = pref, nil }
	}
	confirm := func(says string, facts ...string) expected {
		return signOff(rulebook.PlacementOfficer, "confirm with the carer, and record "+facts[0], "not recorded: "+says).without(facts...)
	}
	requireRows(t, "alongside", []row{
		{"nobody recorded the carers' own children, and he does not mind", unrecorded(""), met("no other children")},
		{"he is to live only with older children", unrecorded(care.OnlyWithOlder), confirm("whether the carers have children of their own", "own_children")},
		{"only with younger", unrecorded(care.OnlyWithYounger), confirm("whether the carers", "own_children")},
		{"a home alone is recommended", unrecorded(care.SoloRecommended), confirm("whether the carers", "own_children")},
		{"in a children's home nobody has own children", func(s *scene) { unrecorded(care.OnlyWithOlder)(s); s.home.Kind = care.ChildrensHome }, met("no other children")},

		{"the age of the one there is not recorded, and nobody minds", beside("", 0, ""), met("1 child")},
		{"he minds the age", beside(care.OnlyWithOlder, 0, ""), confirm("the age of R-1", "dob of R-1")},
		{"the one there minds the age", beside("", 0, care.OnlyWithYounger), confirm("the age of R-1", "dob of R-1")},
		{"a home alone is asked for, whatever the age", beside(care.SoloRecommended, 0, ""), signOff(rulebook.NominatedOfficer, "agrees", "1 other child is there")},
		{"several things are not known", func(s *scene) {
			beside(care.OnlyWithOlder, 0, "")(s)
			s.home.OwnChildren = nil
		}, confirm("the age of R-1, whether the carers have children of their own", "dob of R-1", "own_children")},
		{"the graver sign-off names what is not known beside it", func(s *scene) {
			beside(care.OnlyWithOlder, 0, "")(s)
			s.lives(care.Child{ID: "R-2", DOB: born(15, monday), Alongside: care.SoloRecommended})
			s.home.OwnChildren = nil
		}, signOff(rulebook.NominatedOfficer, "agrees", "recommended for R-2", "not recorded: the age of R-1").without("dob of R-1", "own_children")},
		{"in whatever order they live there", func(s *scene) {
			s.lives(care.Child{ID: "R-2", DOB: born(15, monday), Alongside: care.SoloRecommended})
			s.child().Alongside = care.OnlyWithOlder
			s.lives(care.Child{ID: "R-1"})
		}, signOff(rulebook.NominatedOfficer, "agrees", "recommended for R-2", "not recorded: the age of R-1").without("dob of R-1")},
		{"one who suits does not hide one who is not known", func(s *scene) {
			beside(care.OnlyWithOlder, 0, "")(s)
			s.lives(care.Child{ID: "R-2", DOB: born(15, monday)})
		}, confirm("the age of R-1", "dob of R-1")},
		{"what is known to be wrong bars, whatever is not known", func(s *scene) {
			beside(care.OnlyWithOlder, 0, "")(s)
			s.lives(care.Child{ID: "R-2", DOB: born(8, monday)})
		}, barred("R-2", "R-2 there is 8")},
	})
}

// TestAlongsideAgreesWithAskingEveryPair says in the words of the rulebook, pair
// by pair, what the rule should find.
func TestAlongsideAgreesWithAskingEveryPair(t *testing.T) {
	suits := func(pref care.Alongside, own, other care.Day) bool {
		return pref != care.OnlyWithOlder && pref != care.OnlyWithYounger ||
			pref == care.OnlyWithOlder && other < own || pref == care.OnlyWithYounger && other > own
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		for _, f := range s.findings(t) {
			if f.Rule != "alongside" {
				continue
			}
			c := s.childNamed(f.Child)
			others, bar, solo, unknown := 0, false, false, false
			for _, r := range s.everThere() {
				if c.Group != "" && c.Group == r.Group {
					continue
				}
				others++
				fits := suits(c.Alongside, c.DOB, r.DOB) && suits(r.Alongside, r.DOB, c.DOB)
				bar = bar || r.DOB != 0 && !fits
				minds := c.Alongside == care.OnlyWithOlder || c.Alongside == care.OnlyWithYounger || r.Alongside == care.OnlyWithOlder || r.Alongside == care.OnlyWithYounger
				unknown = unknown || r.DOB == 0 && minds
				solo = solo || r.Alongside == care.SoloRecommended
			}
			leaving := slices.ContainsFunc(s.expectedGone(), func(r care.Child) bool {
				return (c.Group == "" || c.Group != r.Group) && r.DOB != 0 && !(suits(c.Alongside, c.DOB, r.DOB) && suits(r.Alongside, r.DOB, c.DOB))
			})
			for i := range s.children {
				o := &s.children[i]
				if o.ID == c.ID || c.Group != "" && c.Group == o.Group || s.home.Kind == care.ParentAndChild {
					continue
				}
				others++
				bar = bar || !suits(c.Alongside, c.DOB, o.DOB) || !suits(o.Alongside, o.DOB, c.DOB)
				solo = solo || o.Alongside == care.SoloRecommended
			}
			for _, birth := range s.home.OwnChildren {
				others++
				bar = bar || !suits(c.Alongside, c.DOB, birth)
			}
			solo = solo || c.Alongside == care.SoloRecommended && others > 0
			unknown = unknown || s.home.OwnChildren == nil && s.home.Kind.Fostering() && c.Alongside != "" && c.Alongside != care.WithOthers && c.Alongside != care.NoPreferenceGiven
			want, role := rulebook.Met, ""
			switch {
			case bar:
				want = rulebook.Barred
			case solo:
				want, role = rulebook.SignOff, rulebook.NominatedOfficer
			case unknown, leaving:
				want, role = rulebook.SignOff, rulebook.PlacementOfficer
			}
			require.Equal(t, want.String(), f.Verdict.String(), "%+v", f)
			require.Equal(t, role, f.Role, "%+v", f)
			require.Equal(t, (unknown || leaving) && !bar, f.Missing != nil, "%+v", f)
			require.Equal(t, leaving && !bar, strings.Contains(f.NearestFix, "has left"), "%+v", f)
		}
	})
}

// everThere are the other children who live there on some day from the placement on,
// or have a bed held then.
func (s *scene) everThere() []care.Child {
	var all []care.Child
	for i, r := range s.residents {
		ever := false
		for d := s.on; d <= s.on+farAhead; d++ {
			ever = ever || livesThere(s, s.stays[i], d)
		}
		if ever {
			all = append(all, r)
		}
	}
	return append(all, keptFor(s, s.on+farAhead)...)
}

// expectedGone are the other children who live there by what is recorded and not by
// what is expected, on the day of the placement.
func (s *scene) expectedGone() []care.Child {
	var all []care.Child
	for i, r := range s.residents {
		expected, recorded := s.stays[i], s.stays[i]
		recorded.ExpectedEnd = 0
		if livesThere(s, recorded, s.on) && !livesThere(s, expected, s.on) {
			all = append(all, r)
		}
	}
	return all
}

func (s *scene) childNamed(id care.ID) *care.Child {
	for i := range s.children {
		if s.children[i].ID == id {
			return &s.children[i]
		}
	}
	return nil
}
