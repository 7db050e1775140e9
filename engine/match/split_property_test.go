package match_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// What holds of every split, in worlds that are too large for trying everything.

// aTown has more homes than fit beneath one node of the index, and up to as many
// children as are split.
func aTown(d dice) (homes, children int) { return 20 + d.IntN(25), 2 + d.IntN(match.MaxSplit-1) }

// splitTown answers the question of a family; nothing where it is refused.
func splitTown(t *testing.T, f *family) (*splitter, *match.Result) {
	t.Helper()
	res, err := match.Run(context.Background(), f.shelf, f.req, f.set)
	o, measurable := ask(t, f.shelf, f.req, f.set)
	if !measurable {
		require.ErrorIs(t, err, match.ErrNoHomeAddress)
		return nil, nil
	}
	require.NoError(t, err)
	return splitterOf(t, o), res
}

// lodgingOf is a split as the oracle has it.
func (s *splitter) lodgingOf(split *match.Split) []int {
	at := slices.Repeat([]int{nowhere}, len(s.children))
	for i := range split.Homes {
		home := slices.IndexFunc(s.homes, func(h care.Household) bool { return h.Home.ID == split.Homes[i].Home })
		for k, c := range s.children {
			if slices.Contains(split.Homes[i].Children, c.ID) {
				at[k] = home
			}
		}
	}
	return at
}

// A search that is left off says so. What it has found by then is no less lawful,
// and the same every time.
func TestASearchForSplitsThatIsLeftOff(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	unproved, sketched := 0, 0
	for _, effort := range []int{0, 30} {
		match.SetMostEffort(t, effort)
		eachFamily(t, len(bents), aTown, func(t *testing.T, _ dice, _ bent, f *family) {
			s, res := splitTown(t, f)
			if s == nil || !res.Unproved {
				return
			}
			unproved++
			requireInOrder(t, res.Splits)
			sketched += len(res.Splits)
			for i := range res.Splits {
				at := s.lodgingOf(&res.Splits[i])
				requireEachChildOnce(t, s, &res.Splits[i])
				requireLawful(t, f, s, &res.Splits[i], at)
				requireSums(t, s, &res.Splits[i], res)
			}
			again, err := match.Run(context.Background(), f.shelf, f.req, f.set)
			require.NoError(t, err)
			require.Equal(t, res, again)
		})
	}
	require.Positive(t, unproved)
	require.Greater(t, sketched, unproved)
}

func TestWhatHoldsOfEverySplit(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
	splits := 0
	eachFamily(t, 4*len(bents), aTown, func(t *testing.T, _ dice, _ bent, f *family) {
		s, res := splitTown(t, f)
		if s == nil {
			return
		}
		checkTheRest(t, s.oracle, res)
		requireInOrder(t, res.Splits)
		for i := range res.Splits {
			split, at := &res.Splits[i], s.lodgingOf(&res.Splits[i])
			requireEachChildOnce(t, s, split)
			requireLawful(t, f, s, split, at)
			requireSums(t, s, split, res)
			for k := range split.Homes {
				h := &split.Homes[k]
				require.Equal(t, s.describeHome(at, homesIn(at)[k]), *h, "as if these children alone were asked about")
				requireAsked(t, f, s, h)
				requireSignedOff(t, s, h)
				requireNobodyThereIsWronged(t, f, s, h)
			}
			s.requireNoMoveIsBetter(t, at)
			splits++
		}
	})
	require.Greater(t, splits, 100)
}

func requireInOrder(t *testing.T, splits []match.Split) {
	t.Helper()
	require.LessOrEqual(t, len(splits), 3)
	for i := 1; i < len(splits); i++ {
		a, b := &splits[i-1], &splits[i]
		require.GreaterOrEqual(t, a.WorstOff.Score, b.WorstOff.Score)
		require.True(t, a.WorstOff.Score > b.WorstOff.Score || a.Score >= b.Score, "as bad for whoever is worst off, and better on average, is better")
	}
	company := func(s match.Split) (all [][]care.ID) {
		for _, h := range s.Homes {
			all = append(all, h.Children)
		}
		return all
	}
	for i := range splits {
		for k := range i {
			require.NotEqual(t, company(splits[k]), company(splits[i]), "one split for each way to part the children")
		}
	}
}

