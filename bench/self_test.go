package bench_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// What the benchmarks rest on: stores, questions, figures, and checks that can
// fail.

const village = 2000 // homes

func TestAStoreIsMadeOnceAndACopyLeavesItAsItWas(t *testing.T) {
	c := england(t, village)
	spans := filepath.Join(c.dir, "spans")
	require.NoError(t, os.Remove(spans))
	require.Equal(t, c, england(t, village), "found again, with the same questions")
	require.FileExists(t, spans, "with an index that this program can read")
	before := listing(t, c.dir)
	require.NotEmpty(t, before)

	eng := c.fork(t)
	m := newMover(t, eng, c.oneChild()[0])
	_, err := m.move(t)
	require.NoError(t, err)
	require.NoError(t, eng.Close())
	require.Equal(t, before, listing(t, c.dir))
}

func listing(t *testing.T, dir string) map[string][]byte {
	files := map[string][]byte{}
	require.NoError(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			files[path], err = os.ReadFile(path)
		}
		return err
	}))
	return files
}

func TestAStoreThatWasNotFinishedIsMadeAnew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.MkdirAll(dir, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data"), []byte("half"), 0o600))
	q, err := makeStore(t.Context(), dir, village, settleEngland)
	require.NoError(t, err)
	require.Len(t, q.Children, manyAsk)
	_, err = makeStore(t.Context(), dir, village, func(context.Context, *engine.Engine, int) (questions, error) {
		return questions{}, os.ErrInvalid
	})
	require.ErrorIs(t, err, os.ErrInvalid)
}

func TestThoseWhoAskWaitForAHome(t *testing.T) {
	c := england(t, village)
	require.Len(t, c.Children, manyAsk)
	require.NotEmpty(t, c.Groups)
	require.True(t, slices.IsSortedFunc(c.Children, func(a, b care.Child) int { return compareIDs(a.ID, b.ID) }))
	for i := range c.Children {
		require.NotEmpty(t, c.Children[i].NeededBy)
		require.Empty(t, c.Children[i].Group)
	}
	d := newDraw()
	d.look(c.Children)
	require.NoError(t, d.check([]care.Placement{{Child: "C-other"}, {Child: c.Children[0].ID, End: 1}}))
	require.Error(t, d.check([]care.Placement{{Child: c.Children[0].ID}}))
	eng := c.open(t)
	for _, req := range c.siblings() {
		res, err := eng.Match(t.Context(), req)
		require.NoError(t, err)
		require.Len(t, res.Children, 3)
	}
}

func compareIDs(a, b care.ID) int { return slices.Compare([]byte(a), []byte(b)) }

func TestADrawIsFairAndTheSameEachTime(t *testing.T) {
	drawn := func() questions {
		d := newDraw()
		for i := range 2000 {
			child := care.Child{ID: care.ID(rune('A'+i/100)) + care.ID(rune('a'+i%100)), NeededBy: "later"}
			if i%4 == 3 {
				child.Group = care.ID(rune('A' + i/12)) // three to a group
			}
			if i == 3 {
				child.NeededBy = "" // the first group has one at home
			}
			d.look([]care.Child{child})
		}
		return d.questions()
	}
	q := drawn()
	require.Equal(t, q, drawn())
	require.Len(t, q.Children, manyAsk)
	require.Len(t, q.Groups, someAsk)
	require.NotContains(t, q.Groups, care.ID("A"))
	late := slices.DeleteFunc(slices.Clone(q.Children), func(c care.Child) bool { return c.ID[0] < 'K' })
	require.Greater(t, len(late), manyAsk/4, "those who come late have the same chance")
	require.Less(t, len(late), manyAsk*3/4)
}

