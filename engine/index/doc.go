// Package index finds which items could possibly win, without looking at the
// rest. It keeps a tree of summaries and searches it best first.
//
// # The model
//
// An [Item] has a place on a curve, an id and a summary S of what is true of
// it. A [Tree] is a B-tree of items in order of their [Key]; beside each child
// a node holds the child's summary, which is true of everything that any item
// beneath is true of. So one question about a summary,
// [Query].Bound, says the most that any item beneath can be worth, and a whole
// part of the tree that cannot win is never looked into. The package knows no
// rule, no criterion and no home: it asks Bound of summaries and Judge of ids.
//
// A tree does not change. [Tree.With] and [Tree.Without] make new trees that
// share all but the changed paths with the old one. Items that are near on the
// curve lie together, which keeps summaries narrow.
//
// # What is guaranteed
//
//   - [Tree.Best] answers exactly what judging every item would: worth
//     descending, then id ascending. A bound that is loose, or says "maybe" of
//     everything, costs time and never an answer.
//   - No item is judged that could not enter the answer at that moment, and
//     nothing is judged twice. Where bounds are exact, a field of ties costs as
//     many judgements as there are answers, because ties are settled by the
//     smallest id beneath a node.
//   - A tree may be read by any number of goroutines while others make new
//     trees from it.
//   - The summary of a node is the union of its children's, in order: taking
//     the widest item away narrows it again.
//   - A change of one item copies one path: its cost grows with the logarithm
//     of the number of items. A batch makes each node it touches once.
//   - The same changes in the same order make the same tree, and the same tree
//     and query the same calls, on every machine.
//
// # What is not
//
// A wrong Bound, one that is below what Judge says of an item beneath, loses
// answers; nothing here can notice. Ids are not checked to be unique across
// places: an item that moved is a new key, and its old key must be taken out.
//
// [Tree.Build] packs nodes full. Changes split nodes that overflow into even
// parts, which leaves about 11 of 16 places filled after many changes in random
// order, and half of them after many in order of key. [Tree.Without] drops
// nodes that are empty and does not join thin neighbours: the tree is never
// deeper for it, yet may stay deeper than a tree built anew from what is left.
package index
