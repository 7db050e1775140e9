package care

import "math"

// Point is a position in degrees, WGS84. The zero Point, in the sea off Africa,
// stands for no position.
type Point struct {
	_   struct{} `cbor:",toarray"`
	Lat float64  // degrees north, -90 to 90
	Lng float64  // degrees east, -180 to 180
}

// At is the point at a latitude and longitude in degrees.
func At(lat, lng float64) Point { return Point{Lat: lat, Lng: lng} }

// Known says whether a position is recorded.
func (p Point) Known() bool { return p != Point{} }

func (p Point) validate(latField, lngField string) error {
	const hint = "degrees, WGS84: England lies between 49.8 and 55.9 north and between 6.5 west and 1.8 east"
	switch {
	case math.IsNaN(p.Lat) || p.Lat < -90 || p.Lat > 90:
		return wrong(latField, hint, "%v is not a latitude", p.Lat)
	case math.IsNaN(p.Lng) || p.Lng < -180 || p.Lng > 180:
		return wrong(lngField, hint, "%v is not a longitude", p.Lng)
	}
	return nil
}

// Location is a point with the postcode it was given by, if it was.
type Location struct {
	_        struct{} `cbor:",toarray"`
	Postcode string   // canonical, such as "LS6 2AB"; may be empty
	Point    Point
}

// Known says whether there is a point. A postcode alone places nobody.
func (l Location) Known() bool { return l.Point.Known() }

// Circle is the area within so many miles of a location.
type Circle struct {
	_      struct{} `cbor:",toarray"`
	Centre Location
	Miles  float64 // more than 0
}

// Contact is a person the child sees.
type Contact struct {
	_      struct{} `cbor:",toarray"`
	Who    string   // a relation, such as "mother"; never a name
	Where  Location
	Visits float64 // times a month, 0 or more
}
