package intake

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// Schools reads the download of all establishments from Get Information About
// Schools, or an extract of its forerunner EduBase, as [Homes] reads homes. A
// school whose row has no grid reference is placed by its postcode; one that
// cannot be placed at all is kept without a position and a warning.
func Schools(ctx context.Context, src io.Reader, opts Options) iter.Seq2[Item[gazetteer.School], error] {
	return read(ctx, src, opts, schools())
}

// schools is the table of schools. The columns are those of GIAS, then older
// spellings.
func schools() table[gazetteer.School] {
	t := schoolTable()
	t.id = func(s *gazetteer.School) care.ID { return care.ID(strconv.Itoa(s.URN)) }
	t.finish = finishSchool
	t.note = noteSchool
	return t
}

func schoolTable() table[gazetteer.School] {
	type s = gazetteer.School
	return table[s]{
		kind: "schools", key: "URN", wide: true,
		columns: []column[s]{
			field("URN", urn(), func(s *s) *int { return &s.URN }).or("SchoolURN", "EstablishmentURN"),
			field("EstablishmentName", text(), func(s *s) *string { return &s.Name }).or("EstabName", "SchoolName", "School name"),
			postcodeOfSchool("Postcode", "PCode", "Address.Postcode"),
			gridColumn("Easting", func(g *grid) *metres { return &g.east }),
			gridColumn("Northing", func(g *grid) *metres { return &g.north }),
			field("StatutoryLowAge", schoolAge(), func(s *s) *int { return &s.AgeFrom }).or("Statutory lowest pupil age", "LowAge", "AgeLow"),
			field("StatutoryHighAge", schoolAge(), func(s *s) *int { return &s.AgeTo }).or("Statutory highest pupil age", "HighAge", "AgeHigh"),
			field("PhaseOfEducation (name)", text(), func(s *s) *string { return &s.Phase }).or("PhaseOfEducationName", "PhaseOfEducation", "Phase"),
			field("EstablishmentStatus (name)", text(), func(s *s) *string { return &s.Status }).or("EstablishmentStatusName", "EstablishmentStatus", "Status"),
		},
		needs: []need{{"URN"}, {"EstablishmentName"}, {"Postcode", "Easting+Northing"}},
		check: func(s *gazetteer.School) error { return nil },
	}
}

// or gives a column other names.
func (c column[T]) or(names ...string) column[T] {
	c.also = names
	return c
}

// largestURN has seven digits; GIAS has six as yet.
const largestURN = 9_999_999

// readURN reads a unique reference number.
func readURN(s string) (int, bool) {
	n, err := readWhole(s)
	return n, err == nil && n > 0 && n <= largestURN
}

func urn() codec[int] {
	return codec[int]{read: func(_ *ground, cell string) (int, error) {
		n, ok := readURN(cell)
		if !ok {
			return 0, bad("a number of six digits, such as 107890", "%q is not a URN", clip(cell))
		}
		return n, nil
	}}
}

// oldestPupil is above every age that a school has, in years. Adult colleges
// write 99.
const oldestPupil = 99

func schoolAge() codec[int] {
	return codec[int]{read: func(_ *ground, cell string) (int, error) {
		n, err := readWhole(cell)
		if err == nil && (n < 0 || n > oldestPupil) {
			err = bad("an age in years, such as 11", "%d is not an age", n)
		}
		return n, err
	}}
}

// metres is a coordinate on the British National Grid, if it was given.
type metres struct {
	m     float64
	known bool
}

// grid is where a school is while its row is being read.
type grid struct{ east, north metres }

// gridColumn reads whole metres. GIAS writes 0 where it has none.
func gridColumn(name string, at func(*grid) *metres) column[gazetteer.School] {
	return column[gazetteer.School]{name: name, number: true, read: func(d *draft[gazetteer.School], cell string) error {
		m, ok := readDecimal(cell)
		if !ok {
			return bad("whole metres on the British National Grid, or leave it blank", "%q is not a number of metres", clip(cell))
		}
		*at(&d.grid) = metres{m, m != 0}
		return nil
	}}
}

func postcodeOfSchool(name string, also ...string) column[gazetteer.School] {
	return column[gazetteer.School]{name: name, also: also, read: func(d *draft[gazetteer.School], cell string) error {
		d.spots[0].postcode = cell
		return nil
	}}
}

func finishSchool(d *draft[gazetteer.School]) error {
	s := &d.value
	switch {
	case s.URN == 0:
		return inColumn("URN", bad("a number of six digits, such as 107890", "is empty"))
	case s.Name == "":
		return inColumn("EstablishmentName", bad("the name of the school", "is empty"))
	}
	s.Closed = strings.HasPrefix(term(s.Status), "closed")
	if d.spots[0].postcode != "" {
		if err := d.schoolPostcode(s); err != nil {
			return err
		}
	}
	if !d.grid.east.known || !d.grid.north.known {
		return nil
	}
	point, err := gazetteer.FromGrid(d.grid.east.m, d.grid.north.m)
	if err != nil {
		return inColumn("Easting", bad("whole metres on the British National Grid, or leave both blank", "%v, %v is outside the British National Grid", d.grid.east.m, d.grid.north.m))
	}
	*s = s.At(point)
	return nil
}

// schoolPostcode takes the postcode and, if the directory has it, its place. A
// school abroad writes something else there, which costs it no more than a
// warning.
func (d *draft[T]) schoolPostcode(s *gazetteer.School) error {
	p, err := d.place(d.spots[0].postcode)
	var wrong *care.FieldError
	switch {
	case err == nil:
		*s = s.At(s2.LatLngFromDegrees(p.Point.Lat, p.Point.Lng))
	case isUnplaced(err):
	case errors.As(err, &wrong):
		d.warnings.add(d.file, d.row, "bad postcode", func() string { return wrong.Why + " and is left out" })
		return nil
	default:
		return err
	}
	s.Postcode = p.Postcode
	return nil
}

// noteSchool warns of a school of which nobody knows where it is.
func noteSchool(d *draft[gazetteer.School]) {
	if _, placed := d.value.Point(); placed || d.value.Closed {
		return
	}
	d.warnings.add(d.file, d.row, "no position", func() string {
		return "school " + strconv.Itoa(d.value.URN) + " has no grid reference, and its postcode cannot be placed; no distance to it can be told"
	})
}

// atSchool places a child at the school whose URN the row has, where the row does
// not say where it is.
func (g *ground) atSchool(c *care.Child) error {
	if c.School == "" || c.SchoolAt.Known() {
		return nil
	}
	n, ok := readURN(c.School)
	if !ok || g.school == nil {
		g.warnings.add(g.file, g.row, "schools without a position", func() string {
			return "school " + c.School + " has no position, so no home can be judged by how far it is; give school_postcode, or its URN and import schools"
		})
		return nil
	}
	s, found, err := g.school(n)
	if err != nil {
		return err
	}
	says := ""
	switch point, placed := s.Point(); {
	case !found:
		says = "is not among the schools that were imported, so it has no position; import schools, or give school_postcode"
	case !placed:
		says = "has no position among the schools that were imported; give school_postcode"
	default:
		c.SchoolAt = care.Location{Postcode: s.Postcode, Point: care.At(point.Lat.Degrees(), point.Lng.Degrees())}
	}
	if s.Closed {
		says = "is closed: " + strings.Join(slices.DeleteFunc([]string{s.Name, s.Status}, func(s string) bool { return s == "" }), ", ")
	}
	if says != "" {
		g.warnings.add(g.file, g.row, "school "+c.School, func() string { return "school " + c.School + " " + says })
	}
	return nil
}
