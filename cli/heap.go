package cli

import (
	"runtime"
	"runtime/debug"
)

// SpareSmallHeaps has garbage first collected when the heap has grown to 32 MiB,
// and as usual from then on; it does nothing where GOGC says what is wanted. Most
// commands live for some tens of milliseconds and never get there; collecting from
// the usual 4 MiB on took a sixth of that.
func SpareSmallHeaps() {
	const first = 800 // per cent of 4 MiB
	usual := debug.SetGCPercent(first)
	if usual != 100 {
		debug.SetGCPercent(usual)
		return
	}
	collected := new([64]byte) // by the first collection
	runtime.AddCleanup(collected, func(usual int) { debug.SetGCPercent(usual) }, usual)
}
