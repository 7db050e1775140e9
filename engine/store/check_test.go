package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// moved is a county with some history.
func moved(t *testing.T, s *Store) {
	county(t, s)
	do(t, s, putHomes(home("H-1", 5)))
	require.NoError(t, second(s.Do(t.Context(), "op-1", change("move", putPlacements(placement("P-0", "C-0", "H-1"))))))
}

// tampered is that county, behind the back of whose writer keys
// were changed.
func tampered(t *testing.T, ops ...Op) *Store {
	s := InMemory()
	moved(t, s)
	require.NoError(t, s.Check(t.Context()))
	commit(t, s.kv, ops...)
	return s
}

// stored is the value of a key in an untouched county.
func stored(t *testing.T, key string) string {
	s := tampered(t)
	value, version := read(t, look(t, s).snap, key)
	require.NotZero(t, version, key)
	return value
}

func body(t *testing.T, v any) []byte {
	b, err := encodeBody(v)
	require.NoError(t, err)
	return b
}

// findings are what an examination says, a line each.
func findings(t testing.TB, s *Store) []string {
	x, err := s.Examine(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, len(x.Findings), x.Count)
	says := []string{}
	for _, f := range x.Findings {
		if !slices.Contains([]string{"P-x", "P-y", "H-unknown"}, f.Key) { // what a county names that is not there
			says = append(says, f.String())
		}
	}
	return says
}

func TestCheckFindsWhatWasTamperedWith(t *testing.T) {
	flipped := []byte(stored(t, string(journalKind.numbered(2))))
	flipped[len(flipped)-1] ^= 1
	forged := Entry{Number: 2, Who: "Somebody else", When: noon}
	for name, c := range map[string]struct {
		ops  []Op
		says []string
	}{
		"nothing": {nil, []string{}},
		"a record": {[]Op{put("home/H-2", string(encodeRecord(1, body(t, home("H-2", 9)))))},
			[]string{"home H-2: it is not what entry 1 wrote, by the hash that the journal lists"}},
		"the number of a record": {[]Op{put("home/H-2", string(encodeRecord(2, body(t, home("H-2", 2)))))},
			[]string{"home H-2: entry 1 wrote it, and it is gone", "home H-2: it is not one of those that the journal lists, as of entry 2"}},
		"a record too few": {[]Op{del("home/H-2")},
			[]string{"home: 9 can be read of 10", "home H-2: entry 1 wrote it, and it is gone", "household H-2: stays or holds are recorded, and the home is not there"}},
		"a record too many": {[]Op{put("home/H-99", stored(t, "home/H-2"))},
			[]string{"home: 11 can be read of 10", "home H-99: it is not one of those that the journal lists, as of entry 1"}},
		"a record renamed": {[]Op{del("home/H-2"), put("home/H-99", stored(t, "home/H-2"))},
			[]string{"home H-2: entry 1 wrote it, and it is gone", "home H-99: it is not one of those that the journal lists, as of entry 1", "household H-2: stays or holds are recorded, and the home is not there"}},
		"the history": {[]Op{put(string(Key("home/H-1").was(2)), string(encodeRecord(1, body(t, home("H-1", 3)))))},
			[]string{"home H-1: it is not what entry 1 wrote, by the hash that the journal lists"}},
		"history of the future": {[]Op{del(string(Key("home/H-1").was(2))), put(string(Key("home/H-1").was(9)), stored(t, string(Key("home/H-1").was(2))))},
			[]string{"history home/H-1: a record of entry 1 says that entry 9 overwrote it"}},
		"history too little": {[]Op{del(string(Key("home/H-1").was(2)))},
			[]string{"history: 2 can be read of 3", "home H-1: entry 1 wrote it, and it is gone"}},
		"history not a record": {[]Op{put(string(Key("home/H-1").was(2)), "?")},
			[]string{"history home/H-1: a value has format 63; this program reads format 1", "home H-1: entry 1 wrote it, and it is gone"}},
		"history without number": {[]Op{put("was/home/H-1", "")},
			[]string{"history /: a key of the history has no number", "history: 4 can be read of 3"}},
		"an entry": {[]Op{put(string(journalKind.numbered(2)), string(entryValue(t, forged)))},
			[]string{"journal 2: journal entry 2 is not the one that was written", "home H-1: it is not one of those that the journal lists, as of entry 2"}},
		"a bit of an entry": {[]Op{put(string(journalKind.numbered(2)), string(flipped))},
			[]string{"journal 2: journal entry 2 is not the one that was written", "home H-1: it is not one of those that the journal lists, as of entry 2"}},
		"a hash of the tree": {[]Op{put(string(treeKind.numbered(0)), string(make([]byte, 32)))}, nil},
		"a hash too few":     {[]Op{del(string(treeKind.numbered(1)))}, nil},
		"an entry too few":   {[]Op{del(string(journalKind.numbered(1)))}, nil},
		"an operation too few": {[]Op{del("op/op-1")},
			[]string{`journal 3: operation "op-1" is not marked as done by it`, "operation: 0 can be read of 1"}},
		"an operation's number": {[]Op{put("op/op-1", string(encodeRecord(1, nil)))}, nil},
		"an operation too many": {[]Op{put("op/op-2", string(encodeRecord(1, nil)))},
			[]string{"operation op-2: journal entry 1 does not know of it", "operation: 2 can be read of 1"}},
		"not a record": {[]Op{put("home/H-2", "?")},
			[]string{"home H-2: a value has format 63; this program reads format 1", "home H-2: entry 1 wrote it, and it is gone"}},
		"erased in secret": {[]Op{put("child/C-2", string(encodeErased(1, HashOf([]byte(stored(t, "child/C-2"))))))}, nil},
	} {
		s := tampered(t, c.ops...)
		got := findings(t, s)
		if c.says != nil {
			require.Equal(t, c.says, got, name)
		}
		if len(got) == 0 {
			require.NoError(t, s.Check(t.Context()), name)
			require.Equal(t, "nothing", name)
		} else {
			require.ErrorIs(t, s.Check(t.Context()), ErrDamaged, name)
		}
		require.NoError(t, s.Close())
	}
}

