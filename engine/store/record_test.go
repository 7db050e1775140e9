package store

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
)

func fullHome() care.Home {
	h := home("H-1", 3)
	h.Places, h.AgeMin, h.WeeklyCost = care.Num(2), care.Num(0), care.Num(612)
	h.Sexes, h.Durations = []care.Sex{care.Male}, []care.Duration{care.Emergency, care.Respite}
	h.ExemptionChildren, h.Bedrooms = []care.ID{"C-1"}, []int{1, 2}
	h.Skills, h.Pets, h.Languages = care.List{"trauma"}, care.List{}, nil
	h.OwnChildren, h.Closed = []care.Day{}, []care.DayRange{{From: 5, To: 9}}
	h.RegisteredUntil, h.RestrictedFrom = care.Never(), care.EndOn(739_000)
	h.Garden, h.Smoking, h.FosteringSince = care.Yes, care.No, 730_000
	return h
}

func TestRecordTellsUnknownFromNone(t *testing.T) {
	want := fullHome()
	body, err := encodeBody(want)
	require.NoError(t, err)
	var got care.Home
	require.NoError(t, decodeBody(body, &got))
	require.Equal(t, want, got)
	require.True(t, got.Pets.Known(), "none")
	require.False(t, got.Languages.Known(), "not recorded")
	require.NotNil(t, got.OwnChildren)
	require.Nil(t, got.SupportsRisks)
}

func TestRecordKeepsTheNanosecondAHoldRunsOut(t *testing.T) {
	want := care.Occupancy{Home: "H-1", Holds: []care.Hold{{ID: "h", Children: []care.ID{"C-1"}, From: 9,
		Until: time.Date(2026, 11, 22, 23, 59, 59, 999_999_999, time.FixedZone("GMT+1", 3600)), By: "A. Officer"}}}
	body, err := encodeBody(want)
	require.NoError(t, err)
	var got care.Occupancy
	require.NoError(t, decodeBody(body, &got))
	require.True(t, want.Holds[0].Until.Equal(got.Holds[0].Until))
	want.Holds[0].Until = want.Holds[0].Until.UTC()
	require.Equal(t, want, got)
}

func TestRecordOfOneValueHasOneForm(t *testing.T) {
	a, err := encodeBody(fullHome())
	require.NoError(t, err)
	b, err := encodeBody(fullHome())
	require.NoError(t, err)
	require.Equal(t, a, b)
	require.Less(t, len(a), 250, "integer keys and arrays keep records small")
}

func TestRecordHeaderSurvivesAnyNumberAndBody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, body := rapid.Uint64().Draw(t, "number"), rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		rec, err := decodeRecord(encodeRecord(n, body))
		require.NoError(t, err)
		require.Equal(t, n, rec.number)
		require.Equal(t, string(body), string(rec.body))
	})
}

func TestRecordRefusesWhatItDidNotWrite(t *testing.T) {
	for name, value := range map[string][]byte{
		"nothing":                  {},
		"a later format":           {3, 1},
		"an erased one cut short":  encodeErased(1, Hash{})[:33],
		"no number":                {1},
		"half a number":            {1, 0x80},
		"a number with a spare 0":  {1, 0x80, 0x00},
		"a number above 64 bits":   append([]byte{1}, bytes.Repeat([]byte{0xff}, 11)...),
		"a number of eleven bytes": append([]byte{1}, append(bytes.Repeat([]byte{0x80}, 10), 1)...),
	} {
		_, err := decodeRecord(value)
		require.ErrorIs(t, err, ErrDamaged, name)
	}
	var h care.Home
	for name, body := range map[string][]byte{
		"empty":             {},
		"a field of later":  {0xa1, 0x18, 0xfe, 0x01},
		"a key twice":       {0xa2, 0x01, 0x61, 'a', 0x01, 0x61, 'b'},
		"an open-ended map": {0xbf, 0xff},
		"bytes after it":    {0xa0, 0x00},
		"a tag":             {0xc0, 0xa0},
		"not UTF-8":         {0xa1, 0x01, 0x61, 0xff},
	} {
		require.ErrorIs(t, decodeBody(body, &h), ErrDamaged, name)
	}
}

func TestKeyOfTheHistoryIsTakenApartAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := care.ID(rapid.StringMatching(`[a-zA-ZÅ /-]{1,12}`).Draw(t, "id"))
		n := rapid.Uint64().Draw(t, "number")
		for _, key := range []Key{HomeKind.key(id), LivesKind.key2(id, id)} {
			got, by, err := parseWas(key.was(n))
			require.NoError(t, err)
			require.Equal(t, key, got)
			require.Equal(t, n, by)
			require.True(t, bytes.HasPrefix(key.was(n), []byte(key.wasPrefix())))
		}
	})
	for _, bad := range []string{"", "was/", "was/12345678", "home/a\x0012345678", "was/home/a12345678"} {
		_, _, err := parseWas([]byte(bad))
		require.ErrorIs(t, err, ErrDamaged, "%q", bad)
	}
}

func TestKeysOfTheHistorySortAsTheirRecords(t *testing.T) {
	seeds(t, 3, func(t *testing.T, r *rand.Rand) {
		for range 1000 {
			a, b := HomeKind.key(pick(r, "")), HomeKind.key(pick(r, ""))
			if a < b {
				require.Negative(t, bytes.Compare(a.was(r.Uint64()), b.was(r.Uint64())), "%q %q", a, b)
			}
		}
	})
}

