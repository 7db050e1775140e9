package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// firstDifference says where two JSON texts first differ and what each has there,
// as "candidates[2].score: recorded 71.200000, now 70.900000"; empty where they
// are the same to the byte.
func firstDifference(recorded, now []byte) string {
	if bytes.Equal(recorded, now) {
		return ""
	}
	was, errWas := parsed(recorded)
	is, errIs := parsed(now)
	switch {
	case errWas != nil:
		return "what was recorded is not JSON"
	case errIs != nil:
		return "the replay is not JSON"
	}
	if where := differ("", was, is); where != "" {
		return where
	}
	return "the same values, written in another way"
}

// parsed keeps numbers as they are written.
func parsed(text []byte) (value any, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	err = dec.Decode(&value)
	return value, err
}

// differ is the first difference beneath a path, names in order; empty for none.
func differ(path string, was, is any) string {
	switch w := was.(type) {
	case map[string]any:
		if i, ok := is.(map[string]any); ok {
			return differIn(path, w, i)
		}
	case []any:
		if i, ok := is.([]any); ok {
			return differAlong(path, w, i)
		}
	default:
		if was == is {
			return ""
		}
	}
	return said(path, was, is)
}

func differIn(path string, was, is map[string]any) string {
	names := slices.Collect(maps.Keys(was))
	for name := range is {
		if _, both := was[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		w, had := was[name]
		i, has := is[name]
		at := name
		if path != "" {
			at = path + "." + name
		}
		if had != has {
			return said(at, orAbsent(w, had), orAbsent(i, has))
		}
		if where := differ(at, w, i); where != "" {
			return where
		}
	}
	return ""
}

func differAlong(path string, was, is []any) string {
	for n := range min(len(was), len(is)) {
		if where := differ(path+"["+strconv.Itoa(n)+"]", was[n], is[n]); where != "" {
			return where
		}
	}
	if len(was) != len(is) {
		return fmt.Sprintf("%s: recorded %d of them, now %d", path, len(was), len(is))
	}
	return ""
}

// absent stands for a name that is not there.
type absent struct{}

func orAbsent(value any, there bool) any {
	if !there {
		return absent{}
	}
	return value
}

// said is the difference in words, each side in at most some words.
func said(path string, was, is any) string {
	return fmt.Sprintf("%s: recorded %s, now %s", path, shortly(was), shortly(is))
}

// shortest is how many characters of a value a difference shows.
const shortest = 120

func shortly(value any) string {
	if value == (absent{}) {
		return "nothing"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "what cannot be shown"
	}
	if short := []rune(string(text)); len(short) > shortest {
		return string(short[:shortest]) + "…"
	}
	return string(text)
}
