package rulebook

import (
	"fmt"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Section C of the rulebook: the child and the people already there, judged both
// ways.

const (
	alongsideFine clause = iota
	alongsideNobody
	alongsideNewcomer     // the child may not live with somebody there
	alongsideResident     // somebody there may not live with the child
	alongsideSoloNewcomer // living alone is recommended for the child
	alongsideSoloResident // living alone is recommended for somebody there
	alongsideUnknown      // somebody there is not known well enough to say
	alongsideLeaving      // somebody who may not live with the child is expected to leave
)

var alongside = Rule{
	ID:       "alongside",
	Title:    "Who the child, and each child there, can live alongside",
	Citation: "guidance: Placements Data Standard v2, livingCompanions; Fostering Services: National Minimum Standards (2011), standard 11",
	Basis:    Guidance,
	applies:  every,
	judge: func(q *question) ruling {
		return q.orLeaver(judgeAlongside(q), alongsideLeaving, apartByAge)
	},
	say: func(q *question, r ruling) words {
		if r.clause == alongsideLeaving {
			return q.leaverWords(r.n)
		}
		return q.andLeaver(sayAlongside(q, r), apartByAge)
	},
}

func sayAlongside(q *question, r ruling) words {
	switch r.clause {
	case alongsideFine:
		return words{says: fmt.Sprintf("can live alongside the %s there", counted(r.n, "child", "children"))}
	case alongsideNobody:
		return words{says: "no other children there"}
	case alongsideNewcomer:
		return words{says: fmt.Sprintf("%s is to live %s; %s is %d", q.child.ID, alongsideWords(q.child.Alongside), q.otherThere(r.n), r.m), fix: leaveFix(q, r.n)}
	case alongsideResident:
		return words{says: fmt.Sprintf("%s is to live %s; %s is %d", q.otherThere(r.n), alongsideWords(q.companion(r.n).Alongside), q.child.ID, q.child.age), fix: leaveFix(q, r.n)}
	case alongsideSoloNewcomer:
		return soloWords(q, fmt.Sprintf("a home alone is recommended for %s; %s there", q.child.ID, counted(r.n, "other child is", "other children are")))
	case alongsideSoloResident:
		return soloWords(q, fmt.Sprintf("a home alone is recommended for %s", q.otherWho(r.n)))
	}
	missing, unsaid := q.unknownCompany()
	return words{says: unsaid, role: PlacementOfficer, missing: missing,
		fix: "confirm with the carer, and record " + strings.Join(missing, " and ")}
}

// soloWords asks for a nominated officer, who must also see what is not known.
func soloWords(q *question, says string) words {
	missing, unsaid := q.unknownCompany()
	if len(missing) > 0 {
		says += "; " + unsaid
	}
	return words{says: says, role: NominatedOfficer, missing: missing, fix: "a nominated officer agrees, having seen the assessment of each child"}
}

// confirmWords asks the placement officer for a fact that is not recorded.
func confirmWords(says, missing string) words {
	return words{says: says, role: PlacementOfficer, missing: []string{missing}, fix: "confirm with the carer, and record " + missing}
}

// unknownCompany names what is not recorded of the people there and could yet
// forbid the placement, as facts and in a sentence.
func (q *question) unknownCompany() (missing []string, says string) {
	var who []string
	for i := range q.companions() {
		if q.other(i) && ageMatters(q.companion(i), q.child) {
			missing, who = append(missing, "dob of "+q.otherName(i)), append(who, "the age of "+q.otherName(i))
		}
	}
	if q.ownMatter() {
		missing, who = append(missing, "own_children"), append(who, "whether the carers have children of their own")
	}
	return missing, fmt.Sprintf("who %s would live alongside is not settled; not recorded: %s", q.child.ID, strings.Join(who, ", "))
}

// judgeAlongside returns the gravest of what it finds: bars first, then what a
// nominated officer must agree to, then what is not known.
func judgeAlongside(q *question) ruling {
	worst, others := ruling{clause: alongsideNobody, verdict: Met}, 0
	for i := range q.companions() {
		if !q.other(i) || q.unit(i) {
			continue
		}
		others++
		r := judgePair(q, i)
		if r.verdict > worst.verdict || worst.clause == alongsideUnknown && r.clause == alongsideSoloResident {
			worst = r
		}
	}
	for i, birth := range q.home.OwnChildren {
		others++
		if age := care.AgeOn(birth, q.On); refuses(q.child.Alongside, q.child.DOB, birth) && worst.verdict < Barred {
			worst = ruling{verdict: Barred, clause: alongsideNewcomer, n: -1 - i, m: age}
		}
	}
	return weighCompany(q, worst, others)
}

// weighCompany adds what depends on how many others there are, and on whether
// all of them are known.
func weighCompany(q *question, worst ruling, others int) ruling {
	pref := q.child.Alongside
	switch {
	case worst.verdict == Barred:
		return worst
	case pref == care.SoloRecommended && others > 0:
		return ruling{verdict: SignOff, clause: alongsideSoloNewcomer, n: others}
	case worst.verdict == SignOff:
		return worst
	case q.ownMatter():
		return ruling{verdict: SignOff, clause: alongsideUnknown}
	case others > 0:
		return ruling{verdict: Met, clause: alongsideFine, n: others}
	}
	return worst
}

// judgePair looks at the child and one other, both ways.
func judgePair(q *question, i int) ruling {
	other := q.companion(i)
	switch known := other.DOB != 0; {
	case known && refuses(q.child.Alongside, q.child.DOB, other.DOB):
		return ruling{verdict: Barred, clause: alongsideNewcomer, n: i, m: care.AgeOn(other.DOB, q.On)}
	case known && refuses(other.Alongside, other.DOB, q.child.DOB):
		return ruling{verdict: Barred, clause: alongsideResident, n: i}
	case other.Alongside == care.SoloRecommended:
		return ruling{verdict: SignOff, clause: alongsideSoloResident, n: i}
	case ageMatters(other, q.child):
		return ruling{verdict: SignOff, clause: alongsideUnknown}
	}
	return ruling{verdict: Met}
}

// companions is how many there are whom a child of the case could live with: the
// residents, then the children of the case, who would all move in.
func (q *question) companions() int { return q.residents() + len(q.Children) }

// companion is a child by their number among the companions.
func (q *question) companion(i int) *care.Child {
	if residents := q.residents(); i >= residents {
		return &q.Children[i-residents]
	}
	return q.resident(i)
}

// other says whether a companion lives there from the placement on, or is to move
// in, and is neither the child nor a sibling of the child.
func (q *question) other(i int) bool {
	if residents := q.residents(); i >= residents {
		return i-residents != q.index && !sameGroup(&q.Children[i-residents], q.child)
	}
	return q.there(i) && !sameGroup(q.resident(i), q.child)
}

// unit says whether a companion comes as the parent or the baby of the child.
func (q *question) unit(i int) bool {
	return q.home.Kind == care.ParentAndChild && i >= q.residents()
}

// apartByAge says whether the child or another may not live with the one who is of the
// age of the other.
func apartByAge(q *question, other *care.Child) bool {
	return other.DOB != 0 && (refuses(q.child.Alongside, q.child.DOB, other.DOB) || refuses(other.Alongside, other.DOB, q.child.DOB))
}

// ageMatters says whether the age of another is not recorded and could stand
// against the placement.
func ageMatters(other *care.Child, child *subject) bool {
	return other.DOB == 0 && (mindsAge(child.Alongside) || mindsAge(other.Alongside))
}

// ownMatter says whether the carers' own children are not recorded and could
// stand against the placement.
func (q *question) ownMatter() bool {
	pref := q.child.Alongside
	return q.home.OwnChildren == nil && q.home.Kind.Fostering() && (mindsAge(pref) || pref == care.SoloRecommended)
}

func mindsAge(a care.Alongside) bool { return a == care.OnlyWithOlder || a == care.OnlyWithYounger }

// refuses says whether somebody with this preference, born on that day, may not
// live with another. Born on the same day is neither older nor younger.
func refuses(a care.Alongside, born, other care.Day) bool {
	switch a {
	case care.OnlyWithOlder:
		return other >= born
	case care.OnlyWithYounger:
		return other <= born
	}
	return false
}

// sameGroup says whether two children are of one sibling group; they are never
// "others" to each other.
func sameGroup(other *care.Child, child *subject) bool {
	return child.Group != "" && other.Group == child.Group
}

// otherName names a companion by number, or one of the carers' own children by a
// negative one.
func (q *question) otherName(i int) string {
	if i < 0 {
		return "a child of the carers"
	}
	return string(q.companion(i).ID)
}

// otherThere names another at the beginning of what is said of them.
func (q *question) otherThere(i int) string {
	if i < len(q.h.Occupancy.Stays) {
		return q.otherName(i) + " there"
	}
	return q.otherWho(i) + ","
}

// otherWho names another and says what they have to do with the home.
func (q *question) otherWho(i int) string {
	switch {
	case i >= q.residents():
		return q.otherName(i) + ", who would move in too"
	case i >= len(q.h.Occupancy.Stays):
		return q.otherName(i) + ", for whom a bed is held there"
	}
	return q.otherName(i) + ", who lives there"
}

func leaveFix(q *question, i int) string {
	if i < 0 {
		return "none while the carers' own child lives there"
	}
	stays := len(q.h.Occupancy.Stays)
	switch {
	case i >= q.residents():
		return fmt.Sprintf("match %s and %s one by one", q.child.ID, q.otherName(i))
	case i >= stays:
		return fmt.Sprintf("open when %s has a bed elsewhere, or the hold has run out at %s", q.otherName(i), care.InstantWords(q.h.HoldFor(i-stays).Until))
	}
	s := &q.h.Occupancy.Stays[i]
	switch {
	case s.End > q.On:
		return fmt.Sprintf("open from %s, when %s leaves", s.End.Words(), s.Child)
	case s.ExpectedEnd > q.On:
		return fmt.Sprintf("open from %s, when %s is expected to leave", s.ExpectedEnd.Words(), s.Child)
	}
	return fmt.Sprintf("open if the assessment of who can live alongside whom changes, or when %s leaves", s.Child)
}

func alongsideWords(a care.Alongside) string {
	if a == care.OnlyWithOlder {
		return "only with older children"
	}
	return "only with younger children"
}
