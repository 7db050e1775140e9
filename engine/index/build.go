package index

import (
	"cmp"
	"slices"
)

// Build returns a tree of these items alone, packed full, that unites and
// classes as t does. The items may come in any order, and of a key given twice
// the last counts; the slice itself is sorted by key. The tree keeps copies of
// the summaries.
func (t *Tree[S]) Build(items []Item[S]) *Tree[S] {
	sortByKey(items)
	changes := make([]change[S], 0, len(items))
	for i := range items {
		changes = put(changes, &items[i])
	}
	return New(t.unite, t.class).apply(changes)
}

// place is where an item of a slice belongs: sorting these moves 16 bytes at a
// step instead of a summary.
type place struct {
	at uint64
	i  int
}

// ordered returns the places of the items in order of key, those of one key in
// the order they were given.
func ordered[S any](items []Item[S]) []place {
	order := make([]place, len(items))
	for i := range items {
		order[i] = place{items[i].At, i}
	}
	slices.SortFunc(order, func(a, b place) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		if c := cmp.Compare(items[a.i].ID, items[b.i].ID); c != 0 {
			return c
		}
		return cmp.Compare(a.i, b.i)
	})
	return order
}

// sortByKey sorts in place and keeps the order of items of one key.
func sortByKey[S any](items []Item[S]) {
	order := ordered(items)
	for start := range order {
		if order[start].i == start {
			continue
		}
		first := items[start] // then each item of the cycle moves once
		to := start
		for order[to].i != start {
			from := order[to].i
			items[to], order[to].i = items[from], to
			to = from
		}
		items[to], order[to].i = first, to
	}
}
