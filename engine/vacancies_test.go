package engine_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

var listSeed = flag.Uint64("list-seed", 1, "seed of the random vacancy lists")

// homeOf reads a home back from the file of homes.
func homeOf(t testing.TB, eng *engine.Engine, id string) map[string]string {
	t.Helper()
	rows := strings.Split(export(t, eng, engine.Homes), "\n")
	names := strings.Split(rows[0], ",")
	for _, row := range rows[1:] {
		cells := strings.Split(row, ",")
		if cells[0] != id {
			continue
		}
		home := map[string]string{}
		for i, name := range names {
			home[name] = cells[i]
		}
		return home
	}
	require.Fail(t, "no home "+id)
	return nil
}

func onDay(day care.Day) func(*engine.Import) { return func(imp *engine.Import) { imp.On = day } }

// free is how many beds of a home a child who comes today could have.
func free(t testing.TB, eng *engine.Engine, id care.ID) string {
	t.Helper()
	e, err := eng.Explain(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: today, At: three()}, id)
	require.NoError(t, err)
	for _, f := range e.Judged.Findings {
		if f.Rule == "free-place" {
			return f.Says
		}
	}
	return ""
}

func TestAVacancyListShutsTheBedsThatItSaysAreNotFree(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		require.Contains(t, free(t, eng, "H-ASH"), "2 of 2 beds free")
		report, rejected := bring(t, eng, engine.Vacancies, "Carer ref,Vacancies\nH-ASH,1\nH-TYNE,full\nH-BOYS,4\n", onDay(today))
		require.Empty(t, rejected)
		require.Equal(t, [3]int{3, 3, 0}, [3]int{report.Rows, report.Updated, report.Unchanged})
		require.Contains(t, free(t, eng, "H-ASH"), "1 of 2 beds free from 22 November 2026; 1 not to be had, as a vacancy list said")
		require.Contains(t, free(t, eng, "H-TYNE"), "0 of 2 beds free")
		require.NotContains(t, offered(shortlist(t, eng, asking("C-AMY"))), care.ID("H-TYNE"))
		require.Equal(t, [3]string{"2", "1", "2026-11-22"}, [3]string{homeOf(t, eng, "H-ASH")["beds"], homeOf(t, eng, "H-ASH")["beds_shut"], homeOf(t, eng, "H-ASH")["vacancy_confirmed_on"]})
		require.Equal(t, "0", homeOf(t, eng, "H-BOYS")["beds_shut"])

		before := head(t, eng)
		report, _ = bring(t, eng, engine.Vacancies, "Carer ref,Vacancies\nH-ASH,1\nH-TYNE,full\nH-BOYS,4\n", onDay(today))
		require.Equal(t, [2]int{0, 3}, [2]int{report.Updated, report.Unchanged})
		require.Equal(t, before, head(t, eng), "the same list again changes nothing")
		report, _ = bring(t, eng, engine.Homes, export(t, eng, engine.Homes))
		require.Equal(t, 8, report.Unchanged)
	})
}

func TestALaterListOpensWhatAnEarlierOneShut(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,0\n", onDay(today-1))
	require.Contains(t, free(t, eng, "H-ASH"), "0 of 2")
	bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,2\n", onDay(today))
	require.Contains(t, free(t, eng, "H-ASH"), "2 of 2")

	report, _ := bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,0\n", onDay(today-3))
	require.Equal(t, 1, report.Unchanged)
	require.Contains(t, warned(report), "the list is of 2026-11-19, and the vacancy was confirmed on 2026-11-22; nothing is changed")
	require.Contains(t, free(t, eng, "H-ASH"), "2 of 2", "an older list that turns up is of no use")
}

func TestAListNeverFreesABedThatARecordTakes(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Placements, "id,child,home,start\nP-9,C-DAN,H-ASH,2026-10-01\n")
		report, _ := bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,2\n", onDay(today))
		require.Contains(t, warned(report), "the list has 2 free, and the records 1 (beds 2, taken 1); it stays at 1: correct the records if the list is right")
		require.Contains(t, free(t, eng, "H-ASH"), "1 of 2 beds free")
	})
}

