package gazetteer

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
)

// BuildOptions are what a caller of [Build] wants to hear while it runs. Both may be nil.
type BuildOptions struct {
	// Progress is called every 65,536 rows and after the last, with the rows read so far.
	Progress func(rows int)
	// Rejected is called for each malformed row, in order. The error may be kept.
	Rejected func(*InvalidError)
}

// Summary counts what became of the rows of a source file.
// Rows = Kept + Duplicates + NoGrid + NorthernIrish + Rejected.
type Summary struct {
	Rows          int // rows below the header; blank lines are not rows
	Kept          int // postcodes in the directory
	Duplicates    int // rows replaced by a later row of the same postcode
	NoGrid        int // rows without a position: they cannot be measured from
	NorthernIrish int // rows left out because they are on the Irish grid
	Rejected      int // malformed rows
	Ended         int // of those kept: postcodes that Royal Mail has ended
	NoAuthority   int // of those kept: in no English, Welsh or Scottish council known by its code
}

// Limits on what a source may make the program hold: six times the postcodes that were ever in use,
// and ten times the districts.
const (
	mostRows      = 1 << 24
	mostDistricts = 1 << 12
	progressEvery = 1 << 16
)

// entry is one row on its way into a listing: the postcode and the row's place in the source in one
// number, so that sorting is stable; then the rest.
type entry struct {
	order uint64 // postcode<<32 | place
	spot  spot
}

func (e entry) postcode() Postcode { return Postcode(e.order >> 32) }

// Build reads a file in the manner of the ONS Postcode Directory, its National Statistics Postcode
// Lookup or the Ordnance Survey's Code-Point Open, plain or gzip, and returns it sorted and packed,
// ready for [Listing.WriteFile]. A zip archive as published is read file by file; src must then be
// an [io.ReaderAt] and [io.Seeker], as a file is.
//
// The columns are found by name, ignoring case, spaces and underscores: pcd (or pcds, pcd7, pcd8);
// oseast1m and osnrth1m, or lat and long; laua (or oslaua, lad25cd); and doterm if it is there.
// Others are ignored. Code-Point Open has no header: a first line of its ten columns is a row. It
// knows no ended postcodes. A malformed row is counted, told to opts.Rejected and left out. Rows without
// a position and rows of Northern Ireland (area BT or laua N09…: their coordinates are on the Irish
// grid) are counted and left out. Of two rows with one postcode the later is kept. District codes
// are kept as they are, in capitals.
//
// A source that cannot be used as a whole, or has no row worth keeping, gives an error that wraps
// [ErrUnreadable]; ctx ends the work early with its own error. The Summary then
// counts the rows left out so far; what is kept is counted at the end.
// Memory is 16 bytes a row, about three times that at most while the list grows.
func Build(ctx context.Context, src io.Reader, opts BuildOptions) (*Listing, Summary, error) {
	b := builder{opts: opts, districts: map[string]uint16{}}
	if err := b.readAll(ctx, src); err != nil {
		return nil, b.sum, err
	}
	if len(b.entries) == 0 {
		return nil, b.sum, fmt.Errorf("%w: none of its %d rows is a British postcode with a position", ErrUnreadable, b.sum.Rows)
	}
	return b.finish(), b.sum, nil
}

type builder struct {
	opts      BuildOptions
	sum       Summary
	columns   columns
	file      string // within a zip archive; empty elsewhere
	entries   []entry
	names     []string // of districts, in order of first appearance
	districts map[string]uint16
	cells     [][]byte
	line      []byte // a copy, because splitting changes it
}

// readAll reads a file, or all files of an archive.
func (b *builder) readAll(ctx context.Context, src io.Reader) error {
	archive, src, err := isArchive(src)
	if err != nil {
		return err
	}
	read := func(r io.Reader) error { return b.readFile(ctx, r) }
	if archive != nil {
		err = b.readArchive(archive, read)
	} else {
		err = read(src)
	}
	if err == nil {
		b.progress()
	}
	return err
}

func (b *builder) readFile(ctx context.Context, src io.Reader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := openSource(src)
	if err != nil {
		return err
	}
	header, err := in.next()
	if err == io.EOF {
		return fmt.Errorf("%w: it is empty", ErrUnreadable)
	}
	if err != nil {
		return err
	}
	if b.columns, err = readHeader(header); err != nil {
		return err
	}
	if b.columns.headless {
		if err := b.take(ctx, in.row, header); err != nil {
			return err
		}
	}
	for {
		line, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := b.take(ctx, in.row, line); err != nil {
			return err
		}
	}
}

