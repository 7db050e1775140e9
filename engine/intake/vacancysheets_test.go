package intake

import (
	"encoding/base64"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/stablehomes/stablehomes/engine/care"
)

// free is what a list says of each home.
func (t told) free() map[care.ID]int {
	all := map[care.ID]int{}
	for _, v := range t.good {
		all[v.Home] = v.Free
	}
	return all
}

func TestRowsUnderASecondHeaderAreReadByItsColumns(t *testing.T) {
	got := monday([]byte("Home,Free,Beds\nH-1,1,4\n\nHome,Beds,Free\nH-2,4,0\nHOME,Beds,free\nH-3,3,2\n"))
	require.NoError(t, got.err)
	require.Empty(t, got.rejected)
	require.Equal(t, map[care.ID]int{"H-1": 1, "H-2": 0, "H-3": 2}, got.free())
	require.Len(t, got.chosen, 2)
	require.Equal(t, [2]int{1, 4}, [2]int{got.chosen[0].Row, got.chosen[1].Row})
	require.Equal(t, "C5 (Free)", got.good[1].Cell(PartFree))
}

func TestRowsUnderASecondHeaderThatIsNotUnderstoodAreRejected(t *testing.T) {
	got := monday([]byte("Home,Free,Beds\nH-1,1,4\nCarer,Beds,Empty rooms\nH-2,4,0\nH-3,3,2\nHome,Free,Beds\nH-4,2,3\n"))
	require.NoError(t, got.err)
	require.Equal(t, map[care.ID]int{"H-1": 1, "H-4": 2}, got.free())
	require.Equal(t, []string{
		"monday.xlsx, row 4: it stands under the header of row 3, which is not understood (name its columns as those of the first header, or say which is which with --map)",
		"monday.xlsx, row 5: it stands under the header of row 3, which is not understood (name its columns as those of the first header, or say which is which with --map)",
	}, sentences(got.haul))
	require.Equal(t, "Carer,Beds,Empty rooms\n", string(got.rejected[0].header), "so that it is mended under its own")
}

// Whether the places or the free ones stand under the first of two columns is said
// in the next row alone.
func TestAHeaderOfTwoRowsIsNotGuessedAt(t *testing.T) {
	f := excelize.NewFile()
	for at, v := range map[string]any{"A1": "Home", "B1": "Vacancies", "A2": "", "B2": "Places", "C2": "Free", "A3": "H-1", "B3": 4, "C3": 0, "A4": "H-2", "B4": 3, "C4": 1} {
		require.NoError(t, f.SetCellValue("Sheet1", at, v))
	}
	require.NoError(t, f.MergeCell("Sheet1", "B1", "C1"))
	got := monday(written(t, f))
	require.NoError(t, got.err)
	require.Empty(t, got.good)
	require.Len(t, got.rejected, 3)
	require.Empty(t, got.chosen, "nothing is remembered of it")
	require.Contains(t, got.rejected[1].Error(), `row 3: it stands under the header of row 1, which has "Vacancies" over several columns (give each column a name in a cell of its own, all in one row)`)
}

func TestAHeaderIsLookedForInTheFirstFiftyRows(t *testing.T) {
	list := func(above int) []byte { return []byte(strings.Repeat("Sunny Days\n", above) + "Ref,Vacs\nH-1,1\n") }
	require.Len(t, monday(list(titleRows-1)).good, 1)
	require.Empty(t, monday(list(titleRows)).good)
	require.ErrorContains(t, monday(list(titleRows)).err, "has no header that vacancies are read by")
}

func TestAHeadingThatIsCalledAsAColumnIsIsNoHeader(t *testing.T) {
	got := monday([]byte("Home,Free\nCarers,\nH-1,1\nUnit,2\n"))
	require.NoError(t, got.err)
	require.Equal(t, map[care.ID]int{"H-1": 1, "Unit": 2}, got.free())
	require.Empty(t, got.rejected)
}

func TestOfARowThatIsRejectedItIsKnownWhichHomeItNamed(t *testing.T) {
	var named []Vacancy
	for item, err := range Vacancies(t.Context(), strings.NewReader("Home,URN,Free\nH-1,SC1,TBC\n,SC2,?\nH 1\x00,,1\n"), VacancyOptions{On: listed}) {
		require.NoError(t, err)
		require.NotNil(t, item.Invalid)
		named = append(named, item.Value)
	}
	require.Equal(t, []Vacancy{{Home: "H-1", URN: "SC1"}, {URN: "SC2"}, {}}, named)
}

func TestColumnsThatAreHiddenAreNotRead(t *testing.T) {
	f := excelize.NewFile()
	for at, v := range map[string]any{"A1": "Home", "B1": "Vacancies", "C1": "Current vacancies", "D1": "Notes", "A2": "H-1", "B2": 3, "C2": 0, "A3": "H-2", "C3": 1} {
		require.NoError(t, f.SetCellValue("Sheet1", at, v))
	}
	require.NoError(t, f.SetColVisible("Sheet1", "B", false))
	require.NoError(t, f.SetColVisible("Sheet1", "E:XFD", false))
	got := monday(written(t, f))
	require.NoError(t, got.err)
	require.Equal(t, map[care.ID]int{"H-1": 0, "H-2": 1}, got.free())
	require.Equal(t, []string{`sheet "Sheet1": 1 hidden column left out (B); unhide them to have them read`}, says(got.warnings))
}

