package policy_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/policy"
)

func TestAnAuthorityThatHasSetNothingHasTheDefaults(t *testing.T) {
	p := policy.Default()
	require.Equal(t, policy.Policy{
		ProposedBan: policy.Enforce, StaleAfterDays: 7, RunsOutDays: 182, ResidentialMinAge: 10, SchoolReachPrimary: 45, SchoolReachSecondary: 75, Detour: 130, SpeedMPH: 20,
		Weights: policy.Weights{NearFamily: 20, School: 18, Siblings: 15, Kind: 15, InArea: 5, Needs: 12, Identity: 5, Wishes: 8, Stability: 7},
	}, p)
	require.Equal(t, &p, policy.Defaults().For("E08000035"))
	require.Equal(t, &p, policy.Defaults().For(""))
}

func TestAUniformSetIsTheSameForEveryAuthority(t *testing.T) {
	p := policy.Default()
	p.SpeedMPH = 31
	set := policy.Uniform(p)
	for _, code := range []string{"E08000035", "E06000014", ""} {
		require.Equal(t, 31, set.For(code).SpeedMPH, code)
	}
}

func TestAPolicyHandedOutIsACopy(t *testing.T) {
	set, err := policy.Parse("[authority.E08000035]\nspeed_mph = 31\n")
	require.NoError(t, err)
	for _, code := range []string{"E08000035", "E08000032"} {
		before := *set.For(code)
		set.For(code).SpeedMPH = 99
		require.Equal(t, before, *set.For(code), code)
	}
}

func TestTheJourneyToSchoolIsEstimatedFromTheStraightDistance(t *testing.T) {
	p := policy.Default()
	for _, c := range []struct {
		why            string
		miles, minutes float64
	}{
		{"next door", 0, 0},
		{"five straight miles are six and a half by road, at 20 miles an hour", 5, 19.5},
		{"the edge of primary reach", 45 * 20.0 / 60 / 1.3, 45},
		{"the edge of secondary reach", 75 * 20.0 / 60 / 1.3, 75},
	} {
		require.InDelta(t, c.minutes, p.JourneyMinutes(c.miles), 1e-9, c.why)
	}
	p.Detour, p.SpeedMPH = 200, 40
	require.InDelta(t, 15, p.JourneyMinutes(5), 1e-9, "twice the distance at 40 miles an hour")
}

// settings lists every value of a policy by the key it has in a file.
func settings(p *policy.Policy) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	var walk func(prefix string, v reflect.Value)
	walk = func(prefix string, v reflect.Value) {
		for i := range v.NumField() {
			key := prefix + v.Type().Field(i).Tag.Get("toml")
			if v.Field(i).Kind() == reflect.Struct {
				walk(key+".", v.Field(i))
				continue
			}
			all[key] = v.Field(i)
		}
	}
	walk("", reflect.ValueOf(p).Elem())
	return all
}

// goldenDefault identifies the defaults. It is kept with every decision, so it
// may change only when a default or a key does.
const goldenDefault = "sha256:ddc9f70362374c2130a80b215ec4d2748ac1dc9debf1eee28ded95b38725fda0"

func TestTheHashOfTheDefaultsIsTheOneThatDecisionsRecord(t *testing.T) {
	p := policy.Default()
	require.Equal(t, goldenDefault, policy.Hash(&p))
	require.Equal(t, goldenDefault, policy.Hash(policy.Defaults().For("E08000035")))
	spelledOut, err := policy.Parse(everyDefault)
	require.NoError(t, err)
	require.Equal(t, goldenDefault, policy.Hash(spelledOut.For("")), "it is what a policy sets that counts, not how")
}

func TestTheHashChangesWithEverySetting(t *testing.T) {
	base := policy.Default()
	seen := map[string]string{policy.Hash(&base): "the defaults"}
	keys := settings(&base)
	require.Len(t, keys, 18)
	for key := range keys {
		p := policy.Default()
		switch v := settings(&p)[key]; v.Kind() {
		case reflect.String:
			v.SetString(string(policy.Warn))
		case reflect.Slice:
			v.Set(reflect.ValueOf([]string{"pets"}))
		default:
			v.SetInt(v.Int() + 1)
		}
		hash := policy.Hash(&p)
		require.NotContains(t, seen, hash, "%s has the hash of %s", key, seen[hash])
		seen[hash] = key
	}
}

func TestTheHashOfSeveralPoliciesTellsTheirOrderAndNumber(t *testing.T) {
	a, b := policy.Default(), policy.Default()
	b.Weights.School++
	hashes := map[string]bool{policy.Hash(&a): true, policy.Hash(&b): true, policy.Hash(&a, &b): true, policy.Hash(&b, &a): true, policy.Hash(&a, &a): true, policy.Hash(): true}
	require.Len(t, hashes, 6)
	for hash := range hashes {
		require.True(t, strings.HasPrefix(hash, "sha256:") && len(hash) == len("sha256:")+64, hash)
	}
}
