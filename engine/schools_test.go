package engine_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// Three schools, one of them closed, and next term's file.
const (
	schoolsCSV = "URN,EstablishmentName,EstablishmentStatus (name),Postcode,Easting,Northing\n" +
		"107890,Hill Top Primary,Open,LS6 2AB,427850,436120\n" +
		"107891,Old High School,Closed,LS6 2AD,427900,436200\n" +
		"132000,School Abroad,Open,BFPO 25,,\n"
	nextTermCSV = "URN,EstablishmentName,EstablishmentStatus (name),Postcode,Easting,Northing\n" +
		"107890,Hill Top Academy,Closed,LS6 2AB,427850,436120\n"
	pupils = "id,dob,authority,school,school_lat,school_lng\n" +
		"C-1,2015-03-09,Leeds,107890,,\n" +
		"C-2,2012-03-09,Leeds,107891,,\n" +
		"C-3,2014-03-09,Leeds,999999,,\n" +
		"C-4,2014-03-09,Leeds,107890,53.5,-1.5\n" +
		"C-5,2014-03-09,Leeds,,,\n"
)

func schoolOf(t testing.TB, eng *engine.Engine, id string) string {
	t.Helper()
	for _, line := range strings.Split(export(t, eng, engine.Children), "\n") {
		if strings.HasPrefix(line, id+",") {
			cells := strings.Split(line, ",")
			return strings.Join(cells[12:16], " ")
		}
	}
	return ""
}

func warned(r engine.Report) string {
	var all []string
	for _, w := range r.Warnings {
		all = append(all, w.Says)
	}
	return strings.Join(all, "\n")
}

func TestChildrenOfTheStoreAreAtTheirSchoolOnceSchoolsComeIn(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Children, pupils)
		require.Equal(t, "107890   ", schoolOf(t, eng, "C-1"))
		report, rejected := bring(t, eng, engine.Schools, schoolsCSV)
		require.Empty(t, rejected)
		require.Equal(t, [3]int{3, 3, 0}, [3]int{report.Rows, report.New, report.Unchanged})
		require.Contains(t, warned(report), "1 child in the store recorded at a school that is closed: C-2 (107891 Old High School)")
		require.Contains(t, warned(report), "1 child in the store recorded at a school that this file does not have: C-3 (999999)")
		require.Contains(t, warned(report), "2 children in the store now placed at their school")
		require.Regexp(t, `^107890 LS6 2AB 53\.82\d+ -1\.57\d+$`, schoolOf(t, eng, "C-1"))
		require.Regexp(t, `^107891 LS6 2AD 53\.82`, schoolOf(t, eng, "C-2"), "it is closed, and that is where it is")
		require.Equal(t, "999999   ", schoolOf(t, eng, "C-3"))
		require.Equal(t, "107890  53.5 -1.5", schoolOf(t, eng, "C-4"), "what was recorded stays")

		before := head(t, eng)
		report, _ = bring(t, eng, engine.Schools, schoolsCSV)
		require.Equal(t, [2]int{0, 3}, [2]int{report.New, report.Unchanged})
		require.Equal(t, before, head(t, eng))
		report, _ = bring(t, eng, engine.Children, export(t, eng, engine.Children))
		require.Equal(t, 5, report.Unchanged)
		require.Equal(t, before, head(t, eng))

		school, ok, err := eng.School(107890)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "Hill Top Primary", school.Name)
	})
}

func TestChildrenWhoComeAfterTheSchoolsAreAtTheirSchool(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Schools, schoolsCSV)
		report, _ := bring(t, eng, engine.Children, pupils)
		require.Contains(t, schoolOf(t, eng, "C-1"), "LS6 2AB")
		require.Contains(t, warned(report), "school 107891 is closed: Old High School, Closed")
		require.Contains(t, warned(report), "school 999999 is not among the schools")
		before := head(t, eng)
		report, _ = bring(t, eng, engine.Children, pupils)
		require.Equal(t, 5, report.Unchanged)
		require.Equal(t, before, head(t, eng))

		report, _ = bring(t, eng, engine.Schools, nextTermCSV)
		require.Contains(t, warned(report), "2 children in the store recorded at a school that is closed: C-1 (107890 Hill Top Academy), C-4")
		_, ok, err := eng.School(107891)
		require.NoError(t, err)
		require.False(t, ok, "nothing of the old file is left")
	})
}

