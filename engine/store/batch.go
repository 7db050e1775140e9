package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// maxTogether is how many changes share a commit at most. Deciding so many takes
// about as long as a disk takes to sync.
const maxTogether = 256

// batch is the changes that share a commit. While one is written and synced, the
// next is decided on what it will leave; so each change is decided on what the ones
// before it leave, and is answered when all of that is on disk.
type batch struct {
	store    *Store
	before   *batch // is being written while this one is decided; nil if none is
	attempts int    // that another program has spoilt
	members  []member
	asking   *asked // is deciding, or nil
	full     error  // why nothing can be written, or nil

	fresh   uint64 // who joined the line up to here has seen nothing newer than the batch
	base    Snapshot
	over    *overlay
	head    headRecord // after the last change
	version Version    // of the head below
	changes int
	size    Limits // of the changes so far, at most

	launched uint64        // how many had joined the line before it was written
	written  chan struct{} // closed once the two below are there
	put      Version       // of what it put
	err      error         // why it was not written, or nil
}

// member is a change with what it decided, which counts once the batch is
// written: it may rest on a change before it.
type member struct {
	who  *asked
	said decision
}

// lead makes batches until nobody waits.
func (s *Store) lead() {
	var before *batch
	for before != nil || !s.line.rest() {
		before = s.follow(before)
	}
}

// follow makes the batch that follows another, if there is one, and returns it
// while it is being written; nil if there is nothing to write.
func (s *Store) follow(before *batch) *batch {
	b := &batch{store: s, before: before, written: make(chan struct{})}
	if s.space != nil {
		b.full = s.space.room(s.dir)
	}
	if err := b.begin(); err != nil {
		return b.spoilt(err)
	}
	b.gather()
	if before != nil {
		<-before.written
		if before.err != nil {
			return b.redo()
		}
		before.end()
	}
	if b.changes == 0 {
		return b.refuse()
	}
	if err := b.stand(); err != nil {
		b.answer(err)
		return nil
	}
	b.launched = s.line.joins()
	go b.write()
	return b
}

// refuse answers a batch that changes nothing. Nobody has compared it with what
// is on disk since it began, so those who joined later are asked again: they may
// know of a change that another program has made since.
func (b *batch) refuse() *batch {
	var later []member
	b.members = slices.DeleteFunc(b.members, func(m member) bool {
		if m.who.number > b.fresh {
			later = append(later, m)
		}
		return m.who.number > b.fresh
	})
	b.answer(nil)
	b.store.again(later)
	return nil
}

// again lets members of a batch that is not written be the next in line.
func (s *Store) again(members []member) {
	for _, m := range slices.Backward(members) {
		s.line.putBack(m.who)
	}
}

// begin looks at what is below: what is on disk, or what the batch before leaves.
func (b *batch) begin() (err error) {
	b.fresh = b.store.line.joins()
	if b.before != nil {
		b.fresh = b.before.launched
		b.over = &overlay{base: b.before.over, read: make(map[string]Pair)}
		b.head, b.version = b.before.head, notYet
		return nil
	}
	if b.base, err = b.store.kv.Snapshot(context.Background()); err != nil {
		return err
	}
	b.over = &overlay{base: b.base, read: make(map[string]Pair)}
	v, err := newView(b.over)
	if err != nil {
		return errors.Join(err, b.base.Close())
	}
	b.head, b.version = v.head, v.version
	return nil
}

// spoilt tells one that nothing can be read, so that the line gets shorter.
func (b *batch) spoilt(err error) *batch {
	if a := b.store.line.next(); a != nil {
		b.members = []member{{who: a}}
	}
	b.answer(err)
	return nil
}

// gather asks those who wait, and those who come while the batch before is
// written. It goes on after a decision that has ended its goroutine.
func (b *batch) gather() {
	for whole := false; !whole; {
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() {
				if gone := b.asking; gone != nil {
					b.asking = nil
					gone.depart(recover())
				}
			}()
			b.askLine()
			whole = true
		}()
		<-done
	}
}

// askLine asks one after another until the batch is whole: when nobody waits or,
// once the batch before is written, when it has half of those who wait. So the
// other half is decided while this one is written. They decide on this goroutine: to
// wake each one up would take longer than most take to decide.
func (b *batch) askLine() {
	for len(b.members) < maxTogether {
		if b.changes > 0 && b.before.isWritten() && len(b.members) >= b.store.line.waits() {
			return
		}
		if a := b.store.line.next(); a != nil {
			if !b.ask(a) {
				return
			}
			continue
		}
		if b.before == nil {
			return
		}
		select {
		case <-b.store.line.came:
		case <-b.before.written:
			return
		}
	}
}

