package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// The return of Leeds for 2024-25: three children, one of them new in the year.
const (
	returnHeader = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n" +
		"101,F,09/03/2014,WBRI,A1,0,\n" +
		"102,M,02/05/2018,BAFR,A2,0,\n" +
		"103,U,15/01/2009,REFU,UN1,0,\n"
	returnEpisodes = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n" +
		"101,10/06/2023,S,V2,N1,U6,PR1,01/09/2024,X1,CARPL,LS6 2AB,LS6 2AB,\n" +
		"101,01/09/2024,B,C2,N1,K2,PR4,,,,LS6 2AB,LS7 3PP,SC012345\n" +
		"102,05/05/2024,S,C1,N5,U3,PR1,,,,,,\n"
	returnUASC    = "CHILD,SEX,DOB,DUC\n103,U,15/01/2009,15/01/2027\n"
	returnReviews = "CHILD,DOB,REVIEW,REVIEW_CODE\n101,09/03/2014,01/12/2024,PN1\n"
)

// returned is an import of the files of a return that Leeds made.
func returned(t testing.TB, eng *engine.Engine, files []string, more ...func(*engine.Import)) (engine.Report, []*engine.Rejected) {
	t.Helper()
	return bring(t, eng, engine.SSDA903, "", append([]func(*engine.Import){func(imp *engine.Import) {
		imp.Authority, imp.Files = "Leeds", nil
		for i, f := range files {
			imp.Files = append(imp.Files, text(fmt.Sprintf("%d.csv", i+1), f))
		}
	}}, more...)...)
}

// whole is every file of the return, in the worst order.
var whole = []string{returnReviews, returnUASC, returnEpisodes, returnHeader}

func tables(report engine.Report) map[string][5]int {
	all := map[string][5]int{}
	for _, t := range report.Tables {
		all[t.Table] = [5]int{t.New, t.Updated, t.Unchanged, t.Rejected, t.NotKept}
	}
	return all
}

func childOf(t testing.TB, eng *engine.Engine, id care.ID) care.Child {
	t.Helper()
	c, err := engine.ChildOf(t.Context(), eng, id)
	require.NoError(t, err)
	return c
}

// goneOut is what ExportReturn writes, by table.
func goneOut(t testing.TB, eng *engine.Engine) (map[string]string, *engine.ExportedReturn) {
	t.Helper()
	out := map[string]*bytes.Buffer{}
	done, err := eng.ExportReturn(t.Context(), "Leeds", func(table string) (io.Writer, error) {
		out[table] = &bytes.Buffer{}
		return out[table], nil
	})
	require.NoError(t, err)
	all := map[string]string{}
	for table, b := range out {
		all[table] = b.String()
	}
	return all, done
}

func TestAReturnComesInWhateverTheOrderOfItsFiles(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Postcodes, postcodesCSV)
		report, rejected := returned(t, eng, whole)
		require.Empty(t, rejected)
		require.Equal(t, map[string][5]int{"Header": {3}, "Episodes": {3}, "UASC": {0, 1}, "Reviews": {0, 0, 0, 0, 1}}, tables(report))
		require.Equal(t, [5]int{8, 6, 1, 0, 1}, [5]int{report.Rows, report.New, report.Updated, report.Unchanged, report.NotKept})

		amy := childOf(t, eng, leeds+"/101")
		require.Equal(t, care.Female, amy.Sex)
		require.Equal(t, care.Date(2014, time.March, 9), amy.DOB)
		require.Equal(t, [4]string{"C2", "N1", "white-british", leeds}, [4]string{amy.Legal, amy.NeedCode, amy.Ethnicity, amy.Authority})
		require.Equal(t, "LS6 2AB", amy.Home.Postcode)
		require.True(t, amy.Home.Known(), "by the directory")
		require.Len(t, amy.History.Episodes, 2)
		require.Equal(t, care.Episode{Start: care.Date(2024, 9, 1), Began: "B", Legal: "C2", Need: "N1", Place: "K2", Provider: "PR4",
			HomePost: "LS6 2AB", PlacePost: "LS7 3PP", URN: "SC012345"}, amy.History.Episodes[1])
		yusuf := childOf(t, eng, leeds+"/103")
		require.Equal(t, care.Yes, yusuf.UASC)
		require.Equal(t, [2]string{"", "REFU"}, [2]string{yusuf.Ethnicity, yusuf.History.Ethnic}, "a refusal is no ethnicity")
		require.Empty(t, yusuf.Sex)

		before := head(t, eng)
		report, _ = returned(t, eng, whole)
		require.Equal(t, [3]int{0, 0, 7}, [3]int{report.New, report.Updated, report.Unchanged})
		require.Equal(t, before, head(t, eng), "again, it changes nothing")
	})
}

func TestImportingTheExportOfAReturnChangesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		returned(t, eng, whole)
		files, done := goneOut(t, eng)
		require.Equal(t, &engine.ExportedReturn{Authority: leeds, Children: 3, Episodes: 3, Others: 6}, done)
		require.Equal(t, strings.NewReplacer("A1", "", "A2", "", "UN1", "", ",0,", ",,", ",U,", ",,").Replace(returnHeader), files["Header"])
		require.Equal(t, returnEpisodes, files["Episodes"])
		require.Equal(t, "CHILD,SEX,DOB,DUC\n103,,15/01/2009,\n", files["UASC"])

		before, want := head(t, eng), exports(t, eng)
		report, rejected := returned(t, eng, slices.Collect(maps.Values(files)))
		require.Empty(t, rejected)
		require.Equal(t, 7, report.Unchanged)
		require.Equal(t, before, head(t, eng))
		require.Equal(t, want, exports(t, eng))

		fresh := engine.InMemory()
		returned(t, fresh, slices.Collect(maps.Values(files)))
		again, _ := goneOut(t, fresh)
		require.Equal(t, files, again, "and into an empty store it brings all of it")
		require.NoError(t, fresh.Close())
	})
}

func TestAReturnTakesNoBed(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	before := export(t, eng, engine.Homes) + export(t, eng, engine.Placements)
	want := offered(shortlist(t, eng, asking("C-AMY")))
	returned(t, eng, whole)
	require.Equal(t, before, export(t, eng, engine.Homes)+export(t, eng, engine.Placements))
	require.Equal(t, want, offered(shortlist(t, eng, asking("C-AMY"))))
	require.NotEmpty(t, offered(shortlist(t, eng, asking(leeds+"/102"))), "a child of the return can be matched")
	require.NoError(t, eng.Close())
}

func TestAReturnLeavesWhatAFileOfChildrenSaid(t *testing.T) {
	eng := engine.InMemory()
	bring(t, eng, engine.Postcodes, postcodesCSV)
	children := "id,dob,sex,authority,ethnicity,wishes,legal_status,home_lat,home_lng,languages,uasc\n" +
		leeds + "/101,2014-03-09,F,Leeds,white-polish,A dog.,,53.8,-1.5,polish,no\n" + leeds + "/103,2009-01-15,M,Leeds,,,L1,,,,yes\n"
	bring(t, eng, engine.Children, children)
	report, _ := returned(t, eng, whole)
	require.Equal(t, [5]int{1, 2, 0, 0, 0}, tables(report)["Header"])

	amy := childOf(t, eng, leeds+"/101")
	require.Equal(t, [3]string{"A dog.", "white-polish", "polish"}, [3]string{amy.Wishes, amy.Ethnicity, amy.Languages[0]}, "the file said more than the code")
	require.Equal(t, "C2", amy.Legal)
	yusuf := childOf(t, eng, leeds+"/103")
	require.Equal(t, care.Male, yusuf.Sex, "U says nothing")
	require.Equal(t, "L1", yusuf.Legal, "no episode says anything else")

	bring(t, eng, engine.Children, strings.Replace(children, "A dog.", "Two dogs.", 1))
	amy = childOf(t, eng, leeds+"/101")
	require.Equal(t, "Two dogs.", amy.Wishes)
	require.Len(t, amy.History.Episodes, 2, "a file of children has no history, and takes none away")
	require.Empty(t, amy.Legal, "but has the legal status, and says that it is not recorded")

	before := head(t, eng)
	report, _ = returned(t, eng, whole)
	require.Equal(t, 7, report.Unchanged, "nothing in the return is new")
	require.Equal(t, before, head(t, eng))
	require.NoError(t, engine.CheckOf(t.Context(), eng))
	require.NoError(t, eng.Close())
}

