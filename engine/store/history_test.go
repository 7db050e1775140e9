package store

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// live makes random changes to a store and to a world beside it. It returns the
// world as it was after each journal entry, from the empty one on.
func live(t testing.TB, s *Store, r *rand.Rand, steps int) []*world {
	worlds := []*world{newWorld()}
	for range steps {
		now := worlds[len(worlds)-1]
		next, act := now.step(r)
		receipt := do(t, s, act)
		if reflect.DeepEqual(observable(now), observable(next)) {
			require.Zero(t, receipt.Keys, "a change of nothing writes nothing")
		} else {
			require.Positive(t, receipt.Keys)
			worlds = append(worlds, next)
		}
		require.Equal(t, uint64(len(worlds)-1), receipt.Number)
	}
	return worlds
}

// observable leaves out homes that have an empty list of holds.
func observable(w *world) *world {
	w = w.clone()
	for id, holds := range w.holds {
		if len(holds) == 0 {
			delete(w.holds, id)
		}
	}
	return w
}

func TestHistoryReadsAsItWasRecorded(t *testing.T) {
	seeds(t, 8, func(t *testing.T, r *rand.Rand) {
		for _, e := range engines {
			t.Run(e.name, func(t *testing.T) {
				s := On(e.open(t))
				defer checkAndClose(t, s)
				worlds := live(t, s, r, 60)
				v := look(t, s)
				worlds[len(worlds)-1].same(t, v)
				for n, w := range worlds {
					then, err := v.AsOf(uint64(n))
					require.NoError(t, err)
					w.same(t, then)
					require.NoError(t, then.Close(), "closing a view of the past leaves the present open")
				}
			})
		}
	})
}

func TestHistoryKnowsTheHeadOfThen(t *testing.T) {
	s := InMemory()
	defer checkAndClose(t, s)
	heads := []Head{look(t, s).Head()}
	for i := range 20 {
		r := do(t, s, putHomes(home("H-1", i)))
		heads = append(heads, Head{r.Number, r.Root})
	}
	v := look(t, s)
	for n, h := range heads {
		then, err := v.AsOf(uint64(n))
		require.NoError(t, err)
		require.Equal(t, h, then.Head())
		require.Len(t, collect(t, then.Journal(0)), n)
	}
	_, err := v.AsOf(21)
	require.ErrorIs(t, err, ErrNotFound)
}

func TestHistoryOfTheSameChangesHasTheSameRootOnEveryEngine(t *testing.T) {
	seeds(t, 4, func(t *testing.T, r *rand.Rand) {
		seed := r.Uint64()
		var heads []Head
		for _, e := range engines {
			s := On(e.open(t))
			live(t, s, rand.New(rand.NewPCG(seed, 1)), 50)
			heads = append(heads, look(t, s).Head())
			checkAndClose(t, s)
		}
		require.Equal(t, heads[0], heads[1])
		require.Positive(t, heads[0].Number)
	})
}

func TestHistoryIsNotChangedByLaterChanges(t *testing.T) {
	seeds(t, 4, func(t *testing.T, r *rand.Rand) {
		onEveryEngine(t, func(t *testing.T, s *Store) {
			worlds := live(t, s, r, 10)
			old := look(t, s)
			live2 := worlds[len(worlds)-1]
			for range 10 {
				next, act := live2.step(r)
				do(t, s, act)
				live2 = next
			}
			worlds[len(worlds)-1].same(t, old)
			live2.same(t, look(t, s))
		})
	})
}

func TestHistoryOfAHomeThatCameWentAndCameBack(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putChildren(child("C-1", "")))                                      // 1
		do(t, s, putHomes(home("H-1", 1)))                                           // 2
		do(t, s, func(_ *View, c *Change) error { c.DeleteHome("H-1"); return nil }) // 3
		do(t, s, putChildren(child("C-2", "")))                                      // 4
		do(t, s, putHomes(home("H-1", 5)))                                           // 5
		do(t, s, putHomes(home("H-1", 6)))                                           // 6
		v, want := look(t, s), []int{-1, -1, 1, -1, -1, 5, 6}
		for n, beds := range want {
			then, err := v.AsOf(uint64(n))
			require.NoError(t, err)
			h, err := then.Home("H-1")
			if beds < 0 {
				require.ErrorIs(t, err, ErrNotFound, "entry %d", n)
				require.Empty(t, collect(t, then.Homes()))
				continue
			}
			require.NoError(t, err)
			require.Equal(t, beds, h.Beds, "entry %d", n)
			require.Len(t, collect(t, then.Homes()), 1)
		}
	})
}
