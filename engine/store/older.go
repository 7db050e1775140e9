package store

import (
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
)

// UnmarshalCBOR reads as many counts as the program knew of that wrote the head.
// Kinds that came later had no keys then.
func (c *counts) UnmarshalCBOR(data []byte) error {
	var n []uint64
	if err := decoding().Unmarshal(data, &n); err != nil {
		return err
	}
	all := c.inOrder()
	if len(n) < countsOfOld || len(n) > len(all) {
		return damaged("the head counts %d kinds of keys; this program knows %d", len(n), len(all))
	}
	*c = counts{}
	for i := range n {
		*all[i] = n[i]
	}
	return nil
}

// countsOfOld is how many kinds the first heads counted.
const countsOfOld = 9

// inOrder are the counts in the order of the array.
func (c *counts) inOrder() []*uint64 {
	return []*uint64{&c.Home, &c.Child, &c.Placement, &c.Household, &c.Lives, &c.Group, &c.Meta, &c.Op, &c.Earlier, &c.Holds, &c.Decision, &c.Words}
}

// occupancyOfOld is a household whose holds were written before homes could
// answer offers: as arrays of five.
type occupancyOfOld struct {
	Home  care.ID     `cbor:"1,keyasint"`
	Stays []care.Stay `cbor:"2,keyasint,omitempty"`
	Holds []holdOfOld `cbor:"3,keyasint,omitempty"`
}

type holdOfOld struct {
	_        struct{} `cbor:",toarray"`
	ID       care.ID
	Children []care.ID
	From     care.Day
	Until    time.Time
	By       string
}

// decodeOld reads a record of an older form, if its kind had one.
func decodeOld(body []byte, into any) bool {
	o, ok := into.(*care.Occupancy)
	if !ok {
		return false
	}
	var old occupancyOfOld
	if decoding().Unmarshal(body, &old) != nil {
		return false
	}
	*o = care.Occupancy{Home: old.Home, Stays: old.Stays}
	for i := range old.Holds {
		h := &old.Holds[i]
		o.Holds = append(o.Holds, care.Hold{ID: h.ID, Children: h.Children, From: h.From, Until: h.Until, By: h.By})
	}
	return true
}
