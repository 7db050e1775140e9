package match

import "testing"

// SetMostEffort lets less be done in search of splits until the test ends.
func SetMostEffort(t testing.TB, n int) {
	usual := mostEffort
	mostEffort = n
	t.Cleanup(func() { mostEffort = usual })
}
