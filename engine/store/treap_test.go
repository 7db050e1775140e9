package store

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func (t *treap) depth() int {
	if t == nil {
		return 0
	}
	return 1 + max(t.left.depth(), t.right.depth())
}

// inOrder checks order and heap property and counts the nodes.
func (t *treap) inOrder(tb testing.TB) int {
	keys := t.keys(tb)
	require.True(tb, slices.IsSorted(keys))
	return len(slices.Compact(keys))
}

// keys are those of the tree from left to right.
func (t *treap) keys(tb testing.TB) []string {
	if t == nil {
		return nil
	}
	for _, below := range []*treap{t.left, t.right} {
		require.True(tb, below == nil || below.priority <= t.priority)
	}
	return slices.Concat(t.left.keys(tb), []string{string(t.pair.Key)}, t.right.keys(tb))
}

func TestTreapStaysShallowWhenFilledInOrder(t *testing.T) {
	var root *treap
	e := new(edit)
	for i := range 1 << 14 {
		key := fmt.Appendf(nil, "%08d", i)
		root = root.put(Pair{Key: key}, maphash.Bytes(treapSeed, key), e)
	}
	require.Equal(t, 1<<14, root.inOrder(t))
	require.Less(t, root.depth(), 70, "about 2.5 times the best depth of 14 is usual")
}

func TestTreapSharesWhatACommitDoesNotTouch(t *testing.T) {
	kv := NewMemory().(*memory)
	ops := make([]Op, 10_000)
	for i := range ops {
		ops[i] = put(fmt.Sprintf("%05d", i), "")
	}
	commit(t, kv, ops...)
	before := kv.root
	commit(t, kv, put("04321", "new"))
	require.Less(t, fresh(kv.root, before), 70, "one path was copied, not the tree")
	require.Equal(t, "", string(before.get([]byte("04321")).pair.Value))
}

// fresh counts the nodes of a that are not in b at the same place.
func fresh(a, b *treap) int {
	if a == b || a == nil {
		return 0
	}
	if b == nil {
		return 1 + fresh(a.left, nil) + fresh(a.right, nil)
	}
	return 1 + fresh(a.left, b.left) + fresh(a.right, b.right)
}

func TestTreapRemovesInAnyOrder(t *testing.T) {
	seeds(t, 5, func(t *testing.T, r *rand.Rand) {
		var root *treap
		for i := range 200 {
			key := fmt.Appendf(nil, "%03d", i)
			root = root.put(Pair{Key: key}, r.Uint64(), new(edit))
		}
		for left, i := range r.Perm(200) {
			require.Equal(t, 200-left, root.inOrder(t))
			root = root.remove(fmt.Appendf(nil, "%03d", i), new(edit))
			require.Nil(t, root.get(fmt.Appendf(nil, "%03d", i)))
		}
		require.Nil(t, root)
	})
}

func TestGateLetsTheLastOneOutFinish(t *testing.T) {
	var g gate
	ran := 0
	require.NoError(t, g.enter())
	require.NoError(t, g.enter())
	require.True(t, g.close(func() { ran++ }))
	require.ErrorIs(t, g.enter(), ErrClosed)
	require.False(t, g.close(func() { ran += 10 }), "only the first close counts")
	g.leave()
	require.Zero(t, ran)
	g.leave()
	require.Equal(t, 1, ran)
}

func TestGateThatIsEmptyFinishesAtOnce(t *testing.T) {
	var g gate
	ran := false
	require.True(t, g.close(func() { ran = true }))
	require.True(t, ran)
}