func TestAnOlderReturnDoesNotUndoANewerOne(t *testing.T) {
	eng := engine.InMemory()
	returned(t, eng, whole)
	head, rows, _ := strings.Cut(returnEpisodes, "\n")
	_, rejected := returned(t, eng, []string{head + "\n101,01/02/2022,S,V2,N3,U6,PR1,10/06/2023,X1,,,,\n"})
	require.Empty(t, rejected)
	amy := childOf(t, eng, leeds+"/101")
	require.Len(t, amy.History.Episodes, 3)
	require.Equal(t, [2]string{"C2", "N1"}, [2]string{amy.Legal, amy.NeedCode})

	report, _ := returned(t, eng, []string{head + "\n" + strings.Replace(rows, "101,01/09/2024,B,C2,N1,K2,PR4,,,,", "101,01/09/2024,B,E1,N1,K2,PR4,01/04/2025,E11,,", 1)})
	require.Equal(t, [5]int{0, 1, 2, 0, 0}, tables(report)["Episodes"])
	require.Equal(t, "E1", childOf(t, eng, leeds+"/101").Legal, "a return that corrects the latest episode does")
	require.NoError(t, eng.Close())
}

// The return of 2023-24 comes in after that of 2024-25: at its 31 March the episode
// was still open, the ethnicity not yet obtained.
func TestTheReturnOfTheYearBeforeTakesNoEndAway(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		head, _, _ := strings.Cut(returnEpisodes, "\n")
		latest := "\n102,05/05/2023,S,C1,N5,U3,PR1,04/06/2024,E4A,,,,\n"
		returned(t, eng, []string{returnHeader, returnEpisodes, head + latest})
		want, before := exports(t, eng), head903(t, eng)
		report, rejected := returned(t, eng, []string{
			"CHILD,SEX,DOB,ETHNIC\n101,F,09/03/2014,NOBT\n102,M,02/05/2018,BAFR\n",
			head + "\n101,10/06/2023,S,V2,N1,U6,PR1,,,,LS6 2AB,LS6 2AB,\n102,05/05/2023,S,C2,N4,U3,PR1,,,,,,\n",
		})
		require.Empty(t, rejected)
		require.Equal(t, [3]int{0, 0, 4}, [3]int{report.New, report.Updated, report.Unchanged})
		require.Equal(t, want, exports(t, eng))
		require.Equal(t, before, head903(t, eng))
		require.Contains(t, report.Warnings, engine.Warning{File: "1.csv", Row: 2, Count: 1, Says: "ETHNIC of " + leeds + "/101 was recorded as WBRI, and NOBT does not undo that"})
		require.Contains(t, report.Warnings, engine.Warning{File: "2.csv", Row: 2, Count: 2,
			Says: "the episode of " + leeds + "/101 from 10 June 2023 is recorded as ended on 1 September 2024 and open in this row, as an older return has it; what is recorded stays"})
		require.Equal(t, "X1", childOf(t, eng, leeds+"/101").History.Episodes[0].Ended)
	})
}

// head903 is what the export of the return says of Leeds.
func head903(t testing.TB, eng *engine.Engine) map[string]string {
	t.Helper()
	files, _ := goneOut(t, eng)
	return files
}

