package gazetteer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Postcode is a postcode packed into 31 bits. The order of the numbers is the order of an address
// book: area by letters, then district by number, then the rest, so LS2 comes before LS10. The zero
// Postcode is none. It is a value to keep and compare; [ParsePostcode] is the way to get one.
type Postcode uint32

// A packed postcode counts, plus one so that zero stays free:
//
//	area      A is 0, AA is 1 … ZZ is 701
//	district  0, 0A … 0Z, 1, 1A … 9Z, then 10 … 99; then the third letter of GIR and NPT
//	inward    0AA … 9ZZ
const (
	lettersAfter = 27 // nothing, or A to Z
	districts    = 10*lettersAfter + 90 + 1
	oddDistrict  = districts - 1
	inwards      = 10 * 26 * 26
	maxPostcode  = 26 * lettersAfter * districts * inwards
)

// areaBT is Belfast's postcode area, which covers the whole of Northern Ireland.
const areaBT = ('B'-'A')*lettersAfter + 'T' - 'A' + 1

// longestQuote keeps an error readable when the text is a whole paragraph.
const longestQuote = 40

// ParsePostcode reads a postcode in any case and with spaces anywhere or nowhere. It takes every
// outward part of the shapes A9, A99, AA9, AA99, A9A, AA9A, the old GIR 0AA (Girobank) and NPT
// (Newport), and any inward part 9AA. Which letters are in use is the directory's business: a
// well-shaped postcode that does not exist parses, and is then not found. Anything else gives an
// error that wraps [ErrPostcode].
func ParsePostcode(s string) (Postcode, error) {
	p, ok := packPostcode(s)
	if !ok && len(s) <= longestQuote {
		p, ok = packPostcode(strings.Map(dropSpace, s)) // no-break spaces and the like
	}
	if !ok {
		return 0, fmt.Errorf("%w: %s; write it like LS6 2AB", ErrPostcode, quote(s))
	}
	return p, nil
}

func dropSpace(r rune) rune {
	if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' { // zero-width, from web pages
		return -1
	}
	return r
}

func quote(s string) string {
	if len(s) > longestQuote {
		end := longestQuote
		for end > longestQuote-utf8.UTFMax && !utf8.RuneStart(s[end]) { // no half a letter
			end--
		}
		s = s[:end] + "…"
	}
	return strconv.Quote(s)
}

func packPostcode[T string | []byte](s T) (Postcode, bool) {
	var text [7]byte
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == ' ' || c == '\t' {
			continue
		}
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if n == len(text) || !isLetter(c) && !isDigit(c) {
			return 0, false
		}
		text[n] = c
		n++
	}
	if n < 5 {
		return 0, false
	}
	area, district, ok := packOutward(text[:n-3])
	in := text[n-3 : n]
	if !ok || !isDigit(in[0]) || !isLetter(in[1]) || !isLetter(in[2]) {
		return 0, false
	}
	inward := int(in[0]-'0')*676 + int(in[1]-'A')*26 + int(in[2]-'A')
	return Postcode((area*districts+district)*inwards + inward + 1), true
}

// packOutward reads two to four letters and digits.
func packOutward(out []byte) (area, district int, ok bool) {
	if !isLetter(out[0]) {
		return 0, 0, false
	}
	area = int(out[0]-'A') * lettersAfter
	rest := out[1:]
	if isLetter(rest[0]) {
		area += int(rest[0]-'A') + 1
		rest = rest[1:]
	}
	if whole := string(out); whole == "GIR" || whole == "NPT" {
		return area, oddDistrict, true
	}
	district, ok = packDistrict(rest)
	return area, district, ok
}

func packDistrict(d []byte) (int, bool) {
	if len(d) < 1 || len(d) > 2 || !isDigit(d[0]) {
		return 0, false
	}
	first := int(d[0] - '0')
	switch {
	case len(d) == 1:
		return first * lettersAfter, true
	case isLetter(d[1]):
		return first*lettersAfter + int(d[1]-'A') + 1, true
	default:
		return 10*lettersAfter + first*10 + int(d[1]-'0') - 10, first > 0
	}
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// String returns the postcode as it is written, "LS6 2AB", or "" for a number that packs none.
func (p Postcode) String() string {
	if !p.valid() {
		return ""
	}
	in := int(p-1) % inwards
	return p.Sector() + string([]byte{'A' + byte(in/26%26), 'A' + byte(in%26)})
}

// Sector returns the postcode without its last two letters, "LS6 2": some 3,000 addresses, which
// does not point at a home.
func (p Postcode) Sector() string {
	if !p.valid() {
		return ""
	}
	return p.Outward() + " " + strconv.Itoa(int(p-1)%inwards/676)
}

// Outward returns the part before the space, "LS6".
func (p Postcode) Outward() string {
	if !p.valid() {
		return ""
	}
	text := make([]byte, 0, 4)
	area := p.area()
	text = append(text, 'A'+byte(area/lettersAfter))
	if second := area % lettersAfter; second > 0 {
		text = append(text, 'A'+byte(second-1))
	}
	return string(appendDistrict(text, int(p-1)/inwards%districts))
}

func appendDistrict(text []byte, district int) []byte {
	switch {
	case district == oddDistrict && text[0] == 'G':
		return append(text, 'R')
	case district == oddDistrict:
		return append(text, 'T')
	case district >= 10*lettersAfter:
		return strconv.AppendInt(text, int64(district-10*lettersAfter+10), 10)
	}
	text = append(text, '0'+byte(district/lettersAfter))
	if letter := district % lettersAfter; letter > 0 {
		text = append(text, 'A'+byte(letter-1))
	}
	return text
}

func (p Postcode) area() int { return int(p-1) / inwards / districts }

// valid says whether p packs a postcode: in range, and an odd district only in GI and NP.
func (p Postcode) valid() bool {
	if p == 0 || p > maxPostcode {
		return false
	}
	if int(p-1)/inwards%districts != oddDistrict {
		return true
	}
	a := p.area()
	return a == ('G'-'A')*lettersAfter+'I'-'A'+1 || a == ('N'-'A')*lettersAfter+'P'-'A'+1
}
