package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMadeUpCountryComesInWithoutAReject(t *testing.T) {
	dir := away(t)
	o := run(t, "fixtures --homes 600 --seed 7 --out england").is(t, 0, "wrote england/homes.csv", "wrote england/children.csv", "wrote england/placements.csv")
	require.Empty(t, o.out)
	require.Equal(t, []string{"england"}, listed(t, dir), "files are written and no store is made")
	require.Equal(t, []string{"children.csv", "homes.csv", "placements.csv"}, listed(t, "england"))
	for _, kind := range []string{"homes", "children", "placements"} {
		rep := reported(t, run(t, "import --json "+kind+" england/"+kind+".csv").is(t, 0))
		require.Equal(t, rep.Rows, rep.New, kind)
		require.Equal(t, strings.Count(read(t, "england/"+kind+".csv"), "\n")-1, rep.Rows, kind)
	}
	require.Equal(t, 601, strings.Count(read(t, "england/homes.csv"), "\n"))
	child, _, _ := strings.Cut(strings.Split(read(t, "england/children.csv"), "\n")[1], ",")
	a := answered(t, run(t, "match --json --child "+child+onTheDay))
	require.Positive(t, a.Considered)
}

func TestTheSeedDecidesTheCountry(t *testing.T) {
	away(t)
	run(t, "fixtures --homes 200 --out one").is(t, 0)
	run(t, "fixtures --homes 200 --seed 1 --out same").is(t, 0)
	run(t, "fixtures --homes 200 --seed 2 --out other").is(t, 0)
	for _, name := range listed(t, "one") {
		one := read(t, filepath.Join("one", name))
		require.Equal(t, one, read(t, filepath.Join("same", name)), name)
		require.NotEqual(t, one, read(t, filepath.Join("other", name)), name)
	}
}

func TestAMadeUpCountryOverwritesNothing(t *testing.T) {
	away(t)
	require.NoError(t, os.Mkdir("england", 0o755))
	keep(t, "england/children.csv", "our own children\n")
	run(t, "fixtures --homes 100 --out england").is(t, 1, "england/children.csv", "exists")
	require.Equal(t, "our own children\n", read(t, "england/children.csv"))
	keep(t, "scotland", "a file\n")
	run(t, "fixtures --homes 100 --out scotland").is(t, 1, "scotland")
	require.Equal(t, "a file\n", read(t, "scotland"))
}

// figures is what fixtures --report writes as JSON.
type figures struct {
	Schema  string
	Margins []struct {
		Measure, Unit, Source           string
		Published, Generated, Tolerance float64
	}
}

func TestTheFiguresStandBesideThePublishedOnes(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole country is drawn")
	}
	away(t)
	var got figures
	o := run(t, "fixtures --report --json").is(t, 0)
	require.NoError(t, json.Unmarshal([]byte(o.out), &got))
	require.Equal(t, "stablehomes/fixtures/1", got.Schema)
	text := run(t, "fixtures --report").is(t, 0)
	require.Empty(t, text.err)
	for _, m := range got.Margins {
		require.Contains(t, text.out, "│ "+m.Measure+" ")
		require.NotEmpty(t, m.Source, m.Measure)
		require.InDelta(t, m.Published, m.Generated, m.Tolerance, m.Measure)
	}
	require.Equal(t, len(got.Margins), strings.Count(text.out, " met │"))
	require.NotContains(t, text.out, "MISSED")
}
