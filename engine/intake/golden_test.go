package intake

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Small files as councils send them, beside what comes of them: the good rows as
// they are exported, then the refusals and the warnings as they are read.
func TestCouncilsFilesAsTheyCome(t *testing.T) {
	golden(t, "homes", Homes, WriteHomes)
	golden(t, "children", Children, WriteChildren)
	golden(t, "placements", Placements, WritePlacements)
}

func golden[T any](t *testing.T, kind string, from readFunc[T], to writeFunc[T]) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", kind+".csv"))
	require.NoError(t, err)
	h := haulIn(from, bytes.NewReader(src), Options{File: kind + ".csv", Resolver: atlas{}})
	require.NoError(t, h.err)
	require.NotEmpty(t, h.good)
	var b bytes.Buffer
	require.NoError(t, to(&b, seqOf(h.good...)))
	fmt.Fprintln(&b, "\nrejected")
	for _, s := range sentences(h) {
		fmt.Fprintln(&b, s)
	}
	fmt.Fprintln(&b, "\nwarnings")
	for _, w := range h.warnings {
		fmt.Fprintf(&b, "%s, row %d, %d times: %s\n", w.File, w.Row, w.Count, w.Says)
	}
	path := filepath.Join("testdata", kind+".golden")
	if *update {
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}
