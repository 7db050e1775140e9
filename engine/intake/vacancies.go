package intake

import (
	"context"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Vacancy is what a row of a vacancy list says of one home.
type Vacancy struct {
	Home     care.ID // as the list writes it; empty where it has no such column
	URN      string  // likewise
	Provider string  // likewise
	Free     int     // beds that are free from the day From
	From     care.Day
	On       care.Day // the day for which that was said
	Words    string   // what stands beside the number and has no place in a record, such as "siblings"

	AgeMin, AgeMax care.Number // of the children it is for; not known where the list does not say
	Sexes          []care.Sex  // likewise; nil where the list does not say

	cells map[VacancyPart]string // where each thing stood, such as "Foster!C7 (Vacancies)"
}

// Cell says where a part of the row stands, as a person finds it: the cell and,
// in brackets, the name of its column.
func (v *Vacancy) Cell(part VacancyPart) string { return v.cells[part] }

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
	// Chosen is told how each sheet is read. It may be nil.
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
// homes. Each sheet that has a header is read; rows above the header, rows and
// sheets that are hidden, and sheets without a header are left out and said to
// be. A row whose number of free beds is not understood is rejected; what is not
// understood of ages and sexes is a warning, cell by cell.
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
	defer sheets.close()
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
	merged []bool // which cells are blank but for being merged with a cell above; nil if none is
	fault  *fault
}

// sheet is one table of a list.
type sheet struct {
	name string
	// rows yields the rows in order; its error is of the whole file.
	rows iter.Seq2[sheetRow, *FileError]
}

// titleRows is how far down a header is looked for, in rows that say anything.
const titleRows = 50

// reading is one sheet on its way.
type reading struct {
	*vacancyList
	sheet   sheet
	chosen  ChosenColumns
	at      map[VacancyPart]int // which cell of a row is which
	names   []string            // of the header
	header  []byte
	above   []sheetRow // rows before the header was found
	skipped int        // hidden rows
}

func (l *vacancyList) sheet(ctx context.Context, s sheet) error {
	r := &reading{vacancyList: l, sheet: s}
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
	if r.at == nil {
		if s.name != "" {
			l.warnings.add(l.File, 0, "no header "+s.name, func() string {
				return "the sheet " + quote(s.name) + " has no header that vacancies are read by and is left out"
			})
		}
		return nil
	}
	if r.skipped > 0 {
		l.warnings.add(l.File, 0, "hidden rows "+s.name, func() string {
			return r.in() + counted(r.skipped, "hidden row") + " left out; unhide them to have them read"
		})
	}
	return nil
}

// in begins a sentence about a sheet.
func (r *reading) in() string {
	if r.sheet.name == "" {
		return ""
	}
	return "sheet " + quote(r.sheet.name) + ": "
}

