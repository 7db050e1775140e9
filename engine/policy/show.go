package policy

import (
	"fmt"
	"slices"
	"strings"
)

// line is a key of a policy file with what it does.
type line struct {
	key   string // dotted
	value string // as TOML
	what  string // what it does, with its unit
}

// Show writes a policy as a file that reads back the same: every key, what it
// does, its unit and range, and its default.
func Show(p *Policy) string {
	var out strings.Builder
	defaults := Default()
	before := ""
	for i, l := range p.lines() {
		table, key, nested := strings.Cut(l.key, ".")
		if !nested {
			table, key = "", l.key
		}
		if table != before {
			fmt.Fprintf(&out, "[%s]\n", table)
			before = table
		}
		fmt.Fprintf(&out, "# %s; default %s\n%s = %s\n\n", l.what, defaults.lines()[i].value, key, l.value)
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

// Departures names each key that is not at its default, as "weights.school = 25
// (default 18)".
func Departures(p *Policy) []string {
	var all []string
	defaults := Default()
	for i, l := range p.lines() {
		if d := defaults.lines()[i].value; d != l.value {
			all = append(all, fmt.Sprintf("%s = %s (default %s)", l.key, l.value, d))
		}
	}
	return all
}

// meaning says what each number does, with its unit.
var meaning = map[string]string{
	"stale_after_days":       "days after which the word of a vacancy is old: vacancy-confirmed warns",
	"runs_out_days":          "days ahead for which runs-out warns of what ends",
	"residential_min_age":    "years of age under which residential-under-10 asks for a sign-off",
	"school_reach_primary":   "minutes of the longest journey to school that is within reach, to year 6",
	"school_reach_secondary": "minutes of the longest journey to school that is within reach, from year 7",
	"detour_percent":         "road miles to a hundred straight ones, for estimated journeys",
	"speed_mph":              "miles an hour, for estimated journeys",
}

func (p *Policy) lines() []line {
	all := []line{
		{"proposed_ban", fmt.Sprintf("%q", p.ProposedBan), `what the ban on under-16s in unregulated homes does while only proposed (12 February 2020 to 8 September 2021): "enforce" or "warn"`},
		{"guidance_off", quoted(p.GuidanceOff), "rules resting on guidance or policy that the authority does not follow; law stays"},
	}
	for _, n := range p.numbers() {
		what := meaning[n.key]
		if criterion, is := strings.CutPrefix(n.key, "weights."); is {
			what = "weight of " + criterion + " in the score; only proportions matter, 0 leaves it out"
		}
		all = append(all, line{n.key, fmt.Sprint(n.value), fmt.Sprintf("%s (%d to %d)", what, n.low, n.high)})
	}
	return all
}

// quote writes a word as TOML does, which has fewer short escapes than Go.
func quote(word string) string {
	var out strings.Builder
	for _, r := range word {
		switch {
		case r == '"' || r == '\\':
			out.WriteString("\\" + string(r))
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&out, "\\u%04x", r)
		default:
			out.WriteRune(r)
		}
	}
	return `"` + out.String() + `"`
}

func quoted(words []string) string {
	words = slices.Clone(words)
	for i := range words {
		words[i] = quote(words[i])
	}
	return "[" + strings.Join(words, ", ") + "]"
}
