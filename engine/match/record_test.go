package match_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// The record of a decision is the shortlist that the officer saw, and accounts for
// every home besides: each is on the list in its place, or barred under the rule
// that a look at it alone gives first.
func TestARecordAccountsForEveryHome(t *testing.T) {
	inTurn(t, len(shapes), func(t *testing.T, d dice, _ shape, s *scene) {
		var homes []care.ID
		for i := range s.homes {
			homes = append(homes, s.homes[i].ID)
		}
		ctx := context.Background()
		got, err := match.RunRecord(ctx, s, s.req, homes, s.set)
		s.req.Counts = true
		want, errWant := match.Run(ctx, s, s.req, s.set)
		require.Equal(t, errWant, err)
		if err != nil {
			require.True(t, errors.Is(err, match.ErrNoHomeAddress) || s.req.Group != "", "%v", err)
			return
		}
		require.Equal(t, written(t, want), written(t, got.Result))

		order := s.req
		order.Limit = len(homes) + 1
		all, err := match.Run(ctx, s, order, s.set)
		require.NoError(t, err)
		require.Len(t, got.Ranks, len(all.Candidates))
		for _, c := range all.Candidates {
			require.Equal(t, c.Rank, got.Ranks[c.Home], c.Home)
		}
		asked := slices.DeleteFunc(slices.Clone(homes), func(care.ID) bool { return d.often(50) })
		some, err := match.RunRecord(ctx, s, s.req, asked, s.set)
		require.NoError(t, err)
		maps.DeleteFunc(got.Ranks, func(id care.ID, _ int) bool { return !slices.Contains(asked, id) })
		require.Equal(t, got.Ranks, some.Ranks, "of the homes that were asked about alone")
		barred := map[care.ID]string{}
		for i, by := range got.Excluded {
			require.True(t, slices.IsSorted(by.Homes))
			require.Equal(t, want.Barred[by.Rule], len(by.Homes), by.Rule)
			require.True(t, i == 0 || ruleOrder(got.Excluded[i-1].Rule) < ruleOrder(by.Rule))
			for _, id := range by.Homes {
				barred[id] = by.Rule
			}
		}
		for _, id := range homes {
			e, err := match.Explain(ctx, s, s.req, id, s.set)
			require.NoError(t, err)
			first := ""
			for _, f := range e.Judged.Findings {
				if f.Verdict == rulebook.Barred && first == "" {
					first = f.Rule
				}
			}
			if !e.Considered {
				first = ""
			}
			require.Equal(t, first, barred[id], id)
		}
	})
}

func ruleOrder(id string) int {
	return slices.IndexFunc(rulebook.Rules(), func(r rulebook.Rule) bool { return r.ID == id })
}

func written(t *testing.T, res *match.Result) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, res.WriteJSON(&out))
	return out.String()
}

func TestARecordedResultReadsBackToTheByte(t *testing.T) {
	res := smallResult(t)
	text := written(t, res)
	require.Contains(t, text, `{"schema":"stablehomes/match/1","on":`)
	var again match.Result
	require.NoError(t, json.Unmarshal([]byte(text), &again))
	require.Equal(t, text, written(t, &again))
}

func TestARequestThatCannotBeAnsweredIsNotRecorded(t *testing.T) {
	_, err := match.RunRecord(context.Background(), smallWorld(), match.Request{On: monday}, nil, nil)
	var bad *match.InvalidRequestError
	require.ErrorAs(t, err, &bad)
}
