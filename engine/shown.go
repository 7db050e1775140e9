package engine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Row is what is recorded in one record: the columns of its file that are not blank,
// in their order. As JSON it is an object with a string for each column.
type Row []Cell

// MarshalJSON keeps the order of the columns.
func (r Row) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, c := range r {
		if i > 0 {
			out.WriteByte(',')
		}
		for _, part := range []string{c.Column, c.Value} {
			text, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			out.Write(text)
			out.WriteByte(':')
		}
		out.Truncate(out.Len() - 1)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// HoldShown is a hold in one home.
type HoldShown struct {
	Hold     care.ID         `json:"hold"`
	Home     care.ID         `json:"home"`
	Children []care.ID       `json:"children"`
	From     care.Day        `json:"from"`
	Until    time.Time       `json:"until"`
	By       string          `json:"by,omitempty"`
	Offer    care.OfferState `json:"offer,omitempty"` // empty in the authority's own home
	RanOut   bool            `json:"ran_out"`         // it counts no more, and is taken out by the next change of the home's beds
}

func holdShown(home care.ID, h *care.Hold, at time.Time) HoldShown {
	return HoldShown{h.ID, home, h.Children, h.From, h.Until, h.By, h.Offer.State, !h.CountsAt(at)}
}

// HomeShown is everything that is recorded of a home.
type HomeShown struct {
	ID       care.ID        `json:"id"`
	Record   Row            `json:"record"`
	Lives    []StayShown    `json:"lives"`    // on the day, and those who are to move in later; in order of their first day
	Holds    []HoldShown    `json:"holds"`    // in order of id
	Declines []DeclineShown `json:"declines"` // in the order of time
	Journal  uint64         `json:"journal"`  // number of the last change that was seen
}

// StayShown is a child in a home.
type StayShown struct {
	Child       care.ID  `json:"child"`
	Placement   care.ID  `json:"placement"`
	Start       care.Day `json:"start"`
	ExpectedEnd care.Day `json:"expected_end,omitempty"` // first day the bed is expected to be free
	End         care.Day `json:"end,omitempty"`          // first day the bed is free
}

// DeclineShown is the no of a home.
type DeclineShown struct {
	Hold     care.ID   `json:"hold"`
	Children []care.ID `json:"children"`
	By       string    `json:"by"` // who brought the answer
	At       time.Time `json:"at"`
	Why      string    `json:"why,omitempty"` // the home's words
}

// ShowHome shows everything that is recorded of a home as of a day, for the team
// that keeps the records: it has the full postcode, and who lives there. At decides
// which holds have run out; zero is the beginning of the day. Errors:
// [*InvalidRequestError] for a day that is missing, [*UnknownError], those of
// reading, and intake's ErrUnwritable for a record that no file could hold.
func (e *Engine) ShowHome(ctx context.Context, id care.ID, on care.Day, at time.Time) (*HomeShown, error) {
	if err := errNoDay(on); err != nil {
		return nil, err
	}
	shown := &HomeShown{ID: id}
	err := e.read(ctx, func(r *reader) error {
		shown.Journal = r.Head().Number
		home, err := r.Home(id)
		if err != nil {
			return err
		}
		if shown.Record, err = rowOf(intake.HomeSheet(), &home); err != nil {
			return err
		}
		o, err := r.Occupancy(id)
		shown.occupied(&o, on, instantFor(on, at))
		return err
	})
	if err != nil {
		return nil, err
	}
	return shown, nil
}

func (s *HomeShown) occupied(o *care.Occupancy, on care.Day, at time.Time) {
	s.Lives, s.Holds, s.Declines = []StayShown{}, []HoldShown{}, []DeclineShown{}
	for i := range o.Stays {
		if stay := &o.Stays[i]; stay.End == 0 || stay.End > max(on, stay.Start) {
			s.Lives = append(s.Lives, StayShown{stay.Child, stay.Placement, stay.Start, stay.ExpectedEnd, stay.End})
		}
	}
	slices.SortStableFunc(s.Lives, func(a, b StayShown) int { return cmp.Compare(a.Start, b.Start) })
	for i := range o.Holds {
		s.Holds = append(s.Holds, holdShown(o.Home, &o.Holds[i], at))
	}
	for i := range o.Declines {
		d := &o.Declines[i]
		s.Declines = append(s.Declines, DeclineShown{d.Hold, d.Children, d.By, d.At, d.Why})
	}
}

// rowOf is a record without its blank cells.
func rowOf[T any](sheet intake.Sheet[T], v *T) (Row, error) {
	cells, err := sheet.Cells(v)
	row := Row{}
	for _, c := range cells {
		if c.Value != "" {
			row = append(row, c)
		}
	}
	return row, err
}

// ChildShown is everything that is recorded of a child.
type ChildShown struct {
	ID         care.ID          `json:"id"`
	Record     Row              `json:"record"`
	Placements []PlacementShown `json:"placements"` // past, present and to come, in order of their first day
	Holds      []HoldShown      `json:"holds"`      // in order of id and home
	Decisions  []DecisionShown  `json:"decisions"`  // in the order in which they were recorded
	Journal    uint64           `json:"journal"`    // number of the last change that was seen
}

// PlacementShown is a placement of a child.
type PlacementShown struct {
	Placement   care.ID  `json:"placement"`
	Home        care.ID  `json:"home"`
	Start       care.Day `json:"start"`
	ExpectedEnd care.Day `json:"expected_end,omitempty"` // first day the bed is expected to be free
	End         care.Day `json:"end,omitempty"`          // first day the bed is free
	EndedEarly  string   `json:"ended_early,omitempty"`  // yes, no, or empty where nobody has said
	Type        string   `json:"type,omitempty"`         // SSDA903 PLACE
	Reason      string   `json:"reason,omitempty"`       // SSDA903 REASON_PLACE_CHANGE
}

// DecisionShown names a decision; [Engine.Decision] has all of it.
type DecisionShown struct {
	Decision care.ID           `json:"decision"`
	Kind     care.DecisionKind `json:"kind"`
	On       care.Day          `json:"on"` // first day of the placement
	At       time.Time         `json:"at"` // when it was recorded
}

// ShowChild shows everything that is recorded of a child in the columns of a file of
// children, as [Engine.ShowHome] does of a home: it has addresses, contacts and the
// child's own words, and is for the team that keeps the records. What a return or a
// referral says beyond those columns is left out.
func (e *Engine) ShowChild(ctx context.Context, id care.ID, on care.Day, at time.Time) (*ChildShown, error) {
	if err := errNoDay(on); err != nil {
		return nil, err
	}
	shown := &ChildShown{ID: id, Placements: []PlacementShown{}, Holds: []HoldShown{}, Decisions: []DecisionShown{}}
	err := e.read(ctx, func(r *reader) error {
		shown.Journal = r.Head().Number
		child, err := r.Child(id)
		if err != nil {
			return err
		}
		if shown.Record, err = rowOf(intake.ChildSheet(), &child); err != nil {
			return err
		}
		if err := shown.placed(r); err != nil {
			return err
		}
		if err := r.eachHold(func(home care.ID, h *care.Hold) {
			if h.Names(id) {
				shown.Holds = append(shown.Holds, holdShown(home, h, instantFor(on, at)))
			}
		}); err != nil {
			return err
		}
		return shown.decided(ctx, r)
	})
	if err != nil {
		return nil, err
	}
	return shown, nil
}

func (s *ChildShown) placed(r *reader) error {
	all, err := r.PlacementsOf(s.ID)
	for i := range all {
		p := &all[i]
		s.Placements = append(s.Placements, PlacementShown{p.ID, p.Home, p.Start, p.ExpectedEnd, p.End, p.EndedEarly.String(), p.Type, p.Reason})
	}
	slices.SortStableFunc(s.Placements, func(a, b PlacementShown) int { return cmp.Compare(a.Start, b.Start) })
	return err
}

// decided looks for the child in every decision, as there is no index of them.
func (s *ChildShown) decided(ctx context.Context, r *reader) error {
	for id, err := range r.IDs(store.DecisionKind) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		d, err := r.decision(id)
		if errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			return err
		}
		if d.Names(s.ID) {
			s.Decisions = append(s.Decisions, DecisionShown{d.ID, d.Kind, d.Asked.On, d.At})
		}
	}
	slices.SortStableFunc(s.Decisions, func(a, b DecisionShown) int { return a.At.Compare(b.At) })
	return nil
}
