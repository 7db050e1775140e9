package match

import (
	"context"
	"math/bits"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// block is some of the children of a group, who are to live together, with the
// rest of the group in other homes. It is a case of its own: judged like any
// other, and scored as if the rest lived next door, until it is known where they
// live.
type block struct {
	*inquiry
	*country
	members uint               // bit i is child i of the group
	gain    scoring.Millionths // over what each member can be worth alone
	placed  *scoring.Scale
	known   []*care.Household        // of the homes that the case names, those that would take it
	takes   map[*care.Household]bool // of homes that were judged
	ranking *index.Ranking[care.Span]
	options []option
	done    bool               // there are no more options
	best    scoring.Millionths // of what homes that were judged are worth
}

// option is a home that would take a block.
type option struct {
	*care.Household
	most scoring.Millionths // the sum of the scores of the children, if the rest lived next door
}

// country is where the homes for all blocks are looked for.
type country struct {
	glances
	homes *shelf
	spans *Spans
	named map[care.ID]bool // homes that the case names
	bars  map[*care.Household]barred
	left  int  // of the effort that may be made
	cut   bool // the search was left off because there was none
}

// spent says whether no more effort may be made.
func (c *country) spent() bool {
	c.cut = c.cut || c.left <= 0
	return c.cut
}

// barred says to which children of the group a home is barred, as far as anybody
// has asked: bit i is child i, alone. A home that is barred to one is barred to
// all blocks with that child.
type barred struct{ asked, yes uint }

// barsOne says whether a home is barred to one of the members alone.
func (c *country) barsOne(h *care.Household, members uint) bool {
	known := c.bars[h]
	for rest := members &^ known.asked; rest != 0 && known.yes&members == 0; rest &= rest - 1 {
		i := bits.TrailingZeros(rest)
		known.asked |= 1 << i
		if c.each[i].book.Judge(h).BarredBy != "" {
			known.yes |= 1 << i
		}
	}
	c.bars[h] = known
	return known.yes&members != 0
}

// shelf keeps the homes that have been read: those that are good for some of a
// group are mostly good for others of it too.
type shelf struct {
	HomeReader
	read map[care.ID]*care.Household
}

func (s *shelf) get(id care.ID) (*care.Household, error) {
	if h := s.read[id]; h != nil {
		return h, nil
	}
	h, err := s.Household(id)
	if err != nil {
		return nil, err
	}
	s.read[id] = &h
	return &h, nil
}

// some is the inquiry about some children of the group. The others are their
// siblings in another home: in the one that where gives or, where that is
// nothing, next door.
func (q *inquiry) some(members uint, where func(child int) *care.Home) (*inquiry, error) {
	sub := &inquiry{Request: q.Request, names: q.names, Case: care.Case{On: q.Case.On, Emergency: q.Case.Emergency, Ask: q.Ask}}
	for i := range q.Case.Children {
		if members&(1<<i) == 0 {
			continue
		}
		sub.Case.Children = append(sub.Case.Children, q.Case.Children[i])
		sub.Siblings = append(sub.Siblings, append(q.inOtherHomes(i, members, where), q.Siblings[i]...))
		sub.MovesFrom = append(sub.MovesFrom, q.MovesFrom[i])
		sub.policies = append(sub.policies, q.policies[i])
	}
	var err error
	if sub.book, err = rulebook.For(sub.Case, sub.policies); err != nil {
		return nil, err
	}
	sub.scale = scoring.For(&sub.Case, sub.policies)
	sub.settle()
	return sub, nil
}

// inOtherHomes lists the brothers and sisters of a child who are in the group and
// not among the members.
func (q *inquiry) inOtherHomes(child int, members uint, where func(int) *care.Home) []care.Sibling {
	var all []care.Sibling
	c := &q.Case.Children[child]
	for i := range q.Case.Children {
		other := &q.Case.Children[i]
		if members&(1<<i) != 0 || c.Group == "" || other.Group != c.Group || c.KeptFrom(other) {
			continue
		}
		s := care.Sibling{ID: other.ID, Near: true}
		if h := where(i); h != nil {
			s = care.Sibling{ID: other.ID, Home: h.ID, Where: h.Where.Point}
		}
		all = append(all, s)
	}
	return all
}

func nextDoor(int) *care.Home { return nil }

// block makes some of the children ready to be housed together.
func (s *splitter) block(members uint) (*block, error) {
	sub, err := s.some(members, nextDoor)
	if err != nil {
		return nil, err
	}
	b := &block{inquiry: sub, country: s.country, members: members, placed: sub.scale.Clone(), best: nothing, takes: map[*care.Household]bool{}}
	for i := range s.each {
		if members&(1<<i) != 0 {
			b.gain += s.each[i].scale.Gain(s.siblingsAmong(i, members))
		}
	}
	for _, id := range s.names {
		if !s.named[id] {
			continue
		}
		h, err := b.homes.get(id)
		if err != nil {
			return nil, err
		}
		if b.lodges(h) {
			b.known = append(b.known, h)
		}
	}
	b.ranking = b.rank(b.scale, b.bounds)
	return b, nil
}

// lodges says whether a home would take the block.
func (b *block) lodges(h *care.Household) bool {
	takes, judged := b.takes[h]
	if !judged {
		takes = !b.barsOne(h, b.members) && b.lists(h)
		b.takes[h] = takes
	}
	return takes
}

// rank ranks the homes that would take a block by what they are worth on a scale.
func (b *block) rank(by *scoring.Scale, bounds func([]care.Span, func(int, uint64))) *index.Ranking[care.Span] {
	var known []index.Found
	for _, h := range b.known {
		known = append(known, index.Found{ID: string(h.Home.ID), Worth: uint64(by.Sum(h))})
	}
	judge := func(id string) (worth uint64, takes bool, err error) {
		if b.named[care.ID(id)] {
			return 0, false, nil
		}
		h, err := b.homes.get(care.ID(id))
		if err != nil || !b.lodges(h) {
			return 0, false, err
		}
		sum := by.Sum(h)
		b.best = max(b.best, sum)
		return uint64(sum), true, nil
	}
	return b.spans.Rank(index.Query[care.Span]{Bounds: bounds, Judge: judge}, known...)
}

// now ranks the homes that are worth least or more as things stand, with some of
// the others in homes that are known.
func (b *block) now(least scoring.Millionths) *index.Ranking[care.Span] {
	return b.rank(b.placed, func(homes []care.Span, yield func(int, uint64)) {
		b.glance(homes, func(n int, open care.KindSet, most scoring.Millionths) {
			if most < least {
				return
			}
			if most = b.placed.MostSum(&homes[n], open); most >= least {
				yield(n, uint64(most))
			}
		})
	})
}

// siblingsAmong counts the brothers and sisters that a child has among the
// members.
func (q *inquiry) siblingsAmong(child int, members uint) int {
	return len(q.inOtherHomes(child, 1<<child, nextDoor)) - len(q.inOtherHomes(child, members, nextDoor))
}

// glances are what is known of Spans for each child of the group alone, with the
// others next door. Every block is searched for in the same part of the country,
// so most Spans are met many times.
type glances struct {
	each []*inquiry
	seen map[*care.Span][]glance // by the first of those beneath a node
}

// glance is what one Span could be to each child.
type glance struct {
	open [MaxSplit]care.KindSet
	most [MaxSplit]scoring.Millionths
}

func (g *glances) at(homes []care.Span) []glance {
	if known := g.seen[&homes[0]]; known != nil {
		return known
	}
	now := make([]glance, len(homes))
	for n := range homes {
		for i, q := range g.each {
			if open := q.open(&homes[n]); open != 0 {
				now[n].open[i], now[n].most[i] = open, q.scale.MostSum(&homes[n], open)
			}
		}
	}
	g.seen[&homes[0]] = now
	return now
}

// glance adds up what the members could be worth alone and what they gain by being
// together. A home that is barred to one of them alone is barred to all of them.
func (b *block) glance(homes []care.Span, yield func(n int, open care.KindSet, most scoring.Millionths)) {
	for n, now := range b.glances.at(homes) {
		open, most := ^care.KindSet(0), b.gain
		for rest := b.members; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros(rest)
			open, most = open&now.open[i], most+now.most[i]
		}
		if open != 0 && homes[n].MayTake(len(b.Case.Children), b.Case.On, &b.Ask) {
			yield(n, open, most)
		}
	}
}

