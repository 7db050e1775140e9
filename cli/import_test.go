package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// report is what import writes as JSON.
type report struct {
	Schema, Kind, Error                     string
	Rows, New, Updated, Unchanged, Rejected int
	DryRun                                  bool `json:"dry_run"`
	Refused                                 bool
	Journal, Ended                          int
	Skipped                                 *struct {
		NoGrid        int `json:"no_grid_reference"`
		NorthernIrish int `json:"northern_ireland"`
		Duplicates    int
	}
	Warnings []struct{ Says string }
	Rejects  []struct {
		File, Column, Value, Why, Hint string
		Row                            int
	}
}

func (r report) skipped() int {
	if r.Skipped == nil {
		return 0
	}
	return r.Skipped.NoGrid + r.Skipped.NorthernIrish + r.Skipped.Duplicates
}

func reported(t testing.TB, o outcome) report {
	t.Helper()
	var rep report
	require.NoError(t, json.Unmarshal([]byte(o.out), &rep), o.out)
	require.Equal(t, "stablehomes/import/1", rep.Schema)
	require.Len(t, rep.Rejects, rep.Rejected)
	return rep
}

// awkward is a file whose bytes are easily lost on the way: a mark, quoted
// commas, spaces, Windows line ends and none at the end. Rows 3 and 5 are bad.
const (
	awkwardHeader = "\ufeffID, Kind ,authority,lat,lng,beds,provider\r\n"
	awkwardRow3   = "H-2,\"foster\",Leeds,53.81,-1.54,\"two\",\"Hill, Dale & Co\"\r\n"
	awkwardRow5   = "H-4,castle,Leeds,53.81,-1.54,2,  \"\"\r\n"
	awkward       = awkwardHeader + "H-1,foster,Leeds,53.81,-1.54,2,\"A, B\"\r\n" + awkwardRow3 + "H-3,foster,Leeds,53.81,-1.54,2,\r\n" + awkwardRow5 +
		"H-5,foster,Leeds,53.81,-1.54,2,last"
)

func TestRejectedRowsAreKeptVerbatimMendedAndImported(t *testing.T) {
	away(t)
	keep(t, "homes.csv", awkward)
	run(t, "import --rejects bad.csv homes homes.csv").is(t, 4, "row 3, beds:", "row 5", "3 new", "2 rejected")
	bad := read(t, "bad.csv")
	require.True(t, strings.HasPrefix(bad, awkwardHeader+awkwardRow3), "%q", bad)
	require.Equal(t, awkwardHeader+awkwardRow3+awkwardRow5, bad)
	keep(t, "mended.csv", strings.NewReplacer("two", "2", "castle", "foster", "  \"\"", "").Replace(bad))
	run(t, "import homes mended.csv").is(t, 0, "2 new")
	out := run(t, "export homes").is(t, 0).out
	for _, id := range []string{"H-1,", "H-2,", "H-3,", "H-4,", "H-5,", "\"Hill, Dale & Co\""} {
		require.Contains(t, out, id)
	}
}

func TestTheLastRowOfRejectsEndsItsLine(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+strings.TrimSuffix(goodHome("H-1"), "2\n")+"-2")
	run(t, "import --rejects bad.csv homes homes.csv").is(t, 4)
	require.Equal(t, homesHeader+"H-1,foster,E08000035,53.81,-1.54,-2\n", read(t, "bad.csv"))
}

// A file that everybody could read is closed to them before rows about children go in.
func TestRejectsInAFileThatIsThereAreReadByNobodyElse(t *testing.T) {
	away(t)
	require.NoError(t, os.WriteFile("bad.csv", []byte(strings.Repeat("of last week\n", 100)), 0o644))
	keep(t, "homes.csv", homesHeader+"H-2,castle,E08000035,53.81,-1.54,2\n")
	run(t, "import --rejects bad.csv homes homes.csv").is(t, 4)
	require.Equal(t, homesHeader+"H-2,castle,E08000035,53.81,-1.54,2\n", read(t, "bad.csv"))
	info, err := os.Stat("bad.csv")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	run(t, "import --rejects "+os.DevNull+" homes homes.csv").is(t, 4)
}

