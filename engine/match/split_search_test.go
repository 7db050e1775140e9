package match_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// How splits are searched for: in which order nothing depends, what it costs, and
// what becomes of errors.

func TestTheOrderOfNamingAndOfReadingDoesNotMatterToSplits(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
	splits := 0
	eachFamily(t, 2*len(bents), aTown, func(t *testing.T, d dice, _ bent, f *family) {
		res, err := match.Run(context.Background(), f.shelf, f.req, f.set)
		turned := f.turned(d)
		req := f.req
		req.Children = slices.Concat(f.req.Children, f.req.Children) // naming a child twice adds nobody
		d.Shuffle(len(req.Children), func(i, k int) { req.Children[i], req.Children[k] = req.Children[k], req.Children[i] })
		again, errAgain := match.Run(context.Background(), turned, req, f.set)
		require.Equal(t, err, errAgain)
		if err != nil {
			return
		}
		res.Effort, again.Effort = match.Effort{}, match.Effort{} // the index may have grown otherwise
		require.Equal(t, res, again)
		splits += len(res.Splits)
	})
	require.Greater(t, splits, 50)
}

// aGroup is so many brothers and sisters, a year apart.
func aGroup(n int, changes ...func(*care.Child)) []care.Child {
	var all []care.Child
	for i := range n {
		c := aChild(childID(i), changes...)
		c.Group, c.DOB = "G-1", c.DOB+care.Day(365*i)
		all = append(all, c)
	}
	return all
}

func TestAGroupThatIsTooLargeIsNotSplit(t *testing.T) {
	s := &shelf{children: aGroup(match.MaxSplit + 1)}
	for n := range 6 {
		s.homes = append(s.homes, aHome(homeID(n)))
	}
	res := run(t, s, match.Request{Group: "G-1"})
	require.Empty(t, res.Splits)
	require.NotEmpty(t, res.WhyNot)
	require.NotEmpty(t, res.Alone, "what stands in the way is said, since nothing fits")
	s.children = s.children[1:]
	require.Len(t, run(t, s, match.Request{Group: "G-1"}).Splits, 3)
	s.children = s.children[:1]
	require.Nil(t, run(t, s, match.Request{Group: "G-1"}).Splits, "of one child there is nothing to split")
}

// counted counts the homes that are read, and indexes them once.
type counted struct {
	*shelf
	spans *match.Spans
	at    map[care.ID]int
	read  int
	stop  func(read int)
}

func countedOf(s *shelf) *counted {
	c := &counted{shelf: s, at: map[care.ID]int{}}
	items := match.NewSpans()
	for i := range s.homes {
		h := s.assemble(s.homes[i])
		items, c.at[h.Home.ID] = items.With(match.SpanOf(h.Home, &h.Occupancy)), i
	}
	c.spans = items
	return c
}

func (c *counted) Spans(context.Context) (*match.Spans, error) { return c.spans, nil }

func (c *counted) Household(id care.ID) (care.Household, error) {
	if c.read++; c.stop != nil {
		c.stop(c.read)
	}
	i, is := c.at[id]
	if !is {
		return care.Household{}, errNoRecord
	}
	return c.assemble(c.homes[i]), nil
}

// splitCost is how many homes are read for the splits of a group.
func splitCost(t *testing.T, s *shelf) int {
	t.Helper()
	c := countedOf(s)
	res, err := match.Run(context.Background(), c, match.Request{Group: "G-1", On: monday}, policy.Defaults())
	require.NoError(t, err)
	require.NotEmpty(t, res.Splits)
	return c.read
}

// A thousand homes that nothing but the id tells apart are as good as a few.
func TestAFieldOfTiesIsNotReadToItsEnd(t *testing.T) {
	for _, children := range []int{2, 3, 5, match.MaxSplit} {
		t.Run(fmt.Sprint(children, " children"), func(t *testing.T) {
			s := &shelf{children: aGroup(children, func(c *care.Child) {
				c.Contacts, c.WishesFor = []care.Contact{{Who: "mother", Where: care.Location{Point: care.At(53.8, -1.6)}, Visits: 4}}, care.List{"sibling"}
			})}
			for n := range 1000 {
				s.homes = append(s.homes, aHome(care.ID(fmt.Sprintf("H-%04d", n)), func(h *care.Home) { h.Beds = 1 + n%2 }))
			}
			require.Less(t, splitCost(t, s), 60)
		})
	}
}

