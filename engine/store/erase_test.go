package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// allowed lets an erasure through as an officer asks for it.
func allowed(*View) (*Change, error) {
	return &Change{Who: "A. Officer", Command: "erase child", Words: "made in error", When: noon}, nil
}

func erase(t testing.TB, s *Store, child care.ID) Erasure {
	e, err := s.EraseChild(context.Background(), "", child, allowed)
	require.NoError(t, err)
	return e
}

// TestWhatIsLeftAfterAnErasureIsTheWorldWithoutTheChild compares with a clerk who
// takes the cards out, and every earlier state with what it was.
func TestWhatIsLeftAfterAnErasureIsTheWorldWithoutTheChild(t *testing.T) {
	seeds(t, 25, func(t *testing.T, r *rand.Rand) {
		s, w := InMemory(), newWorld()
		worlds := []*world{w}
		for range 20 {
			next, act := w.step(r)
			if do(t, s, act).Keys > 0 {
				worlds = append(worlds, next)
			}
			w = next
		}
		gone := "c" + fewIDs[r.IntN(3)]
		found, err := look(t, s).mentions(t.Context(), named{child: gone, aside: true})
		require.NoError(t, err)
		e := erase(t, s, gone)
		require.Equal(t, len(found), e.Records+e.Earlier)

		v := look(t, s)
		left := w.clone()
		delete(left.children, gone)
		maps.DeleteFunc(left.placements, func(_ care.ID, p care.Placement) bool { return p.Child == gone })
		for home, holds := range left.holds {
			o := care.Occupancy{Holds: slices.Clone(holds)}
			o.Forget(gone)
			left.holds[home] = o.Holds
		}
		left.same(t, v)
		require.Empty(t, biography(t, v, gone))
		after, err := v.mentions(t.Context(), named{child: gone, aside: true})
		require.NoError(t, err)
		require.Empty(t, after)
		for n, then := range worlds {
			requirePast(t, v, uint64(n), then, gone)
		}
		x, err := s.Examine(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, uint64(len(found)), x.Erased)
		nothing := Erasure{Receipt: Receipt{Number: e.Number, Root: e.Root}}
		require.Equal(t, nothing, erase(t, s, gone), "once more changes nothing")
		checkAndClose(t, s)
	})
}

