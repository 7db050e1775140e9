package engine_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// forgetting asks for a record that was created in error to be erased.
func forgetting(child care.ID) engine.EraseRequest {
	return engine.EraseRequest{Child: child, By: "A. Officer", At: three(), Why: "entered twice", CreatedInError: true}
}

func erased(t testing.TB, eng *engine.Engine, child care.ID) *engine.Erased {
	t.Helper()
	e, err := eng.EraseChild(t.Context(), forgetting(child))
	require.NoError(t, err)
	return e
}

func TestARecordIsKeptToThe75thBirthday(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := forgetting("C-AMY") // born on 9 March 2014
		req.CreatedInError = false
		before := head(t, eng)
		for _, day := range []care.Day{today, care.Date(2089, time.March, 8)} {
			req.At = care.StartOf(day + 1).Add(-time.Second)
			_, err := eng.EraseChild(t.Context(), req)
			refused := refusal[*engine.RetainedError](t, err)
			require.Equal(t, care.Date(2089, time.March, 9), refused.Until)
			require.ErrorContains(t, err, "9 March 2089")
			require.ErrorContains(t, err, "reg 50")
		}
		require.Equal(t, before, head(t, eng))
		req.At = care.StartOf(care.Date(2089, time.March, 9))
		e, err := eng.EraseChild(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, engine.Erased{Child: "C-AMY", Records: 1, Journal: before.Number + 1}, *e)
	})
}

func TestWhereTheAgeIsDisputedTheLaterBirthCounts(t *testing.T) {
	eng := engine.InMemory()
	old := care.Child{ID: "C-OLD", Authority: leeds, DOB: care.Date(1950, time.January, 1), DOBLowest: care.Date(1952, time.June, 30)}
	require.NoError(t, eng.Add(t.Context(), engine.Records{By: "A. Officer", At: care.StartOf(care.Date(1960, time.May, 2)), Children: []care.Child{old}}))
	req := forgetting("C-OLD")
	req.CreatedInError, req.At = false, care.StartOf(care.Date(2027, time.June, 29))
	_, err := eng.EraseChild(t.Context(), req)
	require.Equal(t, care.Date(2027, time.June, 30), refusal[*engine.RetainedError](t, err).Until)
	require.NoError(t, eng.Close())
}

func TestAChildWhoWasErasedIsNobodyAnyMore(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		placed := amyPlaced(t, eng)
		home := placed.Chosen[0].Home
		free := func() int {
			all, err := engine.HouseholdsOf(t.Context(), eng)
			require.NoError(t, err)
			for i := range all {
				if all[i].Home.ID == home {
					return all[i].FreeBeds(today, care.Ask(three()))
				}
			}
			return -1
		}
		before, noted := free(), head(t, eng)
		e := erased(t, eng, "C-AMY")
		require.Positive(t, e.Records)
		require.Equal(t, before+1, free(), "the bed is free again")
		require.NotContains(t, exports(t, eng), "C-AMY")
		require.NoError(t, eng.AuditExtends(t.Context(), noted))

		_, err := eng.Match(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: today, At: three()})
		failure[*engine.UnknownError](t, err)
		_, err = eng.EraseChild(t.Context(), forgetting("C-AMY"))
		failure[*engine.UnknownError](t, err)

		_, err = eng.Decision(t.Context(), placed.ID)
		require.ErrorIs(t, err, engine.ErrErased)
		_, err = eng.Replay(t.Context(), placed.ID)
		require.ErrorIs(t, err, engine.ErrErased, "said to be erased, and not to differ")
		_, err = eng.AuditProof(t.Context(), engine.ProofRequest{Decision: placed.ID, WithRecord: true})
		require.ErrorIs(t, err, engine.ErrErased)
		proof := proven(t, eng, engine.ProofRequest{Decision: placed.ID})
		entry, err := proof.Check(head(t, eng))
		require.NoError(t, err, "that there was a decision is still proven")
		require.Equal(t, placed.Journal, entry.Number)

		entries, err := eng.AuditLog(t.Context(), engine.AuditQuery{Child: "C-AMY", Limit: 9})
		require.NoError(t, err)
		require.Equal(t, []uint64{2, placed.Journal, e.Journal}, numbers(t, eng, engine.AuditQuery{Child: "C-AMY"}))
		require.Equal(t, "place (the words were erased)", entries[1].Command)
		require.Equal(t, "erase child C-AMY: entered twice (created in error)", entries[2].Command)
		require.Len(t, entries[2].Erased, e.Records+e.Earlier)
	})
}

