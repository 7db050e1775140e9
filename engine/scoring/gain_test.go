package scoring_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// What children gain by living with brothers and sisters who would else live next
// door, against weighing both.

// family is a sibling group of whom some live together, the rest of the group in
// other homes, and siblings in homes that are known.
type family struct {
	together []care.Child
	near     []care.Sibling
	known    []care.Sibling
	policies []*policy.Policy
	ask      care.Asking
	days     int // ahead
}

func drawFamily(t *rapid.T) family {
	f := family{days: oneOf(t, "days ahead", 0, 0, 5, 30)}
	var ids []care.ID
	member := func(prefix string, i int) care.ID {
		ids = append(ids, care.ID(fmt.Sprint(prefix, i+1)))
		return ids[len(ids)-1]
	}
	for i := range count(t, "together", 1, 6) {
		c := drawChild(t, member("C-", i))
		c.Group, c.KeptApart = "G-1", nil
		f.together = append(f.together, c)
	}
	for i := range count(t, "near", 0, 4) {
		f.near = append(f.near, care.Sibling{ID: member("N-", i), Near: true})
	}
	for i := range count(t, "known", 0, 3) {
		f.known = append(f.known, care.Sibling{ID: people[3+i], Home: oneOf(t, "lives", "H-1", care.ID("H-2"), "H-3"), Where: point(t)})
	}
	f.policies = drawPolicies(t, len(f.together))
	f.ask = care.Ask(care.StartOf(monday), ids...)
	return f
}

func (f family) ahead(c *care.Case) *care.Case {
	c.On, c.Ask = c.On+care.Day(f.days), f.ask
	return c
}

// alone weighs one of them, with the others next door.
func (f family) alone(i int) *scoring.Scale {
	c := f.ahead(placing(f.together[i]))
	for k := range f.together {
		if k != i {
			c.Siblings[0] = append(c.Siblings[0], care.Sibling{ID: f.together[k].ID, Near: true})
		}
	}
	c.Siblings[0] = append(append(c.Siblings[0], f.near...), f.known...)
	return scoring.For(c, f.policies[i:i+1])
}

// some weighs the first few of them in one home, with the others next door.
func (f family) some(n int) (*care.Case, *scoring.Scale) {
	c := f.ahead(placing(f.together[:n]...))
	for i := range c.Siblings {
		for _, other := range f.together[n:] {
			c.Siblings[i] = append(c.Siblings[i], care.Sibling{ID: other.ID, Near: true})
		}
		c.Siblings[i] = append(append(c.Siblings[i], f.near...), f.known...)
	}
	return c, scoring.For(c, f.policies[:n])
}

// whole weighs all of them in one home.
func (f family) whole() (*care.Case, *scoring.Scale) { return f.some(len(f.together)) }

// little is by how much a bound on a gain may be above it: the thousandth part of
// a point.
const little = scoring.One / 1000

// bounded says whether the wishes of a child make the bound wider than it need be:
// a room of one's own is lost as the family grows, and a wish that is granted
// already by one who lives there is not granted again.
func (f family) bounded(c *care.Child, h *care.Household) bool {
	wished := c.WishesFor.Has("sibling") || c.WishesFor.Has("siblings")
	here := slices.ContainsFunc(f.known, func(s care.Sibling) bool { return s.Home == h.Home.ID })
	return c.WishesFor.Has("own-room") || wished && here
}

// visited is a family and a home.
type visited struct {
	family
	home *care.Household
}

// many is how many random worlds a test looks at, the same in every run.
func many(n int) int {
	if testing.Short() {
		return n / 4
	}
	return n
}

func TestNobodyGainsMoreByASiblingThanTheBoundOnIt(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) visited { return visited{drawFamily(t), drawHousehold(t)} })
	tight, wished := 0, 0
	for seed := range many(1200) {
		v := draw.Example(seed)
		_, whole := v.whole()
		after, _ := whole.Explain(v.home)
		bound := scoring.Millionths(0)
		for i := range v.together {
			scale, c := v.alone(i), &v.together[i]
			gain, rise := scale.Gain(len(v.together)-1), after.Children[i]-scale.Sum(v.home)
			require.GreaterOrEqual(t, gain, rise, "seed %d, %s", seed, c.ID)
			bound += scale.Sum(v.home) + gain
			if v.bounded(c, v.home) {
				continue
			}
			require.LessOrEqual(t, gain-rise, little, "seed %d, %s: %+v", seed, c.ID, c.WishesFor)
			tight++
			if c.WishesFor.Has("sibling") {
				wished++
			}
		}
		require.GreaterOrEqual(t, bound, whole.Sum(v.home), "seed %d: of all of them together", seed)
	}
	t.Logf("%d gains are tight, %d of them with a wish for a sibling", tight, wished)
	require.Greater(t, tight, many(1200))
	require.Greater(t, wished, many(1200)/6)
}

