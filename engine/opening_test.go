package engine_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

func contextOf(t testing.TB) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

func TestWhatWasImportedIsThereWhenTheStoreIsOpenedAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "stablehomes.db")
	eng := open(t, dir)
	settle(t, eng)
	want, at := exports(t, eng), head(t, eng)
	require.NoError(t, eng.Close())
	for _, opts := range [][]engine.Option{nil, {engine.ReadOnly()}} {
		eng := open(t, dir, opts...)
		require.Equal(t, want, exports(t, eng))
		require.Equal(t, at, head(t, eng))
		require.Equal(t, care.ID("H-ROSE"), shortlist(t, eng, asking("C-AMY")).Candidates[0].Home)
		require.NoError(t, eng.Close())
	}
}

func TestMemoryAndDiskMakeTheSameJournal(t *testing.T) {
	memory, disk := engine.InMemory(), open(t, filepath.Join(t.TempDir(), "db"))
	defer memory.Close()
	defer disk.Close()
	settle(t, memory)
	settle(t, disk)
	require.Equal(t, head(t, memory), head(t, disk))
	require.Equal(t, exports(t, memory), exports(t, disk))
	require.Equal(t, shortlist(t, memory, asking("C-AMY")), shortlist(t, disk, asking("C-AMY")))
}

func TestTheJournalSaysWhoDidWhat(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		entries, err := engine.EntriesOf(t.Context(), eng)
		require.NoError(t, err)
		var commands []string
		for _, e := range entries {
			require.Equal(t, "A. Officer", e.Who)
			require.True(t, three().Equal(e.When))
			commands = append(commands, e.Command)
		}
		require.Equal(t, []string{"import homes", "import children", "import placements"}, commands)
		n, err := eng.Journal(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 3, n)
	})
}

func TestClosingTwiceDoesNothingMore(t *testing.T) {
	for _, eng := range []*engine.Engine{engine.InMemory(), open(t, filepath.Join(t.TempDir(), "db"))} {
		bring(t, eng, engine.Postcodes, postcodesCSV)
		_, _, err := eng.Locate("LS6 2AB")
		require.NoError(t, err)
		require.NoError(t, eng.Close())
		require.NoError(t, eng.Close())
	}
}

func TestAnEngineThatIsClosedSaysSo(t *testing.T) {
	for name, eng := range map[string]*engine.Engine{"memory": engine.InMemory(), "disk": open(t, filepath.Join(t.TempDir(), "db"))} {
		settle(t, eng)
		require.NoError(t, eng.Close())
		for what, do := range map[string]func() error{
			"match": func() error {
				_, err := eng.Match(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: today})
				return err
			},
			"explain": func() error {
				_, err := eng.Explain(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: today}, "H-ROSE")
				return err
			},
			"export":  func() error { return eng.Export(t.Context(), engine.Homes, &bytes.Buffer{}) },
			"journal": func() error { _, err := eng.Journal(t.Context()); return err },
			"locate":  func() error { _, _, err := eng.Locate("LS6 2AB"); return err },
			"add":     func() error { return eng.Add(t.Context(), engine.Records{Homes: []care.Home{aHome("H-1")}}) },
			"import homes": func() error {
				_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Homes, Files: []engine.File{text("homes.csv", homesCSV)}})
				return err
			},
			"import postcodes": func() error {
				_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Postcodes, Files: []engine.File{text("onspd.csv", postcodesCSV)}})
				return err
			},
		} {
			require.ErrorIs(t, do(), engine.ErrClosed, "%s, %s", name, what)
		}
	}
}

func TestReadingNeverCreates(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "stablehomes.db")
	_, err := engine.Open(t.Context(), dir, engine.ReadOnly())
	require.ErrorIs(t, err, engine.ErrNoStore)
	require.Contains(t, err.Error(), dir)
	require.NoDirExists(t, dir)
	entries, err := os.ReadDir(parent)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestAReaderChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	want := head(t, eng)
	require.NoError(t, eng.Close())

	eng = open(t, dir, engine.ReadOnly())
	defer eng.Close()
	for _, c := range []struct {
		kind engine.Kind
		text string
	}{{engine.Homes, strings.ReplaceAll(homesCSV, "612", "613")}, {engine.Children, childrenCSV}, {engine.Postcodes, postcodesCSV}} {
		_, err := eng.Import(t.Context(), engine.Import{Kind: c.kind, Files: []engine.File{text("f.csv", c.text)}})
		require.ErrorIs(t, err, engine.ErrReadOnly, c.kind)
	}
	require.ErrorIs(t, eng.Add(t.Context(), engine.Records{Homes: []care.Home{aHome("H-1")}}), engine.ErrReadOnly)
	require.NoFileExists(t, filepath.Join(dir, "postcodes"))
	require.Equal(t, want, head(t, eng))

	report, _ := bring(t, eng, engine.Homes, strings.ReplaceAll(homesCSV, "612", "613"), dryRun)
	require.Equal(t, 8, report.Updated, "a dry run is only reading")
}

func TestReadersShareAStoreAndAWriterWaitsItsTurn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	_, err := engine.Open(t.Context(), dir)
	require.ErrorIs(t, err, engine.ErrInUse, "a writer has it")
	_, err = engine.Open(t.Context(), dir, engine.ReadOnly())
	require.ErrorIs(t, err, engine.ErrInUse)
	require.NoError(t, eng.Close())

	first, second := open(t, dir, engine.ReadOnly()), open(t, dir, engine.ReadOnly())
	require.Equal(t, shortlist(t, first, asking("C-AMY")), shortlist(t, second, asking("C-AMY")))
	_, err = engine.Open(t.Context(), dir)
	require.ErrorIs(t, err, engine.ErrInUse, "readers have it")
	require.NoError(t, first.Close())
	require.NoError(t, second.Close())
	require.NoError(t, open(t, dir).Close())
}

func TestADirectoryThatIsNoStoreIsLeftAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "homes.csv")
	require.NoError(t, os.WriteFile(file, []byte(homesCSV), 0o600))
	for _, opts := range [][]engine.Option{nil, {engine.ReadOnly()}} {
		_, err := engine.Open(t.Context(), file, opts...)
		require.Error(t, err)
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, homesCSV, string(content))
	}
}

func TestAnEngineIsSilentAndItsLoggerSeesNoRecords(t *testing.T) {
	var log bytes.Buffer
	eng := open(t, filepath.Join(t.TempDir(), "db"), engine.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	settle(t, eng)
	require.NoError(t, eng.Close())
	require.NotContains(t, log.String(), "AMY")
	require.NotContains(t, log.String(), "H-ROSE")
}
