package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestTheRulebookOnADayNamesEveryRule(t *testing.T) {
	on := care.Date(2026, 11, 22)
	for _, width := range []int{80, 100, 160} {
		var out bytes.Buffer
		require.NoError(t, report.Rules(&out, on, report.Style{Width: width}))
		requireWidth(t, width, out.String())
		for _, r := range rulebook.Rules() {
			require.Contains(t, out.String(), r.ID)
		}
		require.Contains(t, out.String(), "liberty-order: authorises")
	}
}

func TestNothingIsWrittenOfADayTooEarly(t *testing.T) {
	early, on := rulebook.FirstDay-1, care.Date(2026, 11, 22)
	var out bytes.Buffer
	var refused *rulebook.TooEarlyError
	for _, err := range []error{
		report.Rules(&out, early, report.Style{}), report.RulesJSON(&out, early),
		report.RulesDiff(&out, early, on, report.Style{}), report.RulesDiffJSON(&out, early, on),
	} {
		require.ErrorAs(t, err, &refused)
	}
	require.Empty(t, out.String())
}

// A table is as wide as its terminal at most, and keeps every word; in a file its
// lines stay whole.
func TestATableOfPlainCellsFitsItsTerminal(t *testing.T) {
	header := []string{"No.", "Why", "Changed"}
	rows := [][]string{{"1", "short", strings.Repeat("many words of one cell ", 10)}, {"22", strings.Repeat("and of another ", 8), "home: 1"}}
	for _, width := range []int{60, 80, 100, 200, 600} {
		var out bytes.Buffer
		require.NoError(t, report.Table(&out, report.Style{Width: width}, header, rows))
		for _, line := range strings.Split(out.String(), "\n") {
			require.LessOrEqual(t, len([]rune(line)), width, line)
		}
		require.Equal(t, 10, strings.Count(out.String(), "many"))
		require.Equal(t, 8, strings.Count(out.String(), "another"))
	}
	var wide, file bytes.Buffer
	require.NoError(t, report.Table(&wide, report.Style{Width: 600}, header, rows))
	require.NoError(t, report.Table(&file, report.Style{}, header, rows))
	require.Equal(t, file.String(), wide.String())
	require.NoError(t, report.Table(&file, report.Style{Width: 80}, header, nil), "a table without rows")
}
