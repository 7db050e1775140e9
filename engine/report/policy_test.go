package report_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
)

func TestAPolicyThatDepartsFromTheDefaultIsNamed(t *testing.T) {
	head := match.Head{Departures: []string{"weights.school = 25 (default 18)"}}
	const says = "Your policy departs from the default: weights.school = 25 (default 18)."
	require.Contains(t, written(t, func(w io.Writer) error { return report.Text(w, &match.Result{Head: head}, report.Style{}) }), says)
	require.Contains(t, written(t, func(w io.Writer) error {
		return report.Explanation(w, &match.Explanation{Head: head}, report.Style{})
	}), says)
	require.NotContains(t, written(t, func(w io.Writer) error { return report.Text(w, &match.Result{}, report.Style{}) }), "departs")
}
