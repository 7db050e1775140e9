package cli_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

const (
	homesHeader      = "id,kind,authority,lat,lng,beds\n"
	childrenHeader   = "id,dob,sex,authority,home_lat,home_lng,contacts,wishes\n"
	placementsHeader = "id,child,home,start\n"
	postcodesHeader  = "pcd,oseast1m,osnrth1m,laua\n"
)

// badFile is a file as it may come from anywhere.
type badFile struct {
	name    string
	content string
	code    int
	says    []string // of standard error
	gains   []string // ids of the good rows, which are the only thing that changes
}

// badFilesOf are the troubles that every kind of record file can have, made of a
// header, a good row with an id to be filled in and the name of a first cell.
func badFilesOf(header string, row func(id string) string) []badFile {
	cut := row("X-4")
	return []badFile{
		{"the wrong header", "name;telephone\nAnn;0113\n", 1, []string{"has no header that"}, nil},
		{"another kind's header", "pcd,oseast1m\nLS1 1UD,429835\n", 1, []string{"has no header that"}, nil},
		{"an empty file", "", 1, []string{"is empty", "the first row names the columns"}, nil},
		{"nothing but line ends", "\n\r\n\n", 1, []string{"is empty"}, nil},
		{"a header and no rows", header, 0, []string{"a header and no rows"}, nil},
		{"a row cut short", header + row("X-3") + cut[:len(cut)/2-3], 4, []string{", row 3: has ", "but the header has"}, []string{"X-3"}},
		{"a row too long by a cell", header + "x," + row("X-5") + row("X-6"), 4, []string{", row 2: has "}, []string{"X-6"}},
		{"UTF-16 with its mark", utf16Of(header + row("X-7")), 1, []string{"is UTF-16, not UTF-8", "save it as CSV UTF-8"}, nil},
		{"UTF-16 without its mark", utf16Of(header + row("X-8"))[2:], 1, []string{"is UTF-16 or not a text file"}, nil},
		{"a byte that no code page has", header + row("X-9\x81") + row("X-10"), 4, []string{", row 2:", "neither UTF-8 nor Windows-1252"}, []string{"X-10"}},
		{"a NUL in a row", header + row("X-11\x00") + row("X-12"), 4, []string{", row 2: the row holds NUL bytes"}, []string{"X-12"}},
		{"a cell of 10 MB", header + row("X-13"+strings.Repeat("y", 10<<20)) + row("X-14"), 4, []string{", row 2: the row is longer than 1 MiB"}, []string{"X-14"}},
		{"a quotation mark that never closes", header + row("\"X-15") + row("X-16"), 4, []string{", row 2: a quotation mark is opened and never closed"}, []string{"X-16"}},
		{"an id twice", header + row("X-17") + row("X-17"), 4, []string{", row 3, id: X-17 is also on row 2"}, []string{"X-17"}},
		{"no id", header + row(""), 4, []string{", row 2, id:"}, nil},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 1, []string{"has no header that"}, nil},
		{"a workbook", "PK\x03\x04\x14\x00\x06\x00", 1, []string{"is a workbook or a zip archive, not a CSV file"}, nil},
		{"binary garbage", garbage(4096), 1, []string{"text file"}, nil},
		{"compressed and cut in the header", zipped(header + row("X-18"))[:14], 1, []string{"cut short", "get the file again"}, nil},
		{"compressed and damaged", "\x1f\x8bnot gzip at all", 1, []string{"compressed file is damaged"}, nil},
		{"compressed twice", zipped(zipped(header + row("X-19"))), 1, []string{"is compressed twice"}, nil},
		{"a column twice", "id," + header + "x," + row("X-20"), 1, []string{"has the column id twice", "remove or rename one of the two"}, nil},
	}
}

func utf16Of(s string) string {
	out := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return string(out)
}

func zipped(s string) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write([]byte(s)) // a buffer takes everything
	_ = z.Close()
	return out.String()
}

// garbage is the same noise every time. Its first byte is that of no known format.
func garbage(n int) string {
	noise := rand.NewChaCha8([32]byte{7})
	b := make([]byte, n)
	_, _ = noise.Read(b)
	return "\x03" + string(b)
}

