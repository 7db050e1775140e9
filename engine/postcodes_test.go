package engine_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// A postcode directory in the manner of the ONS, and the next quarter's.
const (
	postcodesCSV = "pcd,oseast1m,osnrth1m,laua\n" +
		"LS6 2AB,427850,436120,E08000035\n" +
		"LS6 2AD,427900,436200,E08000035\n" +
		"BD1 1AA,416400,433100,E08000032\n" +
		"BT1 1AA,333700,374500,N09000003\n" +
		"LS1 9ZZ,,,\n" +
		"LS6 2AD,427910,436200,E08000035\n"
	nextQuarterCSV = "pcd,oseast1m,osnrth1m,laua\n" +
		"LS6 2AB,427950,436220,E08000035\n" +
		"NE1 1AA,424900,564200,E08000021\n"
)

func zipped(t testing.TB, content string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.String()
}

// byPostcode is a home of which only the postcode says where it is.
func byPostcode(id, postcode string) string {
	return "id,kind,postcode,beds\n" + id + ",foster," + postcode + ",2\n"
}

func TestAHomeWithOnlyAPostcodeGetsItsPointAndAuthority(t *testing.T) {
	for name, content := range map[string]string{"plain": postcodesCSV, "zipped": zipped(t, postcodesCSV)} {
		t.Run(name, func(t *testing.T) {
			onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
				report, rejected := bring(t, eng, engine.Postcodes, content)
				require.Empty(t, rejected)
				require.Equal(t, engine.Report{
					Kind: engine.Postcodes, Rows: 6, New: 3, Warnings: []engine.Warning{}, Journal: 1,
					Skipped: &engine.Skipped{NoGrid: 1, NorthernIrish: 1, Duplicates: 1},
				}, report)

				bring(t, eng, engine.Homes, byPostcode("H-1", "ls62ab"))
				require.Contains(t, export(t, eng, engine.Homes), leeds)
				where, authority, err := eng.Locate(" ls6  2ab")
				require.NoError(t, err)
				require.Equal(t, leeds, authority)
				require.Equal(t, "LS6 2AB", where.Postcode)
				require.InDelta(t, 53.82, where.Point.Lat, 0.01)
				require.InDelta(t, -1.58, where.Point.Lng, 0.01)
				require.Contains(t, export(t, eng, engine.Homes), ",LS6 2AB,")
			})
		})
	}
}

func TestTheSameDirectoryAgainIsUnchanged(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Postcodes, postcodesCSV)
		before := head(t, eng)
		report, _ := bring(t, eng, engine.Postcodes, zipped(t, postcodesCSV))
		require.Equal(t, [2]int{0, 3}, [2]int{report.New, report.Unchanged})
		require.Equal(t, before, head(t, eng))
	})
}

func TestANewerDirectoryTakesThePlaceOfTheOld(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Postcodes, postcodesCSV)
		old, _, err := eng.Locate("LS6 2AB")
		require.NoError(t, err)
		report, _ := bring(t, eng, engine.Postcodes, nextQuarterCSV)
		require.Equal(t, 2, report.New)
		require.EqualValues(t, 2, report.Journal)

		moved, _, err := eng.Locate("LS6 2AB")
		require.NoError(t, err)
		require.NotEqual(t, old.Point, moved.Point)
		_, authority, err := eng.Locate("NE1 1AA")
		require.NoError(t, err)
		require.Equal(t, newcastle, authority)
		_, _, err = eng.Locate("BD1 1AA")
		require.ErrorIs(t, err, engine.ErrUnknownPostcode, "nothing of the old one is left")
	})
}

func TestADirectoryOutlivesTheProgram(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	bring(t, eng, engine.Postcodes, postcodesCSV)
	require.NoError(t, eng.Close())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.False(t, strings.Contains(e.Name(), "tmp"), "%s was left behind", e.Name())
	}
	eng = open(t, dir, engine.ReadOnly())
	_, authority, err := eng.Locate("BD1 1AA")
	require.NoError(t, err)
	require.Equal(t, bradford, authority)
	require.NoError(t, eng.Close())
}

func TestADirectoryThatCannotBeUsedLeavesTheOldOne(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Postcodes, postcodesCSV)
		before := head(t, eng)
		for what, content := range map[string]string{
			"an empty file":         "",
			"another file":          homesCSV,
			"nothing of use":        "pcd,oseast1m,osnrth1m,laua\nLS1 9ZZ,,,\n",
			"a zip cut short":       zipped(t, postcodesCSV)[:40],
			"half a column too few": "pcd,oseast1m,laua\nLS6 2AB,427850,E08000035\n",
		} {
			_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Postcodes, Files: []engine.File{text("onspd.csv", content)}})
			var fault *engine.FileError
			require.ErrorAs(t, err, &fault, what)
			require.Equal(t, "onspd.csv", fault.File)
			require.NotEmpty(t, fault.Hint)
			require.NotContains(t, err.Error(), "\n")
		}
		_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Postcodes, Files: []engine.File{text("a.csv", postcodesCSV), text("b.csv", nextQuarterCSV)}})
		var wrong *engine.InvalidRequestError
		require.ErrorAs(t, err, &wrong, "there is one directory")

		ctx, cancel := contextOf(t)
		cancel()
		_, err = eng.Import(ctx, engine.Import{Kind: engine.Postcodes, Files: []engine.File{text("onspd.csv", nextQuarterCSV)}})
		require.ErrorIs(t, err, ctx.Err())

		_, _, err = eng.Locate("BD1 1AA")
		require.NoError(t, err)
		require.Equal(t, before, head(t, eng))
	})
}

