package index

import (
	"cmp"
	"iter"
)

// Classes is how many sorts of item a tree counts apart, see [New].
const Classes = 16

// Item is one thing that can be found.
type Item[S any] struct {
	At  uint64 // its place on a curve along which near things are near, such as an s2.CellID
	ID  string
	Sum S // what is true of it
}

// Key names an item in a tree: the order of the tree is At, then ID.
type Key struct {
	At uint64
	ID string
}

func (k Key) compare(other Key) int {
	if k.At != other.At {
		return cmp.Compare(k.At, other.At)
	}
	return cmp.Compare(k.ID, other.ID)
}

// Tree is a set of items that does not change; the methods that look like
// changes return a new one. It is safe for concurrent use. Make the first with
// [New].
type Tree[S any] struct {
	unite func(into *S, all []S)
	class func(*S) int

	root  *node[S] // nil in an empty tree
	size  int
	kinds [Classes]int
}

// New returns an empty tree.
//
// unite sets *into to a summary that is true of everything that any of the others
// is true of, of which there is at least one, and leaves those alone.
//
// class says what sort an item is, from 0 to [Classes]-1, so that the tree can
// count each; an item of any other class is counted as of class 0. It must say
// the same whenever it is asked about equal summaries.
func New[S any](unite func(into *S, all []S), class func(*S) int) *Tree[S] {
	return &Tree[S]{unite: unite, class: class}
}

// Get returns the summary of the item with that key, and whether there is one.
func (t *Tree[S]) Get(k Key) (S, bool) {
	if sum := t.find(k); sum != nil {
		return *sum, true
	}
	var none S
	return none, false
}

func (t *Tree[S]) find(k Key) *S {
	for n := t.root; n != nil; {
		i, exact := n.position(k)
		switch {
		case !n.leaf():
			n = n.below[max(0, i)].node
		case exact:
			return &n.summaries()[i]
		default:
			return nil
		}
	}
	return nil
}

// Len is how many items the tree has.
func (t *Tree[S]) Len() int { return t.size }

// Of is how many items of a class the tree has; none of a class that is out of
// range.
func (t *Tree[S]) Of(class int) int {
	if class < 0 || class >= Classes {
		return 0
	}
	return t.kinds[class]
}

// tally counts an item in (by 1) or out (by -1).
func (t *Tree[S]) tally(sum *S, by int) {
	class := t.class(sum)
	if class < 0 || class >= Classes {
		class = 0
	}
	t.kinds[class] += by
	t.size += by
}

// All yields every item in order of key.
func (t *Tree[S]) All() iter.Seq[Item[S]] {
	return func(yield func(Item[S]) bool) {
		if t.root != nil {
			t.root.walk(yield)
		}
	}
}

// Count counts the items for which some holds. Of a summary of several items,
// all says that it holds of every one, none that it holds of no one, and
// neither sends the count further down; of a single item's summary exactly one
// of the two is true. The summary must not be changed.
func (t *Tree[S]) Count(some func(*S) (all, none bool)) int {
	if t.root == nil {
		return 0
	}
	return t.root.count(some)
}
