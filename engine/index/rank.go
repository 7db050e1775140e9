package index

import (
	"context"
	"math"
)

// Ranking yields the items of a tree one after another in the order of the most
// that each could be worth, for who wants to judge them later, or not at all. It
// is used by one goroutine.
type Ranking[S any] struct {
	search[S]
	root *node[S] // nil once it was looked into
}

// Promise is an item with the most that it could be worth.
type Promise[S any] struct {
	ID    string
	Sum   *S     // its summary; it must not be changed
	Worth uint64 // no more than that of the item before
}

// Rank begins a ranking by the Bound or Bounds of the query; the rest of it does
// not matter.
func (t *Tree[S]) Rank(q Query[S]) *Ranking[S] {
	return &Ranking[S]{search: search[S]{Query: q, best: everything}, root: t.root}
}

// Next returns the item that could be worth most of those that are left, of equals
// the one with the smallest id; there is none if more is false. The error is that
// of the context.
func (r *Ranking[S]) Next(ctx context.Context) (next Promise[S], more bool, err error) {
	if err := ctx.Err(); err != nil {
		return Promise[S]{}, false, err
	}
	if r.root != nil {
		r.expand(r.root, math.MaxUint64)
		r.root = nil
	}
	for len(r.queue.heap) > 0 {
		head := r.queue.pop()
		child := head.in.child(head.at)
		if child == nil {
			return Promise[S]{ID: head.in.keys[head.at].ID, Sum: &head.in.summaries()[head.at], Worth: head.worth}, true, nil
		}
		r.expand(child, head.worth)
	}
	return Promise[S]{}, false, nil
}

// Effort is what the ranking has cost so far; nothing is judged.
func (r *Ranking[S]) Effort() Effort { return r.effort }
