package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// aHomeOf is a home with a postcode, as the atlas places it.
func aHomeOf() care.Home {
	return care.Home{ID: "H-1", Kind: care.Foster, Authority: leeds, Where: headingley, Beds: 2, Provider: "=Rose", URN: "'tis"}
}

// with puts cells into a record and requires that the row is good.
func with[T any](t require.TestingT, sheet Sheet[T], v T, o Options, cells ...Cell) T {
	item, err := sheet.With(context.Background(), &v, cells, o)
	require.NoError(t, err)
	require.Nil(t, item.Invalid, "%v", item.Invalid)
	return item.Value
}

func TestTheCellsOfAHomeAreThoseOfAFileWithoutTheApostrophe(t *testing.T) {
	h, sheet := aHomeOf(), HomeSheet()
	cells, err := sheet.Cells(&h)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, WriteHomes(&out, seqOf(h)))
	rows, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	require.Len(t, cells, len(rows[0]))
	for i, c := range cells {
		require.Equal(t, rows[0][i], c.Column)
		if c.Column == "provider" {
			require.Equal(t, []string{"=Rose", "'=Rose"}, []string{c.Value, rows[1][i]})
			continue
		}
		require.Equal(t, rows[1][i], c.Value, c.Column)
	}
	h.Beds = -1
	_, err = sheet.Cells(&h)
	require.Error(t, err, "what is not valid is in no file")
}

func TestAColumnIsFoundAsInAHeader(t *testing.T) {
	homes, children := HomeSheet(), ChildSheet()
	for name, want := range map[string]string{"beds": "beds", "Age Min": "age_min", "closed-dates": "closed_dates", " LNG ": "lng"} {
		column, _, ok := homes.Column(name)
		require.True(t, ok, name)
		require.Equal(t, want, column)
	}
	_, meant, ok := homes.Column("bedz")
	require.False(t, ok)
	require.Equal(t, "beds", meant)
	_, meant, ok = children.Column("needed")
	require.False(t, ok)
	require.Equal(t, "needed_by", meant)
	_, meant, ok = children.Column("beds_shut_by_whom")
	require.False(t, ok)
	require.Empty(t, meant)
}

func TestANewPostcodeBringsItsPosition(t *testing.T) {
	sheet := HomeSheet()
	moved := with(t, sheet, aHomeOf(), opts(), Cell{"postcode", "s1 2hh"})
	require.Equal(t, "S1 2HH", moved.Where.Postcode)
	require.Equal(t, care.At(53.3811, -1.4701), moved.Where.Point, "not where it was")

	same := aHomeOf()
	same.Where.Point = care.At(53.82, -1.57)
	require.Equal(t, same, with(t, sheet, same, opts(), Cell{"postcode", "ls62ab"}), "the same one leaves the position that somebody gave")

	placed := with(t, sheet, aHomeOf(), opts(), Cell{"postcode", "S1 2HH"}, Cell{"lat", "53.4"}, Cell{"lng", "-1.5"})
	require.Equal(t, care.Location{Postcode: "S1 2HH", Point: care.At(53.4, -1.5)}, placed.Where, "a position that is given with it wins")

	moved = with(t, sheet, aHomeOf(), opts(), Cell{"lat", "53.83"})
	require.Equal(t, care.Location{Postcode: "LS6 2AB", Point: care.At(53.83, -1.5696)}, moved.Where)

	bare := with(t, sheet, aHomeOf(), opts(), Cell{"postcode", ""}, Cell{"lat", "53.83"}, Cell{"lng", "-1.5"})
	require.Equal(t, care.Location{Point: care.At(53.83, -1.5)}, bare.Where)
}

func TestACellThatCannotBeReadIsRefused(t *testing.T) {
	h, sheet := aHomeOf(), HomeSheet()
	for cell, says := range map[Cell]string{
		{"postcode", "EX1 1AA"}:                        `no position for "EX1 1AA"`,
		{"postcode", "Headingley Lane"}:                "is not a postcode",
		{"postcode", " "}:                              "no position is given",
		{"lat", ""}:                                    "is empty, and lng is given",
		{"beds", "two"}:                                `"two" is not a whole number`,
		{"beds", "2\n3"}:                               "a cell runs over several lines",
		{"provider", "A\x00B"}:                         "NUL",
		{"provider", "Caf\xe9"}:                        "is not text",
		{"provider", strings.Repeat("x", MaxRecord+1)}: "longer than 1 MiB",
		{"provider", strings.Repeat("Caf\xe9 ", 1000)}: "is not text",
	} {
		item, err := sheet.With(t.Context(), &h, []Cell{cell}, opts())
		require.NoError(t, err)
		require.NotNil(t, item.Invalid, "%.40q", cell)
		require.Contains(t, item.Invalid.Error(), says)
		require.LessOrEqual(t, len(item.Invalid.Value), maxShown+len("…"), says)
	}
}

