package care_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// What a Span says of the beds of one home, against counting them.

func TestBedsThatASpanSeesFree(t *testing.T) {
	for _, c := range []struct {
		why  string
		home *care.Household
		on   care.Day
		free int
	}{
		{"an empty home", household(2), today, 2},
		{"a home without beds", household(0), today, 0},
		{"five beds stand for more", household(12), today, 5},
		{"one of twelve taken", household(12, stay("A", today, 0, 0)), today, 5},
		{"a child lives there", household(2, stay("A", today-100, 0, 0)), today, 1},
		{"as many as there are beds", household(1, stay("A", today-100, 0, 0)), today, 0},
		{"over its number", household(1, stay("A", today-100, 0, 0), stay("B", today-9, 0, 0)), today, 0},
		{"a child left today", household(2, stay("A", today-100, 0, today)), today, 2},
		{"a child leaves tomorrow", household(2, stay("A", today-100, 0, today+1)), today, 1},
		{"a child leaves tomorrow, asked for then", household(2, stay("A", today-100, 0, today+1)), today + 1, 2},
		{"a child moves in next month", household(2, stay("A", today+30, 0, 0)), today, 1},
		{"a child comes for a month, asked for after it", household(2, stay("A", today+30, 0, today+60)), today + 60, 2},
		{"one leaves before another comes", household(2, stay("A", today-100, 0, today+10), stay("B", today+10, 0, 0)), today, 1},
		{"one leaves after another comes", household(2, stay("A", today-100, 0, today+11), stay("B", today+10, 0, 0)), today, 0},
		{"expected to leave today", household(2, stay("A", today-100, today, 0)), today, 2},
		{"expected to leave next week, asked for then", household(2, stay("A", today-100, today+7, 0)), today + 7, 2},
		{"expected to leave next week, asked for before", household(2, stay("A", today-100, today+7, 0)), today + 6, 1},
		{"overdue for a year", household(2, stay("A", today-500, today-365, 0)), today, 1},
		{"what is recorded beats what was expected", household(2, stay("A", today-100, today+50, today-5)), today, 2},
		{"expected to leave before another comes", household(2, stay("A", today-100, today+20, 0), stay("B", today+30, 0, 0)), today, 1},
		{"expected to leave after another comes", household(2, stay("A", today-100, today+31, 0), stay("B", today+30, 0, 0)), today, 0},
		{"held, which a Span does not see", household(2, hold(tonight.Add(time.Hour), today, "A")), today, 2},
	} {
		s, ask := care.SpanOf(c.home.Home, &c.home.Occupancy), care.Ask(tonight, "Z")
		require.Equal(t, c.free, s.Frees(c.on, &ask), c.why)
		for n := range 8 {
			require.Equal(t, min(n, care.MostFree) <= c.free, s.MayTake(n, c.on, &ask), "%s, for %d", c.why, n)
		}
	}
}

// blocks are the runs of sixteen days, of a thousand and twenty-four, that the
// days fall into: a Span knows of expected ends by them alone.
func blocks(days ...care.Day) map[care.Day]bool {
	in := map[care.Day]bool{}
	for _, d := range days {
		in[d/16%64] = true
	}
	return in
}

// fuzzy says whether a Span of one may see more beds than there are: where a
// child has overstayed an expected end, and either somebody is to arrive after
// the day, or some expected end falls into a block of days from the question to
// the day.
func fuzzy(o *care.Occupancy, on, now care.Day) bool {
	overdue, arrives := false, false
	var ends []care.Day
	for _, s := range o.Stays {
		arrives = arrives || s.Start > on
		if s.End == 0 && s.ExpectedEnd != 0 {
			overdue, ends = overdue || s.ExpectedEnd < now, append(ends, s.ExpectedEnd)
		}
	}
	var window []care.Day
	for d := now; d <= on; d++ {
		window = append(window, d)
	}
	meets := false
	for block := range blocks(window...) {
		meets = meets || blocks(ends...)[block]
	}
	return overdue && (arrives || meets)
}

func TestASpanSeesTheBedsThatAreFree(t *testing.T) {
	d := rolled(t, 41)
	asked, loose, free := 0, 0, 0
	for range rounds(8000) {
		h := &care.Household{Home: d.home(), Occupancy: *d.occupancy()}
		s := care.SpanOf(h.Home, &h.Occupancy)
		for range 4 {
			on, ask, now := d.question()
			want := min(max(h.FreeBeds(on, ask), 0), care.MostFree)
			got := s.Frees(on, &ask)
			exact := h.Home.Kind != care.ParentAndChild && !fuzzy(&h.Occupancy, on, now) // a Span counts a bed a stay
			if got < want || got > want && exact {
				require.Equal(t, want, got, "%d beds on %s, asked on %s: %+v", h.Home.Beds, on, now, h.Occupancy.Stays)
			}
			asked, loose, free = asked+1, loose+min(got-want, 1), free+min(want, 1)
		}
	}
	t.Logf("of %d questions %d found a bed, and %d saw one too many", asked, free, loose)
	require.Greater(t, free, asked/5)
	require.Greater(t, asked-free, asked/5)
	require.Less(t, loose, asked/10, "tightness is what makes a search fast")
	require.Positive(t, loose, "no random home shows what a Span cannot tell")
}

