package store

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// stays are the placements that a home's occupancy shows.
func stays(t *testing.T, v *View, home care.ID) []care.ID {
	o, err := v.Occupancy(home)
	require.NoError(t, err)
	require.Equal(t, home, o.Home)
	var ids []care.ID
	for _, s := range o.Stays {
		ids = append(ids, s.Placement)
	}
	return ids
}

func lives(t *testing.T, v *View, child care.ID) []care.ID {
	placements, err := v.PlacementsOf(child)
	require.NoError(t, err)
	var ids []care.ID
	for _, p := range placements {
		require.Equal(t, child, p.Child)
		ids = append(ids, p.ID)
	}
	return ids
}

func TestChangePlacementPutsTheChildInTheHome(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		p := placement("P-1", "C-1", "H-1")
		p.ExpectedEnd, p.EndedEarly = p.Start+90, care.No
		do(t, s, putPlacements(p))
		v := look(t, s)
		o, err := v.Occupancy("H-1")
		require.NoError(t, err)
		require.Equal(t, care.Occupancy{Home: "H-1", Stays: []care.Stay{p.Stay()}}, o)
		require.Equal(t, []care.ID{"P-1"}, lives(t, v, "C-1"))
	})
}

func TestChangePlacementCorrectedToAnotherHomeAndChild(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putPlacements(placement("P-1", "C-1", "H-1"), placement("P-2", "C-2", "H-1")))
		do(t, s, putPlacements(placement("P-1", "C-9", "H-2")))
		v := look(t, s)
		require.Equal(t, []care.ID{"P-2"}, stays(t, v, "H-1"))
		require.Equal(t, []care.ID{"P-1"}, stays(t, v, "H-2"))
		require.Empty(t, lives(t, v, "C-1"))
		require.Equal(t, []care.ID{"P-1"}, lives(t, v, "C-9"))
	})
}

func TestChangeOfManyPlacementsInOneHomeIsOneHousehold(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		r := do(t, s, putPlacements(placement("P-3", "C-3", "H-1"), placement("P-1", "C-1", "H-1"), placement("P-2", "C-2", "H-1")))
		require.Equal(t, 7, r.Keys, "three placements, three index entries, one household")
		require.Equal(t, []care.ID{"P-1", "P-2", "P-3"}, stays(t, look(t, s), "H-1"))
	})
}

func TestChangeThatPutsAPlacementTwiceKeepsTheLast(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putPlacements(placement("P-1", "C-1", "H-1"), placement("P-1", "C-2", "H-2"), placement("P-1", "C-3", "H-3")))
		v := look(t, s)
		require.Empty(t, stays(t, v, "H-1"))
		require.Empty(t, stays(t, v, "H-2"))
		require.Equal(t, []care.ID{"P-1"}, stays(t, v, "H-3"))
		require.Empty(t, lives(t, v, "C-1"))
		require.Empty(t, lives(t, v, "C-2"))
		require.Equal(t, []care.ID{"P-1"}, lives(t, v, "C-3"))
		require.Equal(t, []care.ID{"H-3"}, collect(t, v.IDs(HouseholdKind)), "an empty household is not kept")
	})
}

func TestChangePlacementThatGoesAwayAndComesBackWithinAChange(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putPlacements(placement("P-1", "C-1", "H-1")))
		r := do(t, s, func(v *View, c *Change) error {
			return errors.Join(c.DeletePlacement(v, "P-1"), c.PutPlacements(v, placement("P-1", "C-1", "H-1")))
		})
		require.Zero(t, r.Keys)
		require.Equal(t, []care.ID{"P-1"}, lives(t, look(t, s), "C-1"))
	})
}

func TestChangeOfAnEndLeavesHoldsAlone(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		hold := care.Hold{ID: "hold-1", Children: []care.ID{"C-7"}, From: 5, Until: noon.Add(time.Nanosecond), By: "A. Officer"}
		do(t, s, putPlacements(placement("P-1", "C-1", "H-1")))
		do(t, s, func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-1")
			o.Holds = append(o.Holds, hold)
			return err
		})
		ended := placement("P-1", "C-1", "H-1")
		ended.End = ended.Start + 30
		do(t, s, putPlacements(ended))
		o, err := look(t, s).Occupancy("H-1")
		require.NoError(t, err)
		require.Equal(t, care.Occupancy{Home: "H-1", Stays: []care.Stay{ended.Stay()}, Holds: []care.Hold{hold}}, o)
	})
}

func TestChangeReleasesAHoldAndPlacesAtOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-1")
			o.Holds = []care.Hold{{ID: "hold-1", Children: []care.ID{"C-1"}, Until: noon}}
			return err
		})
		do(t, s, func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-1")
			o.Holds = nil
			return errors.Join(err, c.PutPlacements(v, placement("P-1", "C-1", "H-1")))
		})
		o, err := look(t, s).Occupancy("H-1")
		require.NoError(t, err)
		require.Empty(t, o.Holds)
		require.Len(t, o.Stays, 1)
	})
}

func TestChangeOfASiblingGroup(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putChildren(child("C-2", "G-1"), child("C-1", "G-1"), child("C-3", "")))
		group := func(id care.ID) []care.ID {
			ids, err := look(t, s).Group(id)
			require.NoError(t, err)
			return ids
		}
		require.Equal(t, []care.ID{"C-1", "C-2"}, group("G-1"))
		do(t, s, putChildren(child("C-2", "G-2"), child("C-3", "G-2"), child("C-1", "G-1")))
		require.Equal(t, []care.ID{"C-1"}, group("G-1"))
		require.Equal(t, []care.ID{"C-2", "C-3"}, group("G-2"))
		require.Equal(t, []care.ID{"G-1", "G-2"}, collect(t, look(t, s).IDs(GroupKind)))
		do(t, s, func(v *View, c *Change) error {
			return errors.Join(c.PutChildren(v, child("C-3", "")), c.DeleteChild(v, "C-2"))
		})
		require.Empty(t, group("G-2"))
		do(t, s, putChildren(child("C-1", "G-3"), child("C-1", "G-4")))
		require.Empty(t, group("G-3"))
		require.Equal(t, []care.ID{"C-1"}, group("G-4"))
	})
}

func TestChangeKeepsCopies(t *testing.T) {
	s := InMemory()
	defer checkAndClose(t, s)
	homes, value := []care.Home{home("H-1", 1)}, []byte{1}
	do(t, s, func(_ *View, c *Change) error {
		c.PutHomes(homes...)
		c.PutMeta("postcodes", value)
		homes[0].Beds, value[0] = 9, 9
		return nil
	})
	h, err := look(t, s).Home("H-1")
	require.NoError(t, err)
	require.Equal(t, 1, h.Beds)
	m, err := look(t, s).Meta("postcodes")
	require.NoError(t, err)
	require.Equal(t, []byte{1}, m)
}
