package store

import (
	"bytes"
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"sync"
)

// overlay is a snapshot with changes on top that are not committed yet: what the
// next change of a batch sees of those before it. It may be read by many
// goroutines while none puts.
type overlay struct {
	base Snapshot
	root *treap // a pair of version 0 stands for a key that was deleted
	edit edit

	mu   sync.Mutex      // guards read
	read map[string]Pair // of the base: changes that follow one another read the same keys again
}

// mostRead bounds what an overlay remembers of the base, in pairs.
const mostRead = 1 << 14

// rebase puts the overlay on the base that the one below has been written to, as a
// version. What both of them read is remembered: had another program written since,
// the head would not be what it was, and what is decided here would not be written.
func (o *overlay) rebase(base Snapshot, below *overlay, version Version) {
	read := below.read
	if len(read) > mostRead {
		read = make(map[string]Pair)
	}
	maps.Copy(read, o.read)
	below.root.walk(nil, func(p Pair) bool {
		if p.Version == notYet {
			p.Version = version
		}
		if readAgain(p.Key) {
			read[string(p.Key)] = p
		}
		return true
	})
	o.base, o.read = base, read
}

// readAgain is false for what is written once and read by no later change.
func readAgain(key []byte) bool {
	kind, _, _ := bytes.Cut(key, []byte("/"))
	return !slices.Contains(writtenOnce, Kind(kind))
}

var writtenOnce = []Kind{opKind, journalKind, wasKind, WordsKind}

// notYet is the version of a key that an earlier change of the batch has put. No
// engine gives it to anything.
const notYet = ^Version(0)

func (o *overlay) put(ops []Op) {
	for _, op := range ops {
		p := Pair{Key: op.Key, Value: op.Value, Version: notYet}
		if op.Delete {
			p = Pair{Key: op.Key}
		}
		o.root = o.root.put(p, maphash.Bytes(treapSeed, op.Key), &o.edit)
	}
}

// ops are what has to be committed, in order of key.
func (o *overlay) ops() []Op {
	var ops []Op
	o.root.walk(nil, func(p Pair) bool {
		ops = append(ops, Op{Key: p.Key, Value: p.Value, Delete: p.Version == 0})
		return true
	})
	return ops
}

// Get is described at [Snapshot].
func (o *overlay) Get(key []byte) ([]byte, Version, error) {
	if n := o.root.get(key); n != nil {
		return n.pair.Value, n.pair.Version, nil
	}
	o.mu.Lock()
	p, known := o.read[string(key)]
	o.mu.Unlock()
	if known {
		return p.Value, p.Version, nil
	}
	value, version, err := o.base.Get(key)
	if err == nil && readAgain(key) {
		o.mu.Lock()
		o.read[string(key)] = Pair{Value: value, Version: version}
		o.mu.Unlock()
	}
	return value, version, err
}

// Scan is described at [Snapshot].
func (o *overlay) Scan(prefix []byte) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		var over []Pair
		o.root.walk(prefix, func(p Pair) bool { over = append(over, p); return true })
		// before yields what lies over the base up to a key, or all of it
		before := func(key []byte, all bool) (more bool) {
			for len(over) > 0 && (all || slices.Compare(over[0].Key, key) < 0) {
				p := over[0]
				over = over[1:]
				if p.Version != 0 && !yield(p, nil) {
					return false
				}
			}
			return true
		}
		for p, err := range o.base.Scan(prefix) {
			if err != nil {
				yield(Pair{}, err)
				return
			}
			if !before(p.Key, false) {
				return
			}
			if len(over) > 0 && slices.Equal(over[0].Key, p.Key) {
				continue // what lies over it comes with the next
			}
			if !yield(p, nil) {
				return
			}
		}
		before(nil, true)
	}
}

// Close leaves the base to the batch, which closes it when all have decided.
func (o *overlay) Close() error { return nil }
