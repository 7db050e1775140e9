package engine_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// amysReferral says more than her record, and something else.
const amysReferral = `{"PlacementAvailability": {"childId": "C-AMY", "neededBy": "Today", "siblingCount": 1, "preferredLocation": "LS6"},
 "PlacementRequirements": {"communicationNeeds": "Y", "specificCommunicationRequirements": ["BSL"], "homeAdaptation": true, "culturalNeeds": "Required",
  "livingCompanions": "No preference", "pets": "Not Known", "deprivationOfLiberty": false},
 "PlacementRecommendation": {"fosterCareSuitability": "Preferred", "residentialCareSuitability": "Not specified", "supportedAccommodationSuitability": "Unsuitable"},
 "Risks": {"riskSelfHarm": "No known risk", "riskMissing": "Risk Present", "riskOther": "a zebra of a risk"},
 "QualityAssurance": {"referralOfficerName": "Q. Quill", "referralDate": "2026-11-20", "costDate": "2026-11-21"}}
`

func referral(t testing.TB, eng *engine.Engine, content string, more ...func(*engine.Import)) (engine.Report, []*engine.Rejected) {
	t.Helper()
	return bring(t, eng, engine.Referrals, content, more...)
}

func saysOf(report engine.Report) string {
	var all strings.Builder
	for _, w := range report.Warnings {
		fmt.Fprintf(&all, "%s, row %d (%d): %s\n", w.File, w.Row, w.Count, w.Says)
	}
	return all.String()
}

// standardOut is what ExportStandard writes.
func standardOut(t testing.TB, eng *engine.Engine, req engine.StandardExport) (string, *engine.ExportedStandard) {
	t.Helper()
	if req.Kind == engine.Standard && req.On == 0 {
		req.On = today
	}
	var out bytes.Buffer
	done, err := eng.ExportStandard(t.Context(), req, &out)
	require.NoError(t, err)
	return out.String(), done
}

func TestAReferralChangesTheChildItIsAbout(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before := childOf(t, eng, "C-AMY")
		report, rejected := referral(t, eng, amysReferral)
		require.Empty(t, rejected)
		require.Equal(t, [4]int{1, 1, 0, 0}, [4]int{report.Rows, report.New, report.Updated, report.Unchanged})
		want := before
		want.NeededBy, want.Communication, want.Adaptation, want.LibertyOrder = "today", care.List{"bsl"}, care.List{care.NotNamed}, care.No
		want.SuitFoster, want.SuitSupported, want.RisksToChild = care.Preferred, care.Unsuitable, care.List{"missing"}
		want.Referral = care.Referral{Given: true, PreferredLocation: "LS6", SiblingCount: care.Num(1), CulturalNeeds: "Required", RiskOther: "a zebra of a risk",
			OpenToChild: care.List{"sexual-exploitation", "criminal-exploitation", "drugs", "eating-disorder"},
			Officer:     "Q. Quill", On: care.Date(2026, 11, 20), CostOn: care.Date(2026, 11, 21)}
		require.Equal(t, want, childOf(t, eng, "C-AMY"))
		require.Equal(t, "referral.csv, row 1 (1): C-AMY: culturalNeeds is Required, and neither culture nor faith is recorded, so nothing is weighed for it\n"+
			"referral.csv, row 1 (1): C-AMY: siblingCount is 1, and no sibling group is recorded\n", saysOf(report))

		at := head(t, eng)
		report, _ = referral(t, eng, amysReferral)
		require.Equal(t, [3]int{0, 0, 1}, [3]int{report.New, report.Updated, report.Unchanged})
		require.Equal(t, at, head(t, eng), "again, it changes nothing")
		require.Len(t, report.Warnings, 2, "what does not go together still does not")
		report, _ = referral(t, eng, `{"childId": "C-AMY", "riskMissing": "No known risk"}`)
		require.Equal(t, 1, report.Updated)
		require.Nil(t, childOf(t, eng, "C-AMY").RisksToChild, "the others are still open")
	})
}

func TestAReferralOfAChildNobodyKnowsIsRejected(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	returned(t, eng, []string{returnHeader})
	report, rejected := referral(t, eng, "childId,neededBy\n101,Today\nC-BEN,Today\nC-CAT,soon\n")
	require.Equal(t, [3]int{3, 1, 2}, [3]int{report.Rows, report.New, report.Rejected})
	require.ErrorContains(t, rejected[0], "row 2, childId: there is no such child in the store (the standard carries neither a date of birth nor an authority, so children come in first")
	require.ErrorContains(t, rejected[1], `neededBy: "soon" is no option of the standard (one of Today, in less than 5 days, in more than 5 days)`)
	require.Equal(t, "101,Today\n", string(rejected[0].Raw))
	ofLeeds := func(imp *engine.Import) { imp.Authority = "383" }
	report, rejected = referral(t, eng, "childId,neededBy\n101,Today\nC-BEN,Today\n", ofLeeds)
	require.Equal(t, 1, report.New)
	require.Equal(t, leeds+"/C-BEN", rejected[0].Value)
	require.Equal(t, "today", childOf(t, eng, leeds+"/101").NeededBy)
	_, rejected = referral(t, eng, `{"childId": "C-BEN", "siblingCount": 400}`)
	require.ErrorContains(t, rejected[0], "siblingCount: 400 is out of range")
	require.NoError(t, engine.CheckOf(t.Context(), eng))
	require.NoError(t, eng.Close())
}

