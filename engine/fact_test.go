package engine_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// halfPastTwo is in the night before three in the afternoon.
func halfPastTwo() time.Time { return care.StartOf(today).Add(150 * time.Minute).UTC() }

// atNight is a fact: children were moved at half past two.
func atNight(home care.ID, children ...care.ID) engine.FactRequest {
	req := placing(home, children...)
	req.On, req.MovedAt, req.Emergency = 0, halfPastTwo(), true
	return engine.FactRequest{PlaceRequest: req}
}

func record(t testing.TB, eng *engine.Engine, req engine.FactRequest) *engine.Placed {
	t.Helper()
	placed, err := eng.RecordFact(t.Context(), req)
	require.NoError(t, err)
	return placed
}

// The night team moved three children into a home that was full, closed and
// outside the area. What is recorded is where they are, and what was missing.
func TestWhatHappenedAtNightIsRecordedWithWhatWasMissing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		moved := record(t, eng, atNight("H-ELM", "C-BEN", "C-CAT", "C-EVE"))
		require.Equal(t, care.FactDecision, moved.Kind)
		require.Equal(t, []care.ID{"P-1"}, moved.Ended, "she left where she lived")
		for _, child := range []care.ID{"C-BEN", "C-CAT", "C-EVE"} {
			require.Equal(t, []string{"H-ELM"}, livesIn(t, eng, child))
		}
		barred := map[string]bool{}
		for _, b := range moved.Breaches {
			barred[b.Rule] = b.Verdict == "barred"
		}
		require.True(t, barred["not-available"])
		require.True(t, barred["free-place"])
		require.Equal(t, moved.Breaches, moved.Outstanding(), "nobody can sign off a bar")
		require.Contains(t, freeBeds(t, eng, "H-ELM", "C-AMY"), "0 of 2")
		require.Contains(t, freeBeds(t, eng, "H-ROSE", "C-AMY"), "2 of 2")

		replay, err := eng.Replay(t.Context(), moved.ID)
		require.NoError(t, err)
		require.True(t, replay.Identical, replay.Difference)
	})
}

// The nominated officer hears of it in the morning: the sign-off is taken, and
// shown thirteen hours late.
func TestASignOffThatComesLateIsTakenAndShownLate(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		moved := record(t, eng, atNight("H-OAK", "C-AMY"))
		require.Len(t, moved.Breaches, 1)
		require.Equal(t, "nominated officer", moved.Breaches[0].Role)
		require.Len(t, moved.Outstanding(), 1)

		late := engine.LateSignOffs{
			Decision: moved.ID, By: "A. Officer", At: three().Add(time.Hour), Op: "late-1",
			SignOffs: []care.SignOff{{Rule: "out-of-area", Name: "N. Head", Role: "nominated officer", At: halfPastTwo().Add(13 * time.Hour), Ref: "REF-7"}},
		}
		signed, err := eng.SignOffLate(t.Context(), late)
		require.NoError(t, err)
		require.Empty(t, signed.Outstanding())
		require.Len(t, signed.Breaches, 1, "the breach stays on the record")
		require.Equal(t, 13*time.Hour, signed.Late(&signed.SignOffs[0]))
		before := head(t, eng)
		again, err := eng.SignOffLate(t.Context(), late)
		require.NoError(t, err)
		require.Equal(t, signed, again)
		require.Equal(t, before, head(t, eng))

		wrong := late
		wrong.Op = ""
		for why, spoil := range map[string]func(*care.SignOff){
			"the rule asks for none here":           func(s *care.SignOff) { s.Rule = "pets" },
			"it was given by the person who places": func(s *care.SignOff) { s.Name = "A. Officer" },
			"it is dated later than now":            func(s *care.SignOff) { s.At = three().Add(2 * time.Hour) },
		} {
			bad := late.SignOffs[0]
			spoil(&bad)
			wrong.SignOffs = []care.SignOff{bad}
			_, err := eng.SignOffLate(t.Context(), wrong)
			var refused *engine.SignOffError
			require.ErrorAs(t, err, &refused, why)
			require.Equal(t, why, refused.Wrong[0].Why)
		}
		wrong.Decision = "D-nowhere"
		_, err = eng.SignOffLate(t.Context(), wrong)
		require.ErrorIs(t, err, engine.ErrUnknown)
		for _, bad := range []engine.LateSignOffs{{Decision: moved.ID, At: three(), SignOffs: late.SignOffs}, {Decision: moved.ID, By: "A", SignOffs: late.SignOffs}, {Decision: moved.ID, By: "A", At: three()}} {
			_, err = eng.SignOffLate(t.Context(), bad)
			var invalid *engine.InvalidRequestError
			require.ErrorAs(t, err, &invalid)
		}
	})
}

