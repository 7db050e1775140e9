package gazetteer

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/golang/geo/s2"
)

// Place is what the directory knows of a postcode.
type Place struct {
	Point     s2.LatLng // one address in the postcode or an estimate; WGS84, to a millionth of a degree
	District  string    // laua code as the source had it, or ""
	Authority string    // GSS of the English authority, the Welsh or Scottish council's own code, or "" if not known
	Ended     bool      // Royal Mail has ended the postcode; known only from sources with a doterm column
}

// Directory looks postcodes up in a file that [Listing.WriteFile] wrote. It holds the header, some
// 40 KB for the whole country, and reads 4 KB a lookup. It may be used from many goroutines.
type Directory struct {
	src    io.ReaderAt
	header *header
	raw    []byte // the header's bytes, which the hash covers
	places []council
	blocks sync.Pool // of *block
	close  func() error
}

// council is a district and the authority over it.
type council struct{ district, authority string }

// Open opens the file at path and reads its header. A file that is not there gives an error that
// wraps [os.ErrNotExist]; one that is not sound, [ErrDamaged] or [ErrVersion]. Blocks are checked
// when they are read, or all at once by [Directory.Verify].
func Open(path string) (*Directory, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open postcode directory: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("open postcode directory: %w", err)
	}
	d, err := OpenReader(f, info.Size())
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	d.close = sync.OnceValue(f.Close)
	return d, nil
}

// OpenReader is [Open] for size bytes behind src, which must not change and which Close leaves open.
func OpenReader(src io.ReaderAt, size int64) (*Directory, error) {
	fixed := make([]byte, tablesAt)
	if size < tablesAt {
		return nil, fmt.Errorf("%w: it ends after %d bytes", ErrDamaged, size)
	}
	if err := readAt(src, fixed, 0); err != nil {
		return nil, err
	}
	length, err := headSize(fixed)
	if err != nil {
		return nil, err
	}
	if int64(length) > size {
		return nil, fmt.Errorf("%w: it ends after %d bytes, within its header", ErrDamaged, size)
	}
	raw := make([]byte, length)
	if err := readAt(src, raw, 0); err != nil {
		return nil, err
	}
	h, err := decodeHeader(raw, size)
	if err != nil {
		return nil, err
	}
	d := &Directory{src: src, header: h, raw: raw, close: func() error { return nil }}
	d.blocks.New = func() any { return new(block) }
	for _, code := range h.districts {
		d.places = append(d.places, council{code, authorityOver(code)})
	}
	return d, nil
}

// authorityOver is the authority of a district: English by table; a Welsh (W06) or Scottish (S12)
// council is its own.
func authorityOver(district string) string {
	if strings.HasPrefix(district, "W06") || strings.HasPrefix(district, "S12") {
		return district
	}
	gss, _ := District(district)
	return gss
}

// readAt fills b; a file that has become shorter is damaged, another failure is the system's.
func readAt(src io.ReaderAt, b []byte, at int64) error {
	n, err := src.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it ends before byte %d", ErrDamaged, at+int64(len(b)))
	}
	return fmt.Errorf("read postcode directory: %w", err)
}

// Len is the number of postcodes.
func (d *Directory) Len() int { return d.header.rows }

// Hash is the SHA-256 of the content in hex, as the file states it; [Directory.Verify] checks it.
func (d *Directory) Hash() string { return hex.EncodeToString(d.header.hash[:]) }

// Close closes the file. Closing twice does no harm; a lookup afterwards fails.
func (d *Directory) Close() error { return d.close() }

// Lookup finds a postcode. The error is [ErrNotFound] if the directory has none such, wraps
// [ErrDamaged] if the block that would have it is not as it was written, and otherwise is the
// system's.
func (d *Directory) Lookup(p Postcode) (Place, error) {
	at, exact := slices.BinarySearch(d.header.first, p)
	if !exact {
		at-- // the block before starts below p
	}
	if at < 0 {
		return Place{}, ErrNotFound
	}
	b := d.blocks.Get().(*block)
	defer d.blocks.Put(b)
	if err := d.read(b, at); err != nil {
		return Place{}, err
	}
	n := d.rowsIn(at)
	row := sort.Search(n, func(i int) bool { return b.postcode(i) >= p })
	if row == n || b.postcode(row) != p {
		return Place{}, ErrNotFound
	}
	return d.place(b.spot(row))
}

func (d *Directory) place(s spot) (Place, error) {
	if s.district() >= len(d.places) {
		return Place{}, fmt.Errorf("%w: no district has the number %d", ErrDamaged, s.district())
	}
	c := d.places[s.district()]
	return Place{Point: s.point(), District: c.district, Authority: c.authority, Ended: s.ended()}, nil
}

// read fills b with a block and checks that it is whole and the one that belongs there.
func (d *Directory) read(b *block, at int) error {
	if err := readAt(d.src, b[:], int64(d.header.size)+int64(at)*blockSize); err != nil {
		return err
	}
	if !signed(b[:]) {
		return fmt.Errorf("%w: block %d fails its checksum", ErrDamaged, at)
	}
	if b.postcode(0) != d.header.first[at] {
		return fmt.Errorf("%w: block %d is in the wrong place", ErrDamaged, at)
	}
	return nil
}

// rowsIn is the number of rows in a block: all are full but the last.
func (d *Directory) rowsIn(at int) int {
	return min(blockRows, d.header.rows-at*blockRows)
}

// Verify reads the whole file and checks every checksum, the order of the postcodes and the content
// hash. The error wraps [ErrDamaged] if any of them is not as it was written.
func (d *Directory) Verify() error {
	var b block
	var last Postcode
	sum := newSum(d.raw)
	for at := range d.header.first {
		if err := d.read(&b, at); err != nil {
			return err
		}
		for row := range d.rowsIn(at) {
			p := b.postcode(row)
			if p <= last || !p.valid() {
				return fmt.Errorf("%w: block %d, row %d is out of order", ErrDamaged, at, row)
			}
			if _, err := d.place(b.spot(row)); err != nil {
				return err
			}
			last = p
		}
		sum.Write(b[:])
	}
	if [32]byte(sum.Sum(nil)) != d.header.hash {
		return fmt.Errorf("%w: the content does not match its hash", ErrDamaged)
	}
	return nil
}
