package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// belongs is a command that is refused because its operation id is another's, and
// writes nothing.
func belongs(t *testing.T, eng *engine.Engine, says string, err error) {
	t.Helper()
	var bad *engine.InvalidRequestError
	require.ErrorAs(t, err, &bad)
	require.Contains(t, bad.Why, "operation X was another command: "+says)
}

func TestAnOperationIDIsNotAnsweredForAnotherChildHomeOrHold(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		amy := keeping("H-OAK", "C-AMY")
		amy.Op = "X"
		first := held(t, eng, amy)
		after := head(t, eng)
		for name, bend := range map[string]func(*engine.HoldRequest){
			"another child":     func(r *engine.HoldRequest) { r.Children = []care.ID{"C-BEN"} },
			"another home":      func(r *engine.HoldRequest) { r.Home = "H-ASH" },
			"another officer":   func(r *engine.HoldRequest) { r.By = "B. Officer" },
			"another day":       func(r *engine.HoldRequest) { r.On++ },
			"for longer":        func(r *engine.HoldRequest) { r.Until = r.Until.Add(time.Hour) },
			"that hold, longer": func(r *engine.HoldRequest) { r.ID, r.Until = first.ID, r.Until.Add(time.Hour) },
		} {
			other := amy
			bend(&other)
			_, err := eng.Hold(t.Context(), other)
			require.Error(t, err, name)
			belongs(t, eng, "hold HOLD-4 until 2026-11-22T17:00:00Z for C-AMY in H-OAK, by A. Officer (journal entry 4)", err)
		}
		require.Equal(t, after, head(t, eng))
		require.Equal(t, first, held(t, eng, amy), "its own retry has its answer")
	})
}

// A retry that comes a minute later, or past midnight, says today and two hours again.
func TestARetryThatIsSaidByTheClockIsTheSameRequest(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := keeping("H-OAK", "C-AMY")
		req.Op = "X"
		first := held(t, eng, req)
		for _, later := range []time.Duration{time.Minute + time.Nanosecond, 10 * time.Hour, 24 * time.Hour} {
			again := req
			again.At, again.Until = req.At.Add(later), req.Until.Add(later)
			again.On = req.On + (care.DayOf(again.At) - care.DayOf(req.At))
			require.Equal(t, first, held(t, eng, again), later)
		}
		again := req
		again.At = req.At.Add(time.Hour) // and the same end, by its name
		require.Equal(t, first, held(t, eng, again))
	})
}

// The first answer was lost on its way; the retry names the day and the end, and comes
// when both have passed.
func TestARetryThatComesTooLateHasTheAnswerThatWasLost(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		hold := keeping("H-OAK", "C-AMY")
		hold.Op = "X"
		kept := held(t, eng, hold)
		req := placing("H-ROSE", "C-BEN")
		req.Op = "Y"
		placed := place(t, eng, req)
		emergency := reasoned(placing("H-ASH", "C-CAT"))
		emergency.Emergency, emergency.On, emergency.MovedAt, emergency.Op = true, 0, halfPastTwo(), "Z"
		moved := place(t, eng, emergency)
		after := head(t, eng)

		nextWeek := three().AddDate(0, 0, 9)
		hold.At, req.At, emergency.At = nextWeek, nextWeek, nextWeek
		require.Equal(t, kept, held(t, eng, hold))
		require.Equal(t, placed, place(t, eng, req))
		require.Equal(t, moved, place(t, eng, emergency))
		require.Equal(t, after, head(t, eng))

		for why, do := range map[string]func() error{
			"has passed":        func() error { hold.Op = ""; _, err := eng.Hold(t.Context(), hold); return err },
			"say when":          func() error { req.Op = ""; _, err := eng.Place(t.Context(), req); return err },
			"for record-fact n": func() error { emergency.Op = ""; _, err := eng.Place(t.Context(), emergency); return err },
		} {
			require.ErrorContains(t, do(), why, "without the id it is a new request")
		}
	})
}

func TestTheSecondHoldUnderOneIDIsNotLeftHeldAndCalledReleased(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		one, two := held(t, eng, keeping("H-OAK", "C-AMY")), held(t, eng, keeping("H-ASH", "C-BEN"))
		three := engine.ReleaseRequest{Hold: one.ID, By: "A. Officer", At: three(), Op: "X"}
		freed, err := eng.Release(t.Context(), three)
		require.NoError(t, err)
		again, err := eng.Release(t.Context(), three)
		require.NoError(t, err)
		require.Equal(t, freed, again)
		three.Hold = two.ID
		_, err = eng.Release(t.Context(), three)
		belongs(t, eng, "release HOLD-4 in H-OAK", err)
		three.Op = "Y"
		freed, err = eng.Release(t.Context(), three)
		require.NoError(t, err)
		require.Len(t, freed.Beds, 1)
	})
}

