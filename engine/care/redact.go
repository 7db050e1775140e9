package care

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Redacted stands for words that named a child whose record was erased.
const Redacted = "(erased: this named a child whose record was erased)"

// SpeaksOf says whether words of the decision name the child, as they do of one
// who lived in a home that was judged. The error is that of a packed text which is
// damaged.
func (d *Decision) SpeaksOf(child ID) (bool, error) {
	for _, p := range []Packed{d.Result, d.Findings} {
		text, err := p.Unpack()
		if err != nil {
			return false, err
		}
		if namesIn(string(text), child) {
			return true, nil
		}
	}
	said := namesIn(d.Why, child)
	for i := range d.Breaches {
		said = said || namesIn(d.Breaches[i].Says, child)
	}
	return said, nil
}

// Redact replaces all words that name the child by [Redacted], and leaves the rest
// of the decision as it is.
func (d *Decision) Redact(child ID) error {
	for _, p := range []*Packed{&d.Result, &d.Findings} {
		text, err := p.Unpack()
		if err != nil {
			return err
		}
		if namesIn(string(text), child) {
			*p = Pack(redactJSON(text, child))
		}
	}
	if namesIn(d.Why, child) {
		d.Why = Redacted
	}
	breaches := append([]Breach(nil), d.Breaches...)
	for i := range breaches {
		if namesIn(breaches[i].Says, child) {
			breaches[i].Says = Redacted
		}
	}
	d.Breaches = breaches
	return nil
}

// namesIn says whether the id is in the text as a word of its own: C-1 is not in
// C-104.
func namesIn(text string, id ID) bool {
	for rest, before := text, rune(0); id != ""; {
		i := strings.Index(rest, string(id))
		if i < 0 {
			return false
		}
		if i > 0 {
			before, _ = utf8.DecodeLastRuneInString(rest[:i])
		}
		after, _ := utf8.DecodeRuneInString(rest[i+len(id):])
		if !inID(before) && (i+len(id) == len(rest) || !inID(after)) {
			return true
		}
		_, size := utf8.DecodeRuneInString(rest[i:])
		before, _ = utf8.DecodeRuneInString(rest[i:])
		rest = rest[i+size:]
	}
	return false
}

// inID says whether an id would go on with the letter.
func inID(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '/'
}

// redactJSON replaces each string that names the child. Everything between the
// strings stays byte for byte.
func redactJSON(text []byte, child ID) []byte {
	var out bytes.Buffer
	for len(text) > 0 {
		begin := bytes.IndexByte(text, '"')
		if begin < 0 {
			break
		}
		end := begin + stringLength(text[begin:])
		out.Write(text[:begin])
		literal := text[begin:end]
		var words string
		if err := json.Unmarshal(literal, &words); err == nil && namesIn(words, child) {
			literal = []byte(`"` + Redacted + `"`)
		}
		out.Write(literal)
		text = text[end:]
	}
	out.Write(text)
	return out.Bytes()
}

// stringLength is how many bytes the JSON string takes with which the text begins.
func stringLength(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}
