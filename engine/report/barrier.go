package report

import (
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// barrier is a rule that bars a home, and the children of the request whom it bars with
// the same words.
type barrier struct {
	rulebook.Finding
	whom []string
}

// barriersOf are the rules that bar a home.
func barriersOf(x *match.Exclusion) []barrier {
	var all []barrier
	for _, f := range x.Findings {
		if n := len(all); n == 0 || all[n-1].Rule != f.Rule || all[n-1].Says != f.Says || all[n-1].NearestFix != f.NearestFix {
			all = append(all, barrier{Finding: f})
		}
		if last := &all[len(all)-1]; f.Child != "" {
			last.whom = append(last.whom, string(f.Child))
		}
	}
	return all
}

// says is why it bars; where it does not bar all the children, of whom.
func (b *barrier) says(children []care.ID) string {
	if len(b.whom) == 0 || len(b.whom) == len(children) {
		return b.Says
	}
	return strings.Join(b.whom, ", ") + ": " + b.Says
}
