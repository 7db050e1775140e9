package bench_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/fixtures"
)

// BenchmarkSplit asks for homes for brothers and sisters, up to the most for whom
// ways to split are worked out: the whole match, with the best three splits and,
// where no home takes them all, those that come nearest. unproved is the share of
// answers that the search was left off for.
func BenchmarkSplit(b *testing.B) {
	b.Run(fmt.Sprintf("homes=%d", *coldHomes), func(b *testing.B) {
		c := england(b, *coldHomes)
		eng := c.fork(b)
		for _, children := range []int{2, 4, 6, match.MaxSplit} {
			b.Run(fmt.Sprintf("children=%d", children), func(b *testing.B) { c.split(b, eng, children) })
		}
	})
}

func (c *country) split(b *testing.B, eng *engine.Engine, children int) {
	q := question{name: "siblings"}
	for n := range manyAsk / 2 {
		family := c.family(n, children)
		require.NoError(b, eng.Add(b.Context(), engine.Records{Children: family, By: "benchmark"}))
		q.requests = append(q.requests, engine.Request{Group: family[0].Group, On: fixtures.Today})
	}
	q.warm(b, eng)
	var s samples
	unproved := 0
	b.ReportAllocs()
	for b.Loop() {
		res := s.ask(b, eng, q.requests[s.n%len(q.requests)])
		if res.Unproved {
			unproved++
		}
		b.StopTimer()
		requireSplits(b, res)
		b.StartTimer()
	}
	s.report(b)
	b.ReportMetric(float64(unproved)/float64(s.n), "unproved")
}

// family makes brothers and sisters who wait: the ages and needs of children who
// do, and the home, the parents, the authority and the background of one of them.
// Unaccompanied children have no family here.
func (q *questions) family(n, children int) []care.Child {
	var waiting []care.Child
	for _, c := range q.Children {
		if c.UASC != care.Yes {
			waiting = append(waiting, c)
		}
	}
	one := waiting[n%len(waiting)]
	all := make([]care.Child, children)
	for i := range all {
		c := waiting[(n+7*i)%len(waiting)]
		c.ID, c.Group = care.ID(fmt.Sprintf("C-NEW-%d-%02d-%d", children, n, i)), care.ID(fmt.Sprintf("G-NEW-%d-%02d", children, n))
		c.Authority, c.Home, c.Contacts = one.Authority, one.Home, one.Contacts
		c.Languages, c.Faith, c.Culture, c.Ethnicity = one.Languages, one.Faith, one.Culture, one.Ethnicity
		c.ConnectedHomes, c.KeptApart = nil, nil
		all[i] = c
	}
	return all
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
