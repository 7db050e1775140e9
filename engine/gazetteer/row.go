package gazetteer

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"github.com/golang/geo/s2"
)

// A position is kept as millionths of a degree (0.11 m of latitude, less of longitude) north of 49° N
// and east of 10° W, 24 bits each. That reaches 65.7° N and 6.7° E: all of the British Isles.
const (
	micro   = 1e6
	baseLat = 49
	baseLng = -10
	posBits = 24
	posMask = 1<<posBits - 1
)

// spot is a row's position, district and ended flag in 64 bits, as the file has it:
// latitude 24 bits, longitude 24 bits, ended 1 bit, district 15 bits, from the top.
type spot uint64

const (
	endedBit     = 1 << 15
	districtMask = endedBit - 1
)

// newSpot packs a position; false if it is outside the box.
func newSpot(at s2.LatLng) (spot, bool) {
	lat := math.Round((at.Lat.Degrees() - baseLat) * micro)
	lng := math.Round((at.Lng.Degrees() - baseLng) * micro)
	if !(lat >= 0 && lat <= posMask && lng >= 0 && lng <= posMask) { // NaN too
		return 0, false
	}
	return spot(lat)<<40 | spot(lng)<<16, true
}

func (s spot) point() s2.LatLng {
	lat, lng := float64(s>>40), float64(s>>16&posMask)
	return s2.LatLngFromDegrees((lat+baseLat*micro)/micro, (lng+baseLng*micro)/micro)
}

func (s spot) district() int { return int(s & districtMask) }
func (s spot) ended() bool   { return s&endedBit != 0 }

// withDistrict puts another district in.
func (s spot) withDistrict(d uint16) spot { return s&^districtMask | spot(d) }

// An outcome of reading one row that is not a fault.
type outcome int

const (
	kept outcome = iota
	noGrid
	northernIrish
)

// parsed is what a kept row says. The spot has no district yet; district is a piece of the line.
type parsed struct {
	postcode Postcode
	spot     spot
	district []byte
}

// parse reads the cells of a row. An [InvalidError] comes without its Row and Line.
func (c *columns) parse(cells [][]byte) (parsed, outcome, *InvalidError) {
	if len(cells) != len(c.names) {
		return parsed{}, 0, &InvalidError{
			Why:  fmt.Sprintf("it has %d cells", len(cells)),
			Hint: fmt.Sprintf("the header has %d", len(c.names)),
		}
	}
	p, ok := packPostcode(cells[c.postcode])
	if !ok {
		return parsed{}, 0, c.invalid(c.postcode, cells, "is not a postcode", "write it like LS6 2AB")
	}
	district := upper(bytes.TrimSpace(cells[c.district]))
	if p.area() == areaBT || bytes.HasPrefix(district, []byte("N09")) {
		return parsed{}, northernIrish, nil
	}
	if !isCode(district) {
		return parsed{}, 0, c.invalid(c.district, cells, "is not a district code", "write it like E08000035, or leave it empty")
	}
	at, out, bad := c.position(cells)
	if bad != nil || out != kept {
		return parsed{}, out, bad
	}
	if c.ended >= 0 && len(bytes.TrimSpace(cells[c.ended])) > 0 {
		at |= endedBit
	}
	return parsed{p, at, district}, kept, nil
}

// upper changes b itself.
func upper(b []byte) []byte {
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - ('a' - 'A')
		}
	}
	return b
}

// longestCode in bytes; GSS codes have 9.
const longestCode = 16

func isCode(district []byte) bool {
	for _, b := range district {
		if !isLetter(b) && !isDigit(b) {
			return false
		}
	}
	return len(district) <= longestCode
}

// position reads the coordinates. Where the ONS has none it leaves both cells empty, or puts zeros,
// or latitude 99.999999 and longitude 0.
func (c *columns) position(cells [][]byte) (spot, outcome, *InvalidError) {
	x, y := bytes.TrimSpace(cells[c.x]), bytes.TrimSpace(cells[c.y])
	if len(x) == 0 && len(y) == 0 {
		return 0, noGrid, nil
	}
	fx, ok := number(x)
	if !ok {
		return 0, 0, c.invalid(c.x, cells, "is not a number", c.positionHint())
	}
	fy, ok := number(y)
	if !ok {
		return 0, 0, c.invalid(c.y, cells, "is not a number", c.positionHint())
	}
	if fx == 0 && (fy == 0 || !c.grid && fy > 99.9) {
		return 0, noGrid, nil
	}
	at, ok := c.convert(fx, fy)
	if !ok {
		column, why := c.outside(fx)
		return 0, 0, c.invalid(column, cells, why, c.positionHint())
	}
	return at, kept, nil
}

func (c *columns) positionHint() string {
	if c.grid {
		return "write whole metres on the British National Grid, or leave both coordinates empty"
	}
	return "write decimal degrees, or leave both coordinates empty"
}

// convert takes the numbers of the two columns to a spot; false if they lie outside the map.
func (c *columns) convert(x, y float64) (spot, bool) {
	if !c.grid {
		return newSpot(s2.LatLngFromDegrees(y, x))
	}
	at, err := FromGrid(x, y)
	if err != nil {
		return 0, false
	}
	return newSpot(at)
}

// outside says which of two coordinates is off the map, given the first.
func (c *columns) outside(x float64) (column int, why string) {
	if c.grid {
		if x >= 0 && x <= gridEast {
			return c.y, "is outside the British National Grid"
		}
		return c.x, "is outside the British National Grid"
	}
	if x >= baseLng && x <= baseLng+posMask/micro {
		return c.y, "is outside the British Isles"
	}
	return c.x, "is outside the British Isles"
}

// number reads a decimal; whole metres, nearly all there is, without strconv.
func number(text []byte) (float64, bool) {
	n := 0
	for _, b := range text {
		if !isDigit(b) || len(text) > 9 {
			f, err := strconv.ParseFloat(string(text), 64)
			return f, err == nil
		}
		n = n*10 + int(b-'0')
	}
	return float64(n), len(text) > 0
}

func (c *columns) invalid(column int, cells [][]byte, why, hint string) *InvalidError {
	return &InvalidError{Column: c.names[column], Why: quote(string(cells[column])) + " " + why, Hint: hint}
}
