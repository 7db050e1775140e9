// Package engine is the door: it opens a store of homes and children, finds the
// best lawful home for a child or a sibling group, and says why.
//
//	eng, err := engine.Open(ctx, "stablehomes.db")
//	if err != nil {
//		return err
//	}
//	defer eng.Close()
//	res, err := eng.Match(ctx, engine.Request{Children: []care.ID{"C-104"}, On: care.DayOf(time.Now())})
//
// The vocabulary is package care; results are read with package report.
//
// # What is guaranteed
//
// A match runs on one unchanging view of the store: what others write meanwhile
// is not seen. The same request on the same state has the same answer on every
// machine. A home that the law bars is never a candidate, and a fact of a home
// that nobody has recorded never opens it. A change that is acknowledged is on
// disk and in the journal.
//
// The index that a match searches is kept in memory, some 250 bytes a home, and in
// the file spans beside the store. It repeats what the store says: where it is
// missing or damaged it is built anew.
//
// # What is not
//
// The engine ranks and explains; a named person decides. It does not know the
// law of Wales, Scotland or Northern Ireland, it does not judge placements with
// a parent (Children Act 1989, section 22C(2) to (4)), and it is not legal
// advice. Distances are straight lines.
//
// No function reads a clock: days and instants are part of each request.
package engine
