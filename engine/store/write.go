package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Receipt says what became of a change.
type Receipt struct {
	Number uint64 // the journal entry that records it or, where nothing changed, the newest one
	Root   Hash   // of the tree up to that entry
	Keys   int    // how many keys it changed; 0 if what it asked for was so already
}

// Decide looks at the store and says what to change, or why not. It may run more
// than once, so it does nothing else and makes a new Change each time; a nil
// Change changes nothing.
type Decide func(v *View) (*Change, error)

// maxAttempts bounds how often changes are decided anew because another program
// came first. Within one process none does.
const maxAttempts = 16

// Do makes one change: decide, then one commit of records and journal. When it
// returns without an error the change is on disk. Changes that are asked for at
// the same time are decided one after another, each on what the one before it
// leaves, and share one commit. Where decide panics Do panics too, with a [*Panicked].
//
// A change with an operation id is made once: with the same id again, decide is
// not asked and the Receipt of the first time is returned. An empty id stands
// for none. Records that are stored already as they are put are left alone, and
// a change of nothing writes nothing, not even its operation id.
//
// Errors: that of decide, as it is; [ErrUnreadable]; [ErrTooLarge]; [ErrFull]; [ErrConflict] if
// others kept coming first; [ErrUnknown]; [ErrReadOnly]; [ErrClosed]; and that of
// ctx until it was decided. Where a commit fails, everybody is told who shares it.
func (s *Store) Do(ctx context.Context, op string, decide Decide) (Receipt, error) {
	if s.readOnly {
		return Receipt{}, ErrReadOnly
	}
	if op != "" {
		if err := care.ID(op).Validate("operation"); err != nil {
			return Receipt{}, err
		}
	}
	a := &asked{ctx: ctx, op: op, decide: decide, done: make(chan struct{})}
	lead, err := s.line.join(a)
	if err != nil {
		return Receipt{}, err
	}
	if lead {
		go s.lead()
	}
	return a.wait(&s.line)
}

// receipt is that of an operation that was done before.
func (v *View) receipt(op string) (r Receipt, done bool, err error) {
	if op == "" {
		return Receipt{}, false, nil
	}
	rec, found, err := present{v.snap}.get(opKind.key(care.ID(op)))
	if err != nil || !found {
		return Receipt{}, false, err
	}
	e, err := v.Entry(rec.number)
	if errors.Is(err, ErrNotFound) || err == nil && e.Op != op {
		err = damaged("journal entry %d does not know of it", rec.number)
	}
	if err != nil {
		return Receipt{}, false, fmt.Errorf("operation %q: %w", op, err)
	}
	root, err := treeReader{snap: v.snap}.root(rec.number)
	return Receipt{Number: rec.number, Root: root, Keys: len(e.Changed) + len(e.Erased)}, true, err
}

// Operation is the journal entry that was made under an operation id, 0 if none was,
// and the Request of its [Change].
func (v *View) Operation(op string) (number uint64, request []byte, err error) {
	if op == "" {
		return 0, nil, nil
	}
	rec, _, err := present{v.snap}.get(opKind.key(care.ID(op)))
	return rec.number, slices.Clone(rec.body), err
}

// draft is a change on its way to becoming one commit.
type draft struct {
	view      *View
	entry     Entry
	head      headRecord
	ops       []Op
	request   []byte // see [Change], like the next
	forgotten map[Key]bool
}

// draft compares the change with what is stored and writes down the commit.
func (v *View) draft(op string, c *Change) (*draft, error) {
	n, writes := v.head.Number+1, c.writes()
	if err := readableInstant(c.When); err != nil {
		return nil, err
	}
	if err := prepareAll(writes, n, v.snap); err != nil {
		return nil, err
	}
	d := &draft{view: v, head: v.head, request: c.Request, forgotten: c.forgotten, entry: Entry{
		Number: n, Op: op, Who: c.Who, When: c.When.Round(0).UTC(), Command: c.Command, Policy: c.Policy,
	}}
	for i := range writes {
		if err := d.settle(&writes[i]); err != nil {
			return nil, err
		}
	}
	if err := d.erase(c.lost); err != nil {
		return nil, err
	}
	if d.empty() {
		return d, nil
	}
	if err := d.say(c.Words); err != nil {
		return nil, err
	}
	return d, d.seal(op)
}

// settle adds one key, unless it is so already. What it overwrites is kept.
func (d *draft) settle(w *write) error {
	if w.same {
		return nil
	}
	kind := w.key.Kind()
	if w.version != 0 {
		old, err := d.earlier(w)
		if err != nil {
			return err
		}
		d.add(wasKind, Op{Key: w.key.was(d.entry.Number), Value: old})
		*d.head.Counts.of(kind)--
	}
	if w.delete {
		d.ops = append(d.ops, Op{Key: []byte(w.key), Delete: true})
	} else {
		d.add(kind, Op{Key: []byte(w.key), Value: w.value})
	}
	d.entry.Changed = append(d.entry.Changed, Changed{Key: w.key, Hash: w.hash})
	return nil
}

// empty says that nothing is to be written.
func (d *draft) empty() bool { return len(d.entry.Changed) == 0 && len(d.entry.Erased) == 0 }

// keys counts what the draft changes.
func (d *draft) keys() int { return len(d.entry.Changed) + len(d.entry.Erased) }

// add puts a key that is not there yet, or whose old one was counted off.
func (d *draft) add(kind Kind, op Op) {
	d.ops = append(d.ops, op)
	*d.head.Counts.of(kind)++
}

// seal adds the journal entry, the tree and the head.
func (d *draft) seal(op string) error {
	n := d.entry.Number
	if op != "" {
		d.add(opKind, Op{Key: []byte(opKind.key(care.ID(op))), Value: encodeRecord(n, d.request)})
	}
	entry, err := encodeVersioned(d.entry)
	if err != nil {
		return err
	}
	tree, root, err := treeReader{snap: d.view.snap}.grow(n, entry)
	if err != nil {
		return err
	}
	d.head.Number, d.head.Root = n, root
	head, err := encodeVersioned(d.head)
	if err != nil {
		return err
	}
	d.ops = append(d.ops, Op{Key: journalKind.numbered(n), Value: entry}, Op{Key: []byte(headKey), Value: head})
	d.ops = append(d.ops, tree...)
	return nil
}

// InParts makes one change of all the items or, where that does not fit into one
// commit, of each half of them in turn; a few thousand at a time are a good
// number. An import that was stopped between two parts can be run again: what is
// stored already changes nothing. The Receipt is that of the last part, with the
// keys of all.
func InParts[T any](ctx context.Context, s *Store, items []T, decide func(v *View, part []T) (*Change, error)) (Receipt, error) {
	r, err := s.Do(ctx, "", func(v *View) (*Change, error) { return decide(v, items) })
	if !errors.Is(err, ErrTooLarge) || len(items) < 2 {
		return r, err
	}
	half := len(items) / 2
	first, err := InParts(ctx, s, items[:half], decide)
	if err != nil {
		return first, err
	}
	second, err := InParts(ctx, s, items[half:], decide)
	second.Keys += first.Keys
	return second, err
}
