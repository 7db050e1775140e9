package care_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestPackedTextIsShorterAndComesBack(t *testing.T) {
	text := strings.Repeat(`{"home":"H-00012","verdict":"barred"},`, 1000)
	packed := care.Pack([]byte(text))
	require.Less(t, len(packed), len(text)/50)
	got, err := packed.Unpack()
	require.NoError(t, err)
	require.Equal(t, text, string(got))
	require.Equal(t, packed, care.Pack([]byte(text)), "the same text packs the same")
}

func TestATextIsPackedOnlyWithinWhatThereIsRoomFor(t *testing.T) {
	var text strings.Builder
	for n := range 20_000 { // of which a packer makes little
		fmt.Fprintf(&text, "%x,", n*n*2654435761)
	}
	packed := care.Pack([]byte(text.String()))
	for _, most := range []int{len(packed), len(packed) + 1, 1 << 30} {
		within, fits := care.PackWithin([]byte(text.String()), most)
		require.True(t, fits)
		require.Equal(t, packed, within)
	}
	for _, most := range []int{len(packed) - 1, 1000, 1, 0} {
		within, fits := care.PackWithin([]byte(text.String()), most)
		require.False(t, fits, most)
		require.Nil(t, within)
	}
}

func TestPackedJSONIsReadIntoAValue(t *testing.T) {
	var homes []string
	require.NoError(t, care.Pack([]byte(`["H-1","H-2"]`)).UnpackJSON(&homes))
	require.Equal(t, []string{"H-1", "H-2"}, homes)
	require.Error(t, care.Pack([]byte(`{"H-1":1}`)).UnpackJSON(&homes), "no list")
	require.Error(t, care.Packed("no such thing").UnpackJSON(&homes))
}

func TestNothingUnpacksToNothing(t *testing.T) {
	got, err := care.Packed(nil).Unpack()
	require.NoError(t, err)
	require.Empty(t, got)
	got, err = care.Pack(nil).Unpack()
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestDamagedPackedTextIsRefused(t *testing.T) {
	packed := care.Pack([]byte("the shortlist of a child"))
	for n := range len(packed) {
		_, err := packed[:n].Unpack()
		require.Equal(t, n > 0, err != nil, "cut to %d bytes", n)
	}
	_, err := care.Packed("no such thing").Unpack()
	require.Error(t, err)
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte(care.Pack([]byte("text"))))
	f.Add([]byte{})
	f.Add([]byte{0x4b, 0x4c, 0x84})
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := care.Packed(b).Unpack()
		if err != nil {
			require.Nil(t, text)
			return
		}
		again, err := care.Pack(text).Unpack()
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}
