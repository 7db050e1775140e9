package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Bounds of an XML return. The real ones are five elements deep, with some
// hundred records for a child.
const (
	maxDepth   = 16
	maxPending = 10_000  // records of one child within HEADER
	maxText    = 1 << 16 // of one element, in bytes
)

// recordElements are the elements that hold a record of a table.
var recordElements = map[string]string{
	"HEADER": HeaderTable, "EPISODE": EpisodesTable, "AREVIEW": "Reviews", "AMISSING": "Missing", "OC2": "OC2", "OC3": "OC3",
	"PERMANENCE": "PrevPerm", "AD_PLACED": "PlacedAdoption", "AD1": "AD1", "SWEPISODE": "SWEpisodes", "DOLO": "DoLo",
}

// withinHeader are tables of which an XML return has the columns in HEADER
// itself.
var withinHeader = []string{"OC3", "AD1"}

// xmlReturn reads an XML return as the rows of its tables.
type xmlReturn struct {
	opts    Options
	dec     *xml.Decoder
	meter   *meter
	readers map[string]*reader[Return]
	takes   map[string]map[string]bool // the elements that a record may have, by its table
	yield   func(Item[Return], error) bool

	open     []string          // the elements that are open, root first
	text     strings.Builder   // of the innermost element
	leaf     bool              // the innermost element has held no other
	child    map[string]string // CHILD, DOB and SEX of the child being read
	records  []xmlRecord       // records that are open, innermost last
	pending  []xmlRecord       // records within HEADER, which follow its own
	children int
	unknown  int // elements that were named as not known
}

// xmlRecord is a record of a table.
type xmlRecord struct {
	table string
	depth int // of its element
	line  int // on which it ended
	cells map[string]string
}

// errStop says that whoever ranges over the rows has had enough.
var errStop = errors.New("no more rows are wanted")

func readXML(in *bufio.Reader, opts Options, yield func(Item[Return], error) bool) *FileError {
	x := &xmlReturn{opts: opts, meter: &meter{in: in}, readers: map[string]*reader[Return]{}, yield: yield}
	for _, t := range returnTables() {
		r, fault := newReader(opts, t)
		if fault != nil {
			return fault
		}
		r.header = header{verbatim: []byte(strings.Join(t.names(), ",") + "\n"), comma: ',', cells: t.names()}
		for i := range r.columns {
			r.plan = append(r.plan, &r.columns[i])
		}
		x.readers[t.kind] = r
	}
	x.takes = elementsOf(x.readers)
	x.dec = xml.NewDecoder(x.meter)
	x.dec.CharsetReader = charset
	err := x.run()
	if errors.Is(err, errStop) {
		return nil
	}
	return x.fault(err)
}

// run reads token by token. Its error is a [*FileError], errStop, or the
// decoder's; io.EOF is never one.
func (x *xmlReturn) run() error {
	for {
		token, err := x.dec.Token()
		if err == io.EOF {
			return x.ended()
		}
		if err != nil {
			return err
		}
		x.meter.since = 0
		switch t := token.(type) {
		case xml.Directive:
			return &FileError{Why: "declares a document type, which no return needs", Hint: "remove the line that begins with <!"}
		case xml.StartElement:
			err = x.start(strings.ToUpper(t.Name.Local))
		case xml.CharData:
			if x.text.Len()+len(t) > maxText {
				return &FileError{Why: "has an element with more than 64 KiB of text, on line " + x.line(), Hint: "look for an end tag that is missing"}
			}
			x.text.Write(t)
		case xml.EndElement:
			err = x.end()
		}
		if err != nil {
			return err
		}
	}
}

func (x *xmlReturn) line() string {
	line, _ := x.dec.InputPos()
	return strconv.Itoa(line)
}

func (x *xmlReturn) ended() error {
	if x.children == 0 {
		return &FileError{Why: "is XML without a CHILD element", Hint: "the XML of an SSDA903 return"}
	}
	return errStop
}

// fault says why the file cannot be read any further.
func (x *xmlReturn) fault(err error) *FileError {
	var known *FileError
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &syntax):
		return &FileError{Why: "is not well-formed XML on line " + strconv.Itoa(syntax.Line) + ": " + syntax.Msg, Hint: "get the file again", Err: err}
	}
	line, _ := x.dec.InputPos()
	return unreadable(err, line)
}

func (x *xmlReturn) start(name string) error {
	if len(x.open) == maxDepth {
		return &FileError{Why: "has elements more than 16 deep, on line " + x.line(), Hint: "the XML of an SSDA903 return"}
	}
	x.open = append(x.open, name)
	x.text.Reset()
	x.leaf = true
	switch table := recordElements[name]; {
	case name == "CHILD" && len(x.open) == 2:
		x.child = map[string]string{}
		x.children++
	case table != "" && x.child != nil:
		x.records = append(x.records, xmlRecord{table: table, depth: len(x.open), cells: map[string]string{}})
	}
	return nil
}

// end closes the innermost element.
func (x *xmlReturn) end() error {
	depth, name, text := len(x.open), x.open[len(x.open)-1], strings.TrimSpace(x.text.String())
	leaf := x.leaf
	x.open = x.open[:depth-1]
	x.leaf = false
	x.text.Reset()
	n := len(x.records)
	switch {
	case n > 0 && x.records[n-1].depth == depth:
		return x.close(x.records[n-1])
	case name == "CHILD" && depth == 2:
		x.child = nil
	case n > 0 && leaf:
		x.field(&x.records[n-1], name, text)
	case depth > 1:
		x.warnUnknown(name)
	}
	return nil
}

