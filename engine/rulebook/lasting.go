package rulebook

import (
	"fmt"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Section B of the rulebook, continued: how fresh the word of a vacancy is, and
// what ends while a child lives there.

var vacancyConfirmed = Rule{
	ID:       "vacancy-confirmed",
	Title:    "The vacancy was confirmed lately",
	Citation: "policy: a vacancy is asked after again when it was last confirmed too long ago",
	Basis:    Guidance,
	whole:    true,
	applies:  every,
	judge: func(q *question) ruling {
		r := ruling{verdict: Met, m: q.subjects[0].policy.StaleAfterDays, n: int(q.On - q.home.ConfirmedOn)}
		for i := range q.subjects { // of several authorities, the one that asks again soonest
			r.m = min(r.m, q.subjects[i].policy.StaleAfterDays)
		}
		if q.home.ConfirmedOn == 0 || r.n > r.m {
			r.verdict = Warning
		}
		return r
	},
	say: func(q *question, r ruling) words {
		switch {
		case q.home.ConfirmedOn == 0:
			return words{says: "the vacancy was never confirmed", missing: []string{"vacancy_confirmed_on"}, fix: "ask the home"}
		case r.n < 0:
			return words{says: "the vacancy was confirmed on " + q.home.ConfirmedOn.Words()}
		}
		says := fmt.Sprintf("the vacancy was last confirmed %s before the placement", counted(r.n, "day", "days"))
		if r.verdict == Met {
			return words{says: says}
		}
		return words{says: fmt.Sprintf("%s, more than %d", says, r.m), fix: "ask the home"}
	},
}

var runsOut = Rule{
	ID:       "runs-out",
	Title:    "What ends while the child lives there",
	Citation: "guidance: Care Planning, Placement and Case Review (England) Regulations 2010, Part 3, the duty to plan ahead",
	Basis:    Guidance,
	whole:    true,
	applies:  every,
	judge: func(q *question) ruling {
		r := ruling{verdict: Met}
		for i := range q.subjects { // of several authorities, the one that looks furthest ahead
			r.n = max(r.n, q.subjects[i].policy.RunsOutDays)
		}
		q.eachEnding(func(e ending) {
			if e.day > q.On && e.day <= q.On+care.Day(r.n) {
				r.verdict = Warning
				if r.day == 0 || e.day < r.day {
					r.day = e.day
				}
			}
		})
		return r
	},
	say: func(q *question, r ruling) words {
		if r.verdict == Met {
			return words{says: fmt.Sprintf("nothing it rests on is known to end within %s", counted(r.n, "day", "days"))}
		}
		var all []string
		q.eachEnding(func(e ending) {
			if e.day > q.On && e.day <= q.On+care.Day(r.n) {
				all = append(all, e.words()+" on "+e.day.Words())
			}
		})
		return words{says: strings.Join(all, "; "), byDay: r.day}
	},
}

// eachEnding adds to what any placement of these children there rests on the six
// working days of an emergency outside the terms of approval.
func (q *question) eachEnding(yield func(ending)) {
	if d := q.lastOfEmergency(); d != 0 {
		// not named once over: the terms and the plan of long ago are not recorded
		yield(ending{day: d, what: "the 6 working days outside its terms end"})
	}
	eachEnding(&q.Case, q.home, yield)
}

// lastOfEmergency is the last day that a child may stay outside the terms of
// approval in an emergency; 0 if there is no emergency or all are within them.
func (q *question) lastOfEmergency() care.Day {
	if !q.Emergency || !q.home.Kind.Fostering() {
		return 0
	}
	each := *q
	for i := range q.subjects {
		each.child, each.index = &q.subjects[i], i
		if judgeTerms(&each).verdict == Barred {
			return q.On.LastOfWorkingDays(emergencyWorkingDays)
		}
	}
	return 0
}

// Ending is something a placement rests on that ends on a day.
type Ending struct {
	Day  care.Day
	What string // such as "temporary approval ends"
	// Overdue says that it still matters after its day, while the child lives
	// there: an approval that has ended does, a birthday does not.
	Overdue bool
}

// Endings lists what a placement that was made rests on and when each of it ends,
// before or after the day the case began: approval, registration, temporary
// approval, birthdays that change what is lawful, periods in which the home
// closes; for a foster home outside its terms the 6 working days, and for a secure
// home without an order the 72 hours, of an emergency.
func Endings(c care.Case, h *care.Household) []Ending {
	c.Emergency = true // nothing else lets a placement begin outside the terms
	q := &question{Book: &Book{Case: c}, h: h, home: h.Home}
	var all []Ending
	add := func(e ending) { all = append(all, Ending{e.day, e.words(), e.overdue}) }
	for i := range c.Children {
		child := &c.Children[i]
		q.subjects = append(q.subjects, subject{Child: child, age: care.AgeOn(child.DOB, c.On)})
		if h.Home.Kind == care.Secure && child.SecureOrder != care.Yes {
			add(ending{day: c.On + secureDays, what: "the 72 hours without a secure order end", overdue: true})
		}
	}
	q.eachEnding(add)
	return all
}

// ending is an Ending before anybody puts it into words, so that judging a home
// allocates nothing.
type ending struct {
	day     care.Day
	what    string
	child   care.ID // whose birthday it is; empty for the rest
	overdue bool
}

func (e *ending) words() string { return strings.TrimSpace(string(e.child) + " " + e.what) }

func eachEnding(c *care.Case, h *care.Home, yield func(ending)) {
	add := func(d care.Day, what string, overdue bool) {
		if d != 0 {
			yield(ending{day: d, what: what, overdue: overdue})
		}
	}
	what := "its approval ends"
	if !h.Kind.Fostering() {
		what = "its registration ends"
	}
	add(h.RegisteredUntil.Day, what, true)
	add(h.RestrictedFrom.Day, "its admissions are restricted", false)
	if h.Kind == care.ConnectedPerson && h.Status == care.Pending {
		r := judgeTemporary(h, c.On)
		add(r.day, "the temporary approval ends", true)
	}
	for _, closed := range h.Closed {
		add(closed.From, "a closed period begins", false)
	}
	for i := range c.Children {
		child := &c.Children[i]
		yield(ending{day: care.Birthday(child.DOB, 16), what: "is 16", child: child.ID})
		yield(ending{day: care.Birthday(child.DOB, care.AdultAge), what: "is 18", child: child.ID})
	}
}
