package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// demoTime is the most the demo may take: a new user waits for it.
const demoTime = 2 * time.Second

func TestWhatANewUserSeesFirst(t *testing.T) {
	dir, temporary := away(t), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	begun := time.Now()
	o := run(t, "demo").is(t, 0)
	took := time.Since(begun)
	require.Empty(t, o.err)
	require.Empty(t, listed(t, temporary), "nothing is left in the temporary directory")
	require.Empty(t, listed(t, dir))
	if !testing.Short() { // the race detector is slow
		require.Less(t, took, demoTime)
	}
	requireGolden(t, filepath.Join(home, "testdata", "demo.golden"), o.out)
}

// requireGolden compares with a file, or with -update writes it.
func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		keep(t, name, got)
	}
	want, lines := strings.Split(read(t, name), "\n"), strings.Split(got, "\n")
	for i := range min(len(want), len(lines)) {
		require.Equal(t, want[i], lines[i], "%s, line %d; go test ./cli -update writes it anew", name, i+1)
	}
	require.Len(t, lines, len(want), "%s; go test ./cli -update writes it anew", name)
}

func TestTheDemoIsTheSameWhateverIsSet(t *testing.T) {
	single(t)
	away(t)
	want := run(t, "demo").is(t, 0).out
	t.Setenv("STABLEHOMES_DB", "elsewhere")
	t.Setenv("STABLEHOMES_POLICY", "nowhere.toml")
	require.Equal(t, want, run(t, "--quiet demo").is(t, 0).out)
	_, err := os.Stat("elsewhere")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestADemoWithNowhereToPutItsStore(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(away(t), "nowhere"))
	run(t, "demo").is(t, 1, "nowhere")
}

func TestTheDemosFilesComeInWithoutAReject(t *testing.T) {
	dir := away(t)
	o := run(t, "demo --files county").is(t, 0, "wrote county/homes.csv", "wrote county/postcodes.csv")
	require.Empty(t, o.out)
	require.Equal(t, []string{"county"}, listed(t, dir), "files are written and no store is made")
	require.ElementsMatch(t, []string{"homes.csv", "children.csv", "placements.csv", "postcodes.csv", "vacancies.csv"}, listed(t, "county"))
	for _, kind := range []string{"homes", "children", "placements", "postcodes"} {
		run(t, "import "+kind+" county/"+kind+".csv").is(t, 0, "0 rejected")
	}
}

func TestTheDemosFilesAreTheSameEveryTime(t *testing.T) {
	away(t)
	run(t, "demo --files again").is(t, 0)
	for _, name := range listed(t, "again") {
		require.Equal(t, read(t, filepath.Join(countyFiles(t), name)), read(t, filepath.Join("again", name)), name)
	}
}

func TestTheDemoOverwritesNothing(t *testing.T) {
	away(t)
	require.NoError(t, os.Mkdir("county", 0o755))
	keep(t, "county/homes.csv", "our own homes\n")
	run(t, "demo --files county").is(t, 1, "county/homes.csv", "exists")
	require.Equal(t, "our own homes\n", read(t, "county/homes.csv"))
	require.Equal(t, []string{"homes.csv"}, listed(t, "county"))
	keep(t, "county.csv", "a file\n")
	run(t, "demo --files county.csv").is(t, 1, "county.csv")
	run(t, "demo --files county.csv/deeper").is(t, 1, "county.csv")
	require.Equal(t, "a file\n", read(t, "county.csv"))
}
