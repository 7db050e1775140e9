package index

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARegionIsBuiltFromHomesInAnyOrder(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 400+uint64(i))
			for _, n := range []int{0, 1, 2, 15, 16, 17, 31, 255, 256, 257, 4_096, 4_097} {
				all := d.homes(n, m)
				given := slices.Clone(all)
				tree := noHomes().Build(given)
				requireHolds(t, tree, all)
				require.Equal(t, append(homes{}, inOrder(all)...), given, "the slice is sorted in place")
			}
		})
	}
}

func TestABuiltTreeIsPackedFull(t *testing.T) {
	d := rolled(t, 410)
	for _, n := range []int{1, 16, 17, 256, 1_000, 10_000} {
		nodes, level := 0, n
		for level > 1 || nodes == 0 {
			level = (level + fan - 1) / fan
			nodes += level
		}
		require.Equal(t, nodes, requireSound(t, noHomes().Build(d.homes(n, manners[0]))).nodes)
	}
}

func TestAHomeGivenTwiceIsTheLastGiven(t *testing.T) {
	d := rolled(t, 411)
	for range 200 {
		all := make(homes, d.IntN(120))
		for i := range all {
			all[i] = home{At: d.Uint64N(4), ID: fmt.Sprint(d.IntN(6)), Sum: area{best: uint64(i), kinds: 1 << d.IntN(4)}}
		}
		requireHolds(t, noHomes().With(all...), all)
		requireHolds(t, noHomes().With(d.homes(30, manners[1])...).Build(slices.Clone(all)), all)
	}
}

func TestAHomeIsFoundByItsKey(t *testing.T) {
	d := rolled(t, 412)
	for _, m := range manners {
		all := d.homes(700, m)
		tree := noHomes().With(all...)
		for _, it := range all {
			sum, ok := tree.Get(key(it))
			require.True(t, ok)
			require.Equal(t, it.Sum, sum)
			_, ok = tree.Get(Key{it.At, it.ID + "x"})
			require.False(t, ok)
			_, ok = tree.Get(Key{it.At, ""})
			require.False(t, ok)
		}
	}
	_, ok := noHomes().Get(Key{})
	require.False(t, ok)
}

func TestHomesAreReadUntilTheReaderHasEnough(t *testing.T) {
	d := rolled(t, 413)
	all := inOrder(d.homes(1_000, manners[0]))
	tree := noHomes().With(all...)
	for _, enough := range []int{1, 16, 17, 500, 1_000} {
		var read homes
		for it := range tree.All() {
			if read = append(read, it); len(read) == enough {
				break
			}
		}
		require.Equal(t, all[:enough], read)
	}
	for range noHomes().All() {
		require.Fail(t, "an empty tree has no home")
	}
}

func TestKindsAreCountedApart(t *testing.T) {
	of := func(class int) home { return home{ID: fmt.Sprint(class), Sum: area{kinds: 1 << class}} }
	tree := noHomes().With(of(0), of(1), of(15), home{ID: "no kind"}, of(16), of(31))
	require.Equal(t, 4, tree.Of(0), "what is out of range counts as class 0")
	require.Equal(t, 1, tree.Of(1))
	require.Equal(t, 1, tree.Of(15))
	for _, class := range []int{-1, Classes, 1 << 40} {
		require.Zero(t, tree.Of(class))
	}
	tree = tree.Without(Key{ID: "no kind"}, Key{ID: "16"}, Key{ID: "15"})
	require.Equal(t, [3]int{2, 1, 0}, [3]int{tree.Of(0), tree.Of(1), tree.Of(15)})
	requireSound(t, tree)
}

// within asks whether a home stands between two meridians.
func within(west, east int32) func(*area) (bool, bool) {
	return func(a *area) (all, none bool) {
		return a.west >= west && a.east <= east, a.east < west || a.west > east
	}
}

func TestHomesAreCountedWithoutLookingAtEach(t *testing.T) {
	for i, m := range manners {
		d := rolled(t, 420+uint64(i))
		for range 40 {
			all := d.homes(d.IntN(1_000), m)
			tree := noHomes().With(all...)
			west, east := d.Int32N(m.spots), d.Int32N(m.spots)
			want := 0
			for _, it := range all {
				if it.Sum.west >= west && it.Sum.west <= east {
					want++
				}
			}
			require.Equal(t, want, tree.Count(within(west, east)))
		}
	}
	tree := noHomes().Build(rolled(t, 430).homes(10_000, manners[0]))
	asked := 0
	require.Equal(t, 10_000, tree.Count(func(*area) (all, none bool) { asked++; return true, false }))
	require.Zero(t, tree.Count(func(*area) (all, none bool) { asked++; return false, true }))
	require.LessOrEqual(t, asked, 2*fan, "the root's children answer for all")
}
