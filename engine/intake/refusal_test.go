package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// refusal is a cell that its column refuses, and the beginning of why.
type refusal struct{ column, cell, why string }

var homeRefusals = []refusal{
	{"id", strings.Repeat("x", 201), "is 201 bytes long"},
	{"id", "H\t1", "has control characters"},
	{"kind", "castle", `"castle" is not a word it knows`},
	{"kind", "none", `"none" is not a word it knows`},
	{"kind", "unknown", "is empty"},
	{"provider_code", "PR0", `"PR0" is not a word it knows`},
	{"authority", "E99999999", `no authority is called "E99999999"`},
	{"authority", "unknown", `no authority is called "unknown"`},
	{"postcode", "LS6", `"LS6" is not a postcode`},
	{"lat", "north", `"north" is not a number of degrees`},
	{"lng", "1,5", `"1,5" is not a number of degrees`},
	{"beds", "2 or 3", `"2 or 3" is not a whole number`},
	{"beds", "1001", "1001 is out of range"},
	{"beds", "none", `"none" is not a whole number`},
	{"places", "-3", "-3 is out of range"},
	{"places", "some", `"some" is not a whole number`},
	{"age_min", "-1", "-1 is out of range"},
	{"age_min", "0-17", `"0-17" is not a whole number`},
	{"age_max", "26", "26 is out of range"},
	{"sexes", "M,F", `"M,F" is not a word it knows`},
	{"sexes", "M;any", `"any" stands among other entries`},
	{"durations", "bridging", `"bridging" is not a word it knows`},
	{"early_permanence", "maybe", `"maybe" is neither yes nor no`},
	{"exemption_children", "none;C-1", `"none" stands among other entries`},
	{"bedrooms", "one", `"one" is not a whole number`},
	{"bedrooms", "0", "0 sleepers in a bedroom"},
	{"siblings_may_share", "2", `"2" is neither yes nor no`},
	{"adaptations", "ramp;none", `"none" stands among other entries`},
	{"skills", "autism;unknown", `"unknown" stands among other entries`},
	{"languages", "english;-", `"-" has no words`},
	{"smoking", "garden only", `"garden only" is neither yes nor no`},
	{"supports_risks", "arson", `"arson" is not a word it knows`},
	{"own_children", "two", `"two" is not a day`},
	{"own_children", "2010-01-01;29/02/2011", `"29/02/2011" is not a day of the calendar`},
	{"adults_sex", "couple", `"couple" is not a word it knows`},
	{"fostering_since", "2019", `"2019" is not a day of the calendar`},
	{"registered_from", "1/13/2020", `"1/13/2020" is not a day of the calendar`},
	{"registered_until", "ongoing", `"ongoing" is not a day of the calendar`},
	{"registration_applied_on", "unknown", `"unknown" is not a day of the calendar`},
	{"registration_refused_on", "01/01/0001", `"01/01/0001": the year is outside`},
	{"temporary_from", "31/04/2026", `"31/04/2026" is not a day of the calendar`},
	{"extended_until", "3026-01-01", `"3026-01-01": the year is outside`},
	{"status", "fine", `"fine" is not a word it knows`},
	{"restriction_from", "yes", `"yes" is not a day of the calendar`},
	{"closed_dates", "2026-01-01..", `"" is not a day of the calendar`},
	{"closed_dates", "Christmas", `"Christmas" is not a day of the calendar`},
	{"weekly_cost", "£612", `"£612" is not a whole number`},
	{"weekly_cost", "-1", "-1 is out of range"},
	{"beds_shut", "all", `"all" is not a whole number`},
	{"listed_from", "soon", `"soon" is not a day of the calendar`},
	{"vacancy_confirmed_on", "yesterday", `"yesterday" is not a day of the calendar`},
	{"garden", "small", `"small" is neither yes nor no`},
	{"transport", "bus", `"bus" is neither yes nor no`},
}

var childRefusals = []refusal{
	{"dob", "", "is empty"},
	{"dob", "2015", `"2015" is not a day of the calendar`},
	{"dob_lowest", "2014-01-01", "2014-01-01 is before dob 2015-03-09"},
	{"uasc", "perhaps", `"perhaps" is neither yes nor no`},
	{"sex", "X", `"X" is not a word it knows`},
	{"sex", "3", `"3" is not a word it knows`},
	{"authority", "383a", `no authority is called "383a"`},
	{"group", strings.Repeat("g", 201), "is 201 bytes long"},
	{"home_postcode", "??", `"??" is not a postcode`},
	{"contacts", "mother:LS6 2AB@1001", "1001 visits a month to mother"},
	{"year_group", "Year 14", `"Year 14" is not a word it knows`},
	{"year_group", "0", `"0" is not a word it knows`},
	{"ehcp", "applied for", `"applied for" is neither yes nor no`},
	{"plan", "forever", `"forever" is not a word it knows`},
	{"adoption_considered", "later", `"later" is neither yes nor no`},
	{"legal_status", "S20", `"S20" is not a word it knows`},
	{"need", "N9", `"N9" is not a word it knows`},
	{"alongside", "nobody", `"nobody" is not a word it knows`},
	{"kept_together", "if possible", `"if possible" is neither yes nor no`},
	{"pets", "cats", `"cats" is not a word it knows`},
	{"respiratory", "asthma", `"asthma" is neither yes nor no`},
	{"suitability_foster", "good", `"good" is not a word it knows`},
	{"suitability_residential", "good", `"good" is not a word it knows`},
	{"suitability_supported", "good", `"good" is not a word it knows`},
	{"risks_to_child", "fire-setting", `"fire-setting" is not a word it knows`},
	{"risks_to_others", "drugs", `"drugs" is not a word it knows`},
	{"exclusion_zones", "LS6 2AB@1001", "a circle of 1001 miles"},
	{"exclusion_zones", "40,-74@2", "40,-74 is outside the United Kingdom"},
	{"away_from", "LS6 2AB@-2", "a circle of -2 miles"},
	{"secure_order", "applied", `"applied" is neither yes nor no`},
	{"liberty_order", "applied", `"applied" is neither yes nor no`},
	{"connected_homes", strings.Repeat("h", 201), "is 201 bytes long"},
	{"wishes_for", "home:x;none", `"none" stands among other entries`},
}

