package match

import (
	"cmp"
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// block is some of the children of a group, who are to live together, with the
// rest of the group in other homes. It is a case of its own: judged like any
// other, and scored as if the rest lived next door, until it is known where they
// live.
type block struct {
	*inquiry
	*country
	members   uint               // bit i is child i of the group
	gain      scoring.Millionths // over what each member can be worth alone
	placed    *scoring.Scale     // with the rest of the group in homes that are known
	ranking   ranking
	known     []*prospect              // of the homes that the case names, those that would take it, the best first
	promised  *prospect                // by the ranking, and not yet among the prospects
	at        map[care.Cap][]*prospect // the prospects at a point
	prospects []*prospect              // as many as were asked for
	most      scoring.Millionths       // that any home is worth
	pull      float64                  // see medoid
	detours   []float64                // by number of place; 0 is not known
}

// prospect is a home that may take a block.
type prospect struct {
	*place
	bound           scoring.Millionths // the most that it can be worth, by what each child is worth alone; the order of prospects
	worth           scoring.Millionths // the same, less where more is known; once it is judged, the sum of the scores of the children if the rest lived next door
	weighed, judged bool
	barred          bool
}

// place is where a home is, and the home once it was read.
type place struct {
	id   care.ID
	at   care.Cap
	n    int        // counts the places
	span *care.Span // nil if the case names the home
	home *care.Household
}

// block makes some of the children ready to be housed together; nil if no home
// takes them.
func (s *splitter) block(ctx context.Context, members uint) (*block, error) {
	sub, err := s.some(members, nextDoor)
	if err != nil {
		return nil, err
	}
	b := &block{inquiry: sub, country: s.country, members: members, placed: sub.scale.Clone(), pull: s.pull(members), at: map[care.Cap][]*prospect{}}
	for i := range s.each {
		if members&(1<<i) != 0 {
			b.gain += s.gains[i][s.siblingsAmong(i, members)]
		}
	}
	if err := b.call(); err != nil {
		return nil, err
	}
	if b.ranking, err = b.rank(ctx); err != nil {
		return nil, err
	}
	if possible, err := b.measure(ctx); err != nil || !possible {
		return nil, err
	}
	return b, nil
}

// call judges the homes that the case names.
func (b *block) call() error {
	for _, id := range b.names {
		if !b.named[id] {
			continue
		}
		p := &prospect{place: b.place(id)}
		takes, err := b.takes(p)
		if err != nil {
			return err
		}
		if p.bound = p.worth; takes {
			b.known = append(b.known, p)
		}
	}
	slices.SortStableFunc(b.known, func(a, b *prospect) int { return cmp.Compare(b.bound, a.bound) })
	return nil
}

// measure finds out whether any home takes the block, and what one is worth at
// most.
func (b *block) measure(ctx context.Context) (possible bool, err error) {
	for i := 0; ; i++ {
		p, err := b.prospect(ctx, i)
		if err != nil || p == nil {
			return possible, err
		}
		if possible {
			b.most = max(b.most, p.bound)
			return true, nil
		}
		if possible, err = b.takes(p); err != nil {
			return false, err
		}
		b.most = p.worth
	}
}

// prospect is the home that is so manieth in the order of what it could be worth
// if the rest of the group lived next door; nil if there are no more.
func (b *block) prospect(ctx context.Context, i int) (*prospect, error) {
	for len(b.prospects) <= i {
		next, err := b.advance(ctx)
		if err != nil || next == nil {
			return nil, err
		}
		idle, err := b.idle(next)
		if err != nil {
			return nil, err
		}
		if !idle {
			b.prospects = append(b.prospects, next)
			b.at[next.at] = append(b.at[next.at], next)
		}
	}
	return b.prospects[i], nil
}

// idle says whether a home need not be tried because as many others at the same
// point as there are blocks, at most, would be chosen before it: all but one of them
// may be taken. Without that a street of homes that nothing but the id tells apart
// would be tried in every order.
func (b *block) idle(p *prospect) (bool, error) {
	before := 0
	if p.at.Radius > 0 || len(b.at[p.at]) < len(b.each) {
		return false, nil
	}
	b.weigh(p)
	for _, other := range b.at[p.at] {
		takes, err := b.takes(other)
		if err != nil {
			return false, err
		}
		if takes && (other.worth > p.worth || other.worth == p.worth && other.id < p.id) {
			before++
		}
	}
	return before >= len(b.each), nil
}

// advance takes the next prospect from those that are known or the ranking.
func (b *block) advance(ctx context.Context) (next *prospect, err error) {
	if b.promised == nil {
		if b.promised, err = b.promise(ctx); err != nil {
			return nil, err
		}
	}
	if len(b.known) > 0 && (b.promised == nil || b.known[0].bound >= b.promised.bound) {
		next, b.known = b.known[0], b.known[1:]
		return next, nil
	}
	next, b.promised = b.promised, nil
	return next, nil
}

// promise is the next home in the ranking that the case does not name; nil if
// there is none.
func (b *block) promise(ctx context.Context) (*prospect, error) {
	for {
		at, most, err := b.ranking.next(ctx)
		if err != nil || at == nil {
			return nil, err
		}
		b.left -= effortOfPromise
		if !b.named[at.id] {
			return &prospect{place: at, bound: most, worth: most}, nil
		}
	}
}

// weigh finds out what a home could be worth to all members together: what they
// gain by each other is rounded up in its bound.
func (b *block) weigh(p *prospect) {
	if !p.weighed && !p.judged {
		p.worth = min(p.worth, b.scale.MostSum(p.span, p.span.Kinds))
	}
	p.weighed = true
}

// takes says whether a home takes the block. It is judged when that is first
// asked.
func (b *block) takes(p *prospect) (bool, error) {
	if p.judged {
		return !p.barred, nil
	}
	if err := b.visit(p.place); err != nil {
		return false, err
	}
	p.judged = true
	p.barred = b.barsOne(p.place, b.members) || !b.lists(p.home)
	if !p.barred {
		p.worth = b.scale.Sum(p.home)
	}
	return !p.barred, nil
}

// short is how much less than the most a home is worth, in millionths of points.
func (b *block) short(p *prospect) float64 { return float64(b.most - p.worth) }

// settleFor says where the members of another block live.
func (b *block) settleFor(other *block, home *care.Home) {
	for i := range other.Case.Children {
		b.placed.Settle(other.Case.Children[i].ID, home.ID, home.Where.Point)
	}
}
