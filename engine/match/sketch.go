package match

import (
	"context"
	"math"
)

// rounds is how often the homes of a sketch are chosen anew.
const rounds = 4

// sketch houses each block in the home that is best as the others stand, in turn,
// until nobody would move. It may lead nowhere.
func (h *housing) sketch(ctx context.Context) error {
	var chosen [MaxSplit]*prospect
	for moved, round := true, 0; moved && round < rounds; round++ {
		moved = false
		for k := range h.blocks {
			p, err := h.bestNow(ctx, k, &chosen)
			if err != nil || p == nil {
				return err
			}
			moved = moved || p != chosen[k]
			chosen[k] = p
		}
	}
	h.offer(&chosen)
	return nil
}

// bestNow is the first of the best homes for block k as the others stand; nil if
// there is none.
func (h *housing) bestNow(ctx context.Context, k int, chosen *[MaxSplit]*prospect) (*prospect, error) {
	for {
		best, err := h.promisingNow(ctx, k, chosen)
		if err != nil || best == nil {
			return nil, err
		}
		judged := best.judged // while the others were looked at, perhaps
		takes, err := h.blocks[k].takes(best)
		if err != nil {
			return nil, err
		}
		if judged && takes { // or look again: it may be worth less
			return best, nil
		}
	}
}

// promisingNow is the same where not every home was judged.
func (h *housing) promisingNow(ctx context.Context, k int, chosen *[MaxSplit]*prospect) (best *prospect, err error) {
	b, least := h.blocks[k], math.Inf(1)
	for i := 0; ; i++ {
		p, err := b.prospect(ctx, i)
		if err != nil || p == nil || float64(b.most-p.bound) >= least {
			return best, err
		}
		h.left--
		if p.barred || h.has(chosen, k, p.place) {
			continue
		}
		short := b.short(p)
		for other := range h.blocks {
			if other != k && chosen[other] != nil {
				short += h.lost[k][other] * remoteness(p.place, chosen[other].place)
			}
		}
		if short < least {
			best, least = p, short
		}
	}
}

// has says whether a block other than k is to live in a place.
func (h *housing) has(chosen *[MaxSplit]*prospect, k int, at *place) bool {
	for other := range h.blocks {
		if other != k && chosen[other] != nil && chosen[other].place == at {
			return true
		}
	}
	return false
}