// Every way in which the XML of a sheet may end early or be out of order is a fault
// of the file, and no shorter list.
func TestASheetThatIsDamagedIsAFaultOfTheFile(t *testing.T) {
	more := `<row r="3"><c r="A3" t="inlineStr"><is><t>H-2</t></is></c><c r="B3"><v>0</v></c></row>`
	require.Len(t, monday(inSheet(t, homeRow+more, "")).good, 2)
	shared := func(n string) string {
		return homeRow + `<row r="3"><c r="A3" t="s"><v>` + n + `</v></c><c r="B3"><v>1</v></c></row>`
	}
	for what, c := range map[string]struct{ rows, after, why string }{
		"a control character":            {homeRow + strings.Replace(more, "H-2", "H\x012", 1), "", "is damaged in xl/worksheets/sheet1.xml: XML syntax error"},
		"a control character after it":   {homeRow + more, "<x>\x02</x>", "is damaged in"},
		"an element that is not closed":  {homeRow + `<row r="3"><c r="A3">`, "", "is damaged in"},
		"an entity that nobody declared": {homeRow + strings.Replace(more, "H-2", "&h;", 1), "", "invalid character entity"},
		"rows out of order":              {homeRow + strings.Replace(more, `r="3"`, `r="2"`, 1), "", "its rows or cells are out of order"},
		"cells out of order":             {homeRow + strings.Replace(more, "B3", "A3", 1), "", "its rows or cells are out of order"},
		"a cell with no name":            {homeRow + strings.Replace(more, "B3", "?", 1), "", "its rows or cells are out of order"},
		"a text that is not there":       {shared("9"), "", "a cell shows a text that is not there"},
		"a text that is no number":       {shared("x"), "", "a cell shows a text that is not there"},
		"elements without end":           {homeRow, strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200), "nested more than 100 deep"},
		"an element of a megabyte":       {homeRow, "<a " + strings.Repeat(`b="" `, 200_000) + "/>", "an element is longer than 256 KiB"},
		"columns without end":            {homeRow, strings.Repeat("<col/>", 20_000), "lists more columns than a sheet has"},
		"a damaged merge":                {homeRow + more, `<mergeCells><mergeCell ref="A1:A2"></mergeCells>`, "is damaged in"},
		"merges without end":             {homeRow + more, "<mergeCells>" + strings.Repeat(`<mergeCell ref="C1:C9"/>`, maxMerges+1) + "</mergeCells>", "has more than 20000 merged cells"},
	} {
		got := monday(inSheet(t, c.rows, c.after))
		var fault *FileError
		require.ErrorAs(t, got.err, &fault, what)
		require.Contains(t, fault.Error(), c.why, what)
	}
	got := monday(repacked(t, small(t), map[string]string{"xl/_rels/workbook.xml.rels": "<Relationships/>"}))
	require.ErrorContains(t, got.err, `lacks the sheet "Sheet1"`)
	got = monday(repacked(t, small(t), map[string]string{"xl/workbook.xml": "<workbook>" + strings.Repeat(`<sheet name="a"/>`, maxSheets+1) + "</workbook>"}))
	require.ErrorContains(t, got.err, "has more than 200 sheets")
	got = monday(repacked(t, small(t), map[string]string{"XL/worksheets/SHEET1.xml": "<worksheet/>"}))
	require.ErrorContains(t, got.err, "has two parts called")
}

func TestCellsOfEveryKindAreReadAsTheyAreStored(t *testing.T) {
	texts := `<sst><si><r><t>H</t></r><r><t xml:space="preserve">-2 </t></r><rPh><t>spoken</t></rPh></si><si/><si><t>1_x000D_ bed</t></si></sst>`
	rows := homeRow + `<row><c t="s"><v>0</v></c><c t="str"><f>"1"</f><v>1</v></c></row>` +
		`<row r="5"><c t="s"><v>1</v></c><c r="B5"/></row>` +
		`<row r="6"><c r="A6" t="inlineStr"><is><r><t>H-</t></r><r><t>3</t></r></is></c><c r="B6" t="b"><v>1</v></c></row>` +
		`<row><c t="str"><v>H-4</v></c><c t="e"><v>#REF!</v></c></row>` +
		`<row><c><v>10234</v></c><c t="s"><v>2</v></c><c r="XFD8"/></row>`
	content := repacked(t, inSheet(t, rows, ""), map[string]string{"xl/sharedStrings.xml": texts})
	got := monday(content)
	require.NoError(t, got.err)
	require.Equal(t, map[care.ID]int{"H-1": 2, "H-2": 1, "10234": 1}, got.free())
	require.Equal(t, []int{2, 3, 8}, got.rows)
	require.Len(t, got.rejected, 2)
	require.Contains(t, got.rejected[0].Error(), `row 6, Sheet1!B6 (Free): "TRUE"`)
	require.Contains(t, got.rejected[1].Error(), `row 7, Sheet1!B7 (Free): "#REF!"`)
}

