package match_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// county is a child of Leeds, and so many homes around them that are alike but
// for where they are and for what change makes of them.
func county(homes int, change func(d dice, h *care.Home)) *shelf {
	d := rolled(*seedFlag)
	s := &shelf{children: []care.Child{aChild("C-1", func(c *care.Child) {
		here := care.Location{Point: care.At(53.8, -1.55)}
		c.Home, c.SchoolAt, c.YearGroup = here, care.Location{Point: care.At(53.83, -1.5)}, "6"
		c.Contacts = []care.Contact{{Who: "mother", Where: here, Visits: 4}}
		c.Needs, c.WishesFor = care.List{"autism", "sleep"}, care.List{"garden"}
	})}}
	for n := range homes {
		s.homes = append(s.homes, aHome(homeID(n), func(h *care.Home) {
			h.Where.Point = care.At(53.3+d.Float64(), -2.4+1.7*d.Float64())
			change(d, h)
		}))
	}
	return s
}

// searchedAndJudged asks for so many homes twice, and returns what the search of
// them took.
func searchedAndJudged(t *testing.T, s *shelf, limit int) (effort match.Effort, considered int) {
	t.Helper()
	req := match.Request{Children: []care.ID{"C-1"}, On: monday, Limit: limit}
	found, err := match.Run(context.Background(), &grown{s, rolled(*seedFlag), growths[0]}, req, policy.Defaults())
	require.NoError(t, err)
	req.Counts = true
	judged, err := match.Run(context.Background(), s, req, policy.Defaults())
	require.NoError(t, err)
	require.Equal(t, match.Effort{Judged: judged.Considered}, judged.Effort, "where homes are counted, every one is judged")
	require.Len(t, found.Candidates, limit)
	require.Equal(t, judged.Candidates, found.Candidates)
	require.Equal(t, judged.Considered, found.Considered)
	return found.Effort, judged.Considered
}

// Where an index knows all that tells homes apart, no home is judged that is not
// on the list, and few nodes are looked into: 5000 homes have some 330.
func TestASearchJudgesWhatItLists(t *testing.T) {
	for _, s := range []struct {
		name  string
		homes func(dice, *care.Home)
	}{
		{"homes alike, each somewhere else", func(dice, *care.Home) {}},
		{"homes of which nine in ten are full", func(d dice, h *care.Home) {
			if d.often(90) {
				h.Beds = 0
			}
		}},
		{"homes that nothing but the id tells apart", func(_ dice, h *care.Home) { h.Where.Point = care.At(53.8, -1.55) }},
		{"homes of unlike skills and experience", func(d dice, h *care.Home) {
			h.Skills, h.Garden, h.FosteringSince = d.some("autism", "sleep", "trauma"), d.answer(), monday-care.Day(d.IntN(3000))
		}},
		{"homes for boys, for girls and for both", func(d dice, h *care.Home) {
			h.Sexes = pick(d, nil, []care.Sex{care.Male}, []care.Sex{care.Female})
		}},
	} {
		t.Run(s.name, func(t *testing.T) {
			homes := 5000
			if testing.Short() {
				homes = 1000
			}
			world := county(homes, s.homes)
			for _, limit := range []int{1, 10, 40} {
				effort, _ := searchedAndJudged(t, world, limit)
				require.Equal(t, limit, effort.Judged)
				require.Positive(t, effort.Nodes)
				require.Less(t, effort.Nodes, 100)
			}
		})
	}
}

// Where much of what bars a home is not in the index, one in ten is judged at
// most.
func TestASearchOfUnlikeHomesJudgesFew(t *testing.T) {
	world := county(5000, func(d dice, h *care.Home) {
		where := h.Where
		*h = d.house(h.ID)
		h.Where = where
	})
	effort, considered := searchedAndJudged(t, world, 10)
	require.Greater(t, considered, 4000)
	require.GreaterOrEqual(t, effort.Judged, 10)
	require.LessOrEqual(t, effort.Judged, considered/10)
}

// A home the case names is judged once, whatever the index says of it.
func TestAHomeTheCaseNamesIsJudgedOnce(t *testing.T) {
	world := county(100, func(dice, *care.Home) {})
	world.children[0].WishesFor = care.List{"home:H-07", "home:H-07", "home:H-08", "home:H-none"}
	world.children[0].ConnectedHomes = []care.ID{"H-08"}
	effort, _ := searchedAndJudged(t, world, 100)
	require.Equal(t, 100, effort.Judged)
}

// vague is an index in which every home could be anything that one of them is: it
// must say "maybe" wherever there is one to whom it applies.
var vague = growth{"of homes that could be anything", func(d dice, items []item) *match.Spans {
	var anything care.Span
	for i := range items {
		if i == 0 {
			anything = items[0].Sum
		}
		anything.Widen(&items[i].Sum)
	}
	for i := range items {
		kind := items[i].Sum.Kinds // by which the index counts
		items[i].Sum = anything
		items[i].Sum.Kinds = kind
	}
	return oneByOne(d, items)
}}

// An index that knows less of each home than it could is searched for longer and
// finds the same.
func TestAnIndexThatKnowsLessIsOnlySlower(t *testing.T) {
	longer, shorter := 0, 0
	inTurn(t, 2*len(shapes), func(t *testing.T, d dice, _ shape, s *scene) {
		if s.req.Within > 0 {
			return // a home that could be anywhere cannot be counted
		}
		reader := &grown{s.shelf, d, vague}
		s.req.Limit = 2
		if _, _, asked := searchAndJudge(t, reader, s); !asked {
			return
		}
		slow, err := match.Run(context.Background(), reader, s.req, s.set)
		require.NoError(t, err)
		quick, err := match.Run(context.Background(), s.shelf, s.req, s.set)
		require.NoError(t, err)
		require.LessOrEqual(t, quick.Effort.Judged, slow.Effort.Judged)
		longer, shorter = longer+slow.Effort.Judged, shorter+quick.Effort.Judged
	})
	require.Greater(t, longer, shorter)
}

func TestAnIndexThatKnowsNothingJudgesEveryHome(t *testing.T) {
	world := county(500, func(dice, *care.Home) {})
	req := match.Request{Children: []care.ID{"C-1"}, On: monday}
	slow, err := match.Run(context.Background(), &grown{world, rolled(*seedFlag), vague}, req, policy.Defaults())
	require.NoError(t, err)
	require.Equal(t, 500, slow.Effort.Judged)
	quick, err := match.Run(context.Background(), world, req, policy.Defaults())
	require.NoError(t, err)
	require.Equal(t, 10, quick.Effort.Judged)
	require.Equal(t, quick.Candidates, slow.Candidates)
}
