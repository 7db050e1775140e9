package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// objectsOf are the objects of an export, each a map of its fields by name.
func objectsOf(t testing.TB, out string) []map[string]any {
	t.Helper()
	var entities []map[string]map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &entities))
	all := []map[string]any{}
	for _, object := range entities {
		fields := map[string]any{"entities": len(object)}
		for _, entity := range object {
			for name, value := range entity {
				fields[name] = value
			}
		}
		all = append(all, fields)
	}
	return all
}

// The town as the placements of its homes stand: with numbers at Ofsted and
// postcodes.
func registeredTown(t testing.TB) *engine.Engine {
	t.Helper()
	eng := engine.InMemory()
	settle(t, eng)
	bring(t, eng, engine.Homes, "id,kind,urn,authority,postcode,lat,lng,beds,weekly_cost\n"+
		"H-ROSE,foster,SC100,Leeds,LS6 2AB,53.819317,-1.577219,3,612\nH-BOYS,childrens-home,SC200,Leeds,LS9 8TT,53.805119,-1.535537,4,5400\n"+
		"H-FLAT,unregulated,,Leeds,,53.799913,-1.519337,3,\nH-LODGE,supported,SC300,Leeds,LS1 4AP,53.801271,-1.548133,5,900\nH-TYNE,foster,,Newcastle upon Tyne,NE2 4ZZ,54.978117,-1.611371,2,\n")
	return eng
}

func placements(rows ...string) string {
	return "id,child,home,start,end\n" + strings.Join(rows, "\n") + "\n"
}

func TestThePlacementsOfAChildGoOutInTheWordsOfTheStandard(t *testing.T) {
	eng := registeredTown(t)
	bring(t, eng, engine.Placements, placements("P-10,C-AMY,H-TYNE,2026-01-10,2026-09-01", "P-11,C-AMY,H-ROSE,2026-09-01,", "P-12,C-FIN,H-BOYS,2026-11-22,"))
	referral(t, eng, strings.Replace(amysReferral, `"costDate"`, `"costOfficerName": "C. Coin", "placementOfficerName": "of the file", "costDate"`, 1))
	out, done := standardOut(t, eng, engine.StandardExport{Kind: engine.Standard, Children: []care.ID{"C-AMY"}})
	all := objectsOf(t, out)
	require.Equal(t, [2]int{1, 2}, [2]int{done.Children, done.Objects})
	want := []map[string]any{
		{"totalWeeklyCost": nil, "placementLocation": "NE2 4", "preferabilityLocation": false, "educationContinuity": false, "providerURN": nil},
		{"totalWeeklyCost": 612.0, "placementLocation": "LS6 2", "preferabilityLocation": true, "educationContinuity": true, "providerURN": "SC100"},
	}
	for i, fields := range want {
		for name, value := range fields {
			require.Equal(t, value, all[i][name], "%d: %s", i, name)
		}
		require.Equal(t, 6, all[i]["entities"])
		require.Equal(t, "Foster", all[i]["placementType"])
		require.Nil(t, all[i]["siblingsPlacedTogether"], "no group is recorded, and the referral counts one sibling")
		require.Equal(t, []any{"C. Coin", "2026-11-21", nil, nil}, []any{all[i]["costOfficerName"], all[i]["costDate"], all[i]["placementOfficerName"], all[i]["placementDate"]})
		require.Len(t, all[i], 41+1)
	}
	require.Equal(t, engine.Missing{Child: "C-AMY", Placement: "P-11", Fields: []string{"riskSexualExploitation", "riskCriminalExploitation", "riskDrugAlcohol", "riskEatingDisorder",
		"riskToOthersPhysical", "riskToOthersSexual", "riskToOthersFire", "riskToOthersAnimals", "riskToOthersCriminal",
		"siblingsPlacedTogether", "placementOfficerName", "placementDate"}}, done.Missing[1])
	require.NotContains(t, out, "LS6 2AB", "no postcode leaves whole")

	csv, _ := standardOut(t, eng, engine.StandardExport{Kind: engine.Standard, Children: []care.ID{"C-AMY"}, CSV: true})
	require.Equal(t, 3, strings.Count(csv, "\n"))
	require.Contains(t, csv, ",612,LS6 2,true,true,SC100,,Foster,")
	require.NoError(t, eng.Close())
}

