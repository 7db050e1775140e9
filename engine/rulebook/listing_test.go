package rulebook_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func standingOf(t *testing.T, id string, on care.Day) rulebook.Standing {
	t.Helper()
	all, err := rulebook.On(on)
	require.NoError(t, err)
	require.Len(t, all, len(order))
	i := slices.IndexFunc(all, func(s rulebook.Standing) bool { return s.ID == id })
	require.Equal(t, order[i], id, "in the order of the rulebook")
	return all[i]
}

func TestTheRulebookOnADay(t *testing.T) {
	ban := standingOf(t, "under-16-unregulated", banDay-1)
	require.Equal(t, rulebook.Proposed, ban.State)
	require.Equal(t, care.Date(2020, 2, 12), ban.Since)
	require.Equal(t, []care.Kind{care.Supported, care.Unregulated, care.CareHome, care.Hospital, care.FamilyCentre}, ban.Kinds)
	ban = standingOf(t, "under-16-unregulated", banDay)
	require.Equal(t, rulebook.InForce, ban.State)
	require.Equal(t, banDay, ban.Since)
	require.Equal(t, rulebook.NotYet, standingOf(t, "supported-16-17-registered", banDay-1).State)
	require.Zero(t, standingOf(t, "adult", banDay).Since)
}

func TestAnActThatIsEnactedAndNotCommenced(t *testing.T) {
	enacted := care.Date(2026, 4, 29)
	require.Empty(t, standingOf(t, "liberty-order", enacted-1).Amendments)
	require.Equal(t, []string{"authorises deprivation of liberty outside secure homes under s 25 (Children's Wellbeing and Schools Act 2026, s 13, 29 April 2026; enacted, not commenced)"},
		standingOf(t, "liberty-order", enacted).Amendments)
}

func TestWhatChangedBetweenTwoDays(t *testing.T) {
	changes, err := rulebook.Diff(care.Date(2021, 1, 15), monday)
	require.NoError(t, err)
	var says []string
	for _, c := range changes {
		says = append(says, c.ID+": "+c.Before+" -> "+c.After)
	}
	require.Equal(t, []string{
		"under-16-unregulated: proposed since 12 February 2020 -> in force since 9 September 2021",
		"under-16-age-disputed: not yet -> in force since 9 September 2021",
		"supported-16-17-registered: not yet -> in force since 28 October 2023",
		"liberty-order: in force -> in force; amended: authorises deprivation of liberty outside secure homes under s 25 (Children's Wellbeing and Schools Act 2026, s 13, 29 April 2026; enacted, not commenced)",
	}, says)
	same, err := rulebook.Diff(monday, monday)
	require.NoError(t, err)
	require.Empty(t, same)
}

func TestNoRulebookForADayTooEarly(t *testing.T) {
	var early *rulebook.TooEarlyError
	_, err := rulebook.On(rulebook.FirstDay - 1)
	require.ErrorAs(t, err, &early)
	_, err = rulebook.Diff(rulebook.FirstDay-1, monday)
	require.ErrorAs(t, err, &early)
	_, err = rulebook.Diff(monday, rulebook.FirstDay-1)
	require.ErrorAs(t, err, &early)
}

func TestAPolicySwitchesOffGuidanceAndNothingElse(t *testing.T) {
	s := plain()
	for _, r := range append(rulebook.Rules(), rulebook.Rule{ID: "no-such-rule"}) {
		s.policy.GuidanceOff = []string{r.ID}
		_, err := rulebook.For(s.question(), []*policy.Policy{&s.policy})
		if r.Basis == rulebook.Guidance {
			require.NoError(t, err, r.ID)
			continue
		}
		var refused *rulebook.PolicyError
		require.ErrorAs(t, err, &refused, r.ID)
		require.Equal(t, r.ID, refused.Rule)
		require.ErrorContains(t, err, "guidance_off: "+r.ID)
	}
	require.Equal(t, "there is no such rule", func() string {
		_, err := rulebook.For(s.question(), []*policy.Policy{&s.policy})
		return err.(*rulebook.PolicyError).Why
	}())
}

// What one authority does not follow, the children of another still have.
func TestARuleSwitchedOffIsSilentForTheChildrenOfThatAuthority(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		off := policy.Default()
		off.ProposedBan = s.policy.ProposedBan
		for _, r := range rulebook.Rules() {
			if r.Basis == rulebook.Guidance && seldom(t, 2, r.ID) {
				off.GuidanceOff = append(off.GuidanceOff, r.ID)
			}
		}
		policies, all := []*policy.Policy{}, true
		silent := map[care.ID]bool{}
		for _, c := range s.children {
			p := &s.policy
			if c.Authority == bradford {
				p, silent[c.ID] = &off, true
			}
			all = all && c.Authority == bradford
			policies = append(policies, p)
		}
		book, err := rulebook.For(s.question(), policies)
		require.NoError(t, err)
		var want []rulebook.Finding
		for _, f := range s.open(t).Findings(s.household()) {
			if !slices.Contains(off.GuidanceOff, f.Rule) || f.Child == "" && !all || f.Child != "" && !silent[f.Child] {
				want = append(want, f)
			}
		}
		require.Equal(t, want, book.Findings(s.household()))
	})
}
