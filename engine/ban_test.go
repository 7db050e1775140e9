package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// The ban on supported and unregulated homes for children under 16, walked
// through from its proposal to today.

// warning is a policy file.
const warning = "proposed_ban = \"warn\"\n"

func policies(t testing.TB, text string) engine.Option {
	t.Helper()
	set, err := policy.Parse(text)
	require.NoError(t, err)
	return engine.WithPolicy(set)
}

var walk = []care.Day{
	care.Date(2020, time.September, 26), care.Date(2021, time.January, 15), care.Date(2021, time.September, 8),
	care.Date(2021, time.September, 9), care.Date(2023, time.October, 28), today,
}

// boyOf brings in a boy of 15 years and five months on each day of the walk, of
// an authority, and returns the request for him.
func boyOf(t testing.TB, eng *engine.Engine, authority string, on care.Day) engine.Request {
	t.Helper()
	id := care.ID(fmt.Sprintf("B-%s-%s", authority, on))
	born := care.Birthday(on.AddMonths(-5), -15)
	_, rejected := bring(t, eng, engine.Children, childrenHeader+childRow(string(id), born.String(), "M", authority, "", "A place of my own.", "none"))
	require.Empty(t, rejected)
	return engine.Request{Children: []care.ID{id}, On: on, Counts: true, Limit: 1000}
}

// unregulatedOf are the homes on a shortlist that are supported or unregulated.
func unregulatedOf(res *engine.Result) []care.ID {
	found := []care.ID{}
	for _, c := range res.Candidates {
		if c.Kind == care.Supported || c.Kind == care.Unregulated {
			found = append(found, c.Home)
		}
	}
	return found
}

func TestABoyOf15IsOfferedNoUnregulatedHomeOnAnyDay(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		for _, on := range walk {
			req := boyOf(t, eng, leeds, on)
			for _, emergency := range []bool{false, true} {
				req.Emergency = emergency
				res := shortlist(t, eng, req)
				require.NotEmpty(t, res.Candidates, "other homes are open on %s", on)
				require.Empty(t, unregulatedOf(res), "%s", on)
				require.Equal(t, 2, res.Barred["under-16-unregulated"], "%s", on)
			}
			e, err := eng.Explain(t.Context(), req, "H-LODGE")
			require.NoError(t, err)
			says := findingOf(t, &e.Judged, "under-16-unregulated").Says
			if on < care.Date(2021, time.September, 9) {
				require.Contains(t, says, "barred by your policy: the proposed ban; lawful on that day")
			} else {
				require.Contains(t, says, "a child under 16 may not be placed in supported accommodation")
			}
		}
	})
}

func findingOf(t testing.TB, c *engine.Candidate, rule string) rulebook.Finding {
	t.Helper()
	for _, f := range c.Findings {
		if f.Rule == rule {
			return f
		}
	}
	require.Fail(t, "no finding of "+rule, "%+v", c.Findings)
	return rulebook.Finding{}
}

func TestAPolicyThatWarnsOffersThemUntilTheBanIsLaw(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		for _, on := range walk {
			res := shortlist(t, eng, boyOf(t, eng, leeds, on))
			if on >= care.Date(2021, time.September, 9) {
				require.Empty(t, unregulatedOf(res), "law on %s, whatever a policy says", on)
				continue
			}
			require.ElementsMatch(t, []care.ID{"H-FLAT", "H-LODGE"}, unregulatedOf(res), "%s", on)
			for _, home := range unregulatedOf(res) {
				f := findingOf(t, candidate(t, res, home), "under-16-unregulated")
				require.Equal(t, rulebook.Warning, f.Verdict)
				require.Contains(t, f.Says, "lawful on that day")
				require.Contains(t, f.Says, "a ban on under-16s")
				require.Contains(t, f.Says, "was proposed on 12 February 2020")
			}
		}
	}, policies(t, warning))
}

func TestADayBeforeTheRulebookIsRefusedWithTheReason(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := engine.Request{Children: []care.ID{"C-AMY"}, On: care.Date(2020, time.September, 25)}
		_, err := eng.Match(t.Context(), req)
		var early *engine.TooEarlyError
		require.ErrorAs(t, err, &early)
		require.Equal(t, req.On, early.On)
		require.Contains(t, err.Error(), "from 2020-09-26 on, when the Covid-19 amendments (SI 2020/445) had ended; 2020-09-25 is earlier")
		_, err = eng.Explain(t.Context(), req, "H-ROSE")
		require.ErrorAs(t, err, &early)
		req.On++
		_, err = eng.Match(t.Context(), req)
		require.NoError(t, err)
	})
}

func TestRegisteredSupportedAccommodationOpensOnThe16thBirthday(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := asking("C-FIN") // who was born on 22 November 2010
		req.Limit = 1000
		req.On = today - 1
		require.Empty(t, unregulatedOf(shortlist(t, eng, req)), "he is 15 for one more day")
		req.On = today
		require.Equal(t, []care.ID{"H-LODGE"}, unregulatedOf(shortlist(t, eng, req)), "the one that is registered")

		e, err := eng.Explain(t.Context(), req, "H-FLAT")
		require.NoError(t, err)
		require.Equal(t, rulebook.Barred, e.Verdict)
		require.Equal(t, rulebook.Barred, findingOf(t, &e.Judged, "supported-16-17-registered").Verdict)
	})
}

func TestEachChildIsJudgedByTheirOwnAuthoritysPolicy(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		on := care.Date(2021, time.January, 15)
		ofLeeds, ofBradford := boyOf(t, eng, leeds, on), boyOf(t, eng, bradford, on)
		warned, barred := shortlist(t, eng, ofLeeds), shortlist(t, eng, ofBradford)
		require.Len(t, unregulatedOf(warned), 2)
		require.Empty(t, unregulatedOf(barred))
		require.NotEqual(t, warned.Policy, barred.Policy)

		both := ofLeeds
		both.Children = append(both.Children, ofBradford.Children...)
		res := shortlist(t, eng, both)
		require.Empty(t, unregulatedOf(res), "placed together, the stricter of the two holds")
		require.NotContains(t, []string{warned.Policy, barred.Policy}, res.Policy, "the result carries both")
	}, policies(t, "[authority."+leeds+"]\n"+warning))
}

func TestAPolicyOfOneAuthorityWeighsForItsOwnChildrenOnly(t *testing.T) {
	eng := engine.InMemory(policies(t, "[authority."+leeds+".weights]\nnear-family = 0\n"))
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Children, childrenHeader+childRow("C-GUS", "2014-03-09", "M", bradford, "", "", "none"))
	for id, weighed := range map[care.ID]bool{"C-AMY": false, "C-GUS": true} {
		res := shortlist(t, eng, asking(id))
		require.NotEmpty(t, res.Candidates)
		found := false
		for _, r := range res.Candidates[0].Reasons {
			found = found || r.Criterion == "near-family"
		}
		require.Equal(t, weighed, found, id)
	}
}
