package index

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Query says what is looked for.
type Query[S any] struct {
	// Bound returns the most that any item under the summary can be worth; not
	// ok if none of them is of use. The summary must not be changed.
	Bound func(*S) (worth uint64, ok bool)

	// Bounds, where it is given, is asked instead of Bound, and about all that is
	// right beneath a node at once: it yields the place of each summary that is of
	// use, once, with its bound. The same summaries always come in the same slice,
	// so that who asks many queries of one tree can keep what it knows of them. The
	// summaries must not be changed.
	Bounds func(sums []S, yield func(i int, worth uint64))

	// Judge returns what the item is worth, never more than the Bound of any
	// summary it is under, its own among them; not ok if it is of no use. An
	// error ends the search.
	Judge func(id string) (worth uint64, ok bool, err error)

	// Limit is how many are wanted; of zero or less the answer is empty.
	Limit int
}

// Found is an item of the answer.
type Found struct {
	ID    string
	Worth uint64
}

// beats is the order of an answer: worth descending, then id ascending.
func (f *Found) beats(other *Found) bool {
	if f.Worth != other.Worth {
		return f.Worth > other.Worth
	}
	return f.ID < other.ID
}

// Effort is what a search cost: nodes whose children were bounded, and items
// judged.
type Effort struct{ Nodes, Judged int }

// checkEvery is how many steps of a search pass between two looks at its
// context. A step bounds at most 16 summaries or judges one item.
const checkEvery = 64

// Best returns the Limit best items, worth descending, then id ascending:
// exactly what judging every item would give. known are contenders that were
// judged already and stand in the answer where they belong; Judge must say not
// ok of them, or they are in it twice.
//
// Items are judged one after another, those that could be worth most first, and
// only while they could still enter the answer. Errors are those of the context
// and, wrapped, of Judge; the answer is nil then, the effort what was spent.
func (t *Tree[S]) Best(ctx context.Context, q Query[S], known ...Found) ([]Found, Effort, error) {
	if q.Limit <= 0 {
		return nil, Effort{}, nil
	}
	s := search[S]{Query: q, best: top{limit: q.Limit}}
	s.queue.heap = make([]contender[S], 0, 32*fan)
	for i := range known {
		s.best.offer(known[i])
	}
	if err := s.run(ctx, t.root); err != nil {
		return nil, s.effort, err
	}
	return s.best.sorted(), s.effort, nil
}

// search is one run of a query.
type search[S any] struct {
	Query[S]
	queue  queue[S] // what was bounded and is not yet expanded or judged
	best   top
	effort Effort
}

func (s *search[S]) run(ctx context.Context, root *node[S]) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if root != nil {
		s.expand(root, math.MaxUint64)
	}
	for step := 1; len(s.queue.heap) > 0 && s.wins(&s.queue.heap[0]); step++ {
		if step%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		head := s.queue.pop()
		if child := head.in.child(head.at); child != nil {
			s.expand(child, head.worth)
		} else if err := s.judge(head.in.keys[head.at].ID); err != nil {
			return err
		}
	}
	return nil
}

// expand bounds what is right beneath a node, of which nothing is worth more than
// most, and queues what could still win.
func (s *search[S]) expand(n *node[S], most uint64) {
	s.effort.Nodes++
	sums := n.summaries()
	if s.Bounds != nil {
		s.Bounds(sums, func(i int, worth uint64) { s.put(n, i, min(worth, most)) })
		return
	}
	for i := range sums {
		if worth, ok := s.Bound(&sums[i]); ok {
			s.put(n, i, min(worth, most))
		}
	}
}

// put queues what is at a place of a node, if it could still win.
func (s *search[S]) put(n *node[S], i int, worth uint64) {
	c := contender[S]{worth: worth, in: n, at: i}
	if s.wins(&c) {
		s.queue.push(c)
	}
}

// wins says whether a contender could still enter the answer.
func (s *search[S]) wins(c *contender[S]) bool {
	if worst, full := s.best.worst(); full && c.worth <= worst.Worth {
		return c.worth == worst.Worth && c.id() < worst.ID
	}
	return true
}

func (s *search[S]) judge(id string) error {
	s.effort.Judged++
	worth, ok, err := s.Judge(id)
	if err != nil {
		return fmt.Errorf("index: judging %q: %w", id, err)
	}
	if ok {
		s.best.offer(Found{ID: id, Worth: worth})
	}
	return nil
}

// top holds the best found so far, at most limit of them, as a binary heap
// whose head is the worst.
type top struct {
	limit int
	found []Found
}

// everything has room for all.
var everything = top{limit: math.MaxInt}

// worst is the worst of the best, if there are as many as are wanted.
func (t *top) worst() (worst *Found, full bool) {
	if len(t.found) < t.limit {
		return nil, false
	}
	return &t.found[0], true
}

// offer puts the item in if it enters, in place of the worst if all are taken.
func (t *top) offer(f Found) {
	switch worst, full := t.worst(); {
	case !full:
		t.found = append(t.found, f)
		t.rise(len(t.found) - 1)
	case f.beats(worst):
		t.sink(f)
	}
}

func (t *top) rise(i int) {
	for up := (i - 1) / 2; i > 0 && t.found[up].beats(&t.found[i]); i, up = up, (up-1)/2 {
		t.found[i], t.found[up] = t.found[up], t.found[i]
	}
}

// sink puts f where the head was, and lower until nothing worse is beneath.
func (t *top) sink(f Found) {
	i := 0
	for down := 1; down < len(t.found); down = 2*i + 1 {
		if next := down + 1; next < len(t.found) && t.found[down].beats(&t.found[next]) {
			down = next
		}
		if !f.beats(&t.found[down]) {
			break
		}
		t.found[i], i = t.found[down], down
	}
	t.found[i] = f
}

func (t *top) sorted() []Found {
	slices.SortFunc(t.found, func(a, b Found) int {
		switch {
		case a.beats(&b):
			return -1
		case b.beats(&a):
			return 1
		}
		return 0
	})
	return t.found
}
