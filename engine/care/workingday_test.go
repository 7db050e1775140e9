package care_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
)

// bankHolidays are the bank holidays of England from 2020 to 2030, as gov.uk
// lists them and, for years it does not list yet, as the Banking and Financial
// Dealings Act 1971 gives them, with substitutes as gov.uk gives them.
var bankHolidays = []string{
	"2020-01-01", "2020-04-10", "2020-04-13", "2020-05-08", "2020-05-25", "2020-08-31", "2020-12-25", "2020-12-28",
	"2021-01-01", "2021-04-02", "2021-04-05", "2021-05-03", "2021-05-31", "2021-08-30", "2021-12-27", "2021-12-28",
	"2022-01-03", "2022-04-15", "2022-04-18", "2022-05-02", "2022-06-02", "2022-06-03", "2022-08-29", "2022-09-19", "2022-12-26", "2022-12-27",
	"2023-01-02", "2023-04-07", "2023-04-10", "2023-05-01", "2023-05-08", "2023-05-29", "2023-08-28", "2023-12-25", "2023-12-26",
	"2024-01-01", "2024-03-29", "2024-04-01", "2024-05-06", "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26",
	"2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26",
	"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28",
	"2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28",
	"2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29", "2028-08-28", "2028-12-25", "2028-12-26",
	"2029-01-01", "2029-03-30", "2029-04-02", "2029-05-07", "2029-05-28", "2029-08-27", "2029-12-25", "2029-12-26",
	"2030-01-01", "2030-04-19", "2030-04-22", "2030-05-06", "2030-05-27", "2030-08-26", "2030-12-25", "2030-12-26",
}

// workingDays lists the working days of 2020 to 2030 by the table alone.
func workingDays(t require.TestingT) []care.Day {
	var days []care.Day
	for d := care.Date(2020, time.January, 1); d <= care.Date(2030, time.December, 31); d++ {
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !slices.Contains(bankHolidays, d.String()) {
			days = append(days, d)
		}
	}
	require.Len(t, days, 4018-1148-91, "11 years have 4,018 days, 1,148 at weekends, 91 bank holidays on weekdays")
	return days
}

func TestEveryDayFrom2020To2030AgreesWithTheTableOfBankHolidays(t *testing.T) {
	working := workingDays(t)
	for d := care.Date(2020, time.January, 1); d <= care.Date(2030, time.December, 31); d++ {
		_, want := slices.BinarySearch(working, d)
		require.Equal(t, want, d.Working(), "%s %s", d.Weekday(), d)
	}
}

func TestHolidaysThatWereMovedOrProclaimed(t *testing.T) {
	for _, c := range []struct {
		why, day string
		working  bool
	}{
		{"VE Day 2020 took the place of the early May holiday", "2020-05-08", false},
		{"which was an ordinary Monday", "2020-05-04", true},
		{"the Platinum Jubilee took the place of the spring holiday", "2022-06-02", false},
		{"and added a day", "2022-06-03", false},
		{"the last Monday of May 2022 was an ordinary one", "2022-05-30", true},
		{"the late Queen's funeral", "2022-09-19", false},
		{"the coronation", "2023-05-08", false},
		{"which left the early May holiday where it was", "2023-05-01", false},
		{"Easter Saturday is a Saturday", "2026-04-04", false},
		{"Easter Sunday is a Sunday", "2026-04-05", false},
		{"Maundy Thursday is worked", "2026-04-02", true},
		{"2 January is a holiday in Scotland only", "2026-01-02", true},
		{"St Patrick's Day is a holiday in Northern Ireland only", "2026-03-17", true},
		{"the first Monday of August is a holiday in Scotland only", "2026-08-03", true},
		{"Christmas Eve is worked", "2026-12-24", true},
	} {
		require.Equal(t, c.working, day(t, c.day).Working(), c.why)
	}
}

func TestChristmasAndNewYearAtTheWeekend(t *testing.T) {
	for _, c := range []struct {
		why      string
		holidays []string
		worked   []string
	}{
		{"Christmas on a Friday: Boxing Day moves to Monday", []string{"2026-12-25", "2026-12-28"}, []string{"2026-12-24", "2026-12-29"}},
		{"Christmas on a Saturday: Monday and Tuesday", []string{"2027-12-27", "2027-12-28"}, []string{"2027-12-24", "2027-12-29"}},
		{"Christmas on a Sunday: Boxing Day stays on Monday, Christmas moves to Tuesday", []string{"2022-12-26", "2022-12-27"}, []string{"2022-12-23", "2022-12-28"}},
		{"Christmas on a Thursday: nothing moves", []string{"2025-12-25", "2025-12-26"}, []string{"2025-12-24", "2025-12-29"}},
		{"New Year on a Saturday moves to Monday", []string{"2028-01-03"}, []string{"2027-12-31", "2028-01-04"}},
		{"New Year on a Sunday moves to Monday", []string{"2023-01-02"}, []string{"2022-12-30", "2023-01-03"}},
		{"New Year on a Friday: the Monday after is worked", []string{"2027-01-01"}, []string{"2027-01-04"}},
	} {
		for _, s := range c.holidays {
			require.False(t, day(t, s).Working(), "%s: %s", c.why, s)
		}
		for _, s := range c.worked {
			require.True(t, day(t, s).Working(), "%s: %s", c.why, s)
		}
	}
}

