package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// backupOf is a backup of a store, with a file beside it.
func backupOf(t testing.TB, s *Store) ([]byte, Backed) {
	var out bytes.Buffer
	b, err := s.Backup(context.Background(), &out, BackupFile{Name: "postcodes", Size: 9, Content: strings.NewReader("LS6 2AB\n\n")})
	require.NoError(t, err)
	return out.Bytes(), b
}

func from(backup []byte) func() (io.Reader, error) {
	return func() (io.Reader, error) { return bytes.NewReader(backup), nil }
}

func TestARestoredStoreIsTheSame(t *testing.T) {
	seeds(t, 4, func(t *testing.T, r *rand.Rand) {
		for _, key := range [][]byte{nil, someKey(1)} {
			s, err := Open(t.Context(), t.TempDir(), Options{Create: true, Key: key})
			require.NoError(t, err)
			worlds := live(t, s, r, 40)
			backup, backed := backupOf(t, s)
			want := pairs(t, look(t, s).snap, "")
			require.Equal(t, look(t, s).Head(), backed.Head)
			require.Len(t, want, int(backed.Keys))
			checkAndClose(t, s)

			for _, newKey := range [][]byte{nil, someKey(2)} {
				dir := filepath.Join(t.TempDir(), "restored")
				got, err := Restore(t.Context(), dir, Options{Key: newKey}, from(backup))
				require.NoError(t, err)
				require.Equal(t, backed, got)
				require.NoDirExists(t, dir+restoringSuffix)
				content, err := os.ReadFile(filepath.Join(dir, "postcodes"))
				require.NoError(t, err)
				require.Equal(t, "LS6 2AB\n\n", string(content))
				m, err := readHead(dir)
				require.NoError(t, err)
				require.True(t, m.clean)
				s, err := Open(t.Context(), dir, Options{Key: newKey})
				require.NoError(t, err)
				require.Equal(t, want, pairs(t, look(t, s).snap, ""))
				for n, w := range worlds {
					then, err := look(t, s).AsOf(uint64(n))
					require.NoError(t, err)
					w.same(t, then)
				}
				do(t, s, putHomes(home("H-after", 1)))
				checkAndClose(t, s)
			}
		}
	})
}

func TestABackupOfAnEmptyStoreRestores(t *testing.T) {
	s := InMemory()
	backup, _ := backupOf(t, s)
	checkAndClose(t, s)
	dir := t.TempDir() // which is there, and empty
	_, err := Restore(t.Context(), dir, Options{}, from(backup))
	require.NoError(t, err)
	s, err = Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	require.Zero(t, look(t, s).Head().Number)
	checkAndClose(t, s)
}

func TestABackupIsOfOneMomentWhileOthersWrite(t *testing.T) {
	s := create(t, t.TempDir())
	do(t, s, putHomes(manyHomes(2000)...))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					if _, err := s.Do(context.Background(), "", change("x", putHomes(manyHomes(20+w+i%7)...))); err != nil {
						t.Error(err)
					}
					if _, err := s.Do(context.Background(), "", change("x", putHomes(home("H-000001", i)))); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	for range 5 {
		backup, backed := backupOf(t, s)
		dir := filepath.Join(t.TempDir(), "db")
		got, err := Restore(t.Context(), dir, Options{}, from(backup))
		require.NoError(t, err, "it agrees with itself, up to entry %d", backed.Head.Number)
		require.Equal(t, backed, got)
	}
	close(stop)
	wg.Wait()
	checkAndClose(t, s)
}

func TestADamagedBackupIsRefusedBeforeAnythingIsBegun(t *testing.T) {
	s := InMemory()
	county(t, s)
	backup, _ := backupOf(t, s)
	checkAndClose(t, s)
	parent := t.TempDir()
	refused := func(spoilt []byte, what string, args ...any) {
		_, err := Restore(t.Context(), filepath.Join(parent, "db"), Options{}, from(spoilt))
		require.ErrorIs(t, err, ErrBadBackup, what, args)
		entries, err := os.ReadDir(parent)
		require.NoError(t, err)
		require.Empty(t, entries)
	}
	for bit := range 8 * len(backup) {
		if testing.Short() && bit%37 != 0 {
			continue
		}
		backup[bit/8] ^= 1 << (bit % 8)
		refused(backup, "bit %d", bit)
		backup[bit/8] ^= 1 << (bit % 8)
	}
	for n := range backup {
		refused(backup[:n], "%d bytes", n)
	}
	refused(append(bytes.Clone(backup), 0), "something behind it")
	refused([]byte("a letter about something else altogether"), "no backup")
}

func TestNothingIsRestoredOverAnything(t *testing.T) {
	s := InMemory()
	backup, _ := backupOf(t, s)
	dir := closedStore(t, 2)
	before := listing(t, dir)
	_, err := Restore(t.Context(), dir, Options{}, from(backup))
	require.ErrorIs(t, err, ErrNotEmpty)
	require.Equal(t, before, listing(t, dir))
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = Restore(t.Context(), file, Options{}, from(backup))
	require.Error(t, err)
	require.FileExists(t, file)
	checkAndClose(t, s)
}

