package store

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// listing is every file under a directory with its content.
func listing(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(content)
		return err
	}))
	return files
}

// closedStore is a directory with a store of n changes that was closed properly.
func closedStore(t *testing.T, n int) string {
	dir := t.TempDir()
	s := create(t, dir)
	for i := range n {
		do(t, s, putHomes(home("H-1", i+1), home(care.ID(strings.Repeat("H", i+1)), 1)))
	}
	checkAndClose(t, s)
	return dir
}

// refused opens a directory in every way and wants the same answer each time.
func refused(t *testing.T, dir string, kind error, says string) {
	for _, o := range []Options{{}, {ReadOnly: true}, {Create: true}} {
		if kind == ErrNoStore && o.Create {
			continue
		}
		_, err := Open(t.Context(), dir, o)
		require.ErrorIs(t, err, kind, "%+v", o)
		var typed *DirError
		require.ErrorAs(t, err, &typed)
		require.Equal(t, dir, typed.Dir)
		require.Contains(t, err.Error(), says)
	}
}

func TestOpenOfNoStoreCreatesNothing(t *testing.T) {
	parent := t.TempDir()
	missing := filepath.Join(parent, "stablehomes.db")
	refused(t, missing, ErrNoStore, "import homes")
	require.NoDirExists(t, missing)

	require.NoError(t, os.WriteFile(filepath.Join(parent, "postcodes"), []byte("somebody else's"), 0o600))
	before := listing(t, parent)
	refused(t, parent, ErrNoStore, "import homes")
	require.Equal(t, before, listing(t, parent))
}

func TestOpenCreatesAStoreBesideThePostcodes(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "postcodes"), []byte("somebody else's"), 0o600))
	s := create(t, dir)
	do(t, s, putHomes(home("H-1", 1)))
	checkAndClose(t, s)
	require.Equal(t, "somebody else's", listing(t, dir)["/postcodes"])
}

func TestOpenFindsWhatWasWritten(t *testing.T) {
	dir := closedStore(t, 5)
	for _, o := range []Options{{}, {ReadOnly: true}, {Create: true}} {
		s, err := Open(t.Context(), dir, o)
		require.NoError(t, err)
		v := look(t, s)
		require.Equal(t, uint64(5), v.Head().Number)
		h, err := v.Home("H-1")
		require.NoError(t, err)
		require.Equal(t, 5, h.Beds)
		checkAndClose(t, s)
	}
}

func TestOpenForReadingIsSharedAndChangesNothing(t *testing.T) {
	dir := closedStore(t, 3)
	before := listing(t, dir)
	one, err := Open(t.Context(), dir, Options{ReadOnly: true})
	require.NoError(t, err)
	two, err := Open(t.Context(), dir, Options{ReadOnly: true})
	require.NoError(t, err)
	require.Equal(t, look(t, one).Head(), look(t, two).Head())
	_, err = one.Do(t.Context(), "", change("x", putHomes(home("H-2", 1))))
	require.ErrorIs(t, err, ErrReadOnly)
	_, err = Open(t.Context(), dir, Options{})
	require.ErrorIs(t, err, ErrInUse, "a writer waits for the readers")
	checkAndClose(t, one)
	checkAndClose(t, two)
	require.Equal(t, before, listing(t, dir))
}

func TestOpenOfAStoreInUse(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	refused(t, dir, ErrInUse, "another program has it open")
	do(t, s, putHomes(home("H-1", 1)))
	checkAndClose(t, s)
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	checkAndClose(t, s)
}

func TestOpenWithoutManifestOrKeysTouchesNothing(t *testing.T) {
	for _, name := range []string{"MANIFEST", "KEYREGISTRY"} {
		dir := closedStore(t, 3)
		path := filepath.Join(dir, "data", name)
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.Remove(path))
		before := listing(t, dir)
		refused(t, dir, ErrDamaged, name+" is missing")
		require.Equal(t, before, listing(t, dir))

		require.NoError(t, os.WriteFile(path, kept, 0o600))
		s, err := Open(t.Context(), dir, Options{})
		require.NoError(t, err, "put back, it opens")
		require.Equal(t, uint64(3), look(t, s).Head().Number)
		checkAndClose(t, s)
	}
}

func TestOpenOfAFileSaysSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "homes.csv")
	require.NoError(t, os.WriteFile(file, []byte("id"), 0o600))
	for _, o := range []Options{{}, {ReadOnly: true}, {Create: true}} {
		_, err := Open(t.Context(), file, o)
		require.ErrorContains(t, err, "homes.csv is a file, and a store is a directory")
	}
}

func TestOpenWithAllRecordsGone(t *testing.T) {
	dir := closedStore(t, 3)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "data")))
	refused(t, dir, ErrLost, "3 changes")
	require.NoDirExists(t, filepath.Join(dir, "data"))
}

func TestOpenWithoutHead(t *testing.T) {
	dir := closedStore(t, 3)
	require.NoError(t, os.Remove(filepath.Join(dir, headName)))
	before := listing(t, dir)
	refused(t, dir, ErrDamaged, "HEAD is missing")
	require.Equal(t, before, listing(t, dir))
}

func TestOpenWithAnUnreadableHead(t *testing.T) {
	dir := closedStore(t, 3)
	require.NoError(t, os.WriteFile(filepath.Join(dir, headName), []byte("?"), 0o600))
	refused(t, dir, ErrDamaged, "HEAD cannot be read")
}

func TestOpenWithOneSlotOfHeadSpoilt(t *testing.T) {
	for slot := range int64(headSlots) {
		dir := closedStore(t, 3)
		f, err := os.OpenFile(filepath.Join(dir, headName), os.O_RDWR, 0)
		require.NoError(t, err)
		_, err = f.WriteAt([]byte("torn"), slot*headSlotStep+20)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		s, err := Open(t.Context(), dir, Options{})
		require.NoError(t, err)
		require.Equal(t, uint64(3), look(t, s).Head().Number)
		checkAndClose(t, s)
	}
}

func TestOpenOfAnOlderCopyOfTheRecords(t *testing.T) {
	dir := closedStore(t, 3)
	older := t.TempDir()
	require.NoError(t, os.CopyFS(older, os.DirFS(filepath.Join(dir, "data"))))
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	do(t, s, putHomes(home("H-9", 1)))
	checkAndClose(t, s)

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "data")))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "data"), os.DirFS(older)))
	refused(t, dir, ErrDamaged, "000002.sst is missing")
	require.NoError(t, os.Remove(filepath.Join(dir, filesName)))
	refused(t, dir, ErrLost, "4 changes were acknowledged but only 3 are there")
}

func TestOpenOfTheRecordsOfAnotherStore(t *testing.T) {
	for _, changes := range []int{3, 5} {
		dir, other := closedStore(t, 3), t.TempDir()
		s := create(t, other)
		for i := range changes {
			do(t, s, putHomes(home("H-other", i+1)))
		}
		checkAndClose(t, s)
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "data")))
		require.NoError(t, os.Rename(filepath.Join(other, "data"), filepath.Join(dir, "data")))
		refused(t, dir, ErrDamaged, "is not as it was written")
		require.NoError(t, os.Remove(filepath.Join(dir, filesName)))
		refused(t, dir, ErrDamaged, "not the one that was written")
	}
}

func TestOpenAfterAKillBetweenCommitAndHead(t *testing.T) {
	dir := closedStore(t, 3)
	head, err := os.ReadFile(filepath.Join(dir, headName))
	require.NoError(t, err)
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	do(t, s, putHomes(home("H-9", 1)))
	want := look(t, s).Head()
	checkAndClose(t, s)

	require.NoError(t, os.WriteFile(filepath.Join(dir, headName), head, 0o600))
	for range 2 {
		s, err = Open(t.Context(), dir, Options{})
		require.NoError(t, err)
		require.Equal(t, want, look(t, s).Head())
		m, err := readHead(dir)
		require.NoError(t, err)
		require.Equal(t, want, m.head, "HEAD has caught up")
		require.False(t, m.clean, "while it is open")
		checkAndClose(t, s)
	}
	m, err := readHead(dir)
	require.NoError(t, err)
	require.True(t, m.clean)
}

