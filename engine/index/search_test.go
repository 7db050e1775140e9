package index

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheShortlistIsWhatJudgingEveryHomeGives(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, uint64(i))
			for range 60 {
				all := d.homes(d.IntN(400), m)
				tree := noHomes().Build(append(homes{}, all...))
				for range 5 {
					d.wish(len(all)).requireBest(t, tree, all)
				}
			}
		})
	}
}

func TestALargeRegionIsSearchedAsExactlyAsASmallOne(t *testing.T) {
	d := rolled(t, 10)
	all := d.homes(20_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	for range 20 {
		w := d.wish(len(all))
		w.limit = 20
		w.requireBest(t, tree, all)
	}
}

func TestHomesJudgedElsewhereStandWhereTheyBelong(t *testing.T) {
	d := rolled(t, 11)
	for range 300 {
		all := d.homes(d.IntN(200), manners[d.IntN(len(manners))])
		tree := noHomes().Build(append(homes{}, all...))
		w := d.wish(len(all))
		var known []Found
		for _, it := range all {
			if d.IntN(5) == 0 {
				known = append(known, Found{it.ID, d.Uint64N(6 * side)})
			}
		}
		known = append(known, Found{"outside", d.Uint64N(6 * side)})
		w.requireBest(t, tree, all, known...)
	}
}

func TestHomesJudgedElsewhereSaveJudgements(t *testing.T) {
	d := rolled(t, 12)
	all := d.homes(5_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31, limit: 10}
	best := w.bestOf(all)
	effort := w.requireBest(t, tree, all, best...)
	require.Equal(t, Effort{Nodes: effort.Nodes, Judged: len(best) - 1}, effort,
		"only the known themselves are better than the worst of them")
}

// watched adds to a query what must hold at each judgement: the item was not
// judged before, and what its summary promises would still enter the answer.
func watched(t *testing.T, w wish, all homes) Query[area] {
	q := w.query(all)
	promise, seen := map[string]uint64{}, map[string]bool{}
	for i := range all {
		promise[all[i].ID], _ = w.bound(&all[i].Sum)
	}
	judge, better := q.Judge, []Found(nil)
	q.Judge = func(id string) (uint64, bool, error) {
		require.False(t, seen[id], "judged twice")
		seen[id] = true
		ahead := 0
		for _, f := range better {
			if f.Worth > promise[id] || f.Worth == promise[id] && f.ID < id {
				ahead++
			}
		}
		require.Less(t, ahead, w.limit, "%s could not win any more", id)
		worth, ok, err := judge(id)
		if ok {
			better = append(better, Found{id, worth})
		}
		return worth, ok, err
	}
	return q
}

func TestNoHomeIsJudgedThatCouldNotWin(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 20+uint64(i))
			for range 40 {
				all := d.homes(1+d.IntN(300), m)
				tree := noHomes().Build(append(homes{}, all...))
				w := d.wish(len(all))
				found, effort, err := tree.Best(t.Context(), watched(t, w, all), nil...)
				require.NoError(t, err)
				require.LessOrEqual(t, effort.Judged, couldWin(w, all, found))
			}
		})
	}
}

// couldWin counts the homes whose summary promises no less than the worst of a
// full answer is worth.
func couldWin(w wish, all homes, found []Found) int {
	count := 0
	for i := range all {
		bound, ok := w.bound(&all[i].Sum)
		if ok && (len(found) < w.limit || bound >= found[len(found)-1].Worth) {
			count++
		}
	}
	return count
}

func TestHomesAreJudgedBestFirst(t *testing.T) {
	d := rolled(t, 30)
	all := d.homes(2_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{x: 300, y: 700, kinds: 31, limit: 50, picky: 2}
	q := w.query(all)
	judge := q.Judge
	var order []Found
	worths := map[string]uint64{}
	for i := range all {
		worths[all[i].ID] = w.worth(&all[i].Sum)
	}
	q.Judge = func(id string) (uint64, bool, error) {
		order = append(order, Found{id, worths[id]})
		return judge(id)
	}
	_, effort, err := tree.Best(t.Context(), q)
	require.NoError(t, err)
	require.Len(t, order, effort.Judged)
	w.picky, w.limit = 0, len(order)
	require.Equal(t, w.bestOf(all), order)
}

func TestAFieldOfTiesCostsAsManyJudgementsAsThereAreAnswers(t *testing.T) {
	const limit = 20
	for _, m := range []manner{manners[2], manners[3]} {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 40)
			all := d.homes(100_000, m)
			tree := noHomes().Build(append(homes{}, all...))
			w := wish{kinds: 31, limit: limit}
			effort := w.requireBest(t, tree, all)
			require.Equal(t, limit, effort.Judged)
			require.LessOrEqual(t, effort.Nodes, limit*requireSound(t, tree).depth, "one path for each answer")
		})
	}
}

// Bounds that are all too high by the same promise more than any home keeps, so
// nothing can be left out; this is what the ties above would cost without ids.
func TestBoundsThatPromiseTooMuchOfTiesCostEveryHome(t *testing.T) {
	d := rolled(t, 41)
	all := d.homes(1_000, manners[2])
	tree := noHomes().Build(append(homes{}, all...))
	effort := wish{kinds: 31, limit: 5, vague: true}.requireBest(t, tree, all)
	require.Equal(t, len(all), effort.Judged)
}