func TestWhichPlacementsGoOut(t *testing.T) {
	eng := registeredTown(t)
	bring(t, eng, engine.Placements, placements("P-10,C-AMY,H-TYNE,2026-01-10,2026-09-01", "P-11,C-AMY,H-ROSE,2026-09-01,", "P-12,C-FIN,H-BOYS,2026-11-22,", "P-13,C-BEN,H-ROSE,2026-12-01,"))
	referral(t, eng, `{"childId": "C-CAT", "neededBy": "Today", "ActualPlacement": {"providerURN": "SC9"}}`)
	for name, c := range map[string]struct {
		req  engine.StandardExport
		want []string // child and where; C-CAT has a referral and no placement
	}{
		"all that began":            {engine.StandardExport{}, []string{"C-AMY NE2 4", "C-AMY LS6 2", "C-CAT ", "C-EVE ", "C-EVE LS6 2", "C-FIN LS9 8"}},
		"on the day before":         {engine.StandardExport{On: today - 1}, []string{"C-AMY NE2 4", "C-AMY LS6 2", "C-CAT ", "C-EVE ", "C-EVE LS6 2"}},
		"from a day on":             {engine.StandardExport{From: care.Date(2026, 9, 2)}, []string{"C-EVE LS6 2", "C-FIN LS9 8"}},
		"from the very day":         {engine.StandardExport{From: care.Date(2026, 9, 1), To: care.Date(2026, 9, 30)}, []string{"C-AMY LS6 2"}},
		"to a day":                  {engine.StandardExport{To: care.Date(2026, 1, 10)}, []string{"C-AMY NE2 4", "C-EVE "}},
		"of a child without either": {engine.StandardExport{Children: []care.ID{"C-DAN"}}, []string{"C-DAN "}},
		"that is still to come":     {engine.StandardExport{Children: []care.ID{"C-BEN"}}, []string{"C-BEN "}},
		"of nobody in those days":   {engine.StandardExport{Children: []care.ID{"C-DAN"}, From: 1}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			c.req.Kind = engine.Standard
			out, done := standardOut(t, eng, c.req)
			got := []string{}
			for _, o := range objectsOf(t, out) {
				where, _ := o["placementLocation"].(string)
				if o["childId"] == "C-CAT" {
					require.Nil(t, o["providerURN"], "what a file said of a placement is not ours")
				}
				got = append(got, o["childId"].(string)+" "+where)
			}
			require.Equal(t, c.want, got)
			require.Equal(t, len(got), done.Objects)
		})
	}
	require.NoError(t, eng.Close())
}

func TestWhoDecidedAPlacementStandsInIt(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	res := shortlist(t, eng, asking("C-AMY"))
	req := placing(res.Candidates[0].Home, "C-AMY")
	for _, f := range res.Candidates[0].SignOffs() {
		req.SignOffs = append(req.SignOffs, approvalOf(f.Rule, f.Role))
	}
	place(t, eng, req)
	out, _ := standardOut(t, eng, engine.StandardExport{Kind: engine.Standard, Children: []care.ID{"C-AMY"}})
	amy := objectsOf(t, out)[0]
	require.Equal(t, []any{"A. Officer", today.String()}, []any{amy["placementOfficerName"], amy["placementDate"]})
	require.NoError(t, eng.Close())
}

func TestSiblingsPlacedTogetherAreCountedOnTheDay(t *testing.T) {
	eng := registeredTown(t)
	bring(t, eng, engine.Children, "id,dob,authority,group\nC-GIL,2012-01-01,Leeds,G-1\nC-HAL,2011-01-01,Leeds,\n")
	bring(t, eng, engine.Placements, placements("P-20,C-BEN,H-ROSE,2026-02-01,", "P-21,C-CAT,H-ROSE,2026-02-01,2026-03-01", "P-22,C-GIL,H-ROSE,2026-03-01,", "P-23,C-HAL,H-ROSE,2026-02-01,"))
	for child, want := range map[care.ID]any{"C-BEN": 1.0, "C-CAT": 1.0, "C-GIL": 1.0, "C-HAL": nil} {
		out, _ := standardOut(t, eng, engine.StandardExport{Kind: engine.Standard, Children: []care.ID{child}})
		require.Equal(t, want, objectsOf(t, out)[0]["siblingsPlacedTogether"], child)
	}
	referral(t, eng, `{"childId": "C-HAL", "siblingCount": 0}`)
	out, _ := standardOut(t, eng, engine.StandardExport{Kind: engine.Standard, Children: []care.ID{"C-HAL"}})
	require.Equal(t, 0.0, objectsOf(t, out)[0]["siblingsPlacedTogether"], "the referral says that there is none")
	require.NoError(t, eng.Close())
}

