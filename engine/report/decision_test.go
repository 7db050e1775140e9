package report_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/fixtures"
)

// decided is the record of a choice in the town, as the engine keeps it.
func decided(t *testing.T, req match.Request, beds ...match.Bed) *care.Decision {
	t.Helper()
	req.On, req.At = fixtures.Today, three().UTC()
	var homes, children []care.ID
	for _, b := range beds {
		homes, children = append(homes, b.Home), append(children, b.Children...)
	}
	rec, err := match.RunRecord(t.Context(), newTown(), req, homes, policy.Defaults())
	require.NoError(t, err)
	rec.Journal, rec.Policy = 16, "sha256:0b1c"
	judged, err := match.Judge(t.Context(), newTown(), req, beds, policy.Defaults())
	require.NoError(t, err)
	var result bytes.Buffer
	require.NoError(t, rec.WriteJSON(&result))
	d := &care.Decision{
		ID: "D-17", Kind: care.PlaceDecision, Asked: care.Asked{Children: children, Group: req.Group, On: req.On, At: req.At, Emergency: req.Emergency},
		Judged: 16, Rulebook: "sha256:4d5e", Policies: "sha256:6f70", Rules: []care.RuleState{{ID: "adult", State: "in force"}, {ID: "under-16-unregulated", State: "in force", Since: care.Date(2021, time.September, 9)}},
		Result: care.Pack(result.Bytes()), Findings: packed(t, judged), By: "A. Officer", At: req.At, Rank: rec.Ranks[homes[0]],
		Excluded: care.Excluded{SHA256: bytes.Repeat([]byte{0xab}, 32), List: packed(t, rec.Excluded)},
	}
	for _, by := range rec.Excluded {
		d.Excluded.Counts = append(d.Excluded.Counts, care.RuleCount{Rule: by.Rule, N: len(by.Homes)})
	}
	for i, b := range beds {
		d.Chosen = append(d.Chosen, care.Chosen{Home: b.Home, Children: b.Children, Placements: []care.ID{"P-17-" + care.ID(rune('1'+i))}, Tier: judged[i].Tier})
	}
	return d
}

func packed(t *testing.T, v any) care.Packed {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return care.Pack(text)
}

// decisions are told in both forms.
func decisions(t *testing.T) map[string]*care.Decision {
	first := decided(t, only("C-AMY"), match.Bed{Home: "H-ASH", Children: []care.ID{"C-AMY"}})
	moved := decided(t, only("C-AMY"), match.Bed{Home: "H-OAK", Children: []care.ID{"C-AMY"}})
	moved.Kind, moved.Ended, moved.Why = care.MoveDecision, []care.ID{"P-3"}, "Her mother moves to Bradford next week.\x1b[2J"
	moved.SignOffs = []care.SignOff{{Rule: "out-of-area", Name: "N. Head", Role: "nominated officer", At: three().Add(-2 * time.Hour).UTC(), Ref: "REF-1"}}
	moved.Acceptances = []care.Acceptance{{Home: "H-OAK", Hold: "HOLD-9", By: "D. Duty", At: three().Add(-time.Hour).UTC()}}
	split := decided(t, match.Request{Group: "G-1"}, match.Bed{Home: "H-ROSE", Children: []care.ID{"C-BEN"}}, match.Bed{Home: "H-ASH", Children: []care.ID{"C-CAT"}})
	split.Rank, split.Why = 0, "Each needs a carer of their own for now."
	fact := decided(t, match.Request{Children: []care.ID{"C-AMY"}, Emergency: true}, match.Bed{Home: "H-TYNE", Children: []care.ID{"C-AMY"}})
	fact.Kind, fact.MovedAt, fact.Excluded.List = care.FactDecision, three().Add(-12*time.Hour).UTC(), nil
	fact.Breaches = []care.Breach{
		{Rule: "acceptance", Verdict: "acceptance", Home: "H-TYNE", Says: "H-TYNE (PR4) had not accepted the children"},
		{Rule: "not-available", Verdict: "barred", Home: "H-TYNE", Says: "closed to new placements on the day"},
		{Rule: "at-a-distance", Verdict: "sign-off", Home: "H-TYNE", Child: "C-AMY", Role: "director of children's services", Says: "Newcastle does not adjoin Leeds"},
		{Rule: "smoking", Verdict: "sign-off", Home: "H-TYNE", Child: "C-AMY", Role: "nominated officer", Says: "a smoking household"},
	}
	fact.SignOffs = []care.SignOff{{Rule: "at-a-distance", Name: "D. C. S.", Role: "director of children's services", At: three().Add(25 * time.Hour).UTC(), Ref: "REF-2"}}
	return map[string]*care.Decision{"decision-first": first, "decision-moved": moved, "decision-split": split, "decision-fact": fact}
}

