package intake

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"iter"
	"strconv"

	"github.com/stablehomes/stablehomes/engine/care"
)

// reader reads the rows of one file.
type reader[T any] struct {
	table[T]
	ground
	header  header
	plan    []*column[T] // by cell; nil where the column is not known
	records *records
	seen    map[digest]uint32 // row of each good value
	rows    int
	draft   draft[T] // of the current row
}

func read[T any](ctx context.Context, src io.Reader, opts Options, t table[T]) iter.Seq2[Item[T], error] {
	return func(yield func(Item[T], error) bool) {
		r, fault := open(ctx, src, opts, t)
		if fault != nil {
			fault.File = opts.File
			yield(Item[T]{}, fault)
			return
		}
		r.each(yield)
	}
}

// each yields the rows of the file.
func (r *reader[T]) each(yield func(Item[T], error) bool) {
	for {
		item, err := r.next()
		if err == io.EOF {
			return
		}
		if !yield(item, err) || err != nil {
			return
		}
	}
}

func open[T any](ctx context.Context, src io.Reader, opts Options, t table[T]) (*reader[T], *FileError) {
	in, mark, fault := openSource(ctx, src)
	if fault != nil {
		return nil, fault
	}
	return openChosen(in, mark, opts, t.byName(), func(*header) (table[T], *FileError) { return t, nil })
}

// openChosen opens a file whose table is told by its header. known are the folded
// names of the columns of all tables that it may be.
func openChosen[T any](in *bufio.Reader, mark []byte, opts Options, known map[string]int, choose func(*header) (table[T], *FileError)) (*reader[T], *FileError) {
	l := lines{src: in}
	h, fault := readHeader(&l, mark, known)
	if fault != nil {
		if l.err != nil && l.err != io.EOF {
			return nil, unreadable(l.err, 0)
		}
		return nil, fault
	}
	t, fault := choose(&h)
	if fault != nil {
		return nil, fault
	}
	r, fault := newReader(opts, t)
	if fault != nil {
		return nil, fault
	}
	r.header = h
	if fault := r.makePlan(t.byName()); fault != nil {
		return nil, fault
	}
	r.row = l.row
	r.records = newRecords(l, r.header.comma, r.proseCells(), r.isRow)
	return r, nil
}

func newReader[T any](opts Options, t table[T]) (*reader[T], *FileError) {
	r := &reader[T]{table: t, seen: map[digest]uint32{}}
	r.ground = ground{Resolver: opts.Resolver, file: opts.File, warnings: opts.Warnings}
	r.school = opts.School
	if opts.Resolver == nil {
		r.Resolver = nowhere{}
	}
	return r, r.defaultAuthority(opts.Authority)
}

func (r *reader[T]) defaultAuthority(name string) *FileError {
	if name == "" {
		return nil
	}
	gss, err := r.authorityNamed(name)
	var wrong *care.FieldError
	if errors.As(err, &wrong) {
		return &FileError{Why: "is read for an authority that is not known: " + wrong.Why, Hint: wrong.Hint}
	}
	r.authority = gss
	return nil
}

func (r *reader[T]) proseCells() []bool {
	prose := make([]bool, len(r.plan))
	for i, c := range r.plan {
		prose[i] = c == nil || c.prose
	}
	return prose
}

// next is the next row that is not blank. Its error is io.EOF, or a *FileError,
// or one of the Resolver.
func (r *reader[T]) next() (Item[T], error) {
	for {
		rec, err := r.records.next()
		if err != nil {
			return Item[T]{}, r.ended(err)
		}
		r.row = rec.row
		if rec.blank {
			continue
		}
		r.rows++
		if rec.ansi {
			r.warnings.add(r.file, rec.row, "encoding", func() string {
				return "a row is not UTF-8 and was read as Windows-1252; check letters with accents"
			})
		}
		return r.item(rec)
	}
}

func (r *reader[T]) ended(err error) error {
	if err != io.EOF {
		fault := unreadable(err, r.row)
		fault.File = r.file
		return fault
	}
	if r.rows == 0 {
		r.warnings.add(r.file, 0, "no rows", func() string { return "the file has a header and no rows" })
	}
	return io.EOF
}

func (r *reader[T]) item(rec record) (Item[T], error) {
	item := Item[T]{Row: Row{File: r.file, Number: rec.row, Raw: rec.raw, header: r.header.verbatim}}
	if rec.fault != nil {
		item.Invalid = item.Reject("", "", rec.fault.why, rec.fault.hint)
		return item, nil
	}
	r.draft = draft[T]{ground: &r.ground}
	err := r.fill(&r.draft, rec.cells)
	if err == nil {
		err = r.once(r.id(&r.draft.value))
	}
	if err != nil {
		return r.refuse(item, rec.cells, err)
	}
	if r.note != nil {
		r.note(&r.draft) // which may put the value right
	}
	item.Value = r.draft.value
	return item, nil
}

// refuse makes a reject of a fault of one field. Any other error is not the
// row's.
func (r *reader[T]) refuse(item Item[T], cells []string, err error) (Item[T], error) {
	var wrong *care.FieldError
	if !errors.As(err, &wrong) {
		return Item[T]{}, err
	}
	item.Invalid = item.Reject(wrong.Field, r.cellOf(wrong.Field, cells), wrong.Why, wrong.Hint)
	return item, nil
}

// fill reads the cells into the draft, completes it and checks it by itself.
func (r *reader[T]) fill(d *draft[T], cells []string) error {
	for i, c := range r.plan {
		if c == nil {
			continue
		}
		if cell := c.bare(cells[i]); cell != "" {
			if err := c.read(d, cell); err != nil {
				return inColumn(c.name, err)
			}
		}
	}
	if r.finish != nil {
		if err := r.finish(d); err != nil {
			return err
		}
	}
	return r.check(&d.value)
}

// isRow says whether cells are those of a good row. It warns of nothing.
func (r *reader[T]) isRow(cells []string) bool {
	quiet := r.ground
	quiet.warnings = nil
	return r.fill(&draft[T]{ground: &quiet}, cells) == nil
}

// once refuses an id that an earlier good row of the file has. Rows of some
// tables have none.
func (r *reader[T]) once(id care.ID) error {
	if id == "" {
		return nil
	}
	d := digestOf(id)
	if row, again := r.seen[d]; again {
		if r.key != "" {
			return inColumn(r.key, bad("remove one of the two", "%s is also on row %s", clip(string(id)), strconv.Itoa(int(row))))
		}
		return inColumn("id", bad("give each row an id of its own, or remove one of the two", "%s is also on row %s", clip(string(id)), strconv.Itoa(int(row))))
	}
	r.seen[d] = uint32(r.row)
	return nil
}

// cellOf is the cell of a column, if the file has it.
func (r *reader[T]) cellOf(name string, cells []string) string {
	for i, c := range r.plan {
		if c != nil && c.name == name {
			return cells[i]
		}
	}
	return ""
}

// digest stands for an id that was seen. A file of a gigabyte has millions, of which
// the ids themselves would take several times the memory.
type digest [16]byte

func digestOf(id care.ID) digest {
	sum := sha256.Sum256([]byte(id))
	return digest(sum[:len(digest{})])
}
