package gazetteer

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPostcodesAsPeopleTypeThem(t *testing.T) {
	for written, want := range map[string][3]string{
		"LS6 2AB":            {"LS6 2AB", "LS6 2", "LS6"},
		"ls62ab":             {"LS6 2AB", "LS6 2", "LS6"},
		"  l s 6 2 a b  ":    {"LS6 2AB", "LS6 2", "LS6"},
		"LS6\t2AB":           {"LS6 2AB", "LS6 2", "LS6"},
		"LS6\u00a02AB\u200b": {"LS6 2AB", "LS6 2", "LS6"},
		"S1  1AA":            {"S1 1AA", "S1 1", "S1"},
		"AB113AG":            {"AB11 3AG", "AB11 3", "AB11"},
		"ec1a1bb":            {"EC1A 1BB", "EC1A 1", "EC1A"},
		"W1A 0AX":            {"W1A 0AX", "W1A 0", "W1A"},
		"M60 1NW":            {"M60 1NW", "M60 1", "M60"},
		"CR0 9XX":            {"CR0 9XX", "CR0 9", "CR0"},
		"gir0aa":             {"GIR 0AA", "GIR 0", "GIR"},
		"NPT 1AB":            {"NPT 1AB", "NPT 1", "NPT"},
		"BT1 1AA":            {"BT1 1AA", "BT1 1", "BT1"},
	} {
		p, err := ParsePostcode(written)
		require.NoError(t, err, "%q", written)
		require.Equal(t, want, [3]string{p.String(), p.Sector(), p.Outward()}, "%q", written)
	}
}

func TestWhatIsNotAPostcode(t *testing.T) {
	for _, written := range []string{
		"", " ", "LS6", "2AB", "LS6 2A", "LS6 2ABC", "LS6 A2B", "6LS 2AB", "LS66A 2AB", "LSL6 2AB", "LS66 62AB", "L06S 2AB", "LS06 2AB",
		"LS6-2AB", "LS6 2AÉ", "GIS 0AA", "NPU 1AA", "AAA 1AA", "L 2AB", "1 2AB", "11 2AB", "not known", "N/A", "\x00LS62AB",
		strings.Repeat(" ", 100) + "L", strings.Repeat("LS6 2AB ", 1000),
	} {
		p, err := ParsePostcode(written)
		require.ErrorIs(t, err, ErrPostcode, "%q", written)
		require.Zero(t, p)
		require.Less(t, len(err.Error()), 300, "the error does not repeat a page")
	}
	_, err := ParsePostcode("LS6 2A")
	require.EqualError(t, err, `not a postcode: "LS6 2A"; write it like LS6 2AB`)
	_, err = ParsePostcode(strings.Repeat("x", 39) + "École") // the fortieth byte is the first half of É
	require.EqualError(t, err, `not a postcode: "`+strings.Repeat("x", 39)+`…"; write it like LS6 2AB`)
}

var shape = regexp.MustCompile(`^(?:[A-Z]{1,2}(?:[0-9]|[1-9][0-9]|[0-9][A-Z])|GIR|NPT)[0-9][A-Z]{2}$`)

// The packing against a regular expression, on text that is nearly a postcode.
func TestParseAgreesWithTheRegularExpression(t *testing.T) {
	rnd := seeded(t)
	const letters, alphabet = "ABGINPRTLZ", "ABGINPRTLZ0123456789"
	good := 0
	for range 40_000 {
		text := make([]byte, 4+rnd.IntN(5))
		for i := range text {
			text[i] = alphabet[rnd.IntN(len(alphabet))]
		}
		if n := len(text); rnd.IntN(2) == 0 { // a sound inward part half of the time
			copy(text[n-3:], []byte{'0' + byte(rnd.IntN(10)), letters[rnd.IntN(10)], letters[rnd.IntN(10)]})
		}
		p, err := ParsePostcode(string(text))
		require.Equal(t, shape.Match(text), err == nil, "%s", text)
		if err == nil {
			good++
			require.Equal(t, string(text), strings.Replace(p.String(), " ", "", 1))
		}
	}
	require.Greater(t, good, 2_000, "the test meets postcodes")
}

