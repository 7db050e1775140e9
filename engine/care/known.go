package care

import (
	"slices"
	"strings"
)

// Answer is a yes, a no, or a question nobody has answered yet.
type Answer uint8

// The three answers. Unknown is the zero value and never means yes.
const (
	Unknown Answer = iota
	No
	Yes
)

// String is "yes", "no", or empty for unknown and for what is none of the three.
func (a Answer) String() string {
	switch a {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return ""
}

// Number is a whole number that may not be recorded.
type Number struct {
	_     struct{} `cbor:",toarray"`
	N     int
	Known bool
}

// Num is a number that is known.
func Num(n int) Number { return Number{N: n, Known: true} }

// List holds terms in the order they were given. A nil List is not recorded; an
// empty one says that there are none.
type List []string

// Known says whether anything was recorded, be it "none".
func (l List) Known() bool { return l != nil }

// Has says whether the term is on the list.
func (l List) Has(term string) bool { return slices.Contains(l, term) }

// Term is the form in which words of a vocabulary are compared and kept: lower
// case, with a single hyphen for each run of spaces, underscores or hyphens.
func Term(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return r == ' ' || r == '_' || r == '-' || r == '\t' || r == '\u00a0'
	}), "-")
}
