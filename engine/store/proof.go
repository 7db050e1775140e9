package store

import (
	"crypto/sha256"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Proof shows that an entry is in the journal that ends with a head, to whoever
// has the head and nothing else of the store.
type Proof struct {
	Number uint64 // of the entry
	Entry  []byte // as it is stored: leaf Number-1 of the tree
	Head   Head   // of the journal that the entry is in
	Path   []Hash // the hashes beside the way from the leaf to the root (RFC 6962, section 2.1.1)
}

// Prove shows that entry n is in the journal as it was when it had so many
// entries. It is an [ErrNotFound] where it had fewer than n, or the view does
// not reach so far.
func (v *View) Prove(n, size uint64) (Proof, error) {
	if n == 0 || n > size || size > v.head.Number {
		return Proof{}, notFound(journalKind, strconv.FormatUint(max(n, size), 10))
	}
	value, err := v.entryBytes(n)
	if err != nil {
		return Proof{}, err
	}
	tree := treeReader{snap: v.snap}
	root, err := tree.root(size)
	if err != nil {
		return Proof{}, err
	}
	path, err := tlog.ProveRecord(int64(size), int64(n-1), tree)
	if err != nil {
		return Proof{}, fmt.Errorf("prove entry %d: %w", n, err)
	}
	return Proof{Number: n, Entry: value, Head: Head{Number: size, Root: root}, Path: path}, nil
}

// Verify is the entry, if the proof holds; otherwise the error is an
// [ErrDamaged]. It needs no store. That the proof is about the right journal is
// for the caller to see: by comparing Head with one noted elsewhere.
func (p *Proof) Verify() (Entry, error) {
	const most = 1 << 62 // tlog counts in int64
	if p.Number == 0 || p.Number > p.Head.Number || p.Head.Number > most {
		return Entry{}, damaged("entry %d is in no journal of %d entries", p.Number, p.Head.Number)
	}
	err := tlog.CheckRecord(p.Path, int64(p.Head.Number), p.Head.Root, int64(p.Number-1), tlog.RecordHash(p.Entry))
	if err != nil {
		return Entry{}, damaged("entry %d is not in the journal of %d entries with this root (%v)", p.Number, p.Head.Number, err)
	}
	return decodeEntry(p.Number, p.Entry)
}

// Extends checks that the journal of the view once ended with the head and has
// only grown since. It is an [ErrLost] if the journal is shorter than that, and
// an [ErrDamaged] if it is another.
func (v *View) Extends(old Head) error {
	now := v.Head()
	if now.Number < old.Number {
		return fmt.Errorf("%w: the head was noted at entry %d, the journal ends at entry %d", ErrLost, old.Number, now.Number)
	}
	if old.Number == 0 { // package tlog has no proof about an empty tree
		if root, err := (treeReader{}).root(0); err != nil || root != old.Root {
			return damaged("the head of an empty journal has another root")
		}
		return nil
	}
	proof, err := tlog.ProveTree(int64(now.Number), int64(old.Number), treeReader{snap: v.snap})
	if err == nil {
		err = tlog.CheckTree(proof, int64(now.Number), now.Root, int64(old.Number), old.Root)
	}
	if err != nil {
		return damaged("the journal of %d entries does not go on from the head noted at entry %d: its past was changed (%v)", now.Number, old.Number, err)
	}
	return nil
}

// Listed is the hash that the entry gives for a key, and whether it changed the
// key at all; the hash is nil where it deleted the key.
func (e *Entry) Listed(key Key) (hash []byte, listed bool) {
	for i := range e.Changed {
		if e.Changed[i].Key == key {
			return e.Changed[i].Hash, true
		}
	}
	return nil, false
}

// HashOf is what a journal entry lists for a record that is stored so.
func HashOf(value []byte) Hash { return sha256.Sum256(value) }

// Kept is a record as it is stored now.
type Kept struct {
	Number uint64 // the entry that wrote it
	Hash   Hash   // as that entry lists it
	Value  []byte // nil where the content was erased
}

// Kept reads a record without decoding it; it is an [ErrNotFound] if there is
// none of that kind and id.
func (v *View) Kept(kind Kind, id care.ID) (Kept, error) {
	value, version, err := v.snap.Get([]byte(kind.key(id)))
	if err != nil {
		return Kept{}, err
	}
	if version == 0 {
		return Kept{}, notFound(kind, string(id))
	}
	rec, err := decodeRecord(value)
	if err != nil {
		return Kept{}, err
	}
	if rec.erased {
		return Kept{Number: rec.number, Hash: rec.hash}, nil
	}
	return Kept{Number: rec.number, Hash: HashOf(value), Value: value}, nil
}

// KeyOf is the key of a record with one id.
func KeyOf(kind Kind, id care.ID) Key { return kind.key(id) }

// ReadRecord decodes a record that was kept elsewhere as it is stored, into the
// value of package care that its kind has. The error is an [ErrDamaged], or of what is
// left of an erased one an [ErrErased].
func ReadRecord(value []byte, into any) error {
	rec, err := decodeRecord(value)
	if err != nil {
		return err
	}
	return rec.read(into)
}