// tryBadFiles imports each file into a store that holds something already.
func tryBadFiles(t *testing.T, kind string, files []badFile) {
	t.Helper()
	away(t)
	begin(t)
	before := kept(t, "stablehomes.db")
	for _, f := range files {
		keep(t, "in.csv", f.content)
		o := run(t, "import "+kind+" in.csv").is(t, f.code, append(f.says, "in.csv")...)
		require.Empty(t, o.out, f.name)
		for _, line := range strings.Split(o.err, "\n") {
			require.Less(t, len(line), 1000, "%s: a sentence is not a page", f.name)
		}
		after := kept(t, "stablehomes.db")
		checkGains(t, f, kind, before, after)
		before = after
	}
}

func checkGains(t *testing.T, f badFile, kind string, before, after map[string]string) {
	t.Helper()
	var gained []string
	for _, line := range newRows(t, before[kind], after[kind]) {
		id, _, _ := strings.Cut(line, ",")
		gained = append(gained, id)
	}
	require.Equal(t, f.gains, gained, "%s: only the good rows go in", f.name)
	for other, content := range before {
		if other != kind {
			require.Equal(t, content, after[other], "%s: the %s are untouched", f.name, other)
		}
	}
}

// begin makes a small store of every kind in the directory the test is in.
func begin(t *testing.T) {
	t.Helper()
	for kind, content := range map[string]string{
		"homes":     homesHeader + goodHome("H-1") + goodHome("H-2"),
		"children":  childrenHeader + goodChild("C-1") + goodChild("C-2"),
		"postcodes": postcodesHeader + "LS6 2AB,428256,436300,E08000035\n",
	} {
		run(t, "import "+kind+" "+keep(t, kind+".csv", content)).is(t, 0)
	}
	run(t, "import placements "+keep(t, "placements.csv", placementsHeader+goodPlacement("P-1"))).is(t, 0)
}

func goodHome(id string) string { return id + ",foster,E08000035,53.81,-1.54,2\n" }
func goodChild(id string) string {
	return id + ",2014-03-09,F,Leeds,53.82,-1.55,\"mother:53.8,-1.5@4\",\n"
}

func goodPlacement(id string) string { return id + ",C-1,H-1,2026-10-01\n" }

func TestHomesThatCannotBeUsed(t *testing.T) {
	single(t)
	tryBadFiles(t, "homes", append(badFilesOf(homesHeader, goodHome), []badFile{
		{"a column missing", "id,kind,lat,lng\nH-9,foster,53.8,-1.5\n", 1, []string{"lacks the column beds (or places)"}, nil},
		{"a column misspelt", "id,kinds,lat,lng,beds\nH-9,foster,53.8,-1.5,2\n", 1, []string{`rename "kinds" to kind`}, nil},
		{"a day the calendar does not have", "id,kind,authority,lat,lng,beds,registered_from\nH-9,foster,Leeds,53.8,-1.5,2,31/02/2026\n", 4,
			[]string{`row 2, registered_from: "31/02/2026" is not a day of the calendar`}, nil},
		{"fewer beds than none", homesHeader + "H-9,foster,E08000035,53.81,-1.54,-2\n" + goodHome("H-10"), 4, []string{"in.csv, row 2, beds:", "-2"}, []string{"H-10"}},
		{"a kind of home that there is not", homesHeader + "H-11,castle,E08000035,53.81,-1.54,2\n", 4, []string{"in.csv, row 2, kind:", "castle"}, nil},
		{"an authority misspelt", homesHeader + "H-12,foster,Leads,53.81,-1.54,2\n", 4, []string{"in.csv, row 2, authority:", "Leeds"}, nil},
		{"a place in the sea of Tranquillity", homesHeader + "H-13,foster,E08000035,530.81,-1.54,2\n", 4, []string{"in.csv, row 2, lat:"}, nil},
		{"a postcode that is none", "id,kind,authority,postcode,beds\nH-14,foster,E08000035,LS6,2\n", 4, []string{"in.csv, row 2, postcode:"}, nil},
		{"a postcode the directory lacks", "id,kind,authority,postcode,beds\nH-15,foster,E08000035,ZZ9 9ZZ,2\n", 4, []string{"in.csv, row 2, postcode:"}, nil},
	}...))
}

