// Package spelling finds what was perhaps meant by a name that is not known.
package spelling

import (
	"strings"

	"github.com/xrash/smetrics"
)

// longest bounds the work of comparing, in bytes: nothing that is looked for has a
// name as long.
const longest = 128

// Distance counts the letters to insert, delete or replace, in bytes and without
// regard to case. Two neighbours that have changed places, and nothing else,
// are one slip.
func Distance(a, b string) int {
	if len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	a, b = strings.ToLower(a), strings.ToLower(b)
	if swapped(a, b) {
		return 1
	}
	return smetrics.WagnerFischer(a, b, 1, 1, 1)
}

// swapped says whether two neighbours have changed places, and nothing else.
func swapped(a, b string) bool {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	return len(a) > 1 && len(a) == len(b) && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}

// Near says whether a distance is that of a slip: at most a third of the letters of
// the name.
func Near(name string, distance int) bool { return 3*distance <= len(name) }

// Nearest is the candidate that is spelt most like the name, the first of several;
// empty where none is near.
func Nearest(name string, candidates []string) string {
	best, least := "", 0
	for _, c := range candidates {
		if d := Distance(name, c); Near(name, d) && (best == "" || d < least) {
			best, least = c, d
		}
	}
	return best
}
