package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	header903   = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n101,2,09/03/2014,WBRI,A1,,\n102,1,02/05/2018,BAFR,A2,,\n"
	columns903  = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
	bad903      = "102,05/05/2024,S,C1,N5,Q3,PR1,,,,,,\n"
	episodes903 = columns903 + "101,10/06/2023,S,V2,N1,U6,PR1,,,,LS6 2AB,,\n" + bad903
)

// returnDir is a directory with a return in it, and two things that are none.
func returnDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a-episodes.csv": episodes903, "header.CSV": header903, "rules.csv": "Rule code,Rule message\n", "LICENSE.txt": "MIT",
		"oc2.csv": "CHILD,DOB,SDQ_SCORE\n101,,4\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "old"), 0o700))
	return dir
}

func TestADirectoryWithAReturnComesIn(t *testing.T) {
	dir, db := returnDir(t), filepath.Join(t.TempDir(), "db")
	o := run(t, "import --db "+db+" --authority Leeds ssda903 "+dir).is(t, 4,
		"LICENSE.txt: is no CSV and no XML file, and is left out", "old: is no CSV",
		"rules.csv: the file is none of the tables of an SSDA903 return and is left out",
		"a-episodes.csv, row 3, PLACE: \"Q3\" is not a code of the return",
		"UPN is not kept", "no postcode is placed, as there is no postcode directory",
		"ssda903: 5 rows read: 3 new, 0 changed, 0 as they were, 1 rejected, 1 counted only.")
	require.Regexp(t, `Episodes +│ +2 │ +1 │ +0 │ +0 │ +1 │ +0 │`, o.err)
	require.Empty(t, o.out)
	run(t, "check --db "+db).is(t, 0)
	run(t, "match --db "+db+" --child E08000035/101"+onTheDay).is(t, 3)
}

// A table that was damaged on its way is not passed over as if nobody had sent it.
func TestADamagedTableInADirectoryStopsTheReturn(t *testing.T) {
	dir, db := returnDir(t), filepath.Join(t.TempDir(), "db")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "missing.csv"), []byte("\xff\xfeC\x00H\x00"), 0o600))
	run(t, "import --db "+db+" --authority Leeds ssda903 "+dir).is(t, 1, "missing.csv: is UTF-16, not UTF-8")
	require.Zero(t, strings.Count(run(t, "export --db "+db+" children").is(t, 0).out, "E08000035/"))
}

