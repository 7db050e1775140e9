// Package policy is what an authority may set: the weights of the criteria and
// the thresholds that the law leaves open.
//
// A policy is a TOML file in which every key may be left out; [Default] has a
// value for each. An authority's own table overrides the rest of the file for
// children it is responsible for, so one store can serve a region:
//
//	proposed_ban = "enforce"
//
//	[weights]
//	near-family = 20
//
//	[authority.E08000035.weights]
//	near-family = 30
//
// Unknown keys and values out of range are errors that name the line. Law in
// force is not a policy: there is no key for it.
package policy
