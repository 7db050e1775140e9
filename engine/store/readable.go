package store

import (
	"encoding/binary"
	"fmt"
	"time"
	"unicode/utf8"
)

// What is written is read back one day, or the store is damaged for good. Encoding
// is laxer than decoding: it writes text that is no text, lists that are too long and
// years that no instant is read with. So each value is looked at before it is written.

// unreadable is an [ErrUnreadable] with the reason.
func unreadable(why string) error { return fmt.Errorf("%w: %s", ErrUnreadable, why) }

// The major types of CBOR (RFC 8949, section 3.1) that are looked at.
const (
	cborBytes = 2
	cborText  = 3
	cborArray = 4
)

// readable refuses CBOR, as encoding writes it, that decoding would not read. It goes
// from head to head: what is in an array or a map follows its head.
func readable(body []byte) error {
	for len(body) > 0 {
		major, length, rest := cborHead(body)
		switch major {
		case cborArray:
			if length > maxElements {
				return unreadable("a list is too long")
			}
		case cborBytes, cborText:
			if length > uint64(len(rest)) {
				return unreadable("a text is cut short")
			}
			if major == cborText && !utf8.Valid(rest[:length]) {
				return unreadable("a text is not UTF-8")
			}
			rest = rest[length:]
		}
		body = rest
	}
	return nil
}

// cborHead takes the first byte and the number that belongs to it off.
func cborHead(b []byte) (major byte, number uint64, rest []byte) {
	major, number, b = b[0]>>5, uint64(b[0]&31), b[1:]
	if number < 24 {
		return major, number, b
	}
	var wide [8]byte
	size := min(1<<(number-24), len(wide), len(b))
	copy(wide[len(wide)-size:], b)
	return major, binary.BigEndian.Uint64(wide[:]), b[size:]
}

// readableInstant refuses an instant whose year has not four digits (RFC 3339).
func readableInstant(t time.Time) error {
	if year := t.UTC().Year(); year < 0 || year > 9999 {
		return unreadable(fmt.Sprintf("the year %d of the instant", year))
	}
	return nil
}
