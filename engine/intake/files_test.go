package intake

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestTheSameFileInEveryWrapping(t *testing.T) {
	plain := homeHeader + "\n" + goodHome("H-1") + "\n"
	want := haulIn(Homes, strings.NewReader(plain), opts()).good
	require.Len(t, want, 1)
	for name, src := range map[string]string{
		"byte-order mark":       utf8Mark + plain,
		"CRLF":                  strings.ReplaceAll(plain, "\n", "\r\n"),
		"no last line end":      strings.TrimSuffix(plain, "\n"),
		"semicolons":            strings.ReplaceAll(plain, ",", ";"),
		"tabs":                  strings.ReplaceAll(plain, ",", "\t"),
		"quoted header":         `"id","kind","postcode","beds","authority","provider"` + "\n" + goodHome("H-1"),
		"other column names":    "ID,Kind,POST-CODE, Beds ,AUTHORITY,Pro vider\n" + goodHome("H-1"),
		"columns in their way":  "provider,beds,authority,kind,postcode,id\nMoor House,2,Leeds,foster,LS6 2AB,H-1",
		"blank lines":           "\n\r\n" + strings.ReplaceAll(plain, "\n", "\n\n,,,,,\n \n"),
		"gzip":                  string(gzipped(t, plain)),
		"gzip of a marked file": string(gzipped(t, utf8Mark+plain)),
	} {
		t.Run(name, func(t *testing.T) {
			h := haulIn(Homes, strings.NewReader(src), opts())
			require.NoError(t, h.err)
			require.Empty(t, sentences(h))
			require.Empty(t, h.warnings)
			require.Equal(t, want, h.good)
		})
	}
}

func TestWindows1252IsUnderstoodRowByRow(t *testing.T) {
	h := haulIn(Homes, file(homeHeader,
		"H-1,foster,LS6 2AB,2,Leeds,Caf\xe9 \x96 House", "H-2,foster,LS6 2AB,2,Leeds,Café – House", "H-3,foster,LS6 2AB,2,Leeds,\x80"), opts())
	require.NoError(t, h.err)
	require.Equal(t, "Café – House", h.good[0].Provider)
	require.Equal(t, "Café – House", h.good[1].Provider)
	require.Equal(t, "€", h.good[2].Provider)
	require.Equal(t, []Warning{{File: "homes.csv", Row: 2, Count: 2, Says: "a row is not UTF-8 and was read as Windows-1252; check letters with accents"}}, h.warnings)
}

func TestRowsAreNumberedAsASpreadsheetShowsThem(t *testing.T) {
	h := haulIn(Children, file("id,dob,authority,wishes", "C-1,2015-03-09,Leeds,x", "", `C-2,2015-03-09,Leeds,"two`, `lines"`, ",,,", "C-3,2015-03-09,Leeds,"), opts())
	require.Empty(t, h.rejected)
	require.Equal(t, []int{2, 4, 7}, h.rows)
	require.Equal(t, "two\nlines", h.good[1].Wishes)
}

// Words over several lines are a child's; a child within them is another's row.
func TestAStrayQuotationMarkInProseHidesNoRow(t *testing.T) {
	h := haulIn(Children, file("id,dob,authority,wishes", `C-1,2015-03-09,Leeds,"my mum`, "C-2,2016-04-01,Leeds,", `C-3,2017-05-02,Leeds,Nan"`,
		`C-4,2015-03-09,Leeds,"I want`, `mum, dad, the dog, all"`), opts())
	require.Equal(t, []int{3, 5}, h.rows)
	require.Equal(t, "I want\nmum, dad, the dog, all", h.good[1].Wishes)
	require.Equal(t, []string{
		"homes.csv, row 2: a quotation mark takes in the rows below (close it, or double a mark that is part of the text)",
		"homes.csv, row 4: a quotation mark stands in the middle of a cell (put the whole cell in quotation marks and double those within it: \"3'6\"\" bed\")",
	}, sentences(h))
	homes := haulIn(Homes, file(homeHeader+",notes", `H-1,foster,LS6 2AB,2,Leeds,X,"good`, "H-2,foster,LS6 2AB,2,Leeds,X,", `H-3,foster,LS6 2AB,2,Leeds,X,"`), opts())
	require.Equal(t, []int{3}, homes.rows)
	require.Len(t, homes.rejected, 2)
}

