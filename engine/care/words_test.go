package care_test

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestWordsThatPeopleWriteOnOneLine(t *testing.T) {
	for _, words := range []string{"", "A. Officer", "Renée O’Hara", "孩子", "مكتب", "a\u200db", "50 % – “fine”", "=SUM(A1)", strings.Repeat("x", care.MaxWordsBytes)} {
		require.NoError(t, care.Words("by", words), "%q", words)
		require.NoError(t, care.Prose("wishes", words), "%q", words)
	}
	lines := "I want\tto stay near Mum.\r\nAnd my dog.\vPlease\n"
	require.NoError(t, care.Prose("wishes", lines))
	requireWrong(t, care.Words("by", lines), "by", "two lines")
	require.NoError(t, care.Prose("wishes", strings.Repeat("é", care.MaxProseBytes/2)))
}

func TestWordsThatNoLineOfAJournalCanHold(t *testing.T) {
	for why, words := range map[string]string{
		"Windows-1252":          "Ren\xe9e",
		"cut short":             "Caf\xc3",
		"a line of its own":     "A. Officer\n7  hold HOLD-9",
		"back to the beginning": "A. Officer\rB. Officer",
		"a tab":                 "A.\tOfficer",
		"a colour":              "A. Officer\x1b[8m",
		"an escape of one byte": "A. Officer\u009b8m",
		"delete":                "A. Officer\x7f",
		"zero":                  "A. Officer\x00",
		"next line":             "A. Officer\u0085",
		"a line separator":      "A. Officer\u2028B. Officer",
		"more than anybody has": strings.Repeat("x", care.MaxWordsBytes+1),
	} {
		requireWrong(t, care.Words("by", words), "by", why)
	}
	for why, words := range map[string]string{
		"Windows-1252": "Ren\xe9e", "a colour": "red\x1b[31m", "zero": "a\x00b", "more than anybody writes": strings.Repeat("x", care.MaxProseBytes+1),
	} {
		requireWrong(t, care.Prose("wishes", words), "wishes", why)
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"A. Officer", "a\nb", "\xff", "é\u2028", "\x7f", " \u00a0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if care.Words("by", s) != nil {
			return
		}
		require.True(t, utf8.ValidString(s))
		require.Len(t, strings.FieldsFunc(s+"x", func(r rune) bool { return strings.ContainsRune("\n\v\f\r\u0085\u2028\u2029", r) }), 1)
		require.NotContains(t, s, "\x1b")
		require.NoError(t, care.Prose("wishes", s))
	})
}

// parts are the parts of a record that are of a sort, however deep.
func parts(v reflect.Value, sort func(reflect.Value) bool) []reflect.Value {
	var all []reflect.Value
	switch {
	case sort(v):
		return []reflect.Value{v}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			all = append(all, parts(v.Index(i), sort)...)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				all = append(all, parts(v.Field(i), sort)...)
			}
		}
	}
	return all
}

func isText(v reflect.Value) bool { return v.Kind() == reflect.String }

func isDay(v reflect.Value) bool { return v.Type() == reflect.TypeFor[care.Day]() }

// spoken gives every list and every text of a record something to say.
func spoken[T any](t *testing.T, record *T, validate func(*T) error) {
	v := reflect.ValueOf(record).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Type() == reflect.TypeFor[care.List]() && f.Len() == 0 {
			f.Set(reflect.ValueOf(care.List{"missing"}))
		} else if f.Type() == reflect.TypeFor[[]string]() && f.Len() == 0 {
			f.Set(reflect.ValueOf([]string{"E08000035"}))
		}
	}
	if c, ok := any(record).(*care.Child); ok {
		c.RisksToOthers = care.List{"fire-setting"}
		c.History = care.History{Ethnic: "WBRI", Episodes: []care.Episode{fostered(care.Date(2024, 1, 1))}}
	}
	require.NoError(t, validate(record))
}

type validated struct {
	fields   reflect.Value
	validate func() error
}

func recordsOf(h *care.Home, c *care.Child, p *care.Placement) map[string]validated {
	return map[string]validated{
		"home":  {reflect.ValueOf(h).Elem(), h.Validate},
		"child": {reflect.ValueOf(c).Elem(), c.Validate}, "placement": {reflect.ValueOf(p).Elem(), p.Validate},
	}
}

// Every text of a record is looked at, those that come with later fields too: what is
// not UTF-8 could be written and never be read again.
func TestNoTextOfARecordIsTakenAsItComes(t *testing.T) {
	home, child, placement := fullHome(), fullChild(), fullPlacement()
	spoken(t, &home, (*care.Home).Validate)
	spoken(t, &child, (*care.Child).Validate)
	spoken(t, &placement, (*care.Placement).Validate)
	for name, r := range recordsOf(&home, &child, &placement) {
		all := parts(r.fields, isText)
		require.Greater(t, len(all), 4)
		for i, text := range all {
			good := text.String()
			for _, bad := range []string{good + "\xe9", good + "\x1b[2J"} {
				text.SetString(bad)
				var wrong *care.FieldError
				require.ErrorAs(t, r.validate(), &wrong, "%s: the text %q, number %d", name, good, i)
			}
			text.SetString(good)
		}
		require.NoError(t, r.validate())
	}
}

// A day that is written and never read again would be lost with all of its row.
func TestNoDayOfARecordIsOneThatFilesCannotHave(t *testing.T) {
	home, child, placement := fullHome(), fullChild(), fullPlacement()
	child.History = care.History{Ethnic: "WBRI", Episodes: []care.Episode{fostered(care.Date(2024, 1, 1))}}
	home.OwnChildren = []care.Day{care.Date(2015, 3, 9)}
	home.Closed = []care.DayRange{{From: care.Date(2026, 12, 20), To: care.Date(2027, 1, 3)}}
	for name, r := range recordsOf(&home, &child, &placement) {
		all := parts(r.fields, isDay)
		require.Greater(t, len(all), 2)
		for i, day := range all {
			good := day.Int()
			for _, far := range []care.Day{care.Date(2201, 1, 1), care.Date(1899, 12, 31)} {
				day.SetInt(int64(far))
				var wrong *care.FieldError
				require.ErrorAs(t, r.validate(), &wrong, "%s: %s, number %d", name, far, i)
			}
			day.SetInt(good)
		}
		require.NoError(t, r.validate())
	}
	for _, day := range []care.Day{0, care.Date(1900, 1, 1), care.Date(2200, 12, 31)} {
		require.NoError(t, day.Validate("start"))
	}
}

func TestAnInstantOfAYearThatDaysDoNotHave(t *testing.T) {
	for _, year := range []int{1900, 2026, 2200} {
		require.NoError(t, care.Instant("at", time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)))
	}
	require.NoError(t, care.Instant("at", time.Time{}), "it is not recorded")
	for _, year := range []int{-4, 0, 1899, 2201, 10_000} {
		requireWrong(t, care.Instant("at", time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)), "at", "a slip of the keyboard")
	}
	s := care.SignOff{Rule: "pets", Name: "N. Head", Role: "IRO", At: time.Date(20_261, 1, 1, 0, 0, 0, 0, time.UTC), Ref: "R"}
	requireWrong(t, s.Validate(), "time", "a year of five digits")
	w := care.Withheld{Who: care.ToGP, Why: "a threat\x1b[2J"}
	requireWrong(t, w.Validate(), "withhold", "an escape")
}
