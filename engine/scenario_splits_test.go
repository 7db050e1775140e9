package engine_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

// wantedSplit is what is expected of a way to split the children. A zero score,
// worst_off, lost or furthest_apart is not checked.
type wantedSplit struct {
	Score         float64           `toml:"score"` // as that of a home
	WorstOff      care.ID           `toml:"worst_off"`
	Lost          float64           `toml:"lost"`           // against the first home that takes them whole, to one decimal
	FurthestApart float64           `toml:"furthest_apart"` // miles, to one decimal
	Homes         []wantedSplitHome `toml:"home"`           // all of them, in order
}

// wantedSplitHome is one of its homes: as a candidate for the children who would
// live in it.
type wantedSplitHome struct {
	wanted
	Children []care.ID `toml:"children"` // all of them, in order
	Alone    bool      `toml:"alone"`
}

// splitHomes are the homes of all splits.
func splitHomes(all []wantedSplit) (homes []wanted) {
	for _, s := range all {
		for _, h := range s.Homes {
			homes = append(homes, h.wanted)
		}
	}
	return homes
}

// splits holds the ways to split the children against those that are expected.
// Whatever is expected, each way houses every child once.
func (f *faults) splits(r *scenarioRequest, a *answer) {
	for i := range a.Splits {
		f.same(fmt.Sprintf("split %d, the children", i+1), a.Children, childrenIn(&a.Splits[i]))
	}
	if n := len(r.Splits); len(a.Splits) < n || r.OnlySplits && len(a.Splits) > n {
		f.add("splits: expected %d, the engine says %v", n, waysOf(a.Splits))
	}
	for i := range min(len(r.Splits), len(a.Splits)) {
		f.split(fmt.Sprintf("split %d", i+1), &r.Splits[i], &a.Splits[i])
	}
}

func (f *faults) split(name string, w *wantedSplit, s *match.Split) {
	if want, got := wantedWay(w), wayOf(s); !reflect.DeepEqual(want, got) {
		f.add("%s: expected %v, the engine says %v", name, want, got)
		return
	}
	for i := range w.Homes {
		f.judged(&w.Homes[i].wanted, &s.Homes[i].Candidate)
	}
	if w.Score != 0 && !isScore(w.Score, s.Score) {
		f.add("%s, score: expected %v, the engine says %s", name, w.Score, s.Score)
	}
	if w.WorstOff != "" {
		f.same(name+", worst off", w.WorstOff, s.WorstOff.ID)
	}
	if w.Lost != 0 && (s.Lost == nil || !isScore(w.Lost, *s.Lost)) {
		f.add("%s, lost: expected %v, the engine says %v", name, w.Lost, s.Lost)
	}
	if w.FurthestApart != 0 && math.Round(10*s.FurthestApart)/10 != w.FurthestApart {
		f.add("%s, furthest apart: expected %v miles, the engine says %v", name, w.FurthestApart, s.FurthestApart)
	}
}

// wantedWay and wayOf write who lives where, as far as it is expected exactly.
func wantedWay(w *wantedSplit) (way []string) {
	for _, h := range w.Homes {
		way = append(way, whoWhere(h.Home, h.Children, h.Alone))
	}
	return way
}

func wayOf(s *match.Split) (way []string) {
	for i := range s.Homes {
		way = append(way, whoWhere(s.Homes[i].Home, s.Homes[i].Children, s.Homes[i].Alone))
	}
	return way
}

func whoWhere(home care.ID, children []care.ID, alone bool) string {
	if alone {
		return fmt.Sprintf("%s: %v alone", home, children)
	}
	return fmt.Sprintf("%s: %v", home, children)
}

func waysOf(all []match.Split) (ways [][]string) {
	for i := range all {
		ways = append(ways, wayOf(&all[i]))
	}
	return ways
}

func childrenIn(s *match.Split) (ids []care.ID) {
	for i := range s.Homes {
		ids = append(ids, s.Homes[i].Children...)
	}
	return sorted(ids)
}

// A scenario that expects another split than the engine gives does not pass.
func TestAWrongSplitIsFound(t *testing.T) {
	const name = "one-of-three-with-supported-lodgings"
	s, ask := openScenario(t, name)
	a := ask(&s.Requests[0])
	require.Empty(t, faultsOf(&s.Requests[0], a))
	for wrong, spoil := range map[string]func(*scenarioRequest){
		"no split is expected":           func(r *scenarioRequest) { r.Splits = nil },
		"one is left out":                func(r *scenarioRequest) { r.Splits = r.Splits[1:] },
		"one too many":                   func(r *scenarioRequest) { r.OnlySplits, r.Splits = false, append(r.Splits, r.Splits[0]) },
		"the order is another":           func(r *scenarioRequest) { slices.Reverse(r.Splits) },
		"the homes are in another order": func(r *scenarioRequest) { slices.Reverse(r.Splits[0].Homes) },
		"another home":                   func(r *scenarioRequest) { r.Splits[0].Homes[0].Home = "nowhere" },
		"other children":                 func(r *scenarioRequest) { r.Splits[0].Homes[0].Children = []care.ID{"somebody"} },
		"nobody is alone":                func(r *scenarioRequest) { r.Splits[0].Homes[0].Alone = false },
		"another score":                  func(r *scenarioRequest) { r.Splits[0].Score = 1 },
		"another child is worst off":     func(r *scenarioRequest) { r.Splits[0].WorstOff = "kim" },
		"another loss":                   func(r *scenarioRequest) { r.Splits[0].Lost = 99 },
		"further apart":                  func(r *scenarioRequest) { r.Splits[0].FurthestApart = 99 },
		"a sign-off is left out":         func(r *scenarioRequest) { r.Splits[0].Homes[0].SignOffs = nil },
		"a warning too many":             func(r *scenarioRequest) { r.Splits[0].Homes[0].Warnings = []string{"over-20-miles"} },
		"another score of a home":        func(r *scenarioRequest) { r.Splits[0].Homes[0].wanted.Score = 1 },
		"says something else":            func(r *scenarioRequest) { r.Splits[0].Homes[0].Says = map[string]string{"adult": "99"} },
		"brothers and sisters there":     func(r *scenarioRequest) { r.Splits[0].Homes[0].SiblingsHere = []care.ID{"kim"} },
		"the misses in another order":    func(r *scenarioRequest) { r.NearestFirst = true; slices.Reverse(r.Barred) },
	} {
		again, _ := openScenario(t, name)
		spoil(&again.Requests[0])
		require.NotEmpty(t, faultsOf(&again.Requests[0], a), wrong)
	}
}