// TestCheckFindsAWriterThatForgotADerivedKey makes changes that are journalled
// well but leave households or indexes out of step.
func TestCheckFindsAWriterThatForgotADerivedKey(t *testing.T) {
	for says, f := range map[string]func(v *View, c *Change) error{
		"household H-2/P-2: the household does not show the stay as its placement has it": func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-2")
			o.Stays = nil
			return err
		},
		"household H-2/P-2: the stay and its placement differ": func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-2")
			o.Stays[0].Start++
			return err
		},
		"lives C-2/P-2: the index of placements by child lacks it": func(_ *View, c *Change) error {
			set(&c.indexes, LivesKind.key2("C-2", "P-2"), false)
			return nil
		},
		"group G-1/C-99: the index of children by group has it, and no child says so": func(_ *View, c *Change) error {
			set(&c.indexes, GroupKind.key2("G-1", "C-99"), true)
			return nil
		},
		"holds HOLD-1/H-2: the index of homes by hold has it, and no household says so": func(_ *View, c *Change) error {
			set(&c.indexes, HoldsKind.key2("HOLD-1", "H-2"), true)
			return nil
		},
	} {
		s := InMemory()
		county(t, s)
		do(t, s, f)
		require.Equal(t, []string{says}, findings(t, s))
		require.ErrorContains(t, s.Check(t.Context()), says)
		require.NoError(t, s.Close())
	}
}

func TestCheckNamesWhatARecordNamesThatIsNotThere(t *testing.T) {
	s := InMemory()
	do(t, s, putHomes(home("H-1", 2), home("H-10", 2)))
	do(t, s, putChildren(child("C-1", ""), child("C-10", "")))
	do(t, s, putPlacements(placement("P-1", "C-1", "H-1"), placement("P-10", "C-10", "H-10")))
	do(t, s, func(_ *View, c *Change) error {
		c.PutDecision("D-1", care.Decision{ID: "D-1", Chosen: []care.Chosen{{Home: "H-1", Children: []care.ID{"C-1"}, Placements: []care.ID{"P-1"}}}})
		return nil
	})
	require.Empty(t, findings(t, s))
	do(t, s, func(v *View, c *Change) error { c.DeleteHome("H-1"); return c.DeleteChild(v, "C-10") })
	do(t, s, putPlacements(placement("P-1", "C-2", "H-1")))
	require.Equal(t, []string{
		`placement P-10: child "C-10", whom it names, is not there`,
		`placement P-1: child "C-2", whom it names, is not there`,
		"household H-1: stays or holds are recorded, and the home is not there",
		`decision D-1: placement "P-1", which it began, is of child "C-2", whom it did not place`,
	}, findings(t, s))
	require.NoError(t, s.Check(t.Context()), "a store that was put together so is not damaged")
	do(t, s, func(v *View, c *Change) error { return c.DeletePlacement(v, "P-1") })
	require.Contains(t, findings(t, s), `decision D-1: the placement it began: placement "P-1" is not found`)
	checkAndClose(t, s)
}