func TestADecisionReadsAsAgreed(t *testing.T) {
	for name, d := range decisions(t) {
		var out bytes.Buffer
		require.NoError(t, report.Decision(&out, d, report.Style{}))
		golden(t, name+".text", out.Bytes())
		out.Reset()
		require.NoError(t, report.Choice(&out, d, report.Style{}))
		golden(t, name+".choice", out.Bytes())
	}
	for _, name := range []string{"decision-fact", "decision-moved"} {
		var out bytes.Buffer
		require.NoError(t, report.DecisionJSON(&out, decisions(t)[name]))
		golden(t, name+".json", out.Bytes())
	}
}

// The shortlist in the record, and the homes that were passed over, are those that were
// written then, to the byte.
func TestTheJSONOfADecisionHoldsTheShortlistAsItWas(t *testing.T) {
	d := decisions(t)["decision-first"]
	var out bytes.Buffer
	require.NoError(t, report.DecisionJSON(&out, d))
	var read struct {
		Result   json.RawMessage
		Excluded struct{ Homes json.RawMessage }
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &read))
	was, err := d.Result.Unpack()
	require.NoError(t, err)
	require.Equal(t, string(bytes.TrimSpace(was)), string(read.Result))
	was, err = d.Excluded.List.Unpack()
	require.NoError(t, err)
	require.Contains(t, string(was), "H-ELM")
	require.Equal(t, string(was), string(read.Excluded.Homes))
}

func TestARecordThatDoesNotUnpackSaysSo(t *testing.T) {
	for why, spoil := range map[string]func(*care.Decision){
		"the shortlist":            func(d *care.Decision) { d.Result = d.Result[:9] },
		"the shortlist has no":     func(d *care.Decision) { d.Result = care.Pack([]byte("{}")) },
		"what was found":           func(d *care.Decision) { d.Findings = care.Pack([]byte("{")) },
		"0 homes were chosen and ": func(d *care.Decision) { d.Chosen = nil },
	} {
		d := decisions(t)["decision-first"]
		spoil(d)
		require.ErrorContains(t, report.Decision(&bytes.Buffer{}, d, report.Style{}), why)
		require.ErrorContains(t, report.Choice(&bytes.Buffer{}, d, report.Style{}), why)
		require.ErrorContains(t, report.DecisionJSON(&bytes.Buffer{}, d), why)
	}
	d := decisions(t)["decision-first"]
	d.Excluded.List = d.Excluded.List[:3]
	require.ErrorContains(t, report.DecisionJSON(&bytes.Buffer{}, d), "damaged")
}

// Of a group of whom one lives there already, only the others have come.
func TestADecisionTellsWhoStayedWhereTheyLived(t *testing.T) {
	d := decided(t, match.Request{Group: "G-1"}, match.Bed{Home: "H-ASH", Children: []care.ID{"C-BEN", "C-CAT"}})
	d.Kind, d.Chosen[0].Stayed = care.MoveDecision, []care.ID{"C-BEN"}
	var out bytes.Buffer
	require.NoError(t, report.Choice(&out, d, report.Style{}))
	require.Contains(t, out.String(), "  C-CAT in H-ASH (foster home, Leeds LS8 1) from 22 November 2026: P-17-1.\n")
	require.Contains(t, out.String(), "  C-BEN stays in H-ASH (foster home, Leeds LS8 1).\n")
	out.Reset()
	require.NoError(t, report.DecisionJSON(&out, d))
	require.Contains(t, out.String(), `"stayed":["C-BEN"]`)

	d.Chosen[0].Stayed, d.Chosen[0].Placements = d.Chosen[0].Children, nil
	out.Reset()
	require.NoError(t, report.Choice(&out, d, report.Style{}))
	require.Contains(t, out.String(), "  C-BEN, C-CAT stay in H-ASH (foster home, Leeds LS8 1).\n")
	require.NotContains(t, out.String(), "H-ASH (foster home, Leeds LS8 1) from")
}
