package engine_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// ownerOf says in the file of homes who provides them: PR4 is a private provider.
func ownerOf(t testing.TB, eng *engine.Engine, code care.ProviderCode, homes ...string) {
	t.Helper()
	header, rows, _ := strings.Cut(homesCSV, "\n")
	out := header + "\n"
	for _, row := range strings.Split(strings.TrimSpace(rows), "\n") {
		id, _, _ := strings.Cut(row, ",")
		for _, h := range homes {
			if id == h {
				out += row[:strings.LastIndexByte(row, ',')+1] + string(code) + "\n" // the last column
			}
		}
	}
	_, rejected := bring(t, eng, engine.Homes, out)
	require.Empty(t, rejected)
}

func bedsFor(home care.ID, children ...care.ID) engine.HoldRequest {
	return engine.HoldRequest{Home: home, Children: children, On: today, At: three(), Until: three().Add(4 * time.Hour), By: "A. Officer"}
}

func holdOn(t testing.TB, eng *engine.Engine, req engine.HoldRequest) *engine.Held {
	t.Helper()
	held, err := eng.Hold(t.Context(), req)
	require.NoError(t, err)
	return held
}

// freeBeds is what a look at the home says of its beds.
func freeBeds(t testing.TB, eng *engine.Engine, home care.ID, child care.ID) string {
	t.Helper()
	e, err := eng.Explain(t.Context(), engine.Request{Children: []care.ID{child}, On: today, At: three()}, home)
	require.NoError(t, err)
	for _, f := range e.Judged.Findings {
		if f.Rule == "free-place" {
			return f.Says
		}
	}
	return ""
}

// A place in another's home is not a yes: the home is asked, and answers for these
// children.
func TestAnothersHomeHasToSayYesToTheseChildren(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		ownerOf(t, eng, "PR4", "H-ASH")
		req := reasoned(placing("H-ASH", "C-AMY"))
		require.Equal(t, []care.ID{"H-ASH"}, refusedOf[*engine.AcceptanceError](t, eng, req).Homes)
		held := holdOn(t, eng, bedsFor("H-ASH", "C-AMY"))
		refusedOf[*engine.AcceptanceError](t, eng, req)
		_, err := eng.Accept(t.Context(), engine.AnswerRequest{Hold: held.ID, By: "D. Duty", At: three().Add(time.Minute)})
		require.NoError(t, err)

		later := req
		later.At = three().Add(4 * time.Hour)
		refusedOf[*engine.AcceptanceError](t, eng, later) // the hold has run out by then
		both := reasoned(placing("H-ASH", "C-BEN", "C-CAT"))
		refusedOf[*engine.TakenError](t, eng, both)

		req = reasoned(engine.PlaceRequest{Hold: held.ID, At: three().Add(time.Hour), By: "A. Officer"})
		placed := place(t, eng, req)
		require.Equal(t, []care.Acceptance{{Home: "H-ASH", Hold: held.ID, By: "D. Duty", At: three().Add(time.Minute).UTC()}}, placed.Acceptances)
		require.Equal(t, today, placed.Asked.On, "the day the bed was held from")
		require.Contains(t, freeBeds(t, eng, "H-ASH", "C-BEN"), "1 of 2", "the hold has become the placement, and takes no second bed")

		_, err = eng.Place(t.Context(), req)
		require.ErrorIs(t, err, engine.ErrUnknown, "the hold is gone")
	})
}

func TestAHoldThatHasRunOutIsNotTakenUp(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	held := holdOn(t, eng, bedsFor("H-ROSE", "C-AMY"))
	refusedOf[*engine.RunOutError](t, eng, engine.PlaceRequest{Hold: held.ID, At: three().Add(4 * time.Hour), By: "A. Officer"})
}

// Officers ring round: once the child has a home, nobody else waits for them.
func TestPlacingLetsGoOfWhatTheChildrenHoldElsewhere(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		holdOn(t, eng, bedsFor("H-ASH", "C-AMY"))
		both := holdOn(t, eng, bedsFor("H-OAK", "C-AMY", "C-EVE"))
		require.Contains(t, freeBeds(t, eng, "H-ASH", "C-BEN"), "1 of 2")
		place(t, eng, placing("H-ROSE", "C-AMY"))
		require.Contains(t, freeBeds(t, eng, "H-ASH", "C-BEN"), "2 of 2")
		require.Contains(t, freeBeds(t, eng, "H-OAK", "C-BEN"), "2 of 3", "the other child's bed is still held")
		_, err := eng.Release(t.Context(), engine.ReleaseRequest{Hold: both.ID, By: "A. Officer", At: three()})
		require.NoError(t, err)
	})
}

