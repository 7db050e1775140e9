package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func holds(t *testing.T, path, content string) {
	t.Helper()
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, content, string(got))
	require.NoFileExists(t, path+draftSuffix)
}

func TestReplaceNewAndOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "HEAD")
	require.NoError(t, Replace(path, 0o600, text("one")))
	holds(t, path, "one")
	require.NoError(t, Replace(path, 0o600, text("two")))
	holds(t, path, "two")
}

// What a crash left half is no obstacle, and who could read that may not read
// what follows.
func TestReplaceOverALeftDraft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "HEAD")
	require.NoError(t, os.WriteFile(path+draftSuffix, []byte("half of something longer"), 0o644))
	require.NoError(t, Replace(path, 0o600, text("whole")))
	holds(t, path, "whole")
	if runtime.GOOS == "windows" {
		return
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
}

func TestReplaceThatFailsLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "HEAD")
	require.NoError(t, Replace(path, 0o600, text("old")))
	broken := errors.New("broken")
	err := Replace(path, 0o600, func(w io.Writer) error {
		return errors.Join(text("half")(w), broken)
	})
	require.ErrorIs(t, err, broken)
	holds(t, path, "old")
}

func TestReplaceWhereNothingCanBe(t *testing.T) {
	require.ErrorIs(t, Replace(filepath.Join(t.TempDir(), "absent", "HEAD"), 0o600, text("x")), fs.ErrNotExist)
	dir := t.TempDir()
	path := filepath.Join(dir, "taken")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "full"), 0o755))
	require.Error(t, Replace(path, 0o600, text("x")), "a directory is in the way")
	require.NoFileExists(t, path+draftSuffix)
	require.ErrorIs(t, SyncDir(filepath.Join(dir, "absent")), fs.ErrNotExist)
}
