package rulebook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// keeping holds a bed for another child, X-1, until the next noon.
func keeping(c care.Child, also ...func(*scene)) func(*scene) {
	return func(s *scene) {
		c.ID = "X-1"
		s.keeps(c)
		for _, do := range also {
			do(s)
		}
	}
}

// For whom a bed is held, the home is as good as theirs: who may not live with them is
// not offered the next one, or the hold would be worth nothing when it is taken up.
func TestWhoHasABedHeldIsJudgedAsOneWhoLivesThere(t *testing.T) {
	older, younger := born(15, monday), born(8, monday)
	untilNoon := "open when X-1 has a bed elsewhere, or the hold has run out at 12:00 on 24 November 2026"
	requireRows(t, "kept-apart", []row{
		{"he must be kept apart from her", keeping(care.Child{}, func(s *scene) { s.child().KeptApart = []care.ID{"X-1"} }), barred(untilNoon, "C-1 must be kept apart from X-1, for whom a bed is held there")},
		{"she must be kept apart from him", keeping(care.Child{KeptApart: []care.ID{"C-1"}}), barred(untilNoon, "X-1, for whom a bed is held there, must be kept apart from C-1")},
		{"from somebody else", keeping(care.Child{KeptApart: []care.ID{"C-9"}}), met("nobody there who must be kept apart")},
		{"the hold has run out", keeping(care.Child{KeptApart: []care.ID{"C-1"}}, func(s *scene) { s.at = s.holds[0].Until }), met("nobody there who must be kept apart")},
		{"the second hold, of two children", func(s *scene) {
			s.keeps(care.Child{ID: "X-2"})
			s.keeps(care.Child{ID: "X-3"})
			s.holds[0].Children = []care.ID{"X-2", "X-4"}
			s.held["X-3"] = care.Child{ID: "X-3", KeptApart: []care.ID{"C-1"}}
			s.holds[1].Until = s.holds[0].Until.Add(time.Hour)
		}, barred("X-3 has a bed elsewhere, or the hold has run out at 13:00", "X-3, for whom a bed is held there")},
	})
	requireRows(t, "alongside", []row{
		{"nobody minds", keeping(care.Child{DOB: younger}), met("can live alongside the 1 child there")},
		{"only with older, and hers is a younger one", keeping(care.Child{DOB: younger}, func(s *scene) { s.child().Alongside = care.OnlyWithOlder }), barred(untilNoon, "C-1 is to live only with older children; X-1, for whom a bed is held there, is 8")},
		{"she is to live only with older ones", keeping(care.Child{DOB: older, Alongside: care.OnlyWithOlder}), barred(untilNoon, "X-1, for whom a bed is held there, is to live only with older children; C-1 is 12")},
		{"nobody knows her age, and he minds it", keeping(care.Child{}, func(s *scene) { s.child().Alongside = care.OnlyWithOlder }), signOff(rulebook.PlacementOfficer, "confirm with the carer", "the age of X-1").without("dob of X-1")},
		{"his sister", keeping(care.Child{DOB: younger, Group: "G-1"}, func(s *scene) { s.child().Alongside, s.child().Group = care.SoloRecommended, "G-1" }), met("no other children there")},
		{"from next month", keeping(care.Child{DOB: younger}, func(s *scene) { s.child().Alongside, s.holds[0].From = care.OnlyWithOlder, monday+30 }), barred(untilNoon, "is 8")},
	})
	requireRows(t, "risk-to-others", []row{
		{"a known risk from her", keeping(care.Child{DOB: older, RisksToOthers: care.List{"physical-harm"}}), signOff(rulebook.NominatedOfficer, "risk assessment", "known risk from X-1, for whom a bed is held there: physical harm")},
		{"a risk from him, and she is younger", keeping(care.Child{DOB: younger}, func(s *scene) { s.child().RisksToOthers = care.List{"sexual-harm"} }), barred(untilNoon, "sexual harm, and X-1, for whom a bed is held there, is younger")},
	})
	requireRows(t, "usual-fostering-limit", []row{
		{"two live there, and a bed is held", keeping(care.Child{DOB: older}, func(s *scene) { s.full(2, "") }), signOff(rulebook.AreaAuthority, "grants an exemption naming C-1", "4 foster children with this placement")},
		{"one lives there, and a bed is held", keeping(care.Child{DOB: older}, func(s *scene) { s.full(1, "") }), met("3 foster children there")},
		{"two live there, and the hold has run out", keeping(care.Child{DOB: older}, func(s *scene) { s.full(2, ""); s.at = s.holds[0].Until }), met("3 foster children there")},
		{"for him", func(s *scene) { s.full(2, ""); s.keeps(*s.child()) }, met("3 foster children there")},
	})
	requireRows(t, "bedrooms", []row{
		{"one room, and a bed held", keeping(care.Child{DOB: younger}, func(s *scene) { s.home.Bedrooms = []int{2} }), signOff(rulebook.PlacingAuthorities, "each placing authority agrees", "1 bedroom for 2 children over three")},
		{"for a baby", keeping(care.Child{DOB: born(1, monday)}, func(s *scene) { s.home.Bedrooms = []int{2} }), met("1 bedroom for 1 child over three")},
	})
	requireRows(t, "risk-to-child", []row{
		{"the same exploitation", keeping(care.Child{RisksToChild: care.List{"criminal-exploitation"}}, func(s *scene) {
			s.child().RisksToChild, s.home.SupportsRisks = care.List{"criminal-exploitation"}, care.List{"criminal-exploitation"}
		}), signOff(rulebook.NominatedOfficer, "locality risk assessment", "X-1, for whom a bed is held there, is at the same risk")},
	})
}

