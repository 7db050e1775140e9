package rulebook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

var parentAndChild = Rule{
	ID:       "parent-and-child",
	Title:    "A parent and child are a unit of two beds",
	Citation: "guidance: practice on parent-and-child foster placements",
	Basis:    Guidance,
	whole:    true,
	applies:  func(k care.Kind) bool { return k == care.ParentAndChild },
	judge: func(q *question) ruling {
		free := q.h.FreeBeds(q.On, q.Ask)
		if need := care.ParentAndChild.BedsFor(len(q.Children)); free < need {
			return ruling{verdict: Barred, n: free, m: need}
		}
		return ruling{verdict: Met, n: free}
	},
	say: func(q *question, r ruling) words {
		if r.verdict == Met {
			return words{says: fmt.Sprintf("approved for a parent with their child; %s free, of which the unit takes %d", counted(r.n, "bed", "beds"), care.ParentAndChild.BedsFor(len(q.Children)))}
		}
		return words{says: fmt.Sprintf("a parent with their child takes %d beds; %d free", r.m, max(r.n, 0)), fix: bedFix(q, r.m)}
	},
}

const (
	togetherFine clause = iota
	togetherSplit
	togetherApart
)

var siblingsTogether = Rule{
	ID:       "siblings-together",
	Title:    "Siblings together, unless they are assessed as needing to be apart",
	Citation: "Children Act 1989, s 22C(8)(c)",
	Basis:    Statute,
	applies:  every,
	ofKind:   true,
	judge: func(q *question) ruling {
		for i := range q.Children {
			if slices.Contains(q.child.KeptApart, q.Children[i].ID) {
				return ruling{verdict: Barred, clause: togetherApart, n: i}
			}
		}
		switch left := q.leftBehind(); {
		case q.child.Together != care.Yes:
			return ruling{}
		case len(left) > 0:
			return ruling{verdict: SignOff, clause: togetherSplit, n: len(left)}
		}
		return ruling{verdict: Met, clause: togetherFine}
	},
	say: func(q *question, r ruling) words {
		switch r.clause {
		case togetherApart:
			other := q.Children[r.n].ID
			return words{says: fmt.Sprintf("%s and %s are assessed as needing to be apart", q.child.ID, other), fix: fmt.Sprintf("match %s and %s one by one", q.child.ID, other)}
		case togetherSplit:
			return words{
				says: fmt.Sprintf("the group is to be kept together; this home would not have %s", strings.Join(q.leftBehind(), ", ")),
				role: NominatedOfficer, fix: "a nominated officer agrees to the split, with the reason that no home takes the group whole",
			}
		}
		return words{says: "the group is kept together"}
	},
}

// leftBehind names the siblings in care who are neither in the case nor living in
// this home, and from whom the child is not to be kept apart.
func (q *question) leftBehind() []string {
	var left []string
	if len(q.Siblings) == 0 {
		return nil
	}
	for _, s := range q.Siblings[q.index] {
		if s.Home != q.home.ID {
			left = append(left, string(s.ID))
		}
	}
	return left
}