// Words in the first column end on a line that has all the other columns.
func TestWordsOverSeveralLinesMayStandInTheFirstColumn(t *testing.T) {
	h := haulIn(Children, file("wishes,id,dob,authority", `"I want`, `my dog",C-1,2015-03-09,Leeds`, `"one`, "two", `three",C-2,2015-03-09,Leeds`, `,C-3,2015-03-09,Leeds`), opts())
	require.Empty(t, sentences(h))
	require.Equal(t, []int{2, 4, 7}, h.rows)
	require.Equal(t, "I want\nmy dog", h.good[0].Wishes)
	require.Equal(t, "one\ntwo\nthree", h.good[1].Wishes)

	h = haulIn(Children, file("wishes,id,dob,authority", `"a dog,C-1,2015-03-09,Leeds`, `a bed of 3",C-2,2015-03-09,Leeds`, `,C-3,2015-03-09,Leeds`), opts())
	require.Equal(t, "homes.csv, row 2: a quotation mark takes in the rows below (close it, or double a mark that is part of the text)", sentences(h)[0])
	h = haulIn(Children, file("wishes,id,dob,authority", `"a dog,C-1,2015-03-09,Leeds`, `,C-2,2015-03-09,Leeds`, `a bed of 3",C-3,2015-03-09,Leeds`), opts())
	require.Contains(t, h.rows, 3, "the row between is read")

	h = haulIn(Children, file("wishes,id,dob,authority,cultural_needs", `"I want`, `my dog",C-1,2015-03-09,Leeds,"a church`, `near by"`), opts())
	require.NotContains(t, strings.Join(sentences(h), " "), "takes in the rows below", "a line may end one cell and begin another")
}

func TestUnknownColumnsAreNamedWithWhatMayHaveBeenMeant(t *testing.T) {
	h := haulIn(Homes, file("id,kind,postcode,beds,Agemin,skils,Shoe size,", "H-1,foster,LS6 2AB,2,3,autism,44,"), opts())
	require.Len(t, h.good, 1)
	require.Equal(t, care.Num(3), h.good[0].AgeMin)
	require.Nil(t, h.good[0].Skills)
	require.Equal(t, []string{
		`the column "skils" is not known and is left out; did you mean skills?`,
		`the column "Shoe size" is not known and is left out`,
		"a column has no name and is left out",
		"no column age_max, sexes: these homes are taken to have no such limit",
	}, says(h.warnings))
}

func TestColumnsByTheNamesThatCouncilsHaveForThemAreReadAndSaid(t *testing.T) {
	h := haulIn(Homes, file("Home ID,Type of home,postcode,No of beds,Min age,Maximum Age,Gender", "H-1,foster,LS6 2AB,2,3,11,F"), opts())
	require.Len(t, h.good, 1)
	require.Equal(t, care.Home{
		ID: "H-1", Kind: care.Foster, Where: headingley, Authority: leeds, Beds: 2, AgeMin: care.Num(3), AgeMax: care.Num(11), Sexes: []care.Sex{care.Female},
	}, h.good[0])
	require.Equal(t, []string{
		`the column "Home ID" is read as id`, `the column "Type of home" is read as kind`, `the column "No of beds" is read as beds`,
		`the column "Min age" is read as age_min`, `the column "Maximum Age" is read as age_max`, `the column "Gender" is read as sexes`,
	}, says(h.warnings))

	h = haulIn(Homes, file("id,kind,postcode,beds,age_min,Youngest", "H-1,foster,LS6 2AB,2,3,5"), opts())
	require.EqualError(t, h.err, `homes.csv: has the column age_min twice, once as "Youngest" (remove or rename one of the two)`)
}

// A name for two columns would be whichever comes last.
func TestNoColumnHasTheNameOfAnother(t *testing.T) {
	require.Empty(t, twiceNamed(homes()))
	require.Empty(t, twiceNamed(children()))
	require.Empty(t, twiceNamed(placements()))
	require.Equal(t, []string{"agemin"}, twiceNamed(table[care.Home]{columns: called([]column[care.Home]{{name: "age_min"}, {name: "age"}}, map[string]string{"age": "old, age-min"})}))
}

func twiceNamed[T any](t table[T]) (twice []string) {
	seen := map[string]bool{}
	for _, c := range t.columns {
		for _, name := range append(slices.Clone(c.also), c.name) {
			if seen[fold(name)] {
				twice = append(twice, fold(name))
			}
			seen[fold(name)] = true
		}
	}
	return twice
}

// A name for a column that there is not would be a name for nothing.
func TestTheNamesThatCouncilsHaveAreOfColumnsThatThereAre(t *testing.T) {
	h, c, p := homes(), children(), placements()
	require.Subset(t, h.names(), slices.Collect(maps.Keys(homeNames())))
	require.Subset(t, c.names(), slices.Collect(maps.Keys(childNames())))
	require.Subset(t, p.names(), slices.Collect(maps.Keys(placementNames())))
}

func TestAHeaderAloneIsWorthAWarning(t *testing.T) {
	for _, src := range []string{homeHeader, homeHeader + "\r\n\r\n", homeHeader + "\n,,,\n"} {
		h := haulIn(Homes, strings.NewReader(src), opts())
		require.NoError(t, h.err)
		require.Empty(t, h.good)
		require.Equal(t, []string{"the file has a header and no rows"}, says(h.warnings))
	}
}

func TestWarningsOfSeveralFilesAreKeptApart(t *testing.T) {
	var w Warnings
	for _, name := range []string{"a.csv", "b.csv", "b.csv"} {
		w.add(name, 7, "x", func() string { return "says " + name })
	}
	require.Equal(t, []Warning{{"a.csv", 7, 1, "says a.csv"}, {"b.csv", 7, 2, "says b.csv"}}, w.All())
	var none *Warnings
	none.add("a.csv", 1, "x", func() string { panic("nobody listens") })
	require.Empty(t, none.All())
}

