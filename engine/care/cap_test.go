package care_test

import (
	"math"
	"testing"

	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// chord is what an angle worked out by the chord may err by, in radians, near the
// antipodes: some 40 centimetres. Elsewhere it errs a millionth of that.
const chord = 6e-8

// spherePoints are drawn so that they often lie at the poles, on the date line,
// opposite each other, a hair apart or in the same spot.
func (d dice) spherePoints(n int) []care.Point {
	all := []care.Point{d.place()}
	for len(all) < n {
		last := all[d.IntN(len(all))]
		opposite := care.At(-last.Lat, last.Lng+180)
		if opposite.Lng > 180 {
			opposite.Lng -= 360
		}
		all = append(all, pick(d, d.place(), d.place(), last, opposite,
			care.At(90, 0), care.At(-90, 30), care.At(d.Float64()*180-90, 180), care.At(d.Float64()*180-90, -180),
			care.At(last.Lat*(1-1e-9), last.Lng), care.At(last.Lat*0.999, last.Lng*0.999)))
	}
	return all
}

func onSphere(p care.Point) s2.Point { return s2.PointFromLatLng(p.LatLng()) }

// union widens the cap of the first point by those of the others.
func union(points []care.Point) care.Cap {
	c := points[0].Cap()
	for _, p := range points[1:] {
		by := p.Cap()
		c.Widen(&by)
	}
	return c
}

func TestTheCapOfOneHomeIsExact(t *testing.T) {
	d := rolled(t, 1)
	for range rounds(5000) {
		points := d.spherePoints(2)
		c, from := points[0].Cap(), onSphere(points[1])
		require.Zero(t, c.Radius)
		require.Equal(t, c.AngleFrom(from), c.AngleTo(from), "%v", points)
		apart := float64(onSphere(points[0]).Angle(from.Vector))
		err := 1e-14
		if apart > 3 {
			err = chord
		}
		require.InDelta(t, apart, c.AngleFrom(from).Radians(), err, "%v", points)
	}
}

// holds says whether no point of a part, seen from a point, is nearer than the cap
// says, nor further.
func holds(c, part *care.Cap, from s2.Point) bool {
	return c.AngleFrom(from) <= part.AngleFrom(from) && part.AngleTo(from) <= c.AngleTo(from)
}

func TestACapNeverLosesAPoint(t *testing.T) {
	d := rolled(t, 2)
	for range rounds(1500) {
		points := d.spherePoints(1 + d.IntN(8))
		c := union(points)
		for _, from := range append(d.spherePoints(3), points...) {
			q := onSphere(from)
			require.True(t, c.AngleFrom(q) >= 0 && c.AngleTo(q) <= math.Pi, "from %v to %v", from, points)
			for _, p := range points {
				one, apart := p.Cap(), onSphere(p).Angle(q.Vector)
				require.True(t, holds(&c, &one, q), "from %v to %v of %v", from, p, points)
				require.True(t, c.AngleFrom(q) <= apart+chord && apart <= c.AngleTo(q)+chord, "from %v to %v of %v", from, p, points)
			}
		}
	}
}

func TestWideningACapOnlyWidensIt(t *testing.T) {
	d := rolled(t, 3)
	for range rounds(4000) {
		a, b := union(d.spherePoints(1+d.IntN(5))), union(d.spherePoints(1+d.IntN(5)))
		both, other := a, b
		both.Widen(&b)
		other.Widen(&a)
		for _, from := range d.spherePoints(8) {
			q := onSphere(from)
			require.True(t, holds(&both, &a, q) && holds(&both, &b, q), "%v and %v from %v", a, b, from)
		}
		require.InDelta(t, both.Radius.Radians(), other.Radius.Radians(), 2e-7, "whichever comes first")
		again := both
		again.Widen(&a)
		again.Widen(&b)
		again.Widen(&both)
		require.Equal(t, both, again, "what it holds already changes nothing")
	}
}

// A cap that is wider than it need be costs a search time.
func TestACapIsNoWiderThanItNeedBe(t *testing.T) {
	const slack = 5e-7 // radians, some 3 metres
	for _, c := range []struct {
		why     string
		points  []care.Point
		degrees float64 // radius
	}{
		{"one home", []care.Point{care.At(53.8, -1.5)}, 0},
		{"two homes at one address", []care.Point{care.At(53.8, -1.5), care.At(53.8, -1.5)}, 0},
		{"two homes on a meridian", []care.Point{care.At(50, -1.5), care.At(54, -1.5)}, 2},
		{"a third between them", []care.Point{care.At(50, -1.5), care.At(54, -1.5), care.At(52, -1.5)}, 2},
		{"two that hold the first between them", []care.Point{care.At(52, -1.5), care.At(50, -1.5), care.At(54, -1.5)}, 2},
		{"across the date line", []care.Point{care.At(0, 179), care.At(0, -179)}, 1},
		{"across the pole", []care.Point{care.At(89, 0), care.At(89, 180)}, 1},
		{"a quarter of the way round", []care.Point{care.At(0, 0), care.At(0, 90)}, 45},
		{"opposite each other, so the whole sphere", []care.Point{care.At(10, 20), care.At(-10, -160)}, 180},
		{"poles and equator", []care.Point{care.At(90, 0), care.At(0, 0), care.At(-90, 0)}, 180},
	} {
		require.InDelta(t, c.degrees*math.Pi/180, union(c.points).Radius.Radians(), slack, c.why)
	}
	north := union([]care.Point{care.At(0, 179), care.At(0, -179)})
	require.InDelta(t, math.Pi/2, north.AngleFrom(onSphere(care.At(90, 0))).Radians(), 0.02, "the middle of the Pacific, not of Africa")
	require.InDelta(t, math.Pi-math.Pi/180, north.AngleFrom(onSphere(care.At(0, 0))).Radians(), slack)
}

func TestTheWholeSphereIsNearAndFar(t *testing.T) {
	all := union([]care.Point{care.At(90, 0), care.At(0, 0), care.At(-90, 0)})
	for _, p := range rolled(t, 4).spherePoints(50) {
		require.Zero(t, all.AngleFrom(onSphere(p)), "%v", p)
		require.EqualValues(t, math.Pi, all.AngleTo(onSphere(p)), "%v", p)
		wider, one := all, p.Cap()
		wider.Widen(&one)
		require.Equal(t, all, wider)
		one.Widen(&all)
		require.Zero(t, one.AngleFrom(onSphere(care.At(-p.Lat, p.Lng))), "and swallows whatever is widened by it")
	}
}

// Thousands of homes go into one cap, one after the other: slack must not add up.
func TestManyHomesInOneTownStayInOneTown(t *testing.T) {
	d := rolled(t, 5)
	var points []care.Point
	for range 5000 {
		points = append(points, care.At(53.8+d.Float64()/10, -1.6+d.Float64()/10))
	}
	c := union(points)
	const miles = 3958.76
	require.Less(t, c.Radius.Radians()*miles, 8.0, "the town is some 7 by 4 miles")
	for _, p := range points {
		require.Zero(t, c.AngleFrom(onSphere(p)))
	}
}
