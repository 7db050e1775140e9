package engine_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

// street is a handful of homes along a road out of Leeds, each 5 miles from the
// next, and the children who live in them.
type street struct{ fixtures.World }

// home is so many fives of miles out, with so many beds.
func (s *street) home(id care.ID, fives, beds int) *care.Home {
	s.Homes = append(s.Homes, care.Home{ID: id, Kind: care.Foster, Authority: leeds, ApprovedBy: leeds, Where: care.Location{Point: care.At(53.8+float64(fives)*5*0.014473, -1.55)}, Beds: beds,
		Status: care.Approved, RegisteredFrom: today - 900, RegisteredUntil: care.Never(), RestrictedFrom: care.Never(), Closed: []care.DayRange{},
		Bedrooms: slices.Repeat([]int{1}, beds), FosteringSince: today - 4000, ConfirmedOn: today, OwnChildren: []care.Day{}, Smoking: care.No})
	return &s.Homes[len(s.Homes)-1]
}

// child is of a group and lives in a home since 400 days, unless it is empty.
func (s *street) child(id, group, home care.ID) *care.Child {
	s.Children = append(s.Children, care.Child{ID: id, DOB: care.Date(2014, time.May, 5), Authority: leeds, Group: group, Alongside: care.NoPreferenceGiven})
	if home != "" {
		s.Placements = append(s.Placements, care.Placement{ID: "P-" + id, Child: id, Home: home, Start: today - 400})
	}
	return &s.Children[len(s.Children)-1]
}

func newStreet() *street {
	s := &street{}
	s.home("H-NEAR", 0, 1)
	s.home("H-MID", 1, 2)
	s.home("H-FAR", 4, 1)
	s.home("H-BIG", 6, 4)
	return s
}

// At 5 miles apart the one home with a second bed takes both: one moves and one
// stays. The bigger home is farther out and empty, and its stability is better.
func TestTwoWhoLiveApartCouldLiveWithTheOneWhoseHomeHasABed(t *testing.T) {
	s := newStreet()
	s.child("C-1", "G", "H-NEAR").SchoolAt = care.Location{Point: s.Homes[0].Where.Point}
	s.child("C-2", "G", "H-MID")
	all := reunions(t, stored(t, &s.World), engine.ReuniteRequest{})
	require.Equal(t, []int{1, 1, 0}, []int{all.Groups, all.Separated, len(all.NoHome)})
	require.Len(t, all.Found, 1, "the best home is the one in which C-2 lives")
	r := all.Found[0]
	require.Equal(t, care.ID("H-MID"), r.Home.Home)
	require.Equal(t, []care.ID{"C-2"}, r.Home.LivesHere)
	require.Positive(t, r.Gain)
	require.Empty(t, r.SignOffs())
	require.Len(t, r.Moves, 1, "who stays does not move")
	require.InDelta(t, 0, *r.Moves[0].SchoolMilesNow, 0.001)
	require.InDelta(t, 5, *r.Moves[0].SchoolMilesThen, 0.01)
	require.Equal(t, engine.Move{Child: "C-1", From: "H-NEAR", Since: today - 400, Years: 1, SchoolMilesNow: r.Moves[0].SchoolMilesNow, SchoolMilesThen: r.Moves[0].SchoolMilesThen}, r.Moves[0])
}

// Where another home is better still, both are told: the best, and the best of
// those from which not everybody has to move.
func TestTheBestHomeAndTheBestInWhichSomeLiveAlready(t *testing.T) {
	s := newStreet()
	s.home("H-BEST", 1, 4)
	s.child("C-1", "G", "H-NEAR")
	s.child("C-2", "G", "H-MID")
	for i := range s.Children {
		s.Children[i].Needs = care.List{"attachment"}
	}
	s.Homes[4].Skills = care.List{"attachment"}
	all := reunions(t, stored(t, &s.World), engine.ReuniteRequest{})
	require.Equal(t, []care.ID{"H-BEST", "H-MID"}, []care.ID{all.Found[0].Home.Home, all.Found[1].Home.Home})
	require.Equal(t, 2, len(all.Found[0].Moves))
	require.Equal(t, 1, len(all.Found[1].Moves))
	require.Equal(t, all.Found[0].Now, all.Found[1].Now)
	require.Equal(t, 1, all.Separated, "one group, told twice")
}

