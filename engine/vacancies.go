package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// VacancyColumns say which column of a vacancy list is which.
type VacancyColumns = intake.VacancyColumns

// ParseVacancyColumns reads a TOML file of them, a table [columns]. The error says
// what is wrong with it.
func ParseVacancyColumns(text string) (*VacancyColumns, error) {
	return intake.ParseVacancyColumns(text)
}

// ColumnsRead says how a sheet of a vacancy list was read.
type ColumnsRead struct {
	File    string         `json:"file"`
	Sheet   string         `json:"sheet,omitempty"`
	Row     int            `json:"row"` // of the header
	How     string         `json:"how"` // given, remembered or guessed
	Columns VacancyColumns `json:"columns"`
	LeftOut []string       `json:"left_out"` // columns that nothing is taken from
}

// retainVacancy leaves what a vacancy list said of a home to the next list, where
// a file of homes says nothing of beds_shut: a home does not come open because a
// file does not know.
func retainVacancy(old, fresh *care.Home) {
	if !old.BedsShut.Known || fresh.BedsShut.Known {
		return
	}
	fresh.BedsShut = old.BedsShut
	fresh.ListedFrom = cmp.Or(fresh.ListedFrom, old.ListedFrom)
	fresh.ConfirmedOn = max(fresh.ConfirmedOn, old.ConfirmedOn)
}

// vacancyColumnsMeta begins the names under which the columns of a header are
// kept.
const vacancyColumnsMeta = "vacancy-columns/"

// filling is an import of vacancy lists on its way.
type filling struct {
	engine *Engine
	imp    *Import
	on     care.Day
	report *Report
	homes  *homeIndex
	chosen []intake.ChosenColumns
}

// importVacancies takes in vacancy lists: each row confirms the vacancy of a home,
// and shuts the beds that it says are not free although nobody on record has
// them. It never frees a bed that somebody on record has. Nothing of a list is
// taken in unless all of it can be read.
func (e *Engine) importVacancies(ctx context.Context, imp *Import, report *Report) error {
	f := &filling{engine: e, imp: imp, on: imp.On, report: report}
	if f.on == 0 {
		if imp.At.IsZero() {
			return &InvalidRequestError{Why: "the day that a vacancy list speaks for is missing"}
		}
		f.on = care.DayOf(imp.At)
	}
	if imp.At.IsZero() {
		imp.At = care.StartOf(f.on)
	}
	if f.on > care.DayOf(imp.At) {
		return &InvalidRequestError{Why: fmt.Sprintf("a list cannot speak for %s, which is still to come", f.on.Words())}
	}
	if err := run(ctx, e, imp, report, intakeOf[listed]{rows: f.rows, fold: f.decide}); err != nil {
		return err
	}
	f.sayColumns()
	if imp.DryRun || report.Refused {
		return nil
	}
	return f.remember(ctx)
}

// read reads one list.
func (f *filling) read(ctx context.Context, src io.Reader, opts intake.Options) iter.Seq2[intake.Item[intake.Vacancy], error] {
	return intake.Vacancies(ctx, src, intake.VacancyOptions{
		Options: opts, On: f.on, Columns: f.imp.Columns,
		Remembered: func(key string) (*VacancyColumns, error) { return f.engine.rememberedColumns(ctx, key) },
		Chosen: func(c intake.ChosenColumns) {
			same := func(d intake.ChosenColumns) bool { return d.File == c.File && d.Sheet == c.Sheet && d.Row == c.Row }
			if !slices.ContainsFunc(f.chosen, same) { // a strict import reads twice
				f.chosen = append(f.chosen, c)
			}
		},
	})
}

// rememberedColumns finds how a header was read before, or is nil.
func (e *Engine) rememberedColumns(ctx context.Context, key string) (*VacancyColumns, error) {
	var text []byte
	err := e.read(ctx, func(r *reader) (err error) {
		text, err = r.Meta(vacancyColumnsMeta + key)
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return err
	})
	if err != nil || text == nil {
		return nil, err
	}
	return intake.ParseVacancyColumns(string(text))
}

// sayColumns reports how each sheet was read.
func (f *filling) sayColumns() {
	for _, c := range f.chosen {
		f.report.Columns = append(f.report.Columns, ColumnsRead{c.File, c.Sheet, c.Row, c.How, c.Columns, c.LeftOut})
	}
}

// remember keeps how each header was read, for the next list under it.
func (f *filling) remember(ctx context.Context) error {
	if len(f.chosen) == 0 {
		return nil
	}
	_, err := f.engine.store.Do(ctx, "", func(v *store.View) (*store.Change, error) {
		change := &store.Change{Who: f.imp.By, Command: "import vacancies", When: f.imp.At}
		for _, c := range f.chosen {
			change.PutMeta(vacancyColumnsMeta+c.Key, []byte(c.Columns.Text()))
		}
		return change, nil
	})
	return err
}
