// Package match is the pipeline: a request becomes a case, homes are judged and
// scored, and the best are put in order with their findings and reasons.
//
// A plain shortlist is searched for: the rulebook and the scale say of many homes
// at once, by their Span, whether one of them could come through and what it
// could be worth at most, and only homes that could still win are judged, best
// first. The list is the one that judging every home gives. Counts, reasons why
// not, and what to say where nothing fits need every home to be judged.
//
// [Run] gives the shortlist and, when asked, why the other homes are not on it;
// [Explain] says everything about one home. Both judge with the same code, and
// so will whoever places a child.
//
// The order is: tier, score, fewer sign-offs, id. Tier 1 is the home of a
// connected person (Children Act 1989, section 22C(7)(a)); tier 2, where adoption
// is being considered, a home approved for early permanence (section 22C(9B));
// tier 3 is every other home. A barred home is never a candidate.
//
// The package is handed a [Reader]; it knows no store and no file, and it reads
// no clock.
package match
