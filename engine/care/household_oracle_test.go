package care_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
)

// The simulation walks through a home day by day, from 30 days before it is
// asked to horizon days after, and keeps a book of who sleeps there. It shares
// no step with the package but the values it reads.

const horizon = 60 // days; nothing in a random household happens later than 40

// question is what the simulation is asked.
type question struct {
	at       time.Time
	today    care.Day
	children []care.ID
}

// night says how many beds are taken on one day by others.
func (q question) night(h *care.Household, d care.Day) int {
	taken := 0
	for _, s := range h.Occupancy.Stays {
		left := s.End != 0 && d >= s.End
		expectedAway := s.End == 0 && s.ExpectedEnd != 0 && d >= s.ExpectedEnd
		overstayed := s.End == 0 && s.ExpectedEnd != 0 && q.today > s.ExpectedEnd
		gone := left || (expectedAway && !overstayed)
		if d >= s.Start && !gone && !slices.Contains(q.children, s.Child) {
			taken++
		}
	}
	for _, k := range h.Occupancy.Holds {
		for _, c := range k.Children {
			if !slices.Contains(q.children, c) && k.Until.After(q.at) && d >= k.From {
				taken++
			}
		}
	}
	return taken
}

// open is how many beds a home has for children, shut ones left out.
func open(h *care.Home) int {
	if h.BedsShut.Known {
		return h.Beds - h.BedsShut.N
	}
	return h.Beds
}

// unlisted says whether a vacancy list that is in force has its first place later.
func unlisted(h *care.Home, d care.Day) bool {
	return h.ListedFrom != 0 && d < h.ListedFrom && d >= h.ConfirmedOn
}

// free is the fewest beds left on any day from d on.
func (q question) free(h *care.Household, d care.Day) int {
	least := open(h.Home) - q.night(h, d)
	for ; d <= q.today+horizon; d++ {
		least = min(least, open(h.Home)-q.night(h, d))
	}
	return least
}

// firstFree asks about one day after the other, each as it looks when it begins.
func (q question) firstFree(h *care.Household, n int, from care.Day, london *time.Location) care.Day {
	for d := from; d <= q.today+horizon; d++ {
		closed := false
		for _, r := range h.Home.Closed {
			closed = closed || (d >= r.From && d <= r.To)
		}
		closed = closed || unlisted(h.Home, d)
		then := q
		year, month, dom := d.Date()
		if morning := time.Date(year, month, dom, 0, 0, 0, 0, london); morning.After(q.at) {
			then.at = morning
		}
		if !closed && then.free(h, d) >= n {
			return d
		}
	}
	return 0
}

var children = []care.ID{"A", "B", "C", "D", "E", "F"}

// drawQuestion picks an instant near a change of the clocks, in winter or in
// summer, and some of the children.
func drawQuestion(t *rapid.T, london *time.Location) question {
	start := rapid.SampledFrom([]time.Time{
		time.Date(2026, time.March, 27, 0, 0, 0, 0, london),
		time.Date(2026, time.October, 23, 0, 0, 0, 0, london),
		time.Date(2026, time.July, 10, 0, 0, 0, 0, london),
		time.Date(2026, time.December, 1, 0, 0, 0, 0, london),
	}).Draw(t, "season")
	at := start.Add(time.Duration(rapid.IntRange(0, 4*24*4).Draw(t, "quarter hours")) * 15 * time.Minute)
	year, month, dom := at.Date()
	return question{at: at, today: care.Date(year, month, dom), children: rapid.SliceOfN(rapid.SampledFrom(children), 0, 3).Draw(t, "asked for")}
}

func drawStay(t *rapid.T, i int, today care.Day) care.Stay {
	offset := rapid.Int32Range(-30, 40)
	after := func(name string, start care.Day) care.Day {
		if rapid.IntRange(0, 2).Draw(t, name+" recorded") == 0 {
			return 0
		}
		return max(start, today+care.Day(offset.Draw(t, name)))
	}
	start := today + care.Day(offset.Draw(t, "start"))
	return care.Stay{Placement: care.ID(fmt.Sprint("P", i)), Child: rapid.SampledFrom(children).Draw(t, "child"),
		Start: start, ExpectedEnd: after("expected end", start), End: after("end", start)}
}

