package store

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Change is what a decision wants recorded: who does what, and the records as
// they are to be. The zero Change changes nothing. Records that are put in stay
// the caller's; the Change keeps copies.
//
// The methods keep the households and the indexes in step: they read from the
// View what was there before, and see what they have already put in themselves.
type Change struct {
	Who     string    // the person or program that answers for it
	Command string    // what was asked for, in a word or two; it stays in the journal for ever
	Words   string    // the rest of the command, which names people and days: kept beside the journal, where it can be erased
	When    time.Time // the instant that the caller's clock gave
	Policy  string    // hash of the policy in force
	// Request is kept with the operation id, for [View.Operation]: what tells the request
	// from another one, such as a hash. It cannot be erased, so it should name nobody.
	Request []byte

	homes      map[care.ID]*care.Home // nil: to be deleted; likewise below
	children   map[care.ID]*care.Child
	placements map[care.ID]*care.Placement
	households map[care.ID]*care.Occupancy
	held       map[care.ID][]care.ID // by home, the holds its household had
	indexes    map[Key]bool          // whether the entry is to be there
	decisions  map[care.ID]cbor.RawMessage
	meta       map[string][]byte

	lost      []lost       // records that lose their content
	forgotten map[Key]bool // records whose old content is not kept when they are overwritten or deleted
}

// set puts into a map that may not have been made yet.
func set[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[key] = value
}

// PutHomes records homes.
func (c *Change) PutHomes(homes ...care.Home) {
	for i := range homes {
		h := homes[i]
		set(&c.homes, h.ID, &h)
	}
}

// DeleteHome takes the home out. Its household stays, since placements name it.
func (c *Change) DeleteHome(id care.ID) { set(&c.homes, id, nil) }

// PutChildren records children and the sibling groups they are in.
func (c *Change) PutChildren(v *View, children ...care.Child) error {
	for i := range children {
		child := children[i]
		if err := c.regroup(v, child.ID, child.Group); err != nil {
			return err
		}
		set(&c.children, child.ID, &child)
	}
	return nil
}

// DeleteChild takes the child out, and out of the sibling group. Placements
// stay.
func (c *Change) DeleteChild(v *View, id care.ID) error {
	if err := c.regroup(v, id, ""); err != nil {
		return err
	}
	set(&c.children, id, nil)
	return nil
}

// regroup moves the child in the index of groups.
func (c *Change) regroup(v *View, id, group care.ID) error {
	old, err := before(c.children, id, v.Child)
	if err != nil {
		return err
	}
	if old != nil && old.Group != "" && old.Group != group {
		set(&c.indexes, GroupKind.key2(old.Group, id), false)
	}
	if group != "" {
		set(&c.indexes, GroupKind.key2(group, id), true)
	}
	return nil
}

// before is the record as the change has it so far, or as the view has it; nil
// if there is none.
func before[T any](pending map[care.ID]*T, id care.ID, stored func(care.ID) (T, error)) (*T, error) {
	if record, ok := pending[id]; ok {
		return record, nil
	}
	record, err := stored(id)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &record, nil
}

// PutPlacements records placements, the stays in their homes and the index by
// child.
func (c *Change) PutPlacements(v *View, placements ...care.Placement) error {
	for i := range placements {
		p := placements[i]
		if err := c.leave(v, p.ID, p.Home, p.Child); err != nil {
			return err
		}
		home, err := c.Occupancy(v, p.Home)
		if err != nil {
			return err
		}
		home.Put(p.Stay())
		set(&c.indexes, LivesKind.key2(p.Child, p.ID), true)
		set(&c.placements, p.ID, &p)
	}
	return nil
}

// DeletePlacement takes the placement out, with its stay and its index entry.
func (c *Change) DeletePlacement(v *View, id care.ID) error {
	if err := c.leave(v, id, "", ""); err != nil {
		return err
	}
	set(&c.placements, id, nil)
	return nil
}

// leave takes the placement out of the home and the child's index it was in,
// unless it stays there.
func (c *Change) leave(v *View, id, home, child care.ID) error {
	old, err := before(c.placements, id, v.Placement)
	if err != nil || old == nil {
		return err
	}
	if old.Child != child {
		set(&c.indexes, LivesKind.key2(old.Child, id), false)
	}
	if old.Home == home {
		return nil
	}
	left, err := c.Occupancy(v, old.Home)
	if err != nil {
		return err
	}
	left.Remove(id)
	return nil
}

// Occupancy is the household of a home as this change leaves it so far. What the
// caller does to it is part of the change: this is how holds are put in, ended
// and taken out, and the index of holds follows. Holds are kept in order of ID.
func (c *Change) Occupancy(v *View, home care.ID) (*care.Occupancy, error) {
	if o, ok := c.households[home]; ok {
		return o, nil
	}
	o, err := v.Occupancy(home)
	if err != nil {
		return nil, err
	}
	set(&c.households, home, &o)
	set(&c.held, home, holdsOf(&o))
	return &o, nil
}

func holdsOf(o *care.Occupancy) []care.ID {
	var ids []care.ID
	for i := range o.Holds {
		ids = append(ids, o.Holds[i].ID)
	}
	return ids
}

// PutDecision records a decision: the CBOR of a value, by its struct tags.
func (c *Change) PutDecision(id care.ID, decision any) error {
	body, err := encodeBody(decision)
	if err == nil {
		set(&c.decisions, id, cbor.RawMessage(body))
	}
	return err
}

// PutMeta records a small named value. The name follows the rules of an id.
func (c *Change) PutMeta(name string, value []byte) {
	set(&c.meta, name, append([]byte{}, value...))
}

// DeleteMeta takes a named value out.
func (c *Change) DeleteMeta(name string) { set(&c.meta, name, nil) }

// writes are the keys of the change, in order.
func (c *Change) writes() []write {
	c.indexHolds()
	out := make([]write, 0, len(c.homes)+len(c.children)+len(c.placements)+len(c.households)+len(c.indexes)+len(c.decisions)+len(c.meta))
	for id, decision := range c.decisions {
		out = append(out, write{key: DecisionKind.key(id), body: decision})
	}
	for key, there := range c.indexes {
		out = append(out, write{key: key, delete: !there})
	}
	for name, value := range c.meta {
		out = append(out, write{key: MetaKind.key(care.ID(name)), body: value, delete: value == nil})
	}
	out = gather(out, HomeKind, c.homes)
	out = gather(out, ChildKind, c.children)
	out = gather(out, PlacementKind, c.placements)
	out = gather(out, HouseholdKind, c.settled())
	slices.SortFunc(out, func(a, b write) int { return cmp.Compare(a.key, b.key) })
	return out
}

// indexHolds lets the index say which homes have which hold.
func (c *Change) indexHolds() {
	for home, o := range c.households {
		for _, id := range c.held[home] {
			if o.Hold(id) == nil {
				set(&c.indexes, HoldsKind.key2(id, home), false)
			}
		}
		for _, id := range holdsOf(o) {
			set(&c.indexes, HoldsKind.key2(id, home), true)
		}
	}
}

func gather[T any](out []write, kind Kind, records map[care.ID]*T) []write {
	for id, r := range records {
		out = append(out, write{key: kind.key(id), body: r, delete: r == nil})
	}
	return out
}

// settled are the households, with nil for one of which nothing is recorded.
func (c *Change) settled() map[care.ID]*care.Occupancy {
	out := maps.Clone(c.households)
	for id, o := range out {
		if o.Empty() {
			out[id] = nil
		}
	}
	return out
}
