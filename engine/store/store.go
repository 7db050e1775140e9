package store

import (
	"errors"
	"sync"

	"github.com/gofrs/flock"
)

// Store is an open store: one writer and any number of readers. It is safe for
// concurrent use.
type Store struct {
	kv       KV
	readOnly bool
	line     line         // of those who want to change something
	head     *headFile    // nil in memory and when shared; who leads the line writes it
	lock     *flock.Flock // nil in memory
	dir      string       // empty in memory

	vouched fileNotes // files that were compared when the store was opened
	space   space     // what is free where dir lies

	erasing  sync.Mutex // held by who erases, until the files are cleared
	closing  sync.Once
	closeErr error // what the first Close said
}

func newStore(kv KV) *Store {
	return &Store{kv: kv, line: line{came: make(chan struct{}, 1)}}
}

// InMemory is an empty store that lives as long as the process.
func InMemory() *Store { return newStore(NewMemory()) }

// On is a store over an engine that guards its own durability. It has no HEAD:
// it cannot tell whether the engine has lost the end of its journal.
func On(kv KV) *Store { return newStore(kv) }

// Limits is how much fits into one change. The journal entry, the tree and the
// history take their part of it.
func (s *Store) Limits() Limits { return s.kv.Limits() }

// Close waits for the changes and the reads that are running, tells those who
// wait to make a change that it is closed ([ErrClosed]), and closes. It must
// not be called from within a scan or a decision. Calling it again does nothing
// and answers the same.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closeErr = s.close() })
	return s.closeErr
}

func (s *Store) close() error {
	s.line.close()
	err := s.kv.Close()
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
		err = writeFiles(s.dir, s.vouched)
	}
	if proper && err == nil {
		err = s.head.write(s.head.last.head, true, true)
	}
	return errors.Join(err, s.head.close())
}
