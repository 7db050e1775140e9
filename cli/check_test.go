package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACheckOfACleanStoreExitsNought(t *testing.T) {
	o := run(t, "check --db "+countyStore(t)).is(t, 0)
	require.Contains(t, o.out, "The journal of 4 entries agrees with its root")
	require.Equal(t, 1, strings.Count(o.out, "\n"))
	var told struct {
		Schema   string
		Journal  uint64
		Records  uint64
		Count    *int
		Findings []struct{ Kind, Key, Says string }
	}
	o = run(t, "check --json --db "+countyStore(t)).is(t, 0)
	require.NoError(t, json.Unmarshal([]byte(o.out), &told))
	require.Equal(t, "stablehomes/check/1", told.Schema)
	require.Equal(t, uint64(4), told.Journal)
	require.Greater(t, told.Records, uint64(500))
	require.Zero(t, *told.Count)
	require.NotNil(t, told.Findings, "an empty list is one")
}

func TestACheckReportsEverythingAndRepairsNothing(t *testing.T) {
	ownCounty(t)
	postcodes, spans := filepath.Join("stablehomes.db", "postcodes"), filepath.Join("stablehomes.db", "spans")
	for _, name := range []string{postcodes, spans} {
		content := []byte(read(t, name))
		content[len(content)-9] ^= 1
		require.NoError(t, os.WriteFile(name, content, 0o600))
	}
	before := read(t, spans)
	for range 2 {
		o := run(t, "check").is(t, 1, "the store does not agree with itself; nothing was repaired")
		lines := strings.Split(strings.TrimSpace(o.out), "\n")
		require.Len(t, lines, 2, "one line each")
		require.Contains(t, lines[0], "spans: ")
		require.Contains(t, lines[1], "postcodes: ")
		require.Equal(t, before, read(t, spans))
	}
	o := run(t, "check --json").is(t, 1, "does not agree")
	require.Contains(t, o.out, `"count":2`)
	run(t, "audit verify").is(t, 1, "does not agree")
}

func TestACheckOfADamagedFileNamesIt(t *testing.T) {
	ownCounty(t)
	tables, err := filepath.Glob(filepath.Join("stablehomes.db", "data", "*.sst"))
	require.NoError(t, err)
	require.NotEmpty(t, tables)
	content := []byte(read(t, tables[0]))
	content[len(content)/2] ^= 1
	require.NoError(t, os.WriteFile(tables[0], content, 0o600))
	run(t, "check").is(t, 1, "the store is damaged", filepath.Base(tables[0]))
}

func TestCheckTakesNoArgument(t *testing.T) {
	dir := away(t)
	run(t, "check everything").is(t, 2, `check takes no argument "everything"`)
	run(t, "check").is(t, 1, "there is no store")
	require.Empty(t, listed(t, dir))
}