func TestChildrenWhoCannotBeUsed(t *testing.T) {
	single(t)
	tryBadFiles(t, "children", append(badFilesOf(childrenHeader, goodChild), []badFile{
		{"a column missing", "id,sex,authority\nC-9,F,Leeds\n", 1, []string{"lacks the column dob"}, nil},
		{"a birthday the calendar does not have", childrenHeader + "C-9,31/02/2014,F,Leeds,53.82,-1.55,,\n" + goodChild("C-10"), 4,
			[]string{`in.csv, row 2, dob: "31/02/2014" is not a day of the calendar`}, []string{"C-10"}},
		{"fewer visits than none", childrenHeader + "C-11,2014-03-09,F,Leeds,53.82,-1.55,\"mother:53.8,-1.5@-4\",\n", 4, []string{"in.csv, row 2, contacts:", "-4"}, nil},
		{"a sex that there is not", childrenHeader + "C-12,2014-03-09,Q,Leeds,53.82,-1.55,,\n", 4, []string{"in.csv, row 2, sex:"}, nil},
		{"half a position", childrenHeader + "C-13,2014-03-09,F,Leeds,53.82,,,\n", 4, []string{"in.csv, row 2, home_l"}, nil},
	}...))
}

func TestPlacementsThatCannotBeUsed(t *testing.T) {
	single(t)
	tryBadFiles(t, "placements", append(badFilesOf(placementsHeader, goodPlacement), []badFile{
		{"a child who is not there", placementsHeader + "P-9,C-9,H-1,2026-10-01\n" + goodPlacement("P-10"), 4,
			[]string{"in.csv, row 2, child: there is no such child in the store (import children before placements)"}, []string{"P-10"}},
		{"a home that is not there", placementsHeader + "P-11,C-1,H-9,2026-10-01\n", 4, []string{"in.csv, row 2, home: there is no such home in the store"}, nil},
		{"a beginning the calendar does not have", placementsHeader + "P-12,C-1,H-1,31/02/2026\n", 4, []string{"in.csv, row 2, start:"}, nil},
		{"an end before the beginning", "id,child,home,start,end\nP-13,C-1,H-1,2026-10-02,2026-10-01\n", 4, []string{"in.csv, row 2, end:"}, nil},
	}...))
}

func TestPostcodesThatCannotBeUsed(t *testing.T) {
	single(t)
	away(t)
	begin(t)
	before := kept(t, "stablehomes.db")
	for _, f := range []badFile{
		{"the wrong header", "name,telephone\nAnn,0113\n", 1, []string{"lacks"}, nil},
		{"an empty file", "", 1, []string{"it is empty"}, nil},
		{"a header and no rows", postcodesHeader, 1, []string{"none of its 0 rows"}, nil},
		{"nothing in Great Britain", postcodesHeader + "BT1 1AA,1,1,N09000003\n", 1, []string{"none of its 1 rows"}, nil},
		{"UTF-16", utf16Of(postcodesHeader), 1, []string{"UTF-16"}, nil},
		{"a cell of 10 MB", postcodesHeader + strings.Repeat("y", 10<<20), 1, []string{"line 2 is longer than"}, nil},
		{"a zip archive", "PK\x03\x04", 1, []string{"zip archive"}, nil},
		{"binary garbage", garbage(4096), 1, []string{"it is not a text file"}, nil},
		{"compressed and cut short", zipped(read(t, filepath.Join(countyFiles(t), "postcodes.csv")))[:120], 1, []string{"unexpected EOF"}, nil},
		{"compressed and damaged", "\x1f\x8bnot gzip at all", 1, []string{"the gzip file is damaged"}, nil},
	} {
		keep(t, "in.csv", f.content)
		run(t, "import postcodes in.csv").is(t, f.code, append(f.says, "in.csv", "an ONS Postcode Directory")...)
		require.Equal(t, before, kept(t, "stablehomes.db"), f.name)
	}
	o := run(t, `match --dob 2014-03-09 --sex F --authority Leeds --from "LS6 2AB"`+onTheDay).is(t, 3)
	require.Contains(t, o.out, "2 homes were considered", "the old directory still places postcodes")
}

