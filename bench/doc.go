// Package bench times the engine through its door, on the synthetic England of
// package fixtures:
//
//	go test -run '^$' -bench . ./bench
//
// A benchmark fails if its result is empty, so that nothing is timed that does no
// work. Figures are for comparing on one machine; none is a limit.
package bench
