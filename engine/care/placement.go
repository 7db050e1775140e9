package care

import "slices"

// Placement is a child living in a home from a day on.
type Placement struct {
	ID          ID     `cbor:"1,keyasint"`
	Child       ID     `cbor:"2,keyasint"`
	Home        ID     `cbor:"3,keyasint"`
	Start       Day    `cbor:"4,keyasint"`
	ExpectedEnd Day    `cbor:"5,keyasint,omitempty"` // first day the bed is expected to be free
	End         Day    `cbor:"6,keyasint,omitempty"` // first day the bed is free
	EndedEarly  Answer `cbor:"7,keyasint,omitempty"` // ended before its plan did
	Type        string `cbor:"8,keyasint,omitempty"` // SSDA903 PLACE
	Reason      string `cbor:"9,keyasint,omitempty"` // SSDA903 REASON_PLACE_CHANGE
}

// Validate refuses a placement without ids or a start, one that ends before it
// starts, days that [Day.Validate] refuses, and codes that SSDA903 does not have.
// The error is a [*FieldError].
func (p *Placement) Validate() error {
	if p.Start == 0 {
		return firstOf(p.ID.Validate("id"), wrong("start", "the first day of the placement, as 2026-01-31", "is empty"))
	}
	return firstOf(
		p.ID.Validate("id"), p.Child.Validate("child"), p.Home.Validate("home"),
		p.Start.Validate("start"), p.End.Validate("end"), p.ExpectedEnd.Validate("expected_end"),
		notBefore("end", p.End, "start", p.Start), notBefore("expected_end", p.ExpectedEnd, "start", p.Start),
		oneOf("type", "type", p.Type), oneOf("reason", "reason", p.Reason),
	)
}

// Stay is the placement as the home sees it.
func (p *Placement) Stay() Stay {
	return Stay{Placement: p.ID, Child: p.Child, Start: p.Start, ExpectedEnd: p.ExpectedEnd, End: p.End, EndedEarly: p.EndedEarly}
}

// Whereabouts are the placements of a child about a day.
type Whereabouts struct {
	// Present are those that have begun by the day and are not recorded to have
	// ended by then, the one that began last first. A child has one at a time;
	// where there are several the records do not say which of them is meant.
	Present []Placement
	Next    *Placement // the first to begin after the day; nil where there is none
}

// WhereaboutsOf says where a child lives on a day by all that is recorded of their
// placements, which are in order of ID. What was expected does not count: until an
// end is recorded, the child is there, and to live elsewhere is to move.
func WhereaboutsOf(placements []Placement, on Day) Whereabouts {
	var w Whereabouts
	for i := range placements {
		p := &placements[i]
		switch stay := p.Stay(); {
		case stay.Recorded(on):
			w.Present = append(w.Present, *p)
		case p.Start > on && (w.Next == nil || p.Start < w.Next.Start):
			w.Next = p
		}
	}
	slices.SortStableFunc(w.Present, func(a, b Placement) int { return int(b.Start) - int(a.Start) })
	return w
}

// SiblingGroup is the children of one family who are in care, in order of ID.
type SiblingGroup struct {
	ID       ID
	Children []ID
}