func TestWhereAReferralPreferredIsComparedWhereItCanBe(t *testing.T) {
	eng := registeredTown(t)
	bring(t, eng, engine.Placements, placements("P-30,C-AMY,H-ROSE,2026-02-01,2026-03-01", "P-31,C-AMY,H-FLAT,2026-03-01,"))
	for _, c := range []struct {
		words      string
		rose, flat any // the flat has no postcode
	}{
		{"Leeds", true, true}, {"E08000035", true, true}, {"383", true, true}, {"Bradford", false, false},
		{"LS6", true, nil}, {"ls6 2ab", true, nil}, {"LS6 3QQ", true, nil}, {"LS6 2", true, nil}, {"LS6 3", false, nil},
		{"LS62", false, nil}, {"LS7", false, nil}, {"L6", false, nil}, {"near her nan", nil, nil}, {"LS", nil, nil}, {"Leeds or Bradford", nil, nil}, {"LS6 22", nil, nil},
	} {
		referral(t, eng, `{"childId": "C-AMY", "preferredLocation": "`+c.words+`"}`)
		out, _ := standardOut(t, eng, engine.StandardExport{Kind: engine.Standard, Children: []care.ID{"C-AMY"}})
		all := objectsOf(t, out)
		require.Equal(t, []any{c.rose, c.flat}, []any{all[0]["preferabilityLocation"], all[1]["preferabilityLocation"]}, c.words)
	}
	require.NoError(t, eng.Close())
}

func TestAHomeIsOfTheKindThatTheStandardHasAWordFor(t *testing.T) {
	eng := registeredTown(t)
	bring(t, eng, engine.Placements, placements("P-40,C-AMY,H-ROSE,2026-02-01,2026-03-01", "P-41,C-AMY,H-BOYS,2026-03-01,2026-04-01",
		"P-42,C-AMY,H-LODGE,2026-04-01,2026-05-01", "P-43,C-AMY,H-FLAT,2026-05-01,"))
	out, _ := standardOut(t, eng, engine.StandardExport{Kind: engine.Standard, Children: []care.ID{"C-AMY"}})
	var kinds []any
	for _, o := range objectsOf(t, out) {
		kinds = append(kinds, o["placementType"])
	}
	require.Equal(t, []any{"Foster", "Residential", "Supported Accommodation", nil}, kinds, "what is not registered is no supported accommodation")
	require.NoError(t, eng.Close())
}

func TestAnExportToTheStandardThatCannotBeAskedFor(t *testing.T) {
	eng := registeredTown(t)
	var invalid *engine.InvalidRequestError
	for _, req := range []engine.StandardExport{{Kind: engine.Homes}, {Kind: engine.Standard}, {Kind: engine.Referrals, From: today}, {Kind: engine.Referrals, To: today}} {
		_, err := eng.ExportStandard(t.Context(), req, io.Discard)
		require.ErrorAs(t, err, &invalid)
	}
	_, err := eng.ExportStandard(t.Context(), engine.StandardExport{Kind: engine.Referrals, Children: []care.ID{"C-AMI"}}, io.Discard)
	var unknown *engine.UnknownError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, []care.ID{"C-AMY"}, unknown.Near)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = eng.ExportStandard(ctx, engine.StandardExport{Kind: engine.Standard, On: today}, io.Discard)
	require.ErrorIs(t, err, context.Canceled)
	full := errors.New("the disk is full")
	_, err = eng.ExportStandard(t.Context(), engine.StandardExport{Kind: engine.Standard, On: today}, failing{full})
	require.ErrorIs(t, err, full)
	require.NoError(t, eng.Close())
}

// failing is a file that takes nothing.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