func TestAnswersEndingsAndPlacementsKeepToTheirOwnIDs(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		one, two := held(t, eng, keeping("H-OAK", "C-AMY")), held(t, eng, keeping("H-ASH", "C-BEN"))
		yes := engine.AnswerRequest{Hold: one.ID, By: "A. Officer", At: three(), Op: "X"}
		_, err := eng.Accept(t.Context(), yes)
		require.NoError(t, err)
		yes.Hold = two.ID
		_, err = eng.Accept(t.Context(), yes)
		belongs(t, eng, "accept HOLD-4 in H-OAK", err)

		no := engine.AnswerRequest{Hold: one.ID, By: "A. Officer", Why: "full", At: three(), Op: "no"}
		_, err = eng.Decline(t.Context(), no)
		require.NoError(t, err)
		no.Hold = two.ID
		_, err = eng.Decline(t.Context(), no)
		require.ErrorContains(t, err, "operation no was another command: decline HOLD-4")

		end := engine.EndRequest{Child: "C-EVE", On: today, By: "A. Officer", At: three(), Op: "end"}
		_, err = eng.End(t.Context(), end)
		require.NoError(t, err)
		end.Child = "C-CAT"
		_, err = eng.End(t.Context(), end)
		require.ErrorContains(t, err, "operation end was another command: end P-1 of C-EVE")

		req := placing("H-ROSE", "C-AMY")
		req.Op = "place"
		placed := place(t, eng, req)
		req.Children = []care.ID{"C-BEN"}
		_, err = eng.Place(t.Context(), req)
		require.ErrorContains(t, err, "operation place was another command: place C-AMY in H-ROSE")
		require.Equal(t, []care.ID{"C-AMY"}, placed.Asked.Children)
	})
}

// Facts and the sign-offs that come late stand under one word in the journal.
func TestALateSignOffIsNotAnsweredWithTheFact(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		fact := atNight("H-OAK", "C-AMY")
		fact.Op = "X"
		moved := record(t, eng, fact)
		late := engine.LateSignOffs{
			Decision: moved.ID, By: "A. Officer", At: three().Add(time.Hour), Op: "X",
			SignOffs: []care.SignOff{{Rule: "out-of-area", Name: "N. Head", Role: "nominated officer", At: halfPastTwo().Add(13 * time.Hour), Ref: "REF-7"}},
		}
		_, err := eng.SignOffLate(t.Context(), late)
		belongs(t, eng, "record-fact C-AMY in H-OAK", err)
		late.Op = "late"
		signed, err := eng.SignOffLate(t.Context(), late)
		require.NoError(t, err)
		require.Empty(t, signed.Outstanding())

		late.SignOffs = []care.SignOff{{Rule: "out-of-area", Name: "M. Head", Role: "nominated officer", At: halfPastTwo().Add(14 * time.Hour), Ref: "REF-8"}}
		_, err = eng.SignOffLate(t.Context(), late)
		require.ErrorContains(t, err, "operation late was another command: record-fact sign-offs of "+string(moved.ID))
		other := atNight("H-ROSE", "C-BEN")
		other.Op = "X"
		_, err = eng.RecordFact(t.Context(), other)
		belongs(t, eng, "record-fact C-AMY in H-OAK", err)
	})
}

// An operation that an older program did has nothing to be compared with but its verb.
func TestARetryOfWhatAnOlderProgramDidHasItsAnswer(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := keeping("H-OAK", "C-AMY")
		req.Op = "X"
		require.NoError(t, engine.DoneByAnOlderProgram(t.Context(), eng, req))
		first := held(t, eng, req)
		require.Len(t, first.Beds, 1)
		_, err := eng.Release(t.Context(), engine.ReleaseRequest{Hold: first.ID, By: "A. Officer", At: three(), Op: "X"})
		belongs(t, eng, "hold HOLD-4", err)
	})
}

// The words of the command are erased with a child; what it was told by is not.
func TestARetryAfterTheWordsWereErasedIsStillToldFromAnother(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := keeping("H-OAK", "C-AMY")
		req.Op = "X"
		h := held(t, eng, req)
		release := engine.ReleaseRequest{Hold: h.ID, By: "A. Officer", At: three(), Op: "Y"}
		_, err := eng.Release(t.Context(), release)
		require.NoError(t, err)
		erased(t, eng, "C-AMY")
		req.Children = []care.ID{"C-BEN"}
		_, err = eng.Hold(t.Context(), req)
		belongs(t, eng, "hold (the words were erased), by A. Officer", err)
	})
}

// Much is erased in several changes, of which only the last has the operation id. None
// of them is made under an id that belongs to something else.
func TestNothingIsErasedUnderTheIDOfAnotherErasure(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	req := forgetting("C-BEN")
	req.Op = "X"
	_, err := eng.EraseChild(t.Context(), req)
	require.NoError(t, err)
	long := care.Child{ID: "C-LONG", DOB: care.Date(2014, 3, 9), Authority: leeds}
	for i := range 2_010 { // more than one change erases
		long.Wishes = fmt.Sprint("draft ", i)
		require.NoError(t, eng.Add(context.Background(), engine.Records{Children: []care.Child{long}, By: "A", At: three()}))
	}
	before := head(t, eng)
	req.Child = "C-LONG"
	_, err = eng.EraseChild(t.Context(), req)
	belongs(t, eng, "erase child C-BEN", err)
	require.Equal(t, before, head(t, eng), "nothing is gone")
}
