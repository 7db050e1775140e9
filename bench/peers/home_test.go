package peers

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/fixtures"
)

// What a row says of a home is what the record of the home says, day by day.
func TestARowSaysWhatTheRecordSays(t *testing.T) {
	england := fixtures.NewEngland(fixtures.Options{Seed: *seed, Homes: 1_500}).World()
	w := NewWorld(*seed, 1_500)
	living := map[care.ID]*care.Occupancy{}
	for i := range england.Placements {
		p := &england.Placements[i]
		if living[p.Home] == nil {
			living[p.Home] = &care.Occupancy{}
		}
		living[p.Home].Put(p.Stay())
	}
	free, full := 0, 0
	for i := range england.Homes {
		h := &england.Homes[i]
		house := care.Household{Home: h}
		if o := living[h.ID]; o != nil {
			house.Occupancy = *o
		}
		for ahead := care.Day(0); ahead <= 60; ahead += 7 {
			on := fixtures.Today + ahead
			isFree := house.FreeBeds(on, today) >= 1
			require.Equal(t, isFree, w.Homes[i].FreeFrom <= on, "%s on %s", h.ID, on)
			approved := (h.Status.InForce() || h.Status == care.Restricted) && h.Covers(on) && !h.RestrictedFrom.PassedBy(on)
			if h.Kind == care.Foster {
				require.Equal(t, approved, w.Homes[i].Opens <= on && on < w.Homes[i].Closes, "%s on %s", h.ID, on)
			}
			for age := range 18 {
				for _, sex := range []care.Sex{care.Male, care.Female} {
					q := w.Ask(on, age, sex, care.At(53, -1))
					want := isFree && approved && h.Kind == care.Foster && h.AgeMin.N <= age &&
						(!h.AgeMax.Known || age <= h.AgeMax.N) && h.Traits().Any(sex.Takes())
					require.Equal(t, want, q.accepts(&w.Homes[i]), "%s on %s, %d, %s", h.ID, on, age, sex)
				}
			}
			if isFree {
				free++
			} else {
				full++
			}
		}
	}
	require.Greater(t, min(free, full), 1_000, "the world has both")
}

// The run of days that databases keep says what the three days of the row say.
func TestDaysAreThoseOnWhichAHomeAccepts(t *testing.T) {
	w := NewWorld(*seed, 2_000)
	for i := range w.Homes {
		h := &w.Homes[i]
		first, last, may := h.days()
		q := w.Ask(fixtures.Today, int(max(h.AgeMin, 0)), care.Male, care.At(53, -1))
		if !h.Boys {
			q.sex = care.Female
		}
		for ahead := range 90 {
			q.on = fixtures.Today + care.Day(ahead)
			require.Equal(t, q.accepts(h), may && first <= ahead && ahead <= last && (h.Boys || h.Girls), "%+v, %d days ahead", h, ahead)
		}
	}
}

func TestAHomeIsInItsPlace(t *testing.T) {
	for _, homes := range []int{1, 9, 10, 1_234} {
		w := NewWorld(*seed, homes)
		require.Len(t, w.Homes, homes)
		for i := range w.Homes {
			require.Equal(t, i+1, number(w.Homes[i].ID))
			require.Equal(t, w.Homes[i].ID, w.Items[i].ID)
		}
	}
}

// The bound of any set of homes is at least what each of them is worth.
func TestABoundIsNeverTooLow(t *testing.T) {
	w := NewWorld(*seed, 2_000)
	chance := rand.New(rand.NewPCG(*seed, 2))
	accepted := 0
	for _, q := range w.Queries(*seed, 300) {
		span := w.Items[chance.IntN(len(w.Items))].Sum
		members := []int{}
		for range 1 + chance.IntN(12) {
			i := chance.IntN(len(w.Items))
			members = append(members, i)
			span.Widen(&w.Items[i].Sum)
		}
		most, may := q.bound(&span)
		for _, i := range members {
			one, mayOne := q.bound(&w.Items[i].Sum)
			if q.accepts(&w.Homes[i]) {
				accepted++
				worth := q.worth(w.Homes[i].Where)
				require.True(t, may && mayOne, "seed %d, %s", *seed, w.Homes[i].ID)
				require.GreaterOrEqual(t, most, worth)
				require.GreaterOrEqual(t, one, worth)
				require.Less(t, one-worth, uint64(40), "the bound of one home is close")
			}
		}
	}
	require.Greater(t, accepted, 100)
}

// The same seed draws the same queries, another seed others.
func TestQueriesAreDrawnFromTheSeed(t *testing.T) {
	w := NewWorld(*seed, 300)
	require.Equal(t, w.Queries(7, 50), w.Queries(7, 50))
	require.NotEqual(t, w.Queries(7, 50), w.Queries(8, 50))
	ages := map[int]bool{}
	for _, q := range w.Queries(7, 400) {
		ages[q.age] = true
		require.GreaterOrEqual(t, q.on, fixtures.Today)
		require.Contains(t, []care.Sex{care.Male, care.Female}, q.sex)
		nearest := math.Inf(1)
		for i := range w.Homes {
			nearest = min(nearest, gazetteer.PointMiles(q.at, w.Homes[i].Where))
		}
		require.Less(t, nearest, 8.0, "miles to the nearest home")
	}
	require.Len(t, ages, 18)
}

func TestNearness(t *testing.T) {
	for miles, want := range map[float64]uint64{0: 1_000_000, 10: 500_000, 90: 100_000, math.Inf(1): 0} {
		require.Equal(t, want, nearness(miles), "%v miles", miles)
	}
}
