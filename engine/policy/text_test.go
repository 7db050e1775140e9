package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/policy"
)

// What a decision was made under is kept as text; years later it must judge as it
// did, to the hash.
func TestASetWrittenOutReadsBackTheSame(t *testing.T) {
	for why, file := range map[string]string{
		"nothing set":                    "",
		"a weight":                       "[weights]\nschool = 25\n",
		"an authority of its own":        "speed_mph = 25\n[authority.E08000035]\nspeed_mph = 31\n[authority.E08000035.weights]\nsiblings = 40\n",
		"guidance that is not followed":  "guidance_off = [\"residential-under-10\"]\n[authority.E08000032]\nproposed_ban = \"warn\"\n",
		"guidance followed by one alone": "guidance_off = [\"residential-under-10\", \"smoking\"]\n[authority.E08000032]\nguidance_off = []\n",
		"an empty list":                  "guidance_off = []\n",
		"three authorities":              "[authority.E09000033]\nspeed_mph = 9\n[authority.E06000014]\nspeed_mph = 8\n[authority.E08000035]\nspeed_mph = 7\n",
	} {
		set, err := policy.Parse(file)
		require.NoError(t, err, why)
		again, err := policy.Parse(set.Text())
		require.NoError(t, err, "%s:\n%s", why, set.Text())
		require.Equal(t, set.Text(), again.Text(), why)
		for _, code := range []string{"", "E08000035", "E08000032", "E06000014"} {
			require.Equal(t, policy.Hash(set.For(code)), policy.Hash(again.For(code)), "%s, %s", why, code)
			require.Equal(t, set.For(code), again.For(code), "%s, %s", why, code)
		}
	}
	p := policy.Default()
	p.ProposedBan, p.SpeedMPH, p.Weights.Kind = policy.Warn, 9, 0
	for _, set := range []*policy.Set{policy.Defaults(), policy.Uniform(p)} {
		again, err := policy.Parse(set.Text())
		require.NoError(t, err, set.Text())
		require.Equal(t, policy.Hash(set.For("")), policy.Hash(again.For("")))
	}
}
