package care_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
)

// anyDay draws a day that ParseDay accepts: 1900 to 2200.
func anyDay() *rapid.Generator[care.Day] {
	first, last := care.Date(1900, time.January, 1), care.Date(2200, time.December, 31)
	return rapid.Custom(func(t *rapid.T) care.Day {
		return care.Day(rapid.Int32Range(int32(first), int32(last)).Draw(t, "day"))
	})
}

// day reads a day that a test spells out.
func day(t require.TestingT, s string) care.Day {
	d, err := care.ParseDay(s)
	require.NoError(t, err)
	return d
}

func inLondon(t require.TestingT) *time.Location {
	l, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	return l
}

func TestDaysAreCountedFromTheFirstDayOfYearOne(t *testing.T) {
	require.EqualValues(t, 1, care.Date(1, time.January, 1))
	require.EqualValues(t, 366, care.Date(2, time.January, 1))
	require.EqualValues(t, 719163, care.Date(1970, time.January, 1)) // the well-known "Rata Die" of the Unix epoch
	require.Equal(t, time.Monday, care.Day(1).Weekday())
}

func TestDateRollsOverAsTheCalendarDoes(t *testing.T) {
	require.Equal(t, "2026-03-01", care.Date(2026, time.February, 29).String())
	require.Equal(t, "2028-02-29", care.Date(2028, time.February, 29).String())
	require.Equal(t, "2027-01-01", care.Date(2026, 13, 1).String())
	require.Equal(t, "2026-01-31", care.Date(2026, time.February, 0).String())
	require.Equal(t, "1900-03-01", care.Date(1900, time.February, 29).String(), "1900 was a common year")
	require.Equal(t, "2000-02-29", care.Date(2000, time.February, 29).String(), "2000 was a leap year")
}

func TestEveryDayHasOneDateAndFollowsTheDayBefore(t *testing.T) {
	clock := time.Date(1900, time.January, 1, 12, 0, 0, 0, time.UTC)
	d := care.Date(1900, time.January, 1)
	for ; clock.Year() <= 2200; clock, d = clock.AddDate(0, 0, 1), d+1 {
		year, month, dom := d.Date()
		if care.Date(clock.Date()) != d || year != clock.Year() || month != clock.Month() || dom != clock.Day() || d.Weekday() != clock.Weekday() {
			require.Failf(t, "the days have gone out of step", "day %d says %s, the clock %s", d, d, clock)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		to     string
	}{
		{"2026-01-15", 1, "2026-02-15"},
		{"2026-01-31", 1, "2026-03-03"},
		{"2028-01-31", 1, "2028-03-02"},
		{"2026-11-30", 3, "2027-03-02"},
		{"2026-12-03", 12, "2027-12-03"},
		{"2026-12-03", -12, "2025-12-03"},
		{"2026-01-15", -1, "2025-12-15"},
		{"2026-01-15", 0, "2026-01-15"},
	} {
		require.Equal(t, c.to, day(t, c.from).AddMonths(c.months).String(), "%s and %d months", c.from, c.months)
	}
}

func TestTheDayTurnsAtMidnightInLondon(t *testing.T) {
	for _, c := range []struct{ why, instant, want string }{
		{"in winter London keeps Greenwich time", "2026-01-10T23:59:59Z", "2026-01-10"},
		{"the winter day begins at midnight Greenwich time", "2026-01-11T00:00:00Z", "2026-01-11"},
		{"in summer midnight comes an hour earlier", "2026-07-10T22:59:59Z", "2026-07-10"},
		{"a child placed at a quarter to midnight Greenwich time in July is placed tomorrow", "2026-07-10T23:45:00Z", "2026-07-11"},
		{"the clocks go forward at 1 am, after midnight", "2026-03-29T00:30:00Z", "2026-03-29"},
		{"the last winter midnight", "2026-03-28T23:59:59Z", "2026-03-28"},
		{"the first summer midnight", "2026-03-29T23:00:00Z", "2026-03-30"},
		{"the clocks go back at 2 am, after midnight", "2026-10-24T23:00:00Z", "2026-10-25"},
		{"the first winter midnight", "2026-10-25T23:00:00Z", "2026-10-25"},
		{"an instant written elsewhere is read in London", "2026-01-10T22:00:00-05:00", "2026-01-11"},
	} {
		instant, err := time.Parse(time.RFC3339, c.instant)
		require.NoError(t, err)
		require.Equal(t, c.want, care.DayOf(instant).String(), c.why)
	}
}

func TestLondonTimeIsTheSameInstant(t *testing.T) {
	summer := time.Date(2026, time.July, 1, 23, 30, 0, 0, time.UTC)
	require.True(t, summer.Equal(care.LondonTime(summer)))
	require.Equal(t, "2026-07-02 00:30 BST", care.LondonTime(summer).Format("2006-01-02 15:04 MST"))
	require.Equal(t, "2026-01-01 12:00 GMT", care.LondonTime(time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)).Format("2006-01-02 15:04 MST"))
}

