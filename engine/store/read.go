package store

import (
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Home reads one home; it is an [ErrNotFound] if there is none of that id.
func (v *View) Home(id care.ID) (care.Home, error) { return one[care.Home](v, HomeKind, id) }

// HasHome says whether there is a home of that id.
func (v *View) HasHome(id care.ID) (bool, error) { return v.has(HomeKind, id) }

// HasChild says whether there is a child of that id.
func (v *View) HasChild(id care.ID) (bool, error) { return v.has(ChildKind, id) }

// Has says whether an id of that kind is taken. Of an index it is the first id of
// a key, such as that of a hold.
func (v *View) Has(kind Kind, id care.ID) (bool, error) {
	if !kind.index() {
		return v.has(kind, id)
	}
	ids, err := v.indexed(kind, id)
	return len(ids) > 0, err
}

func (v *View) has(kind Kind, id care.ID) (bool, error) {
	_, found, err := v.from.get(kind.key(id))
	return found, err
}

// Child reads one child; it is an [ErrNotFound] if there is none of that id.
func (v *View) Child(id care.ID) (care.Child, error) { return one[care.Child](v, ChildKind, id) }

// Placement reads one placement; it is an [ErrNotFound] if there is none of that
// id.
func (v *View) Placement(id care.ID) (care.Placement, error) {
	return one[care.Placement](v, PlacementKind, id)
}

// Occupancy reads the stays and holds of a home. A home that never had any, and
// one that is not known, has an Occupancy with nothing but its id.
func (v *View) Occupancy(home care.ID) (care.Occupancy, error) {
	o, err := one[care.Occupancy](v, HouseholdKind, home)
	if errors.Is(err, ErrNotFound) {
		return care.Occupancy{Home: home}, nil
	}
	return o, err
}

// Household reads a home with everything that judging it needs; it is an
// [ErrNotFound] if there is no home of that id.
func (v *View) Household(home care.ID) (care.Household, error) {
	h, err := v.Home(home)
	if err != nil {
		return care.Household{}, err
	}
	o, err := v.Occupancy(home)
	if err != nil {
		return care.Household{}, err
	}
	residents, err := v.Residents(&o)
	if err != nil {
		return care.Household{}, err
	}
	held, err := v.held(&o)
	return care.Household{Home: &h, Occupancy: o, Residents: residents, Held: held}, err
}

// Residents reads the children of the stays, in the same order. A child who has
// a placement but no record is one of whom only the id is known.
func (v *View) Residents(o *care.Occupancy) ([]care.Child, error) {
	var children []care.Child
	for i := range o.Stays {
		c, err := v.known(o.Stays[i].Child)
		if err != nil {
			return nil, err
		}
		children = append(children, c)
	}
	return children, nil
}

// held reads the children of the holds, hold by hold.
func (v *View) held(o *care.Occupancy) ([]care.Child, error) {
	var children []care.Child
	for i := range o.Holds {
		for _, id := range o.Holds[i].Children {
			c, err := v.known(id)
			if err != nil {
				return nil, err
			}
			children = append(children, c)
		}
	}
	return children, nil
}

// known reads a child of whom there may be no record but the id.
func (v *View) known(id care.ID) (care.Child, error) {
	c, err := v.Child(id)
	if errors.Is(err, ErrNotFound) {
		return care.Child{ID: id}, nil
	}
	return c, err
}

// Homes yields every home in order of id. An error is yielded once, as the last
// step; it is an [ErrDamaged] if fewer homes could be read than there are.
func (v *View) Homes() iter.Seq2[care.Home, error] { return all[care.Home](v, HomeKind) }

// Children yields every child in order of id, with errors as in [View.Homes].
func (v *View) Children() iter.Seq2[care.Child, error] { return all[care.Child](v, ChildKind) }

// Placements yields every placement in order of id, with errors as in
// [View.Homes].
func (v *View) Placements() iter.Seq2[care.Placement, error] {
	return all[care.Placement](v, PlacementKind)
}

// Occupancies yields the stays and holds of every home of which any are recorded, in
// order of the home's id, with errors as in [View.Homes].
func (v *View) Occupancies() iter.Seq2[care.Occupancy, error] {
	return all[care.Occupancy](v, HouseholdKind)
}

// Households yields every home with its occupancy in order of id, in one pass
// over both. Who lives there or has a bed held is left out; [View.Residents] reads
// the residents. Errors are as
// in [View.Homes].
func (v *View) Households() iter.Seq2[care.Household, error] {
	return func(yield func(care.Household, error) bool) {
		occupied := pull(v.whole(HouseholdKind))
		defer occupied.stop()
		for k, err := range v.whole(HomeKind) {
			h := care.Household{Home: new(care.Home)}
			if err == nil {
				err = fill(&h, k, occupied)
			}
			if !yield(h, err) || err != nil {
				return
			}
		}
		for occupied.more && occupied.err == nil { // so that these are counted too
			occupied.step()
		}
		if occupied.more {
			yield(care.Household{}, occupied.err)
		}
	}
}

// fill reads the home and, where the cursor comes to its id, its occupancy.
func fill(h *care.Household, home keyed, occupied *cursor) error {
	if err := decodeBody(home.body, h.Home); err != nil {
		return fmt.Errorf("home %q: %w", home.key.ID(), err)
	}
	h.Occupancy.Home = home.key.ID()
	for occupied.more && occupied.err == nil && occupied.at.key.ID() < home.key.ID() {
		occupied.step()
	}
	switch {
	case !occupied.more:
		return nil
	case occupied.err != nil:
		return occupied.err
	case occupied.at.key.ID() != home.key.ID():
		return nil
	}
	return occupied.at.read(&h.Occupancy)
}

// Glance yields what T has of every record of a kind, in order of id: T is a struct with
// some of the fields of the kind's own type under the same numbers. Records that were
// erased are passed over. It takes a fraction of the time of reading them whole. Errors
// are as in [View.Homes].
func Glance[T any](v *View, kind Kind) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for k, err := range v.whole(kind) {
			var value T
			if err == nil && k.erased {
				continue
			}
			if err == nil {
				if err = glancing().Unmarshal(k.body, &value); err != nil {
					err = fmt.Errorf("%s %q: %w: a record cannot be read: %w", kind, k.key.ID(), ErrDamaged, err)
				}
			}
			if !yield(value, err) || err != nil {
				return
			}
		}
	}
}

