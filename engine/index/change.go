package index

import (
	"iter"
	"slices"
	"strings"
)

// change is what a batch does to one key: put an item with this summary, or
// take the item out if sum is nil. Within a leaf that is made anew it also
// stands for the items that stay.
type change[S any] struct {
	key Key
	sum *S
}

// child is a node on its way into a new parent.
type child[S any] struct {
	branch[S]
	key Key // the smallest beneath
	sum *S  // what the old parent held; nil if the node is new
}

// With returns a tree that has these items too, each in place of the item with
// its key if there is one; of a key given twice the last counts.
func (t *Tree[S]) With(items ...Item[S]) *Tree[S] {
	if len(items) == 0 {
		return t
	}
	changes := make([]change[S], 0, len(items))
	for _, p := range ordered(items) {
		it := &items[p.i]
		changes = put(changes, it)
	}
	return t.apply(changes)
}

// put appends the item, or lets it take the place of the one before it.
func put[S any](changes []change[S], it *Item[S]) []change[S] {
	c := change[S]{key: Key{it.At, it.ID}, sum: &it.Sum}
	if last := len(changes) - 1; last >= 0 && changes[last].key == c.key {
		changes[last] = c
		return changes
	}
	return append(changes, c)
}

// Without returns a tree that lacks the items with these keys. Keys that are
// not in the tree are ignored.
func (t *Tree[S]) Without(keys ...Key) *Tree[S] {
	var changes []change[S]
	for _, k := range keys {
		if t.find(k) != nil {
			changes = append(changes, change[S]{key: k})
		}
	}
	if len(changes) == 0 {
		return t
	}
	slices.SortFunc(changes, func(a, b change[S]) int { return a.key.compare(b.key) })
	return t.apply(slices.CompactFunc(changes, func(a, b change[S]) bool { return a.key == b.key }))
}

// apply returns the tree after the changes, which are in order of key, no key
// twice.
func (t *Tree[S]) apply(changes []change[S]) *Tree[S] {
	next := *t
	next.grow(next.remake(t.root, changes, nil))
	return &next
}

// grow puts a root above the children.
func (t *Tree[S]) grow(children []child[S]) {
	for len(children) > 1 {
		children = t.inner(children, nil)
	}
	t.root = nil
	if len(children) == 1 {
		t.root = children[0].node
	}
	for t.root != nil && len(t.root.below) == 1 {
		t.root = t.root.below[0].node
	}
}

// remake appends to made the nodes that take the place of n: none if all its
// items are gone, several if it overflows. Children without a change are shared
// with the old tree.
func (t *Tree[S]) remake(n *node[S], changes []change[S], made []child[S]) []child[S] {
	if n == nil || n.leaf() {
		return t.leaves(t.merge(n, changes), made)
	}
	children := make([]child[S], 0, len(n.below)+1)
	for i := range n.below {
		mine := changes
		if i+1 < len(n.below) {
			mine = before(changes, n.keys[i+1])
		}
		changes = changes[len(mine):]
		if len(mine) == 0 {
			children = append(children, child[S]{branch: n.below[i], key: n.keys[i], sum: &n.sums[i]})
		} else {
			children = t.remake(n.below[i].node, mine, children)
		}
	}
	return t.inner(children, made)
}

// before returns the changes to keys before k.
func before[S any](changes []change[S], k Key) []change[S] {
	i, _ := slices.BinarySearchFunc(changes, k, func(c change[S], k Key) int { return c.key.compare(k) })
	return changes[:i]
}

// merge returns the items of a leaf after the changes, in order, and counts
// those that come and go.
func (t *Tree[S]) merge(leaf *node[S], changes []change[S]) []change[S] {
	for _, c := range changes {
		if c.sum != nil {
			t.tally(c.sum, 1)
		}
	}
	if leaf == nil {
		return changes
	}
	sums := leaf.summaries()
	merged := make([]change[S], 0, len(leaf.keys)+len(changes))
	for i, k := range leaf.keys {
		earlier := before(changes, k)
		merged, changes = append(merged, earlier...), changes[len(earlier):]
		if len(changes) == 0 || changes[0].key != k {
			merged = append(merged, change[S]{key: k, sum: &sums[i]})
			continue
		}
		t.tally(&sums[i], -1)
		if changes[0].sum != nil {
			merged = append(merged, changes[0])
		}
		changes = changes[1:]
	}
	return append(merged, changes...)
}

// leaves appends to made leaves that hold the items. The ids of a leaf lie side by
// side in memory, where they are read together.
func (t *Tree[S]) leaves(items []change[S], made []child[S]) []child[S] {
	made = slices.Grow(made, parts(len(items)))
	for part := range evenly(items) {
		n := &node[S]{keys: make([]Key, len(part)), sums: make([]S, len(part))}
		ids := joined(part)
		for i, it := range part {
			n.keys[i], n.sums[i] = Key{it.key.At, ids[:len(it.key.ID)]}, *it.sum
			ids = ids[len(it.key.ID):]
		}
		made = append(made, child[S]{branch: n.branch(), key: n.keys[0]})
	}
	return made
}

// joined is one copy of all the ids.
func joined[S any](items []change[S]) string {
	length := 0
	for i := range items {
		length += len(items[i].key.ID)
	}
	var ids strings.Builder
	ids.Grow(length)
	for i := range items {
		ids.WriteString(items[i].key.ID)
	}
	return ids.String()
}

// inner appends to made nodes that hold the children.
func (t *Tree[S]) inner(children []child[S], made []child[S]) []child[S] {
	made = slices.Grow(made, parts(len(children)))
	for part := range evenly(children) {
		n := &node[S]{keys: make([]Key, len(part)), sums: make([]S, len(part)), below: make([]branch[S], len(part))}
		for i, c := range part {
			n.keys[i], n.below[i] = c.key, c.branch
			if c.sum != nil {
				n.sums[i] = *c.sum
			} else {
				t.unite(&n.sums[i], c.node.summaries())
			}
		}
		made = append(made, child[S]{branch: n.branch(), key: n.keys[0]})
	}
	return made
}

// parts is how many nodes n items or children need.
func parts(n int) int { return (n + fan - 1) / fan }

// evenly cuts a slice into as few parts as fit into nodes, of lengths that
// differ by one at most.
func evenly[T any](all []T) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for left := parts(len(all)); left > 0; left-- {
			n := (len(all) + left - 1) / left
			if !yield(all[:n:n]) {
				return
			}
			all = all[n:]
		}
	}
}
