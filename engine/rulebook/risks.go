package rulebook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Section C of the rulebook, continued: risks, both ways.

// The risks that have rules of their own, as the vocabulary has them.
const (
	sexualHarm  = "sexual-harm"
	fireSetting = "fire-setting"
	animalHarm  = "harm-to-animals"
)

const (
	riskNone clause = iota
	riskNobody
	riskSexualNewcomer
	riskSexualResident
	riskSexualOwnUnknown
	riskOwnUnknown
	riskPetsUnknown
	riskNewcomer
	riskResident
	riskLeaving // somebody whom the child, or who, must not be near is expected to leave
)

var riskToOthers = Rule{
	ID:       "risk-to-others",
	Title:    "Risks to others there, and from those there to the child",
	Citation: "guidance: Children Act 1989, s 22(3)(a); Fostering Services: National Minimum Standards (2011), standard 11",
	Basis:    Statute,
	applies:  every,
	judge: func(q *question) ruling {
		return q.orLeaver(judgeRiskToOthers(q), riskLeaving, sexualRisk)
	},
	say: func(q *question, r ruling) words {
		if r.clause == riskLeaving {
			return q.leaverWords(r.n)
		}
		return q.andLeaver(sayRiskToOthers(q, r), sexualRisk)
	},
}

func sayRiskToOthers(q *question, r ruling) words {
	switch r.clause {
	case riskNone:
		return words{says: "no known risk to others, either way"}
	case riskNobody:
		return words{says: "known risks to others, and nobody else there"}
	case riskSexualNewcomer:
		return words{says: fmt.Sprintf("%s is known to present a risk of sexual harm, and %s %s", q.child.ID, q.otherThere(r.n), q.youngerWords(r.n)), fix: leaveFix(q, r.n)}
	case riskSexualResident:
		return words{says: fmt.Sprintf("%s is known to present a risk of sexual harm, and %s %s", q.otherThere(r.n), q.child.ID, q.youngerWords(r.n)), fix: leaveFix(q, r.n)}
	case riskSexualOwnUnknown:
		return confirmWords(fmt.Sprintf("%s is known to present a risk of sexual harm; whether the carers have younger children of their own is not recorded", q.child.ID), "own_children")
	case riskOwnUnknown:
		return confirmWords(fmt.Sprintf("known risk from %s to others there: %s; whether the carers have children of their own is not recorded", q.child.ID, plainTerms(q.child.RisksToOthers)), "own_children")
	case riskPetsUnknown:
		return confirmWords(fmt.Sprintf("%s is known to harm animals; whether there are pets is not recorded", q.child.ID), "pets")
	case riskResident:
		return assessWords(q.residentRisk(r.n))
	}
	return newcomerWords(q)
}

// sexualRisk says whether the child or another is known to present a risk of sexual
// harm, and the other one is, or may be, no older.
func sexualRisk(q *question, other *care.Child) bool {
	return q.child.harms(other) || other.RisksToOthers.Has(sexualHarm) && q.child.DOB >= other.DOB
}

// harms says whether the child is known to present a risk of sexual harm, and another
// is, or may be, no older.
func (s *subject) harms(other *care.Child) bool {
	return s.RisksToOthers.Has(sexualHarm) && (other.DOB >= s.DOB || other.DOB == 0)
}

// youngerWords says how a pair stands by age where one of them presents a risk
// of sexual harm: an age that is not recorded is taken for the graver.
func (q *question) youngerWords(i int) string {
	birth := care.Day(0)
	if i < 0 {
		birth = q.home.OwnChildren[-1-i]
	} else {
		birth = q.companion(i).DOB
	}
	switch birth {
	case 0:
		return "may be younger: the age of " + q.otherName(i) + " is not recorded"
	case q.child.DOB:
		return "is of the same age"
	}
	return "is younger"
}

func (q *question) residentRisk(i int) string {
	return fmt.Sprintf("known risk from %s: %s", q.otherWho(i), plainTerms(q.companion(i).RisksToOthers))
}

// newcomerWords asks for an assessment of the child's own risks, beside those of
// whoever lives there, and names what is not recorded and bears on them.
func newcomerWords(q *question) words {
	says := fmt.Sprintf("known risk from %s to others there: %s", q.child.ID, plainTerms(q.child.RisksToOthers))
	for i := range q.companions() {
		if q.other(i) && len(q.companion(i).RisksToOthers) > 0 {
			says += "; " + q.residentRisk(i)
		}
	}
	w := assessWords(says)
	if q.ownUnknown() {
		w.says += "; whether the carers have younger children of their own is not recorded"
		w.missing = append(w.missing, "own_children")
	}
	if q.child.RisksToOthers.Has(animalHarm) && !q.home.Pets.Known() {
		w.says += "; whether there are pets is not recorded"
		w.missing = append(w.missing, "pets")
	}
	return w
}

// ownUnknown says whether the carers' own children are not recorded and could be
// at risk of sexual harm.
func (q *question) ownUnknown() bool {
	return q.child.RisksToOthers.Has(sexualHarm) && q.home.OwnChildren == nil && q.home.Kind.Fostering()
}

func assessWords(says string) words {
	return words{says: says, role: NominatedOfficer, fix: "a nominated officer agrees on a risk assessment, with each resident child's social worker consulted"}
}

