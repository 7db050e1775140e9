package cli

import (
	"context"
	"io"
	"iter"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
)

// toAsk lists the first n stored children who have no placement that is open or, if
// there is none, the first n of all.
func toAsk(ctx context.Context, eng *engine.Engine, n int) (ids []care.ID, waiting bool, err error) {
	placed := map[care.ID]bool{}
	for p, err := range stored(ctx, eng, engine.Placements, intake.Placements) {
		if err != nil {
			return nil, false, err
		}
		if p.End == 0 {
			placed[p.Child] = true
		}
	}
	var first []care.ID
	for c, err := range stored(ctx, eng, engine.Children, intake.Children) {
		if err != nil {
			return nil, false, err
		}
		if len(first) < n {
			first = append(first, c.ID)
		}
		if !placed[c.ID] {
			ids = append(ids, c.ID)
		}
		if len(ids) == n {
			break
		}
	}
	if len(ids) == 0 {
		return first, false, nil
	}
	return ids, true, nil
}

// stored yields the records of a kind as an export has them. Of places only their
// positions are to be trusted, where a postcode alone is recorded not even those.
func stored[T any](ctx context.Context, eng *engine.Engine, kind engine.Kind,
	read func(context.Context, io.Reader, intake.Options) iter.Seq2[intake.Item[T], error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		r, w := io.Pipe()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			w.CloseWithError(eng.Export(ctx, kind, w))
		}()
		defer func() {
			r.Close() // which ends an export that is under way
			<-ended
		}()
		for item, err := range read(ctx, r, intake.Options{Resolver: anywhere{}}) {
			if err == nil && item.Invalid != nil {
				err = item.Invalid
			}
			if !yield(item.Value, err) || err != nil {
				return
			}
		}
	}
}

// anywhere takes every postcode and authority as it is written.
type anywhere struct{}

// Postcode is somewhere in England.
func (anywhere) Postcode(s string) (intake.Place, error) {
	return intake.Place{Postcode: s, Point: care.At(53, -1)}, nil
}

// Authority is what it is called.
func (anywhere) Authority(s string) (string, bool) { return s, true }

// AuthorityLike is never asked for.
func (anywhere) AuthorityLike(string) string { return "" }