func TestABadSchoolIsToldAndAStrictOrDryRunWritesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Children, pupils)
		before, was := head(t, eng), exports(t, eng)
		bad := schoolsCSV + "nought,No School,Open,LS6 2AB,,\n"
		for _, how := range []func(*engine.Import){strict, dryRun} {
			report, rejected := bring(t, eng, engine.Schools, bad, how)
			require.Equal(t, [2]int{4, 1}, [2]int{report.Rows, report.Rejected})
			require.Equal(t, "nought,No School,Open,LS6 2AB,,\n", string(rejected[0].Raw))
			require.Equal(t, [2]any{5, "URN"}, [2]any{rejected[0].Row, rejected[0].Column})
			require.Equal(t, before, head(t, eng))
			require.Equal(t, was, exports(t, eng))
		}
		report, _ := bring(t, eng, engine.Schools, bad)
		require.Equal(t, [2]int{3, 1}, [2]int{report.New, report.Rejected})
		require.Contains(t, schoolOf(t, eng, "C-1"), "LS6 2AB")
	})
}

func TestAFileOfSchoolsThatCannotBeUsedLeavesTheOldOne(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Schools, schoolsCSV)
		before := head(t, eng)
		for _, content := range []string{"", homesCSV, "URN,EstablishmentName,Postcode\n", "URN,EstablishmentName,Postcode\nx,y,z\n"} {
			_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Schools, Files: []engine.File{text("s.csv", content)}})
			var fault *engine.FileError
			require.ErrorAs(t, err, &fault)
		}
		_, err := eng.Import(t.Context(), engine.Import{Kind: engine.Schools, Files: []engine.File{text("a.csv", schoolsCSV), text("b.csv", schoolsCSV)}})
		var wrong *engine.InvalidRequestError
		require.ErrorAs(t, err, &wrong)
		_, ok, err := eng.School(107891)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, before, head(t, eng))
	})
}

func TestSchoolsOutliveTheProgramAndGoWithABackup(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	bring(t, eng, engine.Schools, schoolsCSV)
	var backup bytes.Buffer
	_, err := eng.Backup(t.Context(), &backup, engine.BackupOptions{})
	require.NoError(t, err)
	require.NoError(t, eng.Close())

	restored := filepath.Join(t.TempDir(), "restored")
	_, err = engine.Restore(t.Context(), restored, bytes.NewReader(backup.Bytes()), engine.RestoreOptions{})
	require.NoError(t, err)
	for _, where := range []string{dir, restored} {
		eng := open(t, where, engine.ReadOnly())
		school, ok, err := eng.School(107891)
		require.NoError(t, err)
		require.True(t, ok)
		require.True(t, school.Closed)
		checked, err := eng.Check(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, checked.Findings)
		require.NoError(t, eng.Close())
	}
}

func TestADamagedFileOfSchoolsIsNotBelievedAndImportingMendsIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	bring(t, eng, engine.Schools, schoolsCSV)
	require.NoError(t, eng.Close())
	path := filepath.Join(dir, "schools")
	sound, err := os.ReadFile(path)
	require.NoError(t, err)
	sound[len(sound)-3] ^= 1
	require.NoError(t, os.WriteFile(path, sound, 0o600))

	eng = open(t, dir)
	defer eng.Close()
	_, _, err = eng.School(107890)
	require.ErrorIs(t, err, gazetteer.ErrSchoolsDamaged)
	_, err = eng.Import(t.Context(), engine.Import{Kind: engine.Children, Files: []engine.File{text("children.csv", pupils)}})
	require.ErrorIs(t, err, gazetteer.ErrSchoolsDamaged)
	checked, err := eng.Check(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, checked.Findings, 1)
	require.Equal(t, "schools", checked.Findings[0].Kind)

	bring(t, eng, engine.Schools, schoolsCSV)
	bring(t, eng, engine.Children, pupils)
	require.Contains(t, schoolOf(t, eng, "C-1"), "LS6 2AB")
	require.NoError(t, os.Remove(path))
	checked, err = eng.Check(t.Context(), nil)
	require.NoError(t, err)
	require.Contains(t, fmt.Sprint(checked.Findings), "is gone; import it again")
}

func TestManyChildrenAreAtTheirSchoolInSeveralChanges(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	var children []care.Child
	for i := range engine.ChunkRows + 5 {
		children = append(children, care.Child{ID: care.ID(fmt.Sprintf("C-%05d", i)), DOB: care.Date(2015, 3, 9), Authority: leeds, School: "107890"})
	}
	require.NoError(t, eng.Add(t.Context(), engine.Records{Children: children, At: three()}))
	before := head(t, eng)
	report, _ := bring(t, eng, engine.Schools, schoolsCSV)
	require.Contains(t, warned(report), fmt.Sprintf("%d children in the store now placed at their school", len(children)))
	require.Equal(t, before.Number+3, head(t, eng).Number, "the file, and two chunks")
	require.Equal(t, len(children), strings.Count(export(t, eng, engine.Children), "LS6 2AB"))
}
