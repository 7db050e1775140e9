package bench_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

// BenchmarkMatch asks for ten homes, with findings and reasons.
func BenchmarkMatch(b *testing.B) {
	for _, homes := range homesOf {
		b.Run(fmt.Sprintf("homes=%d", homes), func(b *testing.B) {
			c := england(b, homes)
			eng := c.open(b)
			for _, q := range c.all() {
				if !(q.nothing || q.scarce) || homes <= *mostWhole {
					b.Run("request="+q.name, func(b *testing.B) { q.bench(b, eng, homes) })
				}
			}
			b.Run("request=everything-eligible", func(b *testing.B) { everything(b, homes) })
		})
	}
}

// everything asks a country where no home is barred.
func everything(b *testing.B, homes int) {
	c := openCountry(b, homes)
	eng := c.open(b)
	q := question{name: "everything-eligible", requests: c.tonight(someAsk, asRecorded)}
	if homes <= *mostWhole {
		res, err := eng.Match(b.Context(), unpruned(q.requests[0]))
		require.NoError(b, err)
		require.Equal(b, homes, res.Eligible, "%v", res.Barred)
	}
	q.bench(b, eng, homes)
}

// bench puts the requests in turn, once their answers are known to be right.
func (q *question) bench(b *testing.B, eng *engine.Engine, homes int) {
	require.NotEmpty(b, q.requests)
	q.agree(b, eng, homes)
	q.warm(b, eng)
	var s samples
	b.ReportAllocs()
	for b.Loop() {
		res := s.ask(b, eng, q.requests[s.n%len(q.requests)])
		if err := q.answered(res); err != nil {
			b.Fatal(err)
		}
	}
	s.report(b)
}

// warm asks once, so that the index is in memory.
func (q *question) warm(b *testing.B, eng *engine.Engine) {
	_, err := eng.Match(b.Context(), q.requests[0])
	require.NoError(b, err)
}

// BenchmarkUnpruned has every home judged for the same answers, as counts and
// why-not do. x-pruned says how many times longer that takes, in this run.
func BenchmarkUnpruned(b *testing.B) {
	atEachSize(b, *mostWhole, func(b *testing.B, c country) {
		eng := c.open(b)
		q := question{name: "one-child", requests: c.oneChild()}
		q.warm(b, eng)
		var s, quick samples
		b.ReportAllocs()
		for b.Loop() {
			res := s.ask(b, eng, unpruned(q.requests[s.n%len(q.requests)]))
			b.StopTimer()
			require.NoError(b, q.answered(res))
			q.pruned(b, eng, &quick)
			b.StartTimer()
		}
		s.report(b)
		b.ReportMetric(ratio(s.p50(), quick.p50()), "x-pruned")
	})
}

// pruned puts every request once.
func (q *question) pruned(tb testing.TB, eng *engine.Engine, s *samples) {
	for _, req := range q.requests {
		s.ask(tb, eng, req)
	}
}
