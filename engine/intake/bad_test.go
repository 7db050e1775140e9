package intake

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

const homeHeader = "id,kind,postcode,beds,authority,provider"

// goodHome is a row under homeHeader.
func goodHome(id string) string { return id + ",foster,LS6 2AB,2,Leeds,Moor House" }

func gzipped(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, s)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func utf16(s string, big bool) string {
	var b strings.Builder
	for _, r := range s {
		if big {
			b.WriteString(string([]byte{0, byte(r)}))
		} else {
			b.WriteString(string([]byte{byte(r), 0}))
		}
	}
	return b.String()
}

// unreadableFiles, by what is wrong with them.
func unreadableFiles(t *testing.T) map[string]struct{ file, says string } {
	return map[string]struct{ file, says string }{
		"empty": {
			file: "",
			says: "homes.csv: is empty (the first row names the columns)",
		},
		"blank lines alone": {
			file: "\r\n\n \n",
			says: "homes.csv: is empty (the first row names the columns)",
		},
		"another header": {
			file: "name,colour\nx,y\n",
			says: "homes.csv: has no header that homes are read by (the first row names the columns: the column id, the column kind, the column postcode (or lat and lng), the column beds (or places))",
		},
		"no header at all": {
			file: goodHome("H-1") + "\n",
			says: "homes.csv: has no header that homes are read by (the first row names the columns: the column id, the column kind, the column postcode (or lat and lng), the column beds (or places))",
		},
		"no kind": {
			file: "id,postcode,beds\n",
			says: "homes.csv: lacks the column kind (the header must name it, also where cells are blank)",
		},
		"kind misspelt": {
			file: "id,knid,postcode,beds\n",
			says: `homes.csv: lacks the column kind (rename "knid" to kind)`,
		},
		"lat without lng": {
			file: "id,kind,lat\n",
			says: "homes.csv: lacks the column postcode (or lat and lng) and the column beds (or places) (the header must name it, also where cells are blank)",
		},
		"a column twice": {
			file: "id,kind,Post Code,postcode,beds\n",
			says: "homes.csv: has the column postcode twice (remove or rename one of the two)",
		},
		"UTF-16 little endian": {
			file: "\xff\xfe" + utf16(homeHeader, false),
			says: "homes.csv: is UTF-16, not UTF-8 (save it as CSV UTF-8 (comma delimited))",
		},
		"UTF-16 big endian": {
			file: "\xfe\xff" + utf16(homeHeader, true),
			says: "homes.csv: is UTF-16, not UTF-8 (save it as CSV UTF-8 (comma delimited))",
		},
		"UTF-16 without a mark": {
			file: utf16(homeHeader+"\n", false),
			says: "homes.csv: is UTF-16 or not a text file: it holds NUL bytes (save it as CSV UTF-8 (comma delimited))",
		},
		"a workbook": {
			file: "PK\x03\x04rest",
			says: "homes.csv: is a workbook or a zip archive, not a CSV file (save it as CSV UTF-8 (comma delimited))",
		},
		"a PDF": {
			file: "%PDF-1.7",
			says: "homes.csv: is a PDF document, not a CSV file (save it as CSV UTF-8 (comma delimited))",
		},
		"bytes": {
			file: "\x7fELF\x02\x01\x01\n",
			says: "homes.csv: is not a text file (save it as CSV UTF-8 (comma delimited))",
		},
		"carriage returns alone": {
			file: homeHeader + "\r" + goodHome("H-1") + "\r",
			says: "homes.csv: its lines end in a carriage return alone, as on an old Macintosh (save it as CSV UTF-8 (comma delimited))",
		},
		"a header of 2 MB": {
			file: strings.Repeat("id,", 700_000) + "\n",
			says: "homes.csv: its first row is longer than 1 MiB (the first row names the columns)",
		},
		"gzip that is not": {
			file: "\x1f\x8b\x00\x00\x00\x00\x00\x00\x00\x00\x00",
			says: "homes.csv: the compressed file is damaged (get the file again)",
		},
		"gzip with a damaged body": {
			file: string(gzipped(t, homeHeader)[:10]) + "\x07 and more",
			says: "homes.csv: the compressed file is damaged (get the file again)",
		},
		"gzip twice": {
			file: string(gzipped(t, string(gzipped(t, homeHeader)))),
			says: "homes.csv: is compressed twice (save it as CSV UTF-8 (comma delimited))",
		},
		"gzip without its body": {
			file: string(gzipped(t, homeHeader)[:12]),
			says: "homes.csv: the compressed file is cut short (get the file again)",
		},
	}
}

