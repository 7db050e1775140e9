package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// Episodes beyond care.MaxEpisodes are refused, also where no file has so many.
func TestAStrictReturnSeesWhatItsOtherFilesSayOfAChild(t *testing.T) {
	var halves [2]strings.Builder
	for i := range halves {
		halves[i].WriteString("CHILD,DECOM,DEC\n")
		for n := range 600 {
			day := care.Date(2012, time.January, 1) + care.Day(2*n+i)
			fmt.Fprintf(&halves[i], "1,%s,%s\n", day, day+1)
		}
	}
	files := []string{"CHILD,SEX,DOB,ETHNIC\n1,1,01/01/2010,WBRI\n", halves[0].String(), halves[1].String()}
	eng := engine.InMemory()
	report, rejected := returned(t, eng, files, strict)
	require.Len(t, rejected, 2*600-care.MaxEpisodes)
	require.True(t, report.Refused)
	_, done := goneOut(t, eng)
	require.Zero(t, done.Children)
	require.NoError(t, eng.Close())
}
