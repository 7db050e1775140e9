package care

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // a static binary on a machine without a zone database still knows Europe/London
)

// Day is a civil day in England, counted from 1 January of the year 1, which is
// day 1. The zero Day means that no day is recorded. A placement starts on a
// day, not at an instant.
type Day int32

// secondsADay turns whole days into seconds in UTC, where no day is shorter.
const secondsADay = 24 * 60 * 60

// dayZero is the Unix time of the (never used) day 0, 31 December of the year 0.
var dayZero = time.Date(0, time.December, 31, 0, 0, 0, 0, time.UTC).Unix()

// london is where English law reads its calendar.
var london = sync.OnceValue(func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil { // cannot happen: the database is compiled in
		return time.UTC
	}
	return l
})

// Date returns the day of a year, month and day of the month. Days out of range
// roll over as in [time.Date], so 29 February of a common year is 1 March.
func Date(year int, month time.Month, day int) Day {
	return Day((time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() - dayZero) / secondsADay)
}

// DayOf returns the civil day of an instant in Europe/London.
func DayOf(t time.Time) Day { return Date(t.In(london()).Date()) }

// LondonTime returns the instant as a clock in London shows it.
func LondonTime(t time.Time) time.Time { return t.In(london()) }

// InstantWords is an instant as a clock in London shows it: 15:04 on 3 December 2026.
func InstantWords(t time.Time) string {
	return LondonTime(t).Format("15:04") + " on " + DayOf(t).Words()
}

// Date returns the year, month and day of the month.
func (d Day) Date() (year int, month time.Month, day int) { return d.utc().Date() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// AddMonths moves by whole calendar months; the end of a month rolls over.
func (d Day) AddMonths(n int) Day {
	y, m, day := d.Date()
	return Date(y, m+time.Month(n), day)
}

func (d Day) utc() time.Time { return time.Unix(dayZero+int64(d)*secondsADay, 0).UTC() }

// String is the day as 2006-01-02, or the empty string for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// Words is the day as people write it in a letter: 3 December 2026.
func (d Day) Words() string {
	if d == 0 {
		return "no day recorded"
	}
	return d.utc().Format("2 January 2006")
}

// MarshalText writes the day as 2006-01-02.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	day, err := ParseDay(string(text))
	*d = day
	return err
}

// dayLayouts are the spellings that are understood. The day comes before the
// month, as in SSDA903 files; an American order is never guessed.
var dayLayouts = []string{time.DateOnly, "02/01/2006", "2/1/2006", "02-01-2006", "2 January 2006", "2 Jan 2006", "2006-01-02 15:04:05", time.RFC3339}

// Years that a date in a file may have; anything else is a slip of the keyboard.
const minYear, maxYear = 1900, 2200

// ParseDay reads 2026-12-03, 03/12/2026 or 3 December 2026. A date that the
// calendar does not have, such as 31/02/2026, is an error. An instant with a
// zone, 2026-12-03T09:30:00Z, is read as the day it falls on in London.
func ParseDay(s string) (Day, error) {
	for _, layout := range dayLayouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		day := Date(t.Date())
		if layout == time.RFC3339 { // an instant: midnight in a London summer is written as 23:00Z of the day before
			day = DayOf(t)
		}
		if !day.inYears() {
			return 0, fmt.Errorf("%q: the year is outside %d to %d", s, minYear, maxYear)
		}
		return day, nil
	}
	return 0, fmt.Errorf("%q is not a day of the calendar written as 2006-01-31 or 31/01/2006", s)
}

func (d Day) inYears() bool {
	year, _, _ := d.Date()
	return year >= minYear && year <= maxYear
}

// Validate refuses a day that [ParseDay] would not read back: of a year outside
// 1900 to 2200. No day is not recorded and passes. The error is a [*FieldError].
func (d Day) Validate(field string) error {
	if d != 0 && !d.inYears() {
		return wrong(field, "as 2026-01-31", "the year of %s is outside %d to %d", d, minYear, maxYear)
	}
	return nil
}

// AgeOn is the age in whole years of a person born on dob. Somebody born on
// 29 February turns a year older on 1 March in a common year. Before birth the
// age is 0.
func AgeOn(dob, on Day) int {
	by, bm, bd := dob.Date()
	y, m, d := on.Date()
	age := y - by
	if m < bm || (m == bm && d < bd) {
		age--
	}
	return max(age, 0)
}

// Birthday is the first day on which a person born on dob is so many years old.
func Birthday(dob Day, years int) Day {
	y, m, d := dob.Date()
	return Date(y+years, m, d)
}

// StartOf is the instant at which the day begins in London.
func StartOf(d Day) time.Time {
	y, m, day := d.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, london())
}
