package scoring_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// Sums over children, from which the mean of a split is taken, against what each
// child is given.

func TestTheMeanOfSoManyChildren(t *testing.T) {
	for _, c := range []struct {
		sum      scoring.Millionths
		children int
		mean     scoring.Millionths
	}{
		{0, 1, 0}, {7, 1, 7}, {4, 2, 2}, {5, 2, 3}, {4, 3, 1}, {5, 3, 2}, {10, 4, 3}, {9, 4, 2}, {800 * scoring.One, 8, 100 * scoring.One},
	} {
		require.Equal(t, c.mean, scoring.Mean(c.sum, c.children), "%d of %d", c.sum, c.children)
	}
}

func TestAScoreIsTheMeanOfTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, h := drawCase(t), drawHousehold(t)
		scale := scoring.For(c, drawPolicies(t, len(c.Children)))
		score, _ := scale.Explain(h)
		sum := scoring.Millionths(0)
		for _, child := range score.Children {
			sum += child
		}
		require.Equal(t, sum, scale.Sum(h))
		require.Equal(t, halvesUp(big.NewRat(int64(sum), int64(len(c.Children)))), scale.Total(h))
		require.Equal(t, scale.Total(h), scoring.Mean(scale.Sum(h), len(c.Children)))
	})
}

// points adds up what each criterion says, criterion by criterion as a score does.
func points(reasons []scoring.Reason) scoring.Millionths {
	weights, sum := map[care.ID]int64{}, scoring.Millionths(0)
	for _, r := range reasons {
		weights[r.Child] += int64(r.Weight)
	}
	for _, r := range reasons {
		sum += halvesUp(big.NewRat(100*int64(r.Weight)*int64(r.Value), weights[r.Child]))
	}
	return sum
}

func TestTheSumOfASpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAsked(t)
		scale := scoring.For(c, drawPolicies(t, len(c.Children)))
		homes := drawStrangers(t, c)
		all := widened(homes)
		for _, h := range homes {
			one := spanOf(h)
			require.GreaterOrEqual(t, scale.MostSum(&one, one.Kinds), scale.Sum(h))
			require.GreaterOrEqual(t, scale.MostSum(&all, one.Kinds), scale.MostSum(&one, one.Kinds))
			require.GreaterOrEqual(t, scale.MostSum(&all, all.Kinds), scale.MostSum(&all, one.Kinds))
		}
		most := scale.MostSum(&all, all.Kinds)
		require.Equal(t, points(scale.EachMost(&all, all.Kinds)), most)
		require.Equal(t, scoring.Mean(most, len(c.Children)), scale.Most(&all, all.Kinds))
	})
}
