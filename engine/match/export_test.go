package match

import (
	"context"
	"math"
	"testing"

	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// SetMostEffort lets less be done in search of splits until the test ends.
func SetMostEffort(t testing.TB, n int) {
	usual := mostEffort
	mostEffort = n
	t.Cleanup(func() { mostEffort = usual })
}

// Shortfall is what the search for splits reckons of one arrangement, in
// millionths of points, beside what is so.
type Shortfall struct {
	Exact    float64 // by how much the sum of the scores is less than the most of the blocks
	Reckoned float64 // the same, by distances and without rounding
	Around   float64 // no more than that, by the distances from the best of its homes as the one in the middle alone
	Medoid   float64 // the same for any homes around one of its homes
	Rounded  float64 // by how much rounding may change it
}

// EachShortfall parts the children of a request in so many ways as the search would
// take them, and yields what it reckons of homes that are drawn for the blocks.
func EachShortfall(ctx context.Context, r Reader, req Request, policies *policy.Set, ways int, draw func(n int) int, yield func(Shortfall)) error {
	q, err := prepare(r, &req, policies)
	if err != nil {
		return err
	}
	c, err := q.lookAround(ctx, r)
	if err != nil {
		return err
	}
	s := &splitter{inquiry: q, country: c}
	p, err := s.partings(ctx)
	if err != nil {
		return err
	}
	for range ways {
		w, err := p.next(ctx)
		if err != nil || w == nil {
			return err
		}
		h := s.housing(w)
		chosen, ok, err := h.drawn(ctx, draw)
		if err != nil {
			return err
		}
		if ok {
			all, err := h.shortfall(ctx, chosen)
			if err != nil {
				return err
			}
			yield(all)
		}
	}
	return nil
}

// drawn draws a home for each block; not ok if one is drawn twice.
func (h *housing) drawn(ctx context.Context, draw func(n int) int) (chosen *[MaxSplit]*prospect, ok bool, err error) {
	chosen = &[MaxSplit]*prospect{}
	for k, b := range h.blocks {
		var open []*prospect
		for i := 0; ; i++ {
			p, err := b.prospect(ctx, i)
			if err != nil {
				return nil, false, err
			}
			if p == nil {
				break
			}
			takes, err := b.takes(p)
			if err != nil {
				return nil, false, err
			}
			if takes {
				open = append(open, p)
			}
		}
		chosen[k] = open[draw(len(open))]
		if h.has(chosen, k, chosen[k].place) {
			return nil, false, nil
		}
	}
	return chosen, true, nil
}

func (h *housing) shortfall(ctx context.Context, chosen *[MaxSplit]*prospect) (Shortfall, error) {
	h.best = nil
	h.offer(chosen)
	s := Shortfall{Exact: float64(h.most - h.best.sum), Around: math.Inf(1), Medoid: math.Inf(1), Rounded: rounded * float64(len(h.each))}
	for k, b := range h.blocks {
		s.Reckoned += b.short(chosen[k])
		for other := range k {
			s.Reckoned += h.lost[k][other] * remoteness(chosen[k].place, chosen[other].place)
		}
		around, err := h.around(ctx, k, chosen[k], math.Inf(1))
		if err != nil {
			return s, err
		}
		s.Medoid = min(s.Medoid, around)
		fixed := b.short(chosen[k])
		for other, its := range h.blocks {
			if other != k {
				fixed += its.short(chosen[other]) + its.pull*remoteness(chosen[other].place, chosen[k].place)
			}
		}
		s.Around = min(s.Around, fixed)
	}
	return s, nil
}

// PartBounds yields, for every block of a request that a home takes, what it could be
// worth by the blocks that it is put together from, before and after each is measured
// in turn; the most that it is worth once it is measured; and what its best home is
// worth if the rest of the group lives next door.
func PartBounds(ctx context.Context, r Reader, req Request, policies *policy.Set, yield func(hoped, most, worth scoring.Millionths)) error {
	q, err := prepare(r, &req, policies)
	if err != nil {
		return err
	}
	c, err := q.lookAround(ctx, r)
	if err != nil {
		return err
	}
	p, err := (&splitter{inquiry: q, country: c}).partings(ctx)
	if err != nil {
		return err
	}
	for members := range uint(len(p.parts)) {
		if members == 0 || p.parts[members].measured {
			continue
		}
		p.hope(members)
		hoped := p.parts[members].most
		if err := p.measure(ctx, members); err != nil {
			return err
		}
		if b := p.parts[members].block; b != nil {
			worth, err := b.bestWorth(ctx)
			if err != nil {
				return err
			}
			yield(hoped, b.most, worth)
		}
	}
	return nil
}

// bestWorth is what the best of all homes that take the block is worth.
func (b *block) bestWorth(ctx context.Context) (best scoring.Millionths, err error) {
	for i := 0; ; i++ {
		p, err := b.prospect(ctx, i)
		if err != nil || p == nil {
			return best, err
		}
		takes, err := b.takes(p)
		if err != nil {
			return 0, err
		}
		if takes {
			best = max(best, p.worth)
		}
	}
}
