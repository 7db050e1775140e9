package intake

import (
	"errors"
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// spot is a location while its row is being read.
type spot struct {
	postcode       string
	lat, lng       float64 // degrees
	hasLat, hasLng bool
}

// spotNames are the columns of a location.
type spotNames struct{ postcode, lat, lng string }

// spotColumns are the three columns of a location. The position is always
// written, so that it is the same in a store without a postcode directory.
func spotColumns[T any](n spotNames, which int, at func(*T) *care.Location) []column[T] {
	return []column[T]{
		{
			name: n.postcode,
			read: func(d *draft[T], cell string) error {
				d.spots[which].postcode = cell
				return nil
			},
			write: func(v *T) (string, error) { return text().write(at(v).Postcode) },
		},
		{
			name: n.lat, number: true,
			read: func(d *draft[T], cell string) (err error) {
				d.spots[which].lat, err = readDegrees(cell)
				d.spots[which].hasLat = true
				return err
			},
			write: func(v *T) (string, error) { return writeDegrees(at(v).Point, at(v).Point.Lat), nil },
		},
		{
			name: n.lng, number: true,
			read: func(d *draft[T], cell string) (err error) {
				d.spots[which].lng, err = readDegrees(cell)
				d.spots[which].hasLng = true
				return err
			},
			write: func(v *T) (string, error) { return writeDegrees(at(v).Point, at(v).Point.Lng), nil },
		},
	}
}

func writeDegrees(p care.Point, degrees float64) string {
	if !p.Known() {
		return ""
	}
	return decimal(degrees)
}

// decimal is the shortest decimal that reads back as the same number.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// readDecimal reads a plain decimal; the exponents, hexadecimals and infinities
// that strconv also takes are slips of the keyboard here.
func readDecimal(s string) (float64, bool) {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != '-' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

func readDegrees(cell string) (float64, error) {
	f, ok := readDecimal(cell)
	if !ok {
		return 0, bad("decimal degrees such as 53.81 and -1.55", "%q is not a number of degrees", clip(cell))
	}
	return f, nil
}

// The box around the United Kingdom, in degrees: Scilly to Shetland, Fermanagh
// to Lowestoft.
const (
	south, north = 49, 61
	west, east   = -9, 2.5
)

// position refuses what is not in the United Kingdom.
func position(lat, lng float64) (care.Point, error) {
	inside := func(lat, lng float64) bool { return lat >= south && lat <= north && lng >= west && lng <= east }
	switch {
	case inside(lat, lng):
		return care.At(lat, lng), nil
	case inside(lng, lat):
		return care.Point{}, bad("lat and lng swapped?", "%s,%s is outside the United Kingdom", decimal(lat), decimal(lng))
	}
	return care.Point{}, bad("degrees, latitude 49 to 61 and longitude -9 to 2.5", "%s,%s is outside the United Kingdom", decimal(lat), decimal(lng))
}

// Position reads a position in the United Kingdom written as lat,lng in decimal
// degrees (WGS84); is is false for what is not two numbers. The error says why it is
// none of the Kingdom.
func Position(s string) (at care.Point, is bool, err error) {
	north, east, _ := strings.Cut(s, ",")
	lat, isLat := readDecimal(strings.TrimSpace(north))
	lng, isLng := readDecimal(strings.TrimSpace(east))
	if !isLat || !isLng {
		return at, false, nil
	}
	at, err = position(lat, lng)
	return at, true, err
}

// locate settles a spot. The authority is the one in whose area the postcode
// lies, where that is known.
func (g *ground) locate(s *spot, n spotNames) (at care.Location, authority string, err error) {
	switch {
	case s.hasLat && !s.hasLng:
		return at, "", inColumn(n.lng, bad("give both, or neither", "is empty, and %s is given", n.lat))
	case s.hasLng && !s.hasLat:
		return at, "", inColumn(n.lat, bad("give both, or neither", "is empty, and %s is given", n.lng))
	case s.hasLat:
		if at.Point, err = position(s.lat, s.lng); err != nil {
			return at, "", inColumn(n.lat, err)
		}
	}
	if s.postcode == "" {
		return at, "", nil
	}
	at, authority, err = g.settle(s.postcode, at.Point)
	return at, authority, inColumn(n.postcode, err)
}

// settle is the location of a postcode. A point that is given wins over the
// directory's, and makes up for a postcode that it does not have.
func (g *ground) settle(postcode string, given care.Point) (care.Location, string, error) {
	p, err := g.place(postcode)
	if err != nil && (!given.Known() || !isUnplaced(err)) {
		return care.Location{}, "", err
	}
	at := care.Location{Postcode: p.Postcode, Point: p.Point}
	if given.Known() {
		at.Point = given
	}
	return at, p.Authority, nil
}

func isUnplaced(err error) bool {
	var missing *unplaced
	return errors.As(err, &missing)
}

// inColumn says in which column a fault of a cell is. Other errors pass.
func inColumn(name string, err error) error {
	if err == nil {
		return nil
	}
	var wrong *care.FieldError
	if errors.As(err, &wrong) && wrong.Field == "" {
		wrong.Field = name
	}
	return err
}
