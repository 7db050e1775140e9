package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/stablehomes/stablehomes/engine/care"
)

// checking holds the two sides of what has to agree.
type checking struct {
	Examination
	ctx      context.Context
	view     *View
	thorough bool // look at what is no damage too, and at what an opening has verified
	progress func(int)
	done     int
	again    bool   // the second pass, in which nothing is found that was not before
	ops      uint64 // entries that name an operation

	written ledger // (key, entry, hash): by the journal; by records and history
	gone    ledger // (key, overwriting entry): erased, by the journal; by what is left
	stays   ledger // (home, stay): by placements; by households
	lives   ledger // (child, placement): by placements; by the index
	group   ledger // (group, child): by children; by the index
	holds   ledger // (hold, home): by households; by the index
}

func newChecking(ctx context.Context, v *View, thorough bool, progress func(int)) *checking {
	if progress == nil {
		progress = func(int) {}
	}
	return &checking{Examination: Examination{Head: v.Head()}, ctx: ctx, view: v, thorough: thorough, progress: progress}
}

// all runs every step and, where the two sides of something differ, those steps
// again that tell what it is. The error is ctx's.
func (c *checking) all() error {
	for _, step := range []func() error{c.journal, c.operations, c.records, c.history} {
		if err := step(); err != nil {
			return err
		}
	}
	differ := false
	for _, l := range c.ledgers() {
		differ = l.ledger.differs() || differ
	}
	if differ {
		c.again = true
		for _, step := range []func() error{c.journal, c.records, c.history} {
			if err := step(); err != nil {
				return err
			}
		}
		c.compare()
	}
	if c.thorough {
		c.again = true
		if err := c.references(); err != nil {
			return err
		}
	}
	c.again = false
	return nil
}

// fault adds what is off with one entry or record, the first time it is met.
func (c *checking) fault(kind, key, format string, args ...any) {
	if !c.again {
		c.add(Finding{kind, key, fmt.Sprintf(format, args...)})
	}
}

// step counts one entry or record, and stops when it is told to.
func (c *checking) step() error {
	const often = 1000
	if c.done++; c.done%often == 0 {
		c.progress(c.done)
	}
	return c.ctx.Err()
}

// journal checks each entry against the tree, and the tree against the head.
func (c *checking) journal() error {
	for n := uint64(1); n <= c.view.head.Number; n++ {
		if err := c.step(); err != nil {
			return err
		}
		if err := c.entry(n); err != nil {
			c.fault(AboutJournal, fmt.Sprint(n), "%v", err)
		}
	}
	root, err := treeReader{snap: c.view.snap}.root(c.view.head.Number)
	if err == nil && root != c.view.head.Root {
		err = damaged("the head does not fit the tree over the journal")
	}
	if err != nil {
		c.fault(AboutJournal, "", "%v", err)
	}
	return nil
}

