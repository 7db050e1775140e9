package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/cli"
)

// onTheDayAt fixes the instant of a command, as an hour of the day of the county.
func onTheDayAt(clock string) string { return " --on 2026-11-22 --at 2026-11-22T" + clock + ":00Z" }

// From the shortlist to a bed that is let go again: two officers are after the first
// home of a child.
func TestTwoOfficersAreAfterOneHome(t *testing.T) {
	db := aCounty(t)
	homes, _ := first(t, db, "C-104")
	line := "hold --db " + db + onTheDayAt("15:00") + " --child C-104 --home " + homes[0] + ` --until 2h --by "A. Officer"`
	got := run(t, line+" --op ring-1").is(t, 0)
	require.Contains(t, got.out, "HOLD-4 is held by A. Officer from 22 November 2026 until 17:00 on 22 November 2026:\n  "+homes[0]+" for C-104")
	require.Equal(t, got.out, run(t, line+" --op ring-1").is(t, 0).out, "a retry after a lost answer")

	twice := run(t, line).is(t, 6, "A. Officer holds a bed in "+homes[0]+" for C-104 already, until 17:00 on 22 November 2026: hold again as HOLD-4")
	require.Empty(t, twice.out)

	longer := run(t, "hold --json --db "+db+onTheDayAt("16:00")+" --id HOLD-4 --child C-104 --home "+homes[0]+` --until 3d --by "A. Officer"`).is(t, 0)
	var held struct {
		Schema, Hold, By, Until string
		On                      string
		Journal                 int
		Beds                    []struct {
			Home     string
			Children []string
			Offer    string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(longer.out), &held))
	require.Equal(t, "stablehomes/hold/1", held.Schema)
	require.Equal(t, "HOLD-4", held.Hold)
	require.Equal(t, "2026-11-25T16:00:00Z", held.Until)
	require.Equal(t, "2026-11-22", held.On)
	require.Equal(t, 5, held.Journal)
	require.Equal(t, []string{"C-104"}, held.Beds[0].Children)

	freed := run(t, "release --db "+db+" --at 2026-11-22T17:00:00Z --hold HOLD-4 --by \"A. Officer\" --why \"went to her aunt\"").is(t, 0)
	require.Equal(t, "HOLD-4 lets go of "+homes[0]+" for C-104.\n", freed.out)
	run(t, "release --db "+db+` --hold HOLD-4 --by "A. Officer"`).is(t, 1, "hold HOLD-4 has ended: release HOLD-4 in H-00053: went to her aunt, by A. Officer at 17:00 on 22 November 2026 (journal entry 6)")
}

// Whoever gets no answer asks again, with the same operation id.
func TestAnAnswerThatCannotBeWrittenIsAFailure(t *testing.T) {
	db := aCounty(t)
	homes, _ := first(t, db, "C-104")
	args, err := words("stablehomes hold --db " + db + onTheDayAt("15:00") + " --child C-104 --home " + homes[0] + ` --until 2h --by "A. Officer" --op ring-2`)
	require.NoError(t, err)
	for _, form := range [][]string{nil, {"--json"}} {
		var errs strings.Builder
		asked := append(append([]string{}, args[:2]...), append(form, args[2:]...)...)
		require.Equal(t, 1, cli.Run(t.Context(), asked, strings.NewReader(""), full{}, &errs), errs.String())
		require.Contains(t, errs.String(), errFull.Error())
	}
	require.Contains(t, runArgs(t, t.Context(), strings.NewReader(""), args[1:]).is(t, 0).out, "HOLD-4 is held by A. Officer")
}

// A terminal that writes Windows-1252 costs the officer a second try, and nobody the
// store.
func TestANameInWindows1252SpoilsNothing(t *testing.T) {
	db := aCounty(t)
	homes, _ := first(t, db, "C-104")
	line := "hold --db " + db + onTheDayAt("15:00") + " --child C-104 --home " + homes[0] + " --until 2h --op ring-1 --by "
	args, err := words(line)
	require.NoError(t, err)
	runArgs(t, t.Context(), strings.NewReader(""), append(args, "Ren\xe9e")).is(t, 2, "by: is not valid text")
	run(t, line+"\"A. Officer\x1b[1A\"").is(t, 2, "by: has control characters")
	run(t, "check --db "+db).is(t, 0)
	run(t, line+"Renée").is(t, 0)
	got, _ := first(t, db, "C-104")
	require.Equal(t, homes, got)
	run(t, strings.Replace(line, "C-104", "C-105", 1)+"Renée").is(t, 2, "operation ring-1 was another command: hold HOLD-4", "for C-104 in "+homes[0])
}

