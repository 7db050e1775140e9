package match

import (
	"cmp"
	"container/heap"
	"context"
	"math"
	"math/bits"
	"slices"

	"github.com/stablehomes/stablehomes/engine/scoring"
)

// partition is a way to part the children, with the most it could be worth if all
// the homes lay next door to each other.
type partition struct {
	members []uint // of the blocks, in the order of their first child
	most    scoring.Millionths
	blocks  []*block
}

// better is the order in which ways are looked at.
func (p *partition) better(other *partition) int {
	return cmp.Or(cmp.Compare(other.most, p.most), slices.Compare(p.members, other.members))
}

// partings yields the ways to part the children, the most promising first. What a
// block is worth is found out when a way with it is about to come.
type partings struct {
	*splitter
	parts []part // by members
	ways  ways
}

// part is a block and what it could be worth.
type part struct {
	most     scoring.Millionths
	measured bool
	block    *block // nil if no home takes it
}

// unmeasured is more than any block is worth.
const unmeasured scoring.Millionths = math.MaxInt64 / (2 * MaxSplit)

// partings prepares every way to part the children into two blocks or more.
func (s *splitter) partings(ctx context.Context) (*partings, error) {
	everybody := uint(1)<<len(s.each) - 1
	p := &partings{splitter: s, parts: make([]part, everybody)}
	for members := uint(1); members < everybody; members++ {
		p.parts[members].most = unmeasured
		if bits.OnesCount(members) <= 2 {
			if err := p.measure(ctx, members); err != nil {
				return nil, err
			}
		}
		p.hope(members)
	}
	p.enumerate(everybody, nil)
	heap.Init(&p.ways)
	return p, nil
}

// enumerate lists the ways to part those who are left, after the blocks so far.
func (p *partings) enumerate(left uint, sofar []uint) {
	if left == 0 {
		if w := (&partition{members: slices.Clone(sofar)}); p.refresh(w) {
			p.ways = append(p.ways, w)
		}
		return
	}
	first := left & -left
	for rest := left &^ first; ; rest = (rest - 1) & (left &^ first) { // every block that holds the first child left
		if members := first | rest; int(members) < len(p.parts) && p.possible(members) {
			p.enumerate(left&^members, append(sofar, members))
		}
		if rest == 0 {
			return
		}
	}
}

// next is the most promising of the ways that are left, measured; nil if there is
// none.
func (p *partings) next(ctx context.Context) (*partition, error) {
	for len(p.ways) > 0 {
		w, before := p.ways[0], p.ways[0].most
		if !p.refresh(w) {
			heap.Pop(&p.ways)
			continue
		}
		if w.most < before {
			heap.Fix(&p.ways, 0)
			continue
		}
		i := slices.IndexFunc(w.members, func(members uint) bool { return !p.parts[members].measured })
		if i < 0 {
			heap.Pop(&p.ways)
			for _, members := range w.members {
				w.blocks = append(w.blocks, p.parts[members].block)
			}
			return w, nil
		}
		if err := p.measure(ctx, w.members[i]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// refresh sets what a way could be worth by what is known now; it is not possible
// if no home takes one of the blocks.
func (p *partings) refresh(w *partition) (possible bool) {
	w.most = 0
	for _, members := range w.members {
		p.hope(members)
		if !p.possible(members) {
			return false
		}
		w.most += p.parts[members].most
	}
	return true
}

func (p *partings) possible(members uint) bool {
	return !p.parts[members].measured || p.parts[members].block != nil
}

// measure finds out what a block is worth.
func (p *partings) measure(ctx context.Context, members uint) (err error) {
	part := &p.parts[members]
	part.measured = true
	if p.tooMany(members) {
		return nil
	}
	if part.block, err = p.block(ctx, members); part.block != nil {
		part.most = part.block.most
	}
	return err
}

// tooMany says whether no home takes the members because none takes some of them:
// what bars a home to some children bars it to more. A sign-off is another matter:
// children may need one for being apart.
func (p *partings) tooMany(members uint) bool {
	for rest := members; rest != 0 && !p.Ready; rest &= rest - 1 {
		if fewer := members &^ (rest & -rest); fewer != 0 && !p.possible(fewer) {
			return true
		}
	}
	return false
}

// hope lowers what a block that was not measured could be worth to what it could be
// by those it is put together from: all but one, and that one, with what they gain
// by each other.
func (p *partings) hope(members uint) {
	part := &p.parts[members]
	if part.measured || p.Ready {
		return
	}
	if p.tooMany(members) {
		part.measured = true
		return
	}
	for rest := members; rest != 0; rest &= rest - 1 {
		one := rest & -rest
		others := members &^ one
		if most := p.parts[one].most + p.parts[others].most + p.joined(bits.TrailingZeros(one), others); most < part.most {
			part.most = most
		}
	}
}

// joined is what a child and others gain, at most, by living together.
func (s *splitter) joined(child int, others uint) scoring.Millionths {
	gain := s.gains[child][s.siblingsAmong(child, others)]
	for rest := others; rest != 0; rest &= rest - 1 {
		if other := bits.TrailingZeros(rest); s.siblings(child, other) {
			gain += s.gains[other][1]
		}
	}
	return gain
}

// ways is a heap of ways to part children, the most promising first.
type ways []*partition

func (w ways) Len() int           { return len(w) }
func (w ways) Less(i, j int) bool { return w[i].better(w[j]) < 0 }
func (w ways) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }

// Push is for [heap.Push].
func (w *ways) Push(x any) { *w = append(*w, x.(*partition)) }

// Pop is for [heap.Pop].
func (w *ways) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
