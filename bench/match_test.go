package bench_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

// country is an engine in memory that holds a synthetic England, and a child of it
// who waits for a home.
func country(b *testing.B, homes int) (*engine.Engine, care.ID) {
	b.Helper()
	w := fixtures.NewEngland(fixtures.Options{Seed: 1, Homes: homes}).World()
	eng := engine.InMemory()
	b.Cleanup(func() {
		if err := eng.Close(); err != nil {
			b.Error(err)
		}
	})
	if err := eng.Add(b.Context(), engine.Records{Homes: w.Homes, Children: w.Children, Placements: w.Placements}); err != nil {
		b.Fatal(err)
	}
	placed := map[care.ID]bool{}
	for _, p := range w.Placements {
		placed[p.Child] = true
	}
	for _, c := range w.Children {
		if !placed[c.ID] && care.AgeOn(c.DOB, fixtures.Today) < 16 {
			return eng, c.ID
		}
	}
	b.Fatal("nobody waits")
	return nil, ""
}

// BenchmarkMatch asks for ten homes for one child, with findings and reasons.
func BenchmarkMatch(b *testing.B) {
	for _, homes := range []int{1_000, 5_000} {
		b.Run(fmt.Sprintf("homes=%d", homes), func(b *testing.B) {
			eng, child := country(b, homes)
			req := engine.Request{Children: []care.ID{child}, On: fixtures.Today}
			b.ReportAllocs()
			for b.Loop() {
				res, err := eng.Match(context.Background(), req)
				if err != nil {
					b.Fatal(err)
				}
				if len(res.Candidates) == 0 {
					b.Fatal("nothing fits")
				}
			}
		})
	}
}