// The list of the morning says one; a child comes at noon; the list is taken in
// again in the evening. The bed of noon is gone, whatever the list says.
func TestAListTakenInTwiceDoesNotOpenABedThatWasTakenInBetween(t *testing.T) {
	for _, day := range []care.Day{today, today - 1} {
		eng := engine.InMemory()
		settle(t, eng)
		bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,1\n", onDay(day))
		require.Contains(t, free(t, eng, "H-ASH"), "1 of 2")
		bring(t, eng, engine.Placements, "id,child,home,start\nP-9,C-DAN,H-ASH,"+today.String()+"\n")
		require.Contains(t, free(t, eng, "H-ASH"), "0 of 2")
		report, _ := bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,1\n", onDay(day))
		require.Contains(t, free(t, eng, "H-ASH"), "0 of 2", "%s", warned(report))
		require.NoError(t, eng.Close())
	}
}

func TestPlacesFromADayOnKeepTheHomeClosedUntilThen(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		list := "Home,Free,Available from\nH-ASH,1 from 3rd Dec,\nH-TYNE,2,3/12\nH-OAK,full,3 Dec\n"
		report, rejected := bring(t, eng, engine.Vacancies, list, onDay(today))
		require.Empty(t, rejected)
		require.Equal(t, [2]string{"2026-12-03", "1"}, [2]string{homeOf(t, eng, "H-ASH")["listed_from"], homeOf(t, eng, "H-ASH")["beds_shut"]})
		require.Equal(t, [2]string{"2026-12-03", "0"}, [2]string{homeOf(t, eng, "H-TYNE")["listed_from"], homeOf(t, eng, "H-TYNE")["beds_shut"]})
		require.Contains(t, warned(report), `the list adds "3 Dec", which is not kept`)
		require.NotContains(t, offered(shortlist(t, eng, asking("C-AMY"))), care.ID("H-ASH"))
		december := engine.Request{Children: []care.ID{"C-AMY"}, On: care.Date(2026, time.December, 3), At: three()}
		require.Contains(t, offered(shortlist(t, eng, december)), care.ID("H-ASH"))

		report, _ = bring(t, eng, engine.Vacancies, "Home,Free\nH-TYNE,2\n", onDay(today))
		require.Contains(t, warned(report), "the record has it closed from 2026-11-22 to 2026-12-02; it stays closed")
		before := head(t, eng)
		bring(t, eng, engine.Vacancies, list, onDay(today))
		require.Equal(t, before, head(t, eng))
	})
}

func TestAFileOfHomesThatSaysNothingOfVacanciesOpensNothing(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,0\nH-TYNE,from 3 Dec\n", onDay(today))
	bring(t, eng, engine.Homes, homesCSV)
	require.Contains(t, free(t, eng, "H-ASH"), "0 of 2")
	bring(t, eng, engine.Homes, "id,kind,authority,lat,lng,beds\nH-TYNE,foster,"+newcastle+",54.978117,-1.611371,2\n")
	require.Equal(t, "2026-12-03", homeOf(t, eng, "H-TYNE")["listed_from"])
	bring(t, eng, engine.Homes, "id,kind,authority,lat,lng,beds,vacancy_confirmed_on\nH-TYNE,foster,"+newcastle+",54.978117,-1.611371,2,2026-11-24\n")
	require.Equal(t, [2]string{"2026-12-03", "2026-11-24"}, [2]string{homeOf(t, eng, "H-TYNE")["listed_from"], homeOf(t, eng, "H-TYNE")["vacancy_confirmed_on"]}, "nor does one that was confirmed later")
	bring(t, eng, engine.Homes, "id,kind,authority,lat,lng,beds,beds_shut\nH-ASH,foster,"+leeds+",53.838221,-1.496441,2,0\n")
	require.Equal(t, "0", homeOf(t, eng, "H-ASH")["beds_shut"], "one that does says the last word")
}

