package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
)

// mention is a record, of now or of then, that names a child.
type mention struct {
	key Key
	by  uint64 // the entry that overwrote or deleted it; 0 if it stands
	record
	part  []byte // what it says of the child; nil where it is about the child alone
	aside bool   // it is about others, and its words name the child
}

// mentioning are the kinds of records with a body that can name a child. An
// entry of an index has none, and its key alone says nothing more than an id.
var mentioning = []Kind{ChildKind, PlacementKind, HouseholdKind, DecisionKind}

// named is a child to be looked for.
type named struct {
	child care.ID
	aside bool // in the words of decisions about others, too; each has to be unpacked for it
}

// mentions are all records that name the child, in order of key and age. What has
// been erased names nobody. It reads every record of those kinds, and their
// whole history.
func (v *View) mentions(ctx context.Context, whom named) ([]mention, error) {
	var all []mention
	for _, kind := range mentioning {
		for k, err := range v.whole(kind) {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				all, err = k.mention(all, whom, 0)
			}
			if err != nil {
				return nil, err
			}
		}
		for pair, err := range v.snap.Scan([]byte(wasKind.prefix() + kind.prefix())) {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				all, err = pastMention(all, whom, pair)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(all, func(a, b mention) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.number, b.number))
	})
	return all, nil
}

func pastMention(all []mention, whom named, pair Pair) ([]mention, error) {
	key, by, err := parseWas(pair.Key)
	if err != nil {
		return all, err
	}
	rec, err := decodeRecord(pair.Value)
	if err != nil {
		return all, err
	}
	return keyed{key, rec}.mention(all, whom, by)
}

// mention adds the record if it names the child.
func (k keyed) mention(all []mention, whom named, by uint64) ([]mention, error) {
	if k.erased {
		return all, nil
	}
	m := mention{key: k.key, by: by}
	says, err := k.says(whom, &m)
	if err != nil || !says {
		return all, err
	}
	m.record = record{number: k.number, body: slices.Clone(k.body)}
	return append(all, m), nil
}

// says whether the record names the child, and what it says.
func (k keyed) says(whom named, m *mention) (says bool, err error) {
	child := whom.child
	if k.key.Kind() == ChildKind {
		return k.key.ID() == child, nil
	}
	packed := whom.aside && k.key.Kind() == DecisionKind
	if !packed && !bytes.Contains(k.body, []byte(child)) { // which spares most from being decoded
		return false, nil
	}
	if k.key.Kind() == DecisionKind {
		var d care.Decision
		if err := decodeBody(k.body, &d); err != nil || d.Names(child) {
			return true, err
		}
		if m.aside = whom.aside; !m.aside {
			return false, nil
		}
		return d.SpeaksOf(child)
	}
	if k.key.Kind() == PlacementKind {
		var p care.Placement
		err = decodeBody(k.body, &p)
		return p.Child == child, err
	}
	var o care.Occupancy
	if err := decodeBody(k.body, &o); err != nil {
		return false, err
	}
	about := o.About(child)
	m.part, err = encodeBody(about)
	return !about.Empty(), err
}

// EntriesAbout lists the journal entries that changed what is recorded of a
// child: the record itself, the placements, and the stays and holds in homes. It
// is in order, without repetition. What was erased no longer says whom it was
// about.
func (v *View) EntriesAbout(ctx context.Context, child care.ID) ([]uint64, error) {
	all, err := v.mentions(ctx, named{child: child})
	return entriesAbout(all), err
}

// entriesAbout are the entries that wrote what the mentions say, or took it away.
func entriesAbout(all []mention) []uint64 {
	var numbers []uint64
	for i := range all {
		m := &all[i]
		if m.aside {
			continue
		}
		if i == 0 || !all[i-1].leadsTo(m) || !bytes.Equal(all[i-1].part, m.part) || m.part == nil {
			numbers = append(numbers, m.number)
		}
		if m.by != 0 && (i+1 == len(all) || !m.leadsTo(&all[i+1])) {
			numbers = append(numbers, m.by) // from then on the child is not named
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// leadsTo says whether the next version of the record is the other one.
func (m *mention) leadsTo(next *mention) bool { return m.key == next.key && m.by == next.number }
