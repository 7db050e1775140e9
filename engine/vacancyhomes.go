package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// listed is a row of a vacancy list whose home has been found.
type listed struct {
	intake.Vacancy
	home  care.ID // empty for a row that is rejected before it is known
	again bool    // a row before it says the same
}

// rows yields the rows of one list once all of it has been read: two of them that
// speak of the same home, on the sheets of two weeks as it may be, are set against
// each other first.
func (f *filling) rows(ctx context.Context, src io.Reader, opts intake.Options) iter.Seq2[intake.Item[listed], error] {
	return func(yield func(intake.Item[listed], error) bool) {
		all, err := f.gather(ctx, src, opts)
		if err != nil {
			yield(intake.Item[listed]{}, err)
			return
		}
		for i := range all {
			if !yield(all[i], nil) {
				return
			}
		}
	}
}

// gather reads a list and finds the homes of its rows.
func (f *filling) gather(ctx context.Context, src io.Reader, opts intake.Options) (all []intake.Item[listed], err error) {
	v, err := f.engine.store.View(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	for row, err := range f.read(ctx, src, opts) {
		if err != nil {
			return nil, err
		}
		row.Raw = slices.Clone(row.Raw)
		item := intake.Item[listed]{Row: row.Row, Value: listed{Vacancy: row.Value}, Invalid: row.Invalid}
		if err := f.find(v, &item); err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	setAgainst(all)
	return all, nil
}

// find finds the home that a row speaks of, by its id or else its URN, or rejects
// the row. Of one that is rejected already it may be known which home it was.
func (f *filling) find(v *store.View, row *intake.Item[listed]) error {
	said := &row.Value.Vacancy
	if said.Home == "" && said.URN == "" {
		return nil
	}
	home, no, err := f.named(v, said, row.Invalid == nil)
	if row.Value.home = home; err == nil && no.why != "" && row.Invalid == nil {
		row.Invalid = row.Reject(no.column, no.value, no.why, no.hint)
	}
	return err
}

// setAgainst rejects the rows of a home that do not all say the same, each naming
// the others, and marks those that repeat what one before them says.
func setAgainst(all []intake.Item[listed]) {
	rows := map[care.ID][]int{}
	for i := range all {
		if home := all[i].Value.home; home != "" {
			rows[home] = append(rows[home], i)
		}
	}
	for i := range all {
		home := all[i].Value.home
		same := rows[home]
		if len(same) < 2 {
			continue
		}
		delete(rows, home)
		first := &all[same[0]]
		agree := !slices.ContainsFunc(same, func(k int) bool {
			return all[k].Invalid != nil || !saysTheSame(&first.Value.Vacancy, &all[k].Value.Vacancy)
		})
		for _, k := range same {
			row := &all[k]
			switch {
			case agree:
				row.Value.again = k != same[0]
			case row.Invalid == nil:
				row.Invalid = row.Reject(cellOf(&row.Value.Vacancy), string(home), string(home)+" is also on "+others(all, same, k), "say in one row how many are free in the home")
			}
		}
	}
}

// saysTheSame says whether two rows say the same of a home.
func saysTheSame(a, b *intake.Vacancy) bool {
	return a.Free == b.Free && a.From == b.From && a.On == b.On && a.Words == b.Words &&
		a.AgeMin == b.AgeMin && a.AgeMax == b.AgeMax && slices.Equal(a.Sexes, b.Sexes)
}

// namedRows bounds how many rows a refusal names.
const namedRows = 3

// others names the rows of a home but for one.
func others(all []intake.Item[listed], same []int, but int) string {
	var names []string
	for _, k := range same {
		if k == but {
			continue
		}
		if len(names) == namedRows {
			names = append(names, fmt.Sprintf("%d more", len(same)-1-namedRows))
			break
		}
		names = append(names, placeOf(&all[k].Row))
	}
	return joinWords(names)
}

// joinWords lists words as people do.
func joinWords(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// placeOf says where a row stands.
func placeOf(row *intake.Row) string {
	if row.Table == "" {
		return fmt.Sprintf("row %d of %s", row.Number, row.File)
	}
	return fmt.Sprintf("row %d of sheet %q of %s", row.Number, row.Table, row.File)
}

// cellOf is the cell that names the home.
func cellOf(said *intake.Vacancy) string {
	if said.Home != "" {
		return said.Cell(intake.PartHome)
	}
	return said.Cell(intake.PartURN)
}

// named finds a home; it suggests others, if that is asked for, where there is none.
func (f *filling) named(v *store.View, said *intake.Vacancy, suggest bool) (care.ID, refusal, error) {
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
	if !suggest {
		return "", refusal{}, nil
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
