package store

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// asked is one change that somebody waits for in [Store.Do].
type asked struct {
	ctx    context.Context
	op     string
	decide Decide
	number uint64 // of those who joined the line

	done    chan struct{} // closed once those below are there
	receipt Receipt
	err     error
	gone    *departure // nil if deciding came to an end
}

// decision is what came of one asking.
type decision struct {
	draft   *draft  // nil if nothing is to be written
	receipt Receipt // valid if the batch is written
	err     error
}

// departure is how a decision went wrong that did not come to an end: with a
// panic or, where there was none, with the end of its goroutine.
type departure struct{ panicked *Panicked }

// Panicked is the value with which [Store.Do] panics where decide did.
type Panicked struct {
	Value any    // that decide panicked with
	Stack []byte // where
}

// Error is the value and the stack.
func (p *Panicked) Error() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }

// Unwrap is the value, if it is an error.
func (p *Panicked) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// wait is the caller's side. It returns what became of the change. How deciding
// went wrong is the caller's affair, and nobody else's.
func (a *asked) wait(l *line) (Receipt, error) {
	select {
	case <-a.done:
	case <-a.ctx.Done():
		if l.leave(a) {
			return Receipt{}, a.ctx.Err()
		}
		<-a.done // a batch has it, and answers soon
	}
	switch {
	case a.gone == nil:
		return a.receipt, a.err
	case a.gone.panicked != nil:
		panic(a.gone.panicked)
	}
	runtime.Goexit()
	panic("unreachable")
}

// depart ends the waiting of somebody who has not decided.
func (a *asked) depart(panicked any) {
	a.gone = new(departure)
	if panicked != nil {
		a.gone.panicked = &Panicked{Value: panicked, Stack: debug.Stack()}
	}
	close(a.done)
}

// decideOn asks what is to change, unless that was done before.
func (a *asked) decideOn(v *View) decision {
	if err := a.ctx.Err(); err != nil {
		return decision{err: err}
	}
	if r, done, err := v.receipt(a.op); done || err != nil {
		return decision{receipt: r, err: err}
	}
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

// waits is how many wait.
func (l *line) waits() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting)
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