// What a header says of a child who is known is compared with the record: another
// date of birth is refused as in every table, another sex or ethnicity is named.
func TestAHeaderThatContradictsTheRecordIsSaidSo(t *testing.T) {
	for name, mode := range map[string]func(*engine.Import){"at once": func(*engine.Import) {}, "strict": strict} {
		t.Run(name, func(t *testing.T) {
			eng := engine.InMemory()
			returned(t, eng, whole)
			report, rejected := returned(t, eng, []string{"CHILD,SEX,DOB,ETHNIC\n101,M,09/03/2014,WIRI\n102,F,02/05/2018,BAFR\n"}, mode)
			require.Empty(t, rejected)
			require.Equal(t, 2, report.Updated)
			require.Equal(t, []engine.Warning{
				{File: "1.csv", Row: 2, Count: 2, Says: "SEX of " + leeds + "/101 was recorded as F and is M now; see which return is right"},
				{File: "1.csv", Row: 2, Count: 1, Says: "ETHNIC of " + leeds + "/101 was recorded as WBRI and is WIRI now; see which return is right"},
			}, report.Warnings)
			amy := childOf(t, eng, leeds+"/101")
			require.Equal(t, [2]string{"M", "white-irish"}, [2]string{string(amy.Sex), amy.Ethnicity})

			report, rejected = returned(t, eng, []string{"CHILD,SEX,DOB,ETHNIC\n101,F,10/03/2014,WBRI\n"})
			require.Len(t, rejected, 1)
			require.ErrorContains(t, rejected[0], "row 2, DOB: is not the child's date of birth, 2014-03-09")
			require.Empty(t, report.Warnings, "a row that is refused changes nothing")
			require.Equal(t, amy, childOf(t, eng, leeds+"/101"))
			require.NoError(t, eng.Close())
		})
	}
}

func TestRowsThatDoNotFitTheChildAreRefused(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		returned(t, eng, []string{returnHeader})
		head, _, _ := strings.Cut(returnEpisodes, "\n")
		_, rejected := returned(t, eng, []string{
			"CHILD,SEX,DOB,ETHNIC\n104,1,,WBRI\n105,1,01/01/2031,WBRI\n106,1,01/01/2010,WBRI\n",
			head + "\n999,10/06/2023,S,V2,N1,U6,PR1,,,,,,\n101,08/03/2014,S,V2,N1,U6,PR1,,,,,,\n",
			"CHILD,DOB,REVIEW,REVIEW_CODE\n101,09/03/2015,01/12/2024,PN1\n998,,01/12/2024,PN1\n",
		})
		var says []string
		for _, r := range rejected {
			says = append(says, r.Error())
			require.NotEmpty(t, r.Raw)
		}
		require.Equal(t, []string{
			"1.csv, row 2, DOB: is empty (the date of birth, or the day the child is expected, as 2015-03-09)",
			"1.csv, row 3, DOB: is more than 10 months ahead (the date of birth, or the day the child is expected)",
			"2.csv, row 2, CHILD: there is no such child (import the Header table with it, in which every child has a row)",
			"2.csv, row 3, DECOM: is before the child was born, on 2014-03-09 (check it, and DOB in Header)",
			"3.csv, row 2, DOB: is not the child's date of birth, 2014-03-09 (see which of the two is right; a file of children corrects the record)",
			"3.csv, row 3, CHILD: there is no such child (import the Header table with it, in which every child has a row)",
		}, says)
		require.Equal(t, care.Date(2010, 1, 1), childOf(t, eng, leeds+"/106").DOB, "the good row is in")
	})
}

func TestADryRunAndAStrictOneKnowTheChildrenOfTheirOwnHeader(t *testing.T) {
	for name, mode := range map[string]func(*engine.Import){"dry run": dryRun, "strict": strict} {
		t.Run(name, func(t *testing.T) {
			eng := engine.InMemory()
			report, rejected := returned(t, eng, whole, mode)
			require.Empty(t, rejected)
			require.Equal(t, [5]int{3, 0, 0, 0, 0}, tables(report)["Episodes"])
			require.Equal(t, 6, report.New)
			_, done := goneOut(t, eng)
			require.Equal(t, map[string]int{"dry run": 0, "strict": 3}[name], done.Children)
			require.NoError(t, eng.Close())
		})
	}
}

func TestAStrictReturnWithABadRowWritesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		report, rejected := returned(t, eng, []string{returnHeader, strings.Replace(returnEpisodes, ",K2,", ",Q2,", 1)}, strict)
		require.Len(t, rejected, 1)
		require.True(t, report.Refused)
		require.Equal(t, map[string][5]int{"Header": {}, "Episodes": {0, 0, 0, 1, 0}}, tables(report))
		_, done := goneOut(t, eng)
		require.Zero(t, done.Children)
	})
}

