package gazetteer

import (
	"fmt"
	"math"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
)

// Extent of the British National Grid in metres from its false origin.
const (
	gridEast  = 700_000
	gridNorth = 1_300_000
)

// An ellipsoid by its semi-axes in metres.
type ellipsoid struct{ a, b float64 }

func (e ellipsoid) e2() float64 { return (e.a*e.a - e.b*e.b) / (e.a * e.a) }

var (
	airy1830 = ellipsoid{6377563.396, 6356256.909}
	wgs84    = ellipsoid{6378137, 6356752.314245}
)

// The National Grid's projection (EPSG:27700): a transverse Mercator with true origin 49° N, 2° W.
const (
	gridScale  = 0.9996012717
	gridLat0   = 49 * math.Pi / 180
	gridLng0   = -2 * math.Pi / 180
	falseEast  = 400_000
	falseNorth = -100_000
)

// FromGrid converts a British National Grid reference (EPSG:27700, metres east and north, from 0 to
// 700,000 and 0 to 1,300,000) to WGS84.
//
// It is the inverse transverse Mercator of the Ordnance Survey's "A guide to coordinate systems in
// Great Britain" on Airy 1830, then the seven-parameter shift EPSG:1314. The shift is not the OSTN15
// grid: the answer is about 2 m off on average, under 3 m on the mainland outside Cornwall and under
// 5 m in Scilly. Irish grid references have the same look and must not be given. A reference off the
// grid gives an error that wraps [ErrOffGrid].
func FromGrid(easting, northing float64) (s2.LatLng, error) {
	if !(easting >= 0 && easting <= gridEast && northing >= 0 && northing <= gridNorth) { // NaN too
		return s2.LatLng{}, fmt.Errorf("%w: easting %g, northing %g", ErrOffGrid, easting, northing)
	}
	lat, lng := unproject(easting, northing)
	return toWGS84(lat, lng), nil
}

// unproject takes a grid reference to latitude and longitude on Airy 1830, in radians. Names follow
// the OS guide, annex C.2, equations VII to XIIA.
func unproject(easting, northing float64) (lat, lng float64) {
	lat = footpoint(northing)
	sin, cos := math.Sincos(lat)
	t := sin / cos
	t2, t4 := t*t, t*t*t*t
	w := 1 - airy1830.e2()*sin*sin
	nu := airy1830.a * gridScale / math.Sqrt(w)
	rho := nu * (1 - airy1830.e2()) / w
	eta2 := nu/rho - 1

	d := (easting - falseEast) / nu
	d2 := d * d
	north := 1.0/2 - d2*(5+3*t2+eta2-9*t2*eta2)/24 + d2*d2*(61+90*t2+45*t4)/720
	east := 1 - d2*(nu/rho+2*t2)/6 + d2*d2*(5+28*t2+24*t4)/120 - d2*d2*d2*(61+662*t2+1320*t4+720*t4*t2)/5040
	return lat - t*d2*nu/rho*north, gridLng0 + d/cos*east
}

// footpoint is the latitude on the central meridian at a northing.
func footpoint(northing float64) float64 {
	lat := float64(gridLat0)
	for range 8 { // four rounds reach a hundredth of a millimetre
		gap := northing - falseNorth - meridian(lat)
		lat += gap / (airy1830.a * gridScale)
		if math.Abs(gap) < 1e-5 {
			break
		}
	}
	return lat
}

// meridian is the developed arc from 49° N to lat in metres: M of the OS guide.
func meridian(lat float64) float64 {
	const n = (6377563.396 - 6356256.909) / (6377563.396 + 6356256.909)
	const n2, n3 = n * n, n * n * n
	sinD, cosD := math.Sincos(lat - gridLat0)
	sinS, cosS := math.Sincos(lat + gridLat0)
	sin2D, cos2D := 2*sinD*cosD, 1-2*sinD*sinD
	sin2S, cos2S := 2*sinS*cosS, 1-2*sinS*sinS
	return airy1830.b * gridScale * ((1+n+5.0/4*n2+5.0/4*n3)*(lat-gridLat0) -
		(3*n+3*n2+21.0/8*n3)*sinD*cosS +
		(15.0/8*n2+15.0/8*n3)*sin2D*cos2S -
		35.0/24*n3*(sin2D*cosD+cos2D*sinD)*(cos2S*cosS-sin2S*sinS))
}

// toWGS84 shifts from OSGB36 by EPSG:1314 (position vector): metres, seconds of arc, parts per
// million.
func toWGS84(lat, lng float64) s2.LatLng {
	const (
		tx, ty, tz = 446.448, -125.157, 542.06
		second     = math.Pi / 180 / 3600
		rx, ry, rz = 0.15 * second, 0.247 * second, 0.842 * second
		scale      = 1 - 20.489e-6
	)
	x, y, z := cartesian(airy1830, lat, lng)
	return geodetic(wgs84,
		tx+scale*(x-rz*y+ry*z),
		ty+scale*(rz*x+y-rx*z),
		tz+scale*(-ry*x+rx*y+z))
}

// cartesian gives earth-centred metres of a point at height zero.
func cartesian(e ellipsoid, lat, lng float64) (x, y, z float64) {
	sinLat, cosLat := math.Sincos(lat)
	sinLng, cosLng := math.Sincos(lng)
	nu := e.a / math.Sqrt(1-e.e2()*sinLat*sinLat)
	return nu * cosLat * cosLng, nu * cosLat * sinLng, nu * (1 - e.e2()) * sinLat
}

// geodetic is the inverse of cartesian for points near the surface, by Bowring's formula (Survey
// Review 181, 1976), which is exact to far less than a millimetre there.
func geodetic(e ellipsoid, x, y, z float64) s2.LatLng {
	p := math.Hypot(x, y)
	sin, cos := math.Sincos(math.Atan2(z*e.a, p*e.b))
	e2 := e.e2()
	lat := math.Atan2(z+e2/(1-e2)*e.b*sin*sin*sin, p-e2*e.a*cos*cos*cos)
	return s2.LatLng{Lat: s1.Angle(lat), Lng: s1.Angle(math.Atan2(y, x))}
}
