package gazetteer

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// FindAuthority finds an authority by what people write: its GSS code, a former GSS code, its DfE
// code, or its name in any case, spacing and punctuation, with or without the council's style
// ("Leeds City Council", "London Borough of Camden", "Kent County Council"). Each text means one
// authority or none: the name of an abolished county whose area was divided ("Cumbria") finds
// nothing, and neither does a part of a name.
func FindAuthority(s string) (Authority, bool) {
	var buf [80]byte
	key := squash(buf[:0], s)
	return names()[string(key)].Authority()
}

// squash appends the letters and digits of s in lower case, with & as "and". A letter or an
// accent outside ASCII, or more text than dst has room for, gives nothing: no name here has either.
func squash(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if len(dst)+len("and") > cap(dst) {
			return nil
		}
		switch {
		case r == '&':
			dst = append(dst, "and"...)
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == utf8.RuneError):
			return nil
		case r >= 'A' && r <= 'Z':
			dst = append(dst, byte(r)+'a'-'A')
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			dst = append(dst, byte(r))
		}
	}
	return dst
}

// styles lists how councils of each kind (the first three characters of the GSS code) call
// themselves; * is the name. A county council is not offered for cities, so that "Leicester County
// Council" is not taken for the city.
var styles = map[string][]string{
	"E06": {"*", "* Council", "* City", "* City Council", "City of *", "City of * Council", "* Borough", "* Borough Council", "Borough of *"},
	"E08": {"*", "* Council", "* City", "* City Council", "City of *", "City of * Council", "* Borough Council",
		"* Metropolitan Borough", "* Metropolitan Borough Council", "* Metropolitan District Council", "* MBC", "* MDC", "Metropolitan Borough of *"},
	"E09": {"*", "* Council", "London Borough of *", "London Borough of * Council", "Royal Borough of *", "* London Borough", "City of *", "* City Council"},
	"E10": {"*", "* Council", "* County", "* County Council"},
}

// alias is what an authority goes by beside its name.
type alias struct {
	was   string // its former GSS code; empty if it has none
	names []string
}

// nameTable finds authorities by squashed name or code.
type nameTable map[string]Code

// names are all names. To squash them takes as long as to read the tables, and a
// match asks for none.
var names = sync.OnceValue(func() nameTable { return built(tables().names()) })

func (t *atlas) names() (nameTable, error) {
	n := nameTable{}
	for i, a := range t.authorities {
		if err := n.enter(t.codes[a.GSS], a, t.aliases[i]); err != nil {
			return nil, fmt.Errorf("gazetteer: authorities.csv: %w", err)
		}
	}
	return n, nil
}

// enter enters everything by which an authority is found.
func (n nameTable) enter(c Code, a Authority, as alias) error {
	keys := []string{a.GSS, a.DfE}
	if as.was != "" {
		keys = append(keys, as.was)
	}
	for _, style := range styles[a.GSS[:3]] {
		keys = append(keys, strings.Replace(style, "*", a.Name, 1))
	}
	for _, other := range as.names {
		keys = append(keys, other, other+" Council")
	}
	for _, key := range keys {
		k := string(squash(make([]byte, 0, 80), key))
		if held, ok := n[k]; k == "" || ok && held != c {
			return fmt.Errorf("%q does not mean one authority", key)
		}
		n[k] = c
	}
	return nil
}
