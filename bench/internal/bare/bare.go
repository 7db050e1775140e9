// Package bare is Badger with the settings of package store and nothing above it:
// what the same directory, keys and values cost without this program.
package bare

import (
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// Open opens or creates Badger's directory within that of a store. Errors are
// Badger's. Nobody else may have the store open.
func Open(store string) (*badger.DB, error) {
	return badger.Open(badger.DefaultOptions(filepath.Join(store, "data")).
		WithReadOnly(false).
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
		WithLogger(nil))
}

// Pair is a key and its value.
type Pair struct{ Key, Value []byte }

// Pairs reads everything that a closed store holds, in order of key. Errors are
// Badger's.
func Pairs(store string) (all []Pair, err error) {
	db, err := Open(store)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := db.Close(); err == nil {
			err = closing
		}
	}()
	txn := db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		value, err := it.Item().ValueCopy(nil)
		if err != nil {
			return nil, err
		}
		all = append(all, Pair{it.Item().KeyCopy(nil), value})
	}
	return all, nil
}

// Write puts pairs into Badger by its WriteBatch, the fastest way there is; when it
// returns they are on disk. Errors are Badger's.
func Write(db *badger.DB, pairs []Pair) error {
	batch := db.NewWriteBatch()
	defer batch.Cancel()
	for _, p := range pairs {
		if err := batch.Set(p.Key, p.Value); err != nil {
			return err
		}
	}
	return batch.Flush()
}
