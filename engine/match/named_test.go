package match_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// far is one home in Bradford among two hundred in Leeds, and three children whom
// nothing draws to either.
func far() *shelf {
	s := &shelf{children: []care.Child{aChild("C-1"), aChild("C-2"), aChild("C-3")}}
	for n := range 200 {
		s.homes = append(s.homes, aHome(homeID(n)))
	}
	s.homes = append(s.homes, aHome("H-far", func(h *care.Home) {
		h.Authority, h.Where = bradford, care.Location{Point: care.At(53.795, -1.76)}
	}))
	return s
}

// What a case says of a home by name is not in the index: each such home is
// judged, whatever the index says of it, and comes first if it should.
func TestAHomeTheCaseNamesIsFound(t *testing.T) {
	for _, s := range []struct {
		name string
		say  func(s *shelf, who int) // of the home in Bradford, for one of the two
	}{
		{"a child wishes for it", func(s *shelf, who int) { s.children[who].WishesFor = care.List{"home:H-far"} }},
		{"a brother lives there", func(s *shelf, who int) {
			s.children[who].Group, s.children[2].Group = "G-1", "G-1"
			s.placements = []care.Placement{{ID: "P-1", Child: "C-3", Home: "H-far", Start: monday - 90}}
			s.homes[200].Beds = 3
		}},
		{"a child lives there, and every other home is full", func(s *shelf, who int) {
			for n := range 200 {
				s.homes[n].Beds = 0
			}
			s.placements = []care.Placement{{ID: "P-1", Child: s.children[who].ID, Home: "H-far", Start: monday - 90}}
			s.homes[200].Beds = 2 // as many as there are children
		}},
		{"a child is to come back to it, and every other home is full", func(s *shelf, who int) {
			for n := range 200 {
				s.homes[n].Beds = 0
			}
			s.placements = []care.Placement{{ID: "P-1", Child: s.children[who].ID, Home: "H-far", Start: monday + 5}}
		}},
		{"it is their grandmother's", func(s *shelf, who int) {
			s.homes[200].Kind = care.ConnectedPerson
			s.children[0].ConnectedHomes, s.children[1].ConnectedHomes = []care.ID{"H-far"}, []care.ID{"H-far"}
		}},
	} {
		t.Run(s.name, func(t *testing.T) {
			for who := range 2 {
				world := far()
				s.say(world, who)
				req := match.Request{Children: []care.ID{"C-1", "C-2"}, On: monday, Limit: 1}
				found, err := match.Run(context.Background(), world, req, policy.Defaults())
				require.NoError(t, err)
				require.Equal(t, []care.ID{"H-far"}, listed(found))
				require.Positive(t, found.Effort.Nodes, "it is searched for")
				req.Counts = true
				judged, err := match.Run(context.Background(), world, req, policy.Defaults())
				require.NoError(t, err)
				require.Equal(t, judged.Candidates, found.Candidates)
			}
		})
	}
}
