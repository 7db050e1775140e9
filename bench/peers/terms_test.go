package peers

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

// carer is an approved foster carer in Leeds with one bed and no terms.
func carer(change func(*care.Home)) care.Home {
	h := care.Home{
		ID: "H-1", Kind: care.Foster, Authority: "E08000035", Beds: 1, Where: care.Location{Point: care.At(53.8, -1.55)},
		Status: care.Approved, RegisteredFrom: fixtures.Today - 100,
	}
	if change != nil {
		change(&h)
	}
	return h
}

// Each filter is tried on both sides of its edge, with a girl of seven who needs a
// home in ten days.
func TestEachFilterHasItsEdges(t *testing.T) {
	on := fixtures.Today + 10
	stay := func(end care.Day) []care.Placement {
		return []care.Placement{{ID: "P-1", Child: "C-1", Home: "H-1", Start: fixtures.Today - 9, End: end}}
	}
	cases := []struct {
		name   string
		change func(*care.Home)
		lives  []care.Placement
		takes  bool
	}{
		{name: "no terms", takes: true},
		{name: "from seven", change: func(h *care.Home) { h.AgeMin = care.Num(7) }, takes: true},
		{name: "from eight", change: func(h *care.Home) { h.AgeMin = care.Num(8) }},
		{name: "up to seven", change: func(h *care.Home) { h.AgeMax = care.Num(7) }, takes: true},
		{name: "up to six", change: func(h *care.Home) { h.AgeMax = care.Num(6) }},
		{name: "girls", change: func(h *care.Home) { h.Sexes = []care.Sex{care.Female} }, takes: true},
		{name: "boys", change: func(h *care.Home) { h.Sexes = []care.Sex{care.Male} }},
		{name: "either", change: func(h *care.Home) { h.Sexes = []care.Sex{care.Male, care.Female} }, takes: true},
		{name: "a children's home", change: func(h *care.Home) { h.Kind, h.Status = care.ChildrensHome, care.Registered }},
		{name: "a relative", change: func(h *care.Home) { h.Kind = care.ConnectedPerson }},
		{name: "suspended", change: func(h *care.Home) { h.Status = care.Suspended }},
		{name: "approved from that day", change: func(h *care.Home) { h.RegisteredFrom = on }, takes: true},
		{name: "approved from the next", change: func(h *care.Home) { h.RegisteredFrom = on + 1 }},
		{name: "approved to that day", change: func(h *care.Home) { h.RegisteredUntil = care.EndOn(on + 1) }, takes: true},
		{name: "approved to the day before", change: func(h *care.Home) { h.RegisteredUntil = care.EndOn(on) }},
		{name: "a child leaves that day", lives: stay(on), takes: true},
		{name: "a child leaves the next", lives: stay(on + 1)},
		{name: "a child stays", lives: stay(0)},
		{name: "a child stays, and there is another bed", change: func(h *care.Home) { h.Beds = 2 }, lives: stay(0), takes: true},
		{name: "a child moves in later", lives: []care.Placement{{ID: "P-1", Child: "C-1", Home: "H-1", Start: on + 40}}},
		{name: "no bed at all", change: func(h *care.Home) { h.Beds = 0 }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := worldOf(slices.Values([]care.Home{carer(c.change)}), slices.Values(c.lives))
			q := w.Ask(on, 7, care.Female, care.At(53.81, -1.5))
			require.Equal(t, c.takes, q.accepts(&w.Homes[0]))
			agree(t, w, openAll(t, w), []Query{q})
		})
	}
}

// A few villages, many homes at the same address, terms and stays at random: every
// engine gives what the scan gives.
func TestEnginesAgreeOnVillages(t *testing.T) {
	for round := range uint64(6) {
		chance := rand.New(rand.NewPCG(*seed, 10+round))
		var homes []care.Home
		var lives []care.Placement
		for i := range 60 + chance.IntN(300) {
			homes = append(homes, carer(func(h *care.Home) {
				h.ID = care.ID(fmt.Sprintf("H-%04d", i+1))
				h.Where.Point = care.At(53+float64(chance.IntN(3))/50, -1+float64(chance.IntN(4))/40)
				h.Kind = []care.Kind{care.Foster, care.Foster, care.Foster, care.Supported}[chance.IntN(4)]
				h.AgeMin, h.AgeMax = care.Num(chance.IntN(9)), care.Num(8+chance.IntN(10))
				h.RegisteredFrom = fixtures.Today - 30 + care.Day(chance.IntN(60))
			}))
			if chance.IntN(2) == 0 {
				lives = append(lives, care.Placement{
					ID: care.ID(fmt.Sprintf("P-%04d", i+1)), Child: "C-1", Home: homes[i].ID,
					Start: fixtures.Today - 50, ExpectedEnd: fixtures.Today - 9 + care.Day(chance.IntN(60)),
				})
			}
		}
		w := worldOf(slices.Values(homes), slices.Values(lives))
		agree(t, w, openAll(t, w), w.Queries(*seed+round, 40))
	}
}

// The table sets every median beside ours.
func TestTheTableComparesMedians(t *testing.T) {
	us := func(all ...time.Duration) []time.Duration {
		for i := range all {
			all[i] *= time.Microsecond
		}
		return all
	}
	require.Equal(t, `| homes | engine | p50 µs | p95 µs | median to ours | filled in s | bytes a home |
|--:|---|--:|--:|--:|--:|--:|
| 50 | stablehomes | 20 | 20 | 1.0 | 0.2 | 3 |
| 50 | other | 90 | 90 | 4.5 | 2.0 | 40 |
`, table(50, []*weighed{
		{maker: maker{name: "stablehomes"}, took: us(10, 20, 30), filled: 200 * time.Millisecond, bytes: 150},
		{maker: maker{name: "other"}, took: us(80, 90, 100), filled: 2 * time.Second, bytes: 2_000},
	}))
}
