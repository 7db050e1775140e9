package care

import (
	"encoding/binary"
	"math"

	"github.com/golang/geo/r3"
	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
)

// SpanBytes is the size of a Span as [Span.AppendTo] writes it.
const SpanBytes = atAges + 3

// SpanFormat is the number of the layout that [Span.AppendTo] writes, and of what
// [SpanOf] puts into it. It changes whenever either does.
const SpanFormat = 2

// AppendTo appends the Span, field by field, low byte first.
func (s *Span) AppendTo(b []byte) []byte {
	u16, u32, u64 := binary.LittleEndian.AppendUint16, binary.LittleEndian.AppendUint32, binary.LittleEndian.AppendUint64
	for _, f := range [...]float64{s.Cap.Centre.X, s.Cap.Centre.Y, s.Cap.Centre.Z, float64(s.Cap.Radius)} {
		b = u64(b, math.Float64bits(f))
	}
	for _, m := range [...]Marks{s.Authorities, s.Skills, s.Languages, s.Identities, s.Adaptations} {
		b = u64(b, uint64(m))
	}
	for n := range MostFree {
		b = u32(u32(b, uint32(s.beds[n])), uint32(s.hopefully[n]))
	}
	b = u64(b, s.expected)
	for _, d := range [...]Day{s.shut.From, s.shut.To, s.Opens, s.Closes, s.Since, s.arrives, s.settled} {
		b = u32(b, uint32(d))
	}
	for _, n := range [...]uint16{s.kept.N, s.kept.Of, s.ever.N, s.ever.Of} {
		b = u16(b, n)
	}
	b = u32(b, uint32(s.Traits))
	b = u16(u16(u16(b, uint16(s.Kinds)), s.Bedrooms), s.FewBeds)
	return append(b, uint8(s.AgeMin), uint8(s.AgeMax), uint8(s.Spare))
}

// Where the groups of fields begin.
const (
	atMarks  = 4 * 8
	atBeds   = atMarks + 5*8
	atDays   = atBeds + 2*MostFree*4 + 8
	atShares = atDays + 7*4
	atTraits = atShares + 4*2
	atKinds  = atTraits + 4
	atAges   = atKinds + 3*2
)

// ReadSpan reads what [Span.AppendTo] wrote. Whether they are the bytes that were
// written is for a checksum around them to say.
func ReadSpan(from *[SpanBytes]byte) Span {
	b := from[:]
	u16 := func(at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
	u64 := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	float := func(at int) float64 { return math.Float64frombits(u64(at)) }
	day := func(at int) Day { return Day(binary.LittleEndian.Uint32(b[at:])) }
	s := Span{
		Cap:         Cap{Centre: s2.Point{Vector: r3.Vector{X: float(0), Y: float(8), Z: float(16)}}, Radius: s1.Angle(float(24))},
		Authorities: Marks(u64(atMarks)), Skills: Marks(u64(atMarks + 8)), Languages: Marks(u64(atMarks + 16)),
		Identities: Marks(u64(atMarks + 24)), Adaptations: Marks(u64(atMarks + 32)),
		expected: u64(atDays - 8),
		shut:     DayRange{From: day(atDays), To: day(atDays + 4)},
		Opens:    day(atDays + 8), Closes: day(atDays + 12), Since: day(atDays + 16), arrives: day(atDays + 20), settled: day(atDays + 24),
		kept: Share{u16(atShares), u16(atShares + 2)}, ever: Share{u16(atShares + 4), u16(atShares + 6)},
		Traits: Traits(binary.LittleEndian.Uint32(b[atTraits:])),
		Kinds:  KindSet(u16(atKinds)), Bedrooms: u16(atKinds + 2), FewBeds: u16(atKinds + 4),
		AgeMin: int8(b[atAges]), AgeMax: int8(b[atAges+1]), Spare: int8(b[atAges+2]),
	}
	for n := range MostFree {
		s.beds[n], s.hopefully[n] = day(atBeds+8*n), day(atBeds+8*n+4)
	}
	return s
}
