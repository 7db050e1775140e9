package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/store"
)

// The file DIR/spans keeps the index between two openings of the store, so that
// the first match need not read every home. It says nothing that the store does
// not say: a file that is missing, damaged, of another program's making or of
// another store is built anew.
//
//	magic   8 bytes, "sthspan" and the number of this layout
//	format  2 bytes, [care.SpanFormat]
//	head    8 + 32 bytes, number and root of the journal it is as of
//	homes   8 bytes, how many
//	kinds   16 times 8 bytes, how many of each kind of home
//	ids     8 bytes, how many bytes the ids take
//	        the ids in order of the curve, each after its length as a varint
//	        the place of each on the curve, 8 bytes
//	        the Span that is true of each page of 16 homes
//	        the Span of each home
//	sum     4 bytes, CRC-32C of all before
//
// Numbers have their low byte first. The whole file is read and its sum checked
// before any of it is used; the Spans of a page are made of their bytes when a
// search first looks into the page, which most never do.
const (
	spansName   = "spans"
	spansMagic  = "sthspan2"
	spansHeader = len(spansMagic) + 2 + 8 + 32 + 8 + 8*index.Classes + 8
)

// pagesTogether is how many pages share a piece of memory, which is let go when
// all of them have been looked into.
const pagesTogether = 16

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errSpansFile = errors.New("the file of spans cannot be used")

// encodeSpans is the file of an index.
func encodeSpans(ix *indexed) []byte {
	var ids, places, unions, homes []byte
	sums := make([]care.Span, 0, index.PageSize)
	for page := range pages(ix.spans) {
		sums = sums[:0]
		for i := range page {
			sums = append(sums, page[i].Sum)
			ids = append(binary.AppendUvarint(ids, uint64(len(page[i].ID))), page[i].ID...)
			places = binary.LittleEndian.AppendUint64(places, page[i].At)
			homes = page[i].Sum.AppendTo(homes)
		}
		var union care.Span
		union.Unite(sums)
		unions = union.AppendTo(unions)
	}
	b := make([]byte, 0, spansHeader+len(ids)+len(places)+len(unions)+len(homes)+crc32.Size)
	b = append(b, spansMagic...)
	b = binary.LittleEndian.AppendUint16(b, care.SpanFormat)
	b = binary.LittleEndian.AppendUint64(b, ix.head.Number)
	b = append(b, ix.head.Root[:]...)
	b = binary.LittleEndian.AppendUint64(b, uint64(ix.spans.Len()))
	for class := range index.Classes {
		b = binary.LittleEndian.AppendUint64(b, uint64(ix.spans.Of(class)))
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(len(ids)))
	for _, part := range [][]byte{ids, places, unions, homes} {
		b = append(b, part...)
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// pages yields the homes of an index, as many at a time as a page has.
func pages(spans *match.Spans) iter.Seq[[]index.Item[care.Span]] {
	return func(yield func([]index.Item[care.Span]) bool) {
		page := make([]index.Item[care.Span], 0, index.PageSize)
		for item := range spans.All() {
			if page = append(page, item); len(page) < cap(page) {
				continue
			}
			if !yield(page) {
				return
			}
			page = page[:0]
		}
		if len(page) > 0 {
			yield(page)
		}
	}
}

// spansParts are the parts of a file that is whole.
type spansParts struct {
	head                store.Head
	n                   int // of homes
	kinds               [index.Classes]int
	ids, places, unions []byte
	homes               [][]byte // of each page
}

// openSpans reads a file of so many bytes and sees that its checksum holds; the
// error wraps errSpansFile.
func openSpans(file io.ReaderAt, size int64) (spansParts, error) {
	header := make([]byte, spansHeader)
	if _, err := file.ReadAt(header, 0); err != nil || string(header[:len(spansMagic)]) != spansMagic {
		return spansParts{}, fmt.Errorf("%w: it is not one of this program's", errSpansFile)
	}
	p, ids, err := readHeader(header[len(spansMagic):], size)
	if err != nil {
		return spansParts{}, err
	}
	said := make([]byte, crc32.Size)
	pieces := append(p.pieces(ids), said)
	if err := readPieces(file, int64(spansHeader), pieces); err != nil {
		return spansParts{}, fmt.Errorf("%w: %w", errSpansFile, err)
	}
	sum := crc32.Checksum(header, castagnoli)
	for _, piece := range pieces[:len(pieces)-1] {
		sum = crc32.Update(sum, castagnoli, piece)
	}
	if binary.LittleEndian.Uint32(said) != sum {
		return spansParts{}, fmt.Errorf("%w: its checksum is not what it says", errSpansFile)
	}
	return p, nil
}

// readHeader reads what follows the magic, and how many bytes the ids take.
func readHeader(h []byte, size int64) (p spansParts, ids int, err error) {
	if f := binary.LittleEndian.Uint16(h); f != care.SpanFormat {
		return p, 0, fmt.Errorf("%w: it has format %d, not %d", errSpansFile, f, care.SpanFormat)
	}
	p.head = store.Head{Number: binary.LittleEndian.Uint64(h[2:]), Root: store.Hash(h[10:42])}
	number := func(at int) int { return int(min(binary.LittleEndian.Uint64(h[at:]), uint64(size))) } // no count is greater
	p.n = number(42)
	for class := range p.kinds {
		p.kinds[class] = number(50 + 8*class)
	}
	ids = number(50 + 8*index.Classes)
	if int64(spansHeader)+int64(ids)+int64(p.n)*(8+care.SpanBytes)+int64(p.pages())*care.SpanBytes+crc32.Size != size {
		return p, 0, fmt.Errorf("%w: its length is not what it says", errSpansFile)
	}
	return p, ids, nil
}

func (p *spansParts) pages() int { return (p.n + index.PageSize - 1) / index.PageSize }

// pieces makes room for all that follows the header, in order.
func (p *spansParts) pieces(ids int) [][]byte {
	p.ids, p.places, p.unions = make([]byte, ids), make([]byte, 8*p.n), make([]byte, p.pages()*care.SpanBytes)
	all := [][]byte{p.ids, p.places, p.unions}
	p.homes = make([][]byte, 0, p.pages())
	for left := p.n; left > 0; left -= min(left, pagesTogether*index.PageSize) {
		together := make([]byte, min(left, pagesTogether*index.PageSize)*care.SpanBytes)
		p.homes = slices.AppendSeq(p.homes, slices.Chunk(together, index.PageSize*care.SpanBytes))
		all = append(all, together)
	}
	return all
}

// readPieces fills pieces that follow one another in a file, from a place on,
// several at a time.
func readPieces(file io.ReaderAt, from int64, pieces [][]byte) error {
	at := make([]int64, len(pieces))
	for i := range pieces {
		at[i] = from
		from += int64(len(pieces[i]))
	}
	var next atomic.Int64
	errs := make([]error, runtime.GOMAXPROCS(0))
	var readers sync.WaitGroup
	for n := range errs {
		readers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(pieces)) && errs[n] == nil; i = next.Add(1) - 1 {
				_, errs[n] = file.ReadAt(pieces[i], at[i])
			}
		})
	}
	readers.Wait()
	return errors.Join(errs...)
}

