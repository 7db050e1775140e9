package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestAChildIsRefusedForWhatItsReferralCannotHaveSaid(t *testing.T) {
	for _, c := range []struct {
		why, field string
		spoil      func(r *care.Referral)
	}{
		{"cultural needs in other words", "culturalNeeds", func(r *care.Referral) { r.CulturalNeeds = "Not Known" }},
		{"support in other words", "additionalSupport", func(r *care.Referral) { r.AdditionalSupport = "a tutor" }},
		{"a kind of placement", "placementType", func(r *care.Referral) { r.Agreed.Type = "foster" }},
		{"fewer siblings than none", "siblingCount", func(r *care.Referral) { r.SiblingCount = care.Num(-1) }},
		{"a hundred siblings", "siblingsPlacedTogether", func(r *care.Referral) { r.Agreed.Siblings = care.Num(100) }},
		{"a cost below nothing", "totalWeeklyCost", func(r *care.Referral) { r.Agreed.WeeklyCost = care.Num(-612) }},
		{"a risk that is none, left open", "risks_to_child", func(r *care.Referral) { r.OpenToChild = care.List{"fog"} }},
		{"a risk to others, likewise", "risks_to_others", func(r *care.Referral) { r.OpenToOthers = care.List{"missing"} }},
		{"two officers in one name", "referralOfficerName", func(r *care.Referral) { r.Officer = "A.\nB." }},
		{"a URN over two lines", "providerURN", func(r *care.Referral) { r.Agreed.URN = "SC1\r" }},
	} {
		t.Run(c.why, func(t *testing.T) {
			child := fullChild()
			child.Referral = care.Referral{Given: true, CulturalNeeds: "Required", AdditionalSupport: "NA", SiblingCount: care.Num(2),
				RiskOther: "runs\nand hides", OpenToChild: care.List{"drugs"}, Agreed: care.Agreed{Type: "Foster", WeeklyCost: care.Num(0), Siblings: care.Num(99)}}
			require.NoError(t, child.Validate())
			c.spoil(&child.Referral)
			var wrong *care.FieldError
			require.ErrorAs(t, child.Validate(), &wrong)
			require.Equal(t, c.field, wrong.Field)
		})
	}
}

func TestWhatNoRuleJudgesIsListedForTheOfficer(t *testing.T) {
	r := care.Referral{PreferredLocation: "Leeds", CulturalNeeds: "Required", AdditionalSupport: "taxis to school", RiskOther: "fog", RiskToOthersOther: "stones",
		SiblingCount: care.Num(2), Officer: "A. Officer"}
	require.Equal(t, []care.Unjudged{{"preferredLocation", "Leeds"}, {"culturalNeeds", "Required"}, {"additionalSupport", "taxis to school"},
		{"riskOther", "fog"}, {"riskToOthersOther", "stones"}}, r.Unjudged())
	quiet := care.Referral{CulturalNeeds: "Not required", AdditionalSupport: "NA", Officer: "A. Officer", Given: true}
	require.Empty(t, quiet.Unjudged(), "what asks for nothing")
}

func TestAnAdaptationIsNamedOrNot(t *testing.T) {
	for _, c := range []struct {
		needs   care.List
		unnamed bool
	}{{nil, false}, {care.List{}, false}, {care.List{"ramp"}, false}, {care.List{"ramp", care.NotNamed}, true}} {
		child := care.Child{Adaptation: c.needs}
		require.Equal(t, c.unnamed, child.Unnamed(), c.needs)
	}
}

// What a referral says of another child goes with that child's record out of the
// decisions that repeat it.
func TestADecisionForgetsAReferralThatNamesAChild(t *testing.T) {
	result := `{"children":["C-2"],"referral":[{"child":"C-2","field":"riskOther","words":"led on by C-1"},{"child":"C-2","field":"culturalNeeds","words":"Required"}]}`
	d := care.Decision{Result: care.Pack([]byte(result)), Findings: care.Pack([]byte(`[]`))}
	said, err := d.SpeaksOf("C-1")
	require.NoError(t, err)
	require.True(t, said)
	require.NoError(t, d.Redact("C-1"))
	text, err := d.Result.Unpack()
	require.NoError(t, err)
	require.NotContains(t, string(text), "C-1")
	require.NotContains(t, string(text), "led on")
	require.Contains(t, string(text), `"words":"Required"`)
}
