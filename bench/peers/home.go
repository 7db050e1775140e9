package peers

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/fixtures"
)

// Home is a home as a row: the columns that a [Query] asks about, worked out
// beforehand. Every engine answers from these and from nothing else.
type Home struct {
	ID       string
	curve    uint64   // where it is on a curve along which near homes are near
	Where    s2.Point // on the unit sphere; distances are computed from it
	X, Y     float64  // miles east and north in a plane, see plane
	FreeFrom care.Day // first day, from [fixtures.Today] on, from which a bed stays free; never if none does
	Opens    care.Day // first day of its approval
	Closes   care.Day // first day after its approval
	AgeMin   int8     // whole years
	AgeMax   int8     // whole years, inclusive
	Boys     bool     // the terms of approval let boys in
	Girls    bool
	Foster   bool // it is a foster home
}

// never is a day after all days.
const never care.Day = math.MaxInt32

// World is a synthetic England: its homes as rows, and as the index has them.
type World struct {
	Homes []Home // in order of ID
	Items []index.Item[care.Span]
	plane plane
}

// NewWorld draws an England of so many homes, as [fixtures.NewEngland] does. The
// same seed gives the same World.
func NewWorld(seed uint64, homes int) *World {
	england := fixtures.NewEngland(fixtures.Options{Seed: seed, Homes: homes})
	return worldOf(england.Homes(), england.Placements())
}

// worldOf takes homes in order of their ids, which are H-1, H-2 and so on with
// leading zeros.
func worldOf(homes iter.Seq[care.Home], placements iter.Seq[care.Placement]) *World {
	living := map[care.ID]care.Occupancy{}
	for p := range placements {
		o := living[p.Home]
		o.Put(p.Stay())
		living[p.Home] = o
	}
	w := &World{plane: newPlane()}
	for h := range homes {
		o := living[h.ID]
		item := match.SpanOf(&h, &o)
		w.Items = append(w.Items, item)
		row := rowOf(&h, o, &item.Sum)
		row.curve = item.At
		row.X, row.Y = w.plane.project(row.Where)
		w.plane.cover(row.X, row.Y)
		w.Homes = append(w.Homes, row)
	}
	return w
}

// alongCurve are the homes in the order in which near ones share pages.
func (w *World) alongCurve() []Home {
	return slices.SortedFunc(slices.Values(w.Homes), func(a, b Home) int { return cmp.Compare(a.curve, b.curve) })
}

// rowOf takes from the Span of the home what the Span says outright, and works
// out the free bed from the stays, as they look today.
func rowOf(h *care.Home, o care.Occupancy, s *care.Span) Home {
	beds := care.Household{Home: &care.Home{Beds: h.Beds}, Occupancy: o}
	free := beds.FirstFree(1, fixtures.Today, today)
	if free == 0 {
		free = never
	}
	return Home{
		ID: string(h.ID), Where: s.Cap.Centre, FreeFrom: free, Opens: s.Opens, Closes: s.Closes,
		AgeMin: s.AgeMin, AgeMax: s.AgeMax, Boys: s.Traits.Any(care.TakesBoys), Girls: s.Traits.Any(care.TakesGirls),
		Foster: h.Kind == care.Foster,
	}
}

// today is the point of view from which beds are counted: the morning of the
// synthetic England's day.
var today = care.Ask(care.StartOf(fixtures.Today))

// century is further from [fixtures.Today], in days, than any day that is asked
// about. Days are kept in databases as days from then, no further off than this,
// so that they fit every type that a database has.
const century = 36_525

func since(d care.Day) int { return int(min(max(int64(d)-int64(fixtures.Today), -century), century)) }

// days are the first and the last day on which a child can move in, in days from
// [fixtures.Today]; not ok if there is none or it is no foster home. Homes that
// are not ok are what an expert's partial index leaves out.
func (h *Home) days() (first, last int, ok bool) {
	first, last = since(max(h.FreeFrom, h.Opens)), since(h.Closes)-1
	return first, last, h.Foster && h.FreeFrom != never && first <= last
}

// columns are those of the databases' tables: id, may, first, last, age_min, age_max,
// boys, girls, x, y, z, px, py.
func (h *Home) columns() []any {
	first, last, may := h.days()
	return []any{h.ID, may, int64(first), int64(last), int64(h.AgeMin), int64(h.AgeMax), h.Boys, h.Girls,
		h.Where.X, h.Where.Y, h.Where.Z, h.X, h.Y}
}

// column is the name of the column that says whether homes take a sex.
func column(sex care.Sex) string {
	if sex == care.Female {
		return "girls"
	}
	return "boys"
}