func TestDecisionsAboutOthersForgetAChildWhoLivedThere(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Children, "id,dob,sex,authority,risks_to_others\nC-GUS,2009-01-05,M,"+leeds+",fire-setting\n")
		bring(t, eng, engine.Placements, "id,child,home,start\nP-GUS,C-GUS,H-ASH,2026-01-05\n")
		res := shortlist(t, eng, engine.Request{Children: []care.ID{"C-AMY"}, On: today, At: three()})
		amy := place(t, eng, placing(res.Candidates[0].Home, "C-AMY"))
		text := unpacked(t, amy.Result)
		require.Contains(t, string(text), "C-GUS", "a risk to her where he lives")
		erased(t, eng, "C-GUS")
		d, err := eng.Decision(t.Context(), amy.ID)
		require.NoError(t, err)
		require.Equal(t, amy.Asked, d.Asked)
		require.NotContains(t, string(unpacked(t, d.Result)), "C-GUS")
		require.Contains(t, string(unpacked(t, d.Result)), care.Redacted)
		_, err = eng.Replay(t.Context(), amy.ID)
		require.ErrorIs(t, err, engine.ErrErased)
	})
}

func TestARetriedErasureIsDoneOnce(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := forgetting("C-EVE")
		req.Op = "OP-1"
		first, err := eng.EraseChild(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, 5, first.Records, "hers, two placements, and two households that knew her")
		again, err := eng.EraseChild(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, first, again)
		req.Child = "C-AMY"
		_, err = eng.EraseChild(t.Context(), req)
		require.ErrorContains(t, err, "operation OP-1 was another command: erase child C-EVE")
		require.Contains(t, exports(t, eng), "C-AMY")
	})
}

func TestARetriedErasureIsOfThatChildAlone(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Children, childrenHeader+childRow("C-EVE: B", "2014-03-09", "F", leeds, "", "", "none"))
		bring(t, eng, engine.Placements, "id,child,home,start\nP-FIN,C-FIN,H-ROSE,2026-10-01\n")
		req := forgetting("C-EVE: B")
		req.Op = "OP-1"
		_, err := eng.EraseChild(t.Context(), req)
		require.NoError(t, err)
		req.Child = "C-EVE"
		_, err = eng.EraseChild(t.Context(), req)
		require.ErrorContains(t, err, "operation OP-1 was another command: erase child C-EVE: B")
		require.Contains(t, exports(t, eng), "C-EVE")

		req.Op = "OP-2"
		first, err := eng.EraseChild(t.Context(), req)
		require.NoError(t, err)
		erased(t, eng, "C-FIN")
		again, err := eng.EraseChild(t.Context(), req)
		require.NoError(t, err, "whatever became of the words of the first time")
		require.Equal(t, first, again)
	})
}

func TestAnErasureThatSaysTooLittle(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	for name, change := range map[string]func(*engine.EraseRequest){
		"nobody":        func(r *engine.EraseRequest) { r.Child = "" },
		"by nobody":     func(r *engine.EraseRequest) { r.By = " " },
		"for no reason": func(r *engine.EraseRequest) { r.Why = "" },
		"at no time":    func(r *engine.EraseRequest) { r.At = time.Time{} },
	} {
		req := forgetting("C-AMY")
		change(&req)
		_, err := eng.EraseChild(t.Context(), req)
		require.Error(t, err, name)
		failure[*engine.InvalidRequestError](t, err)
	}
	_, err := eng.EraseChild(t.Context(), forgetting("C-AMI"))
	require.Equal(t, []care.ID{"C-AMY"}, failure[*engine.UnknownError](t, err).Near)
	require.NoError(t, eng.Close())
}

// TestNoFileOfTheDirectoryHasAnErasedChild looks at every byte beside the records
// too: the file of spans, the postcodes, HEAD.
func TestNoFileOfTheDirectoryHasAnErasedChild(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	words := []string{"hV2nBt9XjZe6LwRk", "D3fYi8qMsUo1GxPc", "rN5aJvEz7HbKt0Wl"}
	bring(t, eng, engine.Children, childrenHeader+childRow("C-ZED", "2014-03-09", "F", leeds, "", words[0], "none"))
	require.NoError(t, eng.Close())
	eng = open(t, dir)
	req := placing(shortlist(t, eng, asking("C-ZED")).Candidates[0].Home, "C-ZED")
	req.Why = words[1]
	place(t, eng, req)
	bring(t, eng, engine.Children, childrenHeader+childRow("C-ZED", "2014-03-09", "F", leeds, "", words[2], "none"))
	require.NoError(t, eng.Close())
	holding := func() (files int) {
		require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			for _, w := range words {
				if bytes.Contains(content, []byte(w)) {
					files++
				}
			}
			return err
		}))
		return files
	}
	require.Positive(t, holding())
	eng = open(t, dir)
	erased(t, eng, "C-ZED")
	require.Zero(t, holding())
	require.NoError(t, eng.Close())
	require.Zero(t, holding())
	require.Empty(t, checked(t, dir))
}
