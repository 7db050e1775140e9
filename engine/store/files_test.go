package store

import (
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFilesAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want fileNotes
		for i, name := range []string{"000001.sst", "000002.sst", "000002.vlog", "KEYREGISTRY", "MANIFEST"} {
			if rapid.Bool().Draw(t, name) {
				want = append(want, fileNote{name, int64(rapid.Uint32().Draw(t, "size")) << i, rapid.Uint32().Draw(t, "sum")})
			}
		}
		got, whole := decodeFiles(want.encode())
		require.True(t, whole)
		require.Equal(t, want, got)
		for _, n := range want {
			found, ok := got.of(n.name)
			require.True(t, ok)
			require.Equal(t, n, found)
		}
	})
}

func TestFilesWithAnyBitFlippedVouchForNothing(t *testing.T) {
	b := fileNotes{{"000001.sst", 5_000_000, 0xdeadbeef}, {"MANIFEST", 58, 7}}.encode()
	for i := range 8 * len(b) {
		b[i/8] ^= 1 << (i % 8)
		_, whole := decodeFiles(b)
		require.False(t, whole, "bit %d", i)
		b[i/8] ^= 1 << (i % 8)
	}
	for n := range b {
		_, whole := decodeFiles(b[:n])
		require.False(t, whole, "%d bytes", n)
	}
}

func TestFilesOfALaterFormatVouchForNothing(t *testing.T) {
	later := []byte("sthfiles9\n")
	_, whole := decodeFiles(fmt.Appendf(later, "sum %08x\n", crc32.Checksum(later, castagnoli)))
	require.False(t, whole)
}

func FuzzFiles(f *testing.F) {
	f.Add(fileNotes{{"000001.sst", 5_000_000, 0xdeadbeef}}.encode())
	f.Add([]byte("sthfiles1\nsum 00000000\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if notes, whole := decodeFiles(b); whole {
			again, whole := decodeFiles(notes.encode())
			require.True(t, whole)
			require.Equal(t, notes, again)
		}
	})
}

// TestATableThatWentBadWhileTheStoreWasOpenIsFound damages the file under a
// running store. Badger answers a read from the block as if the key were absent.
func TestATableThatWentBadWhileTheStoreWasOpenIsFound(t *testing.T) {
	for _, o := range []Options{{}, {ReadOnly: true}} {
		dir := t.TempDir()
		s := create(t, dir)
		do(t, s, putHomes(manyHomes(3000)...))
		checkAndClose(t, s)
		s, err := Open(t.Context(), dir, o)
		require.NoError(t, err)
		tables, err := filepath.Glob(filepath.Join(dir, dataName, "*.sst"))
		require.NoError(t, err)
		f, err := os.OpenFile(tables[0], os.O_RDWR, 0)
		require.NoError(t, err)
		_, err = f.WriteAt([]byte("damage"), 20_000)
		require.NoError(t, err)
		require.NoError(t, f.Close())

		require.ErrorIs(t, s.Check(t.Context()), ErrDamaged)
		x, err := s.Examine(t.Context(), nil)
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(x.Findings, func(f Finding) bool {
			return f.Kind == AboutFiles && strings.Contains(f.Says, filepath.Base(tables[0])+" is not as it was written")
		}), "%v", x.Findings)
		missed := 0
		for _, err := range look(t, s).Homes() {
			if err != nil {
				require.ErrorIs(t, err, ErrDamaged, "a whole scan compares its count")
				missed++
			}
		}
		require.Equal(t, 1, missed)
		require.NoError(t, s.Close())
		_, err = Open(t.Context(), dir, o)
		require.ErrorIs(t, err, ErrDamaged, "the next opening refuses it")
	}
}

func TestWithoutFilesTheStoreIsLookedThrough(t *testing.T) {
	dir := closedStore(t, 5)
	require.NoError(t, os.Remove(filepath.Join(dir, filesName)))
	for range 2 {
		s, err := Open(t.Context(), dir, Options{ReadOnly: true})
		require.NoError(t, err)
		require.Equal(t, uint64(5), look(t, s).Head().Number)
		checkAndClose(t, s)
		require.FileExists(t, filepath.Join(dir, filesName), "and listed again")
	}
}

func TestATableThatManifestDoesNotNameIsKeptUntilTheStoreIsFoundWhole(t *testing.T) {
	ruins := newRuins(t, nil)
	dir := t.TempDir()
	ruins.killed.writeTo(t, dir)
	require.NoError(t, os.Remove(filepath.Join(dir, filesName)))
	stray := filepath.Join(dir, dataName, "000777.sst") // a compaction that was killed leaves such
	require.NoError(t, os.WriteFile(stray, []byte("half a table"), 0o600))
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	require.NoFileExists(t, stray)
	require.NoFileExists(t, stray+asideSuffix)
	checkAndClose(t, s)

	// MANIFEST loses its end: the tables that it names no longer hold what HEAD
	// has seen, and none of them is deleted.
	dir = t.TempDir()
	ruins.killed.writeTo(t, dir)
	require.NoError(t, os.Remove(filepath.Join(dir, filesName)))
	manifest := filepath.Join(dir, dataName, "MANIFEST")
	info, err := os.Stat(manifest)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(manifest, info.Size()-4))
	before, err := filepath.Glob(filepath.Join(dir, dataName, "*.sst"))
	require.NoError(t, err)
	require.NotEmpty(t, before)
	_, err = Open(t.Context(), dir, Options{})
	require.True(t, isNamed(err), "%v", err)
	for _, table := range before {
		require.FileExists(t, table)
	}
}
