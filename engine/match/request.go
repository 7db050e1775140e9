package match

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Request asks for homes. Exactly one of Children, Group and Tonight says for
// whom.
type Request struct {
	Children []care.ID   // stored children, to be placed together
	Group    care.ID     // all stored children of a sibling group, together
	Tonight  *care.Child // a child who is not in the store

	On        care.Day  // first day of the placement; required
	At        time.Time // decides which holds count; zero is the beginning of On
	Emergency bool

	Limit  int         // most candidates to return; 0 is DefaultLimit
	Within float64     // miles from the home of each child whose address is known; 0 is no limit
	Kinds  []care.Kind // consider these kinds only; some kinds are considered only when named
	Ready  bool        // leave out homes with a sign-off outstanding
	Counts bool        // count the homes that are eligible and those that each rule bars
	WhyNot WhyNot      // say why homes are not on the list
}

// DefaultLimit is how many candidates are returned when nothing is said.
const DefaultLimit = 10

// WhyNot says which barred homes are explained.
type WhyNot uint8

// The choices. Where nothing fits, the nearest misses are explained even if
// nobody asked.
const (
	WhyNotOff     WhyNot = iota
	WhyNotNearest        // the homes with the fewest bars, as many as Limit
	WhyNotAll
)

// InvalidRequestError says what is wrong with a request.
type InvalidRequestError struct{ Why string }

// Error is the reason.
func (e *InvalidRequestError) Error() string { return "request: " + e.Why }

func (r *Request) validate() error {
	ways := 0
	for _, given := range []bool{len(r.Children) > 0, r.Group != "", r.Tonight != nil} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return &InvalidRequestError{"name children, or a sibling group, or a child for tonight: one of the three"}
	case r.On == 0:
		return &InvalidRequestError{"the day of the placement is missing"}
	case r.Limit < 0:
		return &InvalidRequestError{fmt.Sprintf("limit %d is negative", r.Limit)}
	case !(r.Within >= 0): // also refuses a number that is not one
		return &InvalidRequestError{fmt.Sprintf("within %v miles is not a distance", r.Within)}
	}
	for _, k := range r.Kinds {
		if !slices.Contains(care.Kinds(), k) {
			return &InvalidRequestError{fmt.Sprintf("%q is not a kind of home", k)}
		}
	}
	if r.Tonight != nil {
		return r.Tonight.Validate()
	}
	return nil
}

// JudgesAll says whether the request needs every home to be judged, so that the
// index is of no use to it.
func (r *Request) JudgesAll() bool { return r.Counts || r.WhyNot != WhyNotOff }

func (r *Request) at() time.Time {
	if r.At.IsZero() {
		return care.StartOf(r.On)
	}
	return r.At
}

func (r *Request) limit() int {
	if r.Limit == 0 {
		return DefaultLimit
	}
	return r.Limit
}

// considers says whether the request is about homes of this kind at all.
func (r *Request) considers(k care.Kind) bool {
	if len(r.Kinds) > 0 {
		return slices.Contains(r.Kinds, k)
	}
	return !k.OnlyWhenNamed()
}

// ErrNoHomeAddress is returned when homes are asked for within a distance and no
// child of the request has a home address to measure from.
var ErrNoHomeAddress = errors.New("no child of the request has a home address to measure from")
