package intake

import (
	"bytes"
	"io"
)

// Rejects writes rejected rows so that they can be mended and imported again:
// the header of their file, then each row, all verbatim. Nothing is written
// before the first row.
type Rejects struct {
	w      io.Writer
	header []byte
	begun  bool
}

// NewRejects writes rejected rows to w, unbuffered.
func NewRejects(w io.Writer) *Rejects { return &Rejects{w: w} }

// Add writes one rejected row. A row from a file with another header is refused
// with [ErrOtherHeader], as under the wrong header it could not be read again.
func (r *Rejects) Add(e *InvalidError) error {
	if !r.begun {
		if err := r.line(e.header); err != nil {
			return err
		}
		r.begun, r.header = true, e.header
	}
	if !bytes.Equal(trimLineEnd(r.header), trimLineEnd(e.header)) {
		return ErrOtherHeader
	}
	return r.line(e.Raw)
}

// line writes a line and the line end it may lack, which is that of the last
// line of a file.
func (r *Rejects) line(b []byte) error {
	if len(b) > 0 && b[len(b)-1] != '\n' {
		b = append(bytes.Clone(b), '\n')
	}
	_, err := r.w.Write(b)
	return err
}

func trimLineEnd(b []byte) []byte { return bytes.TrimRight(b, "\r\n") }