// An end that is expected frees a bed; it is no promise that somebody has left from whom
// the child must be kept.
func TestWhoIsExpectedToLeaveIsAskedAfter(t *testing.T) {
	younger := born(8, monday)
	leaves := func(c care.Child, on care.Day, also ...func(*scene)) func(*scene) {
		return func(s *scene) {
			c.ID = "R-1"
			s.lives(c, care.Stay{Start: monday - 9, ExpectedEnd: on})
			for _, do := range also {
				do(s)
			}
		}
	}
	confirm := func(also ...string) expected {
		return signOff(rulebook.PlacementOfficer, "confirm that R-1 has left, and record the end of P-000",
			append(also, "C-1 may not live with R-1, who is expected to leave by", "no end is recorded")...).without("end of P-000")
	}
	apart := care.Child{KeptApart: []care.ID{"C-1"}}
	requireRows(t, "kept-apart", []row{
		{"on the day itself", leaves(apart, monday), confirm("by 23 November 2026")},
		{"the day after", leaves(apart, monday+1), barred("open from 24 November 2026, when R-1 is expected to leave", "R-1, who lives there")},
		{"it should have been yesterday", leaves(apart, monday-1), barred("or when R-1 leaves", "R-1, who lives there")},
		{"asked for in advance", leaves(apart, monday-3, func(s *scene) { s.at = care.StartOf(monday - 5) }), confirm("by 20 November 2026")},
		{"the end is recorded", leaves(apart, monday, func(s *scene) { s.stays[0].End = monday }), met("nobody there")},
		{"from him", leaves(care.Child{}, monday, func(s *scene) { s.child().KeptApart = []care.ID{"R-1"} }), confirm()},
		{"and another stays", leaves(apart, monday, func(s *scene) { s.lives(care.Child{ID: "R-2", KeptApart: []care.ID{"C-1"}}) }), barred("or when R-2 leaves", "R-2, who lives there")},
		{"his own stay", func(s *scene) {
			leaves(*s.child(), monday)(s)
			s.child().KeptApart = []care.ID{"C-9"}
			s.stays[0].Child = "C-1"
		}, met("nobody there")},
	})
	requireRows(t, "alongside", []row{
		{"only with older", leaves(care.Child{DOB: younger}, monday, func(s *scene) { s.child().Alongside = care.OnlyWithOlder }), confirm()},
		{"nobody minds", leaves(care.Child{DOB: younger}, monday), met("no other children there")},
		{"his sister", leaves(care.Child{DOB: younger, Group: "G-1"}, monday, func(s *scene) { s.child().Alongside, s.child().Group = care.OnlyWithOlder, "G-1" }), met("no other")},
		{"beside what a nominated officer is asked", leaves(care.Child{DOB: younger}, monday, func(s *scene) {
			s.child().Alongside = care.OnlyWithOlder
			s.lives(care.Child{ID: "R-2", DOB: born(15, monday), Alongside: care.SoloRecommended})
		}), signOff(rulebook.NominatedOfficer, "confirm that R-1 has left", "recommended for R-2", "C-1 may not live with R-1").without("end of P-000")},
	})
	requireRows(t, "risk-to-others", []row{
		{"he would harm", leaves(care.Child{DOB: younger}, monday, func(s *scene) { s.child().RisksToOthers, s.home.OwnChildren = care.List{"sexual-harm"}, []care.Day{} }), confirm()},
		{"he would be harmed", leaves(care.Child{DOB: born(15, monday), RisksToOthers: care.List{"sexual-harm"}}, monday), confirm()},
		{"a risk that bars nobody", leaves(care.Child{DOB: younger, RisksToOthers: care.List{"physical-harm"}}, monday), met("no known risk")},
		{"beside an assessment", leaves(care.Child{DOB: younger, RisksToOthers: care.List{"sexual-harm"}}, monday, func(s *scene) { s.child().RisksToOthers = care.List{"fire-setting", "sexual-harm"} }),
			signOff(rulebook.NominatedOfficer, "risk assessment", "known risk from C-1", "may not live with R-1").without("end of P-000")},
	})
}

func TestABedIsHeldForThoseOfItsHold(t *testing.T) {
	h := care.Household{Occupancy: care.Occupancy{Holds: []care.Hold{{ID: "K-1", Children: []care.ID{"A", "B"}}, {ID: "K-2", Children: []care.ID{"C"}}}}}
	for held, want := range []care.ID{"K-1", "K-1", "K-2"} {
		require.Equal(t, want, h.HoldFor(held).ID)
	}
	require.Nil(t, h.HoldFor(3))
}