func TestAReferralIsCheckedWithoutWriting(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	at := head(t, eng)
	report, _ := referral(t, eng, amysReferral, func(imp *engine.Import) { imp.DryRun = true })
	require.Equal(t, [2]int{1, 1}, [2]int{report.Rows, report.New})
	strict := func(imp *engine.Import) { imp.Strict = true }
	report, _ = referral(t, eng, amysReferral+`{"childId": "C-NOBODY"}`, strict)
	require.True(t, report.Refused)
	require.Equal(t, at, head(t, eng))
	report, _ = referral(t, eng, amysReferral, strict)
	require.Equal(t, 1, report.New)
	require.Len(t, report.Warnings, 2, "said once, though the file is read twice")
	require.NoError(t, eng.Close())
}

func TestAReferralAndTheRecordAreHeldAgainstEachOther(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	bring(t, eng, engine.Children, "id,dob,authority,adaptations,faith,group\nC-GIL,2012-01-01,Leeds,ramp;hoist,quaker,G-1\n")
	for _, c := range []struct{ referral, says string }{
		{`{"childId": "C-GIL", "homeAdaptation": false}`, "homeAdaptation is false, and adaptations has ramp, hoist; what is recorded stays"},
		{`{"childId": "C-GIL", "siblingCount": 1}`, "siblingCount is 1, and sibling group G-1 has 2 other than C-GIL"},
		{`{"childId": "C-GIL", "siblingCount": 2}`, ""},
		{`{"childId": "C-AMY", "siblingCount": 0}`, ""},
		{`{"childId": "C-GIL", "culturalNeeds": "Required"}`, ""},
		{`{"childId": "C-AMY", "culturalNeeds": "Other"}`, ""},
	} {
		report, _ := referral(t, eng, c.referral)
		if c.says == "" {
			require.Empty(t, report.Warnings, c.referral)
			continue
		}
		require.Len(t, report.Warnings, 1, c.referral)
		require.Contains(t, report.Warnings[0].Says, c.says)
	}
	require.NoError(t, eng.Close())
}

func TestOfAThousandOddReferralsEachIsNamedAndTheRestAreCounted(t *testing.T) {
	eng := engine.InMemory()
	children, odd := "id,dob,authority\n", "childId,siblingCount\n"
	for i := range 2500 {
		children += fmt.Sprintf("C-%d,2014-03-09,Leeds\n", i)
		odd += fmt.Sprintf("C-%d,1\n", i)
	}
	bring(t, eng, engine.Children, children)
	report, rejected := referral(t, eng, odd)
	require.Empty(t, rejected)
	require.Len(t, report.Warnings, 1001)
	require.Equal(t, 1500, report.Warnings[1000].Count)
	require.Contains(t, report.Warnings[1000].Says, "more than 1000 rows have something odd, which is only counted from here on; the first: C-1000: siblingCount is 1")
	require.NoError(t, eng.Close())
}

// A file of children comes every week, and says nothing of referrals.
func TestALaterFileOfChildrenDoesNotLoseTheReferral(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	referral(t, eng, amysReferral)
	was := childOf(t, eng, "C-AMY").Referral
	bring(t, eng, engine.Children, export(t, eng, engine.Children))
	require.Equal(t, was, childOf(t, eng, "C-AMY").Referral)
	require.Equal(t, care.List{"missing"}, childOf(t, eng, "C-AMY").RisksToChild)
	bring(t, eng, engine.Children, childrenCSV)
	now := childOf(t, eng, "C-AMY")
	require.Nil(t, now.RisksToChild, "the file leaves them blank")
	require.Nil(t, now.Referral.OpenToChild, "and what the referral left open is all open")
	was.OpenToChild = nil
	require.Equal(t, was, now.Referral)
	require.NoError(t, eng.Close())
}

func TestWhatNoRuleJudgesIsShownBesideTheMatch(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	before := shortlist(t, eng, asking("C-AMY"))
	require.Empty(t, before.Referral)
	require.NotContains(t, jsonOf(t, before), `"referral"`)
	referral(t, eng, `{"childId": "C-AMY", "riskOther": "a zebra of a risk", "preferredLocation": "LS6", "additionalSupport": "NA"}`)
	after := shortlist(t, eng, asking("C-AMY"))
	require.Equal(t, offered(before), offered(after), "it weighs nothing")
	require.Len(t, after.Referral, 2)
	require.Equal(t, [3]string{"C-AMY", "riskOther", "a zebra of a risk"}, [3]string{string(after.Referral[1].Child), after.Referral[1].Field, after.Referral[1].Words})
	look, err := eng.Explain(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: today, At: three()}, "H-ROSE")
	require.NoError(t, err)
	require.Equal(t, after.Referral, look.Referral)
	require.NoError(t, eng.Close())
}

