package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFilesAreWrittenAndTheInputIsPassedOn(t *testing.T) {
	dir := t.TempDir()
	asJSON, asSVG := filepath.Join(dir, "bench.json"), filepath.Join(dir, "growth.svg")
	var out bytes.Buffer
	require.NoError(t, run([]string{"-json", asJSON, "-svg", asSVG}, strings.NewReader(printed), &out, &out))
	require.Equal(t, printed, out.String())
	content, err := os.ReadFile(asJSON)
	require.NoError(t, err)
	require.Contains(t, string(content), `"x-pruned": 123.1`)
	content, err = os.ReadFile(asSVG)
	require.NoError(t, err)
	requireDrawn(t, string(content), 2)
}

func TestWithoutFilesNothingIsWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	require.NoError(t, run(nil, strings.NewReader(printed), &out, &errs))
	require.Equal(t, printed, out.String())
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	dir := t.TempDir()
	one := strings.Split(printed, "\n")[4] + "\n"
	for _, c := range []struct {
		args []string
		in   string
		says string
	}{
		{[]string{"-jason", "x"}, printed, "jason"},
		{[]string{"bench.txt"}, printed, "standard input"},
		{[]string{"-json", filepath.Join(dir, "none", "x")}, printed, "none"},
		{[]string{"-svg", filepath.Join(dir, "plot.svg")}, one, "two numbers of homes"},
		{nil, printed + "FAIL\n", "a benchmark failed"},
		{nil, "", "no benchmarks"},
	} {
		var out, errs bytes.Buffer
		require.ErrorContains(t, run(c.args, strings.NewReader(c.in), &out, &errs), c.says)
	}
	require.NoFileExists(t, filepath.Join(dir, "plot.svg"), "what was there before would be lost")
}
