package gazetteer

import (
	"bytes"
	"fmt"
	"strings"
)

// columns says where in a row the wanted cells are, -1 for a column that is not there.
type columns struct {
	names    []string // the header as written
	postcode int
	x, y     int  // easting and northing, or longitude and latitude
	grid     bool // which of the two
	district int
	ended    int  // month a postcode was ended, empty while it lives; optional
	headless bool // the first line is a row
}

// codePoint are the columns of the Ordnance Survey's Code-Point Open, whose files have no header.
var codePoint = []string{"Postcode", "Positional_quality_indicator", "Eastings", "Northings", "Country_code",
	"NHS_regional_HA_code", "NHS_HA_code", "Admin_county_code", "Admin_district_code", "Admin_ward_code"}

// isCodePoint says whether a line is a row of Code-Point Open.
func isCodePoint(cells [][]byte) bool {
	if len(cells) != len(codePoint) {
		return false
	}
	_, ok := packPostcode(cells[0])
	_, east := number(cells[2])
	_, north := number(cells[3])
	return ok && east && north
}

// The names a column goes by in the editions of the ONS Postcode Directory, squeezed, best first.
var (
	postcodeNames = []string{"pcds", "pcd", "pcd7", "pcd8", "postcode", "pc"}
	eastNames     = []string{"oseast1m", "east1m", "easting", "eastings", "ea"}
	northNames    = []string{"osnrth1m", "north1m", "northing", "northings", "no"}
	latNames      = []string{"lat", "latitude"}
	longNames     = []string{"long", "lng", "longitude"}
	districtNames = []string{"laua", "oslaua", "lad", "admindistrictcode", "dc"} // lad25cd and the like count as lad
	endedNames    = []string{"doterm"}
)

// readHeader finds the columns. Where a file has both, the grid reference is taken rather than
// latitude and longitude, so that an extract without the latter gives the same positions.
func readHeader(line []byte) (columns, error) {
	cells, ok := splitCells(nil, bytes.Clone(line))
	if !ok {
		return columns{}, fmt.Errorf("%w: its first line is not a CSV header: %s", ErrUnreadable, quote(string(line)))
	}
	if isCodePoint(cells) {
		return columns{names: codePoint, postcode: 0, x: 2, y: 3, grid: true, district: 8, ended: -1, headless: true}, nil
	}
	c := columns{}
	at := map[string]int{}
	for i, cell := range cells {
		c.names = append(c.names, strings.TrimSpace(string(cell)))
		name := squeeze(c.names[i])
		if isDistrictName(name) {
			name = "lad"
		}
		if _, taken := at[name]; !taken {
			at[name] = i
		}
	}
	c.postcode, c.district, c.ended = find(at, postcodeNames), find(at, districtNames), find(at, endedNames)
	c.x, c.y, c.grid = find(at, eastNames), find(at, northNames), true
	if c.x < 0 || c.y < 0 {
		c.x, c.y, c.grid = find(at, longNames), find(at, latNames), false
	}
	return c, c.missing(line)
}

func (c columns) missing(line []byte) error {
	var what []string
	if c.postcode < 0 {
		what = append(what, "pcd (or pcds, pcd7, pcd8)")
	}
	if c.x < 0 || c.y < 0 {
		what = append(what, "oseast1m and osnrth1m (or lat and long)")
	}
	if c.district < 0 {
		what = append(what, "laua (or oslaua)")
	}
	if what == nil {
		return nil
	}
	return fmt.Errorf("%w: its first line lacks %s; it reads %s", ErrUnreadable, strings.Join(what, ", "), quote(string(line)))
}

func find(at map[string]int, names []string) int {
	for _, name := range names {
		if i, ok := at[name]; ok {
			return i
		}
	}
	return -1
}

// squeeze makes headers comparable: case, spaces and underscores do not count.
func squeeze(s string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "_", "").Replace(s))
}

// isDistrictName knows lad, ladcd and lad with a year, lad25cd.
func isDistrictName(name string) bool {
	year, ok := strings.CutPrefix(name, "lad")
	year = strings.TrimSuffix(year, "cd")
	return ok && (year == "" || len(year) == 2 && isDigit(year[0]) && isDigit(year[1]))
}
