package engine

import (
	"context"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// TamperDecision writes another record in the place of a decision.
func TamperDecision(ctx context.Context, e *Engine, id care.ID, spoil func(*care.Decision)) error {
	_, err := e.store.Do(ctx, "", func(v *store.View) (*store.Change, error) {
		d, err := decisionOf(v, id)
		if err != nil {
			return nil, err
		}
		spoil(d)
		c := &store.Change{Who: "somebody"}
		c.PutDecision(id, d)
		return c, nil
	})
	return err
}

// TamperPolicies writes another text in the place of the policies kept under a
// hash; nil takes it out.
func TamperPolicies(ctx context.Context, e *Engine, hash string, text []byte) error {
	_, err := e.store.Do(ctx, "", func(*store.View) (*store.Change, error) {
		c := &store.Change{Who: "somebody"}
		if text == nil {
			c.DeleteMeta(policyName(hash))
		} else {
			c.PutMeta(policyName(hash), text)
		}
		return c, nil
	})
	return err
}

// KeepExcluded lets a record keep only so many packed bytes of the homes that were
// passed over; what it returns puts that back.
func KeepExcluded(bytes int) (back func()) {
	was := mostExcluded
	mostExcluded = bytes
	return func() { mostExcluded = was }
}

// UnderPolicy is an engine on the same store that judges by other policies.
func UnderPolicy(e *Engine, opts ...Option) *Engine {
	return &Engine{store: e.store, policies: optionsOf(opts).policies}
}

// PackedBeforeTheLine is what a decision to place children would record of the
// assessment, once everything is taken from it that would have to be packed or
// hashed while others wait.
func PackedBeforeTheLine(ctx context.Context, e *Engine, req PlaceRequest) (d *care.Decision, err error) {
	s := settlingOf(req, care.PlaceDecision)
	err = e.read(ctx, func(r *reader) error {
		a, err := e.survey(ctx, r.View, s)
		if err != nil {
			return err
		}
		a.result, a.findings, a.excluded, a.rulebook = nil, nil, nil, nil
		steps, err := s.steps(r.View, a)
		if err != nil {
			return err
		}
		d, err = s.record(r.View, a, steps)
		return err
	})
	return d, err
}

// PlaceUnchecked decides on a placement that nobody has validated, and commits it.
func PlaceUnchecked(ctx context.Context, e *Engine, req PlaceRequest) error {
	s := settlingOf(req, care.PlaceDecision)
	_, err := e.store.Do(ctx, "", func(v *store.View) (*store.Change, error) {
		a, err := e.survey(ctx, v, s)
		if err != nil {
			return nil, err
		}
		return s.change(v, a)
	})
	return err
}

// SignOffUnchecked adds sign-offs that nobody has validated.
func SignOffUnchecked(ctx context.Context, e *Engine, late LateSignOffs) error {
	_, err := e.store.Do(ctx, "", late.change)
	return err
}

// DoneByAnOlderProgram holds as a program did that kept nothing of the request beside
// its operation id.
func DoneByAnOlderProgram(ctx context.Context, e *Engine, req HoldRequest) error {
	_, err := e.store.Do(ctx, req.Op, func(v *store.View) (*store.Change, error) {
		d := holding{HoldRequest: req, view: v, reader: &reader{View: v, engine: e}, policies: e.policies}
		return d.decide(ctx)
	})
	return err
}
