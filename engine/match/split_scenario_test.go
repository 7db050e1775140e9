package match_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Families that a placement officer would recognise.

// place is where a child of a group would live.
type place struct {
	home     care.ID
	children []care.ID
}

func places(split match.Split) []place {
	var all []place
	for _, h := range split.Homes {
		all = append(all, place{h.Home, h.Children})
	}
	return all
}

func alone(split match.Split) []care.ID {
	var all []care.ID
	for _, h := range split.Homes {
		if h.Alone {
			all = append(all, h.Children...)
		}
	}
	return all
}

func hasSignOff(h match.SplitHome, rule string) bool {
	return slices.ContainsFunc(h.SignOffs(), func(f rulebook.Finding) bool { return f.Rule == rule })
}

// aged makes a child of so many years, born in the spring.
func aged(id care.ID, years int, changes ...func(*care.Child)) care.Child {
	return aChild(id, slices.Concat([]func(*care.Child){func(c *care.Child) {
		c.Group, c.DOB = "G-1", care.Date(2026-years, 4, 2)
	}}, changes)...)
}

func beds(n int) func(*care.Home) { return func(h *care.Home) { h.Beds = n } }

func ages(least, most int) func(*care.Home) {
	return func(h *care.Home) { h.AgeMin, h.AgeMax = care.Num(least), care.Num(most) }
}

func in(lat, lng float64) care.Location { return care.Location{Point: care.At(lat, lng)} }

func seeing(who string, where care.Location) func(*care.Child) {
	return func(c *care.Child) { c.Contacts = append(c.Contacts, care.Contact{Who: who, Where: where, Visits: 4}) }
}

// Four children of one mother by two fathers, who live apart: each father's
// children stay together, near to him, and count as the others' siblings.
func TestHalfSiblingsStayNearTheirFathers(t *testing.T) {
	headingley, bingley := in(53.82, -1.58), in(53.85, -1.84)
	s := &shelf{
		children: []care.Child{
			aged("C-1", 12, seeing("father", headingley)), aged("C-2", 10, seeing("father", bingley)),
			aged("C-3", 7, seeing("father", headingley)), aged("C-4", 5, seeing("father", bingley)),
		},
		homes: []care.Home{
			aHome("H-bingley", func(h *care.Home) { h.Where = bingley }),
			aHome("H-headingley", func(h *care.Home) { h.Where = headingley }),
		},
	}
	res := run(t, s, match.Request{Group: "G-1"})
	require.Empty(t, res.Candidates)
	best := res.Splits[0]
	require.Equal(t, []place{{"H-headingley", []care.ID{"C-1", "C-3"}}, {"H-bingley", []care.ID{"C-2", "C-4"}}}, places(best))
	require.Empty(t, alone(best))
	require.InDelta(t, 10.8, best.FurthestApart, 0.2)
	for _, r := range best.Homes[0].Reasons {
		if r.Criterion == "siblings" {
			require.Contains(t, r.Says, "with 1 of 3 brothers and sisters in care; the nearest other 10.")
		}
	}
	s.homes[0].Beds = 4
	whole := run(t, s, match.Request{Group: "G-1"})
	require.Equal(t, []care.ID{"H-bingley"}, listed(whole), "half-siblings are siblings: the limit of three does not stand in their way")
	require.False(t, slices.ContainsFunc(whole.Candidates[0].SignOffs(), func(f rulebook.Finding) bool { return f.Rule == "usual-fostering-limit" }))
	require.Equal(t, whole.Candidates[0].Score-whole.Splits[0].Score, *whole.Splits[0].Lost)
}

func TestABabyAndAFourteenYearOld(t *testing.T) {
	s := &shelf{
		children: []care.Child{aged("C-baby", 0), aged("C-teen", 14)},
		homes: []care.Home{
			aHome("H-babies", ages(0, 4), func(h *care.Home) { h.Where = in(53.80, -1.50) }),
			aHome("H-babies-far", ages(0, 4), func(h *care.Home) { h.Where = in(53.80, -1.00) }),
			aHome("H-teens", ages(10, 17), func(h *care.Home) { h.Where = in(53.80, -1.56) }),
		},
	}
	res := run(t, s, match.Request{Group: "G-1"})
	require.Len(t, res.Splits, 1, "there is one way to part two")
	best := res.Splits[0]
	require.Equal(t, []place{{"H-babies", []care.ID{"C-baby"}}, {"H-teens", []care.ID{"C-teen"}}}, places(best), "near to each other")
	require.Equal(t, []care.ID{"C-baby", "C-teen"}, alone(best))
	require.InDelta(t, 2.45, best.FurthestApart, 0.05)
	require.Nil(t, best.Lost)
	for _, c := range best.Homes {
		require.Len(t, c.ChildScores, 1)
	}
}

