package store

import (
	"context"
	"errors"
	"sync"
)

// asked is one change that somebody waits for in [Store.Do].
type asked struct {
	ctx    context.Context
	op     string
	decide Decide
	number uint64 // of those who joined the line

	turn chan *View    // the batch hands over what to decide on,
	says chan decision // and waits for this

	done    chan struct{} // closed once the two below are there
	receipt Receipt
	err     error
}

// decision is what came of one asking.
type decision struct {
	draft   *draft  // nil if nothing is to be written
	receipt Receipt // valid if the batch is written
	err     error
}

// errGone is said for somebody who has panicked, or whose goroutine has ended,
// in the middle of a decision. Nobody waits for the answer.
var errGone = errors.New("nobody waits for the answer")

// wait is the caller's side: it decides when its turn comes, on its own
// goroutine, so that a panic stays its own, and returns what became of it.
func (a *asked) wait(l *line) (Receipt, error) {
	cancelled := a.ctx.Done()
	for {
		select {
		case v := <-a.turn:
			a.say(v)
		case <-a.done:
			return a.receipt, a.err
		case <-cancelled:
			if l.leave(a) {
				return Receipt{}, a.ctx.Err()
			}
			cancelled = nil // a batch has it, and answers soon
		}
	}
}

// say decides, and tells the batch so even if it does not come to an end.
func (a *asked) say(v *View) {
	d := decision{err: errGone}
	defer func() { a.says <- d }()
	d = a.decideOn(v)
}

// decideOn asks what is to change, unless that was done before.
func (a *asked) decideOn(v *View) decision {
	if err := a.ctx.Err(); err != nil {
		return decision{err: err}
	}
	if r, done, err := v.receipt(a.op); done || err != nil {
		return decision{receipt: r, err: err}
	}
	v.touched = make(map[Key]Version)
	c, err := a.decide(v)
	if err != nil {
		return decision{err: err}
	}
	if c == nil {
		c = new(Change)
	}
	d, err := v.draft(a.op, c)
	switch {
	case err != nil:
		return decision{err: err}
	case d.empty():
		return decision{receipt: Receipt{Number: v.head.Number, Root: v.head.Root}}
	}
	return decision{draft: d, receipt: Receipt{Number: d.head.Number, Root: d.head.Root, Keys: d.keys()}}
}

// answer ends the waiting.
func (a *asked) answer(r Receipt, err error) {
	a.receipt, a.err = r, err
	close(a.done)
}

// line is who waits for a change, first come first served.
type line struct {
	mu      sync.Mutex // guards the fields below
	waiting []*asked
	joined  uint64        // how many ever did
	led     bool          // a goroutine takes from the line
	shut    bool          // nobody may join
	idle    chan struct{} // closed when shut and nobody leads
	came    chan struct{} // holds a token once somebody has come
}

// join is [ErrClosed] once the line is shut. It says whether the caller has to
// see to it that somebody leads.
func (l *line) join(a *asked) (lead bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut {
		return false, ErrClosed
	}
	l.joined++
	a.number = l.joined
	l.waiting = append(l.waiting, a)
	lead, l.led = !l.led, true
	select {
	case l.came <- struct{}{}:
	default:
	}
	return lead, nil
}

// joins is how many have joined so far.
func (l *line) joins() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.joined
}

// leave says whether a was still waiting.
func (l *line) leave(a *asked) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, w := range l.waiting {
		if w == a {
			l.waiting = append(l.waiting[:i:i], l.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// next takes the first of the line; nil if nobody waits.
func (l *line) next() *asked {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return nil
	}
	a := l.waiting[0]
	l.waiting = l.waiting[1:]
	return a
}

// putBack lets a be the next.
func (l *line) putBack(a *asked) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append([]*asked{a}, l.waiting...)
}

// rest ends the leading if nobody waits.
func (l *line) rest() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) > 0 {
		return false
	}
	l.led = false
	if l.shut {
		close(l.idle)
	}
	return true
}

// close lets nobody join, tells who waits and returns when nobody leads.
func (l *line) close() {
	l.mu.Lock()
	waiting := l.waiting
	l.shut, l.waiting, l.idle = true, nil, make(chan struct{})
	if !l.led {
		close(l.idle)
	}
	l.mu.Unlock()
	for _, a := range waiting {
		a.answer(Receipt{}, ErrClosed)
	}
	<-l.idle
}