// easterByGauss is Gauss's own rule with its constants for 1900 to 2199, which
// shares no step with the one under test.
func easterByGauss(year int) care.Day {
	m, n := 24, 5
	if year >= 2100 {
		n = 6
	}
	a, b, c := year%19, year%4, year%7
	d := (19*a + m) % 30
	e := (2*b + 4*c + 6*d + n) % 7
	switch {
	case d == 29 && e == 6:
		return care.Date(year, time.April, 19)
	case d == 28 && e == 6 && (11*m+11)%30 < 19:
		return care.Date(year, time.April, 18)
	}
	return care.Date(year, time.March, 22+d+e)
}

func TestEasterAgreesWithGaussFrom1900To2199(t *testing.T) {
	for year := 1900; year < 2200; year++ {
		easter := easterByGauss(year)
		require.Equal(t, time.Sunday, easter.Weekday(), "%d", year)
		for d := care.Date(year, time.March, 15); d <= care.Date(year, time.April, 30); d++ {
			weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
			require.Equal(t, !weekend && d != easter-2 && d != easter+1, d.Working(), "%s, Easter Sunday on %s", d, easter)
		}
	}
}

func TestAYearHasEightBankHolidaysUnlessMoreAreProclaimed(t *testing.T) {
	extra := map[int]int{2022: 2, 2023: 1}
	for year := 1990; year <= 2200; year++ {
		holidays := 0
		for d := care.Date(year, time.January, 1); d <= care.Date(year, time.December, 31); d++ {
			if wd := d.Weekday(); wd != time.Saturday && wd != time.Sunday && !d.Working() {
				holidays++
			}
		}
		require.Equal(t, 8+extra[year], holidays, "%d", year)
	}
}

func TestNoticeWithinFiveWorkingDaysOfAnEmergency(t *testing.T) {
	for _, c := range []struct{ why, placed, last string }{
		{"placed on a Monday", "2026-11-23", "2026-11-30"},
		{"placed on a Friday", "2026-11-20", "2026-11-27"},
		{"placed on a Saturday", "2026-11-21", "2026-11-27"},
		{"placed on the Tuesday before Christmas 2026", "2026-12-22", "2026-12-31"},
		{"placed on Christmas Day 2026", "2026-12-25", "2027-01-05"},
		{"placed on Maundy Thursday 2026", "2026-04-02", "2026-04-13"},
	} {
		require.Equal(t, c.last, day(t, c.placed).AddWorkingDays(5).String(), c.why)
	}
}

func TestSixWorkingDaysOutsideTheTermsOfApproval(t *testing.T) {
	for _, c := range []struct{ why, start, last string }{
		{"from a Monday the sixth day is the Monday after", "2026-11-23", "2026-11-30"},
		{"from a Saturday it is the Monday of the week after next", "2026-11-21", "2026-11-30"},
		{"over Christmas 2027", "2027-12-23", "2028-01-04"},
		{"over the Jubilee weekend", "2022-06-01", "2022-06-10"},
	} {
		require.Equal(t, c.last, day(t, c.start).LastOfWorkingDays(6).String(), c.why)
	}
}

func TestNoWorkingDaysAtAll(t *testing.T) {
	saturday := day(t, "2026-11-21")
	require.Equal(t, saturday, saturday.AddWorkingDays(0))
	require.Equal(t, saturday, saturday.AddWorkingDays(-3))
	require.Equal(t, saturday-1, saturday.LastOfWorkingDays(0))
}

func TestAddWorkingDaysAgreesWithTheListOfWorkingDays(t *testing.T) {
	working := workingDays(t)
	rapid.Check(t, func(t *rapid.T) {
		d := care.Date(2020, time.January, 1) + care.Day(rapid.Int32Range(0, 3900).Draw(t, "days"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		after, _ := slices.BinarySearch(working, d+1)
		require.Equal(t, working[after+n-1], d.AddWorkingDays(n), "%d working days after %s", n, d)
		from, _ := slices.BinarySearch(working, d)
		require.Equal(t, working[from+n-1], d.LastOfWorkingDays(n), "%d working days from %s", n, d)
	})
}

func TestWorkingDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay().Draw(t, "d")
		a, b := rapid.IntRange(0, 20).Draw(t, "a"), rapid.IntRange(0, 20).Draw(t, "b")
		require.Equal(t, d.AddWorkingDays(a+b), d.AddWorkingDays(a).AddWorkingDays(b))
	})
}