// Seven brothers and sisters, and no home of seven: in homes of three and four they
// lose least, and nobody is alone.
func TestAGroupOfSeven(t *testing.T) {
	s := &shelf{children: aGroup(7)}
	for id, n := range map[care.ID]int{"H-1": 1, "H-2": 2, "H-3": 3, "H-4": 4, "H-9": 1} {
		s.homes = append(s.homes, aHome(id, beds(n), func(h *care.Home) { h.Bedrooms = []int{1, 1, 1, 1} }))
	}
	slices.SortFunc(s.homes, func(a, b care.Home) int { return slices.Compare([]care.ID{a.ID}, []care.ID{b.ID}) })
	res := run(t, s, match.Request{Group: "G-1"})
	require.Empty(t, res.Candidates)
	require.Len(t, res.Splits, 3)
	for _, split := range res.Splits {
		require.Len(t, split.Homes, 2)
		require.Empty(t, alone(split))
		for _, h := range split.Homes {
			require.Len(t, h.Children, map[care.ID]int{"H-3": 3, "H-4": 4}[h.Home])
			require.False(t, hasSignOff(h, "usual-fostering-limit"), "brothers and sisters may be four")
		}
	}
	require.Equal(t, []care.ID{"C-00", "C-01", "C-02"}, res.Splits[0].Homes[0].Children, "of ways that are as good, the first by home and company")
	s.homes = slices.DeleteFunc(s.homes, func(h care.Home) bool { return h.ID == "H-4" })
	res = run(t, s, match.Request{Group: "G-1"})
	require.Len(t, res.Splits[0].Homes, 4, "3, 2, 1 and 1")
	require.Len(t, alone(res.Splits[0]), 2)
	s.homes = s.homes[:3]
	res = run(t, s, match.Request{Group: "G-1"})
	require.Empty(t, res.Splits, "six beds for seven")
	require.NotEmpty(t, res.Alone)
}

// Twins are alike in all but their name: which of them goes where is settled by
// the ids, and always in the same way.
func TestTwins(t *testing.T) {
	s := &shelf{
		children: []care.Child{aged("C-jo", 8), aged("C-al", 8)},
		homes:    []care.Home{aHome("H-2", beds(1)), aHome("H-1", beds(1))},
	}
	res := run(t, s, match.Request{Group: "G-1"})
	require.Len(t, res.Splits, 1)
	require.Equal(t, []place{{"H-1", []care.ID{"C-al"}}, {"H-2", []care.ID{"C-jo"}}}, places(res.Splits[0]))
	require.Equal(t, match.ChildScore{ID: "C-al", Score: res.Splits[0].Score}, res.Splits[0].WorstOff, "of children who are as badly off, the first")

	for i := range s.children {
		s.children[i].Together = care.Yes
	}
	s.homes[0].Beds = 2
	res = run(t, s, match.Request{Group: "G-1"})
	require.Equal(t, []care.ID{"H-2"}, listed(res))
	require.Positive(t, *res.Splits[0].Lost)
	for _, h := range res.Splits[0].Homes {
		require.True(t, hasSignOff(h, "siblings-together"))
	}
	res = run(t, s, match.Request{Group: "G-1", Ready: true})
	require.Equal(t, []care.ID{"H-2"}, listed(res))
	require.Empty(t, res.Splits, "parting them is for a nominated officer to agree to")
}

