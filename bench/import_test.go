package bench_test

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/bench/internal/bare"
	"github.com/stablehomes/stablehomes/engine"
)

// BenchmarkImport takes in a file of homes, into a new store. Beside it the same keys
// and values go through a bare WriteBatch of Badger's, in this run: of-writebatch is
// the share of its rate that the import reaches, until everything is on disk;
// of-writebatch-closed until both are closed, for which ours writes its index.
// peak-B is the most memory that the import took.
func BenchmarkImport(b *testing.B) {
	atEachSize(b, anySize, func(b *testing.B, c country) {
		file := exported(b, &c, engine.Homes)
		var ours, batch writes
		most := 0.0
		for b.Loop() {
			dir := b.TempDir()
			peak := watchMemory()
			ours.imported(b, dir, file, c.homes)
			most = max(most, peak())
			b.StopTimer()
			batch.batched(b, dir)
			b.StartTimer()
		}
		b.ReportMetric(float64(c.homes)/median(ours.durable).Seconds(), "rows/s")
		b.ReportMetric(ratio(median(batch.durable), median(ours.durable)), "of-writebatch")
		b.ReportMetric(ratio(median(batch.closed), median(ours.closed)), "of-writebatch-closed")
		b.ReportMetric(most, "peak-B")
	})
}

// writes are the times it takes until everything is on disk, and until the store is
// closed.
type writes struct{ durable, closed []time.Duration }

// exported is a file of a country's records.
func exported(b *testing.B, c *country, kind engine.Kind) string {
	path := filepath.Join(b.TempDir(), string(kind)+".csv")
	file, err := os.Create(path)
	require.NoError(b, err)
	require.NoError(b, c.open(b).Export(b.Context(), kind, file))
	require.NoError(b, file.Close())
	return path
}

func (w *writes) imported(b *testing.B, dir, path string, rows int) {
	file, err := os.Open(path)
	require.NoError(b, err)
	defer file.Close()
	began := time.Now()
	eng, err := engine.Open(b.Context(), dir)
	require.NoError(b, err)
	report, err := eng.Import(b.Context(), engine.Import{Kind: engine.Homes, Files: []engine.File{{Name: path, Source: file}}})
	w.durable = append(w.durable, time.Since(began))
	require.NoError(b, err)
	require.NoError(b, eng.Close())
	w.closed = append(w.closed, time.Since(began))
	require.Equal(b, rows, report.New)
}

// batched puts what a store holds into another directory.
func (w *writes) batched(b *testing.B, store string) {
	all, err := bare.Pairs(store)
	require.NoError(b, err)
	require.NotEmpty(b, all)
	began := time.Now()
	db, err := bare.Open(b.TempDir())
	require.NoError(b, err)
	require.NoError(b, bare.Write(db, all))
	w.durable = append(w.durable, time.Since(began))
	require.NoError(b, db.Close())
	w.closed = append(w.closed, time.Since(began))
}

// watchMemory looks, every few milliseconds until the function it returns is
// called, at how much memory the process has from the system beyond what it had
// at first. What lies idle is given back before: what is taken up again would not
// be counted.
func watchMemory() (peak func() float64) {
	debug.FreeOSMemory()
	first, most := fromSystem(), 0.0
	look := func() { most = max(most, fromSystem()-first) }
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			look()
			select {
			case <-done:
				look()
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	return func() float64 {
		close(done)
		watching.Wait()
		return most
	}
}

// fromSystem is the memory that Go holds, less what it has given back, in bytes.
func fromSystem() float64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64() - s[1].Value.Uint64())
}

// What was let go of shortly before is counted again where it is taken up again.
func TestThePeakOfMemoryIsCounted(t *testing.T) {
	const much = 64 << 20
	for range 2 {
		peak := watchMemory()
		block := make([]byte, much)
		most := peak()
		runtime.KeepAlive(block)
		require.InDelta(t, much, most, much/4)
		runtime.GC()
	}
}
