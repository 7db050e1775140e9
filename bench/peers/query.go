package peers

import (
	"context"
	"math/rand/v2"

	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/fixtures"
)

// Limit is how many homes a [Query] wants.
const Limit = 20

// Engine answers queries: at most [Limit] homes, worth descending, then id
// ascending. An error is that of the context or of the database.
type Engine interface {
	Best(ctx context.Context, q *Query) ([]index.Found, error)
	Close() error
}

// Query asks for the nearest foster homes that are approved on a day, have a bed
// for one child from that day on, and take a child of that age and sex. Make it
// with [World.Ask].
type Query struct {
	on     care.Day
	age    int
	sex    care.Sex
	at     s2.Point
	x, y   float64 // the same in the plane
	shrink float64 // see plane.shrink
}

// Ask makes a query: a day that is not before [fixtures.Today] and within a
// century of it, an age in whole years, M or F, and a point of England.
func (w *World) Ask(on care.Day, age int, sex care.Sex, at care.Point) Query {
	q := Query{on: on, age: age, sex: sex, at: at.Cap().Centre}
	q.x, q.y = w.plane.project(q.at)
	q.shrink = w.plane.shrink(q.x, q.y)
	return q
}

// Queries draws n queries from a seed: points within some five miles of homes, so
// that there are more where people live; ages from 0 to 17; days of the two months
// from [fixtures.Today] on.
func (w *World) Queries(seed uint64, n int) []Query {
	chance := rand.New(rand.NewPCG(seed, 1))
	all := make([]Query, n)
	for i := range all {
		near := s2.LatLngFromPoint(w.Homes[chance.IntN(len(w.Homes))].Where)
		at := care.At(near.Lat.Degrees()+chance.Float64()/7-1./14, near.Lng.Degrees()+chance.Float64()/4-1./8)
		on := fixtures.Today + care.Day(chance.IntN(60))
		all[i] = w.Ask(on, chance.IntN(18), []care.Sex{care.Male, care.Female}[chance.IntN(2)], at)
	}
	return all
}

// accepts says whether the home is one that is asked for.
func (q *Query) accepts(h *Home) bool {
	takes := h.Boys
	if q.sex == care.Female {
		takes = h.Girls
	}
	return takes && h.Foster && h.FreeFrom <= q.on && h.Opens <= q.on && q.on < h.Closes &&
		int(h.AgeMin) <= q.age && q.age <= int(h.AgeMax)
}

// worth is the score of a home that is there.
func (q *Query) worth(where s2.Point) uint64 { return nearness(gazetteer.PointMiles(q.at, where)) }

// nearness is one at no distance and a half at ten miles, rounded to millionths: the
// curve of the criterion near-family.
func nearness(miles float64) uint64 { return uint64(1e6/(1+miles/10) + 0.5) }
