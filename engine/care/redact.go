package care

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
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
		if !bytes.Equal(redactJSON(text, child), text) {
			return true, nil
		}
	}
	words := []string{d.Why}
	for i := range d.Breaches {
		words = append(words, d.Breaches[i].Says)
	}
	for i := range d.SignOffs {
		words = append(words, d.SignOffs[i].Name, d.SignOffs[i].Ref)
	}
	return slices.ContainsFunc(words, func(w string) bool { return namesIn(w, child) }), nil
}

// Redact replaces all words that name the child by [Redacted], and leaves the rest
// of the decision as it is.
func (d *Decision) Redact(child ID) error {
	for _, p := range []*Packed{&d.Result, &d.Findings} {
		text, err := p.Unpack()
		if err != nil {
			return err
		}
		if clear := redactJSON(text, child); !bytes.Equal(clear, text) {
			*p = Pack(clear)
		}
	}
	d.Breaches, d.SignOffs = slices.Clone(d.Breaches), slices.Clone(d.SignOffs)
	redact(&d.Why, child)
	for i := range d.Breaches {
		redact(&d.Breaches[i].Says, child)
	}
	for i := range d.SignOffs {
		redact(&d.SignOffs[i].Name, child)
		redact(&d.SignOffs[i].Ref, child)
	}
	return nil
}

func redact(words *string, child ID) {
	if namesIn(*words, child) {
		*words = Redacted
	}
}

// namesIn says whether the id is in the text other than as a part of another id. Where
// that can be doubted it is: what is lost of a sentence can be written again.
func namesIn(text string, id ID) bool {
	for from := 0; id != ""; {
		i := strings.Index(text[from:], string(id))
		if i < 0 {
			return false
		}
		i += from
		if !leadsInto(text[:i], id) && !goesOn(text[i+len(id):]) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		from = i + size
	}
	return false
}

// goesOn says whether an id goes on in the text behind it, as C-1 does in C-104 and
// in C-1-2. In C-1/C-2, C-1-C-2 and C-1-related it does not.
func goesOn(behind string) bool {
	r, size := utf8.DecodeRuneInString(behind)
	if r == '-' || r == '_' {
		next, _ := utf8.DecodeRuneInString(behind[size:])
		return unicode.IsDigit(next)
	}
	return inWord(r)
}

// leadsInto says whether the text before an id belongs to it, as that before 104 does
// in C-104 and in 2015-104. An id that begins with a letter is a whole one behind a
// hyphen: C-2 is in C-1-C-2.
func leadsInto(before string, id ID) bool {
	r, size := utf8.DecodeLastRuneInString(before)
	if first, _ := utf8.DecodeRuneInString(string(id)); (r == '-' || r == '_') && unicode.IsDigit(first) {
		r, _ = utf8.DecodeLastRuneInString(before[:len(before)-size])
	}
	return inWord(r)
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// redactJSON replaces each string that names the child, however it is escaped.
// Instants are left alone, in which the id 30 would be half past. Everything between
// the strings stays byte for byte.
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
		if words, ok := unquoted(literal); ok && namesIn(words, child) && !isInstant(words) {
			literal = []byte(`"` + Redacted + `"`)
		}
		out.Write(literal)
		text = text[end:]
	}
	out.Write(text)
	return out.Bytes()
}

// unquoted is what a JSON string says.
func unquoted(literal []byte) (words string, ok bool) {
	if bytes.IndexByte(literal, '\\') < 0 { // as most are
		inner, closed := bytes.CutSuffix(literal[1:], []byte{'"'})
		return string(inner), closed
	}
	return words, json.Unmarshal(literal, &words) == nil
}

func isInstant(words string) bool {
	_, err := time.Parse(time.RFC3339, words)
	return err == nil
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
