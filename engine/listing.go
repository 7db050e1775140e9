package engine

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/store"
)

// HomeQuery asks for homes to be listed.
type HomeQuery struct {
	Kinds     []care.Kind // only these; empty is every kind
	Authority string      // only homes in the area of this one, by GSS code; empty is everywhere
	Free      bool        // only homes that a child could move into on the day, as far as beds and closed periods go
	On        care.Day    // required
	At        time.Time   // decides which holds count; zero is the beginning of On
}

// HomeLine is a home as a list has it.
type HomeLine struct {
	ID             care.ID     `json:"id"`
	Kind           care.Kind   `json:"kind"`
	Status         care.Status `json:"status,omitempty"`
	Provider       string      `json:"provider,omitempty"`
	Authority      string      `json:"authority"` // GSS code of the area it lies in
	AuthorityName  string      `json:"authority_name"`
	PostcodeSector string      `json:"postcode_sector,omitempty"`
	Beds           int         `json:"beds"`
	// Free counts the beds that are free on the day and on every later one, as
	// [care.Household.FreeBeds] does; it is 0 at most on a day on which the home is
	// closed, and negative where more live there than there are beds.
	Free          int      `json:"free"`
	ClosedTo      care.Day `json:"closed_to,omitempty"`      // last day of the closed period that the day is in
	Stays         int      `json:"stays"`                    // children who live there on the day
	Holds         int      `json:"holds"`                    // that have not run out
	ApprovedUntil string   `json:"approved_until,omitempty"` // first day it no longer covers, or none; empty is not recorded
	ConfirmedOn   care.Day `json:"vacancy_confirmed_on,omitempty"`
}

// ListHomes yields the homes that a query asks for, in order of id, one at a time and
// all of one view of the store. An error is yielded once, as the last step: an
// [*InvalidRequestError] for a day that is missing, those of reading, and ctx's.
func (e *Engine) ListHomes(ctx context.Context, q HomeQuery) iter.Seq2[*HomeLine, error] {
	return eachLine(ctx, e, q.On, func(r *reader, yield func(*HomeLine) bool) error {
		for h, err := range r.View.Households() {
			if err = cmp.Or(err, ctx.Err()); err != nil {
				return err
			}
			if !q.wants(h.Home) {
				continue
			}
			line, err := q.line(r, &h)
			if err != nil {
				return err
			}
			roomy := line.ClosedTo == 0 && line.Free >= h.Home.Kind.BedsFor(1)
			if (roomy || !q.Free) && !yield(line) {
				return nil
			}
		}
		return nil
	})
}

