package store

import (
	"crypto/sha256"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Hash is a SHA-256 hash: of a value, or of the tree over the journal (RFC 6962).
type Hash = tlog.Hash

// Entry is one entry of the journal: who changed what, when and by which
// command. Entries are numbered from 1 without a gap and are never changed.
type Entry struct {
	Number  uint64    `cbor:"1,keyasint"`
	Op      string    `cbor:"2,keyasint,omitempty"` // operation id, if the caller gave one
	Who     string    `cbor:"3,keyasint,omitempty"`
	When    time.Time `cbor:"4,keyasint"`           // UTC
	Command string    `cbor:"5,keyasint,omitempty"` // as stored its first words; [View.Entry] adds those kept beside it
	Policy  string    `cbor:"6,keyasint,omitempty"` // hash of the policy in force
	Changed []Changed `cbor:"7,keyasint"`           // in order of key
	Erased  []Erased  `cbor:"8,keyasint,omitempty"` // records whose content it took away, in order of key and number
}

// Changed is one key that an entry changed.
type Changed struct {
	_    struct{} `cbor:",toarray"`
	Key  Key
	Hash []byte // SHA-256 of the new value, 32 bytes; nil if the key was deleted
}

// Erased is one record whose content was erased; its hash stays.
type Erased struct {
	_   struct{} `cbor:",toarray"`
	Key Key
	By  uint64 // the entry that had overwritten or deleted the record; 0 if it still stood
}

// Deleted says whether the entry deleted the key.
func (c *Changed) Deleted() bool { return c.Hash == nil }

// IDs are the ids in the key: two in an entry of an index, otherwise one.
func (k Key) IDs() []care.ID {
	a, b := k.ids()
	if b == "" {
		return []care.ID{a}
	}
	return []care.ID{a, b}
}

// decodeEntry reads an entry and checks that it is the one that was asked for.
func decodeEntry(number uint64, value []byte) (Entry, error) {
	var e Entry
	if err := decodeVersioned(value, &e); err != nil {
		return Entry{}, fmt.Errorf("journal entry %d: %w", number, err)
	}
	if e.Number != number {
		return Entry{}, damaged("journal entry %d says it is %d", number, e.Number)
	}
	for i := range e.Changed {
		if c := &e.Changed[i]; !c.Deleted() && len(c.Hash) != sha256.Size {
			return Entry{}, damaged("journal entry %d has a hash of %d bytes", number, len(c.Hash))
		}
	}
	e.When = e.When.UTC()
	return e, nil
}

// Head is the end of the journal. Two stores with the same head have the same
// journal.
type Head struct {
	Number uint64 // of the newest entry; 0 for an empty journal
	Root   Hash   // of the Merkle tree over the entries (RFC 6962)
}

// headRecord is what the key "head" holds.
type headRecord struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Root   Hash
	Counts counts
}

// counts says how many keys there are of each kind. A scan that ends early
// without an error, as Badger's do on a damaged block, is told by it.
type counts struct {
	_                                                                                          struct{} `cbor:",toarray"`
	Home, Child, Placement, Household, Lives, Group, Meta, Op, Earlier, Holds, Decision, Words uint64
}

// of is nil for a kind that is counted by the journal's number.
func (c *counts) of(k Kind) *uint64 {
	switch k {
	case HomeKind:
		return &c.Home
	case ChildKind:
		return &c.Child
	case PlacementKind:
		return &c.Placement
	case HouseholdKind:
		return &c.Household
	case LivesKind:
		return &c.Lives
	case GroupKind:
		return &c.Group
	case MetaKind:
		return &c.Meta
	case opKind:
		return &c.Op
	case wasKind:
		return &c.Earlier
	case HoldsKind:
		return &c.Holds
	case DecisionKind:
		return &c.Decision
	case WordsKind:
		return &c.Words
	}
	return nil
}
