package gazetteer

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"
)

var seed = flag.Uint64("seed", 20261122, "seed of the random tests")

// seeded gives chance that can be had again: a failing test prints the seed.
func seeded(t *testing.T) *rand.Rand {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("run again with -seed %d", *seed)
		}
	})
	return rand.New(rand.NewPCG(*seed, 0))
}

// haversineMiles is the textbook formula, written apart from the one under test.
func haversineMiles(a, b s2.LatLng) float64 {
	hav := func(x float64) float64 { return (1 - math.Cos(x)) / 2 }
	if d := math.Abs(float64(a.Lat-b.Lat)) + math.Abs(float64(a.Lng-b.Lng)); d < 0.1 {
		hav = func(x float64) float64 { return math.Pow(math.Sin(x/2), 2) }
	}
	h := hav(float64(b.Lat-a.Lat)) + math.Cos(float64(a.Lat))*math.Cos(float64(b.Lat))*hav(float64(b.Lng-a.Lng))
	return 2 * 6371.0088 * math.Asin(math.Min(1, math.Sqrt(h))) / 1.609344
}

// vincentyMiles is the special case of Vincenty's formula for a sphere: right at any distance.
func vincentyMiles(a, b s2.LatLng) float64 {
	sa, ca := math.Sincos(float64(a.Lat))
	sb, cb := math.Sincos(float64(b.Lat))
	sl, cl := math.Sincos(float64(b.Lng - a.Lng))
	x := math.Hypot(cb*sl, ca*sb-sa*cb*cl)
	return math.Atan2(x, sa*sb+ca*cb*cl) * 6371.0088 / 1.609344
}

func TestMilesBetweenPlacesPeopleKnow(t *testing.T) {
	leeds := s2.LatLngFromDegrees(53.79648, -1.54785)
	for _, c := range []struct {
		name  string
		to    s2.LatLng
		miles float64
	}{
		{"to itself", leeds, 0},
		{"to Bradford", s2.LatLngFromDegrees(53.79388, -1.75244), 8.35},
		{"to London", s2.LatLngFromDegrees(51.50735, -0.12776), 169.0},
	} {
		require.InDelta(t, c.miles, Miles(leeds, c.to), 0.5, c.name)
	}
	equator := s2.LatLngFromDegrees(0, 0)
	require.InDelta(t, 2*math.Pi*3958.7613/4, Miles(equator, s2.LatLngFromDegrees(90, 0)), 0.01, "a quarter of the way round")
}

func TestMilesAgreesWithVincentyAndHaversine(t *testing.T) {
	rnd := seeded(t)
	for range 20_000 {
		a, b := somewhere(rnd), somewhere(rnd)
		got := Miles(a, b)
		require.InEpsilon(t, vincentyMiles(a, b), got, 1e-9, "%v %v", a, b)
		require.InEpsilon(t, haversineMiles(a, b), got, 1e-9, "%v %v", a, b)
		require.InEpsilon(t, got, Miles(b, a), 1e-14, "the way back is as long")
	}
}

func somewhere(rnd *rand.Rand) s2.LatLng {
	return s2.LatLngFromDegrees(49.8+6*rnd.Float64(), -6.4+8.2*rnd.Float64())
}

func TestPointMilesAgreesWithMiles(t *testing.T) {
	rnd := seeded(t)
	for range 20_000 {
		a := somewhere(rnd)
		reach := math.Pow(10, -5+rnd.Float64()*6) // degrees: from a metre to ten degrees
		b := s2.LatLngFromDegrees(a.Lat.Degrees()+reach*(rnd.Float64()-0.5), a.Lng.Degrees()+reach*(rnd.Float64()-0.5))
		pa, pb := s2.PointFromLatLng(a), s2.PointFromLatLng(b)
		want, got := Miles(a, b), PointMiles(pa, pb)
		require.InDelta(t, want, got, 1e-9*want+1e-9*0.62, "%v %v", a, b) // a micrometre when near
		if want > 10/1609.344 {
			require.InEpsilon(t, want, got, 1e-9, "%v %v", a, b)
		}
	}
}

func TestPointMilesAtTheEnds(t *testing.T) {
	p := s2.PointFromLatLng(s2.LatLngFromDegrees(51, 0))
	require.Zero(t, PointMiles(p, p))
	opposite := s2.Point{Vector: p.Mul(-1)}
	require.InDelta(t, math.Pi*EarthRadiusMiles, PointMiles(p, opposite), 1e-3)
}

func TestChordOrdersByDistance(t *testing.T) {
	rnd := seeded(t)
	for range 5000 {
		a, b := s2.PointFromLatLng(somewhere(rnd)), s2.PointFromLatLng(somewhere(rnd))
		chord := s2.ChordAngleBetweenPoints(a, b)
		miles := PointMiles(a, b)
		require.InEpsilon(t, miles, ChordMiles(chord), 1e-9)
		require.Less(t, chord, Chord(miles+0.001))
		require.Greater(t, chord, Chord(miles-0.001))
	}
	require.InEpsilon(t, 20.0, ChordMiles(Chord(20)), 1e-12)
	require.Equal(t, s1.NegativeChordAngle, Chord(-1))
}

func BenchmarkMiles(b *testing.B) {
	leeds, hull := s2.LatLngFromDegrees(53.8, -1.55), s2.LatLngFromDegrees(53.75, -0.34)
	p, q := s2.PointFromLatLng(leeds), s2.PointFromLatLng(hull)
	for name, run := range map[string]func() float64{
		"latlng": func() float64 { return Miles(leeds, hull) },
		"point":  func() float64 { return PointMiles(p, q) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if run() < 40 {
					b.Fatal("Hull is 50 miles from Leeds")
				}
			}
		})
	}
}
