package engine

import (
	"context"
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Scene is what a report shows beside a result: who the children are and where
// everybody is.
type Scene = match.Scene

// Scene reads what a report of a result shows beside it, as of the revision that
// the result saw, whatever has been written since. It holds addresses: who may see
// it is for the caller to say. Errors are those of [Engine.Match]; [ErrErased] where
// a record was erased since.
func (e *Engine) Scene(ctx context.Context, req Request, res *Result) (*Scene, error) {
	return e.scene(ctx, res.Journal, res.On, res.Children, res.Named(), req.Tonight)
}

// DecisionScene is the [Engine.Scene] of a decision: the shortlist as it was and
// the homes that were chosen, as of the revision that was judged. Errors are those
// of Scene, and [ErrDamaged] for a record that does not unpack.
func (e *Engine) DecisionScene(ctx context.Context, d *care.Decision) (*Scene, error) {
	res, err := shortlistOf(d)
	if err != nil {
		return nil, err
	}
	homes := res.Named()
	for i := range d.Chosen {
		homes = append(homes, d.Chosen[i].Home)
	}
	return e.scene(ctx, d.Judged, d.Asked.On, d.Asked.Children, homes, nil)
}

func (e *Engine) scene(ctx context.Context, journal uint64, on care.Day, children, homes []care.ID, tonight *care.Child) (*Scene, error) {
	standing, err := rulebook.On(on)
	if err != nil {
		return nil, err
	}
	var s *Scene
	err = e.read(ctx, func(r *reader) error {
		then, err := r.AsOf(journal)
		if err != nil {
			return err
		}
		s, err = match.SceneOf(then, children, homes, tonight)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.Rulebook, err = rulebookHash(standing)
	return s, err
}

// shortlistOf unpacks the shortlist of a decision.
func shortlistOf(d *care.Decision) (*Result, error) {
	res := new(Result)
	return res, unpackDecision(d, d.Result, res)
}

func unpackDecision(d *care.Decision, p care.Packed, into any) error {
	if err := p.UnpackJSON(into); err != nil {
		return fmt.Errorf("%w: decision %s: %w", ErrDamaged, d.ID, err)
	}
	return nil
}
