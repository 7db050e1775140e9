package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// verifyChecksums reads every block of every table.
func (b *onBadger) verifyChecksums() (err error) {
	if err := b.gate.enter(); err != nil {
		return err
	}
	defer b.gate.leave()
	defer whileReading(&err)
	if err := b.db.VerifyChecksum(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

// forgetRounds is how often the files are written anew while a snapshot from
// before is open, with a pause between that grows.
const forgetRounds = 6

// forget is described at [forgetful]. Badger drops older values when it merges
// tables, and writes its log anew when it flushes the memtable. So the memtable
// is flushed, and the tables are merged until one level has them all. A key whose
// older values a snapshot has kept there is written again, so that the next merge
// meets it.
func (b *onBadger) forget(ctx context.Context, keys [][]byte) error {
	for round := range forgetRounds {
		if err := b.enter(ctx); err != nil {
			return err
		}
		left, err := b.rewritten(keys)
		b.gate.leave()
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return b.letGo(ctx)
		}
		if err := b.again(ctx, left); err != nil {
			return err
		}
		if err := pause(ctx, round); err != nil {
			return err
		}
	}
	return ErrStillRead
}

func pause(ctx context.Context, round int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(round+1) * 100 * time.Millisecond):
		return nil
	}
}

// letGo waits until the files are gone that were written anew: a scan that began
// meanwhile keeps them, although it does not see what was erased.
func (b *onBadger) letGo(ctx context.Context) error {
	idle, err := b.idleFiles()
	if err != nil {
		return err
	}
	for round := range forgetRounds {
		idle = slices.DeleteFunc(idle, func(name string) bool {
			_, err := os.Stat(filepath.Join(b.db.Opts().Dir, name))
			return errors.Is(err, fs.ErrNotExist) || b.reads(name)
		})
		if len(idle) == 0 {
			return nil
		}
		if err := pause(ctx, round); err != nil {
			return err
		}
	}
	return ErrStillRead
}

// idleFiles are the tables and logs that are there and not in use. Of the logs the
// newest is; those before it have been written into tables, or are about to be.
func (b *onBadger) idleFiles() (idle []string, err error) {
	entries, err := os.ReadDir(b.db.Opts().Dir)
	logs := 0
	for _, e := range slices.Backward(entries) {
		switch name := e.Name(); filepath.Ext(name) {
		case ".mem":
			if logs++; logs > 1 {
				idle = append(idle, name)
			}
		case ".sst":
			if !b.reads(name) {
				idle = append(idle, name)
			}
		}
	}
	return idle, err
}

// rewritten writes the tables anew, and lists the keys that still have older
// values.
func (b *onBadger) rewritten(keys [][]byte) (left [][]byte, err error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	if err := b.db.Flatten(1); err != nil {
		return nil, fmt.Errorf("merge the tables: %w", err)
	}
	err = b.db.View(func(txn *badger.Txn) error {
		for _, key := range keys {
			if hasOlder(txn, key) {
				left = append(left, key)
			}
		}
		return nil
	})
	return left, err
}

// hasOlder says whether a value of the key is there that a newer one hides.
func hasOlder(txn *badger.Txn, key []byte) bool {
	it := txn.NewKeyIterator(key, badger.IteratorOptions{AllVersions: true})
	defer it.Close()
	it.Rewind()
	if !it.Valid() {
		return false
	}
	it.Next()
	return it.Valid()
}

// flushName is a key that is put only to be dropped.
const flushName = "flush"

// flush writes the memtable into a table and begins a new log. Badger does so
// before it drops a prefix, and in no other way that can be asked for. Nobody may
// commit meanwhile.
func (b *onBadger) flush() error {
	b.writing.Lock()
	defer b.writing.Unlock()
	txn := b.db.NewTransaction(true)
	defer txn.Discard()
	if err := txn.Set([]byte(flushName), nil); err != nil {
		return err
	}
	if err := b.outcome(txn.Commit()); err != nil {
		return err
	}
	if err := b.db.DropPrefix([]byte(flushName)); err != nil {
		return fmt.Errorf("flush the log: %w", err)
	}
	return nil
}

// again puts the newest value of the keys once more, or deletes them once more.
func (b *onBadger) again(ctx context.Context, keys [][]byte) error {
	const together = 1_000
	for len(keys) > 0 {
		part := keys[:min(together, len(keys))]
		keys = keys[len(part):]
		if err := b.putAgain(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (b *onBadger) putAgain(ctx context.Context, keys [][]byte) error {
	for range maxAttempts {
		s, err := b.Snapshot(ctx)
		if err != nil {
			return err
		}
		var ops []Op
		var guards []Guard
		for _, key := range keys {
			value, version, err := s.Get(key)
			if err != nil {
				return errors.Join(err, s.Close())
			}
			ops = append(ops, Op{Key: key, Value: value, Delete: version == 0})
			guards = append(guards, Guard{Key: key, Version: version})
		}
		_, err = b.Commit(ctx, guards, ops)
		if err = errors.Join(err, s.Close()); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return ErrConflict
}
