package intake

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stablehomes/stablehomes/engine/spelling"
)

// header is the first row of a file that says anything.
type header struct {
	verbatim []byte // with the byte-order mark and line end
	comma    rune
	cells    []string
}

// fold is the form in which column names are compared.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '_', '-', '\t', '\u00a0':
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(name)))
}

// readHeader finds the header and what separates its cells. known are the
// folded names of the columns.
func readHeader(l *lines, mark []byte, known map[string]int) (header, *FileError) {
	line := []byte(nil)
	for len(bytes.TrimSpace(line)) == 0 {
		l.begin()
		next, ok := l.next()
		if !ok {
			return header{}, &FileError{Why: "is empty", Hint: "the first row names the columns"}
		}
		line = next
	}
	if bad := refuseHeader(line); bad != nil {
		return header{}, bad
	}
	h := header{verbatim: slices.Concat(mark, line)}
	most := -1
	for _, comma := range []rune{',', ';', '\t'} {
		cells := splitHeader(line, comma)
		if n := countKnown(cells, known); n > most {
			h.comma, h.cells, most = comma, cells, n
		}
	}
	return h, nil
}

// refuseHeader refuses a first line that cannot be the header of a text file.
func refuseHeader(line []byte) *FileError {
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		return &FileError{Why: "is UTF-16 or not a text file: it holds NUL bytes", Hint: asCSV}
	case bytes.IndexByte(trimLineEnd(line), '\r') >= 0:
		return &FileError{Why: "its lines end in a carriage return alone, as on an old Macintosh", Hint: asCSV}
	case slices.ContainsFunc(trimLineEnd(line), func(b byte) bool { return b < ' ' && b != '\t' }):
		return &FileError{Why: "is not a text file", Hint: asCSV}
	case len(line) > MaxRecord:
		return &FileError{Why: "its first row is longer than 1 MiB", Hint: "the first row names the columns"}
	}
	return nil
}

func splitHeader(line []byte, comma rune) []string {
	if !utf8.Valid(line) {
		line = []byte(fromWindows1252(string(line)))
	}
	r := csv.NewReader(bytes.NewReader(line))
	r.Comma, r.LazyQuotes = comma, true
	cells, err := r.Read()
	if err != nil { // nothing but line ends and quotation marks: no column is known
		return nil
	}
	return cells
}

func countKnown(cells []string, known map[string]int) int {
	n := 0
	for _, cell := range cells {
		if _, ok := known[fold(cell)]; ok {
			n++
		}
	}
	return n
}

// nearest is the candidate that a name of a column was perhaps meant to be.
func nearest(name string, candidates []string) (string, bool) {
	folded := make([]string, len(candidates))
	for i, c := range candidates {
		folded[i] = fold(c)
	}
	meant := spelling.Nearest(fold(name), folded)
	if meant == "" {
		return "", false
	}
	return candidates[slices.Index(folded, meant)], true
}

// counted is a number and its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func afterRow(row int) string { return "; the rows up to row " + strconv.Itoa(row) + " are read" }