func TestAChildsAddressGoesWithItsPostcodeAndTheSchoolsWithItsNumber(t *testing.T) {
	sheet := ChildSheet()
	c := care.Child{ID: "C-1", DOB: care.Date(2015, 3, 9), Authority: leeds, Home: headingley, School: "107890", SchoolAt: headingley}
	gone := with(t, sheet, c, opts(), Cell{"home_postcode", ""})
	require.Zero(t, gone.Home, "who blanks an address does not leave where it is")
	require.Equal(t, headingley, gone.SchoolAt)

	o := opts()
	o.School = func(urn int) (s gazetteer.School, found bool, err error) { return s, false, nil }
	changed := with(t, sheet, c, o, Cell{"school", "107891"})
	require.Zero(t, changed.SchoolAt, "it is not where the old school is")
	require.Equal(t, headingley, changed.Home)
	changed = with(t, sheet, c, o, Cell{"school", "107891"}, Cell{"school_postcode", "S1 2HH"})
	require.Equal(t, "S1 2HH", changed.SchoolAt.Postcode)
	require.Equal(t, care.At(53.3811, -1.4701), changed.SchoolAt.Point)
	require.Equal(t, c, with(t, sheet, c, o, Cell{"school", "107890"}))
}

func TestTheRowIsWarnedOfOnce(t *testing.T) {
	h, sheet := aHomeOf(), HomeSheet()
	o := opts()
	o.Warnings = new(Warnings)
	_, err := sheet.With(t.Context(), &h, []Cell{{"authority", "Sheffield"}, {"postcode", "LS6 2AB"}}, o)
	require.NoError(t, err)
	all := o.Warnings.All()
	require.Len(t, all, 1)
	require.Equal(t, 1, all[0].Count, "it is read twice, and that is nobody's business")
}

func TestARecordThatNoFileHoldsIsNotReadAnew(t *testing.T) {
	h, sheet := aHomeOf(), HomeSheet()
	h.Provider = " spaces "
	_, err := sheet.With(t.Context(), &h, []Cell{{"beds", "1"}}, opts())
	require.ErrorIs(t, err, ErrUnwritable)
	broken := errors.New("broken")
	_, err = sheet.With(t.Context(), ptr(aHomeOf()), []Cell{{"postcode", "S1 2HH"}}, Options{Resolver: atlas{broken: broken}})
	require.ErrorIs(t, err, broken)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, err = sheet.With(stopped, ptr(aHomeOf()), []Cell{{"beds", "1"}}, opts())
	require.ErrorIs(t, err, context.Canceled)
}

func ptr[T any](v T) *T { return &v }

// A cell that is put in is what an import makes of a file with that cell in it. The
// cells that bring others along have tests of their own.
func TestPuttingACellInIsImportingIt(t *testing.T) {
	t.Run("homes", func(t *testing.T) { putIn(t, genHome(), WriteHomes, Homes, HomeSheet(), homes()) })
	t.Run("children", func(t *testing.T) { putIn(t, genChild(), WriteChildren, Children, ChildSheet(), children()) })
}

func putIn[T any](t *testing.T, gen *rapid.Generator[T], to writeFunc[T], from readFunc[T], sheet Sheet[T], table table[T]) {
	rapid.Check(t, func(t *rapid.T) {
		v, other := gen.Draw(t, "v"), gen.Draw(t, "other")
		were, err := sheet.row(&other)
		require.NoError(t, err)
		names := slices.DeleteFunc(table.names(), func(name string) bool {
			return name == "id" || slices.ContainsFunc(table.leads, func(l lead) bool { return l.column == name })
		})
		var cells []Cell
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 4, rapid.ID).Draw(t, "columns") {
			cells = append(cells, Cell{name, rapid.SampledFrom([]string{were[name], were[name], were[name], "", "none", "?"}).Draw(t, name)})
		}
		item, err := sheet.With(context.Background(), &v, cells, Options{Resolver: exact{}})
		require.NoError(t, err)

		var out, edited bytes.Buffer
		require.NoError(t, to(&out, seqOf(v)))
		in := csv.NewReader(&out)
		rows, err := in.ReadAll()
		require.NoError(t, err)
		row, err := sheet.row(&v) // the CSV reader of Go takes carriage returns out of prose
		require.NoError(t, err)
		for i, name := range rows[0] {
			rows[1][i] = row[name]
		}
		for _, c := range cells {
			rows[1][slices.Index(rows[0], c.Column)] = c.Value
		}
		require.NoError(t, csv.NewWriter(&edited).WriteAll(rows))
		h := haulIn(from, &edited, Options{Resolver: exact{}})
		require.NoError(t, h.err)
		if item.Invalid != nil {
			require.Len(t, h.rejected, 1)
			require.Equal(t, []string{h.rejected[0].Column, h.rejected[0].Why, h.rejected[0].Hint}, []string{item.Invalid.Column, item.Invalid.Why, item.Invalid.Hint})
			return
		}
		require.Empty(t, h.rejected)
		require.Equal(t, h.good, []T{item.Value})
	})
}

func TestTheCellsOfARecordPutIntoItChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, sheet := genChild().Draw(t, "v"), ChildSheet()
		row, err := sheet.row(&v)
		require.NoError(t, err)
		var cells []Cell
		for _, name := range sheet.table.names() {
			cells = append(cells, Cell{name, row[name]})
		}
		require.Equal(t, v, with(t, sheet, v, Options{Resolver: exact{}}, cells...))
	})
}
