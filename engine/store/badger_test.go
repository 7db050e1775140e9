package store

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestBadgerTakesMoreThanTheLimitsSay(t *testing.T) {
	kv, err := openBadger(t.TempDir(), false, nil)
	require.NoError(t, err)
	require.Less(t, int64(kv.Limits().Ops), kv.db.MaxBatchCount())
	require.Less(t, int64(kv.Limits().Bytes), kv.db.MaxBatchSize())
	require.Less(t, int64(kv.Limits().Value), kv.db.Opts().ValueThreshold, "values lie beside their keys")
	require.True(t, kv.db.Opts().SyncWrites)
	require.NoError(t, kv.Close())
}

func TestBadgerThatFailedHalfwayIsNotTrusted(t *testing.T) {
	kv, err := openBadger(t.TempDir(), false, nil)
	require.NoError(t, err)
	commit(t, kv, put("a", "1"))
	require.NoError(t, kv.outcome(nil))
	require.ErrorIs(t, kv.outcome(badger.ErrConflict), ErrConflict)
	require.ErrorIs(t, kv.outcome(badger.ErrBlockedWrites), ErrClosed)
	commit(t, kv, put("a", "2"))

	full := errors.New("no space left on device")
	err = kv.outcome(full)
	require.ErrorIs(t, err, ErrUnknown)
	require.ErrorIs(t, err, full)
	_, err = kv.Commit(t.Context(), nil, []Op{put("a", "3")})
	require.ErrorIs(t, err, ErrUnknown)
	_, err = kv.Snapshot(t.Context())
	require.ErrorContains(t, err, "open it again")
	require.ErrorIs(t, kv.Close(), ErrUnknown, "so that HEAD is not marked clean")
	require.NoError(t, kv.Close())
}

func TestBadgerLogsWhatHappensAndNotWhatIsStored(t *testing.T) {
	var out bytes.Buffer
	q := quiet{slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	q.Errorf("unable to read key %q", "child/C-1")
	q.Warningf("child/C-2 in a text put together elsewhere")
	q.Infof("child/C-3")
	q.Debugf("child/C-4 %d", 4)
	require.Contains(t, out.String(), "unable to read key")
	require.Contains(t, out.String(), "level=WARN")
	require.NotContains(t, out.String(), "C-")
	require.Equal(t, 2, bytes.Count(out.Bytes(), []byte("\n")))
	require.NotPanics(t, func() { quiet{}.Errorf("x %d", 1) })
}

// largestTable is the path of the biggest table of a store.
func largestTable(t *testing.T, dir string) (largest string) {
	size := int64(0)
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, dataName), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".sst" {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Size() > size {
			largest, size = path, info.Size()
		}
		return err
	}))
	require.NotEmpty(t, largest)
	return largest
}

func TestBadgerTableWithAFlippedBitNeverGivesAWrongAnswerToAScan(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	homes := manyHomes(3000)
	do(t, s, putHomes(homes...))
	checkAndClose(t, s)
	table := largestTable(t, dir)
	whole, err := os.ReadFile(table)
	require.NoError(t, err)
	for part := range 8 {
		spoilt := bytes.Clone(whole)
		spoilt[len(spoilt)/10*part+100] ^= 4
		require.NoError(t, os.WriteFile(table, spoilt, 0o600))
		s, err := Open(t.Context(), dir, Options{ReadOnly: true})
		if err != nil {
			continue // it was noticed at once
		}
		got, damage := 0, error(nil)
		for h, err := range look(t, s).Homes() {
			if err != nil {
				damage = err
				break
			}
			at, known := slices.BinarySearchFunc(homes, h.ID, func(k care.Home, id care.ID) int { return cmp.Compare(k.ID, id) })
			require.True(t, known)
			require.Equal(t, homes[at].Beds, h.Beds)
			got++
		}
		if damage == nil {
			require.Equal(t, len(homes), got, "byte %d is outside the homes", len(spoilt)/10*part+100)
			damage = s.Check(t.Context())
		}
		require.Error(t, damage, "part %d", part)
		require.NoError(t, s.Close())
	}
}
