package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"
)

// onBadger is a [KV] in a directory, kept by Badger.
type onBadger struct {
	db      *badger.DB
	gate    gate         // inside: every call that touches db
	writing sync.RWMutex // shared by commits, which Badger refuses while it drops keys
	broken  atomic.Bool  // a commit failed halfway; what memory holds is not to be trusted
}

// openBadger opens or creates the directory. Whoever calls it holds the store's
// lock and has looked at the files: Badger deletes tables that its MANIFEST does
// not name.
func openBadger(dir string, key []byte, readOnly bool, log *slog.Logger) (_ *onBadger, err error) {
	defer whileReading(&err)
	db, err := badger.Open(badgerOptions(dir, key, readOnly, log))
	var system *fs.PathError
	switch {
	case err == nil:
		return &onBadger{db: db}, nil
	case errors.As(err, &system):
		return nil, fmt.Errorf("open the records: %w", err)
	}
	return nil, fmt.Errorf("%w: the records cannot be opened: %w", ErrDamaged, err)
}

// whileReading makes an [ErrDamaged] of a panic. Badger looks at the offsets in
// a block before it verifies the block's checksum.
func whileReading(err *error) {
	if r := recover(); r != nil {
		*err = damaged("the storage engine fell over what it read")
	}
}

// badgerOptions keep memory small and lose nothing that was acknowledged. With
// a threshold of 1 MB no value that [usualLimits] admit leaves the tables, so
// there is no value log to collect garbage from.
//
// With a key everything in the directory is encrypted but MANIFEST, which holds
// no more than the numbers of the tables. The index cache has to be there then.
func badgerOptions(dir string, key []byte, readOnly bool, log *slog.Logger) badger.Options {
	return badger.DefaultOptions(dir).
		WithEncryptionKey(key).
		WithReadOnly(readOnly).
		WithSyncWrites(true).
		WithMemTableSize(16 << 20).
		WithNumMemtables(2).
		WithNumCompactors(2).
		WithBlockCacheSize(16 << 20).
		WithIndexCacheSize(16 << 20).
		WithValueLogFileSize(16 << 20).
		WithValueThreshold(1 << 20).
		WithChecksumVerificationMode(options.OnBlockRead).
		WithNumVersionsToKeep(1).
		WithDetectConflicts(true).
		WithMetricsEnabled(false).
		WithLogger(quiet{log})
}

// Limits is how much fits into one commit.
func (b *onBadger) Limits() Limits { return usualLimits }

// enter is refused once the store is closed or cannot be trusted.
func (b *onBadger) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.broken.Load() {
		return fmt.Errorf("%w: an earlier commit failed halfway; close the store and open it again", ErrUnknown)
	}
	return b.gate.enter()
}

// Commit is described at [KV].
func (b *onBadger) Commit(ctx context.Context, guards []Guard, ops []Op) (Version, error) {
	if err := b.Limits().admit(ops); err != nil {
		return 0, err
	}
	if err := b.enter(ctx); err != nil {
		return 0, err
	}
	defer b.gate.leave()
	b.writing.RLock()
	defer b.writing.RUnlock()
	txn := b.db.NewTransaction(true)
	defer txn.Discard()
	if err := allHold(txn, guards); err != nil {
		return 0, err
	}
	put, err := stage(txn, ops)
	if err != nil {
		return 0, err
	}
	if err := b.outcome(txn.Commit()); err != nil {
		return 0, err
	}
	return versionOf(put), nil
}

func allHold(txn *badger.Txn, guards []Guard) (err error) {
	defer whileReading(&err)
	for _, g := range guards {
		if err := holds(txn, g); err != nil {
			return err
		}
	}
	return nil
}

// holds reads the guard's key inside the transaction, so that Badger also sees
// a conflict with a commit that comes between the read and this commit.
func holds(txn *badger.Txn, g Guard) error {
	_, version, err := get(txn, g.Key, false)
	switch {
	case err != nil:
		return err
	case version != g.Version:
		return ErrConflict
	}
	return nil
}

// stage returns one of the entries that are put, or nil.
func stage(txn *badger.Txn, ops []Op) (put *badger.Entry, err error) {
	for _, op := range ops {
		if op.Delete {
			err = txn.Delete(op.Key)
		} else {
			put = badger.NewEntry(op.Key, op.Value)
			err = txn.SetEntry(put)
		}
		if err != nil {
			return nil, fmt.Errorf("stage %d operations: %w", len(ops), err)
		}
	}
	return put, nil
}

// versionOf reads the commit's timestamp from an entry it has written: Badger
// appends it to the entry's key and gives no other way to ask.
func versionOf(put *badger.Entry) Version {
	if put == nil {
		return 0
	}
	return Version(y.ParseTs(put.Key))
}

// outcome sorts the errors of a commit by what is known to be on disk.
func (b *onBadger) outcome(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, badger.ErrConflict):
		return ErrConflict
	case errors.Is(err, badger.ErrBlockedWrites), errors.Is(err, badger.ErrDBClosed):
		return ErrClosed
	}
	b.broken.Store(true)
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}

