package store

import (
	"context"
	"errors"
	"sync"

	"github.com/gofrs/flock"
)

// Store is an open store: one writer and any number of readers. It is safe for
// concurrent use.
type Store struct {
	kv       KV
	readOnly bool
	// turn holds one token. Who has it may change the store, from the snapshot a
	// change is decided on to its HEAD; it guards head.
	turn chan struct{}
	head *headFile    // nil in memory and when shared
	lock *flock.Flock // nil in memory

	closing  sync.Once
	closeErr error // what the first Close said
}

func newStore(kv KV) *Store {
	s := &Store{kv: kv, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// InMemory is an empty store that lives as long as the process.
func InMemory() *Store { return newStore(NewMemory()) }

// On is a store over an engine that guards its own durability. It has no HEAD:
// it cannot tell whether the engine has lost the end of its journal.
func On(kv KV) *Store { return newStore(kv) }

// Limits is how much fits into one change. The journal entry, the tree and the
// history take their part of it.
func (s *Store) Limits() Limits { return s.kv.Limits() }

// Close waits for the change and the reads that are running, and closes. It must
// not be called from within a scan or a decision. Calling it again does nothing
// and answers the same.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closeErr = s.close() })
	return s.closeErr
}

func (s *Store) close() error {
	<-s.turn // and never gives it back: whoever waits is told by the closed engine
	err := s.kv.Close()
	close(s.turn)
	if s.head != nil {
		err = errors.Join(err, s.closeHead(err == nil))
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Unlock())
	}
	return err
}

// closeHead says in HEAD that the store was closed properly, if it was.
func (s *Store) closeHead(proper bool) error {
	var err error
	if proper {
		err = s.head.write(s.head.last.head, true, true)
	}
	return errors.Join(err, s.head.close())
}

// takeTurn waits for the right to change the store.
func (s *Store) takeTurn(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case _, open := <-s.turn:
		if !open {
			return ErrClosed
		}
		return nil
	}
}

func (s *Store) giveTurn() { s.turn <- struct{}{} }
