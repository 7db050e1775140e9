package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
)

func TestAHomeThatHasSaidNoIsListedWithItsCommonestReason(t *testing.T) {
	often := []care.DeclineCount{{Reason: "full", Count: 3}, {Reason: "too far", Count: 1}}
	home := func(id care.ID, declines ...care.DeclineCount) match.Candidate {
		return match.Candidate{Rank: 1, Tier: 3, Home: id, Kind: care.Foster, Children: []match.ChildScore{{ID: "C-1"}}, Declines: declines}
	}
	head := match.Head{On: care.Date(2026, 11, 22), Children: []care.ID{"C-1"}}
	var out strings.Builder
	res := &match.Result{Head: head, Considered: 2, Candidates: []match.Candidate{home("H-1", often...), home("H-2")}}
	require.NoError(t, report.Text(&out, res, report.Style{}))
	require.Equal(t, 1, strings.Count(out.String(), "full (3)"), out.String())
	require.Equal(t, 1, strings.Count(out.String(), "has said no:"))
	require.NotContains(t, out.String(), "too far")

	out.Reset()
	require.NoError(t, report.Explanation(&out, &match.Explanation{Head: head, Judged: home("H-1", often...)}, report.Style{}))
	require.Contains(t, out.String(), "The home has said no before: full (3), too far (1).\n")
	out.Reset()
	require.NoError(t, report.Explanation(&out, &match.Explanation{Head: head, Judged: home("H-2")}, report.Style{}))
	require.NotContains(t, out.String(), "said no")
}
