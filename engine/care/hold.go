package care

import (
	"cmp"
	"slices"
	"time"
)

// Hold keeps beds in one home for named children until an instant. A group that
// is to live in several homes has a hold of the same ID in each of them.
type Hold struct {
	ID       ID        `cbor:"1,keyasint"`
	Children []ID      `cbor:"2,keyasint"`           // in order, each once
	From     Day       `cbor:"3,keyasint"`           // first day the beds are wanted
	Until    time.Time `cbor:"4,keyasint"`           // from this instant on the hold counts no more
	By       string    `cbor:"5,keyasint,omitempty"` // who holds them
	Offer    Offer     `cbor:"6,keyasint,omitzero"`  // what the home has said
}

// CountsAt says whether the hold keeps its beds at an instant.
func (h *Hold) CountsAt(at time.Time) bool { return at.Before(h.Until) }

// Names says whether the hold keeps a bed for the child.
func (h *Hold) Names(child ID) bool { return slices.Contains(h.Children, child) }

// Let takes children out of the hold, who have a home now or are not looked for any
// more. A home that has said yes to all of them has not said yes to those who are
// left.
func (h *Hold) Let(children []ID) {
	left := kept(h.Children, func(id *ID) bool { return !slices.Contains(children, *id) })
	if len(left) < len(h.Children) && h.Offer.State == Accepted {
		h.Offer = Offer{State: Offered}
	}
	h.Children = left
}

// AcceptedAt is the hold of exactly the children who come, in order, and perhaps of
// some who live there, that had been accepted by an instant and counted then; nil if
// there is none.
func (o *Occupancy) AcceptedAt(at time.Time, coming, there []ID) *Hold {
	for i := range o.Holds {
		h := &o.Holds[i]
		if h.Offer.State != Accepted || h.Offer.At.After(at) || !h.CountsAt(at) {
			continue
		}
		if named := kept(h.Children, func(id *ID) bool { return !slices.Contains(there, *id) }); slices.Equal(named, coming) {
			return h
		}
	}
	return nil
}

// OfferState says how far the question to a home has come.
type OfferState string

// The states of an offer. A home that declines has no hold any more: what it
// said is kept as a [Decline].
const (
	NotOffered OfferState = ""         // the authority's own home: nobody else has to say yes
	Offered    OfferState = "offered"  // another provider's home, or one of nobody knows whom, which has not answered
	Accepted   OfferState = "accepted" // the home has said yes
)

// Offer is a hold as the home sees it: it is asked whether it takes the children,
// and answers.
type Offer struct {
	State OfferState `cbor:"1,keyasint,omitempty"`
	By    string     `cbor:"2,keyasint,omitempty"` // who brought the answer
	At    time.Time  `cbor:"3,keyasint,omitzero"`  // when
	Why   string     `cbor:"4,keyasint,omitempty"` // the home's words, if any
}

// Decline is the no of a home that was offered children.
type Decline struct {
	Hold     ID        `cbor:"1,keyasint"`
	Children []ID      `cbor:"2,keyasint"`
	By       string    `cbor:"3,keyasint"` // who brought the answer
	At       time.Time `cbor:"4,keyasint"`
	Why      string    `cbor:"5,keyasint"` // the home's words
}

// Hold finds a hold of the household by its ID, or is nil.
func (o *Occupancy) Hold(id ID) *Hold {
	i, found := o.findHold(id)
	if !found {
		return nil
	}
	return &o.Holds[i]
}

// PutHold adds a hold, or replaces the one of the same ID.
func (o *Occupancy) PutHold(h Hold) {
	i, found := o.findHold(h.ID)
	if found {
		o.Holds[i] = h
		return
	}
	o.Holds = slices.Insert(o.Holds, i, h)
}

// EndHold takes a hold out, if it is there.
func (o *Occupancy) EndHold(id ID) {
	if i, found := o.findHold(id); found {
		o.Holds = slices.Delete(o.Holds, i, i+1)
	}
}

// EndHolds takes out every hold that has run out at an instant, and lists their
// IDs in order.
func (o *Occupancy) EndHolds(at time.Time) []ID {
	var ended []ID
	for i := range o.Holds {
		if h := &o.Holds[i]; !h.CountsAt(at) {
			ended = append(ended, h.ID)
		}
	}
	o.Holds = slices.DeleteFunc(o.Holds, func(h Hold) bool { return !h.CountsAt(at) })
	return ended
}

func (o *Occupancy) findHold(id ID) (int, bool) {
	return slices.BinarySearchFunc(o.Holds, id, func(h Hold, id ID) int { return compareIDs(h.ID, id) })
}

// Empty says whether nothing is recorded of the household.
func (o *Occupancy) Empty() bool { return len(o.Stays)+len(o.Holds)+len(o.Declines) == 0 }

// DeclineCount says how often a home gave a reason for its no.
type DeclineCount struct {
	Reason string `json:"reason"` // in the words in which it was first given
	Count  int    `json:"count"`
}

// CountDeclines counts the reasons that the home has given, the commonest first.
// Reasons are compared as [Term] compares words.
func (o *Occupancy) CountDeclines() []DeclineCount {
	var all []DeclineCount
	for i := range o.Declines {
		why := o.Declines[i].Why
		k := slices.IndexFunc(all, func(c DeclineCount) bool { return Term(c.Reason) == Term(why) })
		if k < 0 {
			k = len(all)
			all = append(all, DeclineCount{Reason: why})
		}
		all[k].Count++
	}
	slices.SortStableFunc(all, func(a, b DeclineCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(Term(a.Reason), Term(b.Reason)))
	})
	return all
}