func requireEachChildOnce(t *testing.T, s *splitter, split *match.Split) {
	t.Helper()
	require.GreaterOrEqual(t, len(split.Homes), 2)
	var all, homes, firsts []care.ID
	for _, h := range split.Homes {
		require.NotEmpty(t, h.Children)
		require.True(t, slices.IsSorted(h.Children))
		all, homes, firsts = append(all, h.Children...), append(homes, h.Home), append(firsts, h.Children[0])
	}
	require.True(t, slices.IsSorted(firsts), "the homes are in the order of their first child")
	slices.Sort(all)
	slices.Sort(homes)
	var children []care.ID
	for _, c := range s.children {
		children = append(children, c.ID)
	}
	require.Equal(t, children, all)
	require.Len(t, slices.Compact(homes), len(split.Homes), "no home is two")
}

// requireLawful says that no home of a split is full, that nobody is with whom
// they are to be kept apart from, and that no child is in a home that is barred to
// them alone. A home that another of the group lives in, or has held, may be:
// they are asked about together.
func requireLawful(t *testing.T, f *family, s *splitter, split *match.Split, at []int) {
	t.Helper()
	for k := range split.Homes {
		h, home := &split.Homes[k], s.homes[homesIn(at)[k]]
		require.GreaterOrEqual(t, home.FreeBeds(f.req.On, s.c.Ask), len(h.Children))
		theirs := slices.ContainsFunc(home.Occupancy.Stays, func(stay care.Stay) bool { return s.c.Names(stay.Child) })
		for _, hold := range home.Occupancy.Holds {
			theirs = theirs || slices.ContainsFunc(hold.Children, s.c.Names)
		}
		for _, id := range h.Children {
			child, err := f.Child(id)
			require.NoError(t, err)
			for _, other := range h.Children {
				require.NotContains(t, child.KeptApart, other)
			}
			require.NotContains(t, child.KeptApart, h.Home)
			if !theirs {
				req := f.req
				req.Group, req.Children, req.Within = "", []care.ID{id}, 0
				e, err := match.Explain(context.Background(), f.shelf, req, h.Home, f.set)
				require.NoError(t, err)
				require.True(t, e.Considered)
				require.NotEqual(t, rulebook.Barred, e.Verdict, "%s alone at %s", id, h.Home)
			}
		}
	}
}

// requireSums says that every score of a split is the sum, or the mean, of what it
// is made of.
func requireSums(t *testing.T, s *splitter, split *match.Split, res *match.Result) {
	t.Helper()
	points := map[care.ID]scoring.Millionths{}
	sum, miles := scoring.Millionths(0), 0.0
	for i := range split.Homes {
		for _, r := range split.Homes[i].Reasons {
			points[r.Child] += r.Points
		}
		for k := range split.Homes {
			a, _ := s.s.Household(split.Homes[i].Home)
			b, _ := s.s.Household(split.Homes[k].Home)
			miles = max(miles, gazetteer.Miles(a.Home.Where.Point.LatLng(), b.Home.Where.Point.LatLng()))
		}
	}
	for _, h := range split.Homes {
		require.Equal(t, h.Candidate.Children, h.ChildScores)
		for _, c := range h.ChildScores {
			require.Equal(t, points[c.ID], c.Score)
			require.LessOrEqual(t, split.WorstOff.Score, c.Score)
			sum += c.Score
		}
	}
	require.Equal(t, points[split.WorstOff.ID], split.WorstOff.Score)
	require.InDelta(t, float64(sum)/float64(len(s.children)), float64(split.Score), 0.5)
	require.InDelta(t, miles, split.FurthestApart, 0.0005)
	if len(res.Candidates) == 0 {
		require.Nil(t, split.Lost)
	} else {
		require.Equal(t, res.Candidates[0].Score-split.Score, *split.Lost)
	}
}

