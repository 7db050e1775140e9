package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// What a Span says of the days on which homes are closed to new placements.

func closedFor(periods ...care.DayRange) *care.Home {
	h := plainHome()
	h.Closed = periods
	return &h
}

func days(from, to care.Day) care.DayRange { return care.DayRange{From: from, To: to} }

func TestDaysOnWhichASpanIsClosed(t *testing.T) {
	christmas := days(today+20, today+34)
	for _, c := range []struct {
		why    string
		homes  []*care.Home
		closed care.DayRange // backwards: on no day
	}{
		{"nothing recorded", []*care.Home{closedFor()}, days(1, 0)},
		{"recorded as never closed", []*care.Home{closedFor([]care.DayRange{}...)}, days(1, 0)},
		{"over Christmas", []*care.Home{closedFor(christmas)}, christmas},
		{"for a day", []*care.Home{closedFor(days(today, today))}, days(today, today)},
		{"over Christmas, and for a day before it", []*care.Home{closedFor(days(today, today), christmas)}, christmas},
		{"over Christmas, and for a week after it", []*care.Home{closedFor(christmas, days(today+40, today+46))}, christmas},
		{"twice for a week, of which the first is seen", []*care.Home{closedFor(days(today, today+6), days(today+30, today+36))}, days(today, today+6)},
		{"a Christmas written the wrong way round", []*care.Home{closedFor(days(today+34, today+20))}, days(1, 0)},
		{"one home of two over Christmas", []*care.Home{closedFor(christmas), closedFor()}, days(1, 0)},
		{"the other home of two", []*care.Home{closedFor(), closedFor(christmas)}, days(1, 0)},
		{"two homes over Christmas", []*care.Home{closedFor(christmas), closedFor(christmas)}, christmas},
		{"two homes, one of them longer", []*care.Home{closedFor(days(today+10, today+60)), closedFor(christmas)}, christmas},
		{"two homes, one after the other", []*care.Home{closedFor(christmas), closedFor(days(today+35, today+40))}, days(1, 0)},
		{"two homes, which have a day in common", []*care.Home{closedFor(days(today+34, today+40)), closedFor(christmas)}, days(today+34, today+34)},
		{"three homes, of which no two are closed at once", []*care.Home{closedFor(days(today, today+5)), closedFor(days(today+6, today+9)), closedFor(days(today+2, today+20))}, days(1, 0)},
	} {
		all := spanOf(c.homes[0])
		for _, h := range c.homes[1:] {
			by := spanOf(h)
			all.Widen(&by)
		}
		for on := today - 70; on < today+70; on++ {
			require.Equal(t, !c.closed.Holds(on), all.MayAdmit(on), "%s, on %s", c.why, on)
		}
	}
}

// A list that has its first place later shuts a home until then, and says nothing
// of the days before it spoke.
func TestASpanIsClosedUntilTheFirstPlaceOfAList(t *testing.T) {
	listed := closedFor()
	listed.ConfirmedOn, listed.ListedFrom = today, today+9
	s := spanOf(listed)
	for on := today - 20; on < today+20; on++ {
		r, shut := listed.ClosedOn(on)
		require.Equal(t, on >= today && on < today+9, shut, "%s", on)
		require.Equal(t, !shut, s.MayAdmit(on), "%s", on)
		if shut {
			require.Equal(t, days(today, today+8), r)
		}
	}
	require.Nil(t, listed.Closed, "a list does not say when the home itself is closed")
	past := closedFor()
	past.ConfirmedOn, past.ListedFrom = today, today
	_, shut := past.Unlisted()
	require.False(t, shut)
	s = spanOf(past)
	require.True(t, s.MayAdmit(today))
}

// longest is, day by day, when a home is in the longest of its closed periods,
// and the first of those that are as long.
func longest(h *care.Home) map[care.Day]bool {
	best := map[care.Day]bool{}
	for _, r := range h.Closed {
		these := map[care.Day]bool{}
		for d := r.From; d <= r.To; d++ {
			these[d] = true
		}
		if len(these) > len(best) {
			best = these
		}
	}
	these := map[care.Day]bool{}
	for d := h.ConfirmedOn; unlisted(h, d); d++ {
		these[d] = true
	}
	if len(these) > len(best) {
		best = these
	}
	return best
}

func TestASpanIsClosedWhereEachOfItsHomesIs(t *testing.T) {
	d := rolled(t, 45)
	open, shut, unseen := 0, 0, 0
	for range rounds(3000) {
		on, homes := d.around(-45, 100), []*care.Home{d.home(), d.home(), d.home()}[d.IntN(3):]
		for _, h := range homes {
			if d.IntN(4) > 0 { // or hardly any two are closed at once
				h.Closed = append(h.Closed, days(on-care.Day(d.IntN(9)), on+care.Day(d.IntN(9))))
			}
		}
		all := spanOf(homes[0])
		for _, h := range homes[1:] {
			by := spanOf(h)
			all.Widen(&by)
		}
		may, seen := false, true // whether a home admits, and whether each is in its longest period
		for _, h := range homes {
			admits := true
			for _, r := range h.Closed {
				admits = admits && (on < r.From || r.To < on)
			}
			admits = admits && !unlisted(h, on)
			may, seen = may || admits, seen && longest(h)[on]
		}
		require.True(t, all.MayAdmit(on) || !may, "on %s: %+v", on, homes[0].Closed)
		require.Equal(t, !seen, all.MayAdmit(on), "of %d homes on %s: %+v", len(homes), on, homes[0].Closed)
		switch {
		case may:
			open++
		case seen:
			shut++
		default:
			unseen++
		}
	}
	t.Logf("%d are open, %d are seen to be closed, %d are closed and not seen to be", open, shut, unseen)
	require.Greater(t, open, rounds(3000)/5)
	require.Greater(t, shut, rounds(3000)/5)
	require.Less(t, unseen, shut, "tightness is what makes a search fast")
	require.Positive(t, unseen, "no random home shows what a Span cannot tell")
}
