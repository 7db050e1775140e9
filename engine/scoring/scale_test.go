package scoring_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// A whole score worked out by hand.
//
//	near-family 20 × 1/2 = 10
//	kind        15 × 1   = 15
//	in-area      5 × 1   =  5
//	stability    7 × 5/8 = 4.375   (1 + 1 + 0 + 1/2) ÷ 4
//	             47       34.375   73.138298 of 100
func TestScoreIsTheSumOfItsReasons(t *testing.T) {
	c := placing(aChild(seeing(contact("mother", 10, 4)), func(c *care.Child) { c.Plan = care.Short }))
	h := aHome(func(h *care.Home) { h.FosteringSince = monday.AddMonths(-60) })
	settle(h, "C-9", monday-10, 0, care.Unknown)
	score, reasons := weigh(c, h)

	miles := 10.0
	require.Equal(t, []scoring.Reason{
		{Child: "C-1", Criterion: "near-family", Weight: 20, Value: 500_000, Points: 21_276_596, Says: "10.0 miles from mother", Miles: &miles},
		{Child: "C-1", Criterion: "kind", Weight: 15, Value: 1_000_000, Points: 31_914_894, Says: "foster home; no kind of home is recorded as preferred"},
		{Child: "C-1", Criterion: "in-area", Weight: 5, Value: 1_000_000, Points: 10_638_298, Says: "in the responsible authority's area"},
		{Child: "C-1", Criterion: "stability", Weight: 7, Value: 625_000, Points: 9_308_511,
			Says: "covers a plan of short care; 5 years of experience; no past placements recorded; 1 living there, beds: 2"},
	}, reasons)
	require.Equal(t, scoring.Score{Total: 73_138_299, Children: []scoring.Millionths{73_138_299}}, score)
	require.Equal(t, score.Total, scaleOf(c, policy.Default()).Total(h))
}

func TestScoreOfAGroupIsTheMeanOfItsChildren(t *testing.T) {
	near := aChild(seeing(contact("mother", 0, 4)))
	far := aChild(seeing(contact("father", 90, 4)), func(c *care.Child) { c.ID = "C-2" })
	alone, _ := weigh(placing(near), aHome())
	other, _ := weigh(placing(far), aHome())
	both, reasons := weigh(placing(near, far), aHome())
	require.Equal(t, []scoring.Millionths{alone.Total, other.Total}, both.Children)
	require.Equal(t, (alone.Total+other.Total+1)/2, both.Total)
	require.Len(t, reasons, 8)
	for i, r := range reasons {
		require.Equal(t, care.ID([]string{"C-1", "C-2"}[i/4]), r.Child, "child by child")
	}
}

func TestCriteriaStandInTheOrderOfTheRulebook(t *testing.T) {
	var ids []string
	for _, c := range scoring.Criteria() {
		ids = append(ids, c.ID)
		require.NotEmpty(t, c.Source, c.ID)
	}
	require.Equal(t, []string{"near-family", "school", "siblings", "kind", "in-area", "needs", "identity", "wishes", "stability"}, ids)
}

func TestWeightsComeFromThePolicyOfEachChild(t *testing.T) {
	c := placing(aChild(), aChild(func(c *care.Child) { c.ID, c.Authority = "C-2", bradford }))
	own, plain := policy.Default(), policy.Default()
	own.Weights.Kind, own.Weights.InArea = 40, 0
	_, reasons := scoring.For(c, []*policy.Policy{&plain, &own}).Explain(aHome())
	weights := map[string]int{}
	for _, r := range reasons {
		weights[string(r.Child)+" "+r.Criterion] = r.Weight
	}
	require.Equal(t, map[string]int{"C-1 kind": 15, "C-1 in-area": 5, "C-1 stability": 7, "C-2 kind": 40, "C-2 stability": 7}, weights)
}

func TestPolicyMayWeighNothing(t *testing.T) {
	silent := policy.Default()
	silent.Weights = policy.Weights{}
	score, reasons := scaleOf(placing(aChild()), silent).Explain(aHome())
	require.Zero(t, score.Total)
	text, err := json.Marshal(reasons)
	require.NoError(t, err)
	require.Equal(t, "[]", string(text), "a reader of JSON sees a list")
}

func TestReasonAsJSON(t *testing.T) {
	c := placing(aChild(seeing(contact("mother", 2.5064, 4)), func(c *care.Child) { c.Needs = care.List{"autism"} }))
	_, reasons := weigh(c, aHome())
	family, _ := find(reasons, "near-family")
	text, err := json.Marshal(family)
	require.NoError(t, err)
	require.JSONEq(t, `{"child":"C-1","criterion":"near-family","weight":20,"value":0.799591,"points":27.104780,"says":"2.5 miles from mother","miles":2.506}`,
		string(text)) // 1 ÷ 1.25064, times 20 ÷ 59 of 100
	needs, _ := find(reasons, "needs")
	text, err = json.Marshal(needs)
	require.NoError(t, err)
	require.Contains(t, string(text), `"missing":["skills"],"score_if_confirmed":`)
	gap, _ := find(mustReasons(c, skilled()), "needs")
	text, err = json.Marshal(gap)
	require.NoError(t, err)
	require.Contains(t, string(text), `"support":["autism"]`)
}

