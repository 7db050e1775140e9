package engine

import (
	"context"
	"io"

	"github.com/stablehomes/stablehomes/engine/intake"
)

// Export writes every record of a kind in the format it is imported from, in
// order of id. Importing it again changes nothing. Errors: an [*InvalidRequestError]
// for a kind that is not exported so, those of reading and of w, and of a record that
// no file could hold; what was written before it stays written.
func (e *Engine) Export(ctx context.Context, kind Kind, w io.Writer) error {
	return e.read(ctx, func(r *reader) error {
		switch kind {
		case Homes:
			return intake.WriteHomes(w, r.Homes())
		case Children:
			return intake.WriteChildren(w, r.Children())
		case Placements:
			return intake.WritePlacements(w, r.Placements())
		}
		return &InvalidRequestError{Why: "there is no export of " + string(kind)}
	})
}
