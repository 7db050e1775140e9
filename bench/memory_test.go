package bench_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

// mostPerHome is how many bytes an open, searchable store may take for each home,
// Badger's own aside.
const mostPerHome = 400

// BenchmarkMemory measures an engine that has answered, after the garbage is
// collected, and fails beyond the limit. The storage engine has its memory first:
// what the answer adds is the index. The index is read from its file and opened as it
// is asked: B/home is after the first answer, B/home-opened after the worst question,
// which looks into all of it. B/home-all counts Badger's caches too, which are of one
// size whatever the number of homes.
func BenchmarkMemory(b *testing.B) {
	atEachSize(b, anySize, func(b *testing.B, c country) {
		q := question{name: "one-child", requests: c.oneChild()[:1]}
		eng := c.open(b)
		res, err := eng.Match(b.Context(), q.requests[0])
		require.NoError(b, err)
		require.NoError(b, q.answered(res))
		require.NoError(b, eng.Close())
		for b.Loop() {
			index, opened, all := held(b, &c, q.requests[0], res)
			b.ReportMetric(index/float64(c.homes), "B/home")
			b.ReportMetric(opened/float64(c.homes), "B/home-opened")
			b.ReportMetric(all/float64(c.homes), "B/home-all")
			require.LessOrEqual(b, opened/float64(c.homes), float64(mostPerHome))
		}
	})
}

// held is what an engine holds that has given an answer again, beyond what it held
// when it had read every home without the index; then after the worst question as
// well; and in all.
func held(b *testing.B, c *country, req engine.Request, res *engine.Result) (index, opened, all float64) {
	before := heap()
	eng, err := engine.Open(b.Context(), c.dir, engine.ReadOnly())
	require.NoError(b, err)
	_, err = eng.Match(b.Context(), unpruned(req))
	require.NoError(b, err)
	open := heap()
	again, err := eng.Match(b.Context(), req)
	require.NoError(b, err)
	require.NoError(b, sameAnswer(again, res))
	after := heap()
	_, err = eng.Match(b.Context(), ready(c.tonight(1, nothingToBeNear))[0])
	require.NoError(b, err)
	worn := heap()
	require.NoError(b, eng.Close())
	return after - open, worn - open, worn - before
}

// heap is how many bytes are in use.
func heap() float64 {
	runtime.GC()
	runtime.GC() // what finalizers let go of in the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// The measure would notice: what is held is counted, what is let go is not.
func TestHeldMemoryIsCounted(t *testing.T) {
	before := heap()
	block := make([]byte, 64<<20)
	require.InDelta(t, 64<<20, heap()-before, 8<<20)
	require.NotEmpty(t, fmt.Sprint(len(block)))
	runtime.KeepAlive(block)
	require.InDelta(t, 0, heap()-before, 8<<20)
}
