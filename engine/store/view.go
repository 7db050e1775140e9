package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/stablehomes/stablehomes/engine/care"
)

// View reads one consistent state of the store, as it is or as it was recorded
// at an earlier journal entry. It is safe for concurrent use.
type View struct {
	snap    Snapshot
	from    reader
	head    headRecord
	version Version // of the head record
	past    bool
}

// reader finds records: those of now, or those of then.
type reader interface {
	get(key Key) (record, bool, error)
	scan(prefix string) iter.Seq2[keyed, error]
}

// keyed is a record with its key. Its bytes are valid until the next step.
type keyed struct {
	key Key
	record
}

// View is the state after the newest change. The caller closes it.
func (s *Store) View(ctx context.Context) (*View, error) {
	snap, err := s.kv.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	v, err := newView(snap)
	if err != nil {
		return nil, errors.Join(err, snap.Close())
	}
	return v, nil
}

func newView(snap Snapshot) (*View, error) {
	v := &View{snap: snap, from: present{snap}}
	value, version, err := snap.Get([]byte(headKey))
	if err != nil {
		return nil, err
	}
	if version == 0 {
		v.head.Root, err = treeReader{}.root(0)
		return v, err
	}
	v.version = version
	return v, decodeVersioned(value, &v.head)
}

// Close lets the view go, and with it every view that came from its AsOf.
func (v *View) Close() error {
	if v.past {
		return nil
	}
	return v.snap.Close()
}

// Head is the journal entry up to which the view reads.
func (v *View) Head() Head { return Head{Number: v.head.Number, Root: v.head.Root} }

// AsOf is the state as it was recorded by journal entry n, from 0 for the empty
// store to the number of the head. It lives as long as the view it comes from.
func (v *View) AsOf(n uint64) (*View, error) {
	if n > v.head.Number {
		return nil, notFound(journalKind, strconv.FormatUint(n, 10))
	}
	root, err := treeReader{snap: v.snap}.root(n)
	if err != nil {
		return nil, err
	}
	return &View{snap: v.snap, from: past{v.snap, n}, head: headRecord{Number: n, Root: root}, past: true}, nil
}

func notFound(k Kind, name string) error { return &NotFoundError{Kind: k, Name: name} }

// one reads the record of an id.
func one[T any](v *View, kind Kind, id care.ID) (value T, err error) {
	rec, found, err := v.from.get(kind.key(id))
	if err != nil {
		return value, err
	}
	if !found {
		return value, notFound(kind, string(id))
	}
	if err := rec.read(&value); err != nil {
		return value, fmt.Errorf("%s %q: %w", kind, id, err)
	}
	return value, nil
}

// all yields every record of a kind, in order of key.
func all[T any](v *View, kind Kind) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		for k, err := range v.whole(kind) {
			var value T
			if err == nil {
				err = k.read(&value)
			}
			if err != nil {
				yield(none, fmt.Errorf("every %s: %w", kind, err))
				return
			}
			if !yield(value, nil) {
				return
			}
		}
	}
}

// whole scans a kind and compares what it saw with the count in the head, since
// a damaged block may end a scan early without an error.
func (v *View) whole(kind Kind) iter.Seq2[keyed, error] {
	return func(yield func(keyed, error) bool) {
		seen := uint64(0)
		for k, err := range v.from.scan(kind.prefix()) {
			if !yield(k, err) || err != nil {
				return
			}
			seen++
		}
		if v.past { // the head of then was not kept
			return
		}
		if want := *v.head.Counts.of(kind); seen != want {
			yield(keyed{}, damaged("%d keys of kind %s can be read of %d", seen, kind, want))
		}
	}
}

// present reads records as they are.
type present struct{ snap Snapshot }

func (p present) get(key Key) (record, bool, error) {
	value, version, err := p.snap.Get([]byte(key))
	if err != nil {
		return record{}, false, err
	}
	return found(value, version)
}

// found takes a value apart, if there is one.
func found(value []byte, version Version) (record, bool, error) {
	if version == 0 {
		return record{}, false, nil
	}
	rec, err := decodeRecord(value)
	return rec, err == nil, err
}

func (p present) scan(prefix string) iter.Seq2[keyed, error] {
	return func(yield func(keyed, error) bool) {
		for pair, err := range p.snap.Scan([]byte(prefix)) {
			var rec record
			if err == nil {
				rec, err = decodeRecord(pair.Value)
			}
			if !yield(keyed{Key(pair.Key), rec}, err) || err != nil {
				return
			}
		}
	}
}
