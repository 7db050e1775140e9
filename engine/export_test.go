package engine

import (
	"context"

	"github.com/stablehomes/stablehomes/engine/store"
)

// ChunkRows is how many rows an import puts into one change.
const ChunkRows = chunkRows

// HeadOf is the end of the engine's journal: two stores with the same head have
// made the same changes.
func HeadOf(ctx context.Context, e *Engine) (store.Head, error) {
	var head store.Head
	err := e.read(ctx, func(r *reader) error {
		head = r.Head()
		return nil
	})
	return head, err
}

// EntriesOf are the commands in the engine's journal with who gave them, oldest
// first.
func EntriesOf(ctx context.Context, e *Engine) ([]store.Entry, error) {
	var all []store.Entry
	err := e.read(ctx, func(r *reader) error {
		for entry, err := range r.Journal(1) {
			if err != nil {
				return err
			}
			all = append(all, entry)
		}
		return nil
	})
	return all, err
}

// CheckOf checks everything that is stored, as every test does when it ends.
func CheckOf(ctx context.Context, e *Engine) error { return e.store.Check(ctx) }
