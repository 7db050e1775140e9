package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/stablehomes/stablehomes/engine/care"
)

// listed is the Monday of the lists here.
var listed = care.Date(2026, time.November, 23)

// told is everything that came out of a list.
type told struct {
	haul[Vacancy]
	chosen []ChosenColumns
}

// monday reads a list of the Monday.
func monday(content []byte, change ...func(*VacancyOptions)) told {
	var t told
	t.haul = haulIn(func(ctx context.Context, src io.Reader, opts Options) iter.Seq2[Item[Vacancy], error] {
		o := VacancyOptions{Options: opts, On: listed, Chosen: func(c ChosenColumns) { t.chosen = append(t.chosen, c) }}
		for _, c := range change {
			c(&o)
		}
		return Vacancies(ctx, src, o)
	}, bytes.NewReader(content), Options{File: "monday.xlsx"})
	return t
}

// dirty is a workbook as placement teams keep one: a title over merged cells, a
// header with a line end in it, headings between the rows, a provider merged over
// several rows, days and numbers as text and as such, a hidden row, blank rows, a
// formula, two sheets that count and two that do not.
func dirty(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	set := func(sheet string, cells map[string]any) {
		for at, v := range cells {
			require.NoError(t, f.SetCellValue(sheet, at, v))
		}
	}
	require.NoError(t, f.SetSheetName("Sheet1", "Foster"))
	set("Foster", map[string]any{
		"A1": "Vacancy list – week of 23 November 2026", "A2": "PLEASE KEEP UP TO DATE!",
		"A4": "Agency", "B4": "Carer\nref", "C4": "No. of vacancies", "D4": "Available from", "E4": "Age range", "F4": "M/F", "G4": "Last updated", "H4": "Comments",
		"A5": "Sunny Days", "B5": "H-1", "C5": "2 (siblings)", "D5": "now", "E5": "0–10 yrs", "F5": "M/F", "G5": "20/11/2026", "H5": "lovely",
		"B6": "H-2", "C6": 1, "E6": 46300, "F6": "M", "G6": 46347,
		"B7": "H-3", "C7": "from 3rd Dec", "F7": "either",
		"A9":  "LEEDS NORTH",
		"A10": "Other", "B10": "H-4", "C10": "full", "D10": "-",
		"A11": "Other", "B11": "H-5", "C11": "-",
		"A12": "Other", "B12": "H-6", "C12": "TBC",
		"A13": "Other", "B13": "H-7", "C13": 1,
		"A14": "Other", "B14": "H-8", "C14": "2", "D14": "3/12",
		"A15": "Other", "B15": " ", "C15": "1",
		"A16": "Other", "B16": "H-9", "C16": 46085, "E16": "teens",
	})
	require.NoError(t, f.MergeCell("Foster", "A1", "H1"))
	require.NoError(t, f.MergeCell("Foster", "A5", "A7"))
	require.NoError(t, f.SetRowVisible("Foster", 13, false))
	require.NoError(t, f.SetCellFormula("Foster", "H6", "SUM(C5:C6)"))
	for _, name := range []string{"Residential", "Contacts", "Old"} {
		_, err := f.NewSheet(name)
		require.NoError(t, err)
	}
	set("Residential", map[string]any{
		"A1": "URN", "B1": "Beds available", "C1": "Gender",
		"A2": "SC012345", "B2": 1.0, "C2": "girls",
	})
	set("Contacts", map[string]any{"A1": "Name", "B1": "Phone", "A2": "Duty", "B2": "0113"})
	set("Old", map[string]any{"A1": "URN", "B1": "Vacancies", "A2": "SC1", "B2": 4})
	require.NoError(t, f.SetSheetVisible("Old", false))
	return written(t, f)
}

func written(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var out bytes.Buffer
	_, err := f.WriteTo(&out)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	return out.Bytes()
}

