package care

import (
	"math"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
)

// Cap is a piece of the sphere: every point within an angle of its centre. That
// of a single point has no radius.
type Cap struct {
	Centre s2.Point
	Radius s1.Angle // from 0; beyond a quarter turn it is the whole sphere
}

// Cap is the cap of the point alone.
func (p Point) Cap() Cap { return Cap{Centre: s2.PointFromLatLng(p.LatLng())} }

// whole is the radius of the whole sphere.
const whole = s1.Angle(math.Pi)

// capSlack is added where two caps become one, so that rounding never leaves a
// point outside: some 60 centimetres, more than two arcsines err at the
// antipodes. A cap that has capRoom of it to spare holds another already.
const (
	capSlack = s1.Angle(1e-7)
	capRoom  = s1.Angle(9e-8)
)

// AngleFrom is the least angle between a point and one of the cap. Of a single
// point it is the angle itself, by the chord: one arcsine.
func (c *Cap) AngleFrom(p s2.Point) s1.Angle {
	return max(0, angleBetween(c.Centre, p)-c.Radius)
}

// AngleTo is the greatest angle between a point and one of the cap, at most half
// a turn.
func (c *Cap) AngleTo(p s2.Point) s1.Angle {
	return min(whole, angleBetween(c.Centre, p)+c.Radius)
}

func angleBetween(a, b s2.Point) s1.Angle {
	return s1.Angle(2 * math.Asin(math.Min(1, a.Sub(b.Vector).Norm()/2)))
}

// recentring is how often the middle of a cap is moved towards what is farthest
// from it. The radius comes within one part in as many of the smallest that would
// do (Badoiu and Clarkson, Smaller core-sets for balls, 2003).
const recentring = 8

// around is a cap that holds the caps of all the Spans, smaller than the first if
// it can be; the first must hold them.
func around(all []Span, first Cap) Cap {
	smallest, centre := first, first.Centre
	for n := 2.; n < 2+recentring && smallest.Radius < whole/4; n++ {
		far, reach := 0, s1.Angle(0)
		for i := range all {
			if r := angleBetween(centre, all[i].Cap.Centre) + all[i].Cap.Radius; r > reach {
				far, reach = i, r
			}
		}
		if reach += capSlack; reach < smallest.Radius {
			smallest = Cap{centre, reach}
		}
		towards := all[far].Cap.Centre.Sub(centre.Vector).Mul(1 / n)
		centre = s2.Point{Vector: centre.Add(towards).Normalize()}
	}
	return smallest
}

// Widen makes the cap the smallest that holds both.
func (c *Cap) Widen(by *Cap) {
	apart := angleBetween(c.Centre, by.Centre)
	switch {
	case apart == 0 && c.Radius == by.Radius, c.Radius == whole, apart+by.Radius+capRoom <= c.Radius:
		return
	case apart+c.Radius+capRoom <= by.Radius:
		*c = *by
		return
	}
	radius := (apart+c.Radius+by.Radius)/2 + capSlack
	if radius >= whole/2 {
		c.Radius = whole
		return
	}
	if apart > 0 { // so far that there is slack on either side
		c.Centre = s2.InterpolateAtDistance(max(0, radius-capSlack-c.Radius), c.Centre, by.Centre)
	}
	c.Radius = radius
}
