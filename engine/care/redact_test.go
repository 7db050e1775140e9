package care

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnIDIsAWordOfItsOwn(t *testing.T) {
	for _, text := range []string{"C-1", "C-1 there", "known risk from C-1: fire-setting", "C-1's plan", "(C-1)", "C-104 and C-1", "C-1-2, C-1", "xC-1 C-1", "C-1,C-2",
		"C-1/C-2 fought", "C-2/C-1 fought", "C-2-C-1", "C-1-C-2", "C-1-related", "non-C-1", "C-1_as told", "C-1-", "C-1—", "é-C-1", "C-1/2", "C-1-2/C-1"} {
		require.True(t, namesIn(text, "C-1"), text)
	}
	for _, text := range []string{"", "C-104", "C-1-2", "xC-1", "ABC-1", "C-", "C-10 C-11", "C-1_2 C-1-2/C-1-3", "C-1٢", "éC-1"} {
		require.False(t, namesIn(text, "C-1"), text)
	}
	for _, text := range []string{"104", "104/105 fought", "105/104 fought", "(104)", "104-related", "with 104, 105"} {
		require.True(t, namesIn(text, "104"), text)
	}
	for _, text := range []string{"H-104", "H_104", "2015-104", "104-2", "2104", "1045", "104th"} {
		require.False(t, namesIn(text, "104"), text)
	}
	require.True(t, namesIn(`"Abe" B. fought`, `"Abe" B.`))
	require.True(t, namesIn("aab ab", "ab"))
	require.True(t, namesIn("Zoë and Abe", "Zoë"))
	require.False(t, namesIn("anything", ""))
}

func TestStringsThatNameAChildAreReplacedAndNothingElse(t *testing.T) {
	for text, want := range map[string]string{
		`{"says":"known risk from C-1 (fire)","n":1.50,"ids":["C-104","H-1"]}`: `{"says":"` + Redacted + `","n":1.50,"ids":["C-104","H-1"]}`,
		`["C-1", "C-10"]`:    `["` + Redacted + `", "C-10"]`,
		`"a \"C-1\" b"`:      `"` + Redacted + `"`,
		`"a \\", "C-1"`:      `"a \\", "` + Redacted + `"`,
		`"\u0043-1"`:         `"` + Redacted + `"`,
		`["C-1/C-2 fought"]`: `["` + Redacted + `"]`,
		`"`:                  `"`,
		`{"a":1}`:            `{"a":1}`,
		`"never closed C-1`:  `"never closed C-1`,
		"":                   "",
	} {
		require.Equal(t, want, string(redactJSON([]byte(text), "C-1")), text)
	}
}

func TestADecisionAboutOthersForgetsWhoLivedThere(t *testing.T) {
	result := []byte(`{"candidates":[{"home":"H-1","findings":[{"rule":"risk-to-others","says":"known risk from C-1: fire-setting"}]},{"home":"H-2"}]}`)
	d := Decision{
		ID: "D-1", Asked: Asked{Children: []ID{"C-2"}}, Result: Pack(result), Findings: Pack([]byte(`["nothing"]`)), Why: "C-1 and C-2 are friends",
		Breaches: []Breach{{Rule: "kept-apart", Says: "must be kept apart from C-1"}, {Rule: "free-place", Says: "no bed"}},
	}
	before := d
	for child, want := range map[ID]bool{"C-1": true, "C-2": true, "C-3": false} {
		speaks, err := d.SpeaksOf(child)
		require.NoError(t, err)
		require.Equal(t, want, speaks, child)
	}
	require.NoError(t, d.Redact("C-1"))
	speaks, err := d.SpeaksOf("C-1")
	require.NoError(t, err)
	require.False(t, speaks)
	text, err := d.Result.Unpack()
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	require.NotContains(t, string(text), "fire-setting")
	require.Contains(t, string(text), `"home":"H-2"`)
	require.Equal(t, before.Findings, d.Findings)
	require.Equal(t, []Breach{{Rule: "kept-apart", Says: Redacted}, {Rule: "free-place", Says: "no bed"}}, d.Breaches)
	require.Equal(t, Redacted, d.Why)
	require.Equal(t, "must be kept apart from C-1", before.Breaches[0].Says, "a copy stays what it was")
}

func TestAnIDWithAQuotationMarkIsFoundInWhatWasEscaped(t *testing.T) {
	for _, id := range []ID{`C-"104"`, `A&B`, `C\104`} {
		text, err := json.Marshal(map[string]string{"says": "known risk from " + string(id) + ": fire-setting"})
		require.NoError(t, err)
		d := Decision{Result: Pack([]byte(`{}`)), Findings: Pack(text)}
		speaks, err := d.SpeaksOf(id)
		require.NoError(t, err)
		require.True(t, speaks, id)
		require.NoError(t, d.Redact(id))
		text, err = d.Findings.Unpack()
		require.NoError(t, err)
		require.Equal(t, `{"says":"`+Redacted+`"}`, string(text))
	}
}

// Where ids are plain numbers, the days and the other ids of a decision stay: without
// them it could not be read any more.
func TestANumberForAnIDTakesNoInstantAndNoOtherID(t *testing.T) {
	text := `{"at":"2026-11-22T16:30:22Z","on":"2026-11-22","home":"H-22","placement":"P-22-22","says":"near 22 and C-22"}`
	want := `{"at":"2026-11-22T16:30:22Z","on":"2026-11-22","home":"H-22","placement":"P-22-22","says":"` + Redacted + `"}`
	require.Equal(t, want, string(redactJSON([]byte(text), "22")))
	require.Equal(t, text, string(redactJSON([]byte(text), "30")), "half past is nobody")
}

func TestASignOffForgetsWhomItsReferenceNamed(t *testing.T) {
	given := SignOff{Rule: "out-of-area", Name: "N. Head", Role: "nominated officer", Ref: "minutes on C-1/C-2"}
	d := Decision{Asked: Asked{Children: []ID{"C-3"}}, SignOffs: []SignOff{given, {Rule: "pets", Name: "aunt of C-1", Role: "IRO", Ref: "R-1"}}}
	before := d
	speaks, err := d.SpeaksOf("C-1")
	require.NoError(t, err)
	require.True(t, speaks)
	require.NoError(t, d.Redact("C-1"))
	require.Equal(t, []SignOff{{Rule: "out-of-area", Name: "N. Head", Role: "nominated officer", Ref: Redacted}, {Rule: "pets", Name: Redacted, Role: "IRO", Ref: "R-1"}}, d.SignOffs)
	require.Equal(t, given, before.SignOffs[0], "a copy stays what it was")
	speaks, err = d.SpeaksOf("C-1")
	require.NoError(t, err)
	require.False(t, speaks)
}

func TestADecisionWhoseTextIsDamagedIsNotPassedOver(t *testing.T) {
	d := Decision{Result: Packed("?")}
	_, err := d.SpeaksOf("C-1")
	require.Error(t, err)
	require.Error(t, d.Redact("C-1"))
}

func FuzzRedactJSON(f *testing.F) {
	f.Add([]byte(`{"says":"known risk from C-1","n":[1,2,"C-10"]}`))
	f.Add([]byte(`"\\\"C-1`))
	f.Fuzz(func(t *testing.T, text []byte) {
		out := redactJSON(text, "C-1")
		if !json.Valid(text) {
			return
		}
		require.True(t, json.Valid(out))
		require.Equal(t, string(out), string(redactJSON(out, "C-1")), "once is enough")
	})
}
