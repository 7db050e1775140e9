// Command openclose opens and closes the Badger directory of a store, which is the
// least that any program that reads the store could do.
//
//	openclose DIR
package main

import (
	"fmt"
	"os"

	"github.com/stablehomes/stablehomes/bench/internal/bare"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "openclose:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("which store? openclose DIR")
	}
	db, err := bare.Open(args[0])
	if err != nil {
		return err
	}
	return db.Close()
}
