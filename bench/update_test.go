package bench_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

// movingChild is the child whom a mover moves.
const movingChild care.ID = "C-moves"

// mover moves a child to and fro between two homes that each have one bed free.
// Whichever the child is in is not on the list of a request, and the other is.
type mover struct {
	eng   *engine.Engine
	homes [2]care.ID
	moves int
}

// newMover finds two such homes among the best for a request, by trying.
func newMover(tb testing.TB, eng *engine.Engine, req engine.Request) *mover {
	tb.Helper()
	m := &mover{eng: eng}
	who := care.Child{ID: movingChild, DOB: fixtures.Today - 9*365, Authority: "E08000035"}
	require.NoError(tb, eng.Add(tb.Context(), engine.Records{Children: []care.Child{who}}))
	res, err := eng.Match(tb.Context(), req)
	require.NoError(tb, err)
	found := 0
	for i := 0; i < len(res.Candidates) && found < 2; i++ {
		home := res.Candidates[i].Home
		require.NoError(tb, m.to(tb, home))
		if without, err := eng.Match(tb.Context(), req); err == nil && !offers(without, home) {
			m.homes[found] = home
			found++
		}
	}
	require.Equal(tb, 2, found, "two homes with one bed free")
	return m
}

func (m *mover) to(tb testing.TB, home care.ID) error {
	stay := care.Placement{ID: "P-moves", Child: movingChild, Home: home, Start: fixtures.Today - 1}
	return m.eng.Add(tb.Context(), engine.Records{Placements: []care.Placement{stay}})
}

// move changes homes, and says which of the two is taken.
func (m *mover) move(tb testing.TB) (taken int, err error) {
	taken = m.moves % 2
	m.moves++
	return taken, m.to(tb, m.homes[taken])
}

// seen refuses an answer that is not as of the move.
func (m *mover) seen(res *engine.Result, taken int) error {
	if offers(res, m.homes[taken]) || !offers(res, m.homes[1-taken]) {
		return fmt.Errorf("%s is taken and %s is free, which the answer has not seen", m.homes[taken], m.homes[1-taken])
	}
	return nil
}

func offers(res *engine.Result, home care.ID) bool {
	return slices.ContainsFunc(res.Candidates, func(c engine.Candidate) bool { return c.Home == home })
}

// BenchmarkUpdate places a child, durably, and asks at once: the answer must have
// seen it. The index is brought up to date in the answer's time, answer-ns.
func BenchmarkUpdate(b *testing.B) {
	atEachSize(b, anySize, func(b *testing.B, c country) {
		eng, q := c.fork(b), question{name: "one-child", requests: c.oneChild()[:1]}
		m := newMover(b, eng, q.requests[0])
		var s samples
		b.ReportAllocs()
		for b.Loop() {
			taken, err := m.move(b)
			if err != nil {
				b.Fatal(err)
			}
			began := time.Now()
			res, err := eng.Match(b.Context(), q.requests[0])
			took := time.Since(began)
			if err != nil {
				b.Fatal(err)
			}
			if err := m.seen(res, taken); err != nil {
				b.Fatal(err)
			}
			s.add(took, res)
		}
		b.ReportMetric(float64(s.p50()), "answer-ns")
		if c.homes <= *mostWhole {
			require.NoError(b, q.agrees(b.Context(), eng, q.requests[0]))
		}
	})
}
