package engine

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// decide compares the rows of a chunk with the homes.
func (f *filling) decide(t *taking[listed], v *store.View, chunk []intake.Item[listed], n *tally) (*store.Change, error) {
	change := &store.Change{Who: t.By, Command: t.command, When: t.At}
	for i := range chunk {
		row := &chunk[i]
		switch {
		case row.Invalid != nil:
			n.rejects = append(n.rejects, row.Invalid)
		case row.Value.again:
			n.unchanged++
		default:
			if err := confirm(v, row, t.At, n, change); err != nil {
				return nil, err
			}
		}
	}
	return change, nil
}

// confirm takes what a row says into the record of its home.
func confirm(v *store.View, row *intake.Item[listed], at time.Time, n *tally, change *store.Change) error {
	said, id := &row.Value.Vacancy, row.Value.home
	h, err := v.Household(id)
	if errors.Is(err, store.ErrNotFound) { // it was there when the list was read
		n.rejects = append(n.rejects, row.Reject(cellOf(said), string(id), "there is no such home in the store any more", ""))
		return nil
	}
	if err != nil {
		return err
	}
	known := unspoken(&h, said, at)
	next := confirmed(h.Home, said, known)
	for _, says := range differences(h.Home, &next, said, known) {
		n.warnings = append(n.warnings, warned{row.File, row.Number, string(id) + says, said.Cell(intake.PartFree) + ", " + string(id) + ": " + says})
	}
	if reflect.DeepEqual(*h.Home, next) {
		n.unchanged++
		return nil
	}
	n.updated++
	change.PutHomes(next)
	return nil
}

// unspoken is how many beds are free by the records, on the day from which a row
// has some free, as its writer could know: what an earlier list said does not
// count. A child who came on the day of the list or since, and a hold that the
// home has not said yes to before that day, may have taken a bed that the list
// still has free; a hold in the authority's own home is nothing that anybody says
// yes to.
func unspoken(h *care.Household, said *intake.Vacancy, at time.Time) int {
	home, today := *h.Home, care.DayOf(at)
	home.BedsShut = care.Number{}
	known := care.Household{Home: &home, Occupancy: h.Occupancy}
	known.Occupancy.Holds = slices.DeleteFunc(slices.Clone(h.Occupancy.Holds), func(k care.Hold) bool {
		return k.Offer.State == care.Offered || k.Offer.At.IsZero() || care.DayOf(k.Offer.At) >= said.On
	})
	known.Occupancy.Stays = nil
	for i, s := range h.Occupancy.Stays {
		if s.Start >= said.On && s.Start <= today {
			continue
		}
		known.Occupancy.Stays = append(known.Occupancy.Stays, s)
		if i < len(h.Residents) {
			known.Residents = append(known.Residents, h.Residents[i])
		}
	}
	return known.FreeBeds(max(said.From, said.On), care.Ask(at))
}

// confirmed is the home as a row of a list leaves it, where so many beds are free
// by the records. An older list than the last one changes nothing, and another of
// the same day opens nothing: a child may have come in between.
func confirmed(home *care.Home, said *intake.Vacancy, known int) care.Home {
	next := *home
	if said.On < home.ConfirmedOn {
		return next
	}
	shut, from := max(known-said.Free, 0), care.Day(0)
	if said.From > said.On {
		from = said.From
	}
	if said.On == home.ConfirmedOn {
		shut, from = max(shut, home.BedsShut.N), max(from, home.ListedFrom)
	}
	next.ConfirmedOn, next.BedsShut, next.ListedFrom = said.On, care.Num(shut), from
	return next
}

// differences are what a row says that the record does not, and that the row does
// not change.
func differences(home, next *care.Home, said *intake.Vacancy, known int) []string {
	var says []string
	add := func(format string, args ...any) { says = append(says, fmt.Sprintf(format, args...)) }
	if said.On < home.ConfirmedOn {
		add("the list is of %s, and the vacancy was confirmed on %s; nothing is changed", said.On, home.ConfirmedOn)
		return says
	}
	if said.Free > known {
		add("the list has %d free, and the records %d (beds %d, taken %d); it stays at %d: correct the records if the list is right", said.Free, max(known, 0), home.Beds, home.Beds-known, max(known, 0))
	}
	if shut := home.BedsShut.N; said.On == home.ConfirmedOn && shut > max(known-said.Free, 0) {
		add("the list leaves %d shut, and an earlier one of the same day %d; %d stay shut, as a child may have come in between: see beds_shut in a file of homes", max(known-said.Free, 0), shut, shut)
	}
	if r, closed := next.ClosedOn(max(said.From, said.On)); closed && said.Free > 0 {
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
