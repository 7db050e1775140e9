package peers

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/fixtures"
)

func somewhere(chance *rand.Rand) s2.Point {
	return care.At(49.8+6.1*chance.Float64(), -6.5+8.3*chance.Float64()).Cap().Centre
}

// The chord between two points is known exactly from their places in the plane.
func TestChordsFollowFromThePlane(t *testing.T) {
	p, chance := newPlane(), rand.New(rand.NewPCG(*seed, 3))
	for range 5_000 {
		a, b := somewhere(chance), somewhere(chance)
		ax, ay := p.project(a)
		bx, by := p.project(b)
		chord := a.Sub(b.Vector).Norm() * gazetteer.EarthRadiusMiles
		require.InEpsilon(t, chord, math.Hypot(ax-bx, ay-by)/math.Sqrt(stretch(ax, ay)*stretch(bx, by)), 1e-6, "seed %d", *seed)
	}
}

// A distance in the plane, shrunk, is never more than the miles, and hardly less.
func TestShrunkDistancesAreNeverTooLong(t *testing.T) {
	w, chance := NewWorld(*seed, 800), rand.New(rand.NewPCG(*seed, 4))
	for range 100 {
		at := s2.LatLngFromPoint(somewhere(chance))
		q := w.Ask(fixtures.Today, 7, care.Male, care.At(at.Lat.Degrees(), at.Lng.Degrees()))
		require.InDelta(t, 1, q.shrink, .003)
		for i := range w.Homes {
			h := &w.Homes[i]
			miles, plane := gazetteer.PointMiles(q.at, h.Where), math.Hypot(h.X-q.x, h.Y-q.y)
			require.LessOrEqual(t, plane*q.shrink, miles, "seed %d, %s", *seed, h.ID)
			require.LessOrEqual(t, miles, plane*1.003)
		}
	}
}

// An answer is sure only if nothing that was not given could be in it, also not by
// a tie.
func TestAnAnswerIsSureWhenTheRestIsWorthLess(t *testing.T) {
	q := street(1).Ask(fixtures.Today, 7, care.Male, care.At(53.8, -1.55))
	at := func(miles float64, n int) given {
		g := given{}
		for i := range n {
			g.homes = append(g.homes, index.Found{ID: string(rune('z' - i)), Worth: nearness(miles)})
		}
		return g
	}
	cases := []struct {
		name   string
		given  given
		beyond float64
		sure   bool
		best   int
	}{
		{"the rest is further", at(2, Limit), 2.1, true, Limit},
		{"the rest is as far", at(2, Limit), 2, false, Limit},
		{"the rest may be as near as the plane is wrong", at(2, Limit), 2.0000001, false, Limit},
		{"too few, and more may come", at(2, Limit-1), 50, false, Limit - 1},
		{"too few, and no more come", at(2, Limit-1), math.Inf(1), true, Limit - 1},
		{"none at all", at(2, 0), math.Inf(1), true, 0},
		{"more than are wanted", at(2, few), 3, true, Limit},
	}
	for _, c := range cases {
		best, sure := q.rank(c.given, c.beyond)
		require.Equal(t, c.sure, sure, c.name)
		require.Len(t, best, c.best, c.name)
		for i := 1; i < len(best); i++ {
			require.Less(t, best[i-1].ID, best[i].ID, "%s: ties by id", c.name)
		}
	}
}

// The first look is wide where few homes are, narrow in a town, and finite where
// there are none.
func TestTheFirstLookFollowsTheCrowd(t *testing.T) {
	w := NewWorld(*seed, 3_000)
	c := newCrowd(w.Homes)
	look := func(lat, lng float64) float64 { return c.look(w.plane.project(care.At(lat, lng).Cap().Centre)) }
	leeds, fells, sea := look(53.8, -1.55), look(54.6, -2.4), look(54, 3)
	require.Less(t, leeds, fells)
	require.LessOrEqual(t, fells, sea)
	require.Less(t, sea, 500.0)
	require.Positive(t, leeds)
}

// A window that was too small is followed by a larger one, by one that is just
// large enough if the distance is known.
func TestWindowsWiden(t *testing.T) {
	for n := range Limit {
		g := given{homes: make([]index.Found, n)}
		require.Greater(t, g.widen(3), 3.6, "%d homes", n)
		require.LessOrEqual(t, g.widen(3), 6.0, "%d homes", n)
	}
	g := given{homes: make([]index.Found, Limit), enough: 3.5, last: 4}
	require.InDelta(t, 3.507, g.widen(3), 1e-9)
	g.enough = 3
	require.Greater(t, g.widen(3), 3.0)
}
