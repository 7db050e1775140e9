package care

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// shared is a household with a child, the child's sister, and a stranger.
func shared() Occupancy {
	return Occupancy{
		Home:  "H-1",
		Stays: []Stay{{Placement: "P-1", Child: "C-1"}, {Placement: "P-2", Child: "C-2"}, {Placement: "P-3", Child: "C-1"}},
		Holds: []Hold{
			{ID: "HOLD-1", Children: []ID{"C-1"}, By: "A. Officer"},
			{ID: "HOLD-2", Children: []ID{"C-1", "C-2"}, By: "A. Officer", Offer: Offer{State: Accepted, Why: "C-1 may bring the rabbit"}},
			{ID: "HOLD-3", Children: []ID{"C-3"}, Offer: Offer{State: Accepted, Why: "yes"}},
		},
		Declines: []Decline{
			{Hold: "HOLD-4", Children: []ID{"C-1"}, Why: "no room for a rabbit"},
			{Hold: "HOLD-5", Children: []ID{"C-1", "C-2"}, Why: "no room for two"},
			{Hold: "HOLD-6", Children: []ID{"C-3"}, Why: "no"},
		},
	}
}

func TestWhatAHouseholdSaysOfOneChild(t *testing.T) {
	o := shared()
	about := o.About("C-1")
	require.Equal(t, []Stay{{Placement: "P-1", Child: "C-1"}, {Placement: "P-3", Child: "C-1"}}, about.Stays)
	require.Equal(t, o.Holds[:2], about.Holds)
	require.Equal(t, o.Declines[:2], about.Declines)
	require.Equal(t, shared(), o, "nothing is taken out")
	require.True(t, o.About("C-9").Empty())
	require.Equal(t, ID("H-1"), o.About("C-9").Home)
}

func TestAHouseholdForgetsAChild(t *testing.T) {
	o := shared()
	o.Forget("C-1")
	require.Equal(t, Occupancy{
		Home:  "H-1",
		Stays: []Stay{{Placement: "P-2", Child: "C-2"}},
		Holds: []Hold{
			{ID: "HOLD-2", Children: []ID{"C-2"}, By: "A. Officer", Offer: Offer{State: Offered}},
			{ID: "HOLD-3", Children: []ID{"C-3"}, Offer: Offer{State: Accepted, Why: "yes"}},
		},
		Declines: []Decline{{Hold: "HOLD-5", Children: []ID{"C-2"}}, {Hold: "HOLD-6", Children: []ID{"C-3"}, Why: "no"}},
	}, o)
	require.True(t, o.About("C-1").Empty())

	again := shared()
	again.Forget("C-9")
	require.Equal(t, shared(), again, "a child whom it does not name")
}

func TestADecisionNamesTheChildrenItIsAbout(t *testing.T) {
	d := Decision{
		Asked:    Asked{Children: []ID{"C-1", "C-2"}},
		Chosen:   []Chosen{{Home: "H-1", Children: []ID{"C-3"}}},
		Breaches: []Breach{{Rule: "kept-apart", Home: "H-1", Child: "C-4"}},
	}
	for _, id := range []ID{"C-1", "C-2", "C-3", "C-4"} {
		require.True(t, d.Names(id), id)
	}
	for _, id := range []ID{"C-5", "H-1", ""} {
		require.False(t, d.Names(id), id)
	}
}
