package store

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/stretchr/testify/require"
)

func TestBadgerTakesMoreThanTheLimitsSay(t *testing.T) {
	kv, err := openBadger(t.TempDir(), nil, false, nil)
	require.NoError(t, err)
	require.Less(t, int64(kv.Limits().Ops), kv.db.MaxBatchCount())
	require.Less(t, int64(kv.Limits().Bytes), kv.db.MaxBatchSize())
	require.Less(t, int64(kv.Limits().Value), kv.db.Opts().ValueThreshold, "values lie beside their keys")
	require.True(t, kv.db.Opts().SyncWrites)
	require.NoError(t, kv.Close())
}

func TestBadgerThatFailedHalfwayIsNotTrusted(t *testing.T) {
	kv, err := openBadger(t.TempDir(), nil, false, nil)
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
