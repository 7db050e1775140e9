package care_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// tonight is when the officer asks: a Sunday evening in November.
var (
	tonight = time.Date(2026, time.November, 22, 18, 0, 0, 0, time.UTC)
	today   = care.Date(2026, time.November, 22)
)

// household is a home with so many beds and the stays and holds given.
func household(beds int, parts ...any) *care.Household {
	h := &care.Household{Home: &care.Home{ID: "H-1", Beds: beds}, Occupancy: care.Occupancy{Home: "H-1"}}
	for _, p := range parts {
		switch p := p.(type) {
		case care.Stay:
			h.Occupancy.Put(p)
		case care.Hold:
			h.Occupancy.Holds = append(h.Occupancy.Holds, p)
		case care.DayRange:
			h.Home.Closed = append(h.Home.Closed, p)
		}
	}
	return h
}

func stay(child care.ID, start, expected, end care.Day) care.Stay {
	return care.Stay{Placement: "P-" + child, Child: child, Start: start, ExpectedEnd: expected, End: end}
}

func hold(until time.Time, from care.Day, children ...care.ID) care.Hold {
	return care.Hold{ID: "K-1", Children: children, From: from, Until: until, By: "A. Officer"}
}

// A parent and their child are a unit of two beds, whoever of them is recorded.
func TestBedsOfUnitsInAParentAndChildHome(t *testing.T) {
	mother, baby := care.Date(2010, time.May, 1), care.Date(2026, time.October, 1)
	for _, c := range []struct {
		why      string
		kind     care.Kind
		born     []care.Day
		children int
		beds     int
	}{
		{"a mother whose baby is not recorded", care.ParentAndChild, []care.Day{mother}, 1, 2},
		{"a baby whose mother is grown up", care.ParentAndChild, []care.Day{baby}, 1, 2},
		{"a mother and her baby", care.ParentAndChild, []care.Day{mother, baby}, 2, 2},
		{"a mother of twins", care.ParentAndChild, []care.Day{mother, baby, baby}, 3, 4},
		{"two mothers", care.ParentAndChild, []care.Day{mother, mother}, 2, 4},
		{"another foster home", care.Foster, []care.Day{mother}, 1, 1},
		{"nobody", care.ParentAndChild, nil, 0, 0},
	} {
		lived, held := household(6), household(6)
		lived.Home.Kind, held.Home.Kind = c.kind, c.kind
		var ids []care.ID
		for i, dob := range c.born {
			id := care.ID('A' + rune(i))
			ids = append(ids, id)
			lived.Occupancy.Put(stay(id, today-9, 0, 0))
			lived.Residents = append(lived.Residents, care.Child{ID: id, DOB: dob})
		}
		children, beds := lived.Most(today, care.Ask(tonight))
		require.Equal(t, []int{c.children, c.beds}, []int{children, beds}, c.why)
		require.Equal(t, 6-c.beds, lived.FreeBeds(today, care.Ask(tonight)), c.why)
		if held.Occupancy.Holds = []care.Hold{hold(tonight.Add(time.Hour), today, ids...)}; c.children < 3 {
			_, beds = held.Most(today, care.Ask(tonight))
			require.Equal(t, c.kind.BedsFor(c.children)*min(c.children, 1), beds, c.why)
		}
	}
}

func TestFreeBedsTonight(t *testing.T) {
	tomorrow := tonight.Add(24 * time.Hour)
	for _, c := range []struct {
		why  string
		home *care.Household
		free int
	}{
		{"an empty home", household(2), 2},
		{"a home without beds", household(0), 0},
		{"a child lives there", household(2, stay("A", today-100, 0, 0)), 1},
		{"a child moves in today", household(2, stay("A", today, 0, 0)), 1},
		{"a child moves in next month", household(2, stay("A", today+30, 0, 0)), 1},
		{"a child has left", household(2, stay("A", today-100, 0, today-1)), 2},
		{"a child leaves today: the end is the first free day", household(2, stay("A", today-100, 0, today)), 2},
		{"a child leaves tomorrow", household(2, stay("A", today-100, 0, today+1)), 1},
		{"a child is expected to leave today", household(2, stay("A", today-100, today, 0)), 2},
		{"a child is expected to leave tomorrow", household(2, stay("A", today-100, today+1, 0)), 1},
		{"a child who was expected to leave yesterday is still there", household(2, stay("A", today-100, today-1, 0)), 1},
		{"what was recorded beats what was expected", household(2, stay("A", today-100, today+50, today-5)), 2},
		{"and may be later than it", household(2, stay("A", today-100, today, today+5)), 1},
		{"a child came and went on one day", household(2, stay("A", today, 0, today)), 2},
		{"one leaves before the next comes", household(1, stay("A", today-9, 0, today+5), stay("B", today+5, 0, 0)), 0},
		{"two who follow each other take one bed", household(2, stay("A", today-9, 0, today+5), stay("B", today+5, 0, 0)), 1},
		{"two who overlap by a day take two", household(2, stay("A", today-9, 0, today+6), stay("B", today+5, 0, 0)), 0},
		{"over its number", household(1, stay("A", today-9, 0, 0), stay("B", today-9, 0, 0), stay("C", today-9, 0, 0)), -2},
		{"held for two siblings", household(3, hold(tomorrow, today, "A", "B")), 1},
		{"held from next week on", household(3, hold(tomorrow, today+7, "A", "B")), 1},
		{"held until this instant", household(3, hold(tonight, today, "A", "B")), 3},
		{"held until the next nanosecond", household(3, hold(tonight.Add(1), today, "A", "B")), 1},
		{"held without children", household(3, hold(tomorrow, today)), 3},
		{"held, lived in and promised", household(4, hold(tomorrow, today, "A"), stay("B", today-1, 0, 0), stay("C", today+3, 0, 0)), 1},
		{"closed over Christmas takes no bed", household(2, care.DayRange{From: today, To: today + 30}), 2},
	} {
		require.Equal(t, c.free, c.home.FreeBeds(today, care.Ask(tonight, "X")), c.why)
		require.Equal(t, c.free, c.home.FreeBeds(today, care.Ask(tonight)), "%s, asked for nobody", c.why)
	}
}