func TestStartOfIsTheFirstInstantOfTheDay(t *testing.T) {
	require.Equal(t, "2026-06-30T23:00:00Z", care.StartOf(care.Date(2026, time.July, 1)).UTC().Format(time.RFC3339))
	require.Equal(t, "2026-12-03T00:00:00Z", care.StartOf(care.Date(2026, time.December, 3)).UTC().Format(time.RFC3339))
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay().Draw(t, "d")
		start := care.StartOf(d)
		require.Equal(t, d, care.DayOf(start))
		require.Equal(t, d-1, care.DayOf(start.Add(-1)))
	})
}

func TestParseDayReadsTheSpellingsCouncilsUse(t *testing.T) {
	want := care.Date(2026, time.December, 3)
	for _, s := range []string{
		"2026-12-03", "03/12/2026", "3/12/2026", "03-12-2026", "3 December 2026", "03 December 2026",
		"3 Dec 2026", "2026-12-03 00:00:00", "2026-12-03 23:59:59", "2026-12-03T00:00:00Z", "2026-12-03T09:30:00.25Z",
	} {
		got, err := care.ParseDay(s)
		require.NoError(t, err, s)
		require.Equal(t, want, got, s)
	}
}

func TestParseDayPutsTheDayBeforeTheMonth(t *testing.T) {
	require.Equal(t, "2026-04-03", day(t, "03/04/2026").String())
	_, err := care.ParseDay("12/31/2026")
	require.Error(t, err, "an American date must not be guessed")
}

func TestParseDayReadsAnInstantAsTheDayInLondon(t *testing.T) {
	require.Equal(t, "2015-07-02", day(t, "2015-07-01T23:00:00Z").String(), "midnight in London in summer, as web forms write it")
	require.Equal(t, "2015-07-02", day(t, "2015-07-02T00:00:00+01:00").String())
	require.Equal(t, "2015-01-01", day(t, "2015-01-01T23:00:00Z").String())
	require.Equal(t, "2015-07-01", day(t, "2015-07-01 23:30:00").String(), "without a zone the clock is London's own")
}

func TestParseDayRefusesWhatTheCalendarDoesNotHave(t *testing.T) {
	for _, s := range []string{
		"", " ", "unknown", "31/02/2026", "2026-02-29", "29/02/2026", "2026-13-01", "2026-00-10", "00/01/2026", "2026-1-3",
		"03/12/26", "3rd December 2026", "44898", "2026-12-03 ", "2026/12/03", "2026-12-03T", "December 2026", "\x00", "٣/١٢/٢٠٢٦",
	} {
		got, err := care.ParseDay(s)
		require.ErrorContains(t, err, "not a day of the calendar", "%q", s)
		require.Zero(t, got, "%q", s)
	}
}

func TestParseDayRefusesYearsThatAreSlipsOfTheKeyboard(t *testing.T) {
	for _, s := range []string{"1899-12-31", "2201-01-01", "03/12/0206", "0001-01-01", "9999-12-31", "1900-01-01T00:00:00+05:00"} {
		got, err := care.ParseDay(s)
		require.ErrorContains(t, err, "1900 to 2200", s)
		require.ErrorContains(t, err, s)
		require.Zero(t, got, s)
	}
	require.Equal(t, "1900-01-01", day(t, "1900-01-01").String())
	require.Equal(t, "2200-12-31", day(t, "2200-12-31").String())
}

func TestTextFormOfADayRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay().Draw(t, "d")
		text, err := d.MarshalText()
		require.NoError(t, err)
		var back care.Day
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, d, back)
		require.Equal(t, d, day(t, d.Words()))
		require.Equal(t, d, day(t, d.String()))
	})
}

func TestADayInJSON(t *testing.T) {
	type row struct{ Start, End care.Day }
	text, err := json.Marshal(row{Start: care.Date(2026, time.December, 3)})
	require.NoError(t, err)
	require.JSONEq(t, `{"Start":"2026-12-03","End":""}`, string(text))
	back := row{End: 99}
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, row{Start: care.Date(2026, time.December, 3)}, back)
	require.Error(t, json.Unmarshal([]byte(`{"Start":"31/02/2026"}`), &back))
}

