package store

import (
	"errors"
	"fmt"
)

// Errors of opening a directory. They come wrapped in a [*DirError], whose
// sentence says what to do.
var (
	ErrNoStore = errors.New("there is no store")
	ErrInUse   = errors.New("the store is in use")
	ErrDamaged = errors.New("the store is damaged")
	ErrLost    = errors.New("the end of the journal is lost")
	// ErrUnclean says that the store was not closed properly and was to be opened as
	// it is.
	ErrUnclean = errors.New("the store was not closed properly")
	// ErrKeyNeeded says that the store is encrypted and no key was given.
	ErrKeyNeeded = errors.New("the store is encrypted")
	// ErrWrongKey says that the key is not that of the store, which may be that
	// the store is not encrypted at all.
	ErrWrongKey = errors.New("the key does not fit")
)

// Errors of reading.
var (
	ErrNotFound = errors.New("not found")           // wrapped in a [*NotFoundError]
	ErrClosed   = errors.New("the store is closed") // the store or the snapshot
	// ErrErased says that there was a record and that it was erased. The journal
	// keeps its hash.
	ErrErased = errors.New("it has been erased")
)

// Errors of writing.
var (
	// ErrConflict says that a guarded key has changed. Nothing was written.
	ErrConflict = errors.New("another change came first")
	// ErrUnknown says that it is not known whether the commit was written.
	// Asking again with the same operation id finds out.
	ErrUnknown = errors.New("it is not known whether the change was written")
	// ErrUnreadable says that a change has something in it that could not be read
	// back, such as text that is not UTF-8. Nothing was written.
	ErrUnreadable = errors.New("it could not be read back")
	// ErrTooLarge says that a change does not fit into one commit. Nothing was
	// written. It comes wrapped in a [*TooLargeError].
	ErrTooLarge = errors.New("the change is too large for one commit")
	// ErrReadOnly says that the store was opened for reading only.
	ErrReadOnly = errors.New("the store is open for reading only")
	// ErrFull says that there is too little room left on the disk to write
	// safely. Nothing was written. It comes wrapped in a [*FullError].
	ErrFull = errors.New("the disk is nearly full")
)

// DirError says why a directory cannot be opened as a store. Is and As see the
// sentinel in Kind: [ErrNoStore], [ErrInUse], [ErrDamaged], [ErrLost],
// [ErrUnclean], [ErrKeyNeeded] or [ErrWrongKey].
type DirError struct {
	Dir  string
	Kind error
	Why  string // a sentence that helps
}

// Error names the directory and says what is wrong and what helps.
func (e *DirError) Error() string { return fmt.Sprintf("%s: %v: %s", e.Dir, e.Kind, e.Why) }

// Unwrap is the sentinel.
func (e *DirError) Unwrap() error { return e.Kind }

// NotFoundError says which record there is none of. It is an [ErrNotFound].
type NotFoundError struct {
	Kind Kind   // what was looked for
	Name string // its id, name or number
}

// Error names what was looked for.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("%s %q is %v", e.Kind, e.Name, ErrNotFound)
}

// Unwrap is [ErrNotFound].
func (e *NotFoundError) Unwrap() error { return ErrNotFound }

// TooLargeError says by how much a commit is too large. It is an [ErrTooLarge].
type TooLargeError struct {
	Ops, Bytes, Value int // what was asked: operations, bytes, and the largest value
	Limits            Limits
}

// Error gives what was asked and what fits.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%v: %d operations, %d bytes, largest value %d; at most %d, %d and %d fit",
		ErrTooLarge, e.Ops, e.Bytes, e.Value, e.Limits.Ops, e.Limits.Bytes, e.Limits.Value)
}

// Unwrap is [ErrTooLarge].
func (e *TooLargeError) Unwrap() error { return ErrTooLarge }

// FullError says how much room is missing. It is an [ErrFull].
type FullError struct {
	Dir    string
	Free   uint64 // bytes that are free where the store lies
	Needed uint64 // bytes that have to be
}

// Error says how much there is and how much there has to be.
func (e *FullError) Error() string {
	return fmt.Sprintf("%s: %v: %d MB are free and %d MB have to be; make room, and ask again: nothing was written",
		e.Dir, ErrFull, e.Free>>20, (e.Needed+1<<20-1)>>20)
}

// Unwrap is [ErrFull].
func (e *FullError) Unwrap() error { return ErrFull }

// damaged is an [ErrDamaged] with what does not agree.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}