func TestAWorkbookAsPlacementTeamsKeepOne(t *testing.T) {
	got := monday(dirty(t))
	require.NoError(t, got.err)
	require.Equal(t, []string{
		`monday.xlsx, row 11, Foster!C11 (No. of vacancies): "-" does not say how many are free (how many are free, such as 2, 0, full, or 2 from 3 December)`,
		`monday.xlsx, row 12, Foster!C12 (No. of vacancies): "TBC" does not say how many are free (how many are free, such as 2, 0, full, or 2 from 3 December)`,
		"monday.xlsx, row 15, Foster!B15 (Carer ref): the row does not say which home (the id of the home, or its URN)",
		`monday.xlsx, row 16, Foster!C16 (No. of vacancies): "46085" is no number of places; a spreadsheet may have made a day of it (how many are free, such as 2, 0, full, or 2 from 3 December)`,
	}, sentences(got.haul))

	december := care.Date(2026, time.December, 3)
	type row struct {
		home, urn, provider string
		free                int
		from, on            care.Day
		words               string
	}
	var rows []row
	for _, v := range got.good {
		rows = append(rows, row{string(v.Home), v.URN, v.Provider, v.Free, v.From, v.On, v.Words})
	}
	require.Equal(t, []row{
		{"H-1", "", "Sunny Days", 2, 0, listed - 3, "siblings"},
		{"H-2", "", "Sunny Days", 1, 0, listed - 2, ""},
		{"H-3", "", "Sunny Days", 1, december, listed, ""},
		{"H-4", "", "Other", 0, 0, listed, "-"},
		{"H-8", "", "Other", 2, december, listed, ""},
		{"", "SC012345", "", 1, 0, listed, ""},
	}, rows)
	first := got.good[0]
	require.Equal(t, [2]care.Number{care.Num(0), care.Num(10)}, [2]care.Number{first.AgeMin, first.AgeMax})
	require.Nil(t, first.Sexes, "boys and girls")
	require.Equal(t, []care.Sex{care.Male}, got.good[1].Sexes)
	require.Equal(t, []care.Sex{care.Female}, got.good[5].Sexes)
	require.Equal(t, "Foster!C5 (No. of vacancies)", first.Cell(PartFree))

	require.ElementsMatch(t, []string{
		`sheet "Foster": 2 rows above the header left out, the first of them "Vacancy list – week of 23 November 2026"`,
		`Foster!E6 (Age range): "46300" is no range of ages and is left out`,
		`sheet "Foster": the row says no more than "LEEDS NORTH" and is left out`,
		`sheet "Foster": 1 hidden row left out; unhide them to have them read`,
		`the sheet "Contacts" has no header that vacancies are read by and is left out`,
		`the sheet "Old" is hidden and left out`,
	}, says(got.warnings))
	require.Len(t, got.chosen, 2)
	require.Equal(t, VacancyColumns{Home: "Carer ref", Provider: "Agency", Free: "No. of vacancies", From: "Available from", Confirmed: "Last updated", Ages: "Age range", Sexes: "M/F"}, got.chosen[0].Columns)
	require.Equal(t, [2]any{"guessed", 4}, [2]any{got.chosen[0].How, got.chosen[0].Row})
	require.Equal(t, []string{"Comments"}, got.chosen[0].LeftOut)
}

func TestAListMayBeCSVWithATitleNotesAndStrayMarks(t *testing.T) {
	const list = "\ufeffVacancies;;;\r\n;;;\r\nCarer ref;Vacs;Notes;Updated\r\n" +
		"H-1;2;\"two lines\r\nof notes\";20 Nov\r\n\r\n'-H;full;;\r\n" + "Carer ref;Vacs;Notes;Updated\r\n" +
		"H-3;\"1;;\r\nH-4;none;caf\xe9;\r\nH-5;1;;24/11/2026\r\nH-6;1;;yesterday\r\n"
	got := monday([]byte(list))
	require.NoError(t, got.err)
	require.Equal(t, []care.ID{"H-1", "-H", "H-4"}, []care.ID{got.good[0].Home, got.good[1].Home, got.good[2].Home})
	require.Equal(t, []int{4, 7, 10}, got.rows)
	require.Equal(t, listed-3, got.good[0].On, "the last such day")
	require.Equal(t, []string{
		"monday.xlsx, row 9: a quotation mark does not close, or stands within a cell (put a quotation mark at both ends of a cell, and double those within it)",
		"monday.xlsx, row 11, D11 (Updated): 2026-11-24 is after the day of the list, 2026-11-23 (check it, or give the day of the list with --on)",
		`monday.xlsx, row 12, D12 (Updated): "yesterday" is not a day (the day it was confirmed, such as 2026-12-03, or leave it blank)`,
	}, sentences(got.haul))
	require.Equal(t, "H-3;\"1;;\r\n", string(got.rejected[0].Raw), "verbatim")
}

