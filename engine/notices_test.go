package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// noticesOf drafts the notices of a decision on the day of the town.
func noticesOf(t testing.TB, eng *engine.Engine, id care.ID, withhold ...care.Withheld) *care.Notices {
	t.Helper()
	n, err := eng.Notices(t.Context(), engine.NoticesRequest{Decision: id, Withhold: withhold, On: today})
	require.NoError(t, err)
	return n
}

// noticeTo is the one to somebody about a child, or nil.
func noticeTo(n *care.Notices, who care.Recipient, child care.ID) *care.Notice {
	for i := range n.Notices {
		if l := &n.Notices[i]; l.To == who && l.Child == child {
			return l
		}
	}
	return nil
}

// inBradford places Amy outside the area, approved.
func inBradford(t testing.TB, eng *engine.Engine) *engine.Placed {
	t.Helper()
	settle(t, eng)
	req := reasoned(placing("H-OAK", "C-AMY"))
	req.SignOffs = []care.SignOff{approvalOf("out-of-area", "nominated officer")}
	return place(t, eng, req)
}

func TestEverybodyOfTheRegulationIsTold(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		placed := inBradford(t, eng)
		before := head(t, eng)
		n := noticesOf(t, eng, placed.ID)
		require.Equal(t, before, head(t, eng), "drafts change nothing")
		require.Equal(t, placed.ID, n.Decision)
		require.Contains(t, n.Citation, "reg 13")
		var told []care.Recipient
		for i := range n.Notices {
			l := &n.Notices[i]
			told = append(told, l.To)
			require.Equal(t, care.ID("C-AMY"), l.Child)
			require.Equal(t, today, l.By, "before the placement")
			require.False(t, l.Late)
			require.NotEmpty(t, l.Letter)
			require.Empty(t, l.Withheld)
		}
		require.Equal(t, care.Recipients(), told)
	})
}

// The day of the notice is the one that the rule has found.
func TestTheAreaAuthorityIsToldByTheDayThatTheRuleNames(t *testing.T) {
	for _, emergency := range []bool{false, true} {
		eng := engine.InMemory()
		settle(t, eng)
		req := reasoned(placing("H-OAK", "C-AMY"))
		req.Emergency, req.SignOffs = emergency, []care.SignOff{approvalOf("out-of-area", "nominated officer")}
		placed := place(t, eng, req)
		area := noticeTo(noticesOf(t, eng, placed.ID), care.ToAreaAuthority, "C-AMY")
		require.Equal(t, "Bradford", area.Name)
		found := false
		for _, f := range findingsOf(t, placed) {
			if f.Rule == "out-of-area" {
				require.Contains(t, f.Says, "by "+area.By.Words())
				require.Equal(t, today, f.ByDay, "the approval itself does not wait")
				require.Equal(t, rulebook.SignOff, f.Verdict)
				found = true
			}
		}
		require.True(t, found)
		require.Equal(t, emergency, strings.Contains(strings.Join(area.Letter, " "), "in an emergency"))
		if emergency {
			require.Equal(t, care.Date(2026, time.November, 27), area.By, "Sunday, and five working days")
		}
		require.NoError(t, eng.Close())
	}
}

func TestInTheOwnAreaNoOtherAuthorityIsTold(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	n := noticesOf(t, eng, place(t, eng, placing("H-ROSE", "C-AMY")).ID)
	require.Nil(t, noticeTo(n, care.ToAreaAuthority, "C-AMY"))
	require.Len(t, n.Notices, len(care.Recipients())-1)
}

// At a distance the area authority is consulted and has the care plan.
func TestAtADistanceTheCarePlanIsEnclosed(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	moved := record(t, eng, atNight("H-TYNE", "C-AMY"))
	n := noticesOf(t, eng, moved.ID)
	area := noticeTo(n, care.ToAreaAuthority, "C-AMY")
	require.Equal(t, []string{"the care plan"}, area.Enclosed)
	letter := strings.Join(area.Letter, " ")
	require.Contains(t, letter, "Newcastle upon Tyne does not adjoin Leeds. You are consulted")
	require.Contains(t, letter, "The child has lived since 22 November 2026 in a foster home, H-TYNE")
	require.Contains(t, strings.Join(n.IRO, "\n"), "Outstanding: at-a-distance (sign-off)")
	require.Empty(t, noticeTo(n, care.ToGP, "C-AMY").Enclosed)
}

func TestANoticeThatIsWithheldSaysWhyAndHasNoLetter(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	placed := place(t, eng, placing("H-ASH", "C-BEN", "C-CAT"))
	n := noticesOf(t, eng, placed.ID,
		care.Withheld{Who: care.ToParents, Why: "threats against the carers, assessed by T. Manager"},
		care.Withheld{Who: care.ToSchool, Child: "C-CAT", Why: "the father works there"})
	for _, child := range []care.ID{"C-BEN", "C-CAT"} {
		l := noticeTo(n, care.ToParents, child)
		require.Equal(t, "threats against the carers, assessed by T. Manager", l.Withheld)
		require.Empty(t, l.Letter)
	}
	require.Empty(t, noticeTo(n, care.ToSchool, "C-BEN").Withheld)
	require.Equal(t, "the father works there", noticeTo(n, care.ToSchool, "C-CAT").Withheld)
	require.Contains(t, n.IRO, "Withheld: the notice to school about C-CAT: the father works there")
	require.Contains(t, strings.Join(noticeTo(n, care.ToChild, "C-BEN").Letter, " "), "You will be there with [name of C-CAT].")
}

