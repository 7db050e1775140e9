package rulebook_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// What must and must not change in the findings when one thing in the world does.

// place is where a finding stands: which rule, for which child.
type place struct {
	rule  string
	child care.ID
}

func (s *scene) byPlace(t require.TestingT) map[place]rulebook.Finding {
	all := map[place]rulebook.Finding{}
	for _, f := range s.findings(t) {
		at := place{f.Rule, f.Child}
		require.NotContains(t, all, at, "a rule speaks once of a child")
		all[at] = f
	}
	return all
}

var dayInWords = regexp.MustCompile(`(?:^free|^open|^within the number|^within the age|birthday,) (?:from )?(\d{1,2} [A-Z][a-z]+ \d{4})`)

// TestTheNearestFixDoesWhatItSays moves the placement to the day that a fix
// names, and finds that bar gone.
func TestTheNearestFixDoesWhatItSays(t *testing.T) {
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		for at, f := range s.byPlace(t) {
			named := dayInWords.FindStringSubmatch(f.NearestFix)
			if f.Verdict != rulebook.Barred || named == nil {
				continue
			}
			tried++
			day, err := care.ParseDay(named[1])
			require.NoError(t, err)
			require.GreaterOrEqual(t, day, s.on, f.NearestFix)
			later := s.onDay(day)
			now := later.byPlace(t)[at]
			require.False(t, now.Verdict == rulebook.Barred && now.NearestFix == f.NearestFix, "%s, but on that day: %s", f.NearestFix, now.Says)
			if f.Rule == "free-place" || f.Rule == "not-available" {
				require.NotEqual(t, rulebook.Barred, now.Verdict, "%s, but on that day: %s", f.NearestFix, now.Says)
			}
		}
	})
	require.NotZero(t, tried, "no random scene had a fix to try")
}

// onDay is the scene with the placement on a later day, as it looks from the
// instant it was asked at, once the holds that run out before then have gone.
func (s *scene) onDay(day care.Day) *scene {
	later := *s
	later.on = day
	later.holds = slices.DeleteFunc(slices.Clone(s.holds), func(h care.Hold) bool { return !h.Until.After(care.StartOf(day)) })
	return &later
}

// TestNoEarlierDayWouldHaveDone tries every day before the one that the rules of
// beds and closed days name.
func TestNoEarlierDayWouldHaveDone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		found := s.byPlace(t)
		bed, open := found[place{rule: "free-place"}], found[place{rule: "not-available"}]
		named := dayInWords.FindStringSubmatch(bed.NearestFix)
		if bed.Verdict != rulebook.Barred || named == nil {
			return
		}
		day, err := care.ParseDay(named[1])
		require.NoError(t, err)
		for d := s.on; d < day; d++ {
			earlier := s.onDay(d).byPlace(t)
			bed, open = earlier[place{rule: "free-place"}], earlier[place{rule: "not-available"}]
			require.True(t, bed.Verdict == rulebook.Barred || open.Verdict == rulebook.Barred, "%s has beds and is open, before %s", d, day)
		}
	})
}

func TestAnEmergencyLightensTheTermsAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calm := drawScene(t)
		calm.emergency = false
		tonight := *calm
		tonight.emergency = true
		before, after := calm.byPlace(t), tonight.byPlace(t)
		require.Len(t, after, len(before))
		for at, was := range before {
			is := after[at]
			if at.rule == "runs-out" { // the 6 working days are one thing more that ends
				require.GreaterOrEqual(t, is.Verdict, was.Verdict)
				require.True(t, is.Verdict == was.Verdict && is.Says == was.Says || strings.Contains(is.Says, "6 working days"), is.Says)
				continue
			}
			if at.rule == "key-stage-4" && was.Verdict == rulebook.SignOff {
				require.Equal(t, rulebook.Warning, is.Verdict, "no approval is needed in an emergency")
				continue
			}
			if at.rule == "terms-of-approval" && was.Verdict == rulebook.Barred && calm.home.Kind.Fostering() {
				require.Equal(t, rulebook.SignOff, is.Verdict)
				require.Equal(t, rulebook.NominatedOfficer, is.Role)
				continue
			}
			require.Equal(t, was.Verdict, is.Verdict, "%+v", at)
			require.Equal(t, was.Role, is.Role, "%+v", at)
			require.GreaterOrEqual(t, is.ByDay, was.ByDay, "there is never less time")
		}
	})
}

func TestOneBedMoreNeverStandsInTheWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		larger := *s
		larger.home.Beds++
		after := larger.byPlace(t)
		for at, was := range s.byPlace(t) {
			require.LessOrEqual(t, after[at].Verdict, was.Verdict, "%+v", at)
			if at.rule != "free-place" && at.rule != "parent-and-child" {
				require.Equal(t, was.Verdict, after[at].Verdict, "%+v", at)
			}
		}
	})
}

func TestOneResidentMoreNeverMakesRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		fuller := *s
		fuller.stays, fuller.residents = slices.Clone(s.stays), slices.Clone(s.residents)
		fuller.lives(care.Child{ID: "R-9", DOB: born(10, s.on)}, care.Stay{Start: s.on - 30})
		after := fuller.byPlace(t)
		for at, was := range s.byPlace(t) {
			require.GreaterOrEqual(t, after[at].Verdict, was.Verdict, "%+v", at)
		}
	})
}

func TestOneBedMoreThatIsHeldNeverMakesRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		fuller := *s
		fuller.holds, fuller.held = slices.Clone(s.holds), maps.Clone(s.held)
		held := drawResident(t, 9, s.on)
		held.ID = "X-9"
		fuller.keeps(held)
		after := fuller.byPlace(t)
		for at, was := range s.byPlace(t) {
			require.GreaterOrEqual(t, after[at].Verdict, was.Verdict, "%+v", at)
		}
	})
}

func TestTheProposedBanMattersOnlyWhileItIsProposed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		strict, lenient := *s, *s
		strict.policy.ProposedBan, lenient.policy.ProposedBan = policy.Enforce, policy.Warn
		a, b := strict.byPlace(t), lenient.byPlace(t)
		for at, f := range a {
			if at.rule == "under-16-unregulated" && s.on < banDay {
				require.GreaterOrEqual(t, f.Verdict, b[at].Verdict)
				continue
			}
			require.Equal(t, f, b[at])
		}
	})
}

// TestAChildOfAGroupIsJudgedAsItWouldBeAlone compares a child of a group with the
// same child alone, by every rule that looks at one child and does not count. Rules
// of company are never milder for the company of the others.
func TestAChildOfAGroupIsJudgedAsItWouldBeAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		s.home.Places = care.Number{} // the one term that counts the others
		together := s.byPlace(t)
		for i, c := range s.children {
			alone := *s
			alone.siblings, alone.movesFrom = s.siblings[i:i+1], s.movesFrom[i:i+1]
			alone.children = []care.Child{c}
			alone.stays, alone.residents, alone.holds = nil, nil, nil // a stay of a brother of the case is another's once he is alone
			without := *s
			without.stays, without.residents, without.holds = nil, nil, nil
			inGroup := without.byPlace(t)
			for at, f := range alone.byPlace(t) {
				switch {
				case at.child != c.ID || at.rule == "siblings-together": // which is about the others
					continue
				case slices.Contains([]string{"alongside", "risk-to-others", "risk-to-child"}, at.rule):
					require.GreaterOrEqual(t, inGroup[at].Verdict, f.Verdict)
				case at.rule == "adult" && f.Verdict == rulebook.Barred: // the others of a group may still be placed
					f.NearestFix = strings.Replace(f.NearestFix, "none by placement; ", fmt.Sprintf("match the others without %[1]s; for %[1]s ", c.ID), min(1, len(s.children)-1))
					require.Equal(t, f, inGroup[at])
				default:
					require.Equal(t, f, inGroup[at])
				}
				require.Contains(t, together, at)
			}
		}
	})
}

func TestAHoldCountsByTheInstantOfTheQuestionAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		s.holds = nil
		free := s.byPlace(t)
		s.holds = []care.Hold{{ID: "K-9", Children: []care.ID{"X-9"}, From: s.on, Until: s.at, By: "B. Officer"}}
		require.Equal(t, free, s.byPlace(t), "it runs out at the very instant")
		s.holds[0].Until = s.at.Add(time.Nanosecond)
		held, need := s.byPlace(t)[place{rule: "free-place"}], len(s.children)
		if free[place{rule: "free-place"}].Verdict == rulebook.Met && s.household().FreeBeds(s.on, s.question().Ask) < need {
			require.Equal(t, rulebook.Barred, held.Verdict)
			require.Contains(t, held.Says, "held by B. Officer")
		}
	})
}
