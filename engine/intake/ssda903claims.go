package intake

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// claims are what a row says that is checked and not kept.
type claims struct {
	unkept                        []string // columns that were filled in
	home, place                   Place    // of the two postcodes
	authority, location, distance string   // PL_LA, PL_LOCATION and PL_DISTANCE
}

// longestPostcode is longer than any postcode with spaces and a position, in
// bytes.
const longestPostcode = 16

// postColumn is a postcode of an episode. One that cannot be placed, or is none,
// is kept as it is: the rest of the row is no less true.
func postColumn(name string, at func(*Return) *string, place func(*claims) *Place) column[Return] {
	return column[Return]{
		name: name,
		read: func(d *draft[Return], cell string) error {
			if isUnknown(term(cell)) {
				return nil
			}
			p, err := d.Postcode(cell)
			switch {
			case errors.Is(err, ErrBadPostcode) && len(cell) > longestPostcode:
				return bad("a postcode such as LS6 2AB", "%q is not a postcode", clip(cell))
			case errors.Is(err, ErrBadPostcode):
				p = Place{Postcode: strings.ToUpper(cell)}
			case err != nil && !errors.Is(err, ErrUnknownPostcode) && !errors.Is(err, ErrNoDirectory):
				return err
			}
			*at(&d.value), *place(&d.value.claims) = p.Postcode, p
			return nil
		},
		write: func(r *Return) (string, error) {
			s := *at(r)
			if strings.TrimSpace(s) != s || strings.Contains(s, "\n") || !storable(s) || isUnknown(term(s)) {
				return "", unwritable(s, "is no postcode")
			}
			return s, nil
		},
	}
}

// claimColumn is a column that systems derive from the postcodes.
func claimColumn(name string, at func(*claims) *string) column[Return] {
	return column[Return]{
		name: name,
		read: func(d *draft[Return], cell string) error {
			*at(&d.value.claims) = strings.ToUpper(clip(cell))
			return nil
		},
		write: func(*Return) (string, error) { return "", nil },
	}
}

// noteUnkept says which columns were filled in and are not kept.
func noteUnkept(d *draft[Return]) {
	for _, name := range d.value.claims.unkept {
		warnUnkept(d.warnings, d.file, d.row, name)
	}
}

func warnUnkept(w *Warnings, file string, row int, name string) {
	w.add(file, row, "unkept "+name, func() string { return name + " is not kept: nothing here needs it" })
}

// assessment compares what the episodes of a file say with what can be worked
// out, and names each disagreement, up to a bound.
type assessment struct{ named map[string]int }

// maxNamed bounds how many warnings of a kind are named one by one in a file.
const maxNamed = 200

// add names one thing, or counts it when enough of its kind are named.
func (a *assessment) add(d *draft[Return], kind, which string, says func() string) {
	about := kind + " " + which
	if !d.warnings.has(d.file, about) {
		if a.named[kind]++; a.named[kind] > maxNamed {
			d.warnings.add(d.file, d.row, kind, func() string {
				return fmt.Sprintf("more than %d warnings of this kind, which are only counted from here on; the first: %s", maxNamed, says())
			})
			return
		}
	}
	d.warnings.add(d.file, d.row, about, says)
}

// note says what is odd about a good row.
func (a *assessment) note(d *draft[Return]) {
	e, c := &d.value.Episode, &d.value.claims
	switch {
	case e.End == 0 && e.Ended != "":
		d.warnings.add(d.file, d.row, "REC without DEC", func() string {
			return "REC says why the episode ended and DEC is empty; it is taken to go on"
		})
	case e.End != 0 && e.Ended == "":
		d.warnings.add(d.file, d.row, "DEC without REC", func() string { return "DEC says when the episode ended and REC is empty" })
	}
	a.unplaced(d, "HOME_POST", c.home)
	a.unplaced(d, "PL_POST", c.place)
	a.distance(d, c)
	a.location(d, c)
	a.authority(d, c)
}

// unplaced names a postcode without a position.
func (a *assessment) unplaced(d *draft[Return], column string, p Place) {
	if p.Postcode == "" || p.Point.Known() {
		return
	}
	_, err := d.Postcode(p.Postcode)
	switch {
	case errors.Is(err, ErrNoDirectory):
		d.warnings.add(d.file, d.row, "no directory", func() string {
			return "no postcode is placed, as there is no postcode directory: run `stablehomes import postcodes FILE` first"
		})
	case errors.Is(err, ErrBadPostcode):
		a.add(d, "no postcode", p.Postcode, func() string { return column + " " + quote(p.Postcode) + " is not a postcode; it is kept as it is" })
	default:
		a.add(d, "unknown postcode", p.Postcode, func() string { return column + " " + p.Postcode + " is not in the postcode directory" })
	}
}

// PL_DISTANCE is in miles to one decimal, from postcode points that move a little
// from one directory to the next, along the grid rather than the sphere.
const (
	distanceSlack = 0.25  // miles
	gridSlack     = 0.001 // of the distance
)

func (a *assessment) distance(d *draft[Return], c *claims) {
	if c.distance == "" || !c.home.Point.Known() || !c.place.Point.Known() {
		return
	}
	miles := gazetteer.Miles(c.home.Point.LatLng(), c.place.Point.LatLng())
	said, ok := readDecimal(c.distance)
	if ok && math.Abs(said-miles) <= distanceSlack+gridSlack*miles {
		return
	}
	row := fmt.Sprint(d.row, " ", d.value.Child)
	a.add(d, "distance", row, func() string {
		return fmt.Sprintf("%s: PL_DISTANCE is %s, and %s is %.1f miles from %s", d.value.Child, quote(c.distance), c.place.Postcode, miles, c.home.Postcode)
	})
}

// location checks PL_LOCATION: within the authority's own area, IN, or not, OUT.
func (a *assessment) location(d *draft[Return], c *claims) {
	if c.location == "" || c.place.Authority == "" {
		return
	}
	want := "OUT"
	if c.place.Authority == d.ground.authority {
		want = "IN"
	}
	if c.location != want {
		a.add(d, "location", fmt.Sprint(d.row, " ", d.value.Child), func() string {
			return fmt.Sprintf("%s: PL_LOCATION is %s, and %s lies in %s: %s", d.value.Child, quote(c.location), c.place.Postcode, c.place.Authority, want)
		})
	}
}

// countryOf has the codes of PL_LA for councils outside England, by the letter
// that their GSS codes begin with.
var countryOf = map[byte]string{'W': "WAL", 'S': "SCO", 'N': "NIR"}

// authority checks PL_LA, the authority in whose area the placement lies.
func (a *assessment) authority(d *draft[Return], c *claims) {
	if c.authority == "" || c.place.Authority == "" {
		return
	}
	said, known := d.Authority(c.authority)
	if known && said == c.place.Authority || c.authority == countryOf[c.place.Authority[0]] {
		return
	}
	a.add(d, "authority", fmt.Sprint(d.row, " ", d.value.Child), func() string {
		return fmt.Sprintf("%s: PL_LA is %s, and %s lies in %s", d.value.Child, quote(c.authority), c.place.Postcode, c.place.Authority)
	})
}
