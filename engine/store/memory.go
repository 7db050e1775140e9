package store

import (
	"context"
	"hash/maphash"
	"iter"
	"sync"
	"sync/atomic"
)

// memory is a [KV] that keeps everything in the process.
type memory struct {
	mu     sync.Mutex // guards the fields below
	root   *treap
	now    Version // of the newest commit
	closed bool
}

// NewMemory is an empty [KV] that lives as long as the process. It has the same
// limits as the one on disk, so that what fits in a test fits in a store.
func NewMemory() KV { return &memory{} }

// Limits is how much fits into one commit.
func (m *memory) Limits() Limits { return usualLimits }

// Commit is described at [KV].
func (m *memory) Commit(ctx context.Context, guards []Guard, ops []Op) (Version, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := m.Limits().admit(ops); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, ErrClosed
	}
	for _, g := range guards {
		if m.root.version(g.Key) != g.Version {
			return 0, ErrConflict
		}
	}
	return m.apply(ops), nil
}

// apply is called with mu held.
func (m *memory) apply(ops []Op) Version {
	m.now++
	e, put := new(edit), Version(0)
	for _, op := range ops {
		switch {
		case !op.Delete:
			put = m.now
			m.root = m.root.put(Pair{op.Key, op.Value, put}, maphash.Bytes(treapSeed, op.Key), e)
		case m.root.get(op.Key) != nil:
			m.root = m.root.remove(op.Key, e)
		}
	}
	return put
}

func (t *treap) version(key []byte) Version {
	if n := t.get(key); n != nil {
		return n.pair.Version
	}
	return 0
}

// Snapshot is described at [KV].
func (m *memory) Snapshot(ctx context.Context) (Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, ErrClosed
	}
	return &memorySnapshot{of: m, root: m.root}, nil
}

// Close is described at [KV].
func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed, m.root = true, nil
	return nil
}

func (m *memory) isClosed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}

type memorySnapshot struct {
	of     *memory
	root   *treap
	closed atomic.Bool
}

func (s *memorySnapshot) check() error {
	if s.closed.Load() || s.of.isClosed() {
		return ErrClosed
	}
	return nil
}

// Get is described at [Snapshot].
func (s *memorySnapshot) Get(key []byte) ([]byte, Version, error) {
	if err := s.check(); err != nil {
		return nil, 0, err
	}
	n := s.root.get(key)
	if n == nil {
		return nil, 0, nil
	}
	return n.pair.Value, n.pair.Version, nil
}

// Scan is described at [Snapshot].
func (s *memorySnapshot) Scan(prefix []byte) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		if err := s.check(); err != nil {
			yield(Pair{}, err)
			return
		}
		s.root.walk(prefix, func(p Pair) bool { return yield(p, nil) })
	}
}

// Close is described at [Snapshot].
func (s *memorySnapshot) Close() error {
	s.closed.Store(true)
	return nil
}
