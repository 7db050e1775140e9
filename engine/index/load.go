package index

import (
	"runtime"
	"sync"
)

// Load returns a tree of n items that are in order of key, no key twice, packed
// full, that widens and classes as t does. read fills in the key and the summary
// of an item; it is called once for each, from several goroutines. Load says
// whether the order was kept: if it was not there is no tree.
//
// It makes what [Tree.Build] makes, without a copy of the items on the way.
func (t *Tree[S]) Load(n int, read func(i int, k *Key, sum *S)) (*Tree[S], bool) {
	next := New(t.widen, t.class)
	leaves := make([]child[S], parts(n))
	unions := make([]S, len(leaves))
	first := func(leaf int) int { return leaf*(n/len(leaves)) + min(leaf, n%len(leaves)) } // cut as evenly does
	workers := make([]loader[S], min(runtime.GOMAXPROCS(0), max(1, len(leaves))))
	var all sync.WaitGroup
	for w := range workers {
		l := &workers[w]
		l.Tree, l.read = New(t.widen, t.class), read
		all.Go(func() {
			for i := w * len(leaves) / len(workers); i < (w+1)*len(leaves)/len(workers); i++ {
				leaves[i] = l.leaf(first(i), first(i+1))
				leaves[i].node.union(t.widen, &unions[i])
				leaves[i].sum = &unions[i]
			}
		})
	}
	all.Wait()
	for w := range workers {
		if workers[w].disordered {
			return nil, false
		}
		next.size += workers[w].size
		for class, count := range workers[w].kinds {
			next.kinds[class] += count
		}
	}
	for i := 1; i < len(leaves); i++ {
		if last := leaves[i-1].node.keys; last[len(last)-1].compare(leaves[i].key) >= 0 {
			return nil, false
		}
	}
	next.grow(leaves)
	return next, true
}

// loader reads some of the leaves.
type loader[S any] struct {
	*Tree[S]   // counts what was read
	read       func(i int, k *Key, sum *S)
	disordered bool
}

// leaf reads the items from one place to before another.
func (l *loader[S]) leaf(from, to int) child[S] {
	n := &node[S]{keys: make([]Key, to-from), sums: make([]S, to-from)}
	for i := range n.keys {
		l.read(from+i, &n.keys[i], &n.sums[i])
		l.tally(&n.sums[i], 1)
		l.disordered = l.disordered || i > 0 && n.keys[i-1].compare(n.keys[i]) >= 0
	}
	return child[S]{branch: n.branch(), key: n.keys[0]}
}
