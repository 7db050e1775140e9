package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

func dryRun(imp *engine.Import) { imp.DryRun = true }
func strict(imp *engine.Import) { imp.Strict = true }

// manyHomes is a file of n homes that differ in their id and cost alone.
func manyHomes(n, cost int) string {
	var rows strings.Builder
	rows.WriteString("id,kind,authority,lat,lng,beds,weekly_cost\n")
	for i := range n {
		fmt.Fprintf(&rows, "H-%06d,foster,%s,53.8,-1.5,2,%d\n", i, leeds, cost)
	}
	return rows.String()
}

func TestImportingAnExportChangesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		county := fixtures.County(3)
		require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: county.Homes, Children: county.Children, Placements: county.Placements, At: three()}))
		before, want := head(t, eng), exports(t, eng)
		for kind, rows := range map[engine.Kind]int{
			engine.Homes: 8 + len(county.Homes), engine.Children: 6 + len(county.Children), engine.Placements: 2 + len(county.Placements),
		} {
			report, rejected := bring(t, eng, kind, export(t, eng, kind))
			require.Empty(t, rejected)
			require.Equal(t, engine.Report{Kind: kind, Rows: rows, Unchanged: rows, Warnings: []engine.Warning{}, Journal: before.Number}, report)
		}
		require.Equal(t, before, head(t, eng), "neither the number nor the root of the journal")
		require.Equal(t, want, exports(t, eng))
	})
}

func TestRowsThatChangedAreUpdated(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		report, _ := bring(t, eng, engine.Homes, homesHeader+
			homeRow("H-ROSE", "foster", leeds, "53.819317", "-1.577219", "2", "5-17", "", "suspended,2016-01-04,none,,none", "none", "dog")+
			homeRow("H-ASH", "foster", leeds, "53.838221", "-1.496441", "2", "0-17", "", approved, "none", "none")+
			homeRow("H-NEW", "foster", leeds, "53.82", "-1.58", "1", "0-17", "", approved, "none", "none"))
		require.Equal(t, [4]int{3, 1, 1, 1}, [4]int{report.Rows, report.New, report.Updated, report.Unchanged})
		require.EqualValues(t, 4, report.Journal)
		require.Equal(t, []care.ID{"H-NEW", "H-ASH", "H-OAK", "H-TYNE"}, offered(shortlist(t, eng, asking("C-AMY"))), "Rose is suspended")

		bring(t, eng, engine.Placements, "id,child,home,start,end\nP-1,C-EVE,H-OAK,2026-10-01,\n")
		res := shortlist(t, eng, asking("C-EVE"))
		require.Equal(t, []care.ID{"C-EVE"}, candidate(t, res, "H-OAK").LivesHere, "a placement that moves, moves the child")
	})
}

func TestAPlacementNeedsItsChildAndItsHome(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		report, rejected := bring(t, eng, engine.Placements, "id,child,home,start\n"+
			"P-3,C-AMMY,H-ASH,2026-01-01\n"+
			"P-4,C-AMY,H-ASH,31/02/2026\n"+
			"P-5,C-AMY,H-NONE,2026-01-01\n"+
			"P-6,C-AMY,H-ASH,2026-01-01\n"+
			"P-7,C-NONE,H-NONE,2026-01-01\n")
		require.Equal(t, [3]int{5, 1, 4}, [3]int{report.Rows, report.New, report.Rejected}, "the good row is in")
		type told struct {
			row                int
			column, value, raw string
		}
		var got []told
		for _, r := range rejected {
			got = append(got, told{r.Row, r.Column, r.Value, string(r.Raw)})
			require.NotEmpty(t, r.Why)
			require.NotEmpty(t, r.Hint)
		}
		require.Equal(t, []told{
			{2, "child", "C-AMMY", "P-3,C-AMMY,H-ASH,2026-01-01\n"},
			{3, "start", "31/02/2026", "P-4,C-AMY,H-ASH,31/02/2026\n"},
			{4, "home", "H-NONE", "P-5,C-AMY,H-NONE,2026-01-01\n"},
			{6, "child", "C-NONE", "P-7,C-NONE,H-NONE,2026-01-01\n"},
		}, got, "in the order of the file, whatever is wrong with each")
		require.EqualError(t, rejected[0], "placements.csv, row 2, child: there is no such child in the store (import children before placements)")
		require.EqualError(t, rejected[2], "placements.csv, row 4, home: there is no such home in the store (import homes before placements)")
		require.Contains(t, export(t, eng, engine.Placements), "P-6")
		require.NotContains(t, export(t, eng, engine.Placements), "P-3")
	})
}

func TestAStrictImportWritesAllOrNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before := head(t, eng)
		good := manyHomes(engine.ChunkRows+10, 500)
		report, rejected := bring(t, eng, engine.Homes, good+"H-BAD,foster,"+leeds+",53.8,-1.5,many,1\n", strict)
		require.True(t, report.Refused)
		require.Len(t, rejected, 1)
		require.Equal(t, [3]int{engine.ChunkRows + 11, 0, 1}, [3]int{report.Rows, report.New, report.Rejected})
		require.Equal(t, before, head(t, eng))

		second := func(imp *engine.Import) { imp.Files = append(imp.Files, text("more.csv", "id\nH-1\n")) }
		imp := engine.Import{Kind: engine.Homes, Files: []engine.File{text("homes.csv", good)}, Strict: true}
		second(&imp)
		_, err := eng.Import(t.Context(), imp)
		var fault *engine.FileError
		require.ErrorAs(t, err, &fault, "the second file lacks columns")
		require.Equal(t, "more.csv", fault.File)
		require.Equal(t, before, head(t, eng), "so the first is not written either")

		report, _ = bring(t, eng, engine.Homes, good, strict)
		require.False(t, report.Refused)
		require.Equal(t, [2]int{engine.ChunkRows + 10, engine.ChunkRows + 10}, [2]int{report.Rows, report.New}, "each row is counted once")
		require.Equal(t, before.Number+2, head(t, eng).Number)

		report, rejected = bring(t, eng, engine.Placements, "id,child,home,start\nP-8,C-AMY,H-ASH,2026-01-01\nP-9,C-AMY,H-NONE,2026-01-01\n", strict)
		require.True(t, report.Refused)
		require.Len(t, rejected, 1)
		require.NotContains(t, export(t, eng, engine.Placements), "P-8")
	})
}

func TestAStrictImportNeedsAFileItCanReadTwice(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		imp := engine.Import{Kind: engine.Homes, Files: []engine.File{{Name: "-", Source: unseekable(homesCSV)}}, Strict: true}
		_, err := eng.Import(t.Context(), imp)
		require.ErrorIs(t, err, engine.ErrNotSeekable)
		require.Zero(t, head(t, eng).Number)

		imp.DryRun = true // which reads it once
		report, err := eng.Import(t.Context(), imp)
		require.NoError(t, err)
		require.Equal(t, 8, report.New)

		imp = engine.Import{Kind: engine.Homes, Files: []engine.File{{Name: "-", Source: unseekable(homesCSV)}}}
		report, err = eng.Import(t.Context(), imp)
		require.NoError(t, err)
		require.Equal(t, 8, report.New, "a pipe will do for an import that is not strict")
	})
}

// stuck cannot go back.
type stuck struct{ io.Reader }

var errStuck = errors.New("the tape does not wind back")

func (stuck) Seek(int64, int) (int64, error) { return 0, errStuck }

func TestAStrictImportThatCannotGoBackSaysSo(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Homes, Strict: true, Files: []engine.File{{Name: "homes.csv", Source: stuck{strings.NewReader(homesCSV)}}}})
	require.ErrorIs(t, err, errStuck)
	require.Zero(t, head(t, eng).Number)
}

func TestADryRunReadsEverythingAndWritesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before, want := head(t, eng), exports(t, eng)
		report, rejected := bring(t, eng, engine.Homes, strings.Replace(homesCSV, "612", "999", 1)+"X,castle,,,,,,,,,,\n"+
			homeRow("H-NEW", "foster", leeds, "53.82", "-1.58", "1", "0-17", "", approved, "none", "none"), dryRun)
		require.True(t, report.DryRun)
		require.Len(t, rejected, 1)
		require.Equal(t, [5]int{10, 1, 1, 7, 1}, [5]int{report.Rows, report.New, report.Updated, report.Unchanged, report.Rejected})
		_, rejected = bring(t, eng, engine.Placements, "id,child,home,start\nP-9,C-AMY,H-NONE,2026-01-01\n", dryRun)
		require.Len(t, rejected, 1)
		require.Equal(t, before, head(t, eng))
		require.Equal(t, want, exports(t, eng))
	})
}

