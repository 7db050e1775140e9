package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOverlayReadsLikeAnEngineThatHasCommitted compares it with memory that has.
func TestOverlayReadsLikeAnEngineThatHasCommitted(t *testing.T) {
	seeds(t, 20, func(t *testing.T, r *rand.Rand) {
		under, both := NewMemory(), NewMemory()
		random := func(n int) (ops []Op) {
			seen := map[string]bool{}
			for range n {
				key := strings.Repeat("k", 1+r.IntN(3)) + fmt.Sprint(r.IntN(12))
				if !seen[key] {
					ops = append(ops, Op{Key: []byte(key), Value: []byte(fmt.Sprint(r.Int())), Delete: r.IntN(3) == 0})
				}
				seen[key] = true
			}
			return ops
		}
		base := random(20)
		commit(t, under, base...)
		commit(t, both, base...)
		over := &overlay{base: snapshot(t, under), read: map[string]Pair{}}
		for range 4 {
			ops := random(8)
			over.put(ops)
			commit(t, both, ops...)
			want := snapshot(t, both)
			for _, prefix := range []string{"", "k", "kk", "kkk", "k1", "z"} {
				require.Equal(t, pairs(t, want, prefix), pairs(t, over, prefix))
			}
			for n := range 12 {
				key := fmt.Appendf(nil, "kk%d", n)
				value, there, err := want.Get(key)
				require.NoError(t, err)
				got, version, err := over.Get(key)
				require.NoError(t, err)
				require.Equal(t, there != 0, version != 0)
				require.Equal(t, value, got)
			}
		}
		commit(t, under, over.ops()...)
		require.Equal(t, pairs(t, snapshot(t, both), ""), pairs(t, snapshot(t, under), ""))
		for range over.Scan(nil) { // stopping early is allowed
			break
		}
	})
}

// pairs are the keys that start with prefix and their values.
func pairs(t testing.TB, s Snapshot, prefix string) (out []string) {
	for p, err := range s.Scan([]byte(prefix)) {
		require.NoError(t, err)
		out = append(out, string(p.Key)+"="+string(p.Value))
	}
	return out
}