func TestReadingMayStopEarly(t *testing.T) {
	n := 0
	for item, err := range Homes(t.Context(), file(homeHeader, goodHome("H-1"), goodHome("H-2")), opts()) {
		require.NoError(t, err)
		require.Nil(t, item.Invalid)
		n++
		break
	}
	require.Equal(t, 1, n)
}

func TestRejectsCanBeMendedAndImportedAgain(t *testing.T) {
	src := utf8Mark + strings.Join([]string{"id;kind;postcode;beds;authority;provider", "H-1;foster;LS6 2AB;2;Leeds;ok", "H-2;barn;LS6 2AB;2;Leeds;Caf\xe9",
		`H-3;foster;LS6 2AB;2;Leeds;"open`, "H-4;foster;LS6 2AB;2;Leeds;ok", "H-5;foster;LS6 2AB;2"}, "\r\n")
	var out bytes.Buffer
	rejects := NewRejects(&out)
	for item, err := range Homes(t.Context(), strings.NewReader(src), opts()) {
		require.NoError(t, err)
		if item.Invalid != nil {
			require.NoError(t, rejects.Add(item.Invalid))
		}
	}
	require.Equal(t, utf8Mark+"id;kind;postcode;beds;authority;provider\r\nH-2;barn;LS6 2AB;2;Leeds;Caf\xe9\r\n"+
		"H-3;foster;LS6 2AB;2;Leeds;\"open\r\nH-5;foster;LS6 2AB;2\n", out.String())

	mended := strings.NewReplacer("barn", "foster", `"open`, "open", "2AB;2\n", "2AB;2;;\n").Replace(out.String())
	h := haulIn(Homes, strings.NewReader(mended), opts())
	require.Empty(t, sentences(h))
	require.Len(t, h.good, 3)
	require.Equal(t, "Café", h.good[0].Provider)
}

func TestRejectsOfFilesWithOtherHeadersAreNotMixed(t *testing.T) {
	var out bytes.Buffer
	rejects := NewRejects(&out)
	first := haulIn(Homes, file(homeHeader, "H-1"), opts()).rejected[0]
	unlike := haulIn(Homes, file("kind,id,postcode,beds", "H-1"), opts()).rejected[0]
	like := haulIn(Homes, strings.NewReader(homeHeader+"\r\nH-9"), opts()).rejected[0]
	require.NoError(t, rejects.Add(first))
	require.ErrorIs(t, rejects.Add(unlike), ErrOtherHeader)
	require.NoError(t, rejects.Add(like))
	require.Equal(t, homeHeader+"\nH-1\nH-9\n", out.String())
}

func TestACallersRefusalLooksLikeOurs(t *testing.T) {
	n := 0
	for item, err := range Placements(t.Context(), file("id,child,home,start", "P-1,C-1,H-1,2026-01-31"), Options{File: "p.csv"}) {
		n++
		require.NoError(t, err)
		e := item.Reject("child", string(item.Value.Child), "no child C-1 is known", "import the children first")
		require.EqualError(t, e, "p.csv, row 2, child: no child C-1 is known (import the children first)")
		require.Equal(t, "C-1", e.Value)
		var out bytes.Buffer
		require.NoError(t, NewRejects(&out).Add(e))
		require.Equal(t, "id,child,home,start\nP-1,C-1,H-1,2026-01-31\n", out.String())
	}
	require.Equal(t, 1, n)
}

func TestAHugeCellIsShownInPart(t *testing.T) {
	h := haulIn(Homes, file("id,kind,postcode,beds", "H-1,"+strings.Repeat("é", 5000)+",LS6 2AB,1"), Options{})
	require.Less(t, len(h.rejected[0].Error()), 600)
	require.Equal(t, strings.Repeat("é", 100)+"…", h.rejected[0].Value)
	require.True(t, strings.HasPrefix(h.rejected[0].Error(), "the file, row 2, kind: "), h.rejected[0].Error())
	require.Greater(t, len(h.rejected[0].Raw), 10_000)
}

func TestWhatIsShownOfACellEndsAtALetter(t *testing.T) {
	for _, before := range []string{"", "x", "xx", "xxx"} {
		shown := clip(before + strings.Repeat("€", 500))
		require.True(t, utf8.ValidString(shown))
		require.True(t, strings.HasSuffix(shown, "€…"))
		require.LessOrEqual(t, len(shown), maxShown+len("…"))
	}
	exact := strings.Repeat("x", maxShown)
	require.Equal(t, exact, clip(exact))
	require.Equal(t, exact+"…", clip(exact+"y"))
}

func TestACallerMayKeepARejectAfterTheNextRow(t *testing.T) {
	h := haulIn(Homes, file(homeHeader, "H-1,foster", goodHome("H-2"), "H-3"), opts())
	require.Equal(t, "H-1,foster\n", string(h.rejected[0].Raw))
	require.Equal(t, "H-3\n", string(h.rejected[1].Raw))
}
