// Package peers sets the index beside the databases that a team would otherwise
// use, on the same homes and the same questions, in one process:
//
//	go test -bench . ./...                                10,000 and 100,000 homes
//	go test -run Peers -v -sizes 1000000 -timeout 1h .    a table, engines taken in turn
//
// It is a module of its own, so that the library does not depend on a database.
//
// A [Query] is the simplest that is of use: the 20 foster homes nearest to a point
// that are approved on a day, have a bed for one child from that day on, and take a
// child of that age and sex; scored by nearness in whole millionths, ties by id.
// It reads no child's record, has one anchor, no siblings and no explanation. It
// is what SQL answers best.
//
// The engines are [OpenIndex], which is ours; [OpenRTree], SQLite in memory with
// the filters as further dimensions of an R*Tree; [OpenBands], SQLite in memory with
// a clustered B-tree; and [OpenPostGIS], nearest neighbours by a GiST index that has
// the filters as further columns. What favours SQL was left in: its indexes hold
// only foster homes that may take a child at all, a free bed and an approval as one
// run of days, and SQLite, which cannot search for nearest neighbours, searches
// windows that a count of homes about the point has sized. Of each database several
// layouts were tried and the fastest kept: for SQLite two to five dimensions,
// auxiliary columns and a join; for PostGIS geography, British National Grid,
// geocentric points, ranges and scalars.
//
// # What is guaranteed
//
// Every engine gives the same ids in the same order with the same millionths, or
// the test or benchmark fails. Distance is computed by one formula in Go, from
// unit vectors that the databases keep as columns; they order by the distance in
// a plane, give a few rows more than are wanted, and give more if those few could
// hide a home that belongs into the answer.
//
// # What is not
//
// SQLite is the translation to Go of modernc.org/sqlite; as compiled from C it takes
// about half the time. PostgreSQL answers over a socket, and the way there and back
// is part of its figure. No engine is asked by several clients at once.
package peers
