package report_test

import (
	"bytes"
	"io"
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

func TestWhereNoRuleChangedTheListIsEmpty(t *testing.T) {
	on := care.Date(2026, 11, 22)
	object := decode(t, func(w io.Writer) error { return report.RulesDiffJSON(w, on, on+1) })
	require.Equal(t, []any{}, object["changes"])
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

// What is left out of a cell takes no room: every line is as long as the first.
func TestATableOfHostileCellsKeepsItsEdge(t *testing.T) {
	rows := [][]string{{"1", "wipe\x1b[2J the screen", "a\tb"}, {"2", "\u202eturned", "c"}}
	for _, width := range []int{0, 80} {
		var out bytes.Buffer
		require.NoError(t, report.Table(&out, report.Style{Width: width}, []string{"No.", "Why", "Changed"}, rows))
		require.Contains(t, out.String(), "a b")
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		for _, line := range lines {
			require.Equal(t, len([]rune(lines[0])), len([]rune(line)), out.String())
		}
	}
}

func TestWhatChangedInTheLawBetweenTwoDays(t *testing.T) {
	before, after := care.Date(2021, 9, 8), care.Date(2021, 9, 9)
	require.Greater(t, before, rulebook.FirstDay)
	changes, err := rulebook.Diff(before, after)
	require.NoError(t, err)
	require.NotEmpty(t, changes)
	text := written(t, func(w io.Writer) error { return report.RulesDiff(w, before, after, report.Style{Width: 160}) })
	require.Contains(t, text, "On 8 September 2021")
	require.Contains(t, text, "On 9 September 2021")
	requireWidth(t, 160, text)
	for _, c := range changes {
		require.Contains(t, text, c.ID)
	}
	require.Equal(t, "No rule changed between 9 September 2021 and 9 September 2021.\n",
		written(t, func(w io.Writer) error { return report.RulesDiff(w, after, after, report.Style{}) }))

	object := decode(t, func(w io.Writer) error { return report.RulesDiffJSON(w, before, after) })
	require.Equal(t, report.RulesDiffSchema, object["schema"])
	require.Equal(t, "2021-09-08", object["from"])
	require.Equal(t, "2021-09-09", object["to"])
	require.Len(t, object["changes"], len(changes))

	object = decode(t, func(w io.Writer) error { return report.RulesJSON(w, after) })
	require.Equal(t, report.RulesSchema, object["schema"])
	require.Equal(t, "2021-09-09", object["on"])
	require.Len(t, object["rules"], len(rulebook.Rules()))
}