func (c *checking) entry(n uint64) error {
	value, err := c.view.entryBytes(n)
	if err != nil {
		return err
	}
	if !c.again {
		if err := c.leaf(n, value); err != nil {
			return err
		}
	}
	e, err := decodeEntry(n, value)
	if err != nil {
		return err
	}
	if e.Op != "" && !c.again {
		c.ops++
		rec, found, err := present{c.view.snap}.get(opKind.key(care.ID(e.Op)))
		if err != nil || !found || rec.number != n {
			return damaged("operation %q is not marked as done by it", e.Op)
		}
	}
	for i := range e.Changed {
		if ch := &e.Changed[i]; !ch.Deleted() {
			c.written.add(due, about{ch.Key, n}, []byte(ch.Key), number(n), ch.Hash)
		}
	}
	for _, gone := range e.Erased {
		c.gone.add(due, about{gone.Key, gone.By}, []byte(gone.Key), number(gone.By))
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
	seen, err := c.every(opKind, func(k *keyed) {
		e, err := c.view.Entry(k.number)
		switch {
		case err == nil && e.Op != string(k.key.ID()), errors.Is(err, ErrNotFound):
			c.fault(AboutOperations, string(k.key.ID()), "journal entry %d does not know of it", k.number)
		case err != nil:
			c.fault(AboutOperations, string(k.key.ID()), "%v", err)
		}
	})
	c.counted(AboutOperations, seen, c.view.head.Counts.Op)
	return err
}

// records sums up every record as it stands, and what follows from it.
func (c *checking) records() error {
	for _, kind := range recordKinds {
		seen, err := c.every(kind, func(k *keyed) {
			c.keep(k, 0)
			if err := c.derive(k); err != nil {
				c.fault(string(kind), nameOf(k.key), "%v", err)
			}
		})
		if err != nil {
			return err
		}
		c.counted(string(kind), seen, *c.view.head.Counts.of(kind))
		if !c.again {
			c.Records += seen
		}
	}
	return nil
}

// every goes through the records of a kind that can be read, and counts all. The
// error is ctx's.
func (c *checking) every(kind Kind, each func(*keyed)) (seen uint64, err error) {
	for pair, err := range c.view.snap.Scan([]byte(kind.prefix())) {
		if stop := c.step(); stop != nil {
			return seen, stop
		}
		if err != nil {
			c.fault(string(kind), "", "the rest cannot be read: %v", err)
			break
		}
		seen++
		rec, err := decodeRecord(pair.Value)
		if err != nil {
			c.fault(string(kind), nameOf(Key(pair.Key)), "%v", err)
			continue
		}
		each(&keyed{Key(pair.Key), rec})
	}
	return seen, nil
}

// counted compares how many keys of a kind were seen with the head, since a
// damaged block may end a scan early without an error.
func (c *checking) counted(kind string, seen, want uint64) {
	if seen != want {
		c.fault(kind, "", "%d can be read of %d", seen, want)
	}
}

// keep enters a record, of now or overwritten by an entry.
func (c *checking) keep(k *keyed, by uint64) {
	sum := k.hash
	if k.erased {
		if !c.again {
			c.Erased++
		}
		c.gone.add(got, about{k.key, by}, []byte(k.key), number(by))
	} else {
		sum = sha256.Sum256(encodeRecord(k.number, k.body))
	}
	c.written.add(got, about{k.key, k.number}, []byte(k.key), number(k.number), sum[:])
}

// derive enters what follows from a record, or what the record says of others.
func (c *checking) derive(k *keyed) error {
	a, b := k.key.ids()
	switch k.key.Kind() {
	case LivesKind:
		c.lives.add(got, about{key: k.key}, []byte(a), []byte(b))
	case GroupKind:
		c.group.add(got, about{key: k.key}, []byte(a), []byte(b))
	case HoldsKind:
		c.holds.add(got, about{key: k.key}, []byte(a), []byte(b))
	case ChildKind:
		return c.child(k)
	case PlacementKind:
		return c.placement(k)
	case HouseholdKind:
		return c.household(k)
	case HomeKind:
		if c.thorough { // nothing follows from a home, so this only says whether it can be read
			return k.read(new(care.Home))
		}
	}
	return nil
}

func (c *checking) child(k *keyed) error {
	var child care.Child
	if err := k.read(&child); err != nil {
		return err
	}
	if child.Group != "" {
		c.group.add(due, about{key: GroupKind.key2(child.Group, child.ID)}, []byte(child.Group), []byte(child.ID))
	}
	return nil
}

func (c *checking) placement(k *keyed) error {
	var p care.Placement
	if err := k.read(&p); err != nil {
		return err
	}
	c.lives.add(due, about{key: LivesKind.key2(p.Child, p.ID)}, []byte(p.Child), []byte(p.ID))
	return addStay(&c.stays, due, p.Home, p.Stay())
}

func (c *checking) household(k *keyed) error {
	var o care.Occupancy
	if err := k.read(&o); err != nil {
		return err
	}
	for _, s := range o.Stays {
		if err := addStay(&c.stays, got, o.Home, s); err != nil {
			return err
		}
	}
	for i := range o.Holds {
		id := o.Holds[i].ID
		c.holds.add(due, about{key: HoldsKind.key2(id, o.Home)}, []byte(id), []byte(o.Home))
	}
	return nil
}

func addStay(l *ledger, s side, home care.ID, stay care.Stay) error {
	body, err := encodeBody(stay)
	if err != nil {
		return err
	}
	l.add(s, about{key: Key(string(HouseholdKind.key(home)) + "\x00" + string(stay.Placement))}, []byte(home), body)
	return nil
}

// history enters what was overwritten, and checks that it was so by a later
// entry.
func (c *checking) history() error {
	seen := uint64(0)
	for pair, err := range c.view.snap.Scan([]byte(wasKind.prefix())) {
		if stop := c.step(); stop != nil {
			return stop
		}
		if err != nil {
			c.fault(AboutHistory, "", "the rest cannot be read: %v", err)
			break
		}
		seen++
		if err := c.earlier(pair); err != nil {
			key, _, _ := parseWas(pair.Key)
			c.fault(AboutHistory, string(key.Kind())+"/"+nameOf(key), "%v", err)
		}
	}
	c.counted(AboutHistory, seen, c.view.head.Counts.Earlier)
	c.Earlier = seen
	return nil
}

func (c *checking) earlier(pair Pair) error {
	key, by, err := parseWas(pair.Key)
	if err != nil {
		return err
	}
	rec, err := decodeRecord(pair.Value)
	if err != nil {
		return err
	}
	c.keep(&keyed{key, rec}, by)
	if by <= rec.number || by > c.view.head.Number {
		return damaged("a record of entry %d says that entry %d overwrote it", rec.number, by)
	}
	return nil
}

// nameOf is what a key names, without the kind.
func nameOf(key Key) string {
	_, name, _ := strings.Cut(string(key), "/")
	return strings.ReplaceAll(name, "\x00", "/")
}

// account is a ledger with what its mismatches mean; {n} is the number.
type account struct {
	*ledger
	kind    string // of the findings; empty is that of the key
	lacks   string // it should be there
	excess  string // it should not
	altered string // it should be another; empty where that says nothing more
}

func (c *checking) ledgers() []account {
	return []account{
		{&c.written, "", "entry {n} wrote it, and it is gone", "it is not one of those that the journal lists, as of entry {n}", "it is not what entry {n} wrote, by the hash that the journal lists"},
		{&c.gone, "", "the journal says that it was erased, and it was not", "it was erased, and the journal does not say so", ""},
		{&c.stays, string(HouseholdKind), "the household does not show the stay as its placement has it", "the household shows a stay that is not as its placement has it", "the stay and its placement differ"},
		{&c.lives, string(LivesKind), "the index of placements by child lacks it", "the index of placements by child has it, and no placement says so", ""},
		{&c.group, string(GroupKind), "the index of children by group lacks it", "the index of children by group has it, and no child says so", ""},
		{&c.holds, string(HoldsKind), "the index of homes by hold lacks it", "the index of homes by hold has it, and no household says so", ""},
	}
}

// compare makes findings of the mismatches.
func (c *checking) compare() {
	for _, a := range c.ledgers() {
		c.More = c.More || len(a.open) == openPages
		all := a.mismatches()
		for i := 0; i < len(all); i++ {
			says := a.lacks
			if all[i].only == got {
				says = a.excess
			}
			if a.altered != "" && i+1 < len(all) && all[i].about == all[i+1].about {
				says = a.altered
				i++
			}
			c.add(a.finding(&all[i], says))
		}
	}
}

func (a *account) finding(m *mismatch, says string) Finding {
	kind := a.kind
	if kind == "" {
		kind = string(m.key.Kind())
	}
	return Finding{kind, nameOf(m.key), strings.ReplaceAll(says, "{n}", strconv.FormatUint(m.number, 10))}
}
