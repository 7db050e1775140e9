package match

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"

	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// What an arrangement loses because its homes are apart is the sum, over all pairs
// of children, of what the two lose: parting × remoteness. So it is, over the
// children, half the sum of what each loses with all others; and if c is the child
// for whom that sum is least, it is at least (children ÷ 2) × the sum of c with all
// others. Every arrangement has such a child, whose home is its medoid. So nothing
// is worth more than
//
//	the most, over all homes that could be the medoid, of
//	  what that home is worth to its block +
//	  the most, for each other block, of what a home is worth − pull × its remoteness from the medoid
//
// which needs no two homes to be compared of which neither is the medoid, and yet
// counts the distances between all of them.

// pull is (children ÷ 2) × what any other child loses, at least, by the members
// being out of reach.
func (s *splitter) pull(members uint) float64 {
	least := math.Inf(1)
	for i := range s.each {
		if members&(1<<i) == 0 {
			least = min(least, s.lost(1<<i, members))
		}
	}
	return float64(len(s.each)) / 2 * least
}

// lost is what some children and others lose by being out of reach of each other.
func (c *country) lost(some, others uint) float64 {
	sum := 0.0
	for rest := some; rest != 0; rest &= rest - 1 {
		row := &c.parting[bits.TrailingZeros(rest)]
		for left := others; left != 0; left &= left - 1 {
			sum += row[bits.TrailingZeros(left)]
		}
	}
	return sum
}

// remoteness is the share of it that is lost between two places, at least. The chord
// stands for the arc: it is shorter by 0.1 miles in 300.
func remoteness(a, b *place) float64 {
	apart := a.at.Centre.Sub(b.at.Centre.Vector).Norm() - float64(a.at.Radius+b.at.Radius)
	return scoring.Remoteness(max(apart, 0) * gazetteer.EarthRadiusMiles)
}

// detour is the least that the block falls short of the most by living near a home
// that another block has: by how much less its own home is worth, and by what it is
// drawn to the other.
func (b *block) detour(ctx context.Context, from *place) (float64, error) {
	for len(b.detours) <= from.n {
		b.detours = append(b.detours, unknown)
	}
	if known := b.detours[from.n]; known != unknown {
		return known, nil
	}
	least := math.Inf(1)
	for i := 0; ; i++ {
		p, err := b.prospect(ctx, i)
		if err != nil {
			return 0, err
		}
		if p == nil || float64(b.most-p.bound) >= least {
			break
		}
		b.left--
		if !p.barred && p.place != from {
			least = min(least, b.short(p)+b.pull*remoteness(p.place, from))
		}
	}
	b.detours[from.n] = least
	return least, nil
}

// unknown stands for a detour that was not looked for: none is negative.
const unknown = -1.0

// medoid is a home that a block could have in the middle of an arrangement, with
// the least that the arrangement would fall short of the most.
type medoid struct {
	block int
	*prospect
	short float64
}

// medoids lists those of which something could come, the most promising first.
func (h *housing) medoids(ctx context.Context) (all []medoid, err error) {
	slack := h.slack()
	for k, b := range h.blocks {
		for i := 0; !h.spent(); i++ {
			p, err := b.prospect(ctx, i)
			if err != nil {
				return nil, err
			}
			if p == nil || float64(b.most-p.bound) > slack {
				break
			}
			if p.barred {
				continue
			}
			short, err := h.around(ctx, k, p, slack)
			if err != nil {
				return nil, err
			}
			if short <= slack {
				all = append(all, medoid{k, p, short})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b medoid) int { return cmp.Compare(a.short, b.short) })
	return all, nil
}

// around is the least that an arrangement around a home of block k falls short of
// the most; where it is more than slack, it may be more than that.
func (h *housing) around(ctx context.Context, k int, p *prospect, slack float64) (float64, error) {
	short := h.blocks[k].short(p)
	for i, b := range h.blocks {
		if i == k || short > slack {
			continue
		}
		detour, err := b.detour(ctx, p.place)
		if err != nil {
			return 0, err
		}
		short += detour
	}
	return short, nil
}
