package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// putHold holds a bed in a home.
func putHold(home, hold care.ID) func(*View, *Change) error {
	return func(v *View, c *Change) error {
		o, err := c.Occupancy(v, home)
		if err == nil {
			o.PutHold(care.Hold{ID: hold, Children: []care.ID{"C-1"}, From: 5, Until: noon, By: "A. Officer"})
		}
		return err
	}
}

func homesHeld(t testing.TB, v *View, hold care.ID) []care.ID {
	t.Helper()
	homes, err := v.HomesHeld(hold)
	require.NoError(t, err)
	return homes
}

func TestAHoldIsFoundByItsID(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, func(v *View, c *Change) error {
			return errors.Join(putHold("H-2", "K-1")(v, c), putHold("H-1", "K-1")(v, c))
		})
		do(t, s, putHold("H-2", "K-2"))
		v := look(t, s)
		require.Equal(t, []care.ID{"H-1", "H-2"}, homesHeld(t, v, "K-1"))
		require.Equal(t, []care.ID{"H-2"}, homesHeld(t, v, "K-2"))
		require.Empty(t, homesHeld(t, v, "K"), "the start of an id is not the id")
		require.Equal(t, []care.ID{"K-1", "K-2"}, collect(t, v.IDs(HoldsKind)))
		taken, err := v.Has(HoldsKind, "K-2")
		require.NoError(t, err)
		require.True(t, taken)

		do(t, s, func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-2")
			o.EndHold("K-1")
			return err
		})
		v = look(t, s)
		require.Equal(t, []care.ID{"H-1"}, homesHeld(t, v, "K-1"))
		then, err := v.AsOf(1)
		require.NoError(t, err)
		require.Equal(t, []care.ID{"H-1", "H-2"}, homesHeld(t, then, "K-1"), "as it was recorded then")
		require.Empty(t, homesHeld(t, then, "K-2"))
	})
}

func TestTheIndexOfHoldsFollowsTheHouseholds(t *testing.T) {
	seeds(t, 3, func(t *testing.T, r *rand.Rand) {
		s := On(NewMemory())
		want := map[string]bool{}
		for range 60 {
			do(t, s, func(v *View, c *Change) error {
				for range 1 + r.IntN(3) {
					home, hold := care.ID(fmt.Sprint("H-", r.IntN(4))), care.ID(fmt.Sprint("K-", r.IntN(5)))
					o, err := c.Occupancy(v, home)
					if err != nil {
						return err
					}
					if key := string(hold) + " " + string(home); r.IntN(2) == 0 {
						o.EndHold(hold)
						delete(want, key)
					} else {
						o.PutHold(care.Hold{ID: hold, Until: noon})
						want[key] = true
					}
				}
				return nil
			})
			got := 0
			for k := range 5 {
				hold := care.ID(fmt.Sprint("K-", k))
				homes := homesHeld(t, look(t, s), hold)
				require.True(t, slices.IsSorted(homes))
				for _, home := range homes {
					require.True(t, want[string(hold)+" "+string(home)])
					got++
				}
			}
			require.Len(t, want, got)
		}
		require.NoError(t, s.Check(context.Background()))
	})
}

func TestADecisionIsReadBackAsItWasPutIn(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		want := care.Decision{ID: "D-1", Kind: care.PlaceDecision, By: "A. Officer", At: noon, Why: "she chose it"}
		r := do(t, s, func(_ *View, c *Change) error {
			d := want
			err := c.PutDecision("D-1", &d)
			d.Why = "changed afterwards"
			return err
		})
		v := look(t, s)
		var got care.Decision
		require.NoError(t, v.Decision("D-1", &got))
		require.Equal(t, want.Why, got.Why)
		require.Equal(t, want.Kind, got.Kind)
		require.ErrorIs(t, v.Decision("D-2", &got), ErrNotFound)
		var other struct {
			A []byte `cbor:"1,keyasint"`
		}
		require.ErrorIs(t, v.Decision("D-1", &other), ErrDamaged)

		e, err := v.Entry(r.Number)
		require.NoError(t, err)
		require.Equal(t, Key("decision/D-1"), e.Changed[0].Key, "the journal lists it")
		taken, err := v.Has(DecisionKind, "D-1")
		require.NoError(t, err)
		require.True(t, taken)
		taken, err = v.Has(DecisionKind, "D-2")
		require.NoError(t, err)
		require.False(t, taken)
		require.Error(t, new(Change).PutDecision("D-3", func() {}))
	})
}

func TestAHouseholdThatHasSaidNoIsKept(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		no := care.Decline{Hold: "K-1", Children: []care.ID{"C-1"}, By: "A. Officer", At: noon, Why: "full"}
		do(t, s, putHold("H-1", "K-1"))
		do(t, s, func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-1")
			o.EndHold("K-1")
			o.Declines = append(o.Declines, no)
			return err
		})
		o, err := look(t, s).Occupancy("H-1")
		require.NoError(t, err)
		require.Equal(t, care.Occupancy{Home: "H-1", Declines: []care.Decline{no}}, o)
	})
}
