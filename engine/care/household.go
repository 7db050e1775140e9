package care

import (
	"slices"
	"time"
)

// Stay is one placement as the home sees it: who lives there and from when to
// when.
type Stay struct {
	_           struct{} `cbor:",toarray"`
	Placement   ID
	Child       ID
	Start       Day
	ExpectedEnd Day
	End         Day
	EndedEarly  Answer
}

// Occupancy is the part of a home that capacity commands change: the stays, past
// ones too, and the holds. It is kept as one record a home, so that two writers
// after one bed compare one key.
type Occupancy struct {
	Home  ID     `cbor:"1,keyasint"`
	Stays []Stay `cbor:"2,keyasint,omitempty"` // in order of placement ID
	Holds []Hold `cbor:"3,keyasint,omitempty"` // in order of ID
	// Declines are the offers that the home said no to, in the order of time.
	Declines []Decline `cbor:"4,keyasint,omitempty"`
}

// Put adds a stay, or replaces the one of the same placement.
func (o *Occupancy) Put(s Stay) {
	i, found := slices.BinarySearchFunc(o.Stays, s.Placement, func(s Stay, id ID) int { return compareIDs(s.Placement, id) })
	if found {
		o.Stays[i] = s
		return
	}
	o.Stays = slices.Insert(o.Stays, i, s)
}

// Remove takes out the stay of a placement, if it is there.
func (o *Occupancy) Remove(placement ID) {
	o.Stays = slices.DeleteFunc(o.Stays, func(s Stay) bool { return s.Placement == placement })
}