// requireAsked says that a home of a split is one that the request asks for.
func requireAsked(t *testing.T, f *family, s *splitter, h *match.SplitHome) {
	t.Helper()
	if f.req.Ready {
		require.Empty(t, h.SignOffs())
	}
	if f.req.Kinds != nil {
		require.Contains(t, f.req.Kinds, h.Kind)
	} else {
		require.False(t, h.Kind.OnlyWhenNamed())
	}
	home, err := f.Household(h.Home)
	require.NoError(t, err)
	for _, c := range s.children {
		if f.req.Within > 0 && c.Home.Known() && slices.Contains(h.Children, c.ID) {
			require.LessOrEqual(t, gazetteer.Miles(c.Home.Point.LatLng(), home.Home.Where.Point.LatLng()), f.req.Within+0.0005)
		}
	}
}

// requireSignedOff says that a child who is to be kept together with brothers and
// sisters, and is not, needs somebody's agreement to that.
func requireSignedOff(t *testing.T, s *splitter, h *match.SplitHome) {
	t.Helper()
	for _, c := range s.children {
		if c.Together != care.Yes || !slices.Contains(h.Children, c.ID) {
			continue
		}
		left := slices.ContainsFunc(s.children, func(other care.Child) bool {
			apart := slices.Contains(c.KeptApart, other.ID) || slices.Contains(other.KeptApart, c.ID)
			return c.Group != "" && other.Group == c.Group && !apart && !slices.Contains(h.Children, other.ID)
		})
		if left {
			require.True(t, slices.ContainsFunc(h.SignOffs(), func(f rulebook.Finding) bool { return f.Rule == "siblings-together" && f.Child == c.ID }))
		}
	}
}

// requireNobodyThereIsWronged turns the question around: with the children of the
// block living there, each resident could still be placed with them.
func requireNobodyThereIsWronged(t *testing.T, f *family, s *splitter, h *match.SplitHome) {
	t.Helper()
	home, err := f.Household(h.Home)
	require.NoError(t, err)
	there := care.Household{Home: home.Home, Occupancy: care.Occupancy{Home: h.Home}}
	for _, id := range h.Children {
		child, err := f.Child(id)
		require.NoError(t, err)
		there.Occupancy.Stays = append(there.Occupancy.Stays, care.Stay{Placement: id, Child: id, Start: f.req.On})
		there.Residents = append(there.Residents, child)
	}
	for i := range home.Occupancy.Stays {
		resident := home.Residents[i]
		if !s.c.Ask.Lives(&home.Occupancy.Stays[i], max(f.req.On, home.Occupancy.Stays[i].Start)) {
			continue
		}
		c := care.Case{Children: []care.Child{resident}, Siblings: [][]care.Sibling{nil}, MovesFrom: []care.ID{""}, On: f.req.On, Ask: s.c.Ask}
		c.Ask = care.Ask(s.at, resident.ID)
		book, err := rulebook.For(c, []*policy.Policy{f.set.For(resident.Authority)})
		require.NoError(t, err)
		for _, finding := range book.Findings(&there) {
			if slices.Contains([]string{"alongside", "kept-apart", "risk-to-others"}, finding.Rule) && !namesOwn(finding) {
				require.NotEqual(t, rulebook.Barred, finding.Verdict, "%s of %s: %s", finding.Rule, resident.ID, finding.Says)
			}
		}
	}
}

// namesOwn says whether a finding is about the carers' own child, or the household,
// of a home in which somebody lives nevertheless.
func namesOwn(f rulebook.Finding) bool {
	return f.NearestFix == "none while the carers' own child lives there" || f.NearestFix == "none for this home while that stands"
}

// requireNoMoveIsBetter takes one block at a time to every other home, and two into
// each other's.
func (s *splitter) requireNoMoveIsBetter(t *testing.T, at []int) {
	t.Helper()
	sum, block := s.score(at), make([]int, len(at))
	homes := homesIn(at)
	for i := range at {
		block[i] = slices.Index(homes, at[i])
	}
	for b := range homes {
		for home := range s.homes {
			moved := slices.Clone(at)
			if other := slices.Index(homes, home); other >= 0 {
				move(moved, block, other, homes[b])
			}
			move(moved, block, b, home)
			if slices.ContainsFunc(homesIn(moved), func(home int) bool { return !s.fits(moved, home) }) {
				continue
			}
			with := s.score(moved)
			require.LessOrEqual(t, with, sum)
			require.False(t, with == sum && s.byHomes(moved, at) < 0, "as good, by homes that come before")
		}
	}
}
