package store

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestAStoreIsSurveyedWithoutBeingOpened(t *testing.T) {
	dir := closedStore(t, 3)
	before := listing(t, dir)
	s, err := Look(dir)
	require.NoError(t, err)
	m, err := readHead(dir)
	require.NoError(t, err)
	require.Equal(t, m.head, s.Head)
	require.Equal(t, uint64(3), s.Head.Number)
	require.True(t, s.Proper)
	require.False(t, s.Encrypted)
	sum := uint64(0)
	for _, content := range before {
		sum += uint64(len(content))
	}
	require.Equal(t, sum, s.Bytes)
	require.Equal(t, before, listing(t, dir))
	require.NoError(t, os.Chmod(dir, 0o750))
	s, err = Look(dir)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		require.Equal(t, fs.FileMode(0o750), s.Mode)
	}
}

func TestAStoreInUseIsSurveyed(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	do(t, s, putHomes(home("H-1", 1)))
	seen, err := Look(dir)
	require.NoError(t, err)
	require.False(t, seen.Proper, "it is being written to")
	require.Equal(t, uint64(1), seen.Head.Number)
	checkAndClose(t, s)
}

func TestAnEncryptedStoreIsSurveyedWithoutItsKey(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Create: true, Key: make([]byte, KeySize)})
	require.NoError(t, err)
	checkAndClose(t, s)
	seen, err := Look(dir)
	require.NoError(t, err)
	require.True(t, seen.Encrypted)
	require.True(t, seen.Proper)
}

func TestASurveyOfWhatIsNoStore(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "stablehomes.db")
	_, err := Look(missing)
	require.ErrorIs(t, err, ErrNoStore)
	require.NoDirExists(t, missing)

	dir := closedStore(t, 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "HEAD"), []byte("spoilt"), 0o600))
	_, err = Look(dir)
	require.ErrorIs(t, err, ErrDamaged)

	dir = closedStore(t, 1)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "data")))
	_, err = Look(dir)
	require.ErrorIs(t, err, ErrLost)
}

func TestASurveySaysWhatRoomIsNeeded(t *testing.T) {
	const gb = 1 << 30
	dir := closedStore(t, 1)
	for _, c := range []struct {
		total, needed uint64
	}{{gb, roomToWrite}, {60 * gb, 3 * gb}, {1000 * gb, 4 * gb}} {
		s, err := survey(dir, func(string) (uint64, uint64, bool) { return 7, c.total, true })
		require.NoError(t, err)
		require.Equal(t, [3]any{uint64(7), c.needed, true}, [3]any{s.Free, s.Needed, s.Known})
	}
	s, err := survey(dir, func(string) (uint64, uint64, bool) { return 0, 0, false })
	require.NoError(t, err)
	require.False(t, s.Known)
}

func TestAStoreIsOpenedAsItIs(t *testing.T) {
	dir := closedStore(t, 3)
	before := listing(t, dir)
	for _, lock := range []bool{true, false} { // without one, none is made
		if !lock {
			require.NoError(t, os.Remove(filepath.Join(dir, lockName)))
			delete(before, string(filepath.Separator)+lockName)
		}
		s, err := Open(t.Context(), dir, Options{ReadOnly: true, AsItIs: true})
		require.NoError(t, err)
		require.Equal(t, uint64(3), look(t, s).Head().Number)
		_, err = s.Do(t.Context(), "", change("x", putHomes(home("H-2", 1))))
		require.ErrorIs(t, err, ErrReadOnly)
		checkAndClose(t, s)
		require.Equal(t, before, listing(t, dir))
	}
}

func TestAStoreThatWasNotClosedProperlyIsLeftAsItIs(t *testing.T) {
	if !canShare() {
		t.Skip("a store cannot be shared here")
	}
	dir := t.TempDir()
	s := create(t, dir)
	do(t, s, putHomes(home("H-1", 1)))
	_, err := Open(t.Context(), dir, Options{ReadOnly: true, AsItIs: true})
	require.ErrorIs(t, err, ErrInUse, "who writes comes first")
	copied := t.TempDir()
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	checkAndClose(t, s)

	before := listing(t, copied)
	_, err = Open(t.Context(), copied, Options{ReadOnly: true, AsItIs: true})
	require.ErrorIs(t, err, ErrUnclean)
	require.ErrorContains(t, err, "puts it in order")
	require.True(t, maps.Equal(before, listing(t, copied)), "not a byte is changed")

	s, err = Open(t.Context(), copied, Options{ReadOnly: true})
	require.NoError(t, err)
	checkAndClose(t, s)
	s, err = Open(t.Context(), copied, Options{ReadOnly: true, AsItIs: true})
	require.NoError(t, err, "it has been put in order")
	checkAndClose(t, s)
}

// bedsAlone is a part of a home.
type bedsAlone struct {
	ID   care.ID `cbor:"1,keyasint"`
	Beds int     `cbor:"9,keyasint"`
}

func TestAGlanceReadsAPartOfEveryRecord(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putHomes(home("H-2", 2), home("H-1", 1), home("H-3", 3)))
		do(t, s, func(_ *View, c *Change) error { c.DeleteHome("H-2"); return nil })
		do(t, s, putChildren(child("C-1", "")))
		do(t, s, putPlacements(placement("P-1", "C-1", "H-3")))
		v := look(t, s)
		require.Equal(t, []bedsAlone{{"H-1", 1}, {"H-3", 3}}, collect(t, Glance[bedsAlone](v, HomeKind)))
		require.Equal(t, uint64(2), v.Count(HomeKind))
		require.Equal(t, uint64(1), v.Count(ChildKind))
		require.Equal(t, uint64(0), v.Count(DecisionKind))
		require.Equal(t, uint64(0), v.Count("nonsense"))
		occupied := collect(t, v.Occupancies())
		require.Len(t, occupied, 1)
		want, err := v.Occupancy("H-3")
		require.NoError(t, err)
		require.Equal(t, want, occupied[0])
		for h, err := range Glance[bedsAlone](v, HomeKind) {
			require.NoError(t, err)
			require.Equal(t, care.ID("H-1"), h.ID, "it stops when it is told to")
			break
		}
	})
}

func TestAGlancePassesOverWhatWasErased(t *testing.T) {
	type idAlone struct {
		ID care.ID `cbor:"1,keyasint"`
	}
	s := InMemory()
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	for _, d := range []care.Decision{{ID: "D-1", Asked: care.Asked{Children: []care.ID{"C-1"}}}, {ID: "D-2", Asked: care.Asked{Children: []care.ID{"C-2"}}}} {
		do(t, s, func(_ *View, c *Change) error { return c.PutDecision(d.ID, d) })
	}
	erase(t, s, "C-1")
	require.Equal(t, []idAlone{{"D-2"}}, collect(t, Glance[idAlone](look(t, s), DecisionKind)))
	require.Equal(t, uint64(2), look(t, s).Count(DecisionKind), "that there was one is still known")
	checkAndClose(t, s)
}

func TestAGlanceAtADamagedRecordSaysWhich(t *testing.T) {
	s := tampered(t, put("home/H-2", string(encodeRecord(1, []byte{0xff}))))
	defer s.Close()
	var last error
	for _, err := range Glance[bedsAlone](look(t, s), HomeKind) {
		last = err
	}
	require.ErrorIs(t, last, ErrDamaged)
	require.ErrorContains(t, last, `home "H-2"`)

	s = tampered(t, del("home/H-2"))
	defer s.Close()
	for _, err := range Glance[bedsAlone](look(t, s), HomeKind) {
		last = err
	}
	require.ErrorContains(t, last, "9 keys of kind home can be read of 10")
}
