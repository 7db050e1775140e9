package match_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// What the search for splits rests on, asked of the rulebook itself.

// lodge puts each child of a group into a home, or nowhere.
func (d dice) lodge(s *splitter) []int {
	at := make([]int, len(s.children))
	for i := range at {
		at[i] = d.IntN(len(s.homes)+1) - 1
	}
	return at
}

// Blocks are made child by child, and a block that no home takes is not made
// larger; the bounds of a block are put together from those of each child.
func TestAHomeThatIsBarredToSomeIsBarredToMore(t *testing.T) {
	barred, passed := 0, 0
	eachFamily(t, 6*len(bents), fewHomes, func(t *testing.T, d dice, _ bent, f *family) {
		o, _ := ask(t, f.shelf, f.req, f.set)
		s := splitterOf(t, o)
		for range 40 {
			at, home, joining := d.lodge(s), d.IntN(len(s.homes)), d.IntN(len(s.children))
			at[joining] = nowhere
			if len(childrenIn(at, home)) == 0 {
				continue
			}
			fewer := s.judgePart(at, home)
			at[joining] = home
			more := s.judgePart(at, home)
			if fewer.BarredBy != "" {
				barred++
				require.NotEmpty(t, more.BarredBy, "%s takes more than it takes fewer of: %v", s.homes[home].Home.ID, at)
			} else if more.BarredBy == "" {
				passed++
			}
		}
	})
	require.Greater(t, barred, 100)
	require.Greater(t, passed, 100)
}

// childrenIn lists the children whom a lodging has in a home.
func childrenIn(at []int, home int) (children []int) {
	for i := range at {
		if at[i] == home {
			children = append(children, i)
		}
	}
	return children
}

// judgePart judges a home for the children whom a lodging has there.
func (s *splitter) judgePart(at []int, home int) rulebook.Judgement {
	return s.open(at, home).book.Judge(&s.homes[home])
}

// Open is what the index asks of a Span: of which kinds a home may be open.
func TestASpanThatIsClosedToSomeIsClosedToMore(t *testing.T) {
	closed, opened := 0, 0
	eachFamily(t, 4*len(bents), aTown, func(t *testing.T, d dice, _ bent, f *family) {
		o, _ := ask(t, f.shelf, f.req, f.set)
		s := splitterOf(t, o)
		for range 20 {
			span := care.SpanOf(s.homes[d.IntN(len(s.homes))].Home, &care.Occupancy{})
			for range d.IntN(3) {
				h := s.homes[d.IntN(len(s.homes))]
				by := care.SpanOf(h.Home, &h.Occupancy)
				span.Widen(&by)
			}
			at, home, alone := d.lodge(s), d.IntN(len(s.homes)), ^care.KindSet(0)
			all := childrenIn(at, home)
			if len(all) == 0 {
				continue
			}
			together := s.open(at, home).book.Open(&span)
			for _, child := range all {
				one := slices.Repeat([]int{nowhere}, len(at))
				one[child] = home
				alone &= s.open(one, home).book.Open(&span)
			}
			require.Zero(t, together&^alone, "open to all of them, and not to each")
			if together == 0 {
				closed++
			} else {
				opened++
			}
		}
	})
	require.Greater(t, closed, 50)
	require.Greater(t, opened, 50)
}

// A block is judged once, before it is known where the rest of the group lives.
func TestWhereTheOthersLiveChangesNoVerdict(t *testing.T) {
	judged := 0
	eachFamily(t, 6*len(bents), fewHomes, func(t *testing.T, d dice, _ bent, f *family) {
		o, _ := ask(t, f.shelf, f.req, f.set)
		s := splitterOf(t, o)
		for range 40 {
			at := d.lodge(s)
			home := at[d.IntN(len(at))]
			if home == nowhere {
				continue
			}
			here := s.judgePart(at, home)
			for i, elsewhere := range d.lodge(s) {
				if at[i] != home && elsewhere != home {
					at[i] = elsewhere
				}
			}
			require.Equal(t, here, s.judgePart(at, home))
			judged++
		}
	})
	require.Greater(t, judged, 1000)
}

// The county is the same as the street: of a county in which nothing else is
// changed, the homes that the splits are in, and a few others, give the same
// splits when everything is tried.
func TestACountyIsSplitOverAsExactlyAsAStreet(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
	splits := 0
	aCounty := func(d dice) (homes, children int) { return 300, 2 + d.IntN(3) }
	eachFamily(t, 2*len(bents), aCounty, func(t *testing.T, d dice, _ bent, f *family) {
		f.placements = nil
		_, res := splitTown(t, f)
		if res == nil {
			return
		}
		kept := map[care.ID]bool{}
		for _, split := range res.Splits {
			for _, h := range split.Homes {
				kept[h.Home] = true
			}
		}
		if len(res.Candidates) > 0 {
			kept[res.Candidates[0].Home] = true
		}
		for len(kept) < min(9, len(f.homes)) {
			kept[f.homes[d.IntN(len(f.homes))].ID] = true
		}
		street := *f.shelf
		street.homes = nil
		for _, h := range f.homes {
			if kept[h.ID] {
				street.homes = append(street.homes, h)
			}
		}
		o, measurable := ask(t, &street, f.req, f.set)
		require.True(t, measurable)
		var whole *match.Candidate
		if len(res.Candidates) > 0 {
			whole = &res.Candidates[0]
		}
		want := splitterOf(t, o).splits(whole)
		require.Equal(t, tellApart(want), tellApart(res.Splits))
		require.Equal(t, want, res.Splits)
		splits += len(res.Splits)
	})
	require.Greater(t, splits, 50)
}
