package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

// checked is what a check of a directory says, a line each.
func checked(t testing.TB, dir string) []string {
	t.Helper()
	eng := open(t, dir, engine.ReadOnly())
	defer eng.Close()
	c, err := eng.Check(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, c.Findings, c.Count)
	says := []string{}
	for _, f := range c.Findings {
		says = append(says, f.Kind+" "+f.Key+": "+f.Says)
	}
	return says
}

// keptTown is the town on disk with a postcode directory and a file of spans.
func keptTown(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	amyPlaced(t, eng)
	bring(t, eng, engine.Postcodes, townPostcodes)
	require.NoError(t, eng.Close())
	return dir
}

const townPostcodes = "pcd,oseast1m,osnrth1m,laua\nLS6 2AB,428500,435600,E08000035\nLS7 3AB,430500,435600,E08000035\n"

func TestAStoreThatAgreesHasNoFindings(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		amyPlaced(t, eng)
		bring(t, eng, engine.Postcodes, townPostcodes)
		c, err := eng.Check(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, c.Findings)
		require.NotNil(t, c.Findings)
		require.Equal(t, head(t, eng), c.Head)
		require.Greater(t, c.Records, uint64(8+6+2))
	})
	dir := keptTown(t)
	require.FileExists(t, filepath.Join(dir, "spans"))
	require.Empty(t, checked(t, dir))
}

// spoil changes one byte of a file.
func spoil(t testing.TB, path string, at int) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	if at < 0 {
		at += len(content)
	}
	content[at] ^= 1
	require.NoError(t, os.WriteFile(path, content, 0o600))
}

func TestFilesBesideTheRecordsAreChecked(t *testing.T) {
	dir := keptTown(t)
	spans, postcodes := filepath.Join(dir, "spans"), filepath.Join(dir, "postcodes")
	whole, err := os.ReadFile(spans)
	require.NoError(t, err)
	listing, err := os.ReadFile(postcodes)
	require.NoError(t, err)
	restore := func() {
		require.NoError(t, os.WriteFile(spans, whole, 0o600))
		require.NoError(t, os.WriteFile(postcodes, listing, 0o600))
		require.Empty(t, checked(t, dir))
	}

	spoil(t, spans, -9)
	require.Equal(t, []string{"spans : the file of spans cannot be used: its checksum is not what it says; it is built anew when it is next needed"}, checked(t, dir))
	restore()

	spoil(t, postcodes, -9)
	got := checked(t, dir)
	require.Len(t, got, 1)
	require.Contains(t, got[0], "postcodes")
	require.Contains(t, got[0], "import it again")
	restore()

	require.NoError(t, os.Remove(postcodes))
	require.Equal(t, []string{"postcodes : the directory that was imported is gone; import it again"}, checked(t, dir))
	restore()

	other := keptTown(t)
	eng := open(t, other)
	bring(t, eng, engine.Postcodes, "pcd,oseast1m,osnrth1m,laua\nLS6 2AB,428500,435600,E08000035\n")
	require.NoError(t, eng.Close())
	another, err := os.ReadFile(filepath.Join(other, "postcodes"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(postcodes, another, 0o600))
	require.Equal(t, []string{"postcodes : it is not the directory that the journal says was imported; import it again"}, checked(t, dir))
	restore()
}

// TestSpansThatAreWholeAndWrongAreFound puts in the file of a store that had the
// same past and another home in the same place: its journal is another, so an
// opening does not use it. One written by a program that reckoned wrongly is
// compared home by home.
func TestSpansThatAreWholeAndWrongAreFound(t *testing.T) {
	dir := keptTown(t)
	require.NoError(t, engine.FalsifySpans(dir, "H-OAK"))
	require.Equal(t, []string{"spans H-OAK: the index says of the home what its record and household do not say"}, checked(t, dir))

	require.NoError(t, engine.DropSpan(dir, "H-ELM"))
	require.Contains(t, checked(t, dir), "spans H-ELM: the index lacks the home where its record has it")

	other := filepath.Join(t.TempDir(), "db")
	eng := open(t, other)
	bring(t, eng, engine.Homes, homesHeader+homeRow("H-NEW", "foster", leeds, "53.8", "-1.5", "2", "0-17", "", approved, "none", "none"))
	require.NoError(t, eng.Close())
	strange, err := os.ReadFile(filepath.Join(other, "spans"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "spans"), strange, 0o600))
	require.Equal(t, []string{"spans : the file is of another journal; it is built anew when it is next needed"}, checked(t, dir))
}

func TestACheckStopsWhenItIsTold(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := eng.Check(ctx, nil)
		require.ErrorIs(t, err, context.Canceled)
	})
	eng := engine.InMemory()
	require.NoError(t, eng.Close())
	_, err := eng.Check(t.Context(), nil)
	require.ErrorIs(t, err, engine.ErrClosed)
}
