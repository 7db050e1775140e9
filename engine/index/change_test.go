package index

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// version is a tree and what should be in it.
type version struct {
	tree *Tree[area]
	all  map[Key]home
}

func (v version) homes() homes { return inOrder(slices.Collect(maps.Values(v.all))) }

// next draws a batch of homes that open, change or close, and makes it.
func (d dice) next(v version, m manner) version {
	n := version{v.tree, maps.Clone(v.all)}
	there := v.homes()
	batch := 1 + d.IntN([]int{1, 5, 200}[d.IntN(3)])
	if d.IntN(2) == 0 {
		var opened homes
		for range batch {
			it := d.home(fmt.Sprintf("N-%03d", d.IntN(500)), m)
			if len(there) > 0 && d.IntN(2) == 0 {
				old := there[d.IntN(len(there))]
				it.At, it.ID = old.At, old.ID
			}
			opened = append(opened, it)
			n.all[key(it)] = it
		}
		n.tree = v.tree.With(opened...)
		return n
	}
	var closed []Key
	for range batch {
		k := Key{d.Uint64N(50), "nobody"}
		if len(there) > 0 && d.IntN(8) > 0 {
			k = key(there[d.IntN(len(there))])
		}
		closed = append(closed, k)
		delete(n.all, k)
	}
	n.tree = v.tree.Without(closed...)
	return n
}

// search compares one search of a version with its own list of homes. Homes that
// are of one id at two places are judged of no use, since Judge is told the id
// alone.
func (v version) search(ctx context.Context, w wish) error {
	all, places := v.homes(), map[string]int{}
	for _, it := range all {
		places[it.ID]++
	}
	q := w.query(all)
	judge := q.Judge
	q.Judge = func(id string) (uint64, bool, error) {
		worth, ok, err := judge(id)
		return worth, ok && places[id] == 1, err
	}
	found, _, err := v.tree.Best(ctx, q)
	want := w.bestOf(slices.DeleteFunc(all, func(it home) bool { return places[it.ID] > 1 }))
	if err == nil && !slices.Equal(want, found) {
		err = fmt.Errorf("%+v of %d homes: want %v, found %v", w, len(all), want, found)
	}
	return err
}

func TestEveryVersionOfARegionStaysWhatItWas(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 100+uint64(i))
			versions := []version{{tree: noHomes()}}
			versions[0].all = map[Key]home{}
			for range 120 {
				versions = append(versions, d.next(versions[len(versions)-1], m))
			}
			for _, v := range versions {
				requireHolds(t, v.tree, v.homes())
				require.NoError(t, v.search(t.Context(), d.wish(len(v.all))))
			}
		})
	}
}

func TestARegionThatGrewIsTheRegionBuiltAnew(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 200+uint64(i))
			v := version{noHomes(), map[Key]home{}}
			for range 150 {
				v = d.next(v, m)
			}
			all := v.homes()
			built := noHomes().Build(append(homes{}, all...))
			grown := requireSound(t, v.tree)
			require.Equal(t, requireSound(t, built).sum, grown.sum)
			require.Equal(t, slices.Collect(built.All()), slices.Collect(v.tree.All()))
			for class := -1; class <= Classes; class++ {
				require.Equal(t, built.Of(class), v.tree.Of(class))
			}
			for range 20 {
				east := within(d.Int32N(m.spots), d.Int32N(m.spots))
				require.Equal(t, built.Count(east), v.tree.Count(east))
			}
		})
	}
}

func TestSummariesAreUnitedInOrder(t *testing.T) {
	d := rolled(t, 300)
	written := func(n int) Item[string] { return Item[string]{At: uint64(n), Sum: fmt.Sprintf("%d.", n)} }
	tree := New(func(into *string, all []string) { *into = strings.Join(all, "") }, func(*string) int { return 0 })
	there := map[int]bool{}
	for range 3_000 {
		n := d.IntN(600)
		if there[n] = !there[n]; there[n] {
			tree = tree.With(written(n))
		} else {
			tree = tree.Without(Key{At: uint64(n)})
		}
	}
	var want string
	for n := range 600 {
		if there[n] {
			want += written(n).Sum
		}
	}
	require.Equal(t, want, requireSound(t, tree).sum, "nothing is left out, doubled or out of order")
}

func TestTakingTheFarthestHomeAwayNarrowsTheSummary(t *testing.T) {
	d := rolled(t, 301)
	all := d.homes(1_000, manner{"in one town", 10, 50, onCurve})
	far := home{At: curve(side, side), ID: "far", Sum: area{west: side, east: side, south: side, north: side, kinds: 1 << 9}}
	town := noHomes().Build(append(homes{}, all...))
	with := town.With(far)
	require.EqualValues(t, side, requireSound(t, with).sum.east)
	require.Equal(t, 1, with.Of(9))
	again := with.Without(key(far))
	require.Equal(t, requireSound(t, town).sum, requireSound(t, again).sum)
	require.Zero(t, again.Of(9))
}

