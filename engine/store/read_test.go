package store

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// county is a small store: homes 0 to 9, of which the even ones are lived in.
func county(t *testing.T, s *Store) {
	var homes []care.Home
	var children []care.Child
	var placements []care.Placement
	for i := range 10 {
		homes = append(homes, home(care.ID(fmt.Sprint("H-", i)), 2))
		if i%2 == 0 {
			children = append(children, child(care.ID(fmt.Sprint("C-", i)), "G-1"))
			placements = append(placements, placement(care.ID(fmt.Sprint("P-", i)), care.ID(fmt.Sprint("C-", i)), homes[i].ID))
		}
	}
	placements = append(placements, placement("P-x", "C-x", "H-unknown"), placement("P-y", "C-y", "H-8"))
	do(t, s, func(v *View, c *Change) error {
		c.PutHomes(homes...)
		return errors.Join(c.PutChildren(v, children...), c.PutPlacements(v, placements...))
	})
}

func TestReadHouseholdsInOnePass(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		county(t, s)
		v := look(t, s)
		households := collect(t, v.Households())
		require.Len(t, households, 10, "the home that only a placement names is not one")
		for i, h := range households {
			one, err := v.Household(h.Home.ID)
			require.NoError(t, err)
			require.Equal(t, *one.Home, *h.Home)
			require.Equal(t, one.Occupancy, h.Occupancy)
			require.Equal(t, i%2 == 0, len(h.Occupancy.Stays) > 0)
			require.Nil(t, h.Residents)
		}
		for range v.Households() { // may be left early
			break
		}
	})
}

func TestReadHouseholdWithItsResidents(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		county(t, s)
		v := look(t, s)
		h, err := v.Household("H-8")
		require.NoError(t, err)
		require.Equal(t, []care.Child{child("C-8", "G-1"), {ID: "C-y"}}, h.Residents, "of C-y only the id is known")
		for id, want := range map[care.ID]bool{"C-8": true, "C-y": false} {
			got, err := v.HasChild(id)
			require.NoError(t, err)
			require.Equal(t, want, got, id)
		}
		h, err = v.Household("H-1")
		require.NoError(t, err)
		require.Empty(t, h.Residents)
		require.Empty(t, h.Held)
		_, err = v.Household("H-unknown")
		require.ErrorIs(t, err, ErrNotFound)
	})
}

func TestReadHouseholdWithThoseForWhomABedIsHeld(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		county(t, s)
		do(t, s, func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-1")
			o.Holds = []care.Hold{{ID: "K-1", Children: []care.ID{"C-4", "C-new"}, Until: noon}, {ID: "K-2", Children: []care.ID{"C-2"}, Until: noon}}
			return err
		})
		h, err := look(t, s).Household("H-1")
		require.NoError(t, err)
		require.Equal(t, []care.Child{child("C-4", "G-1"), {ID: "C-new"}, child("C-2", "G-1")}, h.Held, "hold by hold")
		require.Empty(t, h.Residents)
	})
}

func TestReadWhatIsNotThere(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		v := look(t, s)
		_, homeErr := v.Home("H-1")
		_, childErr := v.Child("H-1")
		_, placementErr := v.Placement("H-1")
		_, metaErr := v.Meta("H-1")
		for kind, err := range map[Kind]error{HomeKind: homeErr, ChildKind: childErr, PlacementKind: placementErr, MetaKind: metaErr} {
			var missing *NotFoundError
			require.ErrorAs(t, err, &missing)
			require.Equal(t, NotFoundError{kind, "H-1"}, *missing)
			require.Equal(t, string(kind)+` "H-1" is not found`, err.Error())
		}
		o, err := v.Occupancy("H-1")
		require.NoError(t, err)
		require.Equal(t, care.Occupancy{Home: "H-1"}, o)
		require.Empty(t, stays(t, v, "H-1"))
		require.Empty(t, lives(t, v, "C-1"))
		require.Empty(t, collect(t, v.Households()))
		require.Zero(t, v.Head().Number)
	})
}

