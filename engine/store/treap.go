package store

import (
	"bytes"
	"hash/maphash"
)

// treap is an ordered map whose old versions stay readable: a put copies the
// path from the root to the key and shares the rest. Priorities are hashes of
// the keys, so the expected depth is logarithmic whatever the order of the puts.
//
// Nodes that were made in the same edit are changed in place, because nobody
// else can see them yet.
type treap struct {
	pair        Pair
	priority    uint64
	edit        *edit
	left, right *treap
}

// edit marks the nodes that one commit has made. It has a size, so that two
// edits never share an address.
type edit struct{ _ byte }

// treapSeed differs between processes. It moves the shape of the tree only,
// never what is read from it.
var treapSeed = maphash.MakeSeed()

func (t *treap) get(key []byte) *treap {
	for t != nil {
		switch c := bytes.Compare(key, t.pair.Key); {
		case c == 0:
			return t
		case c < 0:
			t = t.left
		default:
			t = t.right
		}
	}
	return nil
}

// own returns the node itself if the edit made it, or a copy that it owns.
func (t *treap) own(e *edit) *treap {
	if t.edit == e {
		return t
	}
	c := *t
	c.edit = e
	return &c
}

// put returns the tree with the pair in it.
func (t *treap) put(p Pair, priority uint64, e *edit) *treap {
	if t == nil {
		return &treap{pair: p, priority: priority, edit: e}
	}
	t = t.own(e)
	switch c := bytes.Compare(p.Key, t.pair.Key); {
	case c == 0:
		t.pair = p
	case c < 0:
		t.left = t.left.put(p, priority, e)
		if t.left.priority > t.priority {
			return t.rotateRight()
		}
	default:
		t.right = t.right.put(p, priority, e)
		if t.right.priority > t.priority {
			return t.rotateLeft()
		}
	}
	return t
}

// rotateRight lifts the left child, which the edit owns like t itself.
func (t *treap) rotateRight() *treap {
	up := t.left
	t.left, up.right = up.right, t
	return up
}

func (t *treap) rotateLeft() *treap {
	up := t.right
	t.right, up.left = up.left, t
	return up
}

// remove returns the tree without the key, which must be in it.
func (t *treap) remove(key []byte, e *edit) *treap {
	c := bytes.Compare(key, t.pair.Key)
	if c == 0 {
		return merge(t.left, t.right, e)
	}
	t = t.own(e)
	if c < 0 {
		t.left = t.left.remove(key, e)
	} else {
		t.right = t.right.remove(key, e)
	}
	return t
}

// merge joins two trees; every key of a comes before every key of b.
func merge(a, b *treap, e *edit) *treap {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.priority > b.priority:
		a = a.own(e)
		a.right = merge(a.right, b, e)
		return a
	}
	b = b.own(e)
	b.left = merge(a, b.left, e)
	return b
}

// walk yields the pairs whose key starts with prefix, in order, until yield
// says no; it says whether to go on.
func (t *treap) walk(prefix []byte, yield func(Pair) bool) bool {
	if t == nil {
		return true
	}
	has := bytes.HasPrefix(t.pair.Key, prefix)
	before := bytes.Compare(t.pair.Key, prefix) < 0 // then nothing to the left has the prefix
	if !before && !t.left.walk(prefix, yield) {
		return false
	}
	if has && !yield(t.pair) {
		return false
	}
	if !before && !has { // past the last key with the prefix
		return true
	}
	return t.right.walk(prefix, yield)
}
