package gazetteer

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// buildText builds from the content of a file, a table or an archive, and collects what was rejected.
func buildText(text string) (*Listing, Summary, []*InvalidError, error) {
	var bad []*InvalidError
	l, sum, err := Build(context.Background(), strings.NewReader(text), BuildOptions{
		Rejected: func(e *InvalidError) { bad = append(bad, e) },
	})
	return l, sum, bad, err
}

func zipped(t testing.TB, text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.String()
}

const oneRow = "pcd,oseast1m,osnrth1m,laua\nLS1 1AA,430000,433500,E08000035\n"

// Each of these is a whole file that cannot be used; the error is one sentence that says why.
func TestFilesThatCannotBeUsed(t *testing.T) {
	gz := zipped(t, oneRow)
	for _, c := range []struct{ name, file, says string }{
		{"empty", "", "it is empty"},
		{"empty inside gzip", zipped(t, ""), "it is empty"},
		{"byte-order mark and nothing else", "\xef\xbb\xbf", "it is empty"},
		{"header and nothing else", "pcd,oseast1m,osnrth1m,laua\n", "none of its 0 rows"},
		{"UTF-16 from a spreadsheet", "\xff\xfep\x00c\x00d\x00", "UTF-16"},
		{"UTF-16 the other way round", "\xfe\xff\x00p\x00c\x00d", "UTF-16"},
		{"the zip archive the ONS publishes", "PK\x03\x04\x14\x00", "zip archive"},
		{"a program", "\x7fELF\x02\x01\x01\x00\x00\x00", "not a text file"},
		{"gzip in gzip", zipped(t, gz), "not a text file"},
		{"gzip cut off in its header", gz[:8], "gzip file is damaged"},
		{"gzip cut off in its data", gz[:len(gz)-12], "unexpected EOF"},
		{"gzip with a wrong checksum", gz[:len(gz)-8] + "12345678", "checksum"},
		{"one endless line", strings.Repeat("x", 1<<20), "line 1 is longer than 65536 bytes"},
		{"an endless line below", oneRow + strings.Repeat("x", 1<<20), "line 3 is longer than 65536 bytes"},
		{"no header", "LS1 1AA,430000,433500,E08000035\n", "lacks pcd"},
		{"a homes file", "id,kind,provider\n1,foster,x\n", "lacks pcd (or pcds, pcd7, pcd8), oseast1m and osnrth1m (or lat and long), laua (or oslaua)"},
		{"no district", "pcd,oseast1m,osnrth1m\n", "lacks laua (or oslaua)"},
		{"half a position", "pcd,oseast1m,lat,laua\n", "lacks oseast1m and osnrth1m"},
		{"semicolons", "pcd;oseast1m;osnrth1m;laua\n", "lacks pcd"},
		{"a broken quotation in the header", "pcd,\"oseast1m,osnrth1m,laua\n", "not a CSV header"},
		{"a long header of something else", strings.Repeat("column,", 500) + "\n", "lacks pcd"},
		{"only rows without a position", "pcd,oseast1m,osnrth1m,laua\nLS1 1AA,,,E08000035\n", "none of its 1 rows"},
	} {
		l, _, _, err := buildText(c.file)
		require.ErrorIs(t, err, ErrUnreadable, c.name)
		require.ErrorContains(t, err, c.says, c.name)
		require.NotContains(t, err.Error(), "\n", c.name)
		require.Less(t, len(err.Error()), 400, c.name)
		require.Nil(t, l, c.name)
	}
}

func TestFilesThatCanBeUsed(t *testing.T) {
	want, _, _, err := buildText(oneRow)
	require.NoError(t, err)
	for name, file := range map[string]string{
		"gzip":                      zipped(t, oneRow),
		"byte-order mark":           "\xef\xbb\xbf" + oneRow,
		"byte-order mark in gzip":   zipped(t, "\xef\xbb\xbf"+oneRow),
		"carriage returns":          strings.ReplaceAll(oneRow, "\n", "\r\n"),
		"no last line end":          strings.TrimSuffix(oneRow, "\n"),
		"blank lines":               strings.ReplaceAll(oneRow, "\n", "\n\n  \n"),
		"all quoted":                `"pcd","oseast1m","osnrth1m","laua"` + "\n" + `"LS1 1AA","430000","433500","E08000035"` + "\n",
		"capitals":                  strings.ToUpper(oneRow),
		"small letters":             strings.ToLower(oneRow),
		"spaces round the cells":    "pcd , oseast1m, osnrth1m ,laua\nLS1 1AA , 430000, 433500 , E08000035 \n",
		"columns in another order":  "laua,osnrth1m,oseast1m,pcd\nE08000035,433500,430000,LS1 1AA\n",
		"other columns":             "x,pcd,y,oseast1m,osnrth1m,z,laua,w\n,LS1 1AA,é\xe9,430000,433500,,E08000035,\n",
		"names of older editions":   "PCD_7,OS EAST 1M,osnrth1m,oslaua\nLS1 1AA,430000,433500,E08000035\n",
		"names of newer editions":   "pcd7,pcd8,pcds,east1m,north1m,lad25cd\nx,x,LS1 1AA,430000,433500,E08000035\n",
		"grid and degrees together": "pcds,oseast1m,osnrth1m,lat,long,laua\nLS1 1AA,430000,433500,0,0,E08000035\n",
		"decimals":                  "pcd,oseast1m,osnrth1m,laua\nLS1 1AA,430000.0,4.335e5,E08000035\n",
	} {
		got, sum, bad, err := buildText(file)
		require.NoError(t, err, name)
		require.Empty(t, bad, name)
		require.Equal(t, Summary{Rows: 1, Kept: 1}, sum, name)
		require.Equal(t, want.Hash(), got.Hash(), name)
	}
}

func TestAReaderThatFailsIsNotTheEndOfTheFile(t *testing.T) {
	broken := errors.New("the stick was pulled out")
	for _, good := range []string{"", oneRow[:10], oneRow, strings.Repeat(oneRow, 10_000)} {
		src := io.MultiReader(strings.NewReader(good), iotest.ErrReader(broken))
		_, _, err := Build(context.Background(), src, BuildOptions{})
		require.ErrorIs(t, err, broken)
		require.ErrorIs(t, err, ErrUnreadable)
	}
}

func TestReadingByteByByteChangesNothing(t *testing.T) {
	want, _, _, err := buildText(oneRow)
	require.NoError(t, err)
	for _, file := range []string{oneRow, zipped(t, oneRow)} {
		got, _, err := Build(context.Background(), iotest.OneByteReader(strings.NewReader(file)), BuildOptions{})
		require.NoError(t, err)
		require.Equal(t, want.Hash(), got.Hash())
	}
}

// splitCells against encoding/csv, which reads one line the same way when the quotes are sound.
func TestSplitCellsAgreesWithEncodingCSV(t *testing.T) {
	rnd := seeded(t)
	const alphabet = `ab ,,,""`
	sound := 0
	for range 30_000 {
		line := make([]byte, 1+rnd.IntN(14))
		for i := range line {
			line[i] = alphabet[rnd.IntN(len(alphabet))]
		}
		text := string(line)
		want, err := csv.NewReader(strings.NewReader(text)).Read()
		cells, ok := splitCells(nil, line)
		require.Equal(t, err == nil, ok, "%q", text)
		if !ok {
			continue
		}
		sound++
		require.Len(t, cells, len(want), "%q", text)
		for i := range want {
			require.Equal(t, want[i], string(cells[i]), "%q", text)
		}
	}
	require.Greater(t, sound, 3_000)
}