func (r *reading) take(row sheetRow) error {
	if r.at == nil {
		return r.beforeHeader(row)
	}
	if row.hidden {
		r.skipped++
		return nil
	}
	if slices.Equal(row.cells, r.names) {
		return nil // the header again, as on every printed page
	}
	return r.item(row)
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
	c.File, c.Sheet, c.Row = r.File, r.sheet.name, row.number
	r.chosen, r.names, r.header, r.at = *c, row.cells, row.raw, c.Columns.places(row.cells)
	if r.Chosen != nil {
		r.Chosen(*c)
	}
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

// item yields what a row says.
func (r *reading) item(row sheetRow) error {
	r.ground.row = row.number
	item := Item[Vacancy]{Row: Row{File: r.File, Number: row.number, Raw: row.raw, Table: r.sheet.name, header: r.header}}
	if row.fault != nil {
		item.Invalid = item.Reject("", "", row.fault.why, row.fault.hint)
		return r.hand(item)
	}
	if r.isHeading(row) {
		r.warnings.add(r.File, row.number, "heading "+cellName(r.sheet.name, 0, row.number), func() string {
			return r.in() + "the row says no more than " + quote(strings.Join(solidCells(row.cells), " ")) + " and is left out"
		})
		return nil
	}
	v := Vacancy{On: r.On, cells: map[VacancyPart]string{}}
	for part, i := range r.at {
		v.cells[part] = r.label(i, row.number)
	}
	if err := r.fill(&v, row); err != nil {
		item.Invalid = item.Reject(err.cell, err.value, err.why, err.hint)
		return r.hand(item)
	}
	item.Value = v
	return r.hand(item)
}

func (r *reading) hand(item Item[Vacancy]) error {
	if !r.yield(item, nil) {
		return errStopped
	}
	return nil
}

// isHeading says whether a row is a heading within the list, or says nothing of
// its home: a single cell that says anything, and not how many are free.
func (r *reading) isHeading(row sheetRow) bool {
	for _, part := range []VacancyPart{PartFree, PartFrom} {
		if r.get(row, part) != "" {
			return false
		}
	}
	return len(solidCells(row.cells)) == 1
}

// get is the cell of a part of a row.
func (r *reading) get(row sheetRow, part VacancyPart) string {
	i, ok := r.at[part]
	if !ok || i >= len(row.cells) {
		return ""
	}
	return row.cells[i]
}

// label names a cell.
func (r *reading) label(i, row int) string {
	return cellName(r.sheet.name, i, row) + " (" + oneLine(r.names[i]) + ")"
}

// oneLine is a name of a column, which may run over several lines in its cell, as
// it is shown.
func oneLine(name string) string {
	return strings.Join(strings.FieldsFunc(clip(name), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// misread is a cell that is not understood.
type misread struct{ cell, value, why, hint string }

// fill reads the cells of a row.
func (r *reading) fill(v *Vacancy, row sheetRow) *misread {
	v.Home, v.URN, v.Provider = care.ID(r.get(row, PartHome)), r.get(row, PartURN), r.get(row, PartProvider)
	if v.Home == "" && v.URN == "" {
		part := PartHome
		if _, ok := r.at[part]; !ok {
			part = PartURN
		}
		return &misread{v.cells[part], "", "the row does not say which home", "the id of the home, or its URN"}
	}
	if v.Home != "" {
		if err := v.Home.Validate("home"); err != nil {
			return &misread{v.cells[PartHome], string(v.Home), "is not the id of a home", "the id of the home, or its URN"}
		}
	}
	for _, read := range []func(*Vacancy, sheetRow) *misread{r.readConfirmed, r.readFreeCells} {
		if bad := read(v, row); bad != nil {
			return bad
		}
	}
	r.readWhom(v, row)
	return nil
}

// readConfirmed reads the day on which the row was confirmed. One without a year
// has been.
func (r *reading) readConfirmed(v *Vacancy, row sheetRow) *misread {
	cell := r.get(row, PartConfirmed)
	if cell == "" || isDash(cell) {
		return nil
	}
	on, ok := listDay(cell, r.On, before)
	switch {
	case !ok:
		return &misread{v.cells[PartConfirmed], clip(cell), quote(cell) + " is not a day", "the day it was confirmed, such as 2026-12-03, or leave it blank"}
	case on > r.On:
		return &misread{v.cells[PartConfirmed], clip(cell), on.String() + " is after the day of the list, " + r.On.String(), "check it, or give the day of the list with --on"}
	}
	v.On = on
	return nil
}

// readFreeCells reads how many are free, and from when.
func (r *reading) readFreeCells(v *Vacancy, row sheetRow) *misread {
	cell, at := r.get(row, PartFree), v.cells[PartFree]
	from := r.get(row, PartFrom)
	_, hasFree := r.at[PartFree]
	if i := r.at[PartFree]; hasFree && i < len(row.merged) && row.merged[i] {
		return &misread{at, "", "is one cell with the row above, so it does not say how many are free in each home", "say it in every row"}
	}
	if !hasFree {
		cell, at = "from "+from, v.cells[PartFrom]
		if from == "" || isNotSaid(from) {
			return &misread{at, clip(from), quote(from) + " does not say from when", "the day a place is free from"}
		}
		from = ""
	}
	free, err := readFree(cell, r.On)
	if err != nil {
		return &misread{at, clip(cell), err.Error(), "how many are free, such as 2, 0, full, or 2 from 3 December"}
	}
	v.Free, v.From, v.Words = free.n, free.from, free.words
	if from == "" {
		return nil
	}
	if free.n == 0 {
		v.Words = from // none now, and nobody says how many then
		return nil
	}
	if isNow(from) {
		return nil
	}
	day, ok := listDay(from, r.On, after)
	if !ok || free.from != 0 && free.from != day {
		return &misread{v.cells[PartFrom], clip(from), quote(from) + " does not say from when", "a day such as 2026-12-03, now, or blank"}
	}
	v.From = day
	return nil
}

// readWhom reads for whom the places are. What is not understood of it is a
// warning: it opens nothing.
func (r *reading) readWhom(v *Vacancy, row sheetRow) {
	if cell := r.get(row, PartAges); cell != "" && !isNotSaid(cell) {
		var ok bool
		if v.AgeMin, v.AgeMax, ok = readAges(cell); !ok {
			r.misunderstood(v.cells[PartAges], cell, "is no range of ages")
		}
	}
	if cell := r.get(row, PartSexes); cell != "" && !isNotSaid(cell) {
		var ok bool
		if v.Sexes, ok = readSexes(cell); !ok {
			r.misunderstood(v.cells[PartSexes], cell, "does not say which sex")
		}
	}
}

func (r *reading) misunderstood(at, cell, why string) {
	r.warnings.add(r.File, r.ground.row, "cell "+at, func() string { return at + ": " + quote(cell) + " " + why + " and is left out" })
}
