package formula_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/formula"
)

func TestAFormulaIsWrittenBehindAnApostrophe(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "Ann's": "Ann's", "'tis": "'tis", "a=1": "a=1", "'": "'",
		"=1+1": "'=1+1", "+44 113": "'+44 113", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1",
		"'=1": "''=1", "''=1": "'''=1",
	} {
		require.Equal(t, want, formula.Guard(cell), "%q", cell)
		require.Equal(t, cell, formula.Unguard(want), "%q", cell)
	}
}

func FuzzWhatIsGuardedComesBackAndDoesNotRun(f *testing.F) {
	for _, cell := range []string{"", "=1", "'=1", "'", "''", "-", "'a"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		guarded := formula.Guard(cell)
		require.Equal(t, cell, formula.Unguard(guarded))
		require.False(t, guarded != "" && strings.ContainsRune("=+-@\t\r", rune(guarded[0])), "%q", guarded)
	})
}
