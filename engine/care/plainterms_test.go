package care

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each term stands once and as it is compared, or it would never be found.
func TestPlainTermsAreTermsEachOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, term := range plainTerms {
		require.Equal(t, Term(term), term)
		require.False(t, seen[term], term)
		seen[term] = true
		require.True(t, PlainTerm(term))
	}
}

func TestWhatTheStandardAsksForMayBeTold(t *testing.T) {
	// the options of the Placements Data Standard v2 that name something
	for _, option := range []string{"ESOL", "BSL", "Makaton", "additional supervision", "therapeutic support", "taxis to school"} {
		require.True(t, PlainTerm(option), option)
	}
	for _, spelt := range []string{"Trauma_informed", "GROUND FLOOR  BEDROOM", "polish"} {
		require.True(t, PlainTerm(spelt), spelt)
	}
}

// A term that tells what befell a child, or how it is at risk, is told by a person.
func TestWhatBefellAChildAndWhoIsNotPlain(t *testing.T) {
	for _, term := range []string{"", "abused by uncle Dave Marsden", "autism of Amy", "english and Dave", "mother", "Roundhay", "bereavement", "asylum", "gender-identity"} {
		require.False(t, PlainTerm(term), term)
	}
	for _, column := range []string{"risks", "risks_to_child", "risks_to_others"} {
		for _, risk := range Vocabulary(column) {
			require.False(t, slices.Contains(plainTerms[:], risk), risk)
		}
	}
}
