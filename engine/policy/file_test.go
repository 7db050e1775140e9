package policy_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/policy"
)

// everyDefault is a policy file that spells out every key.
const everyDefault = `# Leeds and its neighbours
proposed_ban = "enforce"
guidance_off = []
stale_after_days = 7
runs_out_days = 182
residential_min_age = 10
school_reach_primary = 45
school_reach_secondary = 75
detour_percent = 130
speed_mph = 20

[weights]
near-family = 20
school = 18
siblings = 15
kind = 15
in-area = 5
needs = 12
identity = 5
wishes = 8
stability = 7
`

func TestAFileMayLeaveOutWhatItDoesNotChange(t *testing.T) {
	weights := func(change func(*policy.Weights)) policy.Policy {
		p := policy.Default()
		change(&p.Weights)
		return p
	}
	warns := policy.Default()
	warns.ProposedBan, warns.SpeedMPH = policy.Warn, 30
	for _, c := range []struct {
		why, text string
		want      policy.Policy
	}{
		{"an empty file", "", policy.Default()},
		{"a comment", "# nothing set\n", policy.Default()},
		{"an empty table", "[weights]\n", policy.Default()},
		{"all defaults spelled out", everyDefault, policy.Default()},
		{"two keys", "proposed_ban = \"warn\"\nspeed_mph = 30\n", warns},
		{"lines that end as on Windows", "proposed_ban = \"warn\"\r\nspeed_mph = 30\r\n", warns},
		{"one weight", "[weights]\nnear-family = 40\n", weights(func(w *policy.Weights) { w.NearFamily = 40 })},
		{"one weight, dotted", "weights.near-family = 40\n", weights(func(w *policy.Weights) { w.NearFamily = 40 })},
		{"one weight, inline", "weights = { near-family = 40 }\n", weights(func(w *policy.Weights) { w.NearFamily = 40 })},
		{"the least and the most weight", "[weights]\nschool = 0\nkind = 1000\n", weights(func(w *policy.Weights) { w.School, w.Kind = 0, policy.MaxWeight })},
	} {
		set, err := policy.Parse(c.text)
		require.NoError(t, err, c.why)
		require.Equal(t, c.want, *set.For("E08000035"), c.why)
	}
}

func TestAnAuthorityOverridesTheRestOfTheFile(t *testing.T) {
	set, err := policy.Parse(`
proposed_ban = "warn"
speed_mph = 25

[weights]
school = 30

[authority.E08000035]
speed_mph = 15

[authority.E08000035.weights]
near-family = 50

[authority.E08000032]
proposed_ban = "enforce"
`)
	require.NoError(t, err)
	leeds, bradford, york := set.For("E08000035"), set.For("E08000032"), set.For("E06000014")

	require.Equal(t, 15, leeds.SpeedMPH)
	require.Equal(t, 50, leeds.Weights.NearFamily)
	require.Equal(t, 30, leeds.Weights.School, "what Leeds leaves out is as for all")
	require.Equal(t, policy.Warn, leeds.ProposedBan)
	require.Equal(t, 12, leeds.Weights.Needs, "what the file leaves out is the default")

	require.Equal(t, policy.Enforce, bradford.ProposedBan)
	require.Equal(t, 25, bradford.SpeedMPH)
	require.Equal(t, 20, bradford.Weights.NearFamily, "Leeds speaks for Leeds alone")

	require.Equal(t, policy.Warn, york.ProposedBan)
	require.Equal(t, 25, york.SpeedMPH)
	require.Equal(t, york, set.For(""), "no authority")
}