func TestKeyNamesItsKindAndIDs(t *testing.T) {
	key := LivesKind.key2("C-1", "P/1")
	require.Equal(t, Key("lives/C-1\x00P/1"), key)
	require.Equal(t, LivesKind, key.Kind())
	require.Equal(t, care.ID("C-1"), key.ID())
	a, b := key.ids()
	require.Equal(t, []care.ID{"C-1", "P/1"}, []care.ID{a, b})
	require.Equal(t, []care.ID{"C-1", "P/1"}, key.IDs())
	require.Equal(t, care.ID("a/b"), HouseholdKind.key("a/b").ID())
	require.Equal(t, []care.ID{"a/b"}, HouseholdKind.key("a/b").IDs())
	require.Equal(t, "journal/\x00\x00\x00\x00\x00\x00\x01\x02", string(journalKind.numbered(258)))
}

func TestCountsKnowEveryKind(t *testing.T) {
	var c counts
	seen := map[*uint64]bool{}
	for _, kind := range append([]Kind{opKind, wasKind}, recordKinds...) {
		require.NotNil(t, c.of(kind), kind)
		seen[c.of(kind)] = true
	}
	require.Len(t, seen, len(c.inOrder()), "each has its own")
	require.Equal(t, len(c.inOrder())+1, reflect.TypeFor[counts]().NumField(), "and there are no others")
	require.Nil(t, c.of(journalKind))
	require.Nil(t, c.of(treeKind))
}

// entryValue is a journal entry as it is stored.
func entryValue(t testing.TB, e Entry) []byte {
	value, err := encodeVersioned(e)
	require.NoError(t, err)
	return value
}

func TestEntryMustBeTheOneAskedFor(t *testing.T) {
	e := Entry{Number: 7, Who: "A. Officer", When: noon, Changed: []Changed{{Key: "home/H-1", Hash: make([]byte, 32)}, {Key: "home/H-2"}}}
	got, err := decodeEntry(7, entryValue(t, e))
	require.NoError(t, err)
	require.Equal(t, e, got)
	_, err = decodeEntry(8, entryValue(t, e))
	require.ErrorIs(t, err, ErrDamaged)
	for _, n := range []int{0, 31, 33} {
		e.Changed[0].Hash = make([]byte, n)
		_, err = decodeEntry(7, entryValue(t, e))
		require.ErrorIs(t, err, ErrDamaged, "a hash of %d bytes", n)
	}
}

func FuzzRecord(f *testing.F) {
	body, err := encodeBody(fullHome())
	require.NoError(f, err)
	f.Add(encodeRecord(300, body))
	occupancy, err := encodeBody(care.Occupancy{Home: "H-1", Stays: []care.Stay{{Placement: "P-1"}}, Holds: []care.Hold{{ID: "h", Until: noon}}})
	require.NoError(f, err)
	f.Add(encodeRecord(1, occupancy))
	f.Add([]byte{1, 0, 0xa0})
	f.Add([]byte{2, 1})
	f.Add(encodeErased(300, HashOf(body)))
	f.Fuzz(func(t *testing.T, value []byte) {
		rec, err := decodeRecord(value)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		if rec.erased {
			require.Equal(t, value, encodeErased(rec.number, rec.hash))
			require.ErrorIs(t, rec.read(new(care.Home)), ErrErased)
			return
		}
		require.Equal(t, value, encodeRecord(rec.number, rec.body), "a header has one form")
		again[care.Home](t, rec.body)
		again[care.Child](t, rec.body)
		again[care.Placement](t, rec.body)
		again[care.Occupancy](t, rec.body)
		again[headRecord](t, rec.body)
	})
}

// again asks that what was read, once written, is read as the same.
func again[T any](t *testing.T, body []byte) {
	var first, second T
	if err := decodeBody(body, &first); err != nil {
		require.ErrorIs(t, err, ErrDamaged)
		return
	}
	once, err := encodeBody(first)
	require.NoError(t, err)
	require.NoError(t, decodeBody(once, &second))
	twice, err := encodeBody(second)
	require.NoError(t, err)
	require.Equal(t, once, twice)
}

func FuzzJournalEntry(f *testing.F) {
	f.Add(uint64(1), entryValue(f, Entry{Number: 1, Op: "op", When: noon, Changed: []Changed{{Key: "home/a", Hash: make([]byte, 32)}, {Key: "x"}}}))
	f.Add(uint64(2), []byte{1, 0xa0})
	f.Add(uint64(0), []byte(strings.Repeat("\x81", 20)))
	f.Fuzz(func(t *testing.T, n uint64, value []byte) {
		e, err := decodeEntry(n, value)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		require.Equal(t, n, e.Number)
		for i := range e.Changed {
			require.True(t, e.Changed[i].Deleted() || len(e.Changed[i].Hash) == len(Hash{}))
			_ = e.Changed[i].Key.Kind()
			_ = e.Changed[i].Key.ID()
		}
		second, err := decodeEntry(n, entryValue(t, e))
		require.NoError(t, err)
		require.Equal(t, entryValue(t, e), entryValue(t, second))
	})
}

func FuzzHistoryKey(f *testing.F) {
	f.Add(HomeKind.key("H-1").was(9))
	f.Add([]byte("was/"))
	f.Fuzz(func(t *testing.T, b []byte) {
		key, n, err := parseWas(b)
		if err == nil {
			require.Equal(t, b, key.was(n))
			require.Equal(t, n, binary.BigEndian.Uint64(b[len(b)-8:]))
		}
	})
}
