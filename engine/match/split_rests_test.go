package match_test

import (
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

// Home is barred to a child, or to some of a group: then it is barred to them and
// more. Blocks are built on that, child by child, and so are the bounds of a block.
func TestAHomeThatIsBarredToSomeIsBarredToMore(t *testing.T) {
	barred, passed := 0, 0
	eachFamily(t, 6*len(bents), fewHomes, func(t *testing.T, d dice, _ bent, f *family) {
		s, _ := splitTown(t, f)
		if s == nil {
			return
		}
		for range 40 {
			at, home := d.lodge(s), d.IntN(len(s.homes))
			joining := d.IntN(len(at))
			at[joining] = nowhere
			fewer := s.judgePart(at, home)
			at[joining] = home
			more := s.judgePart(at, home)
			if len(homesOf(at, home)) == 1 {
				continue // nobody was there before
			}
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

// homesOf lists the children whom a lodging has in a home.
func homesOf(at []int, home int) (children []int) {
	for i := range at {
		if at[i] == home {
			children = append(children, i)
		}
	}
	return children
}

// judgePart judges the home of a lodging for the children it has there.
func (s *splitter) judgePart(at []int, home int) rulebook.Judgement {
	if len(homesOf(at, home)) == 0 {
		return rulebook.Judgement{}
	}
	return s.open(at, home).book.Judge(&s.homes[home])
}

// Open is what the index asks of a Span: of which kinds a home may be open.
func TestASpanThatIsClosedToSomeIsClosedToMore(t *testing.T) {
	closed, opened := 0, 0
	eachFamily(t, 4*len(bents), aTown, func(t *testing.T, d dice, _ bent, f *family) {
		s, _ := splitTown(t, f)
		if s == nil {
			return
		}
		for range 20 {
			span := care.SpanOf(s.homes[d.IntN(len(s.homes))].Home, &care.Occupancy{})
			for range d.IntN(3) {
				h := s.homes[d.IntN(len(s.homes))]
				by := care.SpanOf(h.Home, &h.Occupancy)
				span.Widen(&by)
			}
			at, alone := d.lodge(s), ^care.KindSet(0)
			home := at[d.IntN(len(at))]
			if home == nowhere {
				continue
			}
			for _, child := range homesOf(at, home) {
				one := append([]int{}, at...)
				for _, other := range homesOf(at, home) {
					if other != child {
						one[other] = nowhere
					}
				}
				alone &= s.open(one, home).book.Open(&span)
			}
			together := s.open(at, home).book.Open(&span)
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
		s, _ := splitTown(t, f)
		if s == nil {
			return
		}
		for range 40 {
			at := d.lodge(s)
			home := at[d.IntN(len(at))]
			if home == nowhere {
				continue
			}
			here := s.judgePart(at, home)
			for i := range at {
				if at[i] != home {
					at[i] = (home + d.IntN(len(s.homes))) % len(s.homes) // or in the same home: see below
					if at[i] == home {
						at[i] = nowhere
					}
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
