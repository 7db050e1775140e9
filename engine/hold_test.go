package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// keeping asks to hold a home of the town for children, up to five o'clock.
func keeping(home care.ID, children ...care.ID) engine.HoldRequest {
	return engine.HoldRequest{Children: children, Home: home, On: today, At: three(), Until: three().Add(2 * time.Hour), By: "A. Officer"}
}

// held is a hold that is had.
func held(t testing.TB, eng *engine.Engine, req engine.HoldRequest) *engine.Held {
	t.Helper()
	h, err := eng.Hold(t.Context(), req)
	require.NoError(t, err)
	return h
}

// refusal is what a command that is refused says, as the error that is wanted.
func refusal[E error](t testing.TB, err error) E {
	t.Helper()
	var want E
	require.ErrorAs(t, err, &want)
	require.ErrorIs(t, err, engine.ErrRefused)
	return want
}

// entries are the commands of the journal, oldest first.
func entries(t testing.TB, eng *engine.Engine) []string {
	t.Helper()
	all, err := engine.EntriesOf(context.Background(), eng)
	require.NoError(t, err)
	var commands []string
	for i := range all {
		commands = append(commands, all[i].Command)
	}
	return commands
}

func lastEntry(t testing.TB, eng *engine.Engine) string {
	t.Helper()
	all := entries(t, eng)
	return all[len(all)-1]
}

func TestABedThatIsHeldIsOnNobodyElsesShortlist(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		require.Contains(t, offered(shortlist(t, eng, asking("C-AMY"))), care.ID("H-ROSE"), "one of its two beds is free")

		h := held(t, eng, keeping("H-ROSE", "C-BEN"))
		require.Equal(t, care.ID("HOLD-4"), h.ID, "made of the journal's number")
		require.EqualValues(t, 4, h.Journal)
		require.Equal(t, []engine.HeldBed{{Bed: engine.Bed{Home: "H-ROSE", Children: []care.ID{"C-BEN"}}}}, h.Beds)
		require.Equal(t, three().Add(2*time.Hour).UTC(), h.Until)
		require.Equal(t, "hold HOLD-4 until 2026-11-22T17:00:00Z for C-BEN in H-ROSE", lastEntry(t, eng))

		require.NotContains(t, offered(shortlist(t, eng, asking("C-AMY"))), care.ID("H-ROSE"))
		require.Contains(t, offered(shortlist(t, eng, asking("C-BEN"))), care.ID("H-ROSE"), "for whom it is held, it is free")
	})
}

func TestTheSecondOfficerIsToldByWhomAndUntilWhen(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		h := held(t, eng, keeping("H-ROSE", "C-BEN"))
		second := keeping("H-ROSE", "C-AMY")
		second.By = "B. Colleague"
		_, err := eng.Hold(t.Context(), second)
		taken := refusal[*engine.TakenError](t, err)
		require.Equal(t, &engine.TakenError{
			Home: "H-ROSE", On: today, Needed: 1, Free: 0, Hold: h.ID, By: "A. Officer", Until: h.Until, FreeFrom: today + 1,
		}, taken)
		require.Equal(t, "H-ROSE is taken: 0 of the 1 needed can be had from 22 November 2026; "+
			"A. Officer holds it until 17:00 on 22 November 2026 (HOLD-4); free from 23 November 2026", taken.Error())
		require.Len(t, entries(t, eng), 4, "nothing was written")
	})
}

func TestAUnitOfParentAndChildTakesTwoBeds(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Homes, homesHeader+homeRow("H-UNIT", "parent-and-child", leeds, "53.838221", "-1.496441", "3", "0-20", "", approved, "none", "none"))
		bring(t, eng, engine.Children, childrenHeader+
			childRow("C-ANN", "2010-03-09", "F", leeds, "", "", "none")+childRow("C-BEA", "2010-04-09", "F", leeds, "", "", "none"))
		held(t, eng, keeping("H-UNIT", "C-ANN"))
		_, err := eng.Hold(t.Context(), keeping("H-UNIT", "C-BEA"))
		taken := refusal[*engine.TakenError](t, err)
		require.Equal(t, []int{2, 1}, []int{taken.Needed, taken.Free})
	})
}