func TestWithoutRejectsThereIsNoFileOfThem(t *testing.T) {
	files := countyFiles(t)
	dir := away(t)
	run(t, "import --rejects bad.csv homes "+files+"/homes.csv").is(t, 0)
	require.Equal(t, []string{"stablehomes.db"}, listed(t, dir))
}

func TestRejectsGoIntoADirectoryThatIsThere(t *testing.T) {
	dir := away(t)
	keep(t, "homes.csv", homesHeader+"H-1,castle,E08000035,53.81,-1.54,2\n")
	run(t, "import --rejects nodir/bad.csv homes homes.csv").is(t, 2, "--rejects nodir/bad.csv: there is no directory nodir")
	run(t, "import --rejects homes.csv/bad.csv homes homes.csv").is(t, 2, "there is no directory homes.csv")
	run(t, "import --rejects homes.csv/sub/bad.csv homes homes.csv").is(t, 2, "--rejects homes.csv/sub/bad.csv")
	require.Equal(t, []string{"homes.csv"}, listed(t, dir), "nothing is begun")
}

func TestMendedRejectsAreNotOverwrittenByTheirOwnImport(t *testing.T) {
	dir := away(t)
	content := homesHeader + goodHome("H-1") + "H-2,castle,E08000035,53.81,-1.54,2\n"
	keep(t, "bad.csv", content)
	for _, line := range []string{"import --rejects bad.csv homes bad.csv", "import --rejects ./bad.csv homes " + filepath.Join(dir, "bad.csv")} {
		run(t, line).is(t, 2, "would overwrite a file that is imported; name another")
		require.Equal(t, content, read(t, "bad.csv"))
	}
	in, err := os.Open("bad.csv")
	require.NoError(t, err)
	defer in.Close()
	runWith(t, t.Context(), in, "import --rejects bad.csv homes -").is(t, 2, "would overwrite")
	require.Equal(t, []string{"bad.csv"}, listed(t, dir))
	keep(t, "old.csv", "of last week\n")
	runWith(t, t.Context(), strings.NewReader(content), "import --rejects old.csv homes -").is(t, 4)
	require.NotContains(t, read(t, "old.csv"), "last week")
}

func TestRejectsThatCannotBeWrittenEndTheImport(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+"H-2,castle,E08000035,53.81,-1.54,2\n")
	require.NoError(t, os.Mkdir("bad.csv", 0o700))
	run(t, "import --rejects bad.csv homes homes.csv").is(t, 1, "bad.csv")
}

func TestRejectsOfTwoHeadersDoNotMix(t *testing.T) {
	away(t)
	keep(t, "a.csv", homesHeader+"H-2,castle,E08000035,53.81,-1.54,2\n")
	keep(t, "b.csv", "kind,id,authority,lat,lng,beds\ncastle,H-3,E08000035,53.8,-1.5,2\nfoster,H-4,E08000035,53.8,-1.5,2\n")
	keep(t, "bad-2.csv", "somebody else's\n")
	run(t, "import --rejects bad.csv homes a.csv b.csv").is(t, 4, "3 rows read: 1 new", "2 rejected")
	require.Equal(t, read(t, "a.csv"), read(t, "bad.csv"))
	require.Equal(t, "somebody else's\n", read(t, "bad-2.csv"))
	require.Equal(t, "kind,id,authority,lat,lng,beds\ncastle,H-3,E08000035,53.8,-1.5,2\n", read(t, "bad-3.csv"))
}

func TestRejectsOfAPostcodeDirectoryAreNotKept(t *testing.T) {
	away(t)
	keep(t, "p.csv", "pcd,oseast1m,osnrth1m,laua\n")
	run(t, "import --rejects bad.csv postcodes p.csv").is(t, 2, "mended at its source")
}

