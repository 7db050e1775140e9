package intake

import (
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// lone knows the terms that stand for a whole list: ok for such a term, empty
// where it says "there are none" rather than "nothing is recorded".
type lone func(term string) (empty, ok bool)

// recorded is for lists in which blank is unknown and "none" is an answer.
func recorded(t string) (empty, ok bool) {
	switch t {
	case none, "no", "n", "no-known-risk":
		return true, true
	}
	return false, isUnknown(t)
}

// unrestricted is for terms of approval: an empty term is no restriction.
func unrestricted(t string) (empty, ok bool) {
	switch t {
	case none, "any", "all", "both", "either", "mixed":
		return false, true
	}
	return false, false
}

// unanswered is for lists in which blank, "none" and "unknown" are the same.
func unanswered(t string) (empty, ok bool) { return false, t == none || isUnknown(t) }

// plain is for lists of ids and places, in which blank and "none" are the same
// and any other word is an entry.
func plain(t string) (empty, ok bool) { return false, t == none }

// list is the codec of entries between semicolons.
func list[L ~[]E, E any](entry codec[E], words lone) codec[L] {
	return codec[L]{
		read:  func(g *ground, cell string) (L, error) { return readList[L](g, cell, entry, words) },
		write: func(l L) (string, error) { return writeList(l, entry, words) },
	}
}

func readList[L ~[]E, E any](g *ground, cell string, entry codec[E], words lone) (L, error) {
	var l L
	for rest := cell; rest != ""; {
		var part string
		if part, rest = nextEntry(rest); part == "" {
			continue
		}
		if empty, ok := words.find(part); ok {
			if l != nil || strings.Trim(rest, "; ") != "" {
				return nil, bad("write it alone, or leave it out", "%q stands among other entries", clip(part))
			}
			return emptyList[L](empty), nil
		}
		e, err := entry.read(g, part)
		if err != nil {
			return nil, err
		}
		if l == nil {
			l = make(L, 0, entriesAtMost(rest))
		}
		l = append(l, e)
	}
	return l, nil
}

// entriesAtMost counts an entry and those in the rest of its cell.
func entriesAtMost(rest string) int {
	if rest == "" {
		return 1
	}
	return 2 + strings.Count(rest, ";")
}

// longestLone bounds what is looked up, in bytes; the longest of the words has 13.
const longestLone = 20

// find looks for the entry among the words in any spelling of them.
func (words lone) find(entry string) (empty, ok bool) {
	if len(entry) > longestLone {
		return false, false
	}
	return words(term(entry))
}

func emptyList[L ~[]E, E any](recorded bool) L {
	if recorded {
		return L{}
	}
	return nil
}

func writeList[L ~[]E, E any](l L, entry codec[E], words lone) (string, error) {
	if l != nil && len(l) == 0 {
		if empty, _ := words(none); empty {
			return none, nil
		}
	}
	var b strings.Builder
	for i, e := range l {
		s, err := entry.write(e)
		if err != nil {
			return "", err
		}
		if _, ok := words.find(s); ok || s == "" {
			return "", unwritable(s, "stands for a whole list")
		}
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(escape(s))
	}
	return b.String(), nil
}

// escape lets an entry hold a semicolon.
func escape(s string) string {
	if !strings.ContainsAny(s, `;\`) {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, `;`, `\;`).Replace(s)
}

// nextEntry cuts a cell at its first semicolon and trims the entry, which may be
// blank, as a semicolon at the end is common.
func nextEntry(cell string) (entry, rest string) {
	if strings.IndexByte(cell, '\\') >= 0 {
		return nextEscaped(cell)
	}
	entry, rest, _ = strings.Cut(cell, ";")
	return strings.TrimSpace(entry), rest
}

// nextEscaped is the next entry of a cell that has backslashes. A backslash
// before anything else than a semicolon or a backslash is itself.
func nextEscaped(cell string) (entry, rest string) {
	var b strings.Builder
	for i := 0; i < len(cell); i++ {
		if cell[i] == ';' {
			return strings.TrimSpace(b.String()), cell[i+1:]
		}
		if cell[i] == '\\' && i+1 < len(cell) && (cell[i+1] == ';' || cell[i+1] == '\\') {
			i++
		}
		b.WriteByte(cell[i])
	}
	return strings.TrimSpace(b.String()), ""
}

// anyTerm is an entry of no fixed vocabulary.
func anyTerm() codec[string] { return normal(term) }

// wish is an entry of wishes_for: a term, or home:ID with the ID as it is.
func wish() codec[string] {
	return normal(func(s string) string {
		if what, id, ok := strings.Cut(s, ":"); ok && term(what) == "home" {
			return "home:" + strings.TrimSpace(id)
		}
		return term(s)
	})
}

// normal is an entry that is brought into a form which, once in it, it keeps.
func normal(form func(string) string) codec[string] {
	return codec[string]{
		read: func(_ *ground, cell string) (string, error) {
			if t := form(cell); t != "" {
				return t, nil
			}
			return "", bad("words, such as autism", "%q has no words", clip(cell))
		},
		write: func(s string) (string, error) {
			if !storable(s) || form(s) != s {
				return "", unwritable(s, "is not a term")
			}
			return s, nil
		},
	}
}

// terms is a list in which "none" is an answer.
func terms() codec[care.List] { return list[care.List](anyTerm(), recorded) }

// words is such a list of the words of a vocabulary.
func words(vocabulary string) codec[care.List] {
	return list[care.List](listedWord[string](vocabulary), recorded)
}

// ids is a list of identifiers.
func ids() codec[[]care.ID] { return list[[]care.ID](id(), plain) }
