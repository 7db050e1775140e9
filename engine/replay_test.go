package engine_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

func replayed(t testing.TB, eng *engine.Engine, id care.ID) *engine.Replay {
	t.Helper()
	r, err := eng.Replay(t.Context(), id)
	require.NoError(t, err)
	return r
}

// Years later everything is otherwise: homes have closed and moved, children have
// come and gone, holds have run out, the authority has another policy. What was
// decided then is found again to the byte.
func TestWhateverComesLaterADecisionReplaysIdentically(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		holdOn(t, eng, bedsFor("H-ASH", "C-BEN"))
		placed := place(t, eng, placing("H-ROSE", "C-AMY"))
		require.True(t, replayed(t, eng, placed.ID).Identical)

		ownerOf(t, eng, "PR5", "H-ROSE", "H-OAK")
		bring(t, eng, engine.Homes, homesHeader+homeRow("H-ASH", "foster", leeds, "53.9", "-1.4", "1", "3-4", "M", approved, "none", "none")+
			homeRow("H-NEW", "foster", leeds, "53.824119", "-1.581127", "4", "0-17", "", approved, "none", "dog"))
		bring(t, eng, engine.Children, childrenHeader+childRow("C-AMY", "2014-03-09", "F", bradford, "", "Anywhere.", "none"))
		place(t, eng, reasoned(engine.PlaceRequest{Home: "H-NEW", Children: []care.ID{"C-BEN", "C-CAT"}, On: today, At: three().AddDate(0, 0, 0), By: "B. Officer"}))
		_, err := eng.End(t.Context(), engine.EndRequest{Child: "C-AMY", On: today + 1, By: "B. Officer", At: three().AddDate(0, 0, 1)})
		require.NoError(t, err)
		other := policy.Default()
		other.Weights.School, other.SpeedMPH = 900, 9
		for _, e := range []*engine.Engine{eng, engine.UnderPolicy(eng, engine.WithPolicy(policy.Uniform(other)))} {
			r := replayed(t, e, placed.ID)
			require.Empty(t, r.Difference)
			require.True(t, r.Identical)
			require.True(t, r.SameRulebook)
			require.Equal(t, placed.Judged, r.Judged)
		}
		for d, err := range eng.Decisions(t.Context()) {
			require.NoError(t, err)
			require.True(t, replayed(t, eng, d.ID).Identical, d.ID)
		}
	})
}

// Each authority's policy is kept with the decision that was made under it.
func TestADecisionKeepsThePolicyItWasMadeUnder(t *testing.T) {
	strict := policy.Default()
	strict.Weights.NearFamily, strict.GuidanceOff = 0, []string{"smoking"}
	base := engine.InMemory()
	defer base.Close()
	settle(t, base)
	eng := engine.UnderPolicy(base, engine.WithPolicy(policy.Uniform(strict)))
	placed := place(t, eng, reasoned(placing("H-ROSE", "C-AMY")))
	plain := place(t, base, reasoned(placing("H-ASH", "C-FIN")))
	require.NotEqual(t, placed.Policies, plain.Policies)
	require.True(t, replayed(t, base, placed.ID).Identical)
	require.True(t, replayed(t, eng, plain.ID).Identical)
}