// A note that opens with a quotation mark and ends with another, three homes on, is a
// cell to CSV: the homes in between would stay as they were, full ones open.
func TestAStrayQuotationMarkHidesNoHome(t *testing.T) {
	const stray = "a quotation mark takes in the rows below (close it, or double a mark that is part of the text)"
	for list, want := range map[string][]string{
		"Home ref,Vacancies,Notes\nH-1,1,\"nice home\nH-2,0,\nH-3,full,by \"the sea\nH-4,2,\n": {"H-2", "H-4"},
		"Home ref,Vacancies,Notes\nH-1,1,\"nice home\nH-2,0,\nH-3,full,\"\nH-4,2,\n":           {"H-2", "H-4"},
		"Home ref;Notes;Vacancies\nH-1;\"nice;1\nH-2;ok\";0\nH-4;;2\n":                         {"H-4"},
		"URN;Available from;Notes\nSC1;now;\"nice\nSC2;3 Dec;\"\nSC4;now;\n":                   {"SC4"},
	} {
		got := monday([]byte(list))
		require.NoError(t, got.err)
		var ids []string
		for _, v := range got.good {
			ids = append(ids, string(v.Home)+v.URN)
		}
		require.Equal(t, want, ids, list)
		require.NotEmpty(t, got.rejected)
		require.Equal(t, len(strings.Split(list, "\n"))-2, len(got.good)+len(got.rejected), "every line is accounted for: %v", sentences(got.haul))
	}
	got := monday([]byte("Home ref,Vacancies,Notes\nH-1,1,\"nice home\nH-2,0,\nH-3,full,\"\nH-4,2,\n"))
	require.Equal(t, "monday.xlsx, row 2: "+stray, sentences(got.haul)[0])
	require.Equal(t, "H-1,1,\"nice home\n", string(got.rejected[0].Raw))
	require.Equal(t, []int{3, 5}, got.rows)
}

func TestTheNameOfAHomeMayRunOverTwoLines(t *testing.T) {
	got := monday([]byte("Provider,Home ref,Vacancies\n\"Acme\n(Leeds)\",H-1,full\nAcme,H-2,1\n"))
	require.NoError(t, got.err)
	require.Empty(t, sentences(got.haul))
	require.Len(t, got.good, 2)
	require.Equal(t, care.ID("H-1"), got.good[0].Home)
	require.Zero(t, got.good[0].Free)
}

func TestRowsOfNothingButCommasCostNothing(t *testing.T) {
	got := monday([]byte("Home ref,Vacancies\nH-1,1\n" + strings.Repeat(" ,\r\n", 4*maxRows) + "H-2,full\n"))
	require.NoError(t, got.err)
	require.Equal(t, []int{2, 4*maxRows + 3}, got.rows)
	got = monday([]byte("Home ref,Vacancies\nH-1,1\n" + strings.Repeat("\"\",\n", maxRows+1)))
	require.ErrorContains(t, got.err, "rows, which no vacancy list has")
}

