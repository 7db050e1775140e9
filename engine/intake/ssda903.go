package intake

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Return is a row of one of the tables of an SSDA903 return. What its table does
// not have is zero.
type Return struct {
	Table   string  // one of [ReturnTables]
	Child   care.ID // GSS code of the authority, a slash, and CHILD
	DOB     care.Day
	Sex     care.Sex
	Ethnic  string        // code of ETHNIC
	UASC    care.Answer   // from the UASC table, or UASC in Header or XML
	Home    care.Location // of HOME_POST, where the directory places it
	Episode care.Episode
	claims  claims
}

// The tables of a return that are kept. The others are read and counted.
const (
	HeaderTable   = "Header"
	EpisodesTable = "Episodes"
	UASCTable     = "UASC"
)

// Kept says whether anything is taken from the rows of the table.
func (r *Return) Kept() bool {
	return slices.ContainsFunc(keptTables, func(k keptTable) bool { return k.name == r.Table })
}

// ReturnTables lists the tables of an SSDA903 return in the order in which they
// are to be read: a child before what is said of it.
func ReturnTables() []string {
	var names []string
	for _, k := range keptTables {
		names = append(names, k.name)
	}
	for _, c := range countedTables {
		names = append(names, c.name)
	}
	return names
}

// returnRank is the place of a table in that order.
func returnRank(name string) int { return slices.Index(ReturnTables(), name) }

// SSDA903 reads one file of an SSDA903 return of 2020-21 to 2025-26: the CSV of
// one of its tables, told by its columns, or the whole return as XML. It is read
// as [Homes] reads homes; the authority in opts is required, and the ids of
// children begin with it.
//
// The rows of an XML return are read as those of the CSV tables, so a reject
// carries the row as CSV under the header of its table; its Number is the line
// on which its element ends. XML that declares a document type is refused.
func SSDA903(ctx context.Context, src io.Reader, opts Options) iter.Seq2[Item[Return], error] {
	return func(yield func(Item[Return], error) bool) {
		if fault := readReturn(ctx, src, opts, yield); fault != nil {
			fault.File = opts.File
			yield(Item[Return]{}, fault)
		}
	}
}

func readReturn(ctx context.Context, src io.Reader, opts Options, yield func(Item[Return], error) bool) *FileError {
	if opts.Authority == "" {
		return &FileError{Why: "does not say whose return it is", Hint: "give --authority, the GSS code or name of the authority that made it"}
	}
	in, mark, fault := openSource(ctx, src)
	if fault != nil {
		return fault
	}
	if isXML(in) {
		return readXML(in, opts, yield)
	}
	r, fault := openChosen(in, mark, opts, returnNames(), chooseReturn)
	if fault != nil {
		return fault
	}
	r.each(func(item Item[Return], err error) bool {
		item.Table, item.Value.claims = r.kind, claims{}
		return yield(item, err)
	})
	return nil
}

// SniffReturn tells by the beginning of a file, of which 64 KiB are enough, where
// it comes in the order of reading: the place of its table in [ReturnTables], 0
// for XML. The error is a [*FileError], with [ErrNoTable] in it for a file that is
// neither and none for one that cannot be read.
func SniffReturn(file string, start []byte) (order int, err error) {
	order, fault := sniffReturn(start)
	if fault != nil {
		fault.File = file
		return 0, fault
	}
	return order, nil
}

func sniffReturn(start []byte) (int, *FileError) {
	in, mark, fault := openSource(context.Background(), bytes.NewReader(start))
	if fault != nil || isXML(in) {
		return 0, fault
	}
	h, fault := readHeader(&lines{src: in}, mark, returnNames())
	if fault != nil {
		return 0, fault
	}
	t, fault := chooseReturn(&h)
	return returnRank(t.kind), fault
}

// isXML looks for the first byte that is not a space.
func isXML(in *bufio.Reader) bool {
	start, _ := in.Peek(readAhead / 2)
	start = bytes.TrimLeft(start, " \t\r\n")
	return len(start) > 0 && start[0] == '<'
}

// returnNames are the folded names of the columns of all tables, and what else
// they are called.
func returnNames() map[string]int {
	known := map[string]int{}
	for _, t := range returnTables() {
		for name := range t.byName() {
			known[name] = 0
		}
	}
	for name := range returnAliases {
		known[name] = 0
	}
	return known
}

// returnAliases are the folded names that XML, or the return of some year, has
// for a column.
var returnAliases = map[string]string{"childid": "CHILD", "pl": "PLACE", "uascstatus": "UASC"}

// chooseReturn is the table that has most of the columns of a header, one that is
// not in every table among them.
func chooseReturn(h *header) (table[Return], *FileError) {
	for i, cell := range h.cells {
		if name, ok := returnAliases[fold(cell)]; ok {
			h.cells[i] = name
		}
	}
	best, most := table[Return]{}, 0
	for _, t := range returnTables() {
		known := t.byName()
		own := slices.ContainsFunc(h.cells, func(cell string) bool {
			_, ok := known[fold(cell)]
			return ok && !slices.Contains(everyTable, fold(cell))
		})
		if n := countKnown(h.cells, known); own && n > most {
			best, most = t, n
		}
	}
	if most == 0 {
		return best, &FileError{Why: "is none of the tables of an SSDA903 return", Err: ErrNoTable,
			Hint: "a CSV whose first row names the columns of " + strings.Join(ReturnTables(), ", ") + ", or XML"}
	}
	return best, nil
}

// everyTable are the folded names of columns by which no table is told.
var everyTable = []string{"child", "dob", "sex"}

// WriteSSDA903 writes rows as the CSV of a table that is kept, in the order of
// seq, as [WriteHomes] writes homes. Columns of which nothing is kept, such as
// UPN, are written empty.
func WriteSSDA903(w io.Writer, name string, seq iter.Seq2[Return, error]) error {
	for i, t := range returnTables() {
		if t.kind == name && i < len(keptTables) {
			t.columns = t.columns[:keptTables[i].standard]
			return write(w, seq, t)
		}
	}
	return unwritable(name, "is no table that is kept")
}
