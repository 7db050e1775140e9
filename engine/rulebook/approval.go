package rulebook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Section B of the rulebook: whether the home is approved at all.

const (
	connected clause = iota
	notConnected
)

var connectedTo = Rule{
	ID:       "connected-to",
	Title:    "A connected person's home is for the children it is connected to",
	Citation: "Children Act 1989, s 22C(6)(a) and (7)(a); Care Planning, Placement and Case Review (England) Regulations 2010, reg 24(3)",
	Basis:    Statute,
	applies:  func(k care.Kind) bool { return k == care.ConnectedPerson },
	ofKind:   true,
	judge: func(q *question) ruling {
		if slices.Contains(q.child.ConnectedHomes, q.home.ID) {
			return ruling{verdict: Met, clause: connected}
		}
		return ruling{verdict: Barred, clause: notConnected}
	},
	say: func(q *question, r ruling) words {
		if r.clause == connected {
			return words{says: fmt.Sprintf("connected with %s", q.child.ID)}
		}
		return words{says: fmt.Sprintf("the home of a person connected with another child, not recorded as connected with %s", q.child.ID),
			fix: fmt.Sprintf("name the home in connected_homes of %s if they are connected", q.child.ID)}
	},
}

const (
	approvalCovers clause = iota
	approvalOpenEnd
	approvalNotAsked
	approvalStatusUnknown
	approvalNotInForce
	approvalFromUnknown
	approvalNotYet
	approvalOver
	approvalRestricted
)

var approval = Rule{
	ID:       "approval",
	Title:    "Approved or registered on the day",
	Citation: "Fostering Services (England) Regulations 2011, reg 27; Care Standards Act 2000, s 11",
	Basis:    Statute,
	whole:    true,
	applies:  func(k care.Kind) bool { return !k.OtherArrangement() || k.Excepted() },
	may:      func(q *question, homes *care.Span) bool { return homes.Opens <= q.On && q.On < homes.Closes },
	judge: func(q *question) ruling {
		switch {
		case q.home.Kind.Excepted():
			return judgeStatus(q.home, q.On)
		case q.home.Kind == care.ConnectedPerson && q.home.Status == care.Pending:
			return ruling{} // connected-person-temporary judges it
		}
		return judgeApproval(q.home, q.On)
	},
	say: func(q *question, r ruling) words {
		h, what := q.home, "approval"
		if !h.Kind.Fostering() {
			what = "registration"
		}
		switch r.clause {
		case approvalCovers:
			return words{says: sinceWords(h)}
		case approvalOpenEnd:
			return noEndWords(h, what)
		case approvalNotAsked:
			return words{says: fmt.Sprintf("its status is %s; no approval is asked of a %s", h.Status, h.Kind.Words()), fix: "ask whether it takes children"}
		case approvalStatusUnknown:
			return words{says: "the status of its " + what + " is not recorded", missing: []string{"status"}, fix: "record its status"}
		case approvalNotInForce:
			return words{says: fmt.Sprintf("its status is %s", h.Status), fix: fmt.Sprintf("open once it is %s", inForceWord(h.Kind))}
		case approvalFromUnknown:
			return words{says: "the first day of its " + what + " is not recorded", missing: []string{"registered_from"}, fix: "record registered_from"}
		case approvalNotYet:
			return words{says: "its " + what + " begins on " + r.day.Words(), fix: "open from " + r.day.Words()}
		case approvalOver:
			return words{says: "its " + what + " ended on " + r.day.Words(), fix: "open once it is renewed"}
		}
		return words{says: "admissions are restricted from " + r.day.Words(), fix: "open once the restriction is lifted"}
	},
}

func inForceWord(k care.Kind) care.Status {
	if k.Fostering() {
		return care.Approved
	}
	return care.Registered
}

// sinceWords says what the home has been since when. A restriction that is to
// come leaves it what it was.
func sinceWords(h *care.Home) string {
	status := h.Status
	if status == care.Restricted {
		status = inForceWord(h.Kind)
	}
	return fmt.Sprintf("%s since %s", status, h.RegisteredFrom.Words())
}

// standing says whether the status lets children be placed on a day. A
// restriction that is to come does not close the home yet.
func standing(h *care.Home, on care.Day) bool {
	return h.Status.InForce() || h.Status == care.Restricted && h.RestrictedFrom.Day > on
}

// judgeStatus warns of what is recorded as ended, suspended, refused or restricted,
// where the law asks for neither approval nor registration.
func judgeStatus(h *care.Home, on care.Day) ruling {
	if h.Status == "" || standing(h, on) {
		return ruling{}
	}
	return ruling{verdict: Warning, clause: approvalNotAsked}
}

// judgeApproval fails closed: a status or a first day that is not recorded bars.
// Approval has no end in law until somebody ends it, so an end that is not
// recorded is a question for the placement officer.
func judgeApproval(h *care.Home, on care.Day) ruling {
	switch {
	case h.Status == "":
		return ruling{verdict: Barred, clause: approvalStatusUnknown}
	case !standing(h, on):
		return ruling{verdict: Barred, clause: approvalNotInForce}
	}
	switch {
	case h.RegisteredFrom == 0:
		return ruling{verdict: Barred, clause: approvalFromUnknown}
	case h.RegisteredFrom > on:
		return ruling{verdict: Barred, clause: approvalNotYet, day: h.RegisteredFrom}
	case h.RegisteredUntil.PassedBy(on):
		return ruling{verdict: Barred, clause: approvalOver, day: h.RegisteredUntil.Day}
	case h.RestrictedFrom.PassedBy(on):
		return ruling{verdict: Barred, clause: approvalRestricted, day: h.RestrictedFrom.Day}
	case len(openEnds(h)) > 0:
		return ruling{verdict: SignOff, clause: approvalOpenEnd}
	}
	return ruling{verdict: Met, clause: approvalCovers}
}

