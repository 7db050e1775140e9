package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// enteredChild is a child after a referral, of whom the rest is not known.
func enteredChild(t *testing.T, c care.Child, referral string) (care.Child, []string) {
	t.Helper()
	if c.ID == "" {
		c.ID, c.DOB, c.Authority = "1", care.Date(2014, 3, 9), leeds
	}
	r := oneReferral(t, `{"childId": 1, `+referral+`}`)
	var odd []string
	r.Enter(&c, func(says string) { odd = append(odd, says) })
	require.NoError(t, c.Validate())
	again := c
	require.False(t, r.Enter(&again, func(string) {}), "again, it changes nothing")
	require.Equal(t, c, again)
	return c, odd
}

const (
	sixRisks = `"riskSelfHarm": "No known risk", "riskSexualExploitation": "No known risk", "riskCriminalExploitation": "No known risk", "riskDrugAlcohol": "No known risk",
 "riskEatingDisorder": "No known risk", "riskMissing": "No known risk"`
)

func TestARiskAnswersForItselfAlone(t *testing.T) {
	known := func(risks ...string) care.Child {
		return care.Child{ID: "1", DOB: 735_500, Authority: leeds, RisksToChild: append(care.List{}, risks...)}
	}
	for _, c := range []struct {
		name, says string
		before     care.Child
		want, open care.List
	}{
		{"present, and the others stay", `"riskDrugAlcohol": "Risk Present"`, known("missing", "self-harm"), care.List{"missing", "self-harm", "drugs"}, nil},
		{"present already", `"riskMissing": "Risk Present"`, known("missing"), care.List{"missing"}, nil},
		{"no longer", `"riskMissing": "No known risk"`, known("missing", "drugs"), care.List{"drugs"}, nil},
		{"the last one, no longer", `"riskMissing": "No known risk"`, known("missing"), care.List{}, nil},
		{"every risk asked about", sixRisks, care.Child{}, care.List{}, nil},
		{"one asked about: the others are as open as before", `"riskMissing": "No known risk"`, care.Child{}, nil,
			care.List{"self-harm", "sexual-exploitation", "criminal-exploitation", "drugs", "eating-disorder"}},
		{"one present: the others are open", `"riskMissing": "Risk Present"`, care.Child{}, care.List{"missing"},
			care.List{"self-harm", "sexual-exploitation", "criminal-exploitation", "drugs", "eating-disorder"}},
		{"none said", `"riskOther": "fog"`, care.Child{}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := enteredChild(t, c.before, c.says)
			require.Equal(t, c.want, got.RisksToChild)
			require.Equal(t, c.open, got.Referral.OpenToChild)
		})
	}
	first, _ := enteredChild(t, care.Child{}, `"riskMissing": "No known risk"`)
	then, _ := enteredChild(t, first, strings.Replace(sixRisks, `, "riskMissing": "No known risk"`, "", 1))
	require.Equal(t, care.List{}, then.RisksToChild, "now every risk has an answer")
	require.Nil(t, then.Referral.OpenToChild)
	risen, _ := enteredChild(t, first, `"riskSelfHarm": "Risk Present"`)
	fallen, _ := enteredChild(t, risen, `"riskSelfHarm": "No known risk"`)
	require.Nil(t, fallen.RisksToChild, "the others are still open")
	r := ReferralOf(&risen)
	require.Equal(t, []string{"No known risk"}, r.Says("riskMissing"))
	require.Nil(t, r.Says("riskDrugAlcohol"))
}

func TestWhatIsNotKnownChangesNothingAndIsNeverAYes(t *testing.T) {
	full := care.Child{ID: "1", DOB: 735_500, Authority: leeds, Pets: care.PetsNo, Communication: care.List{"bsl"}, SuitFoster: care.Unsuitable,
		Adaptation: care.List{"ramp"}, LibertyOrder: care.Yes}
	unknown := `"pets": "Not Known", "communicationNeeds": "Not Specified", "culturalNeeds": "Not Known", "fosterCareSuitability": "Not specified",
 "homeAdaptation": "not known", "deprivationOfLiberty": null, "preferredLocation": ""`
	got, _ := enteredChild(t, full, unknown)
	require.Equal(t, full, got)
	blank := care.Child{ID: "1", DOB: 735_500, Authority: leeds}
	got, _ = enteredChild(t, blank, unknown)
	require.Equal(t, blank, got)
}

