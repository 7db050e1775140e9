package engine

import (
	"context"
	"fmt"
	"strings"

	"github.com/stablehomes/stablehomes/engine/store"
)

// The commands on holds and placements, as the journal names them.
const (
	holdVerb    = "hold"
	acceptVerb  = "accept"
	declineVerb = "decline"
	releaseVerb = "release"
	endVerb     = "end"
)

// once makes a change, and tells from the journal entry what it did: a retry with
// the same operation id gets the answer that was lost, and another request under
// that id is refused. Before and after are the states around that entry; where
// nothing had to be changed it is the newest.
func (e *Engine) once(ctx context.Context, cmd command, decide store.Decide, tell func(before, after *store.View, entry *store.Entry) error) error {
	asked, err := cmd.fingerprint()
	if err != nil {
		return err
	}
	receipt, doErr := e.store.Do(ctx, cmd.op, signed(decide, asked))
	return e.read(ctx, func(r *reader) error {
		if doErr != nil {
			return doErr
		}
		entry, err := r.Entry(receipt.Number)
		if err != nil {
			return err
		}
		if err := cmd.wasThis(r.View, &entry, asked); err != nil {
			return err
		}
		before, err := r.AsOf(receipt.Number - 1)
		if err != nil {
			return err
		}
		after, err := r.AsOf(receipt.Number)
		if err != nil {
			return err
		}
		return tell(before, after, &entry)
	})
}

// wasThis sees that what was done under the operation id is what is asked now.
func (c *command) wasThis(v *store.View, entry *store.Entry, asked []byte) error {
	if c.op == "" || entry.Op != c.op { // nothing had to be changed
		return nil
	}
	_, was, err := v.Operation(c.op)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(entry.Command, c.verb+" ") || !sameAsked(was, asked) {
		return anotherCommand(entry)
	}
	return nil
}

// anotherCommand refuses an operation id that belongs to something else.
func anotherCommand(entry *store.Entry) error {
	return &InvalidRequestError{Why: fmt.Sprintf("operation %s was another command: %s, by %s (journal entry %d); give an id of its own",
		entry.Op, entry.Command, entry.Who, entry.Number)}
}
