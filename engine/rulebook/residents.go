package rulebook

import (
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
)

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

// leaving says whether a resident lives there, and is gone by the day of the placement
// only by what is expected: no end is recorded.
func (q *question) leaving(i int) bool {
	if i >= len(q.h.Occupancy.Stays) {
		return false
	}
	s := &q.h.Occupancy.Stays[i]
	return s.Recorded(q.On) && !q.Ask.Names(s.Child) && !q.Ask.Lives(s, q.On)
}

// leaver is the first who is leaving, is no sibling of the child, and would bar the
// home to the child by staying; -1 if nobody would.
func (q *question) leaver(bars func(q *question, other *care.Child) bool) int {
	for i := range q.residents() {
		if other := q.resident(i); q.leaving(i) && !sameGroup(other, q.child) && bars(q, other) {
			return i
		}
	}
	return -1
}

// orLeaver is a ruling, or a sign-off of that clause where somebody is leaving and
// nothing graver was found.
func (q *question) orLeaver(r ruling, leaving clause, bars func(*question, *care.Child) bool) ruling {
	if r.verdict < SignOff {
		if i := q.leaver(bars); i >= 0 {
			return ruling{verdict: SignOff, clause: leaving, n: i}
		}
	}
	return r
}

// leaverWords asks whether somebody has left: that it is expected does not mean yes.
func (q *question) leaverWords(i int) words {
	s := &q.h.Occupancy.Stays[i]
	return words{
		says: fmt.Sprintf("%s may not live with %s, who is expected to leave by %s; no end is recorded", q.child.ID, s.Child, s.ExpectedEnd.Words()),
		role: PlacementOfficer, missing: []string{"end of " + string(s.Placement)},
		fix: fmt.Sprintf("confirm that %s has left, and record the end of %s", s.Child, s.Placement),
	}
}

// andLeaver adds to a sign-off what is asked of somebody who is leaving.
func (q *question) andLeaver(w words, bars func(*question, *care.Child) bool) words {
	i := q.leaver(bars)
	if i < 0 || w.role == "" {
		return w
	}
	also := q.leaverWords(i)
	w.says, w.fix, w.missing = w.says+"; "+also.says, w.fix+"; "+also.fix, append(w.missing, also.missing...)
	return w
}