func TestEverySettingIsReadFromItsKeyAndHasARange(t *testing.T) {
	defaults := policy.Default()
	for key, value := range settings(&defaults) {
		if value.Kind() != reflect.Int {
			continue
		}
		set, err := policy.Parse(fmt.Sprintf("%s = %d", key, value.Int()+1))
		require.NoError(t, err, key)
		want := policy.Default()
		settings(&want)[key].SetInt(value.Int() + 1)
		require.Equal(t, want, *set.For(""), key)

		for _, outside := range []int{-1, 1_000_000} {
			for _, prefix := range []string{"", "authority.E08000035."} {
				_, err := policy.Parse(fmt.Sprintf("\n%s%s = %d", prefix, key, outside))
				requireWrong(t, err, 2, prefix+key, fmt.Sprintf("%d is not between", outside))
			}
		}
	}
}

func TestTheEndsOfARangeAreWithinIt(t *testing.T) {
	for _, c := range []struct {
		key       string
		low, high int
	}{
		{"stale_after_days", 0, 366}, {"runs_out_days", 0, 3660}, {"residential_min_age", 0, 18},
		{"school_reach_primary", 1, 240}, {"school_reach_secondary", 1, 240},
		{"detour_percent", 100, 1000}, {"speed_mph", 1, 100},
		{"weights.school", 0, policy.MaxWeight}, {"weights.stability", 0, policy.MaxWeight},
	} {
		for value, good := range map[int]bool{c.low - 1: false, c.low: true, c.high: true, c.high + 1: false} {
			_, err := policy.Parse(fmt.Sprintf("%s = %d", c.key, value))
			require.Equal(t, good, err == nil, "%s = %d: %v", c.key, value, err)
		}
	}
}

// requireWrong checks what the error names.
func requireWrong(t *testing.T, err error, line int, key, why string) {
	t.Helper()
	var wrong *policy.InvalidError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, line, wrong.Line, "%v", err)
	require.Equal(t, key, wrong.Key, "%v", err)
	require.Contains(t, wrong.Why, why)
	require.Contains(t, err.Error(), key)
}

// weightless sets every weight to nought.
const weightless = "near-family = 0\nschool = 0\nsiblings = 0\nkind = 0\nin-area = 0\nneeds = 0\nidentity = 0\nwishes = 0\nstability = 0\n"

