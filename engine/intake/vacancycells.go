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
	// what stands beside a number of which it is the first of a range
	toAnother = pattern(`^ ?- ?\d`)
	// the marks that may stand around the words beside a number
	marks = pattern(`^[a-z ()\[\].,;:!*+&/-]*$`)
	// a slash that parts no words
	fraction = pattern(`(?:^|[^a-z])/|/(?:$|[^a-z])`)
	// numbers that are said to be of years
	agesBeside = pattern(`\bage[sd]?(?: range| group)?:? \d{1,2}(?: ?(?:-|to|and) ?\d{1,2}| ?\+)?(?: ?(?:years?|yrs?)(?: old)?)?(?:$|[^a-z0-9])|` +
		`\b(?:under|over) \d{1,2}s?(?:$|[^a-z0-9])|` +
		`\( ?\d{1,2}(?: ?(?:-|to) ?\d{1,2}| ?\+)? ?(?:years?|yrs?|yo|y/o)(?: olds?)? ?\)`)
	eitherSex = pattern(`\b(?:boys?|girls?|males?|females?|m|f) or (?:boys?|girls?|males?|females?|m|f)\b`)
	// somebody who comes with a child of their own
	withChild = pattern(`\b(?:parents?|mothers?|fathers?|mum|dad) ?(?:and|&|\+|/|-) ?(?:child(?:ren)?|bab(?:y|ies))\b`)
	// counted words that say nothing more
	filler = pattern(`\b(?:beds?|places?|vacanc(?:y|ies)|spaces?|free|available|now|currently|x)\b`)
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

// forWhom are the words that may stand beside a number: of whom the places are for
// and what they are like. Any other word may take back what the number says, so it
// is no number beside one.
var forWhom = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(`bed beds place places vacancy vacancies space spaces room rooms bedroom bedrooms
		free available vacant now currently immediate immediately x only and for
		boy boys girl girls male males female females m f mixed any either both sex gender
		sibling siblings sib sibs group groups teen teens teenager teenagers age ages aged
		single double solo short long medium term respite breaks emergency emergencies bridging uasc`) {
		words[word] = true
	}
	return words
})

// saysForWhom says whether what stands beside a number says no more than whom the
// places are for.
func saysForWhom(rest string) bool {
	if toAnother().MatchString(rest) {
		return false
	}
	for _, said := range []*regexp.Regexp{agesBeside(), eitherSex(), withChild()} {
		rest = said.ReplaceAllString(rest, " ")
	}
	if !marks().MatchString(rest) || fraction().MatchString(rest) {
		return false
	}
	for _, word := range strings.FieldsFunc(rest, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if !forWhom()[word] {
			return false
		}
	}
	return true
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
	if !saysForWhom(rest) {
		return 0, "", false
	}
	words = strings.Trim(strings.Join(strings.Fields(filler().ReplaceAllString(rest, "")), " "), " ()[].,;:!*+-")
	return n, words, true
}

// A day without a year is the next such day or the one that has just been, or it is
// the last one.
type direction int

const (
	after direction = iota
	before
)

// How far from a list a day without a year is believed to be meant, in days. What
// lies between is as likely the one as the other.
const (
	soonest = 183 // ahead
	lately  = 92  // ago
)

// A spreadsheet counts days from 30 December 1899. The numbers that are believed
// to be days run from 2000 to 2100.
var (
	spreadsheetZero = care.Date(1899, time.December, 30)
	earliestSerial  = care.Date(2000, time.January, 1)
	latestSerial    = care.Date(2100, time.January, 1)
)

// furthestDays bounds what is believed of a list: days more than this many before
// or after it are slips.
const furthestDays = 5 * 366

var (
	serialDay = pattern(`^(\d{5})(?:\.\d+)?$`) // and the time, as a part of a day
	clockTime = pattern(`^(.*\d)(?: |t| at )\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?z?$`)
	ordinal   = pattern(`\b(\d{1,2})(?:st|nd|rd|th)\b`)
	weekday   = pattern(`\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b`)
	inDay     = pattern(`\b(?:of|the|w/c|wc)\b`)
	sept      = pattern(`\bsept\b`)
)

// Layouts of days with a year, and of those without.
var (
	datedLayouts   = []string{"2006-01-02", "2/1/2006", "2-1-2006", "2.1.2006", "2/1/06", "2-1-06", "2.1.06", "2 January 2006", "2 Jan 2006", "2-Jan-2006", "2-Jan-06", "2 Jan 06", "January 2 2006", "Jan 2 2006"}
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
	if m := serialDay().FindStringSubmatch(text); m != nil {
		serial, _ := strconv.Atoi(m[1]) // five digits
		day := spreadsheetZero + care.Day(serial)
		return day, day >= earliestSerial && day < latestSerial && near(day, on)
	}
	text = clockTime().ReplaceAllString(text, "$1")
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

// inSomeYear is the day of the month that was meant: the last one up to the list,
// or the next one if it comes soon, or one that has been lately.
func inSomeYear(month time.Month, dom int, on care.Day, which direction) (care.Day, bool) {
	last, ok := inTurn(month, dom, on, -1)
	if which == before {
		return last, ok
	}
	if next, ok := inTurn(month, dom, on, 1); ok && next-on <= soonest {
		return next, true
	}
	return last, ok && on-last <= lately
}

// inTurn is the day of the month that comes first from the list on, the day of the
// list included, in steps of a year.
func inTurn(month time.Month, dom int, on care.Day, step int) (care.Day, bool) {
	year, _, _ := on.Date()
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

// days1904 is what a count of days from 1904 lacks of one from 1900.
const days1904 = 1462

// from1904 turns a count of days from 1904 into one from 1900.
func from1904(cell string) string {
	m := serialDay().FindStringSubmatch(plainly(cell))
	if m == nil {
		return cell
	}
	n, _ := strconv.Atoi(m[1]) // five digits
	return strconv.Itoa(n + days1904)
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