// One given before the move is no breach; one given after it, told with the fact,
// is a breach that has been answered.
func TestAFactIsToldWithTheSignOffsThatThereAre(t *testing.T) {
	for _, c := range []struct {
		given    time.Time
		breaches int
		late     time.Duration
	}{{halfPastTwo(), 0, 0}, {halfPastTwo().Add(90 * time.Minute), 1, 90 * time.Minute}} {
		eng := engine.InMemory()
		settle(t, eng)
		req := atNight("H-OAK", "C-AMY")
		given := approvalOf("out-of-area", "nominated officer")
		given.At = c.given
		req.SignOffs = []care.SignOff{given}
		moved := record(t, eng, req)
		require.Len(t, moved.Breaches, c.breaches)
		require.Empty(t, moved.Outstanding())
		require.Equal(t, c.late, moved.Late(&moved.SignOffs[0]))
		require.NoError(t, eng.Close())
	}
}

func TestAnothersHomeThatHadNotSaidYesIsABreach(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	ownerOf(t, eng, "PR3", "H-ASH")
	moved := record(t, eng, atNight("H-ASH", "C-AMY"))
	require.Len(t, moved.Breaches, 1)
	require.Equal(t, "acceptance", moved.Breaches[0].Verdict)
	require.Contains(t, moved.Breaches[0].Says, "PR3")
}

// Told a week later, when the child has moved on: the stay is put in between.
func TestAFactThatIsToldLateEndsWhereTheNextPlacementBegins(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := atNight("H-ASH", "C-EVE")
		req.MovedAt = care.StartOf(care.Date(2026, time.September, 28)).Add(time.Hour)
		_, err := eng.RecordFact(t.Context(), req)
		var lives *engine.LivesError
		require.ErrorAs(t, err, &lives)
		require.Equal(t, care.ID("P-2"), lives.Placement, "she lived there then")
		req.Home = "H-OAK"
		moved := record(t, eng, req)
		require.Equal(t, []care.ID{"P-2"}, moved.Ended)
		require.Contains(t, export(t, eng, engine.Placements), ",C-EVE,H-OAK,2026-09-28,,2026-10-01,")
		require.Equal(t, []string{"H-ROSE"}, livesIn(t, eng, "C-EVE"))
	})
}

