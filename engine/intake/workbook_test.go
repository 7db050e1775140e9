package intake

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// repacked is a workbook with parts put in the place of others, or added.
func repacked(t testing.TB, content []byte, parts map[string]string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, r io.Reader) {
		f, err := w.Create(name)
		require.NoError(t, err)
		_, err = io.Copy(f, r)
		require.NoError(t, err)
	}
	for _, f := range z.File {
		if _, other := parts[f.Name]; other {
			continue
		}
		r, err := f.Open()
		require.NoError(t, err)
		put(f.Name, r)
	}
	for name, text := range parts {
		put(name, strings.NewReader(text))
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// small is a workbook of one home.
func small(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	for at, v := range map[string]any{"A1": "Home", "B1": "Free", "A2": "H-1", "B2": 2} {
		require.NoError(t, f.SetCellValue("Sheet1", at, v))
	}
	return written(t, f)
}

const sheetXML = `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>%s</worksheet>`

func inSheet(t testing.TB, rows, after string) []byte {
	return repacked(t, small(t), map[string]string{"xl/worksheets/sheet1.xml": fmt.Sprintf(sheetXML, rows, after)})
}

const homeRow = `<row r="1"><c r="A1" t="inlineStr"><is><t>Home</t></is></c><c r="B1" t="inlineStr"><is><t>Free</t></is></c></row>` +
	`<row r="2"><c r="A2" t="inlineStr"><is><t>H-1</t></is></c><c r="B2"><v>2</v></c></row>`

func TestAWorkbookThatCannotBeReadSaysWhy(t *testing.T) {
	if testing.Short() {
		t.Skip("workbooks of some 40 MB")
	}
	whole := small(t)
	require.Len(t, monday(whole).good, 1)
	require.Len(t, monday(inSheets(t, homeRows(2), homeRows(3))).good, 5)
	require.Len(t, monday(inSheet(t, homeRow, "")).good, 1, "so that what follows is refused for what it is")
	for what, c := range map[string]struct {
		content []byte
		why     string
	}{
		"cut short":                    {whole[:len(whole)/2], "is a damaged or incomplete workbook"},
		"nothing but its first bytes":  {whole[:4], "is a damaged or incomplete workbook"},
		"a zip archive":                {repacked(t, zipOf(t), map[string]string{"a.csv": "Home,Free\n"}), "is a zip archive, and not a workbook"},
		"a document type in the sheet": {repacked(t, whole, map[string]string{"xl/worksheets/sheet1.xml": "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>" + fmt.Sprintf(sheetXML, homeRow, "")}), "declares a document type in xl/worksheets/sheet1.xml"},
		"an entity in the strings":     {repacked(t, whole, map[string]string{"xl/sharedStrings.xml": "<!doctype sst [<!entity lol \"lol\">]><sst/>"}), "declares a document type"},
		"a bomb in a sheet":            {inSheet(t, strings.Repeat(" ", 40<<20), ""), "unpacks to 40 MiB of next to nothing"},
		"a bomb beside the sheets":     {repacked(t, whole, map[string]string{"xl/media/image1.png": strings.Repeat("\x00", 49<<20)}), "is larger than 48 MiB when unpacked"},
		"many sheets' worth together":  {repacked(t, whole, map[string]string{"a.bin": noise(25 << 20), "b.bin": noise(25 << 20)}), "is larger than"},
		"far too many columns":         {inSheet(t, homeRow+`<row r="3"><c r="XFD3"><v>1</v></c></row>`, ""), "has more than 1000 columns"},
		"no header":                    {inSheet(t, `<row r="1"><c r="A1"><v>1</v></c></row>`, ""), "has no header that vacancies are read by"},
		"an older workbook":            {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "is a workbook of an older kind, or one with a password"},
		"a PDF":                        {[]byte("%PDF-1.7"), "is a PDF document"},
		"empty":                        {nil, "is empty"},
		"only spaces":                  {[]byte(" \n \n"), "is empty"},
		"UTF-16":                       {[]byte("\xff\xfeH\x00"), "UTF-16"},
		"UTF-16 without a mark":        {[]byte("H\x00\n\x00"), "is UTF-16 or not a text file"},
		"too large":                    {bytes.Repeat([]byte("a,b\n"), 5<<20), "is larger than 16 MiB"},
		"a packed gigabyte":            {packedText(t, 1<<30), "is larger than 16 MiB"},
		"too many rows in a sheet":     {inSheet(t, homeRows(maxRows), ""), "has more than 50000 rows"},
		"too many rows of two sheets":  {inSheets(t, homeRows(maxRows/2), homeRows(maxRows/2+1)), "has more than 50000 rows"},
		"too many parts":               {repacked(t, whole, emptyParts(maxParts)), "has more than 2000 parts"},
		"too many rows":                {append([]byte("Home,Free\n"), bytes.Repeat([]byte("H,1\n"), maxRows+1)...), "has more than 50000 rows"},
	} {
		got := monday(c.content)
		var fault *FileError
		require.ErrorAs(t, got.err, &fault, what)
		require.Contains(t, fault.Error(), c.why, what)
		require.Equal(t, "monday.xlsx", fault.File, what)
	}
}

// inSheets is a workbook of two sheets.
func inSheets(t testing.TB, first, second string) []byte {
	f := excelize.NewFile()
	_, err := f.NewSheet("Sheet2")
	require.NoError(t, err)
	return repacked(t, written(t, f), map[string]string{
		"xl/worksheets/sheet1.xml": fmt.Sprintf(sheetXML, first, ""), "xl/worksheets/sheet2.xml": fmt.Sprintf(sheetXML, second, ""),
	})
}

// homeRows are a header and n homes.
func homeRows(n int) string {
	var b strings.Builder
	b.WriteString(homeRow[:strings.Index(homeRow, `<row r="2">`)])
	for i := range n {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%[1]d" t="inlineStr"><is><t>H-%[1]d</t></is></c><c r="B%[1]d"><v>1</v></c></row>`, i+2)
	}
	return b.String()
}

func emptyParts(n int) map[string]string {
	parts := map[string]string{}
	for i := range n {
		parts[fmt.Sprintf("docProps/%d.xml", i)] = ""
	}
	return parts
}

func zipOf(t testing.TB) []byte {
	var out bytes.Buffer
	require.NoError(t, zip.NewWriter(&out).Close())
	return out.Bytes()
}

// noise does not pack.
func noise(n int) string {
	rng := rand.NewChaCha8([32]byte{1})
	b := make([]byte, n)
	_, _ = rng.Read(b)
	return string(b)
}

func packedText(t testing.TB, n int) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	block := bytes.Repeat([]byte("x"), 1<<20)
	for range n >> 20 {
		_, err := w.Write(block)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestARowThatIsFarTooLongCostsItselfAlone(t *testing.T) {
	got := monday([]byte("Home,Free\nH-1," + strings.Repeat("2", 100<<10) + "\nH-2,\"" + strings.Repeat("2", 100<<10) + "\nH-3,1\n"))
	require.NoError(t, got.err)
	require.Len(t, got.good, 1)
	require.Len(t, got.rejected, 2)
	require.LessOrEqual(t, len(got.rejected[0].Raw), maxRow+1)
	got = monday([]byte("Home,Free\nH-1,1" + strings.Repeat(",x", maxColumns-1) + "\nH-2,2" + strings.Repeat(",x", maxColumns-2) + "\n"))
	require.Equal(t, []string{"monday.xlsx, row 2: the row has more than 1000 cells (remove what is not of the list)"}, sentences(got.haul))
	require.Equal(t, []int{3}, got.rows)
}

func TestRowsFarDownAndStyledToTheEndAreReadInTime(t *testing.T) {
	got := monday(inSheet(t, homeRow+`<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>H-2</t></is></c><c r="B1048576"><v>1</v></c></row>`, `<mergeCells><mergeCell ref="C2:XFD1048576"/><mergeCell ref="nonsense"/><mergeCell ref="A3"/></mergeCells>`))
	require.NoError(t, got.err)
	require.Equal(t, []int{2, 1048576}, got.rows)
}

func TestCellNamesAreThoseOfASpreadsheet(t *testing.T) {
	for column := range 1000 {
		want, err := excelize.CoordinatesToCellName(column+1, 7)
		require.NoError(t, err)
		require.Equal(t, want, cellName("", column, 7))
	}
	require.Equal(t, "Foster!AA3", cellName("Foster", 26, 3))
}

func FuzzVacancies(f *testing.F) {
	f.Add(dirty(f))
	f.Add(small(f))
	f.Add(inSheet(f, homeRow, `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`))
	f.Add([]byte("\ufeffVacancies;;\r\nCarer ref;Vacs;From\r\n\"H-1\";2 (siblings);3rd Dec\r\n\"\r\nH-2;TBC;\r\n"))
	f.Add([]byte("Home\tFree\tAges\tM/F\tUpdated\nH-1\t1 from 3/12\t0–10 yrs\tM/F\t20/11/2026\n=cmd|x\t-1\t\t\t\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		for item, err := range Vacancies(context.Background(), bytes.NewReader(src), VacancyOptions{On: listed}) {
			if err != nil {
				break
			}
			if item.Invalid != nil {
				require.NotEmpty(t, item.Invalid.Why)
				continue
			}
			v := item.Value
			require.True(t, v.Home != "" || v.URN != "")
			require.GreaterOrEqual(t, v.Free, 0)
			require.LessOrEqual(t, v.On, listed)
			require.NotEmpty(t, item.Raw)
		}
	})
}

func FuzzFreePlaces(f *testing.F) {
	for _, cell := range []string{"2 (siblings)", "from 3rd Dec", "0–10 yrs", "46359", "1?", "2 from 29 Feb"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		got, err := readFree(cell, listed)
		if err == nil {
			require.GreaterOrEqual(t, got.n, 0)
		}
		for _, which := range []direction{after, before} {
			if day, ok := listDay(cell, listed, which); ok {
				require.True(t, near(day, listed))
			}
		}
		readAges(cell)
		readSexes(cell)
	})
}