func (b *builder) progress() {
	if b.opts.Progress != nil {
		b.opts.Progress(b.sum.Rows)
	}
}

// take counts a line and, if there is something in it, enters it.
func (b *builder) take(ctx context.Context, row int, line []byte) error {
	if len(bytes.TrimSpace(line)) == 0 {
		if row%progressEvery == 0 { // there may be no end of blank lines
			return ctx.Err()
		}
		return nil
	}
	b.sum.Rows++
	if b.sum.Rows%progressEvery == 0 {
		b.progress()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	b.line = append(b.line[:0], line...)
	p, out, bad := b.parse()
	switch {
	case bad != nil:
		b.reject(bad, row, line)
	case out == noGrid:
		b.sum.NoGrid++
	case out == northernIrish:
		b.sum.NorthernIrish++
	default:
		return b.enter(p)
	}
	return nil
}

func (b *builder) parse() (parsed, outcome, *InvalidError) {
	cells, ok := splitCells(b.cells[:0], b.line)
	b.cells = cells
	if !ok {
		return parsed{}, 0, &InvalidError{Why: "a quotation mark is not closed", Hint: "quote a whole cell or none of it"}
	}
	return b.columns.parse(cells)
}

func (b *builder) reject(bad *InvalidError, row int, line []byte) {
	b.sum.Rejected++
	if b.opts.Rejected != nil {
		bad.File, bad.Row, bad.Line = b.file, row, string(line)
		b.opts.Rejected(bad)
	}
}

func (b *builder) enter(p parsed) error {
	d, ok := b.districts[string(p.district)]
	if !ok {
		d = uint16(len(b.names))
		b.names = append(b.names, string(p.district))
		b.districts[b.names[d]] = d
	}
	if len(b.names) > mostDistricts {
		return fmt.Errorf("%w: column %s has more than %d different codes; is it the district?",
			ErrUnreadable, b.columns.names[b.columns.district], mostDistricts)
	}
	if len(b.entries) == mostRows {
		return fmt.Errorf("%w: it has more than %d postcodes", ErrUnreadable, mostRows)
	}
	b.entries = append(b.entries, entry{uint64(p.postcode)<<32 | uint64(len(b.entries)), p.spot.withDistrict(d)})
	return nil
}

// finish sorts by postcode, keeps the last of equals and numbers the districts in order of code, so
// that the file does not depend on the order of the source.
func (b *builder) finish() *Listing {
	slices.SortFunc(b.entries, func(x, y entry) int { return cmp.Compare(x.order, y.order) })
	n := 0
	for i, e := range b.entries {
		if i+1 < len(b.entries) && b.entries[i+1].postcode() == e.postcode() {
			b.sum.Duplicates++
			continue
		}
		b.entries[n] = e
		n++
	}
	l := &Listing{entries: b.entries[:n]}
	var number []uint16
	l.districts, number = b.sortDistricts(l.entries)
	for i, e := range l.entries {
		l.entries[i].spot = e.spot.withDistrict(number[e.spot.district()])
	}
	b.sum.Kept = n
	b.count(l)
	l.seal()
	return l
}

// sortDistricts returns the codes that entries use in order, and by old number the new one.
func (b *builder) sortDistricts(entries []entry) (codes []string, number []uint16) {
	used := make([]bool, len(b.names))
	for _, e := range entries {
		used[e.spot.district()] = true
	}
	for d, name := range b.names {
		if used[d] {
			codes = append(codes, name)
		}
	}
	slices.Sort(codes)
	number = make([]uint16, len(b.names))
	for d, name := range b.names {
		at, _ := slices.BinarySearch(codes, name)
		number[d] = uint16(at)
	}
	return codes, number
}

func (b *builder) count(l *Listing) {
	known := make([]bool, len(l.districts))
	for i, code := range l.districts {
		known[i] = authorityOver(code) != ""
	}
	for _, e := range l.entries {
		if e.spot.ended() {
			b.sum.Ended++
		}
		if !known[e.spot.district()] {
			b.sum.NoAuthority++
		}
	}
}
