package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// BarredError says which rules bar a home to children. It is an [ErrRefused].
type BarredError struct {
	Home     care.ID
	Children []care.ID
	Findings []rulebook.Finding // those that bar, in the order of the rulebook
}

// Error says why and to whom, rule by rule, and what would change it.
func (e *BarredError) Error() string {
	var lines []string
	for _, f := range e.Findings {
		whom := joinIDs(e.Children)
		if f.Child != "" {
			whom = string(f.Child)
		}
		line := fmt.Sprintf("%s is barred to %s by %s: %s", e.Home, whom, f.Rule, f.Says)
		if f.NearestFix != "" {
			line += " (" + f.NearestFix + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// Unwrap is [ErrRefused].
func (e *BarredError) Unwrap() error { return ErrRefused }

// TakenError says that others hold the beds of a home, by whom and until when. A
// home that is full of children is barred, by free-place. It is an [ErrRefused].
type TakenError struct {
	Home   care.ID
	On     care.Day // first day the beds were wanted
	Needed int      // beds
	Free   int      // beds

	// Of the holds that stand in the way, the one that ends first; empty where it
	// is only that a child of the request lives there who is to live elsewhere.
	Hold  care.ID
	By    string
	Until time.Time

	FreeFrom care.Day // first day with the beds that are needed, as things stand; 0 where none is recorded
}

// Error names who holds the beds and, as far as it is recorded, when they come
// free.
func (e *TakenError) Error() string {
	says := fmt.Sprintf("%s is taken: %d of the %d needed can be had from %s", e.Home, max(e.Free, 0), e.Needed, e.On.Words())
	if e.Hold != "" {
		says += fmt.Sprintf("; %s holds it until %s (%s)", e.By, care.InstantWords(e.Until), e.Hold)
	}
	if e.FreeFrom != 0 {
		says += "; free from " + e.FreeFrom.Words()
	}
	return says
}

// Unwrap is [ErrRefused].
func (e *TakenError) Unwrap() error { return ErrRefused }

// HeldError says that a bed is held in the home for the same child already. It is
// an [ErrRefused].
type HeldError struct {
	Home, Child, Hold care.ID
	By                string
	Until             time.Time
}

// Error names the hold, which can be prolonged or released.
func (e *HeldError) Error() string {
	return fmt.Sprintf("%s holds a bed in %s for %s already, until %s: hold again as %s to prolong that, or release it first",
		e.By, e.Home, e.Child, care.InstantWords(e.Until), e.Hold)
}

// Unwrap is [ErrRefused].
func (e *HeldError) Unwrap() error { return ErrRefused }

// RunOutError says that a hold had its end before the home's yes was recorded. It
// is an [ErrRefused].
type RunOutError struct {
	Hold  care.ID
	Until time.Time
}

// Error says since when, and what to do.
func (e *RunOutError) Error() string {
	return fmt.Sprintf("hold %s ran out at %s: hold the beds again first", e.Hold, care.InstantWords(e.Until))
}

// Unwrap is [ErrRefused].
func (e *RunOutError) Unwrap() error { return ErrRefused }

// obstacle says why a home that was judged for children cannot be had for them
// from a day on, as it looks at an instant; nil if it can. The leaving are children
// whose own beds there come free in the same change. What others of the request
// have there is theirs until they let it go.
func obstacle(h *care.Household, judged *match.Candidate, children []care.ID, on care.Day, at time.Time, leaving ...care.ID) error {
	barred := slices.DeleteFunc(slices.Clone(judged.Findings), func(f rulebook.Finding) bool { return f.Verdict != rulebook.Barred })
	ask := care.Ask(at, slices.Concat(children, leaving)...)
	free, need := h.FreeBeds(on, ask), h.Home.Kind.BedsFor(len(children))
	if len(barred) > 0 && (!judged.OnlyHeld || free >= need) { // a bed is free, and who has another held there stands in the way
		return &BarredError{Home: h.Home.ID, Children: children, Findings: barred}
	}
	if free >= need {
		return nil
	}
	e := &TakenError{Home: h.Home.ID, On: on, Needed: need, Free: free, FreeFrom: h.FirstFree(need, on, ask)}
	if first := inTheWay(&h.Occupancy, &ask, on); first != nil {
		e.Hold, e.By, e.Until = first.ID, first.By, first.Until
	}
	return e
}

// inTheWay is the hold of other children that ends first; nil if there is none.
func inTheWay(o *care.Occupancy, ask *care.Asking, on care.Day) *care.Hold {
	var first *care.Hold
	for i := range o.Holds {
		h := &o.Holds[i]
		if ask.Keeps(h, max(on, h.From)) == 0 {
			continue
		}
		if first == nil || cmp.Or(h.Until.Compare(first.Until), cmp.Compare(h.ID, first.ID)) < 0 {
			first = h
		}
	}
	return first
}

// goneHold is the error for a hold that is not there, or not any more.
func goneHold(id care.ID) error { return &store.NotFoundError{Kind: store.HoldsKind, Name: string(id)} }
