package intake

import (
	"bytes"
	"context"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Vacancy is what a row of a vacancy list says of one home.
type Vacancy struct {
	Home     care.ID  // as the list writes it; empty where it has no such column
	URN      string   // likewise
	Provider string   // likewise
	Free     int      // beds that are free from the day From
	From     care.Day // 0 is now
	On       care.Day // the day for which that was said
	Words    string   // what stands beside the number and has no place in a record, such as "siblings"

	AgeMin, AgeMax care.Number // of the children it is for; not known where the list does not say
	Sexes          []care.Sex  // likewise; nil where the list does not say

	under *heading // the header that it was read by
	row   int
}

// Cell says where a part of the row stands, as a person finds it: the cell and,
// in brackets, the name of its column.
func (v *Vacancy) Cell(part VacancyPart) string {
	if v.under == nil {
		return ""
	}
	i, ok := v.under.at[part]
	if !ok {
		return ""
	}
	return v.under.label(i, v.row)
}

// VacancyOptions say how a vacancy list is read.
type VacancyOptions struct {
	Options
	// On is the day that the list speaks for: a day of it without a year is the
	// next such day, and a row that does not say when it was confirmed was so then.
	On care.Day
	// Columns say which column is which, where a person has said so. A sheet that
	// lacks one of them is read as if nobody had.
	Columns *VacancyColumns
	// Remembered finds the columns that a header with this key was read by before.
	// It may be nil.
	Remembered func(key string) (*VacancyColumns, error)
	// Chosen is told how each sheet is read, and again at each header that changes
	// it. It may be nil.
	Chosen func(ChosenColumns)
}

// ChosenColumns say how a sheet is read.
type ChosenColumns struct {
	File    string
	Sheet   string // empty in a CSV file
	Row     int    // of the header
	Key     string // the same for every header of the same names in the same order
	How     string // "given", "remembered" or "guessed"
	Columns VacancyColumns
	LeftOut []string // names of the columns that nothing is taken from
}

// Vacancies reads a vacancy list, an XLSX workbook or a CSV file, as [Homes] reads
// homes. Each sheet that has a header is read, and by another header from the row
// on where there is one; rows above the header, rows, columns and sheets that are
// hidden, and sheets without a header are left out and said to be. A row whose
// number of free beds is not understood is rejected, and its Value says which home
// it named, if that is all that was understood; what is not understood of ages and
// sexes is a warning, cell by cell.
//
// In a workbook Row.Table is the sheet, Row.Number the row in it, and Row.Raw the
// row as CSV, under the header as CSV.
func Vacancies(ctx context.Context, src io.Reader, opts VacancyOptions) iter.Seq2[Item[Vacancy], error] {
	return func(yield func(Item[Vacancy], error) bool) {
		l := &vacancyList{VacancyOptions: opts, ground: ground{Resolver: nowhere{}, file: opts.File, warnings: opts.Warnings}, yield: yield}
		err := l.read(ctx, src)
		if err != nil && err != errStopped {
			yield(Item[Vacancy]{}, err)
		}
	}
}

// vacancyList is a vacancy list that is being read.
type vacancyList struct {
	VacancyOptions
	ground
	yield func(Item[Vacancy], error) bool
	found int // sheets with a header
	rows  int // of the list that were handed on
	bytes int // of those rows, as CSV
}

func (l *vacancyList) fault(f *FileError) error {
	f.File = l.File
	return f
}

func (l *vacancyList) read(ctx context.Context, src io.Reader) error {
	sheets, fault := openSheets(ctx, src)
	if fault != nil {
		return l.fault(fault)
	}
	for _, name := range sheets.hidden {
		l.warnings.add(l.File, 0, "hidden "+name, func() string { return "the sheet " + quote(name) + " is hidden and left out" })
	}
	for _, s := range sheets.all {
		if err := ctx.Err(); err != nil {
			return l.fault(unreadable(err, 0))
		}
		if err := l.sheet(ctx, s); err != nil {
			return err
		}
	}
	if l.found == 0 {
		return l.fault(&FileError{Why: "has no header that vacancies are read by", Hint: "a row that names a column of home ids or URNs, and one of free places; or say which is which with --map"})
	}
	return nil
}

// sheetRow is one row of a sheet that says anything.
type sheetRow struct {
	number int      // from 1
	cells  []string // trimmed
	raw    []byte   // as CSV
	hidden bool
	merged []block // the rows that each cell stands for; nil if none stands for several
	wide   []int   // columns of the cells that run over several
	unseen []int   // hidden columns in which it says something, which cells lack
	fault  *fault
}

// sheet is one table of a list.
type sheet struct {
	name      string
	comma     rune // of CSV; 0 of a workbook
	since1904 bool // its numbers that are days count from 1904
	// rows yields the rows in order; its error is of the whole file.
	rows iter.Seq2[sheetRow, *FileError]
}

// titleRows is how far down a header is looked for, in rows that say anything.
const titleRows = 50

// reading is one sheet on its way.
type reading struct {
	*vacancyList
	sheet   sheet
	header  *heading     // nil until it is found
	lost    *lostHeader  // nil unless the rows now stand under one
	above   []sheetRow   // rows before the header was found
	skipped int          // hidden rows
	unseen  map[int]bool // hidden columns that say something
}

// lostHeader is a header that is not understood.
type lostHeader struct {
	row       sheetRow
	why, hint string
}

// heading is a header and how it is read.
type heading struct {
	sheet   string
	names   []string
	raw     []byte
	key     string
	columns VacancyColumns
	at      map[VacancyPart]int // which cell of a row is which
	bare    map[string]bool     // names of those cells, bare
}

// label names a cell under the header.
func (h *heading) label(i, row int) string {
	return cellName(h.sheet, i, row) + " (" + oneLine(h.names[i]) + ")"
}

func (l *vacancyList) sheet(ctx context.Context, s sheet) error {
	r := &reading{vacancyList: l, sheet: s, unseen: map[int]bool{}}
	for row, fault := range s.rows {
		if fault == nil && ctx.Err() != nil {
			fault = unreadable(ctx.Err(), row.number)
		}
		if fault != nil {
			return l.fault(fault)
		}
		if err := r.take(row); err != nil {
			return err
		}
	}
	if r.header == nil {
		if s.name != "" {
			l.warnings.add(l.File, 0, "no header "+s.name, func() string {
				return "the sheet " + quote(s.name) + " has no header that vacancies are read by and is left out"
			})
		}
		return nil
	}
	r.sayHidden()
	return nil
}

// sayHidden warns of what is hidden in a sheet.
func (r *reading) sayHidden() {
	if r.skipped > 0 {
		r.warnings.add(r.File, 0, "hidden rows "+r.sheet.name, func() string {
			return r.in() + counted(r.skipped, "hidden row") + " left out; unhide them to have them read"
		})
	}
	if len(r.unseen) > 0 {
		r.warnings.add(r.File, 0, "hidden columns "+r.sheet.name, func() string {
			var names []string
			for _, i := range slices.Sorted(maps.Keys(r.unseen)) {
				names = append(names, columnName(i))
			}
			return r.in() + counted(len(names), "hidden column") + " left out (" + strings.Join(names, ", ") + "); unhide them to have them read"
		})
	}
}

// in begins a sentence about a sheet.
func (r *reading) in() string {
	if r.sheet.name == "" {
		return ""
	}
	return "sheet " + quote(r.sheet.name) + ": "
}

func (r *reading) take(row sheetRow) error {
	for _, i := range row.unseen {
		r.unseen[i] = true
	}
	switch {
	case row.fault == nil && len(solidCells(row.cells)) == 0:
		return nil
	case r.header == nil:
		return r.beforeHeader(row)
	case row.hidden:
		r.skipped++
		return nil
	case r.sheet.comma != 0 && takesIn(row.raw, row.cells, r.sheet.comma, r.isWhole, r.isRow):
		return r.takeApart(row)
	}
	if is, err := r.isHeader(row); is || err != nil {
		return err
	}
	return r.item(row)
}

// isRow says whether cells that stand within a cell are of a home, and say how many
// are free there, or where the list has no such column, are as many as its columns.
func (r *reading) isRow(cells []string) bool {
	row := sheetRow{cells: cells}
	if strings.TrimSpace(r.get(row, PartHome)+r.get(row, PartURN)) == "" {
		return false
	}
	if _, is := r.header.at[PartFree]; !is {
		return len(cells) == len(r.header.names)
	}
	free := bareCell(r.get(row, PartFree))
	_, err := readFree(free, r.On)
	return free != "" && err == nil
}

// isWhole says whether cells are a row, or as many as one has.
func (r *reading) isWhole(cells []string) bool {
	return len(cells) >= len(r.header.names) || r.isRow(cells)
}

// takeApart takes the lines of a row one by one, in which a stray quotation mark has
// swallowed the rows below.
func (r *reading) takeApart(row sheetRow) error {
	first := row.raw[:bytes.IndexByte(row.raw, '\n')+1]
	if err := r.item(sheetRow{number: row.number, raw: first, fault: takenIn}); err != nil {
		return err
	}
	for below, fault := range textRows(row.raw[len(first):], r.sheet.comma) {
		if fault != nil {
			return r.fault(fault)
		}
		below.number += row.number
		if err := r.take(below); err != nil {
			return err
		}
	}
	return nil
}

// isHeader says whether a row is a header again, as on every printed page. One of
// other columns is that of the rows below it; if it is not understood they cannot
// be.
func (r *reading) isHeader(row sheetRow) (bool, error) {
	if row.fault != nil || !r.likeHeader(row) {
		return false, nil
	}
	if r.lost == nil && headerKey(row.cells) == r.header.key {
		return true, nil
	}
	c, err := r.choose(row.cells)
	switch {
	case err != nil:
		return false, err
	case c == nil:
		r.lost = &lostHeader{row, "is not understood", "name its columns as those of the first header, or say which is which with --map"}
	default:
		r.begin(c, row)
	}
	return true, nil
}

// likeHeader says whether a row that is not the first header may be one: it is
// understood as such, or has the name of a column where the home should stand, and
// no number of free places.
func (r *reading) likeHeader(row sheetRow) bool {
	if !slices.ContainsFunc(row.cells, r.isName) {
		return false // most rows
	}
	if _, ok := guessColumns(row.cells); ok || r.header.columns.fit(row.cells) || r.Columns != nil && r.Columns.fit(row.cells) {
		return true
	}
	if len(solidCells(row.cells)) < 2 {
		return false // a heading within the list
	}
	named := func(part VacancyPart) bool {
		is, ok := usualParts()[bareName(r.get(row, part))]
		return ok && (is == PartHome || is == PartURN)
	}
	_, err := readFree(r.get(row, PartFree), r.On)
	return err != nil && (named(PartHome) || named(PartURN))
}

// isName says whether a cell may be the name of a column.
func (r *reading) isName(cell string) bool {
	if cell == "" || len(cell) > longestCell {
		return false
	}
	bare := bareName(cell)
	_, usual := usualParts()[bare]
	return usual || r.header.bare[bare] || r.Columns != nil && slices.ContainsFunc(r.Columns.by(), func(name *string) bool { return *name != "" && bareName(*name) == bare })
}

// begin reads the rows that follow under a header.
func (r *reading) begin(c *ChosenColumns, row sheetRow) {
	c.File, c.Sheet, c.Row = r.File, r.sheet.name, row.number
	r.header = &heading{r.sheet.name, row.cells, row.raw, c.Key, c.Columns, c.Columns.places(row.cells), map[string]bool{}}
	for _, i := range r.header.at {
		r.header.bare[bareName(row.cells[i])] = true
	}
	r.lost = nil
	for _, part := range []VacancyPart{PartFree, PartFrom} {
		if i, ok := r.header.at[part]; ok && slices.Contains(row.wide, i) { // the names of what is under it are in the next row
			r.lost = &lostHeader{row, "has " + quote(oneLine(row.cells[i])) + " over several columns", "give each column a name in a cell of its own, all in one row"}
		}
	}
	if r.lost == nil && r.Chosen != nil {
		r.Chosen(*c)
	}
}

// beforeHeader looks for the header.
func (r *reading) beforeHeader(row sheetRow) error {
	if row.hidden || row.fault != nil || len(r.above) == titleRows {
		return nil
	}
	c, err := r.choose(row.cells)
	if err != nil {
		return err
	}
	if c == nil {
		r.above = append(r.above, row)
		return nil
	}
	r.found++
	r.begin(c, row)
	if len(r.above) > 0 {
		r.warnings.add(r.File, r.above[0].number, "above "+r.sheet.name, func() string {
			return r.in() + counted(len(r.above), "row") + " above the header left out, the first of them " + quote(strings.Join(solidCells(r.above[0].cells), " "))
		})
	}
	return nil
}

func solidCells(cells []string) []string {
	return slices.DeleteFunc(slices.Clone(cells), func(s string) bool { return s == "" })
}

// choose says how a sheet with this header is read, or nil for a row that is
// none.
func (r *reading) choose(cells []string) (*ChosenColumns, error) {
	c := &ChosenColumns{Key: headerKey(cells)}
	guessed, ok := guessColumns(cells)
	if ok && r.Columns != nil && !r.Columns.fit(cells) {
		r.warnings.add(r.File, 0, "map "+r.sheet.name, func() string {
			return r.in() + "the header lacks a column that the map names, so the map is not used"
		})
	}
	switch {
	case r.Columns != nil && r.Columns.fit(cells):
		c.Columns, c.How = *r.Columns, "given"
	case !ok:
		remembered, err := r.remembered(c.Key, cells)
		if remembered == nil || err != nil {
			return nil, err
		}
		c.Columns, c.How = *remembered, "remembered"
	default:
		c.Columns, c.How = guessed, "guessed"
		remembered, err := r.remembered(c.Key, cells)
		if err != nil {
			return nil, err
		}
		if remembered != nil {
			c.Columns, c.How = *remembered, "remembered"
		}
	}
	c.LeftOut = c.Columns.leftOut(cells)
	return c, nil
}

func (r *reading) remembered(key string, cells []string) (*VacancyColumns, error) {
	if r.Remembered == nil {
		return nil, nil
	}
	c, err := r.Remembered(key)
	if c == nil || err != nil || !c.fit(cells) {
		return nil, err
	}
	return c, nil
}
