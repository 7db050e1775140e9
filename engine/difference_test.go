package engine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheFirstDifferenceIsNamedByWhereItIs(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{`{"a":1}`, `{"a":1}`, ""},
		{`{"candidates":[{"score":71.200000}]}`, `{"candidates":[{"score":70.900000}]}`, "candidates[0].score: recorded 71.200000, now 70.900000"},
		{`{"a":[1,2]}`, `{"a":[1,2,3]}`, "a: recorded 2 of them, now 3"},
		{`{"a":[1,2]}`, `{"a":[9]}`, "a[0]: recorded 1, now 9"},
		{`{"a":1}`, `{"b":1,"a":1}`, "b: recorded nothing, now 1"},
		{`{"z":1,"b":{"c":"x"}}`, `{"z":2,"b":{}}`, `b.c: recorded "x", now nothing`},
		{`{"a":null}`, `{}`, "a: recorded null, now nothing"},
		{`{"a":{"b":1}}`, `{"a":[1]}`, `a: recorded {"b":1}, now [1]`},
		{`[1]`, `{"a":1}`, `: recorded [1], now {"a":1}`},
		{`{"a":1.0}`, `{"a":1}`, "a: recorded 1.0, now 1"},
		{`{"a":1}`, `{"a": 1}`, "the same values, written in another way"},
		{`{`, `{}`, "what was recorded is not JSON"},
		{`{}`, ``, "the replay is not JSON"},
	} {
		require.Equal(t, c.want, firstDifference([]byte(c.was), []byte(c.is)), "%s %s", c.was, c.is)
	}
	long := `{"a":"` + strings.Repeat("é", 500) + `"}`
	require.Less(t, len(firstDifference([]byte(long), []byte(`{"a":2}`))), 400)
}

func FuzzFirstDifference(f *testing.F) {
	f.Add(`{"a":[1,{"b":null}]}`, `{"a":[1,{"b":2}]}`)
	f.Add(`{"a":1}`, `{"a": 1}`)
	f.Add(`[]`, ``)
	f.Fuzz(func(t *testing.T, was, is string) {
		require.Equal(t, was == is, firstDifference([]byte(was), []byte(is)) == "")
	})
}
