package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// records splits lines into records with encoding/csv and recovers where that
// gives up. It is the reader that encoding/csv reads from, and gives it one
// physical line at a time, so that it never reads beyond the record it is asked
// for.
type records struct {
	lines lines
	in    *bufio.Reader // between encoding/csv and this; encoding/csv adds no buffer of its own
	csv   *csv.Reader
	comma rune
	width int                       // cells in the header
	prose []bool                    // which cells may hold line ends
	isRow func(cells []string) bool // says whether cells are those of a good row

	feed, tail []byte // what encoding/csv has yet to get of the current line
	open       bool   // quotation marks are odd in number so far: the line end is within a cell
	long       bool   // the record grew beyond MaxRecord
}

// record is one row of a file.
type record struct {
	row   int
	raw   []byte   // valid until the next record
	cells []string // valid until the next record
	blank bool     // no cell holds anything
	ansi  bool     // the row was Windows-1252 and its cells have been turned to UTF-8
	fault *fault   // why the row cannot be split into cells
}

// fault is what is wrong with a row as a whole.
type fault struct{ why, hint string }

func newRecords(l lines, comma rune, prose []bool, isRow func(cells []string) bool) *records {
	r := &records{lines: l, comma: comma, width: len(prose), prose: prose, isRow: isRow}
	r.in = bufio.NewReaderSize(r, readAhead)
	r.restart()
	return r
}

// restart forgets what encoding/csv has in hand.
func (r *records) restart() {
	r.in.Reset(r)
	r.csv = csv.NewReader(r.in)
	r.csv.Comma, r.csv.FieldsPerRecord, r.csv.ReuseRecord = r.comma, -1, true
}

// next is the next record that is not a blank line, or the error that ended the
// file, io.EOF at its end.
func (r *records) next() (record, error) {
	r.lines.begin()
	r.feed, r.tail, r.open, r.long = nil, nil, false, false
	cells, err := r.csv.Read()
	if r.lines.count == 0 {
		return record{}, r.lines.err
	}
	rec := record{cells: cells, fault: r.judge(cells, err)}
	if rec.fault != nil {
		r.lines.takeBack()
		r.restart()
	}
	rec.row, rec.raw = r.lines.row-r.lines.count+1, r.lines.record()
	if rec.fault == nil {
		rec.settleEncoding()
		rec.blank = blank(cells)
	}
	return rec, nil
}

// Read gives encoding/csv the current line, and the next one of the record when
// that is used up. What ends a record early looks to it like the end of the file.
func (r *records) Read(p []byte) (int, error) {
	if len(r.feed) == 0 && !r.advance() {
		return 0, io.EOF
	}
	n := copy(p, r.feed)
	if r.feed = r.feed[n:]; len(r.feed) == 0 {
		r.feed, r.tail = r.tail, nil
	}
	return n, nil
}

// advance takes the next line; blank ones before a record are not part of it.
func (r *records) advance() bool {
	line, ok := r.lines.next()
	for ok && r.lines.count == 1 && len(trimLineEnd(line)) == 0 {
		r.lines.begin()
		line, ok = r.lines.next()
	}
	if !ok {
		return false
	}
	if len(r.lines.record()) > MaxRecord {
		r.long = true
		return false
	}
	r.open = r.open != (bytes.Count(line, []byte{'"'})%2 == 1)
	r.feed = line
	if r.open && bytes.HasSuffix(line, []byte("\r\n")) {
		// encoding/csv drops one carriage return before a line feed, within a
		// cell too, where it is part of what was written.
		r.feed, r.tail = line[:len(line)-1], []byte("\r\n")
	}
	return true
}

var (
	tooLong   = &fault{"the row is longer than 1 MiB", "look for a quotation mark or a line end that is missing"}
	unclosed  = &fault{"a quotation mark is opened and never closed", "close it, or double a mark that is part of the text"}
	lineEnds  = &fault{"a cell runs over several lines", "close its quotation mark, or put it on one line"}
	takenIn   = &fault{"a quotation mark takes in the rows below", "close it, or double a mark that is part of the text"}
	bareQuote = &fault{"a quotation mark stands in the middle of a cell", `put the whole cell in quotation marks and double those within it: "3'6"" bed"`}
	afterMark = &fault{"a cell goes on after its closing quotation mark", `double the marks that are part of the text: "the ""blue"" room"`}
	nullBytes = &fault{"the row holds NUL bytes", "save the file as CSV UTF-8 again"}
	notText   = &fault{"the row is neither UTF-8 nor Windows-1252", "save the file as CSV UTF-8"}
)

