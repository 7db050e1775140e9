package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

// run reads benchmarks from in, passes them on to out and writes the files that the
// arguments name.
func run(args []string, in io.Reader, out, errs io.Writer) error {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	flags.SetOutput(errs)
	asJSON := flags.String("json", "", "write JSON to `FILE`")
	asSVG := flags.String("svg", "", "write the plot to `FILE`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%s: benchmarks are read from standard input", flags.Arg(0))
	}
	r, err := Read(io.TeeReader(in, out))
	if err != nil {
		return err
	}
	if err := toFile(*asJSON, r.WriteJSON); err != nil {
		return err
	}
	return toFile(*asSVG, growth(r).WriteSVG)
}

// toFile replaces a file once its content is whole.
func toFile(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return err
	}
	return os.WriteFile(name, content.Bytes(), 0o644)
}