// field puts a leaf into the record it stands in.
func (x *xmlReturn) field(rec *xmlRecord, name, text string) {
	if alias, ok := returnAliases[fold(name)]; ok {
		name = alias
	}
	if !x.takes[rec.table][name] {
		x.warnUnknown(name)
		return
	}
	if _, twice := rec.cells[name]; twice {
		x.opts.Warnings.add(x.opts.File, x.at(), "twice "+name, func() string {
			return name + " stands twice in one record; the first is read"
		})
		return
	}
	rec.cells[name] = text
	if name == "DUC" && text != "" {
		warnUnkept(x.opts.Warnings, x.opts.File, x.at(), name)
	}
	if rec.table == HeaderTable && (name == "CHILD" || name == "DOB" || name == "SEX") {
		x.child[name] = text
	}
}

// elementsOf are the elements that a record of each table may have: its columns, and
// in HEADER those of the tables within it too.
func elementsOf(readers map[string]*reader[Return]) map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for table, r := range readers {
		all[table] = map[string]bool{}
		for i := range r.columns {
			all[table][r.columns[i].name] = true
		}
	}
	for _, table := range withinHeader {
		maps.Copy(all[HeaderTable], all[table])
	}
	all[HeaderTable]["DUC"] = true
	return all
}

func (x *xmlReturn) at() int {
	line, _ := x.dec.InputPos()
	return line
}

// warnUnknown names an element that is not known.
func (x *xmlReturn) warnUnknown(name string) {
	name = clip(name)
	if about := "element " + name; x.unknown < maxNamed || x.opts.Warnings.has(x.opts.File, about) {
		if !x.opts.Warnings.has(x.opts.File, about) {
			x.unknown++
		}
		x.opts.Warnings.add(x.opts.File, x.at(), about, func() string { return "the element " + name + " is not known and is left out" })
		return
	}
	x.opts.Warnings.add(x.opts.File, x.at(), "more elements", func() string { return "more elements are not known and are left out" })
}

// close ends a record. Those within HEADER wait for it, since it is what makes
// the child known.
func (x *xmlReturn) close(rec xmlRecord) error {
	x.records = x.records[:len(x.records)-1]
	rec.line = x.at()
	if len(x.records) > 0 {
		if len(x.pending) == maxPending {
			return &FileError{Why: "has more than 10,000 records in one HEADER, on line " + x.line(), Hint: "look for an end tag that is missing"}
		}
		x.pending = append(x.pending, rec)
		return nil
	}
	if rec.table != HeaderTable {
		return x.emit(rec)
	}
	all := append([]xmlRecord{rec}, x.pending...)
	for _, table := range withinHeader {
		all = append(all, xmlRecord{table: table, line: rec.line, cells: rec.cells})
	}
	x.pending = x.pending[:0]
	for i, r := range all {
		if i > len(all)-1-len(withinHeader) && !x.says(r) {
			continue
		}
		if err := x.emit(r); err != nil {
			return err
		}
	}
	return nil
}

// says is whether anything is given that only the table of the record has.
func (x *xmlReturn) says(rec xmlRecord) bool {
	columns := x.readers[rec.table].columns
	return slices.ContainsFunc(columns, func(c column[Return]) bool {
		return rec.cells[c.name] != "" && !slices.Contains(everyTable, fold(c.name))
	})
}

// emit yields a record as the row of its table.
func (x *xmlReturn) emit(rec xmlRecord) error {
	r := x.readers[rec.table]
	cells := make([]string, len(r.columns))
	for i := range r.columns {
		name := r.columns[i].name
		cells[i] = rec.cells[name]
		if cells[i] == "" {
			cells[i] = x.child[name]
		}
		cells[i] = guard(cells[i]) // as in the tables, where reading takes it off
	}
	r.row = rec.line
	item, err := r.item(record{row: rec.line, raw: csvLine(cells), cells: cells})
	item.Table, item.Value.claims = rec.table, claims{}
	if item.Invalid != nil {
		item.Invalid.Why = "child " + quote(x.child["CHILD"]) + ": " + item.Invalid.Why
	}
	if err != nil {
		x.yield(item, err)
		return errStop
	}
	if !x.yield(item, nil) {
		return errStop
	}
	return nil
}

// csvLine is the row as a CSV file would have it.
func csvLine(cells []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(cells) // a buffer takes everything
	w.Flush()
	return b.Bytes()
}

// charset decodes what an XML declaration names, other than UTF-8.
func charset(name string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "us-ascii", "ascii", "windows-1252", "cp1252", "iso-8859-1", "latin1":
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	}
	return nil, &FileError{Why: fmt.Sprintf("is XML in the encoding %q", clip(name)), Hint: "save it as UTF-8"}
}

// meter refuses a tag or a text that goes on and on before the decoder has read
// it whole.
type meter struct {
	in    *bufio.Reader
	since int // bytes read since the last token
}

func (m *meter) ReadByte() (byte, error) {
	if m.since++; m.since > MaxRecord {
		return 0, m.tooLong()
	}
	return m.in.ReadByte()
}

// Read hands out at most a page at a time, as a decoder of characters takes all
// it gets.
func (m *meter) Read(p []byte) (int, error) {
	if m.since > MaxRecord {
		return 0, m.tooLong()
	}
	n, err := m.in.Read(p[:min(len(p), 4096)])
	m.since += n
	return n, err
}

func (m *meter) tooLong() error {
	return &FileError{Why: "has a tag or a text longer than 1 MiB", Hint: "look for an end tag or a quotation mark that is missing"}
}
