// Package care is the vocabulary of the house: homes, children, placements,
// holds and the days they happen on.
//
// Everything here is a plain value. Nothing reads a clock, a file or a network,
// so the same values give the same answers on every machine and on every day.
// Validate methods say which field is wrong, why, and what would be right.
//
// # Known and unknown
//
// A blank fact is unknown, and unknown never means yes:
//
//   - a [Day] of zero is "no day recorded";
//   - an [Answer] is [Unknown], [No] or [Yes];
//   - a [List] that is nil is "not recorded", one that is empty is "none";
//   - a [Number] carries whether it is known.
//
// The exceptions are terms of approval (ages, sexes, approved number,
// durations): an empty term is not unknown, it is no restriction (Fostering
// Services (England) Regulations 2011, regulation 27(5)).
//
// # Beds
//
// A [Household] is a home as it stands: its record, the people who live there
// and the beds that are held. [Household.FreeBeds] and [Household.FirstFree]
// are the one place where beds are counted.
//
// # Many homes at once
//
// A [Span] says what is true of at least one of a set of homes: where they are,
// what they offer, from when so many beds are free. A home is a Span of one.
// What a Span rules out is ruled out for every home that went into it.
package care
