package gazetteer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// longestLine is far above any line of the ONS Postcode Directory (about 500 bytes), and small
// enough to read a file that has no lines at all without holding it.
const longestLine = 64 << 10

// lines hands out the lines of a CSV file one at a time. A quoted line break is not honoured: no
// column of a postcode file has one, and a stray quote must not swallow the rest of the file.
type lines struct {
	r   *bufio.Reader
	row int // of the line last handed out, from 1
}

// openSource unpacks gzip, which is told by its first bytes, and refuses what is not text.
func openSource(src io.Reader) (*lines, error) {
	r := bufio.NewReaderSize(src, longestLine)
	if start, _ := r.Peek(2); bytes.Equal(start, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("%w: the gzip file is damaged: %w", ErrUnreadable, err)
		}
		r = bufio.NewReaderSize(z, longestLine)
	}
	start, err := r.Peek(512)
	if err != nil && err != io.EOF {
		return nil, unreadable(err)
	}
	if err := refuse(start); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		if _, err := r.Discard(3); err != nil {
			return nil, unreadable(err)
		}
	}
	return &lines{r: r}, nil
}

// refuse says in a sentence why a file that starts like this cannot be a CSV file.
func refuse(start []byte) error {
	switch {
	case len(start) == 0:
		return fmt.Errorf("%w: it is empty", ErrUnreadable)
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return fmt.Errorf("%w: it is saved as UTF-16; save it as CSV UTF-8", ErrUnreadable)
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return fmt.Errorf("%w: it is a zip archive or a spreadsheet that does not come as a file; save it first, or give the CSV file inside it", ErrUnreadable)
	case bytes.IndexByte(start, 0) >= 0:
		return fmt.Errorf("%w: it is not a text file; give the ONS Postcode Directory as CSV", ErrUnreadable)
	}
	return nil
}

// next returns a line without its end, valid until the call after it; io.EOF after the last.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	l.row++
	switch {
	case err == nil:
		return trimEnd(line), nil
	case err == io.EOF && len(line) > 0:
		return trimEnd(line), nil
	case err == io.EOF:
		return nil, err
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, fmt.Errorf("%w: line %d is longer than %d bytes; give the ONS Postcode Directory as CSV",
			ErrUnreadable, l.row, longestLine)
	}
	return nil, fmt.Errorf("line %d: %w", l.row, unreadable(err))
}

func unreadable(err error) error { return fmt.Errorf("%w: %w", ErrUnreadable, err) }

func trimEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

// splitCells appends the cells of a CSV line to cells. Quoted cells are unquoted in place, so the
// line is changed; ok is false if a quote is not closed or has text beside it.
func splitCells(cells [][]byte, line []byte) (_ [][]byte, ok bool) {
	for {
		if len(line) > 0 && line[0] == '"' {
			cell, rest, ok := unquote(line)
			if !ok {
				return cells, false
			}
			cells = append(cells, cell)
			if len(rest) == 0 {
				return cells, true
			}
			line = rest[1:]
			continue
		}
		end := bytes.IndexByte(line, ',')
		if end < 0 {
			return append(cells, line), bytes.IndexByte(line, '"') < 0
		}
		if bytes.IndexByte(line[:end], '"') >= 0 {
			return cells, false
		}
		cells = append(cells, line[:end])
		line = line[end+1:]
	}
}

// unquote takes the quoted cell off the front of line; rest is empty or starts with a comma.
func unquote(line []byte) (cell, rest []byte, ok bool) {
	n := 0 // bytes of the cell, moved to the front as "" becomes "
	for i := 1; i < len(line); i++ {
		if line[i] == '"' {
			if i+1 == len(line) || line[i+1] == ',' {
				return line[:n], line[i+1:], true
			}
			if line[i+1] != '"' {
				return nil, nil, false
			}
			i++
		}
		line[n] = line[i]
		n++
	}
	return nil, nil, false
}
