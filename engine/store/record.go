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

// decoding refuses what encoding never writes. A field it does not know was
// written by a newer program; dropping it would lose a fact.
var decoding = sync.OnceValue(func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		MaxArrayElements:  1 << 20, // more than the keys one commit can change
		MaxNestedLevels:   8,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
	}.DecMode()
	if err != nil {
		panic(err) // likewise
	}
	return mode
})

// record is a stored value taken apart.
type record struct {
	number uint64 // journal entry that wrote it
	body   []byte // CBOR; empty in an index
}

// encodeRecord puts the version and the number before the body.
func encodeRecord(number uint64, body []byte) []byte {
	value := make([]byte, 0, 1+binary.MaxVarintLen64+len(body))
	value = append(value, recordVersion)
	value = binary.AppendUvarint(value, number)
	return append(value, body...)
}

func decodeRecord(value []byte) (record, error) {
	rest, err := unversioned(value)
	if err != nil {
		return record{}, err
	}
	number, n := binary.Uvarint(rest)
	if n <= 0 || n != len(binary.AppendUvarint(nil, number)) {
		return record{}, damaged("a record has no journal number")
	}
	return record{number: number, body: rest[n:]}, nil
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

// encodeBody is the CBOR of a value.
func encodeBody(v any) ([]byte, error) {
	body, err := encoding().Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode a record: %w", err)
	}
	return body, nil
}

func decodeBody(body []byte, into any) error {
	if err := decoding().Unmarshal(body, into); err != nil {
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
