package match_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/match"
)

// item is a home as the index has it.
type item = index.Item[care.Span]

// A growth is a way in which an index of homes comes to be.
type growth struct {
	name string
	grow func(d dice, items []item) *match.Spans
}

var growths = []growth{
	{"packed", func(_ dice, items []item) *match.Spans { return match.NewSpans().Build(items) }},
	{"one by one", func(d dice, items []item) *match.Spans {
		return oneByOne(d, items)
	}},
	{"in two batches", func(d dice, items []item) *match.Spans {
		first := d.IntN(len(items) + 1)
		return match.NewSpans().With(items[:first]...).With(items[first:]...)
	}},
	{"partly taken out and put back", func(d dice, items []item) *match.Spans {
		spans, back := match.NewSpans().Build(items), []item{}
		for _, it := range items {
			if d.often(40) {
				spans, back = spans.Without(keyOf(it)), append(back, it)
			}
		}
		return spans.With(back...)
	}},
	{"in place of what the homes were before", func(d dice, items []item) *match.Spans {
		before := []item{}
		for _, it := range items {
			it.Sum = d.formerly()
			before = append(before, it)
		}
		return match.NewSpans().Build(before).With(items...)
	}},
	{"after homes that are gone, and that have moved", func(d dice, items []item) *match.Spans {
		spans, gone := match.NewSpans().Build(items), []item{}
		for i, it := range items {
			it.At += uint64(d.IntN(3))<<40 + 1
			if i%3 == 0 {
				it.ID += "-gone"
			}
			gone = append(gone, it)
		}
		spans = spans.With(gone...)
		for _, it := range gone {
			spans = spans.Without(keyOf(it))
		}
		return spans
	}},
}

func keyOf(it item) index.Key { return index.Key{At: it.At, ID: it.ID} }

// oneByOne puts the homes in, each on its own and in any order.
func oneByOne(d dice, items []item) *match.Spans {
	spans := match.NewSpans()
	for _, i := range d.Perm(len(items)) {
		spans = spans.With(items[i])
	}
	return spans
}

// formerly is a Span of a home that was closed to everybody, or of one that was
// open to everybody and of another kind.
func (d dice) formerly() care.Span {
	then := aHome("H-then", kindOf(pick(d, care.Kinds()...)), func(h *care.Home) { h.Beds, h.Status = d.IntN(2)*9, pick(d, care.Approved, care.Ended) })
	return care.SpanOf(&then, &care.Occupancy{})
}

// grown is a shelf whose index has come to be in some way.
type grown struct {
	*shelf
	d dice
	growth
}

func (g *grown) Spans(context.Context) (*match.Spans, error) { return g.grow(g.d, g.items()), nil }

// items are the homes as an index has them.
func (s *shelf) items() []item {
	var all []item
	for _, home := range s.homes {
		h := s.assemble(home)
		all = append(all, match.SpanOf(h.Home, &h.Occupancy))
	}
	return all
}

// However the index has come to be, it has as many homes and the list is the same.
func TestHowTheIndexHasGrownDoesNotMatter(t *testing.T) {
	inTurn(t, 2*len(shapes), func(t *testing.T, d dice, _ shape, s *scene) {
		want, errWant := match.Run(context.Background(), s.shelf, s.req, s.set)
		for _, g := range growths {
			t.Run(g.name, func(t *testing.T) {
				items := s.items()
				spans := g.grow(d, items)
				require.Equal(t, len(s.homes), spans.Len())
				got, err := match.Run(context.Background(), &grown{s.shelf, d, g}, s.req, s.set)
				require.Equal(t, errWant, err)
				if err == nil {
					want.Effort, got.Effort = match.Effort{}, match.Effort{}
				}
				require.Equal(t, want, got)
			})
		}
	})
}
