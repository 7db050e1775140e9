package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
)

func genReferral() *rapid.Generator[care.Referral] {
	return rapid.Custom(func(t *rapid.T) care.Referral {
		line := func(label string) string {
			return strings.NewReplacer("\r", "", "\n", "").Replace(genText().Draw(t, label))
		}
		option := func(vocabulary string) string {
			return rapid.SampledFrom(append(care.Vocabulary(vocabulary), "")).Draw(t, vocabulary)
		}
		open := func(vocabulary string) care.List {
			return rapid.SampledFrom([]care.List{nil, care.Vocabulary(vocabulary)[:1], care.Vocabulary(vocabulary)[2:]}).Draw(t, vocabulary)
		}
		return care.Referral{
			Given: rapid.Bool().Draw(t, "given"), PreferredLocation: genProse().Draw(t, "location"), SiblingCount: genNumber(0, 9).Draw(t, "siblings"),
			HomeAdaptation: genAnswer().Draw(t, "adaptation"), CulturalNeeds: option("cultural_needs"), AdditionalSupport: option("additional_support"),
			RiskOther: genProse().Draw(t, "risk"), RiskToOthersOther: genProse().Draw(t, "risk to others"),
			OpenToChild: open("risks_to_child"), OpenToOthers: open("risks_to_others"),
			Officer: line("officer"), On: genMaybeDay().Draw(t, "on"), PlacementOfficer: line("placement officer"), PlacementOn: genMaybeDay().Draw(t, "placed"),
			CostOfficer: line("cost officer"), CostOn: genMaybeDay().Draw(t, "cost"),
			Agreed: care.Agreed{WeeklyCost: genNumber(0, 9000).Draw(t, "cost"), Location: line("where"), Preferred: genAnswer().Draw(t, "preferred"),
				School: genAnswer().Draw(t, "school"), URN: line("urn"), Siblings: genNumber(0, 9).Draw(t, "together"), Type: option("placement_type")},
		}
	})
}

// What goes out and comes back in changes nothing of any child, as JSON and as CSV,
// with ActualPlacement and without.
func TestReadingBackWhatWentOutChangesNothing(t *testing.T) {
	type form struct {
		write  func(io.Writer, iter.Seq2[Referral, error], bool) error
		agreed bool
	}
	forms := []form{{WriteReferrals, false}, {WriteReferrals, true}, {WriteReferralsCSV, false}, {WriteReferralsCSV, true}}
	rapid.Check(t, func(t *rapid.T) {
		c := genChild().Draw(t, "child")
		c.Referral = genReferral().Draw(t, "referral")
		c.Communication = rapid.SampledFrom([]care.List{nil, {}, {"bsl"}, {"pecs", "esol"}, {"other"}, {"other", "pecs"}, {"not-named"}, {"no-specific-requirement", "bsl"}, c.Communication}).Draw(t, "communication")
		c.Adaptation = rapid.SampledFrom([]care.List{nil, {}, {"not-named"}, {"ramp", "not-named"}, c.Adaptation}).Draw(t, "adaptation")
		require.NoError(t, c.Validate())
		for _, f := range forms {
			var out bytes.Buffer
			require.NoError(t, f.write(&out, seqOf(ReferralOf(&c)), f.agreed))
			h := haulIn(Referrals, bytes.NewReader(out.Bytes()), Options{Resolver: exact{}})
			require.NoError(t, h.err, out.String())
			require.Empty(t, sentences(h), out.String())
			require.Empty(t, h.warnings)
			require.Len(t, h.good, 1)
			require.Equal(t, c.ID, h.good[0].Child)
			after := c
			require.False(t, h.good[0].Enter(&after, func(string) {}), out.String())
			require.Equal(t, c, after)
		}
	})
}

// Whoever embeds the reader may hold a referral that was never read.
func TestAReferralThatWasNeverReadSaysNothing(t *testing.T) {
	var r Referral
	c := care.Child{ID: "7", DOB: care.Date(2015, 3, 9), Authority: leeds}
	require.False(t, r.Enter(&c, func(string) {}))
	require.Empty(t, r.Says(needsField))
	require.NotEmpty(t, r.Missing(false))
	require.NoError(t, WriteReferrals(io.Discard, seqOf(r), true))
	require.NoError(t, WriteReferralsCSV(io.Discard, seqOf(r), true))
}

