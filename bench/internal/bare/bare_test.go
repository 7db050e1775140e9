package bare_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/bench/internal/bare"
	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/fixtures"
)

// settings are the lines of a file that set one of Badger's options.
func settings(t *testing.T, file string) []string {
	content, err := os.ReadFile(filepath.FromSlash(file))
	require.NoError(t, err)
	var all []string
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimRight(strings.TrimSpace(line), ".)"); strings.HasPrefix(line, "With") {
			all = append(all, line)
		}
	}
	return all
}

func TestTheSettingsAreThoseOfTheStore(t *testing.T) {
	ours, theirs := settings(t, "bare.go"), settings(t, "../../../engine/store/badger.go")
	require.Greater(t, len(theirs), 10)
	differ := slices.DeleteFunc(slices.Concat(ours, theirs), func(line string) bool {
		return slices.Contains(ours, line) && slices.Contains(theirs, line)
	})
	require.Equal(t, []string{"WithReadOnly(false", "WithLogger(nil", "WithEncryptionKey(key", "WithReadOnly(readOnly", "WithLogger(quiet{log}"}, differ)
}

func TestWhatAStoreHoldsCanBeWrittenAgain(t *testing.T) {
	dir, again := t.TempDir(), t.TempDir()
	county := fixtures.County(1)
	eng, err := engine.Open(t.Context(), dir)
	require.NoError(t, err)
	require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: county.Homes}))
	require.NoError(t, eng.Close())

	pairs, err := bare.Pairs(dir)
	require.NoError(t, err)
	require.Greater(t, len(pairs), len(county.Homes))
	require.True(t, slices.IsSortedFunc(pairs, func(a, b bare.Pair) int { return slices.Compare(a.Key, b.Key) }))
	write(t, again, pairs)
	read, err := bare.Pairs(again)
	require.NoError(t, err)
	require.Equal(t, pairs, read)

	eng, err = engine.Open(t.Context(), dir, engine.ReadOnly())
	require.NoError(t, err, "reading left the store whole")
	n, err := eng.Journal(t.Context())
	require.NoError(t, err)
	require.Positive(t, n)
	require.NoError(t, eng.Close())
}

func write(t *testing.T, dir string, pairs []bare.Pair) {
	db, err := bare.Open(dir)
	require.NoError(t, err)
	require.NoError(t, bare.Write(db, pairs))
	require.NoError(t, db.Close())
}

func TestADirectoryThatCannotBeIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("no directory"), 0o600))
	_, err := bare.Open(file)
	require.Error(t, err)
	_, err = bare.Pairs(file)
	require.Error(t, err)
}

func TestPairsThatCannotBeWrittenAreRefused(t *testing.T) {
	db, err := bare.Open(t.TempDir())
	require.NoError(t, err)
	long := []bare.Pair{{Key: []byte(fmt.Sprintf("%070000d", 1)), Value: nil}}
	require.Error(t, bare.Write(db, long), "Badger takes no key of 70,000 bytes")
	require.NoError(t, db.Close())
}
