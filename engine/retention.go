package engine

import (
	"cmp"
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
)

// How long records are kept, and by which regulation.
const (
	childKeptYears = 75 // from birth
	carerKeptYears = 10 // from the end of the approval, at least

	childCitation = "Care Planning, Placement and Case Review (England) Regulations 2010, reg 50"
	carerCitation = "Fostering Services (England) Regulations 2011, reg 32"
)

// Retention says whose records have been kept for as long as they have to be.
type Retention struct {
	On      care.Day           `json:"on"`
	Due     []RetentionDue     `json:"due"`     // in order of day, kind and id
	Unknown []RetentionUnknown `json:"unknown"` // in order of id
}

// RetentionDue is a record whose time has come.
type RetentionDue struct {
	Kind     string   `json:"kind"` // child or home
	ID       care.ID  `json:"id"`
	Day      care.Day `json:"day"` // the first on which it need not be kept
	Says     string   `json:"says"`
	Citation string   `json:"citation"`
}

// RetentionUnknown is a carer's record of which nobody can tell whether its time
// has come.
type RetentionUnknown struct {
	ID   care.ID `json:"id"`
	Says string  `json:"says"`
}

// RetentionDue lists the records that need not be kept any more on a day. A
// child's is kept to the 75th birthday; that 15 years suffice after a death
// before 18 is not applied, since deaths are not recorded. A foster carer's is
// kept for at least 10 years after the approval ended: registered_until is the first
// day it no longer covered. One whose status says that it ended, and not when, is
// unknown. Errors: an [*InvalidRequestError] for a day that is missing, those of
// reading, and ctx's.
func (e *Engine) RetentionDue(ctx context.Context, on care.Day) (*Retention, error) {
	if err := errNoDay(on); err != nil {
		return nil, err
	}
	due := &Retention{On: on, Due: []RetentionDue{}, Unknown: []RetentionUnknown{}}
	err := e.read(ctx, func(r *reader) error {
		for child, err := range r.Children() {
			if err = cmp.Or(err, ctx.Err()); err != nil {
				return err
			}
			due.child(&child)
		}
		for home, err := range r.Homes() {
			if err = cmp.Or(err, ctx.Err()); err != nil {
				return err
			}
			due.home(&home)
		}
		return nil
	})
	slices.SortFunc(due.Due, func(a, b RetentionDue) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return due, err
}

// keptUntil is the first day on which a child's record need not be kept. Where
// the age is disputed it is reckoned from the latest birth that is claimed.
func keptUntil(c *care.Child) care.Day { return care.Birthday(c.LatestBirth(), childKeptYears) }

func (r *Retention) child(c *care.Child) {
	if day := keptUntil(c); day <= r.On {
		r.Due = append(r.Due, RetentionDue{"child", c.ID, day, "the 75th birthday was on " + day.Words(), childCitation})
	}
}

func (r *Retention) home(h *care.Home) {
	if h.Kind != care.Foster && h.Kind != care.ConnectedPerson {
		return
	}
	ended := h.RegisteredUntil.Day
	switch day := ended.AddMonths(12 * carerKeptYears); {
	case ended == 0 && (h.Status == care.Ended || h.Status == care.Refused):
		r.Unknown = append(r.Unknown, RetentionUnknown{h.ID, "the approval is " + string(h.Status) + ", and registered_until does not say since when"})
	case ended != 0 && day <= r.On:
		r.Due = append(r.Due, RetentionDue{"home", h.ID, day, "the approval ended on " + ended.Words(), carerCitation})
	}
}