// decodeSpans reads a file of so many bytes; the error wraps errSpansFile.
func decodeSpans(file io.ReaderAt, size int64) (*indexed, error) {
	p, err := openSpans(file, size)
	if err != nil {
		return nil, err
	}
	keys, err := p.keys()
	if err != nil {
		return nil, err
	}
	unions, homes := make([]care.Span, len(p.homes)), p.homes // of all that was read the index keeps no more
	readAll(p.unions, unions)
	spans, fit := match.NewSpans().Load(index.Pages[care.Span]{
		Keys: keys, Unions: unions, Classes: p.kinds,
		Read: func(page int, sums []care.Span) {
			readAll(homes[page], sums)
			homes[page] = nil
		},
	})
	if !fit {
		return nil, fmt.Errorf("%w: its homes are in no order, or not as many as it says", errSpansFile)
	}
	return &indexed{head: p.head, spans: spans}, nil
}

func readAll(b []byte, spans []care.Span) {
	for i := range spans {
		spans[i] = care.ReadSpan((*[care.SpanBytes]byte)(b[i*care.SpanBytes:]))
	}
}

// keys are those of the homes. The ids are cut out of one string, so that they
// take no more memory than they have letters.
func (p *spansParts) keys() ([]index.Key, error) {
	keys := make([]index.Key, p.n)
	all, lengths := string(p.ids), p.ids
	for i := range keys {
		length, size := binary.Uvarint(lengths)
		if size <= 0 || length > uint64(len(lengths)-size) {
			return nil, fmt.Errorf("%w: its ids are not what it says", errSpansFile)
		}
		end := size + int(length)
		keys[i] = index.Key{At: binary.LittleEndian.Uint64(p.places[8*i:]), ID: all[size:end]}
		all, lengths = all[end:], lengths[end:]
	}
	return keys, nil
}

// spansFile is the file of a store's directory. With a key it is sealed.
type spansFile struct {
	dir string // empty in memory, where there is none
	key []byte // nil where the store is not encrypted
}

// read is the index in the file; the error wraps errSpansFile or errSealed, or is
// of the file system.
func (f spansFile) read() (ix *indexed, err error) {
	err = f.open(func(file io.ReaderAt, size int64) error {
		ix, err = decodeSpans(file, size)
		return err
	})
	return ix, err
}

// head is what the file is as of, if it is whole.
func (f spansFile) head() (head store.Head, err error) {
	err = f.open(func(file io.ReaderAt, size int64) error {
		p, err := openSpans(file, size)
		head = p.head
		return err
	})
	return head, err
}

func (f spansFile) open(do func(file io.ReaderAt, size int64) error) error {
	file, err := os.Open(filepath.Join(f.dir, spansName))
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if f.key == nil {
		return do(file, info.Size())
	}
	s, err := openSealed(file, info.Size(), f.key)
	if err != nil {
		return err
	}
	return do(s, s.size)
}

// write replaces the file in one step. Whether it reaches the disk before a power
// cut does not matter: what is not whole is built anew.
func (f spansFile) write(ix *indexed) error {
	content := encodeSpans(ix)
	if f.key != nil {
		var err error
		if content, err = seal(f.key, content); err != nil {
			return err
		}
	}
	draft := filepath.Join(f.dir, "."+spansName+".tmp") // whoever writes has the store alone
	if err := os.WriteFile(draft, content, 0o600); err != nil {
		return err
	}
	return os.Rename(draft, filepath.Join(f.dir, spansName))
}