func TestFilesThatCannotBeReadSayWhyInOneSentence(t *testing.T) {
	for name, c := range unreadableFiles(t) {
		t.Run(name, func(t *testing.T) {
			h := haulIn(Homes, strings.NewReader(c.file), opts())
			var fault *FileError
			require.ErrorAs(t, h.err, &fault)
			require.EqualError(t, h.err, c.says)
			require.Empty(t, h.good)
			require.Empty(t, h.rejected)
		})
	}
}

// badRow is a row under homeHeader, on line 3 of its file, and its refusals.
type badRow struct {
	row  string
	says []string
}

var badRows = map[string]badRow{
	"truncated": {
		row: "H-2,foster",
		says: []string{
			"homes.csv, row 3: has 2 cells, but the header has 6 columns (fill in the missing cells, or remove those that are too many)",
		},
	},
	"a cell too many": {
		row: goodHome("H-2") + ",x",
		says: []string{
			"homes.csv, row 3: has 7 cells, but the header has 6 columns (fill in the missing cells, or remove those that are too many)",
		},
	},
	"no id": {
		row: goodHome(""),
		says: []string{
			"homes.csv, row 3, id: is empty (give each row an id of its own)",
		},
	},
	"a kind nobody knows": {
		row: "H-2,barn,LS6 2AB,2,,",
		says: []string{
			`homes.csv, row 3, kind: "barn" is not a word it knows (one of foster, connected-person, childrens-home, secure, supported, unregulated, residential-school, care-home, hospital, family-centre, parent-and-child)`,
		},
	},
	"beds in words": {
		row: "H-2,foster,LS6 2AB,two,,",
		says: []string{
			`homes.csv, row 3, beds: "two" is not a whole number (a whole number such as 3)`,
		},
	},
	"half a bed": {
		row: "H-2,foster,LS6 2AB,2.5,,",
		says: []string{
			`homes.csv, row 3, beds: "2.5" is not a whole number (a whole number such as 3)`,
		},
	},
	"beds below nothing": {
		row: "H-2,foster,LS6 2AB,-1,,",
		says: []string{
			"homes.csv, row 3, beds: -1 is out of range (a whole number from 0 to 1000)",
		},
	},
	"no beds": {
		row: "H-2,foster,LS6 2AB,,,",
		says: []string{
			"homes.csv, row 3, beds: is empty, and so is places (how many children can sleep there)",
		},
	},
	"a postcode nobody knows": {
		row: "H-2,foster,LS6 9ZZ,2,Leeds,",
		says: []string{
			`homes.csv, row 3, postcode: the postcode directory has no position for "LS6 9ZZ" (check the postcode, or give lat and lng)`,
		},
	},
	"no postcode after all": {
		row: "H-2,foster,tbc,2,Leeds,",
		says: []string{
			`homes.csv, row 3, postcode: "tbc" is not a postcode (a postcode such as LS6 2AB)`,
		},
	},
	"nowhere": {
		row: "H-2,foster,,2,Leeds,",
		says: []string{
			"homes.csv, row 3, postcode: no position is given (give a postcode, or lat and lng)",
		},
	},
	"an authority misspelt": {
		row: "H-2,foster,LS6 2AB,2,Leads,",
		says: []string{
			`homes.csv, row 3, authority: no authority is called "Leads" (did you mean Leeds?)`,
		},
	},
	"an authority nobody knows": {
		row: "H-2,foster,LS6 2AB,2,Mordor,",
		says: []string{
			`homes.csv, row 3, authority: no authority is called "Mordor" (a GSS code such as E08000035, a DfE code or a name)`,
		},
	},
	"an id that was there": {
		row: goodHome("H-1"),
		says: []string{
			"homes.csv, row 3, id: H-1 is also on row 2 (give each row an id of its own, or remove one of the two)",
		},
	},
	"a quotation mark too early": {
		row: `H-2,foster,LS6 2AB,2,Leeds,6" mattress`,
		says: []string{
			`homes.csv, row 3: a quotation mark stands in the middle of a cell (put the whole cell in quotation marks and double those within it: "3'6"" bed")`,
		},
	},
	"text after the quotes": {
		row: `H-2,foster,LS6 2AB,2,Leeds,"Moor" House`,
		says: []string{
			`homes.csv, row 3: a cell goes on after its closing quotation mark (double the marks that are part of the text: "the ""blue"" room")`,
		},
	},
	"a quote that never closes": {
		row: `H-2,foster,LS6 2AB,2,Leeds,"Moor House`,
		says: []string{
			`homes.csv, row 3: a quotation mark is opened and never closed (close it, or double a mark that is part of the text)`,
		},
	},
	"two such rows": {
		row: `H-2,foster,LS6 2AB,2,Leeds,"` + "\n" + goodHome("H-2a") + "\n" + `H-2b,foster,LS6 2AB,2,Leeds,"`,
		says: []string{
			`homes.csv, row 3: a cell runs over several lines (close its quotation mark, or put it on one line)`,
			`homes.csv, row 5: a quotation mark is opened and never closed (close it, or double a mark that is part of the text)`,
		}},
	"NUL bytes": {
		row: "H-2,foster,LS6 2AB,2,Leeds,Moor\x00House",
		says: []string{
			"homes.csv, row 3: the row holds NUL bytes (save the file as CSV UTF-8 again)",
		},
	},
	"no encoding": {
		row: "H-2,foster,LS6 2AB,2,Leeds,Caf\x81",
		says: []string{
			"homes.csv, row 3: the row is neither UTF-8 nor Windows-1252 (save the file as CSV UTF-8)",
		},
	},
	"10 MB in a cell": {
		row: "H-2,foster,LS6 2AB,2,Leeds," + strings.Repeat("x", 10<<20),
		says: []string{
			"homes.csv, row 3: the row is longer than 1 MiB (look for a quotation mark or a line end that is missing)",
		},
	},
	"10 MB in quotation mark": {
		row: `H-2,foster,LS6 2AB,2,Leeds,"` + strings.Repeat("x", 10<<20) + `"`,
		says: []string{
			"homes.csv, row 3: the row is longer than 1 MiB (look for a quotation mark or a line end that is missing)",
		},
	},
}

