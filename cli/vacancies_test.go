package cli_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// monday is the list of a Monday, as a workbook.
func monday(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	for at, v := range map[string]any{
		"A1": "Vacancies, week of 23 November", "A3": "Carer ref", "B3": "Vacs", "C3": "Notes",
		"A4": "H-1", "B4": "1 (siblings)", "A5": "H-2", "B5": "full", "A6": "H-3", "B6": "TBC", "A7": "H-22", "B7": 1,
	} {
		require.NoError(t, f.SetCellValue("Sheet1", at, v))
	}
	var out bytes.Buffer
	_, err := f.WriteTo(&out)
	require.NoError(t, err)
	return out.String()
}

func TestAVacancyListIsTakenInCellByCell(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+goodHome("H-1")+goodHome("H-2")+goodHome("H-3"))
	run(t, "import homes homes.csv").is(t, 0)
	keep(t, "monday.xlsx", monday(t))
	out := run(t, "import --dry-run --on 2026-11-20 vacancies monday.xlsx").is(t, 4, "checked, and nothing written")
	require.NotContains(t, run(t, "export homes").is(t, 0).out, "2026-11-20")
	require.Contains(t, out.err, `monday.xlsx, row 6, Sheet1!B6 (Vacs): "TBC" does not say how many are free`)
	require.Contains(t, out.err, "monday.xlsx, row 7, Sheet1!A7 (Carer ref): there is no such home in the store (did you mean H-2")

	run(t, "import --on 2026-11-20 --rejects bad.csv vacancies monday.xlsx").is(t, 4,
		"monday.xlsx, sheet \"Sheet1\": the columns of row 3, as guessed:\n  [columns]\n  home = \"Carer ref\"\n  free = \"Vacs\"\n  # nothing is taken from: Notes\n",
		"import with --map FILE.toml", `the list adds "siblings", which is not kept`, "vacancies: 4 rows read: 0 new, 2 changed, 0 as they were, 2 rejected.")
	require.Equal(t, "Carer ref,Vacs,Notes\nH-3,TBC\nH-22,1\n", read(t, "bad.csv"))
	keep(t, "mended.csv", "Carer ref,Vacs,Notes\nH-3,2\n")
	run(t, "import --on 2026-11-20 vacancies mended.csv").is(t, 0, "as remembered", "1 changed")

	keep(t, "columns.toml", "[columns]\nhome = \"Carer ref\"\nfree = \"Notes\"\n")
	keep(t, "other.csv", "Carer ref,Vacs,Notes\nH-1,,0\n")
	run(t, "import --on 2026-11-21 --map columns.toml vacancies other.csv").is(t, 0, "as given")
	run(t, "import --on 2026-11-21 vacancies other.csv").is(t, 0, "as remembered", "1 as they were")
	run(t, "import --on 2026-11-21 --strict vacancies monday.xlsx").is(t, 4, "nothing written because of --strict")
}

func TestTheColumnsOfAListAreInItsJSON(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+goodHome("H-1"))
	run(t, "import homes homes.csv").is(t, 0)
	keep(t, "v.csv", "Ref,Vacs,Notes\nH-1,1,\n")
	o := run(t, "import --json --on 2026-11-20 vacancies v.csv").is(t, 0)
	var got struct {
		Columns []struct {
			File, How string
			Row       int
			Columns   map[string]string
			LeftOut   []string `json:"left_out"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(o.out), &got))
	require.Equal(t, "guessed", got.Columns[0].How)
	require.Equal(t, map[string]string{"home": "Ref", "free": "Vacs"}, got.Columns[0].Columns)
	require.Equal(t, []string{"Notes"}, got.Columns[0].LeftOut)
}

func TestFlagsOfAVacancyListThatAreOff(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+goodHome("H-1"))
	keep(t, "v.csv", "Ref,Vacs\nH-1,1\n")
	keep(t, "bad.toml", "[columns]\nvacs = \"Vacs\"\n")
	run(t, "import --on 2026-11-20 homes homes.csv").is(t, 2, "--on is for vacancies, not for homes")
	run(t, "import --map bad.toml homes homes.csv").is(t, 2, "--map is for vacancies")
	run(t, "import --map bad.toml vacancies v.csv").is(t, 2, `there is no key "columns.vacs"`)
	run(t, "import --map . vacancies v.csv").is(t, 2, "is no file of columns")
	run(t, "import --map nowhere.toml vacancies v.csv").is(t, 1, "nowhere.toml")
	run(t, "import --on soon vacancies v.csv").is(t, 2, "--on:")
	run(t, "import --on 2199-01-01 vacancies v.csv").is(t, 2, "still to come")
}

func TestSchoolsAreTakenInFromTheDownload(t *testing.T) {
	away(t)
	keep(t, "children.csv", "id,dob,authority,school\nC-1,2015-03-09,Leeds,107890\nC-2,2015-03-09,Leeds,107891\n")
	run(t, "import children children.csv").is(t, 0)
	keep(t, "edubase.csv", "URN,EstablishmentName,EstablishmentStatus (name),Postcode,Easting,Northing,Town\n"+
		"107890,Hill Top Primary,Open,LS6 2AB,427850,436120,Leeds\n107891,Old High School,Closed,LS6 2AD,427900,436200,Leeds\nx,No School,Open,,,,\n")
	run(t, "import --rejects bad.csv schools edubase.csv").is(t, 4, "edubase.csv, row 4, URN:", "1 child in the store recorded at a school that is closed: C-2 (107891 Old High School)",
		"2 children in the store now placed at their school", "schools: 3 rows read: 2 new, 0 changed, 0 as they were, 1 rejected.")
	require.Contains(t, run(t, "export children").is(t, 0).out, "LS6 2AB")
	require.Contains(t, read(t, "bad.csv"), "x,No School")
	run(t, "check").is(t, 0)
}
