package intake

import (
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// randomText is up to n pieces of the alphabet.
func randomText(rnd *rand.Rand, n int, alphabet ...string) string {
	var b strings.Builder
	for range rnd.IntN(n + 1) {
		b.WriteString(alphabet[rnd.IntN(len(alphabet))])
	}
	return b.String()
}

// slowSplit reads a list one letter at a time.
func slowSplit(cell string) []string {
	var entries []string
	entry, escaped := "", false
	for _, r := range cell + ";" {
		switch {
		case escaped && r != ';' && r != '\\':
			entry += `\` + string(r)
			escaped = false
		case escaped:
			entry += string(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == ';':
			if entry = strings.TrimSpace(entry); entry != "" {
				entries = append(entries, entry)
			}
			entry = ""
		default:
			entry += string(r)
		}
	}
	return entries
}

func entriesOf(cell string) []string {
	var entries []string
	for rest := cell; rest != ""; {
		var entry string
		if entry, rest = nextEntry(rest); entry != "" {
			entries = append(entries, entry)
		}
	}
	return entries
}

func TestListsAreSplitAsIfLetterByLetter(t *testing.T) {
	rnd := newRand(t)
	for range 20_000 {
		cell := randomText(rnd, 10, "a", "b", " ", ";", `\`, "é")
		if strings.HasSuffix(cell, `\`) { // the oracle's own semicolon would be escaped
			continue
		}
		require.Equal(t, slowSplit(cell), entriesOf(cell), "%q", cell)
	}
	require.Equal(t, []string{"a", `b\`}, entriesOf(`a;b\`))
}

func TestEscapedEntriesComeBack(t *testing.T) {
	rnd := newRand(t)
	for range 20_000 {
		var entries, written []string
		for range rnd.IntN(4) {
			if e := strings.TrimSpace(randomText(rnd, 5, "a", " ", ";", `\`, `\;`)); e != "" {
				entries, written = append(entries, e), append(written, escape(e))
			}
		}
		require.Equal(t, entries, entriesOf(strings.Join(written, ";")), "%q", written)
	}
}

func TestTermsAreThoseOfCare(t *testing.T) {
	rnd := newRand(t)
	for range 20_000 {
		s := randomText(rnd, 8, "a", "B", "9", "-", "_", " ", "\t", "\u00a0", "é", "İ", "'", "/")
		got := term(s)
		require.Equal(t, care.Term(s), got, "%q", s)
		require.Equal(t, got, term(got), "%q: a term stays what it is", s)
	}
	require.Equal(t, "a-b", term("\n a\r\n B\u2003"))
}

var wholePattern = regexp.MustCompile(`^(-?[0-9]+)(\.0*)?$`)

func TestWholeNumbersAgreeWithTheirPattern(t *testing.T) {
	rnd := newRand(t)
	accepted := 0
	for range 50_000 {
		cell := randomText(rnd, 5, "0", "1", "7", ".", ".0", "-", "+", "e", " ")
		n, err := readWhole(cell)
		m := wholePattern.FindStringSubmatch(cell)
		require.Equal(t, m != nil, err == nil, "%q", cell)
		if m != nil {
			want, _ := strconv.Atoi(m[1])
			require.Equal(t, want, n)
			accepted++
		}
	}
	require.NotZero(t, accepted)
}

var decimalPattern = regexp.MustCompile(`^-?([0-9]+\.?[0-9]*|\.[0-9]+)$`)

func TestDecimalsAgreeWithTheirPatternAndComeBack(t *testing.T) {
	rnd := newRand(t)
	for range 50_000 {
		cell := randomText(rnd, 5, "0", "5", "12", ".", "-", "+", "e", "x", "_", "Inf", "NaN")
		_, ok := readDecimal(cell)
		require.Equal(t, decimalPattern.MatchString(cell), ok, "%q", cell)
	}
	for range 20_000 {
		want := (rnd.Float64() - 0.5) * 180
		got, ok := readDecimal(decimal(want))
		require.True(t, ok)
		require.Equal(t, want, got)
	}
}

// formulaMarks begin what a spreadsheet runs.
const formulaMarks = "=+-@\t\r"

func TestAGuardedCellIsNeverAFormulaAndAlwaysComesBack(t *testing.T) {
	rnd := newRand(t)
	for range 50_000 {
		cell := randomText(rnd, 5, "'", "=", "+", "-", "@", "\t", "\r", "a", " ")
		written := guard(cell)
		require.False(t, written != "" && strings.ContainsRune(formulaMarks, rune(written[0])), "%q", written)
		require.Equal(t, cell, unguard(written), "%q", cell)
	}
}

// The authority is the one in which the postcode lies, whatever the row says, and a
// position in the row decides nothing about it.
func TestAPositionIsSettledTheSameFromEveryCombinationOfCells(t *testing.T) {
	point := care.At(53.9, -1.5)
	for _, c := range []struct {
		postcode, lat, lng, authority string
		where                         care.Location
		in                            string // authority; empty where the row is rejected
	}{
		{"LS6 2AB", "", "", "", headingley, leeds},
		{"LS6 2AB", "", "", "Sheffield", headingley, leeds},
		{"LS6 2AB", "53.9", "-1.5", "", care.Location{Postcode: "LS6 2AB", Point: point}, leeds},
		{"LS6 2AB", "53.9", "-1.5", "Sheffield", care.Location{Postcode: "LS6 2AB", Point: point}, leeds},
		{"ZZ9 9ZZ", "53.9", "-1.5", "Leeds", care.Location{Postcode: "ZZ9 9ZZ", Point: point}, leeds},
		{"", "53.9", "-1.5", "Leeds", care.Location{Point: point}, leeds},
		{"ZZ9 9ZZ", "53.9", "-1.5", "", care.Location{}, ""},
		{"ZZ9 9ZZ", "", "", "Leeds", care.Location{}, ""},
		{"", "53.9", "-1.5", "", care.Location{}, ""},
		{"", "", "", "Leeds", care.Location{}, ""},
		{"nonsense", "53.9", "-1.5", "Leeds", care.Location{}, ""},
	} {
		row := strings.Join([]string{"H-1", "foster", "1", c.postcode, c.lat, c.lng, c.authority}, ",")
		h := haulIn(Homes, file("id,kind,beds,postcode,lat,lng,authority", row), opts())
		require.NoError(t, h.err)
		require.Equal(t, c.in == "", len(h.rejected) == 1, row)
		if c.in != "" {
			require.Equal(t, c.where, h.good[0].Where, row)
			require.Equal(t, c.in, h.good[0].Authority, row)
		}
	}
}