// judgeRiskToOthers bars sexual harm with a younger child there, whatever the
// home declares; every other known risk needs an assessment.
func judgeRiskToOthers(q *question) ruling {
	harms := q.child.RisksToOthers.Has(sexualHarm)
	worst, others := ruling{verdict: Met, clause: riskNone}, 0
	for i := range q.companions() {
		if !q.other(i) {
			continue
		}
		others++
		other := q.companion(i)
		switch {
		case q.child.harms(other):
			return ruling{verdict: Barred, clause: riskSexualNewcomer, n: i}
		case sexualRisk(q, other):
			return ruling{verdict: Barred, clause: riskSexualResident, n: i}
		case len(other.RisksToOthers) > 0:
			worst = ruling{verdict: SignOff, clause: riskResident, n: i}
		}
	}
	for i, birth := range q.home.OwnChildren {
		others++
		if harms && birth >= q.child.DOB {
			return ruling{verdict: Barred, clause: riskSexualNewcomer, n: -1 - i}
		}
	}
	return weighRisks(q, worst, others)
}

// weighRisks adds the newcomer's own risks, which depend on who else there is.
func weighRisks(q *question, worst ruling, others int) ruling {
	risks := q.child.RisksToOthers
	switch {
	case len(risks) == 0:
		return worst
	case others > 0 || risks.Has(fireSetting) || risks.Has(animalHarm) && len(q.home.Pets) > 0:
		return ruling{verdict: SignOff, clause: riskNewcomer}
	case q.ownUnknown():
		return ruling{verdict: SignOff, clause: riskSexualOwnUnknown}
	case risks.Has(animalHarm) && !q.home.Pets.Known():
		return ruling{verdict: SignOff, clause: riskPetsUnknown}
	case q.home.OwnChildren == nil && q.home.Kind.Fostering():
		return ruling{verdict: SignOff, clause: riskOwnUnknown}
	}
	return ruling{verdict: Met, clause: riskNobody}
}

const (
	riskySkilled clause = iota
	riskyUnknown
	riskyGap
	riskyCompany
)

var riskToChild = Rule{
	ID:       "risk-to-child",
	Title:    "Skill for the risks to the child",
	Citation: "guidance: Fostering Services: National Minimum Standards (2011), standards 4 and 5; Children's Homes (England) Regulations 2015, reg 12",
	Basis:    Guidance,
	applies:  every,
	judge: func(q *question) ruling {
		risks := q.child.RisksToChild
		if len(risks) == 0 {
			return ruling{}
		}
		if i := q.sameExploitation(); i >= 0 {
			return ruling{verdict: SignOff, clause: riskyCompany, n: i}
		}
		switch {
		case !q.home.SupportsRisks.Known():
			return ruling{verdict: SignOff, clause: riskyUnknown}
		case len(unsupported(q)) > 0:
			return ruling{verdict: SignOff, clause: riskyGap}
		}
		return ruling{verdict: Met, clause: riskySkilled}
	},
	say: func(q *question, r ruling) words {
		risks := plainTerms(q.child.RisksToChild)
		switch r.clause {
		case riskySkilled:
			return words{says: "skilled for the known risks: " + risks}
		case riskyUnknown:
			return confirmWords("known risks: "+risks+"; whether the carers are skilled for them is not recorded", "supports_risks")
		case riskyCompany:
			return companyWords(q, r.n)
		}
		return assessLocality(q, "no skill declared for "+plainTerms(unsupported(q)))
	},
}

// companyWords asks for an assessment of somebody there at the same risk, and names
// the skill that is wanting, or not recorded, beside it.
func companyWords(q *question, i int) words {
	w := assessLocality(q, fmt.Sprintf("%s, is at the same risk of exploitation", q.otherWho(i)))
	switch gaps := unsupported(q); {
	case !q.home.SupportsRisks.Known():
		w.says += "; whether the carers are skilled for the known risks is not recorded"
		w.missing = []string{"supports_risks"}
	case len(gaps) > 0:
		w.says += "; no skill declared for " + plainTerms(gaps)
	}
	return w
}

// assessLocality asks for a locality risk assessment where exploitation is among
// the risks.
func assessLocality(q *question, says string) words {
	w := words{says: says, role: NominatedOfficer, fix: "a nominated officer agrees on a plan for the risks"}
	if slices.ContainsFunc(q.child.RisksToChild, isExploitation) {
		w.fix += " and a locality risk assessment"
	}
	return w
}

func isExploitation(risk string) bool { return strings.HasSuffix(risk, "-exploitation") }

// sameExploitation finds somebody there who is at risk of the same exploitation;
// -1 if nobody is.
func (q *question) sameExploitation() int {
	for _, risk := range q.child.RisksToChild {
		if !isExploitation(risk) {
			continue
		}
		for i := range q.companions() {
			if q.other(i) && q.companion(i).RisksToChild.Has(risk) {
				return i
			}
		}
	}
	return -1
}

func unsupported(q *question) []string {
	var gaps []string
	for _, risk := range q.child.RisksToChild {
		if !q.home.SupportsRisks.Has(risk) {
			gaps = append(gaps, risk)
		}
	}
	return gaps
}

// plainTerms writes terms of a vocabulary as a reader would.
func plainTerms(terms []string) string {
	return strings.ReplaceAll(strings.Join(terms, ", "), "-", " ")
}
