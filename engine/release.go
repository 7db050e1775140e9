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

// ReleaseRequest lets the beds of a hold go.
type ReleaseRequest struct {
	Hold care.ID // required
	Home care.ID // only this one of its homes; empty is all
	Why  string  // for the journal
	By   string  // required
	At   time.Time
	Op   string // makes a retry safe
}

// Freed says which beds of a hold came free.
type Freed struct {
	Hold    care.ID `json:"hold"`
	Beds    []Bed   `json:"beds"`    // in order of home
	Journal uint64  `json:"journal"` // the entry that records the change
}

// Release ends a hold. Errors: [*InvalidRequestError], [*UnknownError] for a hold
// that is not there, and those of writing.
func (e *Engine) Release(ctx context.Context, req ReleaseRequest) (*Freed, error) {
	if err := cmp.Or(namedPerson(req.Hold, req.By, req.At), sayable("why", req.Why)); err != nil {
		return nil, err
	}
	return e.free(ctx, req.command(), req.Hold, req.decide)
}

func (r *ReleaseRequest) command() command {
	rest := *r
	rest.Op, rest.At = "", time.Time{}
	return command{verb: releaseVerb, op: r.Op, at: r.At, rest: rest}
}

// decide says what to record.
func (r *ReleaseRequest) decide(v *store.View) (*store.Change, error) {
	homes, err := v.HomesHeld(r.Hold)
	if err == nil && (r.Home != "" || len(homes) == 0) {
		homes = make([]care.ID, 1)
		homes[0], err = heldHome(v, r.Hold, r.Home)
	}
	if err != nil {
		return nil, err
	}
	c := &store.Change{Who: r.By, When: r.At}
	var ended []care.ID
	for _, home := range homes {
		o, err := c.Occupancy(v, home)
		if err != nil {
			return nil, err
		}
		o.EndHold(r.Hold)
		ended = append(ended, o.EndHolds(r.At)...)
	}
	c.Command, c.Words = releaseVerb, fmt.Sprintf("%s in %s", r.Hold, joinIDs(homes))
	if why := strings.TrimSpace(r.Why); why != "" {
		c.Words += ": " + why
	}
	c.Words += endedWords(ended)
	return c, nil
}

// free makes a change that lets beds of a hold go, and says which.
func (e *Engine) free(ctx context.Context, cmd command, hold care.ID, decide store.Decide) (*Freed, error) {
	freed := &Freed{Hold: hold}
	err := e.once(ctx, cmd, decide, func(before, after *store.View, entry *store.Entry) error {
		freed.Journal = entry.Number
		had, err := heldIn(before, hold, entry.Number)
		if err != nil {
			return err
		}
		kept, err := after.HomesHeld(hold)
		if err != nil {
			return err
		}
		for _, b := range had.Beds {
			if !slices.Contains(kept, b.Home) {
				freed.Beds = append(freed.Beds, b.Bed)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return freed, nil
}
