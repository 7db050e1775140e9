package rulebook

import (
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Section A of the rulebook, continued: disputed ages, secure homes, children
// deprived of their liberty, and what must be looked at before a child of 16 or
// 17, or a young one, goes into a home that is no family's.

var under16AgeDisputed = Rule{
	ID:       "under-16-age-disputed",
	Title:    "A child whose age is disputed is judged by the lowest age claimed",
	Citation: "Care Planning, Placement and Case Review (England) Regulations 2010, reg 27B (SI 2021/161), as reported in guidance",
	Basis:    Statute,
	Stages:   []Stage{{InForce, banInForce}},
	applies:  func(k care.Kind) bool { return k.OtherArrangement() && !k.Excepted() },
	judge: func(q *question) ruling {
		lowest := care.AgeOn(q.child.LatestBirth(), q.On)
		if q.child.DOBLowest == 0 || lowest >= 16 {
			return ruling{}
		}
		return ruling{verdict: Warning, n: q.child.age, m: lowest}
	},
	say: func(_ *question, r ruling) words {
		return words{says: fmt.Sprintf("%d on the day by the date of birth recorded, %d by the lowest age claimed: the lowest decides; the exception of reg 27B may apply, and lifts nothing here", r.n, r.m)}
	},
}

var supportedSuitability = Rule{
	ID:       "supported-suitability",
	Title:    "Suitability before a 16- or 17-year-old goes into other arrangements",
	Citation: "Care Planning, Placement and Case Review (England) Regulations 2010, reg 27 and Sch 6",
	Basis:    Statute,
	applies:  care.Kind.OtherArrangement,
	judge: func(q *question) ruling {
		if q.child.age < 16 || q.child.age > 17 {
			return ruling{}
		}
		return ruling{verdict: SignOff, n: q.child.age}
	},
	say: func(q *question, r ruling) words {
		return words{
			says: fmt.Sprintf("%d on the day: before the placement it must be found suitable with regard to Schedule 6, the child visits, and the IRO is informed", r.n),
			role: NominatedOfficer, fix: "a nominated officer records the suitability, the visit and the word to the IRO",
		}
	},
}

const (
	secureOrder clause = iota
	secureOrderYoung
	secureNoOrder
	secureNoOrderYoung
)

// secureYoung is the age under which a secure home needs the Secretary of State's
// approval (SI 1991/1505, reg 4); secureDays are the 72 hours without an order
// (reg 10).
const (
	secureYoung = 13
	secureDays  = 3
)

var secureHome = Rule{
	ID:       "secure-home",
	Title:    "A secure home: a court order, or 72 hours",
	Citation: "Children Act 1989, s 25; Children (Secure Accommodation) Regulations 1991 (SI 1991/1505), regs 4 and 10",
	Basis:    Statute,
	applies:  func(k care.Kind) bool { return k == care.Secure },
	judge: func(q *question) ruling {
		r := ruling{n: q.child.age, verdict: SignOff}
		ordered, young := q.child.SecureOrder == care.Yes, q.child.age < secureYoung
		switch {
		case ordered && !young:
			r.verdict, r.clause = Met, secureOrder
		case ordered:
			r.clause = secureOrderYoung
		case young:
			r.clause, r.day = secureNoOrderYoung, q.On+secureDays
		default:
			r.clause, r.day = secureNoOrder, q.On+secureDays
		}
		return r
	},
	say: func(q *question, r ruling) words {
		switch r.clause {
		case secureOrder:
			return words{says: "a court's secure order is recorded"}
		case secureOrderYoung:
			return words{says: fmt.Sprintf("a court's secure order is recorded; %d on the day, under %d", r.n, secureYoung), role: SecretaryOfState,
				fix: "the Secretary of State approves it before the child moves"}
		}
		w := words{
			says: fmt.Sprintf("no secure order is recorded: 72 hours at most in any 28 days, to %s", r.day.Words()),
			role: Director, fix: "the director of children's services agrees, and a court is asked before the 72 hours are over",
		}
		if r.clause == secureNoOrderYoung {
			w.says += fmt.Sprintf("; %d on the day, under %d", r.n, secureYoung)
			w.role = SecretaryOfState + " and " + Director
			w.fix = "the Secretary of State approves it before the child moves; " + w.fix
		}
		return w
	},
}

var libertyOrder = Rule{
	ID:       "liberty-order",
	Title:    "A child under a deprivation-of-liberty order",
	Citation: "guidance: deprivation of liberty under the inherent jurisdiction; Children Act 1989, s 25",
	Basis:    Statute,
	Amendments: []Amendment{{
		Says:     "authorises deprivation of liberty outside secure homes under s 25",
		Citation: "Children's Wellbeing and Schools Act 2026, s 13",
		Enacted:  care.Date(2026, 4, 29), // commences on a day to be appointed
	}},
	applies: every,
	ofKind:  true,
	judge: func(q *question) ruling {
		switch {
		case q.child.LibertyOrder != care.Yes:
			return ruling{}
		case q.home.Kind == care.ChildrensHome, q.home.Kind == care.Secure && q.child.SecureOrder == care.Yes:
			return ruling{verdict: Met}
		}
		return ruling{verdict: Barred}
	},
	say: func(q *question, r ruling) words {
		if r.verdict == Met {
			return words{says: "under a deprivation-of-liberty order; a registered " + q.home.Kind.Words()}
		}
		return words{says: fmt.Sprintf("under a deprivation-of-liberty order: a %s is open only as a court has authorised", q.home.Kind.Words()),
			fix: "none without a court that authorises this home; look at registered children's homes"}
	},
}

var residentialUnder10 = Rule{
	ID:       "residential-under-10",
	Title:    "A young child in a children's home",
	Citation: "policy: the authority's own lowest age for residential care",
	Basis:    Guidance,
	applies:  func(k care.Kind) bool { return k == care.ChildrensHome },
	judge: func(q *question) ruling {
		r := ruling{verdict: Met, n: q.child.age, m: q.child.policy.ResidentialMinAge}
		if r.n < r.m {
			r.verdict = SignOff
		}
		return r
	},
	say: func(q *question, r ruling) words {
		says := fmt.Sprintf("%d on the day; your policy's lowest age for a children's home is %d", r.n, r.m)
		if r.verdict == Met {
			return words{says: says}
		}
		return words{says: says, role: NominatedOfficer,
			fix: fmt.Sprintf("a nominated officer agrees; without it from %s", care.Birthday(q.child.DOB, r.m).Words())}
	},
}
