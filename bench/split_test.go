package bench_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/fixtures"
)

// BenchmarkSplit asks for homes for eight brothers and sisters, the most for whom
// ways to split are worked out: the whole match, with the best three splits or the
// homes that come nearest to taking them all.
func BenchmarkSplit(b *testing.B) {
	b.Run(fmt.Sprintf("homes=%d", *coldHomes), func(b *testing.B) {
		c := england(b, *coldHomes)
		eng := c.fork(b)
		q := question{name: "sibling-group-of-eight"}
		for n := range someAsk {
			family := c.eight(n)
			require.NoError(b, eng.Add(b.Context(), engine.Records{Children: family, By: "benchmark"}))
			q.requests = append(q.requests, engine.Request{Group: family[0].Group, On: fixtures.Today})
		}
		q.warm(b, eng)
		var s samples
		b.ReportAllocs()
		for b.Loop() {
			began := time.Now()
			res, err := eng.Match(b.Context(), q.requests[s.n%len(q.requests)])
			took := time.Since(began)
			if err != nil {
				b.Fatal(err)
			}
			s.add(took, res)
			b.StopTimer()
			requireSplits(b, res)
			b.StartTimer()
		}
		s.report(b)
	})
}

// eight makes a family of eight who wait: the needs and ages of children who do, and
// the home, the parents and the authority of one of them.
func (q *questions) eight(n int) []care.Child {
	one := q.Children[n%len(q.Children)]
	family := make([]care.Child, match.MaxSplit)
	for i := range family {
		c := q.Children[(n+7*i)%len(q.Children)]
		c.ID, c.Group = care.ID(fmt.Sprintf("C-EIGHT-%02d-%d", n, i)), care.ID(fmt.Sprintf("G-EIGHT-%02d", n))
		c.Authority, c.Home, c.Contacts = one.Authority, one.Home, one.Contacts
		c.ConnectedHomes, c.KeptApart = nil, nil
		family[i] = c
	}
	return family
}

// requireSplits checks that there are some and that each has every child once.
func requireSplits(b *testing.B, res *engine.Result) {
	require.NotEmpty(b, res.Splits)
	for _, split := range res.Splits {
		var all []care.ID
		for _, h := range split.Homes {
			all = append(all, h.Children...)
		}
		slices.Sort(all)
		require.Equal(b, res.Children, all)
	}
}