func TestARecordThatWasTamperedWithDoesNotReplay(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	placed := place(t, eng, placing("H-ROSE", "C-AMY"))
	result, err := placed.Result.Unpack()
	require.NoError(t, err)
	swap := func(text []byte, was, is string) care.Packed {
		require.Contains(t, string(text), was)
		return care.Pack(bytes.Replace(text, []byte(was), []byte(is), 1))
	}
	for want, spoil := range map[string]func(*care.Decision){
		`candidates[0].home: recorded "H-RISE", now "H-ROSE"`: func(d *care.Decision) { d.Result = swap(result, `"home":"H-ROSE"`, `"home":"H-RISE"`) },
		"the same values, written in another way":             func(d *care.Decision) { d.Result = care.Pack(append(result, '\n')) },
		"chosen[0].tier: recorded 1":                          func(d *care.Decision) { d.Findings = swap(unpacked(t, d.Findings), `"tier":3`, `"tier":1`) },
		"excluded":                                            func(d *care.Decision) { d.Excluded.SHA256 = make([]byte, 32) },
		"rank: recorded 2, now 1":                             func(d *care.Decision) { d.Rank = 2 },
		"tier of H-ROSE: recorded 1, now 3":                   func(d *care.Decision) { d.Chosen[0].Tier = 1 },
		"candidates[0].children[0].score":                     func(d *care.Decision) { d.Judged-- },
		"chosen[0]":                                           func(d *care.Decision) { d.Chosen[0].Home = "H-ASH" },
	} {
		require.NoError(t, engine.TamperDecision(t.Context(), eng, placed.ID, spoil))
		r := replayed(t, eng, placed.ID)
		require.False(t, r.Identical, want)
		require.Contains(t, r.Difference, want)
		require.NoError(t, engine.TamperDecision(t.Context(), eng, placed.ID, func(d *care.Decision) { *d = *placed.Decision }))
		require.True(t, replayed(t, eng, placed.ID).Identical)
	}
}

func unpacked(t testing.TB, p care.Packed) []byte {
	t.Helper()
	text, err := p.Unpack()
	require.NoError(t, err)
	return text
}

func TestWhatCannotBeReplayedSaysWhy(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	placed := place(t, eng, placing("H-ROSE", "C-AMY"))
	_, err := eng.Replay(t.Context(), "D-0")
	require.ErrorIs(t, err, engine.ErrUnknown)
	require.ErrorContains(t, err, "did you mean "+string(placed.ID))
	for why, spoil := range map[string]func(*care.Decision){
		"packed text is damaged": func(d *care.Decision) { d.Result = d.Result[:len(d.Result)/2] },
		"not found":              func(d *care.Decision) { d.Policies = "sha256:none" },
		"is not in the store":    func(d *care.Decision) { d.Asked.Children = []care.ID{"C-GONE"} },
		"journal":                func(d *care.Decision) { d.Judged = 99 },
		"speaks for days":        func(d *care.Decision) { d.Asked.On = 5 },
	} {
		require.NoError(t, engine.TamperDecision(t.Context(), eng, placed.ID, spoil))
		_, err := eng.Replay(t.Context(), placed.ID)
		require.ErrorContains(t, err, why)
		require.NoError(t, engine.TamperDecision(t.Context(), eng, placed.ID, func(d *care.Decision) { *d = *placed.Decision }))
	}
	require.NoError(t, engine.TamperPolicies(t.Context(), eng, placed.Policies, []byte("speed_mph = 9\n")))
	_, err = eng.Replay(t.Context(), placed.ID)
	require.ErrorIs(t, err, engine.ErrDamaged)
}

// Another rulebook than the one recorded is said to be another, whether or not
// anything comes of it.
func TestAnotherRulebookIsNamed(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	placed := place(t, eng, placing("H-ROSE", "C-AMY"))
	require.NoError(t, engine.TamperDecision(t.Context(), eng, placed.ID, func(d *care.Decision) { d.Rulebook = "sha256:older" }))
	r := replayed(t, eng, placed.ID)
	require.True(t, r.Identical)
	require.False(t, r.SameRulebook)
	require.Equal(t, "sha256:older", r.Recorded)
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", r.Running)
}

// In a store of a million homes the list of those passed over does not fit; its
// hash is kept, and a replay gives it.
func TestAListOfExclusionsThatDoesNotFitIsKeptAsItsHash(t *testing.T) {
	defer engine.KeepExcluded(0)()
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	placed := place(t, eng, placing("H-ROSE", "C-AMY"))
	require.Empty(t, placed.Excluded.List)
	require.NotEmpty(t, placed.Excluded.Counts)
	require.Len(t, placed.Excluded.SHA256, 32)
	require.True(t, replayed(t, eng, placed.ID).Identical)
}
