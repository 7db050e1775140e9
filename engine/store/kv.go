package store

import (
	"context"
	"iter"
)

// KV is the seam below the records: an ordered map from bytes to bytes with
// atomic commits and consistent snapshots. It is safe for concurrent use.
type KV interface {
	// Commit applies every operation if every guard holds, and none otherwise.
	// When it returns without an error the operations are on disk, where there
	// is one. The version is that of every key it put; it is zero if it put
	// none. The KV keeps the slices of the operations; the caller must not
	// change them.
	//
	// Errors: ErrConflict (a guard does not hold; nothing was written),
	// ErrTooLarge (nothing was written), ErrUnknown (it may or may not have been
	// written), ErrClosed, and the error of ctx before anything is written.
	Commit(ctx context.Context, guards []Guard, ops []Op) (Version, error)
	// Snapshot is what has been committed so far; later commits do not change it.
	Snapshot(ctx context.Context) (Snapshot, error)
	// Limits is how much fits into one commit.
	Limits() Limits
	// Close ends everything. It waits for reads that are running and must not be
	// called from within a scan. Snapshots that are still open answer ErrClosed.
	Close() error
}

// Snapshot reads one consistent state. It is safe for concurrent use.
type Snapshot interface {
	// Get returns the value of a key, which the caller must not change, and its
	// version; the version is zero if the key is absent.
	Get(key []byte) ([]byte, Version, error)
	// Scan yields the pairs whose key starts with prefix, in the order of the
	// keys' bytes. An error is yielded once and ends the scan. Key and Value of
	// a pair are valid until the next one is asked for.
	Scan(prefix []byte) iter.Seq2[Pair, error]
	// Close lets the snapshot go. It may be called twice, and from within a scan.
	Close() error
}

// Version says which commit last put a key. It is compared for equality only;
// zero stands for an absent key.
type Version uint64

// Guard lets a commit through only while Key has the version. A guard on
// version zero asks that the key be absent.
type Guard struct {
	Key     []byte
	Version Version
}

// Op puts a value under a key, or deletes the key when Delete is set. A commit
// names each key at most once.
type Op struct {
	Key    []byte
	Value  []byte
	Delete bool
}

// Pair is one step of a scan.
type Pair struct {
	Key     []byte
	Value   []byte
	Version Version
}

// Limits is how much fits into one commit.
type Limits struct {
	Ops   int // operations
	Bytes int // sum over the operations of len(Key) + len(Value) + OpBytes
	Value int // bytes of the largest value
}

// OpBytes is what an operation counts against [Limits].Bytes beside its key and
// value. Badger's own reckoning is 12 bytes an entry at most.
const OpBytes = 16

// admit is a [*TooLargeError] if the operations do not fit.
func (l Limits) admit(ops []Op) error {
	bytes, value := 0, 0
	for i := range ops {
		bytes += len(ops[i].Key) + len(ops[i].Value) + OpBytes
		value = max(value, len(ops[i].Value))
	}
	if len(ops) > l.Ops || bytes > l.Bytes || value > l.Value {
		return &TooLargeError{Ops: len(ops), Bytes: bytes, Value: value, Limits: l}
	}
	return nil
}

// usualLimits hold for both engines, so that what a test could write to memory
// can be written to disk as well. Badger caps a transaction at 15 % of the
// 16 MB memtable, 2.5 MB, and at one operation for each 96 bytes of that; values
// below 1 MiB lie beside their keys.
var usualLimits = Limits{Ops: 26_000, Bytes: 2_500_000, Value: 1<<20 - 1}
