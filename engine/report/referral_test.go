package report_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/report"
)

// referred is the town after a referral of one child of a group.
func referred() *town {
	t := newTown()
	t.children[1].Referral = care.Referral{Given: true, RiskOther: "climbs\nroofs \x1b[2J", CulturalNeeds: "Required", Officer: "Q. Quill"}
	return t
}

func TestAnOfficerReadsWhatTheReferralSaysBeforeTheHomes(t *testing.T) {
	res := referred().run(t, match.Request{Group: "G-1"})
	var out bytes.Buffer
	require.NoError(t, report.Text(&out, res, report.Style{}))
	text := out.String()
	for _, says := range []string{
		"The referral of C-BEN also says (no rule judges it): cultural needs, “Required”\n",
		"The referral of C-BEN also says (no rule judges it): another risk to the child, “climbs\nroofs [2J”\n\nHomes for C-BEN",
	} {
		require.Contains(t, text, says)
	}
	require.NotContains(t, text, "Q. Quill")

	look, err := match.Explain(t.Context(), referred(), match.Request{Group: "G-1", On: res.On, At: three()}, "H-ROSE", policy.Defaults())
	require.NoError(t, err)
	out.Reset()
	require.NoError(t, report.Explanation(&out, look, report.Style{}))
	require.Contains(t, out.String(), "another risk to the child, “climbs")

	look.Referral = []match.Unjudged{{Child: "C-BEN", Field: "aFieldToCome", Words: "x"}}
	out.Reset()
	require.NoError(t, report.Explanation(&out, look, report.Style{}))
	require.Contains(t, out.String(), "aFieldToCome, “x”", "a record of a later program is shown as it is")
}

func TestThePageShowsWhatTheReferralSaysToThoseWhoDecide(t *testing.T) {
	for a, shown := range map[report.Audience]bool{report.ProviderAudience: false, report.PanelAudience: true, report.RecordAudience: true} {
		page := htmlOf(t, referred().sheet(t, match.Request{Group: "G-1"}, a))
		requireAllowed(t, parse(t, page))
		if shown {
			require.Contains(t, page, "climbs", a)
			require.Contains(t, page, "The referral of C-BEN also says", a)
		} else {
			require.NotContains(t, page, "climbs", a)
		}
		require.NotContains(t, page, "Q. Quill", a)
	}
}

func TestAProviderIsNotToldThatThereIsNoRiskWhereTheReferralHasOne(t *testing.T) {
	town := newTown()
	ask := func() []string {
		return tableOf(t, parse(t, htmlOf(t, town.sheet(t, only("C-AMY"), report.ProviderAudience))), "Child 1")["Known risks"]
	}
	require.Equal(t, []string{"none recorded"}, ask())
	town.children[0].Referral = care.Referral{OpenToOthers: care.List{"fire-setting"}}
	require.Equal(t, []string{"not recorded in full: ask before accepting"}, ask())
	town.children[0].Referral = care.Referral{RiskToOthersOther: "stones"}
	require.Equal(t, []string{"recorded: told before a place is accepted"}, ask())
}