func TestAdultsAreNeitherReunitedNorASeparation(t *testing.T) {
	s := newStreet()
	s.child("C-1", "G", "H-MID")
	s.child("C-2", "G", "H-MID")
	s.child("C-3", "G", "H-FAR").DOB = today.AddMonths(-12 * 18) // 18 today
	eng := stored(t, &s.World)
	all := reunions(t, eng, engine.ReuniteRequest{})
	require.Equal(t, []int{1, 0}, []int{all.Groups, all.Separated})
	before := reunions(t, eng, engine.ReuniteRequest{On: today - 1})
	require.Equal(t, 1, before.Separated, "the day before he was 17")
	require.Equal(t, care.ID("H-BIG"), before.Found[0].Home.Home)
	require.Len(t, before.Found[0].Moves, 3)

	s.Placements[1].Home = "H-NEAR"
	all = reunions(t, stored(t, &s.World), engine.ReuniteRequest{})
	require.Equal(t, 1, all.Separated)
	require.Len(t, all.Found, 2)
	for _, r := range all.Found {
		for _, m := range r.Moves {
			require.NotEqual(t, care.ID("C-3"), m.Child)
		}
	}
}

func TestAGroupOfAdultsAloneIsNotSeparated(t *testing.T) {
	s := newStreet()
	s.child("C-1", "G", "H-MID").DOB = today.AddMonths(-12 * 19)
	s.child("C-2", "G", "H-FAR").DOB = today.AddMonths(-12 * 20)
	all := reunions(t, stored(t, &s.World), engine.ReuniteRequest{})
	require.Equal(t, []int{1, 0, 0, 0}, []int{all.Groups, all.Separated, len(all.NoHome), len(all.Found)})
}

func TestWhoAreToBeKeptApartHaveNoHomeTogether(t *testing.T) {
	for name, set := range map[string]func(s *street){
		"the first's record says so":  func(s *street) { s.Children[0].KeptApart = []care.ID{"C-2"} },
		"the second's record says so": func(s *street) { s.Children[1].KeptApart = []care.ID{"C-1"} },
	} {
		s := newStreet()
		s.child("C-1", "G", "H-NEAR")
		s.child("C-2", "G", "H-FAR")
		eng := stored(t, &s.World)
		require.NotEmpty(t, reunions(t, eng, engine.ReuniteRequest{}).Found, name)
		set(s)
		require.NoError(t, eng.Add(t.Context(), engine.Records{Children: s.Children}))
		all := reunions(t, eng, engine.ReuniteRequest{})
		require.Equal(t, []int{1, 1, 0}, []int{all.Groups, all.Separated, len(all.Found)}, name)
		require.Equal(t, []engine.NoReunion{{Group: "G", KeptApart: [][2]care.ID{{"C-1", "C-2"}}}}, all.NoHome, name)
	}
}

func TestAChildWhoLivesNowhereComesAlong(t *testing.T) {
	s := newStreet()
	s.child("C-1", "G", "H-NEAR")
	s.child("C-2", "G", "")
	eng := stored(t, &s.World)
	require.Zero(t, reunions(t, eng, engine.ReuniteRequest{}).Separated, "one home is no separation; match finds the other a place")

	s.child("C-3", "G", "H-FAR")
	s.Children[1].SchoolAt = care.Location{Point: s.Homes[3].Where.Point}
	eng = stored(t, &s.World)
	all := reunions(t, eng, engine.ReuniteRequest{})
	require.Len(t, all.Found, 1)
	r := all.Found[0]
	require.Equal(t, care.ID("H-BIG"), r.Home.Home)
	require.Len(t, r.Moves, 3)
	require.Equal(t, care.ID("C-2"), r.Moves[1].Child)
	require.Equal(t, []any{care.ID(""), care.Day(0), 0}, []any{r.Moves[1].From, r.Moves[1].Since, r.Moves[1].Years})
	require.Nil(t, r.Moves[1].SchoolMilesNow)
	require.Zero(t, *r.Moves[1].SchoolMilesThen)
	require.Nil(t, r.Moves[0].SchoolMilesThen, "no school is recorded")
	now := (&families{oracle: &oracle{World: &s.World}, Engine: eng}).scoreNow(t, []care.ID{"C-1", "C-3"})
	require.Equal(t, now, r.Now, "the mean of the two who live somewhere")
}

func TestAPlacementThatHasEndedSeparatesNobody(t *testing.T) {
	s := newStreet()
	s.child("C-1", "G", "H-MID")
	s.child("C-2", "G", "H-FAR")
	s.Placements[1].End = today
	s.Placements = append(s.Placements, care.Placement{ID: "P-Z", Child: "C-2", Home: "H-MID", Start: today})
	eng := stored(t, &s.World)
	require.Zero(t, reunions(t, eng, engine.ReuniteRequest{}).Separated)
	yesterday := reunions(t, eng, engine.ReuniteRequest{On: today - 1})
	require.Equal(t, 1, yesterday.Separated, "the day before they still lived apart")
	require.Equal(t, care.ID("H-FAR"), yesterday.Found[0].Moves[len(yesterday.Found[0].Moves)-1].From)
}

