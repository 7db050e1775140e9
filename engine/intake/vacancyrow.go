package intake

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/stablehomes/stablehomes/engine/care"
)

// item yields what a row says.
func (r *reading) item(row sheetRow) error {
	r.ground.row = row.number
	row = r.plain(row)
	item := Item[Vacancy]{Row: Row{File: r.File, Number: row.number, Raw: row.raw, Table: r.sheet.name, header: r.header.raw}}
	if r.lost != nil {
		item.header = r.lost.row.raw
		item.Invalid = item.Reject("", "", "it stands under the header of row "+strconv.Itoa(r.lost.row.number)+", which "+r.lost.why, r.lost.hint)
		return r.hand(item)
	}
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
	v := Vacancy{On: r.On, under: r.header, row: row.number}
	if err := r.fill(&v, row); err != nil {
		item.Invalid = item.Reject(err.cell, err.value, err.why, err.hint)
		v = Vacancy{Home: v.Home, URN: v.URN}
	}
	item.Value = v
	return r.hand(item)
}

// plain is a row as a file of CSV could have it: its days count from 1900, and a
// number that stands for several homes for none of them.
func (r *reading) plain(row sheetRow) sheetRow {
	if row.fault != nil {
		return row
	}
	cells := slices.Clone(row.cells)
	for _, part := range []VacancyPart{PartFrom, PartConfirmed} {
		if i, ok := r.header.at[part]; ok && r.sheet.since1904 && i < len(cells) {
			cells[i] = from1904(cells[i])
		}
	}
	said := slices.Clone(cells)
	if r.isShared(row) {
		said[r.header.at[PartFree]] = ""
	}
	if !slices.Equal(said, row.cells) {
		row.raw = asRow(said)
	}
	row.cells = cells
	return row
}

// isShared says whether the number of free places stands in a cell of several
// rows, unless the home does so in the same ones.
func (r *reading) isShared(row sheetRow) bool {
	free := r.block(row, PartFree)
	return free != block{} && free != r.block(row, PartHome) && free != r.block(row, PartURN)
}

// block is the rows that the cell of a part stands for, if those are several.
func (r *reading) block(row sheetRow, part VacancyPart) block {
	if i, ok := r.header.at[part]; ok && i < len(row.merged) {
		return row.merged[i]
	}
	return block{}
}

func (r *reading) hand(item Item[Vacancy]) error {
	if r.rows++; r.rows > maxRows {
		return r.fault(tooMany("rows", maxRows))
	}
	if r.bytes += len(item.Raw); r.bytes > maxSaid {
		return r.fault(&FileError{Why: "has rows of more than " + strconv.Itoa(maxSaid>>20) + " MiB, which no vacancy list has"})
	}
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
	i, ok := r.header.at[part]
	if !ok || i >= len(row.cells) {
		return ""
	}
	return row.cells[i]
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
		if _, ok := r.header.at[part]; !ok {
			part = PartURN
		}
		return &misread{v.Cell(part), "", "the row does not say which home", "the id of the home, or its URN"}
	}
	if v.Home != "" {
		if err := v.Home.Validate("home"); err != nil {
			bad := &misread{v.Cell(PartHome), string(v.Home), "is not the id of a home", "the id of the home, or its URN"}
			v.Home = ""
			return bad
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
		return &misread{v.Cell(PartConfirmed), clip(cell), quote(cell) + " is not a day", "the day it was confirmed, such as 2026-12-03, or leave it blank"}
	case on > r.On:
		return &misread{v.Cell(PartConfirmed), clip(cell), on.String() + " is after the day of the list, " + r.On.String(), "check it, or give the day of the list with --on"}
	}
	v.On = on
	return nil
}

// leadingFrom is what some write before the day, though the column says it.
var leadingFrom = pattern(`(?i)^\s*(?:available\s+)?from\s+`)

// readFreeCells reads how many are free, and from when.
func (r *reading) readFreeCells(v *Vacancy, row sheetRow) *misread {
	cell, at := r.get(row, PartFree), v.Cell(PartFree)
	from := leadingFrom().ReplaceAllString(r.get(row, PartFrom), "")
	_, hasFree := r.header.at[PartFree]
	if r.isShared(row) {
		return &misread{at, "", "is one cell for several rows, so it does not say how many are free in each home", "say it in every row"}
	}
	if !hasFree {
		cell, at = "from "+from, v.Cell(PartFrom)
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
		return &misread{v.Cell(PartFrom), clip(from), quote(from) + " does not say from when", "a day such as 2026-12-03, now, or blank"}
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
			r.misunderstood(v.Cell(PartAges), cell, "is no range of ages")
		}
	}
	if cell := r.get(row, PartSexes); cell != "" && !isNotSaid(cell) {
		var ok bool
		if v.Sexes, ok = readSexes(cell); !ok {
			r.misunderstood(v.Cell(PartSexes), cell, "does not say which sex")
		}
	}
}

func (r *reading) misunderstood(at, cell, why string) {
	r.warnings.add(r.File, r.ground.row, "cell "+at, func() string { return at + ": " + quote(cell) + " " + why + " and is left out" })
}
