package rulebook_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestBedrooms(t *testing.T) {
	rooms := func(share care.Answer, sleepers ...int) func(*scene) {
		return func(s *scene) { s.home.Bedrooms, s.home.SiblingsMayShare = sleepers, share }
	}
	sister := func(s *scene) { s.full(1, "G-1"); s.child().Group = "G-1" }
	with := func(changes ...func(*scene)) func(*scene) {
		return func(s *scene) {
			for _, c := range changes {
				c(s)
			}
		}
	}
	agree := func(says ...string) expected {
		return signOff(rulebook.PlacingAuthorities, "each placing authority agrees", says...)
	}
	requireRows(t, "bedrooms", []row{
		{"a room for one", rooms(care.No, 1), met("1 bedroom for 1 child over three")},
		{"no room at all", with(rooms(care.No), func(s *scene) { s.home.Bedrooms = []int{} }), agree("0 bedrooms for 1 child")},
		{"not recorded", with(rooms(care.Yes), func(s *scene) { s.home.Bedrooms = nil }), signOff(rulebook.PlacementOfficer, "record bedrooms").without("bedrooms")},
		{"third birthday today: not over three", with(rooms(care.No, 1), func(s *scene) { s.full(1, "") }, func(s *scene) { s.child().DOB = born(3, monday) }), met("1 child over three")},
		{"third birthday yesterday", with(rooms(care.No, 1), func(s *scene) { s.full(1, "") }, func(s *scene) { s.child().DOB = born(3, monday-1) }), agree("1 bedroom for 2 children")},
		{"a resident of an age not recorded", with(rooms(care.Yes, 1), func(s *scene) { s.lives(care.Child{ID: "R-1"}) }), agree("2 children")},
		{"a resident who left today", with(rooms(care.No, 1), func(s *scene) { s.full(1, ""); s.stays[0].End = monday }), met("1 child")},
		{"one who is to move in", with(rooms(care.No, 1), func(s *scene) { s.full(1, ""); s.stays[0].Start = monday + 30 }), agree("2 children")},
		{"a sister who may share", with(rooms(care.Yes, 2), sister), met("1 bedroom for 2 children")},
		{"a sister who may not", with(rooms(care.No, 2), sister), agree("would share")},
		{"a sister, and nobody said", with(rooms(care.Unknown, 2), sister), signOff(rulebook.PlacementOfficer, "record siblings_may_share").without("siblings_may_share")},
		{"a sister and a room for one", with(rooms(care.Yes, 1), sister), agree("would share")},
		{"nobody said, and it would not do", with(rooms(care.Unknown, 1), sister), agree("would share")},
		{"no sister of his may share", with(rooms(care.Yes, 2), func(s *scene) { s.full(1, "G-2"); s.child().Group = "G-1" }), agree("would share")},
		{"carers' own children have rooms of their own", with(rooms(care.No, 1), func(s *scene) { s.home.OwnChildren = []care.Day{born(9, monday)} }), met("1 bedroom")},
		{"a children's home", with(rooms(care.No, 1), func(s *scene) { s.full(5, ""); s.home.Kind = care.ChildrensHome }), silent()},
	})
}

// TestBedroomsAgreeWithGivingEachChildEveryRoom puts every child in every room in
// turn and keeps what no rule of sharing forbids.
func TestBedroomsAgreeWithGivingEachChildEveryRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := plain()
		s.home.Bedrooms = append([]int{}, rapid.SliceOfN(rapid.IntRange(1, 3), 0, 4).Draw(t, "rooms")...)
		s.home.SiblingsMayShare = pick(t, "share", care.Yes, care.No)
		s.child().Group = pick[care.ID](t, "group", "", "G-1", "G-2")
		groups := []care.ID{s.child().Group}
		for i := range rapid.IntRange(0, 5).Draw(t, "residents") {
			s.full(1, pick[care.ID](t, "group", "", "G-1", "G-1", "G-2"))
			s.residents[i].ID = care.ID(rune('a' + i))
			groups = append(groups, s.residents[i].Group)
		}
		want := rulebook.SignOff
		if assign(s.home.Bedrooms, groups, nil, s.home.SiblingsMayShare == care.Yes) {
			want = rulebook.Met
		}
		require.Equal(t, want, s.byPlace(t)[place{rule: "bedrooms"}].Verdict, "%v for %q", s.home.Bedrooms, groups)
	})
	// chance may draw none who share, so one such home is certain
	s := plain()
	s.home.Bedrooms, s.home.SiblingsMayShare, s.child().Group = []int{2}, care.Yes, "G-1"
	s.full(1, "G-1")
	require.True(t, assign(s.home.Bedrooms, []care.ID{"G-1", "G-1"}, nil, true))
	require.Equal(t, rulebook.Met, s.byPlace(t)[place{rule: "bedrooms"}].Verdict)
}

func assign(rooms []int, groups []care.ID, in []int, share bool) bool {
	child := len(in)
	if child == len(groups) {
		return true
	}
	for room := range rooms {
		beside, fits := 1, true
		for other, theirs := range in {
			if theirs == room {
				beside++
				fits = fits && share && groups[other] != "" && groups[other] == groups[child]
			}
		}
		if fits && beside <= rooms[room] && assign(rooms, groups, append(in[:child:child], room), share) {
			return true
		}
	}
	return false
}

// Rooms of two sizes by turns, and families that just do not fit: trying every room
// for each would take longer than anybody lives.
func TestAHouseOfManyRoomsIsJudgedAtOnce(t *testing.T) {
	var rooms []int
	for range 16 {
		rooms = append(rooms, 2, 4)
	}
	require.False(t, rulebook.Houses(rooms, []int{49, 47}))
	require.True(t, rulebook.Houses(rooms, []int{48, 48}))
	require.False(t, rulebook.Houses([]int{2, 2}, []int{1, 1, 1}))
}

// A children's home is bound neither by the fostering limit nor by its bedrooms.
func TestFosteringRulesNeverTouchAChildrensHome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		s.home.Kind, s.home.OwnChildren = pick(t, "kind", care.ChildrensHome, care.Secure, care.Supported), nil
		for at := range s.byPlace(t) {
			require.NotContains(t, []string{"usual-fostering-limit", "bedrooms", "smoking", "parent-and-child"}, at.rule)
		}
	})
}