func TestSomebodyElsesHoldStandsInTheWay(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	req := bedsFor("H-ROSE", "C-BEN")
	req.By = "B. Other"
	holdOn(t, eng, req)
	taken := refusedOf[*engine.TakenError](t, eng, placing("H-ROSE", "C-AMY"))
	require.Equal(t, "B. Other", taken.By)
	after := placing("H-ROSE", "C-AMY")
	after.At = three().Add(4 * time.Hour)
	place(t, eng, after)
	entries, err := engine.EntriesOf(t.Context(), eng)
	require.NoError(t, err)
	require.Contains(t, entries[len(entries)-1].Command, "ended, having run out")
}

// A group in several homes is placed all or none, and a home that takes them
// together asks why they were split.
func TestASplitIsPlacedWholeAndExplained(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		split := engine.PlaceRequest{
			Group: "G-1", Beds: []engine.Bed{{Home: "H-ROSE", Children: []care.ID{"C-BEN"}}, {Home: "H-ASH", Children: []care.ID{"C-CAT"}}},
			On: today, At: three(), By: "A. Officer",
		}
		require.Contains(t, refusedOf[*engine.ReasonError](t, eng, split).Error(), "takes the children together")
		split.Why = "each needs a carer of their own for now"
		placed := place(t, eng, split)
		require.Len(t, placed.Chosen, 2)
		require.Equal(t, []string{"H-ROSE"}, livesIn(t, eng, "C-BEN"))
		require.Equal(t, []string{"H-ASH"}, livesIn(t, eng, "C-CAT"))
		require.NotEqual(t, placed.Chosen[0].Placements, placed.Chosen[1].Placements)
		replay, err := eng.Replay(t.Context(), placed.ID)
		require.NoError(t, err)
		require.True(t, replay.Identical, replay.Difference)
	})
}

func TestHalfASplitThatCannotBeHadPlacesNobody(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	split := reasoned(engine.PlaceRequest{
		Beds: []engine.Bed{{Home: "H-ASH", Children: []care.ID{"C-BEN"}}, {Home: "H-ELM", Children: []care.ID{"C-CAT"}}}, On: today, At: three(), By: "A. Officer",
	})
	require.Equal(t, care.ID("H-ELM"), refusedOf[*engine.BarredError](t, eng, split).Home)
	require.Empty(t, livesIn(t, eng, "C-BEN"))
}

// Sixteen officers, one bed: one child is placed, and fifteen officers are told.
func TestManyOfficersAfterTheLastBed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		var rows strings.Builder
		var ids []care.ID
		for n := range 16 {
			id := "C-LAST-" + string(rune('A'+n))
			ids = append(ids, care.ID(id))
			rows.WriteString(childRow(id, "2014-03-09", "F", leeds, "", "", "none"))
		}
		bring(t, eng, engine.Children, childrenHeader+rows.String())
		var wg sync.WaitGroup
		errs := make([]error, len(ids))
		for i, id := range ids {
			wg.Go(func() { _, errs[i] = eng.Place(t.Context(), reasoned(placing("H-ROSE", id))) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			var taken *engine.TakenError
			var barred *engine.BarredError
			require.True(t, errorsAs(err, &taken) || errorsAs(err, &barred), "%v", err)
		}
		require.Equal(t, 1, won, "one of the two beds is C-EVE's")
	})
}