func TestNoDayRecorded(t *testing.T) {
	var none care.Day
	require.Empty(t, none.String())
	require.Equal(t, "no day recorded", none.Words())
	require.Equal(t, "3 December 2026", care.Date(2026, time.December, 3).Words())
	d := care.Date(2026, time.December, 3)
	require.NoError(t, d.UnmarshalText(nil))
	require.Zero(t, d)
}

func TestABadDayOverwritesNothingWithAPlausibleOne(t *testing.T) {
	d := care.Date(2026, time.December, 3)
	require.Error(t, d.UnmarshalText([]byte("31/02/2026")))
	require.Zero(t, d)
}

func TestAgeOnBirthdays(t *testing.T) {
	for _, c := range []struct {
		why, dob, on string
		age          int
	}{
		{"the day before the sixteenth birthday", "2010-12-03", "2026-12-02", 15},
		{"the sixteenth birthday", "2010-12-03", "2026-12-03", 16},
		{"the day after it", "2010-12-03", "2026-12-04", 16},
		{"an earlier month", "2010-12-03", "2026-11-30", 15},
		{"a later month, an earlier day of it", "2010-11-30", "2026-12-01", 16},
		{"born today", "2026-12-03", "2026-12-03", 0},
		{"not born yet", "2027-02-01", "2026-12-03", 0},
		{"a leapling is not eighteen on 28 February of a common year", "2008-02-29", "2026-02-28", 17},
		{"but on 1 March", "2008-02-29", "2026-03-01", 18},
		{"and on 29 February where there is one", "2008-02-29", "2028-02-29", 20},
		{"not on the day before", "2008-02-29", "2028-02-28", 19},
		{"born on new year's eve", "2010-12-31", "2026-01-01", 15},
	} {
		require.Equal(t, c.age, care.AgeOn(day(t, c.dob), day(t, c.on)), c.why)
	}
}

func TestBirthday(t *testing.T) {
	require.Equal(t, "2026-12-03", care.Birthday(day(t, "2010-12-03"), 16).String())
	require.Equal(t, "2026-03-01", care.Birthday(day(t, "2008-02-29"), 18).String())
	require.Equal(t, "2028-02-29", care.Birthday(day(t, "2008-02-29"), 20).String())
	require.Equal(t, day(t, "2010-12-03"), care.Birthday(day(t, "2010-12-03"), 0))
}

func TestABirthdayIsTheFirstDayOfItsAge(t *testing.T) {
	leap := rapid.SampledFrom([]care.Day{care.Date(2004, time.February, 29), care.Date(2008, time.February, 29), care.Date(2008, time.March, 1), care.Date(2009, time.February, 28)})
	rapid.Check(t, func(t *rapid.T) {
		dob := rapid.OneOf(anyDay(), leap).Draw(t, "dob")
		years := rapid.IntRange(1, 25).Draw(t, "years")
		b := care.Birthday(dob, years)
		require.Equal(t, years, care.AgeOn(dob, b))
		require.Equal(t, years-1, care.AgeOn(dob, b-1))
	})
}

func TestAgeNeverFallsAndAgreesWithCountingBirthdays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dob := anyDay().Draw(t, "dob")
		on := dob + care.Day(rapid.Int32Range(-400, 10_000).Draw(t, "days later"))
		birthdays := 0
		for care.Birthday(dob, birthdays+1) <= on {
			birthdays++
		}
		require.Equal(t, birthdays, care.AgeOn(dob, on))
		require.LessOrEqual(t, care.AgeOn(dob, on), care.AgeOn(dob, on+1))
	})
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{
		"2026-12-03", "03/12/2026", "3/1/2026", "29-02-2028", "3 December 2026", "3 Dec 2026", "2026-12-03 10:00:00",
		"2026-07-01T23:30:00Z", "1900-01-01T00:00:00+23:59", "2200-12-31T23:59:59-23:59", "31/02/2026", "", "0000-00-00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := care.ParseDay(s)
		if err != nil {
			require.Zero(t, d)
			return
		}
		year, _, _ := d.Date()
		require.True(t, year >= 1900 && year <= 2200, "%q was read as %s", s, d)
		require.Equal(t, d, day(t, d.String()))
		var text care.Day
		require.NoError(t, text.UnmarshalText([]byte(s)))
		require.Equal(t, d, text)
	})
}

func TestAnInstantIsToldByTheClockInLondon(t *testing.T) {
	require.Equal(t, "09:05 on 3 December 2026", care.InstantWords(time.Date(2026, time.December, 3, 9, 5, 59, 0, time.UTC)))
	require.Equal(t, "00:30 on 2 July 2026", care.InstantWords(time.Date(2026, time.July, 1, 23, 30, 0, 0, time.UTC)), "summer time")
}