func TestHomesOfAListAreFoundByIdOrURNAndTheOthersListedWithSuggestions(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Homes, "id,kind,urn,provider,authority,lat,lng,beds\n"+
			"H-1,childrens-home,SC012345,Sunny Days,Leeds,53.81,-1.54,3\nH-2,childrens-home,SC012346,Sunny Days,Leeds,53.81,-1.54,3\n"+
			"H-3,foster,SC9,Agency,Leeds,53.81,-1.54,3\nH-4,foster,SC9,Agency,Leeds,53.81,-1.54,3\n")
		report, rejected := bring(t, eng, engine.Vacancies, "Ref,URN,Provider,Vacs\n"+
			"H-1,sc012345,,1\n,SC012346,,1\nh-2,,,1\nH-1,,,2\nH-11,,,1\n,SC9,,1\nRose House,,Sunny days,1\nZebra,,,1\nH-3,SC012345,,1\nH-4,,,1\n", onDay(today))
		require.Equal(t, [2]int{2, 8}, [2]int{report.Updated, report.Rejected})
		var got []string
		for _, r := range rejected {
			got = append(got, strings.TrimPrefix(r.Error(), "vacancies.csv, "))
		}
		require.Equal(t, []string{
			"row 2, A2 (Ref): H-1 is also on row 5 of vacancies.csv (say in one row how many are free in the home)",
			"row 4, A4 (Ref): there is no such home in the store (did you mean H-2, H-1, H-3?)",
			"row 5, A5 (Ref): H-1 is also on row 2 of vacancies.csv (say in one row how many are free in the home)",
			"row 6, A6 (Ref): there is no such home in the store (did you mean H-1?)",
			"row 7, B7 (URN): is the URN of 2 homes (name one by its id: H-3, H-4)",
			"row 8, A8 (Ref): there is no such home in the store (homes of Sunny days are H-1, H-2)",
			"row 9, A9 (Ref): there is no such home in the store (the id of the home, or its URN, as in `stablehomes export homes`)",
			"row 10, B10 (URN): is not the URN of H-3, which is SC9 (see which of the two is right)",
		}, got)
	})
}

func TestWhatAListAsksForAndTheRecordDoesNotIsTold(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	report, _ := bring(t, eng, engine.Vacancies, "Home,Free,Ages,M/F\nH-ASH,2 (siblings),0–10 yrs,F\nH-BOYS,4,10-17,M\n", onDay(today))
	require.Contains(t, warned(report), `H-ASH: the list adds "siblings", which is not kept`)
	require.Contains(t, warned(report), "H-ASH: the list is for ages 0 to 10, and the record for 0 to 17; the record stays")
	require.Contains(t, warned(report), "H-ASH: the list is for F only, and the record is not; the record stays")
	require.NotContains(t, warned(report), "H-BOYS")
	require.Equal(t, "17", homeOf(t, eng, "H-ASH")["age_max"])
}

func TestBadRowsOfAListAreToldAndAStrictOrDryRunWritesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before, was := head(t, eng), exports(t, eng)
		list := "Home,Free\nH-ASH,0\nH-TYNE,TBC\n"
		for _, how := range []func(*engine.Import){strict, dryRun} {
			report, rejected := bring(t, eng, engine.Vacancies, list, onDay(today), how)
			require.Len(t, rejected, 1)
			require.Equal(t, "H-TYNE,TBC\n", string(rejected[0].Raw))
			require.Len(t, report.Columns, 1)
			require.Equal(t, before, head(t, eng))
			require.Equal(t, was, exports(t, eng))
		}
		report, _ := bring(t, eng, engine.Vacancies, "Home,Free\nH-ASH,0\nH-TYNE,1\n", onDay(today), strict)
		require.Equal(t, [3]int{2, 2, 0}, [3]int{report.Rows, report.Updated, report.Rejected}, "the second reading does not find its own rows twice")

		for what, change := range map[string]func(*engine.Import){"tomorrow": onDay(today + 1), "no day at all": func(imp *engine.Import) { imp.At = time.Time{} }} {
			imp := engine.Import{Kind: engine.Vacancies, At: three(), Files: []engine.File{text("v.csv", list)}}
			change(&imp)
			_, err := eng.Import(t.Context(), imp)
			var wrong *engine.InvalidRequestError
			require.ErrorAs(t, err, &wrong, what)
		}
	})
}

