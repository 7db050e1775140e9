package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// drawing is a map: marks about a centre, with circles, and a table that says the
// same.
type drawing struct {
	Says    string // what it shows, for those who do not see it
	Size    string // both sides, in units of the drawing
	Middle  string
	Circles []circle
	Marks   []mark
	Table   grid

	taken map[[2]int][]mark // the marks, by the square of spacing units that they stand in
}

type circle struct {
	R, Top string
	Miles  int
}

// mark is a point on the map. The shapes differ as well as the letters, so that
// nothing rests on colour.
type mark struct {
	Key   string
	Shape string // "home", "family" or "school"
	X, Y  string
	x, y  float64
}

// spot is a place to be shown.
type spot struct {
	shape, what string
	where       care.Location
	key         string
}

const (
	mapUnits = 640.0
	// The map reaches at least so far from its centre, and at most: what lies
	// further out is in its table only. Miles.
	leastReach, mostReach = 6.0, 25.0
)

// ringMiles are the circles that are drawn as far as they fit, and the bands that
// distances are told in where nothing is drawn. The farthest is what SSDA903 counts
// as far.
var ringMiles = []int{5, 10, 20}

// mapSection shows where everybody is, for the child's file; for the panel it says
// how far away, in bands. To blur a map would hide nothing: the reasons give
// distances to a tenth of a mile, which they cannot do without, as the points are
// made of them, and together with a direction they tell more than a coarse grid.
func (s *Sheet) mapSection() []section {
	sec := section{ID: "map", Title: "Map"}
	if s.Scene == nil {
		sec.Lead = []string{"There is no map: a record that it would rest on is no longer there to be read."}
		return []section{sec}
	}
	spots := s.spots()
	if len(spots) == 0 {
		sec.Lead = []string{"There is no map: no place is recorded."}
		return []section{sec}
	}
	if s.anyAway() {
		sec.Lead = append(sec.Lead, "A child is to be placed away from somewhere: where family and school are is left out.")
	}
	if s.Audience == RecordAudience {
		sec.Map = s.draw(spots)
		return []section{sec}
	}
	sec.Title = "How far the places are"
	sec.Lead = append(sec.Lead, "A map is drawn for the child's file only: with the distances that the reasons give, it would show where somebody lives.")
	sec.Grids = []grid{s.bands(spots)}
	return []section{sec}
}

// bands says between which circles about the first place the others lie.
func (s *Sheet) bands(spots []spot) grid {
	g := s.placesGrid("The places, and how far each is from "+spots[0].key, spots)
	centre := spots[0].where.Point.LatLng()
	for i := range spots {
		band := "here"
		if i > 0 {
			band = bandOf(gazetteer.Miles(centre, spots[i].where.Point.LatLng()))
		}
		g.add(spots[i].key, spots[i].what, s.address(&spots[i]), band)
	}
	return g
}

// bandOf is a distance in words, as coarse as the circles.
func bandOf(miles float64) string {
	from := 0
	for _, to := range ringMiles {
		if miles <= float64(to) {
			if from == 0 {
				return fmt.Sprintf("within %d miles", to)
			}
			return fmt.Sprintf("%d to %d miles", from, to)
		}
		from = to
	}
	return fmt.Sprintf("more than %d miles", from)
}

func (s *Sheet) placesGrid(caption string, spots []spot) grid {
	return grid{Caption: caption, Head: []string{"Key", "What", "Where", "From " + spots[0].key}}
}

func (s *Sheet) anyAway() bool {
	return slices.ContainsFunc(s.Scene.Children, func(c care.Child) bool { return c.IsAway() })
}

// spots lists the places, the one that the map is centred on first: a child's
// home, family and school, and the homes. Of a child who is to be placed away only
// the homes are shown; somebody to have no contact with is never shown.
func (s *Sheet) spots() []spot {
	var all []spot
	if !s.anyAway() {
		for i := range s.Scene.Children {
			all = append(all, s.anchors(&s.Scene.Children[i])...)
		}
	}
	number(all, "F", "family")
	number(all, "S", "school")
	return append(all, s.homeSpots()...)
}

// anchors are the places that matter to a child.
func (s *Sheet) anchors(c *care.Child) []spot {
	var all []spot
	add := func(shape, what string, where care.Location) {
		if where.Known() {
			all = append(all, spot{shape: shape, what: what + " of " + string(c.ID), where: where})
		}
	}
	add("family", "home address", c.Home)
	for _, contact := range c.Contacts {
		if !slices.ContainsFunc(c.NoContact, func(n string) bool { return care.Term(n) == care.Term(contact.Who) }) {
			add("family", spaced(contact.Who), contact.Where)
		}
	}
	add("school", "school", c.SchoolAt)
	return all
}

// number gives the places of a shape their keys.
func number(all []spot, letter, shape string) {
	n := 0
	for i := range all {
		if all[i].shape == shape {
			n++
			all[i].key = letter + strconv.Itoa(n)
		}
	}
}

// homeSpots are the homes of the shortlist by their rank, and those of the splits
// by letters.
func (s *Sheet) homeSpots() []spot {
	var all []spot
	var seen []care.ID
	others := 0
	for i, id := range s.Result.Named() {
		h := s.Scene.Home(id)
		if h == nil || slices.Contains(seen, id) {
			continue
		}
		seen = append(seen, id)
		at := spot{shape: "home", what: string(id), where: h.Where, key: strconv.Itoa(i + 1)}
		if i >= len(s.Result.Candidates) {
			others++
			at.key, at.what = "X"+strconv.Itoa(others), at.what+", in a split"
		}
		all = append(all, at)
	}
	return all
}

