package care

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// SignOff is an approval that a named person gave before a child moved, or late:
// which rule asked for it, who gave it in which role, when, and where it is
// written down.
type SignOff struct {
	Rule string    `cbor:"1,keyasint" json:"rule"` // id in the rulebook
	Name string    `cbor:"2,keyasint" json:"name"`
	Role string    `cbor:"3,keyasint" json:"role"`
	At   time.Time `cbor:"4,keyasint" json:"at"`
	Ref  string    `cbor:"5,keyasint" json:"reference"` // of the document that holds it
	// Home is the home that it is for. Where a rule asks for sign-offs in one home
	// alone it may be empty.
	Home ID `cbor:"6,keyasint,omitempty" json:"home,omitempty"`
}

// signOffForm is how a sign-off is written on one line.
const signOffForm = "RULE=NAME,ROLE,TIME,REF or RULE@HOME=NAME,ROLE,TIME,REF, such as out-of-area=N. Officer,nominated officer,2026-11-22T16:10Z,REF-1"

// instantForms are the spellings of an instant, the one that String writes
// first. Each carries its zone: an approval at ten past one on the night the
// clocks go back was given once.
var instantForms = [...]string{time.RFC3339, "2006-01-02T15:04Z07:00"}

// ParseSignOff reads RULE=NAME,ROLE,TIME,REF, or RULE@HOME=… for one home of
// several. Spaces around a part are dropped; the reference is the last part and may
// hold commas. The error is a [*FieldError] whose Field is rule, home, name, role,
// time or reference, or sign-off where a part is missing.
func ParseSignOff(text string) (SignOff, error) {
	rule, rest, found := strings.Cut(text, "=")
	parts := strings.SplitN(rest, ",", 4)
	if !found || len(parts) < 4 {
		return SignOff{}, wrong("sign-off", signOffForm, "%q does not have all its parts", text)
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	at, err := ParseInstant("time", parts[2])
	if err != nil {
		return SignOff{}, err
	}
	rule, home, one := strings.Cut(rule, "@")
	s := SignOff{Rule: strings.TrimSpace(rule), Name: parts[0], Role: parts[1], At: at, Ref: parts[3], Home: ID(strings.TrimSpace(home))}
	if one && s.Home == "" {
		return s, wrong("home", signOffForm, "is empty")
	}
	return s, s.Validate()
}

// ParseInstant reads an instant with its zone, as 2026-11-22T16:10Z, with seconds or
// without. The error is a [*FieldError] of that field.
func ParseInstant(field, text string) (time.Time, error) {
	for _, layout := range instantForms {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		return t.UTC(), Instant(field, t)
	}
	return time.Time{}, wrong(field, "as 2026-11-22T16:10Z", "%q is not an instant with its zone", text)
}

// Instant refuses a year that days do not have either, 1900 to 2200: one beyond
// 9999 is written as no reader knows it. The zero instant is not recorded and
// passes. The error is a [*FieldError].
func Instant(field string, t time.Time) error {
	if year := t.UTC().Year(); !t.IsZero() && (year < minYear || year > maxYear) {
		return wrong(field, "as 2026-11-22T16:10Z", "the year %d is outside %d to %d", year, minYear, maxYear)
	}
	return nil
}

// Validate refuses a sign-off of which a part is missing or could not be written
// on one line. The error is a [*FieldError].
func (s *SignOff) Validate() error {
	if s.At.IsZero() {
		return wrong("time", "as 2026-11-22T16:10Z", "is empty")
	}
	if s.Home != "" {
		if err := signOffPart("home", string(s.Home), "=,"); err != nil {
			return err
		}
	}
	return firstOf(
		Instant("time", s.At), signOffPart("rule", s.Rule, "=,@"), signOffPart("name", s.Name, ","),
		signOffPart("role", s.Role, ","), signOffPart("reference", s.Ref, ""),
	)
}

// signOffPart refuses a part that is empty or holds one of the separators that
// end it.
func signOffPart(field, text, separators string) error {
	switch {
	case text == "":
		return wrong(field, signOffForm, "is empty")
	case len(text) > MaxIDBytes:
		return wrong(field, "use fewer words", "is %d bytes long; at most %d are allowed", len(text), MaxIDBytes)
	case !utf8.ValidString(text) || strings.IndexFunc(text, unicode.IsControl) >= 0:
		return wrong(field, "remove tabs and line ends from it", "has control characters")
	case strings.ContainsAny(text, separators):
		return wrong(field, signOffForm, "%q has a character that separates the parts", text)
	case strings.TrimSpace(text) != text:
		return wrong(field, "remove the spaces", "has spaces at its ends")
	}
	return nil
}

// String writes what [ParseSignOff] reads.
func (s SignOff) String() string {
	rule := s.Rule
	if s.Home != "" {
		rule += "@" + string(s.Home)
	}
	return rule + "=" + s.Name + "," + s.Role + "," + s.At.UTC().Format(time.RFC3339) + "," + s.Ref
}

// Answers says whether the sign-off is what a rule asks of a role for a home.
func (s *SignOff) Answers(rule, role string, home ID) bool {
	return s.Rule == rule && s.InRole(role) && (s.Home == "" || s.Home == home)
}

// InRole says whether the sign-off was given in a role, however it is spelt.
func (s *SignOff) InRole(role string) bool { return sameWords(s.Role, role) }

// SamePerson says whether two names are spelt alike but for case, spaces and full
// stops, so that nobody signs off their own placement as "a.officer".
func SamePerson(a, b string) bool { return sameWords(a, b) }

// sameWords compares without regard to case, spaces and full stops.
func sameWords(a, b string) bool { return strings.EqualFold(bare(a), bare(b)) }

func bare(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '.' {
			return -1
		}
		return r
	}, words)
}