func TestCheckFindsAHeadThatDoesNotFitTheJournal(t *testing.T) {
	s := tampered(t)
	v := look(t, s)
	head := v.head
	head.Root[0] ^= 1
	value, err := encodeVersioned(head)
	require.NoError(t, err)
	commit(t, s.kv, put(headKey, string(value)))
	require.Equal(t, []string{"journal: the head does not fit the tree over the journal"}, findings(t, s))
	commit(t, s.kv, put(headKey, "?"))
	require.Equal(t, []string{"journal: a value has format 63; this program reads format 1"}, findings(t, s))
	require.NoError(t, s.Close())
}

// TestCheckGoesOnBehindWhatItFinds damages several things at once.
func TestCheckGoesOnBehindWhatItFinds(t *testing.T) {
	s := tampered(t,
		put("home/H-0", "?"), put("child/C-2", string(encodeRecord(1, body(t, child("C-2", "G-9"))))), del("op/op-1"),
		put(string(journalKind.numbered(2)), "?"), del("lives/C-2\x00P-2"))
	got := strings.Join(findings(t, s), "\n")
	for _, says := range []string{
		"home H-0: a value has format 63", "child C-2: it is not what entry 1 wrote", "operation", "journal 2:", "journal 3:",
		"lives C-2/P-2: the index of placements by child lacks it", "group G-9/C-2: the index of children by group lacks it", "lives: ",
	} {
		require.Contains(t, got, says)
	}
	require.NoError(t, s.Close())
}

// TestCheckOfAStoreThatIsAllWrongIsBounded replaces every home.
func TestCheckOfAStoreThatIsAllWrongIsBounded(t *testing.T) {
	s := InMemory()
	var homes []care.Home
	var ops []Op
	for i := range 5_000 {
		h := home(care.ID(fmt.Sprintf("H-%04d", i)), 1)
		homes = append(homes, h)
		h.Beds = 2
		ops = append(ops, put("home/"+string(h.ID), string(encodeRecord(1, body(t, h)))))
	}
	do(t, s, putHomes(homes...))
	commit(t, s.kv, ops...)
	looked := 0
	x, err := s.Examine(t.Context(), func(n int) { looked = n })
	require.NoError(t, err)
	require.True(t, x.More)
	require.Greater(t, x.Count, openPages)
	require.Less(t, x.Count, 500, "of ten thousand, those on a few pages")
	require.Less(t, len(x.Findings), MaxFindings+1)
	require.GreaterOrEqual(t, looked, 10_000, "twice each")
	require.Equal(t, uint64(5_000), x.Records)
	err = s.Check(t.Context())
	require.ErrorContains(t, err, "more")
	require.Less(t, len(err.Error()), 1_000)
	require.NoError(t, s.Close())
}

func TestCheckComparesWithHEADOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Create: true})
	require.NoError(t, err)
	county(t, s)
	require.Empty(t, findings(t, s))
	ahead := s.head.last
	ahead.turn += 9
	ahead.head.Number++
	f, err := os.OpenFile(filepath.Join(dir, headName), os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = f.WriteAt(ahead.encode(), 0)
	require.NoError(t, errors.Join(err, f.Close()))
	require.Equal(t, []string{"HEAD: the end of the journal is lost: the head was noted at entry 2, the journal ends at entry 1"}, findings(t, s))
	require.NoError(t, os.Remove(filepath.Join(dir, headName)))
	require.Contains(t, findings(t, s)[0], "HEAD: read HEAD")
	require.NoError(t, s.Close())
}

func TestCheckVerifiesTheTablesOfAnOpenStore(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Create: true})
	require.NoError(t, err)
	county(t, s)
	checkAndClose(t, s)
	s, err = Open(t.Context(), dir, Options{ReadOnly: true})
	require.NoError(t, err)
	tables, err := filepath.Glob(filepath.Join(dir, dataName, "*.sst"))
	require.NoError(t, err)
	f, err := os.OpenFile(tables[0], os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte("?"), 300)
	require.NoError(t, errors.Join(err, f.Close()))
	require.Contains(t, strings.Join(findings(t, s), "\n"), "files: ")
	require.NoError(t, s.Close())
}

