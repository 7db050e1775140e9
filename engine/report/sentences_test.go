package report_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/report"
)

func TestSentencesFitTheWidth(t *testing.T) {
	rows := [][]string{
		{"postcodes", "wrong", strings.Repeat("none has been imported ", 12) + "\nstablehomes import postcodes FILE"},
		{"a\x1b[2J name", "ok", "short"},
	}
	for _, width := range []int{0, 80, 100, 200} {
		var out strings.Builder
		require.NoError(t, report.Sentences(&out, report.Style{Width: width}, []string{"Looked at", "", "Found"}, rows, "Found"))
		require.NotContains(t, out.String(), "\x1b")
		require.Contains(t, out.String(), "stablehomes import postcodes FILE", "a command stays on a line of its own")
		for _, line := range strings.Split(out.String(), "\n") {
			most := width
			if most == 0 {
				most = 100
			}
			require.LessOrEqual(t, utf8.RuneCountInString(line), most)
		}
	}
}

func TestSentencesOfNothing(t *testing.T) {
	var out strings.Builder
	require.NoError(t, report.Sentences(&out, report.Style{}, []string{"What", "Found"}, nil, "Found"))
	require.Contains(t, out.String(), "Found")
	require.ErrorIs(t, report.Sentences(&full{}, report.Style{}, []string{"What"}, nil), errFull)
}
