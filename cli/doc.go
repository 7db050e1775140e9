// Package cli is the command line: flags become an options struct, the struct
// becomes a call of package engine, and the answer is written by package report.
// There is no domain logic here.
//
// Data goes to standard output, everything else to standard error. [Run] maps
// every outcome to an exit code in one place.
package cli
