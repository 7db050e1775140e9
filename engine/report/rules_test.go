package report_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestTheRulebookOnADayNamesEveryRule(t *testing.T) {
	on := care.Date(2026, 11, 22)
	for _, width := range []int{100, 160} {
		var out bytes.Buffer
		require.NoError(t, report.Rules(&out, on, report.Style{Width: width}))
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
