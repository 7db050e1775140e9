package cli_test

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/cli"
)

func TestGarbageIsCollectedAsUsualOnceThereIsMuch(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	percent := func() int {
		now := debug.SetGCPercent(-1)
		debug.SetGCPercent(now)
		return now
	}
	cli.SpareSmallHeaps()
	require.Equal(t, 800, percent())
	require.Eventually(t, func() bool { runtime.GC(); return percent() == 100 }, 10*time.Second, time.Millisecond)

	debug.SetGCPercent(50)
	cli.SpareSmallHeaps()
	require.Equal(t, 50, percent(), "what GOGC says")
}