// A bed that is held for another child is none for a brother until the hold runs
// out.
func TestTheInstantDecidesWhetherAHoldKeepsThemApart(t *testing.T) {
	s := newStreet()
	s.Homes = s.Homes[:3]
	s.child("C-1", "G", "H-NEAR")
	s.child("C-2", "G", "H-MID")
	s.child("C-OTHER", "", "")
	eng := stored(t, &s.World)
	require.NoError(t, engine.PutHold(t.Context(), eng, "H-MID", care.Hold{ID: "L-1", Children: []care.ID{"C-OTHER"}, From: today, Until: three(), By: "B. Officer"}))
	for at, homeless := range map[time.Time]int{{}: 1, three().Add(-time.Second): 1, three(): 0} {
		all := reunions(t, eng, engine.ReuniteRequest{On: today, At: at})
		require.Equal(t, []int{1, homeless, 1 - homeless}, []int{all.Separated, len(all.NoHome), len(all.Found)}, at)
	}
}

// Leeds is responsible for one and Bradford for the other: both councils see the
// group, and what either has to sign.
func TestAGroupOfTwoAuthoritiesIsFoundUnderEach(t *testing.T) {
	s := newStreet()
	s.child("C-1", "G", "H-NEAR")
	s.child("C-2", "G", "H-MID").Authority = bradford
	s.child("C-3", "G-LEEDS", "H-BIG")
	eng := stored(t, &s.World)
	for _, gss := range []string{leeds, bradford} {
		all := reunions(t, eng, engine.ReuniteRequest{Authority: gss})
		require.Equal(t, care.ID("G"), all.Found[0].Group)
		require.Equal(t, "out-of-area", all.Found[0].SignOffs()[0].Rule)
		require.Equal(t, map[string]int{leeds: 2, bradford: 1}[gss], all.Groups)
	}
	require.Equal(t, 1, reunions(t, eng, engine.ReuniteRequest{Authority: bradford, Group: "G"}).Groups)
	require.Zero(t, reunions(t, eng, engine.ReuniteRequest{Authority: bradford, Group: "G-LEEDS"}).Groups, "not one of Bradford's")
}

func TestWhatCannotBeAskedOfReunitingSaysWhy(t *testing.T) {
	s := newStreet()
	s.child("C-1", "G-1", "H-MID")
	for _, eng := range []*engine.Engine{engine.InMemory(), stored(t, &s.World)} { // nobody there is separated
		_, err := eng.Reunite(t.Context(), engine.ReuniteRequest{})
		var wrong *engine.InvalidRequestError
		require.ErrorAs(t, err, &wrong)
		_, err = eng.Reunite(t.Context(), engine.ReuniteRequest{On: care.Date(2020, 9, 25)})
		var early *engine.TooEarlyError
		require.ErrorAs(t, err, &early)
		_, err = eng.Reunite(t.Context(), engine.ReuniteRequest{On: care.Date(2020, 9, 26)})
		require.NoError(t, err)
		for _, gss := range []string{"", leeds} {
			_, err = eng.Reunite(t.Context(), engine.ReuniteRequest{On: today, Group: "G-2", Authority: gss})
			require.ErrorIs(t, err, engine.ErrUnknown)
			var unknown *engine.UnknownError
			require.ErrorAs(t, err, &unknown)
			require.Equal(t, "sibling group", unknown.Kind)
		}
		require.NoError(t, eng.Close())
		_, err = eng.Reunite(t.Context(), engine.ReuniteRequest{On: today})
		require.ErrorIs(t, err, engine.ErrClosed)
	}
}

func TestReunitingStopsWhenItIsInterrupted(t *testing.T) {
	w := fixtures.County(2)
	eng := stored(t, w)
	var seen []int
	all := reunions(t, eng, engine.ReuniteRequest{Progress: func(groups int) { seen = append(seen, groups) }})
	require.Equal(t, all.Groups, seen[len(seen)-1], "at the end all of them were looked at")
	require.True(t, slices.IsSorted(seen))
	interrupted := 0
	for {
		groups := 0
		_, err := eng.Reunite(&patient{t.Context(), interrupted}, engine.ReuniteRequest{On: today, Progress: func(n int) { groups = n }})
		if err == nil {
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		require.Less(t, groups, all.Groups, "no answer, and not all of the groups were looked at")
		interrupted++
	}
	require.Greater(t, interrupted, all.Groups, "it is asked at every group and within a search")
	s := newStreet()
	s.child("C-1", "G-1", "H-MID")
	s.child("C-2", "G-2", "H-MID")
	s.child("C-3", "G-3", "H-BIG")
	stopped, stop := contextOf(t)
	defer stop()
	_, err := stored(t, &s.World).Reunite(stopped, engine.ReuniteRequest{On: today, Progress: func(int) { stop() }})
	require.ErrorIs(t, err, context.Canceled, "between groups none of which lives apart")
}
