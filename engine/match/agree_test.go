package match_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestExplainAgreesWithRun(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	eachWorld(t, 25, func(t *testing.T, _ dice, s *shelf, req match.Request) {
		req.Limit, req.Ready = len(s.homes), false
		set := policy.Defaults()
		res, err := match.Run(context.Background(), s, req, set)
		if err != nil {
			_, same := match.Explain(context.Background(), s, req, "H-00", set)
			require.Equal(t, err, same)
			return
		}
		listed := map[care.ID]match.Candidate{}
		for _, c := range res.Candidates {
			listed[c.Home] = c
		}
		o, _ := ask(t, s, req, set)
		for _, home := range s.homes {
			e, err := match.Explain(context.Background(), s, req, home.ID, set)
			require.NoError(t, err)
			checkExplanation(t, o, home, e)
			c, is := listed[home.ID]
			require.Equal(t, e.Considered && e.Verdict != rulebook.Barred, is, "a home is listed unless it is barred or passed over: %s", home.ID)
			if is {
				c.Rank = 0
				require.Equal(t, c, e.Judged)
			}
			require.Equal(t, res.Head, e.Head)
		}
	})
}

func checkExplanation(t *testing.T, o *oracle, home care.Home, e *match.Explanation) {
	t.Helper()
	want := o.judge(home)
	gravest := rulebook.Silent
	for _, f := range want.findings {
		gravest = max(gravest, f.Verdict)
	}
	require.Equal(t, gravest, e.Verdict)
	require.Equal(t, want.bars > 0, e.Verdict == rulebook.Barred)
	require.Equal(t, o.considers(&home), e.Considered)
	require.Equal(t, want.tier, e.Judged.Tier)
	require.Equal(t, want.score, e.Judged.Score)
	require.Equal(t, want.findings, e.Judged.Findings)
	require.Equal(t, want.reasons, e.Judged.Reasons)
	require.Zero(t, e.Judged.Rank)
}

func TestOrderOfNamingAndOfReadingDoesNotMatter(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	eachWorld(t, 25, func(t *testing.T, d dice, s *shelf, req match.Request) {
		if len(req.Children) > 0 {
			req.Children = append(req.Children, s.children[d.IntN(12)].ID, s.children[d.IntN(12)].ID)
		}
		res, err := match.Run(context.Background(), s, req, policy.Defaults())
		turned := s.turned(d)
		named := slices.Clone(req.Children)
		req.Children = append(req.Children, named...) // naming a child twice adds nobody
		d.Shuffle(len(req.Children), func(i, k int) { req.Children[i], req.Children[k] = req.Children[k], req.Children[i] })
		before := slices.Clone(req.Children)
		again, errAgain := match.Run(context.Background(), turned, req, policy.Defaults())
		require.Equal(t, err, errAgain)
		if err == nil {
			res.Effort, again.Effort = match.Effort{}, match.Effort{} // the index may have grown otherwise
		}
		require.Equal(t, res, again)
		require.Equal(t, before, req.Children, "the caller's request stays as it is")
		if err != nil {
			require.True(t, errors.Is(err, match.ErrNoHomeAddress) || req.Group != "", "%v", err)
		}
	})
}
