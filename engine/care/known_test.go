package care_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestAnAnswerNobodyHasGivenIsUnknown(t *testing.T) {
	var a care.Answer
	require.Equal(t, care.Unknown, a)
	require.NotEqual(t, care.Yes, a)
	require.Empty(t, care.Unknown.String())
	require.Equal(t, "no", care.No.String())
	require.Equal(t, "yes", care.Yes.String())
	require.Empty(t, care.Answer(200).String(), "a damaged record says neither yes nor no")
}

func TestANumberCarriesWhetherItIsKnown(t *testing.T) {
	var blank care.Number
	require.False(t, blank.Known)
	require.NotEqual(t, blank, care.Num(0), "an approved number of none is not a blank one")
	require.Equal(t, care.Number{N: 3, Known: true}, care.Num(3))
}

func TestAListTellsNotRecordedFromNone(t *testing.T) {
	var blank care.List
	require.False(t, blank.Known())
	require.True(t, care.List{}.Known())
	require.True(t, care.List{"ramp"}.Known())
	require.False(t, blank.Has("ramp"))
	require.False(t, care.List{}.Has(""))
	require.True(t, care.List{"hoist", "ramp"}.Has("ramp"))
	require.False(t, care.List{"hoist", "ramp"}.Has("Ramp"), "terms are compared as they are kept")
}

func TestTermIsHowWordsAreCompared(t *testing.T) {
	for in, want := range map[string]string{
		"Self-Harm":                "self-harm",
		"self harm":                "self-harm",
		"SELF_HARM":                "self-harm",
		"  self \t-_ harm ":        "self-harm",
		"self\u00a0harm":           "self-harm",
		"--":                       "",
		"":                         "",
		"N1":                       "n1",
		"British Sign Language":    "british-sign-language",
		"ROMÂNĂ":                   "română",
		"half-brother's-dog (big)": "half-brother's-dog-(big)",
	} {
		require.Equal(t, want, care.Term(in), "%q", in)
	}
}

// checkTerm states what every term has, whatever it was made from.
func checkTerm(t require.TestingT, s string) {
	term := care.Term(s)
	require.Equal(t, term, care.Term(term), "a term of a term is the term")
	require.NotContains(t, term, "--")
	require.NotContains(t, term, "_")
	require.NotContains(t, term, " ")
	require.Equal(t, strings.Trim(term, "-"), term)
	require.True(t, utf8.ValidString(term))
}

func TestTermOfATermIsTheTerm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkTerm(t, rapid.String().Draw(t, "s")) })
	words := rapid.SliceOfN(rapid.StringMatching(`[a-z0-9]{1,6}`), 1, 5)
	rapid.Check(t, func(t *rapid.T) {
		w := words.Draw(t, "words")
		gap := rapid.StringMatching(`[ _\t-]{1,4}`).Draw(t, "gap")
		require.Equal(t, strings.Join(w, "-"), care.Term(gap+strings.ToUpper(strings.Join(w, gap))+gap))
	})
}

func FuzzTerm(f *testing.F) {
	for _, s := range []string{"Self harm", "__", "ß", "İstanbul", "\xff\xfe", "a\u00a0b", "\u1e9e", "Σας"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkTerm(t, s) })
}