func TestWhatIsMergedDownCountsTowardsTheLengthOfARow(t *testing.T) {
	long := strings.Repeat("x", maxRow*3/4)
	rows := `<row r="1"><c r="A1" t="inlineStr"><is><t>Home</t></is></c><c r="B1" t="inlineStr"><is><t>Free</t></is></c></row>` +
		`<row r="2"><c r="A2" t="inlineStr"><is><t>H-1</t></is></c><c r="B2"><v>1</v></c><c r="C2" t="inlineStr"><is><t>` + long + `</t></is></c></row>` +
		`<row r="3"><c r="A3" t="inlineStr"><is><t>H-2</t></is></c><c r="B3"><v>1</v></c><c r="D3" t="inlineStr"><is><t>` + long + `</t></is></c></row>`
	list, fault := openWorkbook(inSheet(t, rows, `<mergeCells><mergeCell ref="C2:C3"/><mergeCell ref="D3:D4"/></mergeCells>`))
	require.Nil(t, fault)
	var read []sheetRow
	for row, fault := range list.all[0].rows {
		require.Nil(t, fault)
		read = append(read, row)
	}
	require.Len(t, read, 3)
	require.Nil(t, read[1].fault)
	require.NotNil(t, read[2].fault, "its cells hold %d bytes", len(strings.Join(read[2].cells, "")))
	require.Empty(t, read[2].raw)
}

func TestAPartIsOneSheet(t *testing.T) {
	content := small(t)
	book := `<?xml version="1.0"?><workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` +
		`<sheet name="One" sheetId="1" r:id="rId1"/><sheet name="Two" sheetId="2" r:id="rId1"/></sheets></workbook>`
	_, fault := openWorkbook(repacked(t, content, map[string]string{"xl/workbook.xml": book}))
	require.NotNil(t, fault)
	require.Equal(t, `has the sheet "Two" in the same part as another`, fault.Why)
}