// Each bad row stands between two good ones, which go in.
func TestBadRowsAreNamedAndDoNotStopTheGoodOnes(t *testing.T) {
	for name, c := range badRows {
		t.Run(name, func(t *testing.T) {
			lines := []string{homeHeader, goodHome("H-1"), c.row, goodHome("H-3")}
			h := haulIn(Homes, file(lines...), opts())
			require.NoError(t, h.err)
			require.Equal(t, c.says, sentences(h))
			require.GreaterOrEqual(t, len(h.good), 2)
			require.Equal(t, care.ID("H-1"), h.good[0].ID)
			require.Equal(t, care.ID("H-3"), h.good[len(h.good)-1].ID)
			require.Equal(t, 3+strings.Count(c.row, "\n")+1, h.rows[len(h.rows)-1])
			if len(c.row) < MaxRecord && len(c.says) == 1 {
				require.Equal(t, c.row+"\n", string(h.rejected[0].Raw))
			}
		})
	}
}

func TestAnIDOfARejectedRowMayBeUsedAgain(t *testing.T) {
	h := haulIn(Homes, file(homeHeader, "H-1,foster,LS6 2AB,two,,", goodHome("H-1")), opts())
	require.Len(t, h.rejected, 1)
	require.Equal(t, "two", h.rejected[0].Value)
	require.Len(t, h.good, 1)
}

