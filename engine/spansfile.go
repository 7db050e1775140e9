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

	"github.com/dgraph-io/ristretto/v2/z"

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
// Numbers have their low byte first. The sum of the whole file is checked before
// any of it is used; the Spans of a page are made of their bytes when a search
// first looks into the page, which most never do.
const (
	spansName   = "spans"
	spansMagic  = "sthspan2"
	spansHeader = len(spansMagic) + 2 + 8 + 32 + 8 + 8*index.Classes + 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var (
	errSpansFile   = errors.New("the file of spans cannot be used")
	errSpansLength = fmt.Errorf("%w: its length is not what it says", errSpansFile)
)

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
	head                       store.Head
	n                          int // of homes
	kinds                      [index.Classes]int
	ids, places, unions, homes []byte
}

// openSpans takes a file apart and sees that its checksum holds; the error wraps
// errSpansFile.
func openSpans(b []byte) (p spansParts, err error) {
	if len(b) < spansHeader+crc32.Size || string(b[:len(spansMagic)]) != spansMagic {
		return p, fmt.Errorf("%w: it is not one of this program's", errSpansFile)
	}
	body, said := b[:len(b)-crc32.Size], b[len(b)-crc32.Size:]
	if binary.LittleEndian.Uint32(said) != crc32.Checksum(body, castagnoli) {
		return p, fmt.Errorf("%w: its checksum is not what it says", errSpansFile)
	}
	h, rest := body[len(spansMagic):spansHeader], body[spansHeader:]
	if f := binary.LittleEndian.Uint16(h); f != care.SpanFormat {
		return p, fmt.Errorf("%w: it has format %d, not %d", errSpansFile, f, care.SpanFormat)
	}
	p.head = store.Head{Number: binary.LittleEndian.Uint64(h[2:]), Root: store.Hash(h[10:42])}
	number := func(at int) int { return int(min(binary.LittleEndian.Uint64(h[at:]), uint64(len(b)))) } // no count is greater
	p.n = number(42)
	for class := range p.kinds {
		p.kinds[class] = number(50 + 8*class)
	}
	pages := (p.n + index.PageSize - 1) / index.PageSize
	for _, part := range []struct {
		of    *[]byte
		bytes int
	}{{&p.ids, number(50 + 8*index.Classes)}, {&p.places, 8 * p.n}, {&p.unions, pages * care.SpanBytes}, {&p.homes, p.n * care.SpanBytes}} {
		if part.bytes > len(rest) {
			return p, errSpansLength
		}
		*part.of, rest = rest[:part.bytes], rest[part.bytes:]
	}
	if len(rest) > 0 {
		return p, errSpansLength
	}
	return p, nil
}

// decodeSpans is the index in a file; the error wraps errSpansFile.
func decodeSpans(content *mapped) (*indexed, error) {
	p, err := openSpans(content.bytes)
	if err != nil {
		return nil, err
	}
	keys, err := p.keys()
	if err != nil {
		return nil, err
	}
	unions := make([]care.Span, len(p.unions)/care.SpanBytes)
	readAll(p.unions, unions)
	spans, fit := match.NewSpans().Load(index.Pages[care.Span]{
		Keys: keys, Unions: unions, Classes: p.kinds,
		Read: func(page int, sums []care.Span) {
			readAll(p.homes[page*index.PageSize*care.SpanBytes:], sums)
			runtime.KeepAlive(content)
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

// mapped is a file in memory. What it is mapped to is let go of when nobody has it
// any more; so whoever reads the bytes keeps it alive meanwhile.
type mapped struct{ bytes []byte }

// mapFile maps a file where one that is mapped can be replaced, and reads it elsewhere.
// Reading takes three times as long, most of it to find memory.
func mapFile(file *os.File, size int64) (*mapped, error) {
	if size == 0 || runtime.GOOS == "windows" {
		return readFile(file, size)
	}
	b, err := z.Mmap(file, false, size)
	if err != nil {
		return nil, err
	}
	m := &mapped{b}
	runtime.AddCleanup(m, func(b []byte) { _ = z.Munmap(b) }, b)
	return m, nil
}

func readFile(file io.ReaderAt, size int64) (*mapped, error) {
	m := &mapped{make([]byte, size)}
	_, err := file.ReadAt(m.bytes, 0)
	return m, err
}

// spansFile is the file of a store's directory. With a key it is sealed.
type spansFile struct {
	dir string // empty in memory, where there is none
	key []byte // nil where the store is not encrypted
}

// read is the index in the file; the error wraps errSpansFile or errSealed, or is
// of the file system.
func (f spansFile) read() (*indexed, error) {
	content, err := f.content()
	if err != nil {
		return nil, err
	}
	return decodeSpans(content)
}

// head is what the file is as of, if it is whole.
func (f spansFile) head() (store.Head, error) {
	content, err := f.content()
	if err != nil {
		return store.Head{}, err
	}
	p, err := openSpans(content.bytes)
	runtime.KeepAlive(content)
	return p.head, err
}

func (f spansFile) content() (*mapped, error) {
	file, err := os.Open(filepath.Join(f.dir, spansName))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if f.key == nil {
		return mapFile(file, info.Size())
	}
	s, err := openSealed(file, info.Size(), f.key)
	if err != nil {
		return nil, err
	}
	return readFile(s, s.size)
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