func TestOwnStaysAndHoldsDoNotStandInTheWay(t *testing.T) {
	h := household(2, stay("A", today-10, 0, 0), stay("B", today+5, 0, 0), hold(tonight.Add(time.Hour), today, "C"))
	require.Equal(t, -1, h.FreeBeds(today, care.Ask(tonight)))
	require.Equal(t, 0, h.FreeBeds(today, care.Ask(tonight, "A")))
	require.Equal(t, 0, h.FreeBeds(today, care.Ask(tonight, "B")))
	require.Equal(t, 0, h.FreeBeds(today, care.Ask(tonight, "C")))
	require.Equal(t, 1, h.FreeBeds(today, care.Ask(tonight, "C", "A")))
	require.Equal(t, 2, h.FreeBeds(today, care.Ask(tonight, "A", "B", "C")))
}

func TestAHoldForSiblingsKeepsTheBedOfWhoeverIsNotAskedFor(t *testing.T) {
	h := household(2, hold(tonight.Add(time.Hour), today, "A", "B"))
	require.Equal(t, 0, h.FreeBeds(today, care.Ask(tonight, "X")))
	require.Equal(t, 1, h.FreeBeds(today, care.Ask(tonight, "B")))
	require.Equal(t, 2, h.FreeBeds(today, care.Ask(tonight, "A", "B")))
}

func TestLivesNamesOtherChildrenOnly(t *testing.T) {
	ask := care.Ask(tonight, "A")
	mine, theirs := stay("A", today-10, 0, 0), stay("B", today-10, 0, today+3)
	require.False(t, ask.Lives(&mine, today))
	require.True(t, ask.Lives(&theirs, today))
	require.True(t, ask.Lives(&theirs, today+2))
	require.False(t, ask.Lives(&theirs, today+3))
	require.False(t, ask.Lives(&theirs, today-11))
}

func TestKeepsCountsBedsForOthersThatAreWantedByThen(t *testing.T) {
	ask := care.Ask(tonight, "A")
	theirs, mine, past := hold(tonight.Add(1), today+2, "B"), hold(tonight.Add(1), today, "B", "A"), hold(tonight, today, "B")
	require.Equal(t, 0, ask.Keeps(&theirs, today+1))
	require.Equal(t, 1, ask.Keeps(&theirs, today+2))
	require.Equal(t, 1, ask.Keeps(&theirs, today+3))
	require.Equal(t, 1, ask.Keeps(&mine, today), "the bed of B")
	require.Equal(t, 0, ask.Keeps(&past, today))
}

func TestAStaySeenFromDifferentDays(t *testing.T) {
	s := stay("A", today-10, today+5, 0)
	require.False(t, s.On(today-11, today))
	require.True(t, s.On(today-10, today))
	require.True(t, s.On(today+4, today))
	require.False(t, s.On(today+5, today), "as expected")
	require.False(t, s.On(today+5, today+5), "expected to leave that day")
	require.True(t, s.On(today+5, today+6), "seen a day later it has not come true")
	require.True(t, s.On(today+900, today+6))
}

func TestAStayIsRecordedUntilItsEndIs(t *testing.T) {
	open, ended, passing := stay("A", today-10, today-5, 0), stay("A", today-10, today+9, today+5), stay("A", today, 0, today)
	require.False(t, open.Recorded(today-11))
	require.True(t, open.Recorded(today-10))
	require.True(t, open.Recorded(today+900), "what was expected does not count")
	require.True(t, ended.Recorded(today+4))
	require.False(t, ended.Recorded(today+5))
	require.False(t, passing.Recorded(today), "came and went on one day")
}