// reads says whether a table is in use.
func (b *onBadger) reads(name string) bool {
	if b.gate.enter() != nil {
		return false
	}
	defer b.gate.leave()
	id, _ := table.ParseFileID(name)
	return slices.ContainsFunc(b.db.Tables(), func(t badger.TableInfo) bool { return t.ID == id })
}

// Snapshot is described at [KV].
func (b *onBadger) Snapshot(ctx context.Context) (Snapshot, error) {
	if err := b.enter(ctx); err != nil {
		return nil, err
	}
	defer b.gate.leave()
	return &badgerSnapshot{of: b, txn: b.db.NewTransaction(false)}, nil
}

// Close is described at [KV].
func (b *onBadger) Close() error {
	idle := make(chan struct{})
	if !b.gate.close(func() { close(idle) }) {
		return nil
	}
	<-idle
	err := b.db.Close()
	if err == nil && b.broken.Load() {
		err = fmt.Errorf("close: %w", ErrUnknown)
	}
	return err
}

type badgerSnapshot struct {
	of   *onBadger
	txn  *badger.Txn
	gate gate // inside: reads of txn
}

// enter lets a read begin; the caller must run leave.
func (s *badgerSnapshot) enter() error {
	if err := s.of.gate.enter(); err != nil {
		return err
	}
	if err := s.gate.enter(); err != nil {
		s.of.gate.leave()
		return err
	}
	return nil
}

// leave goes the other way round, because the last read of a closed snapshot
// lets go of its transaction while the database is still held open.
func (s *badgerSnapshot) leave() {
	s.gate.leave()
	s.of.gate.leave()
}

// Get is described at [Snapshot].
func (s *badgerSnapshot) Get(key []byte) (value []byte, version Version, err error) {
	if err := s.enter(); err != nil {
		return nil, 0, err
	}
	defer s.leave()
	defer whileReading(&err)
	return get(s.txn, key, true)
}

func get(txn *badger.Txn, key []byte, withValue bool) ([]byte, Version, error) {
	item, err := txn.Get(key)
	switch {
	case errors.Is(err, badger.ErrKeyNotFound):
		return nil, 0, nil
	case err != nil:
		return nil, 0, fmt.Errorf("read a key: %w", err)
	case !withValue:
		return nil, Version(item.Version()), nil
	}
	value, err := item.ValueCopy(nil)
	if err != nil {
		return nil, 0, fmt.Errorf("read a value: %w", err)
	}
	return value, Version(item.Version()), nil
}

// Scan is described at [Snapshot].
func (s *badgerSnapshot) Scan(prefix []byte) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		if err := s.enter(); err != nil {
			yield(Pair{}, err)
			return
		}
		defer s.leave()
		it := s.txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
		defer it.Close()
		for begin := true; ; begin = false {
			p, more, err := step(it, begin)
			if !more && err == nil || !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// step goes to the first pair or the next. Values are read one by one: with
// values beside their keys, prefetching them only costs goroutines.
func step(it *badger.Iterator, begin bool) (p Pair, more bool, err error) {
	defer whileReading(&err)
	if begin {
		it.Rewind()
	} else {
		it.Next()
	}
	if !it.Valid() {
		return Pair{}, false, nil
	}
	item := it.Item()
	p = Pair{Key: item.Key(), Version: Version(item.Version())}
	err = item.Value(func(value []byte) error {
		p.Value = value // which lies in the item, and is valid as long as the key
		return nil
	})
	if err != nil {
		err = fmt.Errorf("read a value: %w", err)
	}
	return p, true, err
}

// Close is described at [Snapshot].
func (s *badgerSnapshot) Close() error {
	if err := s.of.gate.enter(); err != nil {
		return nil // the database is gone, and the transaction with it
	}
	defer s.of.gate.leave()
	s.gate.close(s.txn.Discard)
	return nil
}

// quiet is what Badger logs to. Its messages may hold keys, so only the fixed
// part of a warning or an error is passed on, and nothing without a logger.
type quiet struct{ log *slog.Logger }

// Errorf logs that the engine reports an error.
func (q quiet) Errorf(format string, args ...any) { q.say(slog.LevelError, format, args) }

// Warningf logs that the engine warns.
func (q quiet) Warningf(format string, args ...any) { q.say(slog.LevelWarn, format, args) }

// Infof says nothing.
func (quiet) Infof(string, ...any) {}

// Debugf says nothing.
func (quiet) Debugf(string, ...any) {}

// say drops a message without arguments: its text was put together elsewhere
// and may hold data.
func (q quiet) say(level slog.Level, format string, args []any) {
	if q.log == nil {
		return
	}
	if len(args) == 0 {
		format = "a message that may hold data and is not shown"
	}
	q.log.Log(context.Background(), level, "storage engine", slog.String("says", format))
}
