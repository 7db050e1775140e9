// Command report turns the output of Go benchmarks into JSON and into a plot of how
// the cost of a match grows with the number of homes.
//
//	go test -run '^$' -bench . -timeout 0 ./bench | go run ./bench/report -json bench.json -svg bench/growth.svg
//
// The output is read from standard input and passed on to standard output, so that
// it can be kept for benchstat as well. A line that is no benchmark's is passed
// over; a line that says that a test failed, or an input without a benchmark, ends
// with exit code 1: everything is passed on, and no file is written.
//
// The plot needs BenchmarkMatch/homes=N/request=one-child and BenchmarkUnpruned at
// two numbers of homes or more. Where a benchmark ran several times, the median is
// plotted; JSON has every run.
package main
