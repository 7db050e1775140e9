package engine

import (
	"cmp"
	"context"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
)

// Records are values to be stored.
type Records struct {
	Homes      []care.Home
	Children   []care.Child
	Placements []care.Placement
	By         string    // who adds them, for the journal
	At         time.Time // when, for the journal
}

// Add stores records, replacing those of the same id, in changes of some
// thousand records each. A service that keeps its own books uses it in the place
// of files. Errors: a [*care.FieldError] for a record that is not valid, before
// anything is written; a [*Rejected] for a placement whose child or home is not
// there; those of writing, and ctx's.
func (e *Engine) Add(ctx context.Context, r Records) error {
	if err := r.validate(); err != nil {
		return err
	}
	if err := addAll(ctx, e, &r, homesIn, Homes, r.Homes); err != nil {
		return err
	}
	if err := addAll(ctx, e, &r, childrenIn, Children, r.Children); err != nil {
		return err
	}
	return addAll(ctx, e, &r, placementsIn, Placements, r.Placements)
}

func (r *Records) validate() error {
	if err := cmp.Or(care.Words("by", r.By), care.Instant("at", r.At)); err != nil {
		return err
	}
	for i := range r.Homes {
		if err := r.Homes[i].Validate(); err != nil {
			return err
		}
	}
	for i := range r.Children {
		if err := r.Children[i].Validate(); err != nil {
			return err
		}
	}
	for i := range r.Placements {
		if err := r.Placements[i].Validate(); err != nil {
			return err
		}
	}
	return nil
}

func addAll[T any](ctx context.Context, e *Engine, r *Records, kind intakeOf[T], name Kind, values []T) error {
	t := &taking[T]{
		intakeOf: kind, Engine: e, command: "add " + string(name), report: &Report{}, write: true,
		Import: &Import{By: r.By, At: r.At, Reject: func(bad *Rejected) error { return bad }},
	}
	return t.file(ctx, func(yield func(intake.Item[T], error) bool) {
		for i := range values {
			if !yield(intake.Item[T]{Value: values[i]}, nil) {
				return
			}
		}
	})
}
