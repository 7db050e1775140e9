package intake

import (
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// readSpot reads "LS6 2AB", "53.81,-1.55" or "LS6 2AB 53.81,-1.55".
func (g *ground) readSpot(s string) (care.Location, error) {
	s = strings.TrimSpace(s)
	left, right, paired := strings.Cut(s, ",")
	if !paired {
		at, _, err := g.settle(s, care.Point{})
		return at, err
	}
	left = strings.TrimSpace(left)
	before := strings.LastIndexByte(left, ' ') + 1
	lat, err := readDegrees(left[before:])
	if err != nil {
		return care.Location{}, err
	}
	lng, err := readDegrees(strings.TrimSpace(right))
	if err != nil {
		return care.Location{}, err
	}
	point, err := position(lat, lng)
	if postcode := strings.TrimSpace(left[:before]); err == nil && postcode != "" {
		at, _, err := g.settle(postcode, point)
		return at, err
	}
	return care.Location{Point: point}, err
}

func writeSpot(at care.Location) (string, error) {
	switch {
	case strings.ContainsAny(at.Postcode, ",@") || strings.TrimSpace(at.Postcode) != at.Postcode || !storable(at.Postcode):
		return "", unwritable(at.Postcode, "is not a postcode")
	case at.Postcode == "":
		return decimal(at.Point.Lat) + "," + decimal(at.Point.Lng), nil
	}
	return at.Postcode + " " + decimal(at.Point.Lat) + "," + decimal(at.Point.Lng), nil
}

// circle is the area within some miles of a place.
func circle() codec[care.Circle] {
	return codec[care.Circle]{read: readCircle, write: func(c care.Circle) (string, error) {
		centre, err := writeSpot(c.Centre)
		return centre + "@" + decimal(c.Miles), err
	}}
}

func readCircle(g *ground, cell string) (care.Circle, error) {
	const hint = "postcode@miles, such as LS6 2AB@3, or lat,lng@miles"
	centre, miles, ok := strings.Cut(cell, "@")
	if !ok {
		return care.Circle{}, bad(hint, "%q has no @ and no miles", clip(cell))
	}
	radius, ok := readDecimal(strings.TrimSpace(miles))
	if !ok {
		return care.Circle{}, bad(hint, "%q is not a number of miles", clip(miles))
	}
	at, err := g.readSpot(centre)
	return care.Circle{Centre: at, Miles: radius}, err
}

// contact is a person the child sees.
func contact() codec[care.Contact] {
	return codec[care.Contact]{read: readContact, write: writeContact}
}

// oftenUnsaid is how many visits a month are meant where none are given.
const oftenUnsaid = 1

func readContact(g *ground, cell string) (care.Contact, error) {
	const hint = "who:postcode@visits a month, such as mother:LS6 2AB@4"
	who, where, ok := strings.Cut(cell, ":")
	if !ok || term(who) == "" {
		return care.Contact{}, bad(hint, "%q does not say who", clip(cell))
	}
	c := care.Contact{Who: term(who), Visits: oftenUnsaid}
	where, visits, given := strings.Cut(where, "@")
	if given {
		if c.Visits, ok = readDecimal(strings.TrimSpace(visits)); !ok {
			return care.Contact{}, bad(hint, "%q is not a number of visits", clip(visits))
		}
	}
	at, err := g.readSpot(where)
	c.Where = at
	return c, err
}

func writeContact(c care.Contact) (string, error) {
	if term(c.Who) != c.Who || strings.Contains(c.Who, ":") || !storable(c.Who) {
		return "", unwritable(c.Who, "is not a relation")
	}
	where, err := writeSpot(c.Where)
	return c.Who + ":" + where + "@" + decimal(c.Visits), err
}

// awayColumn mixes authorities and circles, which are two fields of a child.
func awayColumn(name string) column[care.Child] {
	return column[care.Child]{
		name: name,
		read: func(d *draft[care.Child], cell string) error {
			for rest := cell; rest != ""; {
				var entry string
				entry, rest = nextEntry(rest)
				if err := readAway(d, entry); err != nil {
					return err
				}
			}
			return nil
		},
		write: writeAway,
	}
}

func readAway(d *draft[care.Child], entry string) error {
	if entry == "" || term(entry) == none {
		return nil
	}
	if strings.Contains(entry, "@") {
		c, err := readCircle(d.ground, entry)
		d.value.AwayFrom = append(d.value.AwayFrom, c)
		return err
	}
	gss, err := d.authorityNamed(entry)
	d.value.AwayAuthorities = append(d.value.AwayAuthorities, gss)
	return err
}

// writeAway writes the authorities first.
func writeAway(c *care.Child) (string, error) {
	authorities, err := writeList(c.AwayAuthorities, authority(), plain)
	if err != nil {
		return "", err
	}
	circles, err := writeList(c.AwayFrom, circle(), plain)
	parts := slices.DeleteFunc([]string{authorities, circles}, func(s string) bool { return s == "" })
	return strings.Join(parts, ";"), err
}
