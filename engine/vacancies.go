package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// VacancyColumns say which column of a vacancy list is which.
type VacancyColumns = intake.VacancyColumns

// ParseVacancyColumns reads a TOML file of them.
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
// file does not know. A file that was confirmed later says for itself when the home
// is closed.
func retainVacancy(old, fresh *care.Home) {
	if !old.BedsShut.Known || fresh.BedsShut.Known {
		return
	}
	fresh.BedsShut = old.BedsShut
	if fresh.ConfirmedOn > old.ConfirmedOn {
		return
	}
	fresh.ConfirmedOn = old.ConfirmedOn
	if r, closed := old.ClosedOn(old.ConfirmedOn); closed {
		fresh.Closed = closedUntil(fresh.Closed, r)
	}
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
	from   map[care.ID]place // the row that spoke of each home
	chosen []intake.ChosenColumns
}

// place is where a row stands.
type place struct {
	file, sheet string
	row         int
}

// importVacancies takes in vacancy lists: each row confirms the vacancy of a home,
// and shuts the beds that it says are not free although nobody on record has
// them. It never frees a bed that somebody on record has.
func (e *Engine) importVacancies(ctx context.Context, imp *Import, report *Report) error {
	f := &filling{engine: e, imp: imp, on: imp.On, report: report, from: map[care.ID]place{}}
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
	if err := run(ctx, e, imp, report, intakeOf[intake.Vacancy]{rows: f.rows, fold: f.decide}); err != nil {
		return err
	}
	f.sayColumns()
	if imp.DryRun || report.Refused {
		return nil
	}
	return f.remember(ctx)
}

