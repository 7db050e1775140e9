package care_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/golang/geo/r3"
	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func read(t require.TestingT, b []byte) care.Span {
	require.Len(t, b, care.SpanBytes)
	return care.ReadSpan((*[care.SpanBytes]byte)(b))
}

func TestASpanIsReadBackAsItWasWritten(t *testing.T) {
	d := rolled(t, 61)
	for range rounds(1500) {
		homes := d.spans(1 + d.IntN(4))
		all := widened(homes)
		b := all.AppendTo(nil)
		require.Equal(t, all, read(t, b))
		b = homes[0].AppendTo(b)
		require.Equal(t, all, read(t, b[:care.SpanBytes]), "what is appended leaves what was there")
		require.Equal(t, homes[0], read(t, b[care.SpanBytes:]))
	}
}

// A file that was written by one version is read by the next: where the bytes of
// a Span, or what is put into it, change, so does its format.
func TestTheBytesOfASpanAreThoseOfItsFormat(t *testing.T) {
	h := fullHome()
	h.FosteringSince, h.Places = today-1000, care.Num(1)
	o := &household(4, stay("A", today-100, today+5, 0), stay("B", today-50, 0, today-2), stay("C", today+9, 0, 0)).Occupancy
	o.Stays[1].EndedEarly = care.No
	s := care.SpanOf(&h, o)
	s.Cap.Centre = s2.Point{Vector: r3.Vector{X: 0.6, Y: 0, Z: 0.8}} // the same on every machine
	require.EqualValues(t, 2, care.SpanFormat)
	require.Equal(t, "76a906b9e9fcdf073095ce1ca4b3a9387e6600e09b01b3c4a1b81fc70ff8bc6a", fmt.Sprintf("%x", sha256.Sum256(s.AppendTo(nil))))
}

// Any bytes make some Span, which writes them again: no field is left out, and
// none is written twice.
func FuzzReadSpan(f *testing.F) {
	f.Add(make([]byte, care.SpanBytes))
	f.Add(bytes.Repeat([]byte{0xff}, care.SpanBytes))
	counted := make([]byte, care.SpanBytes)
	for i := range counted {
		counted[i] = byte(i)
	}
	f.Add(counted)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) != care.SpanBytes {
			return
		}
		s := read(t, b)
		require.Equal(t, b, s.AppendTo(nil))
		ask, by := care.Ask(tonight, "Z"), s
		by.Widen(&s)
		require.LessOrEqual(t, by.Frees(today, &ask), care.MostFree)
		by.Empty(today, &ask)
		by.Kept(today)
		by.MayAdmit(today)
		by.MayNumber(2, today, &ask)
	})
}
