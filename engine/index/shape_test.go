package index

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// shape is what a walk over every node of a tree finds.
type shape[S any] struct {
	depth, nodes, items int
	sum                 S // the union of all items
}

// requireSound checks everything that a parent says of its children, and that
// the tree is as balanced and as tightly allocated as it is meant to be.
func requireSound[S comparable](t testing.TB, tree *Tree[S]) shape[S] {
	t.Helper()
	if tree.root == nil {
		require.Zero(t, tree.Len())
		require.Zero(t, tree.kinds)
		return shape[S]{}
	}
	if !tree.root.leaf() {
		require.Greater(t, len(tree.root.keys), 1, "a root with one child is one too many")
	}
	s := soundNode(t, tree, tree.root)
	require.Equal(t, tree.Len(), s.items)
	var kinds [Classes]int
	for it := range tree.All() {
		if class := tree.class(&it.Sum); class >= 0 && class < Classes {
			kinds[class]++
		} else {
			kinds[0]++
		}
	}
	require.Equal(t, kinds, tree.kinds)
	return s
}

func soundNode[S comparable](t testing.TB, tree *Tree[S], n *node[S]) shape[S] {
	t.Helper()
	require.NotEmpty(t, n.keys)
	require.LessOrEqual(t, len(n.keys), fan)
	require.Equal(t, cap(n.keys), cap(n.sums))
	require.Len(t, n.sums, cap(n.sums))
	require.True(t, slices.IsSortedFunc(n.keys, Key.compare))
	s := shape[S]{depth: 1, nodes: 1}
	tree.unite(&s.sum, n.summaries())
	if n.leaf() {
		s.items = len(n.keys)
		return s
	}
	require.Len(t, n.below, cap(n.sums))
	for i, b := range n.below {
		under := soundNode(t, tree, b.node)
		if under.sum != n.sums[i] || under.items != b.count || b.node.keys[0] != n.keys[i] || least(b.node) != b.least {
			require.Fail(t, "a parent is wrong about its child", "%+v, not %+v, %+v", under, n.sums[i], b)
		}
		if i > 0 {
			require.Equal(t, s.depth, under.depth+1, "leaves are all of one depth")
			require.Negative(t, last(n.below[i-1].node).compare(n.keys[i]))
		}
		s.depth, s.nodes, s.items = under.depth+1, s.nodes+under.nodes, s.items+under.items
	}
	return s
}

// least looks at every id beneath.
func least[S any](n *node[S]) string {
	id := n.keys[0].ID
	n.walk(func(it Item[S]) bool {
		id = min(id, it.ID)
		return true
	})
	return id
}

// last is the greatest key beneath.
func last[S any](n *node[S]) Key {
	for !n.leaf() {
		n = n.below[len(n.below)-1].node
	}
	return n.keys[len(n.keys)-1]
}

// nodesOf are all nodes of a tree, to see which two trees share.
func nodesOf[S any](tree *Tree[S]) map[*node[S]]bool {
	all := map[*node[S]]bool{}
	var visit func(*node[S])
	visit = func(n *node[S]) {
		all[n] = true
		for _, b := range n.below {
			visit(b.node)
		}
	}
	if tree.root != nil {
		visit(tree.root)
	}
	return all
}

// madeFor counts the nodes of a tree that an older one does not have.
func madeFor[S any](newer, older *Tree[S]) int {
	old, made := nodesOf(older), 0
	for n := range nodesOf(newer) {
		if !old[n] {
			made++
		}
	}
	return made
}

// requireHolds checks that a tree is sound and holds these homes and no others.
func requireHolds(t testing.TB, tree *Tree[area], all homes) {
	t.Helper()
	want := inOrder(all)
	require.Equal(t, want, append(homes{}, slices.Collect(tree.All())...))
	require.Equal(t, len(want), tree.Len())
	requireSound(t, tree)
}
