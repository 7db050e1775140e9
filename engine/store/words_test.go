package store

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// wordy is a change whose command has words.
func wordy(words string, beds int) Decide {
	return func(*View) (*Change, error) {
		c := &Change{Who: "A. Officer", Command: "hold", Words: words, When: noon}
		c.PutHomes(home("H-1", beds))
		return c, nil
	}
}

func TestTheWordsOfACommandAreReadWithItAndKeptBesideIt(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		r, err := s.Do(t.Context(), "", wordy("HOLD-1 for C-104", 2))
		require.NoError(t, err)
		require.Equal(t, 2, r.Keys)
		v := look(t, s)
		e, err := v.Entry(1)
		require.NoError(t, err)
		require.Equal(t, "hold HOLD-1 for C-104", e.Command)
		var keys []Key
		for _, c := range e.Changed {
			keys = append(keys, c.Key)
		}
		require.Equal(t, []Key{"home/H-1", "words/1"}, keys, "in order, as others")
		value, err := v.entryBytes(1)
		require.NoError(t, err)
		require.False(t, bytes.Contains(value, []byte("C-104")), "the entry itself, which never changes, has only their hash")
		p, err := v.Prove(1, 1)
		require.NoError(t, err)
		proven, err := p.Verify()
		require.NoError(t, err)
		require.Equal(t, "hold", proven.Command)

		_, err = s.Do(t.Context(), "", wordy("", 3))
		require.NoError(t, err)
		r, err = s.Do(t.Context(), "", wordy("again", 3))
		require.NoError(t, err)
		require.Zero(t, r.Keys, "a change of nothing has nothing to say")
		v = look(t, s)
		require.Equal(t, uint64(2), v.Head().Number)
		e, err = v.Entry(2)
		require.NoError(t, err)
		require.Equal(t, "hold", e.Command)
		require.Equal(t, []care.ID{"1"}, collect(t, v.IDs(WordsKind)))
	})
}

func TestWordsThatAreGoneAreMissed(t *testing.T) {
	s := InMemory()
	_, err := s.Do(t.Context(), "", wordy("HOLD-1 for C-104", 2))
	require.NoError(t, err)
	value, _ := read(t, look(t, s).snap, "words/1")
	commit(t, s.kv, del("words/1"))
	_, err = look(t, s).Entry(1)
	require.ErrorIs(t, err, ErrDamaged)
	require.ErrorContains(t, err, "words of journal entry 1: ")
	require.Equal(t, []string{"words: 0 can be read of 1", "words 1: entry 1 wrote it, and it is gone"}, findings(t, s))
	commit(t, s.kv, put("words/1", string(value)+"!"))
	_, err = look(t, s).Entry(1)
	require.ErrorIs(t, err, ErrDamaged)
	require.NoError(t, s.Close())
}
