package engine

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// The commands that change single columns, as the journal names them.
const (
	setHomeVerb  = "home set"
	setChildVerb = "child set"
)

// Cell is one column of a record, by the names and in the spelling of the files
// that are imported. A blank one is not recorded.
type Cell = intake.Cell

// SetRequest changes columns of one record that is stored.
type SetRequest struct {
	Kind Kind    // [Homes] or [Children]; required
	ID   care.ID // required; it stays
	// Cells are the columns to change and what is to stand in them; a blank cell
	// takes out what is recorded. Names are matched as those of a header are.
	Cells []Cell
	By    string // required
	At    time.Time
	Op    string // makes a retry safe
}

// Changed is a column that is recorded otherwise than before.
type Changed struct {
	Column string `json:"column"`
	From   string `json:"from"` // empty: it was not recorded
	To     string `json:"to"`   // empty: it is not recorded any more
}

// Set is what became of a [SetRequest].
type Set struct {
	ID      care.ID   `json:"id"`
	Changed []Changed `json:"changed"` // in the order of the columns; empty where all was so already, and nothing was written
	// Warnings are what an import of the row would warn of. A retry under the same
	// operation id has none.
	Warnings []string `json:"warnings"`
	Journal  uint64   `json:"journal"` // the entry that records the change; the newest where there is none
}

// Set changes columns of a home or a child. The stored record is written out as a
// row of its file, the cells are put in, and the row is imported: it is read and
// checked by the same code as every row of a file, so a column may bring another
// along, as a postcode does its position. Two at once who set different columns
// both have their way, since the row is made of what is stored when it is written.
// Errors, after each of which nothing is changed: [*InvalidRequestError] for a
// column that there is not; a [*care.FieldError] that names a column whose cell is
// refused; [*UnknownError]; and those of writing.
func (e *Engine) Set(ctx context.Context, req SetRequest) (*Set, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	switch req.Kind {
	case Homes:
		return set(ctx, e, &req, setHomeVerb, homesIn, intake.HomeSheet())
	case Children:
		return set(ctx, e, &req, setChildVerb, childrenIn, intake.ChildSheet())
	}
	return nil, &InvalidRequestError{Why: fmt.Sprintf("there is no setting of %s: homes or children", req.Kind)}
}

func (r *SetRequest) validate() error {
	switch {
	case r.ID == "":
		return &InvalidRequestError{Why: "say which record"}
	case strings.TrimSpace(r.By) == "":
		return errNobody()
	case r.At.IsZero():
		return errNoInstant()
	case len(r.Cells) == 0:
		return &InvalidRequestError{Why: "say which column is to hold what"}
	}
	return cmp.Or(sayable("by", r.By), believable(r.At))
}

// setting is a request on its way.
type setting[T any] struct {
	*SetRequest
	intakeOf[T]
	engine *Engine
	verb   string
	sheet  intake.Sheet[T]
	opts   intake.Options

	// What was found when the change was last decided; nothing where it was made
	// before, under the same operation id.
	same     bool // all was so already
	warnings []string
}

