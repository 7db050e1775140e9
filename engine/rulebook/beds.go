package rulebook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Section B of the rulebook: how many children, and when.

// usualLimit is the number of foster children that may live in one foster home
// (Children Act 1989, Sch 7, para 2).
const usualLimit = 3

const (
	limitWithin clause = iota
	limitSiblings
	limitExempt
	limitOver
)

var usualFosteringLimit = Rule{
	ID:       "usual-fostering-limit",
	Title:    "The usual fostering limit of three",
	Citation: "Children Act 1989, s 63(12) and Sch 7",
	Basis:    Statute,
	whole:    true,
	applies:  care.Kind.Fostering,
	judge: func(q *question) ruling {
		n := len(q.Children) + q.othersFostered()
		switch {
		case n <= usualLimit:
			return ruling{verdict: Met, clause: limitWithin, n: n}
		case q.allSiblings():
			return ruling{verdict: Met, clause: limitSiblings, n: n}
		case q.allExempt():
			return ruling{verdict: Met, clause: limitExempt, n: n}
		}
		return ruling{verdict: SignOff, clause: limitOver, n: n}
	},
	say: func(q *question, r ruling) words {
		switch r.clause {
		case limitWithin:
			return words{says: fmt.Sprintf("%s there with this placement, of %d", counted(r.n, "foster child", "foster children"), usualLimit)}
		case limitSiblings:
			return words{says: fmt.Sprintf("%d foster children, all siblings of each other", r.n)}
		case limitExempt:
			return words{says: fmt.Sprintf("%d foster children; an exemption naming %s is recorded", r.n, names(q.Children))}
		}
		who := strings.Join(q.notExempt(), ", ")
		return words{
			says: fmt.Sprintf("%d foster children with this placement; the usual limit is %d, they are not all siblings, and no exemption naming %s is recorded", r.n, usualLimit, who),
			role: AreaAuthority,
			fix:  fmt.Sprintf("open if the area authority (%s) grants an exemption naming %s", q.home.Authority, who),
		}
	},
}

// othersFostered is the largest number of foster children, beside those of the
// case, who live there on any one day from the placement on.
func (q *question) othersFostered() int {
	most := q.fosteredOn(q.On)
	for i := range q.residents() {
		if start := q.since(i); start > q.On {
			most = max(most, q.fosteredOn(start))
		}
	}
	return most
}

func (q *question) fosteredOn(d care.Day) int {
	n := 0
	for i := range q.residents() {
		if q.fostered(i, d) {
			n++
		}
	}
	return n
}

// fostered says whether a resident is a foster child there on day d. An adult who
// stays put takes a bed and is nobody's foster child.
func (q *question) fostered(i int, d care.Day) bool {
	if !q.lives(i, d) {
		return false
	}
	dob := q.resident(i).DOB
	return dob == 0 || care.AgeOn(dob, d) < care.AdultAge
}

// allSiblings says whether every foster child there would be, of one sibling
// group. A group that is not recorded is nobody's.
func (q *question) allSiblings() bool {
	group := q.Children[0].Group
	if group == "" {
		return false
	}
	for i := range q.Children {
		if q.Children[i].Group != group {
			return false
		}
	}
	for i := range q.residents() {
		if q.fostered(i, max(q.On, q.since(i))) && q.resident(i).Group != group {
			return false
		}
	}
	return true
}

func (q *question) exempt(c *care.Child) bool { return slices.Contains(q.home.ExemptionChildren, c.ID) }

func (q *question) allExempt() bool {
	for i := range q.Children {
		if !q.exempt(&q.Children[i]) {
			return false
		}
	}
	return true
}

// notExempt names the children of the case whom no recorded exemption names.
func (q *question) notExempt() []string {
	var who []string
	for i := range q.Children {
		if !q.exempt(&q.Children[i]) {
			who = append(who, string(q.Children[i].ID))
		}
	}
	return who
}

func names(children []care.Child) string {
	var ids []string
	for i := range children {
		ids = append(ids, string(children[i].ID))
	}
	return strings.Join(ids, ", ")
}