func TestAnImportThatIsInterruptedKeepsWhatWasAcknowledged(t *testing.T) {
	content := manyHomes(3*engine.ChunkRows, 500)
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := eng.Import(ctx, engine.Import{Kind: engine.Homes, Files: []engine.File{text("homes.csv", content)}, At: three(), Progress: func(rows int) {
			if rows > engine.ChunkRows {
				cancel()
			}
		}})
		require.ErrorIs(t, err, context.Canceled)
		stopped := head(t, eng)
		require.EqualValues(t, 1, stopped.Number)
		require.Equal(t, engine.ChunkRows, strings.Count(export(t, eng, engine.Homes), "\n")-1, "one change of whole rows")

		report, err := eng.Import(t.Context(), engine.Import{Kind: engine.Homes, Files: []engine.File{text("homes.csv", content)}, At: three()})
		require.NoError(t, err)
		require.Equal(t, [3]int{3 * engine.ChunkRows, 2 * engine.ChunkRows, engine.ChunkRows}, [3]int{report.Rows, report.New, report.Unchanged})

		whole := engine.InMemory()
		defer whole.Close()
		_, err = whole.Import(t.Context(), engine.Import{Kind: engine.Homes, Files: []engine.File{text("homes.csv", content)}, At: three()})
		require.NoError(t, err)
		require.Equal(t, head(t, whole), head(t, eng), "run again, it ends in the state of one that never stopped")
		require.Equal(t, exports(t, whole), exports(t, eng))
	})
}

func TestAFileThatBreaksOffKeepsTheRowsBefore(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		source := io.MultiReader(strings.NewReader(manyHomes(10, 500)), broken{})
		_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Homes, Files: []engine.File{{Name: "homes.csv", Source: source}}})
		var fault *engine.FileError
		require.ErrorAs(t, err, &fault)
		require.ErrorIs(t, err, errStuck)
		require.Equal(t, 10, strings.Count(export(t, eng, engine.Homes), "\n")-1)
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errStuck }

func TestWhoeverHearsOfRejectsCanEndTheImport(t *testing.T) {
	full := errors.New("no space left for the rejects")
	for kind, content := range map[engine.Kind]string{
		engine.Homes: "id,kind,lat,lng,beds\nX,castle,1,1,1\n", engine.Placements: "id,child,home,start\nP-9,C-NONE,H-ASH,2026-01-01\n",
		engine.Postcodes: postcodesCSV + "LS6 2AD,somewhere,436500,E08000035\n",
	} {
		eng := engine.InMemory()
		_, err := eng.Import(t.Context(), engine.Import{Kind: kind, Files: []engine.File{text("f.csv", content)}, Reject: func(*engine.Rejected) error { return full }})
		require.ErrorIs(t, err, full, kind)
		require.Zero(t, head(t, eng).Number, kind)
		require.NoError(t, eng.Close())
	}
}

func TestProgressIsToldNowAndThenAndAtTheEnd(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	var told []int
	bring(t, eng, engine.Homes, manyHomes(2500, 1), func(imp *engine.Import) { imp.Progress = func(rows int) { told = append(told, rows) } })
	require.Equal(t, []int{1000, 2000, 2500}, told)
}

func TestSeveralFilesAreReadOneAfterAnother(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		report, rejected := bring(t, eng, engine.Homes, manyHomes(3, 500), func(imp *engine.Import) {
			imp.Files = append(imp.Files, text("second.csv", "ID,Kind,Authority,lat,lng,Beds,age_min,age_max,sexes,shoe size\nH-000002,foster,Leeds,53.8,-1.5,3,,,,9\nH-9,castle,,,,,,,,\n"))
		})
		require.Equal(t, [4]int{5, 3, 1, 1}, [4]int{report.Rows, report.New, report.Updated, report.Rejected})
		require.Equal(t, "second.csv", rejected[0].File)
		require.Len(t, report.Warnings, 1)
		require.Equal(t, "second.csv", report.Warnings[0].File)
		require.Contains(t, report.Warnings[0].Says, `"shoe size"`)
	})
}

