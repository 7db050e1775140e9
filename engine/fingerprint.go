package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// command is a request as it is compared with the one that was made before under the
// same operation id.
type command struct {
	verb  string
	op    string
	at    time.Time // of no account: a retry comes later
	on    care.Day
	until time.Time
	rest  any // of the request
}

// fingerprint is two hashes, of which a retry has at least one: of the request with its day
// and its end, and of the request with how far these lie from the instant. "From
// today, for two hours" means another end a minute later, and is the same request.
func (c *command) fingerprint() ([]byte, error) {
	if c.op == "" {
		return nil, nil
	}
	var both []byte
	for _, span := range [][2]any{{c.on, c.until.UTC()}, {c.daysAhead(), c.until.Sub(c.at)}} {
		text, err := json.Marshal([]any{c.verb, span, c.rest})
		if err != nil {
			return nil, fmt.Errorf("compare the request of operation %s: %w", c.op, err)
		}
		sum := sha256.Sum256(text)
		both = append(both, sum[:]...)
	}
	return both, nil
}

// daysAhead is how many days after that of the instant the day is; a word where it
// is not given.
func (c *command) daysAhead() any {
	if c.on == 0 {
		return "not given"
	}
	return int(c.on) - int(care.DayOf(c.at))
}

// sameAsked compares two fingerprints. A program that did not keep them yet left an
// empty one, which speaks against nobody.
func sameAsked(a, b []byte) bool {
	const half = sha256.Size
	if len(a) != 2*half || len(b) != 2*half {
		return true
	}
	return bytes.Equal(a[:half], b[:half]) || bytes.Equal(a[half:], b[half:])
}

// signed lets a change carry the fingerprint of what was asked.
func signed(decide store.Decide, asked []byte) store.Decide {
	return func(v *store.View) (*store.Change, error) {
		c, err := decide(v)
		if c != nil {
			c.Request = asked
		}
		return c, err
	}
}
