package peers

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var rounds = flag.Int("rounds", 5, "how often TestPeers times each query with each engine")

// TestPeers asks every engine the same queries, in turn, and prints a table:
//
//	go test -run Peers -v -sizes 1000000 -timeout 1h .
func TestPeers(t *testing.T) {
	for _, homes := range numbers(t, 1_000) {
		t.Run(fmt.Sprintf("homes=%d", homes), func(t *testing.T) {
			w := NewWorld(*seed, homes)
			all := weigh(t, w)
			qs := w.Queries(*seed, queries)
			engines := map[string]Engine{}
			for _, e := range all {
				engines[e.name] = e
			}
			for _, answer := range agree(t, w, engines, qs) { // also warms what the queries read
				require.NotEmpty(t, answer)
			}
			race(t, all, qs)
			t.Log("\n" + table(homes, all))
		})
	}
}

// weighed is an engine, what it took to fill it, and how long its answers took.
type weighed struct {
	maker
	Engine
	filled time.Duration
	bytes  int64
	took   []time.Duration
}

func weigh(t *testing.T, w *World) []*weighed {
	var all []*weighed
	for _, m := range makers() {
		before, start := heap(), time.Now()
		e := &weighed{maker: m, Engine: m.mustOpen(t, w)}
		e.filled = time.Since(start)
		e.bytes = e.size(t, heap()-before)
		all = append(all, e)
	}
	w.Items = nil // the tree has copies
	return all
}

// size is how many bytes the engine keeps: what a database says, or what came onto
// the heap.
func (e *weighed) size(t *testing.T, heap int64) (n int64) {
	switch db := e.Engine.(type) {
	case *SQLite:
		const pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
		require.NoError(t, db.db.QueryRowContext(t.Context(), pages).Scan(&n))
	case *PostGIS:
		require.NoError(t, db.conn.QueryRow(t.Context(), "SELECT pg_total_relation_size('home')").Scan(&n))
	default:
		n = max(0, heap)
	}
	return n
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// race times all engines. Who goes first changes from query to query. The scan is
// timed afterwards: it would leave the others nothing in the processor's caches.
func race(t *testing.T, all []*weighed, qs []Query) {
	racers := slices.DeleteFunc(slices.Clone(all), func(e *weighed) bool { return e.name == scanned })
	for round := range *rounds {
		for i := range qs {
			for k := range racers {
				racers[(i+round+k)%len(racers)].time(t, &qs[i])
			}
		}
	}
	for _, e := range all {
		for i := 0; len(e.took) < len(qs); i++ {
			e.time(t, &qs[i])
		}
		slices.Sort(e.took)
	}
}

func (e *weighed) time(t *testing.T, q *Query) {
	start := time.Now()
	found, err := e.Best(t.Context(), q)
	e.took = append(e.took, time.Since(start))
	require.NoError(t, err, e.name)
	require.NotEmpty(t, found, e.name)
}

func table(homes int, all []*weighed) string {
	var b strings.Builder
	b.WriteString("| homes | engine | p50 µs | p95 µs | median to ours | filled in s | bytes a home |\n|--:|---|--:|--:|--:|--:|--:|\n")
	for _, e := range all {
		fmt.Fprintf(&b, "| %d | %s | %.0f | %.0f | %.1f | %.1f | %d |\n", homes, e.name,
			e.percentile(50), e.percentile(95), e.percentile(50)/all[0].percentile(50), e.filled.Seconds(), e.bytes/int64(homes))
	}
	return b.String()
}

// percentile is in microseconds.
func (e *weighed) percentile(n int) float64 {
	return float64(e.took[(len(e.took)-1)*n/100].Nanoseconds()) / 1e3
}
