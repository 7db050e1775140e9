package index

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func read(all homes) func(int, *Key, *area) {
	return func(i int, k *Key, sum *area) { *k, *sum = key(all[i]), all[i].Sum }
}

func TestARegionIsLoadedAsItWasBuilt(t *testing.T) {
	for i, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			d := rolled(t, 450+uint64(i))
			for _, n := range []int{0, 1, 2, 15, 16, 17, 31, 256, 257, 4_097} {
				all := d.homes(n, m)
				built := noHomes().Build(all) // sorts them
				all = slices.CompactFunc(all, func(a, b home) bool { return key(a) == key(b) })
				loaded, ok := noHomes().Load(len(all), read(all))
				require.True(t, ok)
				requireHolds(t, loaded, all)
				require.Equal(t, built.root, loaded.root)
				require.Equal(t, built.kinds, loaded.kinds)
			}
		})
	}
}

func TestHomesOutOfOrderAreNotLoaded(t *testing.T) {
	d := rolled(t, 460)
	for range 100 {
		all := make(homes, 2+d.IntN(100))
		for i := range all {
			all[i] = home{At: uint64(i / 3), ID: fmt.Sprintf("H-%03d", i)}
		}
		_, ok := noHomes().Load(len(all), read(all))
		require.True(t, ok)
		i := 1 + d.IntN(len(all)-1)
		twice := slices.Clone(all)
		twice[i] = twice[i-1]
		_, ok = noHomes().Load(len(twice), read(twice))
		require.False(t, ok, "a home is there twice, at %d of %d", i, len(all))
		all[i], all[i-1] = all[i-1], all[i]
		_, ok = noHomes().Load(len(all), read(all))
		require.False(t, ok, "two homes are exchanged, at %d of %d", i, len(all))
	}
}
