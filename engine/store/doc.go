// Package store keeps what the house knows: records, their history and the
// journal, above a small key-value seam ([KV]) that Badger and plain memory
// fill.
//
// A change is decided on what the one before it leaves ([Store.Do]) and committed
// at once with its journal entry; changes that are asked for together share a
// commit, and one wait for the disk. Readers ([Store.View]) see a change whole or
// not at all.
//
// # What is guaranteed
//
//   - A change that was acknowledged is on disk, and survives a kill at any
//     moment. A store that has lost the end of its journal is refused
//     ([ErrLost]), as is one whose files do not belong together ([ErrDamaged]).
//   - Two changes that read or write one household do not both happen on the
//     same sight of it: a bed is not given away twice.
//   - The journal has no gap, and an entry that is altered no longer fits the
//     tree, whose root every later entry changes.
//   - What a record said as of any entry stays readable ([View.AsOf]), until it is
//     erased. Then it is said to be erased, and no file has it ([Store.EraseChild]).
//
// # What is not
//
// The store does not judge: it keeps a home without beds as gladly as any. It
// has no clock; who, when and under which policy are the caller's word. A power
// cut may set HEAD back, so a journal cut off together with HEAD is told only
// by a head that was noted elsewhere.
//
// Files are compared with their checksums when a store is opened, not before each
// read. A block that goes bad under a running program is answered as if its keys
// were absent: Badger looks at the next older table, or at none. Whole scans notice
// by their counts, single reads do not; [Store.Examine] finds it, and so does the
// next opening.
//
// A key (Options.Key) keeps what is in the files from those who have the files. It
// does not hide how much there is, nor when it is written, and it is in the memory
// of the program that has the store open.
//
// # Files
//
//	LOCK   locked by the program that writes, shared by those that read
//	HEAD   the end of the journal, see below
//	FILES  the names, sizes and checksums of the files in data/, see files.go
//	data/  Badger's own files
//
// With a key everything in data/ is encrypted (AES) but MANIFEST and DISCARD, which
// hold numbers of files.
// HEAD and FILES are in clear: they say nothing of anybody.
//
// HEAD is 8192 bytes: a slot at 0 and one at 4096, written in turn, so that a
// torn write spoils one of them. The whole slot with the higher turn counts.
// Numbers are big-endian.
//
//	 0  8  "sthomes2"
//	 8  8  turn, one more with each write
//	16  8  number of the newest journal entry
//	24 32  root of the tree over the journal
//	56  8  1 if the store was closed properly, else 0
//	64 32  derived from the key (HKDF with SHA-256), or all zero without one
//	96 32  SHA-256 of bytes 0 to 95
//
// It is written after each commit and before its changes are acknowledged. Slots
// of "sthomes1", in which the SHA-256 stands at 64 and covers what is before it,
// are read too.
//
// # Keys and values
//
// A number in a key is 8 bytes, big-endian; \0 is a zero byte, which no id
// contains. A record is a format byte (1), the number of the journal entry that
// wrote it as a varint, and CBOR (RFC 8949, core deterministic encoding) of the
// value of package care, whose fields carry integer keys.
//
//	home/<id>                  care.Home
//	child/<id>                 care.Child
//	placement/<id>             care.Placement
//	household/<home>           care.Occupancy; absent if nothing is recorded of it
//	lives/<child>\0<placement> no CBOR: index of a child's placements
//	group/<group>\0<child>     no CBOR: index of a group's children
//	holds/<hold>\0<home>       no CBOR: index of the homes that have a hold
//	decision/<id>              care.Decision
//	words/<number>             the rest of the command of an entry, a text
//	meta/<name>                a byte string
//	op/<operation id>          the entry that did it; no CBOR, but what tells the
//	                           request from another (Change.Request), if it was given
//	was/<key>\0<number>        the record that entry <number> overwrote or deleted
//	journal/<number>           format byte and CBOR of [Entry]; no varint
//	tree/<index>               32 bytes: stored hash of golang.org/x/mod/sumdb/tlog
//	head                       format byte and CBOR [number, root, [keys of home,
//	                           child, placement, household, lives, group, meta,
//	                           op, was, holds, decision, words]]
//	erasing                    no CBOR: the first entry whose erasing the files may
//	                           not have been cleared of; absent if there is none
//
// The number in words/ is in decimal digits. An entry lists the keys it changed of
// the first ten kinds, each with the SHA-256 of the record; and the records whose
// content it erased, each with the entry that had overwritten it, or 0. What is
// left in their place is a format byte (2), the number as a varint and the 32 bytes
// of the hash that the journal lists. Leaf n-1 of the tree (RFC 6962) is the value of
// journal/<n>, format byte included.
package store
