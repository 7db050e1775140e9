package scoring_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func planned(d care.Duration) *care.Case {
	return placing(aChild(func(c *care.Child) { c.Plan = d }))
}

// settled is a foster home in which every quarter is known: fostering for five
// years, one past placement that did not end early, empty.
func settled(changes ...func(*care.Home)) *care.Household {
	h := aHome(append([]func(*care.Home){func(h *care.Home) { h.FosteringSince = monday.AddMonths(-60) }}, changes...)...)
	settle(h, "C-8", monday-400, monday-100, care.No)
	return h
}

func TestStability(t *testing.T) {
	since := func(d care.Day) func(*care.Home) { return func(h *care.Home) { h.FosteringSince = d } }
	offers := func(d ...care.Duration) func(*care.Home) { return func(h *care.Home) { h.Durations = d } }
	for _, s := range []struct {
		name  string
		home  *care.Household
		value float64
		says  string
	}{
		{"everything speaks for it", settled(), 1,
			"covers a plan of long care; 5 years of experience; 0 of 1 past placements ended early; 0 living there, beds: 2"},
		{"offers another duration", settled(offers(care.Short, care.Respite)), 0.75,
			"does not offer long care; 5 years of experience; 0 of 1 past placements ended early; 0 living there, beds: 2"},
		{"offers that duration among others", settled(offers(care.Short, care.Long)), 1,
			"covers a plan of long care; 5 years of experience; 0 of 1 past placements ended early; 0 living there, beds: 2"},
		{"a year of fostering is a fifth", settled(since(monday.AddMonths(-12))), 0.8,
			"covers a plan of long care; 1 year of experience; 0 of 1 past placements ended early; 0 living there, beds: 2"},
		{"a day short of five years is four", settled(since(monday.AddMonths(-60) + 1)), 0.95,
			"covers a plan of long care; 4 years of experience; 0 of 1 past placements ended early; 0 living there, beds: 2"},
		{"thirty years count as five", settled(since(care.Date(1996, time.May, 1))), 1,
			"covers a plan of long care; 30 years of experience; 0 of 1 past placements ended early; 0 living there, beds: 2"},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := reasonFor(t, planned(care.Long), s.home, "stability")
			requireValue(t, s.value, r)
			require.Equal(t, s.says, r.Says)
			require.Empty(t, r.Missing)
			require.Nil(t, r.Miles)
		})
	}
}

func TestStabilityWithoutAPlanIsAMeanOfThree(t *testing.T) {
	r := reasonFor(t, planned(""), settled(func(h *care.Home) { h.FosteringSince = monday.AddMonths(-12) }), "stability")
	requireValue(t, (0.2+1+1)/3, r)
	require.Equal(t, "1 year of experience; 0 of 1 past placements ended early; 0 living there, beds: 2", r.Says)
}

func TestPastPlacements(t *testing.T) {
	history := func(early ...care.Answer) *care.Household {
		h := aHome(func(h *care.Home) { h.FosteringSince = monday.AddMonths(-60) })
		for _, a := range early {
			settle(h, "C-8", monday-400, monday-100, a)
		}
		return h
	}
	for _, s := range []struct {
		name    string
		home    *care.Household
		quarter float64
		says    string
		missing []string
	}{
		{"half ended early", history(care.Yes, care.No), 0.5, "1 of 2 past placements ended early", nil},
		{"all ended early", history(care.Yes), 0, "1 of 1 past placements ended early", nil},
		{"not known of one counts as not well", history(care.No, care.Unknown), 0.5,
			"0 of 2 past placements ended early, of 1 it is not recorded", []string{"ended_early of past placements"}},
		{"no past", history(), 0, "no past placements recorded", nil},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := reasonFor(t, planned(care.Long), s.home, "stability")
			requireValue(t, (1+1+s.quarter+1)/4, r)
			require.Contains(t, r.Says, s.says)
			require.Equal(t, s.missing, r.Missing)
		})
	}
	today := aHome(func(h *care.Home) { h.FosteringSince = monday.AddMonths(-60) })
	settle(today, "C-7", monday-50, monday, care.No) // left this morning: past
	settle(today, "C-8", monday-50, monday+1, care.Yes)
	settle(today, "C-9", monday-50, 0, care.Yes)
	r := reasonFor(t, planned(care.Long), today, "stability")
	require.Contains(t, r.Says, "0 of 1 past placements ended early; 2 living there, beds: 2", "a stay that goes on is no past one")
	requireValue(t, 0.75, r)
}

func TestRoom(t *testing.T) {
	with := func(beds int, living ...care.ID) *care.Household {
		h := settled(func(h *care.Home) { h.Beds = beds })
		for _, id := range living {
			settle(h, id, monday-10, 0, care.Unknown)
		}
		return h
	}
	for _, s := range []struct {
		name string
		home *care.Household
		room float64
	}{
		{"empty", with(3), 1},
		{"one of three", with(3, "C-5"), 2.0 / 3},
		{"full", with(1, "C-5"), 0},
		{"over its number", with(1, "C-5", "C-6"), 0},
		{"the child lives here already and does not stand in its own way", with(1, "C-1"), 1},
		{"no beds at all", with(0), 0},
	} {
		t.Run(s.name, func(t *testing.T) {
			requireValue(t, (3+s.room)/4, reasonFor(t, planned(care.Long), s.home, "stability"))
		})
	}
}

// Beds that are shut cost points, so the reason says how many they are.
func TestTheReasonSaysHowManyBedsAreShut(t *testing.T) {
	says := func(shut care.Number) string {
		h := settled(func(h *care.Home) { h.Beds, h.BedsShut = 4, shut })
		settle(h, "C-5", monday-10, 0, care.Unknown)
		return reasonFor(t, planned(care.Long), h, "stability").Says
	}
	require.Contains(t, says(care.Num(2)), "; 1 living there, beds: 4, not to be had: 2")
	for _, none := range []care.Number{{}, care.Num(0)} {
		require.Regexp(t, "; 1 living there, beds: 4$", says(none))
	}
}

func TestYearsNotRecorded(t *testing.T) {
	c := planned(care.Long)
	r := reasonFor(t, c, settled(func(h *care.Home) { h.FosteringSince = 0 }), "stability")
	requireValue(t, 0.75, r)
	require.Equal(t, []string{"fostering_since"}, r.Missing)
	require.Contains(t, r.Says, "years of experience not recorded")
	best, _ := weigh(c, settled())
	require.Equal(t, best.Children[0], r.IfConfirmed)
}

// A children's home has no years of fostering; those of its registration count.
func TestYearsOfRegistration(t *testing.T) {
	home := func(from care.Day) *care.Household {
		return settled(func(h *care.Home) { h.Kind, h.RegisteredFrom, h.FosteringSince = care.ChildrensHome, from, 0 })
	}
	r := reasonFor(t, planned(care.Long), home(monday.AddMonths(-24)), "stability")
	requireValue(t, (1+0.4+1+1)/4, r)
	require.Empty(t, r.Missing)
	r = reasonFor(t, planned(care.Long), home(0), "stability")
	requireValue(t, 0.75, r)
	require.Equal(t, []string{"registered_from"}, r.Missing)
}

func TestNothingKnownOfStability(t *testing.T) {
	c := planned(care.Long)
	r := reasonFor(t, c, aHome(), "stability")
	requireValue(t, 0.5, r)
	require.Equal(t, []string{"fostering_since"}, r.Missing)
	best, _ := weigh(c, aHome(func(h *care.Home) { h.FosteringSince = monday.AddMonths(-60) }))
	require.Equal(t, best.Children[0], r.IfConfirmed, "five years turned out to be so")
}