// A home that said yes to two children has not said yes to one of them.
func TestAYesToTwoIsNoneToTheOneWhoIsLeft(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		ownerOf(t, eng, "PR4", "H-ASH")
		both := holdOn(t, eng, bedsFor("H-ASH", "C-BEN", "C-CAT"))
		_, err := eng.Accept(t.Context(), engine.AnswerRequest{Hold: both.ID, By: "D. Duty", At: three()})
		require.NoError(t, err)
		place(t, eng, reasoned(placing("H-ROSE", "C-BEN")))
		alone := reasoned(placing("H-ASH", "C-CAT"))
		require.Equal(t, []care.ID{"H-ASH"}, refusedOf[*engine.AcceptanceError](t, eng, alone).Homes)
		_, err = eng.Accept(t.Context(), engine.AnswerRequest{Hold: both.ID, By: "D. Duty", At: three()})
		require.NoError(t, err)
		place(t, eng, alone)
	})
}

// What the officer in charge agreed to for one home says nothing of the other.
func TestASignOffForOneHomeOfASplitIsNoneForTheOther(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Homes, homesHeader+homeRow("H-FIR", "foster", bradford, "53.795733", "-1.759119", "1", "0-17", "", approved, "none", "dog"))
		split := reasoned(engine.PlaceRequest{
			Group: "G-1", Beds: []engine.Bed{{Home: "H-OAK", Children: []care.ID{"C-BEN"}}, {Home: "H-FIR", Children: []care.ID{"C-CAT"}}},
			On: today, At: three(), By: "A. Officer",
		})
		forAll := approvalOf("out-of-area", "nominated officer")
		split.SignOffs = []care.SignOff{forAll}
		refused := refusedOf[*engine.SignOffError](t, eng, split)
		require.Equal(t, "it does not say for which home: one each, as out-of-area@H-OAK=… and out-of-area@H-FIR=…", refused.Wrong[0].Why)
		require.Len(t, refused.Missing, 2)

		oak, fir, elm := forAll, forAll, forAll
		oak.Home, fir.Home, elm.Home = "H-OAK", "H-FIR", "H-ELM"
		split.SignOffs = []care.SignOff{oak, elm}
		refused = refusedOf[*engine.SignOffError](t, eng, split)
		require.Equal(t, "the rule asks for none for H-ELM", refused.Wrong[0].Why)
		require.Equal(t, care.ID("H-FIR"), refused.Missing[0].Home)
		require.Len(t, refused.Missing, 1)

		split.SignOffs = []care.SignOff{oak, fir}
		require.Equal(t, split.SignOffs, place(t, eng, split).SignOffs)
	})
}

// A brother lives with another provider's carers already. His sister is to join him:
// her bed alone can be held, and the yes to her is the yes to the move of both.
func TestASisterJoinsHerBrotherInAnothersHome(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Placements, "id,child,home,start\nP-10,C-BEN,H-ASH,2026-10-01\nP-11,C-CAT,H-ROSE,2026-10-01\n")
		ownerOf(t, eng, "PR4", "H-ASH")
		req := engine.MoveRequest{PlaceRequest: reasoned(engine.PlaceRequest{Group: "G-1", Home: "H-ASH", On: today, At: three(), By: "A. Officer"})}
		_, err := eng.Move(t.Context(), req)
		require.Equal(t, []care.ID{"H-ASH"}, refusal[*engine.AcceptanceError](t, err).Homes)
		_, err = eng.Hold(t.Context(), bedsFor("H-ASH", "C-BEN", "C-CAT"))
		refusal[*engine.LivesError](t, err)
		held := holdOn(t, eng, bedsFor("H-ASH", "C-CAT"))
		_, err = eng.Move(t.Context(), req)
		refusal[*engine.AcceptanceError](t, err)
		_, err = eng.Accept(t.Context(), engine.AnswerRequest{Hold: held.ID, By: "D. Duty", At: three()})
		require.NoError(t, err)
		moved, err := eng.Move(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, held.ID, moved.Acceptances[0].Hold)
		require.Equal(t, []care.ID{"C-BEN"}, moved.Chosen[0].Stayed)
		require.Equal(t, []care.ID{"C-CAT"}, moved.Chosen[0].Moved())
		require.Equal(t, []string{"H-ASH"}, livesIn(t, eng, "C-CAT"))
		require.Contains(t, lastEntry(t, eng), "; let go: "+string(held.ID)+" in H-ASH")
		require.True(t, replayed(t, eng, moved.ID).Identical)
	})
}

