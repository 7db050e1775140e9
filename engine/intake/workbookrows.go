package intake

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Where a sheet of a spreadsheet ends.
const (
	lastRow    = 1 << 20
	lastColumn = 1 << 14
)

// rows yields the rows of a sheet that say anything.
func (b *workbook) rows(name string, part *zip.File) iter.Seq2[sheetRow, *FileError] {
	return func(yield func(sheetRow, *FileError) bool) {
		content, err := readPart(part)
		if err != nil {
			yield(sheetRow{}, damagedPart(name, err))
			return
		}
		r := &sheetReader{workbook: b}
		if r.merges, err = readMerges(content); err == nil {
			r.elements, err = partElements(content)
		}
		for seen := 0; err == nil; {
			var row *sheetRow
			if row, err = r.next(); err != nil || len(row.cells) == 0 && row.fault == nil && row.unseen == nil {
				continue
			}
			if seen++; seen > maxRows {
				err = tooMany("rows", maxRows)
			} else if !yield(*row, nil) {
				return
			}
		}
		if fault := damagedPart(name, err); fault != nil {
			yield(sheetRow{}, fault)
		}
	}
}

// sheetReader is a sheet of a workbook on its way.
type sheetReader struct {
	*workbook
	elements *elements
	merges   []merge
	columns  int              // column elements so far
	hidden   [maxColumns]bool // columns
	number   int              // of the last row
}

var (
	errOrder   = errors.New("its rows or cells are out of order")
	errNoText  = errors.New("a cell shows a text that is not there")
	errRows    = errors.New("it has more rows than a sheet has")
	errColumns = errors.New("it lists more columns than a sheet has")
)

// next is the next row, with no cells if it says nothing; io.EOF after the last.
func (r *sheetReader) next() (*sheetRow, error) {
	for {
		token, err := r.elements.next()
		if err != nil {
			return nil, err
		}
		e, is := token.(xml.StartElement)
		if !is {
			continue
		}
		switch e.Name.Local {
		case "col":
			if err := r.column(e); err != nil {
				return nil, err
			}
		case "row":
			return r.row(e)
		}
	}
}

// column notes the columns that are hidden.
func (r *sheetReader) column(e xml.StartElement) error {
	if r.columns++; r.columns > lastColumn {
		return errColumns
	}
	from, err := strconv.Atoi(attribute(e, "min"))
	to, err2 := strconv.Atoi(attribute(e, "max"))
	if err != nil || err2 != nil || !isSet(attribute(e, "hidden")) {
		return nil
	}
	for i := max(from, 1); i <= min(to, maxColumns); i++ {
		r.hidden[i-1] = true
	}
	return nil
}

// row reads the cells of a row.
func (r *sheetReader) row(start xml.StartElement) (*sheetRow, error) {
	r.number++
	if at := attribute(start, "r"); at != "" {
		n, err := strconv.Atoi(at)
		if err != nil || n < r.number {
			return nil, errOrder
		}
		r.number = n
	}
	if r.number > lastRow {
		return nil, errRows
	}
	row := &sheetRow{number: r.number, hidden: isSet(attribute(start, "hidden"))}
	column := -1
	for {
		token, err := r.elements.next()
		if err != nil {
			return nil, err
		}
		switch e := token.(type) {
		case xml.EndElement:
			if e.Name.Local == "row" {
				r.settle(row)
				return row, nil
			}
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			if column, err = columnOf(e, column); err != nil {
				return nil, err
			}
			said, err := r.cell(e)
			if err != nil {
				return nil, err
			}
			if err := r.put(row, column, said); err != nil {
				return nil, err
			}
		}
	}
}

// put keeps what a cell says, unless its column is hidden.
func (r *sheetReader) put(row *sheetRow, column int, said string) error {
	switch {
	case said == "":
		return nil
	case column >= maxColumns:
		return &FileError{Why: "has more than " + strconv.Itoa(maxColumns) + " columns, which no vacancy list has", Hint: "remove what is far to the right of the list"}
	case r.hidden[column]:
		row.unseen = append(row.unseen, column)
		return nil
	}
	for len(row.cells) <= column {
		row.cells = append(row.cells, "")
	}
	row.cells[column] = said
	return nil
}

// columnOf is the column of a cell, from 0; it stands after the one before it.
func columnOf(e xml.StartElement, before int) (int, error) {
	at := attribute(e, "r")
	if at == "" {
		return before + 1, nil
	}
	column, _, ok := cellAt(at)
	if !ok || column <= before {
		return 0, errOrder
	}
	return column, nil
}

// cell reads what a cell says. A number is as it is stored, however it is shown.
func (r *sheetReader) cell(start xml.StartElement) (string, error) {
	kind := attribute(start, "t")
	var value strings.Builder
	var inline wording
	inValue := false
	for {
		token, err := r.elements.next()
		if err != nil {
			return "", err
		}
		inline.take(token)
		switch e := token.(type) {
		case xml.StartElement:
			inValue = e.Name.Local == "v"
		case xml.CharData:
			if inValue {
				value.Write(e)
			}
		case xml.EndElement:
			inValue = false
			if e.Name.Local == "c" {
				return r.said(kind, value.String(), inline.String())
			}
		}
	}
}