func TestAHomeThatIsFullOfChildrenSaysFromWhenItIsFree(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, err := eng.Hold(t.Context(), keeping("H-ROSE", "C-AMY", "C-BEN"))
		barred := refusal[*engine.BarredError](t, err)
		require.Contains(t, barred.Error(), "free-place: 1 of 2 beds free from 22 November 2026; 2 are needed (free from 1 April 2027)", "Eve is expected to leave")
	})
}

func TestAHoldStopsCountingAtItsInstantAndIsEndedByWhoComesNext(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		first := held(t, eng, keeping("H-ROSE", "C-BEN"))
		next := keeping("H-ROSE", "C-AMY")
		next.Until = first.Until.Add(time.Hour)
		next.At = first.Until.Add(-time.Second)
		_, err := eng.Hold(t.Context(), next)
		refusal[*engine.TakenError](t, err)

		next.At = first.Until
		second := held(t, eng, next)
		require.Equal(t, "hold HOLD-5 until 2026-11-22T18:00:00Z for C-AMY in H-ROSE; ended, having run out: HOLD-4", lastEntry(t, eng))
		_, err = eng.Release(t.Context(), engine.ReleaseRequest{Hold: first.ID, By: "A. Officer", At: next.At})
		require.ErrorIs(t, err, engine.ErrUnknown, "it is not there any more")
		_, err = eng.Release(t.Context(), engine.ReleaseRequest{Hold: second.ID, By: "A. Officer", At: next.At})
		require.NoError(t, err)
	})
}

func TestAHomeThatTheLawBarsIsNotHeld(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, err := eng.Hold(t.Context(), keeping("H-BOYS", "C-AMY"))
		barred := refusal[*engine.BarredError](t, err)
		require.Equal(t, care.ID("H-BOYS"), barred.Home)
		require.NotEmpty(t, barred.Findings)
		for _, f := range barred.Findings {
			require.Contains(t, barred.Error(), f.Rule)
			require.Contains(t, barred.Error(), f.Says)
			require.Contains(t, barred.Error(), f.NearestFix)
		}

		_, err = eng.Hold(t.Context(), keeping("H-ELM", "C-AMY")) // closed until December
		require.Contains(t, refusal[*engine.BarredError](t, err).Error(), "open from 3 December 2026")

		_, err = eng.Hold(t.Context(), keeping("H-ASH", "C-AMY", "C-BEN", "C-CAT")) // has two beds
		require.Contains(t, refusal[*engine.BarredError](t, err).Error(), "the home has 2 beds")
	})
}

func TestTheJournalNamesThePoliciesThatAHoldWasJudgedBy(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		held(t, eng, keeping("H-ASH", "C-BEN"))
		newest, err := eng.AuditLog(t.Context(), engine.AuditQuery{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, shortlist(t, eng, asking("C-BEN")).Policy, newest[0].Policy)
	}, policies(t, warning))
}

func TestABedOutsideTheTermsIsHeldInAnEmergencyOnly(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Children, childrenHeader+childRow("C-TOT", "2023-03-09", "F", leeds, "", "", "none"))
		req := keeping("H-ROSE", "C-TOT") // which takes nobody under five
		_, err := eng.Hold(t.Context(), req)
		refusal[*engine.BarredError](t, err)
		req.Emergency = true
		held(t, eng, req)
	})
}

func TestSignOffsAreNoObstacleToHolding(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		require.NotEmpty(t, candidate(t, shortlist(t, eng, asking("C-AMY")), "H-TYNE").SignOffs())
		held(t, eng, keeping("H-TYNE", "C-AMY"))
	})
}

