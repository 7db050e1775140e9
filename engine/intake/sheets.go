package intake

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What is believed of a vacancy list. One of every home in England would stay
// below all of them.
const (
	maxList    = 16 << 20 // bytes of the file, and of a CSV file that was compressed
	maxSheets  = 200
	maxRows    = 50_000   // rows of a sheet that say anything, and of the whole list that are of homes
	maxSaid    = 32 << 20 // bytes of those rows, as CSV
	maxColumns = 1000
	maxRow     = 64 << 10 // bytes of a row of CSV
)

// errStopped says that whoever ranges over the rows has had enough.
var errStopped = errors.New("reading was stopped")

// sheets are the tables of a list.
type sheets struct {
	all    []sheet
	hidden []string // names of sheets that are hidden
}

// openSheets tells a workbook from a text file.
func openSheets(ctx context.Context, src io.Reader) (*sheets, *FileError) {
	in := bufio.NewReaderSize(heeding{ctx, src}, readAhead)
	if magic, _ := in.Peek(4); string(magic) == "PK\x03\x04" {
		content, fault := readAll(in, asCSV)
		if fault != nil {
			return nil, fault
		}
		return openWorkbook(content)
	}
	text, _, fault := openSource(ctx, in)
	if fault != nil {
		if strings.Contains(fault.Why, "older kind") {
			fault.Why, fault.Hint = "is a workbook of an older kind, or one with a password", "save it as .xlsx without a password, or as CSV UTF-8"
		}
		return nil, fault
	}
	content, fault := readAll(text, "")
	if fault != nil {
		return nil, fault
	}
	return textSheet(content)
}

// readAll reads a whole file that is not too large.
func readAll(in io.Reader, hint string) ([]byte, *FileError) {
	content, err := io.ReadAll(io.LimitReader(in, maxList+1))
	if err != nil {
		return nil, unreadable(err, 0)
	}
	if len(content) > maxList {
		return nil, &FileError{Why: "is larger than " + strconv.Itoa(maxList>>20) + " MiB, which no vacancy list is", Hint: hint}
	}
	return content, nil
}

// textSheet is a CSV file, of which the header tells what stands between its
// cells.
func textSheet(body []byte) (*sheets, *FileError) {
	first, _, _ := bytes.Cut(body, []byte("\n"))
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, &FileError{Why: "is empty", Hint: "a row names the columns"}
	}
	if fault := refuseHeader(first); fault != nil {
		return nil, fault
	}
	comma, most := ',', -1
	for _, c := range []rune{',', ';', '\t'} {
		if n := widest(body, c); n > most {
			comma, most = c, n
		}
	}
	return &sheets{all: []sheet{{comma: comma, rows: textRows(body, comma)}}}, nil
}

// widest is the number of parts that some row among the first is a header for, or
// else of its cells.
func widest(body []byte, comma rune) int {
	most, n := 0, 0
	for row := range textRows(body, comma) {
		parts := 0
		if c, ok := guessColumns(row.cells); ok {
			parts = 1000 * len(c.places(row.cells))
		}
		most = max(most, parts+len(solidCells(row.cells)))
		if n++; n == titleRows {
			break
		}
	}
	return most
}

// textRows splits a CSV file into rows. A quotation mark that never closes, and a
// row that is too long, cost their own line.
func textRows(body []byte, comma rune) iter.Seq2[sheetRow, *FileError] {
	return func(yield func(sheetRow, *FileError) bool) {
		seen := 0
		for line := 1; len(body) > 0; {
			row, n := textRow(body, comma)
			row.number = line
			line += bytes.Count(body[:n], []byte("\n"))
			body = body[n:]
			if row.raw == nil {
				continue
			}
			var fault *FileError
			if seen++; seen > maxRows {
				fault = tooMany("rows", maxRows)
			}
			if !yield(row, fault) || fault != nil {
				return
			}
		}
	}
}

func tooMany(what string, most int) *FileError {
	return &FileError{Why: "has more than " + strconv.Itoa(most) + " " + what + ", which no vacancy list has"}
}

// textRow reads the first row of a text, and says how long it is. One of nothing but
// commas is no row.
func textRow(body []byte, comma rune) (row sheetRow, n int) {
	end := len(body)
	if i := bytes.IndexByte(body, '\n'); i >= 0 {
		end = i + 1
	}
	if len(bytes.Trim(body[:end], " \t\r\n"+string(comma))) == 0 {
		return sheetRow{}, end
	}
	window := body[:min(len(body), maxRow+1)]
	r := csv.NewReader(bytes.NewReader(window))
	r.Comma, r.FieldsPerRecord = comma, -1
	cells, err := r.Read()
	switch n = int(r.InputOffset()); {
	case err != nil && errors.Is(err, csv.ErrQuote), err != nil && errors.Is(err, csv.ErrBareQuote):
		return sheetRow{raw: clipped(body[:end]), fault: &fault{"a quotation mark does not close, or stands within a cell", "put a quotation mark at both ends of a cell, and double those within it"}}, end
	case err != nil || n > maxRow:
		return sheetRow{raw: clipped(body[:end]), fault: &fault{"the row is longer than 64 KiB", "shorten it, or split the row"}}, end
	case len(cells) > maxColumns:
		return sheetRow{raw: body[:n], fault: &fault{"the row has more than " + strconv.Itoa(maxColumns) + " cells", "remove what is not of the list"}}, n
	}
	ansi := !utf8.Valid(body[:n])
	for i := range cells {
		if ansi {
			cells[i] = fromWindows1252(cells[i])
		}
		cells[i] = bareCell(cells[i])
	}
	return sheetRow{cells: trimCells(cells), raw: body[:n]}, n
}

// clipped is a row that is kept for the rejects, cut where it is far too long.
func clipped(line []byte) []byte {
	if len(line) <= maxRow {
		return line
	}
	return slices.Concat(line[:maxRow], []byte("\n"))
}

// bareCell takes off the spaces around a cell, and the apostrophe that keeps it
// from being run as a formula.
func bareCell(cell string) string {
	cell = strings.TrimSpace(strings.ReplaceAll(cell, "\u00a0", " "))
	return strings.TrimSpace(unguard(cell))
}

// trimCells drops blank cells at the end.
func trimCells(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// cellName is the name of a cell as a spreadsheet shows it, with that of its
// sheet, if it has one: Foster!C7. The column counts from 0, the row from 1.
func cellName(sheet string, column, row int) string {
	name := columnName(column) + strconv.Itoa(row)
	if sheet != "" {
		return sheet + "!" + name
	}
	return name
}

// columnName is the letters of a column, which counts from 0.
func columnName(column int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}