func set[T any](ctx context.Context, e *Engine, req *SetRequest, verb string, kind intakeOf[T], sheet intake.Sheet[T]) (*Set, error) {
	directory, err := e.directory()
	if err != nil {
		return nil, err
	}
	s := &setting[T]{SetRequest: req, intakeOf: kind, engine: e, verb: verb, sheet: sheet}
	s.opts = intake.Options{File: string(req.ID), Resolver: resolver{directory}, School: e.schoolOf()}
	if err := s.nameColumns(); err != nil {
		return nil, err
	}
	done := &Set{ID: req.ID, Changed: []Changed{}, Warnings: []string{}}
	err = e.once(ctx, s.command(), func(v *store.View) (*store.Change, error) { return s.decide(ctx, v) },
		func(before, after *store.View, entry *store.Entry) (err error) {
			done.Journal, done.Warnings = entry.Number, append(done.Warnings, s.warnings...)
			if !s.same {
				done.Changed, err = s.between(before, after)
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	return done, nil
}

// nameColumns gives the cells the names of their columns, and refuses those that
// cannot be set.
func (s *setting[T]) nameColumns() error {
	cells := make([]Cell, len(s.Cells))
	for i, c := range s.Cells {
		column, meant, known := s.sheet.Column(c.Column)
		switch {
		case !known && meant != "":
			return &InvalidRequestError{Why: fmt.Sprintf("%s have no column %q; did you mean %s?", s.Kind, c.Column, meant)}
		case !known:
			return &InvalidRequestError{Why: fmt.Sprintf("%s have no column %q; an export of them has every column", s.Kind, c.Column)}
		case column == "id":
			return &InvalidRequestError{Why: "an id is what a record is known by, and cannot be changed"}
		}
		for _, other := range cells[:i] {
			if other.Column == column {
				return &InvalidRequestError{Why: fmt.Sprintf("the column %s is named twice", column)}
			}
		}
		cells[i] = Cell{Column: column, Value: c.Value}
	}
	s.Cells = cells
	return nil
}

func (s *setting[T]) command() command {
	rest := *s.SetRequest
	rest.Op, rest.At = "", time.Time{}
	return command{verb: s.verb, op: s.Op, at: s.At, rest: rest}
}

// decide imports the row as it is with the cells in it.
func (s *setting[T]) decide(ctx context.Context, v *store.View) (*store.Change, error) {
	s.same, s.warnings = false, nil
	old, err := s.stored(v, s.ID)
	if err != nil {
		return nil, err
	}
	var warnings intake.Warnings
	opts := s.opts
	opts.Warnings = &warnings
	item, err := s.sheet.With(ctx, &old, s.Cells, opts)
	if err != nil {
		return nil, err
	}
	var n tally
	t := &taking[T]{intakeOf: s.intakeOf, Engine: s.engine, Import: &Import{By: s.By, At: s.At}, command: s.verb}
	change, err := t.decide(v, []intake.Item[T]{item}, &n)
	if err != nil {
		return nil, err
	}
	if len(n.rejects) > 0 {
		bad := n.rejects[0]
		return nil, &care.FieldError{Field: cmp.Or(bad.Column, s.columns()), Why: bad.Why, Hint: bad.Hint}
	}
	next := item.Value
	s.retain(&old, &next)
	if err := s.kept(&item.Value, &next); err != nil {
		return nil, err
	}
	for _, w := range warnings.All() {
		s.warnings = append(s.warnings, w.Says)
	}
	s.same = reflect.DeepEqual(old, next)
	change.Words = fmt.Sprintf("%s: %s", s.ID, s.columns())
	return change, nil
}

// columns are those that are to be set. Their names stay in the words of the
// command, and what stood in them in the records.
func (s *setting[T]) columns() string {
	var names []string
	for _, c := range s.Cells {
		names = append(names, c.Column)
	}
	return strings.Join(names, ", ")
}

// kept refuses a cell in whose place an import keeps what is stored: somebody who
// blanks it would think it gone.
func (s *setting[T]) kept(asked, next *T) error {
	changed, err := s.differences(asked, next)
	for _, c := range changed {
		for _, cell := range s.Cells {
			if cell.Column == c.Column && err == nil {
				return &care.FieldError{Field: c.Column, Why: fmt.Sprintf("is %s as a vacancy list said, which a blank does not undo", c.To), Hint: "0 where every bed can be had"}
			}
		}
	}
	return err
}

// between are the columns that a change left otherwise than they were.
func (s *setting[T]) between(before, after *store.View) ([]Changed, error) {
	old, err := s.stored(before, s.ID)
	if err != nil {
		return nil, err
	}
	now, err := s.stored(after, s.ID)
	if err != nil {
		return nil, err
	}
	return s.differences(&old, &now)
}

// differences are the columns in which two records differ.
func (s *setting[T]) differences(old, now *T) ([]Changed, error) {
	from, err := s.sheet.Cells(old)
	if err != nil {
		return nil, err
	}
	to, err := s.sheet.Cells(now)
	if err != nil {
		return nil, err
	}
	changed := []Changed{}
	for i := range to {
		if from[i] != to[i] {
			changed = append(changed, Changed{to[i].Column, from[i].Value, to[i].Value})
		}
	}
	return changed, nil
}
