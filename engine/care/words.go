package care

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest text of one field that is accepted, in bytes. They are the engine's
// own bounds: far beyond what anybody writes into a cell, and far below what a
// record may have on disk.
const (
	MaxWordsBytes = 10_000  // a name, a reference or a reason, on one line
	MaxProseBytes = 200_000 // what may run over many lines
)

// Words refuses text that is too long, not UTF-8, or that would not stay on one
// line: with control characters, which a terminal may obey, or line separators.
// Empty text is not recorded and passes. The error is a [*FieldError].
func Words(field, text string) error {
	return readable(field, text, MaxWordsBytes, "remove tabs and line ends from it", func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

// Prose is [Words] for text that may have tabs and run over many lines. A vertical
// tab is what a word processor puts for a line end within a paragraph.
func Prose(field, text string) error {
	return readable(field, text, MaxProseBytes, "remove all but its words", func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t\v", r)
	})
}

func readable(field, text string, longest int, hint string, control func(rune) bool) error {
	switch {
	case isPlain(text) && len(text) <= longest:
		return nil
	case len(text) > longest:
		return wrong(field, "use fewer words", "is %d bytes long; at most %d are allowed", len(text), longest)
	case !utf8.ValidString(text):
		return wrong(field, "save the file as UTF-8", "is not valid text")
	case strings.IndexFunc(text, control) >= 0:
		return wrong(field, hint, "has control characters")
	}
	return nil
}

// isPlain recognises the common case at once: printable ASCII. Every cell of an
// import is looked at.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// eachWords is [Words] for each of several texts of one field.
func eachWords(field string, texts []string) error {
	for _, t := range texts {
		if err := Words(field, t); err != nil {
			return err
		}
	}
	return nil
}
