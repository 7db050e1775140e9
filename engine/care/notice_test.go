package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestANoticeIsWithheldWithAReasonOnly(t *testing.T) {
	for _, who := range care.Recipients() {
		w := care.Withheld{Who: who, Why: "a threat"}
		require.NoError(t, w.Validate())
		require.NotEmpty(t, who.Words())
		require.NotContains(t, who.Words(), "-")
		w.Why = "\t "
		var wrong *care.FieldError
		require.ErrorAs(t, w.Validate(), &wrong)
	}
	nobody := care.Withheld{Who: "the press", Why: "x"}
	require.ErrorContains(t, nobody.Validate(), "area-authority, child, parents")
}

func TestWhatIsWithheldForOneChildIsSentForTheOthers(t *testing.T) {
	one, all := care.Withheld{Who: care.ToGP, Child: "C-1"}, care.Withheld{Who: care.ToGP}
	require.True(t, one.Covers(care.ToGP, "C-1"))
	require.False(t, one.Covers(care.ToGP, "C-2"))
	require.False(t, one.Covers(care.ToSchool, "C-1"))
	require.True(t, all.Covers(care.ToGP, "C-2"))
}
