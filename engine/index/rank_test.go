package index

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// rest takes what is left of a ranking, at most so many.
func rest(t testing.TB, r *Ranking[area], most int) []Found {
	t.Helper()
	all := []Found{}
	for len(all) < most {
		next, more, err := r.Next(t.Context())
		require.NoError(t, err)
		if !more {
			require.Equal(t, Found{}, next)
			return all
		}
		all = append(all, next)
	}
	return all
}

// allOf is the oracle: every home judged, and all that are of use in order.
func (w wish) allOf(all homes, known ...Found) []Found {
	w.limit = math.MaxInt
	return w.bestOf(all, known...)
}

// atOnce asks Bounds what Bound would be asked, last place first.
func atOnce(q Query[area]) Query[area] {
	bound := q.Bound
	q.Bound = nil
	q.Bounds = func(sums []area, yield func(int, uint64)) {
		for i := len(sums) - 1; i >= 0; i-- {
			if worth, ok := bound(&sums[i]); ok {
				yield(i, worth)
			}
		}
	}
	return q
}

func TestARankingIsTheOrderOfJudgingEveryHome(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 700+uint64(i))
			for range 60 {
				all := d.homes(d.IntN(400), m)
				tree := noHomes().Build(append(homes{}, all...))
				w := d.wish(len(all))
				q := w.query(all)
				q.Limit = d.IntN(5) - 2 // does not matter
				want := w.allOf(all)
				require.Equal(t, want, rest(t, tree.Rank(q), math.MaxInt), "%+v", w)
				require.Equal(t, want, rest(t, tree.Rank(atOnce(q)), math.MaxInt), "%+v, many at once", w)
			}
		})
	}
}

func TestARankingTakesInHomesThatWereJudgedElsewhere(t *testing.T) {
	d := rolled(t, 710)
	for range 300 {
		all := d.homes(d.IntN(200), manners[d.IntN(len(manners))])
		tree := noHomes().Build(append(homes{}, all...))
		w := d.wish(len(all))
		known := []Found{{"outside", d.Uint64N(6 * side)}}
		for _, it := range all {
			if d.IntN(5) == 0 {
				known = append(known, Found{it.ID, d.Uint64N(6 * side)})
			}
		}
		given := slices.Clone(known)
		require.Equal(t, w.allOf(all, known...), rest(t, tree.Rank(w.query(all, known...), known...), math.MaxInt), "%+v", w)
		require.Equal(t, given, known, "the caller's slice is left alone")
	}
}

func TestARankingCostsWhatASearchForAsManyDoes(t *testing.T) {
	d := rolled(t, 711)
	for range 100 {
		all := d.homes(1+d.IntN(2_000), manners[d.IntN(len(manners))])
		tree := noHomes().Build(append(homes{}, all...))
		w := d.wish(len(all))
		w.limit = 1 + d.IntN(20)
		found, effort, err := tree.Best(t.Context(), w.query(all))
		require.NoError(t, err)
		r := tree.Rank(w.query(all))
		require.Equal(t, append([]Found{}, found...), rest(t, r, w.limit))
		require.Equal(t, effort, r.Effort(), "%+v", w)
	}
}

func TestTheFirstOfARegionIsFoundWithoutLookingAtMostOfIt(t *testing.T) {
	d := rolled(t, 712)
	all := d.homes(50_000, manner{"alike but for the place", 1, side, onCurve})
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{x: 512, y: 512, kinds: 31}
	r := tree.Rank(w.query(all))
	require.Zero(t, r.Effort(), "nothing is looked at before anything is asked for")
	for n := 1; n <= 20; n++ {
		rest(t, r, 1)
		require.Equal(t, n, r.Effort().Judged, "the bound of one home is exact")
	}
	require.Less(t, r.Effort().Nodes, 100)
}

func TestInARankingNothingIsJudgedTwice(t *testing.T) {
	d := rolled(t, 713)
	all := d.homes(1_000, manners[1])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31, slack: 300, picky: 3}
	q, seen := w.query(all), map[string]bool{}
	judge := q.Judge
	q.Judge = func(id string) (uint64, bool, error) {
		require.False(t, seen[id], id)
		seen[id] = true
		return judge(id)
	}
	r := tree.Rank(q)
	require.Equal(t, w.allOf(all), rest(t, r, math.MaxInt))
	require.Equal(t, Effort{Nodes: len(nodesOf(tree)), Judged: len(all)}, r.Effort())
	require.Len(t, seen, len(all))
}

