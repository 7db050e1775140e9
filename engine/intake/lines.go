package intake

import (
	"bufio"
	"bytes"
	"io"
)

// MaxRecord is the longest row that is read, in bytes with its line end. A row of
// every column filled in at length has a few thousand.
const MaxRecord = 1 << 20

// lines hands out the physical lines of a file and keeps those of the current
// record, so that a record that turns out not to be one can be taken back but for
// its first line.
//
// Every line in buf but the last of a file ends in a line feed. A line that is
// longer than MaxRecord is kept cut to one byte more, of which the last is a line
// feed: it stays too long, however often it is read.
type lines struct {
	src *bufio.Reader
	buf []byte // buf[start:end] is the current record; what follows was taken back

	start, end int
	first      int   // length of the first line of the current record
	count      int   // lines in the current record
	row        int   // number of the last line handed out; the first has 1
	err        error // why there is nothing more to read; io.EOF at the end
}

// begin lets go of the current record.
func (l *lines) begin() {
	if l.end == len(l.buf) || l.end > MaxRecord { // what was taken back may never be used up
		l.buf, l.end = l.buf[:copy(l.buf, l.buf[l.end:])], 0
	}
	l.start, l.first, l.count = l.end, 0, 0
}

// record is the current record, verbatim, valid until begin.
func (l *lines) record() []byte { return l.buf[l.start:l.end] }

// next adds a line to the current record. The line is valid until the next call.
func (l *lines) next() ([]byte, bool) {
	if l.end == len(l.buf) && !l.fill() {
		return nil, false
	}
	line := l.buf[l.end:]
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i+1]
	}
	if l.count == 0 {
		l.first = len(line)
	}
	l.end += len(line)
	l.count++
	l.row++
	return line, true
}

// takeBack leaves the current record with its first line alone.
func (l *lines) takeBack() {
	l.end = l.start + l.first
	l.row -= l.count - 1
	l.count = 1
}

// fill reads one physical line behind the others. The last line of a file that
// breaks off for any reason but its end is left out.
func (l *lines) fill() bool {
	if l.err != nil {
		return false
	}
	from := len(l.buf)
	for {
		part, err := l.src.ReadSlice('\n')
		room := MaxRecord + 1 - (len(l.buf) - from)
		l.buf = append(l.buf, part[:min(len(part), room)]...)
		if err == bufio.ErrBufferFull {
			continue
		}
		l.err = err
		break
	}
	if l.err != nil && l.err != io.EOF {
		l.buf = l.buf[:from]
	}
	if len(l.buf)-from > MaxRecord {
		l.buf[len(l.buf)-1] = '\n'
	}
	return len(l.buf) > from
}
