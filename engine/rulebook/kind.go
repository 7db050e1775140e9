package rulebook

import (
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// Section A of the rulebook: which kinds of home are open to a child of this age.

// banInForce is the day regulation 27A of the Care Planning, Placement and Case
// Review (England) Regulations 2010 came into force (SI 2021/161).
var banInForce = care.Date(2021, 9, 9)

// registrationRequired is the day from which supported accommodation must be
// registered or have applied in time (SI 2023/416; regulation 27C).
var registrationRequired = care.Date(2023, 10, 28)

// registrationOpened is the first day on which supported accommodation could be
// registered (SI 2023/416).
var registrationOpened = care.Date(2023, 4, 28)

const (
	banOldEnough clause = iota
	banExcepted
	banLaw
	banPolicy
	banProposed
)

var under16Unregulated = Rule{
	ID:       "under-16-unregulated",
	Title:    "No child under 16 in unregulated accommodation",
	Citation: "Care Planning, Placement and Case Review (England) Regulations 2010, reg 27A (SI 2021/161)",
	Basis:    Statute,
	Stages:   []Stage{{Proposed, care.Date(2020, 2, 12)}, {InForce, banInForce}},
	applies:  care.Kind.OtherArrangement,
	ofKind:   true,
	judge: func(q *question) ruling {
		birth := q.child.LatestBirth()
		age := care.AgeOn(birth, q.On)
		r := ruling{n: age, day: care.Birthday(birth, 16)}
		switch {
		case age >= 16:
			r.verdict, r.clause = Met, banOldEnough
		case q.home.Kind.Excepted():
			r.verdict, r.clause = Met, banExcepted
		case q.On >= banInForce:
			r.verdict, r.clause = Barred, banLaw
		case q.child.policy.ProposedBan == policy.Enforce:
			r.verdict, r.clause = Barred, banPolicy
		default:
			r.verdict, r.clause = Warning, banProposed
		}
		return r
	},
	say: func(q *question, r ruling) words {
		fix := fmt.Sprintf("lawful from the 16th birthday, %s, if the accommodation is then registered", r.day.Words())
		years := ageWords(q.child, r.n)
		switch r.clause {
		case banOldEnough:
			return words{says: years + ", so other arrangements are not closed by age"}
		case banExcepted:
			return words{says: fmt.Sprintf("%s; a %s is one of the other arrangements left open under 16", years, q.home.Kind.Words())}
		case banLaw:
			return words{says: fmt.Sprintf("%s: a child under 16 may not be placed in %s", years, q.home.Kind.Words()), fix: fix}
		case banPolicy:
			return words{says: fmt.Sprintf("%s: barred by your policy: the proposed ban; lawful on that day", years),
				fix: `your policy could say proposed_ban = "warn"; ` + fix}
		}
		return words{says: fmt.Sprintf("%s: lawful on that day, but a ban on under-16s in %s was proposed on 12 February 2020", years, q.home.Kind.Words())}
	},
}

func ageWords(s *subject, age int) string {
	if s.DOBLowest != 0 {
		return fmt.Sprintf("%d on the day by the lowest age claimed", age)
	}
	return fmt.Sprintf("%d on the day", age)
}

const (
	supportedRegistered clause = iota
	supportedExcepted
	supportedApplied
	supportedBefore
	supportedNotRegistered
	supportedStatusUnknown
	supportedNoEnd
)

var supported16To17 = Rule{
	ID:       "supported-16-17-registered",
	Title:    "Supported accommodation at 16 and 17 is registered",
	Citation: "Care Planning, Placement and Case Review (England) Regulations 2010, reg 27C; Supported Accommodation (England) Regulations 2023 (SI 2023/416), reg 44",
	Basis:    Statute,
	Stages:   []Stage{{Proposed, banInForce}, {InForce, registrationRequired}},
	applies:  care.Kind.OtherArrangement,
	judge: func(q *question) ruling {
		if q.child.age < 16 || q.child.age > 17 {
			return ruling{}
		}
		return judgeRegistered(q)
	},
	say: func(q *question, r ruling) words {
		switch r.clause {
		case supportedRegistered:
			return words{says: fmt.Sprintf("%d on the day; registered since %s", r.n, q.home.RegisteredFrom.Words())}
		case supportedExcepted:
			return words{says: fmt.Sprintf("%d on the day; a %s needs no registration as supported accommodation", r.n, q.home.Kind.Words())}
		case supportedApplied:
			return words{says: fmt.Sprintf("%d on the day; applied to register on %s, in time and undecided", r.n, q.home.AppliedOn.Words())}
		case supportedBefore:
			return words{says: fmt.Sprintf("%d on the day: unregulated; lawful at 16 and 17 then; national standards proposed", r.n)}
		case supportedStatusUnknown:
			return words{says: fmt.Sprintf("%d on the day: whether it is registered is not recorded", r.n), missing: []string{"status"},
				fix: "record its status with Ofsted, and registered_from or registration_applied_on"}
		case supportedNoEnd:
			return noEndWords(q.home, "registration")
		}
		w := words{says: fmt.Sprintf("%d on the day: %s", r.n, notRegistered(q)), fix: registrationFix(q)}
		if q.home.Kind != care.Unregulated && standing(q.home, q.On) && q.home.RegisteredFrom == 0 {
			w.missing = []string{"registered_from"}
		}
		return w
	},
}

// judgeRegistered looks at the registration of other arrangements for a child of
// 16 or 17. It fails closed.
func judgeRegistered(q *question) ruling {
	r := ruling{n: q.child.age}
	switch h := q.home; {
	case h.Kind.Excepted():
		r.verdict, r.clause = Met, supportedExcepted
	case q.On < registrationRequired:
		r.verdict, r.clause = Warning, supportedBefore
	case h.Status == "":
		r.verdict, r.clause = Barred, supportedStatusUnknown
	case h.Kind == care.Unregulated, tooEarly(h):
		r.verdict, r.clause = Barred, supportedNotRegistered
	case standing(h, q.On) && h.Covers(q.On) && !h.RestrictedFrom.PassedBy(q.On):
		r.verdict, r.clause = Met, supportedRegistered
		if len(openEnds(h)) > 0 {
			r.verdict, r.clause = SignOff, supportedNoEnd
		}
	case undecided(h, q.On):
		r.verdict, r.clause = Met, supportedApplied
	default:
		r.verdict, r.clause = Barred, supportedNotRegistered
	}
	return r
}

// undecided says whether an application made in time, once registration had opened
// and before it was required, still waits for its answer (SI 2023/416, reg 44).
func undecided(h *care.Home, on care.Day) bool {
	inTime := registrationOpened <= h.AppliedOn && h.AppliedOn < registrationRequired
	return h.Status == care.Pending && inTime && (h.RefusedOn == 0 || h.RefusedOn > on)
}

// tooEarly says whether the day of registration cannot be one.
func tooEarly(h *care.Home) bool {
	return h.RegisteredFrom != 0 && h.RegisteredFrom < registrationOpened
}

// appliedTooEarly says whether the day of the application cannot be one.
func appliedTooEarly(h *care.Home) bool {
	return h.AppliedOn != 0 && h.AppliedOn < registrationOpened
}

// registrationFix is what would open accommodation that is not, or not
// believably, registered.
func registrationFix(q *question) string {
	switch h := q.home; {
	case h.Kind == care.Unregulated:
		return "open once Ofsted registers it and it is recorded as supported"
	case standing(h, q.On) && h.RegisteredFrom == 0, tooEarly(h):
		return "check, and record registered_from"
	case h.Status == care.Pending && appliedTooEarly(h):
		return "check, and record registration_applied_on"
	case h.RestrictedFrom.PassedBy(q.On):
		return "open once Ofsted lifts the restriction"
	}
	return "open once Ofsted registers it"
}

func notRegistered(q *question) string {
	h := q.home
	switch inForce := standing(h, q.On); {
	case h.Kind == care.Unregulated:
		return "it is recorded as unregulated accommodation"
	case tooEarly(h):
		return fmt.Sprintf("recorded as registered from %s, before registration opened on %s", h.RegisteredFrom.Words(), registrationOpened.Words())
	case inForce && h.RegisteredFrom == 0:
		return "registered, but the day from which is not recorded"
	case inForce && h.RegisteredFrom > q.On:
		return "registered only from " + h.RegisteredFrom.Words()
	case inForce && h.RegisteredUntil.PassedBy(q.On):
		return "its registration ended on " + h.RegisteredUntil.Day.Words()
	case inForce, h.Status == care.Restricted && h.RestrictedFrom.Day != 0:
		return "its admissions are restricted from " + h.RestrictedFrom.Day.Words()
	case h.Status == care.Pending && h.AppliedOn == 0:
		return "not registered, and no application to register is recorded"
	case h.Status == care.Pending && appliedTooEarly(h):
		return fmt.Sprintf("recorded as applied to register on %s, before registration opened on %s", h.AppliedOn.Words(), registrationOpened.Words())
	case h.Status == care.Pending && h.RefusedOn == 0:
		return fmt.Sprintf("not registered; it applied on %s, after the time for it", h.AppliedOn.Words())
	case h.RefusedOn != 0:
		return "its application to register was refused on " + h.RefusedOn.Words()
	}
	return "not registered: its status is " + string(q.home.Status)
}

// without says what an adult leaves open: the others, where there are any.
func (q *question) without() string {
	if len(q.Children) == 1 {
		return "none by placement; "
	}
	return fmt.Sprintf("match the others without %s; for %s ", q.child.ID, q.child.ID)
}

var adult = Rule{
	ID:       "adult",
	Title:    "18 or over is not a new placement",
	Citation: "Children Act 1989, s 23CZA (Staying Put) and s 105(1)",
	Basis:    Statute,
	applies:  every,
	ofKind:   true,
	judge: func(q *question) ruling {
		r := ruling{verdict: Met, n: q.child.age}
		if r.n >= care.AdultAge && q.home.Kind != care.ParentAndChild {
			r.verdict = Barred
		}
		return r
	},
	say: func(q *question, r ruling) words {
		switch {
		case r.n < care.AdultAge:
			return words{says: fmt.Sprintf("%d on the day", r.n)}
		case r.verdict == Met:
			return words{says: fmt.Sprintf("%d on the day; a parent in a parent and child placement may be an adult", r.n)}
		}
		return words{says: fmt.Sprintf("%d on the day: an adult is not newly placed; one who lives in a foster home may stay put, to 21 at most", r.n),
			fix: q.without() + "see Staying Put, or supported lodgings outside this register"}
	},
}