func TestAReturnIsReportedAsJSON(t *testing.T) {
	dir, db := returnDir(t), filepath.Join(t.TempDir(), "db")
	o := run(t, "import --db "+db+" --json --dry-run --authority Leeds ssda903 "+dir).is(t, 4)
	rep := reported(t, o)
	require.Equal(t, [4]int{5, 3, 0, 1}, [4]int{rep.Rows, rep.New, rep.Updated, rep.Rejected})
	require.Equal(t, "PLACE", rep.Rejects[0].Column)
	var more struct {
		NotKept int `json:"not_kept"`
		Tables  []struct {
			Table                                   string
			Rows, New, Updated, Unchanged, Rejected int
			NotKept                                 int `json:"not_kept"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(o.out), &more))
	require.Equal(t, 1, more.NotKept)
	require.Len(t, more.Tables, 3)
	for i, want := range []string{"Header", "Episodes", "OC2"} {
		got := more.Tables[i]
		require.Equal(t, want, got.Table)
		require.Equal(t, got.Rows, got.New+got.Updated+got.Unchanged+got.Rejected+got.NotKept, want)
	}
	require.NoDirExists(t, db, "a dry run makes no store")
}

func TestRejectsOfAReturnAreMendedAndComeInAgain(t *testing.T) {
	dir, db := returnDir(t), filepath.Join(t.TempDir(), "db")
	bad := filepath.Join(t.TempDir(), "bad.csv")
	run(t, "import --db "+db+" --strict --authority Leeds ssda903 "+dir).is(t, 4, "nothing written because of --strict")
	run(t, "import --db "+db+" --rejects "+bad+" --authority Leeds ssda903 "+dir).is(t, 4)
	require.Equal(t, columns903+bad903, read(t, bad))
	require.NoError(t, os.WriteFile(bad, []byte(strings.Replace(read(t, bad), "Q3", "U3", 1)), 0o600))
	run(t, "import --db "+db+" --authority Leeds ssda903 "+bad).is(t, 0, "1 new")
}

func TestRejectsOfXMLComeInAgainAsCSV(t *testing.T) {
	db, dir := filepath.Join(t.TempDir(), "db"), t.TempDir()
	xml := filepath.Join(dir, "return.xml")
	require.NoError(t, os.WriteFile(xml, []byte(`<?xml version="1.0"?><R><CHILD><HEADER><CHILDID>7</CHILDID><SEX>9</SEX><DOB>09/03/2014</DOB></HEADER>`+
		`<EPISODE><DECOM>10/06/2023</DECOM><PL>U6</PL></EPISODE></CHILD></R>`), 0o600))
	bad := filepath.Join(dir, "bad.csv")
	run(t, "import --db "+db+" --rejects "+bad+" --authority Leeds ssda903 "+xml).is(t, 4, `return.xml, row 1, SEX: child "7": "9" is not a word it knows`, "there is no such child")
	require.NoError(t, os.WriteFile(bad, []byte(strings.Replace(read(t, bad), ",9,", ",1,", 1)), 0o600))
	run(t, "import --db "+db+" --authority Leeds ssda903 "+filepath.Join(dir, "bad-2.csv")+" "+bad).is(t, 0, "2 new")
}

func TestAReturnGoesOutAndComesInTheSame(t *testing.T) {
	dir, db := returnDir(t), filepath.Join(t.TempDir(), "db")
	run(t, "import --db "+db+" --authority Leeds ssda903 "+dir).is(t, 4)
	out := filepath.Join(t.TempDir(), "out")
	run(t, "export --db "+db+" --authority Leeds --out "+out+" ssda903").is(t, 0, "wrote 2 children and 1 episodes to ")
	require.Equal(t, []string{"episodes.csv", "header.csv", "uasc.csv"}, listed(t, out))
	require.Equal(t, strings.NewReplacer("A1", "", "A2", "", ",2,", ",F,", ",1,", ",M,").Replace(header903), read(t, filepath.Join(out, "header.csv")))
	require.Equal(t, strings.Replace(episodes903, bad903, "", 1), read(t, filepath.Join(out, "episodes.csv")))
	info, err := os.Stat(filepath.Join(out, "header.csv"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "nobody else may read it")
	rep := reported(t, run(t, "import --db "+db+" --json --authority 383 ssda903 "+out).is(t, 0))
	require.Equal(t, [3]int{0, 0, 3}, [3]int{rep.New, rep.Updated, rep.Unchanged})

	run(t, "export --db "+db+" --authority Leeds --out "+out+" ssda903").is(t, 1, "header.csv: file exists")
	require.Len(t, listed(t, out), 3, "what was there stays")
	elsewhere := filepath.Join(t.TempDir(), "json")
	o := run(t, "export --db "+db+" --json --authority Leeds --out "+elsewhere+" ssda903").is(t, 0)
	require.Contains(t, o.out, `"schema":"stablehomes/export-ssda903/1","authority":"E08000035","children":2,"episodes":1,"others":0,"files":[`)
	run(t, "export --db "+db+" --authority Bradford --out "+filepath.Join(t.TempDir(), "b")+" ssda903").is(t, 0, "wrote 0 children")
}

func TestAReturnIsAskedForInFull(t *testing.T) {
	away(t)
	dir := returnDir(t)
	for line, want := range map[string]string{
		"import ssda903 " + dir:                         "whose return is it? stablehomes import --authority NAME ssda903",
		"import --authority Leads ssda903 " + dir:       "did you mean Leeds?",
		"import --authority Leeds ssda903":              "import what file?",
		"export ssda903":                                "export a return where, and whose?",
		"export --authority Leeds ssda903":              "export a return where, and whose?",
		"export --authority Nowhere --out x ssda903":    "no authority is called that",
		"export --authority Leeds --out x ssda903 more": "more",
		"export --authority Leeds homes":                "--authority and --out are for export ssda903",
		"export --out x children":                       "--authority and --out are for export ssda903",
		"export --authority Leeds --out x":              "for export ssda903",
	} {
		run(t, line).is(t, 2, want)
	}
	require.NoDirExists(t, "stablehomes.db", "what cannot be asked begins no store")
	empty := t.TempDir()
	run(t, "import --authority Leeds ssda903 "+empty).is(t, 1, "has no CSV and no XML file in it")
	run(t, "import --authority Leeds ssda903 "+filepath.Join(dir, "rules.csv")).is(t, 1, "is none of the tables of an SSDA903 return")
	run(t, "import --authority Leeds ssda903 "+filepath.Join(dir, "nothing.csv")).is(t, 1, "nothing.csv")
	run(t, "import homes "+dir).is(t, 1, "is a directory; name a file in it")
}
