package peers

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkBest times each engine alone. It fails if an answer is empty, or is not
// what the scan finds.
func BenchmarkBest(b *testing.B) {
	for _, homes := range numbers(b, 10_000, 100_000) {
		w := NewWorld(*seed, homes)
		qs := w.Queries(*seed, queries)
		for _, m := range makers() {
			b.Run(fmt.Sprintf("homes=%d/engine=%s", homes, m.name), func(b *testing.B) {
				e := m.mustOpen(b, w)
				for _, answer := range agree(b, w, map[string]Engine{m.name: e}, qs) {
					require.NotEmpty(b, answer)
				}
				i := 0
				b.ReportAllocs()
				for b.Loop() {
					found, err := e.Best(b.Context(), &qs[i%len(qs)])
					if err != nil || len(found) == 0 {
						b.Fatal("no answer", err)
					}
					i++
				}
			})
		}
	}
}
