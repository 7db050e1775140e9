package care

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
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
	packed, _ := PackWithin(text, math.MaxInt)
	return packed
}

// PackWithin is [Pack] of a text whose packed form has so many bytes at most. Of
// one that has more there is nothing, and no more of it is compressed than shows
// that.
func PackWithin(text []byte, most int) (packed Packed, fits bool) {
	out := bounded{most: most}
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	switch {
	case errors.Is(err, errTooLong):
		return nil, false
	case err != nil:
		panic(err) // the level is a constant; a buffer takes every write
	}
	return out.kept.Bytes(), true
}

// bounded is a buffer that takes only so many bytes.
type bounded struct {
	kept bytes.Buffer
	most int
}

var errTooLong = errors.New("more than the buffer takes")

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) > b.most-b.kept.Len() {
		return 0, errTooLong
	}
	return b.kept.Write(p)
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

// UnpackJSON reads a packed text that is JSON into a value. It fails as [Packed.Unpack]
// does, and on what is no JSON of that value.
func (p Packed) UnpackJSON(into any) error {
	text, err := p.Unpack()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