func TestStrictWritesNothingUnlessEveryRowIsGood(t *testing.T) {
	away(t)
	begin(t)
	before := kept(t, "stablehomes.db")
	keep(t, "a.csv", homesHeader+goodHome("H-10"))
	keep(t, "b.csv", homesHeader+goodHome("H-11")+"H-12,castle,E08000035,53.81,-1.54,2\n")
	o := run(t, "import --strict --rejects bad.csv homes a.csv b.csv").is(t, 4, "b.csv, row 3, kind:", "checked, and nothing written because of --strict", "0 new")
	require.Equal(t, 1, strings.Count(o.err, "row 3"), "a row is named once")
	require.Equal(t, homesHeader+"H-12,castle,E08000035,53.81,-1.54,2\n", read(t, "bad.csv"))
	require.Equal(t, before, kept(t, "stablehomes.db"))
	require.True(t, reported(t, run(t, "import --strict --json homes a.csv b.csv").is(t, 4)).Refused)
	run(t, "import --strict homes a.csv").is(t, 0, "1 new")
	require.Equal(t, []string{"H-10,foster"}, heads(newRows(t, before["homes"], run(t, "export homes").out)))
}

func TestStrictPostcodes(t *testing.T) {
	away(t)
	begin(t)
	before := kept(t, "stablehomes.db")
	keep(t, "in.csv", postcodesHeader+"LS7 3AB,430259,436181,E08000035\nLS8,431745,438795,E08000035\n")
	run(t, "import --strict postcodes in.csv").is(t, 4, "nothing written because of --strict")
	require.Equal(t, before, kept(t, "stablehomes.db"))
	run(t, "import postcodes in.csv").is(t, 4)
	require.NotEqual(t, before["postcodes"], kept(t, "stablehomes.db")["postcodes"])
	run(t, "import postcodes in.csv in.csv").is(t, 2, "a postcode directory is one file")
}

// heads are the first two cells of each row.
func heads(rows []string) []string {
	var all []string
	for _, row := range rows {
		all = append(all, strings.Join(strings.SplitN(row, ",", 3)[:2], ","))
	}
	return all
}

func TestADryRunChecksEverythingAndChangesNothing(t *testing.T) {
	away(t)
	begin(t)
	before := kept(t, "stablehomes.db")
	keep(t, "in.csv", homesHeader+goodHome("H-1")+"H-2,foster,E08000035,53.81,-1.54,3\n"+goodHome("H-3")+"H-4,castle,E08000035,53.81,-1.54,2\n")
	run(t, "import --dry-run homes in.csv").is(t, 4, "checked, and nothing written: 1 new, 1 changed, 1 as they were, 1 rejected")
	rep := reported(t, run(t, "import --dry-run --json homes in.csv").is(t, 4))
	require.True(t, rep.DryRun)
	require.Equal(t, []int{4, 1, 1, 1, 1}, []int{rep.Rows, rep.New, rep.Updated, rep.Unchanged, rep.Rejected})
	run(t, "import --dry-run --strict homes in.csv").is(t, 4)
	run(t, "import --dry-run postcodes "+countyFiles(t)+"/postcodes.csv").is(t, 0)
	require.Equal(t, before, kept(t, "stablehomes.db"))
	run(t, "import homes in.csv").is(t, 4, "read: 1 new, 1 changed, 1 as they were, 1 rejected")
}

func TestADryRunWithoutAStoreCreatesNone(t *testing.T) {
	files := countyFiles(t)
	dir := away(t)
	for _, kind := range []string{"homes", "children", "postcodes"} {
		run(t, fmt.Sprintf("import --dry-run %s %s/%s.csv", kind, files, kind)).is(t, 0, "checked, and nothing written")
	}
	run(t, "import --dry-run placements "+files+"/placements.csv").is(t, 4, "there is no such child in the store")
	require.Empty(t, listed(t, dir))
}

func TestAHyphenReadsStandardInput(t *testing.T) {
	away(t)
	runWith(t, t.Context(), strings.NewReader(homesHeader+goodHome("H-1")+"H-2,castle,E08000035,53.81,-1.54,2\n"), "import homes -").
		is(t, 4, "standard input, row 3, kind:", "1 new")
	keep(t, "more.csv", homesHeader+goodHome("H-3"))
	runWith(t, t.Context(), strings.NewReader(zipped(homesHeader+goodHome("H-4"))), "import homes more.csv -").is(t, 0, "2 new")
	runWith(t, t.Context(), strings.NewReader(homesHeader+goodHome("H-5")), "import --strict homes -").is(t, 0, "1 new")
}

// piped hands out one thing after another, and cannot be read twice.
func piped(parts ...string) io.Reader {
	var all []io.Reader
	for _, s := range parts {
		all = append(all, strings.NewReader(s))
	}
	return io.MultiReader(all...)
}

