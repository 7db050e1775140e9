package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// biography is all that a view says of a child, as text.
func biography(t testing.TB, v *View, child care.ID) string {
	said := ""
	if c, err := v.Child(child); err == nil {
		said = fmt.Sprintf("%+v\n", c)
	}
	for _, p := range collect(t, v.Placements()) {
		if p.Child == child {
			said += fmt.Sprintf("%+v\n", p)
		}
	}
	for _, o := range collect(t, all[care.Occupancy](v, HouseholdKind)) {
		if about := o.About(child); !about.Empty() {
			said += fmt.Sprintf("%+v\n", *about)
		}
	}
	for _, d := range collect(t, all[care.Decision](v, DecisionKind)) {
		if d.Names(child) {
			said += fmt.Sprintf("%+v\n", d)
		}
	}
	return said
}

// TestEntriesAboutAChildAreThoseThatChangedWhatIsSaid compares with reading the
// whole store as of every entry.
func TestEntriesAboutAChildAreThoseThatChangedWhatIsSaid(t *testing.T) {
	seeds(t, 25, func(t *testing.T, r *rand.Rand) {
		s, w := InMemory(), newWorld()
		for range 25 {
			next, act := w.step(r)
			do(t, s, act)
			w = next
		}
		v := look(t, s)
		for _, id := range fewIDs[:3] {
			child := "c" + id
			var want []uint64
			before := ""
			for n := uint64(1); n <= v.Head().Number; n++ {
				then, err := v.AsOf(n)
				require.NoError(t, err)
				if after := biography(t, then, child); after != before {
					want, before = append(want, n), after
				}
			}
			got, err := v.EntriesAbout(t.Context(), child)
			require.NoError(t, err)
			require.Equal(t, want, got, child)
		}
		checkAndClose(t, s)
	})
}

func TestOtherChildrenOfAHomeAreNoNewsOfAChild(t *testing.T) {
	s := InMemory()
	do(t, s, putHomes(home("H-1", 3)))
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	do(t, s, putPlacements(placement("P-1", "C-1", "H-1")))
	do(t, s, putPlacements(placement("P-2", "C-2", "H-1")))
	do(t, s, func(_ *View, c *Change) error {
		c.PutDecision("D-1", care.Decision{ID: "D-1", Asked: care.Asked{Children: []care.ID{"C-1"}}})
		return nil
	})
	v := look(t, s)
	got, err := v.EntriesAbout(t.Context(), "C-1")
	require.NoError(t, err)
	require.Equal(t, []uint64{2, 3, 5}, got)
	got, err = v.EntriesAbout(t.Context(), "C-2")
	require.NoError(t, err)
	require.Equal(t, []uint64{2, 4}, got)
	got, err = v.EntriesAbout(t.Context(), "C-3")
	require.NoError(t, err)
	require.Empty(t, got)
	checkAndClose(t, s)
}

func TestLookingForAChildStopsWhenItIsTold(t *testing.T) {
	s := InMemory()
	county(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := look(t, s).EntriesAbout(ctx, "C-1")
	require.ErrorIs(t, err, context.Canceled)
	checkAndClose(t, s)
}

func TestADamagedRecordIsNotPassedOverWhenAChildIsLookedFor(t *testing.T) {
	for name, op := range map[string]Op{
		"a placement":        put("placement/P-1", string(encodeRecord(1, []byte("C-1?")))),
		"a household":        put("household/H-1", string(encodeRecord(1, []byte("C-1?")))),
		"a decision":         put("decision/D-1", string(encodeRecord(1, []byte("C-1?")))),
		"history":            put(string(Key("placement/P-1").was(2)), "?"),
		"history of nothing": put("was/placement/P-1", ""),
	} {
		s := tampered(t, op)
		_, err := look(t, s).EntriesAbout(t.Context(), "C-1")
		require.ErrorIs(t, err, ErrDamaged, name)
		require.NoError(t, s.Close())
	}
}

// What a decision about others says is unpacked for an erasure, which has to take
// the child out of it, and for nothing else.
func TestNoDecisionAboutOthersIsUnpackedToListWhatChanged(t *testing.T) {
	s := InMemory()
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	about := care.Decision{
		ID: "D-1", Asked: care.Asked{Children: []care.ID{"C-1"}}, Chosen: []care.Chosen{{Home: "H-1", Children: []care.ID{"C-1"}}},
		Why: "away from C-2", Result: care.Packed("no packed text"),
	}
	for range 2 { // the earlier version, too
		about.Judged++
		do(t, s, func(_ *View, c *Change) error { c.PutDecision("D-1", about); return nil })
	}
	v := look(t, s)
	got, err := v.EntriesAbout(t.Context(), "C-2")
	require.NoError(t, err)
	require.Equal(t, []uint64{1}, got)
	got, err = v.EntriesAbout(t.Context(), "C-1")
	require.NoError(t, err)
	require.Equal(t, []uint64{1, 2, 3}, got)
	_, err = v.mentions(t.Context(), named{child: "C-2", aside: true})
	require.Error(t, err, "it cannot be told what it says of the child")
	require.NoError(t, s.Close())
}
