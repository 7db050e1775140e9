package match

import (
	"container/heap"
	"context"
	"math/bits"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// ranking yields homes in the order of what they could be worth to a block.
type ranking interface {
	// next is the next home with the most it could be worth; nil if there is none.
	next(ctx context.Context) (*place, scoring.Millionths, error)
}

// many is how many children few homes have room for. An index is of little help to
// find those: they are listed once for all blocks.
const many = 3

// rank ranks the homes for a block.
func (b *block) rank(ctx context.Context) (ranking, error) {
	if len(b.Case.Children) < many {
		return &searched{b, b.spans.Rank(index.Query[care.Span]{Bounds: b.bounds})}, nil
	}
	roomy, err := b.roomyHomes(ctx)
	if err != nil {
		return nil, err
	}
	l := &listed{}
	for i := range roomy {
		if most, ok := b.glance(&roomy[i].glance); ok {
			*l = append(*l, promise{roomy[i].place, most})
		}
	}
	heap.Init(l)
	return l, nil
}

// searched is a ranking by the index.
type searched struct {
	*block
	ranking *index.Ranking[care.Span]
}

func (s *searched) next(ctx context.Context) (*place, scoring.Millionths, error) {
	next, more, err := s.ranking.Next(ctx)
	if err != nil || !more {
		return nil, 0, err
	}
	return s.placeOf(next), scoring.Millionths(next.Worth), nil
}

// bounds are what homes could be worth to the block.
func (b *block) bounds(homes []care.Span, yield func(int, uint64)) {
	now := b.glances.at(homes)
	for n := range now {
		if most, ok := b.glance(&now[n]); ok {
			yield(n, uint64(most))
		}
	}
}

// glance adds up what the members could be worth alone and what they gain by being
// together. A home that is barred to one of them alone is barred to all of them.
func (b *block) glance(now *glance) (most scoring.Millionths, ok bool) {
	if now.beds < len(b.Case.Children) {
		return 0, false
	}
	open, most := ^care.KindSet(0), b.gain
	for rest := b.members; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros(rest)
		open, most = open&now.open[i], most+now.most[i]
	}
	return most, open != 0
}

// roomy is a home that may have room for many children.
type roomy struct {
	*place
	glance
}

// roomyHomes lists the homes that may have room for many children.
func (c *country) roomyHomes(ctx context.Context) ([]roomy, error) {
	if c.roomy != nil {
		return c.roomy, nil
	}
	c.roomy = []roomy{}
	one := c.each[0] // all ask from the same point of view
	all := c.spans.Rank(index.Query[care.Span]{Bound: func(homes *care.Span) (uint64, bool) {
		return 0, homes.MayTake(many, one.Case.On, &one.Ask)
	}})
	for {
		next, more, err := all.Next(ctx)
		if err != nil || !more {
			return c.roomy, err
		}
		r := roomy{place: c.placeOf(next)}
		c.look(next.Sum, &r.glance)
		c.roomy = append(c.roomy, r)
	}
}

// placeOf is where a home of the index is.
func (c *country) placeOf(p index.Promise[care.Span]) *place {
	at := c.place(care.ID(p.ID))
	if at.home == nil {
		at.at, at.span = p.Sum.Cap, p.Sum
	}
	return at
}

// listed is a ranking of homes that were listed: a heap of what they could be
// worth, of equals the one with the smallest id first.
type listed []promise

type promise struct {
	*place
	most scoring.Millionths
}

func (l *listed) next(ctx context.Context) (*place, scoring.Millionths, error) {
	if err := ctx.Err(); err != nil || len(*l) == 0 {
		return nil, 0, err
	}
	p := heap.Pop(l).(promise)
	return p.place, p.most, nil
}

// Len is for [heap.Interface], as are the methods below.
func (l *listed) Len() int { return len(*l) }

// Less puts the most promising first.
func (l *listed) Less(i, j int) bool {
	a, b := &(*l)[i], &(*l)[j]
	if a.most != b.most {
		return a.most > b.most
	}
	return a.id < b.id
}

// Swap changes two places.
func (l *listed) Swap(i, j int) { (*l)[i], (*l)[j] = (*l)[j], (*l)[i] }

// Push is not used.
func (l *listed) Push(x any) { *l = append(*l, x.(promise)) }

// Pop takes the last.
func (l *listed) Pop() any {
	last := (*l)[len(*l)-1]
	*l = (*l)[:len(*l)-1]
	return last
}