// Each letter says no more than its reader needs: only the area authority is told
// which home it is, and only the child reads their own words.
func TestLettersSayNoMoreThanTheyNeed(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	n := noticesOf(t, eng, inBradford(t, eng).ID)
	for i := range n.Notices {
		l := &n.Notices[i]
		letter := strings.Join(l.Letter, "\n")
		require.Equal(t, l.To == care.ToAreaAuthority, strings.Contains(letter, "H-OAK"), l.To)
		require.Equal(t, l.To == care.ToChild, strings.Contains(letter, "I want a dog"), l.To)
		require.Contains(t, letter, "Bradford")
		require.NotContains(t, letter, "mother")
		for _, point := range []float64{53.824119, -1.581127, 53.795733, -1.759119} {
			require.NotContains(t, letter, fmt.Sprintf("%.3f", point))
		}
	}
}

func TestWhoSendsALetterIsWarnedOfWhomTheRecordKeepsAway(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Children, strings.Replace(childrenHeader, "wishes,", "no_contact,wishes,", 1)+
		strings.Replace(childRow("C-AMY", "2014-03-09", "F", leeds, "", "A dog.", "none"), `"A dog."`, `stepfather,"A dog."`, 1))
	n := noticesOf(t, eng, place(t, eng, placing("H-ROSE", "C-AMY")).ID)
	for i := range n.Notices {
		l := &n.Notices[i]
		warned := l.To == care.ToParents || l.To == care.ToContactOrder || l.To == care.ToPreviousCarers
		require.Equal(t, warned, l.Caution != "", l.To)
		require.NotContains(t, strings.Join(append(l.Letter, l.Caution), " "), "stepfather")
	}
}

func TestThoseWhoCaredForTheChildUntilNowAreNamedByTheirHome(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	moved, err := eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: reasoned(placing("H-ASH", "C-EVE")), EndedEarly: care.Yes, Reason: "CARPL"})
	require.NoError(t, err)
	require.Contains(t, noticeTo(noticesOf(t, eng, moved.ID), care.ToPreviousCarers, "C-EVE").Letter[1], "home H-ROSE")
}

func TestANoticeAfterItsDayIsLate(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	placed := inBradford(t, eng)
	n, err := eng.Notices(t.Context(), engine.NoticesRequest{Decision: placed.ID, On: today + 1})
	require.NoError(t, err)
	for i := range n.Notices {
		require.True(t, n.Notices[i].Late)
	}
	require.Contains(t, strings.Join(noticeTo(n, care.ToParents, "C-AMY").Letter, " "), "has lived since 22 November 2026")
}

// The drafts are of what was known then: the child's record may have changed since.
func TestNoticesAreOfTheDecisionAsItWas(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	placed := inBradford(t, eng)
	before := noticesOf(t, eng, placed.ID)
	bring(t, eng, engine.Children, childrenHeader+childRow("C-AMY", "2014-03-09", "F", bradford, "", "Anywhere.", "none"))
	require.Equal(t, before, noticesOf(t, eng, placed.ID))
}

func TestTheIROIsToldWhoApprovedAndWhatIsMissing(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Homes, strings.Replace(homesHeader+homeRow("H-OAK", "foster", bradford, "53.795733", "-1.759119", "3", "0-17", "", approved, "none", "dog"), ",attachment,", ",none,", 1))
	req := reasoned(placing("H-OAK", "C-AMY"))
	req.SignOffs = []care.SignOff{approvalOf("out-of-area", "nominated officer")}
	n := noticesOf(t, eng, place(t, eng, req).ID)
	note := strings.Join(n.IRO, "\n")
	require.Contains(t, note, "chosen by A. Officer.")
	require.Contains(t, note, "C-AMY in H-OAK, a foster home in Bradford, from 22 November 2026.")
	require.Contains(t, note, "Why: it is what she asked for")
	require.Contains(t, note, "out-of-area signed off by N. Head (nominated officer), reference REF-1.")
	require.Contains(t, n.Gaps, "C-AMY in H-OAK: no skill recorded for attachment; support or training for it would close the gap")
}

