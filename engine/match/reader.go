package match

import (
	"context"
	"iter"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Reader is where a match reads homes and children from: one unchanging view.
type Reader interface {
	ChildReader
	HomeReader
}

// ChildReader reads children.
type ChildReader interface {
	// Child returns a stored child.
	Child(id care.ID) (care.Child, error)
	// Group lists the children of a sibling group in order of ID.
	Group(id care.ID) ([]care.ID, error)
	// PlacementsOf lists a child's placements in order of ID.
	PlacementsOf(child care.ID) ([]care.Placement, error)
}

// HomeReader reads homes as they stand.
type HomeReader interface {
	// Household returns one home.
	Household(id care.ID) (care.Household, error)
	// HasHome says whether there is a home of that id.
	HasHome(id care.ID) (bool, error)
	// Spans is the index of the homes that Households yields.
	Spans(ctx context.Context) (*Spans, error)
	// Households yields every home in order of ID. What it yields may be reused
	// for the next one.
	Households(ctx context.Context) iter.Seq2[*care.Household, error]
}
