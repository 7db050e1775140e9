package care_test

import (
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func aFact() *care.Decision {
	night := time.Date(2026, time.November, 22, 2, 30, 0, 0, time.UTC)
	return &care.Decision{
		ID: "D-17", Kind: care.FactDecision, By: "A. Officer", At: night.Add(12 * time.Hour), MovedAt: night,
		Asked: care.Asked{Children: []care.ID{"C-1"}, On: care.Date(2026, time.November, 22), At: night.Add(12 * time.Hour), Within: 2.5, Kinds: []care.Kind{care.Foster}},
		Rules: []care.RuleState{{ID: "adult", State: "in force"}}, Excluded: care.Excluded{Counts: []care.RuleCount{{Rule: "adult", N: 3}}, SHA256: []byte{1}},
		Chosen: []care.Chosen{{Home: "H-1", Children: []care.ID{"C-1"}, Placements: []care.ID{"P-17-1"}, Tier: 3, Stayed: []care.ID{"C-2"}}},
		Breaches: []care.Breach{
			{Rule: "out-of-area", Verdict: "sign-off", Home: "H-1", Child: "C-1", Role: "nominated officer", Says: "in Bradford"},
			{Rule: "free-place", Verdict: "barred", Home: "H-1", Says: "no bed"},
		},
	}
}

func TestASignOffIsLateFromTheMomentTheChildrenMoved(t *testing.T) {
	d := aFact()
	for given, late := range map[time.Duration]time.Duration{-time.Hour: 0, 0: 0, time.Second: time.Second, 26 * time.Hour: 26 * time.Hour} {
		require.Equal(t, late, d.Late(&care.SignOff{At: d.MovedAt.Add(given)}), given)
	}
	d.MovedAt = time.Time{}
	require.Equal(t, d.At, d.Moved(), "on the day itself: when it was recorded")
	d.At = d.At.AddDate(0, 0, 3)
	require.Equal(t, care.StartOf(d.Asked.On+1), d.Moved(), "where only the day is known: its end")
	d.MovedAt, d.At = d.Asked.At, d.Asked.At.Add(-time.Minute)
	require.Equal(t, d.At, d.Moved(), "never later than the recording")
}

func TestABreachIsAnsweredByTheRoleThatShouldHaveSignedOff(t *testing.T) {
	d := aFact()
	require.Equal(t, d.Breaches, d.Outstanding())
	given := care.SignOff{Rule: "out-of-area", Name: "N. Head", Role: "Nominated Officer", At: d.At}
	other := given
	other.Role = "director of children's services"
	d.SignOffs = []care.SignOff{other, {Rule: "free-place", Name: "N. Head"}}
	require.Equal(t, d.Breaches, d.Outstanding(), "another role, and a bar, which nobody signs off")
	d.SignOffs = append(d.SignOffs, given)
	require.Equal(t, d.Breaches[1:], d.Outstanding())
	answer, answered := d.Answer(&d.Breaches[0])
	require.True(t, answered)
	require.Equal(t, given, answer)
}

// Records of today have to be read in seventy-five years: a field keeps its number.
func TestADecisionIsReadBackAsItWasWritten(t *testing.T) {
	opts := cbor.CoreDetEncOptions()
	opts.Time = cbor.TimeRFC3339NanoUTC
	mode, err := opts.EncMode()
	require.NoError(t, err)
	d := aFact()
	d.Result, d.Findings, d.Why, d.Rank = care.Pack([]byte("{}")), care.Pack([]byte("[]")), "near", 2
	d.SignOffs = []care.SignOff{{Rule: "out-of-area", Name: "N. Head", Role: "nominated officer", At: d.At, Ref: "R"}}
	d.Acceptances = []care.Acceptance{{Home: "H-1", Hold: "HOLD-3", By: "D", At: d.At}}
	text, err := mode.Marshal(d)
	require.NoError(t, err)
	var again care.Decision
	require.NoError(t, cbor.Unmarshal(text, &again))
	require.Equal(t, d, &again)
	var numbered map[int]any
	require.NoError(t, cbor.Unmarshal(text, &numbered))
	for number, want := range map[int]any{1: "D-17", 2: "fact", 12: "A. Officer", 15: "near", 20: uint64(2)} {
		require.Equal(t, want, numbered[number])
	}
}

func TestOfTheChildrenOfAHomeThoseMovedWhoDidNotLiveThere(t *testing.T) {
	c := care.Chosen{Home: "H-1", Children: []care.ID{"C-1", "C-2", "C-3"}}
	require.Equal(t, c.Children, c.Moved())
	c.Stayed = []care.ID{"C-2"}
	require.Equal(t, []care.ID{"C-1", "C-3"}, c.Moved())
	c.Stayed = c.Children
	require.Empty(t, c.Moved())
}