// judge says what is wrong with a record as encoding/csv split it. A record over
// several lines is only believed where its line ends are within prose, and none of
// its lines is a row itself: else a stray quotation mark has swallowed the rows up
// to the next one.
func (r *records) judge(cells []string, err error) *fault {
	several := r.lines.count > 1
	switch {
	case r.long && !several:
		return tooLong
	case errors.Is(err, csv.ErrBareQuote) && !several:
		return bareQuote
	case err != nil && (several || r.open):
		return unclosed
	case err != nil:
		return afterMark
	case several && len(cells) != r.width:
		return unclosed
	case several && r.swallows(cells):
		return lineEnds
	case several && takesIn(r.lines.record(), cells, r.comma,
		func(line []string) bool { return len(line) >= r.width },
		func(line []string) bool { return len(line) == r.width && r.isRow(line) }):
		return takenIn
	}
	return r.judgeCells(cells)
}

func (r *records) judgeCells(cells []string) *fault {
	raw := r.lines.record()
	switch {
	case len(cells) != r.width && !blank(cells):
		return &fault{"has " + counted(len(cells), "cell") + ", but the header has " + counted(r.width, "column"), "fill in the missing cells, or remove those that are too many"}
	case bytes.IndexByte(raw, 0) >= 0:
		return nullBytes
	case !utf8.Valid(raw) && slices.ContainsFunc(raw, noWindows1252):
		return notText
	}
	return nil
}

// swallows says whether a line end stands where none belongs.
func (r *records) swallows(cells []string) bool {
	for i, cell := range cells {
		if !r.prose[i] && strings.Contains(cell, "\n") {
			return true
		}
	}
	return false
}

// takesIn says whether a line of a record is a row itself: one that lies within a
// cell, or ends one. The line on which a cell ends may have all columns by the commas
// in it, so that it is one only if the first line is whole, which a stray quotation
// mark leaves it. Where the cells do not tell which of them has a line end, no line
// below may be a row.
func takesIn(raw []byte, cells []string, comma rune, isWhole, isRow func(cells []string) bool) bool {
	lines := plainLines(raw, comma)
	var ends []int // the cell of each line end
	for i, cell := range cells {
		for range strings.Count(cell, "\n") {
			ends = append(ends, i)
		}
	}
	last := len(lines) - 1
	for i := 1; i <= last; i++ {
		known := len(ends) == last
		switch {
		case known && i < last && ends[i-1] != ends[i]: // it ends one cell and begins another
		case known && i == last && !isWhole(lines[0]):
		case isRow(lines[i]):
			return true
		}
	}
	return false
}

// plainLines are the lines of a record, cut at every comma as if no quotation mark
// were about.
func plainLines(raw []byte, comma rune) [][]string {
	var all [][]string
	for line := range bytes.Lines(raw) {
		text := string(line)
		if !utf8.Valid(line) {
			text = fromWindows1252(text)
		}
		all = append(all, strings.Split(strings.ReplaceAll(strings.TrimRight(text, "\r\n"), `"`, ""), string(comma)))
	}
	return all
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" })
}

// noWindows1252 says whether a byte stands for no character of Windows-1252,
// which leaves five undefined.
func noWindows1252(b byte) bool {
	switch b {
	case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
		return true
	}
	return false
}

// settleEncoding turns the cells of a row that is not UTF-8 from Windows-1252.
func (rec *record) settleEncoding() {
	if utf8.Valid(rec.raw) {
		return
	}
	rec.ansi = true
	for i, cell := range rec.cells {
		rec.cells[i] = fromWindows1252(cell)
	}
}

// fromWindows1252 cannot fail: each byte stands for one character.
func fromWindows1252(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(charmap.Windows1252.DecodeByte(s[i]))
	}
	return b.String()
}
