package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

// trial is what bench writes as JSON.
type trial struct {
	Schema, On  string
	Homes       int `json:"homes_considered"`
	Children    int
	Waiting     bool
	NothingFits int     `json:"nothing_fits"`
	Open        float64 `json:"open_ms"`
	Median      float64 `json:"match_median_ms"`
	P95         float64 `json:"match_p95_ms"`
	Judged      int     `json:"judged_median"`
	Most        int     `json:"judged_most"`
	Nodes       int     `json:"nodes_median"`
	Unpruned    float64 `json:"every_home_judged_median_ms"`
	Faster      float64 `json:"times_faster"`
	Differ      []string
}

func tried(t *testing.T, line string) trial {
	t.Helper()
	var got trial
	require.NoError(t, json.Unmarshal([]byte(run(t, "--json bench"+line).is(t, 0).out), &got))
	return got
}

func TestWhatAMatchCostsOnTheUsersOwnStore(t *testing.T) {
	got := tried(t, " --on 2026-11-22 --db "+countyStore(t))
	require.Equal(t, "stablehomes/bench/1", got.Schema)
	require.Equal(t, "2026-11-22", got.On)
	require.Equal(t, 390, got.Homes)
	require.Positive(t, got.Children)
	require.LessOrEqual(t, got.Children, 20)
	require.True(t, got.Waiting)
	require.NotNil(t, got.Differ)
	require.Empty(t, got.Differ)
	for name, n := range map[string]float64{"open": got.Open, "median": got.Median, "unpruned": got.Unpruned, "faster": got.Faster, "nodes": float64(got.Nodes)} {
		require.Positive(t, n, name)
	}
	require.GreaterOrEqual(t, got.P95, got.Median)
	require.Positive(t, got.Judged)
	require.GreaterOrEqual(t, got.Most, got.Judged)
	require.Less(t, got.Judged, got.Homes, "not every home is judged")
	require.Equal(t, 1, tried(t, " --children 1 --db "+countyStore(t)).Children)
}

func TestWhatAMatchCostsAsATable(t *testing.T) {
	o := run(t, "bench --children 3 --on 2026-11-22 --db "+countyStore(t)).is(t, 0)
	require.Empty(t, o.err)
	for _, words := range []string{"homes considered", "390", "children asked for, who wait", "a match, median", "ms", "nodes of the index", "the same list", "3 of 3"} {
		require.Contains(t, o.out, words)
	}
}

func TestOnlyThoseWhoWaitAreAskedForWhereAnyDo(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+goodHome("H-1")+goodHome("H-2"))
	keep(t, "children.csv", "id,dob,sex,authority\nC-1,2014-03-09,F,Leeds\nC-2,2014-03-09,F,Leeds\nC-3,2014-03-09,F,Leeds\n")
	keep(t, "placements.csv", "id,child,home,start,end\nP-1,C-1,H-1,2026-01-01,\nP-2,C-2,H-2,2025-01-01,2026-01-01\nP-3,C-2,H-2,2026-02-01,\n")
	for _, kind := range []string{"homes", "children", "placements"} {
		run(t, "import --quiet "+kind+" "+kind+".csv").is(t, 0)
	}
	got := tried(t, " --on 2026-11-22")
	require.Equal(t, [2]any{1, true}, [2]any{got.Children, got.Waiting})
	require.Equal(t, 2, got.Homes)

	keep(t, "placements.csv", "id,child,home,start,end\nP-4,C-3,H-1,2026-01-01,\n")
	run(t, "import --quiet placements placements.csv").is(t, 0)
	got = tried(t, " --on 2026-11-22")
	require.Equal(t, [2]any{3, false}, [2]any{got.Children, got.Waiting})
	require.Contains(t, run(t, "bench --on 2026-11-22").is(t, 0).out, "all of whom live somewhere")
}

func TestIDsThatASpreadsheetWouldRunAreAskedFor(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+goodHome("H-1"))
	keep(t, "children.csv", "id,dob,sex,authority,home_postcode,home_lat,home_lng\n'=1+1,2014-03-09,F,Leeds,LS6 2AB,53.8,-1.5\n")
	run(t, "import --quiet homes homes.csv").is(t, 0)
	run(t, "import --quiet children children.csv").is(t, 0)
	require.Equal(t, 1, tried(t, " --on 2026-11-22").Children)
}

func TestWhereNothingFitsEveryHomeIsJudged(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+goodHome("H-1"))
	keep(t, "children.csv", "id,dob,sex,authority\nC-1,2001-03-09,F,Leeds\n")
	run(t, "import --quiet homes homes.csv").is(t, 0)
	run(t, "import --quiet children children.csv").is(t, 0)
	got := tried(t, " --on 2026-11-22")
	require.Equal(t, [3]int{1, 1, 1}, [3]int{got.Children, got.NothingFits, got.Judged}, "she is 25")
	require.Empty(t, got.Differ)
}

func TestBenchRefusesWhatItCannotDo(t *testing.T) {
	away(t)
	for line, says := range map[string]string{
		"bench --children 0": "--children 0: from 1 to 10000", "bench --children 10001": "from 1 to 10000",
		"bench --on tomorrow": "--on", "bench now": `bench takes no argument "now"`,
	} {
		run(t, line).is(t, 2, says)
	}
	run(t, "bench").is(t, 1, "there is no store")
	require.Empty(t, listed(t, "."), "it creates nothing")
	keep(t, "homes.csv", homesHeader+goodHome("H-1"))
	run(t, "import --quiet homes homes.csv").is(t, 0)
	run(t, "bench").is(t, 1, "no child in the store", "import children first")
}

func TestBenchLeavesTheStoreAsItIs(t *testing.T) {
	db := countyStore(t)
	head := func() uint64 {
		eng, err := engine.Open(t.Context(), db, engine.ReadOnly())
		require.NoError(t, err)
		defer eng.Close()
		n, err := eng.Journal(t.Context())
		require.NoError(t, err)
		return n
	}
	before, files := head(), strings.Join(listed(t, db), " ")
	run(t, "bench --children 1 --on 2026-11-22 --db "+db).is(t, 0)
	require.Equal(t, before, head())
	require.Equal(t, files, strings.Join(listed(t, db), " "))
}
