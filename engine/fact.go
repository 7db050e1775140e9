package engine

import (
	"context"

	"github.com/stablehomes/stablehomes/engine/care"
)

// factVerb is the word for it in the journal.
const factVerb = "record-fact"

// FactRequest tells what has happened: children were moved, at night perhaps,
// without what a placement asks for.
type FactRequest struct {
	PlaceRequest
	EndedEarly care.Answer // of the placements that ended by it
	Reason     string      // SSDA903 REASON_PLACE_CHANGE of them
}

// RecordFact stores where the children live now, ends where they lived before, and
// writes down as breaches what stood against it: each bar, each sign-off that was
// not given before they moved, and the yes that another's home had not given. It
// never becomes an approved placement. Beds are taken even where there were none:
// a wrong picture of vacancies helps nobody. Sign-offs that came late are accepted,
// here and by [Engine.SignOffLate], and shown late. Beds that are held elsewhere for
// the children stay held: they may go there next.
//
// Errors: those of [Engine.Place], but that nothing is barred and nothing missing.
func (e *Engine) RecordFact(ctx context.Context, req FactRequest) (*Placed, error) {
	s := settlingOf(req.PlaceRequest, care.FactDecision)
	s.early, s.reason = req.EndedEarly, req.Reason
	return e.settle(ctx, s)
}