func TestFewHomesAreLookedAtInALargeRegion(t *testing.T) {
	d := rolled(t, 42)
	all := d.homes(50_000, manner{"alike but for the place", 1, side, onCurve})
	tree := noHomes().Build(append(homes{}, all...))
	effort := wish{x: 512, y: 512, kinds: 31, limit: 20}.requireBest(t, tree, all)
	require.Equal(t, 20, effort.Judged, "the bound of one home is exact")
	require.Less(t, effort.Nodes, 100)
}

func TestWhatCannotWinIsNotQueued(t *testing.T) {
	d := rolled(t, 46)
	tree := noHomes().Build(d.homes(fan, manners[0]))
	w := wish{kinds: 31}
	for _, c := range []struct {
		worst  Found
		queued int
	}{{Found{"Z", 0}, fan}, {Found{"Z", math.MaxUint64}, 0}} {
		s := search[area]{Query: Query[area]{Bound: w.bound}, best: top{limit: 1}}
		s.best.offer(c.worst)
		s.expand(tree.root, math.MaxUint64)
		require.Len(t, s.queue.heap, c.queued)
	}
}

func TestNobodyIsFound(t *testing.T) {
	d := rolled(t, 43)
	all := d.homes(500, manners[0])
	full := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31, limit: 10}
	for name, c := range map[string]struct {
		tree *Tree[area]
		wish wish
		want Effort
	}{
		"because none is asked for":          {full, wish{kinds: 31}, Effort{}},
		"because fewer than none are":        {full, wish{kinds: 31, limit: -3}, Effort{}},
		"because there is no home":           {noHomes(), w, Effort{}},
		"because no summary is of any use":   {full, wish{limit: 10}, Effort{Nodes: 1}},
		"because all have been taken out":    {full.Without(keys(all)...), w, Effort{}},
		"because every judgement goes wrong": {full, wish{kinds: 31, limit: 10, picky: 1}, Effort{}},
	} {
		t.Run(name, func(t *testing.T) {
			q := c.wish.query(all)
			if c.wish.picky > 0 {
				q.Judge = func(string) (uint64, bool, error) { return 0, false, nil }
				c.want = Effort{Nodes: len(nodesOf(c.tree)), Judged: len(all)}
			}
			found, effort, err := c.tree.Best(t.Context(), q)
			require.NoError(t, err)
			require.Empty(t, found)
			require.Equal(t, c.want, effort)
		})
	}
}

func TestOnlyHomesJudgedElsewhereAreLeft(t *testing.T) {
	known := []Found{{"B", 1}, {"A", 1}, {"C", 9}, {"D", 0}}
	q := Query[area]{Limit: 3}
	found, _, err := noHomes().Best(t.Context(), q, known...)
	require.NoError(t, err)
	require.Equal(t, []Found{{"C", 9}, {"A", 1}, {"B", 1}}, found)
	require.Equal(t, Found{"B", 1}, known[0], "the caller's slice is left alone")
}

func TestTheGreatestWorthIsAWorthLikeAnyOther(t *testing.T) {
	all := homes{{ID: "B"}, {ID: "A"}, {ID: "C"}}
	q := Query[area]{Limit: 2,
		Bound: func(*area) (uint64, bool) { return math.MaxUint64, true },
		Judge: func(string) (uint64, bool, error) { return math.MaxUint64, true, nil }}
	found, effort, err := noHomes().With(all...).Best(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, []Found{{"A", math.MaxUint64}, {"B", math.MaxUint64}}, found)
	require.Equal(t, Effort{Nodes: 1, Judged: 2}, effort)
}

func TestAnIdAtTwoPlacesIsTwoItems(t *testing.T) {
	all := homes{{At: 1, ID: "A"}, {At: 2, ID: "A"}, {At: 3, ID: "B"}}
	q := Query[area]{Limit: 2,
		Bound: func(*area) (uint64, bool) { return 5, true },
		Judge: func(string) (uint64, bool, error) { return 5, true, nil }}
	found, _, err := noHomes().With(all...).Best(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, []Found{{"A", 5}, {"A", 5}}, found)
}

func TestAJudgementThatFailsEndsTheSearch(t *testing.T) {
	d := rolled(t, 44)
	all := d.homes(2_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31, limit: 20}
	q := w.query(all)
	torn := errors.New("record is torn")
	judge, judged, failed := q.Judge, 0, ""
	q.Judge = func(id string) (uint64, bool, error) {
		if judged++; judged == 7 {
			failed = id
			return 0, true, torn
		}
		return judge(id)
	}
	found, effort, err := tree.Best(t.Context(), q)
	require.ErrorIs(t, err, torn)
	require.EqualError(t, err, fmt.Sprintf("index: judging %q: record is torn", failed))
	require.Nil(t, found)
	require.Equal(t, 7, effort.Judged)
}

func TestAnOfficerWhoHasGoneEndsTheSearch(t *testing.T) {
	d := rolled(t, 45)
	all := d.homes(5_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31, limit: 1_000, vague: true}
	ctx, cancel := context.WithCancel(t.Context())
	q := w.query(all)
	judge, judged := q.Judge, 0
	q.Judge = func(id string) (uint64, bool, error) {
		if judged++; judged == 500 {
			cancel()
		}
		return judge(id)
	}
	found, effort, err := tree.Best(ctx, q)
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, found)
	require.LessOrEqual(t, effort.Judged, 500+checkEvery)

	_, effort, err = tree.Best(ctx, q)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, effort, "one who left before the search costs nothing")
}
