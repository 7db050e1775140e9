package engine_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// What a list says against what happened since, and against itself.

// A list of the morning does not know of the child who came at noon, nor of the
// bed that was held then, on whatever day it is taken in.
func TestTheFirstListOfADayDoesNotReopenABedThatWasTakenThatDay(t *testing.T) {
	noon := map[string]func(t *testing.T, eng *engine.Engine){
		"a child is placed": func(t *testing.T, eng *engine.Engine) {
			bring(t, eng, engine.Placements, "id,child,home,start\nP-9,C-FIN,H-BOYS,"+today.String()+"\n")
		},
		"the authority holds a bed of its own home": func(t *testing.T, eng *engine.Engine) {
			held(t, eng, keeping("H-BOYS", "C-FIN"))
		},
	}
	for what, happens := range noon {
		eng := engine.InMemory()
		settle(t, eng)
		bring(t, eng, engine.Vacancies, "Home,Free\nH-BOYS,1\n", onDay(today-1))
		require.Equal(t, "3", homeOf(t, eng, "H-BOYS")["beds_shut"], what)
		happens(t, eng)
		require.Contains(t, free(t, eng, "H-BOYS"), "0 of 4", what)
		bring(t, eng, engine.Vacancies, "Home,Free\nH-BOYS,1\n", onDay(today))
		require.Contains(t, free(t, eng, "H-BOYS"), "0 of 4", what)
		require.Equal(t, "3", homeOf(t, eng, "H-BOYS")["beds_shut"], what)
		require.NoError(t, eng.Close())
	}
}

// Who came before the day of the list is in its number.
func TestAListKnowsOfChildrenWhoCameBeforeItsDay(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Placements, "id,child,home,start\nP-9,C-FIN,H-BOYS,"+(today-1).String()+"\n")
	bring(t, eng, engine.Vacancies, "Home,Free\nH-BOYS,1\n", onDay(today))
	require.Contains(t, free(t, eng, "H-BOYS"), "1 of 4")
	require.Equal(t, "2", homeOf(t, eng, "H-BOYS")["beds_shut"])
}

// whether is what the rule of closed homes finds for a child who comes on a day.
func whether(t testing.TB, eng *engine.Engine, id care.ID, on care.Day) string {
	t.Helper()
	e, err := eng.Explain(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: on, At: three()}, id)
	require.NoError(t, err)
	for _, f := range e.Judged.Findings {
		if f.Rule == "not-available" {
			return string(f.Verdict) + ": " + f.Says
		}
	}
	return ""
}

func TestAListDoesNotAnswerWhetherTheHomeItselfIsClosed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Homes, "id,kind,authority,lat,lng,beds\nH-NEW,foster,"+leeds+",53.81,-1.54,2\n")
		december := care.Date(2026, time.December, 3)
		before := whether(t, eng, "H-NEW", december)
		require.Contains(t, before, "whether it is closed on the day is not recorded")
		bring(t, eng, engine.Vacancies, "Home,Free\nH-NEW,1 from 3 Dec\n", onDay(today))
		require.Equal(t, before, whether(t, eng, "H-NEW", december))
		require.Contains(t, whether(t, eng, "H-NEW", december-1), "no place before 3 December 2026, as a vacancy list said")
		require.Empty(t, homeOf(t, eng, "H-NEW")["closed_dates"])
		report, _ := bring(t, eng, engine.Homes, export(t, eng, engine.Homes))
		require.Equal(t, 9, report.Unchanged)
	})
}

func TestANewerListReplacesOrWithdrawsTheDayOfTheOneBefore(t *testing.T) {
	for _, c := range []struct{ says, from string }{
		{"2 from 10 Dec", "2026-12-10"}, {"2 from 1 Dec", "2026-12-01"}, {"2", ""}, {"full", ""}, {"2 from 16 Nov", ""},
	} {
		eng := engine.InMemory()
		settle(t, eng)
		bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,2 from 3 Dec\n", onDay(today-1))
		bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,"+c.says+"\n", onDay(today))
		require.Equal(t, c.from, homeOf(t, eng, "H-ASH")["listed_from"], c.says)
		require.NoError(t, eng.Close())
	}
}

// A place that has been free since last Monday is free now, not in a year.
func TestAPlaceThatIsFreeSinceADayIsFreeNow(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	_, rejected := bring(t, eng, engine.Vacancies, "Home,Free,Available from\nH-ASH,1,16 Nov\nH-TYNE,1,3 June\n", onDay(today))
	require.Empty(t, homeOf(t, eng, "H-ASH")["listed_from"])
	require.Contains(t, free(t, eng, "H-ASH"), "1 of 2 beds free")
	require.Contains(t, whether(t, eng, "H-ASH", today), "open to new placements")
	require.Len(t, rejected, 1)
	require.Contains(t, rejected[0].Error(), `row 3, C3 (Available from): "3 June" does not say from when`)
}

