package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
)

// ErrStillRead says that what was erased may still be read from the files, since
// somebody has been reading the store from before. It is gone when the store is
// next opened to write.
var ErrStillRead = errors.New("it is erased, but the old files are still being read; they go when the store is next opened to write")

// Erasure says what was erased.
type Erasure struct {
	Receipt     // of the last change
	Records int // records that stood, and are gone or have no content any more
	Earlier int // earlier ones, which had been overwritten or deleted
}

// eraseTogether is how many records lose their content in one change. The entry
// that lists them is far below what a value may have, whatever their ids.
const eraseTogether = 2_000

// redactTogether is how many bytes of decisions about others are written anew in one
// change: less than half of what a commit may have.
const redactTogether = 1 << 20

// EraseChild takes away what is recorded of a child: the record, the placements
// and stays, the holds and declined offers, the decisions, the words of commands,
// and the history of all these. What is recorded of others stays, but for two
// things that go whole: decisions about a group, and the words given with its
// holds; and in decisions about others the words that name the child are replaced
// ([care.Decision.Redact]). A household's past is not told apart: as of a time when it named the
// child it can be read no more.
//
// The proof stays: the journal keeps its entries, with the ids in the keys they
// list, and the hash of each record that was erased. To read one as of then is an
// [ErrErased].
//
// When it returns without an error no file of the store holds what was erased.
// That takes about as long as reading and writing the whole store.
//
// Allow is asked, like a [Decide], on the state that the erasure starts from. The
// Change it returns says who, when and by which command, and may record more; where it
// is nil nothing is erased. Where the operation was done before, allow is not asked and
// nothing is erased. Where there is more than fits into one change it is asked before
// each, and the operation id is that of the last. Errors are those of allow and of
// [Store.Do], and [ErrStillRead].
func (s *Store) EraseChild(ctx context.Context, op string, child care.ID, allow Decide) (Erasure, error) {
	s.erasing.Lock()
	defer s.erasing.Unlock()
	var done Erasure
	for {
		r, err := s.Do(ctx, "", func(v *View) (*Change, error) { return erasePart(ctx, v, op, child, allow) })
		if err != nil {
			return done, err
		}
		if r.Keys == 0 {
			break
		}
		if err := s.count(ctx, r, &done); err != nil {
			return done, err
		}
	}
	r, err := s.Do(ctx, op, func(v *View) (*Change, error) { return eraseRest(ctx, v, child, allow) })
	if err == nil {
		err = s.count(ctx, r, &done)
	}
	if err != nil {
		return done, err
	}
	return done, s.finishErasing(ctx)
}