// drawHold prefers the instants at which mistakes are made: the one that is
// asked about, and midnights.
func drawHold(t *rapid.T, i int, q question, london *time.Location) care.Hold {
	year, month, dom := q.at.Date()
	midnight := time.Date(year, month, dom+rapid.IntRange(-2, 30).Draw(t, "midnight"), 0, 0, 0, 0, london)
	until := rapid.SampledFrom([]time.Time{q.at, q.at.Add(1), midnight, midnight.Add(1), midnight.Add(-1), midnight.Add(13 * time.Hour)}).Draw(t, "until")
	if rapid.Bool().Draw(t, "written in UTC") {
		until = until.UTC()
	}
	return care.Hold{ID: care.ID(fmt.Sprint("K", i)), Children: rapid.SliceOfN(rapid.SampledFrom(children), 0, 3).Draw(t, "held for"),
		From: q.today + care.Day(rapid.Int32Range(-5, 35).Draw(t, "from")), Until: until}
}

func drawHousehold(t *rapid.T, q question, london *time.Location) *care.Household {
	h := household(rapid.IntRange(0, 4).Draw(t, "beds"))
	for i := range rapid.IntRange(0, 5).Draw(t, "stays") {
		h.Occupancy.Put(drawStay(t, i, q.today))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "holds") {
		h.Occupancy.Holds = append(h.Occupancy.Holds, drawHold(t, i, q, london))
	}
	if rapid.Bool().Draw(t, "listed") {
		h.Home.ConfirmedOn = q.today - care.Day(rapid.Int32Range(-9, 9).Draw(t, "confirmed"))
		h.Home.ListedFrom = q.today + care.Day(rapid.Int32Range(-9, 30).Draw(t, "listed from"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "closed") {
		from := q.today + care.Day(rapid.Int32Range(-10, 30).Draw(t, "closed from"))
		h.Home.Closed = append(h.Home.Closed, care.DayRange{From: from, To: from + care.Day(rapid.Int32Range(0, 9).Draw(t, "closed for"))})
	}
	return h
}

func TestFreeBedsAgreesWithWalkingThroughTheHomeDayByDay(t *testing.T) {
	london := inLondon(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t, london)
		h := drawHousehold(t, q, london)
		for d := q.today - 30; d <= q.today+horizon; d++ {
			require.Equal(t, q.free(h, d), h.FreeBeds(d, care.Ask(q.at, q.children...)), "%s, asked on %s", d, q.at)
		}
	})
}

func TestFirstFreeAgreesWithAskingAboutOneDayAfterTheOther(t *testing.T) {
	london := inLondon(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t, london)
		h := drawHousehold(t, q, london)
		from := q.today + care.Day(rapid.Int32Range(-5, 20).Draw(t, "from"))
		for n := range 5 {
			require.Equal(t, q.firstFree(h, n, from, london).String(), h.FirstFree(n, from, care.Ask(q.at, q.children...)).String(),
				"%d beds from %s, asked at %s", n, from, q.at)
		}
	})
}

func TestAskingChangesNothing(t *testing.T) {
	london := inLondon(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t, london)
		h := drawHousehold(t, q, london)
		before := fmt.Sprintf("%+v %+v", *h.Home, h.Occupancy)
		ask := care.Ask(q.at, q.children...)
		h.FreeBeds(q.today, ask)
		h.FirstFree(2, q.today, ask)
		require.Equal(t, before, fmt.Sprintf("%+v %+v", *h.Home, h.Occupancy))
	})
}

func TestMorePeopleNeverFreeABed(t *testing.T) {
	london := inLondon(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t, london)
		h := drawHousehold(t, q, london)
		ask := care.Ask(q.at, q.children...)
		before := h.FreeBeds(q.today, ask)
		h.Occupancy.Put(drawStay(t, 99, q.today))
		after := h.FreeBeds(q.today, ask)
		require.True(t, after == before || after == before-1, "%d beds were free, now %d", before, after)
		require.LessOrEqual(t, after, h.FreeBeds(q.today+1, ask), "a later day is never worse: its future is part of today's")
	})
}