func TestAMistakeIsNamedWithItsLine(t *testing.T) {
	for _, c := range []struct {
		what, text string
		line       int
		key, why   string
	}{
		{"a key that is misspelt", "speed_mph = 20\nsped_mph = 20\n", 2, "sped_mph", "no such key"},
		{"an old hand's capital letters", "SPEED_MPH = 20\n", 1, "SPEED_MPH", "no such key"},
		{"a criterion that there is not", "[weights]\nschool = 1\n\nfriends = 3\n", 4, "weights.friends", "no such key"},
		{"a key in quotes", "[weights]\n\"near family\" = 3\n", 2, `weights."near family"`, "no such key"},
		{"a key that only looks like a dotted one", "\"weights.school\" = 3\n", 1, `"weights.school"`, "no such key"},
		{"a table that there is not", "\n[thresholds]\nfar = 20\n", 2, "thresholds", "no such key"},
		{"a weight in an inline table", "\nweights = { school = 1, friends = 2 }\n", 2, "weights.friends", "no such key"},
		{"law in force is no policy", "usual_fostering_limit = 4\n", 1, "usual_fostering_limit", "no such key"},
		{"an authority's own misspelling", "[authority.E08000035]\nspeed_mph = 20\nsped_mph = 20\n", 3, "authority.E08000035.sped_mph", "no such key"},
		{"authorities within authorities", "[authority.E08000035.authority.E08000032]\nspeed_mph = 20\n", 1, "authority.E08000035.authority.E08000032", "no such key"},
		{"a key without a name", "\n\"\" = 1\n", 0, `""`, "no such key"},

		{"a word for a number", "speed_mph = \"fast\"\n", 1, "speed_mph", "whole number"},
		{"half a mile an hour", "\nspeed_mph = 20.5\n", 2, "speed_mph", "whole number"},
		{"a number for a word", "proposed_ban = 1\n", 1, "proposed_ban", "word in quotes"},
		{"a number for a table", "weights = 3\n", 1, "weights", "a table"},
		{"a table for a number", "[speed_mph]\n", 1, "speed_mph", "whole number"},
		{"several tables for one", "[[weights]]\nschool = 3\n", 1, "weights", "a table"},
		{"a number for the authorities", "authority = 3\n", 1, "authority", "a table"},
		{"a number for an authority", "[authority]\nE08000035 = 3\n", 2, "authority.E08000035", "a table"},
		{"a word for an authority's weight", "[authority.E08000035.weights]\nschool = \"most\"\n", 2, "authority.E08000035.weights.school", "whole number"},

		{"a ban that is neither", "\nproposed_ban = \"maybe\" # to be agreed\n", 2, "proposed_ban", `"maybe" is neither "enforce" nor "warn"`},
		{"an empty ban", "proposed_ban = \"\"\n", 1, "proposed_ban", "neither"},
		{"an authority's ban that is neither", "[authority.E08000035]\nproposed_ban = \"no\"\n", 2, "authority.E08000035.proposed_ban", "neither"},
		{"a weight over the most", "[ weights ]\n  school = 1001\n", 2, "weights.school", "1001 is not between 0 and 1000"},
		{"a dotted weight over the most", "weights.school = 1001\n", 1, "weights.school", "1001 is not between 0 and 1000"},
		{"an inline weight over the most", "\nweights = { school = 1001 }\n", 2, "weights.school", "1001 is not between 0 and 1000"},
		{"an authority in quotes", "[authority.\"E08000035\"]\nspeed_mph = 0\n", 2, "authority.E08000035.speed_mph", "0 is not between 1 and 100"},
		{"the general value is named, not the authority's", "speed_mph = 0\n[authority.E08000035]\nspeed_mph = 20\n", 1, "speed_mph", "0 is not between 1 and 100"},
		{"the authority's is named, not the general value", "speed_mph = 20\n[authority.E08000035]\nspeed_mph = 0\n", 3, "authority.E08000035.speed_mph", "0 is not between 1 and 100"},
		{"the first authority in order of code", "[authority.E08000035]\nspeed_mph = 0\n[authority.E08000032]\nspeed_mph = 0\n", 4, "authority.E08000032.speed_mph", "0 is not between 1 and 100"},
		{"a file with a byte-order mark", "\ufeffspeed_mph = 0\n", 1, "speed_mph", "0 is not between 1 and 100"},

		{"an authority by its name", "\n[authority.Leeds]\nspeed_mph = 20\n", 2, "authority.Leeds", "GSS code"},
		{"an authority by its name, with weights alone", "\n[authority.Leeds.weights]\nschool = 20\n", 2, "authority.Leeds", "GSS code"},
		{"a digit too few", "[authority.E0800003]\nspeed_mph = 20\n", 1, "authority.E0800003", "GSS code"},
		{"a Welsh council", "[authority.W06000023]\nspeed_mph = 20\n", 1, "authority.W06000023", "GSS code"},
		{"nothing weighs anything", "\n[weights]\n" + weightless, 2, "weights", "every weight is 0"},
		{"nothing weighs anything in one authority", "[authority.E08000035.weights]\n" + weightless, 1, "authority.E08000035.weights", "every weight is 0"},

		{"a rule by its number", "\nguidance_off = [\"pets\", 3]\n", 2, "guidance_off", "should be a list of words in quotes"},
		{"an authority's rule by its number", "[authority.E08000035]\nguidance_off = [3]\n", 2, "authority.E08000035.guidance_off", "should be a list of words in quotes"},
		{"a mistake below a very long line", "# " + strings.Repeat("x", 1<<16) + "\nspeed_mph = 0\n", 2, "speed_mph", "0 is not between 1 and 100"},

		{"a value forgotten", "speed_mph = 20\n\ndetour_percent =\n", 3, "detour_percent", "expected value"},
		{"a key set twice", "speed_mph = 20\nspeed_mph = 21\n", 2, "speed_mph", "already been defined"},
		{"a number beyond all bounds", "[weights]\nschool = 99999999999999999999\n", 2, "weights.school", "out of range"},
		{"quotes not closed", "\n\nproposed_ban = \"warn\n", 3, "proposed_ban", "newline"},
	} {
		t.Run(c.what, func(t *testing.T) {
			set, err := policy.Parse(c.text)
			requireWrong(t, err, c.line, c.key, c.why)
			require.Nil(t, set)
		})
	}
}

