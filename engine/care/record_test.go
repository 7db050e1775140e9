package care_test

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// records are the values that are kept on disk.
func records() []any {
	return []any{
		care.Home{}, care.Child{}, care.Placement{}, care.Occupancy{}, care.Stay{}, care.Hold{}, care.Offer{}, care.Decline{}, care.SiblingGroup{},
		care.Number{}, care.End{}, care.DayRange{}, care.Point{}, care.Location{}, care.Circle{}, care.Contact{}, care.History{}, care.Episode{}, care.Referral{}, care.Agreed{},
	}
}

// fill puts a different value that is not zero into each field, so that two
// fields under one key, or one that is left out, cannot go unseen.
func fill(v reflect.Value, next *int) {
	*next++
	switch v.Kind() {
	case reflect.String:
		v.SetString("word " + strconv.Itoa(*next))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32:
		v.SetInt(int64(*next))
	case reflect.Uint8:
		v.SetUint(uint64(*next%2 + 1))
	case reflect.Float64:
		v.SetFloat(float64(*next) + 0.1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), next)
		fill(v.Index(1), next)
	case reflect.Struct:
		fillStruct(v, next)
	default:
		panic("a record has a field of a kind this test does not know: " + v.Type().String())
	}
}

func fillStruct(v reflect.Value, next *int) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(1_800_000_000+int64(*next), 0)))
		return
	}
	for i := range v.NumField() {
		if v.Type().Field(i).Name != "_" {
			fill(v.Field(i), next)
		}
	}
}

func encoding(t *testing.T) cbor.EncMode {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(t, err)
	return mode
}

// there and back again; the value that comes back has the type of the one given.
func roundTrip(t *testing.T, value reflect.Value) reflect.Value {
	bytes, err := encoding(t).Marshal(value.Interface())
	require.NoError(t, err)
	again, err := encoding(t).Marshal(value.Interface())
	require.NoError(t, err)
	require.Equal(t, bytes, again, "the same value has the same bytes")
	back := reflect.New(value.Type())
	require.NoError(t, cbor.Unmarshal(bytes, back.Interface()))
	return back.Elem()
}

func TestBlankRecordsRoundTrip(t *testing.T) {
	for _, r := range records() {
		require.Equal(t, r, roundTrip(t, reflect.ValueOf(r)).Interface(), "%T", r)
	}
}

func TestFullRecordsRoundTrip(t *testing.T) {
	for _, r := range records() {
		v := reflect.New(reflect.TypeOf(r)).Elem()
		next := 0
		fill(v, &next)
		require.Equal(t, v.Interface(), roundTrip(t, v).Interface(), "%T", r)
	}
}

func TestEachFieldRoundTripsOnItsOwn(t *testing.T) {
	for _, r := range records() {
		for i := range reflect.TypeOf(r).NumField() {
			field := reflect.TypeOf(r).Field(i)
			if field.Name == "_" {
				continue
			}
			v := reflect.New(reflect.TypeOf(r)).Elem()
			next := 0
			fill(v.Field(i), &next)
			require.Equal(t, v.Interface(), roundTrip(t, v).Interface(), "%T.%s", r, field.Name)
		}
	}
}

// blankIsUnknown names the fields for which nil is "not recorded" and empty is
// "none"; each List is one besides.
var blankIsUnknown = []string{"Home.Bedrooms", "Home.OwnChildren", "Home.Closed"}

func TestNoneAndNotRecordedStayApartOnDisk(t *testing.T) {
	lists := 0
	for _, r := range []any{care.Home{}, care.Child{}} {
		for i := range reflect.TypeOf(r).NumField() {
			field := reflect.TypeOf(r).Field(i)
			name := reflect.TypeOf(r).Name() + "." + field.Name
			if field.Type != reflect.TypeFor[care.List]() && !slices.Contains(blankIsUnknown, name) {
				continue
			}
			lists++
			v := reflect.New(reflect.TypeOf(r)).Elem()
			require.True(t, roundTrip(t, v).Field(i).IsNil(), "%s: not recorded came back as none", name)
			v.Field(i).Set(reflect.MakeSlice(field.Type, 0, 0))
			back := roundTrip(t, v).Field(i)
			require.False(t, back.IsNil(), "%s: none came back as not recorded", name)
			require.Zero(t, back.Len(), name)
		}
	}
	require.Equal(t, 8+9+len(blankIsUnknown), lists, "8 lists of a home, 9 of a child")
}

func TestANumberOfNoneStaysApartFromABlankOneOnDisk(t *testing.T) {
	for _, want := range []care.Number{{}, care.Num(0), care.Num(3)} {
		h := care.Home{Places: want}
		require.Equal(t, want, roundTrip(t, reflect.ValueOf(h)).Interface().(care.Home).Places)
	}
	for _, want := range []care.End{{}, care.Never(), care.EndOn(today)} {
		h := care.Home{RegisteredUntil: want}
		require.Equal(t, want, roundTrip(t, reflect.ValueOf(h)).Interface().(care.Home).RegisteredUntil)
	}
}

func TestAHoldRoundTripsWhateverItsZone(t *testing.T) {
	want := hold(time.Date(2026, time.July, 1, 17, 30, 0, 0, inLondon(t)), today, "A", "B")
	got := roundTrip(t, reflect.ValueOf(want)).Interface().(care.Hold)
	require.True(t, want.Until.Equal(got.Until), "%s became %s", want.Until, got.Until)
	got.Until = want.Until
	require.Equal(t, want, got)
}

// keyOf reads the integer key of a field, and "" from fields that have none.
func keyOf(field reflect.StructField) string {
	key, options, _ := strings.Cut(field.Tag.Get("cbor"), ",")
	if !strings.Contains(options, "keyasint") {
		return ""
	}
	return key
}

func TestKeysOnDiskAreNumberedFromOneInOrder(t *testing.T) {
	for _, r := range []any{care.Home{}, care.Child{}, care.Placement{}, care.Occupancy{}, care.Hold{}, care.Offer{}, care.Decline{}} {
		for i := range reflect.TypeOf(r).NumField() {
			field := reflect.TypeOf(r).Field(i)
			require.Equal(t, fmt.Sprint(i+1), keyOf(field), "%T.%s: a key that moves makes old records unreadable", r, field.Name)
		}
	}
}

func TestBytesOnDiskOfSmallRecords(t *testing.T) {
	for _, c := range []struct {
		record any
		want   string
	}{
		{care.Placement{ID: "P", Child: "C", Home: "H", Start: 1, End: 2, EndedEarly: care.No},
			"a6" + "016150" + "026143" + "036148" + "0401" + "0602" + "0701"},
		{care.Number{N: 3, Known: true}, "8203f5"},
		{care.Never(), "8200f5"},
		{care.DayRange{From: 1, To: 2}, "820102"},
		{care.Stay{Placement: "P", Child: "C", Start: 1}, "86" + "6150" + "6143" + "01" + "00" + "00" + "00"},
		{care.Hold{ID: "K", Children: []care.ID{"C"}, From: 1, Until: time.Unix(2, 0), By: "B"},
			"a5" + "01614b" + "02816143" + "0301" + "0402" + "056142"},
		{care.Hold{ID: "K", Children: []care.ID{"C"}, From: 1, Until: time.Unix(2, 0), Offer: care.Offer{State: care.Offered}},
			"a5" + "01614b" + "02816143" + "0301" + "0402" + "06a1" + "01676f666665726564"},
	} {
		bytes, err := encoding(t).Marshal(c.record)
		require.NoError(t, err)
		require.Equal(t, c.want, hex.EncodeToString(bytes), "%T", c.record)
	}
}