// Of homes all over a county, those near the family are read.
func TestFewHomesOfACountyAreReadForASplit(t *testing.T) {
	d := rolled(*seedFlag)
	for _, children := range []int{2, 4, 6} {
		s := &shelf{children: aGroup(children, func(c *care.Child) {
			c.Contacts = []care.Contact{{Who: "mother", Where: care.Location{Point: care.At(53.8, -1.55)}, Visits: 4}}
		})}
		for n := range 1000 {
			s.homes = append(s.homes, aHome(care.ID(fmt.Sprintf("H-%04d", n)), func(h *care.Home) {
				h.Beds, h.Where = 1+n%3, care.Location{Point: care.At(53.4+d.Float64(), -2+d.Float64())}
			}))
		}
		require.Less(t, splitCost(t, s), 60, "%d children", children)
	}
}

func TestASplitIsGivenUpWhenTheOfficerHasGone(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
	s := &shelf{children: aGroup(4)}
	for n := range 40 { // all are worth the same, but for where they are
		s.homes = append(s.homes, aHome(homeID(n), func(h *care.Home) {
			h.Beds, h.Where = 1, care.Location{Point: care.At(53+float64(n%7)/9, -2+float64(n%6)/5)}
		}))
	}
	whole := splitCost(t, s)
	for _, after := range []int{1, whole / 2, whole - 10} {
		ctx, cancel := context.WithCancel(context.Background())
		c := countedOf(s)
		c.stop = func(read int) {
			if read == after {
				cancel()
			}
		}
		res, err := match.Run(ctx, c, match.Request{Group: "G-1", On: monday}, policy.Defaults())
		require.ErrorIs(t, err, context.Canceled)
		require.Nil(t, res)
		require.LessOrEqual(t, c.read, after+41)
		cancel()
	}
}

// failing fails at the so-manieth call of its methods.
type failing struct {
	*shelf
	calls, failAt int
}

var errOnFire = errors.New("the disk is on fire")

func (f *failing) fail() error {
	if f.calls++; f.calls == f.failAt {
		return errOnFire
	}
	return nil
}

func (f *failing) Household(id care.ID) (care.Household, error) {
	if err := f.fail(); err != nil {
		return care.Household{}, err
	}
	return f.shelf.Household(id)
}

func (f *failing) HasHome(id care.ID) (bool, error) {
	if err := f.fail(); err != nil {
		return false, err
	}
	return f.shelf.HasHome(id)
}

func (f *failing) Spans(ctx context.Context) (*match.Spans, error) {
	if err := f.fail(); err != nil {
		return nil, err
	}
	return f.shelf.Spans(ctx)
}

// Whatever cannot be read, at whatever moment, half an answer is none.
func TestASplitDoesNotGuessWhatCannotBeRead(t *testing.T) {
	group := aGroup(3)
	group[0].ConnectedHomes, group[1].KeptApart = []care.ID{"H-01"}, []care.ID{"H-02", "C-00"}
	s := &shelf{children: group}
	for n := range 6 {
		s.homes = append(s.homes, aHome(homeID(n)))
	}
	for _, counts := range []bool{false, true} {
		req := match.Request{Group: "G-1", On: monday, Counts: counts}
		ok := &failing{shelf: s}
		res, err := match.Run(context.Background(), ok, req, policy.Defaults())
		require.NoError(t, err)
		require.Empty(t, res.Candidates)
		require.NotEmpty(t, res.Splits)
		require.NotEmpty(t, res.WhyNot)
		require.Greater(t, ok.calls, 10)
		for at := 1; at <= ok.calls; at++ {
			res, err := match.Run(context.Background(), &failing{shelf: s, failAt: at}, req, policy.Defaults())
			require.ErrorIs(t, err, errOnFire, "call %d of %d", at, ok.calls)
			require.Nil(t, res)
		}
	}
}