func TestADirectoryIsLongAndReadingItCanBeInterrupted(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	ctx, cancel := contextOf(t)
	long := nextQuarterCSV + strings.Repeat("LS6 2AD,427910,436200,E08000035\n", 70_000)
	_, err := eng.Import(ctx, engine.Import{
		Kind: engine.Postcodes, Files: []engine.File{text("onspd.csv", long)}, Progress: func(int) { cancel() },
	})
	require.Equal(t, ctx.Err(), err, "nothing is wrong with the file")
	require.Zero(t, head(t, eng).Number)
}

const oneBadRow = nextQuarterCSV + "LS6 2AD,somewhere,436200,E08000035\n"

func TestABadRowOfADirectoryIsToldAndLeftOut(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		report, rejected := bring(t, eng, engine.Postcodes, oneBadRow, dryRun)
		require.Equal(t, [3]int{3, 2, 1}, [3]int{report.Rows, report.New, report.Rejected})
		require.Equal(t, [2]string{"postcodes.csv", "LS6 2AD,somewhere,436200,E08000035\n"}, [2]string{rejected[0].File, string(rejected[0].Raw)})
		require.Equal(t, 4, rejected[0].Row)

		report, _ = bring(t, eng, engine.Postcodes, oneBadRow, strict)
		require.True(t, report.Refused)
		require.Zero(t, report.New)
		_, _, err := eng.Locate("NE1 1AA")
		require.ErrorIs(t, err, engine.ErrNoDirectory, "neither of the two wrote anything")
		require.Zero(t, head(t, eng).Number)

		report, _ = bring(t, eng, engine.Postcodes, oneBadRow)
		require.Equal(t, 2, report.New)
	})
}

func TestAPostcodeThatCannotBePlacedSaysWhatHelps(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		_, rejected := bring(t, eng, engine.Homes, byPostcode("H-1", "LS6 2AB"))
		require.Len(t, rejected, 1)
		require.Contains(t, rejected[0].Error(), "stablehomes import postcodes")
		_, _, err := eng.Locate("LS6 2AB")
		require.ErrorIs(t, err, engine.ErrNoDirectory)

		bring(t, eng, engine.Postcodes, postcodesCSV)
		_, rejected = bring(t, eng, engine.Homes, byPostcode("H-1", "LS6 9ZZ"))
		require.Len(t, rejected, 1)
		require.Contains(t, rejected[0].Error(), "the postcode directory has no position for")
		_, rejected = bring(t, eng, engine.Homes, byPostcode("H-1", "Leeds"))
		require.Contains(t, rejected[0].Error(), `"Leeds" is not a postcode`)
		_, _, err = eng.Locate("LS6 9ZZ")
		require.ErrorIs(t, err, engine.ErrUnknownPostcode)
		_, _, err = eng.Locate("Leeds")
		require.ErrorIs(t, err, engine.ErrBadPostcode)
	})
}

func TestADamagedDirectoryIsNotBelieved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	path := filepath.Join(dir, "postcodes")
	eng := open(t, dir)
	bring(t, eng, engine.Postcodes, postcodesCSV)
	settle(t, eng)
	require.NoError(t, eng.Close())
	sound, err := os.ReadFile(path)
	require.NoError(t, err)

	for what, at := range map[string]int{"the first byte": 0, "the header": 20, "the rows": len(sound) - 4000} {
		damaged := bytes.Clone(sound)
		damaged[at] ^= 0x10
		require.NoError(t, os.WriteFile(path, damaged, 0o644))
		eng := open(t, dir)
		before := head(t, eng)
		_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Homes, Files: []engine.File{text("homes.csv", byPostcode("H-1", "LS6 2AB"))}})
		require.ErrorIs(t, err, gazetteer.ErrDamaged, what)
		require.Contains(t, err.Error(), "postcode directory is damaged")
		_, _, err = eng.Locate("LS6 2AB")
		require.ErrorIs(t, err, gazetteer.ErrDamaged, what)
		require.Equal(t, before, head(t, eng))
		require.NotEmpty(t, shortlist(t, eng, asking("C-AMY")).Candidates, "a match does not need it")

		bring(t, eng, engine.Postcodes, nextQuarterCSV)
		_, _, err = eng.Locate("LS6 2AB")
		require.NoError(t, err, "importing the postcodes again mends it")
		require.NoError(t, eng.Close())
	}
}

func TestADirectoryThatCannotBeOpenedIsAnError(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	defer eng.Close()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "postcodes"), 0o700))
	_, _, err := eng.Locate("LS6 2AB")
	require.Error(t, err)
	require.False(t, errors.Is(err, engine.ErrNoDirectory))
	_, err = eng.Import(t.Context(), engine.Import{Kind: engine.Postcodes, Files: []engine.File{text("onspd.csv", postcodesCSV)}})
	require.Error(t, err, "nor does an import put a file in the place of a folder")
	require.Zero(t, head(t, eng).Number)
}
