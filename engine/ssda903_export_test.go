package engine

import (
	"context"

	"github.com/stablehomes/stablehomes/engine/care"
)

// ChildOf is the record of a child.
func ChildOf(ctx context.Context, e *Engine, id care.ID) (child care.Child, err error) {
	err = e.read(ctx, func(r *reader) error {
		child, err = r.Child(id)
		return err
	})
	return child, err
}