func TestWhatACellSaysOfFreePlaces(t *testing.T) {
	day := func(m time.Month, d int) care.Day { return care.Date(2026, m, d) }
	for cell, want := range map[string]freed{
		"2": {n: 2}, "2.0": {n: 2}, "0": {}, "two": {n: 2}, "Full": {}, "FULL": {}, "none": {}, "Nil": {}, "no": {}, "Yes": {n: 1}, "1 bed": {n: 1},
		"2 places available": {n: 2}, "2 (siblings)": {n: 2, words: "siblings"}, "1 – girls only": {n: 1, words: "girls only"}, "3*": {n: 3}, "2 + ": {n: 2},
		"from 3rd Dec": {n: 1, from: day(12, 3)}, "2 from 3rd December": {n: 2, from: day(12, 3)}, "1 available from 03/12/2026": {n: 1, from: day(12, 3)},
		"1 (from Thurs 3 Dec)": {n: 1, from: day(12, 3)}, "1 bed, from 23/11": {n: 1, from: listed}, "2 from 1st Jan": {n: 2, from: care.Date(2027, time.January, 1)},
		"Available": {n: 1}, "not available": {}, "on hold": {}, "Closed": {}, "unavailable": {}, "occupied": {},
		"2 boys/girls": {n: 2, words: "boys/girls"}, "1 boys or girls": {n: 1, words: "boys or girls"}, "1 parent & child": {n: 1, words: "parent & child"}, "2 short-term": {n: 2, words: "short-term"},
		"1 emergency/respite bed": {n: 1, words: "emergency/respite"}, "2 (ages 5-12)": {n: 2, words: "ages 5-12"}, "1 aged 11+, male only": {n: 1, words: "aged 11+, male only"},
		"2 (5–12 yrs)": {n: 2, words: "5-12 yrs"}, "2 under 5s": {n: 2, words: "under 5s"}, "1 now": {n: 1}, "two beds (sibling group)": {n: 2, words: "sibling group"}, "2 from 16 Nov": {n: 2, from: day(11, 16)},
	} {
		got, err := readFree(cell, listed)
		require.NoError(t, err, cell)
		require.Equal(t, want, got, cell)
	}
	for _, cell := range []string{
		"", " ", "-", "–", "TBC", "?", "n/a", "ask Jane", "1?", "1/2", "2 of 4", "1-2", "1 - 2", "1 or 2", "-1", "1.5", "1e3", "possibly 1", "1 possibly", "1 on hold", "1 (pending)", "1 full",
		"from", "from soon", "1 from 31 Feb", "0 from 3 Dec", "46085", "99999999999", strings.Repeat("2", 300), "2 until 3 Dec", "1 filled", "=1+1", "#REF!", "TRUE",
		"1 allocated", "1 booked", "1 earmarked", "1 withdrawn", "1 gone", "1 suspended", "1 in use", "1 next week", "1 leaving Friday", "1 when K moves", "2 refurbishment", "1 child", "1 young person",
		"5-12 yrs", "5 - 12 yrs", "5 to 12 yrs", "11 yrs", "5+ yrs", "1 (2)", "1 / ", "1/full", "1 + 1", "2 under offer", "2 n/a", "1 ✗", "1 plus", "2 from 1 June", "1 parent leaving",
	} {
		got, err := readFree(cell, listed)
		require.Error(t, err, "%s is read as %+v", cell, got)
	}
}

func TestDaysAsPeopleWriteThem(t *testing.T) {
	december := care.Date(2026, time.December, 3)
	for _, cell := range []string{
		"2026-12-03", "03/12/2026", "3/12/26", "3.12.2026", "3-Dec-26", "3rd Dec", "Dec 3rd", "3 Dec", "3rd of December", "Thu 3rd Dec", "Thursday 3 December 2026", "3/12", "46359", "46359.0", "46359.63", "03/12/2026 15:04", "2026-12-03T00:00:00", "3 Dec 2026 at 9:30am", "December 3, 2026", " 3  DEC ",
	} {
		got, ok := listDay(cell, listed, after)
		require.True(t, ok, cell)
		require.Equal(t, december, got, cell)
	}
	for _, cell := range []string{"", "soon", "31 Feb", "12/31/2026", "3 Dec 1926", "3 Dec 2126", "1", "123", "0", "99999", "3/13", "32/1", "TBC"} {
		_, ok := listDay(cell, listed, after)
		require.False(t, ok, cell)
	}
	got, ok := listDay("22 Nov", listed, after)
	require.True(t, ok)
	require.Equal(t, listed-1, got, "yesterday, and not in a year")
	got, ok = listDay("1 Sept", listed, after)
	require.True(t, ok)
	require.Equal(t, care.Date(2026, time.September, 1), got)
	for _, cell := range []string{"1 Aug", "1 June", "29 Feb"} {
		_, ok = listDay(cell, listed, after)
		require.False(t, ok, "%s is as likely of this year as of the next", cell)
	}
	got, ok = listDay("20 May", listed, after)
	require.True(t, ok)
	require.Equal(t, care.Date(2027, time.May, 20), got)
	got, _ = listDay("22 Nov", listed, before)
	require.Equal(t, listed-1, got)
	got, _ = listDay("23 Nov", listed, after)
	require.Equal(t, listed, got)
	got, _ = listDay("29 Feb", listed, before)
	require.Equal(t, care.Date(2024, time.February, 29), got)
}

