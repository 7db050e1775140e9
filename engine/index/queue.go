package index

// contender is an item, or all items beneath a node. It does not hold its id, which
// is asked for only where worths are equal: most contenders are never looked at
// again.
type contender[S any] struct {
	worth uint64   // the most it can be worth
	in    *node[S] // that holds the item or the branch
	at    int      // its place in the node
}

func (c *contender[S]) id() string { return c.in.least(c.at) }

// queue is a binary heap whose head is the contender that beats all others: worth
// descending, then the smallest id ascending. It is written out because
// container/heap would box each contender.
type queue[S any] struct{ heap []contender[S] }

func (q *queue[S]) beats(a, b *contender[S]) bool {
	if a.worth != b.worth {
		return a.worth > b.worth
	}
	return a.id() < b.id()
}

func (q *queue[S]) push(c contender[S]) {
	h := append(q.heap, c)
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !q.beats(&c, &h[up]) {
			break
		}
		h[i], i = h[up], up
	}
	h[i] = c
	q.heap = h
}

// pop takes the head out; the queue must not be empty.
func (q *queue[S]) pop() contender[S] {
	h := q.heap
	head, c := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	i := 0
	for down := 1; down < len(h); down = 2*i + 1 {
		if next := down + 1; next < len(h) && q.beats(&h[next], &h[down]) {
			down = next
		}
		if !q.beats(&h[down], &c) {
			break
		}
		h[i], i = h[down], down
	}
	if len(h) > 0 {
		h[i] = c
	}
	q.heap = h
	return head
}