func TestFigures(t *testing.T) {
	require.Equal(t, 5, percentile([]int{9, 1, 5, 3, 7}, 50))
	require.Equal(t, 9, percentile([]int{9, 1, 5, 3, 7}, 95))
	require.Equal(t, 4, percentile([]int{4}, 50))
	require.Equal(t, 95, percentile(upTo(100), 95))
	require.InDelta(t, 2.5, ratio(5*time.Second, 2*time.Second), 1e-9)
	var s samples
	for i := range len(s.times) + 3 {
		s.add(time.Duration(i), &engine.Result{})
	}
	require.EqualValues(t, len(s.times)+2, slices.Max(s.times[:]), "the newest are kept")
	require.EqualValues(t, 3, slices.Min(s.times[:]))
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[n-1-i] = i + 1
	}
	return all
}

func TestSizesAreReadFromTheFlag(t *testing.T) {
	var s sizes
	require.NoError(t, s.Set("10000,1000000"))
	require.Equal(t, sizes{10_000, 1_000_000}, s)
	require.Equal(t, "10000,1000000", s.String())
	for _, wrong := range []string{"", "ten", "999", "10000,", "200000000"} {
		require.Error(t, s.Set(wrong), wrong)
	}
}

func TestAnAnswerThatIsWrongIsRefused(t *testing.T) {
	list := func(homes ...care.ID) *engine.Result {
		res := &engine.Result{Considered: 9}
		for _, id := range homes {
			res.Candidates = append(res.Candidates, engine.Candidate{Home: id, Score: 5})
		}
		return res
	}
	require.NoError(t, sameAnswer(list("A", "B"), list("A", "B")))
	require.Error(t, sameAnswer(list("A", "B"), list("B", "A")))
	require.Error(t, sameAnswer(list("A"), list("A", "B")))
	other := list("A")
	other.Candidates[0].Score++
	require.Error(t, sameAnswer(list("A"), other))
	fewer := list("A")
	fewer.Considered--
	require.Error(t, sameAnswer(list("A"), fewer))

	some, none := question{}, question{nothing: true}
	require.NoError(t, some.answered(list("A")))
	require.Error(t, some.answered(list()))
	require.Error(t, none.answered(list("A")))
	require.Error(t, none.answered(list()), "and nothing is said of why")
	scarce := question{scarce: true}
	require.Error(t, scarce.answered(list()))
	missed := list()
	missed.WhyNot = []engine.Exclusion{{Home: "A"}}
	require.NoError(t, none.answered(missed))
	require.NoError(t, scarce.answered(missed))
	require.Error(t, some.answered(missed))
}

func TestAnAnswerThatHasNotSeenTheChangeIsRefused(t *testing.T) {
	c := england(t, village)
	eng, req := c.fork(t), c.oneChild()[0]
	m := newMover(t, eng, req)
	before, err := eng.Match(t.Context(), req)
	require.NoError(t, err)
	for range 3 {
		taken, err := m.move(t)
		require.NoError(t, err)
		after, err := eng.Match(t.Context(), req)
		require.NoError(t, err)
		require.NoError(t, m.seen(after, taken))
		require.Error(t, m.seen(after, 1-taken))
		right := [2]answers{{journal: before.Journal, lists: [][]care.ID{listOf(before)}}, {journal: before.Journal + 1, lists: [][]care.ID{listOf(after)}}}
		require.NoError(t, isOf(after, &right, 0))
		after.Journal++
		require.Error(t, isOf(after, &right, 0))
		before, after.Journal = after, after.Journal-1
	}
}

func TestEveryKindOfQuestionHasItsAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("some judge every home")
	}
	c := england(t, village)
	eng := c.open(t)
	for _, q := range c.all() {
		require.NotEmpty(t, q.requests, q.name)
		require.NoError(t, q.agrees(t.Context(), eng, q.requests[0]), q.name)
	}
}

func TestInTheOpenCountryNobodyIsBarred(t *testing.T) {
	c := openCountry(t, village)
	eng := c.open(t)
	for _, req := range c.tonight(someAsk, asRecorded) {
		res, err := eng.Match(t.Context(), unpruned(req))
		require.NoError(t, err)
		require.Equal(t, village, res.Eligible, "%v", res.Barred)
	}
}
