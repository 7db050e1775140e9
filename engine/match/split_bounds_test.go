package match_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// What the search for splits takes for granted of homes that it does not try.

// An arrangement is never worth more than it would be around the best of its homes;
// and what its distances cost is what the scores say, but for rounding.
func TestNoArrangementIsWorthMoreThanAroundItsMedoid(t *testing.T) {
	tight, apart := 0, 0
	eachFamily(t, 4*len(bents), aTown, func(t *testing.T, d dice, _ bent, f *family) {
		err := match.EachShortfall(t.Context(), f.shelf, f.req, f.set, 30, d.IntN, func(s match.Shortfall) {
			require.InDelta(t, s.Reckoned, s.Exact, s.Rounded)
			require.LessOrEqual(t, s.Medoid, s.Around+1)
			require.LessOrEqual(t, s.Around, s.Reckoned+1)
			if s.Reckoned > 1_000_000 {
				apart++
				if s.Around > s.Reckoned*3/4 {
					tight++
				}
			}
		})
		if err != nil {
			require.ErrorIs(t, err, match.ErrNoHomeAddress)
		}
	})
	require.Greater(t, apart, 200)
	require.Greater(t, tight, apart/2, "it says something")
}

// What a block could be worth by its parts is no less than what its best home is
// worth; nor is the most that measuring it finds, which counts on a home that may be
// barred.
func TestABlockIsWorthNoMoreThanItsPartsAndWhatTheyGain(t *testing.T) {
	near, possible := 0, 0
	eachFamily(t, 4*len(bents), aTown, func(t *testing.T, _ dice, _ bent, f *family) {
		err := match.PartBounds(t.Context(), f.shelf, f.req, f.set, func(hoped, most, worth scoring.Millionths) {
			possible++
			require.GreaterOrEqual(t, hoped, worth)
			require.GreaterOrEqual(t, most, worth)
			if hoped < worth+10*scoring.One {
				near++
			}
		})
		if err != nil {
			require.ErrorIs(t, err, match.ErrNoHomeAddress)
		}
	})
	require.Greater(t, possible, 500)
	require.Greater(t, near, possible/10, "it says something")
}
