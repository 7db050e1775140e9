package care_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestIDsThatCouncilsUse(t *testing.T) {
	for _, id := range []care.ID{"C-104", "1", "H 00012", "LCS/2026/0001", "Ångström", "孩子", care.ID(strings.Repeat("x", care.MaxIDBytes))} {
		require.NoError(t, id.Validate("id"), "%q", id)
	}
}

func TestIDsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		id  care.ID
		why string
	}{
		{"", "empty"},
		{care.ID(strings.Repeat("x", care.MaxIDBytes+1)), "201 bytes long; at most 200"},
		{care.ID(strings.Repeat("é", 101)), "202 bytes long"},
		{"C-\xff", "not valid text"},
		{"C\t1", "control characters"},
		{"C1\n", "control characters"},
		{"C\x001", "control characters"},
		{"\x01C1", "control characters"},
		{"C\u0085", "control characters"},
		{" C1", "spaces at its ends"},
		{"C1 ", "spaces at its ends"},
		{"C1\u00a0", "spaces at its ends"},
	} {
		err := c.id.Validate("child")
		var field *care.FieldError
		require.ErrorAs(t, err, &field, "%q", c.id)
		require.Equal(t, "child", field.Field)
		require.Contains(t, field.Why, c.why)
		require.NotEmpty(t, field.Hint)
	}
}

func FuzzID(f *testing.F) {
	for _, s := range []string{"C-104", "", " x", "x\u2003", "\xff", "a\x7fb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if care.ID(s).Validate("id") != nil {
			return
		}
		require.True(t, utf8.ValidString(s))
		require.NotEmpty(t, strings.TrimSpace(s))
		require.LessOrEqual(t, len(s), care.MaxIDBytes)
		require.NotContains(t, s, "\x00", "a key in the store ends at a zero byte")
		require.NotContains(t, s, "\n")
	})
}

func TestAFieldErrorReadsAsASentence(t *testing.T) {
	require.EqualError(t, &care.FieldError{Field: "beds", Why: "-1 is out of range", Hint: "a whole number from 0 to 1000"},
		"beds: -1 is out of range (a whole number from 0 to 1000)")
	require.EqualError(t, &care.FieldError{Field: "beds", Why: "is empty"}, "beds: is empty")
}
