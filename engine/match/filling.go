package match

import (
	"cmp"
	"context"
	"slices"
)

// filling is a search for homes around one in the middle.
type filling struct {
	*housing
	order  []int               // of the blocks that are left, those with the fewest stops first
	stops  [MaxSplit][]stop    // of each block
	least  [MaxSplit]reckoning // of the stops of the blocks from there on in the order, added up
	chosen [MaxSplit]*prospect // of each block; nil while it has none
}

// stop is a home that a block could have around the middle.
type stop struct {
	*prospect
	reckoning
}

// reckoning is by how much homes fall short of the most, at least.
type reckoning struct {
	next  float64 // if they lay next door to each other; exact
	truly float64 // with what is lost by the distances between them
	drawn float64 // with what stands for the distances between all homes; see medoid
}

func (r reckoning) and(other reckoning) reckoning {
	return reckoning{r.next + other.next, r.truly + other.truly, r.drawn + other.drawn}
}

// fill tries all homes around a medoid.
func (h *housing) fill(ctx context.Context, m medoid) error {
	middle := h.blocks[m.block]
	if takes, err := middle.takes(m.prospect); err != nil || !takes {
		return err
	}
	slack := h.slack()
	short, err := h.around(ctx, m.block, m.prospect, slack)
	if err != nil || short > slack {
		return err
	}
	f := &filling{housing: h}
	f.chosen[m.block] = m.prospect
	for k := range h.blocks {
		if k == m.block {
			continue
		}
		if f.stops[k], err = h.stops(ctx, k, m, slack-short); err != nil || len(f.stops[k]) == 0 {
			return err
		}
		f.order = append(f.order, k)
	}
	slices.SortStableFunc(f.order, func(a, b int) int { return cmp.Compare(len(f.stops[a]), len(f.stops[b])) })
	for i := len(f.order) - 1; i >= 0; i-- {
		f.least[i] = f.least[i+1].and(leastOf(f.stops[f.order[i]]))
	}
	own := middle.short(m.prospect)
	return f.next(ctx, 0, reckoning{own, own, own})
}

// leastOf is the least of some stops, in each way.
func leastOf(stops []stop) reckoning {
	least := stops[0].reckoning
	for _, s := range stops {
		least = reckoning{min(least.next, s.next), min(least.truly, s.truly), min(least.drawn, s.drawn)}
	}
	return least
}

// stops lists the homes that block k could have around a medoid if all others had
// what is best for them, and spare is left.
func (h *housing) stops(ctx context.Context, k int, m medoid, spare float64) ([]stop, error) {
	b := h.blocks[k]
	detour, err := b.detour(ctx, m.place)
	if err != nil {
		return nil, err
	}
	var all []stop
	for i := 0; ; i++ {
		p, err := b.prospect(ctx, i)
		if err != nil {
			return nil, err
		}
		if p == nil || float64(b.most-p.bound) > detour+spare {
			break
		}
		b.left -= effortOfStop
		if p.barred || p.place == m.place {
			continue
		}
		b.weigh(p)
		far, short := remoteness(p.place, m.place), b.short(p)
		if drawn := short + b.pull*far; drawn <= detour+spare {
			all = append(all, stop{p, reckoning{short, short + h.lost[k][m.block]*far, drawn}})
		}
	}
	slices.SortStableFunc(all, func(a, b stop) int { return cmp.Compare(a.truly, b.truly) })
	return all, nil
}

// next tries the stops of the block whose turn it is.
func (f *filling) next(ctx context.Context, turn int, sofar reckoning) error {
	if turn == len(f.order) {
		f.offer(&f.chosen)
		return ctx.Err()
	}
	k := f.order[turn]
	defer func() { f.chosen[k] = nil }()
	for _, s := range f.stops[k] {
		if f.spent() {
			return nil
		}
		f.left--
		f.chosen[k] = nil
		if f.has(&f.chosen, k, s.place) {
			continue
		}
		f.chosen[k] = s.prospect
		now := sofar.and(s.reckoning)
		for _, other := range f.order[:turn] {
			now.truly += f.lost[k][other] * remoteness(s.place, f.chosen[other].place)
		}
		if !f.promises(now.and(f.least[turn+1])) {
			continue
		}
		takes, err := f.blocks[k].takes(s.prospect)
		if err == nil && takes {
			err = f.next(ctx, turn+1, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// promises says whether something could come of the homes chosen.
func (f *filling) promises(r reckoning) bool {
	return max(r.truly, r.drawn) <= f.slack() && (f.best == nil || r.next < float64(f.most-f.best.sum) || !f.late())
}

// late says whether an arrangement with the homes chosen would come after the best
// of equal worth.
func (f *filling) late() bool {
	for i := range f.blocks {
		if f.chosen[i] == nil {
			return false
		}
		if c := cmp.Compare(f.chosen[i].id, f.best.homes[i].Home.ID); c != 0 {
			return c > 0
		}
	}
	return true
}
