package index

import (
	"cmp"
	"context"
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
			require.Zero(t, next)
			return all
		}
		all = append(all, Found{next.ID, next.Worth})
	}
	return all
}

// promised is the oracle where the bound of an area says no less than that of each
// home in it: the bound of every home, in order.
func (w wish) promised(all homes) []Found {
	found := []Found{}
	for i := range all {
		if worth, ok := w.bound(&all[i].Sum); ok {
			found = append(found, Found{all[i].ID, worth})
		}
	}
	slices.SortFunc(found, func(a, b Found) int { return cmp.Or(cmp.Compare(b.Worth, a.Worth), cmp.Compare(a.ID, b.ID)) })
	return found
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

func TestARankingIsTheOrderOfWhatEveryHomeCouldBeWorth(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 700+uint64(i))
			for range 60 {
				all := d.homes(d.IntN(400), m)
				tree := noHomes().Build(append(homes{}, all...))
				w := d.wish(len(all))
				w.slack = 0
				q := w.query(all)
				want := w.promised(all)
				require.Equal(t, want, rest(t, tree.Rank(q), math.MaxInt), "%+v", w)
				require.Equal(t, want, rest(t, tree.Rank(atOnce(q)), math.MaxInt), "%+v, many at once", w)
			}
		})
	}
}

// Bounds need not agree with each other: of a home and an area around it, the
// smaller counts.
func TestARankingByLooseBoundsMissesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 720+uint64(i))
			for range 60 {
				all := d.homes(d.IntN(400), m)
				w := d.wish(len(all))
				tree := noHomes().Build(append(homes{}, all...))
				for _, q := range []Query[area]{w.query(all), atOnce(w.query(all))} {
					requireNothingMissed(t, w, all, rest(t, tree.Rank(q), math.MaxInt))
				}
			}
		})
	}
}

// requireNothingMissed says that a ranking is in order, with each home at most once and
// at no less than it is worth.
func requireNothingMissed(t *testing.T, w wish, all homes, found []Found) {
	t.Helper()
	require.True(t, slices.IsSortedFunc(found, func(a, b Found) int { return cmp.Compare(b.Worth, a.Worth) }), "%+v", w)
	most := map[string]uint64{}
	for _, f := range found {
		require.NotContains(t, most, f.ID)
		most[f.ID] = f.Worth
	}
	for i := range all {
		if worth, ok := w.judge(&all[i]); ok {
			require.GreaterOrEqual(t, most[all[i].ID], worth, "%+v", w)
		}
	}
}

func TestARankingShowsTheSummaryOfAHome(t *testing.T) {
	d := rolled(t, 710)
	all := d.homes(300, manners[0])
	r := noHomes().Build(append(homes{}, all...)).Rank(wish{kinds: 31}.query(all))
	for {
		next, more, err := r.Next(t.Context())
		require.NoError(t, err)
		if !more {
			return
		}
		i := slices.IndexFunc(all, func(h home) bool { return h.ID == next.ID })
		require.Equal(t, all[i].Sum, *next.Sum)
	}
}

func TestTheFirstOfARegionIsFoundWithoutLookingAtMostOfIt(t *testing.T) {
	d := rolled(t, 712)
	all := d.homes(50_000, manner{"alike but for the place", 1, side, onCurve})
	tree := noHomes().Build(append(homes{}, all...))
	r := tree.Rank(wish{x: 512, y: 512, kinds: 31}.query(all))
	require.Zero(t, r.Effort(), "nothing is looked at before anything is asked for")
	rest(t, r, 20)
	require.Less(t, r.Effort().Nodes, 100)
	require.Zero(t, r.Effort().Judged)
}

func TestARankingLooksIntoEveryNodeOnceAtMost(t *testing.T) {
	d := rolled(t, 713)
	all := d.homes(1_000, manners[1])
	tree := noHomes().Build(append(homes{}, all...))
	r := tree.Rank(wish{kinds: 31, slack: 300, picky: 3}.query(all))
	rest(t, r, math.MaxInt)
	require.Equal(t, Effort{Nodes: len(nodesOf(tree))}, r.Effort())
}

func TestARankingOfNobody(t *testing.T) {
	d := rolled(t, 714)
	all := d.homes(500, manners[0])
	full := noHomes().Build(append(homes{}, all...))
	for name, c := range map[string]struct {
		tree *Tree[area]
		wish wish
	}{
		"because there is no home":         {noHomes(), wish{kinds: 31}},
		"because no summary is of any use": {full, wish{}},
		"because all have been taken out":  {full.Without(keys(all)...), wish{kinds: 31}},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.tree.Rank(c.wish.query(all))
			require.Empty(t, rest(t, r, math.MaxInt))
			require.Empty(t, rest(t, r, math.MaxInt), "nor is there anybody when asked again")
		})
	}
}

func TestAnOfficerWhoHasGoneEndsARanking(t *testing.T) {
	d := rolled(t, 716)
	all := d.homes(300, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31}
	want := w.promised(all)
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
