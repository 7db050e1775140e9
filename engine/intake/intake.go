package intake

import (
	"bytes"
	"context"
	"io"
	"iter"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// Options say how a file is read.
type Options struct {
	// File is the name that errors and warnings carry.
	File string
	// Resolver places postcodes and knows authorities. Without one every
	// postcode needs a position beside it and no authority is known.
	Resolver Resolver
	// Authority is the responsible authority, in any form the Resolver knows,
	// of children whose row names none. It is not used for homes: where a home
	// lies is not a matter of who holds its record.
	Authority string
	// School finds a school by its URN, so that children whose row names one and
	// not where it is are placed. It may be nil; false is a URN that is not known.
	School func(urn int) (gazetteer.School, bool, error)
	// Warnings collects what is worth a look but stops nothing. It may be nil.
	Warnings *Warnings
}

// Row is where a value stood.
type Row struct {
	File   string
	Number int    // physical line on which the row starts; the header is on line 1
	Raw    []byte // verbatim, with its line end; valid until the next row is read
	Table  string // the table of an SSDA903 return, or the sheet of a workbook, that the row is of; empty elsewhere
	header []byte
}

// Item is one row of a file: a good value, or the reason why it is rejected.
type Item[T any] struct {
	Row
	Value   T             // valid; where Invalid is not nil the zero value, but see [Vacancies]
	Invalid *InvalidError // nil for a good row
}

// Reject is the refusal of a row for a reason that only the caller can see, such
// as a child who is not in the store. It keeps a copy of Raw.
func (r Row) Reject(column, value, why, hint string) *InvalidError {
	return &InvalidError{
		File: r.File, Row: r.Number, Column: column, Value: clip(value), Why: why, Hint: hint,
		Raw: bytes.Clone(r.Raw), header: r.header,
	}
}

// Homes reads a file of homes. The sequence can be ranged over once. An error is
// a [*FileError] and is the last thing it yields; one that was caused by ctx or
// by src unwraps to that cause. An error of the Resolver other than those of this
// package ends it too.
func Homes(ctx context.Context, src io.Reader, opts Options) iter.Seq2[Item[care.Home], error] {
	return read(ctx, src, opts, homes())
}

// Children reads a file of children, as [Homes] reads one of homes.
func Children(ctx context.Context, src io.Reader, opts Options) iter.Seq2[Item[care.Child], error] {
	return read(ctx, src, opts, children())
}

// Placements reads a file of placements, as [Homes] reads one of homes.
func Placements(ctx context.Context, src io.Reader, opts Options) iter.Seq2[Item[care.Placement], error] {
	return read(ctx, src, opts, placements())
}

// WriteHomes writes homes with every column, in the order of seq. It stops at the
// first error of seq or of w, at a home that is not valid, and at one that is
// [ErrUnwritable]; what was written before stays written.
func WriteHomes(w io.Writer, seq iter.Seq2[care.Home, error]) error { return write(w, seq, homes()) }

// WriteChildren writes children, as [WriteHomes] writes homes.
func WriteChildren(w io.Writer, seq iter.Seq2[care.Child, error]) error {
	return write(w, seq, children())
}

// WritePlacements writes placements, as [WriteHomes] writes homes.
func WritePlacements(w io.Writer, seq iter.Seq2[care.Placement, error]) error {
	return write(w, seq, placements())
}