// Count is how many records of a kind there are, of an index how many keys. A view of
// an earlier entry does not know: there it is 0.
func (v *View) Count(kind Kind) uint64 {
	if n := v.head.Counts.of(kind); n != nil && !v.past {
		return *n
	}
	return 0
}

// PlacementsOf reads the placements of a child, past ones too, in order of id.
// A child who is not known has none.
func (v *View) PlacementsOf(child care.ID) ([]care.Placement, error) {
	ids, err := v.indexed(LivesKind, child)
	if err != nil {
		return nil, err
	}
	placements := make([]care.Placement, len(ids))
	for i, id := range ids {
		if placements[i], err = v.Placement(id); err != nil {
			return nil, fmt.Errorf("placements of child %q: %w", child, err)
		}
	}
	return placements, nil
}

// Group lists the children of a sibling group in order of id. A group that is
// not known has none.
func (v *View) Group(id care.ID) ([]care.ID, error) { return v.indexed(GroupKind, id) }

// HomesHeld lists the homes that have a hold of that id, in order of id. A hold
// that is not known, or has been ended, has none.
func (v *View) HomesHeld(hold care.ID) ([]care.ID, error) { return v.indexed(HoldsKind, hold) }

// Decision reads one decision into the value whose type it was put in with; it is
// an [ErrNotFound] if there is none of that id.
func (v *View) Decision(id care.ID, into any) error {
	rec, found, err := v.from.get(DecisionKind.key(id))
	if err == nil && !found {
		err = notFound(DecisionKind, string(id))
	}
	if err == nil {
		err = rec.read(into)
	}
	if err != nil {
		return fmt.Errorf("%s %q: %w", DecisionKind, id, err)
	}
	return nil
}

// indexed lists the second ids of an index.
func (v *View) indexed(kind Kind, first care.ID) ([]care.ID, error) {
	var ids []care.ID
	for k, err := range v.from.scan(string(kind.key2(first, ""))) {
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", kind, first, err)
		}
		_, second := k.key.ids()
		ids = append(ids, second)
	}
	return ids, nil
}

// IDs yields every id of a kind in order, without reading the records, so that a
// caller can suggest an id near one that is not there. Of [GroupKind] it yields
// the groups that have children, of [LivesKind] the children who have
// placements, of [HoldsKind] the holds. Errors are as in [View.Homes].
func (v *View) IDs(kind Kind) iter.Seq2[care.ID, error] {
	return func(yield func(care.ID, error) bool) {
		last := care.ID("")
		for k, err := range v.whole(kind) {
			id := k.key.ID()
			if err == nil && id == last { // an index has many keys of one id
				continue
			}
			last = id
			if !yield(id, err) || err != nil {
				return
			}
		}
	}
}

// Meta reads a small named value, such as the hash of the postcode file; it is
// an [ErrNotFound] if there is none of that name.
func (v *View) Meta(name string) ([]byte, error) { return one[[]byte](v, MetaKind, care.ID(name)) }

// Entry reads one journal entry; it is an [ErrNotFound] if the view does not
// reach to that number.
func (v *View) Entry(n uint64) (Entry, error) {
	if n == 0 || n > v.head.Number {
		return Entry{}, notFound(journalKind, strconv.FormatUint(n, 10))
	}
	value, err := v.entryBytes(n)
	if err != nil {
		return Entry{}, err
	}
	e, err := decodeEntry(n, value)
	if err == nil {
		err = v.spell(&e)
	}
	return e, err
}

// entryBytes are what the tree has as leaf n.
func (v *View) entryBytes(n uint64) ([]byte, error) {
	value, version, err := v.snap.Get(journalKind.numbered(n))
	if err == nil && version == 0 {
		err = damaged("journal entry %d is missing", n)
	}
	return value, err
}

// Journal yields the entries from number n, or 1 if that is higher, to the head,
// in order. An error is yielded once, as the last step.
func (v *View) Journal(n uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for n := max(n, 1); n <= v.head.Number; n++ {
			e, err := v.Entry(n)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}
