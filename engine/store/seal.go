package store

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

// KeySize is the length in bytes of a store's key.
const KeySize = 32

// The purposes that keys are derived for, so that no two files share one.
const (
	purposeRecords = "stablehomes/records"
	purposeHead    = "stablehomes/head"
)

// DeriveKey is a key for one purpose, of [KeySize] bytes, from the key of a
// store (HKDF with SHA-256, RFC 5869). It tells nothing of that key.
func DeriveKey(key []byte, purpose string) ([]byte, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("%w: it has %d bytes, not %d", ErrWrongKey, len(key), KeySize)
	}
	return hkdf.Key(sha256.New, key, nil, purpose, KeySize)
}

// keyMark is what HEAD says of the key: all zero where the store is not encrypted.
type keyMark [KeySize]byte

func markOf(key []byte) (m keyMark, err error) {
	if len(key) == 0 {
		return keyMark{}, nil
	}
	derived, err := DeriveKey(key, purposeHead)
	if err != nil {
		return keyMark{}, err
	}
	return keyMark(derived), nil
}

// fits says why a key cannot open the store that bears the mark, or nil.
func (m keyMark) fits(dir string, key []byte) error {
	given, err := markOf(key)
	switch {
	case err != nil:
		return err
	case given == m:
		return nil
	case given == keyMark{}:
		return &DirError{Dir: dir, Kind: ErrKeyNeeded, Why: "give the key that it was created with"}
	case m == keyMark{}:
		return &DirError{Dir: dir, Kind: ErrWrongKey,
			Why: "the store is not encrypted; leave the key out, or restore a backup of it into a new store that is"}
	}
	return &DirError{Dir: dir, Kind: ErrWrongKey, Why: "give the key that the store was created with; nothing was touched"}
}
