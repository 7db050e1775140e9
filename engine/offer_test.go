package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// ofProvider changes whose a home is and nothing else.
func ofProvider(t testing.TB, eng *engine.Engine, id care.ID, code care.ProviderCode) {
	t.Helper()
	h, err := engine.HomeOf(t.Context(), eng, id)
	require.NoError(t, err)
	h.ProviderCode = code
	require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: []care.Home{h}, By: "A. Officer", At: three()}))
}

func answering(hold care.ID) engine.AnswerRequest {
	return engine.AnswerRequest{Hold: hold, By: "A. Officer", At: three().Add(time.Hour), Why: "full from Monday"}
}

func TestAnotherProvidersHomeIsAskedAndAnOwnHomeIsNot(t *testing.T) {
	for code, want := range map[care.ProviderCode]care.OfferState{
		"": care.Offered, "PR1": care.NotOffered, "PR2": care.Offered, "PR3": care.Offered, "PR4": care.Offered, "PR5": care.Offered,
	} {
		eng := engine.InMemory()
		settle(t, eng)
		ofProvider(t, eng, "H-OAK", code)
		require.Equal(t, want, held(t, eng, keeping("H-OAK", "C-AMY")).Beds[0].Offer, "%q", code)
		require.NoError(t, eng.Close())
	}
}

func TestAHomeSaysYes(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		ofProvider(t, eng, "H-OAK", "PR4")
		h := held(t, eng, keeping("H-OAK", "C-AMY"))
		yes, err := eng.Accept(t.Context(), answering(h.ID))
		require.NoError(t, err)
		require.Equal(t, care.Accepted, yes.Beds[0].Offer)
		require.Equal(t, "accept "+string(h.ID)+" in H-OAK", lastEntry(t, eng))

		later := answering(h.ID)
		later.By, later.At = "B. Colleague", later.At.Add(time.Minute)
		_, err = eng.Accept(t.Context(), later)
		require.NoError(t, err)
		require.Equal(t, "accept "+string(h.ID)+" in H-OAK", lastEntry(t, eng))
		require.Len(t, entries(t, eng), int(yes.Journal), "the first yes is the one that counts")

		longer := keeping("H-OAK", "C-AMY")
		longer.ID, longer.Until = h.ID, h.Until.Add(time.Hour)
		require.Equal(t, care.Accepted, held(t, eng, longer).Beds[0].Offer, "a longer hold is the same offer")
	})
}

func TestAHomeThatSaysNoIsFreeAtOnceAndItsReasonIsCounted(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		for i, why := range []string{"Full from Monday", "too far from school", "full from  monday "} {
			h := held(t, eng, keeping("H-ROSE", "C-BEN"))
			no := answering(h.ID)
			no.Why, no.At = why, no.At.Add(time.Duration(i)*time.Minute)
			freed, err := eng.Decline(t.Context(), no)
			require.NoError(t, err)
			require.Equal(t, []engine.Bed{{Home: "H-ROSE", Children: []care.ID{"C-BEN"}}}, freed.Beds)
			require.Contains(t, offered(shortlist(t, eng, asking("C-AMY"))), care.ID("H-ROSE"))
		}
		c := candidate(t, shortlist(t, eng, asking("C-AMY")), "H-ROSE")
		require.Equal(t, []care.DeclineCount{{Reason: "Full from Monday", Count: 2}, {Reason: "too far from school", Count: 1}}, c.Declines)
		require.Empty(t, candidate(t, shortlist(t, eng, asking("C-AMY")), "H-OAK").Declines)
	})
}

func TestAYesAfterTheHoldHasRunOutIsTooLate(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		h := held(t, eng, keeping("H-ROSE", "C-BEN"))
		late := answering(h.ID)
		late.At = h.Until
		_, err := eng.Accept(t.Context(), late)
		require.Equal(t, &engine.RunOutError{Hold: h.ID, Until: h.Until}, refusal[*engine.RunOutError](t, err))
		require.ErrorContains(t, err, "hold HOLD-4 ran out at 17:00 on 22 November 2026: hold the beds again first")

		_, err = eng.Decline(t.Context(), late)
		require.NoError(t, err, "a no is worth knowing whenever it comes")
		require.Len(t, candidate(t, shortlist(t, eng, asking("C-AMY")), "H-ROSE").Declines, 1)
	})
}

func TestOneHomeOfASplitSaysNo(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		h := held(t, eng, engine.HoldRequest{
			Beds: []engine.Bed{{Home: "H-ASH", Children: []care.ID{"C-BEN"}}, {Home: "H-OAK", Children: []care.ID{"C-CAT"}}},
			On:   today, At: three(), Until: three().Add(24 * time.Hour), By: "A. Officer",
		})
		no := answering(h.ID)
		_, err := eng.Decline(t.Context(), no)
		var bad *engine.InvalidRequestError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, "hold HOLD-4 is on H-ASH,H-OAK; say which of them", bad.Why)
		no.Home = "H-ROSE"
		_, err = eng.Decline(t.Context(), no)
		require.ErrorContains(t, err, "hold HOLD-4 is on H-ASH,H-OAK, not on H-ROSE")

		no.Home = "H-OAK"
		freed, err := eng.Decline(t.Context(), no)
		require.NoError(t, err)
		require.Equal(t, []engine.Bed{{Home: "H-OAK", Children: []care.ID{"C-CAT"}}}, freed.Beds)
		yes, err := eng.Accept(t.Context(), answering(h.ID))
		require.NoError(t, err, "the other home still has the children")
		require.Len(t, yes.Beds, 1)
		require.Equal(t, care.ID("H-ASH"), yes.Beds[0].Home)
	})
}

func TestAnAnswerThatIsBroughtTwiceIsRecordedOnce(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		h := held(t, eng, keeping("H-ROSE", "C-BEN"))
		no := answering(h.ID)
		no.Op = "no-1"
		first, err := eng.Decline(t.Context(), no)
		require.NoError(t, err)
		held(t, eng, keeping("H-ROSE", "C-AMY"))
		again, err := eng.Decline(t.Context(), no)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Len(t, candidate(t, shortlist(t, eng, asking("C-AMY")), "H-ROSE").Declines, 1)
	})
}

func TestAnAnswerThatCannotBeRecorded(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	h := held(t, eng, keeping("H-ROSE", "C-BEN"))
	for name, c := range map[string]struct {
		bend func(*engine.AnswerRequest)
		says string
	}{
		"by nobody":                     {func(r *engine.AnswerRequest) { r.By = "" }, "by whom"},
		"to no hold":                    {func(r *engine.AnswerRequest) { r.Hold = "" }, "which hold"},
		"at no instant":                 {func(r *engine.AnswerRequest) { r.At = time.Time{} }, "instant is missing"},
		"to a hold that is not there":   {func(r *engine.AnswerRequest) { r.Hold = "HOLD-44" }, `hold "HOLD-44" is not in the store; did you mean HOLD-4?`},
		"for a home that is not asked":  {func(r *engine.AnswerRequest) { r.Home = "H-OAK" }, "not on H-OAK"},
		"a no without a reason, or yes": {func(r *engine.AnswerRequest) { r.Why = "  " }, "why the home declined"},
	} {
		req := answering(h.ID)
		c.bend(&req)
		_, err := eng.Decline(t.Context(), req)
		require.ErrorContains(t, err, c.says, name)
		if req.Why == answering(h.ID).Why {
			_, err = eng.Accept(t.Context(), req)
			require.ErrorContains(t, err, c.says, name)
		}
	}
}
