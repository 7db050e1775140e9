package store

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Records as they were written before homes could answer offers, byte for byte.
const (
	householdOfOld = "a3" + "0163482d31" + // home H-1
		"0281" + "86" + "63502d31" + "63432d31" + "01" + "00" + "00" + "00" + // one stay
		"0381" + "85" + "646b2d3031" + "81" + "63432d32" + "05" + "74" + "323032362d31312d32325431323a30303a30305a" + "6a412e204f666669636572" // one hold
	headOfOld = "83" + "02" + "5820" + "0000000000000000000000000000000000000000000000000000000000000000" + "89" + "010203040506070809"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func TestAHouseholdOfAnOlderStoreIsRead(t *testing.T) {
	var o care.Occupancy
	require.NoError(t, decodeBody(unhex(t, householdOfOld), &o))
	o.Holds[0].Until = o.Holds[0].Until.UTC()
	require.Equal(t, care.Occupancy{
		Home:  "H-1",
		Stays: []care.Stay{{Placement: "P-1", Child: "C-1", Start: 1}},
		Holds: []care.Hold{{ID: "k-01", Children: []care.ID{"C-2"}, From: 5, Until: time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC), By: "A. Officer"}},
	}, o)
	now, err := encodeBody(o)
	require.NoError(t, err)
	require.NotEqual(t, unhex(t, householdOfOld), now, "it is written anew in the form of today")
	var again care.Occupancy
	require.NoError(t, decodeBody(now, &again))
	again.Holds[0].Until = again.Holds[0].Until.UTC()
	require.Equal(t, o, again)
}

func TestAnOlderFormThatIsDamagedIsRefused(t *testing.T) {
	whole := unhex(t, householdOfOld)
	for n := range whole {
		var o care.Occupancy
		require.ErrorIs(t, decodeBody(whole[:n], &o), ErrDamaged, "%d bytes", n)
	}
	var p care.Placement
	require.ErrorIs(t, decodeBody(whole, &p), ErrDamaged, "only households had an older form")
}

func TestAHeadThatCountsFewerKindsIsRead(t *testing.T) {
	var h headRecord
	require.NoError(t, decodeBody(unhex(t, headOfOld), &h))
	require.Equal(t, counts{Home: 1, Child: 2, Placement: 3, Household: 4, Lives: 5, Group: 6, Meta: 7, Op: 8, Earlier: 9}, h.Counts)

	full := headRecord{Number: 3, Counts: counts{Home: 1, Child: 2, Placement: 3, Household: 4, Lives: 5, Group: 6, Meta: 7, Op: 8, Earlier: 9, Holds: 10, Decision: 11, Words: 12}}
	body, err := encodeBody(full)
	require.NoError(t, err)
	var again headRecord
	require.NoError(t, decodeBody(body, &again))
	require.Equal(t, full, again)
	for _, bad := range []string{"88" + "0102030405060708", "8d" + "0102030405060708090a0b0c0d", "8961616161", "01"} {
		require.Error(t, decodeBody(unhex(t, bad), new(counts)), bad)
	}
}

func FuzzCountsOfAnyLength(f *testing.F) {
	for _, seed := range []string{"89010203040506070809", "8b0102030405060708090a0b", "80", "f6", "9f01ff"} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c counts
		if c.UnmarshalCBOR(data) != nil {
			return
		}
		body, err := encodeBody(c)
		require.NoError(t, err)
		var again counts
		require.NoError(t, again.UnmarshalCBOR(body))
		require.Equal(t, c, again)
	})
}

func FuzzHouseholdOfOld(f *testing.F) {
	f.Add(unhex(f, householdOfOld))
	f.Fuzz(func(t *testing.T, data []byte) {
		var o care.Occupancy
		if decodeBody(data, &o) != nil {
			return
		}
		body, err := encodeBody(o)
		if err != nil {
			return // an instant that has no spelling of its own
		}
		require.NoError(t, decodeBody(body, new(care.Occupancy)))
	})
}