// Entering the same referral twice is entering it once, whatever was there.
func TestEnteringAReferralTwiceIsEnteringItOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, other := genChild().Draw(t, "child"), genChild().Draw(t, "other")
		other.Referral = genReferral().Draw(t, "referral")
		r := ReferralOf(&other)
		for i := range r.said {
			if rapid.Bool().Draw(t, "left out") {
				r.said[i] = nil
			}
		}
		said := ReferralOf(&c)
		r.Enter(&c, func(string) {})
		once := c
		require.False(t, r.Enter(&c, func(string) {}))
		require.Equal(t, once, c)
		after := ReferralOf(&c)
		for i := range standard {
			if r.said[i] == nil && standard[i].Name != needsField && standard[i].Name != specificField && standard[i].Entity != risks {
				require.Equal(t, said.said[i], after.said[i], "%s was not said, and stays", standard[i].Name)
			}
		}
	})
}

func TestEveryFieldIsThereAndTheMissingOnesAreNamed(t *testing.T) {
	c := care.Child{ID: "007", DOB: 735_500, Authority: leeds, Referral: care.Referral{On: care.Date(2026, 11, 20)}}
	r := ReferralOf(&c)
	var out bytes.Buffer
	require.NoError(t, WriteReferrals(&out, seqOf(r), false))
	var objects []map[string]map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &objects))
	require.Len(t, objects[0], 5)
	fields := 0
	for _, entity := range objects[0] {
		fields += len(entity)
	}
	require.Equal(t, len(standard)-7, fields)
	require.Equal(t, "007", objects[0]["PlacementAvailability"]["childId"], "a number would lose the zeros")
	require.Equal(t, "Not Known", objects[0]["PlacementRequirements"]["pets"])
	require.Nil(t, objects[0]["PlacementRequirements"]["livingCompanions"])
	require.Equal(t, "2026-11-20", objects[0]["QualityAssurance"]["referralDate"])
	require.NotContains(t, r.Missing(false), "pets", "the standard has a word for it")
	require.NotContains(t, r.Missing(false), "referralDate")
	require.Contains(t, r.Missing(false), "livingCompanions")
	require.NotContains(t, r.Missing(false), "riskOther", "which nobody has to give")
	require.NotContains(t, r.Missing(false), "totalWeeklyCost")
	require.Contains(t, r.Missing(true), "totalWeeklyCost")
	out.Reset()
	require.NoError(t, WriteReferrals(&out, seqOf[Referral](), true))
	require.Equal(t, "[]\n", out.String())
	out.Reset()
	require.NoError(t, WriteReferralsCSV(&out, seqOf(r), true))
	require.Equal(t, len(standard)-1, strings.Count(strings.SplitN(out.String(), "\n", 2)[0], ","))
	out.Reset()
	c.ID, c.Referral.RiskOther, c.Referral.Officer = "-1+1", "=HYPERLINK(1)", "@officer"
	require.NoError(t, WriteReferralsCSV(&out, seqOf(ReferralOf(&c)), false))
	for _, cell := range []string{"\n'-1+1,", ",'=HYPERLINK(1),", ",'@officer,"} {
		require.Contains(t, out.String(), cell, "no spreadsheet runs it")
	}
}

func TestWhatWouldNotBeReadBackIsNotWritten(t *testing.T) {
	for _, bad := range []string{"A.\nOfficer", " A. Officer", "a\x00b", "\xff"} {
		c := care.Child{ID: "1", DOB: 735_500, Authority: leeds, Referral: care.Referral{Officer: bad}}
		for _, write := range []func(io.Writer, iter.Seq2[Referral, error], bool) error{WriteReferrals, WriteReferralsCSV} {
			require.ErrorIs(t, write(io.Discard, seqOf(ReferralOf(&c)), false), ErrUnwritable, "%q", bad)
		}
	}
	stop := errors.New("stop")
	stopping := func(yield func(Referral, error) bool) { yield(Referral{}, stop) }
	require.ErrorIs(t, WriteReferrals(io.Discard, stopping, false), stop)
	c := care.Child{ID: "1", DOB: 735_500, Authority: leeds}
	require.ErrorIs(t, WriteReferrals(&failing{}, seqOf(ReferralOf(&c)), false), errFull)
	require.ErrorIs(t, WriteReferrals(&failing{}, seqOf[Referral](), false), errFull)
}

func TestAPlacementStandsInThePlaceOfWhatAReferralSaidOfOne(t *testing.T) {
	c := care.Child{ID: "1", DOB: 735_500, Authority: leeds, Referral: care.Referral{Agreed: care.Agreed{URN: "SC1"}, PlacementOfficer: "B.", Officer: "A."}}
	r := Agreed(c, care.Agreed{WeeklyCost: care.Num(612)}, "C.", 20000)
	require.Equal(t, [][]string{{"612"}, nil, {"C."}, {"A."}},
		[][]string{r.Says("totalWeeklyCost"), r.Says("providerURN"), r.Says("placementOfficerName"), r.Says("referralOfficerName")})
	require.Equal(t, "SC1", c.Referral.Agreed.URN)
}
