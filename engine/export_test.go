package engine

import (
	"context"
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
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
func CheckOf(ctx context.Context, e *Engine) error {
	c, err := e.Check(ctx, nil)
	if err == nil && c.Count > 0 {
		err = fmt.Errorf("%w: %v", ErrDamaged, c.Findings)
	}
	return err
}

// MatchAsOf judges every home as it was recorded by journal entry n.
func MatchAsOf(ctx context.Context, e *Engine, n uint64, req Request) (res *Result, err error) {
	req.Counts = true
	err = e.read(ctx, func(r *reader) error {
		then, err := r.AsOf(n)
		if err != nil {
			return err
		}
		res, err = match.Run(ctx, &reader{View: then, engine: e}, req, e.policies)
		return err
	})
	return res, err
}

// SpansHead is the journal number that a directory's file of spans is as of.
func SpansHead(dir string) (uint64, error) {
	head, err := spansFile{dir: dir}.head()
	return head.Number, err
}

// DecodeSpans reads a file of spans and says how many homes are in it.
func DecodeSpans(b []byte) (int, error) {
	ix, err := decodeSpans(&mapped{b})
	if err != nil {
		return 0, err
	}
	return ix.spans.Len(), nil
}

// ErrSpansFile is what DecodeSpans wraps.
var ErrSpansFile = errSpansFile

// HomeOf reads one home.
func HomeOf(ctx context.Context, e *Engine, id care.ID) (home care.Home, err error) {
	err = e.read(ctx, func(r *reader) error {
		home, err = r.Home(id)
		return err
	})
	return home, err
}

// On is an engine over a key-value store that others may write to as well.
func On(kv store.KV) *Engine { return &Engine{store: store.On(kv), policies: policy.Defaults()} }

// HouseholdsOf reads every home with who lives and is awaited there.
func HouseholdsOf(ctx context.Context, e *Engine) (all []care.Household, err error) {
	err = e.read(ctx, func(r *reader) error {
		for h, err := range r.Households(ctx) {
			if err != nil {
				return err
			}
			all = append(all, *h)
		}
		return nil
	})
	return all, err
}