// "Adaptation: yes" names nothing. No home passes for it unasked.
func TestANeedForAnAdaptationNobodyNamedIsAskedOfEveryHome(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	referral(t, eng, `{"childId": "C-AMY", "homeAdaptation": true}`)
	res := shortlist(t, eng, asking("C-AMY"))
	require.NotEmpty(t, res.Candidates)
	for i := range res.Candidates {
		asked := false
		for _, f := range res.Candidates[i].SignOffs() {
			asked = asked || f.Rule == "adaptations" && strings.Contains(f.NearestFix, "which adaptation it is")
		}
		require.True(t, asked, res.Candidates[i].Home)
	}
	require.Contains(t, res.Unknown, "C-AMY: adaptations (one is needed and not named)")
	_, err := eng.Place(t.Context(), placing(res.Candidates[0].Home, "C-AMY"))
	require.ErrorIs(t, err, engine.ErrRefused)
	require.NoError(t, eng.Close())
}

// filesWith are the files under a directory that have one of the words in them.
func filesWith(t testing.TB, dir string, words ...string) (all []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		for _, w := range words {
			if strings.Contains(string(content), w) {
				all = append(all, name)
			}
		}
		return err
	}))
	return all
}

func TestErasingAChildTakesItsReferral(t *testing.T) {
	words := []string{"a zebra of", "an okapi of", "Q. Quill"}
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	referral(t, eng, amysReferral)
	referral(t, eng, strings.Replace(amysReferral, "a zebra", "an okapi", 1))
	require.NotEmpty(t, filesWith(t, dir, words...), "it is there to be erased")
	_, err := eng.EraseChild(t.Context(), engine.EraseRequest{Child: "C-AMY", By: "A. Officer", At: three(), Why: "made twice", CreatedInError: true})
	require.NoError(t, err)
	out, done := standardOut(t, eng, engine.StandardExport{Kind: engine.Referrals})
	require.Equal(t, "[]\n", out)
	require.Zero(t, done.Objects)
	require.NoError(t, eng.Close())
	require.Empty(t, filesWith(t, dir, words...))
}

func TestImportingTheExportOfReferralsChangesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		referral(t, eng, amysReferral)
		everybody := []care.ID{"C-EVE", "C-AMY", "C-BEN", "C-CAT", "C-DAN", "C-FIN", "C-AMY"}
		for _, req := range []engine.StandardExport{{}, {CSV: true}, {Children: everybody}, {Children: everybody, CSV: true}} {
			req.Kind = engine.Referrals
			out, done := standardOut(t, eng, req)
			if want := 6; req.Children != nil {
				require.Equal(t, want, done.Children, "each once")
			} else {
				require.Equal(t, 1, done.Children, "those who have a referral")
			}
			at := head(t, eng)
			report, rejected := referral(t, eng, out)
			require.Empty(t, rejected, out)
			require.Equal(t, done.Objects, report.Unchanged)
			require.Equal(t, at, head(t, eng))
		}
	})
}

// Whatever is recorded of children, their referrals go out and come in the same.
func TestReferralsOfRandomChildrenComeBackTheSame(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	eng := engine.InMemory()
	settle(t, eng)
	options := map[string][]string{
		"neededBy": {"Today", "in less than 5 days"}, "homeAdaptation": {"true", "false"}, "communicationNeeds": {"Y", "N", "Not Specified"},
		"culturalNeeds": {"Required", "Not Known", "Other"}, "pets": {"No", "Not Known"}, "riskMissing": {"Risk Present", "No known risk"},
		"riskSelfHarm": {"Risk Present", "No known risk"}, "riskToOthersFire": {"Risk Present", "No known risk"}, "riskOther": {"fog", "=1+1"}, "siblingCount": {"0", "2"},
	}
	for range 60 {
		row := map[string]string{}
		columns, cells := "childId", []string{"C-AMY", "C-BEN", "C-FIN"}[r.IntN(3)]
		for _, name := range []string{"neededBy", "homeAdaptation", "communicationNeeds", "culturalNeeds", "pets", "riskMissing", "riskSelfHarm", "riskToOthersFire", "riskOther", "siblingCount"} {
			if r.IntN(3) == 0 {
				row[name] = options[name][r.IntN(len(options[name]))]
				columns, cells = columns+","+name, cells+","+row[name]
			}
		}
		_, rejected := referral(t, eng, columns+"\n"+cells+"\n")
		require.Empty(t, rejected)
		out, done := standardOut(t, eng, engine.StandardExport{Kind: engine.Referrals, CSV: r.IntN(2) == 0})
		report, rejected := referral(t, eng, out)
		require.Empty(t, rejected)
		require.Equal(t, done.Objects, report.Unchanged, "seed %d", seed)
	}
	require.NoError(t, eng.Close())
}