func TestOpenRemovesEmptyLogsThatACrashLeft(t *testing.T) {
	for _, o := range []Options{{}, {ReadOnly: true}} {
		dir := closedStore(t, 3)
		empty := []string{filepath.Join(dir, "data", "00099.mem"), filepath.Join(dir, "data", "000099.vlog")}
		for _, path := range empty {
			require.NoError(t, os.WriteFile(path, nil, 0o600))
		}
		s, err := Open(t.Context(), dir, o)
		require.NoError(t, err)
		require.Equal(t, uint64(3), look(t, s).Head().Number)
		checkAndClose(t, s)
		for _, path := range empty {
			require.NoFileExists(t, path)
		}
	}
}

func TestOpenLeavesEmptyLogsOfARunningStoreAlone(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	empty := filepath.Join(dir, "data", "00099.mem")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	refused(t, dir, ErrInUse, "another program")
	require.FileExists(t, empty)
	checkAndClose(t, s)
}

func TestOpenForReadingPutsAnUncleanStoreInOrder(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	for i := range 5 {
		do(t, s, putHomes(home("H-1", i+1)))
	}
	copied := t.TempDir()
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	checkAndClose(t, s)

	reader, err := Open(t.Context(), copied, Options{ReadOnly: true})
	require.NoError(t, err)
	require.Equal(t, uint64(5), look(t, reader).Head().Number)
	_, err = reader.Do(t.Context(), "", change("x", putHomes(home("H-2", 1))))
	require.ErrorIs(t, err, ErrReadOnly)
	checkAndClose(t, reader)
	m, err := readHead(copied)
	require.NoError(t, err)
	require.True(t, m.clean)
}

func TestOpenAfterAnUncleanCloseChecksEverything(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	do(t, s, putHomes(home("H-1", 1), home("H-2", 1)))
	_, err := s.kv.Commit(t.Context(), nil, []Op{put("home/H-1", string(encodeRecord(1, []byte{0xa0})))})
	require.NoError(t, err)
	copied := t.TempDir()
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	require.ErrorIs(t, s.Check(t.Context()), ErrDamaged)
	require.NoError(t, s.Close())

	_, err = Open(t.Context(), copied, Options{})
	require.ErrorIs(t, err, ErrDamaged)
	require.ErrorContains(t, err, "the journal lists")
	s, err = Open(t.Context(), dir, Options{})
	require.NoError(t, err, "after a proper close only Check looks at everything")
	require.NoError(t, s.Close())
}

func TestOpenAfterAKillWhileTheStoreWasCreated(t *testing.T) {
	for name, leave := range map[string]func(t *testing.T, dir string){
		"before HEAD": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "HEAD.new"), []byte("half"), 0o600))
		},
		"after HEAD": func(t *testing.T, dir string) { require.NoError(t, createHead(dir, keyMark{})) },
		"before the first table": func(t *testing.T, dir string) {
			require.NoError(t, createHead(dir, keyMark{}))
			require.NoError(t, os.Mkdir(filepath.Join(dir, "data"), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "MANIFEST-REWRITE"), nil, 0o600))
		},
	} {
		dir := t.TempDir()
		leave(t, dir)
		s, err := Open(t.Context(), dir, Options{Create: true})
		require.NoError(t, err, name)
		do(t, s, putHomes(home("H-1", 1)))
		checkAndClose(t, s)
	}
}

func TestOpenWithACancelledContext(t *testing.T) {
	dir := closedStore(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ctx, dir, Options{})
	require.ErrorIs(t, err, context.Canceled)
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err, "the lock was let go")
	checkAndClose(t, s)
}

func TestHeadThatCannotBeWrittenLeavesTheOutcomeUnknown(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	require.NoError(t, s.head.file.Close())
	_, err := s.Do(t.Context(), "op-1", change("x", putHomes(home("H-1", 1))))
	require.ErrorIs(t, err, ErrUnknown)
	require.Error(t, s.Close())

	s, err = Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	r, err := s.Do(t.Context(), "op-1", change("x", putHomes(home("H-1", 1))))
	require.NoError(t, err)
	require.Equal(t, uint64(1), r.Number)
	checkAndClose(t, s)
}
