package index

import (
	"fmt"
	"math/bits"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// broad is a summary of about the size that a span of homes has, 176 bytes.
type broad [22]uint64

func (b *broad) unite(all []broad) {
	*b = all[0]
	for n := range all {
		for i := range b {
			b[i] = max(b[i], all[n][i])
		}
	}
}

func anyClass(*broad) int { return 0 }

func broadItems(d dice, n int) []Item[broad] {
	items := make([]Item[broad], n)
	for i := range items {
		items[i] = Item[broad]{At: d.Uint64(), ID: fmt.Sprintf("H-%08d", i), Sum: broad{uint64(i)}}
	}
	return items
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// bytesAnItem is what a tree adds to the heap, with its own copies of the ids.
func bytesAnItem(items []Item[broad], make func([]Item[broad]) *Tree[broad]) float64 {
	before := heap()
	tree := make(items)
	after := heap()
	runtime.KeepAlive(items)
	return float64(after-before) / float64(tree.Len())
}

func built(items []Item[broad]) *Tree[broad] {
	return New((*broad).unite, anyClass).Build(items)
}

const (
	broadBytes = 22 * 8
	room       = 76. // bytes an item beside its summary, 16 of them for want of a block of 16 summaries in the sizes of Go
)

func TestARegionBuiltAtOnceFitsInMemory(t *testing.T) {
	items := broadItems(rolled(t, 500), 200_000)
	perItem := bytesAnItem(items, built)
	t.Logf("%.1f bytes an item, %.1f above its summary", perItem, perItem-broadBytes)
	require.LessOrEqual(t, perItem, broadBytes+room)
	require.Greater(t, perItem, float64(broadBytes), "summaries must be in the tree to be measured")
}

func TestARegionGrownHomeByHomeFitsInMemory(t *testing.T) {
	items := broadItems(rolled(t, 501), 20_000)
	perItem := bytesAnItem(items, func(items []Item[broad]) *Tree[broad] {
		tree := New((*broad).unite, anyClass)
		for _, it := range items {
			tree = tree.With(it)
		}
		return tree
	})
	t.Logf("%.1f bytes an item, %.1f above its summary", perItem, perItem-broadBytes)
	require.LessOrEqual(t, perItem, 1.2*(broadBytes+room), "nodes hold no room that they do not use")
}

// levels is the depth that n items need if nodes are half full.
func levels(n int) int { return (bits.Len(uint(n)) + 2) / 3 }

func TestOneHomeCostsTheLogarithmOfTheRegion(t *testing.T) {
	d := rolled(t, 502)
	for _, n := range []int{1_000, 10_000, 100_000} {
		tree := built(broadItems(d, n))
		one := broadItems(d, 1_001) // AllocsPerRun runs once more to warm up
		next := 0
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		blocks := testing.AllocsPerRun(1_000, func() { tree = tree.With(one[next]); next++ })
		runtime.ReadMemStats(&after)
		bytes := float64(after.TotalAlloc-before.TotalAlloc) / float64(next)
		t.Logf("%d items: %.0f blocks, %.0f bytes", n, blocks, bytes)
		require.LessOrEqual(t, blocks, float64(6*levels(n)))
		require.LessOrEqual(t, bytes, float64(levels(n)*fan*(broadBytes+140)))
		requireSound(t, tree)
	}
}

func TestASearchAllocatesNothingByTheStep(t *testing.T) {
	d := rolled(t, 503)
	all := d.homes(20_000, manners[0])
	tree := noHomes().Build(append(homes{}, all...))
	w := wish{kinds: 31, limit: 2_000}
	q := w.query(all)
	var effort Effort
	blocks := testing.AllocsPerRun(5, func() {
		var err error
		_, effort, err = tree.Best(t.Context(), q)
		require.NoError(t, err)
	})
	require.Greater(t, effort.Judged, 1_999)
	require.Less(t, blocks, 60., "only the queue and the answer grow")
}

func TestOfficersSearchOldVersionsWhileHomesOpenAndClose(t *testing.T) {
	const readers, versions = 4, 60
	d := rolled(t, 504)
	all := map[Key]home{}
	for _, it := range d.homes(500, manners[0]) {
		all[key(it)] = it
	}
	v := version{noHomes(), all}
	v.tree = v.tree.With(v.homes()...)
	published := make([]chan version, readers)
	for i := range published {
		published[i] = make(chan version, versions)
	}
	var officers sync.WaitGroup
	for i := range published {
		mine := rolled(t, 510+uint64(i))
		officers.Go(func() {
			for v := range published[i] {
				if err := v.search(t.Context(), mine.wish(len(v.all))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range versions {
		for _, to := range published {
			to <- v
		}
		v = d.next(v, manners[0])
	}
	for _, to := range published {
		close(to)
	}
	officers.Wait()
}

func BenchmarkBest(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := rolled(b, 600)
			all := d.homes(n, manner{"scattered", 8, side, onCurve})
			worths := make(map[string]area, n)
			for _, it := range all {
				worths[it.ID] = it.Sum
			}
			tree := noHomes().Build(all)
			var total Effort
			for b.Loop() {
				w := wish{x: d.Int32N(side), y: d.Int32N(side), kinds: 31}
				found, effort, err := tree.Best(b.Context(), Query[area]{Bound: w.bound, Limit: 20,
					Judge: func(id string) (uint64, bool, error) { of := worths[id]; return w.worth(&of), true, nil }})
				if err != nil || len(found) != 20 {
					b.Fatal(len(found), err)
				}
				total.Nodes, total.Judged = total.Nodes+effort.Nodes, total.Judged+effort.Judged
			}
			b.ReportMetric(float64(total.Nodes)/float64(b.N), "nodes/op")
			b.ReportMetric(float64(total.Judged)/float64(b.N), "judged/op")
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	items := broadItems(rolled(b, 601), 100_000)
	shuffled := make([]Item[broad], len(items))
	b.Run("any order", func(b *testing.B) {
		for b.Loop() {
			copy(shuffled, items)
			if built(shuffled).Len() != len(items) {
				b.Fatal("items are missing")
			}
		}
	})
	b.Run("in order", func(b *testing.B) {
		for b.Loop() {
			if built(shuffled).Len() != len(items) {
				b.Fatal("items are missing")
			}
		}
		b.ReportMetric(bytesAnItem(shuffled, built), "B/item")
	})
}

func BenchmarkWith(b *testing.B) {
	d := rolled(b, 602)
	tree := built(broadItems(d, 100_000))
	for _, batch := range []int{1, 1_000} {
		more := broadItems(d, batch)
		b.Run(fmt.Sprint(batch), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if tree.With(more...).Len() != 100_000+batch {
					b.Fatal("items are missing")
				}
			}
		})
	}
}
