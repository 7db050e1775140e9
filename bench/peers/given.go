package peers

import (
	"cmp"
	"math"
	"slices"

	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/index"
)

// given is what a database gave, nearest in the plane first.
type given struct {
	homes  []index.Found
	enough float64 // how far home number [Limit] is in the plane, in miles; 0 if there is none
	last   float64 // how far the last is
}

// few is how many rows a database is asked for at first: some more than are
// wanted, because the order in the plane is not quite that on the sphere.
const few = Limit + 4

// rows are those of a database, whichever it is: an id, a unit vector and a place
// in the plane.
type rows interface {
	Next() bool
	Scan(...any) error
	Err() error
}

// read scores the rows by the formula that all engines share.
func (q *Query) read(r rows) (g given, err error) {
	g.homes = make([]index.Found, 0, few)
	var id string
	var x, y float64
	var where s2.Point
	for r.Next() {
		if err := r.Scan(&id, &where.X, &where.Y, &where.Z, &x, &y); err != nil {
			return g, err
		}
		g.homes = append(g.homes, index.Found{ID: id, Worth: q.worth(where)})
		g.last = math.Hypot(x-q.x, y-q.y)
		if len(g.homes) == Limit {
			g.enough = g.last
		}
	}
	return g, r.Err()
}

// rank makes the answer of what a database gave, and says whether it is sure: that
// a home which is further than so many miles of the plane, as all are that were
// not given, could not enter.
func (q *Query) rank(g given, beyond float64) (best []index.Found, sure bool) {
	slices.SortFunc(g.homes, func(a, b index.Found) int {
		return cmp.Or(cmp.Compare(b.Worth, a.Worth), cmp.Compare(a.ID, b.ID))
	})
	best = g.homes[:min(Limit, len(g.homes))]
	if math.IsInf(beyond, 1) {
		return best, true
	}
	return best, len(best) == Limit && best[Limit-1].Worth > nearness(beyond*q.shrink)
}
