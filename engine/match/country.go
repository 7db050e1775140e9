package match

import (
	"context"
	"math"
	"math/bits"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// country is where the homes for all blocks are looked for.
type country struct {
	glances
	homes   HomeReader
	spans   *Spans
	named   map[care.ID]bool // homes that the case names
	places  map[care.ID]*place
	bars    []barred                               // by number of place
	roomy   []roomy                                // once they were listed
	gains   [MaxSplit][MaxSplit]scoring.Millionths // what a child gains, at most, by so many siblings in the same home
	parting [MaxSplit][MaxSplit]float64            // what two children lose who live out of reach of each other
	left    int                                    // of the effort that may be made
	cut     bool                                   // the search was left off because there was none
}

// What is done in search of splits, in units of a look at one home for one block
// from another home, some ten nanoseconds.
const (
	effortOfStop    = 10
	effortOfPromise = 100
	effortOfVisit   = 5_000
)

// spent says whether no more effort may be made.
func (c *country) spent() bool {
	c.cut = c.cut || c.left <= 0
	return c.cut
}

// lookAround gets ready to look for homes for some of the children.
func (q *inquiry) lookAround(ctx context.Context, r HomeReader) (*country, error) {
	spans, err := r.Spans(ctx)
	if err != nil {
		return nil, err
	}
	c := &country{homes: r, spans: spans, named: map[care.ID]bool{}, places: map[care.ID]*place{}, left: math.MaxInt}
	c.seen = map[*care.Span][]glance{}
	for i := range q.Case.Children {
		alone, err := q.some(1<<i, nextDoor)
		if err != nil {
			return nil, err
		}
		c.each = append(c.each, alone)
	}
	c.reckon(q)
	for _, id := range q.names {
		if c.named[id], err = r.HasHome(id); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// reckon finds out what it is worth to the children to be together or near.
func (c *country) reckon(q *inquiry) {
	for i, one := range c.each {
		for k, other := range c.each {
			c.gains[i][k] = one.scale.Gain(k)
			if q.siblings(i, k) {
				c.parting[i][k] = one.scale.Parting() + other.scale.Parting()
			}
		}
	}
}

// place is where a home is.
func (c *country) place(id care.ID) *place {
	p := c.places[id]
	if p == nil {
		p = &place{id: id, n: len(c.places)}
		c.places[id] = p
		c.bars = append(c.bars, barred{})
	}
	return p
}

// visit reads the home of a place, unless it was read before.
func (c *country) visit(p *place) error {
	if p.home != nil {
		return nil
	}
	c.left -= effortOfVisit
	h, err := c.homes.Household(p.id)
	if err == nil {
		p.home, p.at = &h, h.Home.Where.Point.Cap()
	}
	return err
}

// barred says to which children of the group a home is barred, as far as anybody
// has asked: bit i is child i, alone. A home that is barred to one is barred to
// all blocks with that child.
type barred struct{ asked, yes uint }

// barsOne says whether a home is barred to one of the members alone.
func (c *country) barsOne(p *place, members uint) bool {
	known := c.bars[p.n]
	for rest := members &^ known.asked; rest != 0 && known.yes&members == 0; rest &= rest - 1 {
		i := bits.TrailingZeros(rest)
		known.asked |= 1 << i
		if c.each[i].book.Judge(p.home).BarredBy != "" {
			known.yes |= 1 << i
		}
	}
	c.bars[p.n] = known
	return known.yes&members != 0
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
	for i := range q.Case.Children {
		other := &q.Case.Children[i]
		if members&(1<<i) != 0 || !q.siblings(child, i) {
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

// siblingsAmong counts the brothers and sisters that a child has among the
// members.
func (q *inquiry) siblingsAmong(child int, members uint) int {
	n := 0
	for i := range q.Case.Children {
		if members&(1<<i) != 0 && q.siblings(child, i) {
			n++
		}
	}
	return n
}

// siblings says whether two children of the request are brothers or sisters whom
// nobody wants to be apart.
func (q *inquiry) siblings(a, b int) bool {
	one, other := &q.Case.Children[a], &q.Case.Children[b]
	return a != b && one.Group != "" && one.Group == other.Group && !one.KeptFrom(other)
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
	beds int // that may be free, as far as it matters here
	open [MaxSplit]care.KindSet
	most [MaxSplit]scoring.Millionths
}

func (g *glances) at(homes []care.Span) []glance {
	if known := g.seen[&homes[0]]; known != nil {
		return known
	}
	now := make([]glance, len(homes))
	for n := range homes {
		g.look(&homes[n], &now[n])
	}
	g.seen[&homes[0]] = now
	return now
}

// look fills in a glance at a Span.
func (g *glances) look(homes *care.Span, now *glance) {
	one := g.each[0] // all ask from the same point of view
	for now.beds < len(g.each) && homes.MayTake(now.beds+1, one.Case.On, &one.Ask) {
		now.beds++
	}
	for i, q := range g.each {
		if open := q.open(homes); open != 0 {
			now.open[i], now.most[i] = open, q.scale.MostSum(homes, open)
		}
	}
}