func TestAPipe(t *testing.T) {
	away(t)
	runWith(t, t.Context(), piped(homesHeader, "H-1,foster,E080", "00035,53.81,-1.54,2\n"), "import homes -").is(t, 0, "1 new")
	runWith(t, t.Context(), piped(homesHeader, goodHome("H-2")), "import --strict homes -").is(t, 1, "give it a file, not a pipe")
	in, out, err := os.Pipe()
	require.NoError(t, err)
	defer in.Close()
	_, err = io.WriteString(out, homesHeader+goodHome("H-2"))
	require.NoError(t, err)
	require.NoError(t, out.Close())
	runWith(t, t.Context(), in, "import --strict homes -").is(t, 1, "give it a file, not a pipe")
	require.NotContains(t, run(t, "export homes").is(t, 0).out, "H-2")
}

func TestAPipeThatBreaks(t *testing.T) {
	away(t)
	in, out := io.Pipe()
	go func() {
		_, _ = io.WriteString(out, homesHeader+goodHome("H-1"))
		out.CloseWithError(io.ErrClosedPipe)
	}()
	runWith(t, t.Context(), in, "import homes -").is(t, 1, "standard input: cannot be read any further")
}

func TestAnInterruptEndsTheWaitForAPipe(t *testing.T) {
	for _, kind := range []string{"homes", "postcodes"} {
		away(t)
		ctx, interrupt := context.WithCancel(t.Context())
		in, out := io.Pipe()
		go func() {
			_, _ = io.WriteString(out, homesHeader) // taken, so the import waits for more
			interrupt()
		}()
		begun := time.Now()
		runWith(t, ctx, in, "import "+kind+" -").is(t, 130, "interrupted")
		require.Less(t, time.Since(begun), patience)
		require.NoError(t, in.Close()) // lets go of the reading on its way
	}
}

func TestSeveralFilesAreOneImport(t *testing.T) {
	dir := away(t)
	keep(t, "january.csv", homesHeader+goodHome("H-1")+"H-2,castle,E08000035,53.81,-1.54,2\n")
	keep(t, "february.csv", homesHeader+goodHome("H-3")+"H-4,foster,E08000035,53.81,-1.54,-1\n")
	run(t, "import homes january.csv nowhere.csv february.csv").is(t, 1, "nowhere.csv")
	require.NotContains(t, listed(t, dir), "stablehomes.db", "a name that is wrong stops nothing halfway")
	run(t, "import --rejects bad.csv homes january.csv february.csv").is(t, 4, "january.csv, row 3, kind:", "february.csv, row 3, beds:", "4 rows read: 2 new")
	require.Equal(t, homesHeader+"H-2,castle,E08000035,53.81,-1.54,2\nH-4,foster,E08000035,53.81,-1.54,-1\n", read(t, "bad.csv"))
}

func TestTheReportAsJSONListsEveryReject(t *testing.T) {
	away(t)
	var rows strings.Builder
	for i := range 2500 { // more than one change of the store takes
		fmt.Fprintf(&rows, "H-%d,%s,E08000035,53.81,-1.54,2\n", i, []string{"foster", "castle"}[i%2])
	}
	keep(t, "homes.csv", homesHeader+rows.String())
	o := run(t, "import --json homes homes.csv").is(t, 4)
	require.Empty(t, o.err)
	rep := reported(t, o)
	require.Equal(t, []int{2500, 1250, 1250}, []int{rep.Rows, rep.New, rep.Rejected})
	require.Positive(t, rep.Journal)
	for i, r := range rep.Rejects {
		require.Equal(t, []any{"homes.csv", "kind", "castle", 2*i + 3}, []any{r.File, r.Column, r.Value, r.Row})
		require.NotEmpty(t, r.Why)
	}
	again := reported(t, run(t, "import --json homes homes.csv").is(t, 4))
	require.Equal(t, []int{0, 1250, rep.Journal}, []int{again.New, again.Unchanged, again.Journal}, "nothing changed, nothing is journalled")
}

