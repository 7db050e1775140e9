package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// MoveRequest asks that children be moved from where they live.
type MoveRequest struct {
	PlaceRequest
	EndedEarly care.Answer // the placements that end did so before their plan
	Reason     string      // SSDA903 REASON_PLACE_CHANGE of the placements that end
}

// Move ends the present placement of each child on the day and begins the new one,
// in one change, judged as a match judges a child who changes placement. A child of
// the request who lives in the chosen home already stays as they are. Errors are
// those of [Engine.Place].
func (e *Engine) Move(ctx context.Context, req MoveRequest) (*Placed, error) {
	s := settlingOf(req.PlaceRequest, care.MoveDecision)
	s.early, s.reason = req.EndedEarly, req.Reason
	return e.settle(ctx, s)
}

// LivesError says that where a child lives stands against what was asked.
type LivesError struct {
	Child     care.ID
	Placement care.ID // empty where the child has none
	Home      care.ID
	Since     care.Day
	Why       string // what to do instead
}

// Error says where the child lives and what to do.
func (e *LivesError) Error() string {
	if e.Placement == "" {
		return fmt.Sprintf("%s has no placement: %s", e.Child, e.Why)
	}
	return fmt.Sprintf("%s has a placement in %s from %s (%s): %s", e.Child, e.Home, e.Since.Words(), e.Placement, e.Why)
}

// Unwrap is [ErrRefused].
func (e *LivesError) Unwrap() error { return ErrRefused }

func lives(p *care.Placement, why string) error {
	return &LivesError{Child: p.Child, Placement: p.ID, Home: p.Home, Since: p.Start, Why: why}
}

// step is what becomes of one child.
type step struct {
	child   care.ID
	home    care.ID
	bed     int             // the place of the home among those chosen
	end     *care.Placement // to be ended; nil where there is none
	expects care.Day        // first day on which the bed is expected to be free
	until   care.Day        // first day on which it was free again; 0 while the child lives there
}

// whereabouts are the placement of a child on a day, and the next one after it.
type whereabouts struct{ present, next *care.Placement }

// whereaboutsOf refuses a child who has two placements on the day: one would stay
// open, and keep a bed.
func whereaboutsOf(v *store.View, child care.ID, on care.Day) (whereabouts, error) {
	placements, err := v.PlacementsOf(child)
	if err != nil {
		return whereabouts{}, err
	}
	w := care.WhereaboutsOf(placements, on)
	switch len(w.Present) {
	case 0:
		return whereabouts{next: w.Next}, nil
	case 1:
		return whereabouts{&w.Present[0], w.Next}, nil
	}
	var ids []care.ID
	for i := range w.Present {
		ids = append(ids, w.Present[i].ID)
	}
	slices.Sort(ids)
	return whereabouts{}, &InvalidRequestError{Why: fmt.Sprintf("%s has several placements on %s: %s; end all but one first", child, on.Words(), joinIDs(ids))}
}

// steps says what becomes of each child, or why it cannot be.
func (s *settling) steps(v *store.View, a *assessment) ([]step, error) {
	var all []step
	var there *care.Placement // of a child who lives in the chosen home already
	for i, bed := range a.beds {
		for _, child := range bed.Children {
			w, err := whereaboutsOf(v, child, a.asked.On)
			if err != nil {
				return nil, err
			}
			if err := s.contradicts(bed.Home, w); err != nil {
				return nil, err
			}
			if w.present != nil && w.present.Home == bed.Home {
				if there = w.present; there.End != 0 && s.kind != care.FactDecision { // others may have the bed from then on
					return nil, lives(there, "it ends on "+there.End.Words()+" as recorded; import its row without that end first, or choose another home")
				}
				continue
			}
			all = append(all, s.step(child, bed.Home, i, w))
		}
	}
	switch {
	case len(all) == 0:
		return nil, lives(there, "nobody is to go anywhere else: that is the home asked for")
	case s.kind == care.MoveDecision && !slices.ContainsFunc(all, func(st step) bool { return st.end != nil }):
		return nil, &LivesError{Child: all[0].child, Why: "place the child"}
	}
	return all, nil
}