func TestAGroupIsHeldWholeOrNotAtAll(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		held(t, eng, keeping("H-ROSE", "C-AMY"))
		split := engine.HoldRequest{
			Beds: []engine.Bed{{Home: "H-ROSE", Children: []care.ID{"C-CAT"}}, {Home: "H-ASH", Children: []care.ID{"C-BEN"}}},
			On:   today, At: three(), Until: three().Add(72 * time.Hour), By: "B. Colleague",
		}
		_, err := eng.Hold(t.Context(), split)
		require.Equal(t, care.ID("H-ROSE"), refusal[*engine.TakenError](t, err).Home)
		require.Contains(t, offered(shortlist(t, eng, engine.Request{Group: "G-1"})), care.ID("H-ASH"), "both its beds are free still")

		split.Beds[0].Home = "H-OAK"
		h := held(t, eng, split)
		require.Equal(t, []engine.HeldBed{
			{Bed: engine.Bed{Home: "H-ASH", Children: []care.ID{"C-BEN"}}}, {Bed: engine.Bed{Home: "H-OAK", Children: []care.ID{"C-CAT"}}},
		}, h.Beds)
		_, err = eng.Hold(t.Context(), keeping("H-ASH", "C-AMY", "C-FIN"))
		require.Equal(t, h.ID, refusal[*engine.TakenError](t, err).Hold)

		whole := keeping("H-OAK")
		whole.Group = "G-1"
		_, err = eng.Hold(t.Context(), whole)
		require.Equal(t, care.ID("C-CAT"), refusal[*engine.HeldError](t, err).Child)
		whole.Home = "H-TYNE"
		require.Equal(t, []care.ID{"C-BEN", "C-CAT"}, held(t, eng, whole).Beds[0].Children)
	})
}

func TestABedHeldForABrotherIsHisUntilItIsLetGo(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		h := held(t, eng, keeping("H-ROSE", "C-BEN"))
		swap := engine.HoldRequest{
			Beds: []engine.Bed{{Home: "H-ROSE", Children: []care.ID{"C-CAT"}}, {Home: "H-ASH", Children: []care.ID{"C-BEN"}}},
			On:   today, At: three(), Until: three().Add(time.Hour), By: "A. Officer",
		}
		_, err := eng.Hold(t.Context(), swap)
		require.Equal(t, h.ID, refusal[*engine.TakenError](t, err).Hold, "he still holds the only bed")
		_, err = eng.Release(t.Context(), engine.ReleaseRequest{Hold: h.ID, By: "A. Officer", At: three()})
		require.NoError(t, err)
		held(t, eng, swap)
	})
}

func TestAnOfficerRingsRoundButHoldsNoBedTwice(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		first := held(t, eng, keeping("H-ASH", "C-AMY"))
		held(t, eng, keeping("H-OAK", "C-AMY"))
		_, err := eng.Hold(t.Context(), keeping("H-ASH", "C-AMY"))
		twice := refusal[*engine.HeldError](t, err)
		require.Equal(t, &engine.HeldError{Home: "H-ASH", Child: "C-AMY", Hold: first.ID, By: "A. Officer", Until: first.Until}, twice)
		require.Contains(t, twice.Error(), "hold again as HOLD-4 to prolong that")
	})
}

func TestNoBedIsHeldForAChildWhoLivesThere(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, err := eng.Hold(t.Context(), keeping("H-ROSE", "C-EVE"))
		require.Equal(t, care.ID("P-1"), refusal[*engine.LivesError](t, err).Placement)
		require.ErrorContains(t, err, "there is no bed to hold")

		after := keeping("H-ROSE", "C-EVE") // when she is expected to have left
		after.On = care.Date(2027, time.April, 1)
		held(t, eng, after)

		bring(t, eng, engine.Placements, "id,child,home,start\nP-8,C-FIN,H-OAK,2026-11-27\n")
		_, err = eng.Hold(t.Context(), keeping("H-OAK", "C-FIN"))
		require.Equal(t, care.ID("P-8"), refusal[*engine.LivesError](t, err).Placement, "he is to move in")
	})
}

