package scoring_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// Siblings who will live in another home of the same split: next door, for all
// that is known, until it is chosen.

// living is the case once it is known where some of the siblings live who were to
// live near.
func living(c *care.Case, at map[care.ID]care.Sibling) *care.Case {
	settled := *c
	settled.Siblings = nil
	for _, all := range c.Siblings {
		all = slices.Clone(all)
		for i, s := range all {
			if home, known := at[s.ID]; known && s.Near {
				all[i] = home
			}
		}
		settled.Siblings = append(settled.Siblings, all)
	}
	return &settled
}

// near lists the siblings of a case who are to live near.
func near(c *care.Case) []care.ID {
	var all []care.ID
	for _, siblings := range c.Siblings {
		for _, s := range siblings {
			if s.Near && !slices.Contains(all, s.ID) {
				all = append(all, s.ID)
			}
		}
	}
	return all
}

// drawSplit is a case some of whose siblings are to live near.
func drawSplit(t *rapid.T) *care.Case {
	return rapid.Custom(drawAsked).Filter(func(c *care.Case) bool { return near(c) != nil }).Draw(t, "case")
}

// nextDoor is where a sibling lives who has the house beside a home.
func nextDoor(id care.ID, h *care.Household) care.Sibling {
	return care.Sibling{ID: id, Home: "H-NEXT", Where: h.Home.Where.Point}
}

func TestASiblingWhoWillLiveNearCountsAsNextDoor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawSplit(t)
		policies := drawPolicies(t, len(c.Children))
		h, homes, at := drawHousehold(t), drawStrangers(t, c), map[care.ID]care.Sibling{}
		for _, id := range near(c) {
			at[id] = nextDoor(id, h)
		}
		scale, beside := scoring.For(c, policies), scoring.For(living(c, at), policies)
		score, reasons := scale.Explain(h)
		want, as := beside.Explain(h)
		require.Equal(t, want, score)
		for i := range as {
			as[i].Says, as[i].Miles, reasons[i].Says, reasons[i].Miles = "", nil, "", nil // a home that is not chosen is no miles away
		}
		require.Equal(t, as, reasons)

		all := widened(homes)
		for _, id := range near(c) {
			at[id] = nextDoor(id, homes[len(homes)-1])
		}
		require.Equal(t, scoring.For(living(c, at), policies).EachMost(&all, all.Kinds), scale.EachMost(&all, all.Kinds))
	})
}

func TestNowhereIsNearerThanNextDoor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawSplit(t)
		policies := drawPolicies(t, len(c.Children))
		h, at := drawHousehold(t), map[care.ID]care.Sibling{}
		for _, id := range near(c) {
			at[id] = care.Sibling{ID: id, Home: "H-NEXT", Where: point(t)}
		}
		require.GreaterOrEqual(t, scoring.For(c, policies).Sum(h), scoring.For(living(c, at), policies).Sum(h))
	})
}

// A home is chosen for a sibling, another one, or none again: each time the scale
// says what one would say that had known it from the start.
func TestSettlingASiblingIsAsIfItHadBeenKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawSplit(t)
		policies := drawPolicies(t, len(c.Children))
		scale, h, at := scoring.For(c, policies), drawHousehold(t), map[care.ID]care.Sibling{}
		other := stranger(t, 0, c)
		span := spanOf(other)
		same := func() {
			fresh := scoring.For(living(c, at), policies)
			score, reasons := scale.Explain(h)
			wanted, as := fresh.Explain(h)
			require.Equal(t, wanted, score)
			require.Equal(t, as, reasons)
			require.Equal(t, fresh.Sum(h), scale.Sum(h))
			require.Equal(t, fresh.Sum(other), scale.Sum(other))
			require.Equal(t, fresh.EachMost(&span, span.Kinds), scale.EachMost(&span, span.Kinds))
		}
		same()
		for range count(t, "decisions", 1, 5) {
			id := oneOf(t, "who", near(c)...)
			if oneOf(t, "chosen", true, true, false) {
				at[id] = care.Sibling{ID: id, Home: oneOf(t, "home", "H-1", "H-1", care.ID("H-7")), Where: point(t)}
				scale.Settle(id, at[id].Home, at[id].Where)
			} else {
				delete(at, id)
				scale.Settle(id, "", care.Point{})
			}
			same()
		}
		for _, id := range near(c) {
			delete(at, id)
			scale.Settle(id, "", care.Point{})
		}
		same()
	})
}

func TestSettlingOneWhoIsNoSiblingChangesNothing(t *testing.T) {
	c := elsewhere(care.Sibling{ID: "C-2", Near: true}, care.Sibling{ID: "C-3", Home: "H-9", Where: north(20)})
	scale, h := scaleOf(c, defaults()), aHome()
	before := scale.Total(h)
	scale.Settle("C-9", "H-1", town)
	require.Equal(t, before, scale.Total(h))
	scale.Settle("C-2", "H-1", town)
	require.Greater(t, scale.Total(h), before)
	require.Equal(t, before, scaleOf(c, defaults()).Total(h), "the case is left as it was")
}

func TestASisterWhoIsSettledInThisHome(t *testing.T) {
	c := elsewhere(care.Sibling{ID: "C-2", Near: true})
	c.Children[0].WishesFor = care.List{"sibling"}
	scale := scaleOf(c, defaults())
	value := func(criterion string) float64 {
		_, reasons := scale.Explain(aHome())
		r, ok := find(reasons, criterion)
		require.True(t, ok, criterion)
		return r.Value.Float()
	}
	both := func() []float64 { return []float64{value("siblings"), value("wishes")} }
	require.Equal(t, []float64{0.25, 0}, both())
	scale.Settle("C-2", "H-1", town)
	require.Equal(t, []float64{1, 1}, both())
	scale.Settle("C-2", "H-2", north(10))
	require.Equal(t, []float64{0.125, 0}, both())
	scale.Settle("C-2", "", care.Point{})
	require.Equal(t, []float64{0.25, 0}, both())
}

func TestWhatASiblingLosesByLivingApart(t *testing.T) {
	weighed := 0
	rapid.Check(t, func(t *rapid.T) {
		c := drawSplit(t)
		only := care.Case{On: c.On, Ask: c.Ask, Children: c.Children[:1], Siblings: c.Siblings[:1]}
		if len(near(&only)) == 0 || slices.Contains(only.Children[0].KeptApart, near(&only)[0]) {
			t.Skip("the first child has nobody who is to live near")
		}
		policies := drawPolicies(t, 1)
		here, there := drawHousehold(t), drawHousehold(t)
		there.Home.ID = "H-THERE"
		scale := scoring.For(&only, policies)
		together := scale.Clone()
		id := near(&only)[0]
		scale.Settle(id, there.Home.ID, there.Home.Where.Point)
		miles := gazetteer.Miles(here.Home.Where.Point.LatLng(), there.Home.Where.Point.LatLng())
		lost := float64(together.Sum(here) - scale.Sum(here))
		require.InDelta(t, together.Parting()*scoring.Remoteness(miles), lost, 110)
		if lost > 0 {
			weighed++
		}
	})
	require.Positive(t, weighed)
}
