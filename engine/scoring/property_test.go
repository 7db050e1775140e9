package scoring_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

func TestTotalIsWhatExplainSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, h := drawCase(t), drawHousehold(t)
		scale := scoring.For(c, drawPolicies(t, len(c.Children)))
		score, reasons := scale.Explain(h)
		require.Equal(t, score.Total, scale.Total(h))
		sums := map[care.ID]scoring.Millionths{}
		for _, r := range reasons {
			sums[r.Child] += r.Points
			require.GreaterOrEqual(t, r.Value, scoring.Millionths(0), r.Criterion)
			require.LessOrEqual(t, r.Value, scoring.One, r.Criterion)
			require.NotEmpty(t, r.Says, r.Criterion)
		}
		for i := range c.Children {
			require.Equal(t, sums[c.Children[i].ID], score.Children[i], "the reasons sum exactly to the score")
			// nine roundings of half a millionth at most
			require.LessOrEqual(t, score.Children[i], 100*scoring.One+5)
			require.GreaterOrEqual(t, score.Children[i], scoring.Millionths(0))
		}
		require.LessOrEqual(t, score.Total, slices.Max(score.Children))
		require.GreaterOrEqual(t, score.Total, slices.Min(score.Children))
	})
}

// What applies, and with what weight, is told by the children alone.
func TestWeightsAreTheSameForEveryHome(t *testing.T) {
	type weighed struct {
		child     care.ID
		criterion string
		weight    int
	}
	rapid.Check(t, func(t *rapid.T) {
		c := drawCase(t)
		scale := scoring.For(c, drawPolicies(t, len(c.Children)))
		weights := func(h *care.Household) []weighed {
			var all []weighed
			_, reasons := scale.Explain(h)
			for _, r := range reasons {
				all = append(all, weighed{r.Child, r.Criterion, r.Weight})
			}
			return all
		}
		require.Equal(t, weights(aHome()), weights(drawHousehold(t)))
	})
}

// required are the columns that every home has, and terms those that mean no
// restriction where they are empty; the other facts of a home may be unknown.
var (
	required = []string{"ID", "Kind", "Authority", "Where", "Beds"}
	terms    = []string{"Places", "AgeMin", "AgeMax", "Sexes", "Durations"}
)

func TestBlankingAFactOfTheHomeNeverRaisesItsScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, h := drawCase(t), drawHousehold(t)
		scale := scoring.For(c, drawPolicies(t, len(c.Children)))
		score, _ := scale.Explain(h)
		for i := range reflect.TypeFor[care.Home]().NumField() {
			field := reflect.TypeFor[care.Home]().Field(i)
			if slices.Contains(required, field.Name) || slices.Contains(terms, field.Name) || field.Name == "BedsShut" || field.Name == "ListedFrom" { // which only take away
				continue
			}
			blanked := *h.Home
			reflect.ValueOf(&blanked).Elem().Field(i).SetZero()
			less, reasons := scale.Explain(&care.Household{Home: &blanked, Occupancy: h.Occupancy, Residents: h.Residents})
			for k := range score.Children {
				require.LessOrEqual(t, less.Children[k], score.Children[k], field.Name)
			}
			if less.Total < score.Total {
				requireNamed(t, reasons, field.Name)
			}
		}
		for i := range h.Occupancy.Stays {
			occupancy := care.Occupancy{Stays: slices.Clone(h.Occupancy.Stays), Holds: h.Occupancy.Holds}
			occupancy.Stays[i].EndedEarly = care.Unknown
			require.LessOrEqual(t, scale.Total(&care.Household{Home: h.Home, Occupancy: occupancy}), score.Total)
		}
	})
}

// requireNamed says that some reason names the column of the field as missing.
func requireNamed(t *rapid.T, reasons []scoring.Reason, field string) {
	for _, r := range reasons {
		for _, column := range r.Missing {
			if strings.EqualFold(strings.ReplaceAll(column, "_", ""), field) {
				return
			}
		}
	}
	require.Fail(t, "a score fell and no reason names what is missing", field)
}

// figures are reasons without their words, which may list in the order given.
func figures(reasons []scoring.Reason) []scoring.Reason {
	var all []scoring.Reason
	for _, r := range reasons {
		r.Says, r.Missing, r.Support = "", nil, nil
		all = append(all, r)
	}
	return all
}

func TestOrderInARecordDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, h := drawCase(t), drawHousehold(t)
		policies := drawPolicies(t, len(c.Children))
		score, reasons := scoring.For(c, policies).Explain(h)

		turned := *c
		turned.Children = slices.Clone(c.Children)
		for i := range turned.Children {
			child := &turned.Children[i]
			child.Contacts = shuffled(t, child.Contacts)
			for _, list := range []*care.List{&child.Needs, &child.Languages, &child.WishesFor, &child.NoContact} {
				*list = shuffled(t, *list)
			}
			child.KeptApart = shuffled(t, child.KeptApart)
		}
		home := *h.Home
		for _, list := range []*care.List{&home.Skills, &home.Languages, &home.Faiths, &home.Cultures, &home.Ethnicities, &home.Pets} {
			*list = shuffled(t, *list)
		}
		home.Bedrooms, home.Durations = shuffled(t, home.Bedrooms), shuffled(t, home.Durations)
		again, reasonsAgain := scoring.For(&turned, policies).Explain(&care.Household{Home: &home, Occupancy: h.Occupancy, Residents: h.Residents})
		require.Equal(t, score, again)
		require.Equal(t, figures(reasons), figures(reasonsAgain))
		for i, r := range reasons {
			if r.Criterion == "near-family" {
				require.Equal(t, r.Says, reasonsAgain[i].Says, "contacts are named in one order")
			}
		}
	})
}

// shuffled keeps apart a list that is not recorded from one that is empty.
func shuffled[S ~[]E, E any](t *rapid.T, s S) S {
	if len(s) < 2 {
		return s
	}
	return rapid.Permutation(s).Draw(t, "shuffled")
}

// Sums of fractions depend on their order in the last bit, and which contact is
// named first must not depend on who was typed in first.
func TestContactsSumInOneOrder(t *testing.T) {
	contacts := []care.Contact{contact("mother", 1.1, 0.1), contact("father", 7.7, 0.2), contact("aunt", 3.3, 0.3), contact("uncle", 9.9, 0.3)}
	want := reasonFor(t, placing(aChild(seeing(contacts...))), aHome(), "near-family")
	for range 24 {
		contacts = append(contacts[1:], contacts[0])
		require.Equal(t, want, reasonFor(t, placing(aChild(seeing(contacts...))), aHome(), "near-family"))
		contacts[0], contacts[1] = contacts[1], contacts[0]
	}
}

// A home's position is all that these three look at, and nearer is better.
func TestNearerIsNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.Float64Range(0, 60).Draw(t, "near")
		far := near + rapid.Float64Range(0, 60).Draw(t, "further")
		c := elsewhere(care.Sibling{ID: "C-2", Home: "H-2", Where: town})
		c.Children[0].Contacts, c.Children[0].SchoolAt = []care.Contact{contact("mother", 0, 1)}, at(town)
		scale := func(miles float64) []scoring.Reason {
			return mustReasons(c, aHome(func(h *care.Home) { h.Where = at(north(miles)) }))
		}
		a, b := scale(near), scale(far)
		for i := range a[:3] {
			require.GreaterOrEqual(t, a[i].Value, b[i].Value, a[i].Criterion)
		}
	})
}

// The properties above would say little of a criterion that the random cases
// never reach.
func TestRandomCasesReachEveryCriterion(t *testing.T) {
	applied, left, missing := map[string]int{}, map[string]int{}, map[string]int{}
	look := rapid.Custom(func(t *rapid.T) int {
		c := drawCase(t)
		reasons := mustReasons(c, drawHousehold(t))
		for _, criterion := range scoring.Criteria() {
			n := 0
			for _, r := range reasons {
				if r.Criterion == criterion.ID {
					n++
					missing[criterion.ID] += len(r.Missing)
				}
			}
			applied[criterion.ID] += n
			left[criterion.ID] += len(c.Children) - n
		}
		return len(reasons)
	})
	for seed := range 500 { // the same cases in every run
		look.Example(seed)
	}
	for _, c := range scoring.Criteria() {
		require.Positive(t, applied[c.ID], c.ID)
		if c.ID != "kind" && c.ID != "stability" {
			require.Positive(t, left[c.ID], c.ID)
		}
	}
	for _, id := range []string{"needs", "identity", "wishes", "stability"} {
		require.Positive(t, missing[id], id)
	}
}