// Her brother is to leave the home on a day that is recorded: others may have his bed
// from then on, so that he cannot be taken to stay.
func TestASisterDoesNotJoinABrotherWhoIsToLeave(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Placements, "id,child,home,start,end\nP-10,C-BEN,H-ASH,2026-10-01,2026-12-01\nP-11,C-CAT,H-ROSE,2026-10-01,\n")
		req := engine.MoveRequest{PlaceRequest: reasoned(engine.PlaceRequest{Group: "G-1", Home: "H-ASH", On: today, At: three(), By: "A. Officer"})}
		_, err := eng.Move(t.Context(), req)
		refused := refusal[*engine.LivesError](t, err)
		require.Equal(t, care.ID("P-10"), refused.Placement)
		require.Contains(t, refused.Why, "it ends on 1 December 2026 as recorded")
		require.Equal(t, []string{"H-ROSE"}, livesIn(t, eng, "C-CAT"), "nothing is changed")
	})
}

// A night elsewhere does not lose the bed that is held for the day after.
func TestANightElsewhereLeavesTheBedHeldForTomorrow(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		tomorrow := bedsFor("H-ASH", "C-AMY")
		tomorrow.On = today + 1
		kept, done := holdOn(t, eng, tomorrow), holdOn(t, eng, bedsFor("H-ROSE", "C-AMY"))
		record(t, eng, atNight("H-ROSE", "C-AMY"))
		require.Contains(t, lastEntry(t, eng), "; let go: "+string(done.ID)+" in H-ROSE", "the hold has done its work")
		require.NotContains(t, lastEntry(t, eng), string(kept.ID))
		_, err := eng.Release(t.Context(), engine.ReleaseRequest{Hold: kept.ID, By: "A. Officer", At: three()})
		require.NoError(t, err, "it is held still")
	})
}

// The journal names each hold that ended with the placement, whichever home it was in.
func TestTheJournalNamesTheHoldsThatAPlacementEnded(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	elsewhere, both := holdOn(t, eng, bedsFor("H-ASH", "C-AMY")), holdOn(t, eng, bedsFor("H-OAK", "C-AMY", "C-EVE"))
	place(t, eng, placing("H-ROSE", "C-AMY"))
	require.True(t, strings.HasSuffix(lastEntry(t, eng), "; let go: "+string(elsewhere.ID)+" in H-ASH"), lastEntry(t, eng))
	require.NotContains(t, lastEntry(t, eng), string(both.ID), "which another child waits for")
}

// A hold is a promise of a home to live in, and not only of a bed: who must not live
// with Amy is not offered the other bed of the house where one is held for her.
func TestWhoMustBeKeptApartIsNotOfferedTheNextBed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, err := eng.Set(t.Context(), engine.SetRequest{Kind: engine.Children, ID: "C-FIN", By: "A. Officer", At: three(), Cells: []engine.Cell{{Column: "kept_apart", Value: "C-AMY"}}})
		require.NoError(t, err)
		fin := asking("C-FIN")
		require.Contains(t, offered(shortlist(t, eng, fin)), care.ID("H-ASH"))
		amy := holdOn(t, eng, bedsFor("H-ASH", "C-AMY"))

		require.NotContains(t, offered(shortlist(t, eng, fin)), care.ID("H-ASH"))
		fin.Counts = true
		require.Equal(t, 1, shortlist(t, eng, fin).Barred["kept-apart"])
		_, err = eng.Hold(t.Context(), bedsFor("H-ASH", "C-FIN"))
		barred := refusal[*engine.BarredError](t, err)
		require.Equal(t, "kept-apart", barred.Findings[0].Rule)
		require.EqualError(t, barred, "H-ASH is barred to C-FIN by kept-apart: C-FIN must be kept apart from C-AMY, for whom a bed is held there (open when C-AMY has a bed elsewhere, or the hold has run out at 19:00 on 22 November 2026)")

		fin.On, fin.At = today, amy.Until
		require.Contains(t, offered(shortlist(t, eng, fin)), care.ID("H-ASH"), "the hold has run out")
		place(t, eng, engine.PlaceRequest{Hold: amy.ID, On: today, At: three().Add(time.Hour), By: "A. Officer", Why: "it is near"})
		_, err = eng.Hold(t.Context(), bedsFor("H-ASH", "C-FIN"))
		require.ErrorContains(t, err, "from C-AMY, who lives there")
	})
}
