// Command stablehomes finds the best lawful home for a child in care.
package main

import (
	"context"
	"os"

	"github.com/stablehomes/stablehomes/cli"
)

func main() {
	cli.SpareSmallHeaps()
	os.Exit(cli.Run(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr))
}
