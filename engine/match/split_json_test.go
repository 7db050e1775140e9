package match_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

// splitResult is about three brothers and sisters whom no home takes together, of
// whom one can join a sister; asked with counts or without.
func splitResult(t *testing.T, counts bool) *match.Result {
	t.Helper()
	s := &shelf{
		children: append(aGroup(3), aChild("C-90", func(c *care.Child) { c.Group = "G-1" })),
		homes: []care.Home{
			aHome("H-1", func(h *care.Home) { h.WeeklyCost, h.Where = care.Num(512), in(53.82, -1.55) }), aHome("H-2", beds(1)), aHome("H-3", beds(2)),
		},
		placements: []care.Placement{
			{ID: "P-1", Child: "C-90", Home: "H-3", Start: monday - 90}, {ID: "P-2", Child: "C-01", Home: "H-1", Start: monday - 3},
		},
	}
	at := time.Date(2026, time.November, 22, 15, 4, 5, 0, time.UTC)
	res := run(t, s, match.Request{Children: []care.ID{"C-00", "C-01", "C-02"}, At: at, Counts: counts})
	require.Empty(t, res.Candidates)
	require.Len(t, res.Splits, 3)
	return res
}

func TestSplitsAsJSON(t *testing.T) {
	res := splitResult(t, false)
	for i := range res.Splits {
		for k := range res.Splits[i].Homes {
			h := &res.Splits[i].Homes[k]
			h.Findings = trimmed(h.Findings)
		}
	}
	compareGolden(t, "splits.json", res.Splits)
}

// promisedOfSplits is what readers of `match --json` rely on, beside what they find
// in a shortlist.
const promisedOfSplits = `{"splits":[{"score":71.000000,"homes":[{"home":"…","children":["…"]}],"furthest_apart_miles":1.9}]}`

// addedToSplits are the names that have come since.
var addedToSplits = []string{
	"splits.worst_off object", "splits.worst_off.id string", "splits.worst_off.score number",
	"splits.homes.scores list", "splits.homes.scores object", "splits.homes.scores.id string", "splits.homes.scores.score number",
	"splits.homes.siblings_here list", "splits.homes.siblings_here. string",
}

func TestNamesOfSplitsInJSONAreThosePromised(t *testing.T) {
	text, err := json.Marshal(struct {
		Splits []match.Split `json:"splits"`
	}{splitResult(t, false).Splits})
	require.NoError(t, err)
	require.NotContains(t, string(text), "null")
	got, want, shortlist := namesOf(t, string(text)), namesOf(t, promisedOfSplits), namesOf(t, promised)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		require.True(t, got[name], "%s is promised", name)
	}
	const home, candidate = "splits.homes.", "candidates."
	for _, name := range slices.Sorted(maps.Keys(got)) {
		is := want[name] || slices.Contains(addedToSplits, name)
		if len(name) > len(home) && name[:len(home)] == home { // a home of a split is described as one of a shortlist is
			inList := candidate + name[len(home):]
			is = is || shortlist[inList] || slices.Contains(added, inList)
		}
		require.True(t, is, "%s is new: a name that is written once is kept", name)
	}
}

func TestSplitsAreReadBackFromJSON(t *testing.T) {
	for _, counts := range []bool{false, true} {
		res := splitResult(t, counts)
		lost := res.Splits[0].Score
		res.Splits[0].Lost = &lost
		text, err := json.Marshal(res)
		require.NoError(t, err)
		var back match.Result
		require.NoError(t, json.Unmarshal(text, &back))
		res.Effort = match.Effort{}
		require.Equal(t, res, &back)
		for i := range back.Splits {
			for k := range back.Splits[i].Homes {
				require.Equal(t, res.Splits[i].Homes[k].WorstOff(), back.Splits[i].Homes[k].WorstOff())
			}
		}
	}
}

func TestWhatIsNoHomeOfASplitIsRefused(t *testing.T) {
	for _, text := range []string{`7`, `{"home":7}`, `{"children":[{"id":"C-1"}]}`, `{"scores":[{"id":"C-1","score":"high"}]}`} {
		var h match.SplitHome
		require.Error(t, json.Unmarshal([]byte(text), &h), text)
	}
}

func TestAGroupThatIsNotSplitHasNoSplitsInJSON(t *testing.T) {
	s := &shelf{children: aGroup(2), homes: []care.Home{aHome("H-1")}}
	text, err := json.Marshal(run(t, s, match.Request{Group: "G-1"}))
	require.NoError(t, err)
	require.NotContains(t, string(text), "splits")
}

func FuzzSplitHome(f *testing.F) {
	f.Add([]byte(`{"home":"H-1","children":["C-1","C-2"],"scores":[{"id":"C-1","score":50.5},{"id":"C-2","score":1}],"alone":true}`))
	f.Add([]byte(`{"home":"H-1","children":[{"id":"C-1","score":50.5}]}`))
	f.Add([]byte(`{"scores":null,"children":[]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var h, again match.SplitHome
		if json.Unmarshal(text, &h) != nil {
			return
		}
		require.Equal(t, h.ChildScores, h.Candidate.Children)
		written, err := json.Marshal(h)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(written, &again))
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(rewritten))
	})
}
