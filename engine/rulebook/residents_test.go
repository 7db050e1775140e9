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

func TestABedIsHeldForThoseOfItsHold(t *testing.T) {
	h := care.Household{Occupancy: care.Occupancy{Holds: []care.Hold{{ID: "K-1", Children: []care.ID{"A", "B"}}, {ID: "K-2", Children: []care.ID{"C"}}}}}
	for held, want := range []care.ID{"K-1", "K-1", "K-2"} {
		require.Equal(t, want, h.HoldFor(held).ID)
	}
	require.Nil(t, h.HoldFor(3))
}