func TestTheFirstMistakeOfAFileIsTheOneNamed(t *testing.T) {
	const text = "speed_mph = \"a\"\ndetour_percent = \"b\"\nnope = 1\nSPEED_MPH = 3\n"
	for range 50 { // a decoder that walks a map would name another now and then
		_, err := policy.Parse(text)
		requireWrong(t, err, 1, "speed_mph", "whole number")
	}
}

func TestAnErrorReadsAsASentence(t *testing.T) {
	for _, c := range []struct {
		err  policy.InvalidError
		want string
	}{
		{policy.InvalidError{Line: 3, Key: "speed_mph", Why: "0 is not between 1 and 100"}, "policy, line 3: speed_mph: 0 is not between 1 and 100"},
		{policy.InvalidError{Line: 3, Why: "unexpected end"}, "policy, line 3: unexpected end"},
		{policy.InvalidError{Key: `"a#b"`, Why: "there is no such key"}, `policy: "a#b": there is no such key`},
	} {
		require.EqualError(t, &c.err, c.want)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", everyDefault, "weights = { school = 1 }", "[authority.E08000035.weights]\nschool = 3", "[authority]\nX = 3", "authority = 3",
		"[[weights]]\nschool=3", "\"\" = 1", "[authority.\"\"]\nspeed_mph = 1", "authority.\"a.b\".weights.\"c#d\" = 2", "\ufeffspeed_mph = 0",
		"proposed_ban = '''\nwarn'''", "Weights.School = 2", "speed_mph = 0x10", "speed_mph = 1_0", "a = [", "x = 2020-01-01",
	} {
		f.Add(seed, "E08000035")
	}
	f.Fuzz(func(t *testing.T, text, authority string) {
		set, err := policy.Parse(text)
		if err != nil {
			var wrong *policy.InvalidError
			require.True(t, errors.As(err, &wrong), "%T", err)
			require.NotEmpty(t, wrong.Why)
			require.GreaterOrEqual(t, wrong.Line, 0)
			return
		}
		again, err := policy.Parse(text)
		require.NoError(t, err)
		p := set.For(authority)
		require.Equal(t, p, again.For(authority), "the same file, the same policy")
		require.Contains(t, []policy.Ban{policy.Enforce, policy.Warn}, p.ProposedBan)
		for key, v := range settings(p) {
			require.NotZero(t, p.Weights, "something weighs")
			if v.Kind() == reflect.Int {
				require.True(t, 0 <= v.Int() && v.Int() <= 1000, "%s = %d", key, v.Int())
			}
		}
	})
}

func TestWhoHasSetSomethingOfTheirOwn(t *testing.T) {
	require.Empty(t, policy.Defaults().Authorities())
	require.Len(t, policy.Defaults().All(), 1)
	set, err := policy.Parse("stale_after_days = 3\n[authority.E08000035]\nstale_after_days = 9\n[authority.E08000032]\ndetour_percent = 140\n")
	require.NoError(t, err)
	require.Equal(t, []string{"E08000032", "E08000035"}, set.Authorities())
	var days []int
	for _, p := range set.All() {
		days = append(days, p.StaleAfterDays)
	}
	require.Equal(t, []int{3, 3, 9}, days, "the general one comes first")
}