func TestTheReportAsJSONSaysWhyAFileCouldNotBeRead(t *testing.T) {
	away(t)
	keep(t, "homes.csv", "")
	rep := reported(t, run(t, "import --json homes homes.csv").is(t, 1, "homes.csv: is empty"))
	require.Contains(t, rep.Error, "homes.csv: is empty")
	keep(t, "odd.csv", homesHeader)
	rep = reported(t, run(t, "import --json homes odd.csv").is(t, 0))
	require.Len(t, rep.Warnings, 1)
	require.Empty(t, rep.Error)
}

func TestAnAuthorityForChildrenWhoseRowsNameNone(t *testing.T) {
	away(t)
	keep(t, "children.csv", "id,dob,sex,authority\nC-1,2014-03-09,F,\nC-2,2012-01-02,M,Bradford\n")
	keep(t, "bare.csv", "id,dob,sex\nC-3,2014-03-09,F\n")
	run(t, "import children children.csv").is(t, 4, "children.csv, row 2, authority:", "1 new")
	run(t, "import children bare.csv").is(t, 1, "lacks the column authority")
	run(t, "import --authority Leeds children children.csv bare.csv").is(t, 0, "2 new", "1 as they were")
	out := run(t, "export children").is(t, 0).out
	for _, row := range []string{"C-1,2014-03-09,,,F,E08000035,", "C-2,2012-01-02,,,M,E08000032,", "C-3,2014-03-09,,,F,E08000035,"} {
		require.Contains(t, out, "\n"+row)
	}
	run(t, "import --authority E08000032 --by 'A. Officer' children bare.csv").is(t, 0, "1 changed")
}

func TestPostcodesPlaceHomes(t *testing.T) {
	away(t)
	keep(t, "homes.csv", "id,kind,postcode,beds\nH-1,foster,ls62ab,2\n")
	run(t, "import homes homes.csv").is(t, 4, "homes.csv, row 2, postcode:", "import postcodes")
	run(t, "import postcodes "+countyFiles(t)+"/postcodes.csv").is(t, 0)
	run(t, "import postcodes "+countyFiles(t)+"/postcodes.csv").is(t, 0, "0 new", "40 as they were")
	run(t, "import homes homes.csv").is(t, 0, "1 new")
	require.Contains(t, run(t, "export homes").is(t, 0).out, "E08000035,,LS6 2AB,53.82")
}

func TestPostcodesThatHaveBeenEndedAreKeptAndCounted(t *testing.T) {
	away(t)
	keep(t, "nspl.csv", "pcds,doterm,oseast1m,osnrth1m,laua\nLS6 2AB,,428256,436300,E08000035\nLS6 2AD,202001,428256,436300,E08000035\n")
	o := run(t, "import postcodes nspl.csv").is(t, 0, "2 new", "; 1 have been ended and are kept.")
	require.Equal(t, 1, reported(t, run(t, "import --json postcodes nspl.csv")).Ended, o.err)
	keep(t, "homes.csv", "id,kind,postcode,beds\nH-1,foster,LS6 2AD,2\n")
	run(t, "import homes homes.csv").is(t, 0, "postcode LS6 2AD has been ended by Royal Mail", "1 new")
}

func TestWhatWentInComesOutAndInAgainUnchanged(t *testing.T) {
	single(t)
	files, db := countyFiles(t), countyStore(t)
	away(t)
	for _, kind := range []string{"homes", "children", "placements"} {
		out := run(t, "export --db "+db+" "+kind).is(t, 0)
		require.Empty(t, out.err)
		require.Equal(t, read(t, filepath.Join(files, kind+".csv")), out.out, kind)
		keep(t, kind+".csv", out.out)
		run(t, "import "+kind+" "+kind+".csv").is(t, 0, "0 rejected")
	}
	before := kept(t, "stablehomes.db")
	for _, kind := range []string{"homes", "children", "placements"} {
		rep := reported(t, run(t, "import --json "+kind+" "+kind+".csv").is(t, 0))
		require.Equal(t, []int{rep.Rows, 0, 0}, []int{rep.Unchanged, rep.New, rep.Updated}, kind)
	}
	require.Equal(t, before, kept(t, "stablehomes.db"))
	want := candidates(t, ask(t, "match --json --child C-104").is(t, 0))
	require.Equal(t, want, candidates(t, run(t, "match --json --child C-104"+onTheDay).is(t, 0)), "the copy answers alike")
}
