package engine

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Decision reads the record of a decision. Errors: an [*UnknownError], and those
// of reading the store.
func (e *Engine) Decision(ctx context.Context, id care.ID) (*care.Decision, error) {
	var d *care.Decision
	err := e.read(ctx, func(r *reader) (err error) {
		d, err = r.decision(id)
		return err
	})
	return d, err
}

func (r *reader) decision(id care.ID) (*care.Decision, error) { return decisionOf(r.View, id) }

func decisionOf(v *store.View, id care.ID) (*care.Decision, error) {
	d := new(care.Decision)
	if err := v.Decision(id, d); err != nil {
		return nil, err
	}
	return d, nil
}

// Decisions yields every decision in order of id, and passes over those that were
// erased ([Engine.Decision] of one is an [ErrErased]). Any other error is yielded
// once, as the last step.
func (e *Engine) Decisions(ctx context.Context) iter.Seq2[*care.Decision, error] {
	return func(yield func(*care.Decision, error) bool) {
		stopped := false
		err := e.read(ctx, func(r *reader) error {
			for id, err := range r.IDs(store.DecisionKind) {
				if err != nil {
					return err
				}
				d, err := r.decision(id)
				if errors.Is(err, ErrErased) {
					continue
				}
				if err != nil {
					return err
				}
				if stopped = !yield(d, nil); stopped {
					return nil
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

// LateSignOffs adds sign-offs to the record of what had happened without them.
type LateSignOffs struct {
	Decision care.ID
	SignOffs []care.SignOff
	By       string // who records them; required
	At       time.Time
	Op       string // makes a retry safe
}

// SignOffLate records approvals that came after the children had moved. They are
// shown late, and the breach stays on the record. Errors: [*InvalidRequestError],
// [*UnknownError], [*care.FieldError], a [*SignOffError] for one that answers no
// breach of the decision, and those of writing.
func (e *Engine) SignOffLate(ctx context.Context, late LateSignOffs) (*Placed, error) {
	if err := late.validate(); err != nil {
		return nil, err
	}
	placed := new(Placed)
	err := e.once(ctx, late.command(), late.change, func(_, after *store.View, entry *store.Entry) (err error) {
		placed.Journal = entry.Number
		placed.Decision, err = decisionOf(after, late.Decision)
		return err
	})
	if err != nil {
		return nil, err
	}
	return placed, nil
}

func (late *LateSignOffs) validate() error {
	switch {
	case strings.TrimSpace(late.By) == "":
		return errNobody()
	case late.At.IsZero():
		return errNoInstant()
	case len(late.SignOffs) == 0:
		return &InvalidRequestError{Why: "there is no sign-off to record"}
	}
	for i := range late.SignOffs {
		if err := late.SignOffs[i].Validate(); err != nil {
			return err
		}
	}
	return cmp.Or(sayable("by", late.By), believable(late.At))
}

func (late *LateSignOffs) command() command {
	rest := *late
	rest.Op, rest.At = "", time.Time{}
	rest.SignOffs = inUTC(late.SignOffs)
	return command{verb: factVerb, op: late.Op, at: late.At, rest: rest}
}

// change adds the sign-offs that are not on the record yet.
func (late *LateSignOffs) change(v *store.View) (*store.Change, error) {
	d, err := decisionOf(v, late.Decision)
	if err != nil {
		return nil, err
	}
	var wrong []WrongSignOff
	for _, g := range late.SignOffs {
		if slices.ContainsFunc(d.SignOffs, func(s care.SignOff) bool { return s.String() == g.String() }) {
			continue
		}
		g.At = g.At.UTC()
		if why := late.wrong(d, &g); why != "" {
			wrong = append(wrong, WrongSignOff{g, why})
		}
		d.SignOffs = append(d.SignOffs, g)
	}
	if len(wrong) > 0 {
		return nil, &SignOffError{Wrong: wrong}
	}
	c := &store.Change{Who: late.By, Command: factVerb, Words: "sign-offs of " + string(d.ID), When: late.At}
	return c, c.PutDecision(d.ID, d)
}

// wrong says why a sign-off answers no breach of the decision; empty if it does.
func (late *LateSignOffs) wrong(d *care.Decision, g *care.SignOff) string {
	var calls []call
	for i := range d.Breaches {
		if b := &d.Breaches[i]; b.Rule == g.Rule && b.Role != "" {
			calls = append(calls, call{b.Home, b.Role})
		}
	}
	now := care.Decision{Kind: care.FactDecision, At: late.At}
	return wrongSignOff(g, calls, &now, d.By)
}
