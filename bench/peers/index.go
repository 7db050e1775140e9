package peers

import (
	"context"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/match"
)

// Index answers from engine/index, and judges by rows in memory.
type Index struct {
	spans *match.Spans
	homes []Home
	place []int32 // in homes, of the home of each number less one
}

// OpenIndex builds the tree from w.Items.
func OpenIndex(w *World) *Index {
	i := &Index{spans: match.NewSpans().Build(w.Items), homes: w.alongCurve(), place: make([]int32, len(w.Homes))}
	for place := range i.homes {
		i.place[number(i.homes[place].ID)-1] = int32(place)
	}
	return i
}

// Best implements [Engine].
func (i *Index) Best(ctx context.Context, q *Query) ([]index.Found, error) {
	found, _, err := i.spans.Best(ctx, index.Query[care.Span]{
		Bounds: func(homes []care.Span, yield func(int, uint64)) {
			if fetch(homes) == 0 {
				return
			}
			for i := range homes {
				if worth, ok := q.bound(&homes[i]); ok {
					yield(i, worth)
				}
			}
		},
		Judge: func(id string) (worth uint64, ok bool, err error) {
			h := &i.homes[i.place[number(id)-1]]
			if !q.accepts(h) {
				return 0, false, nil
			}
			return q.worth(h.Where), true, nil
		},
		Limit: Limit,
	})
	return found, err
}

// fetch has the processor fetch what [Query.bound] looks at, of all homes at once
// rather than of one after another. It is zero where there are none.
func fetch(homes []care.Span) (some uint64) {
	for i := range homes {
		some |= uint64(homes[i].Kinds) | uint64(homes[i].Authorities)
	}
	return some
}

// Close implements [Engine]; there is nothing to close.
func (i *Index) Close() error { return nil }

// number is that of a home: the synthetic England numbers its homes from one, and
// their ids are an H, a dash and the number.
func number(id string) int {
	n := 0
	for _, digit := range []byte(id[2:]) {
		n = 10*n + int(digit-'0')
	}
	return n
}

// bound is the most that a home under the Span can be worth. It takes the chord
// to the middle of the Span for the arc, which is never shorter, and saves an
// arcsine; rounding is allowed for.
func (q *Query) bound(s *care.Span) (worth uint64, ok bool) {
	if s.Kinds&foster == 0 || !s.Traits.Any(q.sex.Takes()) || q.on < s.Opens || s.Closes <= q.on ||
		q.age < int(s.AgeMin) || int(s.AgeMax) < q.age || !s.MayTake(1, q.on, &today) {
		return 0, false
	}
	apart := s.Cap.Centre.Sub(q.at.Vector).Norm() - s.Cap.Radius.Radians()
	return nearness(max(0, apart) * (gazetteer.EarthRadiusMiles * (1 - 1e-9))), true
}

var foster = care.KindSetOf(care.Foster)
