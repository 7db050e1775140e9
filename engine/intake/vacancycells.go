package intake

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
)

// pattern compiles an expression when it is first used.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// longestCell is longer than anything that is understood, in bytes.
const longestCell = 200

// plainly is a cell in the form in which its words are compared: small letters,
// single spaces, one kind of dash.
func plainly(cell string) string {
	if len(cell) > longestCell {
		return ""
	}
	cell = strings.NewReplacer("\u2013", "-", "\u2014", "-", "\u2212", "-", "\u2010", "-", "\u2011", "-").Replace(strings.ToLower(cell))
	return strings.Join(strings.Fields(cell), " ")
}

// isDash says whether a cell is nothing but a dash.
func isDash(cell string) bool { return strings.Trim(plainly(cell), "- ") == "" && plainly(cell) != "" }

// isNotSaid says whether a cell is one of the ways to leave it open.
func isNotSaid(cell string) bool {
	switch strings.Trim(plainly(cell), "().") {
	case "tbc", "tba", "tbd", "n/a", "na", "?", "??", "to be confirmed", "to be advised", "awaiting", "pending", "unknown", "not known", "ask", "see notes":
		return true
	}
	return isDash(cell)
}

// isNow says whether a cell is a word for today.
func isNow(cell string) bool {
	switch strings.Trim(plainly(cell), ".!") {
	case "now", "today", "immediate", "immediately", "asap", "available now", "vacant":
		return true
	}
	return isDash(cell)
}

// freed is what a cell says of the places that are free.
type freed struct {
	n     int
	from  care.Day // 0 is now
	words string   // what else it says
}

// The words for none and for a place.
var (
	noneFree  = []string{"full", "none", "nil", "no", "n", "zero", "no vacancies", "no vacancy", "closed", "not available", "unavailable", "occupied", "on hold", "none available"}
	onePlace  = []string{"yes", "y", "available", "available now", "vacant", "vacancy", "a vacancy", "a place", "a bed", "one"}
	numerals  = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	leadingNo = pattern(`^(\d{1,9}|zero|one|two|three|four|five|six|seven|eight|nine|ten)(\.0+)?($|[^a-z0-9.])(.*)$`)
	fromDay   = pattern(`^(.*?)[\s,;(-]*\b(?:available )?from\s+(.+?)[\s)]*$`)
	// counted words that say nothing more
	filler = pattern(`\b(?:beds?|places?|vacanc(?:y|ies)|spaces?|free|available|now|currently|x)\b`)
	// words that take back what the number says, or leave it open
	doubt = pattern(`\b(?:not?|full|holds?|held|pending|reserved|offer(?:ed)?|closed|taken|tbc|tba|filled|possibly|possible|maybe|potential(?:ly)?|matched|identified|unavailable|occupied|until|except|or|of|to)\b|[?/]`)
)

// readFree reads the cell that says how many are free.
func readFree(cell string, on care.Day) (freed, error) {
	text := plainly(cell)
	switch {
	case strings.TrimSpace(cell) == "":
		return freed{}, errors.New("is blank, so it does not say how many are free")
	case text == "":
		return freed{}, errors.New("is too long to say how many are free")
	case isNotSaid(cell):
		return freed{}, fmt.Errorf("%s does not say how many are free", quote(cell))
	}
	var f freed
	if m := fromDay().FindStringSubmatch(" " + text); m != nil {
		day, ok := listDay(m[2], on, after)
		if !ok {
			return freed{}, fmt.Errorf("%s does not say from which day", quote(cell))
		}
		f.from, text = day, strings.TrimSpace(m[1])
	}
	n, words, ok := readCount(text, f.from != 0)
	switch {
	case !ok:
		return freed{}, fmt.Errorf("%s is not understood", quote(cell))
	case n > care.MaxBeds:
		return freed{}, fmt.Errorf("%s is no number of places; a spreadsheet may have made a day of it", quote(cell))
	case n == 0 && f.from != 0:
		return freed{}, fmt.Errorf("%s says none, and from when", quote(cell))
	}
	f.n, f.words = n, words
	return f, nil
}

// readCount reads a number of places and the words beside it. A day from which
// there is a vacancy, without a number, is one place.
func readCount(text string, dated bool) (n int, words string, ok bool) {
	text = strings.TrimRight(strings.Trim(text, " .,;:!*"), "- ")
	switch {
	case text == "":
		return 1, "", dated
	case slices.Contains(noneFree, text):
		return 0, "", true
	case slices.Contains(onePlace, text):
		return 1, "", true
	}
	m := leadingNo().FindStringSubmatch(text)
	if m == nil {
		return 0, "", false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		n = slices.Index(numerals, m[1])
	}
	rest := m[3] + m[4]
	if strings.ContainsAny(rest, "0123456789") || doubt().MatchString(rest) {
		return 0, "", false
	}
	words = strings.Trim(strings.Join(strings.Fields(filler().ReplaceAllString(rest, "")), " "), " ()[].,;:!*+-")
	return n, words, true
}

// A day without a year is the next such day, or the last.
type direction int

const (
	after direction = iota
	before
)

// A spreadsheet counts days from 30 December 1899. The numbers that are believed
// to be days run from 2000 to 2100.
var (
	spreadsheetZero = care.Date(1899, time.December, 30)
	earliestSerial  = care.Date(2000, time.January, 1)
	latestSerial    = care.Date(2100, time.January, 1)
)

// furthestDay bounds what is believed of a list: days more than this many before
// or after it are slips.
const furthestDays = 5 * 366

