// Command stablehomes finds the best lawful home for a child in care.
package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/stablehomes/stablehomes/cli"
)

func main() {
	spareSmallHeaps()
	os.Exit(cli.Run(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// spareSmallHeaps has garbage first collected when the heap has grown to 32 MiB,
// and as usual from then on. Most commands live for some tens of milliseconds and
// never get there; collecting from the usual 4 MiB on took a sixth of that.
func spareSmallHeaps() {
	const before = 800 // per cent of 4 MiB
	usual := debug.SetGCPercent(before)
	if usual != 100 { // GOGC says what is wanted
		debug.SetGCPercent(usual)
		return
	}
	firstCollected := new([64]byte)
	runtime.AddCleanup(firstCollected, func(usual int) { debug.SetGCPercent(usual) }, usual)
}