func TestAHomeThatChangesIsReplaced(t *testing.T) {
	before := home{At: 5, ID: "H", Sum: area{kinds: 1 << 1}}
	after := home{At: 5, ID: "H", Sum: area{kinds: 1 << 2, best: 3}}
	old := noHomes().With(before)
	tree := old.With(after)
	requireHolds(t, tree, homes{after})
	require.Equal(t, [2]int{0, 1}, [2]int{tree.Of(1), tree.Of(2)})
	requireHolds(t, old, homes{before})
	requireHolds(t, old.With(before, after, after, before), homes{before})
	requireHolds(t, old.Without(key(after)), nil)
}

func TestAChangeOfNothingIsTheSameTree(t *testing.T) {
	tree := noHomes().With(home{At: 5, ID: "H"})
	require.Same(t, tree, tree.With())
	require.Same(t, tree, tree.Without())
	require.Same(t, tree, tree.Without(Key{5, "G"}, Key{4, "H"}, Key{6, "H"}))
	requireHolds(t, noHomes().Without(Key{5, "H"}), nil)
}

func TestTheCallersHomesAreLeftAlone(t *testing.T) {
	d := rolled(t, 302)
	all := d.homes(300, manners[0])
	given := slices.Clone(all)
	tree := noHomes().With(given...)
	require.Equal(t, all, given, "With leaves the slice as it was")
	clear(given)
	requireHolds(t, tree, all)
	tree = tree.With(d.homes(300, manners[1])...)
	require.Equal(t, make(homes, 300), given)

	gone := keys(all)
	asked := slices.Clone(gone)
	tree.Without(asked...)
	require.Equal(t, gone, asked)

	given = slices.Clone(all)
	tree = noHomes().Build(given)
	clear(given)
	requireHolds(t, tree, all)
}

func TestClosingHomesNeverDeepensTheTree(t *testing.T) {
	d := rolled(t, 303)
	all := d.homes(5_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	order := d.Perm(len(all))
	depth := requireSound(t, tree).depth
	for i, at := range order {
		tree = tree.Without(key(all[at]))
		if i%250 != 0 && i < len(all)-20 {
			continue
		}
		s := requireSound(t, tree)
		require.LessOrEqual(t, s.depth, depth)
		depth = s.depth
	}
	requireHolds(t, tree, nil)
	requireHolds(t, tree.With(all[:3]...), all[:3])
}

func TestARegionThatThinsOutKeepsItsDepthAndNoEmptyNode(t *testing.T) {
	d := rolled(t, 304)
	all := inOrder(d.homes(4_096, manners[0]))
	tree := noHomes().Build(append(homes{}, all...))
	before := requireSound(t, tree)
	var left homes
	var gone []Key
	for i, it := range all {
		if i%fan == 0 {
			left = append(left, it)
		} else {
			gone = append(gone, key(it))
		}
	}
	thin := tree.Without(gone...)
	after := requireSound(t, thin)
	require.Equal(t, before.depth, after.depth, "one home a leaf is left, and leaves are not joined")
	require.Equal(t, before.nodes, after.nodes)
	requireHolds(t, thin, left)
	require.Less(t, requireSound(t, thin.Build(left)).nodes, after.nodes)
}

func TestANodeThatOverflowsIsSplitInHalves(t *testing.T) {
	d := rolled(t, 307)
	all := d.homes(fan+1, manners[0])
	tree := noHomes().Build(append(homes{}, all[:fan]...)).With(all[fan])
	require.Len(t, tree.root.below, 2)
	require.Equal(t, [2]int{9, 8}, [2]int{tree.root.below[0].count, tree.root.below[1].count})
	requireHolds(t, tree, all)
}

func TestOneHomeCopiesOnePath(t *testing.T) {
	d := rolled(t, 305)
	all := d.homes(20_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	depth := requireSound(t, tree).depth
	for range 20 {
		it := all[d.IntN(len(all))]
		it.Sum.best++
		require.Equal(t, depth, madeFor(tree.With(it), tree))
		require.LessOrEqual(t, madeFor(tree.Without(key(it)), tree), depth)
		require.LessOrEqual(t, madeFor(tree.With(d.home("new", manners[0])), tree), 2*depth+1, "at worst every node of the path splits")
	}
}

func TestSummariesOfWhatDidNotChangeAreNotUnitedAgain(t *testing.T) {
	d := rolled(t, 308)
	all := d.homes(20_000, manners[0])
	united := 0
	tree := New(func(into *area, all []area) { united += len(all); into.unite(all) }, (*area).class).Build(append(homes{}, all...))
	require.Less(t, united, len(all)*fan/(fan-1)+fan, "each summary goes into one other")
	depth := requireSound(t, tree).depth
	for range 20 {
		united = 0
		tree = tree.With(d.home("new", manners[0])).Without(key(all[d.IntN(len(all))]))
		require.LessOrEqual(t, united, 2*depth*fan, "for each of two changes, the children of one path")
	}
}

func TestABatchMakesEachNodeOnce(t *testing.T) {
	d := rolled(t, 306)
	all := d.homes(20_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	nodes := requireSound(t, tree).nodes
	require.Equal(t, nodes, madeFor(tree.With(all...), tree))
	blocks := testing.AllocsPerRun(1, func() { tree.With(all...) })
	require.Less(t, blocks, float64(6*nodes), "six blocks of memory a node at most: itself, its keys, their ids, summaries, children and a list of them")
	street := inOrder(all)[1_000:1_100]
	require.Less(t, madeFor(tree.With(street...), tree), 100/fan+2+2*requireSound(t, tree).depth)
}