func TestHowAHeaderWasReadIsRememberedUntilSomebodySaysOtherwise(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	const list = "Ref,Spare,Vacancies\nH-ASH,1,2\n"
	how := func(change ...func(*engine.Import)) (string, string) {
		report, _ := bring(t, eng, engine.Vacancies, list, append(change, onDay(today))...)
		require.Len(t, report.Columns, 1)
		return report.Columns[0].How, report.Columns[0].Columns.Free
	}
	a, b := how(dryRun)
	require.Equal(t, [2]string{"guessed", "Vacancies"}, [2]string{a, b})
	a, _ = how()
	require.Equal(t, "guessed", a, "a dry run is not remembered")
	a, b = how()
	require.Equal(t, [2]string{"remembered", "Vacancies"}, [2]string{a, b})
	spare, err := engine.ParseVacancyColumns("[columns]\nhome = \"Ref\"\nfree = \"Spare\"\n")
	require.NoError(t, err)
	a, b = how(func(imp *engine.Import) { imp.Columns = spare })
	require.Equal(t, [2]string{"given", "Spare"}, [2]string{a, b})
	require.NoError(t, eng.Close())
	eng = open(t, dir)
	defer eng.Close()
	a, b = how()
	require.Equal(t, [2]string{"remembered", "Spare"}, [2]string{a, b}, "by the next program too")
	require.Contains(t, free(t, eng, "H-ASH"), "1 of 2")
}

func TestAWorkbookOfVacanciesIsTakenIn(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		f := excelize.NewFile()
		for at, v := range map[string]any{"A1": "Vacancies", "A3": "Home", "B3": "Free", "A4": "H-ASH", "B4": 1, "A5": "H-TYNE", "B5": "0"} {
			require.NoError(t, f.SetCellValue("Sheet1", at, v))
		}
		var out bytes.Buffer
		_, err := f.WriteTo(&out)
		require.NoError(t, err)
		report, rejected := bring(t, eng, engine.Vacancies, out.String(), onDay(today))
		require.Empty(t, rejected)
		require.Equal(t, 2, report.Updated)
		require.Equal(t, [2]any{"Sheet1", 3}, [2]any{report.Columns[0].Sheet, report.Columns[0].Row})
		require.Contains(t, free(t, eng, "H-TYNE"), "0 of 2")
	})
}

// Whatever lists say, in any order, never more is free than beds less those who
// live there, and never more than the newest list said of its day, less those who
// came on that day or since.
func TestNoListEverOpensMoreThanTheRecordsOrItself(t *testing.T) {
	rng := rand.New(rand.NewPCG(*listSeed, 7))
	t.Logf("-list-seed=%d", *listSeed)
	for range 60 {
		eng := engine.InMemory()
		beds, lives := 1+rng.IntN(4), 0
		bring(t, eng, engine.Homes, fmt.Sprintf("id,kind,authority,lat,lng,beds\nH-1,foster,%s,53.8,-1.5,%d\n", leeds, beds))
		bring(t, eng, engine.Children, "id,dob,authority\nC-AMY,2015-03-09,Leeds\nC-1,2015-03-09,Leeds\nC-2,2015-03-09,Leeds\n")
		newest, said, came := care.Day(0), 0, []care.Day{}
		for i := range 6 {
			if lives < 2 && lives < beds && rng.IntN(3) == 0 {
				lives++
				came = append(came, today-care.Day(rng.IntN(3)))
				bring(t, eng, engine.Placements, fmt.Sprintf("id,child,home,start\nP-%d,C-%d,H-1,%s\n", lives, lives, came[lives-1]))
				continue
			}
			day, n := today-care.Day(rng.IntN(4)), rng.IntN(6)
			bring(t, eng, engine.Vacancies, fmt.Sprintf("Home,Free\nH-1,%d\n", n), onDay(day))
			if day > newest || day == newest && n < said {
				newest, said = day, n
			}
			since := 0
			for _, start := range came {
				if start >= newest {
					since++
				}
			}
			var got int
			_, err := fmt.Sscanf(free(t, eng, "H-1"), "%d of", &got)
			require.NoError(t, err)
			require.LessOrEqual(t, got, max(beds-lives, 0), "step %d", i)
			require.LessOrEqual(t, got, max(said-since, 0), "step %d", i)
		}
		require.NoError(t, eng.Close())
	}
}

func TestAListThatIsInterruptedSaysSo(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := eng.Import(ctx, engine.Import{Kind: engine.Vacancies, At: three(), Files: []engine.File{text("v.csv", "Home,Free\nH-ASH,0\n")}})
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
}
