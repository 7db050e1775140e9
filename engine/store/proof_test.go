package store

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// grown is a store whose journal has so many entries, with the head after each.
func grown(t testing.TB, entries int) (*Store, []Head) {
	s := InMemory()
	heads := []Head{look(t, s).Head()}
	for i := range entries {
		do(t, s, putHomes(home("H-1", i+1)))
		heads = append(heads, look(t, s).Head())
	}
	return s, heads
}

// TestEveryEntryIsProvenInEveryJournalThatHasIt goes through all sizes, since the
// shape of a tree depends on the size.
func TestEveryEntryIsProvenInEveryJournalThatHasIt(t *testing.T) {
	s, heads := grown(t, 18)
	v := look(t, s)
	for size := uint64(1); size <= 18; size++ {
		for n := uint64(1); n <= size; n++ {
			p, err := v.Prove(n, size)
			require.NoError(t, err)
			require.Equal(t, heads[size], p.Head)
			e, err := p.Verify()
			require.NoError(t, err, "entry %d of %d", n, size)
			want, err := v.Entry(n)
			require.NoError(t, err)
			require.Equal(t, want, e)
			require.LessOrEqual(t, len(p.Path), 5, "a proof is as long as the tree is high")
		}
	}
	for _, wrong := range [][2]uint64{{0, 1}, {5, 4}, {1, 19}, {19, 19}} {
		_, err := v.Prove(wrong[0], wrong[1])
		require.ErrorIs(t, err, ErrNotFound, wrong)
	}
	checkAndClose(t, s)
}

// TestAProofOfAnythingElseDoesNotHold changes one thing of a proof at a time.
func TestAProofOfAnythingElseDoesNotHold(t *testing.T) {
	s, heads := grown(t, 11)
	good := func() Proof {
		p, err := look(t, s).Prove(6, 11)
		require.NoError(t, err)
		return p
	}
	for name, spoil := range map[string]func(*Proof){
		"another entry":         func(p *Proof) { p.Entry = entryValue(t, Entry{Number: 6, Who: "Somebody else", When: noon}) },
		"no entry":              func(p *Proof) { p.Entry = nil },
		"another number":        func(p *Proof) { p.Number = 5 },
		"number nought":         func(p *Proof) { p.Number = 0 },
		"a number past the end": func(p *Proof) { p.Number = 12 },
		"an older head":         func(p *Proof) { p.Head = heads[10] },
		"another root":          func(p *Proof) { p.Head.Root[0] ^= 1 },
		"a much longer journal": func(p *Proof) { p.Head.Number = 40 },
		"a journal without end": func(p *Proof) { p.Head.Number = 1 << 63 },
		"a shorter path":        func(p *Proof) { p.Path = p.Path[1:] },
		"a longer path":         func(p *Proof) { p.Path = append(p.Path, Hash{}) },
		"no path":               func(p *Proof) { p.Path = nil },
		"a path the other way":  func(p *Proof) { p.Path[0], p.Path[1] = p.Path[1], p.Path[0] },
	} {
		p := good()
		spoil(&p)
		_, err := p.Verify()
		require.ErrorIs(t, err, ErrDamaged, name)
	}
	seeds(t, 200, func(t *testing.T, r *rand.Rand) {
		p := good()
		p.Entry = bytes.Clone(p.Entry)
		where := p.Entry
		if i := r.IntN(len(p.Path) + 1); i < len(p.Path) {
			where = p.Path[i][:]
		}
		bit := r.IntN(8 * len(where))
		where[bit/8] ^= 1 << (bit % 8)
		_, err := p.Verify()
		require.ErrorIs(t, err, ErrDamaged)
	})
	checkAndClose(t, s)
}

func TestAJournalGoesOnFromEachOfItsHeads(t *testing.T) {
	s, heads := grown(t, 18)
	v := look(t, s)
	for n, head := range heads {
		require.NoError(t, v.Extends(head), n)
		changed := head
		changed.Root[31] ^= 1
		require.ErrorIs(t, v.Extends(changed), ErrDamaged, n)
	}
	checkAndClose(t, s)
}