func TestADayTheCalendarDoesNotHaveIsRejected(t *testing.T) {
	h := haulIn(Children, file("id,dob,authority", "C-1,31/02/2026,Leeds", "C-2,2015-13-01,Leeds", "C-3,"+strings.Repeat("9", 90)+",Leeds"), opts())
	require.Equal(t, []string{
		`homes.csv, row 2, dob: "31/02/2026" is not a day of the calendar written as 2006-01-31 or 31/01/2006 (a day such as 2026-01-31 or 31/01/2026)`,
		`homes.csv, row 3, dob: "2015-13-01" is not a day of the calendar written as 2006-01-31 or 31/01/2006 (a day such as 2026-01-31 or 31/01/2026)`,
		`homes.csv, row 4, dob: "` + strings.Repeat("9", 90) + `" is not a day (a day such as 2026-01-31 or 31/01/2026)`,
	}, sentences(h))
}

func TestACutCompressedFileGivesTheRowsBeforeTheCut(t *testing.T) {
	rows := []string{homeHeader}
	for i := range 5000 {
		rows = append(rows, goodHome("H-"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+strings.Repeat("y", i%101)))
	}
	packed := gzipped(t, strings.Join(rows, "\n")+"\n")
	h := haulIn(Homes, bytes.NewReader(packed[:len(packed)*2/3]), opts())
	require.ErrorIs(t, h.err, io.ErrUnexpectedEOF)
	require.ErrorContains(t, h.err, "homes.csv: the compressed file is cut short; the rows up to row ")
	require.NotEmpty(t, h.good)
}

func TestAChangedByteInACompressedFileIsFound(t *testing.T) {
	packed := gzipped(t, homeHeader+"\n"+goodHome("H-1")+"\n")
	packed[len(packed)-5] ^= 1 // within the checksum
	h := haulIn(Homes, bytes.NewReader(packed), opts())
	require.EqualError(t, h.err, "homes.csv: the compressed file is damaged; the rows up to row 2 are read (get the file again)")
	require.Len(t, h.good, 1)
}

// A row of hundreds of megabytes of one letter, which gzip packs a thousandfold: it is
// rejected and the next is read, within a fraction of that.
func TestACompressedBombTakesNoMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("nothing that is read meets another goroutine")
	}
	const size = 256 << 20
	packed, unpacked := io.Pipe()
	defer packed.Close()
	go func() {
		w := gzip.NewWriter(unpacked)
		_, err := io.WriteString(w, homeHeader+"\n")
		for n := 0; n < size && err == nil; n += 1 << 20 {
			_, err = io.WriteString(w, strings.Repeat("x", 1<<20))
		}
		_, _ = io.WriteString(w, "\n"+goodHome("H-1")+"\n")
		_ = unpacked.CloseWithError(errors.Join(err, w.Close()))
	}()
	var h haul[care.Home]
	requireLittle(t, 48<<20, func() { h = haulIn(Homes, packed, opts()) })
	require.NoError(t, h.err)
	require.Len(t, h.rejected, 1)
	require.Len(t, h.good, 1)
}

func TestReadingStopsWhenItIsToldTo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range Homes(ctx, bytes.NewReader(benchHomes(20_000)), opts()) {
		if n++; n == 100 {
			cancel()
		}
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
	require.Less(t, n, 2000)
}

func TestADiskThatFailsIsAnErrorOfTheFile(t *testing.T) {
	h := haulIn(Homes, io.MultiReader(file(homeHeader, goodHome("H-1")), iotest.ErrReader(io.ErrClosedPipe)), opts())
	require.ErrorIs(t, h.err, io.ErrClosedPipe)
	require.EqualError(t, h.err, "homes.csv: cannot be read any further: io: read/write on closed pipe; the rows up to row 2 are read")
	require.Len(t, h.good, 1)
}

func TestADamagedPostcodeDirectoryEndsTheImport(t *testing.T) {
	broken := errors.New("block 7 is damaged")
	o := opts()
	o.Resolver = atlas{broken: broken}
	h := haulIn(Homes, file(homeHeader, goodHome("H-1"), goodHome("H-2")), o)
	require.ErrorIs(t, h.err, broken)
	require.Empty(t, h.rejected)
	require.Empty(t, h.good)
}
