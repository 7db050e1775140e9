package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Cell is one column of a record, as files of its kind have it. A blank one is not
// recorded.
type Cell struct {
	Column string
	Value  string
}

// Sheet is how the records of a kind are written as cells and read from them: by
// the columns of its files, one row at a time.
type Sheet[T any] struct{ table table[T] }

// HomeSheet is that of homes, as [WriteHomes] and [Homes] have it.
func HomeSheet() Sheet[care.Home] { return Sheet[care.Home]{homes()} }

// ChildSheet is that of children, as [WriteChildren] and [Children] have it.
func ChildSheet() Sheet[care.Child] { return Sheet[care.Child]{children()} }

// Column is the column that a name stands for, matched as the header of a file is.
// Where there is none, meant is one that is spelt alike, or empty.
func (s *Sheet[T]) Column(name string) (column, meant string, ok bool) {
	if at, ok := s.table.byName()[fold(name)]; ok {
		return s.table.columns[at].name, "", true
	}
	meant, _ = nearest(name, s.table.names())
	return "", meant, false
}

// Cells are those of a record, one a column in their order, without the apostrophe
// that keeps a spreadsheet from running a cell. Errors are those of [WriteHomes].
func (s *Sheet[T]) Cells(v *T) ([]Cell, error) {
	values := make([]string, len(s.table.columns))
	if err := s.table.fields(v, values); err != nil {
		return nil, err
	}
	cells := make([]Cell, len(values))
	for i := range values {
		cells[i] = Cell{s.table.columns[i].name, unguard(values[i])}
	}
	return cells, nil
}

// With reads a record anew from its own row, in which some cells stand in the place
// of others: what comes of it is what comes of a file with that row, and may be
// Invalid. Where a cell names another place, the position that went with the old one
// is blanked, unless it is among the cells too: a postcode leads its lat and lng, a
// school where it is. Columns are named as [Sheet.Column] gives them. Errors are those
// of [WriteHomes] for the record as it is, and of the Resolver.
func (s *Sheet[T]) With(ctx context.Context, v *T, cells []Cell, opts Options) (Item[T], error) {
	row, err := s.row(v)
	if err != nil {
		return Item[T]{}, err
	}
	for _, c := range cells {
		if !utf8.ValidString(c.Value) { // the whole row would be taken for Windows-1252
			return Item[T]{Invalid: &InvalidError{File: opts.File, Column: c.Column, Value: clip(c.Value), Why: "is not text", Hint: "UTF-8, as a terminal writes it"}}, nil
		}
	}
	replaced := maps.Clone(row)
	put(replaced, cells)
	left, item, err := s.leftBehind(ctx, row, replaced, cells, opts)
	if err != nil || item.Invalid != nil {
		return item, err
	}
	put(replaced, left)
	return s.read(ctx, replaced, opts)
}

// row is the record as a file has it: by column, with apostrophes.
func (s *Sheet[T]) row(v *T) (map[string]string, error) {
	values := make([]string, len(s.table.columns))
	if err := s.table.fields(v, values); err != nil {
		return nil, err
	}
	row := make(map[string]string, len(values))
	for i := range values {
		row[s.table.columns[i].name] = values[i]
	}
	return row, nil
}

func put(row map[string]string, cells []Cell) {
	for _, c := range cells {
		row[c.Column] = c.Value
	}
}

// leftBehind are the cells of the row that went with one that now names another
// place, blanked. Whether it does is told by reading it: "ls62ab" is LS6 2AB. The
// item is of use where it is Invalid.
func (s *Sheet[T]) leftBehind(ctx context.Context, was, row map[string]string, cells []Cell, opts Options) (blank []Cell, item Item[T], err error) {
	named := func(column string) bool {
		return slices.ContainsFunc(cells, func(c Cell) bool { return c.Column == column })
	}
	if !slices.ContainsFunc(s.table.leads, func(l lead) bool { return named(l.column) }) {
		return nil, item, nil
	}
	opts.Warnings = nil // of the reading that counts
	if item, err = s.read(ctx, row, opts); err != nil || item.Invalid != nil {
		return nil, item, err
	}
	now, err := s.row(&item.Value)
	if err != nil {
		return nil, item, err
	}
	for _, l := range s.table.leads {
		if !named(l.column) || now[l.column] == was[l.column] {
			continue
		}
		for _, follower := range l.followers {
			if !named(follower) {
				blank = append(blank, Cell{Column: follower})
			}
		}
	}
	return blank, item, nil
}

// read reads a file of one row.
func (s *Sheet[T]) read(ctx context.Context, row map[string]string, opts Options) (item Item[T], err error) {
	names := s.table.names()
	cells := make([]string, len(names))
	for i, name := range names {
		cells[i] = row[name]
	}
	var file bytes.Buffer
	out := csv.NewWriter(&file)
	if err := out.WriteAll([][]string{names, cells}); err != nil {
		return item, err
	}
	err = io.ErrUnexpectedEOF // of a file without the row
	for item, err = range read(ctx, &file, opts, s.table) {
		return item, err
	}
	return item, err
}

// lead is a column whose value says where somebody is, with the columns of the
// position that belongs to it.
type lead struct {
	column    string
	followers []string
}

// leadsOf are those of a location.
func leadsOf(n spotNames) lead { return lead{n.postcode, []string{n.lat, n.lng}} }
