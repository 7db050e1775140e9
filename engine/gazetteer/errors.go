package gazetteer

import (
	"errors"
	"fmt"
)

// ErrPostcode is wrapped by [ParsePostcode] when the text has not the shape of a postcode.
var ErrPostcode = errors.New("not a postcode")

// ErrOffGrid is wrapped by [FromGrid] when the reference lies outside the British National Grid.
var ErrOffGrid = errors.New("outside the British National Grid")

// ErrUnreadable is wrapped by [Build] when the source as a whole cannot be used: it is empty, or
// not a CSV file, or lacks a column.
var ErrUnreadable = errors.New("postcode file cannot be read")

// Errors of a [Directory].
var (
	// ErrNotFound says that the directory is sound and the postcode is not in it.
	ErrNotFound = errors.New("postcode is not in the directory")
	// ErrDamaged is wrapped when the file is not what was written; import the postcodes again.
	ErrDamaged = errors.New("postcode directory is damaged")
	// ErrVersion is wrapped when the file was written in a format this program does not know.
	ErrVersion = errors.New("postcode directory has an unknown version")
)

// ErrSchoolsDamaged is wrapped when the file of schools is not what was written; import the schools
// again.
var ErrSchoolsDamaged = errors.New("directory of schools is damaged")

// InvalidError says why one row of a source file was left out. The other rows are not affected.
type InvalidError struct {
	File   string // within a zip archive; empty elsewhere
	Row    int    // line of the file, from 1; the header is line 1
	Column string // name as the header has it, or "" when the whole row is at fault
	Why    string // what is wrong
	Hint   string // what would be right
	Line   string // the row as it stood, without its line end
}

// Error is one sentence: row, column, what is wrong and what would be right.
func (e *InvalidError) Error() string {
	where := fmt.Sprintf("row %d", e.Row)
	if e.File != "" {
		where = e.File + ", " + where
	}
	if e.Column != "" {
		where += ", column " + e.Column
	}
	return where + ": " + e.Why + "; " + e.Hint
}