// lives counts who sleeps there on a day, as the simulation of beds does.
func lives(h *care.Household, on, now care.Day) int {
	bare := &care.Household{Home: h.Home, Occupancy: care.Occupancy{Stays: h.Occupancy.Stays}}
	return question{today: now}.night(bare, on)
}

func TestTheShareOfBedsThatNobodySleepsIn(t *testing.T) {
	d := rolled(t, 43)
	exact := 0
	for range rounds(8000) {
		h := &care.Household{Home: d.home(), Occupancy: *d.occupancy()}
		s := care.SpanOf(h.Home, &h.Occupancy)
		on, ask, now := d.question()
		n, of := max(open(h.Home)-lives(h, on, now), 0), max(h.Home.Beds, 1)
		got := s.Empty(on, &ask)
		require.GreaterOrEqual(t, int(got.N)*of, n*max(int(got.Of), 1), "%+v on %s, asked on %s: %+v", got, on, now, h)
		require.LessOrEqual(t, got.N, got.Of)
		arrives := false
		for _, st := range h.Occupancy.Stays {
			arrives = arrives || st.Start > on
		}
		// five free beds stand for more, and then for all
		if !arrives && !fuzzy(&h.Occupancy, on, now) && (n < care.MostFree || n == of) {
			require.Equal(t, n*int(got.Of), int(got.N)*of, "%+v on %s, asked on %s: %+v", got, on, now, h)
			exact++
		}
	}
	require.Greater(t, exact, rounds(8000)/3)
}

// kept is the share, by a day, of the ended stays that did not end early.
func kept(o *care.Occupancy, on care.Day) (n, of int) {
	for _, s := range o.Stays {
		if s.End == 0 || s.End > on {
			continue
		}
		of++
		if s.EndedEarly == care.No {
			n++
		}
	}
	return n, of
}

func TestTheShareOfStaysThatDidNotEndEarly(t *testing.T) {
	d := rolled(t, 44)
	settledOnes, halves := 0, 0
	for range rounds(5000) {
		o := d.occupancy()
		for k := range o.Stays[:len(o.Stays)/2] { // many leave on one day
			if o.Stays[k].End != 0 {
				o.Stays[k].End = today - 7
			}
		}
		s := care.SpanOf(d.home(), o)
		on := d.far()
		settled, bestN, bestOf := care.Day(math.MinInt32), 0, 1
		for _, st := range o.Stays {
			settled = max(settled, st.End)
			if n, of := kept(o, st.End); n*bestOf > bestN*max(of, 1) {
				bestN, bestOf = n, of
			}
		}
		got := s.Kept(on)
		n, of := kept(o, on)
		require.GreaterOrEqual(t, int(got.N)*max(of, 1), n*max(int(got.Of), 1), "%+v on %s: %+v", got, on, o.Stays)
		if on >= settled {
			require.Equal(t, n*max(int(got.Of), 1), int(got.N)*max(of, 1), "%+v on %s: %+v", got, on, o.Stays)
			settledOnes++
		} else {
			require.Equal(t, bestN*max(int(got.Of), 1), int(got.N)*bestOf, "the best it ever was, at the end of a day: %+v on %s: %+v", got, on, o.Stays)
		}
		if n > 0 && n < of {
			halves++
		}
	}
	require.Greater(t, settledOnes, rounds(5000)/5)
	require.Greater(t, halves, rounds(5000)/20)
}

func TestKeptOnTheDayAStayEnds(t *testing.T) {
	o := &care.Occupancy{Stays: []care.Stay{
		{Placement: "P1", Child: "A", Start: today - 90, End: today - 10, EndedEarly: care.No},
		{Placement: "P2", Child: "B", Start: today - 90, End: today, EndedEarly: care.Yes},
	}}
	h := plainHome()
	s := care.SpanOf(&h, o)
	require.Equal(t, care.Share{N: 1, Of: 2}, s.Kept(today), "the first day the bed is free it has ended")
	require.Equal(t, care.Share{N: 1, Of: 1}, s.Kept(today-1))
	both := spanOf(&h)
	require.Equal(t, care.Share{}, both.Kept(today), "nothing has ended, so nothing was kept")
}
