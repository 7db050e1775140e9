package gazetteer

import (
	"math"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
)

// EarthRadiusMiles is the mean radius of the Earth, 6371.0088 km (IUGG, 2a+b over 3), in statute
// miles of 1.609344 km.
const EarthRadiusMiles = 6371.0088 / 1.609344

// Miles returns the great-circle distance in statute miles: "straight line", as SSDA903 counts the
// distance from home to placement. On the ellipsoid the true figure differs by at most 0.6 %, and
// within England by at most 0.4 %.
func Miles(a, b s2.LatLng) float64 {
	return a.Distance(b).Radians() * EarthRadiusMiles
}

// PointMiles is [Miles] for points on the unit sphere, by the chord between them: one arcsine and no
// other trigonometry. From 10 metres to a quarter of the way round the Earth it agrees with Miles to
// 1e-9 of the distance; nearer than that it is right to a thousandth of a millimetre.
func PointMiles(a, b s2.Point) float64 {
	return 2 * EarthRadiusMiles * math.Asin(math.Min(1, a.Sub(b.Vector).Norm()/2))
}

// ChordMiles returns the miles that a chord angle spans. Comparing chord angles orders points by
// distance without computing it.
func ChordMiles(c s1.ChordAngle) float64 {
	return c.Angle().Radians() * EarthRadiusMiles
}

// Chord is the inverse of [ChordMiles]: the chord angle of a distance in miles, from 0 to half the
// Earth's circumference. A negative distance gives [s1.NegativeChordAngle].
func Chord(miles float64) s1.ChordAngle {
	return s1.ChordAngleFromAngle(s1.Angle(miles / EarthRadiusMiles))
}