// isWritten is false if there is no batch.
func (b *batch) isWritten() bool {
	if b == nil {
		return false
	}
	select {
	case <-b.written:
		return true
	default:
		return false
	}
}

// redo makes another batch of the same changes when the one before was not
// written. Where another program came first, those are decided again too.
func (b *batch) redo() *batch {
	b.store.again(b.members)
	before, attempts, err := b.before, b.before.attempts+1, b.before.err
	switch {
	case !errors.Is(err, ErrConflict):
		before.answer(err)
		return nil
	case attempts == maxAttempts:
		before.answer(fmt.Errorf("%w %d times in a row", ErrConflict, maxAttempts))
		return nil
	}
	before.end()
	b.store.again(before.members)
	next := b.store.follow(nil)
	if next != nil {
		next.attempts = attempts
	}
	return next
}

// stand puts the batch on what is on disk, now that the one before is, so that
// the next can stand on this one.
func (b *batch) stand() (err error) {
	if b.before == nil {
		return nil
	}
	before := b.before
	b.before, b.version = nil, before.put
	if b.base, err = b.store.kv.Snapshot(context.Background()); err != nil {
		return err
	}
	b.over.rebase(b.base, before.over, before.put)
	return nil
}

// ask lets one decide and takes the decision in. It says no if that does not fit
// any more; then it is asked again in the next batch.
func (b *batch) ask(a *asked) bool {
	b.asking = a
	d := a.decideOn(&View{snap: b.over, from: present{b.over}, head: b.head, version: b.version})
	b.asking = nil
	if d.draft == nil && b.changes == 0 && b.before == nil && a.number <= b.fresh {
		a.answer(d.receipt, d.err)
		return true
	}
	if d.draft != nil {
		if err := b.admit(d.draft); err != nil {
			a.answer(Receipt{}, err)
			return true
		}
		if !b.fits(d.draft) {
			b.store.line.putBack(a)
			return false
		}
		b.take(d.draft)
	}
	b.members = append(b.members, member{a, d})
	return true
}

// admit is why a change can never be written, or nil.
func (b *batch) admit(d *draft) error {
	if b.full != nil {
		return b.full
	}
	return b.store.Limits().admit(d.ops)
}

// fits says whether there is room for one more change. Keys that it shares with
// others are counted twice.
func (b *batch) fits(d *draft) bool {
	size, limits := b.with(d), b.store.Limits()
	return b.changes == 0 || size.Ops <= limits.Ops && size.Bytes <= limits.Bytes
}

func (b *batch) with(d *draft) Limits {
	size := b.size
	size.Ops += len(d.ops)
	for i := range d.ops {
		size.Bytes += len(d.ops[i].Key) + len(d.ops[i].Value) + OpBytes
	}
	return size
}

// take puts the change on top of those before.
func (b *batch) take(d *draft) {
	b.size = b.with(d)
	b.over.put(d.ops)
	b.head = d.head
	b.changes++
}

// write writes all changes, and then says so in HEAD. Only then are they
// acknowledged. If they are not written, the next batch sees to that.
//
// Every commit writes the head. So while that is as it was, all is as it was that
// the changes were decided on: what was found, and what was not.
func (b *batch) write() {
	defer close(b.written)
	asBefore := []Guard{{Key: []byte(headKey), Version: b.version}}
	if b.put, b.err = b.store.kv.Commit(context.Background(), asBefore, b.over.ops()); b.err != nil {
		return
	}
	if b.store.head != nil {
		if err := b.store.head.write(Head{Number: b.head.Number, Root: b.head.Root}, false, false); err != nil {
			b.err = fmt.Errorf("%w: %w", ErrUnknown, err)
			return
		}
	}
	b.tell(nil)
}

// answer lets go of the batch and tells everybody.
func (b *batch) answer(err error) {
	b.end()
	b.tell(err)
}

// tell tells everybody. Where the batch failed even a refusal is not given: it
// may rest on a change that did not come to be.
func (b *batch) tell(err error) {
	for _, m := range b.members {
		if err != nil {
			m.who.answer(Receipt{}, err)
		} else {
			m.who.answer(m.said.receipt, m.said.err)
		}
	}
}

// end lets go of what the batch was decided on. That this goes wrong would change
// nothing of what was written.
func (b *batch) end() {
	if b.base != nil {
		_ = b.base.Close()
	}
}
