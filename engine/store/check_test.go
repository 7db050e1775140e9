package store

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// tampered is a county with some history, behind the back of whose writer keys
// were changed.
func tampered(t *testing.T, ops ...Op) *Store {
	s := InMemory()
	county(t, s)
	do(t, s, putHomes(home("H-1", 5)))
	_, err := s.Do(t.Context(), "op-1", change("move", putPlacements(placement("P-0", "C-0", "H-1"))))
	require.NoError(t, err)
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

func TestCheckFindsWhatWasTamperedWith(t *testing.T) {
	flipped := []byte(stored(t, string(journalKind.numbered(2))))
	flipped[len(flipped)-1] ^= 1
	forged := Entry{Number: 2, Who: "Somebody else", When: noon}
	for name, c := range map[string]struct {
		ops  []Op
		says string
	}{
		"a record":               {[]Op{put("home/H-2", string(encodeRecord(1, body(t, home("H-2", 9)))))}, "not those that the journal lists"},
		"the number of a record": {[]Op{put("home/H-2", string(encodeRecord(2, body(t, home("H-2", 2)))))}, "not those that the journal lists"},
		"a record too few":       {[]Op{del("home/H-2")}, "can be read of"},
		"a record too many":      {[]Op{put("home/H-99", stored(t, "home/H-2"))}, "can be read of"},
		"a record renamed":       {[]Op{del("home/H-2"), put("home/H-99", stored(t, "home/H-2"))}, "not those that the journal lists"},
		"the history":            {[]Op{put(string(Key("home/H-1").was(2)), string(encodeRecord(1, body(t, home("H-1", 3)))))}, "not those that the journal lists"},
		"history of the future":  {[]Op{del(string(Key("home/H-1").was(2))), put(string(Key("home/H-1").was(9)), stored(t, string(Key("home/H-1").was(2))))}, "overwrote it"},
		"history too little":     {[]Op{del(string(Key("home/H-1").was(2)))}, "earlier records can be read of"},
		"history not a record":   {[]Op{put(string(Key("home/H-1").was(2)), "?")}, "format"},
		"history without number": {[]Op{put("was/home/H-1", "")}, "no number"},
		"an entry":               {[]Op{put(string(journalKind.numbered(2)), string(entryValue(t, forged)))}, "not the one that was written"},
		"a bit of an entry":      {[]Op{put(string(journalKind.numbered(2)), string(flipped))}, "not the one that was written"},
		"an entry too few":       {[]Op{del(string(journalKind.numbered(1)))}, "is missing"},
		"a hash of the tree":     {[]Op{put(string(treeKind.numbered(0)), string(make([]byte, 32)))}, "not the one that was written"},
		"a hash too few":         {[]Op{del(string(treeKind.numbered(1)))}, "is missing"},
		"an operation too few":   {[]Op{del("op/op-1")}, "not marked as done"},
		"an operation's number":  {[]Op{put("op/op-1", string(encodeRecord(1, nil)))}, "not marked as done"},
		"an operation too many":  {[]Op{put("op/op-2", string(encodeRecord(1, nil)))}, "can be read of"},
		"not a record":           {[]Op{put("home/H-2", "?")}, "format"},
	} {
		s := tampered(t, c.ops...)
		err := s.Check(t.Context())
		require.ErrorIs(t, err, ErrDamaged, name)
		require.ErrorContains(t, err, c.says, name)
		require.NoError(t, s.Close())
	}
}

// TestCheckFindsAWriterThatForgotADerivedKey makes changes that are journalled
// well but leave households or indexes out of step.
func TestCheckFindsAWriterThatForgotADerivedKey(t *testing.T) {
	for says, f := range map[string]func(v *View, c *Change) error{
		"the households": func(v *View, c *Change) error {
			o, err := c.Occupancy(v, "H-2")
			o.Stays = nil
			return err
		},
		"the index of placements": func(_ *View, c *Change) error { set(&c.indexes, LivesKind.key2("C-2", "P-2"), false); return nil },
		"the index of children":   func(_ *View, c *Change) error { set(&c.indexes, GroupKind.key2("G-1", "C-99"), true); return nil },
	} {
		s := InMemory()
		county(t, s)
		do(t, s, f)
		err := s.Check(t.Context())
		require.ErrorIs(t, err, ErrDamaged)
		require.ErrorContains(t, err, says)
		require.NoError(t, s.Close())
	}
}

func TestCheckFindsAHeadThatDoesNotFitTheJournal(t *testing.T) {
	s := tampered(t)
	v := look(t, s)
	head := v.head
	head.Root[0] ^= 1
	value, err := encodeVersioned(head)
	require.NoError(t, err)
	commit(t, s.kv, put(headKey, string(value)))
	require.ErrorContains(t, s.Check(t.Context()), "head does not fit")
	require.NoError(t, s.Close())
}

func TestCheckStopsWhenItIsTold(t *testing.T) {
	s := InMemory()
	county(t, s)
	v := look(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := &checking{ctx: ctx, view: v}
	require.ErrorIs(t, c.journal(), context.Canceled)
	require.ErrorIs(t, c.records(), context.Canceled)
	checkAndClose(t, s)
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
		commit(t, s.kv, Op{Key: victim.Key, Delete: true}, spoilt)
		err := s.Check(t.Context())
		require.Error(t, err, "%q = %x became %q = %x", victim.Key, victim.Value, spoilt.Key, spoilt.Value)
		require.NoError(t, s.Close())
	})
}

func TestTallyIsOfASetNotOfAnOrder(t *testing.T) {
	var a, b, c tally
	a.add([]byte("x"), []byte("yz"))
	a.add([]byte("1"))
	b.add([]byte("1"))
	b.add([]byte("x"), []byte("yz"))
	c.add([]byte("1"))
	c.add([]byte("xy"), []byte("z"))
	require.Equal(t, a, b)
	require.NotEqual(t, a, c)
	b.add([]byte("1"))
	require.NotEqual(t, a, b, "twice is not once")
}
