package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestItOpensAndClosesAndSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, run([]string{dir}))
	require.NoError(t, run([]string{dir}), "it let go of it")
	require.FileExists(t, filepath.Join(dir, "data", "MANIFEST"))
	require.ErrorContains(t, run(nil), "which store?")
	require.ErrorContains(t, run([]string{dir, dir}), "which store?")
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.Error(t, run([]string{file}))
}
