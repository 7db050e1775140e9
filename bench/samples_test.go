package bench_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stablehomes/stablehomes/engine"
)

// samples is what the newest answers cost. It takes its memory before the clock
// runs.
type samples struct {
	n      int
	times  [4096]time.Duration
	judged [4096]int
	nodes  [4096]int
}

func (s *samples) add(took time.Duration, res *engine.Result) {
	i := s.n % len(s.times)
	s.times[i], s.judged[i], s.nodes[i] = took, res.Effort.Judged, res.Effort.Nodes
	s.n++
}

// ask puts a request and takes down what the answer cost.
func (s *samples) ask(tb testing.TB, eng *engine.Engine, req engine.Request) *engine.Result {
	began := time.Now()
	res, err := eng.Match(tb.Context(), req)
	took := time.Since(began)
	if err != nil {
		tb.Fatal(err)
	}
	s.add(took, res)
	return res
}

func (s *samples) p50() time.Duration { return median(s.times[:min(s.n, len(s.times))]) }

// report adds the figures of a match to those of the benchmark.
func (s *samples) report(b *testing.B) {
	n := min(s.n, len(s.times))
	b.ReportMetric(float64(percentile(s.times[:n], 50)), "p50-ns")
	b.ReportMetric(float64(percentile(s.times[:n], 95)), "p95-ns")
	b.ReportMetric(float64(percentile(s.judged[:n], 50)), "judged/op")
	b.ReportMetric(float64(percentile(s.nodes[:n], 50)), "nodes/op")
}

// percentile is the smallest value that so many of a hundred do not exceed.
func percentile[T cmp.Ordered](values []T, p int) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

// ratio is how many times the one is the other.
func ratio(one, other time.Duration) float64 { return float64(one) / float64(max(other, 1)) }

func median[T cmp.Ordered](values []T) T { return percentile(values, 50) }
