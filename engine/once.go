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
// the same operation id gets the answer that was lost. Before and after are the
// states around that entry; where nothing had to be changed it is the newest.
func (e *Engine) once(ctx context.Context, op, verb string, decide store.Decide, tell func(before, after *store.View, entry *store.Entry) error) error {
	receipt, doErr := e.store.Do(ctx, op, decide)
	return e.read(ctx, func(r *reader) error {
		if doErr != nil {
			return doErr
		}
		entry, err := r.Entry(receipt.Number)
		if err != nil {
			return err
		}
		if entry.Op == op && op != "" && !strings.HasPrefix(entry.Command, verb+" ") {
			return &InvalidRequestError{Why: fmt.Sprintf("operation %s was another command: %s", op, entry.Command)}
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