func TestFilesThatAreNoPartOfAReturn(t *testing.T) {
	eng := engine.InMemory()
	found := func(imp *engine.Import) {
		for i := range imp.Files {
			imp.Files[i].Found = true
		}
	}
	report, _ := returned(t, eng, []string{"Rule code,Rule message\n101,x\n", returnHeader}, found)
	require.Equal(t, 3, report.New)
	require.Equal(t, engine.Warning{File: "1.csv", Count: 1, Says: "the file is none of the tables of an SSDA903 return and is left out"},
		report.Warnings[len(report.Warnings)-1])

	for name, damaged := range map[string]string{"UTF-16": "\xff\xfeC\x00", "empty": "", "no gzip": "\x1f\x8bnothing", "binary": "\x00\x01"} {
		before := head(t, eng)
		imp := engine.Import{Kind: engine.SSDA903, Authority: "Leeds", Files: []engine.File{text("header.csv", returnHeader), text("episodes.csv", damaged)}}
		found(&imp)
		_, err := eng.Import(t.Context(), imp)
		var fault *engine.FileError
		require.ErrorAs(t, err, &fault, "%s: a table that cannot be read is no stray file", name)
		require.Equal(t, "episodes.csv", fault.File)
		require.Equal(t, before, head(t, eng), "before anything is written")
	}

	for name, change := range map[string]func(*engine.Import){
		"named":                 func(*engine.Import) {},
		"found, and nothing is": func(imp *engine.Import) { imp.Files = imp.Files[:1]; found(imp) },
	} {
		before := head(t, eng)
		imp := engine.Import{Kind: engine.SSDA903, Authority: "Leeds", Files: []engine.File{text("rules.csv", "a,b\n"), text("episodes.csv", returnEpisodes)}}
		change(&imp)
		_, err := eng.Import(t.Context(), imp)
		var fault *engine.FileError
		require.ErrorAs(t, err, &fault, name)
		require.Equal(t, "rules.csv", fault.File)
		require.Equal(t, before, head(t, eng), "before anything is written")
	}
	var wrong *engine.InvalidRequestError
	_, err := eng.Import(t.Context(), engine.Import{Kind: engine.SSDA903, Files: []engine.File{text("h.csv", returnHeader)}})
	require.ErrorAs(t, err, &wrong)
	require.ErrorContains(t, err, "whose return")
	_, err = eng.Import(t.Context(), engine.Import{Kind: engine.SSDA903, Authority: "Leeds"})
	require.ErrorAs(t, err, &wrong)
	_, err = eng.ExportReturn(t.Context(), "Leads", nil)
	require.ErrorContains(t, err, "did you mean Leeds")
	_, err = eng.Import(t.Context(), engine.Import{Kind: engine.SSDA903, Authority: "Leeds", Files: []engine.File{{Name: "x", Source: broken{}}}})
	require.ErrorIs(t, err, errStuck)
	_, err = eng.ExportReturn(t.Context(), "Leeds", func(string) (io.Writer, error) { return nil, errStuck })
	require.ErrorIs(t, err, errStuck)
	require.NoError(t, eng.Close())
}

func TestAReturnIsWrittenUntilItIsCalledOff(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Children, pupils)
		ctx, stop := context.WithCancel(t.Context())
		_, err := eng.ExportReturn(ctx, "Leeds", func(string) (io.Writer, error) {
			stop()
			return io.Discard, nil
		})
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestAReturnMayComeFromAPipe(t *testing.T) {
	eng := engine.InMemory()
	report, _ := returned(t, eng, nil, func(imp *engine.Import) {
		imp.Files = []engine.File{
			{Name: "e", Source: io.MultiReader(strings.NewReader(returnEpisodes))}, {Name: "h", Source: io.MultiReader(strings.NewReader(returnHeader))},
		}
	})
	require.Equal(t, 6, report.New)
	require.NoError(t, eng.Close())
}

func TestErasingAChildTakesItsHistory(t *testing.T) {
	eng := engine.InMemory()
	returned(t, eng, whole)
	_, err := eng.EraseChild(t.Context(), engine.EraseRequest{Child: leeds + "/101", By: "A. Officer", At: three(), Why: "the wrong return", CreatedInError: true})
	require.NoError(t, err)
	files, done := goneOut(t, eng)
	require.Equal(t, [2]int{2, 1}, [2]int{done.Children, done.Episodes})
	require.NotContains(t, files["Episodes"], "101,")
	require.NoError(t, engine.CheckOf(t.Context(), eng))
	require.NoError(t, eng.Close())
}

