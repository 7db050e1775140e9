package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// EndRequest ends a placement: the child leaves the home.
type EndRequest struct {
	Placement care.ID // or
	Child     care.ID // whose placement on the day is meant
	On        care.Day
	Early     care.Answer // whether it ended before its plan did
	Reason    string      // SSDA903 REASON_PLACE_CHANGE, if known
	By        string      // required
	At        time.Time
	Op        string // makes a retry safe
}

// Ended is a placement that was ended.
type Ended struct {
	care.Placement
	Journal uint64 // the entry that records the change
}

// End ends a placement: On is the first day on which the bed is free, and may be
// one to come. A placement that has an end keeps it. Errors:
// [*InvalidRequestError] and [*care.FieldError] for the request, [*UnknownError],
// [*EndedError], [*LivesError] for a child without a placement to end, and those of
// writing.
func (e *Engine) End(ctx context.Context, req EndRequest) (*Ended, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	var ended *Ended
	err := e.once(ctx, req.command(), req.decide, func(_, after *store.View, entry *store.Entry) error {
		id := req.Placement
		if id == "" {
			id = endedPlacement(entry)
		}
		p, err := after.Placement(id)
		ended = &Ended{p, entry.Number}
		return err
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

// EndedError says that a placement has an end already. It is an [ErrRefused].
type EndedError struct {
	Placement, Child care.ID
	End              care.Day
}

// Error says since when.
func (e *EndedError) Error() string {
	return fmt.Sprintf("placement %s of %s has an end already: %s is the first day without it; import its row with another end to put that right", e.Placement, e.Child, e.End.Words())
}

// Unwrap is [ErrRefused].
func (e *EndedError) Unwrap() error { return ErrRefused }

func (r *EndRequest) validate() error {
	switch {
	case strings.TrimSpace(r.By) == "":
		return errNobody()
	case countTrue(r.Placement != "", r.Child != "") != 1:
		return &InvalidRequestError{Why: "say which placement, or whose"}
	case r.On == 0:
		return &InvalidRequestError{Why: "the first day the bed is free is missing"}
	case r.At.IsZero():
		return errNoInstant()
	}
	return cmp.Or(sayable("by", r.By), believable(r.At), onCalendar("the first day", r.On))
}

func (r *EndRequest) command() command {
	rest := *r
	rest.Op, rest.At, rest.On = "", time.Time{}, 0
	return command{verb: endVerb, op: r.Op, at: r.At, on: r.On, rest: rest}
}

// decide says what to record.
func (r *EndRequest) decide(v *store.View) (*store.Change, error) {
	p, err := r.placement(v)
	if err != nil {
		return nil, err
	}
	if p.End != 0 {
		return nil, &EndedError{p.ID, p.Child, p.End}
	}
	p.End, p.EndedEarly, p.Reason = r.On, cmp.Or(r.Early, p.EndedEarly), cmp.Or(r.Reason, p.Reason)
	if err := p.Validate(); err != nil {
		return nil, err
	}
	c := &store.Change{Who: r.By, When: r.At}
	if err := c.PutPlacements(v, p); err != nil {
		return nil, err
	}
	o, err := c.Occupancy(v, p.Home)
	if err != nil {
		return nil, err
	}
	c.Command, c.Words = endVerb, fmt.Sprintf("%s of %s in %s on %s%s", p.ID, p.Child, p.Home, r.On, endedWords(o.EndHolds(r.At)))
	return c, nil
}

// placement is the one that is meant.
func (r *EndRequest) placement(v *store.View) (care.Placement, error) {
	if r.Placement != "" {
		return v.Placement(r.Placement)
	}
	if _, err := v.Child(r.Child); err != nil {
		return care.Placement{}, err
	}
	all, err := v.PlacementsOf(r.Child)
	if err != nil {
		return care.Placement{}, err
	}
	open := slices.DeleteFunc(slices.Clone(all), func(p care.Placement) bool { return p.End != 0 || p.Start > r.On })
	switch len(open) {
	case 0:
		return care.Placement{}, &LivesError{Child: r.Child, Why: "there is none to end on " + r.On.Words() + "; one whose end is recorded is put right by importing its row with another"}
	case 1:
		return open[0], nil
	}
	var ids []care.ID
	for i := range open {
		ids = append(ids, open[i].ID)
	}
	return care.Placement{}, &InvalidRequestError{Why: fmt.Sprintf("%s has several placements without an end: %s; say which", r.Child, joinIDs(ids))}
}

// endedPlacement is the placement that an entry changed.
func endedPlacement(entry *store.Entry) care.ID {
	for i := range entry.Changed {
		if key := entry.Changed[i].Key; key.Kind() == store.PlacementKind {
			return key.ID()
		}
	}
	return ""
}
