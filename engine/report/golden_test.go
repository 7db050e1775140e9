package report_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what a person reads with what was agreed. Read the difference
// before running with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "%s; if that is meant, run with -update", path)
}

func TestAShortlistReadsAsAgreed(t *testing.T) {
	for _, r := range requests() {
		res := newTown().run(t, r.req)
		t.Run(r.name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, report.Text(&out, res, report.Style{}))
			golden(t, r.name+".text", out.Bytes())
			out.Reset()
			require.NoError(t, report.CSV(&out, res))
			golden(t, r.name+".csv", out.Bytes())
			out.Reset()
			require.NoError(t, report.JSON(&out, res))
			golden(t, r.name+".json", out.Bytes())
		})
	}
}

func TestAShortlistIsSetToTheWidthOfTheTerminal(t *testing.T) {
	counted := requests()[1]
	require.Equal(t, "counts-and-why-not", counted.name)
	res := newTown().run(t, counted.req)
	for _, width := range []int{80, 160} {
		var out bytes.Buffer
		require.NoError(t, report.Text(&out, res, report.Style{Width: width}))
		golden(t, fmt.Sprintf("%s.text.%d", counted.name, width), out.Bytes())
	}
	require.Equal(t, textOf(t, res, report.Style{}), textOf(t, res, report.Style{Width: 100}))
}

// pairs are the explanations that are told in every form.
var pairs = []struct {
	name string
	req  match.Request
	home care.ID
}{
	{"may-be-offered", only("C-AMY"), "H-ASH"},
	{"needs-sign-off", match.Request{Group: "G-1", Emergency: true}, "H-TYNE"},
	{"barred", only("C-AMY"), "H-ELM"},
	{"passed-over", match.Request{Children: only("C-AMY").Children, Within: 3}, "H-OAK"},
}

func TestAnExplanationReadsAsAgreed(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			e := newTown().explain(t, p.req, p.home)
			var out bytes.Buffer
			require.NoError(t, report.Explanation(&out, e, report.Style{}))
			golden(t, "explain-"+p.name+".text", out.Bytes())
			out.Reset()
			require.NoError(t, report.ExplainJSON(&out, e))
			golden(t, "explain-"+p.name+".json", out.Bytes())
		})
	}
}

func TestAnExplanationIsSetToTheWidthOfTheTerminal(t *testing.T) {
	for _, width := range []int{80, 160} {
		var out bytes.Buffer
		require.NoError(t, report.Explanation(&out, newTown().explain(t, pairs[2].req, pairs[2].home), report.Style{Width: width}))
		golden(t, fmt.Sprintf("explain-%s.text.%d", pairs[2].name, width), out.Bytes())
	}
}
