package match

import (
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/scoring"
)

// housing is a search for the best homes of one partition.
type housing struct {
	*partition
	*country
	floor scoring.Millionths          // less than that is not wanted
	lost  [MaxSplit][MaxSplit]float64 // by two blocks that live out of reach of each other
	best  *arrangement
}

func (s *splitter) housing(p *partition) *housing {
	h := &housing{partition: p, country: s.country, floor: s.floor()}
	for i, b := range p.blocks {
		for k, other := range p.blocks {
			if i != k {
				h.lost[i][k] = s.lost(b.members, other.members)
			}
		}
	}
	if i := slices.IndexFunc(s.best, func(a *arrangement) bool { return slices.Equal(a.blocks, p.blocks) }); i >= 0 {
		h.best = s.best[i]
	}
	return h
}

// rounded is by how much more the exact sum of an arrangement may be, for each
// child, than the reckoning says: values and points are rounded to millionths, and
// a millionth of a value is up to 100 of points.
const rounded = 110.0

// slack is how much an arrangement may fall short of the most and still be of use.
func (h *housing) slack() float64 {
	needed := h.floor
	if h.best != nil {
		needed = max(needed, h.best.sum)
	}
	return float64(h.most-needed) + rounded*float64(len(h.each))
}

// search finds the best homes, if they are worth the floor or more.
func (h *housing) search(ctx context.Context) error {
	medoids, err := h.medoids(ctx)
	if err != nil {
		return err
	}
	for _, m := range medoids {
		if m.short > h.slack() {
			break
		}
		if err := h.fill(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// offer keeps the homes chosen if they are the best so far.
func (h *housing) offer(chosen *[MaxSplit]*prospect) {
	a := &arrangement{blocks: h.blocks}
	for i, b := range h.blocks {
		a.homes = append(a.homes, chosen[i].home)
		for k, other := range h.blocks {
			if k != i {
				b.settleFor(other, chosen[k].home.Home)
			}
		}
		a.sum += b.placed.Sum(chosen[i].home)
	}
	if h.best == nil || better(a, h.best) < 0 {
		h.best = a
	}
}
