package engine

import (
	"context"
	"errors"
	"iter"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/store"
)

// reader lends a view of the store to a match.
type reader struct {
	*store.View
	engine   *Engine
	indexed  *indexed               // the newest index when the view was opened; nil if there was none
	children map[care.ID]care.Child // every child, once a scan has needed them
}

// Spans is the index as of the view.
func (r *reader) Spans(ctx context.Context) (*match.Spans, error) {
	ix, err := r.engine.shelf.upTo(ctx, r.View, r.indexed)
	if err != nil {
		return nil, err
	}
	return ix.spans, nil
}

// Group lists the children of a sibling group; a group without any is not known.
func (r *reader) Group(id care.ID) ([]care.ID, error) {
	ids, err := r.View.Group(id)
	if err == nil && len(ids) == 0 {
		err = &store.NotFoundError{Kind: store.GroupKind, Name: string(id)}
	}
	return ids, err
}

// Households yields every home as it stands.
func (r *reader) Households(ctx context.Context) iter.Seq2[*care.Household, error] {
	return func(yield func(*care.Household, error) bool) {
		for h, err := range r.View.Households() {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				err = r.settle(&h)
			}
			if !yield(&h, err) || err != nil {
				return
			}
		}
	}
}

// settle adds who lives there and who has a bed held. A scan meets most children, so
// they are read in one pass, the first time one is met.
func (r *reader) settle(h *care.Household) error {
	if len(h.Occupancy.Stays)+len(h.Occupancy.Holds) == 0 {
		return nil
	}
	if r.children == nil {
		all := map[care.ID]care.Child{}
		for c, err := range r.Children() {
			if err != nil {
				return err
			}
			all[c.ID] = c
		}
		r.children = all
	}
	h.Residents = make([]care.Child, len(h.Occupancy.Stays))
	for i := range h.Occupancy.Stays {
		h.Residents[i] = r.known(h.Occupancy.Stays[i].Child)
	}
	for i := range h.Occupancy.Holds {
		for _, id := range h.Occupancy.Holds[i].Children {
			h.Held = append(h.Held, r.known(id))
		}
	}
	return nil
}

// known is a child of whom there may be no record but the id.
func (r *reader) known(id care.ID) care.Child {
	c, known := r.children[id]
	if !known {
		c.ID = id
	}
	return c
}

// read runs a function on one view of the store.
func (e *Engine) read(ctx context.Context, do func(*reader) error) error {
	newest := e.shelf.newest.Load() // first, so that it is not newer than the view
	v, err := e.store.View(ctx)
	if err != nil {
		return err
	}
	r := &reader{View: v, engine: e, indexed: newest}
	err = r.suggest(do(r))
	return errors.Join(err, v.Close())
}
