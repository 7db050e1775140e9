// Package bench times the engine through its door, on the synthetic England of
// package fixtures, and holds what a match costs to the committed figures.
//
//	go test ./bench                                     the gate: exact, some seconds
//	go test -run '^$' -bench . ./bench -sizes 10000     every benchmark, small
//	go test -run '^$' -bench . -timeout 0 ./bench       at 10 k, 100 k and 1 M homes, which takes an hour or more
//	go test … | go run ./bench/report -json bench.json -svg bench/growth.svg
//
// Flags after the package: -sizes, numbers of homes (10000000 is meant, and takes
// long to import); -stores DIR keeps the stores and uses them again; -cold, the
// homes of the cold start; -oracle, the most homes at which every home is judged,
// too.
//
// # The model
//
// A country has homes, the children who live in them and the children who wait.
// Questions are put for children who wait, chosen by a fixed seed. A benchmark
// reports, beside time and allocations, the medians of the homes judged one by
// one (judged/op) and of the nodes of the index looked into (nodes/op), and the
// median and the 95th percentile of the time over its questions.
//
// # What is guaranteed
//
// Nothing is timed that does no work: a benchmark fails if an answer is empty, or
// a list differs from that of the oracle. The oracle is the same engine made to
// count the homes that each rule bars, for which it judges every home; whether
// judging is right, and which split is best, is for the tests of package match. At
// 10,000 homes every question is compared, at more a few of each kind.
//
// Homes judged, nodes and lists are the same in every run, so the gate holds them
// exactly; allocations within a fiftieth. Time is compared within one run only,
// with much slack.
//
// # The worst case
//
// The index helps by what sets homes apart before they are judged: nearness, need,
// kind, terms, free beds. It helps least where none of that does:
//
//   - request=nothing-to-be-near: a child placed away from their authority of whom
//     nothing is recorded but age and sex. All that is left is how settled a home
//     is, in which many are the best there is; all of those are judged.
//   - request=nearly-nothing-ready: the same child, and only homes without a
//     sign-off outstanding. Spans say nothing of sign-offs, and outside the
//     child's authority nearly every home needs one. The list does not fill, so
//     every home with a bed and fitting terms is judged: about one in seven of all.
//   - request=nothing-eligible: nothing is found, so every home is judged to say
//     which came nearest, and what one change would open.
//
// Counts and why-not judge every home by nature: that is BenchmarkUnpruned.
//
// # What is not
//
// Figures compare one machine with itself; none is a limit. Homes, children and
// placements are made up: what a register of one's own costs is measured by the
// command stablehomes bench.
package bench