func TestHoldingAgainUnderTheSameIDProlongs(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		first := held(t, eng, keeping("H-ROSE", "C-BEN"))
		again := keeping("H-ROSE", "C-BEN")
		again.ID, again.By = first.ID, "B. Colleague"
		again.At, again.On, again.Until = three().Add(time.Hour), today+1, three().Add(48*time.Hour).UTC()
		longer := held(t, eng, again)
		require.Equal(t, again.Until, longer.Until)
		require.Equal(t, "B. Colleague", longer.By)
		require.Equal(t, today, longer.On, "nothing but its end and who answers for it has changed")

		head := head(t, eng)
		require.Equal(t, longer, held(t, eng, again), "once more changes nothing")
		require.Equal(t, head.Number, uint64(len(entries(t, eng))))

		another := again
		another.Home = "H-ASH"
		_, err := eng.Hold(t.Context(), another)
		var bad *engine.InvalidRequestError
		require.ErrorAs(t, err, &bad)
		require.Contains(t, bad.Why, "hold HOLD-4 is there already, for C-BEN in H-ROSE")

		late := again // it has run out: the same id is a new hold, judged anew
		late.At, late.On = longer.Until, today+2
		late.Until = late.At.Add(time.Hour)
		require.Equal(t, today+2, held(t, eng, late).On)
		require.Contains(t, lastEntry(t, eng), "ended, having run out: HOLD-4")
	})
}

// A hold in two homes is named once, in its place among the others.
func TestHoldsThatHaveRunOutInSeveralHomesAreNamedInOrder(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		zoe, both := keeping("H-OAK", "C-AMY"), keeping("")
		zoe.ID, both.ID = "zoe", "both"
		both.Children, both.Beds = nil, []engine.Bed{{Home: "H-OAK", Children: []care.ID{"C-BEN"}}, {Home: "H-ROSE", Children: []care.ID{"C-AMY"}}}
		held(t, eng, zoe)
		held(t, eng, both)
		later := both
		later.ID, later.At, later.Until = "later", both.Until, both.Until.Add(time.Hour)
		held(t, eng, later)
		require.Equal(t, "hold later until 2026-11-22T18:00:00Z for C-BEN in H-OAK; C-AMY in H-ROSE; ended, having run out: both,zoe", lastEntry(t, eng))
	})
}

func TestARetriedHoldIsHeldOnce(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := keeping("H-ROSE", "C-BEN")
		req.Op = "op-1"
		first := held(t, eng, req)
		_, err := eng.Accept(t.Context(), engine.AnswerRequest{Hold: first.ID, By: "A. Officer", At: three()})
		require.NoError(t, err)
		require.Equal(t, first, held(t, eng, req), "the answer that was lost, as it was then")
		require.Len(t, entries(t, eng), 5)

		_, err = eng.Release(t.Context(), engine.ReleaseRequest{Hold: first.ID, By: "A. Officer", At: three(), Op: "op-1"})
		var bad *engine.InvalidRequestError
		require.ErrorAs(t, err, &bad)
		require.Contains(t, bad.Why, "operation op-1 was another command: hold HOLD-4")
		require.Len(t, entries(t, eng), 5)
	})
}

func TestAHoldOfOnesOwnNameIsNotTakenByAMadeOne(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		named := keeping("H-ASH", "C-AMY")
		named.ID = "HOLD-5"
		require.Equal(t, care.ID("HOLD-5"), held(t, eng, named).ID)
		require.Equal(t, care.ID("HOLD-5-2"), held(t, eng, keeping("H-OAK", "C-AMY")).ID)
	})
}