// contradicts says whether what is recorded of a child stands against a placement
// or a move. Against a fact nothing does.
func (s *settling) contradicts(home care.ID, w whereabouts) error {
	switch {
	case s.kind == care.FactDecision:
		return nil
	case s.kind == care.PlaceDecision && w.present != nil && w.present.Home == home:
		return lives(w.present, "the child lives there already")
	case s.kind == care.PlaceDecision && w.present != nil:
		return lives(w.present, "move the child")
	case w.next != nil:
		return lives(w.next, "it begins later; end it first")
	}
	return nil
}

// step is what becomes of a child who is to live in a home. A fact that is told
// after the child has gone on to the next placement lasted until then.
func (s *settling) step(child, home care.ID, bed int, w whereabouts) step {
	st := step{child: child, home: home, bed: bed, end: w.present, expects: s.ExpectedEnd}
	if w.next == nil {
		return st
	}
	if w.next.Start <= care.DayOf(s.At) {
		st.until, st.expects = w.next.Start, 0
	} else if st.expects == 0 || st.expects > w.next.Start {
		st.expects = w.next.Start
	}
	return st
}

// carryOut ends and begins the placements in the change.
func (s *settling) carryOut(v *store.View, c *store.Change, steps []step, d *care.Decision) (err error) {
	number := 0
	for _, st := range steps {
		if st.end != nil {
			ended := *st.end
			ended.End, ended.EndedEarly, ended.Reason = d.Asked.On, cmp.Or(s.early, ended.EndedEarly), cmp.Or(s.reason, ended.Reason)
			if err := putPlacement(v, c, ended); err != nil {
				return err
			}
			d.Ended = append(d.Ended, ended.ID)
		}
		p := care.Placement{Child: st.child, Home: st.home, Start: d.Asked.On, ExpectedEnd: st.expects, End: st.until, Type: s.Type}
		if p.ID, number, err = nextPlacement(v, number); err != nil {
			return err
		}
		if err := putPlacement(v, c, p); err != nil {
			return err
		}
		d.Chosen[st.bed].Placements = append(d.Chosen[st.bed].Placements, p.ID)
	}
	return nil
}

func putPlacement(v *store.View, c *store.Change, p care.Placement) error {
	if err := p.Validate(); err != nil {
		return err
	}
	return c.PutPlacements(v, p)
}

// nextPlacement is a free id for the next placement of a change, such as P-17-1.
func nextPlacement(v *store.View, number int) (care.ID, int, error) {
	for {
		number++
		id := care.ID(fmt.Sprintf("P-%d-%d", v.Head().Number+1, number))
		taken, err := v.Has(store.PlacementKind, id)
		if err != nil || !taken {
			return id, number, err
		}
	}
}

// letGo takes the children out of every hold that names them: where they live now
// it has done its work, and elsewhere nobody waits for them any more. Where they
// were moved without approval, the beds that are kept elsewhere may be those they
// are to go to next, and stay kept. A hold that names nobody else ends, and so does
// each that has run out in those homes. It says in words which.
func (s *settling) letGo(v *store.View, c *store.Change, a *assessment) (words string, err error) {
	var ended []care.ID
	var homes []care.ID
	if s.kind != care.FactDecision {
		homes = slices.Clone(a.held)
	}
	for _, b := range a.beds {
		homes = append(homes, b.Home)
	}
	slices.Sort(homes)
	for _, home := range slices.Compact(homes) {
		o, err := c.Occupancy(v, home)
		if err != nil {
			return "", err
		}
		ended = append(ended, o.EndHolds(s.At)...)
		for _, id := range without(o, a.asked.Children) {
			words += fmt.Sprintf("; let go: %s in %s", id, home)
		}
	}
	return words + endedWords(ended), nil
}

// without takes children out of the holds of a household, and gives the ids of
// those that it ends, as they named nobody else.
func without(o *care.Occupancy, children []care.ID) (empty []care.ID) {
	for i := range o.Holds {
		h := &o.Holds[i]
		if h.Let(children); len(h.Children) == 0 {
			empty = append(empty, h.ID)
		}
	}
	for _, id := range empty {
		o.EndHold(id)
	}
	return empty
}
