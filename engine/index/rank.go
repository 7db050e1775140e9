package index

import (
	"context"
	"fmt"
	"math"
)

// Ranking yields the items of a tree one after another, best first: what
// [Tree.Best] gives, for who cannot say how many will be wanted. It is used by
// one goroutine.
type Ranking[S any] struct {
	search[S]
	started bool
	root    *node[S]
}

// Rank begins a ranking; the Limit of the query does not matter. known are as in
// [Tree.Best].
func (t *Tree[S]) Rank(q Query[S], known ...Found) *Ranking[S] {
	r := &Ranking[S]{search: search[S]{Query: q, best: top{limit: math.MaxInt}}, root: t.root}
	for i := range known {
		r.queue.pushJudged(known[i])
	}
	return r
}

// Next returns the next best item; there is none if more is false. Errors are
// those of the context and, wrapped, of Judge.
func (r *Ranking[S]) Next(ctx context.Context) (next Found, more bool, err error) {
	if err := ctx.Err(); err != nil {
		return Found{}, false, err
	}
	if !r.started && r.root != nil {
		r.expand(r.root)
	}
	r.started = true
	for len(r.queue.heap) > 0 {
		head := r.queue.pop()
		id := r.queue.id(&head)
		if head.in == nil {
			return Found{ID: id, Worth: head.worth}, true, nil
		}
		if child := head.in.child(head.at); child != nil {
			r.expand(child)
			continue
		}
		r.effort.Judged++
		worth, ok, err := r.Judge(id)
		if err != nil {
			return Found{}, false, fmt.Errorf("index: judging %q: %w", id, err)
		}
		if ok {
			r.queue.pushJudged(Found{ID: id, Worth: worth})
		}
	}
	return Found{}, false, nil
}

// Effort is what the ranking has cost so far.
func (r *Ranking[S]) Effort() Effort { return r.effort }