func TestPostcodeRowsThatCannotBeUsed(t *testing.T) {
	away(t)
	keep(t, "in.csv", postcodesHeader+"LS6 2AB,428256,436300,E08000035\nLS7 3AB,-5,436181,E08000035\nLS8,431745,438795,E08000035\n"+
		"LS8 1AB,431909\nLS8 1AD,east,438700,E08000035\nLS8 1AE,431866,438576,?\n")
	o := run(t, "import --json postcodes in.csv").is(t, 4)
	rep := reported(t, o)
	require.Equal(t, 1, rep.New)
	require.Equal(t, 5, rep.Rejected)
	var where []string
	for _, r := range rep.Rejects {
		where = append(where, r.Column)
		require.Equal(t, "in.csv", r.File)
		require.NotEmpty(t, r.Hint)
	}
	require.Equal(t, []string{"oseast1m", "pcd", "", "oseast1m", "laua"}, where)
}

func TestAFileThatIsNone(t *testing.T) {
	dir := away(t)
	require.NoError(t, os.Mkdir("folder", 0o755))
	for _, kind := range []string{"homes", "children", "placements", "postcodes"} {
		run(t, "import "+kind+" folder").is(t, 1, "folder is a directory; name a file in it")
		run(t, "import "+kind+" nowhere.csv").is(t, 1, "nowhere.csv", "no such file")
		run(t, "import "+kind+" folder/nowhere.csv").is(t, 1, "nowhere.csv")
	}
	require.Equal(t, []string{"folder"}, listed(t, dir), "no store was begun")
}

func TestAFileThatBreaksOffKeepsWhatCameBefore(t *testing.T) {
	files := countyFiles(t)
	away(t)
	whole := zipped(read(t, filepath.Join(files, "homes.csv")))
	keep(t, "homes.csv.gz", whole[:len(whole)/2])
	o := run(t, "import homes homes.csv.gz").is(t, 1, "homes.csv.gz: the compressed file is cut short; the rows up to row", "get the file again")
	require.Empty(t, o.out)
	all := strings.SplitAfter(read(t, filepath.Join(files, "homes.csv")), "\n")
	some := strings.SplitAfter(run(t, "export homes").is(t, 0).out, "\n")
	require.Greater(t, len(some), 10)
	require.Less(t, len(some), len(all))
	for _, line := range some {
		require.True(t, slices.Contains(all, line), "a half row was stored: %s", line)
	}
	keep(t, "homes.csv.gz", whole)
	run(t, "import homes homes.csv.gz").is(t, 0)
	require.Equal(t, read(t, filepath.Join(files, "homes.csv")), run(t, "export homes").is(t, 0).out)
}

func TestLettersWithAccentsFromAnOldSpreadsheet(t *testing.T) {
	away(t)
	keep(t, "homes.csv", "id,kind,authority,lat,lng,beds,provider\nH-1,foster,Leeds,53.8,-1.5,2,Caf\xe9 Care\n")
	run(t, "import homes homes.csv").is(t, 0, "note: homes.csv, row 2:", "was read as Windows-1252")
	require.Contains(t, run(t, "export homes").is(t, 0).out, "Café Care")
}

func TestWhatIsOddButHarmlessIsANote(t *testing.T) {
	away(t)
	keep(t, "homes.csv", "\ufeffID;Kind;Authority;LAT;Lng;Be_ds;colour\r\nH-1;foster;Leeds;53.8;-1.5;2;blue\r\nH-2;foster;Leeds;53.8;-1.5;2;red\r\n")
	o := run(t, "import homes homes.csv").is(t, 0, `note: homes.csv: the column "colour" is not known and is left out`, "note: homes.csv: no column age_min, age_max, sexes: these homes are taken to have no such limit", "2 new")
	require.Equal(t, 2, strings.Count(o.err, "note:"))
	keep(t, "accents.csv", "id,kind,authority,lat,lng,beds,provider\nH-3,foster,Leeds,53.8,-1.5,2,Caf\xe9\nH-4,foster,Leeds,53.8,-1.5,2,Caf\xe9\n")
	run(t, "import homes accents.csv").is(t, 0, "(and 1 more like it)")
}
