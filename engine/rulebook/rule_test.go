package rulebook_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// order is the rulebook from front to back. Barred homes are counted under the
// first rule that bars them, so a change of order changes published counts.
var order = []string{
	"under-16-unregulated", "under-16-age-disputed", "supported-16-17-registered", "supported-suitability", "secure-home", "liberty-order",
	"adult", "statement-of-purpose", "residential-under-10",
	"connected-to", "approval", "connected-person-temporary", "terms-of-approval", "usual-fostering-limit", "free-place", "bedrooms", "not-available",
	"vacancy-confirmed", "runs-out",
	"alongside", "kept-apart", "risk-to-others", "risk-to-child", "exclusion-zone", "away-from", "adaptations", "pets", "smoking", "suitability",
	"parent-and-child", "siblings-together",
	"out-of-area", "at-a-distance", "key-stage-4", "over-20-miles",
}

func TestTheRulesStandInAFixedOrder(t *testing.T) {
	var ids []string
	seen := map[string]bool{}
	for _, r := range rulebook.Rules() {
		require.False(t, seen[r.ID], "%s twice", r.ID)
		seen[r.ID], ids = true, append(ids, r.ID)
	}
	require.Equal(t, order, ids)
}

func TestEveryRuleSaysWhereItComesFrom(t *testing.T) {
	for _, r := range rulebook.Rules() {
		require.NotEmpty(t, r.Title, r.ID)
		require.False(t, strings.HasSuffix(r.Title, "."), r.ID)
		require.NotEmpty(t, r.Citation, r.ID)
		require.Contains(t, []rulebook.Basis{rulebook.Statute, rulebook.Standard, rulebook.Guidance}, r.Basis, r.ID)
		modest := strings.HasPrefix(r.Citation, "guidance: ") || strings.HasPrefix(r.Citation, "policy: ")
		require.True(t, modest || r.Basis != rulebook.Guidance, "%s: what is not statute does not claim to be", r.ID)
		require.False(t, modest && r.Basis == rulebook.Standard, "%s: a standard is cited by its number", r.ID)
		require.Equal(t, strings.ToLower(r.ID), r.ID)
		for i := 1; i < len(r.Stages); i++ {
			require.Less(t, r.Stages[i-1].From, r.Stages[i].From, r.ID)
		}
	}
}

func TestWhereARuleStandsOnADay(t *testing.T) {
	for _, c := range []struct {
		rule, day string
		want      rulebook.State
	}{
		{"under-16-unregulated", "2020-02-11", ""}, {"under-16-unregulated", "2020-02-12", rulebook.Proposed},
		{"under-16-unregulated", "2021-09-08", rulebook.Proposed}, {"under-16-unregulated", "2021-09-09", rulebook.InForce},
		{"supported-16-17-registered", "2021-09-08", ""}, {"supported-16-17-registered", "2021-09-09", rulebook.Proposed},
		{"supported-16-17-registered", "2023-10-27", rulebook.Proposed}, {"supported-16-17-registered", "2023-10-28", rulebook.InForce},
		{"usual-fostering-limit", "2020-09-26", rulebook.InForce}, {"usual-fostering-limit", "2026-11-23", rulebook.InForce},
	} {
		day, err := care.ParseDay(c.day)
		require.NoError(t, err)
		for _, r := range rulebook.Rules() {
			if r.ID == c.rule {
				require.Equal(t, c.want, r.StateOn(day), "%s on %s", c.rule, c.day)
			}
		}
	}
}

func TestRulesHandedOutAreACopy(t *testing.T) {
	rules := rulebook.Rules()
	rules[0].ID = "spoilt"
	require.Equal(t, order[0], rulebook.Rules()[0].ID)
}

func TestVerdictsAreWrittenAsInResults(t *testing.T) {
	for v, word := range map[rulebook.Verdict]string{rulebook.Silent: "", rulebook.Met: "met", rulebook.Warning: "warning", rulebook.SignOff: "sign-off", rulebook.Barred: "barred"} {
		require.Equal(t, word, v.String())
		text, err := v.MarshalText()
		require.NoError(t, err)
		var back rulebook.Verdict
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, v, back)
	}
	require.Less(t, rulebook.Met, rulebook.Warning)
	require.Less(t, rulebook.Warning, rulebook.SignOff)
	require.Less(t, rulebook.SignOff, rulebook.Barred, "from mild to grave")
}

func TestAWordThatIsNoVerdictIsRefused(t *testing.T) {
	for _, word := range []string{"Barred", "forbidden", " met", "sign off"} {
		v := rulebook.Met
		require.ErrorContains(t, v.UnmarshalText([]byte(word)), "is not a verdict")
		require.Equal(t, rulebook.Met, v, "%q leaves the verdict as it was", word)
	}
}

func TestAFindingIsReadBackFromJSONAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found := drawScene(t).findings(t)
		text, err := json.Marshal(found)
		require.NoError(t, err)
		var back []rulebook.Finding
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, found, back)
	})
}

func FuzzVerdict(f *testing.F) {
	for _, word := range []string{"", "met", "warning", "sign-off", "barred", "Barred", "x"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		var v rulebook.Verdict
		if v.UnmarshalText([]byte(word)) == nil {
			require.Equal(t, word, v.String())
		}
	})
}