// Whatever day of the year is written without its year, it is the last up to the
// list that walking day by day finds, or the first from it on within half a year,
// or else the last if that has been within three months.
func TestDaysWithoutAYearAreThoseThatWalkingFinds(t *testing.T) {
	for on := listed; on < listed+400; on += 37 {
		for d := range 366 {
			day := care.Date(2028, time.January, 1) + care.Day(d)
			_, m, dom := day.Date()
			walk := func(step care.Day) care.Day {
				for want := on; ; want += step {
					if _, wm, wd := want.Date(); wm == m && wd == dom {
						return want
					}
				}
			}
			got, ok := inSomeYear(m, dom, on, before)
			require.True(t, ok)
			require.Equal(t, walk(-1), got, "%d %s, %s", dom, m, on)
			got, ok = inSomeYear(m, dom, on, after)
			switch next, last := walk(1), walk(-1); {
			case next <= on+183:
				require.True(t, ok)
				require.Equal(t, next, got, "%d %s, %s", dom, m, on)
			case last >= on-92:
				require.True(t, ok)
				require.Equal(t, last, got, "%d %s, %s", dom, m, on)
			default:
				require.False(t, ok, "%d %s, %s", dom, m, on)
			}
		}
	}
}

func TestAgesAndSexesAsPeopleWriteThem(t *testing.T) {
	num, no := care.Num, care.Number{}
	for cell, want := range map[string][2]care.Number{
		"0-10": {num(0), num(10)}, "0–10 yrs": {num(0), num(10)}, "0-10yrs": {num(0), num(10)}, "5 to 12 years": {num(5), num(12)}, "aged 11 - 17": {num(11), num(17)},
		"11+": {num(11), no}, "16 plus": {num(16), no}, "over 12 and above": {num(12), no}, "under 5": {no, num(4)}, "under 5s": {no, num(4)}, "up to 8": {no, num(8)}, "10": {num(10), num(10)}, "any": {no, no}, "All ages": {no, no},
	} {
		low, high, ok := readAges(cell)
		require.True(t, ok, cell)
		require.Equal(t, want, [2]care.Number{low, high}, cell)
	}
	for _, cell := range []string{"teens", "10-5", "0-99", "46300", "under 0", "5-10-15", "-", ""} {
		_, _, ok := readAges(cell)
		require.False(t, ok, cell)
	}
	for cell, want := range map[string][]care.Sex{
		"M": {care.Male}, "boys": {care.Male}, "Female only": {care.Female}, "M/F": nil, "F&M": nil, "Boys and girls": nil, "any": nil, "Mixed": nil, "either": nil,
	} {
		got, ok := readSexes(cell)
		require.True(t, ok, cell)
		require.Equal(t, want, got, cell)
	}
	for _, cell := range []string{"x", "M/X", "", "/"} {
		_, ok := readSexes(cell)
		require.False(t, ok, cell)
	}
}

func TestTheColumnOfTheDayMaySayFrom(t *testing.T) {
	for _, cell := range []string{"3 Dec", "from 3rd Dec", "From 3 December", "available from 03/12/2026"} {
		list := monday([]byte("Ref,Vacancies,Available from\nH-1,1," + cell + "\n"))
		require.Len(t, list.good, 1, cell)
		require.Equal(t, care.Date(2026, time.December, 3), list.good[0].From, cell)
	}
}

// A day that is not understood may be far off: the place is not taken to be free now.
func TestAPlaceWhoseDayIsNotUnderstoodIsNotFree(t *testing.T) {
	got := monday([]byte("Ref,Vacancies,Available from,M/F\nH-1,1,soon,M\nH-2,1 from 3 Dec,4 Dec,M\nH-3,1 from 3 Dec,3 Dec,M\nH-4,1,asap,lads\n"))
	require.NoError(t, got.err)
	require.Equal(t, []string{
		`monday.xlsx, row 2, C2 (Available from): "soon" does not say from when (a day such as 2026-12-03, now, or blank)`,
		`monday.xlsx, row 3, C3 (Available from): "4 Dec" does not say from when (a day such as 2026-12-03, now, or blank)`,
	}, sentences(got.haul))
	require.Equal(t, []care.Day{care.Date(2026, time.December, 3), 0}, []care.Day{got.good[0].From, got.good[1].From})
	require.Equal(t, []string{`D5 (M/F): "lads" does not say which sex and is left out`}, says(got.warnings))
}

