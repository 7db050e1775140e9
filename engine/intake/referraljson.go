package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/formula"
)

// maxNesting bounds how deep an object goes. The standard has an object, an entity
// and a list: three.
const maxNesting = 16

// isJSON looks for the first byte that is not a space.
func isJSON(in *bufio.Reader) bool {
	start, _ := in.Peek(readAhead / 2)
	start = bytes.TrimLeft(start, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

// jsonReferrals reads objects as rows of the table.
type jsonReferrals struct {
	*reader[Referral]
	fields   map[string]int    // by folded name
	entities map[string]string // likewise
	unknown  int               // keys that were named as not known
}

func readJSON(in *bufio.Reader, opts Options, yield func(Item[Referral], error) bool) *FileError {
	r, fault := newReader(opts, referrals())
	if fault != nil {
		return fault
	}
	for i := range r.columns {
		r.plan = append(r.plan, &r.columns[i])
	}
	j := &jsonReferrals{reader: r, fields: r.byName(), entities: map[string]string{}}
	for i := range standard {
		j.entities[fold(standard[i].Entity)] = standard[i].Entity
	}
	next := objectsOf(in)
	for {
		raw, row, fault := next()
		if fault != nil {
			return fault
		}
		if raw == nil {
			break
		}
		r.rows++
		item, err := j.item(raw, row)
		if !yield(item, err) || err != nil {
			return nil
		}
	}
	if r.rows == 0 {
		r.warnings.add(r.file, 0, "no rows", func() string { return "the file has no referral" })
	}
	return nil
}

// item is an object as a row.
func (j *jsonReferrals) item(raw []byte, row int) (Item[Referral], error) {
	j.row = row
	rec := record{row: row, raw: raw}
	text := raw
	if !utf8.Valid(raw) && !slices.ContainsFunc(raw, noWindows1252) {
		text = []byte(fromWindows1252(string(raw)))
		j.warnings.add(j.file, row, "encoding", func() string {
			return "an object is not UTF-8 and was read as Windows-1252; check letters with accents"
		})
	}
	cells, err := j.cells(text)
	if err != nil {
		item := Item[Referral]{Row: Row{File: j.file, Number: row, Raw: raw}}
		var wrong *care.FieldError
		if !errors.As(err, &wrong) {
			return item, err
		}
		item.Invalid = item.Reject(wrong.Field, "", wrong.Why, wrong.Hint)
		return item, nil
	}
	rec.cells = cells
	return j.reader.item(rec)
}

// cells are the values of an object, one a field.
func (j *jsonReferrals) cells(text []byte) ([]string, error) {
	switch {
	case !utf8.Valid(text):
		return nil, bad("save the file as UTF-8", "the object is neither UTF-8 nor Windows-1252")
	case len(text) >= MaxRecord:
		return nil, bad("look for a bracket that is missing", "the object is 1 MiB long, or longer")
	case tooDeep(text):
		return nil, bad("an object that holds fields, or entities that hold fields", "the object is more than %d deep", maxNesting)
	case !json.Valid(text):
		return nil, bad("an object such as {\"childId\": 104, \"neededBy\": \"Today\"}", "this is not well-formed JSON")
	}
	cells := make([]string, len(standard))
	given := make([]bool, len(standard))
	return cells, j.object(text, "", func(name string, value json.RawMessage) error {
		i, known := j.fields[fold(name)]
		if !known {
			return errNoField
		}
		f := &standard[i]
		if given[i] {
			return inColumn(f.Name, bad("leave one of the two out", "stands twice in one referral"))
		}
		given[i] = true
		cell, err := f.cell(value)
		cells[i] = cell
		return inColumn(f.Name, err)
	})
}

// errNoField says that a key names no field.
var errNoField = errors.New("no field of the standard")

// object hands out the fields of an object and of the entities in it.
func (j *jsonReferrals) object(text []byte, entity string, field func(name string, value json.RawMessage) error) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	if token, err := dec.Token(); err != nil || token != json.Delim('{') {
		return inColumn(entity, bad("an object that holds fields", "is %s, and no object", clip(string(text))))
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string) // every key of valid JSON is one
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if known, is := j.entities[fold(name)]; is && entity == "" {
			if string(value) == "null" {
				continue
			}
			err = j.object(value, known, field)
		} else {
			err = field(name, value)
		}
		if err == errNoField {
			j.warnKey(entity, name)
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// warnKey names a key that is not in the standard.
func (j *jsonReferrals) warnKey(entity, name string) {
	name = clip(name)
	if entity != "" {
		name = entity + "." + name
	}
	about := "key " + name
	if !j.warnings.has(j.file, about) {
		if j.unknown++; j.unknown > maxNamed {
			j.warnings.add(j.file, j.row, "more keys", func() string { return "more keys are not in the standard and are left out" })
			return
		}
	}
	j.warnings.add(j.file, j.row, about, func() string {
		says := "the key " + quote(name) + " is not in the standard and is left out"
		if meant, ok := nearest(name[strings.LastIndexByte(name, '.')+1:], j.names()); ok {
			says += "; did you mean " + meant + "?"
		}
		return says
	})
}

// cell is a value in the form in which a CSV file has it; empty for null.
func (f *standardField) cell(value json.RawMessage) (string, error) {
	if f.Cardinality != onceOrMore || value[0] != '[' {
		return scalar(value)
	}
	var all []json.RawMessage
	if err := json.Unmarshal(value, &all); err != nil {
		return "", err
	}
	var entries []string
	for _, v := range all {
		entry, err := scalar(v)
		if err != nil {
			return "", err
		}
		if entry != "" {
			entries = append(entries, escape(entry))
		}
	}
	return strings.Join(entries, ";"), nil
}

// scalar is a value that is no list and no object. The apostrophe that a table puts
// before what a spreadsheet would run is put there too, as it is taken off again.
func scalar(value json.RawMessage) (string, error) {
	switch value[0] {
	case 'n':
		return "", nil
	case '{', '[':
		return "", bad("a text, a number, true, false or null", "%s is no single answer", clip(string(value)))
	case '"':
		var s string
		if err := json.Unmarshal(value, &s); err != nil {
			return "", err
		}
		if s != "" && s[0] == '\'' && formula.Runs(s) {
			return "'" + s, nil
		}
		return s, nil
	}
	whole, zeros, point := strings.Cut(string(value), ".")
	if point && strings.Trim(zeros, "0") == "" { // 3.0 is 3
		return whole, nil
	}
	return string(value), nil
}

// tooDeep says whether brackets go deeper than maxNesting.
func tooDeep(text []byte) bool {
	var s bracketing
	for _, b := range text {
		if s.step(b); s.depth > maxNesting {
			return true
		}
	}
	return false
}

// bracketing follows the brackets of JSON, past those in texts.
type bracketing struct {
	depth           int
	quoted, escaped bool
}

// step takes the next byte, and says whether it closes the outermost bracket.
func (s *bracketing) step(b byte) (closed bool) {
	switch {
	case s.escaped:
		s.escaped = false
	case s.quoted:
		s.escaped, s.quoted = b == '\\', b != '"'
	case b == '"':
		s.quoted = true
	case b == '{' || b == '[':
		s.depth++
	case b == '}' || b == ']':
		s.depth--
		return s.depth == 0
	}
	return false
}

// objectsOf hands out the objects of a file one by one, each with the line that it
// begins on; none at the end.
func objectsOf(in *bufio.Reader) func() ([]byte, int, *FileError) {
	if oneALine(in) {
		return (&jsonLines{lines{src: in}}).next
	}
	return (&jsonStream{in: in, row: 1}).next
}

// oneALine says whether the first two lines that hold anything both begin an
// object. Then each line is one, and what is wrong with a line stays there.
func oneALine(in *bufio.Reader) bool {
	start, err := in.Peek(readAhead)
	begun := 0
	for line := range bytes.Lines(start) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if line[0] != '{' {
			return false
		}
		if begun++; begun == 2 {
			return true
		}
	}
	return err == io.EOF && begun == 1
}

type jsonLines struct{ lines }

func (l *jsonLines) next() ([]byte, int, *FileError) {
	for {
		l.begin()
		text, ok := l.lines.next()
		if !ok {
			if l.err != io.EOF {
				return nil, 0, unreadable(l.err, l.row)
			}
			return nil, 0, nil
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return text, l.row, nil
		}
	}
}

// jsonStream hands out objects wherever they begin and end.
type jsonStream struct {
	in    *bufio.Reader
	row   int // line of the next byte
	array bool
	begun bool // the array has had an element, and a comma comes before the next
	done  bool // the array is closed
}

func (s *jsonStream) next() ([]byte, int, *FileError) {
	for {
		b, fault := s.solid()
		switch {
		case fault != nil || b == 0:
			return nil, 0, fault
		case b == '[' && !s.array && !s.begun:
			s.array = true
		case b == ']' && s.array && !s.done:
			s.done = true
		case b == ',' && s.array && s.begun && !s.done:
			s.begun = false
		case b == '{' && !s.done && (!s.array || !s.begun):
			s.begun = true
			return s.object()
		default:
			return nil, 0, s.fault("has "+strconv.Quote(string(rune(b)))+" on line "+strconv.Itoa(s.row)+", where an object should begin", "")
		}
	}
}

// solid is the next byte that is no space, or 0 at the end of the file.
func (s *jsonStream) solid() (byte, *FileError) {
	for {
		b, err := s.in.ReadByte()
		switch {
		case err == io.EOF && s.array && !s.done:
			return 0, s.fault("ends within its array", "get the file again")
		case err == io.EOF:
			return 0, nil
		case err != nil:
			return 0, unreadable(err, s.row)
		case b == '\n':
			s.row++
		case b != ' ' && b != '\t' && b != '\r':
			if b == 0 {
				return 0, s.fault("is not a text file: it holds NUL bytes", "save it as JSON in UTF-8")
			}
			return b, nil
		}
	}
}

// object reads to the bracket that closes an object whose first byte is read.
func (s *jsonStream) object() ([]byte, int, *FileError) {
	from := s.row
	raw, open := []byte{'{'}, bracketing{depth: 1}
	for {
		b, err := s.in.ReadByte()
		switch {
		case err == io.EOF:
			return nil, 0, s.fault("ends within the object that begins on line "+strconv.Itoa(from), "look for a bracket or a quotation mark that is missing")
		case err != nil:
			return nil, 0, unreadable(err, from)
		case len(raw) == MaxRecord:
			return nil, 0, s.fault("has an object of 1 MiB or more, which begins on line "+strconv.Itoa(from), "look for a bracket or a quotation mark that is missing")
		case b == '\n':
			s.row++
		}
		raw = append(raw, b)
		if open.step(b) {
			return raw, from, nil
		}
	}
}

func (s *jsonStream) fault(why, hint string) *FileError {
	if hint == "" {
		hint = "objects, one after another or in an array"
	}
	return &FileError{Why: why, Hint: hint}
}