func compareIDs(a, b ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// leaves is the first day on which the stay no longer takes a bed, as it looks
// on the day today; 0 is never. An expected end that has passed without a
// recorded end has not come true: the child is still there.
func (s *Stay) leaves(today Day) Day {
	switch {
	case s.End != 0:
		return s.End
	case s.ExpectedEnd >= today:
		return s.ExpectedEnd
	}
	return 0
}

// Recorded says whether the stay has begun by day d and is not recorded to have ended
// by then, whatever was expected.
func (s *Stay) Recorded(d Day) bool { return s.Start <= d && (s.End == 0 || d < s.End) }

// On says whether the child lives in the home on day d, as it looks from today.
func (s *Stay) On(d, today Day) bool {
	leaves := s.leaves(today)
	return s.Start <= d && (leaves == 0 || d < leaves)
}

// Household is a home as it stands, with everything that judging it needs.
type Household struct {
	Home      *Home
	Occupancy Occupancy
	Residents []Child // the children of Occupancy.Stays, in the same order
	Held      []Child // the children of Occupancy.Holds, hold by hold, in the same order
}

// HoldFor is the hold that keeps a bed for the child of that number in Held.
func (h *Household) HoldFor(held int) *Hold {
	for i := range h.Occupancy.Holds {
		hold := &h.Occupancy.Holds[i]
		if held < len(hold.Children) {
			return hold
		}
		held -= len(hold.Children)
	}
	return nil
}

// Asking is the point of view of a question about beds.
type Asking struct {
	at       time.Time
	today    Day
	children []ID
}

// Ask is a question put at an instant, which decides which holds count and which
// expected ends have passed, for children whose own stays and holds do not stand
// in their way.
func Ask(at time.Time, children ...ID) Asking {
	return Asking{at: at, today: DayOf(at), children: children}
}

// Names says whether the child is one of those asked for.
func (a *Asking) Names(child ID) bool { return slices.Contains(a.children, child) }

// Lives says whether the stay is that of another child who lives in the home on
// day d.
func (a *Asking) Lives(s *Stay, d Day) bool { return s.On(d, a.today) && !a.Names(s.Child) }

// Keeps counts the beds that the hold keeps for other children on day d: none
// once it has run out, before the day it wants them, and for children asked for.
func (a *Asking) Keeps(h *Hold, d Day) int {
	n := 0
	for _, id := range h.Children {
		if a.KeepsFor(h, id, d) {
			n++
		}
	}
	return n
}

// KeepsFor says whether the hold keeps its bed on day d for one of its children, who
// is none of those asked for.
func (a *Asking) KeepsFor(h *Hold, child ID, d Day) bool {
	return h.CountsAt(a.at) && d >= h.From && !a.Names(child)
}

// FreeBeds counts the beds that are free on day d and on every later day: beds
// less those of the people who live there, of those who are to move in later, and
// of holds. It is negative where a home is over its number. Beds that are shut
// count as taken. Days on which the home is closed are another question:
// [Home.ClosedOn].
func (h *Household) FreeBeds(d Day, ask Asking) int {
	_, beds := h.Most(d, ask)
	return h.Home.OpenBeds() - beds
}

// Most is how many children live in the home, or have a bed held there, on the day
// with the most of them from day d on, and how many beds are taken on the day on
// which most are.
func (h *Household) Most(d Day, ask Asking) (children, beds int) {
	children, beds = h.taken(d, &ask)
	also := func(day Day) {
		if day > d {
			c, b := h.taken(day, &ask)
			children, beds = max(children, c), max(beds, b)
		}
	}
	for i := range h.Occupancy.Stays {
		also(h.Occupancy.Stays[i].Start)
	}
	for i := range h.Occupancy.Holds {
		also(h.Occupancy.Holds[i].From)
	}
	return children, beds
}

// taken counts the children of one day and the beds that they take.
func (h *Household) taken(d Day, ask *Asking) (children, beds int) {
	parents, babies := 0, 0
	for i := range h.Occupancy.Stays {
		if !ask.Lives(&h.Occupancy.Stays[i], d) {
			continue
		}
		children++
		if h.Home.Kind != ParentAndChild || i >= len(h.Residents) {
			continue
		}
		switch age := AgeOn(h.Residents[i].DOB, d); {
		case age >= parentFrom:
			parents++
		case age < babyTo:
			babies++
		}
	}
	// Who of them are one unit is not recorded: there are as many as parents or as babies.
	beds = max(children, children-parents-babies+unitBeds*max(parents, babies))
	for i := range h.Occupancy.Holds {
		if keeps := ask.Keeps(&h.Occupancy.Holds[i], d); keeps > 0 {
			children += keeps
			beds += h.Home.Kind.BedsFor(keeps)
		}
	}
	return children, beds
}

// In a parent-and-child home a unit takes two beds, whoever of it is looked after
// and so recorded here. Somebody of an age in between is another child who lives
// there.
const (
	unitBeds   = 2
	parentFrom = 12 // years: nobody younger is the parent
	babyTo     = 5  // years: nobody as old is the child
)

// BedsFor is how many beds children take who come together to a home of the kind:
// one each, but two at least in a parent-and-child home.
func (k Kind) BedsFor(children int) int {
	if k == ParentAndChild {
		return max(unitBeds, children)
	}
	return children
}

// FirstFree is the first day from the given one on which n beds are free from
// then on and the home is not closed, if no hold is renewed or taken up; 0 if
// nothing recorded will free them.
func (h *Household) FirstFree(n int, from Day, ask Asking) Day {
	for _, d := range h.turningDays(from, &ask) {
		if _, closed := h.Home.ClosedOn(d); closed {
			continue
		}
		then := ask // on that day a hold that has run out by then no longer counts
		if start := StartOf(d); start.After(ask.at) {
			then.at = start
		}
		if h.FreeBeds(d, then) >= n {
			return d
		}
	}
	return 0
}

// turningDays are the days, in order, on which a bed may come free: the first
// one asked about, and each on which a child leaves, a hold has run out or days
// on which nobody may move in are over.
func (h *Household) turningDays(from Day, ask *Asking) []Day {
	days := []Day{from}
	add := func(d Day) {
		if d > from {
			days = append(days, d)
		}
	}
	for i := range h.Occupancy.Stays {
		add(h.Occupancy.Stays[i].leaves(ask.today))
	}
	for i := range h.Occupancy.Holds {
		// one that runs out at midnight is gone on the day that begins then
		add(DayOf(h.Occupancy.Holds[i].Until.Add(-1)) + 1)
	}
	for r := range h.Home.shutDays() {
		add(r.To + 1)
	}
	slices.Sort(days)
	return slices.Compact(days)
}