func TestRowsOfAListThatContradictEachOtherAreAllRejected(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		f := excelize.NewFile()
		for i, week := range []string{"wc 9 Nov", "wc 16 Nov"} {
			_, err := f.NewSheet(week)
			require.NoError(t, err)
			for at, v := range map[string]any{"A1": "Home", "B1": "Free", "A2": "H-ASH", "B2": 2 - 2*i, "A3": "H-BOYS", "B3": 1, "A4": "H-TYNE", "B4": []any{2, "1 allocated"}[i]} {
				require.NoError(t, f.SetCellValue(week, at, v))
			}
		}
		require.NoError(t, f.DeleteSheet("Sheet1"))
		var out bytes.Buffer
		_, err := f.WriteTo(&out)
		require.NoError(t, err)
		report, rejected := bring(t, eng, engine.Vacancies, out.String(), onDay(today))
		require.Equal(t, [4]int{6, 1, 1, 4}, [4]int{report.Rows, report.Updated, report.Unchanged, report.Rejected})
		var got []string
		for _, r := range rejected {
			got = append(got, strings.TrimPrefix(r.Error(), "vacancies.csv, "))
		}
		require.Equal(t, []string{
			`row 2, wc 9 Nov!A2 (Home): H-ASH is also on row 2 of sheet "wc 16 Nov" of vacancies.csv (say in one row how many are free in the home)`,
			`row 4, wc 9 Nov!A4 (Home): H-TYNE is also on row 4 of sheet "wc 16 Nov" of vacancies.csv (say in one row how many are free in the home)`,
			`row 2, wc 16 Nov!A2 (Home): H-ASH is also on row 2 of sheet "wc 9 Nov" of vacancies.csv (say in one row how many are free in the home)`,
			`row 4, wc 16 Nov!B4 (Free): "1 allocated" is not understood (how many are free, such as 2, 0, full, or 2 from 3 December)`,
		}, got)
		require.Equal(t, "3", homeOf(t, eng, "H-BOYS")["beds_shut"], "two rows that say the same are one")
		require.Empty(t, homeOf(t, eng, "H-ASH")["beds_shut"])
		require.Empty(t, homeOf(t, eng, "H-TYNE")["beds_shut"])
	})
}

func TestManyRowsOfAHomeAreNamedByTheFirstOfThem(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	list := "Home,Free\n" + strings.Repeat("H-ASH,1\n", 6) + "H-ASH,2\n"
	_, rejected := bring(t, eng, engine.Vacancies, list, onDay(today))
	require.Len(t, rejected, 7)
	require.Contains(t, rejected[0].Error(), "H-ASH is also on row 3 of vacancies.csv, row 4 of vacancies.csv, row 5 of vacancies.csv and 3 more (")
	require.Contains(t, rejected[6].Error(), "H-ASH is also on row 2 of vacancies.csv, row 3 of vacancies.csv, row 4 of vacancies.csv and 3 more (")
	report, _ := bring(t, eng, engine.Vacancies, "Home,Free\n"+strings.Repeat("H-ASH,1\n", 4), onDay(today))
	require.Equal(t, [3]int{4, 1, 3}, [3]int{report.Rows, report.Updated, report.Unchanged})
}

// Two lists of a day are two: whichever comes first, no more is free than either
// says.
func TestTwoListsOfADayLeaveFreeWhatBothDo(t *testing.T) {
	for _, lists := range [][2]string{{"2", "0"}, {"0", "2"}} {
		eng := engine.InMemory()
		settle(t, eng)
		_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Vacancies, At: three(), On: today, Files: []engine.File{
			text("a.csv", "Home,Free\nH-ASH,"+lists[0]+"\n"), text("b.csv", "Home,Free\nH-ASH,"+lists[1]+"\n")}})
		require.NoError(t, err)
		require.Contains(t, free(t, eng, "H-ASH"), "0 of 2")
		require.NoError(t, eng.Close())
	}
}

func TestAListThatIsDamagedHalfwayChangesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("a list of fifty thousand rows")
	}
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	before := head(t, eng)
	list := "Home,Free\nH-ASH,1\n" + strings.Repeat("H-TYNE,x\n", 50_001)
	_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Vacancies, At: three(), On: today, Files: []engine.File{text("v.csv", list)}})
	var fault *engine.FileError
	require.True(t, errors.As(err, &fault), "%v", err)
	require.Contains(t, fault.Why, "more than 50000 rows")
	require.Equal(t, before, head(t, eng))
}

func TestRowsThatAreDecidedAgainSayTheSameAndTellNothingTwice(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	first, second, told, err := engine.DecideTwice(t.Context(), eng, "Home,Free\nH-ASH,5 (siblings)\nH-ASHE,1\nH-TYNE,1\n", today)
	require.NoError(t, err)
	require.Len(t, first, 3)
	require.Contains(t, first[0], "did you mean H-ASH")
	require.Equal(t, first, second)
	require.Zero(t, told)
	report, _ := bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,5 (siblings)\n", onDay(today))
	require.Len(t, report.Warnings, 2)
	for _, w := range report.Warnings {
		require.Equal(t, 1, w.Count)
	}
}
