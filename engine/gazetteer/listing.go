package gazetteer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// Listing is a postcode directory in memory, sorted and packed, that [Build] has made and that is
// ready to be written. It does not change.
type Listing struct {
	entries   []entry  // in order of postcode, no two of one
	districts []string // in order
	header    []byte   // sealed
}

// Len is the number of postcodes.
func (l *Listing) Len() int { return len(l.entries) }

// Hash is the SHA-256 of the content in hex, as [Directory.Hash] will give it.
func (l *Listing) Hash() string { return hex.EncodeToString(l.header[hashAt:tablesAt]) }

// seal makes the header.
func (l *Listing) seal() {
	h := header{rows: len(l.entries), districts: l.districts}
	for i := 0; i < len(l.entries); i += blockRows {
		h.first = append(h.first, l.entries[i].postcode())
	}
	l.header = h.encode()
	sum := newSum(l.header)
	_, _ = l.writeBlocks(sum) // a hash takes everything
	copy(l.header[hashAt:tablesAt], sum.Sum(nil))
	sign(l.header)
}

// newSum starts the content hash with all of the header that it covers.
func newSum(header []byte) hash.Hash {
	sum := sha256.New()
	sum.Write(header[:hashAt])
	sum.Write(header[tablesAt : len(header)-crcSize])
	return sum
}

func (l *Listing) writeBlocks(w io.Writer) (int64, error) {
	var b block
	var written int64
	for i := 0; i < len(l.entries); i += blockRows {
		b.fill(l.entries[i:min(i+blockRows, len(l.entries))])
		n, err := w.Write(b[:])
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// WriteTo writes the file's bytes to w and returns how many there were.
func (l *Listing) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(l.header)
	if err != nil {
		return int64(n), err
	}
	blocks, err := l.writeBlocks(w)
	return int64(n) + blocks, err
}

// WriteFile puts the directory at path, replacing what is there in one step: whoever opens the path
// finds the old file or the new one, and after a power cut too. A Directory already open keeps
// reading the old one. It writes to a draft beside path, which a failure removes.
func (l *Listing) WriteFile(path string) error {
	if err := publish(path, l); err != nil {
		return fmt.Errorf("write postcode directory: %w", err)
	}
	return nil
}
