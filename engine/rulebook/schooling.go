package rulebook

import (
	"fmt"
	"math"

	"github.com/stablehomes/stablehomes/engine/care"
)

const (
	schoolKept clause = iota
	schoolEmergency
	schoolBroken
)

var keyStage4 = Rule{
	ID:       "key-stage-4",
	Title:    "A move in years 10 and 11 that disrupts education",
	Citation: "Care Planning, Placement and Case Review (England) Regulations 2010, reg 10",
	Basis:    Statute,
	applies:  every,
	judge: func(q *question) ruling {
		year := q.child.schoolYear(q.On)
		if year < 10 || year > 11 || !q.child.SchoolAt.Known() || !q.moves() {
			return ruling{}
		}
		r := ruling{verdict: Met, clause: schoolKept, n: year, m: q.child.policy.SchoolReachSecondary}
		r.miles = milesBetween(q.child.SchoolAt.Point, q.home.Where.Point)
		switch within := q.child.policy.JourneyMinutes(r.miles) <= float64(r.m); {
		case !within && q.Emergency:
			r.verdict, r.clause = Warning, schoolEmergency
		case !within:
			r.verdict, r.clause = SignOff, schoolBroken
		}
		return r
	},
	say: func(q *question, r ruling) words {
		minutes := math.Round(q.child.policy.JourneyMinutes(r.miles))
		if r.clause != schoolKept {
			minutes = math.Ceil(q.child.policy.JourneyMinutes(r.miles)) // a journey beyond reach never reads as one within it
		}
		by := ""
		if q.child.YearGroup == "" {
			by = " by age"
		}
		says := fmt.Sprintf("in year %d%s and moving from %s; the journey to the present school is estimated at %.0f minutes (%.1f miles), %d are within reach",
			r.n, by, q.MovesFrom[q.index], minutes, r.miles, r.m)
		switch r.clause {
		case schoolKept:
			return words{says: says}
		case schoolEmergency:
			return words{says: says + "; no approval is needed in an emergency"}
		}
		return words{says: says, role: NominatedOfficer,
			fix: "a nominated officer approves the move, with the designated teacher and the IRO consulted"}
	},
}

// moves says whether the child would leave another home for this one.
func (q *question) moves() bool {
	if len(q.MovesFrom) == 0 {
		return false
	}
	from := q.MovesFrom[q.index]
	return from != "" && from != q.home.ID
}

// schoolYear is the year group of the child on a day; by age where it is not
// recorded: reception, 0, is the school year after the 31 August by which a child
// has turned four.
func (s *subject) schoolYear(on care.Day) int {
	if n, known := s.YearGroup.Year(); known {
		return n
	}
	year, month, _ := on.Date()
	if month < 9 {
		year--
	}
	return care.AgeOn(s.DOB, care.Date(year, 8, 31)) - 4
}
