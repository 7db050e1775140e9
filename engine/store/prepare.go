package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"runtime"
	"sync"
)

// write is one key of a change: what it is to hold, or that it is to go. The
// second half is filled in by prepare.
type write struct {
	key    Key
	body   any // nil in an index
	delete bool

	value   []byte // the record as it is to be stored
	hash    []byte // SHA-256 of value
	old     []byte // the record as it is stored
	version Version
	same    bool // it is so already
}

// writesAWorker is how many keys are worth a goroutine of their own. Encoding,
// hashing and looking one up take some ten microseconds, starting a goroutine
// about one.
const writesAWorker = 64

// prepareAll encodes each write as of journal entry n and compares it with what
// is stored. An import spends most of its time here, so it uses every core.
func prepareAll(writes []write, n uint64, snap Snapshot) error {
	workers := min(runtime.GOMAXPROCS(0), 1+len(writes)/writesAWorker)
	if workers == 1 {
		return prepareEach(writes, n, snap)
	}
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		part := writes[w*len(writes)/workers : (w+1)*len(writes)/workers]
		wg.Go(func() { errs[w] = prepareEach(part, n, snap) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil { // that of the first key, however many workers there are
			return err
		}
	}
	return nil
}

func prepareEach(writes []write, n uint64, snap Snapshot) error {
	var scratch bytes.Buffer
	for i := range writes {
		if err := writes[i].prepare(n, snap, &scratch); err != nil {
			return err
		}
	}
	return nil
}

func (w *write) prepare(n uint64, snap Snapshot, scratch *bytes.Buffer) (err error) {
	if err := w.key.validate(); err != nil {
		return err
	}
	if w.old, w.version, err = snap.Get([]byte(w.key)); err != nil {
		return err
	}
	if w.delete {
		w.same = w.version == 0
		return nil
	}
	if w.value, err = encodeValue(n, w.body, scratch); err != nil {
		return fmt.Errorf("%s %q: %w", w.key.Kind(), w.key.ID(), err)
	}
	if w.same, err = sameBody(w.old, w.value, w.version); err != nil || w.same {
		return err
	}
	sum := sha256.Sum256(w.value)
	w.hash = sum[:]
	return nil
}

// encodeValue is the record of entry n with the CBOR of body.
func encodeValue(n uint64, body any, scratch *bytes.Buffer) ([]byte, error) {
	scratch.Reset()
	if body != nil {
		if err := encoding().MarshalToBuffer(body, scratch); err != nil {
			return nil, fmt.Errorf("encode a record: %w", err)
		}
		if err := readable(scratch.Bytes()); err != nil {
			return nil, err
		}
	}
	return encodeRecord(n, scratch.Bytes()), nil
}

// sameBody leaves the number out of the comparison: writing a record again as it
// is would move it.
func sameBody(old, value []byte, version Version) (bool, error) {
	if version == 0 {
		return false, nil
	}
	was, err := decodeRecord(old)
	if err != nil {
		return false, err
	}
	if was.erased {
		return false, ErrErased // what was erased stays so
	}
	is, err := decodeRecord(value)
	return bytes.Equal(was.body, is.body), err
}