func TestAHoldThatCannotBeAskedFor(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	for _, c := range []struct {
		name string
		bend func(*engine.HoldRequest)
		says string
	}{
		{"by nobody", func(r *engine.HoldRequest) { r.By = " " }, "by whom"},
		{"for nobody", func(r *engine.HoldRequest) { r.Children = nil }, "for whom and where"},
		{"nowhere", func(r *engine.HoldRequest) { r.Home = "" }, "for whom and where"},
		{"for children and a group", func(r *engine.HoldRequest) { r.Group = "G-1" }, "for whom and where"},
		{"in a home and in beds", func(r *engine.HoldRequest) { r.Beds = []engine.Bed{{Home: "H-OAK"}} }, "for whom and where"},
		{"from no day", func(r *engine.HoldRequest) { r.On = 0 }, "first day"},
		{"at no instant", func(r *engine.HoldRequest) { r.At = time.Time{} }, "instant is missing"},
		{"from yesterday", func(r *engine.HoldRequest) { r.On = today - 1 }, "21 November 2026 has passed"},
		{"without an end", func(r *engine.HoldRequest) { r.Until = time.Time{} }, "run out already"},
		{"up to now", func(r *engine.HoldRequest) { r.Until = r.At }, "run out already"},
		{"for less than a second", func(r *engine.HoldRequest) { r.Until = r.At.Add(time.Second - 1) }, "run out already"},
		{"for a second more than four weeks", func(r *engine.HoldRequest) { r.Until = r.At.AddDate(0, 0, engine.MaxHoldDays).Add(time.Second) }, "28 days at most"},
		{"under an id with a tab", func(r *engine.HoldRequest) { r.ID = "a\tb" }, "hold"},
		{"twice for one child", func(r *engine.HoldRequest) { r.Children = []care.ID{"C-AMY", "C-AMY"} }, "named twice"},
		{"one child in two homes", func(r *engine.HoldRequest) {
			r.Home, r.Children = "", nil
			r.Beds = []engine.Bed{{Home: "H-ASH", Children: []care.ID{"C-AMY"}}, {Home: "H-OAK", Children: []care.ID{"C-AMY"}}}
		}, "named twice"},
		{"one home twice", func(r *engine.HoldRequest) {
			r.Home, r.Children = "", nil
			r.Beds = []engine.Bed{{Home: "H-ASH", Children: []care.ID{"C-AMY"}}, {Home: "H-ASH", Children: []care.ID{"C-BEN"}}}
		}, `home "H-ASH" is named twice`},
		{"a home for nobody", func(r *engine.HoldRequest) {
			r.Home, r.Children = "", nil
			r.Beds = []engine.Bed{{Home: "H-ASH", Children: []care.ID{"C-AMY"}}, {Home: "H-OAK"}}
		}, `no child is named for home "H-OAK"`},
		{"a child who is not there", func(r *engine.HoldRequest) { r.Children = []care.ID{"C-AMI"} }, `child "C-AMI" is not in the store; did you mean C-AMY?`},
		{"a home that is not there", func(r *engine.HoldRequest) { r.Home = "H-ASHE" }, `home "H-ASHE" is not in the store; did you mean H-ASH`},
		{"a group that is not there", func(r *engine.HoldRequest) { r.Children, r.Group = nil, "G-9" }, `sibling group "G-9" is not in the store`},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
			req := keeping("H-ASH", "C-AMY")
			c.bend(&req)
			_, err := eng.Hold(t.Context(), req)
			require.ErrorContains(t, err, c.says)
			require.NotErrorIs(t, err, engine.ErrRefused, "it is the request that is wrong")
			require.Len(t, entries(t, eng), 3)
		})
	}
	longest := keeping("H-ASH", "C-AMY")
	longest.Until = longest.At.AddDate(0, 0, engine.MaxHoldDays)
	held(t, eng, longest)
}

// Four weeks are four weeks by the clock on the wall, with an hour more in autumn
// and one less in spring.
func TestAHoldOfFourWeeksAcrossAClockChange(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	for n, day := range []care.Day{care.Date(2026, time.October, 20), care.Date(2027, time.March, 10)} {
		req := keeping([]care.ID{"H-ASH", "H-ROSE"}[n], "C-AMY")
		req.At = care.StartOf(day).Add(15 * time.Hour)
		req.On, req.Until = day, care.StartOf(day+engine.MaxHoldDays).Add(15*time.Hour+time.Second)
		_, err := eng.Hold(t.Context(), req)
		require.ErrorContains(t, err, "28 days at most", day)
		req.Until = req.Until.Add(-time.Second)
		held(t, eng, req)
	}
}
