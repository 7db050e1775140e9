package rulebook

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Terms of approval, and a children's home's statement of purpose. An empty term
// is no restriction.

const (
	withinTerms clause = iota
	tooYoung
	tooOld
	wrongSex
	sexUnknown
	tooMany
	wrongType
)

// emergencyWorkingDays is how long a child may stay with foster carers outside
// their terms in an emergency (Care Planning, Placement and Case Review (England)
// Regulations 2010, reg 23). The first day counts, which is the careful reading.
const emergencyWorkingDays = 6

var termsOfApproval = Rule{
	ID:       "terms-of-approval",
	Title:    "Within the terms of approval",
	Citation: "Fostering Services (England) Regulations 2011, reg 27(5); Care Planning, Placement and Case Review (England) Regulations 2010, reg 23",
	Basis:    Statute,
	applies:  func(k care.Kind) bool { return !k.Residential() },
	may:      mayBeWithinTerms,
	judge: func(q *question) ruling {
		r := judgeTerms(q)
		if r.verdict == Barred && q.Emergency && q.home.Kind.Fostering() {
			r.verdict, r.day = SignOff, q.On.LastOfWorkingDays(emergencyWorkingDays)
		}
		return r
	},
	say: func(q *question, r ruling) words {
		lead := "approved for"
		if !q.home.Kind.Fostering() {
			lead = "it takes" // nobody approves a hospital or a bedsit
		}
		w := termWords(q, r, lead)
		if r.verdict == SignOff {
			w.says += "; in an emergency for 6 working days at most, to " + r.day.Words()
			w.fix = "a nominated officer agrees, and the child moves on by " + r.day.Words() + ", or the terms are changed"
			w.role = NominatedOfficer
		}
		return w
	},
}

var statementOfPurpose = Rule{
	ID:       "statement-of-purpose",
	Title:    "Within the home's statement of purpose",
	Citation: "Children's Homes (England) Regulations 2015 (SI 2015/541), reg 16 and Sch 1",
	Basis:    Statute,
	applies:  care.Kind.Residential,
	judge:    judgeTerms,
	say:      func(q *question, r ruling) words { return termWords(q, r, "its statement of purpose is for") },
}

// judgeTerms holds one child, and the number of children there would be, against
// the terms of the home.
func judgeTerms(q *question) ruling {
	h, child := q.home, q.child
	there, _ := q.h.Most(q.On, q.Ask)
	there += len(q.Children)
	switch {
	case h.AgeMin.Known && child.age < h.AgeMin.N:
		return ruling{verdict: Barred, clause: tooYoung, n: child.age}
	case h.AgeMax.Known && child.age > h.AgeMax.N:
		return ruling{verdict: Barred, clause: tooOld, n: child.age}
	case child.Sex == "" && len(h.Sexes) > 0 && !takesBoth(h.Sexes):
		return ruling{verdict: Barred, clause: sexUnknown}
	case child.Sex != "" && len(h.Sexes) > 0 && !slices.Contains(h.Sexes, child.Sex):
		return ruling{verdict: Barred, clause: wrongSex}
	case h.Places.Known && there > h.Places.N:
		return ruling{verdict: Barred, clause: tooMany, n: there, m: h.Places.N}
	case child.Plan != "" && len(h.Durations) > 0 && !slices.Contains(h.Durations, child.Plan):
		return ruling{verdict: Barred, clause: wrongType}
	}
	return ruling{verdict: Met, clause: withinTerms, n: child.age}
}

// fosteringKinds are the kinds whose terms an emergency may go beyond.
var fosteringKinds = care.KindSetOf(care.Foster, care.ConnectedPerson, care.ParentAndChild)

// mayBeWithinTerms speaks for terms of approval and statements of purpose alike,
// since every home has the one or the other.
func mayBeWithinTerms(q *question, homes *care.Span) bool {
	if q.Emergency && homes.Kinds&fosteringKinds != 0 {
		return true
	}
	age := min(q.child.age, math.MaxInt8) // a Span knows no higher one
	return homes.MayNumber(len(q.Children), q.On, &q.Ask) && int(homes.AgeMin) <= age && age <= int(homes.AgeMax) &&
		homes.Traits.Any(q.child.Sex.Takes()) && homes.Traits.Any(q.child.Plan.Offers())
}

func termWords(q *question, r ruling, lead string) words {
	h := q.home
	switch r.clause {
	case tooYoung:
		return words{says: fmt.Sprintf("%s %s; %d on the day", lead, agesWords(h), r.n),
			fix: fmt.Sprintf("within the age from %s, or if the terms are changed", care.Birthday(q.child.DOB, h.AgeMin.N).Words())}
	case tooOld:
		return words{says: fmt.Sprintf("%s %s; %d on the day", lead, agesWords(h), r.n), fix: "open if the terms are changed"}
	case wrongSex:
		return words{says: fmt.Sprintf("%s %s only; this child is a %s", lead, h.Sexes[0].Words()+"s", q.child.Sex.Words()), fix: "open if the terms are changed"}
	case sexUnknown:
		return words{says: fmt.Sprintf("%s %s only; the child's sex is not recorded", lead, h.Sexes[0].Words()+"s"), fix: fmt.Sprintf("record the sex of %s", q.child.ID)}
	case tooMany:
		return words{says: fmt.Sprintf("%s %s; there would be %d", lead, counted(r.m, "child", "children"), r.n), fix: numberFix(q, r)}
	case wrongType:
		return words{says: fmt.Sprintf("%s %s placements; the plan is %s", lead, durationWords(h.Durations), q.child.Plan), fix: "open if the terms are changed, or to another plan"}
	}
	return words{says: fmt.Sprintf("%s %s; %d on the day", lead, agesWords(h), r.n)}
}

// numberFix names the first day on which enough children will have left for the
// number to hold.
func numberFix(q *question, r ruling) string {
	need := q.home.OpenBeds() - r.m + len(q.Children)
	if d := q.h.FirstFree(need, q.On, q.Ask); d != 0 {
		return "within the number from " + d.Words() + ", or if the terms are changed"
	}
	return "open if the terms are changed"
}

func agesWords(h *care.Home) string {
	switch {
	case h.AgeMin.Known && h.AgeMax.Known:
		return fmt.Sprintf("ages %d to %d", h.AgeMin.N, h.AgeMax.N)
	case h.AgeMin.Known:
		return fmt.Sprintf("ages %d and over", h.AgeMin.N)
	case h.AgeMax.Known:
		return fmt.Sprintf("ages up to %d", h.AgeMax.N)
	}
	return "any age"
}

// takesBoth says whether a term of approval names both sexes.
func takesBoth(sexes []care.Sex) bool {
	return slices.Contains(sexes, care.Male) && slices.Contains(sexes, care.Female)
}

func durationWords(durations []care.Duration) string {
	var all []string
	for _, d := range durations {
		all = append(all, string(d))
	}
	return strings.Join(all, ", ")
}

// counted writes a number with the word it counts.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
