package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// leaving ends the placement of a child on the day.
func leaving(child care.ID) engine.EndRequest {
	return engine.EndRequest{Child: child, On: today, By: "A. Officer", At: three()}
}

func TestABedIsFreeFromTheDayTheChildLeaves(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, err := eng.Hold(t.Context(), keeping("H-ROSE", "C-AMY", "C-BEN"))
		refusal[*engine.BarredError](t, err)
		req := leaving("C-EVE")
		req.Early, req.Reason = care.Yes, "CREQO"
		ended, err := eng.End(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, care.Placement{
			ID: "P-1", Child: "C-EVE", Home: "H-ROSE", Start: care.Date(2026, time.October, 1), ExpectedEnd: care.Date(2027, time.April, 1),
			End: today, EndedEarly: care.Yes, Type: "U6", Reason: "CREQO",
		}, ended.Placement)
		require.Equal(t, "end P-1 of C-EVE in H-ROSE on 2026-11-22", lastEntry(t, eng))
		held(t, eng, keeping("H-ROSE", "C-AMY", "C-BEN"))
	})
}

func TestAnEndToComeFreesTheBedFromThatDay(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := leaving("C-EVE")
		req.On = today + 7
		_, err := eng.End(t.Context(), req)
		require.NoError(t, err)
		two := keeping("H-ROSE", "C-AMY", "C-BEN")
		two.On = today + 6
		_, err = eng.Hold(t.Context(), two)
		refusal[*engine.BarredError](t, err)
		two.On = today + 7
		held(t, eng, two)
	})
}

func TestWhatIsToBeginLaterIsNotEndedAndTheReasonThatIsRecordedIsKept(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Placements, "id,child,home,start,ended_early,reason\n"+
			"P-8,C-AMY,H-ASH,2026-10-01,yes,CARPL\nP-9,C-AMY,H-OAK,2026-11-23,,\n")
		ended, err := eng.End(t.Context(), leaving("C-AMY"))
		require.NoError(t, err)
		require.Equal(t, care.ID("P-8"), ended.ID)
		require.Equal(t, care.Yes, ended.EndedEarly)
		require.Equal(t, "CARPL", ended.Reason)
	})
}

func TestAPlacementThatHasAnEndKeepsIt(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, err := eng.End(t.Context(), engine.EndRequest{Placement: "P-2", On: today, By: "A. Officer", At: three()})
		ended := refusal[*engine.EndedError](t, err)
		require.Equal(t, care.Date(2026, time.October, 1), ended.End)
		require.ErrorContains(t, err, "placement P-2 of C-EVE has an end already: 1 October 2026 is the first day without it")

		req := leaving("C-EVE")
		req.Op = "op-3"
		first, err := eng.End(t.Context(), req)
		require.NoError(t, err)
		again, err := eng.End(t.Context(), req)
		require.NoError(t, err, "the same operation once more")
		require.Equal(t, first, again)
		req.Op = "op-4"
		_, err = eng.End(t.Context(), req)
		require.ErrorContains(t, err, "C-EVE has no placement: there is none to end on 22 November 2026")
	})
}

func TestAnEndTidiesTheHoldsThatHaveRunOut(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		h := held(t, eng, keeping("H-ROSE", "C-BEN"))
		req := leaving("C-EVE")
		req.At = h.Until
		_, err := eng.End(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, "end P-1 of C-EVE in H-ROSE on 2026-11-22; ended, having run out: HOLD-4", lastEntry(t, eng))
	})
}

func TestAnEndThatCannotBeRecorded(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	require.NoError(t, eng.Add(t.Context(), engine.Records{By: "A. Officer", At: three(), Placements: []care.Placement{
		{ID: "P-8", Child: "C-FIN", Home: "H-BOYS", Start: today - 30}, {ID: "P-9", Child: "C-FIN", Home: "H-OAK", Start: today - 3},
	}}))
	for name, c := range map[string]struct {
		bend func(*engine.EndRequest)
		says string
	}{
		"by nobody":                    {func(r *engine.EndRequest) { r.By = "" }, "by whom"},
		"of nothing":                   {func(r *engine.EndRequest) { r.Child = "" }, "which placement, or whose"},
		"of two things":                {func(r *engine.EndRequest) { r.Placement = "P-1" }, "which placement, or whose"},
		"on no day":                    {func(r *engine.EndRequest) { r.On = 0 }, "first day the bed is free"},
		"at no instant":                {func(r *engine.EndRequest) { r.At = time.Time{} }, "instant is missing"},
		"before it began":              {func(r *engine.EndRequest) { r.Child, r.Placement, r.On = "", "P-1", care.Date(2026, 9, 30) }, "end:"},
		"of a child who lives nowhere": {func(r *engine.EndRequest) { r.Child = "C-AMY" }, "C-AMY has no placement: there is none to end"},
		"of a child in two places":     {func(r *engine.EndRequest) { r.Child = "C-FIN" }, "several placements without an end: P-8,P-9; say which"},
		"of a child who is not there":  {func(r *engine.EndRequest) { r.Child = "C-EVA" }, `child "C-EVA" is not in the store; did you mean C-EVE`},
		"of a placement that is not":   {func(r *engine.EndRequest) { r.Child, r.Placement = "", "P-11" }, `placement "P-11" is not in the store; did you mean`},
		"for a reason that is no code": {func(r *engine.EndRequest) { r.Reason = "tired" }, "reason:"},
	} {
		req := leaving("C-EVE")
		c.bend(&req)
		_, err := eng.End(t.Context(), req)
		require.ErrorContains(t, err, c.says, name)
		require.Len(t, entries(t, eng), 4, name)
	}
}