// offset is where a place lies from the centre, in miles east and south.
type offset struct{ east, south, miles float64 }

func offsetOf(centre, p s2.LatLng) offset {
	mid := (centre.Lat.Radians() + p.Lat.Radians()) / 2
	return offset{
		east:  (p.Lng - centre.Lng).Radians() * math.Cos(mid) * gazetteer.EarthRadiusMiles,
		south: (centre.Lat - p.Lat).Radians() * gazetteer.EarthRadiusMiles,
		miles: gazetteer.Miles(centre, p),
	}
}

// draw sets the places about the first.
func (s *Sheet) draw(spots []spot) *drawing {
	centre := spots[0].where.Point.LatLng()
	offsets, reach := make([]offset, len(spots)), leastReach
	for i := range spots {
		offsets[i] = offsetOf(centre, spots[i].where.Point.LatLng())
		if m := offsets[i].miles * 1.15; m <= mostReach*1.15 {
			reach = max(reach, min(m, mostReach))
		}
	}
	scale := mapUnits / 2 / reach
	d := &drawing{Size: units(mapUnits), Middle: units(mapUnits / 2), Table: s.placesGrid("The places on the map", spots), taken: map[[2]int][]mark{}}
	d.Says = fmt.Sprintf("Map of %s about %s, %.0f miles to each side. The table below says the same.", counted(len(spots), "place"), spots[0].what, reach)
	for _, miles := range ringMiles {
		if r := float64(miles) * scale; r <= mapUnits/2 {
			d.Circles = append(d.Circles, circle{R: units(r), Top: units(mapUnits/2 - r + 14), Miles: miles})
		}
	}
	for i := range spots {
		d.place(&spots[i], offsets[i], scale, reach, s.address(&spots[i]))
	}
	return d
}

// place adds a place to the map, if it is not beyond its edge, and to the table.
func (d *drawing) place(at *spot, o offset, scale, reach float64, address string) {
	where := fmt.Sprintf("%.1f miles %s", o.miles, o.direction())
	if o.miles < 0.05 {
		where = "here"
	}
	switch x, y := mapUnits/2+o.east*scale, mapUnits/2+o.south*scale; {
	case max(math.Abs(o.east), math.Abs(o.south)) > reach:
		where += "; beyond the edge of the map"
	case !d.mark(at, x, y):
		where += "; no room on the map"
	}
	d.Table.add(at.key, at.what, address, where)
}

const (
	// markUnits is the width of a mark with a little room.
	markUnits = 27.0
	// spacing is how near to each other two marks may stand, in units.
	spacing = markUnits - 1
	// mostSteps is how many marks may stand between a mark and its place, in each
	// direction. A mark that finds no room so near would say nothing.
	mostSteps = 6
)

// besides are the steps from a place to where its mark may stand, the nearest first,
// and of those the ones to the right and left.
var besides = sync.OnceValue(func() [][2]int {
	var all [][2]int
	for y := -mostSteps; y <= mostSteps; y++ {
		for x := -mostSteps; x <= mostSteps; x++ {
			all = append(all, [2]int{x, y})
		}
	}
	slices.SortStableFunc(all, func(a, b [2]int) int {
		return cmp.Or(cmp.Compare(a[0]*a[0]+a[1]*a[1], b[0]*b[0]+b[1]*b[1]), cmp.Compare(a[1]*a[1], b[1]*b[1]), cmp.Compare(b[0], a[0]))
	})
	return all
})

// mark draws a place, beside those it would otherwise cover and never over the edge;
// false where there is no room.
func (d *drawing) mark(at *spot, x, y float64) bool {
	for i, step := range besides() {
		m := mark{Key: at.key, Shape: at.shape, x: x + float64(step[0])*markUnits, y: y + float64(step[1])*markUnits}
		if i > 0 && !m.within() || !d.free(&m) {
			continue
		}
		m.X, m.Y = units(m.x), units(m.y)
		d.Marks = append(d.Marks, m)
		d.taken[m.square()] = append(d.taken[m.square()], m)
		return true
	}
	return false
}

// within says whether the whole mark is on the map.
func (m *mark) within() bool {
	const edge = markUnits / 2
	return min(m.x, m.y) >= edge && max(m.x, m.y) <= mapUnits-edge
}

// square is the part of the map that a mark stands in. Marks that are too near each
// other stand in the same one or in two that touch.
func (m *mark) square() [2]int {
	return [2]int{int(math.Floor(m.x / spacing)), int(math.Floor(m.y / spacing))}
}

// free says whether a mark covers none that is there.
func (d *drawing) free(m *mark) bool {
	at := m.square()
	for _, step := range besides()[:9] { // the square itself and those about it
		near := d.taken[[2]int{at[0] + step[0], at[1] + step[1]}]
		if slices.ContainsFunc(near, func(o mark) bool { return math.Hypot(o.x-m.x, o.y-m.y) < spacing }) {
			return false
		}
	}
	return true
}

// address is as much of one as the audience may see.
func (s *Sheet) address(at *spot) string {
	p, err := gazetteer.ParsePostcode(at.where.Postcode)
	switch {
	case err != nil:
		return "no postcode recorded"
	case s.Audience == RecordAudience:
		return p.String()
	}
	return p.Sector()
}

// direction is the nearest of the eight points of the compass.
func (o offset) direction() string {
	points := [...]string{"north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"}
	turn := math.Atan2(o.east, -o.south) / (math.Pi / 4)
	return points[(int(math.Round(turn))+8)%8]
}
