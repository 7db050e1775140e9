package policy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/policy"
)

// drawPolicy draws every setting within its range.
func drawPolicy(t *rapid.T) policy.Policy {
	p := policy.Default()
	number := func(label string, low, high int) int { return rapid.IntRange(low, high).Draw(t, label) }
	p.ProposedBan = rapid.SampledFrom([]policy.Ban{policy.Enforce, policy.Warn}).Draw(t, "ban")
	p.StaleAfterDays, p.RunsOutDays, p.ResidentialMinAge = number("stale", 0, 366), number("runs out", 0, 3660), number("age", 0, 18)
	p.SchoolReachPrimary, p.Detour, p.SpeedMPH = number("reach", 1, 240), number("detour", 100, 1000), number("speed", 1, 100)
	p.Weights.School, p.Weights.Stability = number("school", 0, 1000), number("stability", 0, 1000)
	p.GuidanceOff = rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "off")
	if len(p.GuidanceOff) == 0 {
		p.GuidanceOff = nil
	}
	return p
}

func TestAPolicyThatIsShownReadsBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		set, err := policy.Parse(policy.Show(&p))
		require.NoError(t, err, policy.Show(&p))
		back := set.For("")
		require.Equal(t, p, *back)
		require.Equal(t, policy.Hash(&p), policy.Hash(back))
	})
}

func TestEveryKeyIsShownWithItsMeaningAndDefault(t *testing.T) {
	p := policy.Default()
	shown := policy.Show(&p)
	for key := range settings(&p) {
		_, short, nested := strings.Cut(key, ".")
		if !nested {
			short = key
		}
		require.Regexp(t, `(?m)^# \S.{12,}; default \S.*\n`+regexp.QuoteMeta(short)+" = ", shown, key)
	}
	require.NotContains(t, shown, "#  ", "a key without a meaning")
	require.Equal(t, len(settings(&p)), strings.Count(shown, "; default "))
}

func TestDeparturesNameWhatIsNotAtItsDefaultAndNothingElse(t *testing.T) {
	p := policy.Default()
	require.Empty(t, policy.Departures(&p))
	p.StaleAfterDays, p.Weights.School, p.ProposedBan, p.GuidanceOff = 8, 25, policy.Warn, []string{"pets", "smoking"}
	require.Equal(t, []string{
		`proposed_ban = "warn" (default "enforce")`, `guidance_off = ["pets", "smoking"] (default [])`,
		"stale_after_days = 8 (default 7)", "weights.school = 25 (default 18)",
	}, policy.Departures(&p))
}

func TestAnAuthoritySwitchesOffGuidanceForItself(t *testing.T) {
	set, err := policy.Parse("guidance_off = [\"pets\", \"smoking\"]\n[authority.E08000035]\nguidance_off = [\"runs-out\"]\n[authority.E08000032]\nguidance_off = []\n[authority.E06000014]\nspeed_mph = 30\n")
	require.NoError(t, err)
	for code, want := range map[string][]string{"": {"pets", "smoking"}, "E08000035": {"runs-out"}, "E08000032": nil, "E06000014": {"pets", "smoking"}} {
		require.Equal(t, want, set.For(code).GuidanceOff, code)
	}
	set.For("").GuidanceOff[0] = "spoilt"
	require.Equal(t, "pets", set.For("").GuidanceOff[0], "a policy handed out is a copy")
}

func TestGuidanceOffIsAListOfWords(t *testing.T) {
	for _, value := range []string{`"pets"`, "3", "true", "{ pets = 1 }", "[3]", `["pets", 3]`} {
		for _, prefix := range []string{"", "authority.E08000035."} {
			_, err := policy.Parse(fmt.Sprintf("%sguidance_off = %s", prefix, value))
			var wrong *policy.InvalidError
			require.ErrorAs(t, err, &wrong, value)
		}
	}
	_, err := policy.Parse("\nguidance_off = \"pets\"\n")
	requireWrong(t, err, 2, "guidance_off", "a list of words in quotes")
}