func TestAnAnswerIsBroughtBack(t *testing.T) {
	db := aCounty(t)
	homes, _ := first(t, db, "C-104")
	run(t, "hold --db "+db+onTheDay+" --id ring --child C-104 --home "+homes[0]+` --until 2026-11-23T12:00:00Z --by "A. Officer"`).is(t, 0)
	yes := run(t, "accept --db "+db+` --at 2026-11-22T15:30:00Z --hold ring --by "A. Officer"`).is(t, 0)
	require.Contains(t, yes.out, homes[0]+" for C-104 (accepted)\n")
	require.Contains(t, run(t, "accept --json --db "+db+` --at 2026-11-22T15:40:00Z --hold ring --by "A. Officer"`).is(t, 0).out, `{"schema":"stablehomes/accept/1","hold":"ring"`)
	run(t, "accept --db "+db+` --at 2026-11-23T12:00:00Z --hold ring --by "A. Officer"`).is(t, 6, "hold ring ran out at 12:00 on 23 November 2026")

	no := run(t, "decline --json --db "+db+` --at 2026-11-22T16:00:00Z --hold ring --by "A. Officer" --why "illness in the family"`).is(t, 0)
	require.Equal(t, `{"schema":"stablehomes/decline/1","hold":"ring","beds":[{"home":"`+homes[0]+`","children":["C-104"]}],"journal":6}`+"\n", no.out)
	require.Contains(t, run(t, "explain --db "+db+onTheDay+" --child C-104 --home "+homes[0]).is(t, 0).out, "The home has said no before: illness in the family (1).")
	require.Contains(t, run(t, "match --json --db "+db+onTheDay+" --child C-104").is(t, 0).out, `"declines":[{"reason":"illness in the family","count":1}]`)
}

func TestAPlacementIsEnded(t *testing.T) {
	db := aCounty(t)
	placement, child := livingSomewhere(t, db)
	line := "end --db " + db + onTheDay + " --child " + child + ` --early --reason CREQO --by "A. Officer"`
	got := run(t, "end --json"+strings.TrimPrefix(line, "end")+" --op end-1").is(t, 0)
	require.Contains(t, got.out, `{"schema":"stablehomes/end/1","placement":"`+placement+`","child":"`+child+`"`)
	require.Contains(t, got.out, `"end":"2026-11-22","ended_early":"yes","reason":"CREQO","journal":4}`)
	require.Contains(t, run(t, line+" --op end-1").is(t, 0).out, "ends: 22 November 2026 is the first day its bed is free.\n")
	run(t, line).is(t, 6, child+" has no placement: there is none to end on 22 November 2026")
	run(t, "end --db "+db+" --placement "+placement+` --by "A. Officer"`).is(t, 6, "has an end already")
}

// livingSomewhere is a child of the county who has one placement without an end.
func livingSomewhere(t testing.TB, db string) (placement, child string) {
	t.Helper()
	open := map[string][]string{}
	var order []string
	for _, line := range strings.Split(run(t, "export --db "+db+" placements").is(t, 0).out, "\n")[1:] {
		cells := strings.Split(line, ",")
		if len(cells) > 5 && cells[5] == "" {
			open[cells[1]] = append(open[cells[1]], cells[0])
			order = append(order, cells[1])
		}
	}
	for _, child := range order {
		if len(open[child]) == 1 {
			return open[child][0], child
		}
	}
	t.Fatal("nobody lives anywhere")
	return "", ""
}

func TestCommandsOnCapacityThatAreNotUnderstood(t *testing.T) {
	for _, c := range []struct{ line, says string }{
		{"hold --child C-104 --home H-1 --until 2h", "--by NAME is missing: a named person answers for it"},
		{"hold --child C-104 --home H-1 --by Ann", "--until is missing: an instant, or how long, as 2h or 3d"},
		{"hold --child C-104 --home H-1 --by Ann --until tomorrow", "--until tomorrow: an instant as 2026-11-24T17:00:00Z, or how long"},
		{"hold --child C-104 --home H-1 --by Ann --until -2h", "--until -2h"},
		{"hold --child C-104 --home H-1 --by Ann --until 0d", "--until 0d"},
		{"hold --child C-104 --home H-1 --by Ann --until 2h --at noon", "--at noon: an instant is written as"},
		{"hold --bed H-1 --by Ann --until 2h", "--bed H-1"},
		{"hold C-104", "hold takes no argument"},
		{"hold --child C-104 --home H-1 --by Ann --until 2h --at 2199-01-01T10:00:00Z", "still to come"},
		{"accept --by Ann", "which hold? --hold ID"},
		{"decline --hold HOLD-1", "--by NAME is missing"},
		{"release --by Ann", "which hold? --hold ID"},
		{"end --by Ann", "which placement? --placement ID, or --child ID"},
		{"end --by Ann --child C-104 --placement P-1", "which placement?"},
		{"end --by Ann --child C-104 --on 31/02/2026", "--on:"},
	} {
		run(t, c.line+" --db "+t.TempDir()).is(t, 2, c.says)
	}
	db := aCounty(t)
	for _, c := range []struct{ line, says string }{
		{"hold --child C-104 --home H-00001 --by Ann --until 29d", "a hold lasts 28 days at most"},
		{"hold --home H-00001 --by Ann --until 2h", "say for whom and where"},
		{"decline --hold x --by Ann", "say why the home declined"},
	} {
		run(t, c.line+" --db "+db).is(t, 2, c.says)
	}
}
