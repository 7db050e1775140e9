package peers

import (
	"math"

	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// plane is a map of England for databases that order by distances in a plane: the
// stereographic projection from the point opposite its middle, in miles. Chords
// of the sphere are known exactly from it: with u and v the positions divided by
// the diameter of the Earth, chord = |U - V| / sqrt((1 + u²)(1 + v²)). Over
// England the root is between 1 and 1.003.
type plane struct {
	middle, east, north s2.Point
	furthest            float64 // 1 + v² of the home for which it is most
}

const diameter = 2 * gazetteer.EarthRadiusMiles

func newPlane() plane {
	middle := care.At(52.8, -1.8).Cap().Centre
	east := s2.Point{Vector: s2.PointFromCoords(0, 0, 1).Cross(middle.Vector).Normalize()}
	return plane{middle: middle, east: east, north: s2.Point{Vector: middle.Cross(east.Vector)}, furthest: 1}
}

// project gives the miles east and north of the middle.
func (p *plane) project(at s2.Point) (x, y float64) {
	scale := diameter / (1 + at.Dot(p.middle.Vector))
	return scale * at.Dot(p.east.Vector), scale * at.Dot(p.north.Vector)
}

// cover says that a home lies there.
func (p *plane) cover(x, y float64) { p.furthest = max(p.furthest, stretch(x, y)) }

func stretch(x, y float64) float64 { return 1 + (x*x+y*y)/(diameter*diameter) }

// shrink is what a distance from there to any home, in miles of the plane, must be
// multiplied by to be at most the miles between them. It allows for rounding.
func (p *plane) shrink(x, y float64) float64 {
	return (1 - 1e-9) / math.Sqrt(stretch(x, y)*p.furthest)
}
