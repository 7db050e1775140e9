package engine

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Errors of opening. The sentence of the error says what helps.
var (
	ErrNoStore = store.ErrNoStore // there is no store in the directory
	ErrInUse   = store.ErrInUse   // another program has it open
	ErrDamaged = store.ErrDamaged // its files do not agree
	ErrLost    = store.ErrLost    // acknowledged changes are missing from it
	ErrClosed  = store.ErrClosed  // this engine was closed
	ErrUnclean = store.ErrUnclean // a program that wrote to it was ended in the middle
	// ErrKeyNeeded says that the store is encrypted and no key was given.
	ErrKeyNeeded = store.ErrKeyNeeded
	// ErrWrongKey says that the key is not that of the store, which may be that
	// the store is not encrypted at all.
	ErrWrongKey = store.ErrWrongKey
	ErrErased   = store.ErrErased // the record was erased; the journal keeps its hash
)

// Errors of a request.
var (
	// ErrUnknown is wrapped by an [UnknownError].
	ErrUnknown = errors.New("not in the store")
	// ErrNoHomeAddress says that a distance from home was asked for and no child
	// of the request has a home address.
	ErrNoHomeAddress = match.ErrNoHomeAddress
	// ErrReadOnly says that the engine was opened to read only.
	ErrReadOnly = store.ErrReadOnly
	// ErrFull says that too little room is left on the disk to write safely.
	// Nothing was written.
	ErrFull = store.ErrFull
	// ErrNotSeekable says that a strict import needs files that it can read
	// twice.
	ErrNotSeekable = errors.New("a strict import reads each file twice: give it a file, not a pipe")
)

// Errors of a postcode.
var (
	ErrNoDirectory     = intake.ErrNoDirectory     // no postcode directory has been imported
	ErrUnknownPostcode = intake.ErrUnknownPostcode // the directory does not have it
	ErrBadPostcode     = intake.ErrBadPostcode     // it is not a postcode
)

// InvalidRequestError says what is wrong with a request.
type InvalidRequestError = match.InvalidRequestError

// TooEarlyError refuses a day that the rulebook does not speak for.
type TooEarlyError = rulebook.TooEarlyError

// UnknownError names something that is not in the store, and ids like it that
// are.
type UnknownError struct {
	Kind string // "child", "home" or "sibling group"
	ID   care.ID
	Near []care.ID // at most three, the nearest first
	// Ended is how a hold ended that there was once; empty otherwise.
	Ended string
}

// Error names the id and suggests those near it.
func (e *UnknownError) Error() string {
	if e.Ended != "" {
		return fmt.Sprintf("%s %s has ended: %s", e.Kind, e.ID, e.Ended)
	}
	says := fmt.Sprintf("%s %q is not in the store", e.Kind, string(e.ID))
	if len(e.Near) == 0 {
		return says
	}
	var near []string
	for _, id := range e.Near {
		near = append(near, string(id))
	}
	return says + "; did you mean " + strings.Join(near, ", ") + "?"
}

// Unwrap is [ErrUnknown].
func (e *UnknownError) Unwrap() error { return ErrUnknown }
