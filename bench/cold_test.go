package bench_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/fixtures"
)

// pairs is how often the two programs run in turn for one figure.
const pairs = 9

// BenchmarkColdStart runs the whole program: a match from a closed store. Beside it
// runs a program that only opens and closes a copy of the directory by Badger;
// x-openclose says how many times longer the match takes, in this run.
func BenchmarkColdStart(b *testing.B) {
	b.Run(fmt.Sprintf("homes=%d", *coldHomes), func(b *testing.B) {
		c := england(b, *coldHomes)
		dir, child := c.copied(b), string(c.Children[0].ID)
		match := []string{built(b, "cli/stablehomes"), "match", "--db", dir, "--child", child, "--on", fixtures.Today.String(), "--json"}
		openclose := []string{built(b, "bench/internal/bare/openclose"), c.copied(b)} // one of its own: Badger changes files, which the store would look into
		var ours, theirs []time.Duration
		for b.Loop() {
			for range pairs {
				took, out := started(b, match)
				requireList(b, out)
				ours = append(ours, took)
				took, _ = started(b, openclose)
				theirs = append(theirs, took)
			}
		}
		b.ReportMetric(float64(median(ours)), "match-ns")
		b.ReportMetric(float64(median(theirs)), "openclose-ns")
		b.ReportMetric(ratio(median(ours), median(theirs)), "x-openclose")
	})
}

// built is a program of this module, as it is shipped: static, without cgo.
func built(b *testing.B, pkg string) string {
	file := filepath.Join(b.TempDir(), filepath.Base(pkg))
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	cmd := exec.CommandContext(b.Context(), "go", "build", "-o", file, "github.com/stablehomes/stablehomes/"+pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(b, err, "%s", out)
	return file
}

// started runs a program to its end.
func started(b *testing.B, command []string) (time.Duration, []byte) {
	began := time.Now()
	out, err := exec.CommandContext(b.Context(), command[0], command[1:]...).Output()
	took := time.Since(began)
	require.NoError(b, err, "%v", command)
	return took, out
}

func requireList(b *testing.B, out []byte) {
	var res struct{ Candidates []struct{ Home string } }
	require.NoError(b, json.Unmarshal(out, &res))
	require.NotEmpty(b, res.Candidates)
	require.NotEmpty(b, res.Candidates[0].Home)
}
