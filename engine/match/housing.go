package match

import (
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// housing is a search for the best homes of one partition, block by block.
type housing struct {
	*partition
	*country
	floor scoring.Millionths // less than that is not wanted
	homes []*care.Household  // chosen so far
	best  *arrangement
}

// rounds is how often the homes of a sketch are chosen anew.
const rounds = 4

// sketch houses each block in the home that is best as the others stand, in turn,
// until nobody would move. It may lead nowhere.
func (h *housing) sketch(ctx context.Context) error {
	defer h.leave()
	h.homes = h.homes[:len(h.blocks)]
	for moved, round := true, 0; moved && round < rounds; round++ {
		moved = false
		for k, b := range h.blocks {
			was := h.homes[k]
			h.homes[k] = nil
			home, err := h.bestNow(ctx, b)
			if err != nil || home == nil {
				return err
			}
			h.homes[k] = home
			h.tell(k, home.Home)
			moved = moved || home != was
		}
	}
	h.offer()
	return nil
}

// leave has nobody live anywhere.
func (h *housing) leave() {
	for k := range h.blocks {
		h.tell(k, nil)
	}
}

// bestNow is the first of the best homes for a block as the others stand, among
// its first options.
func (h *housing) bestNow(ctx context.Context, b *block) (best *care.Household, err error) {
	most := nothing
	for i := range patience {
		o, err := b.option(ctx, i)
		if err != nil || o == nil || o.most <= most {
			return best, err
		}
		if sum := b.placed.Sum(o.Household); sum > most && !h.taken(o.Household) {
			best, most = o.Household, sum
		}
	}
	return best, nil
}

// nothing is less than any home is worth.
const nothing scoring.Millionths = -1 << 40

// patience is how many options of a block are tried in their order, once some of
// the others have a home, before the index is asked for what is best as things
// stand. In a field of ties the one that is near to the others may be the last.
const patience = 128

// choose tries the homes for the next block, in the order of what they could be
// worth, and leaves off where no more could come of them.
func (h *housing) choose(ctx context.Context) error {
	k := len(h.homes)
	if k == len(h.blocks) {
		h.offer()
		return ctx.Err()
	}
	if h.spent() {
		return nil
	}
	others, err := h.hopes(ctx, k)
	if err != nil {
		return err
	}
	b := h.blocks[k]
	for i := 0; i < patience || k == 0; i++ {
		o, err := b.option(ctx, i)
		if err != nil || o == nil || h.spent() || !h.promises(others+o.most, o.Household) {
			return err
		}
		if others+b.placed.Sum(o.Household) < h.needed() {
			continue
		}
		if err := h.try(ctx, o.Household); err != nil {
			return err
		}
	}
	for now := b.now(h.needed() - others); ; {
		home, most, err := b.next(ctx, now)
		if err != nil || home == nil || h.spent() || !h.promises(others+most, home) {
			return err
		}
		if err := h.try(ctx, home); err != nil {
			return err
		}
	}
}

// promises says whether something could come of a home for the next block, or of
// any after it in the same order, where all blocks together are worth that at most.
func (h *housing) promises(most scoring.Millionths, home *care.Household) bool {
	return most >= h.needed() && !h.late(most, append(h.homes, home))
}

// try goes on with a home for the next block, unless it is taken.
func (h *housing) try(ctx context.Context, home *care.Household) error {
	if h.taken(home) {
		return nil
	}
	k := len(h.homes)
	h.homes = append(h.homes, home)
	h.tell(k, home.Home)
	sum, err := h.hopes(ctx, -1)
	if err == nil && sum >= h.needed() && !h.late(sum, h.homes) {
		err = h.choose(ctx)
	}
	h.tell(k, nil)
	h.homes = h.homes[:k]
	return err
}

// tell lets the other blocks know where a block lives.
func (h *housing) tell(k int, home *care.Home) {
	for i, b := range h.blocks {
		if i != k {
			b.settleFor(h.blocks[k], home)
		}
	}
}

// needed is the least sum that is still of use.
func (h *housing) needed() scoring.Millionths {
	if h.best == nil {
		return h.floor
	}
	return max(h.floor, h.best.sum)
}

// late says whether an arrangement that begins with these homes, and is worth that
// at most, would come after the best. The homes after the last of them in the
// order of options would be late too.
func (h *housing) late(sum scoring.Millionths, homes []*care.Household) bool {
	if h.best == nil || sum > h.best.sum {
		return false
	}
	return slices.CompareFunc(homes, h.best.homes[:len(homes)], byHome) > 0
}

func (h *housing) taken(home *care.Household) bool {
	return slices.ContainsFunc(h.homes, func(other *care.Household) bool { return other != nil && other.Home.ID == home.Home.ID })
}

// hopes is the most that the blocks can be worth together, all but one: those
// that have a home there, the others in the best that is left, no two in the same,
// with whoever has no home yet next door. Where it is too little to be of use it
// may be more.
func (h *housing) hopes(ctx context.Context, but int) (scoring.Millionths, error) {
	sum := scoring.Millionths(0)
	for i, b := range h.blocks {
		if i < len(h.homes) {
			sum += b.placed.Sum(h.homes[i])
		} else if i != but {
			sum += b.options[0].most
		}
	}
	var hopes []hope
	for i := len(h.homes); i < len(h.blocks) && sum >= h.needed(); i++ {
		if i == but {
			continue
		}
		first := h.blocks[i].options[0].most
		one, err := h.hope(ctx, h.blocks[i], h.needed()-sum+first)
		if err != nil {
			return 0, err
		}
		sum += one.most - first
		hopes = append(hopes, one)
	}
	return sum - contested(hopes), nil
}

// hope is the most that a block without a home can be worth as things stand.
type hope struct {
	most   scoring.Millionths
	home   *care.Household    // that it would be worth so much in; nil if that is not known
	second scoring.Millionths // the most in any other
}

// contested is the least that is lost because only one block can have a home that
// is the best for several.
func contested(hopes []hope) (lost scoring.Millionths) {
	for i := range hopes {
		if hopes[i].home == nil {
			continue
		}
		sum, most, first := scoring.Millionths(0), scoring.Millionths(0), true
		for k := range hopes {
			if hopes[k].home == hopes[i].home {
				loss := hopes[k].most - hopes[k].second
				sum, most = sum+loss, max(most, loss)
				first = first && k >= i
			}
		}
		if first { // of those who want it
			lost += sum - most
		}
	}
	return lost
}

// hope finds out, if it is least or more; otherwise its most is less than least. It
// is negative, so that nothing comes of it, where no home is left.
func (h *housing) hope(ctx context.Context, b *block, least scoring.Millionths) (hope, error) {
	best := hope{most: nothing, second: nothing}
	for i := range patience {
		o, err := b.option(ctx, i)
		if err != nil || o == nil || o.most <= best.second {
			return best, err
		}
		if o.most < least && best.most < least {
			best.most = max(best.most, o.most)
			return best, nil
		}
		if sum := b.placed.Sum(o.Household); h.taken(o.Household) {
			continue
		} else if sum > best.most {
			best = hope{most: sum, home: o.Household, second: best.most}
		} else {
			best.second = max(best.second, sum)
		}
	}
	best.home = nil // the second best may be further on
	for now := b.now(max(best.most, least)); ; {
		home, most, err := b.next(ctx, now)
		switch {
		case err != nil:
			return hope{}, err
		case home == nil:
			best.most = max(best.most, least-1)
			return best, nil
		case !h.taken(home):
			best.most = max(best.most, most)
			return best, nil
		}
	}
}

// offer keeps the homes chosen if they are the best so far.
func (h *housing) offer() {
	a := &arrangement{blocks: h.blocks, homes: slices.Clone(h.homes)}
	for i, b := range h.blocks {
		a.sum += b.placed.Sum(h.homes[i])
	}
	if h.best == nil || better(a, h.best) < 0 {
		h.best = a
	}
}
