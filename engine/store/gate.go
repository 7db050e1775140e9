package store

import "sync"

// gate counts who is inside something that may be closed at any time. The zero
// gate is open.
type gate struct {
	mu     sync.Mutex // guards the three below
	inside int
	shut   bool
	last   func() // runs once the gate is shut and nobody is inside
}

// enter is [ErrClosed] once the gate is shut. Who enters must leave.
func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return ErrClosed
	}
	g.inside++
	return nil
}

// leave runs what close left to be done if this was the last one inside.
func (g *gate) leave() {
	g.mu.Lock()
	g.inside--
	last := g.takeLast()
	g.mu.Unlock()
	last()
}

// close shuts the gate and lets last run when nobody is inside, which may be at
// once. Only the first call counts; it says whether it was the first.
func (g *gate) close(last func()) bool {
	g.mu.Lock()
	if g.shut {
		g.mu.Unlock()
		return false
	}
	g.shut, g.last = true, last
	last = g.takeLast()
	g.mu.Unlock()
	last()
	return true
}

// takeLast is called with mu held.
func (g *gate) takeLast() func() {
	if !g.shut || g.inside > 0 || g.last == nil {
		return func() {}
	}
	last := g.last
	g.last = nil
	return last
}