// Supported accommodation has room for all three, and may take the eldest alone.
func TestSupportedAccommodationTakesOnlyTheEldest(t *testing.T) {
	s := &shelf{
		children: []care.Child{aged("C-1", 16), aged("C-2", 9), aged("C-3", 7)},
		homes: []care.Home{
			aHome("H-flat", kindOf(care.Supported), beds(3), func(h *care.Home) {
				h.Status, h.RegisteredFrom, h.OwnChildren = care.Registered, care.Date(2024, 1, 15), nil
			}),
			aHome("H-foster", ages(0, 12)),
		},
	}
	res := run(t, s, match.Request{Group: "G-1"})
	require.Empty(t, res.Candidates)
	require.Len(t, res.Splits, 1)
	require.Equal(t, []place{{"H-flat", []care.ID{"C-1"}}, {"H-foster", []care.ID{"C-2", "C-3"}}}, places(res.Splits[0]))
	require.Equal(t, []care.ID{"C-1"}, alone(res.Splits[0]))
	require.True(t, hasSignOff(res.Splits[0].Homes[0], "supported-suitability"))
	s.children[0].DOB = monday - 365*16 + 4 + 1 // sixteen tomorrow, four leap days on
	require.Equal(t, 15, care.AgeOn(s.children[0].DOB, monday))
	require.Empty(t, run(t, s, match.Request{Group: "G-1"}).Splits)
}

// A sister lives with carers who have one bed free: whoever joins her is not alone,
// and the way in which somebody does stands above one in which nobody does.
func TestOneJoinsASisterWhoIsPlacedAlready(t *testing.T) {
	s := &shelf{
		children:   []care.Child{aged("C-1", 11), aged("C-2", 9), aged("C-sister", 13)},
		homes:      []care.Home{aHome("H-1", beds(1)), aHome("H-2", beds(1)), aHome("H-hers", beds(2))},
		placements: []care.Placement{{ID: "P-1", Child: "C-sister", Home: "H-hers", Start: monday - 100}},
	}
	req := match.Request{Children: []care.ID{"C-1", "C-2"}}
	res := run(t, s, req)
	require.Empty(t, res.Candidates)
	joined := res.Splits[0]
	require.Equal(t, []place{{"H-1", []care.ID{"C-1"}}, {"H-hers", []care.ID{"C-2"}}}, places(joined), "of two who could join her, by the homes")
	require.Equal(t, []care.ID{"C-sister"}, joined.Homes[1].SiblingsHere)
	require.Empty(t, joined.Homes[0].SiblingsHere)
	require.Equal(t, []care.ID{"C-1"}, alone(joined))
	s.homes[2].Beds = 1
	apart := run(t, s, req).Splits[0]
	require.Equal(t, []place{{"H-1", []care.ID{"C-1"}}, {"H-2", []care.ID{"C-2"}}}, places(apart))
	require.Equal(t, []care.ID{"C-1", "C-2"}, alone(apart))
	require.Greater(t, joined.Score, apart.Score)
	require.Greater(t, joined.Homes[1].ChildScores[0].Score, apart.Homes[1].ChildScores[0].Score)
}

// A mother of seventeen, her baby and her brother: mother and child are a unit of
// two beds, which a home approved for them has or has not.
func TestAMotherWithHerBabyAndHerBrother(t *testing.T) {
	s := &shelf{
		children: []care.Child{aged("C-1-mother", 17), aged("C-2-baby", 0), aged("C-3-brother", 12)},
		homes: []care.Home{
			aHome("H-foster", ages(10, 16), beds(1)),
			aHome("H-unit", kindOf(care.ParentAndChild), ages(0, 20), beds(2)),
			aHome("H-unit-of-one", kindOf(care.ParentAndChild), ages(0, 20), beds(1)),
		},
	}
	req := match.Request{Group: "G-1", Kinds: []care.Kind{care.Foster, care.ParentAndChild}}
	res := run(t, s, req)
	require.Empty(t, res.Candidates)
	require.Len(t, res.Splits, 1, "the unit of one bed takes nobody, not even the baby alone")
	require.Equal(t, []place{{"H-unit", []care.ID{"C-1-mother", "C-2-baby"}}, {"H-foster", []care.ID{"C-3-brother"}}}, places(res.Splits[0]))
	s.children[0].DOB = care.Date(2007, 4, 2)
	require.Len(t, run(t, s, req).Splits, 1, "a mother of nineteen may be placed with her child")
	req.Kinds = nil
	require.Empty(t, run(t, s, req).Splits, "homes for parents are considered when they are named")
}

