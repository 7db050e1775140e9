package store

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// treeReader reads the stored hashes of the Merkle tree from a snapshot, and
// from the hashes that a change is about to store.
type treeReader struct {
	snap  Snapshot
	fresh map[int64]Hash
}

// ReadHashes is what package tlog asks for.
func (t treeReader) ReadHashes(indexes []int64) ([]Hash, error) {
	hashes := make([]Hash, len(indexes))
	for i, index := range indexes {
		if h, ok := t.fresh[index]; ok {
			hashes[i] = h
			continue
		}
		value, _, err := t.snap.Get(treeKind.numbered(uint64(index)))
		if err != nil {
			return nil, fmt.Errorf("read the tree: %w", err)
		}
		if len(value) != tlog.HashSize {
			return nil, damaged("hash %d of the journal's tree is missing", index)
		}
		hashes[i] = Hash(value)
	}
	return hashes, nil
}

// root is the hash of the tree over the first n entries.
func (t treeReader) root(n uint64) (Hash, error) {
	h, err := tlog.TreeHash(int64(n), t)
	if err != nil {
		return Hash{}, fmt.Errorf("journal up to entry %d: %w", n, err)
	}
	return h, nil
}

// grow adds an entry's value as leaf number n (from 1) and returns the
// operations that store its hashes, and the new root.
func (t treeReader) grow(n uint64, value []byte) ([]Op, Hash, error) {
	hashes, err := tlog.StoredHashes(int64(n-1), value, t)
	if err != nil {
		return nil, Hash{}, fmt.Errorf("add entry %d to the tree: %w", n, err)
	}
	first := tlog.StoredHashIndex(0, int64(n-1))
	ops := make([]Op, len(hashes))
	t.fresh = make(map[int64]Hash, len(hashes))
	for i, h := range hashes {
		index := first + int64(i)
		t.fresh[index] = h
		ops[i] = Op{Key: treeKind.numbered(uint64(index)), Value: h[:]}
	}
	root, err := t.root(n)
	return ops, root, err
}
