package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// chunkRows is how many rows go into one change. Chunks are cut by row, not by
// what changed, so that an import that was killed and run again makes the same
// changes as one that was not.
const chunkRows = 2000

// chunkBytes ends a chunk early, since a row may be a megabyte long.
const chunkBytes = 8 << 20

// progressRows is how often Progress hears of it.
const progressRows = 1000

// intakeOf is what importing differs in from kind to kind.
type intakeOf[T any] struct {
	rows   func(context.Context, io.Reader, intake.Options) iter.Seq2[intake.Item[T], error]
	id     func(*T) care.ID
	stored func(*store.View, care.ID) (T, error)
	put    func(*store.Change, *store.View, ...T) error
	// check refuses a row whose references are not there.
	check func(v *store.View, value *T, at time.Time) (refusal, error)
	// retain carries over what files of the kind do not have from the record that a
	// row replaces; it may be nil.
	retain func(old, fresh *T)
	// fold decides a chunk of rows that are not each a record of their own; it
	// stands in for everything here but rows.
	fold func(t *taking[T], v *store.View, chunk []intake.Item[T], n *tally) (*store.Change, error)
}

var homesIn = intakeOf[care.Home]{
	rows:   intake.Homes,
	id:     func(h *care.Home) care.ID { return h.ID },
	stored: (*store.View).Home,
	put: func(c *store.Change, _ *store.View, homes ...care.Home) error {
		c.PutHomes(homes...)
		return nil
	},
	check:  checkHome,
	retain: retainVacancy,
}

var childrenIn = intakeOf[care.Child]{
	rows:   intake.Children,
	id:     func(c *care.Child) care.ID { return c.ID },
	stored: (*store.View).Child,
	put:    (*store.Change).PutChildren,
	check:  checkChild,
	retain: retainReports,
}

// retainReports leaves the history of a child to the returns it came from, and the
// referral to the referrals.
func retainReports(old, fresh *care.Child) {
	if fresh.History.Ethnic == "" && fresh.History.Episodes == nil {
		fresh.History = old.History
	}
	if fresh.Referral.Given {
		return
	}
	fresh.Referral = old.Referral
	// What a referral left open is answered by a list that is another.
	if !reflect.DeepEqual(old.RisksToChild, fresh.RisksToChild) {
		fresh.Referral.OpenToChild = nil
	}
	if !reflect.DeepEqual(old.RisksToOthers, fresh.RisksToOthers) {
		fresh.Referral.OpenToOthers = nil
	}
}

var placementsIn = intakeOf[care.Placement]{
	rows:   intake.Placements,
	id:     func(p *care.Placement) care.ID { return p.ID },
	stored: (*store.View).Placement,
	put:    (*store.Change).PutPlacements,
	check:  checkPlacement,
}

// taking is one import on its way.
type taking[T any] struct {
	intakeOf[T]
	*Engine
	*Import
	command  string // as the journal has it
	report   *Report
	warnings intake.Warnings
	warned   int  // warnings about single rows so far
	write    bool // false for a dry run and for the first pass of a strict import
}

// run reads every file, and for a strict import every file twice: once to check
// it and once to write it.
func run[T any](ctx context.Context, e *Engine, imp *Import, report *Report, kind intakeOf[T]) error {
	t := &taking[T]{intakeOf: kind, Engine: e, Import: imp, command: "import " + string(imp.Kind), report: report, write: !imp.DryRun && !imp.Strict}
	if imp.Strict && !imp.DryRun {
		if err := seekable(imp.Files); err != nil {
			return err
		}
	}
	if err := t.files(ctx); err != nil || !imp.Strict || imp.DryRun {
		return err
	}
	if report.Rejected > 0 {
		report.refuse()
		return nil
	}
	*report = Report{Kind: imp.Kind, Warnings: []Warning{}}
	t.warnings, t.warned, t.write = intake.Warnings{}, 0, true
	if err := rewind(imp.Files); err != nil {
		return err
	}
	return t.files(ctx)
}

func (t *taking[T]) files(ctx context.Context) error {
	directory, err := t.directory()
	if err != nil {
		return err
	}
	for _, f := range t.Files {
		opts := intake.Options{File: f.Name, Resolver: resolver{directory}, Authority: t.Authority, School: t.schoolOf(), Warnings: &t.warnings}
		if err := t.file(ctx, t.rows(ctx, f.Source, opts)); err != nil {
			return err
		}
	}
	for _, w := range t.warnings.All() {
		t.report.Warnings = append(t.report.Warnings, Warning(w))
	}
	return nil
}

// schoolOf finds schools by URN, or is nil where none have been imported.
func (e *Engine) schoolOf() func(int) (gazetteer.School, bool, error) {
	if !e.hasSchools() {
		return nil
	}
	return e.School
}

