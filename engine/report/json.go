package report

import (
	"encoding/json"
	"io"

	"github.com/stablehomes/stablehomes/engine/match"
)

// The schemas of what is written. A later version may add names to one; it never
// renames or removes any.
const (
	MatchSchema   = match.Schema
	ExplainSchema = "stablehomes/explain/1"
)

// JSON writes a result as one line of JSON.
func JSON(w io.Writer, res *match.Result) error { return res.WriteJSON(w) }

// ExplainJSON writes an explanation as one line of JSON.
func ExplainJSON(w io.Writer, e *match.Explanation) error {
	return encode(w, struct {
		Schema string `json:"schema"`
		*match.Explanation
	}{ExplainSchema, e})
}

func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