func TestAnAdaptationThatNobodyNamesIsAskedFor(t *testing.T) {
	with := func(adaptations care.List) care.Child {
		return care.Child{ID: "1", DOB: 735_500, Authority: leeds, Adaptation: adaptations}
	}
	for _, c := range []struct {
		name, says string
		before     care.List
		want       care.List
		kept       care.Answer
		odd        string
	}{
		{"needed, and nothing recorded", "true", nil, care.List{"not-named"}, care.Unknown, ""},
		{"needed, and recorded as none", "true", care.List{}, care.List{"not-named"}, care.Unknown, "homeAdaptation is true, and none was recorded"},
		{"needed, and named", "true", care.List{"ramp"}, care.List{"ramp"}, care.Unknown, ""},
		{"not needed", "false", nil, care.List{}, care.Unknown, ""},
		{"not needed any more", "false", care.List{"not-named"}, care.List{}, care.Unknown, ""},
		{"not needed, and named: what is recorded stays", "false", care.List{"ramp"}, care.List{"ramp"}, care.No, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, odd := enteredChild(t, with(c.before), `"homeAdaptation": `+c.says)
			require.Equal(t, c.want, got.Adaptation)
			require.Equal(t, c.kept, got.Referral.HomeAdaptation)
			require.Contains(t, strings.Join(odd, "\n"), c.odd)
			require.Equal(t, c.odd == "", len(odd) == 0)
			out := ReferralOf(&got)
			require.Equal(t, []string{c.says}, out.Says("homeAdaptation"))
		})
	}
	back, _ := enteredChild(t, care.Child{ID: "1", DOB: 735_500, Authority: leeds, Adaptation: care.List{"ramp"}, Referral: care.Referral{HomeAdaptation: care.No}}, `"homeAdaptation": true`)
	require.Equal(t, care.Unknown, back.Referral.HomeAdaptation, "a later yes agrees with the record")
}

func TestCommunicationGoesIntoTheList(t *testing.T) {
	for _, c := range []struct {
		name, says   string
		before, want care.List
		odd          bool
	}{
		{"named", `"communicationNeeds": "Y", "specificCommunicationRequirements": ["ESOL", "BSL"]`, nil, care.List{"esol", "bsl"}, false},
		{"named, beside what the standard has no word for", `"specificCommunicationRequirements": "Makaton"`, care.List{"pecs", "bsl"}, care.List{"pecs", "makaton"}, false},
		{"other, which is recorded by name", `"specificCommunicationRequirements": "Other"`, care.List{"pecs"}, care.List{"pecs"}, false},
		{"other, which nobody has named", `"communicationNeeds": "Y", "specificCommunicationRequirements": "Other"`, nil, care.List{"other"}, false},
		{"needed, and not said what", `"communicationNeeds": "Y"`, nil, care.List{"not-named"}, false},
		{"needed, and recorded by name", `"communicationNeeds": "Y"`, care.List{"bsl"}, care.List{"bsl"}, false},
		{"needs, but no specific requirement", `"communicationNeeds": "Y", "specificCommunicationRequirements": ["None"]`, care.List{"bsl"}, care.List{"no-specific-requirement"}, false},
		{"named at last", `"communicationNeeds": "Y", "specificCommunicationRequirements": "BSL"`, care.List{"not-named"}, care.List{"bsl"}, false},
		{"none", `"communicationNeeds": "N"`, nil, care.List{}, false},
		{"none, in both fields", `"communicationNeeds": "N", "specificCommunicationRequirements": ["None"]`, nil, care.List{}, false},
		{"none, where something was recorded", `"communicationNeeds": "N"`, care.List{"pecs"}, care.List{}, true},
		{"none, where it was not named", `"specificCommunicationRequirements": "None"`, care.List{"not-named"}, care.List{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, odd := enteredChild(t, care.Child{ID: "1", DOB: 735_500, Authority: leeds, Communication: c.before}, c.says)
			require.Equal(t, c.want, got.Communication)
			require.Equal(t, c.odd, len(odd) > 0, odd)
		})
	}
}

func TestTheRecordOfAnotherReaderIsNotChangedThroughAReferral(t *testing.T) {
	c := care.Child{ID: "1", DOB: 735_500, Authority: leeds, RisksToChild: append(make(care.List, 0, 8), "missing", "drugs")}
	shared := c
	r := oneReferral(t, `{"childId": 1, "riskMissing": "No known risk", "riskSelfHarm": "Risk Present"}`)
	require.True(t, r.Enter(&c, func(string) {}))
	require.Equal(t, care.List{"missing", "drugs"}, shared.RisksToChild)
}