var freePlace = Rule{
	ID:       "free-place",
	Title:    "A bed for each child on every day from the start",
	Citation: "Children Act 1989, s 22G; Fostering Services: National Minimum Standards (2011), standard 10",
	Basis:    Statute,
	whole:    true,
	applies:  every,
	may:      func(q *question, homes *care.Span) bool { return homes.MayTake(len(q.Children), q.On, &q.Ask) },
	judge: func(q *question) ruling {
		free, need := q.h.FreeBeds(q.On, q.Ask), len(q.Children)
		if free < need {
			return ruling{verdict: Barred, n: free, m: need}
		}
		return ruling{verdict: Met, n: free, m: need}
	},
	say: func(q *question, r ruling) words {
		says := fmt.Sprintf("%d of %s free from %s", max(r.n, 0), counted(q.home.Beds, "bed", "beds"), q.On.Words())
		if shut := q.home.Beds - q.home.OpenBeds(); shut > 0 {
			says += fmt.Sprintf("; %d not to be had, as a vacancy list said", shut)
		}
		if r.verdict == Met {
			return words{says: says}
		}
		if r.m > 1 {
			says += fmt.Sprintf("; %d are needed", r.m)
		}
		return words{says: says + heldWords(q), fix: bedFix(q, r.m)}
	},
}

// bedFix names the first day with enough beds.
func bedFix(q *question, need int) string {
	if need > q.home.Beds {
		return fmt.Sprintf("none: the home has %s", counted(q.home.Beds, "bed", "beds"))
	}
	if d := q.h.FirstFree(need, q.On, q.Ask); d != 0 {
		return "free from " + d.Words()
	}
	return "no day recorded on which enough beds come free; ask the home"
}

func heldWords(q *question) string {
	for i := range q.h.Occupancy.Holds {
		if hold := &q.h.Occupancy.Holds[i]; q.Ask.Keeps(hold, max(q.On, hold.From)) > 0 {
			return fmt.Sprintf("; held by %s until %s", hold.By, care.InstantWords(hold.Until))
		}
	}
	return ""
}

const (
	availableOpen clause = iota
	availableUnknown
	availableClosed
	availableListed
)

var notAvailable = Rule{
	ID:       "not-available",
	Title:    "Open to new placements on the day",
	Citation: "Children Act 1989, s 22C(5)",
	Basis:    Statute,
	whole:    true,
	applies:  every,
	may:      func(q *question, homes *care.Span) bool { return homes.MayAdmit(q.On) },
	judge: func(q *question) ruling {
		if closed, is := q.home.ClosedOn(q.On); is {
			r := ruling{verdict: Barred, clause: availableClosed, day: closed.To}
			if listed, is := q.home.Unlisted(); is && listed == closed {
				r.clause = availableListed
			}
			return r
		}
		if q.home.Closed == nil {
			return ruling{verdict: SignOff, clause: availableUnknown}
		}
		return ruling{verdict: Met, clause: availableOpen}
	},
	say: func(q *question, r ruling) words {
		switch r.clause {
		case availableOpen:
			return words{says: "open to new placements on the day"}
		case availableUnknown:
			return words{says: "whether it is closed on the day is not recorded", role: PlacementOfficer,
				missing: []string{"closed_dates"}, fix: `confirm that it is open, and record closed_dates (or "none")`}
		case availableListed:
			return words{says: "no place before " + (r.day + 1).Words() + ", as a vacancy list said", fix: "open from " + nextOpen(q).Words()}
		}
		return words{says: "closed to new placements up to and including " + r.day.Words(), fix: "open from " + nextOpen(q).Words()}
	},
}

// nextOpen is the first day from the placement on that no closed period covers,
// nor a vacancy list has no place on.
func nextOpen(q *question) care.Day {
	day := q.On
	for {
		r, closed := q.home.ClosedOn(day)
		if !closed {
			return day
		}
		day = r.To + 1
	}
}
