package store

import (
	"encoding/binary"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Kind is a family of keys: what stands before the first slash of a key.
type Kind string

// The kinds of records. The documentation of the package says what each holds.
const (
	HomeKind      Kind = "home"
	ChildKind     Kind = "child"
	PlacementKind Kind = "placement"
	HouseholdKind Kind = "household"
	LivesKind     Kind = "lives"
	GroupKind     Kind = "group"
	HoldsKind     Kind = "holds"
	DecisionKind  Kind = "decision"
	WordsKind     Kind = "words"
	MetaKind      Kind = "meta"
)

// The kinds of what keeps the records honest. They are never listed in a
// journal entry.
const (
	opKind      Kind = "op"
	journalKind Kind = "journal"
	treeKind    Kind = "tree"
	wasKind     Kind = "was"
)

// recordKinds are the kinds whose keys a journal entry lists.
var recordKinds = []Kind{HomeKind, ChildKind, PlacementKind, HouseholdKind, LivesKind, GroupKind, HoldsKind, DecisionKind, WordsKind, MetaKind}

// index says whether keys of the kind have two ids and no record.
func (k Kind) index() bool { return k == LivesKind || k == GroupKind || k == HoldsKind }

// Key names a record: its kind, a slash and its id. An index key has two ids
// with a zero byte between them, which no id contains.
type Key string

const headKey = "head"

func (k Kind) prefix() string { return string(k) + "/" }

func (k Kind) key(id care.ID) Key { return Key(k.prefix() + string(id)) }

func (k Kind) key2(a, b care.ID) Key { return Key(string(k.key(a)) + "\x00" + string(b)) }

func (k Kind) numbered(n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(k.prefix()), n)
}

// Kind is the part before the slash.
func (k Key) Kind() Kind {
	kind, _, _ := strings.Cut(string(k), "/")
	return Kind(kind)
}

// ID is the first id in the key: that of the home for a home and its household,
// of the child for a child and for an entry of the index of placements, of the
// hold for an entry of the index of holds.
func (k Key) ID() care.ID {
	id, _ := k.ids()
	return id
}

// ids are the first and, in an index key, the second id.
func (k Key) ids() (a, b care.ID) {
	_, rest, _ := strings.Cut(string(k), "/")
	first, second, _ := strings.Cut(rest, "\x00")
	return care.ID(first), care.ID(second)
}

// validate refuses ids that break the order or the parts of a key.
func (k Key) validate() error {
	_, rest, _ := strings.Cut(string(k), "/")
	if k.Kind().index() {
		first, second, _ := strings.Cut(rest, "\x00")
		if err := care.ID(first).Validate(string(k.Kind())); err != nil {
			return err
		}
		rest = second
	}
	return care.ID(rest).Validate("id")
}

// was is where the record that journal entry n overwrote or deleted is kept.
func (k Key) was(n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(k.wasPrefix()), n)
}

func (k Key) wasPrefix() string { return wasKind.prefix() + string(k) + "\x00" }

// parseWas is the inverse of was.
func parseWas(key []byte) (Key, uint64, error) {
	rest, ok := strings.CutPrefix(string(key), wasKind.prefix())
	end := len(rest) - 9
	if !ok || end < 0 || rest[end] != 0 {
		return "", 0, damaged("a key of the history has no number")
	}
	return Key(rest[:end]), binary.BigEndian.Uint64([]byte(rest[end+1:])), nil
}
