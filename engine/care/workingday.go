package care

import "time"

// A working day is any day but a Saturday, a Sunday, Christmas Day, Good Friday
// or a bank holiday in England (Care Planning, Placement and Case Review
// (England) Regulations 2010, regulation 2; Banking and Financial Dealings Act
// 1971).

// movedHolidays are bank holidays of England that the general rule does not
// give: the value is the day that was moved away, or zero for an extra one.
var movedHolidays = map[Day]Day{
	Date(2020, time.May, 8):        Date(2020, time.May, 4),  // VE Day, 75 years
	Date(2022, time.June, 2):       Date(2022, time.May, 30), // spring holiday, Platinum Jubilee
	Date(2022, time.June, 3):       0,                        // Platinum Jubilee
	Date(2022, time.September, 19): 0,                        // state funeral of Queen Elizabeth II
	Date(2023, time.May, 8):        0,                        // coronation of King Charles III
}

// Working says whether d is a working day in England. Days to come follow the
// rule of the law as it stands; a holiday proclaimed later is not known here.
func (d Day) Working() bool {
	if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	if _, extra := movedHolidays[d]; extra {
		return false
	}
	for _, from := range movedHolidays {
		if from == d {
			return true
		}
	}
	return !regularHoliday(d)
}

// AddWorkingDays counts n working days after d; d itself is not counted, as a
// period "within n working days of" an event is reckoned.
func (d Day) AddWorkingDays(n int) Day {
	for n > 0 {
		d++
		if d.Working() {
			n--
		}
	}
	return d
}

// LastOfWorkingDays is the last day of a period of n working days that begins
// on d, d counted if it is a working day.
func (d Day) LastOfWorkingDays(n int) Day { return (d - 1).AddWorkingDays(n) }

func regularHoliday(d Day) bool {
	year, month, day := d.Date()
	easter := easterSunday(year)
	switch {
	case d == easter-2, d == easter+1:
		return true
	case month == time.May:
		return d.Weekday() == time.Monday && (day <= 7 || day > 31-7)
	case month == time.August:
		return d.Weekday() == time.Monday && day > 31-7
	case month == time.January:
		return d == firstWeekday(Date(year, time.January, 1))
	case month == time.December:
		christmas, boxing := christmasHolidays(year)
		return d == christmas || d == boxing
	}
	return false
}

func firstWeekday(d Day) Day {
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d++
	}
	return d
}

// christmasHolidays gives the days off for 25 and 26 December. One that falls on
// a weekend moves to the next weekday that is not a holiday already.
func christmasHolidays(year int) (christmas, boxing Day) {
	first := Date(year, time.December, 25)
	christmas, boxing = firstWeekday(first), firstWeekday(first+1)
	if christmas == boxing { // Christmas on a Saturday or a Sunday pushes one of them a day further
		boxing++
	}
	return christmas, boxing
}

// easterSunday is the Gregorian computus in the anonymous form (Meeus, Jones,
// Butcher).
func easterSunday(year int) Day {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Date(year, time.Month(n/31), n%31+1)
}