// An emergency that was properly approved by telephone and typed in next morning
// is a placement; one that was not, or not in time, is not.
func TestAnEmergencyMoveIsAPlacementIfEverythingWasThereBefore(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	req := reasoned(atNight("H-OAK", "C-AMY").PlaceRequest)
	given := approvalOf("out-of-area", "nominated officer")
	req.SignOffs = []care.SignOff{given}
	refused := refusedOf[*engine.SignOffError](t, eng, req)
	require.Equal(t, "it was given after the children had moved", refused.Wrong[0].Why)

	req.SignOffs[0].At = halfPastTwo().Add(-time.Minute)
	for why, spoil := range map[string]func(*engine.PlaceRequest){
		"is for an emergency": func(r *engine.PlaceRequest) { r.Emergency = false },
		"later than now":      func(r *engine.PlaceRequest) { r.MovedAt = three().Add(time.Second) },
		"is to begin on":      func(r *engine.PlaceRequest) { r.On = today + 1 },
		"until 27 November":   func(r *engine.PlaceRequest) { r.At = care.StartOf(today + 6) },
	} {
		bad := req
		spoil(&bad)
		_, err := eng.Place(t.Context(), bad)
		var invalid *engine.InvalidRequestError
		require.ErrorAs(t, err, &invalid, why)
		require.Contains(t, err.Error(), why)
	}
	req.At = care.StartOf(today + 6).Add(-time.Second) // the fifth working day, a Friday
	placed := place(t, eng, req)
	require.Equal(t, halfPastTwo(), placed.MovedAt)
	require.Equal(t, today, placed.Asked.On)
	findings := findingsOf(t, placed)
	i := slices.IndexFunc(findings, func(f rulebook.Finding) bool { return f.Rule == "out-of-area" })
	require.GreaterOrEqual(t, i, 0)
	require.Equal(t, today, findings[i].ByDay, "approval comes before the move, also in an emergency")
	require.Contains(t, findings[i].Says, "by 27 November 2026", "the area authority's notice, five working days in an emergency")
}

// The home's yes is judged at the hour of the move: one that came in the afternoon
// was none at night, and one that was there at night is not undone by its hold
// having run out since.
func TestAcceptancesAreThoseOfTheHourOfTheMove(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		ownerOf(t, eng, "PR3", "H-ASH", "H-OAK")
		held := holdOn(t, eng, bedsFor("H-ASH", "C-AMY"))
		_, err := eng.Accept(t.Context(), engine.AnswerRequest{Hold: held.ID, By: "D. Duty", At: three()})
		require.NoError(t, err)
		told := atNight("H-ASH", "C-AMY")
		told.At = three().Add(time.Minute)
		require.Len(t, record(t, eng, told).Breaches, 1, "the children had moved by then")

		evening := engine.HoldRequest{Home: "H-OAK", Children: []care.ID{"C-BEN"}, On: today, At: three().Add(time.Hour), Until: three().Add(5 * time.Hour), By: "A. Officer"}
		held = holdOn(t, eng, evening)
		_, err = eng.Accept(t.Context(), engine.AnswerRequest{Hold: held.ID, By: "D. Duty", At: three().Add(2 * time.Hour)})
		require.NoError(t, err)
		later := bedsFor("H-OAK", "C-CAT")
		later.On, later.At, later.Until = today+1, three().Add(20*time.Hour), three().Add(21*time.Hour)
		holdOn(t, eng, later) // ends the other, which has run out
		told = atNight("H-OAK", "C-BEN")
		told.MovedAt, told.At = three().Add(3*time.Hour), three().Add(20*time.Hour)
		moved := record(t, eng, told)
		require.Equal(t, []care.Acceptance{{Home: "H-OAK", Hold: held.ID, By: "D. Duty", At: three().Add(2 * time.Hour).UTC()}}, moved.Acceptances)
		for _, b := range moved.Breaches {
			require.NotEqual(t, "acceptance", b.Verdict)
		}
	})
}

// Beds held from 2 December are no fact on 22 November.
func TestAFactIsNeverStillToCome(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	beds := bedsFor("H-ROSE", "C-AMY")
	beds.On = care.Date(2026, time.December, 2)
	held := holdOn(t, eng, beds)
	before := head(t, eng)
	fact := engine.FactRequest{PlaceRequest: engine.PlaceRequest{Hold: held.ID, At: three(), By: "A. Officer"}}
	_, err := eng.RecordFact(t.Context(), fact)
	var invalid *engine.InvalidRequestError
	require.ErrorAs(t, err, &invalid)
	require.Contains(t, invalid.Why, "2 December 2026 is still to come")
	require.Equal(t, before, head(t, eng))
	fact.On = today // she came earlier
	record(t, eng, fact)
}
