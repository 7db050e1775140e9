package peers

import (
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/index"
)

// scan answers by looking at every row. It is the plainest program that can be
// right, and what every engine must equal.
type scan struct{ homes []Home }

func (s *scan) Best(_ context.Context, q *Query) ([]index.Found, error) {
	best := make([]index.Found, 0, Limit+1) // in order; rows come in order of id, so a tie goes behind
	for i := range s.homes {
		h := &s.homes[i]
		if !q.accepts(h) {
			continue
		}
		worth := q.worth(h.Where)
		at := len(best)
		for at > 0 && best[at-1].Worth < worth {
			at--
		}
		if at < Limit {
			best = slices.Insert(best, at, index.Found{ID: h.ID, Worth: worth})
			best = best[:min(Limit, len(best))]
		}
	}
	return best, nil
}

func (s *scan) Close() error { return nil }
