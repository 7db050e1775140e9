package intake

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
)

// readAhead is how much is read from a file at a time, in bytes.
const readAhead = 64 << 10

// utf8Mark is the byte-order mark that spreadsheets put before UTF-8.
const utf8Mark = "\xef\xbb\xbf"

// asCSV is the hint for everything that is not a text file.
const asCSV = "save it as CSV UTF-8 (comma delimited)"

// openSource unpacks gzip and refuses what is not a text file by its first
// bytes. It returns the byte-order mark, if there was one, which is part of the
// header as it stood.
func openSource(ctx context.Context, src io.Reader) (*bufio.Reader, []byte, *FileError) {
	in := bufio.NewReaderSize(heeding{ctx, src}, readAhead)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, unreadable(err, 0)
		}
		in = bufio.NewReaderSize(heeding{ctx, unpacked}, readAhead)
	}
	start, _ := in.Peek(len("\xd0\xcf\x11\xe0"))
	if bad := refuseMagic(start); bad != nil {
		return nil, nil, bad
	}
	if !bytes.HasPrefix(start, []byte(utf8Mark)) {
		return in, nil, nil
	}
	_, err := in.Discard(len(utf8Mark))
	if err != nil {
		return nil, nil, unreadable(err, 0)
	}
	return in, []byte(utf8Mark), nil
}

// magics are the first bytes of what people send instead of CSV.
var magics = []struct{ bytes, why string }{
	{"\xff\xfe", "is UTF-16, not UTF-8"},
	{"\xfe\xff", "is UTF-16, not UTF-8"},
	{"PK\x03\x04", "is a workbook or a zip archive, not a CSV file"},
	{"\xd0\xcf\x11\xe0", "is a workbook of an older kind, not a CSV file"},
	{"%PDF", "is a PDF document, not a CSV file"},
	{"\x1f\x8b", "is compressed twice"},
}

func refuseMagic(start []byte) *FileError {
	for _, m := range magics {
		if bytes.HasPrefix(start, []byte(m.bytes)) {
			return &FileError{Why: m.why, Hint: asCSV}
		}
	}
	return nil
}

// unreadable says why reading stopped after the given physical line.
func unreadable(err error, row int) *FileError {
	f := &FileError{Why: "cannot be read any further: " + err.Error(), Err: err}
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		f.Why, f.Hint = "the compressed file is cut short", "get the file again"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		f.Why, f.Hint = "the compressed file is damaged", "get the file again"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		f.Why = "reading was interrupted"
	}
	if row > 0 {
		f.Why += afterRow(row)
	}
	return f
}

// heeding is a reader that stops when its context does.
type heeding struct {
	ctx context.Context
	io.Reader
}

func (h heeding) Read(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.Reader.Read(p)
}