// nearly is how near to the best so far, in millionths, a sum has to be for it to
// be worth while to work it out exactly: what is gained is rounded up. Without
// that a field of ties would be judged home by home.
const nearly = 10_000

// bounds are those of the options of a block.
func (b *block) bounds(homes []care.Span, yield func(int, uint64)) {
	b.glance(homes, func(n int, open care.KindSet, most scoring.Millionths) {
		if most <= b.best+nearly {
			most = min(most, b.scale.MostSum(&homes[n], open))
		}
		yield(n, uint64(most))
	})
}

// option is the home that is so manieth in the order of what it would be worth if
// the rest of the group lived next door, then of ids; nil if there are no more.
func (b *block) option(ctx context.Context, i int) (*option, error) {
	for !b.done && len(b.options) <= i {
		home, most, err := b.next(ctx, b.ranking)
		if err != nil {
			return nil, err
		}
		if b.done = home == nil; !b.done {
			b.options = append(b.options, option{home, most})
		}
	}
	if i >= len(b.options) {
		return nil, nil
	}
	return &b.options[i], nil
}

// next is the next home of a ranking, with what it is worth; nil if there are no
// more.
func (b *block) next(ctx context.Context, r *index.Ranking[care.Span]) (*care.Household, scoring.Millionths, error) {
	before := r.Effort()
	found, more, err := r.Next(ctx)
	now := r.Effort()
	b.left -= now.Nodes - before.Nodes + now.Judged - before.Judged
	if err != nil || !more {
		return nil, 0, err
	}
	h, err := b.homes.get(care.ID(found.ID))
	return h, scoring.Millionths(found.Worth), err
}

// settleFor says where the members of another block live; nothing, that it is open
// again.
func (b *block) settleFor(other *block, home *care.Home) {
	for i := range other.Case.Children {
		if home == nil {
			b.placed.Settle(other.Case.Children[i].ID, "", care.Point{})
		} else {
			b.placed.Settle(other.Case.Children[i].ID, home.ID, home.Where.Point)
		}
	}
}