// varied is many of the same that packs a hundredfold and no better, as what looks
// like a bomb is refused before it is looked into.
func varied(n int, of ...string) string {
	rng := rand.New(rand.NewPCG(1, 2))
	var out strings.Builder
	for out.Len() < n {
		out.WriteString(of[rng.IntN(len(of))])
	}
	return out.String()
}

// What packs to a megabyte takes no gigabytes, whether it is refused or read.
func TestAWorkbookOfNextToNothingTakesLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("workbooks of some 40 MB")
	}
	header := `<row><c t="inlineStr"><is><t>Home</t></is></c><c t="inlineStr"><is><t>Free</t></is></c></row>`
	for _, c := range []struct {
		what, why string
		parts     func() (texts, rows string)
	}{
		{"texts that are empty", "has more than 1000000 texts", func() (string, string) { return varied(12<<20, "<si/>", "<si />"), homeRow }},
		{"nearly a million texts", "", func() (string, string) {
			return varied(24<<20, "<si><t>some text</t></si>", "<si><t>other text</t></si>"), homeRow
		}},
		{"rows that are empty", "it has more rows than a sheet has", func() (string, string) { return "", homeRow + varied(8<<20, "<row/>", "<row />") }},
		{"rows of one long text", "has rows of more than 32 MiB", func() (string, string) {
			return "<si><t>" + base64.StdEncoding.EncodeToString([]byte(noise(24_000))) + "</t></si>",
				header + varied(1<<20, `<row><c><v>1</v></c><c t="s"><v>0</v></c></row>`, `<row ><c><v>2</v></c><c t="s"><v>0</v></c></row>`)
		}},
		{"cells far to the right", "has rows of more than 32 MiB", func() (string, string) {
			return "", header + varied(4<<20, `<row><c><v>1</v></c><c r="ALL1"><v>1</v></c></row>`, `<row ><c><v>2</v></c><c r="ALL1"><v>1</v></c></row>`)
		}},
		{"attributes that say nothing", "", func() (string, string) {
			return "", homeRow + varied(8<<20, `<row a="" b="" c="" d=""/>`, `<row a='' b="" c="" d=""/>`)
		}},
	} {
		texts, rows := c.parts()
		content := repacked(t, inSheet(t, rows, ""), map[string]string{"xl/sharedStrings.xml": "<sst>" + texts + "</sst>"})
		texts, rows = "", ""
		requireLittle(t, 250<<20, func() {
			got := monday(content)
			if c.why == "" {
				require.NoError(t, got.err, c.what)
				return
			}
			var fault *FileError
			require.ErrorAs(t, got.err, &fault, c.what)
			require.Contains(t, fault.Error(), c.why, c.what)
		})
		t.Logf("%s: %d KiB as a file", c.what, len(content)>>10)
	}
}

// requireLittle says that something never has more than so many bytes at a time,
// as far as looking often tells.
func requireLittle(t *testing.T, most uint64, do func()) {
	t.Helper()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	done, peak := make(chan struct{}), make(chan uint64, 1)
	go func() {
		var now runtime.MemStats
		for highest := uint64(0); ; {
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapInuse)
			select {
			case <-done:
				peak <- highest
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	func() {
		defer close(done) // where do fails too
		do()
	}()
	highest := <-peak
	t.Logf("%d MiB before, %d MiB at most", before.HeapInuse>>20, highest>>20)
	require.Less(t, highest, before.HeapInuse+most)
}

func FuzzSheet(f *testing.F) {
	f.Add(homeRow, "", "<sst/>")
	f.Add(homeRow+`<row r="4" hidden="1"><c t="s"><v>0</v></c><c t="b"><v>1</v></c></row>`, `<mergeCells><mergeCell ref="A2:B4"/></mergeCells>`, "<sst><si><t>H_x000D_</t></si></sst>")
	f.Add(`<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c><v>1</v></c><c t="str"><v>2</v></c></row>`, "<cols/>", "<sst><si><r><t>Home</t></r></si><si><t>Free</t></si></sst>")
	f.Fuzz(func(t *testing.T, rows, after, texts string) {
		got := monday(repacked(t, inSheet(t, rows, after), map[string]string{"xl/sharedStrings.xml": texts}))
		for i, v := range got.good {
			require.True(t, v.Home != "" || v.URN != "")
			require.True(t, i == 0 || got.rows[i] > got.rows[i-1], "in the order of the sheet")
		}
		if got.err != nil {
			var fault *FileError
			require.ErrorAs(t, got.err, &fault)
		}
	})
}