// every outward part there is, in the order of an address book.
func outwards() []string {
	var all []string
	for a := 'A'; a <= 'Z'; a++ {
		areas := []string{string(a)}
		for b := 'A'; b <= 'Z'; b++ {
			areas = append(areas, string(a)+string(b))
		}
		for _, area := range areas {
			for d := range 10 {
				all = append(all, area+strconv.Itoa(d))
				for l := 'A'; l <= 'Z'; l++ {
					all = append(all, area+strconv.Itoa(d)+string(l))
				}
			}
			for d := 10; d < 100; d++ {
				all = append(all, area+strconv.Itoa(d))
			}
			if area == "GI" || area == "NP" {
				all = append(all, map[string]string{"GI": "GIR", "NP": "NPT"}[area])
			}
		}
	}
	return all
}

func TestPostcodesSortLikeAnAddressBook(t *testing.T) {
	var last Postcode
	for _, out := range outwards() {
		for _, in := range []string{"0AA", "0AB", "0BA", "0ZZ", "1AA", "9ZZ"} {
			p, err := ParsePostcode(out + in)
			if err != nil || p <= last || p.String() != out+" "+in { // half a million times: require is slow
				require.Failf(t, "out of order or unreadable", "%s %s after %s: %s, %v", out, in, last, p, err)
			}
			last = p
		}
	}
	require.LessOrEqual(t, last, Postcode(maxPostcode))
	require.Less(t, maxPostcode, 1<<31, "31 bits")
}

func TestNumbersThatPackNoPostcode(t *testing.T) {
	lastOfA, err := ParsePostcode("A99 9ZZ")
	require.NoError(t, err)
	for _, p := range []Postcode{0, maxPostcode + 1, 1<<32 - 1, lastOfA + 1} {
		require.Empty(t, p.String(), "%d", p)
		require.Empty(t, p.Sector(), "%d", p)
		require.Empty(t, p.Outward(), "%d", p)
	}
	rnd := seeded(t)
	for range 20_000 {
		p := Postcode(rnd.Uint32())
		text := p.String()
		back, err := ParsePostcode(text)
		require.Equal(t, text != "", err == nil)
		if text != "" {
			require.Equal(t, p, back)
		}
	}
}

func TestSortingPostcodes(t *testing.T) {
	var ps []Postcode
	for _, s := range []string{"M1 1AA", "LS10 1AA", "LS2 1AB", "L1 1AA", "LS2 1AA", "EC1A 1BB", "EC2 1AA", "EC1 9ZZ"} {
		p, err := ParsePostcode(s)
		require.NoError(t, err)
		ps = append(ps, p)
	}
	slices.Sort(ps)
	require.Equal(t, "[EC1 9ZZ EC1A 1BB EC2 1AA L1 1AA LS2 1AA LS2 1AB LS10 1AA M1 1AA]", fmt.Sprint(ps))
}

// randomPostcode is well shaped and almost certainly not real.
func randomPostcode(rnd *rand.Rand) Postcode {
	for {
		if p := Postcode(rnd.Uint32N(maxPostcode) + 1); p.valid() && p.area() != areaBT {
			return p
		}
	}
}

func FuzzParsePostcode(f *testing.F) {
	for _, s := range []string{"LS6 2AB", "gir0aa", "NPT 1AA", "EC1A1BB", "W1A 0AX", "\u00a0L1 1AA", "LS06 2AB", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePostcode(s)
		if err != nil {
			if p != 0 {
				t.Fatalf("%q: an error and yet %v", s, p)
			}
			return
		}
		if again, err := ParsePostcode(p.String()); err != nil || again != p {
			t.Fatalf("%q is %d, written %q, which is %d: %v", s, p, p, again, err)
		}
	})
}

func BenchmarkParsePostcode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if p, err := ParsePostcode("ls6 2ab"); err != nil || p == 0 {
			b.Fatal(err)
		}
	}
}
