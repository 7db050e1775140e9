package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Due is something that runs out under a placement that was made.
type Due struct {
	Day       care.Day `json:"day"` // the first day it no longer holds
	Child     care.ID  `json:"child"`
	Home      care.ID  `json:"home"`
	Placement care.ID  `json:"placement"`
	What      string   `json:"what"`
}

// Due lists what runs out for the children who live in a home on a day, or are
// expected to leave on it: what has ended already and is still rested on, and what
// ends within so many days, 0 or more. It is in order of day, child and what. The
// instant decides which expected ends have passed; zero is the beginning of the day.
// Errors: an [*InvalidRequestError] for a day that is missing, those of reading, and
// ctx's.
func (e *Engine) Due(ctx context.Context, on care.Day, at time.Time, days int) ([]Due, error) {
	due := []Due{}
	if err := errNoDay(on); err != nil {
		return due, err
	}
	at = instantFor(on, at)
	err := e.read(ctx, func(r *reader) error {
		for h, err := range r.Households(ctx) {
			if err != nil {
				return err
			}
			due = append(due, dueIn(h, on, at, days)...)
		}
		return nil
	})
	slices.SortFunc(due, func(a, b Due) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Child, b.Child), cmp.Compare(a.What, b.What))
	})
	return due, err
}

// dueIn looks at the children of one home.
func dueIn(h *care.Household, on care.Day, at time.Time, days int) []Due {
	var due []Due
	asking := care.Ask(at)
	for i := range h.Occupancy.Stays {
		stay := &h.Occupancy.Stays[i]
		if ends := stay.ExpectedEnd == on && stay.Recorded(on); !ends && !asking.Lives(stay, on) {
			continue // one who is expected to leave on the day has not left yet
		}
		c := care.Case{Children: h.Residents[i : i+1], On: stay.Start, Ask: care.Ask(at, stay.Child)}
		endings := rulebook.Endings(c, h)
		if stay.ExpectedEnd != 0 && stay.End == 0 {
			endings = append(endings, rulebook.Ending{Day: stay.ExpectedEnd, What: "the placement is expected to end", Overdue: true})
		}
		for _, e := range endings {
			if int(e.Day)-int(on) <= days && (e.Day >= on || e.Overdue) {
				due = append(due, Due{e.Day, stay.Child, h.Home.ID, stay.Placement, e.What})
			}
		}
	}
	return due
}