// file takes the rows of one file in, chunk by chunk. What stands before an
// error of the file stays in.
func (t *taking[T]) file(ctx context.Context, rows iter.Seq2[intake.Item[T], error]) error {
	var chunk []intake.Item[T]
	size := 0
	for item, err := range rows {
		if err != nil {
			return errors.Join(t.take(ctx, chunk), err)
		}
		t.report.Rows++
		if t.report.Rows%progressRows == 0 && t.Progress != nil {
			t.Progress(t.report.Rows)
		}
		item.Raw = slices.Clone(item.Raw)
		chunk, size = append(chunk, item), size+len(item.Raw)
		if len(chunk) == chunkRows || size >= chunkBytes {
			if err := t.take(ctx, chunk); err != nil {
				return err
			}
			chunk, size = chunk[:0], 0
		}
	}
	if t.Progress != nil {
		t.Progress(t.report.Rows)
	}
	return t.take(ctx, chunk)
}

func (t *taking[T]) reject(bad *Rejected) error {
	t.report.Rejected++
	if t.Reject == nil {
		return nil
	}
	return t.Reject(bad)
}

// tally counts what a chunk does.
type tally struct {
	fresh, updated, unchanged int
	rejects                   []*Rejected
	warnings                  []warned
	tables                    []TableReport // of a return
}

// warned is a warning about a row, which is given once its chunk is taken in: a
// chunk may be decided again. About is as in [intake.Warnings.Add].
type warned struct {
	file  string
	row   int
	about string
	says  string
}

// take makes one change of a chunk, or of each half of it if it is too large for
// one.
func (t *taking[T]) take(ctx context.Context, chunk []intake.Item[T]) error {
	if len(chunk) == 0 {
		return nil
	}
	var n tally
	decide := func(v *store.View) (*store.Change, error) {
		n = tally{}
		return t.decide(v, chunk, &n)
	}
	err := t.apply(ctx, decide)
	if errors.Is(err, store.ErrTooLarge) && len(chunk) > 1 {
		half := len(chunk) / 2
		if err := t.take(ctx, chunk[:half]); err != nil {
			return err
		}
		return t.take(ctx, chunk[half:])
	}
	if err != nil {
		return err
	}
	t.report.New, t.report.Updated, t.report.Unchanged = t.report.New+n.fresh, t.report.Updated+n.updated, t.report.Unchanged+n.unchanged
	t.report.addTables(n.tables)
	t.warn(n.warnings)
	for _, bad := range n.rejects {
		if err := t.reject(bad); err != nil {
			return err
		}
	}
	return nil
}

// mostWarnings is how many warnings about single rows are named one by one.
const mostWarnings = 1000

// warn says what a chunk found odd, once it is certain to be what was decided.
func (t *taking[T]) warn(warnings []warned) {
	for _, w := range warnings {
		if t.warned++; t.warned <= mostWarnings {
			t.warnings.Add(w.file, w.row, w.about, w.says)
			continue
		}
		t.warnings.Add(w.file, w.row, "more", fmt.Sprintf("more than %d rows have something odd, which is only counted from here on; the first: %s", mostWarnings, w.says))
	}
}

// apply makes the change or, when nothing is to be written, only decides it.
func (t *taking[T]) apply(ctx context.Context, decide store.Decide) error {
	if t.write {
		_, err := t.store.Do(ctx, "", decide)
		return err
	}
	v, err := t.store.View(ctx)
	if err != nil {
		return err
	}
	_, err = decide(v)
	return errors.Join(err, v.Close())
}

// decide compares the rows with what is stored.
func (t *taking[T]) decide(v *store.View, chunk []intake.Item[T], n *tally) (*store.Change, error) {
	if t.fold != nil {
		return t.fold(t, v, chunk, n)
	}
	change := &store.Change{Who: t.By, Command: t.command, When: t.At}
	var changed []T
	for i := range chunk {
		if bad := chunk[i].Invalid; bad != nil { // told with the others, in the order of the file
			n.rejects = append(n.rejects, bad)
			continue
		}
		value := &chunk[i].Value
		no, err := t.check(v, value, t.At)
		if err != nil {
			return nil, err
		}
		if no.why != "" {
			n.rejects = append(n.rejects, chunk[i].Reject(no.column, no.value, no.why, no.hint))
			continue
		}
		old, err := t.stored(v, t.id(value))
		if err == nil && t.retain != nil {
			whole := *value // a copy, as the chunk may be decided again
			t.retain(&old, &whole)
			value = &whole
		}
		switch {
		case errors.Is(err, store.ErrNotFound):
			n.fresh++
		case err != nil:
			return nil, err
		case reflect.DeepEqual(old, *value):
			n.unchanged++
			continue
		default:
			n.updated++
		}
		changed = append(changed, *value)
	}
	return change, t.put(change, v, changed...)
}
