package care

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

// Packed is text compressed with DEFLATE (RFC 1951). A record of a decision keeps
// in it what is long and seldom read.
type Packed []byte

// MaxUnpacked is the longest text, in bytes, that is unpacked: more than the ids
// of ten million homes.
const MaxUnpacked = 1 << 28

// errPacked says that what was to be unpacked is no whole packed text.
var errPacked = errors.New("packed text is damaged")

// Pack compresses. Equal texts have equal packed forms in one build of the
// program.
func Pack(text []byte) Packed {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // the level is a constant; a buffer takes every write
	}
	return out.Bytes()
}

// Unpack is the text; that of nothing is nothing. It fails on what is damaged and
// on a text longer than [MaxUnpacked].
func (p Packed) Unpack() ([]byte, error) {
	if len(p) == 0 {
		return nil, nil
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(p)), MaxUnpacked+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPacked, err)
	}
	if len(text) > MaxUnpacked {
		return nil, fmt.Errorf("%w: it is longer than %d bytes", errPacked, MaxUnpacked)
	}
	return text, nil
}
