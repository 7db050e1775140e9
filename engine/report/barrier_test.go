package report_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Of brothers and sisters who are refused for different reasons an officer has to see
// who is; what is so of all of them is said once.
func TestWhomARuleKeepsOut(t *testing.T) {
	bars := func(child care.ID, rule, says string) rulebook.Finding {
		return rulebook.Finding{Rule: rule, Child: child, Verdict: rulebook.Barred, Says: says, NearestFix: "wait"}
	}
	whyNot := func(children []care.ID, findings ...rulebook.Finding) string {
		miss := match.Exclusion{Home: "H-1", Kind: care.Foster, Findings: findings}
		return written(t, func(w io.Writer) error {
			return report.WhyNot(w, []match.Exclusion{miss}, children, report.Style{Width: 160})
		})
	}
	two := []care.ID{"C-1", "C-2"}
	got := whyNot(two, bars("C-2", "adult", "18 on the day"))
	require.Contains(t, got, "adult: C-2: 18 on the day")

	got = whyNot(two, bars("C-1", "terms-of-approval", "12 on the day"), bars("C-2", "terms-of-approval", "13 on the day"))
	require.Contains(t, got, "C-1: 12 on the day")
	require.Contains(t, got, "C-2: 13 on the day")

	got = whyNot(two, bars("C-1", "terms-of-approval", "for girls"), bars("C-2", "terms-of-approval", "for girls"), bars("", "free-place", "no bed"))
	require.Contains(t, got, "terms-of-approval: for girls ")
	require.Contains(t, got, "free-place: no bed ")
	require.NotContains(t, got, "C-1")

	three := append(two, "C-3")
	got = whyNot(three, bars("C-1", "terms-of-approval", "for girls"), bars("C-3", "terms-of-approval", "for girls"))
	require.Contains(t, got, "terms-of-approval: C-1, C-3: for girls")

	require.NotContains(t, whyNot(two[:1], bars("C-1", "adult", "18 on the day")), "C-1", "one child is nobody else")
}
