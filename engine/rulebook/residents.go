package rulebook

import "github.com/stablehomes/stablehomes/engine/care"

// The residents of a home are, by their number, the children of its stays, then those
// for whom a bed is held there: a hold is a promise, and they are to move in.

func (q *question) residents() int { return len(q.h.Occupancy.Stays) + len(q.h.Held) }

func (q *question) resident(i int) *care.Child {
	if stays := len(q.h.Occupancy.Stays); i >= stays {
		return &q.h.Held[i-stays]
	}
	return &q.h.Residents[i]
}

// since is the first day of a resident.
func (q *question) since(i int) care.Day {
	if stays := len(q.h.Occupancy.Stays); i >= stays {
		return q.h.HoldFor(i - stays).From
	}
	return q.h.Occupancy.Stays[i].Start
}

// lives says whether a resident who is none of the children of the case lives there on
// day d, or has a bed held on it.
func (q *question) lives(i int, d care.Day) bool {
	if stays := len(q.h.Occupancy.Stays); i >= stays {
		return q.Ask.KeepsFor(q.h.HoldFor(i-stays), q.h.Held[i-stays].ID, d)
	}
	return q.Ask.Lives(&q.h.Occupancy.Stays[i], d)
}

// there says whether a resident lives there from the placement on, or is to move in.
func (q *question) there(i int) bool { return q.lives(i, max(q.On, q.since(i))) }
