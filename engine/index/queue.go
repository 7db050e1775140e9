package index

// contender is an item, or all items beneath a node: the most they can be worth
// and the smallest id of them.
type contender[S any] struct {
	Found
	node   *node[S] // nil for an item
	judged bool     // its worth is what it is worth
}

// queue is a binary heap whose head is the contender that beats all others. It
// is written out because container/heap would box each contender.
type queue[S any] []contender[S]

func (q *queue[S]) push(c contender[S]) {
	h := append(*q, c)
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !c.beats(&h[up].Found) {
			break
		}
		h[i], i = h[up], up
	}
	h[i] = c
	*q = h
}

// pop takes the head out; the queue must not be empty.
func (q *queue[S]) pop() contender[S] {
	h := *q
	head, c := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	i := 0
	for down := 1; down < len(h); down = 2*i + 1 {
		if next := down + 1; next < len(h) && h[next].beats(&h[down].Found) {
			down = next
		}
		if !h[down].beats(&c.Found) {
			break
		}
		h[i], i = h[down], down
	}
	if len(h) > 0 {
		h[i] = c
	}
	*q = h
	return head
}
