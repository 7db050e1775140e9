package intake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// WriteReferrals writes referrals as an array of JSON, one object each: entity by
// entity in the order of the standard, every field of each, null where nothing is
// known and the standard has no word for that. ActualPlacement is left out unless
// agreed. It stops at the first error of seq or of w, and at what would not be read
// back as it is, an [ErrUnwritable].
func WriteReferrals(w io.Writer, seq iter.Seq2[Referral, error], agreed bool) error {
	lead := "["
	for r, err := range seq {
		if err != nil {
			return err
		}
		object, err := r.object(agreed)
		if err != nil {
			return fmt.Errorf("referral of %s: %w", r.Child, err)
		}
		if _, err := io.WriteString(w, lead+"\n"+object); err != nil {
			return err
		}
		lead = ","
	}
	end := "\n]\n"
	if lead == "[" {
		end = "[]\n"
	}
	_, err := io.WriteString(w, end)
	return err
}

// WriteReferralsCSV writes the same as a table with a column for each field.
// Several answers stand between semicolons, and what is not known is blank or the
// standard's word for it.
func WriteReferralsCSV(w io.Writer, seq iter.Seq2[Referral, error], agreed bool) error {
	t := referrals()
	t.columns = slices.DeleteFunc(t.columns, func(c column[Referral]) bool {
		return !agreed && standard[fieldAt(c.name)].Entity == actual
	})
	t.check = func(*Referral) error { return nil } // one child may have several placements
	return write(w, seq, t)
}

// object is a referral as an object of JSON.
func (r *Referral) object(agreed bool) (string, error) {
	var b strings.Builder
	b.WriteString("  {")
	entity := ""
	for i := range standard {
		f := &standard[i]
		if f.Entity == actual && !agreed {
			continue
		}
		value, err := f.value(r.answer(i))
		if err != nil {
			return "", err
		}
		switch entity {
		case f.Entity:
			b.WriteString(",")
		case "":
			b.WriteString("\n    \"" + f.Entity + "\": {")
		default:
			b.WriteString("\n    },\n    \"" + f.Entity + "\": {")
		}
		entity = f.Entity
		b.WriteString("\n      \"" + f.Name + "\": " + value)
	}
	b.WriteString("\n    }\n  }")
	return b.String(), nil
}

// value is an answer as JSON has it.
func (f *standardField) value(said []string) (string, error) {
	words, err := f.written(said)
	switch {
	case err != nil:
		return "", err
	case len(words) == 0:
		return "null", nil
	case f.Type == typeBoolean, f.Type == typeInteger && isNumber(words[0]):
		return words[0], nil
	case f.Cardinality == onceOrMore:
		return marshal(words)
	}
	return marshal(words[0])
}

// isNumber says whether an id is a number that JSON can hold and gives back as it
// is: no zero before it, and no more digits than every reader keeps.
func isNumber(id string) bool {
	return len(id) <= 15 && (id == "0" || strings.Trim(id, "0123456789") == "" && id[0] != '0')
}

func marshal(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// written is an answer as it is written: the standard's own word where nobody
// knows, if it has one.
func (f *standardField) written(said []string) ([]string, error) {
	if len(said) == 0 {
		if f.unknown != "" {
			return []string{f.unknown}, nil
		}
		return nil, nil
	}
	for _, s := range said {
		if !storable(s) || !f.prose && (strings.TrimSpace(s) != s || strings.ContainsAny(s, "\n\r")) {
			return nil, unwritable(s, "has spaces at its ends, runs over several lines or is not text")
		}
	}
	return slices.Clone(said), nil
}

// Agreed is the record of a child with a placement in the place of what a referral
// said of one, to be written with ActualPlacement.
func Agreed(c care.Child, placement care.Agreed, officer string, on care.Day) Referral {
	c.Referral.Agreed, c.Referral.PlacementOfficer, c.Referral.PlacementOn = placement, officer, on
	return ReferralOf(&c)
}
