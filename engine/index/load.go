package index

import "sync"

// PageSize is how many items a page of [Pages] has; the last may have fewer.
const PageSize = fan

// Pages are the items of a tree that is kept elsewhere, such as in a file.
type Pages[S any] struct {
	Keys    []Key        // of all items, in order, no key twice; the tree keeps the slice
	Unions  []S          // of each page, true of every item of the page
	Classes [Classes]int // how many items there are of each class
	// Read fills in the summaries of a page. It is called at most once for each
	// page, when somebody first looks into the page, by any goroutine.
	Read func(page int, sums []S)
}

// Load returns a tree of the items, which unites and classes as t does, without
// reading any page. It says whether the parts fit together: if a key is out of
// order or a number is wrong there is no tree. Whether unions and classes are
// true of the items it cannot notice.
func (t *Tree[S]) Load(p Pages[S]) (*Tree[S], bool) {
	next := New(t.unite, t.class)
	next.kinds = p.Classes
	for _, n := range p.Classes {
		next.size += n
	}
	n := len(p.Keys)
	if next.size != n || len(p.Unions) != parts(n) {
		return nil, false
	}
	for i := 1; i < n; i++ {
		if p.Keys[i-1].compare(p.Keys[i]) >= 0 {
			return nil, false
		}
	}
	leaves := make([]child[S], len(p.Unions))
	nodes, late := make([]node[S], len(leaves)), make([]page[S], len(leaves))
	for i := range leaves {
		to := min(n, (i+1)*PageSize)
		late[i] = page[S]{number: i, read: p.Read}
		nodes[i] = node[S]{keys: p.Keys[i*PageSize : to : to], late: &late[i]}
		leaves[i] = child[S]{branch: nodes[i].branch(), key: nodes[i].keys[0], sum: &p.Unions[i]}
	}
	next.grow(leaves)
	return next, true
}

// page is a leaf of which the summaries are read when they are first asked for.
type page[S any] struct {
	once   sync.Once
	number int
	read   func(page int, sums []S)
}

// summaries are those of the items, or of all beneath each child.
func (n *node[S]) summaries() []S {
	if n.late != nil {
		n.late.once.Do(func() {
			sums := make([]S, len(n.keys))
			n.late.read(n.late.number, sums)
			n.sums = sums
		})
	}
	return n.sums
}
