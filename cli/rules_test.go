package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/policy"
)

func TestTheRulebookIsShownAsItStoodOnADay(t *testing.T) {
	o := run(t, "rules --on 2021-01-15").is(t, 0)
	for _, part := range []string{"The rulebook on 15 January 2021", "under-16-unregulated", "proposed", "over-20-miles"} {
		require.Contains(t, o.out, part)
	}
	require.NotContains(t, o.out, "enacted, not commenced")
	require.Contains(t, run(t, "rules --on 2026-11-22").is(t, 0).out, "enacted, not commenced")
	require.Contains(t, run(t, "rules").is(t, 0).out, "usual-fostering-limit", "today")
}

func TestTheRulebookAsJSON(t *testing.T) {
	var got struct {
		Schema, On string
		Rules      []struct{ Rule, State, Citation string }
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, "--json rules --on 2026-11-22").is(t, 0).out), &got))
	require.Equal(t, "stablehomes/rules/1", got.Schema)
	require.Equal(t, "2026-11-22", got.On)
	require.Len(t, got.Rules, 35)
	for _, r := range got.Rules {
		require.NotEmpty(t, r.Citation, r.Rule)
		require.Equal(t, "in force", r.State, r.Rule)
	}
}

func TestWhatChangedInTheLawBetweenTwoDays(t *testing.T) {
	o := run(t, "rules --diff 2021-01-15..2026-11-22").is(t, 0)
	require.Contains(t, o.out, "under-16-unregulated")
	require.NotContains(t, o.out, "usual-fostering-limit")
	require.Contains(t, run(t, "rules --diff 2026-11-22..2026-11-23").is(t, 0).out, "No rule changed")
	var got struct {
		Schema  string
		Changes []struct{ Rule, Before, After string }
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, "--json rules --diff 2021-01-15..2026-11-22").is(t, 0).out), &got))
	require.Equal(t, "stablehomes/rules-diff/1", got.Schema)
	require.Len(t, got.Changes, 4)
}

func TestRulesRefusesWhatItCannotAnswer(t *testing.T) {
	for _, line := range []string{
		"rules --on tomorrow", "rules --diff 2021-01-15", "rules --diff 2021-01-15..", "rules --diff 2026-11-22..2021-01-15",
		"rules --on 2021-01-15 --diff 2021-01-15..2022-01-15", "rules adult", "policy", "policy show more", "policy show --authority Leds",
	} {
		run(t, line).is(t, 2)
	}
	for _, line := range []string{"rules --on 2020-09-25", "rules --diff 2020-09-25..2026-11-22"} {
		o := run(t, line)
		require.NotZero(t, o.code, line)
		require.Contains(t, o.err, "the rulebook speaks for days from 2020-09-26", line)
	}
}

func TestThePolicyInForceIsShown(t *testing.T) {
	standard := policy.Default()
	require.Equal(t, policy.Show(&standard), run(t, "policy show").is(t, 0).out)

	file := filepath.Join(t.TempDir(), "policy.toml")
	require.NoError(t, os.WriteFile(file, []byte("stale_after_days = 3\n[authority.E08000035]\nstale_after_days = 9\nguidance_off = [\"pets\"]\n"), 0o600))
	require.Contains(t, run(t, "--policy "+file+" policy show").is(t, 0).out, "stale_after_days = 3")
	for _, name := range []string{"Leeds", "E08000035"} {
		o := run(t, "--policy "+file+" policy show --authority "+name).is(t, 0)
		require.Contains(t, o.out, "stale_after_days = 9")
		require.Contains(t, o.out, `guidance_off = ["pets"]`)
	}
	require.NotZero(t, run(t, "--policy "+file+".none policy show").code)
}

// What a match would refuse is refused where the policy is looked at.
func TestAPolicyThatRestsOnNoRuleIsRefusedWhereItIsShown(t *testing.T) {
	away(t)
	for _, set := range []string{`guidance_off = ["adult"]`, `guidance_off = ["nonsense"]`, "[authority.E08000035]\nguidance_off = [\"adult\"]"} {
		keep(t, "p.toml", set+"\n")
		shown := run(t, "--policy p.toml policy show")
		require.NotZero(t, shown.code, set)
		require.Empty(t, shown.out)
		matched := run(t, "--policy p.toml match --dob 2014-03-09 --sex F --authority Leeds --from 53.81,-1.54")
		require.Equal(t, [2]any{matched.code, matched.err}, [2]any{shown.code, shown.err}, set)
	}
}