var placementRefusals = []refusal{
	{"id", "", "is empty"},
	{"child", "", "is empty"},
	{"home", "", "is empty"},
	{"start", "", "is empty"},
	{"start", "soon", `"soon" is not a day of the calendar`},
	{"expected_end", "2025-01-01", "2025-01-01 is before start 2026-01-31"},
	{"end", "30/01/2026", "2026-01-30 is before start 2026-01-31"},
	{"ended_early", "a bit", `"a bit" is neither yes nor no`},
	{"type", "U7", `"U7" is not a word it knows`},
	{"reason", "because", `"because" is not a word it knows`},
}

func TestEachColumnSaysWhatIsWrongWithIt(t *testing.T) {
	for _, r := range homeRefusals {
		refuses(t, r, Homes, []string{"id", "kind", "postcode", "lat", "lng", "beds"}, []string{"H-1", "foster", "LS6 2AB", "53.8", "-1.5", "1"})
	}
	for _, r := range childRefusals {
		refuses(t, r, Children, []string{"id", "dob", "authority"}, []string{"C-1", "2015-03-09", "Leeds"})
	}
	for _, r := range placementRefusals {
		refuses(t, r, Placements, []string{"id", "child", "home", "start"}, []string{"P-1", "C-1", "H-1", "2026-01-31"})
	}
}

// refuses reads a row that is in order but for one cell.
func refuses[T any](t *testing.T, r refusal, from readFunc[T], names, cells []string) {
	t.Helper()
	known := false
	for i, name := range names {
		if name == r.column {
			cells[i], known = r.cell, true
		}
	}
	if !known {
		names, cells = append(names, r.column), append(cells, r.cell)
	}
	for i := range cells {
		cells[i] = `"` + strings.ReplaceAll(cells[i], `"`, `""`) + `"`
	}
	h := haulIn(from, file(strings.Join(names, ","), strings.Join(cells, ",")), opts())
	require.NoError(t, h.err)
	require.Len(t, h.rejected, 1, r)
	e := h.rejected[0]
	require.Equal(t, r.column, e.Column, r)
	require.True(t, strings.HasPrefix(e.Why, r.why), "%s: %s", r.column, e.Why)
	require.Equal(t, clip(r.cell), e.Value, r)
	require.NotContains(t, e.Error(), "\n")
}

// Every word of every vocabulary is understood in any case and with any of the
// signs that stand between words.
func TestEveryWordOfEveryVocabularyIsUnderstood(t *testing.T) {
	for _, column := range []string{"kind", "provider_code", "durations", "status", "sex", "year_group", "needed_by", "plan", "legal_status", "need",
		"alongside", "pets", "suitability", "risks", "risks_to_child", "risks_to_others", "type", "reason"} {
		known := care.Vocabulary(column)
		require.NotEmpty(t, known, column)
		for _, word := range known {
			for _, cell := range spellingsOf(word) {
				read := listedWord[string](column).read
				got, err := read(nil, cell)
				require.NoError(t, err, cell)
				require.Equal(t, word, got)
			}
		}
	}
}

func spellingsOf(word string) []string {
	return []string{
		word,
		strings.ToUpper(word),
		strings.ToLower(word),
		strings.ReplaceAll(word, "-", " "),
		strings.ReplaceAll(word, "-", "_"),
		"  " + strings.ReplaceAll(word, "-", " - ") + " ",
	}
}

// Whatever happens to one line, as long as it stays a line, costs at most that
// line.
func TestASpoiltLineCostsNoOther(t *testing.T) {
	rnd := newRand(t)
	const rows, spoilt = 12, 5
	for range 3000 {
		text := []string{"id,kind,postcode,beds,authority,wishes-of-carer"}
		for i := range rows {
			text = append(text, goodHome("H-"+string(rune('a'+i))))
		}
		line := []byte(text[spoilt])
		for range 1 + rnd.IntN(5) {
			line[rnd.IntN(len(line))] = "\",;'\x00\xff\t= x-"[rnd.IntN(11)]
		}
		text[spoilt] = string(line)
		if strings.HasPrefix(text[spoilt], "H-") { // it may have become the id of another row
			text[spoilt] = "X-" + text[spoilt][2:]
		}
		h := haulIn(Homes, file(text...), opts())
		require.NoError(t, h.err)
		ids := map[care.ID]bool{}
		for _, home := range h.good {
			ids[home.ID] = true
		}
		for i := range rows {
			require.True(t, i == spoilt-1 || ids[care.ID("H-"+string(rune('a'+i)))], "%q costs row %d", text[spoilt], i+2)
		}
		require.LessOrEqual(t, len(h.rejected), 1, "%q", text[spoilt])
	}
}
