package index

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// shelved is a region in pages, and how often each page was read.
func shelved(all homes) (Pages[area], []atomic.Int32) {
	p := Pages[area]{Keys: keys(all)}
	for page := range slices.Chunk(all, PageSize) {
		sum := page[0].Sum
		for i := range page {
			sum.widen(&page[i].Sum)
		}
		p.Unions = append(p.Unions, sum)
	}
	for i := range all {
		p.Classes[all[i].Sum.class()]++
	}
	reads := make([]atomic.Int32, len(p.Unions))
	p.Read = func(page int, sums []area) {
		reads[page].Add(1)
		for i := range sums {
			sums[i] = all[page*PageSize+i].Sum
		}
	}
	return p, reads
}

var someHomes = []int{0, 1, 2, 15, 16, 17, 31, 256, 257, 4_097}

func TestARegionIsLoadedAsItWasKept(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 450+uint64(i))
			for _, n := range someHomes {
				all := inOrder(d.homes(n, m))
				pages, reads := shelved(all)
				loaded, ok := noHomes().Load(pages)
				require.True(t, ok)
				for page := range reads {
					require.Zero(t, reads[page].Load(), "nobody has looked yet")
				}
				requireHolds(t, loaded, all)
				require.Equal(t, noHomes().Build(slices.Clone(all)).kinds, loaded.kinds)
				for page := range reads {
					require.EqualValues(t, 1, reads[page].Load())
				}
			}
		})
	}
}

// Whoever looks first reads a page; what is asked and what is changed do not
// depend on which pages anybody has read, and pages nobody needs stay shut.
func TestPagesAreReadByWhoeverLooksIntoThem(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 470+uint64(i))
			all := inOrder(d.homes(2_000, m))
			pages, reads := shelved(all)
			loaded, ok := noHomes().Load(pages)
			require.True(t, ok)
			moved := all[d.IntN(len(all))]
			there := map[Key]home{}
			for _, it := range all {
				there[key(it)] = it
			}
			var officers sync.WaitGroup
			for n := range 4 {
				w := rolled(t, 480+uint64(n)).wish(len(all))
				w.kinds, w.vague, w.slack, w.limit = 31, false, 0, 5
				officers.Go(func() {
					if err := (version{loaded, there}).search(t.Context(), w); err != nil {
						t.Error(err)
					}
					if n := loaded.Without(key(moved)).Len(); n != len(all)-1 {
						t.Errorf("%d homes of %d are left without one", n, len(all))
					}
				})
			}
			officers.Wait()
			untouched := 0
			for page := range reads {
				require.LessOrEqual(t, reads[page].Load(), int32(1))
				if reads[page].Load() == 0 {
					untouched++
				}
			}
			if i == 0 {
				require.Greater(t, untouched, len(reads)/2, "most of a scattered region is of no use")
			}
			left := slices.DeleteFunc(slices.Clone(all), func(h home) bool { return key(h) == key(moved) })
			requireHolds(t, loaded.Without(key(moved)), left)
		})
	}
}

func TestPagesThatDoNotFitTogetherAreNotLoaded(t *testing.T) {
	d := rolled(t, 460)
	for range 100 {
		all := make(homes, 2+d.IntN(100))
		for i := range all {
			all[i] = home{At: uint64(i / 3), ID: fmt.Sprintf("H-%03d", i), Sum: area{kinds: 1}}
		}
		loads := func(all homes) bool {
			p, _ := shelved(all)
			_, ok := noHomes().Load(p)
			return ok
		}
		require.True(t, loads(all))
		i := 1 + d.IntN(len(all)-1)
		twice := slices.Clone(all)
		twice[i] = twice[i-1]
		require.False(t, loads(twice), "a home is there twice, at %d of %d", i, len(all))
		exchanged := slices.Clone(all)
		exchanged[i], exchanged[i-1] = exchanged[i-1], exchanged[i]
		require.False(t, loads(exchanged), "two homes are exchanged, at %d of %d", i, len(all))

		p, _ := shelved(all)
		p.Classes[3]++
		_, ok := noHomes().Load(p)
		require.False(t, ok, "more are counted than are there")
		p, _ = shelved(all)
		p.Unions = p.Unions[1:]
		_, ok = noHomes().Load(p)
		require.False(t, ok, "a page has no union")
	}
}