// A return in any order of its rows, over several imports, ends in the same
// histories as writing them down by hand.
func TestAReturnAgainstAListKeptByHand(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 903))
	columns, _, _ := strings.Cut(returnEpisodes, "\n")
	for range 15 {
		eng := engine.InMemory()
		returned(t, eng, []string{returnHeader})
		byHand := map[string]string{} // child and start to row
		for range 3 {
			rows, want, seen := []string{}, [3]int{}, map[string]bool{}
			for range r.IntN(40) {
				child, start := 101+r.IntN(3), care.Date(2020, 1, 1+r.IntN(20)).String()
				key := fmt.Sprint(child, start)
				y, m, d := start[:4], start[5:7], start[8:]
				row := fmt.Sprintf("%d,%s/%s/%s,S,%s,N1,U6,PR1,,,,,,", child, d, m, y, []string{"C1", "C2"}[r.IntN(2)])
				if seen[key] || start < "2018-05-02" {
					continue
				}
				seen[key] = true
				switch old, there := byHand[key]; {
				case !there:
					want[0]++
				case old != row:
					want[1]++
				default:
					want[2]++
				}
				byHand[key] = row
				rows = append(rows, row)
			}
			report, rejected := returned(t, eng, []string{columns + "\n" + strings.Join(rows, "\n") + "\n"})
			require.Empty(t, rejected, "seed %d", seed)
			require.Equal(t, want, [3]int{report.New, report.Updated, report.Unchanged}, "seed %d", seed)
		}
		var all []string
		for _, key := range slices.Sorted(maps.Keys(byHand)) {
			all = append(all, byHand[key])
		}
		files, _ := goneOut(t, eng)
		_, got, _ := strings.Cut(files["Episodes"], "\n")
		require.Equal(t, strings.Join(all, "\n"), strings.TrimSpace(got), "seed %d", seed)
		require.NoError(t, eng.Close())
	}
}

func TestAHistoryThatIsTooLongIsRefusedRowByRow(t *testing.T) {
	eng := engine.InMemory()
	returned(t, eng, []string{returnHeader})
	var rows strings.Builder
	rows.WriteString("CHILD,DECOM\n")
	for i := range care.MaxEpisodes + 50 {
		fmt.Fprintf(&rows, "101,%s\n", care.Date(2015, 1, 1)+care.Day(i))
	}
	report, rejected := returned(t, eng, []string{rows.String()})
	require.Equal(t, care.MaxEpisodes, report.New)
	require.Len(t, rejected, 50)
	require.ErrorContains(t, rejected[0], "has 1001 episodes")
	require.NoError(t, eng.Close())
}

// The synthetic return of a public validator, as it is.
func TestThePublicSyntheticReturn(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "data", "ssda903")
	names, err := filepath.Glob(filepath.Join(dir, "*.[cx][sm][vl]"))
	require.NoError(t, err)
	if len(names) == 0 || testing.Short() {
		t.Skip("the synthetic return is not here, or takes too long")
	}
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		files := func(imp *engine.Import) {
			for _, name := range names {
				f, err := os.Open(name)
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, f.Close()) })
				imp.Files = append(imp.Files, engine.File{Name: name, Source: f, Found: true})
			}
		}
		report, rejected := returned(t, eng, nil, files)
		require.Equal(t, 28417, report.Rows)
		require.Equal(t, report.Rows, report.New+report.Updated+report.Unchanged+report.Rejected+report.NotKept)
		require.Equal(t, 2675+253, tables(report)["Header"][0])
		for _, r := range rejected {
			require.NotEmpty(t, r.Why)
		}
		before := head(t, eng)
		report, _ = returned(t, eng, nil, files)
		require.Zero(t, report.New+report.Updated)
		out, done := goneOut(t, eng)
		require.Equal(t, 2675+253, done.Children)
		report, rejected = returned(t, eng, slices.Collect(maps.Values(out)))
		require.Empty(t, rejected)
		require.Zero(t, report.New+report.Updated)
		require.Equal(t, before, head(t, eng))
	})
}
