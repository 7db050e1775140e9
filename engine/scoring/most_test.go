package scoring_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// What a Span of homes may be worth, against what each of the homes is worth.

// stranger draws a home that the case does not name: no child of it lives or has
// lived there, no sibling does, and nobody wishes for it.
func stranger(t *rapid.T, i int, c *care.Case) *care.Household {
	h := drawHousehold(t)
	h.Home.ID = care.ID(fmt.Sprint("H-2", i))
	h.Home.Beds += oneOf(t, "a large home", 0, 0, 0, 4)
	var there care.Household
	for k, stay := range h.Occupancy.Stays {
		if !c.Names(stay.Child) {
			there.Occupancy.Stays = append(there.Occupancy.Stays, stay)
			there.Residents = append(there.Residents, h.Residents[k])
		}
	}
	h.Occupancy.Stays, h.Residents = there.Occupancy.Stays, there.Residents
	h.Occupancy.Home = h.Home.ID
	return h
}

// drawAsked is a case for that day, or for one that is past or to come.
func drawAsked(t *rapid.T) *care.Case {
	c := drawCase(t)
	c.On += care.Day(oneOf(t, "days ahead", 0, 0, 5, 30, -10))
	return c
}

func drawStrangers(t *rapid.T, c *care.Case) []*care.Household {
	var all []*care.Household
	for i := range count(t, "homes", 1, 6) {
		all = append(all, stranger(t, i, c))
	}
	return all
}

func spanOf(h *care.Household) care.Span { return care.SpanOf(h.Home, &h.Occupancy) }

func widened(homes []*care.Household) care.Span {
	all := spanOf(homes[0])
	for _, h := range homes[1:] {
		by := spanOf(h)
		all.Widen(&by)
	}
	return all
}

// requireMost holds each criterion of a Span against that of one of its homes.
func requireMost(t require.TestingT, scale *scoring.Scale, all *care.Span, kinds care.KindSet, h *care.Household) {
	_, reasons := scale.Explain(h)
	for i, most := range scale.EachMost(all, kinds) {
		require.Equal(t, reasons[i].Criterion, most.Criterion)
		require.GreaterOrEqual(t, most.Value, reasons[i].Value, "%s: %s", most.Criterion, reasons[i].Says)
		require.LessOrEqual(t, most.Value, scoring.One, most.Criterion)
	}
	require.GreaterOrEqual(t, scale.Most(all, kinds), scale.Total(h))
}

func TestASpanIsNeverWorthLessThanAHomeOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAsked(t)
		scale := scoring.For(c, drawPolicies(t, len(c.Children)))
		homes := drawStrangers(t, c)
		all := widened(homes)
		for _, h := range homes {
			one := spanOf(h)
			requireMost(t, scale, &one, one.Kinds, h)
			requireMost(t, scale, &all, all.Kinds, h)
			requireMost(t, scale, &all, one.Kinds, h)
			apart := scale.EachMost(&one, one.Kinds)
			for i, most := range scale.EachMost(&all, all.Kinds) {
				require.GreaterOrEqual(t, most.Value, apart[i].Value, "widening a Span lowers %s", most.Criterion)
			}
			require.GreaterOrEqual(t, scale.Most(&all, one.Kinds), scale.Most(&one, one.Kinds))
			require.GreaterOrEqual(t, scale.Most(&all, all.Kinds), scale.Most(&all, one.Kinds), "fewer kinds are never worth more")
		}
	})
}

// plainly says whether a Span of the home alone can tell everything that is
// weighed: nobody is overdue, moves in or is to leave by record after the day,
// nothing is held, no home is over its number, five free beds are all there are,
// and no word passes for another.
func plainly(c *care.Case, h *care.Household) bool {
	for _, s := range h.Occupancy.Stays {
		overdue := s.End == 0 && s.ExpectedEnd != 0 && s.ExpectedEnd < monday
		if overdue || s.Start > c.On || s.End > c.On {
			return false
		}
	}
	free := h.FreeBeds(c.On, c.Ask)
	if len(h.Occupancy.Holds) > 0 || free < 0 || free >= care.MostFree && free < h.Home.Beds {
		return false
	}
	return !slices.ContainsFunc(c.Children, func(child care.Child) bool { return confused(&child, h.Home) })
}