// rows reads one list.
func (f *filling) rows(ctx context.Context, src io.Reader, opts intake.Options) iter.Seq2[intake.Item[intake.Vacancy], error] {
	return intake.Vacancies(ctx, src, intake.VacancyOptions{
		Options: opts, On: f.on, Columns: f.imp.Columns,
		Remembered: func(key string) (*VacancyColumns, error) { return f.engine.rememberedColumns(ctx, key) },
		Chosen: func(c intake.ChosenColumns) {
			same := func(d intake.ChosenColumns) bool { return d.File == c.File && d.Sheet == c.Sheet }
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

// decide compares the rows of a chunk with the homes.
func (f *filling) decide(t *taking[intake.Vacancy], v *store.View, chunk []intake.Item[intake.Vacancy], n *tally) (*store.Change, error) {
	change := &store.Change{Who: t.By, Command: t.command, When: t.At}
	for i := range chunk {
		row := &chunk[i]
		bad := row.Invalid
		if bad == nil {
			home, no, err := f.find(v, row)
			if err != nil {
				return nil, err
			}
			if no.why == "" {
				if err := f.confirm(t, v, home, row, n, change); err != nil {
					return nil, err
				}
				continue
			}
			bad = row.Reject(no.column, no.value, no.why, no.hint)
		}
		n.rejects = append(n.rejects, bad)
	}
	return change, nil
}

// confirm takes what a row says into the record of its home.
func (f *filling) confirm(t *taking[intake.Vacancy], v *store.View, home care.ID, row *intake.Item[intake.Vacancy], n *tally, change *store.Change) error {
	h, err := v.Household(home)
	if err != nil {
		return err
	}
	old := *h.Home
	says := differences(&h, &row.Value, t.At)
	next := confirmed(&h, &row.Value, t.At)
	for _, s := range says {
		t.warnings.Add(row.File, row.Number, string(home)+s, row.Value.Cell(intake.PartFree)+", "+string(home)+": "+s)
	}
	if reflect.DeepEqual(old, next) {
		n.unchanged++
		return nil
	}
	n.updated++
	change.PutHomes(next)
	return nil
}

// unspoken is how many beds are free by the records, on the day from which a row
// has some free, as its writer could know: holds that the home has not said yes to
// by then, and children who came since, are not in the writer's number, and what
// an earlier list said does not count.
func unspoken(h *care.Household, said *intake.Vacancy, at time.Time) int {
	home, today := *h.Home, care.DayOf(at)
	home.BedsShut = care.Number{}
	known := care.Household{Home: &home, Occupancy: h.Occupancy, Residents: h.Residents}
	known.Occupancy.Holds = slices.DeleteFunc(slices.Clone(h.Occupancy.Holds), func(k care.Hold) bool {
		return k.Offer.State == care.Offered || !k.Offer.At.IsZero() && care.DayOf(k.Offer.At) > said.On
	})
	known.Occupancy.Stays = slices.DeleteFunc(slices.Clone(h.Occupancy.Stays), func(s care.Stay) bool {
		return s.Start > said.On && s.Start <= today
	})
	known.Residents = nil // beds are counted, not children
	return known.FreeBeds(max(said.From, said.On), care.Ask(at))
}

// confirmed is the home as a row of a list leaves it. An older list than the last
// one changes nothing, and another of the same day opens nothing: a child may have
// come in between.
func confirmed(h *care.Household, said *intake.Vacancy, at time.Time) care.Home {
	home := *h.Home
	if said.On < home.ConfirmedOn {
		return home
	}
	shut := max(unspoken(h, said, at)-said.Free, 0)
	if said.On == home.ConfirmedOn && home.BedsShut.Known {
		shut = max(shut, home.BedsShut.N)
	}
	home.ConfirmedOn, home.BedsShut = said.On, care.Num(shut)
	from := max(said.From, said.On)
	if from > said.On {
		home.Closed = closedUntil(home.Closed, care.DayRange{From: said.On, To: from - 1})
	}
	return home
}

// closedUntil adds a run of days on which a home is closed, unless one that is
// there covers it.
func closedUntil(closed []care.DayRange, more care.DayRange) []care.DayRange {
	for _, r := range closed {
		if r.From <= more.From && r.To >= more.To {
			return closed
		}
	}
	return append(slices.Clone(closed), more)
}

// differences are what a row says that the record does not, and that the row does
// not change.
func differences(h *care.Household, said *intake.Vacancy, at time.Time) []string {
	var says []string
	add := func(format string, args ...any) { says = append(says, fmt.Sprintf(format, args...)) }
	home := h.Home
	if said.On < home.ConfirmedOn {
		add("the list is of %s, and the vacancy was confirmed on %s; nothing is changed", said.On, home.ConfirmedOn)
		return says
	}
	known := unspoken(h, said, at)
	if said.Free > known {
		add("the list has %d free, and the records %d (beds %d, taken %d); it stays at %d: correct the records if the list is right", said.Free, max(known, 0), home.Beds, home.Beds-known, max(known, 0))
	}
	if shut := home.BedsShut.N; said.On == home.ConfirmedOn && shut > max(known-said.Free, 0) {
		add("the list leaves %d shut, and an earlier one of the same day %d; %d stay shut, as a child may have come in between: see beds_shut in a file of homes", max(known-said.Free, 0), shut, shut)
	}
	if r, closed := home.ClosedOn(max(said.From, said.On)); closed && said.Free > 0 {
		add("the list has %d free, and the record has it closed from %s to %s; it stays closed", said.Free, r.From, r.To)
	}
	if said.Words != "" {
		add("the list adds %q, which is not kept", said.Words)
	}
	return append(says, narrower(home, said)...)
}

// narrower are the children that a list leaves out and the terms of the home do
// not. Terms are changed by a file of homes, not by a list.
func narrower(home *care.Home, said *intake.Vacancy) []string {
	var says []string
	if said.AgeMin.Known && (!home.AgeMin.Known || said.AgeMin.N > home.AgeMin.N) || said.AgeMax.Known && (!home.AgeMax.Known || said.AgeMax.N < home.AgeMax.N) {
		says = append(says, fmt.Sprintf("the list is for ages %s, and the record for %s; the record stays", ages(said.AgeMin, said.AgeMax), ages(home.AgeMin, home.AgeMax)))
	}
	if len(said.Sexes) == 1 && !slices.Equal(home.Sexes, said.Sexes) {
		says = append(says, fmt.Sprintf("the list is for %s only, and the record is not; the record stays", said.Sexes[0]))
	}
	return says
}

func ages(low, high care.Number) string {
	switch {
	case low.Known && high.Known:
		return fmt.Sprintf("%d to %d", low.N, high.N)
	case low.Known:
		return fmt.Sprintf("%d and over", low.N)
	case high.Known:
		return fmt.Sprintf("up to %d", high.N)
	}
	return "any age"
}

// find is the home that a row speaks of, by its id or else its URN.
func (f *filling) find(v *store.View, row *intake.Item[intake.Vacancy]) (care.ID, refusal, error) {
	said := &row.Value
	home, no, err := f.named(v, said)
	if err != nil || no.why != "" {
		return "", no, err
	}
	at := place{row.File, row.Table, row.Number}
	if first, again := f.from[home]; again && first != at {
		return "", refusal{cellOf(said), string(home), string(home) + " is also on " + first.words(), "say in one row how many are free in the home"}, nil
	}
	f.from[home] = at
	return home, refusal{}, nil
}

func (p place) words() string {
	if p.sheet == "" {
		return fmt.Sprintf("row %d of %s", p.row, p.file)
	}
	return fmt.Sprintf("row %d of sheet %q of %s", p.row, p.sheet, p.file)
}

// cellOf is the cell that names the home.
func cellOf(said *intake.Vacancy) string {
	if said.Home != "" {
		return said.Cell(intake.PartHome)
	}
	return said.Cell(intake.PartURN)
}

func (f *filling) named(v *store.View, said *intake.Vacancy) (care.ID, refusal, error) {
	if said.Home != "" {
		h, err := v.Home(said.Home)
		switch {
		case err == nil && said.URN != "" && h.URN != "" && !strings.EqualFold(said.URN, h.URN):
			return "", refusal{said.Cell(intake.PartURN), said.URN, "is not the URN of " + string(said.Home) + ", which is " + h.URN, "see which of the two is right"}, nil
		case err == nil:
			return said.Home, refusal{}, nil
		case !errors.Is(err, store.ErrNotFound):
			return "", refusal{}, err
		}
	}
	if err := f.index(v); err != nil {
		return "", refusal{}, err
	}
	for _, number := range []string{said.URN, string(said.Home)} {
		switch ids := f.homes.urns[strings.ToUpper(number)]; {
		case number == "" || len(ids) == 0:
		case len(ids) == 1:
			return ids[0], refusal{}, nil
		default:
			return "", refusal{cellOf(said), number, fmt.Sprintf("is the URN of %d homes", len(ids)), "name one by its id: " + joinFirst(ids)}, nil
		}
	}
	hint, err := f.hint(v, said)
	return "", refusal{cellOf(said), cmp.Or(string(said.Home), said.URN), "there is no such home in the store", hint}, err
}

// index reads all homes once, when the first row is not named by an id.
func (f *filling) index(v *store.View) error {
	if f.homes != nil {
		return nil
	}
	x := &homeIndex{urns: map[string][]care.ID{}, providers: map[string][]care.ID{}}
	for h, err := range v.Homes() {
		if err != nil {
			return err
		}
		if h.URN != "" {
			x.urns[strings.ToUpper(h.URN)] = append(x.urns[strings.ToUpper(h.URN)], h.ID)
		}
		if key := care.Term(h.Provider); key != "" && len(x.providers[key]) <= nearIDs {
			x.providers[key] = append(x.providers[key], h.ID)
		}
	}
	f.homes = x
	return nil
}

// homeIndex finds homes by what else a list may call them.
type homeIndex struct {
	urns      map[string][]care.ID
	providers map[string][]care.ID // at most one more than are suggested
	suggested int                  // rows that got suggestions
}

// mostSuggested bounds the rows for which every id of the store is compared.
const mostSuggested = 100

// hint suggests homes that may have been meant.
func (f *filling) hint(v *store.View, said *intake.Vacancy) (string, error) {
	var near []care.ID
	if f.homes.suggested < mostSuggested && said.Home != "" {
		f.homes.suggested++
		var err error
		if near, err = nearest(string(said.Home), v.IDs(store.HomeKind)); err != nil {
			return "", err
		}
	}
	if len(near) > 0 {
		return "did you mean " + joinFirst(near) + "?", nil
	}
	if ids := f.homes.providers[care.Term(said.Provider)]; said.Provider != "" && len(ids) > 0 {
		return "homes of " + said.Provider + " are " + joinFirst(ids), nil
	}
	return "the id of the home, or its URN, as in `stablehomes export homes`", nil
}

// joinFirst lists the first of some ids.
func joinFirst(ids []care.ID) string {
	if len(ids) > nearIDs {
		return strings.ReplaceAll(joinIDs(ids[:nearIDs]), ",", ", ") + " and more"
	}
	return strings.ReplaceAll(joinIDs(ids), ",", ", ")
}
