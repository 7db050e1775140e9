package peers

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

// TestEnginesAgree asks about a hamlet, a county and a region, with the same
// answers from all.
func TestEnginesAgree(t *testing.T) {
	for _, homes := range []int{1, 25, 400, 3_000} {
		t.Run(fmt.Sprintf("homes=%d", homes), func(t *testing.T) {
			w := NewWorld(*seed, homes)
			full := 0
			for _, answer := range agree(t, w, openAll(t, w), append(w.Queries(*seed, 60), farOff(w)...)) {
				if len(answer) == Limit {
					full++
				}
			}
			require.Equal(t, homes >= 400, full > 40, "%d answers of %d homes", full, Limit)
		})
	}
}

// farOff are queries from where nobody lives: first windows there are far too
// narrow, or far too wide.
func farOff(w *World) []Query {
	var all []Query
	for _, at := range []care.Point{
		care.At(49.86, -6.4),  // the Isles of Scilly
		care.At(55.8, -2.0),   // Berwick-upon-Tweed
		care.At(54.0, 2.5),    // in the North Sea
		care.At(51.51, -0.13), // the middle of London
	} {
		for _, sex := range []care.Sex{care.Male, care.Female} {
			all = append(all, w.Ask(fixtures.Today, 0, sex, at), w.Ask(fixtures.Today+400, 17, sex, at))
		}
	}
	return all
}

// street is a world of so many foster homes at one address and one further off,
// each with one bed.
func street(homes int, placements ...care.Placement) *World {
	all := make([]care.Home, homes+1)
	for i := range all {
		all[i] = care.Home{
			ID: care.ID(fmt.Sprintf("H-%03d", i+1)), Kind: care.Foster, Authority: "E08000035", Beds: 1,
			Where:  care.Location{Point: care.At(53.8, -1.55)},
			Status: care.Approved, RegisteredFrom: fixtures.Today - 100,
		}
	}
	all[homes].Where.Point = care.At(53.9, -1.55)
	return worldOf(slices.Values(all), slices.Values(placements))
}

// Everybody on the street is equally near: the first twenty by id are the answer,
// however many rows of equal worth a database has to choose from.
func TestTiesGoToTheFirstByID(t *testing.T) {
	for _, homes := range []int{Limit - 1, Limit, few - 1, few, few + 1, 100} {
		w := street(homes)
		q := w.Ask(fixtures.Today, 7, care.Female, care.At(53.81, -1.55))
		answer := agree(t, w, openAll(t, w), []Query{q})[0]
		require.Len(t, answer, Limit, "%d homes", homes)
		require.Equal(t, "H-001", answer[0].ID)
		require.Equal(t, "H-020", answer[Limit-1].ID, "%d homes", homes)
	}
}

// The day on which an approval ends is the first that it does not cover, and the
// day it begins the first that it does.
func TestTheFirstAndLastDayOfAnApproval(t *testing.T) {
	h := care.Home{
		ID: "H-1", Kind: care.Foster, Authority: "E08000035", Beds: 1, Where: care.Location{Point: care.At(53.8, -1.55)},
		Status: care.Approved, RegisteredFrom: fixtures.Today + 5, RegisteredUntil: care.EndOn(fixtures.Today + 10),
	}
	w := worldOf(slices.Values([]care.Home{h}), slices.Values([]care.Placement{}))
	var qs []Query
	for _, ahead := range []care.Day{4, 5, 9, 10} {
		qs = append(qs, w.Ask(fixtures.Today+ahead, 7, care.Male, care.At(53.8, -1.55)))
	}
	answers := agree(t, w, openAll(t, w), qs)
	for i, open := range []int{0, 1, 1, 0} {
		require.Len(t, answers[i], open, "query %d", i)
	}
}

// A window gives every home within its radius that is asked for, nearest first.
func TestAWindowLeavesNobodyOut(t *testing.T) {
	w := NewWorld(*seed, 2_000)
	chance := rand.New(rand.NewPCG(*seed, 5))
	engines := openAll(t, w)
	for _, q := range w.Queries(*seed, 50) {
		var far []float64
		for i := range w.Homes {
			if h := &w.Homes[i]; q.accepts(h) {
				far = append(far, math.Hypot(h.X-q.x, h.Y-q.y))
			}
		}
		slices.Sort(far)
		n := Limit + chance.IntN(200)
		for _, name := range []string{"sqlite-rtree", "sqlite-bands"} {
			g, err := engines[name].(*SQLite).within(t.Context(), &q, far[n-1], len(far))
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(g.homes), n, "%s, seed %d", name, *seed)
			require.InDelta(t, far[Limit-1], g.enough, 1e-9, name)
			g, err = engines[name].(*SQLite).within(t.Context(), &q, far[n-1], n)
			require.NoError(t, err)
			require.Len(t, g.homes, n, name)
			require.InDelta(t, far[n-1], g.last, 1e-9, "%s gives the nearest", name)
		}
	}
}

func TestNobodyHasABed(t *testing.T) {
	w := street(1,
		care.Placement{ID: "P-1", Child: "C-1", Home: "H-001", Start: fixtures.Today - 9},
		care.Placement{ID: "P-2", Child: "C-2", Home: "H-002", Start: fixtures.Today - 9, ExpectedEnd: fixtures.Today + 30})
	engines := openAll(t, w)
	at := care.At(53.8, -1.55)
	answers := agree(t, w, engines, []Query{
		w.Ask(fixtures.Today+29, 7, care.Male, at), // the one child stays, the other leaves the day after
		w.Ask(fixtures.Today+30, 7, care.Male, at),
	})
	require.Empty(t, answers[0])
	require.Len(t, answers[1], 1)
	require.Equal(t, "H-002", answers[1][0].ID)
}

func TestAStoppedQueryIsAnError(t *testing.T) {
	w := street(3)
	q := w.Ask(fixtures.Today, 7, care.Male, care.At(53.8, -1.55))
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, e := range openAll(t, w) {
		if name == scanned {
			continue
		}
		_, err := e.Best(stopped, &q)
		require.ErrorIs(t, err, context.Canceled, name)
	}
	_, err := OpenRTree(stopped, w)
	require.ErrorIs(t, err, context.Canceled)
}

func TestADatabaseThatIsNotThereIsAnError(t *testing.T) {
	_, err := OpenPostGIS(t.Context(), street(1), "host=/nowhere user=nobody")
	require.ErrorContains(t, err, "postgis: ")
	_, err = OpenPostGIS(t.Context(), street(1), "port=many")
	require.ErrorContains(t, err, "postgis: ")
}