func TestTheEveningInSummerBelongsToTheLondonDay(t *testing.T) {
	july := care.Date(2026, time.July, 10)
	h := household(1, stay("A", july-30, july, 0))
	require.Equal(t, 1, h.FreeBeds(july, care.Ask(time.Date(2026, time.July, 10, 22, 59, 59, 0, time.UTC))))
	require.Equal(t, 0, h.FreeBeds(july, care.Ask(time.Date(2026, time.July, 10, 23, 0, 0, 0, time.UTC))), "it is 11 July in London: A has overstayed")
}

func TestFirstFreeDay(t *testing.T) {
	midnight := care.StartOf(today + 3)
	for _, c := range []struct {
		why  string
		home *care.Household
		want care.Day
	}{
		{"free already", household(1), today},
		{"no beds at all", household(0), 0},
		{"full for good", household(1, stay("A", today-9, 0, 0)), 0},
		{"overstayed: nobody knows when", household(1, stay("A", today-9, today-1, 0)), 0},
		{"free when the child leaves", household(1, stay("A", today-9, 0, today+4)), today + 4},
		{"free when the child is expected to leave", household(1, stay("A", today-9, today+4, 0)), today + 4},
		{"promised to the next one", household(1, stay("A", today-9, 0, today+4), stay("B", today+8, 0, today+20)), today + 20},
		{"free the day after the hold runs out at noon", household(1, hold(midnight.Add(12*time.Hour), today, "A")), today + 4},
		{"free on the day that begins when the hold runs out", household(1, hold(midnight, today, "A")), today + 3},
		{"free the day after, a nanosecond past midnight", household(1, hold(midnight.Add(1), today, "A")), today + 4},
		{"a hold that runs out later tonight keeps the bed today", household(1, hold(tonight.Add(time.Hour), today, "A")), today + 1},
		{"a hold that has run out", household(1, hold(tonight, today, "A")), today},
		{"closed now", household(1, care.DayRange{From: today - 3, To: today + 2}), today + 3},
		{"closed twice in a row", household(1, care.DayRange{From: today, To: today + 2}, care.DayRange{From: today + 3, To: today + 5}), today + 6},
		{"closed later", household(1, care.DayRange{From: today + 1, To: today + 2}), today},
		{"closed when the child leaves", household(1, stay("A", today-9, 0, today+4), care.DayRange{From: today + 2, To: today + 9}), today + 10},
		{"over its number: two must leave", household(1, stay("A", today-9, 0, today+4), stay("B", today-9, 0, today+6)), today + 6},
	} {
		require.Equal(t, c.want.String(), c.home.FirstFree(1, today, care.Ask(tonight, "X")).String(), c.why)
	}
}

func TestFirstDayWithABedForEachSibling(t *testing.T) {
	h := household(3, stay("A", today-9, 0, today+4), stay("B", today-9, today+6, 0), stay("C", today-9, 0, 0))
	ask := care.Ask(tonight, "X", "Y")
	require.Equal(t, today, h.FirstFree(0, today, ask))
	require.Equal(t, today+4, h.FirstFree(1, today, ask))
	require.Equal(t, today+6, h.FirstFree(2, today, ask))
	require.Zero(t, h.FirstFree(3, today, ask))
	require.Equal(t, today+6, h.FirstFree(3, today, care.Ask(tonight, "C", "Y")), "C lives there already")
	require.Equal(t, today+5, h.FirstFree(1, today+5, ask), "asked about a later day")
}

func TestOccupancyKeepsStaysInOrderOfPlacement(t *testing.T) {
	var o care.Occupancy
	for _, id := range []care.ID{"P-3", "P-1", "P-2", "P-10"} {
		o.Put(care.Stay{Placement: id, Child: "C" + id, Start: today})
	}
	placements := func() (ids []care.ID) {
		for _, s := range o.Stays {
			ids = append(ids, s.Placement)
		}
		return ids
	}
	require.Equal(t, []care.ID{"P-1", "P-10", "P-2", "P-3"}, placements())
	o.Put(care.Stay{Placement: "P-2", Child: "other", Start: today, End: today + 1})
	require.Equal(t, []care.ID{"P-1", "P-10", "P-2", "P-3"}, placements(), "the same placement is replaced")
	require.Equal(t, care.ID("other"), o.Stays[2].Child)
	require.Equal(t, today+1, o.Stays[2].End)
	o.Remove("P-10")
	o.Remove("P-99")
	require.Equal(t, []care.ID{"P-1", "P-2", "P-3"}, placements())
}
