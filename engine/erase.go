package engine

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// ErrStillRead says that a child's record is erased, and that the files of the
// store could not be cleared of it, because somebody had been reading it from
// before. They are cleared when the store is next opened to write.
var ErrStillRead = store.ErrStillRead

// eraseVerb is the command as the journal names it.
const eraseVerb = "erase child"

// EraseRequest asks for all that is recorded of a child to be erased.
type EraseRequest struct {
	Child care.ID // required
	By    string  // required
	At    time.Time
	Why   string // required; it stays in the journal's words, so it should name nobody
	// CreatedInError erases a record that ought never to have been made, whatever
	// the age of the child.
	CreatedInError bool
	Op             string // makes a retry safe
}

// Erased says what was erased.
type Erased struct {
	Child   care.ID `json:"child"`
	Records int     `json:"records"`         // that stood
	Earlier int     `json:"earlier_records"` // that had been overwritten or deleted
	Journal uint64  `json:"journal"`         // the entry that records it
}

// RetainedError refuses to erase a record that has to be kept. It is an
// [ErrRefused].
type RetainedError struct {
	Child care.ID
	Until care.Day // the first day on which it need not be kept
}

// Error says until when, by which regulation, and what the exception is.
func (e *RetainedError) Error() string {
	return fmt.Sprintf("the record of %s is kept to the 75th birthday, %s (%s); only one that was created in error is erased before",
		e.Child, e.Until.Words(), childCitation)
}

// Unwrap is [ErrRefused].
func (e *RetainedError) Unwrap() error { return ErrRefused }

// EraseChild erases what is recorded of a child, of now and of then: the record,
// the placements and stays, the holds and declined offers, the decisions in which
// the child was asked for or placed, and the words of the commands. Decisions
// about a group go whole, and so do the words given with its holds; in decisions
// about others the words that name the child are replaced. When it returns, no
// file of the store holds any of it.
//
// What stays: the journal's entries, with who gave which command when, the ids in
// the keys they list, and the hash of each record and of each request that had an
// operation id; and the child's id where the record of another child or of a home
// names it. So an id should be a number and
// never a name. What was written down elsewhere stays too: exports, reports, proofs
// with a record, and backups made before.
//
// Errors: [*InvalidRequestError]; [*UnknownError]; [*RetainedError] before the day
// on which the record need not be kept; [ErrStillRead]; those of writing.
func (e *Engine) EraseChild(ctx context.Context, req EraseRequest) (*Erased, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	done, eraseErr := e.store.EraseChild(ctx, req.Op, req.Child, req.allow)
	err := e.read(ctx, func(r *reader) error {
		if eraseErr != nil {
			return eraseErr // for which ids near one that is not there are suggested
		}
		return req.wasThis(r.View, done.Number)
	})
	if err != nil {
		return nil, err
	}
	return &Erased{Child: req.Child, Records: done.Records, Earlier: done.Earlier, Journal: done.Number}, nil
}

func (r *EraseRequest) validate() error {
	switch {
	case r.Child == "":
		return &InvalidRequestError{Why: "say whose record"}
	case strings.TrimSpace(r.By) == "":
		return errNobody()
	case strings.TrimSpace(r.Why) == "":
		return &InvalidRequestError{Why: "say why: it is kept, so name nobody in it"}
	case r.At.IsZero():
		return errNoInstant()
	}
	return cmp.Or(sayable("by", r.By), sayable("why", r.Why), believable(r.At))
}

// wasThis sees that an operation that was done before was this one: it took this child
// out. The words of its command may have been erased since.
func (r *EraseRequest) wasThis(v *store.View, n uint64) error {
	entry, err := v.Entry(n)
	if err != nil || r.Op == "" {
		return err
	}
	_, gone := entry.Listed(store.KeyOf(store.ChildKind, r.Child))
	if !gone || !strings.HasPrefix(entry.Command, eraseVerb+" ") {
		return anotherCommand(&entry)
	}
	return nil
}

// allow decides whether it may be erased.
func (r *EraseRequest) allow(v *store.View) (*store.Change, error) {
	child, err := v.Child(r.Child)
	if err != nil {
		return nil, err
	}
	until := keptUntil(&child)
	if !r.CreatedInError && care.DayOf(r.At) < until {
		return nil, &RetainedError{Child: r.Child, Until: until}
	}
	words := fmt.Sprintf("%s: %s", r.Child, strings.TrimSpace(r.Why))
	if r.CreatedInError {
		words += " (created in error)"
	}
	return &store.Change{Who: r.By, When: r.At, Command: eraseVerb, Words: words}, nil
}
