package cli

import (
	"io"

	"github.com/stablehomes/stablehomes/engine/report"
)

// legible writes what people read. Much of it comes from files and stores that
// others have written: a name with control characters in it could rename the
// window, clear the screen or pass for another, so they are left out, as
// [report.Visible] does. What programs read, as JSON, CSV and a noted head, is
// written as it is.
type legible struct{ to io.Writer }

// Write writes a text, which is a whole one: a character is not cut in two.
func (l legible) Write(text []byte) (int, error) {
	if _, err := io.WriteString(l.to, report.Visible(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// answers are for people on standard output.
func (p *program) answers() io.Writer { return legible{p.stdout} }

// remarks are for people on standard error.
func (p *program) remarks() io.Writer { return legible{p.stderr} }