// eachLine yields what a function lists from one view.
func eachLine[L any](ctx context.Context, e *Engine, on care.Day, list func(*reader, func(*L) bool) error) iter.Seq2[*L, error] {
	return func(yield func(*L, error) bool) {
		stopped := false
		err := errNoDay(on)
		if err == nil {
			err = e.read(ctx, func(r *reader) error {
				return list(r, func(line *L) bool {
					stopped = !yield(line, nil)
					return !stopped
				})
			})
		}
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

func errNoDay(on care.Day) error {
	if on == 0 {
		return &InvalidRequestError{Why: "the day to look at is missing"}
	}
	return nil
}

// instantFor is the instant of a question, or the beginning of its day.
func instantFor(on care.Day, at time.Time) time.Time {
	if at.IsZero() {
		return care.StartOf(on)
	}
	return at
}

func (q *HomeQuery) wants(h *care.Home) bool {
	return (q.Authority == "" || h.Authority == q.Authority) && (len(q.Kinds) == 0 || slices.Contains(q.Kinds, h.Kind))
}

// line is that of a home. Who lives there matters to its beds in a home for parents
// alone, so in others the children are not read.
func (q *HomeQuery) line(r *reader, h *care.Household) (line *HomeLine, err error) {
	if h.Home.Kind == care.ParentAndChild {
		if h.Residents, err = r.Residents(&h.Occupancy); err != nil {
			return nil, err
		}
	}
	at := instantFor(q.On, q.At)
	asking := care.Ask(at)
	line = &HomeLine{
		ID: h.Home.ID, Kind: h.Home.Kind, Status: h.Home.Status, Provider: h.Home.Provider,
		Authority: h.Home.Authority, AuthorityName: areaName(h.Home.Authority), PostcodeSector: sectorOf(h.Home),
		Beds: h.Home.Beds, Free: h.FreeBeds(q.On, asking), ApprovedUntil: endWords(h.Home.RegisteredUntil), ConfirmedOn: h.Home.ConfirmedOn,
	}
	if closed, is := h.Home.ClosedOn(q.On); is {
		line.ClosedTo, line.Free = closed.To, min(line.Free, 0)
	}
	for i := range h.Occupancy.Stays {
		if asking.Lives(&h.Occupancy.Stays[i], q.On) {
			line.Stays++
		}
	}
	for i := range h.Occupancy.Holds {
		if h.Occupancy.Holds[i].CountsAt(at) {
			line.Holds++
		}
	}
	return line, nil
}

func sectorOf(h *care.Home) string {
	p, err := gazetteer.ParsePostcode(h.Where.Postcode)
	if err != nil {
		return ""
	}
	return p.Sector()
}

// endWords is an end as files have it.
func endWords(e care.End) string {
	if e == care.Never() {
		return "none"
	}
	return e.Day.String()
}

// ChildQuery asks for children to be listed.
type ChildQuery struct {
	Waiting   bool      // only those who wait for a home
	Authority string    // only those for whom this one is responsible, by GSS code; empty is all
	Group     care.ID   // only this sibling group; empty is all
	On        care.Day  // required
	At        time.Time // decides which holds count; zero is the beginning of On
}

// ChildLine is a child as a list has it.
type ChildLine struct {
	ID            care.ID  `json:"id"`
	Age           int      `json:"age"`              // whole years on the day; 0 before the birth
	Unborn        bool     `json:"unborn,omitempty"` // the child is expected after the day
	Sex           care.Sex `json:"sex,omitempty"`
	Group         care.ID  `json:"group,omitempty"`
	Authority     string   `json:"authority"` // GSS code
	AuthorityName string   `json:"authority_name"`
	// Waiting is of somebody under 18, by the latest birth that is claimed, who lives
	// in no home on the day, whether or not a placement is to begin later.
	Waiting  bool        `json:"waiting"`
	Lives    []Lodging   `json:"lives"`          // on the day, the latest first; more than one where the records disagree
	Next     *Lodging    `json:"next,omitempty"` // the first placement to begin later
	NeededBy string      `json:"needed_by,omitempty"`
	Holds    []HoldShown `json:"holds"` // that have not run out, in order of id and home
}

// Lodging is where a child lives, and since when.
type Lodging struct {
	Home      care.ID  `json:"home"`
	Placement care.ID  `json:"placement"`
	Since     care.Day `json:"since"`
}

// ListChildren yields the children that a query asks for, as [Engine.ListHomes] does
// homes. A sibling group that there is not is an [*UnknownError].
func (e *Engine) ListChildren(ctx context.Context, q ChildQuery) iter.Seq2[*ChildLine, error] {
	return eachLine(ctx, e, q.On, func(r *reader, yield func(*ChildLine) bool) error {
		if q.Group != "" {
			if _, err := r.Group(q.Group); err != nil {
				return err
			}
		}
		held, err := r.heldFor(instantFor(q.On, q.At))
		if err != nil {
			return err
		}
		for c, err := range r.Children() {
			if err = cmp.Or(err, ctx.Err()); err != nil {
				return err
			}
			if q.Authority != "" && c.Authority != q.Authority || q.Group != "" && c.Group != q.Group {
				continue
			}
			line, err := q.line(r, &c)
			if err != nil {
				return err
			}
			line.Holds = append(line.Holds, held[c.ID]...)
			if (line.Waiting || !q.Waiting) && !yield(line) {
				return nil
			}
		}
		return nil
	})
}

func (q *ChildQuery) line(r *reader, c *care.Child) (*ChildLine, error) {
	placements, err := r.PlacementsOf(c.ID)
	if err != nil {
		return nil, err
	}
	line := &ChildLine{
		ID: c.ID, Age: care.AgeOn(c.DOB, q.On), Unborn: c.DOB > q.On, Sex: c.Sex, Group: c.Group, Authority: c.Authority, AuthorityName: areaName(c.Authority),
		Lives: []Lodging{}, NeededBy: c.NeededBy, Holds: []HoldShown{},
	}
	where := care.WhereaboutsOf(placements, q.On)
	for i := range where.Present {
		line.Lives = append(line.Lives, lodging(&where.Present[i]))
	}
	if where.Next != nil {
		next := lodging(where.Next)
		line.Next = &next
	}
	line.Waiting = len(line.Lives) == 0 && c.Minor(q.On)
	return line, nil
}

func lodging(p *care.Placement) Lodging { return Lodging{p.Home, p.ID, p.Start} }

// heldFor are the holds that count at an instant, by child.
func (r *reader) heldFor(at time.Time) (map[care.ID][]HoldShown, error) {
	held := map[care.ID][]HoldShown{}
	err := r.eachHold(func(home care.ID, h *care.Hold) {
		if !h.CountsAt(at) {
			return
		}
		for _, child := range h.Children {
			held[child] = append(held[child], holdShown(home, h, at))
		}
	})
	return held, err
}

// eachHold visits every hold that is recorded, in order of id and home.
func (r *reader) eachHold(visit func(home care.ID, h *care.Hold)) error {
	for id, err := range r.IDs(store.HoldsKind) {
		if err != nil {
			return err
		}
		homes, err := r.HomesHeld(id)
		if err != nil {
			return err
		}
		for _, home := range homes {
			o, err := r.Occupancy(home)
			if err != nil {
				return err
			}
			if h := o.Hold(id); h != nil {
				visit(home, h)
			}
		}
	}
	return nil
}
