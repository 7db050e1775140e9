package match_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

var errNoRecord = errors.New("there is no such record")

// shelf is a reader over plain values.
type shelf struct {
	children   []care.Child
	homes      []care.Home // in the order in which they are yielded
	placements []care.Placement
	holds      map[care.ID][]care.Hold // by home
	// broken holds the error that a method gives instead of an answer, by the
	// method's name and what it is asked for.
	broken map[string]error
}

// validate says that a world is made of records that a store would take.
func (s *shelf) validate(t *testing.T) {
	t.Helper()
	for i := range s.homes {
		require.NoError(t, s.homes[i].Validate())
	}
	for i := range s.children {
		require.NoError(t, s.children[i].Validate())
	}
	for i := range s.placements {
		require.NoError(t, s.placements[i].Validate())
	}
}

// turned is the same world, read in another order.
func (s *shelf) turned(d dice) *shelf {
	other := *s
	other.homes, other.children = slices.Clone(s.homes), slices.Clone(s.children)
	d.Shuffle(len(other.homes), func(i, k int) { other.homes[i], other.homes[k] = other.homes[k], other.homes[i] })
	d.Shuffle(len(other.children), func(i, k int) {
		other.children[i], other.children[k] = other.children[k], other.children[i]
	})
	return &other
}

func (s *shelf) Child(id care.ID) (care.Child, error) {
	for _, c := range s.children {
		if c.ID == id {
			return c, s.broken[fmt.Sprint("child ", id)]
		}
	}
	return care.Child{}, fmt.Errorf("child %q: %w", id, errNoRecord)
}

func (s *shelf) Group(id care.ID) ([]care.ID, error) {
	var ids []care.ID
	for _, c := range s.children {
		if c.Group == id {
			ids = append(ids, c.ID)
		}
	}
	slices.Sort(ids)
	return ids, s.broken[fmt.Sprint("group ", id)]
}

func (s *shelf) PlacementsOf(child care.ID) ([]care.Placement, error) {
	var all []care.Placement
	for _, p := range s.placements {
		if p.Child == child {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b care.Placement) int { return cmp.Compare(a.ID, b.ID) })
	return all, s.broken[fmt.Sprint("placements of ", child)]
}

func (s *shelf) Household(id care.ID) (care.Household, error) {
	for i := range s.homes {
		if s.homes[i].ID == id {
			return s.assemble(s.homes[i]), s.broken[fmt.Sprint("household ", id)]
		}
	}
	return care.Household{}, fmt.Errorf("home %q: %w", id, errNoRecord)
}

// assemble puts a home together with its stays and holds, and gives each caller
// memory of its own.
func (s *shelf) assemble(home care.Home) care.Household {
	h := care.Household{Home: &home, Occupancy: care.Occupancy{Home: home.ID, Holds: s.holds[home.ID]}}
	for _, p := range s.placements {
		if p.Home == home.ID {
			h.Occupancy.Put(p.Stay())
		}
	}
	for _, stay := range h.Occupancy.Stays {
		resident, err := s.Child(stay.Child)
		if err != nil {
			resident = care.Child{ID: stay.Child}
		}
		h.Residents = append(h.Residents, resident)
	}
	for _, hold := range h.Occupancy.Holds {
		for _, id := range hold.Children {
			held, err := s.Child(id)
			if err != nil {
				held = care.Child{ID: id}
			}
			h.Held = append(h.Held, held)
		}
	}
	return h
}

// Households yields every home from one piece of memory, and spoils it between
// two homes: whoever keeps what was yielded is found out.
func (s *shelf) Households(ctx context.Context) iter.Seq2[*care.Household, error] {
	return func(yield func(*care.Household, error) bool) {
		var home care.Home
		var h care.Household
		for i := range s.homes {
			err := cmp.Or(ctx.Err(), s.broken[fmt.Sprint("yield ", s.homes[i].ID)])
			if err != nil {
				yield(nil, err)
				return
			}
			h = s.assemble(s.homes[i])
			home, h.Home = *h.Home, &home
			if !yield(&h, nil) {
				return
			}
			home = care.Home{ID: "spoiled", Kind: care.Foster, Authority: "spoiled", WeeklyCost: care.Num(-1)}
			for k := range h.Occupancy.Stays {
				h.Occupancy.Stays[k] = care.Stay{Child: "spoiled"}
			}
		}
	}
}

// flakyReader fails from the so-manieth reading of all homes on.
type flakyReader struct {
	*shelf
	failFrom, readings int
}

func (f *flakyReader) Households(ctx context.Context) iter.Seq2[*care.Household, error] {
	f.readings++
	if f.readings < f.failFrom {
		return f.shelf.Households(ctx)
	}
	return func(yield func(*care.Household, error) bool) { yield(nil, errNoRecord) }
}

func (s *shelf) HasHome(id care.ID) (bool, error) {
	return slices.ContainsFunc(s.homes, func(h care.Home) bool { return h.ID == id }), s.broken[fmt.Sprint("has home ", id)]
}

// Spans indexes the homes one by one, so that the tree has been through every
// kind of growth.
func (s *shelf) Spans(ctx context.Context) (*match.Spans, error) {
	spans := match.NewSpans()
	for _, home := range s.homes {
		h := s.assemble(home)
		spans = spans.With(match.SpanOf(h.Home, &h.Occupancy))
	}
	return spans, cmp.Or(ctx.Err(), s.broken["spans"])
}
