package match

import (
	"math/bits"

	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
)

// Spans is an index of homes: what is true of each of them and of many together,
// in the order of a curve along which near homes are near.
type Spans = index.Tree[care.Span]

// NewSpans is the index of no home.
func NewSpans() *Spans { return index.New((*care.Span).Unite, kindOf) }

// kindOf is the place in [care.Kinds] of the kind of the Span of one home.
func kindOf(s *care.Span) int { return bits.TrailingZeros16(uint16(s.Kinds)) }

// SpanOf is a home as the index has it.
func SpanOf(h *care.Home, o *care.Occupancy) index.Item[care.Span] {
	key := SpanKey(h)
	return index.Item[care.Span]{At: key.At, ID: key.ID, Sum: care.SpanOf(h, o)}
}

// SpanKey is where the index has a home.
func SpanKey(h *care.Home) index.Key {
	return index.Key{At: uint64(s2.CellIDFromLatLng(h.Where.Point.LatLng())), ID: string(h.ID)}
}