// requirePast compares single reads as of an entry: each is what it was, or is
// said to be erased, and that only where it named the child.
func requirePast(t *testing.T, v *View, n uint64, then *world, gone care.ID) {
	past, err := v.AsOf(n)
	require.NoError(t, err)
	for id, want := range then.homes {
		got, err := past.Home(id)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for id, want := range then.children {
		got, err := past.Child(id)
		if id == gone {
			require.ErrorIs(t, err, ErrErased)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for id, want := range then.placements {
		got, err := past.Placement(id)
		if want.Child == gone {
			require.ErrorIs(t, err, ErrErased)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, id := range fewIDs {
		want := then.occupancy("h" + id)
		got, err := past.Occupancy("h" + id)
		if !want.About(gone).Empty() {
			require.ErrorIs(t, err, ErrErased)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// Words that are in no file by chance, and have no four letters in common: the
// storage engine packs what it has seen before.
var unmistakable = []string{
	"kq7Zt0vXw2RfBn4L", "mY9uPj3HsE6cDaGo", "W1i8TeVbJx5NrKzM", "u4CgQl7yAhOd0SpF",
	"hV2nBt9XjZe6LwRk", "D3fYi8qMsUo1GxPc", "rN5aJvEz7HbKt0Wl", "gT6pCuSy4OxQd9Im",
}

// aLife makes a store on disk in which a child has a history, in several files of
// the storage engine: each part is written by another opening of the store.
func aLife(t testing.TB, dir string, key []byte) *Store {
	zoe := child("C-ZOE", "G-1")
	zoe.Wishes, zoe.Faith = unmistakable[0], unmistakable[3]
	zoe.Contacts = []care.Contact{{Who: unmistakable[1], Where: care.Location{Postcode: unmistakable[2], Point: care.At(53.8, -1.5)}, Visits: 1}}
	later := zoe
	later.Sex = care.Female
	abe := child("C-ABE", "G-1")
	hold := func(why string) func(v *View, c *Change) error {
		return func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-1")
			o.PutHold(care.Hold{ID: "HOLD-1", Children: []care.ID{"C-ABE", "C-ZOE"}, From: 739_000, Until: noon, Offer: care.Offer{State: care.Accepted, Why: why}})
			c.Words = unmistakable[7]
			return err
		}
	}
	var s *Store
	for i, f := range []func(v *View, c *Change) error{
		putHomes(home("H-1", 3), home("H-2", 3)), putChildren(zoe, abe), putPlacements(placement("P-Z", "C-ZOE", "H-1"), placement("P-A", "C-ABE", "H-1")),
		putChildren(later), hold(unmistakable[5]),
		func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-1")
			o.EndHold("HOLD-1")
			o.Declines = append(o.Declines, care.Decline{Hold: "HOLD-1", Children: []care.ID{"C-ABE", "C-ZOE"}, At: noon, Why: unmistakable[4]})
			return err
		},
		func(_ *View, c *Change) error {
			c.PutDecision("D-1", care.Decision{ID: "D-1", Asked: care.Asked{Children: []care.ID{"C-ABE", "C-ZOE"}}, Why: unmistakable[6]})
			c.PutDecision("D-2", care.Decision{ID: "D-2", Asked: care.Asked{Children: []care.ID{"C-ABE"}}, Why: "best for Abe",
				Result: care.Pack([]byte(`{"says":"known risk from C-ZOE: fire-setting","home":"H-1"}`))})
			return nil
		},
		putPlacements(placement("P-Z", "C-ZOE", "H-2")), putChildren(zoe),
	} {
		if i%2 == 0 && s != nil {
			require.NoError(t, s.Close())
			s = nil
		}
		if s == nil {
			var err error
			s, err = Open(context.Background(), dir, Options{Create: true, Key: key})
			require.NoError(t, err)
		}
		do(t, s, f)
	}
	return s
}

// traced lists which of the words are in which files below a directory. A log may
// be written into a table meanwhile; then all is read again.
func traced(t testing.TB, dir string) (found []string) {
	for range 20 {
		found = []string{}
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			for _, word := range unmistakable {
				if bytes.Contains(content, []byte(word)) {
					found = append(found, d.Name()+": "+word)
				}
			}
			return err
		})
		if !errors.Is(err, fs.ErrNotExist) {
			require.NoError(t, err)
			return found
		}
	}
	t.Fatal("the files do not come to rest")
	return nil
}

func TestAfterAnErasureNoFileHasWhatWasErased(t *testing.T) {
	dir := t.TempDir()
	s := aLife(t, dir, nil)
	for _, word := range unmistakable {
		require.True(t, slices.ContainsFunc(traced(t, dir), func(f string) bool { return strings.HasSuffix(f, word) }), "the search would find %q", word)
	}
	v, err := s.View(t.Context())
	require.NoError(t, err)
	head := v.Head()
	require.NoError(t, v.Close())
	e := erase(t, s, "C-ZOE")
	require.Equal(t, head.Number+1, e.Number)
	require.Empty(t, traced(t, dir), "at once, with the store open")
	require.NoError(t, look(t, s).Extends(head), "the journal goes on")
	checkAndClose(t, s)
	require.Empty(t, traced(t, dir))

	s, err = Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	v = look(t, s)
	require.Empty(t, findings(t, s))
	require.Equal(t, []care.Child{child("C-ABE", "G-1")}, collect(t, v.Children()))
	require.Equal(t, []care.Placement{placement("P-A", "C-ABE", "H-1")}, collect(t, v.Placements()))
	o, err := v.Occupancy("H-1")
	require.NoError(t, err)
	require.Equal(t, []care.Decline{{Hold: "HOLD-1", Children: []care.ID{"C-ABE"}, At: noon}}, o.Declines, "what was not said of the child alone stays, without its words")
	require.ErrorIs(t, v.Decision("D-1", new(care.Decision)), ErrErased)
	var d care.Decision
	require.NoError(t, v.Decision("D-2", &d))
	require.Equal(t, "best for Abe", d.Why)
	result, err := d.Result.Unpack()
	require.NoError(t, err)
	require.Equal(t, `{"says":"`+care.Redacted+`","home":"H-1"}`, string(result), "a decision about others stays, without what it says of the child")
	then, err := v.AsOf(v.Head().Number - 1)
	require.NoError(t, err)
	require.ErrorIs(t, then.Decision("D-2", &d), ErrErased)
	held, err := v.Entry(5)
	require.NoError(t, err)
	require.Equal(t, "test (the words were erased)", held.Command)
	last, err := v.Entry(v.Head().Number)
	require.NoError(t, err)
	require.Equal(t, "erase child made in error", last.Command)
	require.Len(t, last.Erased, e.Records+e.Earlier)
	checkAndClose(t, s)
}

func TestAnEncryptedStoreForgetsTheSame(t *testing.T) {
	dir, key := t.TempDir(), someKey(7)
	s := aLife(t, dir, key)
	require.Empty(t, traced(t, dir), "nothing is in clear")
	require.Positive(t, erase(t, s, "C-ZOE").Records)
	checkAndClose(t, s)
	s, err := Open(t.Context(), dir, Options{Key: key})
	require.NoError(t, err)
	_, err = look(t, s).Child("C-ZOE")
	require.ErrorIs(t, err, ErrNotFound)
	require.Empty(t, findings(t, s))
	checkAndClose(t, s)
}

func TestAnErasedDecisionCanStillBeProven(t *testing.T) {
	dir := t.TempDir()
	s := aLife(t, dir, nil)
	v, err := s.View(t.Context())
	require.NoError(t, err)
	before, err := v.Kept(DecisionKind, "D-1")
	require.NoError(t, err)
	require.NoError(t, v.Close())
	require.NotNil(t, before.Value)
	erase(t, s, "C-ZOE")
	v = look(t, s)
	kept, err := v.Kept(DecisionKind, "D-1")
	require.NoError(t, err)
	require.Equal(t, Kept{Number: before.Number, Hash: before.Hash}, kept)
	p, err := v.Prove(kept.Number, v.Head().Number)
	require.NoError(t, err)
	e, err := p.Verify()
	require.NoError(t, err)
	listed, _ := e.Listed(KeyOf(DecisionKind, "D-1"))
	require.Equal(t, kept.Hash[:], listed, "that there was a decision, and which it would have to be")
	_, err = s.Do(t.Context(), "", change("sign late", func(_ *View, c *Change) error {
		c.PutDecision("D-1", care.Decision{ID: "D-1"})
		return nil
	}))
	require.ErrorIs(t, err, ErrErased, "what was erased does not come back under its name")
	checkAndClose(t, s)
}

// TestALongLifeIsErasedInSeveralChanges has more history than one change takes.
func TestALongLifeIsErasedInSeveralChanges(t *testing.T) {
	s := InMemory()
	do(t, s, putHomes(home("H-1", 3)))
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	do(t, s, putPlacements(placement("P-1", "C-1", "H-1")))
	for i := range eraseTogether + 50 {
		p := placement("P-2", "C-2", "H-1")
		p.ExpectedEnd = p.Start + care.Day(i+1)
		do(t, s, putPlacements(p))
	}
	before := look(t, s).Head().Number
	_, err := s.EraseChild(t.Context(), "op-1", "C-1", allowed)
	require.NoError(t, err)
	v := look(t, s)
	require.Equal(t, before+2, v.Head().Number)
	left, err := v.mentions(t.Context(), named{child: "C-1", aside: true})
	require.NoError(t, err)
	require.Empty(t, left)
	again, err := s.EraseChild(t.Context(), "op-1", "C-1", func(*View) (*Change, error) { return nil, errors.New("not asked") })
	require.NoError(t, err, "a retry after a lost answer")
	require.Equal(t, before+2, again.Number)
	require.Equal(t, before+2, look(t, s).Head().Number)
	checkAndClose(t, s)
}

// TestARetriedErasureLeavesTheChildAloneWhoCameSince has a child of the same id come
// back, with more history than one change takes.
func TestARetriedErasureLeavesTheChildAloneWhoCameSince(t *testing.T) {
	s := InMemory()
	do(t, s, putHomes(home("H-1", 3)))
	do(t, s, putChildren(child("C-1", "")))
	first, err := s.EraseChild(t.Context(), "op-1", "C-1", allowed)
	require.NoError(t, err)
	do(t, s, putChildren(child("C-1", "")))
	for i := range eraseTogether + 50 {
		p := placement("P-1", "C-1", "H-1")
		p.ExpectedEnd = p.Start + care.Day(i+1)
		do(t, s, putPlacements(p))
	}
	before := look(t, s).Head()
	again, err := s.EraseChild(t.Context(), "op-1", "C-1", allowed)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, before, look(t, s).Head())
	checkAndClose(t, s)
}

// TestAChildWhomManyDecisionsNameIsErasedInSeveralChanges has more decisions about
// others than one commit takes.
func TestAChildWhomManyDecisionsNameIsErasedInSeveralChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	s, dice := InMemory(), rand.New(rand.NewPCG(1, 0))
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	const decisions = 500
	for i := range decisions {
		noise := make([]byte, 12<<10)
		for j := range noise {
			noise[j] = 'a' + byte(dice.IntN(26))
		}
		id := care.ID(fmt.Sprint("D-", i))
		do(t, s, func(_ *View, c *Change) error {
			return c.PutDecision(id, care.Decision{ID: id, Asked: care.Asked{Children: []care.ID{"C-2"}},
				Result: care.Pack([]byte(`{"says":"known risk from C-1","more":"` + string(noise) + `"}`))})
		})
	}
	e, err := s.EraseChild(t.Context(), "op-1", "C-1", allowed)
	require.NoError(t, err)
	require.Equal(t, decisions+1, e.Records)
	v := look(t, s)
	left, err := v.mentions(t.Context(), named{child: "C-1", aside: true})
	require.NoError(t, err)
	require.Empty(t, left)
	var d care.Decision
	require.NoError(t, v.Decision("D-7", &d))
	result, err := d.Result.Unpack()
	require.NoError(t, err)
	require.Contains(t, string(result), care.Redacted)
	checkAndClose(t, s)
}

func TestWhyAChildWasErasedStaysWhenAnotherOfTheHomeIs(t *testing.T) {
	s := InMemory()
	do(t, s, putHomes(home("H-1", 3)))
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	do(t, s, putPlacements(placement("P-1", "C-1", "H-1"), placement("P-2", "C-2", "H-1")))
	first := erase(t, s, "C-1")
	second := erase(t, s, "C-2")
	for _, n := range []uint64{first.Number, second.Number} {
		e, err := look(t, s).Entry(n)
		require.NoError(t, err)
		require.Equal(t, "erase child made in error", e.Command)
	}
	checkAndClose(t, s)
}

func TestAnErasureThatIsNotAllowedErasesNothing(t *testing.T) {
	s := aLife(t, t.TempDir(), nil)
	before := look(t, s).Head()
	refusal := errors.New("not before the 75th birthday")
	_, err := s.EraseChild(t.Context(), "", "C-ZOE", func(*View) (*Change, error) { return nil, refusal })
	require.Equal(t, refusal, err)
	require.Equal(t, before, look(t, s).Head())
	checkAndClose(t, s)
}

func TestErasingAChildWhoWasNeverThereErasesNothing(t *testing.T) {
	s := InMemory()
	require.Zero(t, erase(t, s, "C-9").Number, "of an empty store")
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	e := erase(t, s, "C-1")
	require.Equal(t, 1, e.Records)
	nothing := Erasure{Receipt: Receipt{Number: e.Number, Root: e.Root}}
	require.Equal(t, nothing, erase(t, s, "C-9"), "what was erased of another child is not counted")
	e, err := s.EraseChild(t.Context(), "", "C-2", func(*View) (*Change, error) { return nil, nil })
	require.NoError(t, err)
	require.Equal(t, nothing, e, "a nil Change changes nothing")
	checkAndClose(t, s)
}

func TestAnErasureThatTheJournalDoesNotKnowIsFound(t *testing.T) {
	s := InMemory()
	county(t, s)
	value := stored(t, "child/C-2")
	commit(t, s.kv, put("child/C-2", string(encodeErased(1, HashOf([]byte(value))))))
	require.Contains(t, fmt.Sprint(findings(t, s)), "child C-2: it was erased, and the journal does not say so")
	require.ErrorIs(t, s.Check(t.Context()), ErrDamaged)
	require.NoError(t, s.Close())

	s = InMemory()
	county(t, s)
	erase(t, s, "C-2")
	commit(t, s.kv, put(string(Key("child/C-2").was(2)), value))
	require.Equal(t, []string{"child C-2: the journal says that it was erased, and it was not"}, findings(t, s))
	require.NoError(t, s.Close())
}
