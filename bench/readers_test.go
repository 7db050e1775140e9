package bench_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// BenchmarkReaders asks from as many goroutines as there are processors while one
// more places a child again and again, durably. Each answer must be the one that
// was right as of the change it says it saw.
func BenchmarkReaders(b *testing.B) {
	atEachSize(b, anySize, func(b *testing.B, c country) {
		eng, q := c.fork(b), question{name: "one-child", requests: c.oneChild()}
		m := newMover(b, eng, q.requests[0])
		var right [2]answers
		for range right {
			taken, err := m.move(b)
			require.NoError(b, err)
			right[taken] = q.answers(b, eng)
		}
		require.NotEqual(b, right[0], right[1])
		b.Run("writers=1", func(b *testing.B) { q.beside(b, m, &right) })
	})
}

// answers are the homes that each request is to be given, as of one state.
type answers struct {
	journal uint64
	lists   [][]care.ID
}

func (q *question) answers(tb testing.TB, eng *engine.Engine) answers {
	var a answers
	for _, req := range q.requests {
		res, err := eng.Match(tb.Context(), req)
		require.NoError(tb, err)
		require.NoError(tb, q.answered(res))
		a.journal, a.lists = res.Journal, append(a.lists, listOf(res))
	}
	return a
}

func listOf(res *engine.Result) []care.ID {
	var all []care.ID
	for i := range res.Candidates {
		all = append(all, res.Candidates[i].Home)
	}
	return all
}

// beside reads while the child moves. A move is one entry of the journal, so its
// number says which of the two states an answer is of.
func (q *question) beside(b *testing.B, m *mover, right *[2]answers) {
	first, moved := m.moves, startMoving(b, m)
	var turn atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(turn.Add(1)) % len(q.requests)
			res, err := m.eng.Match(b.Context(), q.requests[i])
			if err == nil {
				err = isOf(res, right, i)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	moved()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64(m.moves-first)/b.Elapsed().Seconds(), "changes/s")
}

// isOf refuses an answer that is not that of the state it says it is of.
func isOf(res *engine.Result, right *[2]answers, request int) error {
	want, got := right[(res.Journal-right[0].journal)%2].lists[request], listOf(res)
	if !slices.Equal(want, got) {
		return fmt.Errorf("as of change %d the list is %v, not %v", res.Journal, want, got)
	}
	return nil
}

// startMoving moves the child until the function it returns is called.
func startMoving(b *testing.B, m *mover) (stop func()) {
	var ended atomic.Bool
	var moving sync.WaitGroup
	moving.Go(func() {
		for !ended.Load() {
			if _, err := m.move(b); err != nil {
				b.Error(err)
				return
			}
		}
	})
	return func() {
		ended.Store(true)
		moving.Wait()
	}
}
