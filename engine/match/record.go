package match

import (
	"context"
	"encoding/json"
	"io"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Schema names the JSON of a result. A later version may add names to it; it
// never renames or removes any.
const Schema = "stablehomes/match/1"

// WriteJSON writes a result as one line of JSON. Equal results have equal bytes,
// which is how a decision is compared with its replay.
func (r *Result) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Schema string `json:"schema"`
		*Result
	}{Schema, r})
}

// Record is a result with what the record of a decision needs besides.
type Record struct {
	*Result
	// Ranks are the places in the whole order, from 1, of the homes that were asked
	// about; a home that is barred or not considered has none.
	Ranks map[care.ID]int
	// Excluded are the homes that were considered and are barred, each once, under
	// the first rule that bars it; in the order of the rulebook.
	Excluded []ExcludedBy
}

// ExcludedBy is a rule with the homes that it bars and no rule before it does.
type ExcludedBy struct {
	Rule  string    `json:"rule"`
	Homes []care.ID `json:"homes"` // in order
}

// RunRecord answers a request as [Run] does, with Counts, and says where the given
// homes stand and which homes were passed over. It judges every home. Errors are
// those of Run.
func RunRecord(ctx context.Context, r Reader, req Request, homes []care.ID, policies *policy.Set) (*Record, error) {
	req.Counts = true
	q, err := prepare(r, &req, policies)
	if err != nil {
		return nil, err
	}
	s := scan{inquiry: q, counts: Counts{Barred: map[string]int{}}, alone: map[string]int{}, excluded: map[string][]care.ID{}}
	res, err := s.answer(ctx, r, policies)
	if err != nil {
		return nil, err
	}
	if err := q.addSplits(ctx, r, res); err != nil {
		return nil, err
	}
	rec := &Record{Result: res, Ranks: map[care.ID]int{}}
	for i := range s.eligible {
		if id := s.eligible[i].home; slices.Contains(homes, id) {
			rec.Ranks[id] = i + 1
		}
	}
	for _, rule := range rulebook.Rules() {
		if barred := s.excluded[rule.ID]; len(barred) > 0 {
			slices.Sort(barred)
			rec.Excluded = append(rec.Excluded, ExcludedBy{rule.ID, barred})
		}
	}
	return rec, nil
}