func TestColumnsAreAFileThatCanBeEdited(t *testing.T) {
	c := VacancyColumns{Home: `Carer "ref" \ no.`, Free: "Vacs\t?", Ages: "Âges"}
	again, err := ParseVacancyColumns(c.Text())
	require.NoError(t, err)
	require.Equal(t, c, *again)
	for text, want := range map[string]string{
		"":                          "name the column of home ids",
		"[columns]\nhome = \"a\"\n": "name the column that says how many are free",
		"[columns]\nhome = \"a\"\nfree = \"A!\"\n":              `"A!" is both home and free`,
		"[columns]\nhome = \"a\"\nfree = \"b\"\nvacs = \"c\"\n": `there is no key "columns.vacs"`,
		"[columns\n": "understood",
		"home = 3":   "there is no key",
	} {
		_, err := ParseVacancyColumns(text)
		require.ErrorIs(t, err, ErrColumns, text)
		require.ErrorContains(t, err, want, text)
	}
}

func TestColumnsThatAreGivenOrRememberedGoBeforeAGuess(t *testing.T) {
	const list = "Ref,Vacancy date,Spare,Vacancies\nH-1,3 Dec,2,9\n"
	spare := &VacancyColumns{Home: "ref", Free: "SPARE "}
	guessed := monday([]byte(list))
	require.Equal(t, [2]any{"guessed", 9}, [2]any{guessed.chosen[0].How, guessed.good[0].Free})
	given := monday([]byte(list), func(o *VacancyOptions) { o.Columns = spare })
	require.Equal(t, [3]any{"given", 2, care.Day(0)}, [3]any{given.chosen[0].How, given.good[0].Free, given.good[0].From})
	require.Equal(t, []string{"Vacancy date", "Vacancies"}, given.chosen[0].LeftOut)

	var asked string
	remember := func(o *VacancyOptions) {
		o.Remembered = func(key string) (*VacancyColumns, error) {
			asked = key
			return spare, nil
		}
	}
	remembered := monday([]byte(list), remember)
	require.Equal(t, [2]any{"remembered", 2}, [2]any{remembered.chosen[0].How, remembered.good[0].Free})
	require.Equal(t, asked, guessed.chosen[0].Key)
	other := monday([]byte("Ref,Vacs\nH-1,1\n"), remember)
	require.Equal(t, "guessed", other.chosen[0].How, "what does not fit is not used")
	require.NotEqual(t, other.chosen[0].Key, guessed.chosen[0].Key)
	unused := monday([]byte("Ref,Vacs\nH-1,1\n"), func(o *VacancyOptions) { o.Columns = spare })
	require.Equal(t, []string{"the header lacks a column that the map names, so the map is not used"}, says(unused.warnings))

	foreign := monday([]byte("Heim;Plätze\nH-1;2\n"), func(o *VacancyOptions) { o.Columns = &VacancyColumns{Home: "Heim", Free: "Plätze"} })
	require.NoError(t, foreign.err)
	require.Equal(t, 2, foreign.good[0].Free, "names that nobody guesses")
	broken := errors.New("the store is closed")
	failing := monday([]byte(list), func(o *VacancyOptions) {
		o.Remembered = func(string) (*VacancyColumns, error) { return nil, broken }
	})
	require.ErrorIs(t, failing.err, broken)
}

func TestOnlyADayFromWhichSaysThatThereIsAPlace(t *testing.T) {
	got := monday([]byte("Ref,Available from\nH-1,3 Dec\nH-2,TBC\nH-3,\nH-4,soon\n"))
	require.NoError(t, got.err)
	require.Len(t, got.good, 1)
	require.Equal(t, [2]any{1, care.Date(2026, time.December, 3)}, [2]any{got.good[0].Free, got.good[0].From})
	require.Len(t, got.rejected, 2)
	require.Equal(t, []string{`the row says no more than "H-3" and is left out`}, says(got.warnings))
}

func TestANumberThatIsMergedOverSeveralHomesSaysNothingOfEach(t *testing.T) {
	f := excelize.NewFile()
	for at, v := range map[string]any{"A1": "Home", "B1": "Free", "A2": "H-1", "B2": 2, "A3": "H-2", "A4": "H-3", "B4": 1} {
		require.NoError(t, f.SetCellValue("Sheet1", at, v))
	}
	require.NoError(t, f.MergeCell("Sheet1", "B2", "B3"))
	got := monday(written(t, f))
	require.NoError(t, got.err)
	require.Equal(t, []int{4}, got.rows)
	require.Len(t, got.rejected, 2)
	for i, row := range []string{"2", "3"} {
		require.Contains(t, got.rejected[i].Error(), "row "+row+", Sheet1!B"+row+" (Free): is one cell for several rows, so it does not say how many are free in each home (say it in every row)")
		require.Equal(t, "H-"+strconv.Itoa(i+1)+",\n", string(got.rejected[i].Raw), "so that it is not believed of one of them once it is mended")
	}
}

