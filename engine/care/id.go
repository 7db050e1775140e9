package care

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ID names a home, child, group, placement or hold. It is unique in a store.
type ID string

// MaxIDBytes is the longest ID that is accepted, in bytes. It keeps a key well
// under what every storage engine allows.
const MaxIDBytes = 200

// Validate refuses an ID that is empty, too long, not UTF-8, or that has
// control characters or spaces at its ends.
func (id ID) Validate(field string) error {
	s := string(id)
	switch {
	case s == "":
		return wrong(field, "give each row an id of its own", "is empty")
	case len(s) > MaxIDBytes:
		return wrong(field, "use a short reference", "is %d bytes long; at most %d are allowed", len(s), MaxIDBytes)
	case !utf8.ValidString(s):
		return wrong(field, "save the file as UTF-8", "is not valid text")
	case strings.IndexFunc(s, unicode.IsControl) >= 0:
		return wrong(field, "remove tabs and line ends from it", "has control characters")
	case strings.TrimSpace(s) != s:
		return wrong(field, "remove the spaces", "has spaces at its ends")
	}
	return nil
}
