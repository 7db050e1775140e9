package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// ledger compares two accounts of one set of things in constant memory. Both
// sides enter what they say on one of many pages, chosen by its hash; a page
// keeps the sum of the hashes of each side. Sides that agree have equal pages,
// whatever the order; chance does not make others equal. Where pages differ, the
// accounts are given once more and what stands on those pages is kept, so that
// it can be named.
type ledger struct {
	pages [ledgerPages][2]tally
	open  map[uint16]bool // pages of which the items are kept; nil in the first pass
	items map[[sha256.Size]byte]*ledgerItem
}

// ledgerPages bounds what the second pass keeps: one thing that is off costs the
// memory of a 1024th of all.
const ledgerPages = 1024

// openPages is how many pages that differ are looked into. More of them say that
// much is off, and nobody reads all of it.
const openPages = 8

// side is one of two accounts.
type side int

const (
	due side = iota // what there should be
	got             // what there is
)

// about is what is named if it turns out to be off.
type about struct {
	key    Key
	number uint64 // of the entry that wrote it, or 0
}

type ledgerItem struct {
	about
	times [2]int // how often each side gives it
}

// tally sums up a set of things in constant memory, whatever their order: the
// sum of their SHA-256 hashes, number by number, modulo 2^64.
type tally [4]uint64

func (t *tally) add(sum [sha256.Size]byte) {
	for i := range t {
		t[i] += binary.BigEndian.Uint64(sum[8*i:])
	}
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// add enters something that is the same if all its parts are.
func (l *ledger) add(s side, a about, parts ...[]byte) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.AppendUvarint(nil, uint64(len(p))))
		h.Write(p)
	}
	sum := [sha256.Size]byte(h.Sum(nil))
	page := binary.BigEndian.Uint16(sum[:]) % ledgerPages
	if l.open == nil {
		l.pages[page][s].add(sum)
		return
	}
	if !l.open[page] {
		return
	}
	item := l.items[sum]
	if item == nil {
		item = &ledgerItem{about: a}
		l.items[sum] = item
	}
	item.times[s]++
}

// differs says whether the sides differ after the first pass, and opens the
// first pages that do for a second one.
func (l *ledger) differs() bool {
	l.open, l.items = map[uint16]bool{}, map[[sha256.Size]byte]*ledgerItem{}
	for i := range l.pages {
		if l.pages[i][due] != l.pages[i][got] && len(l.open) < openPages {
			l.open[uint16(i)] = true
		}
	}
	return len(l.open) > 0
}

// mismatch is something that only one side gives.
type mismatch struct {
	about
	only side
}

// mismatches are in order of key, number and side.
func (l *ledger) mismatches() []mismatch {
	var all []mismatch
	for _, item := range l.items {
		if item.times[due] > item.times[got] {
			all = append(all, mismatch{item.about, due})
		}
		if item.times[due] < item.times[got] {
			all = append(all, mismatch{item.about, got})
		}
	}
	slices.SortFunc(all, func(a, b mismatch) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.number, b.number), cmp.Compare(a.only, b.only))
	})
	return all
}