func (r *sheetReader) said(kind, value, inline string) (string, error) {
	switch kind {
	case "s":
		if value == "" {
			return "", nil
		}
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || i < 0 || i >= len(r.texts) {
			return "", errNoText
		}
		return r.texts[i], nil
	case "inlineStr":
		return bareCell(unescaped(inline)), nil
	case "str":
		return bareCell(unescaped(value)), nil
	case "b":
		if isSet(strings.TrimSpace(value)) {
			return "TRUE", nil
		}
		return "FALSE", nil
	}
	return bareCell(value), nil
}

// settle makes a row of its cells: what is merged shows in every row of it.
func (r *sheetReader) settle(row *sheetRow) {
	if len(row.cells) == 0 {
		return
	}
	row.cells = r.spread(row)
	size := 0
	for _, cell := range row.cells {
		size += len(cell)
	}
	if size > maxRow {
		row.cells, row.fault = nil, &fault{"the row is longer than 64 KiB", "shorten it, or split the row"}
		return
	}
	row.cells = trimCells(row.cells)
	row.raw = asRow(row.cells)
}

// merge is a block of cells that show as one. Columns count from 0, rows from 1.
type merge struct {
	column, toColumn int
	fromRow, toRow   int
	value            string // of its first cell, once that was read
}

// block is the rows that a merged cell runs over; the zero block is one that is
// not merged.
type block struct{ from, to int }

// spread gives the rows of a merged block below its first what that says.
func (r *sheetReader) spread(row *sheetRow) []string {
	cells := row.cells
	for i := range r.merges {
		m := &r.merges[i]
		if m.fromRow > row.number {
			break
		}
		if m.fromRow == row.number && m.column < len(cells) {
			if m.value = cells[m.column]; m.toColumn > m.column {
				row.wide = append(row.wide, m.column)
			}
		}
		if m.toRow < row.number || m.toRow == m.fromRow || m.value == "" {
			continue
		}
		for len(cells) <= m.column {
			cells = append(cells, "")
		}
		for len(row.merged) < len(cells) {
			row.merged = append(row.merged, block{})
		}
		if cells[m.column] == "" || m.fromRow == row.number {
			cells[m.column], row.merged[m.column] = m.value, block{m.fromRow, m.toRow}
		}
	}
	return cells
}

// asRow is a row as CSV.
func asRow(cells []string) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	guarded := make([]string, len(cells))
	for i, cell := range cells {
		guarded[i] = guard(cell)
	}
	_ = w.Write(guarded) // to memory
	w.Flush()
	return out.Bytes()
}

// readMerges lists the merged blocks of a sheet in order of their first row. They
// stand after the rows that they are of.
func readMerges(content []byte) ([]merge, error) {
	if !bytes.Contains(content, []byte("mergeCell")) {
		return nil, nil
	}
	elements, err := partElements(content)
	var merges []merge
	for err == nil {
		var token xml.Token
		if token, err = elements.next(); err != nil {
			break
		}
		e, is := token.(xml.StartElement)
		if !is || e.Name.Local != "mergeCell" {
			continue
		}
		if m, ok := readMerge(attribute(e, "ref")); ok {
			merges = append(merges, m)
		}
		if len(merges) > maxMerges {
			err = tooMany("merged cells", maxMerges)
		}
	}
	if err != io.EOF {
		return nil, err
	}
	slices.SortStableFunc(merges, func(a, b merge) int { return cmp.Compare(a.fromRow, b.fromRow) })
	return merges, nil
}

// readMerge reads A3:B7, if it is of several cells and not far to the right.
func readMerge(ref string) (merge, bool) {
	from, to, _ := strings.Cut(ref, ":")
	column, row, ok := cellAt(from)
	toColumn, toRow, ok2 := cellAt(to)
	m := merge{column: column, toColumn: toColumn, fromRow: row, toRow: toRow}
	return m, ok && ok2 && toRow >= row && toColumn >= column && m != merge{column: column, toColumn: column, fromRow: row, toRow: row} && column < maxColumns
}

// cellAt reads the name of a cell, such as AA3: its column from 0, its row from 1.
func cellAt(name string) (column, row int, ok bool) {
	letters := strings.TrimRight(name, "0123456789")
	for _, c := range strings.ToUpper(letters) {
		if c < 'A' || c > 'Z' || column > lastColumn {
			return 0, 0, false
		}
		column = 26*column + int(c-'A') + 1
	}
	row, err := strconv.Atoi(name[len(letters):])
	return column - 1, row, err == nil && column > 0 && column <= lastColumn && row > 0 && row <= lastRow
}
