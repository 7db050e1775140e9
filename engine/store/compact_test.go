package store

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// noise is a text that nothing packs.
func noise(r *rand.Rand) []byte {
	b := make([]byte, 24)
	for i := range b {
		b[i] = byte('!' + r.IntN(90))
	}
	return b
}

// everything is what the files of a directory hold.
func everything(t testing.TB, dir string) (all []byte) {
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	for _, name := range files {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		all = append(all, bytes.TrimRight(content, "\x00")...) // logs are made larger than they are
	}
	return all
}

// TestForgettingClearsTheFilesOfOldValuesAndOfNothingElse writes and deletes at
// random, across openings, and compares with a map.
func TestForgettingClearsTheFilesOfOldValuesAndOfNothingElse(t *testing.T) {
	seeds(t, 4, func(t *testing.T, r *rand.Rand) {
		dir, now, old := t.TempDir(), map[string][]byte{}, map[string][][]byte{}
		kv, err := openBadger(dir, nil, false, nil)
		require.NoError(t, err)
		for range 4 {
			for range 60 {
				key := fmt.Sprint("key-", r.IntN(20))
				if was := now[key]; was != nil {
					old[key] = append(old[key], was)
				}
				op := put(key, string(noise(r)))
				now[key] = op.Value
				if r.IntN(3) == 0 {
					op = del(key)
					delete(now, key)
				}
				commit(t, kv, op)
			}
			if r.IntN(2) == 0 {
				require.NoError(t, kv.Close())
				kv, err = openBadger(dir, nil, false, nil)
				require.NoError(t, err)
			}
		}
		var keys [][]byte
		for i := range 10 {
			keys = append(keys, []byte(fmt.Sprint("key-", i)))
		}
		require.NoError(t, kv.forget(t.Context(), keys))
		left := everything(t, dir)
		for _, key := range keys {
			for _, was := range old[string(key)] {
				require.False(t, bytes.Contains(left, was), "%s was %s", key, was)
			}
		}
		s, err := kv.Snapshot(t.Context())
		require.NoError(t, err)
		for i := range 20 {
			key := fmt.Sprint("key-", i)
			value, version := read(t, s, key)
			require.Equal(t, string(now[key]), value)
			require.Equal(t, now[key] != nil, version != 0)
		}
		require.NoError(t, s.Close())
		require.NoError(t, kv.Close())
	})
}

func TestForgettingStopsWhenItIsTold(t *testing.T) {
	kv, err := openBadger(t.TempDir(), nil, false, nil)
	require.NoError(t, err)
	commit(t, kv, put("key", "old"))
	s, err := kv.Snapshot(t.Context())
	require.NoError(t, err)
	commit(t, kv, put("key", "new"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, kv.forget(ctx, [][]byte{[]byte("key")}), context.Canceled)
	require.ErrorIs(t, kv.forget(t.Context(), [][]byte{[]byte("key")}), ErrStillRead)
	value, _ := read(t, s, "key")
	require.Equal(t, "old", value)
	require.NoError(t, s.Close())
	require.NoError(t, kv.forget(t.Context(), [][]byte{[]byte("key"), []byte("never there")}))
	require.NoError(t, kv.Close())
	require.ErrorIs(t, kv.forget(t.Context(), nil), ErrClosed)
	require.ErrorIs(t, kv.verifyChecksums(), ErrClosed)
}
