package intake

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stablehomes/stablehomes/engine/care"
)

// What a [Resolver] answers for a postcode it cannot place.
var (
	// ErrNoDirectory says that no postcode directory has been imported.
	ErrNoDirectory = errors.New("no postcode directory")
	// ErrUnknownPostcode says that the directory does not have the postcode, or
	// has no grid reference for it.
	ErrUnknownPostcode = errors.New("postcode not in the directory")
	// ErrBadPostcode says that the text is not a postcode at all.
	ErrBadPostcode = errors.New("not a postcode")
)

// ErrUnwritable is returned for a value that a file cannot hold in such a way
// that reading gives it back unchanged.
var ErrUnwritable = errors.New("cannot be written to a file and read back unchanged")

// ErrNoTable is within the [*FileError] of a file that can be read and is none of the
// tables of an SSDA903 return.
var ErrNoTable = errors.New("none of the tables of a return")

// ErrOtherHeader is returned by [Rejects.Add] for a row from a file whose header
// is not the one at the top of the rejects.
var ErrOtherHeader = errors.New("the rejected row has another header than the rows before it")

// FileError says why a file as a whole cannot be read, or cannot be read to its
// end.
type FileError struct {
	File string // as named in [Options]
	Why  string // what is wrong, in plain words
	Hint string // what would be right; may be empty
	Err  error  // what the reader underneath said, or [ErrNoTable]; may be nil
}

// Error is one sentence with the file, the reason and the hint.
func (e *FileError) Error() string { return named(e.File) + ": " + withHint(e.Why, e.Hint) }

// Unwrap gives Err.
func (e *FileError) Unwrap() error { return e.Err }

// InvalidError says why one row of a file is rejected.
type InvalidError struct {
	File   string // as named in [Options]
	Row    int    // physical line on which the row starts; the header is on line 1
	Column string // name of the column; empty where the whole row is at fault
	Value  string // the cell, cut to about 200 bytes; empty where the whole row is at fault
	Why    string // what is wrong, in plain words
	Hint   string // what would be right; may be empty
	Raw    []byte // the row, verbatim, with its line end; a row over [MaxRecord] is cut there
	header []byte // the header of its file, verbatim
}

// Error is one sentence with file, row, column, reason and hint.
func (e *InvalidError) Error() string {
	where := named(e.File) + ", row " + strconv.Itoa(e.Row)
	if e.Column != "" {
		where += ", " + e.Column
	}
	return where + ": " + withHint(e.Why, e.Hint)
}

func named(file string) string {
	if file == "" {
		return "the file"
	}
	return file
}

func withHint(why, hint string) string {
	if hint == "" {
		return why
	}
	return why + " (" + hint + ")"
}

// bad is a fault of one cell; whoever knows the column fills it in.
func bad(hint, why string, args ...any) error {
	return &care.FieldError{Why: fmt.Sprintf(why, args...), Hint: hint}
}

// unwritable is a value that would not come back as it is.
func unwritable(value any, why string) error {
	return fmt.Errorf("%w: %q %s", ErrUnwritable, fmt.Sprint(value), why)
}

// maxShown keeps a huge cell out of a sentence, in bytes.
const maxShown = 200

// clip shortens what is shown of a cell.
func clip(s string) string {
	if len(s) <= maxShown {
		return s
	}
	cut := s[:maxShown]
	for len(cut) > 0 && !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	return strings.Clone(cut) + "…"
}