// confused says whether a word that the child asks for and the home has not
// passes for one it has.
func confused(c *care.Child, h *care.Home) bool {
	passes := func(words, among care.List) bool {
		for _, w := range words {
			if !among.Has(w) && care.MarksOf(among...).Has(care.MarksOf(w)) {
				return true
			}
		}
		return false
	}
	identities := slices.Concat(h.Faiths, h.Cultures, h.Ethnicities)
	area := care.List{h.Authority}
	beside := care.MarksOf(h.Authority).Meets(care.MarksOf(gazetteer.Adjoining(c.Authority)...))
	return passes(c.Needs, h.Skills) || passes(c.Languages, h.Languages) || passes(care.List{c.Authority}, area) ||
		h.Authority != c.Authority && beside != gazetteer.Adjoin(h.Authority, c.Authority) ||
		passes(care.List{c.Faith}, identities) || passes(care.List{c.Culture}, identities) || passes(care.List{c.Ethnicity}, identities)
}

// visit is a case and a home that it does not name.
type visit struct {
	*care.Case
	policies []*policy.Policy
	home     *care.Household
}

func drawVisit(t *rapid.T) visit {
	c := drawAsked(t)
	h := stranger(t, 0, c)
	h.Occupancy.Holds = nil
	return visit{c, drawPolicies(t, len(c.Children)), h}
}

// Of one home a Span knows the worth, and not only a bound: that is what lets a
// search stop early.
func TestASpanOfOneHomeIsWorthTheHome(t *testing.T) {
	draw, exact, plain := rapid.Custom(drawVisit), map[string]int{}, 0
	tries := many(700)
	for seed := range tries { // the same homes in every run
		v := draw.Example(seed)
		if !plainly(v.Case, v.home) {
			continue
		}
		plain++
		one, scale := spanOf(v.home), scoring.For(v.Case, v.policies)
		_, reasons := scale.Explain(v.home)
		for i, most := range scale.EachMost(&one, one.Kinds) {
			require.Equal(t, reasons[i].Value, most.Value, "seed %d, %s: %s", seed, most.Criterion, reasons[i].Says)
			exact[most.Criterion]++
		}
		require.Equal(t, scale.Sum(v.home), scale.MostSum(&one, one.Kinds), "seed %d", seed)
		require.Equal(t, scale.Total(v.home), scale.Most(&one, one.Kinds), "seed %d", seed)
	}
	t.Logf("%d of %d homes are plain", plain, tries)
	require.Greater(t, plain, tries/3)
	for _, c := range scoring.Criteria() {
		require.Positive(t, exact[c.ID], c.ID)
	}
}

// A criterion that can say nothing of a Span costs time and never an answer.
func TestACriterionThatSaysNothingOfASpanIsTakenAtItsMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAsked(t)
		scale := scoring.For(c, drawPolicies(t, len(c.Children)))
		h := stranger(t, 0, c)
		one := spanOf(h)
		silent := scoring.Criteria()[count(t, "which", 0, len(scoring.Criteria())-1)].ID
		less := scale.WithoutMost(silent)
		for i, most := range less.EachMost(&one, one.Kinds) {
			if most.Criterion == silent {
				require.Equal(t, scoring.One, most.Value)
			} else {
				require.Equal(t, scale.EachMost(&one, one.Kinds)[i], most)
			}
		}
		require.GreaterOrEqual(t, less.Most(&one, one.Kinds), scale.Most(&one, one.Kinds))
		require.Equal(t, scale.Total(h), less.Total(h), "the score is what it was")
	})
}

func TestAllThatCanBeSaidOfNothing(t *testing.T) {
	c := placing(aChild(wishing("garden"), seeing(contact("mother", 3, 4))))
	scale := scaleOf(c, defaults())
	for _, criterion := range scoring.Criteria() {
		scale = scale.WithoutMost(criterion.ID)
	}
	one := spanOf(aHome())
	require.Equal(t, 100*scoring.One, scale.Most(&one, one.Kinds))
}