var openEndNames = [][]string{nil, {"registered_until"}, {"restriction_from"}, {"registered_until", "restriction_from"}}

// openEnds names the ends of an approval that nobody has recorded, be it as
// "none".
func openEnds(h *care.Home) []string {
	which := 0
	if !h.RegisteredUntil.Known {
		which |= 1
	}
	if !h.RestrictedFrom.Known {
		which |= 2
	}
	return openEndNames[which]
}

func noEndWords(h *care.Home, what string) words {
	missing := openEnds(h)
	unsaid := map[string]string{"registered_until": "the " + what + " ends", "restriction_from": "admissions are restricted"}
	var whether []string
	for _, fact := range missing {
		whether = append(whether, unsaid[fact])
	}
	return words{
		says: fmt.Sprintf("%s; whether %s is not recorded", sinceWords(h), strings.Join(whether, " or ")),
		role: PlacementOfficer, missing: missing,
		fix: "confirm, and record " + strings.Join(missing, " and ") + ` (a day, or "none")`,
	}
}

const (
	temporaryToGive clause = iota
	temporaryRuns
	temporaryExtend
	temporaryExtended
	temporaryOver
)

// The periods of temporary approval, in days (Care Planning, Placement and Case
// Review (England) Regulations 2010, regs 24(1) and 25).
const (
	temporaryDays = 16 * 7
	extensionDays = 8 * 7
)

var connectedTemporary = Rule{
	ID:       "connected-person-temporary",
	Title:    "Temporary approval of a connected person",
	Citation: "Care Planning, Placement and Case Review (England) Regulations 2010, regs 24 and 25",
	Basis:    Statute,
	whole:    true,
	applies:  func(k care.Kind) bool { return k == care.ConnectedPerson },
	judge: func(q *question) ruling {
		if q.home.Status != care.Pending {
			return ruling{}
		}
		return judgeTemporary(q.home, q.On)
	},
	say: func(q *question, r ruling) words {
		w := words{role: NominatedOfficer}
		switch r.clause {
		case temporaryToGive:
			w.says = "not yet approved; may be temporarily approved for up to 16 weeks, " + lastDay(r.day)
			w.fix = "a nominated officer approves the person temporarily (reg 24 and Schedule 4)"
			if q.home.TemporaryFrom == 0 {
				w.missing = []string{"temporary_from"}
			}
		case temporaryRuns:
			w.says = fmt.Sprintf("temporarily approved from %s for up to 16 weeks, %s", q.home.TemporaryFrom.Words(), lastDay(r.day))
			w.fix = "a nominated officer confirms the temporary approval"
		case temporaryExtended:
			w.says = "temporary approval extended, " + lastDay(r.day)
			w.fix = "a nominated officer confirms the extension"
		case temporaryExtend:
			w.says = fmt.Sprintf("the 16 weeks from %s are over; they may be extended once by up to 8 weeks, %s", q.home.TemporaryFrom.Words(), lastDay(r.day))
			w.fix, w.missing = "a nominated officer extends the temporary approval (reg 25)", []string{"extended_until"}
		default:
			w = words{says: "temporary approval and its extension have run out; they ran " + lastDay(r.day), fix: "open once the person is approved as a foster carer"}
		}
		return w
	},
}

// lastDay says up to when something runs that no longer covers the given day.
func lastDay(end care.Day) string { return "up to and including " + (end - 1).Words() }

// judgeTemporary works out the day on which temporary approval ends; that day is
// the first one it no longer covers. An extension past 8 weeks counts only while
// a refusal is under review (reg 25(4)) that came before the 8 weeks were over: what
// has run out is not extended.
func judgeTemporary(h *care.Home, on care.Day) ruling {
	if h.TemporaryFrom == 0 || on < h.TemporaryFrom {
		return ruling{verdict: SignOff, clause: temporaryToGive, day: on + temporaryDays}
	}
	first := h.TemporaryFrom + temporaryDays
	last := first + extensionDays
	extended := h.ExtendedUntil
	if extended > last && (h.RefusedOn == 0 || h.RefusedOn >= last) {
		extended = last
	}
	switch {
	case on < first && extended <= first:
		return ruling{verdict: SignOff, clause: temporaryRuns, day: first}
	case on < extended:
		return ruling{verdict: SignOff, clause: temporaryExtended, day: extended}
	case extended == 0 && on < last:
		return ruling{verdict: SignOff, clause: temporaryExtend, day: last}
	}
	if extended == 0 {
		extended = last
	}
	return ruling{verdict: Barred, clause: temporaryOver, day: max(extended, first)}
}

// ApprovalOn is what the rules of approval find of a home on a day, whoever the child
// is: "approval" or, for a connected person who is not approved yet,
// "connected-person-temporary". The other arrangements, which neither of them bars, are
// [Met], or a [Warning] by their status.
func ApprovalOn(h *care.Home, on care.Day) Verdict {
	switch {
	case h.Kind.Excepted():
		return max(Met, judgeStatus(h, on).verdict)
	case h.Kind.OtherArrangement():
		return Met
	case h.Kind == care.ConnectedPerson && h.Status == care.Pending:
		return judgeTemporary(h, on).verdict
	}
	return judgeApproval(h, on).verdict
}