func TestReadIDsNearAMistypedOne(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		county(t, s)
		v := look(t, s)
		require.Len(t, collect(t, v.IDs(HomeKind)), 10)
		require.Equal(t, []care.ID{"C-0", "C-2", "C-4", "C-6", "C-8"}, collect(t, v.IDs(ChildKind)))
		require.Equal(t, []care.ID{"C-0", "C-2", "C-4", "C-6", "C-8", "C-x", "C-y"}, collect(t, v.IDs(LivesKind)))
		require.Equal(t, []care.ID{"G-1"}, collect(t, v.IDs(GroupKind)))
		require.Contains(t, collect(t, v.IDs(PlacementKind)), care.ID("P-x"))
		for range v.IDs(HomeKind) {
			break
		}
	})
}

func TestReadTheJournalFromAnEntryOn(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		for i := range 5 {
			do(t, s, putHomes(home("H-1", i+1)))
		}
		v := look(t, s)
		for _, from := range []uint64{0, 1, 4, 5, 6} {
			var numbers []uint64
			for _, e := range collect(t, v.Journal(from)) {
				numbers = append(numbers, e.Number)
			}
			var want []uint64
			for n := max(from, 1); n <= 5; n++ {
				want = append(want, n)
			}
			require.Equal(t, want, numbers)
		}
		for range v.Journal(1) {
			break
		}
	})
}

// shortSnapshot ends scans of one prefix early without an error, as Badger does
// when a block is damaged.
type shortSnapshot struct {
	Snapshot
	prefix string
}

func (s *shortSnapshot) Scan(prefix []byte) iter.Seq2[Pair, error] {
	if string(prefix) != s.prefix {
		return s.Snapshot.Scan(prefix)
	}
	return func(yield func(Pair, error) bool) {
		n := 0
		for p, err := range s.Snapshot.Scan(prefix) {
			if n++; n > 3 || !yield(p, err) {
				return
			}
		}
	}
}

func TestReadNoticesAScanThatEndsEarly(t *testing.T) {
	inner := NewMemory()
	county(t, On(inner))
	for _, kind := range []Kind{HomeKind, ChildKind, PlacementKind, HouseholdKind, LivesKind, GroupKind} {
		snap, err := inner.Snapshot(t.Context())
		require.NoError(t, err)
		v, err := newView(&shortSnapshot{snap, kind.prefix()})
		require.NoError(t, err)
		require.ErrorIs(t, lastError(v.IDs(kind)), ErrDamaged, kind)
		switch kind {
		case HomeKind:
			require.ErrorIs(t, lastError(v.Homes()), ErrDamaged)
			require.ErrorIs(t, lastError(v.Households()), ErrDamaged)
		case HouseholdKind:
			require.ErrorIs(t, lastError(v.Households()), ErrDamaged)
		case ChildKind:
			require.ErrorIs(t, lastError(v.Children()), ErrDamaged)
		case PlacementKind:
			require.ErrorIs(t, lastError(v.Placements()), ErrDamaged)
		}
		require.NoError(t, v.Close())
	}
	require.NoError(t, inner.Close())
}

// TestReadNoticesALostHouseholdBehindTheLastHome has placements in homes that nobody
// has recorded: every household counts, though only those of homes are yielded.
func TestReadNoticesALostHouseholdBehindTheLastHome(t *testing.T) {
	s := InMemory()
	do(t, s, putHomes(home("H-1", 1)))
	do(t, s, putPlacements(placement("P-2", "C-2", "H-2"), placement("P-3", "C-3", "H-3")))
	require.Len(t, collect(t, look(t, s).Households()), 1)
	commit(t, s.kv, del("household/H-3"))
	require.ErrorIs(t, lastError(look(t, s).Households()), ErrDamaged)
	require.NoError(t, s.Close())
}

// lastError is the error that a scan ends with; errors come once.
func lastError[T any](scan iter.Seq2[T, error]) (last error) {
	for _, err := range scan {
		if last != nil {
			return errors.New("a step after an error")
		}
		last = err
	}
	return last
}