// count adds what a change erased, by its journal entry. A change of nothing has none:
// its Receipt names the entry of another.
func (s *Store) count(ctx context.Context, r Receipt, done *Erasure) error {
	if done.Receipt = r; r.Keys == 0 {
		return nil
	}
	v, err := s.View(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	e, err := v.Entry(r.Number)
	for _, gone := range e.Erased {
		if gone.By == 0 || gone.By == e.Number {
			done.Records++
		} else {
			done.Earlier++
		}
	}
	return err
}

// erasePart erases the words of commands and some history, and then what decisions
// about others say of the child, where there is more than fits into one change. What
// is about the child comes last: until it is gone the same can be asked again.
func erasePart(ctx context.Context, v *View, op string, child care.ID, allow Decide) (*Change, error) {
	if n, _, err := v.Operation(op); err != nil || n != 0 {
		return nil, err
	}
	all, err := v.traces(ctx, child)
	if err != nil {
		return nil, err
	}
	gone, aside := slices.Concat(all.words, all.earlier), all.aside()
	if len(gone) <= eraseTogether && len(aside) == 0 {
		return nil, nil
	}
	c, err := allow(v)
	if err != nil || c == nil {
		return nil, err
	}
	if len(gone) > eraseTogether {
		c.lost = gone[:eraseTogether]
		return c, nil
	}
	for _, m := range aside {
		if err := c.forget(v, m, child); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// aside are as many decisions about others as are written anew in one change; none
// where that is all of them.
func (t *traces) aside() (some []*mention) {
	size := 0
	for i := range t.stand {
		m := &t.stand[i]
		if !m.aside {
			continue
		}
		if size += len(m.body); len(some) > 0 && size > redactTogether {
			return some
		}
		some = append(some, m)
	}
	return nil
}

func eraseRest(ctx context.Context, v *View, child care.ID, allow Decide) (*Change, error) {
	c, err := allow(v)
	if err != nil || c == nil {
		return nil, err
	}
	all, err := v.traces(ctx, child)
	if err != nil {
		return nil, err
	}
	c.lost = slices.Concat(all.words, all.earlier)
	for i := range all.stand {
		if err := c.forget(v, &all.stand[i], child); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// traces are what names a child.
type traces struct {
	words   []lost    // of commands
	earlier []lost    // history
	stand   []mention // records as they stand
}

// lost is a record that is to lose its content.
type lost struct {
	Erased
	record
}

func (v *View) traces(ctx context.Context, child care.ID) (traces, error) {
	var t traces
	all, err := v.mentions(ctx, named{child: child, aside: true})
	if err != nil {
		return t, err
	}
	for i := range all {
		if m := &all[i]; m.by == 0 {
			t.stand = append(t.stand, *m)
		} else {
			t.earlier = append(t.earlier, lost{Erased{Key: m.key, By: m.by}, m.record})
		}
	}
	for _, n := range entriesAbout(all) {
		rec, found, err := present{v.snap}.get(wordsKey(n))
		if err == nil && found && !rec.erased {
			err = t.speak(v, n, rec)
		}
		if err != nil {
			return t, err
		}
	}
	return t, nil
}

// speak adds the words of an entry, unless it erased another child: whether it was
// about this one too cannot be told any more, and why it erased is to stay.
func (t *traces) speak(v *View, n uint64, words record) error {
	value, err := v.entryBytes(n)
	if err != nil {
		return err
	}
	e, err := decodeEntry(n, value)
	if err == nil && len(e.Erased) == 0 {
		t.words = append(t.words, lost{Erased{Key: wordsKey(n)}, words})
	}
	return err
}

// forget takes a record that stands out, or the child out of it. Its old content
// does not become history.
func (c *Change) forget(v *View, m *mention, child care.ID) error {
	set(&c.forgotten, m.key, true)
	switch m.key.Kind() {
	case ChildKind:
		return c.DeleteChild(v, child)
	case PlacementKind:
		return c.DeletePlacement(v, m.key.ID())
	case HouseholdKind:
		o, err := c.Occupancy(v, m.key.ID())
		if err == nil {
			o.Forget(child)
		}
		return err
	}
	if m.aside {
		return c.redact(m, child)
	}
	c.lost = append(c.lost, lost{Erased{Key: m.key}, m.record}) // a decision is still known to have been one
	return nil
}

// redact takes the child out of a decision about others, who have a right to its
// being kept.
func (c *Change) redact(m *mention, child care.ID) error {
	var d care.Decision
	if err := m.read(&d); err != nil {
		return err
	}
	if err := d.Redact(child); err != nil {
		return err
	}
	return c.PutDecision(m.key.ID(), d)
}

// earlier is what is kept of a record that the change overwrites or deletes.
func (d *draft) earlier(w *write) ([]byte, error) {
	if !d.forgotten[w.key] {
		return w.old, nil
	}
	rec, err := decodeRecord(w.old)
	if err != nil {
		return nil, err
	}
	d.entry.Erased = append(d.entry.Erased, Erased{Key: w.key, By: d.entry.Number})
	return encodeErased(rec.number, HashOf(w.old)), nil
}

// erase puts what remains of records in their place, and marks the store as one
// whose files are to be cleared of them.
func (d *draft) erase(all []lost) error {
	for i := range all {
		l := &all[i]
		key := []byte(l.Key)
		if l.By != 0 {
			key = l.Key.was(l.By)
		}
		hash := HashOf(encodeRecord(l.number, l.body))
		d.ops = append(d.ops, Op{Key: key, Value: encodeErased(l.number, hash)})
		d.entry.Erased = append(d.entry.Erased, l.Erased)
	}
	if len(d.entry.Erased) == 0 {
		return nil
	}
	slices.SortFunc(d.entry.Erased, func(a, b Erased) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.By, b.By)) })
	rec, pending, err := present{d.view.snap}.get(erasingKey)
	if !pending {
		rec.number = d.entry.Number
	}
	// It is put in any case: what the view has of it may have been taken away since,
	// when the files were cleared of another child.
	d.ops = append(d.ops, Op{Key: []byte(erasingKey), Value: encodeRecord(rec.number, nil)})
	return err
}

// erasingKey is there while files may still hold what was erased. It has the
// number of the first entry that erased it, and is no part of the journal.
const erasingKey = "erasing"

// forgetful is an engine that keeps what was overwritten, and can be made to
// forget.
type forgetful interface {
	// forget clears the files of all but the newest value of the keys. It is an
	// [ErrStillRead] if a snapshot from before does not let it.
	forget(ctx context.Context, keys [][]byte) error
}

// FinishErasing clears the files of what was erased by a program that was killed
// before it could, or that had to leave it; where there is none of that it does
// nothing. Errors: [ErrStillRead], [ErrReadOnly], and those of reading and writing.
func (s *Store) FinishErasing(ctx context.Context) error {
	s.erasing.Lock()
	defer s.erasing.Unlock()
	return s.finishErasing(ctx)
}

// finishErasing is called with erasing held: who took the mark of another erasure away
// would leave its files as they are.
func (s *Store) finishErasing(ctx context.Context) error {
	first, pending, err := s.pendingErasure(ctx)
	if err != nil || !pending {
		return err
	}
	if s.readOnly {
		return ErrReadOnly
	}
	if engine, ok := s.kv.(forgetful); ok {
		keys, err := s.erasedSince(ctx, first)
		if err != nil {
			return err
		}
		if err := engine.forget(ctx, keys); err != nil {
			return fmt.Errorf("clear the files of what was erased: %w", err)
		}
	}
	_, err = s.kv.Commit(ctx, nil, []Op{{Key: []byte(erasingKey), Delete: true}})
	return err
}

func (s *Store) pendingErasure(ctx context.Context) (first uint64, pending bool, err error) {
	v, err := s.View(ctx)
	if err != nil {
		return 0, false, err
	}
	defer v.Close()
	rec, pending, err := present{v.snap}.get(erasingKey)
	return rec.number, pending, err
}

// erasedSince lists the keys whose older values are to go: those that lost their
// content, and those that the same entries overwrote or deleted.
func (s *Store) erasedSince(ctx context.Context, first uint64) ([][]byte, error) {
	v, err := s.View(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	var keys [][]byte
	for e, err := range v.Journal(first) {
		if err != nil {
			return nil, err
		}
		if len(e.Erased) == 0 {
			continue
		}
		for i := range e.Changed {
			keys = append(keys, []byte(e.Changed[i].Key))
		}
		for _, gone := range e.Erased {
			if gone.By == 0 {
				keys = append(keys, []byte(gone.Key))
			} else {
				keys = append(keys, gone.Key.was(gone.By))
			}
		}
	}
	return keys, nil
}
