package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"

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
//	ids     8 bytes, how many bytes the ids take
//	        the ids, each after its length as a varint
//	        the homes in order of the curve: place on it, 8 bytes, and Span
//	sum     4 bytes, CRC-32C of all before
//
// Numbers have their low byte first.
const (
	spansName   = "spans"
	spansMagic  = "sthspan1"
	spansHeader = len(spansMagic) + 2 + 8 + 32 + 8 + 8
	spanBytes   = 8 + care.SpanBytes
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errSpansFile = errors.New("the file of spans cannot be used")

// encodeSpans is the file of an index.
func encodeSpans(ix *indexed) []byte {
	var ids, homes []byte
	for item := range ix.spans.All() {
		ids = append(binary.AppendUvarint(ids, uint64(len(item.ID))), item.ID...)
		homes = binary.LittleEndian.AppendUint64(homes, item.At)
		homes = item.Sum.AppendTo(homes)
	}
	b := make([]byte, 0, spansHeader+len(ids)+len(homes)+crc32.Size)
	b = append(b, spansMagic...)
	b = binary.LittleEndian.AppendUint16(b, care.SpanFormat)
	b = binary.LittleEndian.AppendUint64(b, ix.head.Number)
	b = append(b, ix.head.Root[:]...)
	b = binary.LittleEndian.AppendUint64(b, uint64(ix.spans.Len()))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(ids)))
	b = append(append(b, ids...), homes...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// spansParts are the parts of a file that is whole.
type spansParts struct {
	head  store.Head
	n     uint64 // of homes
	ids   []byte
	homes []byte
}

// openSpans takes a file apart once its checksum is seen to hold; the error wraps
// errSpansFile.
func openSpans(b []byte) (p spansParts, err error) {
	end := len(b) - crc32.Size
	if end < spansHeader || !bytes.HasPrefix(b, []byte(spansMagic)) {
		return p, fmt.Errorf("%w: it is not one of this program's", errSpansFile)
	}
	if crc32.Checksum(b[:end], castagnoli) != binary.LittleEndian.Uint32(b[end:]) {
		return p, fmt.Errorf("%w: its checksum is not what it says", errSpansFile)
	}
	h := b[len(spansMagic):]
	if f := binary.LittleEndian.Uint16(h); f != care.SpanFormat {
		return p, fmt.Errorf("%w: it has format %d, not %d", errSpansFile, f, care.SpanFormat)
	}
	p.head = store.Head{Number: binary.LittleEndian.Uint64(h[2:]), Root: store.Hash(h[10:42])}
	p.n = binary.LittleEndian.Uint64(h[42:])
	ids, body := binary.LittleEndian.Uint64(h[50:]), b[spansHeader:end]
	if room := uint64(len(body)); ids > room || p.n > room/spanBytes || room != ids+p.n*spanBytes {
		return p, fmt.Errorf("%w: its length is not what it says", errSpansFile)
	}
	p.ids, p.homes = body[:ids], body[ids:]
	return p, nil
}

// decodeSpans reads a file; the error wraps errSpansFile.
func decodeSpans(b []byte) (*indexed, error) {
	p, err := openSpans(b)
	if err != nil {
		return nil, err
	}
	ids, err := decodeIDs(string(p.ids), p.n)
	if err != nil {
		return nil, err
	}
	spans, ordered := match.NewSpans().Load(len(ids), func(i int, k *index.Key, s *care.Span) {
		home := p.homes[i*spanBytes:][:spanBytes]
		*k = index.Key{At: binary.LittleEndian.Uint64(home), ID: ids[i]}
		*s = care.ReadSpan((*[care.SpanBytes]byte)(home[8:]))
	})
	if !ordered {
		return nil, fmt.Errorf("%w: its homes are in no order", errSpansFile)
	}
	return &indexed{head: p.head, spans: spans}, nil
}

// decodeIDs cuts the ids out of one string, so that they take no more memory than
// they have letters.
func decodeIDs(all string, n uint64) ([]string, error) {
	ids := make([]string, n)
	lengths := []byte(all)
	for i := range ids {
		length, size := binary.Uvarint(lengths)
		if size <= 0 || length > uint64(len(lengths)-size) {
			return nil, fmt.Errorf("%w: its ids are not what it says", errSpansFile)
		}
		end := size + int(length)
		ids[i], all, lengths = all[size:end], all[end:], lengths[end:]
	}
	return ids, nil
}

// readSpans reads the file of a directory; the error wraps errSpansFile or
// [os.ErrNotExist].
func readSpans(dir string) (*indexed, error) {
	b, err := os.ReadFile(filepath.Join(dir, spansName))
	if err != nil {
		return nil, err
	}
	return decodeSpans(b)
}

// spansFileHead is the head that the file of a directory is as of, if the file is
// whole.
func spansFileHead(dir string) (store.Head, error) {
	b, err := os.ReadFile(filepath.Join(dir, spansName))
	if err != nil {
		return store.Head{}, err
	}
	p, err := openSpans(b)
	return p.head, err
}
