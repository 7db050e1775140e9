package report_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/fixtures"
)

// What the town has no case of is said on the page too.
func TestWhatIsSeldomTheCaseIsSaid(t *testing.T) {
	for says, make := range map[string]func(*report.Sheet){
		"The other homes were not counted.":      func(s *report.Sheet) { s.Result.Counts = nil },
		"age disputed: perhaps 10":               func(s *report.Sheet) { s.Scene.Children[0].DOBLowest = fixtures.Today - 10*366 },
		"There is no map: no place is recorded.": func(s *report.Sheet) { s.Scene = &match.Scene{} },
	} {
		s := newTown().sheet(t, only("C-AMY"), report.RecordAudience)
		require.NotContains(t, htmlOf(t, s), says, "before it is so")
		make(s)
		require.Contains(t, htmlOf(t, s), says)
	}
	profile := newTown().sheet(t, only("C-AMY"), report.ProviderAudience)
	profile.Scene = nil
	require.Contains(t, htmlOf(t, profile), "The records of the children are no longer there to be read.")
}

func TestWhereAChoiceStoodInItsListIsSaid(t *testing.T) {
	for _, c := range []struct {
		name string
		rank int
		want string
	}{
		{"decision-first", 1, "Number 1 of the 4 that could be offered.\n"}, {"decision-first", 0, "Not one of the homes that could be offered.\n"},
		{"decision-split", 2, "Number 2 of the best ways to split them.\n"}, {"decision-split", 0, "Not one of the best ways to split them.\n"},
	} {
		d := decisions(t)[c.name]
		d.Rank = c.rank
		require.Contains(t, written(t, func(w io.Writer) error { return report.Choice(w, d, report.Style{}) }), c.want)
	}
}
