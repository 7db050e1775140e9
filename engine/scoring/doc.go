// Package scoring is what is weighed: criteria that give a home a score which is
// the sum of its reasons.
//
// Each [Criterion] gives a child and a home a value from 0 to 1, held in whole
// millionths, and can put that value into words. [For] works out once which
// criteria apply to a case; that depends on the children alone, so the sum of the
// weights is the same for every home. A home then gets, for each child and each
// criterion,
//
//	points = 100 × weight × value ÷ sum of weights
//
// rounded once to whole millionths of a point, and its score is the sum of its
// points. All arithmetic after the rounding of a value is on integers, so the
// order of homes is the same on every machine.
//
// Where a fact of the home is not recorded the value is 0, and the reason names
// the fact and the score the home would have if it were confirmed. Where a fact
// of the child is not recorded the criterion does not apply, and [Scale.Unknown]
// lists it.
//
// [Scale.Most] bounds what any of many homes can be worth, from their Span: it is
// never less than the score of one. A criterion that says nothing of Spans makes a
// search slower and never wrong.
//
// Nothing here is a filter: a low score bars nobody.
package scoring