func TestABackupThatChangesWhileItIsReadIsRefused(t *testing.T) {
	s := InMemory()
	county(t, s)
	first, _ := backupOf(t, s)
	do(t, s, putHomes(home("H-more", 1)))
	then, _ := backupOf(t, s)
	checkAndClose(t, s)
	opened := 0
	dir := filepath.Join(t.TempDir(), "db")
	_, err := Restore(t.Context(), dir, Options{}, func() (io.Reader, error) {
		opened++
		return bytes.NewReader([][]byte{first, then}[opened-1]), nil
	})
	require.ErrorIs(t, err, ErrBadBackup)
	require.NoDirExists(t, dir)
	require.NoDirExists(t, dir+restoringSuffix)
}

func TestABackupThatDoesNotAgreeWithItselfDoesNotBecomeAStore(t *testing.T) {
	inner := NewMemory()
	s := On(inner)
	do(t, s, putHomes(home("H-1", 1)))
	commit(t, inner, put("home/H-1", string(encodeRecord(1, []byte{0xa0}))))
	backup, _ := backupOf(t, s)
	dir := filepath.Join(t.TempDir(), "db")
	_, err := Restore(t.Context(), dir, Options{}, from(backup))
	require.ErrorIs(t, err, ErrDamaged)
	require.NoDirExists(t, dir)
	require.NoDirExists(t, dir+restoringSuffix)
	require.NoError(t, s.Close())
}

func TestABackupThatMissesAKeyIsNotMade(t *testing.T) {
	inner := NewMemory()
	s := On(inner)
	county(t, s)
	for _, p := range pairs(t, snapshot(t, inner), "") {
		key, value, _ := strings.Cut(p, "=")
		if key == headKey {
			continue
		}
		commit(t, inner, Op{Key: []byte(key), Delete: true})
		_, err := s.Backup(t.Context(), io.Discard)
		require.ErrorIs(t, err, ErrDamaged, "%q", key)
		commit(t, inner, put(key, value))
	}
	_, err := s.Backup(t.Context(), io.Discard)
	require.NoError(t, err)
	checkAndClose(t, s)
}

// fullDisk takes so many bytes and no more.
type fullDisk struct{ left int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.left -= len(p); d.left < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

func TestABackupThatCannotBeWrittenSaysSo(t *testing.T) {
	s := InMemory()
	county(t, s)
	whole, _ := backupOf(t, s)
	for _, room := range []int{0, 100, len(whole) / 2, len(whole) - 1} {
		_, err := s.Backup(t.Context(), &fullDisk{room}, BackupFile{Name: "postcodes", Size: 9, Content: strings.NewReader("LS6 2AB\n\n")})
		require.ErrorIs(t, err, errDisk, "%d of %d", room, len(whole))
	}
	_, err := s.Backup(t.Context(), io.Discard, BackupFile{Name: "postcodes", Size: 10, Content: strings.NewReader("LS6 2AB\n\n")})
	require.Error(t, err, "a file that is shorter than it says")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Backup(ctx, io.Discard)
	require.ErrorIs(t, err, context.Canceled)
	_, err = ReadBackup(ctx, bytes.NewReader(whole), nil, nil)
	require.ErrorIs(t, err, context.Canceled)
	checkAndClose(t, s)
}

func TestABackupNamesNoFileElsewhere(t *testing.T) {
	for _, name := range []string{"../postcodes", "a/b", "..", ".", ""} {
		s := InMemory()
		var out bytes.Buffer
		_, err := s.Backup(t.Context(), &out, BackupFile{Name: name, Content: strings.NewReader("")})
		require.NoError(t, err)
		_, err = ReadBackup(t.Context(), &out, nil, nil)
		require.ErrorIs(t, err, ErrBadBackup, name)
		require.NoError(t, s.Close())
	}
}

func FuzzReadBackup(f *testing.F) {
	s := InMemory()
	do(f, s, putHomes(home("H-1", 1)))
	whole, _ := backupOf(f, s)
	f.Add(whole)
	f.Add([]byte(backupMagic))
	f.Add([]byte(backupMagic + "k\xff\xff\xff\xff\xff\xff\xff\xff\x7f"))
	f.Add(fmt.Appendf([]byte(backupMagic), "f\x01x\xff\xff\x7f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		keys := uint64(0)
		backed, err := ReadBackup(t.Context(), bytes.NewReader(b), func(_, _ []byte) error { keys++; return nil }, nil)
		if err != nil {
			require.True(t, errors.Is(err, ErrBadBackup), "%v", err)
			return
		}
		require.Equal(t, keys, backed.Keys)
	})
}
