// Package rulebook is what the law of England asks of a placement: dated rules
// that turn a case and a home into findings.
//
// A [Rule] is a value: an id, a title, a citation, the stages it went through
// and two functions. The first judges, quickly and without words; the second
// puts a ruling into words. Whoever shows a finding has judged with the same
// code as whoever only counts.
//
// [For] prepares the rules that speak on the day of the case. A [Book] then
// judges homes: [Book.Judge] stops at the first bar, [Book.Findings] says all.
//
// [Book.Open] says of many homes at once, by their Span, whether one of them could
// come through every rule. A rule that says nothing of Spans makes a search slower
// and never wrong.
//
// # What is guaranteed
//
// The order of the rules is fixed and is the order of the findings. A fact of
// the home that is not recorded never opens it: the finding names the fact and
// asks for a sign-off, and rules that fail closed bar. An empty term of approval is
// no restriction, and an application without a day of refusal is undecided. A rule
// sees only the case and the household it is given, so the same question has the
// same answer on every machine.
//
// # What is not
//
// Placing a child with a parent (Children Act 1989, section 22C(2) to (4)) is
// outside. The rulebook speaks for days from [FirstDay] on. It informs a person
// who decides; it is not legal advice.
package rulebook