// Nothing takes all three: the best way to split them is shown, and beside it the
// homes that come nearest to taking them together.
func TestNothingFitsWhole(t *testing.T) {
	closed := func(h *care.Home) { h.Closed = []care.DayRange{{From: monday, To: monday + 6}} }
	s := &shelf{children: aGroup(3), homes: []care.Home{
		aHome("H-8", beds(2)), aHome("H-7", beds(1)), aHome("H-6", beds(2), closed), aHome("H-5", beds(0), closed, ages(0, 3)),
		aHome("H-4", beds(3), closed), aHome("H-3", beds(2), func(h *care.Home) { h.Where = in(55.8, -1.55) }), aHome("H-2", kindOf(care.Hospital)),
	}}
	req := match.Request{Group: "G-1"}
	res := run(t, s, req)
	require.Empty(t, res.Candidates)
	require.NotNil(t, res.Candidates)
	require.Equal(t, []place{{"H-7", []care.ID{"C-00"}}, {"H-8", []care.ID{"C-01", "C-02"}}}, places(res.Splits[0]))
	require.Equal(t, []care.ID{"H-3", "H-4", "H-7", "H-8", "H-6"}, missed(res), "fewest bars, then score, then id; a hospital was not asked for")
	for _, e := range res.WhyNot {
		for _, f := range e.Findings {
			require.Equal(t, rulebook.Barred, f.Verdict)
		}
	}
	require.Equal(t, 6, res.Considered)
	require.Nil(t, res.Counts)
	require.Nil(t, res.Alone)
	require.Nil(t, res.Openings)
	require.Positive(t, res.Effort.Nodes, "not every home was judged")

	req.Counts = true
	counted := run(t, s, req)
	require.Equal(t, res.Splits, counted.Splits)
	require.Equal(t, res.WhyNot, counted.WhyNot)
	require.Equal(t, map[string]int{"free-place": 3, "not-available": 1}, counted.Alone)
	require.NotEmpty(t, counted.Openings)

	s.homes = s.homes[1:2]
	res = run(t, s, match.Request{Group: "G-1"})
	require.Empty(t, res.Splits)
	require.Equal(t, []care.ID{"H-7"}, missed(res))
	require.Equal(t, map[string]int{"free-place": 1}, res.Alone, "where not even a split is found, what stands in the way is counted")
	require.NotEmpty(t, res.Openings)
}

// Two who are to be kept apart are never in one home, and are nobody's reason for
// one nearby.
func TestKeptApartAndSplit(t *testing.T) {
	s := &shelf{
		children: []care.Child{aged("C-1", 12), aged("C-2", 10, func(c *care.Child) { c.KeptApart = []care.ID{"C-1"} }), aged("C-3", 7)},
		homes:    []care.Home{aHome("H-1", beds(3)), aHome("H-2", beds(3))},
	}
	res := run(t, s, match.Request{Group: "G-1"})
	require.Empty(t, res.Candidates)
	require.Len(t, res.Splits, 2, "there are two homes: the youngest is with one of them")
	for _, split := range res.Splits {
		require.Len(t, split.Homes, 2)
		require.Len(t, alone(split), 1)
		for _, h := range split.Homes {
			for _, r := range h.Reasons {
				if r.Criterion == "siblings" && r.Child == "C-1" {
					require.Contains(t, r.Says, " of 1 brothers", "of C-3 alone")
				}
			}
		}
	}
	require.Equal(t, []care.ID{"H-1", "H-2"}, missed(res))
}

// Each child is measured from their own home.
func TestWithinMilesOfEachChildsOwnHome(t *testing.T) {
	leedsHome, yorkHome := in(53.80, -1.55), in(53.96, -1.08)
	s := &shelf{
		children: []care.Child{
			aged("C-1", 12, func(c *care.Child) { c.Home = leedsHome }), aged("C-2", 10, func(c *care.Child) { c.Home = yorkHome }), aged("C-3", 8),
		},
		homes: []care.Home{
			aHome("H-leeds", func(h *care.Home) { h.Where = leedsHome }), aHome("H-york", func(h *care.Home) { h.Where = yorkHome }),
		},
	}
	res := run(t, s, match.Request{Group: "G-1", Within: 10})
	require.Zero(t, res.Considered, "no home is near to both")
	require.Len(t, res.Splits, 2)
	for _, split := range res.Splits {
		for _, h := range split.Homes {
			require.NotContains(t, h.Children, map[care.ID]care.ID{"H-leeds": "C-2", "H-york": "C-1"}[h.Home])
		}
	}
	require.Empty(t, res.WhyNot)
}
