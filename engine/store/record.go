package store

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// recordVersion is the first byte of every value but the hashes of the tree. A
// program that meets a version it does not know refuses the record.
const recordVersion = 1

// encoding is deterministic, so that equal records have equal bytes. Instants
// are text, because that keeps their nanoseconds.
var encoding = sync.OnceValue(func() cbor.UserBufferEncMode {
	o := cbor.CoreDetEncOptions()
	o.Time = cbor.TimeRFC3339NanoUTC
	mode, err := o.UserBufferEncMode()
	if err != nil {
		panic(err) // the options are constants: a test would have met it
	}
	return mode
})

// maxElements is the longest list that is read: more than the keys one commit can
// change.
const maxElements = 1 << 20

// decoding refuses what encoding never writes. A field it does not know was
// written by a newer program; dropping it would lose a fact.
var decoding = sync.OnceValue(func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		MaxArrayElements:  maxElements,
		MaxNestedLevels:   8,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
	}.DecMode()
	if err != nil {
		panic(err) // likewise
	}
	return mode
})

// glancing passes over what the type that is read into does not have. It is for counts
// alone: nothing that was read so may be written.
var glancing = sync.OnceValue(func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden, MaxArrayElements: maxElements, MaxNestedLevels: 8,
	}.DecMode()
	if err != nil {
		panic(err) // likewise
	}
	return mode
})

// erasedVersion is the first byte of what stands in the place of an erased
// record.
const erasedVersion = 2

// record is a stored value taken apart.
type record struct {
	number uint64 // journal entry that wrote it
	body   []byte // CBOR; empty in an index
	erased bool   // the body was erased; hash is what the journal lists for it
	hash   Hash
}

// encodeErased is what remains of a record: its number and its hash.
func encodeErased(number uint64, hash Hash) []byte {
	return append(binary.AppendUvarint([]byte{erasedVersion}, number), hash[:]...)
}

// encodeRecord puts the version and the number before the body.
func encodeRecord(number uint64, body []byte) []byte {
	value := make([]byte, 0, 1+binary.MaxVarintLen64+len(body))
	value = append(value, recordVersion)
	value = binary.AppendUvarint(value, number)
	return append(value, body...)
}

func decodeRecord(value []byte) (record, error) {
	if len(value) > 0 && value[0] == erasedVersion {
		return decodeErased(value[1:])
	}
	rest, err := unversioned(value)
	if err != nil {
		return record{}, err
	}
	number, rest, err := cutNumber(rest)
	return record{number: number, body: rest}, err
}

// read decodes the body. It is an [ErrErased] where there is none any more.
func (r *record) read(into any) error {
	if r.erased {
		return ErrErased
	}
	return decodeBody(r.body, into)
}

func decodeErased(rest []byte) (record, error) {
	number, rest, err := cutNumber(rest)
	if err == nil && len(rest) != len(Hash{}) {
		err = damaged("what remains of an erased record has %d bytes", len(rest))
	}
	if err != nil {
		return record{}, err
	}
	return record{number: number, erased: true, hash: Hash(rest)}, nil
}

// cutNumber reads the number of the entry that wrote a record.
func cutNumber(b []byte) (number uint64, rest []byte, err error) {
	number, n := binary.Uvarint(b)
	if n <= 0 || n != len(binary.AppendUvarint(nil, number)) {
		return 0, nil, damaged("a record has no journal number")
	}
	return number, b[n:], nil
}

func unversioned(value []byte) ([]byte, error) {
	if len(value) == 0 {
		return nil, damaged("a value is empty")
	}
	if value[0] != recordVersion {
		return nil, damaged("a value has format %d; this program reads format %d", value[0], recordVersion)
	}
	return value[1:], nil
}

// encodeBody is the CBOR of a value. It is an [ErrUnreadable] where that could not be
// read back.
func encodeBody(v any) ([]byte, error) {
	body, err := encoding().Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode a record: %w", err)
	}
	return body, readable(body)
}

func decodeBody(body []byte, into any) error {
	if err := decoding().Unmarshal(body, into); err != nil && !decodeOld(body, into) {
		return fmt.Errorf("%w: a record cannot be read: %w", ErrDamaged, err)
	}
	return nil
}

// encodeVersioned is the value of what carries its own number: the version and
// the body.
func encodeVersioned(v any) ([]byte, error) {
	body, err := encodeBody(v)
	if err != nil {
		return nil, err
	}
	return append([]byte{recordVersion}, body...), nil
}

func decodeVersioned(value []byte, into any) error {
	body, err := unversioned(value)
	if err != nil {
		return err
	}
	return decodeBody(body, into)
}