// A home over two rows, one for each of its beds, is one home.
func TestANumberThatIsMergedAsItsHomeIsIsTheNumberOfThatHome(t *testing.T) {
	f := excelize.NewFile()
	for at, v := range map[string]any{"A1": "Home", "B1": "Free", "C1": "Who is there", "A2": "H-1", "B2": 2, "C2": "K", "C3": "L", "A4": "H-2", "B4": 1} {
		require.NoError(t, f.SetCellValue("Sheet1", at, v))
	}
	require.NoError(t, f.MergeCell("Sheet1", "A2", "A3"))
	require.NoError(t, f.MergeCell("Sheet1", "B2", "B3"))
	got := monday(written(t, f))
	require.NoError(t, got.err)
	require.Empty(t, got.rejected)
	require.Equal(t, [2]any{care.ID("H-1"), 2}, [2]any{got.good[1].Home, got.good[1].Free})
	require.Equal(t, []int{2, 3, 4}, got.rows)
}

func TestDaysOfAWorkbookThatCountsFrom1904(t *testing.T) {
	f := excelize.NewFile()
	yes := true
	require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	for at, v := range map[string]any{"A1": "Home", "B1": "Free", "C1": "From", "D1": "Updated", "A2": 10234, "B2": 2, "C2": 46359 - 1462, "D2": 46347.63 - 1462, "A3": "H-2", "B3": "?", "C3": 46359 - 1462, "A4": "H-3", "B4": 1, "C4": "3 Dec"} {
		require.NoError(t, f.SetCellValue("Sheet1", at, v))
	}
	got := monday(written(t, f))
	require.NoError(t, got.err)
	require.Equal(t, [3]any{care.ID("10234"), care.Date(2026, time.December, 3), care.Date(2026, time.November, 21)}, [3]any{got.good[0].Home, got.good[0].From, got.good[0].On})
	require.Equal(t, care.Date(2026, time.December, 3), got.good[1].From, "a day in words counts from nowhere")
	require.Equal(t, "H-2,?,46359\n", string(got.rejected[0].Raw), "as a file that counts from 1900 has it")
}

func TestARejectedRowOfAWorkbookCanBeMendedAsCSV(t *testing.T) {
	f := excelize.NewFile()
	for at, v := range map[string]any{"A1": "Home", "B1": "Free", "C1": "Notes", "A2": "H-1", "B2": "some", "C2": "=HYPERLINK(\"http://example.org\")", "A3": "-H", "B3": "?", "C3": "a, b"} {
		require.NoError(t, f.SetCellValue("Sheet1", at, v))
	}
	got := monday(written(t, f))
	var out bytes.Buffer
	w := NewRejects(&out)
	for _, bad := range got.rejected {
		require.NoError(t, w.Add(bad))
	}
	require.Equal(t, "Home,Free,Notes\nH-1,some,\"'=HYPERLINK(\"\"http://example.org\"\")\"\n'-H,?,\"a, b\"\n", out.String(), "nothing in it runs")
	mended := monday([]byte(strings.NewReplacer("some", "1", "?", "2").Replace(out.String())))
	require.NoError(t, mended.err)
	require.Equal(t, care.ID("-H"), mended.good[1].Home)
	require.Equal(t, got.chosen[0].Key, mended.chosen[0].Key, "and its columns are remembered")
}

func TestAListStopsWhenAsked(t *testing.T) {
	n := 0
	for range Vacancies(t.Context(), bytes.NewReader(dirty(t)), VacancyOptions{On: listed}) {
		if n++; n == 2 {
			break
		}
	}
	require.Equal(t, 2, n)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for item, err := range Vacancies(ctx, bytes.NewReader(dirty(t)), VacancyOptions{On: listed}) {
		require.True(t, err != nil || item.Number == 5, "the first row alone is read")
		cancel()
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
	for _, content := range [][]byte{dirty(t), []byte("Ref,Vacs\nH-1,1\n")} {
		requireStopped(t, ctx, func(ctx context.Context, src io.Reader, o Options) iter.Seq2[Item[Vacancy], error] {
			return Vacancies(ctx, src, VacancyOptions{Options: o, On: listed})
		}, bytes.NewReader(content))
	}
}