func TestAnExaminationCountsWhatItHasSeen(t *testing.T) {
	s := tampered(t)
	x, err := s.Examine(t.Context(), nil)
	require.NoError(t, err)
	v := look(t, s)
	require.Equal(t, v.Head(), x.Head)
	n := v.head.Counts
	require.Equal(t, n.Home+n.Child+n.Placement+n.Household+n.Lives+n.Group+n.Meta+n.Holds+n.Decision, x.Records)
	require.Equal(t, n.Earlier, x.Earlier)
	require.Zero(t, x.Erased)
	checkAndClose(t, s)
}

// TestLedgerNamesWhatOnlyOneSideHas compares with counting.
func TestLedgerNamesWhatOnlyOneSideHas(t *testing.T) {
	seeds(t, 50, func(t *testing.T, r *rand.Rand) {
		var sides [2][]Key
		balance := map[Key]int{}
		for range 2_000 {
			key := HomeKind.key(care.ID(strconv.Itoa(r.IntN(3_000))))
			sides[due], sides[got] = append(sides[due], key), append(sides[got], key)
		}
		for range r.IntN(4) {
			s, key := side(r.IntN(2)), HomeKind.key(care.ID(strconv.Itoa(r.IntN(4_000))))
			sides[s] = append(sides[s], key)
			balance[key] += 1 - 2*int(s)
		}
		r.Shuffle(len(sides[got]), func(i, j int) { sides[got][i], sides[got][j] = sides[got][j], sides[got][i] })
		l := new(ledger)
		enter := func() {
			for s := range sides {
				for _, key := range sides[s] {
					l.add(side(s), about{key: key}, []byte(key))
				}
			}
		}
		enter()
		maps.DeleteFunc(balance, func(_ Key, n int) bool { return n == 0 })
		require.Equal(t, len(balance) > 0, l.differs())
		enter()
		told := map[Key]int{}
		for _, m := range l.mismatches() {
			told[m.key] = 1 - 2*int(m.only)
		}
		for key, n := range balance {
			balance[key] = max(-1, min(1, n))
		}
		require.Equal(t, balance, told)
	})
}

func TestPartsOfAThingAreNotRunTogether(t *testing.T) {
	l := new(ledger)
	l.add(due, about{}, []byte("x"), []byte("yz"))
	l.add(got, about{}, []byte("xy"), []byte("z"))
	require.True(t, l.differs())
}

func TestCheckStopsWhenItIsTold(t *testing.T) {
	s := InMemory()
	county(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	c := newChecking(ctx, look(t, s), true, nil)
	cancel()
	require.ErrorIs(t, c.journal(), context.Canceled)
	require.ErrorIs(t, c.records(), context.Canceled)
	require.ErrorIs(t, c.references(), context.Canceled)
	_, err := s.Examine(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
	checkAndClose(t, s)
	_, err = s.Examine(t.Context(), nil)
	require.ErrorIs(t, err, ErrClosed)
}

// TestCheckFindsAnyByteThatIsFlipped flips one random bit of one random key or
// value at a time.
func TestCheckFindsAnyByteThatIsFlipped(t *testing.T) {
	seeds(t, 100, func(t *testing.T, r *rand.Rand) {
		s := tampered(t)
		var pairs []Op
		for p, err := range look(t, s).snap.Scan(nil) {
			require.NoError(t, err)
			pairs = append(pairs, put(string(p.Key), string(p.Value)))
		}
		victim := pairs[r.IntN(len(pairs))]
		spoilt := put(string(victim.Key), string(victim.Value))
		where := spoilt.Value
		if r.IntN(2) == 0 {
			where = spoilt.Key
		}
		where[r.IntN(len(where))] ^= 1 << r.IntN(8)
		ops := []Op{spoilt}
		if !bytes.Equal(victim.Key, spoilt.Key) {
			ops = append(ops, del(string(victim.Key)))
		}
		commit(t, s.kv, ops...)
		err := s.Check(t.Context())
		require.Error(t, err, "%q = %x became %q = %x", victim.Key, victim.Value, spoilt.Key, spoilt.Value)
		require.NoError(t, s.Close())
	})
}