// A few live together already, and the rest join them.
func TestNobodyGainsMoreByOneSiblingMoreThanTheBoundOnIt(t *testing.T) {
	draw, tight := rapid.Custom(func(t *rapid.T) visited { return visited{drawFamily(t), drawHousehold(t)} }), 0
	for seed := range many(500) {
		v := draw.Example(seed)
		first := &v.together[0]
		_, whole := v.whole()
		after, _ := whole.Explain(v.home)
		for n := 2; n < len(v.together); n++ {
			_, scale := v.some(n)
			before, _ := scale.Explain(v.home)
			gain, rise := scale.Gain(len(v.together)-n), after.Children[0]-before.Children[0]
			require.GreaterOrEqual(t, gain, rise, "seed %d, from %d", seed, n)
			if !v.bounded(first, v.home) && !first.WishesFor.Has("sibling") && !first.WishesFor.Has("siblings") { // who is granted already
				require.LessOrEqual(t, gain-rise, little, "seed %d, from %d", seed, n)
				tight++
			}
		}
	}
	require.Greater(t, tight, many(500)/2)
}

// What each could be worth alone, and what they gain, bounds what any home of a
// Span is worth to all of them.
func TestASpanBoundsWhatAFamilyIsWorthTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFamily(t)
		c, whole := f.whole()
		homes := drawStrangers(t, c)
		all := widened(homes)
		bound := scoring.Millionths(0)
		for i := range f.together {
			scale := f.alone(i)
			bound += scale.MostSum(&all, all.Kinds) + scale.Gain(len(f.together)-1)
		}
		for _, h := range homes {
			require.GreaterOrEqual(t, bound, whole.Sum(h))
		}
	})
}

// weighing is the default policy with weights for three things alone.
func weighing(siblings, wishes, inArea int) policy.Policy {
	p := defaults()
	p.Weights = policy.Weights{Siblings: siblings, Wishes: wishes, InArea: inArea}
	return p
}

func TestWhatASiblingInTheSameHomeIsWorth(t *testing.T) {
	brothers := func(n int, more ...care.Sibling) *care.Case {
		for i := range n {
			more = append(more, care.Sibling{ID: care.ID(fmt.Sprint("N-", i)), Near: true})
		}
		return elsewhere(more...)
	}
	wish := func(c *care.Case, terms ...string) *care.Case { c.Children[0].WishesFor = terms; return c }
	sister := care.Sibling{ID: "C-8", Home: "H-8", Where: north(10)}
	for _, s := range []struct {
		why    string
		case_  *care.Case
		policy policy.Policy
		joins  int
		points float64
	}{
		{"nobody", brothers(2), weighing(1, 0, 1), 0, 0},
		{"the only brother", brothers(1), weighing(1, 0, 0), 1, 75},
		{"the only brother, who is half of what is weighed", brothers(1), weighing(1, 0, 1), 1, 37.5},
		{"one of two", brothers(2), weighing(1, 0, 0), 1, 37.5},
		{"both of two", brothers(2), weighing(1, 0, 0), 2, 75},
		{"one of one, beside a sister who lives elsewhere", brothers(1, sister), weighing(1, 0, 0), 1, 37.5},
		{"a brother whom nobody weighs", brothers(1), weighing(0, 0, 1), 1, 0},
		{"one who is wished for", wish(brothers(1), "sibling"), weighing(0, 1, 0), 1, 100},
		{"one who is wished for by the other word", wish(brothers(1), "siblings"), weighing(0, 1, 0), 1, 100},
		{"one who is wished for twice over, and a garden", wish(brothers(1), "siblings", "garden", "sibling", "siblings"), weighing(0, 1, 0), 1, 75},
		{"a wish that is weighed with all else", wish(brothers(1), "sibling", "garden"), weighing(2, 1, 1), 1, (2*75 + 1*50) / 4.0},
		{"a garden is wished for", wish(brothers(1), "garden"), weighing(0, 1, 0), 1, 0},
		{"nobody, though wished for", wish(brothers(1), "sibling"), weighing(1, 1, 0), 0, 0},
	} {
		gain := scaleOf(s.case_, s.policy).Gain(s.joins)
		require.GreaterOrEqual(t, gain.Float(), s.points, s.why)
		require.LessOrEqual(t, gain.Float(), s.points+little.Float(), s.why)
	}
	require.Zero(t, scaleOf(brothers(2), weighing(1, 1, 1)).Gain(0))
	require.Zero(t, scaleOf(brothers(2), weighing(0, 1, 1)).Gain(2), "what siblings do not change is no gain")
}
