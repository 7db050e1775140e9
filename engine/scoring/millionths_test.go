package scoring_test

import (
	"encoding/json"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/scoring"
)

// mostExact is the largest number that is read back to the millionth.
const mostExact = 1 << 50

func TestMillionthsInWords(t *testing.T) {
	for m, want := range map[scoring.Millionths]string{
		0: "0.000000", 1: "0.000001", scoring.One: "1.000000", 83_412_345: "83.412345", 100_000_000: "100.000000",
		-1: "-0.000001", -1_500_000: "-1.500000", 70_000_007: "70.000007",
	} {
		require.Equal(t, want, m.String())
		text, err := json.Marshal(m)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	require.InDelta(t, 83.412345, scoring.Millionths(83_412_345).Float(), 1e-12)
}

func TestMillionthsThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := scoring.Millionths(rapid.Int64Range(-mostExact, mostExact).Draw(t, "millionths"))
		text, err := json.Marshal(m)
		require.NoError(t, err)
		exact, ok := new(big.Rat).SetString(string(text))
		require.True(t, ok)
		require.Zero(t, exact.Cmp(big.NewRat(int64(m), 1_000_000)), "%s says what it is", text)
		var back scoring.Millionths
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, m, back)
	})
}

func TestMillionthsReadWhatOthersWrite(t *testing.T) {
	for text, want := range map[string]scoring.Millionths{
		"1": scoring.One, "0.5": 500_000, "1e2": 100_000_000, "0.0000004": 0, "0.0000006": 1, "-0.25": -250_000,
		"1e9": 1e9 * scoring.One, "-1e9": -1e9 * scoring.One,
	} {
		var m scoring.Millionths
		require.NoError(t, json.Unmarshal([]byte(text), &m), text)
		require.Equal(t, want, m, text)
	}
	for _, text := range []string{`"83"`, `true`, `{}`, `1e300`, `-1e12`, `1e999`, `1.126e9`, `-1.126e9`} {
		m := scoring.Millionths(7)
		require.Error(t, json.Unmarshal([]byte(text), &m), text)
		require.Equal(t, scoring.Millionths(7), m, "%s leaves it alone", text)
	}
	var m scoring.Millionths
	require.ErrorContains(t, m.UnmarshalJSON([]byte("NaN")), "too large")
}

func FuzzMillionths(f *testing.F) {
	for _, text := range []string{"0", "83.412345", "-1.5", "1e2", "1e300", "NaN", "Inf", "0x1p-2", "", "1_0", "999999999.999999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var m scoring.Millionths
		if m.UnmarshalJSON([]byte(text)) != nil {
			return
		}
		require.LessOrEqual(t, m, scoring.Millionths(mostExact))
		require.GreaterOrEqual(t, m, scoring.Millionths(-mostExact))
		written, err := m.MarshalJSON()
		require.NoError(t, err)
		var again scoring.Millionths
		require.NoError(t, again.UnmarshalJSON(written))
		require.Equal(t, m, again)
	})
}
