package engine

import (
	"errors"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
)

// What somebody says in a request is kept for good, and is printed line by line on
// other people's terminals. So it is looked at before anything is written.

// sayable refuses words that [care.Words] refuses.
func sayable(field, words string) error { return ofRequest(care.Words(field, words)) }

// believable refuses instants that [care.Instant] refuses.
func believable(instants ...time.Time) error {
	for _, at := range instants {
		if err := ofRequest(care.Instant("the instant", at)); err != nil {
			return err
		}
	}
	return nil
}

// onCalendar refuses a day that [care.Day.Validate] refuses.
func onCalendar(field string, day care.Day) error { return ofRequest(day.Validate(field)) }

// ofRequest puts what is wrong with a field down to the request.
func ofRequest(err error) error {
	var field *care.FieldError
	if errors.As(err, &field) {
		return &InvalidRequestError{Why: field.Error()}
	}
	return err
}