var (
	ordinal = pattern(`\b(\d{1,2})(?:st|nd|rd|th)\b`)
	weekday = pattern(`\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b`)
	inDay   = pattern(`\b(?:of|the|w/c|wc)\b`)
	sept    = pattern(`\bsept\b`)
)

// Layouts of days with a year, and of those without.
var (
	datedLayouts   = []string{"2006-01-02", "2006-01-02 15:04:05", "2/1/2006", "2-1-2006", "2.1.2006", "2/1/06", "2-1-06", "2.1.06", "2 January 2006", "2 Jan 2006", "2-Jan-2006", "2-Jan-06", "2 Jan 06", "January 2 2006", "Jan 2 2006"}
	undatedLayouts = []string{"2 January", "2 Jan", "2-Jan", "January 2", "Jan 2", "2/1"}
)

// listDay reads a day as people write one in a list.
func listDay(cell string, on care.Day, which direction) (care.Day, bool) {
	text := plainly(cell)
	if text == "" {
		return 0, false
	}
	if text == "today" || text == "now" {
		return on, true
	}
	if serial, err := strconv.Atoi(strings.TrimSuffix(text, ".0")); err == nil && len(text) >= 5 {
		day := spreadsheetZero + care.Day(min(max(serial, 0), 1<<20))
		return day, day >= earliestSerial && day < latestSerial && near(day, on)
	}
	text = ordinal().ReplaceAllString(text, "$1")
	text = inDay().ReplaceAllString(weekday().ReplaceAllString(text, " "), " ")
	text = sept().ReplaceAllString(text, "sep")
	text = strings.Trim(strings.Join(strings.Fields(strings.ReplaceAll(text, ",", " ")), " "), " .;:!")
	for _, layout := range datedLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			day := care.Date(t.Date())
			return day, near(day, on)
		}
	}
	for _, layout := range undatedLayouts {
		// A leap year, so that 29 February is a day.
		if t, err := time.Parse(layout+" 2006", text+" 2000"); err == nil {
			return inSomeYear(t.Month(), t.Day(), on, which)
		}
	}
	return 0, false
}

// near says whether a day is not too far from the list to be meant.
func near(day, on care.Day) bool { return day-on <= furthestDays && on-day <= furthestDays }

// inSomeYear is the day of the month that comes next, the day of the list
// included, or that came last.
func inSomeYear(month time.Month, dom int, on care.Day, which direction) (care.Day, bool) {
	year, _, _ := on.Date()
	step := 1
	if which == before {
		step = -1
	}
	for i := range 10 { // 1896 to 1904 had no 29 February between them
		day := care.Date(year+step*i, month, dom)
		if _, m, _ := day.Date(); m != month {
			continue // 29 February of a common year
		}
		if step > 0 && day >= on || step < 0 && day <= on {
			return day, true
		}
	}
	return 0, false
}

var (
	ageUnits = pattern(`\b(?:years?|yrs?|y/?o|yo|old|aged?|ages)\b|(\d)(?:yrs?|yo)\b`)
	ageRange = pattern(`^(\d{1,2}) ?(?:-|to|/|and) ?(\d{1,2})$`)
	ageFrom  = pattern(`^(?:over )?(\d{1,2}) ?(?:\+|plus|and over|and above|upwards)$`)
	ageUpTo  = pattern(`^(?:up to|0 ?-|to) ?(\d{1,2})$`)
	ageUnder = pattern(`^(?:under|<) ?(\d{1,2})s?$`)
	ageAlone = pattern(`^(\d{1,2})$`)
)

// readAges reads a range of ages in whole years, both included. Any age is two
// numbers that are not known.
func readAges(cell string) (low, high care.Number, ok bool) {
	text := ageUnits().ReplaceAllString(plainly(cell), "$1 ")
	text = strings.Trim(strings.Join(strings.Fields(text), " "), " .()")
	switch text {
	case "any", "all", "any age", "all ages":
		return low, high, true
	}
	age := func(s string) care.Number {
		n, _ := strconv.Atoi(s) // two digits
		return care.Num(n)
	}
	if m := ageRange().FindStringSubmatch(text); m != nil {
		low, high = age(m[1]), age(m[2])
	} else if m := ageFrom().FindStringSubmatch(text); m != nil {
		low = age(m[1])
	} else if m := ageUpTo().FindStringSubmatch(text); m != nil {
		high = age(m[1])
	} else if m := ageUnder().FindStringSubmatch(text); m != nil && age(m[1]).N > 0 {
		high = care.Num(age(m[1]).N - 1)
	} else if m := ageAlone().FindStringSubmatch(text); m != nil {
		low, high = age(m[1]), age(m[1])
	} else {
		return low, high, false
	}
	if max(low.N, high.N) > care.MaxAge || low.Known && high.Known && low.N > high.N {
		return care.Number{}, care.Number{}, false
	}
	return low, high, true
}

var betweenSexes = pattern(`[/&,;+ ]+|\band\b|\bor\b|\bonly\b`)

// readSexes reads for whom places are. Both is nil, which is no restriction.
func readSexes(cell string) (sexes []care.Sex, ok bool) {
	text := plainly(cell)
	if _, any := unrestricted(term(text)); any {
		return nil, true
	}
	known := dictionary("sex")
	for _, word := range betweenSexes().Split(text, -1) {
		if word == "" {
			continue
		}
		w, ok := known[word]
		if !ok {
			return nil, false
		}
		if sex := care.Sex(w); !slices.Contains(sexes, sex) {
			sexes = append(sexes, sex)
		}
	}
	if len(sexes) == 2 {
		return nil, true
	}
	return sexes, len(sexes) == 1
}