func TestARequestForNoticesThatCannotBe(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	placed := inBradford(t, eng)
	var invalid *engine.InvalidRequestError
	var field *care.FieldError
	var unknown *engine.UnknownError
	ask := func(req engine.NoticesRequest) error { _, err := eng.Notices(t.Context(), req); return err }
	require.ErrorAs(t, ask(engine.NoticesRequest{Decision: placed.ID}), &invalid)
	require.ErrorAs(t, ask(engine.NoticesRequest{Decision: "D-99", On: today}), &unknown)
	for _, w := range []care.Withheld{{Who: "press", Why: "x"}, {Who: care.ToParents}, {Who: care.ToParents, Why: " "}} {
		require.ErrorAs(t, ask(engine.NoticesRequest{Decision: placed.ID, On: today, Withhold: []care.Withheld{w}}), &field)
	}
	stranger := care.Withheld{Who: care.ToParents, Child: "C-BEN", Why: "x"}
	require.ErrorAs(t, ask(engine.NoticesRequest{Decision: placed.ID, On: today, Withhold: []care.Withheld{stranger}}), &invalid)
}

// The scene of a result is of the revision that the result saw.
func TestASceneIsOfTheRevisionThatTheResultSaw(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := engine.Request{Children: []care.ID{"C-AMY"}, On: today, At: three()}
		res, err := eng.Match(t.Context(), req)
		require.NoError(t, err)
		before, err := eng.Scene(t.Context(), req, res)
		require.NoError(t, err)
		require.Len(t, before.Children, 1)
		require.Len(t, before.Homes, len(res.Candidates))
		for i := range res.Candidates {
			require.NotNil(t, before.Home(res.Candidates[i].Home))
		}
		require.Nil(t, before.Home("H-NONE"))
		require.Regexp(t, "^sha256:[0-9a-f]{64}$", before.Rulebook)
		placed := place(t, eng, placing("H-ROSE", "C-AMY"))
		bring(t, eng, engine.Children, childrenHeader+childRow("C-AMY", "2014-03-09", "F", bradford, "", "Anywhere.", "none"))
		after, err := eng.Scene(t.Context(), req, res)
		require.NoError(t, err)
		require.Equal(t, before, after)
		then, err := eng.DecisionScene(t.Context(), placed.Decision)
		require.NoError(t, err)
		require.Equal(t, before.Children, then.Children)
		require.NotNil(t, then.Home("H-ROSE"))
	})
}

func TestASceneOfAChildForTonightHasTheirRecord(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	child := care.Child{ID: "tonight", DOB: care.Date(2014, time.March, 9), Sex: care.Female, Authority: leeds}
	req := engine.Request{Tonight: &child, On: today, At: three()}
	res, err := eng.Match(t.Context(), req)
	require.NoError(t, err)
	scene, err := eng.Scene(t.Context(), req, res)
	require.NoError(t, err)
	require.Equal(t, []care.Child{child}, scene.Children)
}

// Of a child whose record was erased there is no scene, and nothing is drafted.
func TestAnErasedChildHasNoSceneAndNoNotices(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	placed := place(t, eng, placing("H-ASH", "C-BEN", "C-CAT"))
	erased(t, eng, "C-CAT")
	_, err := eng.DecisionScene(t.Context(), placed.Decision)
	require.ErrorIs(t, err, engine.ErrErased)
	_, err = eng.Notices(t.Context(), engine.NoticesRequest{Decision: placed.ID, On: today})
	require.ErrorIs(t, err, engine.ErrErased)
}

// Ben lives in Bradford already, and Cat joins him: nobody is told that Ben has
// moved.
func TestNobodyIsToldOfAChildWhoDidNotMove(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Placements, "id,child,home,start\nP-10,C-BEN,H-OAK,2026-10-01\nP-11,C-CAT,H-ROSE,2026-10-01\n")
	req := reasoned(engine.PlaceRequest{Group: "G-1", Home: "H-OAK", On: today, At: three(), By: "A. Officer"})
	req.SignOffs = []care.SignOff{approvalOf("out-of-area", "nominated officer")}
	moved, err := eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: req})
	require.NoError(t, err)
	n := noticesOf(t, eng, moved.ID)
	require.Len(t, n.Notices, len(care.Recipients()))
	for i := range n.Notices {
		require.Equal(t, care.ID("C-CAT"), n.Notices[i].Child)
	}
	require.Contains(t, strings.Join(noticeTo(n, care.ToChild, "C-CAT").Letter, " "), "You will be there with [name of C-BEN].")
	require.Contains(t, n.IRO, "C-BEN stays in H-OAK.")
	require.Contains(t, n.IRO, "C-CAT in H-OAK, a foster home in Bradford, from 22 November 2026.")
	require.NotContains(t, strings.Join(append(n.IRO, n.Gaps...), "\n"), "C-BEN in")
}

// What is said of one child names the child, so that nothing seems to be said twice.
func TestAWarningAboutAChildNamesTheChild(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	n := noticesOf(t, eng, record(t, eng, atNight("H-TYNE", "C-BEN", "C-CAT")).ID)
	seen := map[string]bool{}
	for _, line := range n.IRO {
		require.False(t, seen[line], line)
		seen[line] = true
	}
	for _, child := range []string{"C-BEN", "C-CAT"} {
		require.Contains(t, strings.Join(n.IRO, "\n"), "To be watched: H-TYNE, out-of-area for "+child+": ")
		require.Contains(t, strings.Join(n.IRO, "\n"), "Outstanding: at-a-distance (sign-off) for "+child+": ")
	}
}
