package store

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slow is an engine whose commits wait until they are let through.
type slow struct {
	KV
	let     chan struct{}
	begun   atomic.Int64          // commits that were asked for
	commits atomic.Int64          // and let through
	fail    atomic.Pointer[error] // what a commit answers instead of being done
}

func newSlow(kv KV) *slow { return &slow{KV: kv, let: make(chan struct{})} }

func (s *slow) Commit(ctx context.Context, guards []Guard, ops []Op) (Version, error) {
	s.begun.Add(1)
	<-s.let
	s.commits.Add(1)
	if err := s.fail.Load(); err != nil {
		return 0, *err
	}
	return s.KV.Commit(ctx, guards, ops)
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	require.Eventually(t, is, 10*time.Second, 10*time.Microsecond)
}

// untilBegun waits until a commit stands at the gate.
func (s *slow) untilBegun(t *testing.T) {
	t.Helper()
	eventually(t, func() bool { return s.begun.Load() > s.commits.Load() })
}

// waitingNow is how many changes stand in line.
func (s *Store) waitingNow() int {
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	return len(s.line.waiting)
}

// outcome is what one change was told.
type outcome struct {
	receipt  Receipt
	err      error
	panicked any
}

// joining is a context that tells when a change has joined the line: only then
// is it asked when it ends.
type joining struct {
	context.Context
	once   *sync.Once
	joined chan struct{}
}

func (j joining) Done() <-chan struct{} {
	j.once.Do(func() { close(j.joined) })
	return j.Context.Done()
}

// asking is a change that is asked for under a context, which as turns into one
// that tells when it has joined the line.
type asking func(as func(context.Context) context.Context) (Receipt, error)

// inOrder asks for changes, each once the one before it stands in line.
func inOrder(t *testing.T, wg *sync.WaitGroup, all []asking) []outcome {
	out := make([]outcome, len(all))
	for i, ask := range all {
		joined := make(chan struct{})
		wg.Go(func() {
			defer func() { out[i].panicked = recover() }()
			out[i].receipt, out[i].err = ask(func(ctx context.Context) context.Context { return joining{ctx, new(sync.Once), joined} })
		})
		<-joined
	}
	return out
}

// first is the change that the others wait behind.
var first = change("first", func(_ *View, c *Change) error { c.PutMeta("first", []byte("x")); return nil })

// behind asks for a change and, while it is being decided, for the others, in
// order; so all share a commit.
func behind(t *testing.T, s *Store, others ...asking) []outcome {
	return behindOf(t, s, first, others...)
}

// behindOf is behind, with another change in front.
func behindOf(t *testing.T, s *Store, front Decide, others ...asking) []outcome {
	deciding, decide := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	var once sync.Once // it may be decided again
	wg.Go(func() {
		_, err := s.Do(context.Background(), "", func(v *View) (*Change, error) {
			once.Do(func() { close(deciding) })
			<-decide
			return front(v)
		})
		if err != nil {
			t.Log(err) // as the others are told
		}
	})
	<-deciding
	out := inOrder(t, &wg, others)
	close(decide)
	wg.Wait()
	return out
}

// afterFirst asks for a change and, while that is being committed, for the others,
// in order; so they share the next commit. Then it lets the engine commit.
func afterFirst(t *testing.T, s *Store, kv *slow, others ...asking) []outcome {
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := s.Do(context.Background(), "", first); err != nil {
			t.Log(err)
		}
	})
	kv.untilBegun(t)
	out := inOrder(t, &wg, others)
	eventually(t, func() bool { return s.waitingNow() == 0 })
	close(kv.let)
	wg.Wait()
	return out
}