func mustReasons(c *care.Case, h *care.Household) []scoring.Reason {
	_, reasons := weigh(c, h)
	return reasons
}

func TestUnknownFactsOfTheChild(t *testing.T) {
	blank := []string{
		"C-1: home_postcode", "C-1: contacts", "C-1: school", "C-1: sex", "C-1: plan", "C-1: alongside",
		"C-1: needs", "C-1: languages, faith, culture or ethnicity", "C-1: wishes_for",
	}
	require.Equal(t, blank, scaleOf(placing(aChild()), policy.Default()).Unknown())
	requireAbsent(t, placing(aChild()), aHome(), "near-family", "school", "siblings", "needs", "identity", "wishes")

	for _, s := range []struct {
		fact, criterion string // the criterion that then applies, if the fact is weighed
		record          func(*care.Child)
	}{
		{"home_postcode", "", func(c *care.Child) { c.Home = at(town) }},
		{"contacts", "near-family", seeing(contact("mother", 1, 1))},
		{"school", "school", schooled(1, "4")},
		{"sex", "", func(c *care.Child) { c.Sex = care.Female }},
		{"plan", "", func(c *care.Child) { c.Plan = care.Long }},
		{"alongside", "", func(c *care.Child) { c.Alongside = care.NoPreferenceGiven }},
		{"needs", "needs", func(c *care.Child) { c.Needs = care.List{"autism"} }},
		{"languages, faith, culture or ethnicity", "identity", func(c *care.Child) { c.Ethnicity = "white-british" }},
		{"wishes_for", "wishes", wishing("garden")},
	} {
		c := placing(aChild(s.record))
		require.NotContains(t, scaleOf(c, policy.Default()).Unknown(), "C-1: "+s.fact)
		require.Len(t, scaleOf(c, policy.Default()).Unknown(), len(blank)-1, s.fact)
		if s.criterion != "" {
			reasonFor(t, c, aHome(), s.criterion)
		}
	}
}

func TestYearGroupIsMissedOnlyWhereThereIsASchool(t *testing.T) {
	require.Contains(t, scaleOf(placing(aChild(schooled(1, ""))), policy.Default()).Unknown(), "C-1: year_group")
	require.NotContains(t, scaleOf(placing(aChild()), policy.Default()).Unknown(), "C-1: year_group")
}

func TestEHCPIsMissedOnlyWhereThereIsASchool(t *testing.T) {
	unsaid := func(c *care.Child) { c.EHCP = care.Unknown }
	require.Contains(t, scaleOf(placing(aChild(schooled(1, "4"), unsaid)), policy.Default()).Unknown(), "C-1: ehcp")
	require.NotContains(t, scaleOf(placing(aChild(unsaid)), policy.Default()).Unknown(), "C-1: ehcp")
	away := func(c *care.Child) { c.AwayAuthorities = []string{newcastle} }
	require.NotContains(t, scaleOf(placing(aChild(schooled(1, "4"), unsaid, away)), policy.Default()).Unknown(), "C-1: ehcp", "the school is to be left")
}

func TestAnAdaptationIsMissedWhereOneIsNeededAndNotNamed(t *testing.T) {
	const fact = "C-1: adaptations (one is needed and not named)"
	for need, missed := range map[string]bool{care.NotNamed: true, "ramp": false} {
		c := placing(aChild(func(c *care.Child) { c.Adaptation = care.List{need} }))
		require.Equal(t, missed, slices.Contains(scaleOf(c, policy.Default()).Unknown(), fact), need)
	}
}

func TestUnknownChildByChild(t *testing.T) {
	known := aChild(seeing(contact("mother", 1, 1)), schooled(1, "4"), wishing("garden"), func(c *care.Child) {
		c.Home, c.Sex, c.Plan, c.Alongside = at(town), care.Male, care.Long, care.NoPreferenceGiven
		c.Needs, c.Faith = care.List{}, "muslim"
	})
	scale := scaleOf(placing(known), policy.Default())
	require.Empty(t, scale.Unknown())
	text, err := json.Marshal(scale.Unknown())
	require.NoError(t, err)
	require.Equal(t, "[]", string(text), "a reader of JSON sees a list")

	second := known
	second.ID, second.Sex, second.Plan = "C-2", "", ""
	require.Equal(t, []string{"C-2: sex", "C-2: plan"}, scaleOf(placing(known, second), policy.Default()).Unknown())
}

// A scale is made once and judges many homes; one must not colour the next.
func TestScaleCarriesNothingFromHomeToHome(t *testing.T) {
	c := placing(aChild(seeing(contact("mother", 3, 4), contact("father", 5, 9)), wishing("garden", "pets"), func(c *care.Child) {
		c.Needs = care.List{"autism"}
	}))
	scale := scaleOf(c, policy.Default())
	rich := aHome(func(h *care.Home) {
		h.Skills, h.Garden, h.Pets, h.FosteringSince = care.List{"autism"}, care.Yes, care.List{"cat"}, care.Date(2001, time.May, 1)
	})
	first, reasons := scale.Explain(rich)
	scale.Explain(aHome())
	again, reasonsAgain := scale.Explain(rich)
	require.Equal(t, first, again)
	require.Equal(t, reasons, reasonsAgain)
}
