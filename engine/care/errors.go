package care

import "fmt"

// FieldError says that one field of a value is wrong. Field is the column name
// under which the value is imported and exported, so that a reader of files can
// point at the cell.
type FieldError struct {
	Field string // column name, such as "age_min"
	Why   string // what is wrong, in plain words
	Hint  string // what would be right; may be empty
}

// Error puts the field, the reason and the hint into one sentence.
func (e *FieldError) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("%s: %s", e.Field, e.Why)
	}
	return fmt.Sprintf("%s: %s (%s)", e.Field, e.Why, e.Hint)
}

func wrong(field, hint, why string, args ...any) *FieldError {
	return &FieldError{Field: field, Why: fmt.Sprintf(why, args...), Hint: hint}
}
