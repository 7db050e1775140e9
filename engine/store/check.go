package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Check reads everything and says whether it agrees: the entries with the tree,
// the records and their history with the entries, the households and indexes
// with the placements and children. What does not agree is an [ErrDamaged]. It
// takes about as long as reading every record twice, and little memory.
func (s *Store) Check(ctx context.Context) error {
	v, err := s.View(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	c := &checking{ctx: ctx, view: v}
	for _, step := range []func() error{c.journal, c.operations, c.records, c.history, c.derived, c.compare} {
		if err := step(); err != nil {
			return fmt.Errorf("check: %w", err)
		}
	}
	return nil
}

// checking holds the two sides of what has to agree, each summed up.
type checking struct {
	ctx  context.Context
	view *View
	ops  uint64 // entries that name an operation

	written, kept    tally // (key, entry, hash) by the journal; by records and history
	stays, occupied  tally // (home, stay) by placements; by households
	lives, livesKept tally // (child, placement) by placements; by the index
	group, groupKept tally // (group, child) by children; by the index
}

// tally sums up a set of things in constant memory, whatever their order: the
// sum of their SHA-256 hashes, number by number, modulo 2^64. Two tallies that
// differ come from different sets; chance does not make them equal.
type tally [4]uint64

func (t *tally) add(parts ...[]byte) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.AppendUvarint(nil, uint64(len(p))))
		h.Write(p)
	}
	sum := h.Sum(nil)
	for i := range t {
		t[i] += binary.BigEndian.Uint64(sum[8*i:])
	}
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// journal checks each entry against the tree, and the tree against the head.
func (c *checking) journal() error {
	for n := uint64(1); n <= c.view.head.Number; n++ {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if err := c.entry(n); err != nil {
			return err
		}
	}
	root, err := treeReader{snap: c.view.snap}.root(c.view.head.Number)
	if err == nil && root != c.view.head.Root {
		err = damaged("the head does not fit the tree over the journal")
	}
	return err
}

func (c *checking) entry(n uint64) error {
	value, err := c.view.entryBytes(n)
	if err != nil {
		return err
	}
	if err := c.leaf(n, value); err != nil {
		return err
	}
	e, err := decodeEntry(n, value)
	if err != nil {
		return err
	}
	if e.Op != "" {
		c.ops++
		rec, found, err := present{c.view.snap}.get(opKind.key(care.ID(e.Op)))
		if err != nil || !found || rec.number != n {
			return damaged("operation %q of journal entry %d is not marked as done (%v)", e.Op, n, err)
		}
	}
	for i := range e.Changed {
		if ch := &e.Changed[i]; !ch.Deleted() {
			c.written.add([]byte(ch.Key), number(n), ch.Hash)
		}
	}
	return nil
}

// leaf computes the hashes that entry n added to the tree and compares them.
func (c *checking) leaf(n uint64, value []byte) error {
	tree := treeReader{snap: c.view.snap}
	hashes, err := tlog.StoredHashes(int64(n-1), value, tree)
	if err != nil {
		return fmt.Errorf("tree of entry %d: %w", n, err)
	}
	first := tlog.StoredHashIndex(0, int64(n-1))
	for i, h := range hashes {
		stored, err := tree.ReadHashes([]int64{first + int64(i)})
		if err != nil {
			return err
		}
		if stored[0] != h {
			return damaged("journal entry %d is not the one that was written", n)
		}
	}
	return nil
}

// operations checks that no operation is marked as done that no entry names.
func (c *checking) operations() error {
	seen := uint64(0)
	for _, err := range c.view.whole(opKind) {
		if err != nil {
			return err
		}
		seen++
	}
	if seen != c.ops {
		return damaged("%d operations are marked as done, the journal names %d", seen, c.ops)
	}
	return nil
}

// records sums up every record.
func (c *checking) records() error {
	for _, kind := range recordKinds {
		for k, err := range c.view.whole(kind) {
			if err != nil {
				return err
			}
			if err := c.keep(k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *checking) keep(k keyed) error {
	sum := sha256.Sum256(encodeRecord(k.number, k.body))
	c.kept.add([]byte(k.key), number(k.number), sum[:])
	return c.ctx.Err()
}

// history sums up what was overwritten, and checks that it was so by a later
// entry.
func (c *checking) history() error {
	seen := uint64(0)
	for pair, err := range c.view.snap.Scan([]byte(wasKind.prefix())) {
		if err != nil {
			return err
		}
		key, by, err := parseWas(pair.Key)
		if err != nil {
			return err
		}
		rec, err := decodeRecord(pair.Value)
		if err != nil {
			return err
		}
		if by <= rec.number || by > c.view.head.Number {
			return damaged("a record of entry %d says that entry %d overwrote it", rec.number, by)
		}
		if err := c.keep(keyed{key, rec}); err != nil {
			return err
		}
		seen++
	}
	if want := c.view.head.Counts.Earlier; seen != want {
		return damaged("%d earlier records can be read of %d", seen, want)
	}
	return nil
}

// derived sums up what follows from the placements and children, and what the
// households and indexes say.
func (c *checking) derived() error {
	for p, err := range c.view.Placements() {
		if err != nil {
			return err
		}
		c.lives.add([]byte(p.Child), []byte(p.ID))
		if err := addStay(&c.stays, p.Home, p.Stay()); err != nil {
			return err
		}
	}
	for o, err := range all[care.Occupancy](c.view, HouseholdKind) {
		if err != nil {
			return err
		}
		for _, s := range o.Stays {
			if err := addStay(&c.occupied, o.Home, s); err != nil {
				return err
			}
		}
	}
	for child, err := range c.view.Children() {
		if err != nil {
			return err
		}
		if child.Group != "" {
			c.group.add([]byte(child.Group), []byte(child.ID))
		}
	}
	return c.indexes()
}

func (c *checking) indexes() error {
	if err := c.index(LivesKind, &c.livesKept); err != nil {
		return err
	}
	return c.index(GroupKind, &c.groupKept)
}

func (c *checking) index(kind Kind, t *tally) error {
	for k, err := range c.view.whole(kind) {
		if err != nil {
			return err
		}
		a, b := k.key.ids()
		t.add([]byte(a), []byte(b))
	}
	return nil
}

func addStay(t *tally, home care.ID, s care.Stay) error {
	body, err := encodeBody(s)
	if err != nil {
		return err
	}
	t.add([]byte(home), body)
	return nil
}

// compare says which two sides differ.
func (c *checking) compare() error {
	switch {
	case c.written != c.kept:
		return damaged("the records and their history are not those that the journal lists")
	case c.stays != c.occupied:
		return damaged("the households do not show the stays of the placements")
	case c.lives != c.livesKept:
		return damaged("the index of placements by child does not fit the placements")
	case c.group != c.groupKept:
		return damaged("the index of children by group does not fit the children")
	}
	return nil
}
