package scoring_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// Every scenario is about a child of Leeds and a home there, on one Monday.
// Bradford adjoins Leeds, Newcastle does not.
const (
	leeds     = "E08000035"
	bradford  = "E08000032"
	newcastle = "E08000021"
)

var (
	monday = care.Date(2026, time.November, 23)
	town   = care.At(53.8, -1.55)
)

// north is the point so many miles due north of the town: along a meridian of a
// sphere a mile spans the same angle everywhere.
func north(miles float64) care.Point {
	return care.At(town.Lat+miles/gazetteer.EarthRadiusMiles*180/math.Pi, town.Lng)
}

func at(p care.Point) care.Location { return care.Location{Point: p} }

func contact(who string, miles, visits float64) care.Contact {
	return care.Contact{Who: who, Where: at(north(miles)), Visits: visits}
}

// aChild is an eleven-year-old of whom only what must be recorded is recorded,
// save for what the changes add.
func aChild(changes ...func(*care.Child)) care.Child {
	c := care.Child{ID: "C-1", DOB: care.Date(2015, time.March, 9), Authority: leeds}
	for _, change := range changes {
		change(&c)
	}
	return c
}

// aHome is a foster home in the town with two beds, both empty, of which only
// what must be recorded is recorded, save for what the changes add.
func aHome(changes ...func(*care.Home)) *care.Household {
	h := care.Home{ID: "H-1", Kind: care.Foster, Authority: leeds, Where: at(town), Beds: 2}
	for _, change := range changes {
		change(&h)
	}
	return &care.Household{Home: &h, Occupancy: care.Occupancy{Home: h.ID}}
}

// settle adds a stay to a home.
func settle(h *care.Household, child care.ID, from, until care.Day, early care.Answer) {
	id := care.ID("P-" + string(rune('0'+len(h.Occupancy.Stays))))
	h.Occupancy.Put(care.Stay{Placement: id, Child: child, Start: from, End: until, EndedEarly: early})
	h.Residents = append(h.Residents, care.Child{ID: child})
}

// placing is the case of placing these children together on the Monday.
func placing(children ...care.Child) *care.Case {
	c := &care.Case{Children: children, Siblings: make([][]care.Sibling, len(children)), On: monday}
	ids := make([]care.ID, len(children))
	for i := range children {
		ids[i] = children[i].ID
	}
	c.Ask = care.Ask(care.StartOf(monday), ids...)
	return c
}

// scaleOf weighs a case by one policy.
func scaleOf(c *care.Case, p policy.Policy) *scoring.Scale {
	policies := make([]*policy.Policy, len(c.Children))
	for i := range policies {
		policies[i] = &p
	}
	return scoring.For(c, policies)
}

func weigh(c *care.Case, h *care.Household) (scoring.Score, []scoring.Reason) {
	return scaleOf(c, policy.Default()).Explain(h)
}

// find picks the reason of a criterion for the first child of whom there is one.
func find(reasons []scoring.Reason, criterion string) (scoring.Reason, bool) {
	for _, r := range reasons {
		if r.Criterion == criterion {
			return r, true
		}
	}
	return scoring.Reason{}, false
}

// reasonFor is the reason of a criterion, which must be there.
func reasonFor(t *testing.T, c *care.Case, h *care.Household, criterion string) scoring.Reason {
	t.Helper()
	_, reasons := weigh(c, h)
	r, ok := find(reasons, criterion)
	require.True(t, ok, "%s applies", criterion)
	return r
}

func requireAbsent(t *testing.T, c *care.Case, h *care.Household, criteria ...string) {
	t.Helper()
	_, reasons := weigh(c, h)
	for _, criterion := range criteria {
		_, there := find(reasons, criterion)
		require.False(t, there, "%s does not apply", criterion)
	}
}

// requireValue compares a value with one worked out by hand, to the millionth.
func requireValue(t *testing.T, want float64, r scoring.Reason) {
	t.Helper()
	require.Equal(t, scoring.Millionths(math.Round(want*1e6)), r.Value, "%s: %s", r.Criterion, r.Says)
}

func requireMiles(t *testing.T, want float64, r scoring.Reason) {
	t.Helper()
	require.NotNil(t, r.Miles, r.Criterion)
	require.InDelta(t, want, *r.Miles, 1e-9, r.Criterion)
}
