package cli

import (
	"context"
	"io"
)

// awaited is standard input as an import reads it. A redirected file stays what
// it is, so that a strict import can read it twice. At a pipe or a keyboard the
// program may wait for ever, so there an interrupt ends the wait.
func awaited(ctx context.Context, stdin io.Reader) io.Reader {
	if s, ok := stdin.(io.Seeker); ok {
		if _, err := s.Seek(0, io.SeekCurrent); err == nil {
			return stdin
		}
	}
	return &awaiting{ctx: ctx, src: stdin}
}

// awaiting reads elsewhere, and stops waiting for it when the context ends.
type awaiting struct {
	ctx context.Context
	src io.Reader
	buf []byte // of the reading that is on its way
}

// portion is what one reading gave.
type portion struct {
	n   int
	err error
}

// Read waits for the source or the end of the context. After the latter nothing
// is read any more, as a reading may still be on its way.
func (a *awaiting) Read(b []byte) (int, error) {
	if err := a.ctx.Err(); err != nil {
		return 0, err
	}
	if len(a.buf) < len(b) {
		a.buf = make([]byte, len(b))
	}
	done := make(chan portion, 1)
	go func(into []byte) {
		n, err := a.src.Read(into)
		done <- portion{n, err}
	}(a.buf[:len(b)])
	select {
	case got := <-done:
		return copy(b, a.buf[:got.n]), got.err
	case <-a.ctx.Done():
		return 0, a.ctx.Err()
	}
}