func TestAStoreThatWasSetBackIsToldByAHeadNotedElsewhere(t *testing.T) {
	s, heads := grown(t, 7)
	early, _ := grown(t, 4)
	require.NoError(t, look(t, early).Extends(heads[4]), "the same past")
	err := look(t, early).Extends(heads[7])
	require.ErrorIs(t, err, ErrLost)
	require.ErrorContains(t, err, "the head was noted at entry 7, the journal ends at entry 4")

	do(t, early, putHomes(home("H-OTHER", 1)))
	for range 4 {
		do(t, early, putHomes(home("H-1", 9)))
		do(t, early, putHomes(home("H-1", 8)))
	}
	err = look(t, early).Extends(heads[7])
	require.ErrorIs(t, err, ErrDamaged, "set back, and then written to again")
	require.ErrorContains(t, err, "its past was changed")
	checkAndClose(t, s)
	checkAndClose(t, early)
}

func TestAnEntryListsTheHashOfWhatItStored(t *testing.T) {
	s := InMemory()
	do(t, s, putHomes(home("H-1", 2), home("H-2", 2)))
	do(t, s, func(_ *View, c *Change) error { c.DeleteHome("H-2"); return nil })
	v := look(t, s)
	first, err := v.Entry(1)
	require.NoError(t, err)
	value, _ := read(t, v.snap, "home/H-1")
	hash, listed := first.Listed(HomeKind.key("H-1"))
	require.True(t, listed)
	sum := HashOf([]byte(value))
	require.Equal(t, sum[:], hash)
	second, err := v.Entry(2)
	require.NoError(t, err)
	hash, listed = second.Listed(HomeKind.key("H-2"))
	require.True(t, listed)
	require.Nil(t, hash, "deleted")
	_, listed = second.Listed(HomeKind.key("H-1"))
	require.False(t, listed)
	checkAndClose(t, s)
}

func TestARecordThatWasKeptElsewhereIsRead(t *testing.T) {
	s := InMemory()
	do(t, s, putHomes(home("H-1", 2)))
	v := look(t, s)
	kept, err := v.Kept(HomeKind, "H-1")
	require.NoError(t, err)
	require.Equal(t, uint64(1), kept.Number)
	var h care.Home
	require.NoError(t, ReadRecord(kept.Value, &h))
	require.Equal(t, home("H-1", 2), h)
	for _, other := range [][]byte{nil, {1, 1}, kept.Value[:len(kept.Value)-1]} {
		require.ErrorIs(t, ReadRecord(other, &h), ErrDamaged)
	}
	_, err = v.Kept(HomeKind, "H-2")
	require.ErrorIs(t, err, ErrNotFound)
	checkAndClose(t, s)
}

// FuzzProof takes a proof from a stranger.
func FuzzProof(f *testing.F) {
	s, _ := grown(f, 5)
	defer s.Close()
	v, err := s.View(context.Background())
	require.NoError(f, err)
	defer v.Close()
	p, err := v.Prove(3, 5)
	require.NoError(f, err)
	var path []byte
	for _, h := range p.Path {
		path = append(path, h[:]...)
	}
	f.Add(p.Number, p.Entry, p.Head.Number, p.Head.Root[:], path)
	f.Add(uint64(1), []byte{}, uint64(1), make([]byte, 32), []byte{})
	f.Fuzz(func(t *testing.T, number uint64, entry []byte, size uint64, root, path []byte) {
		claim := Proof{Number: number, Entry: entry, Head: Head{Number: size}}
		copy(claim.Head.Root[:], root)
		for ; len(path) >= 32; path = path[32:] {
			claim.Path = append(claim.Path, Hash(path[:32]))
		}
		e, err := claim.Verify()
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		require.Equal(t, number, e.Number)
		if claim.Head == p.Head {
			require.Equal(t, care.ID("H-1"), e.Changed[0].Key.ID(), "nothing but what was written fits the root")
		}
	})
}
