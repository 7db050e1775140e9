package index

import "slices"

// fan is the most children or items a node has.
const fan = 16

// node is a leaf, which holds items, or holds children that are all of one
// depth. What a search asks of children lies in the parent, the summaries side
// by side in one block of memory, which is free of pointers if S is. Nodes are
// not changed once they are made, but for sums that are read late.
type node[S any] struct {
	keys  []Key       // of the items, or the smallest beneath each child
	sums  []S         // what summaries returns, once they are there
	below []branch[S] // the children; nil in a leaf
	late  *page[S]    // where the sums of a leaf come from that was loaded
}

// branch is what a parent knows of a child beside its summary.
type branch[S any] struct {
	node  *node[S]
	least string // the smallest id beneath
	count int    // of items beneath
}

func (n *node[S]) leaf() bool { return n.below == nil }

// position returns the place of the last key that is not after k, and whether
// it is k; -1 if all keys are after it.
func (n *node[S]) position(k Key) (int, bool) {
	i, exact := slices.BinarySearchFunc(n.keys, k, Key.compare)
	if exact {
		return i, true
	}
	return i - 1, false
}

// least is the smallest id beneath the node's place i.
func (n *node[S]) least(i int) string {
	if n.leaf() {
		return n.keys[i].ID
	}
	return n.below[i].least
}

// child is the subtree at place i, nil in a leaf.
func (n *node[S]) child(i int) *node[S] {
	if n.leaf() {
		return nil
	}
	return n.below[i].node
}

// branch sums up a node for the parent that is about to be made.
func (n *node[S]) branch() branch[S] {
	b := branch[S]{node: n, least: n.least(0)}
	for i := range n.keys {
		b.least = min(b.least, n.least(i))
		if n.leaf() {
			b.count++
		} else {
			b.count += n.below[i].count
		}
	}
	return b
}

// walk yields the items beneath in order until yield says no; it says whether
// to go on.
func (n *node[S]) walk(yield func(Item[S]) bool) bool {
	sums := n.summaries()
	for i, k := range n.keys {
		if n.leaf() {
			if !yield(Item[S]{At: k.At, ID: k.ID, Sum: sums[i]}) {
				return false
			}
		} else if !n.below[i].node.walk(yield) {
			return false
		}
	}
	return true
}

func (n *node[S]) count(some func(*S) (all, none bool)) int {
	total := 0
	sums := n.summaries()
	for i := range sums {
		all, none := some(&sums[i])
		switch {
		case none:
		case n.leaf():
			if all {
				total++
			}
		case all:
			total += n.below[i].count
		default:
			total += n.below[i].node.count(some)
		}
	}
	return total
}