func TestTheAuthorityOfChildrenWhoseRowNamesNone(t *testing.T) {
	const file = "id,dob\nC-1,2014-01-01\n"
	for name, gss := range map[string]string{"Leeds": leeds, leeds: leeds, "383": leeds, "W06000015": "W06000015"} {
		eng := engine.InMemory()
		bring(t, eng, engine.Children, file, func(imp *engine.Import) { imp.Authority = name })
		require.Contains(t, export(t, eng, engine.Children), gss, name)
		require.NoError(t, eng.Close())
	}
	eng := engine.InMemory()
	defer eng.Close()
	for name, why := range map[string]string{"Leads": "no authority is called Leads; did you mean Leeds?", "Gondor and Rohan combined": "no authority is called Gondor"} {
		_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Children, Files: []engine.File{text("c.csv", file)}, Authority: name})
		var wrong *engine.InvalidRequestError
		require.ErrorAs(t, err, &wrong)
		require.Contains(t, wrong.Why, why)
		require.Zero(t, head(t, eng).Number)
	}
}

func TestAnAuthorityIsKnownByEachOfItsNames(t *testing.T) {
	for name, want := range map[string]string{"leeds": leeds, leeds: leeds, "383": leeds, "S12000036": "S12000036", "E08000016": "E08000038"} {
		gss, suggestion, ok := engine.Authority(name)
		require.True(t, ok, name)
		require.Equal(t, want, gss)
		require.Empty(t, suggestion)
	}
	_, suggestion, ok := engine.Authority("Bradferd")
	require.False(t, ok)
	require.Equal(t, "Bradford", suggestion)
}

func TestAKindThatThereIsNotIsRefused(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	var wrong *engine.InvalidRequestError
	_, err := eng.Import(t.Context(), engine.Import{Kind: "castles"})
	require.ErrorAs(t, err, &wrong)
	require.EqualError(t, err, "request: there is no import of castles")
	for _, kind := range []engine.Kind{"castles", engine.Postcodes} {
		require.ErrorAs(t, eng.Export(t.Context(), kind, io.Discard), &wrong)
		require.Equal(t, "there is no export of "+string(kind), wrong.Why)
	}
}

// metered counts what has been read of a file.
type metered struct {
	io.Reader
	bytes int
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.bytes += n
	return n, err
}

func TestLongRowsAreNotHeldTillThereAreManyOfThem(t *testing.T) {
	rows := childrenHeader
	for i := range 24 {
		rows += childRow(fmt.Sprintf("C-%03d", i), "never", "F", leeds, "", strings.Repeat("I want to stay. ", 30_000), "none")
	}
	eng := engine.InMemory()
	defer eng.Close()
	source, first := &metered{Reader: strings.NewReader(rows)}, 0
	report, err := eng.Import(t.Context(), engine.Import{Kind: engine.Children, Files: []engine.File{{Name: "c.csv", Source: source}}, Reject: func(*engine.Rejected) error {
		if first == 0 {
			first = source.bytes
		}
		return nil
	}})
	require.NoError(t, err)
	require.Equal(t, 24, report.Rejected)
	require.Less(t, first, 10<<20, "of the %d bytes that there are", len(rows))
}

func TestAChangeTooLargeForTheDiskIsMadeInParts(t *testing.T) {
	huge := strings.Repeat("I want to stay. ", 1500) // 24 kB of a child's own words
	rows := childrenHeader
	for i := range 300 {
		rows += childRow(fmt.Sprintf("C-%03d", i), "2014-03-09", "F", leeds, "", huge, "none")
	}
	eng := open(t, t.TempDir())
	report, _ := bring(t, eng, engine.Children, rows)
	require.Equal(t, 300, report.New)
	require.Greater(t, report.Journal, uint64(1), "it does not fit into one")
	again, _ := bring(t, eng, engine.Children, rows)
	require.Equal(t, 300, again.Unchanged)
	require.Equal(t, report.Journal, again.Journal)
	require.NoError(t, engine.CheckOf(t.Context(), eng))
	require.NoError(t, eng.Close())
}