func TestARankingOfNobody(t *testing.T) {
	d := rolled(t, 714)
	all := d.homes(500, manners[0])
	full := noHomes().Build(append(homes{}, all...))
	for name, c := range map[string]struct {
		tree  *Tree[area]
		wish  wish
		known []Found
	}{
		"because there is no home":             {noHomes(), wish{kinds: 31}, nil},
		"because no summary is of any use":     {full, wish{}, nil},
		"because all have been taken out":      {full.Without(keys(all)...), wish{kinds: 31}, nil},
		"but for what was judged already":      {full, wish{}, []Found{{"A", 3}, {"B", 3}}},
		"but for what was judged, and no home": {noHomes(), wish{kinds: 31}, []Found{{"A", 3}, {"B", 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.tree.Rank(c.wish.query(all), c.known...)
			require.Equal(t, append([]Found{}, c.known...), rest(t, r, math.MaxInt))
			require.Empty(t, rest(t, r, math.MaxInt), "nor is there anybody when asked again")
			require.Zero(t, r.Effort().Judged)
		})
	}
}

func TestAJudgementThatFailsEndsARanking(t *testing.T) {
	d := rolled(t, 715)
	all := d.homes(2_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31}
	torn, failed, judged := errors.New("record is torn"), "", 0
	q := w.query(all)
	judge := q.Judge
	q.Judge = func(id string) (uint64, bool, error) {
		if judged++; judged == 7 {
			failed = id
			return 5, true, torn
		}
		return judge(id)
	}
	r := tree.Rank(q)
	want := w.allOf(all)
	for n := range 6 {
		require.Equal(t, []Found{want[n]}, rest(t, r, 1))
	}
	next, more, err := r.Next(t.Context())
	require.ErrorIs(t, err, torn)
	require.EqualError(t, err, fmt.Sprintf("index: judging %q: record is torn", failed))
	require.False(t, more)
	require.Zero(t, next)
	require.Equal(t, 7, r.Effort().Judged)
}

func TestAnOfficerWhoHasGoneEndsARanking(t *testing.T) {
	d := rolled(t, 716)
	all := d.homes(300, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31}
	want := w.allOf(all)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := tree.Rank(w.query(all))
	gone := func() {
		next, more, err := r.Next(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, more)
		require.Zero(t, next)
	}
	gone()
	require.Zero(t, r.Effort(), "one who left before it began costs nothing")
	require.Equal(t, want[:10], rest(t, r, 10))
	before := r.Effort()
	gone()
	require.Equal(t, before, r.Effort())
	require.Equal(t, want[10:], rest(t, r, math.MaxInt), "one who comes back finds nothing lost")
}

// Whoever asks many queries of one tree may keep what it knows of the summaries
// beneath a node, by the first of them.
func TestTheSameSummariesComeInTheSameSlice(t *testing.T) {
	d := rolled(t, 717)
	all := d.homes(3_000, manners[0])
	grown := noHomes()
	for _, it := range all {
		grown = grown.With(it)
	}
	for name, tree := range map[string]*Tree[area]{"built at once": noHomes().Build(append(homes{}, all...)), "grown": grown} {
		t.Run(name, func(t *testing.T) {
			known, firstAsked := map[*area][]area{}, 0
			for n := range 10 {
				w := d.wish(len(all))
				w.vague = true // every node is looked into
				q := atOnce(w.query(all))
				bounds := q.Bounds
				q.Bounds = func(sums []area, yield func(int, uint64)) {
					if was, is := known[&sums[0]]; is {
						require.Equal(t, was, sums)
					} else {
						require.Zero(t, n, "a slice that no query before has seen")
						known[&sums[0]] = slices.Clone(sums)
						firstAsked++
					}
					bounds(sums, yield)
				}
				if n%2 == 0 {
					rest(t, tree.Rank(q), math.MaxInt)
					continue
				}
				q.Limit = math.MaxInt
				_, _, err := tree.Best(t.Context(), q)
				require.NoError(t, err)
			}
			require.Equal(t, len(nodesOf(tree)), firstAsked)
		})
	}
}

func TestASearchMayAskOfManySummariesAtOnce(t *testing.T) {
	d := rolled(t, 718)
	for range 200 {
		all := d.homes(d.IntN(300), manners[d.IntN(len(manners))])
		tree := noHomes().Build(append(homes{}, all...))
		w := d.wish(len(all))
		one, effortOne, err := tree.Best(t.Context(), w.query(all))
		require.NoError(t, err)
		many, effortMany, err := tree.Best(t.Context(), atOnce(w.query(all)))
		require.NoError(t, err)
		require.Equal(t, one, many)
		require.Equal(t, effortOne, effortMany)
	}
}
