package store

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
)

const latin1 = "Ren\xe9e" // Renée in Windows-1252

// What a program hands in unread must not be what nobody can read any more: the
// change is refused, and the store goes on.
func TestAChangeThatCouldNotBeReadBackIsNotWritten(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putHomes(home("H-1", 2)))
		before := look(t, s).Head()
		spoilt := home("H-2", 2)
		spoilt.Provider = latin1
		decline := care.Decline{Hold: "K-1", Children: []care.ID{"C-1"}, By: latin1, At: noon, Why: "full"}
		for name, decide := range map[string]Decide{
			"who":     func(*View) (*Change, error) { return aChange(func(c *Change) { c.Who = latin1 }), nil },
			"words":   func(*View) (*Change, error) { return aChange(func(c *Change) { c.Words = latin1 }), nil },
			"command": func(*View) (*Change, error) { return aChange(func(c *Change) { c.Command = latin1 }), nil },
			"policy":  func(*View) (*Change, error) { return aChange(func(c *Change) { c.Policy = latin1 }), nil },
			"a year": func(*View) (*Change, error) {
				return aChange(func(c *Change) { c.When = noon.AddDate(9_000, 0, 0) }), nil
			},
			"a home":    change("import homes", putHomes(spoilt)),
			"a decline": change("decline", func(v *View, c *Change) error { return addDecline(v, c, decline) }),
			"a decision": change("place", func(_ *View, c *Change) error {
				return c.PutDecision("D-1", care.Decision{ID: "D-1", Why: latin1})
			}),
		} {
			_, err := s.Do(t.Context(), "", decide)
			require.ErrorIs(t, err, ErrUnreadable, name)
			require.Equal(t, before, look(t, s).Head(), name)
		}
		do(t, s, func(_ *View, c *Change) error { c.PutMeta("bytes", []byte(latin1)); return nil })
		require.Equal(t, before.Number+1, look(t, s).Head().Number, "bytes are no text")
	})
}

// A large change is prepared by several goroutines, and says what is wrong with the
// first record all the same.
func TestOfManyRecordsThatCouldNotBeReadBackTheFirstIsNamed(t *testing.T) {
	homes := manyHomes(6 * writesAWorker)
	for _, i := range []int{20, 200, 300, 380} {
		homes[i].Provider = latin1
	}
	s := InMemory()
	_, err := s.Do(t.Context(), "", change("import homes", putHomes(homes...)))
	require.ErrorIs(t, err, ErrUnreadable)
	require.ErrorContains(t, err, `home "H-000020"`)
	checkAndClose(t, s)
}

func aChange(bend func(*Change)) *Change {
	c := &Change{Who: "A. Officer", Command: "import homes", When: noon}
	c.PutHomes(home("H-9", 1))
	bend(c)
	return c
}

func addDecline(v *View, c *Change, d care.Decline) error {
	o, err := c.Occupancy(v, "H-1")
	o.Declines = append(o.Declines, d)
	return err
}

// The decoder is the judge: what is let through is read, and what is refused is not.
func TestWhatIsReadableIsWhatIsRead(t *testing.T) {
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{latin1, "\xc3", "é", "a\xed\xa0\x80", strings.Repeat("x", 300), strings.Repeat("x", 70_000) + "\xff"}))
	rapid.Check(t, func(t *rapid.T) {
		d := care.Decision{
			ID: care.ID(texts.Draw(t, "id")), By: texts.Draw(t, "by"), At: noon.Add(time.Duration(rapid.Int64().Draw(t, "at"))), Why: texts.Draw(t, "why"),
			Asked:  care.Asked{Children: []care.ID{"C-1", care.ID(texts.Draw(t, "child"))}, Within: rapid.Float64().Draw(t, "within"), On: care.Day(rapid.Int32().Draw(t, "on"))},
			Judged: rapid.Uint64().Draw(t, "judged"), Result: rapid.SliceOf(rapid.Byte()).Draw(t, "result"), Rank: rapid.Int().Draw(t, "rank"),
			Rules: []care.RuleState{{ID: texts.Draw(t, "rule"), State: "on", Since: -1}},
		}
		body, err := encoding().Marshal(d)
		require.NoError(t, err)
		var back care.Decision
		require.Equal(t, decodeBody(body, &back) == nil, readable(body) == nil)
	})
}

func TestAListThatIsTooLongToBeReadIsNotWritten(t *testing.T) {
	_, err := encodeBody(make([]bool, maxElements))
	require.NoError(t, err)
	_, err = encodeBody(make([]bool, maxElements+1))
	require.ErrorIs(t, err, ErrUnreadable)
}

func FuzzReadable(f *testing.F) {
	for _, s := range []string{"", "\x60", "\x61\xff", "\x7b\xff\xff\xff\xff\xff\xff\xff\xff", "\x9a\x00\x20\x00\x00", "\x1b\x01", "\xff", "\x5f", "\xa1\x01\x63abc"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var any any
		if decoding().Unmarshal(body, &any) == nil {
			require.NoError(t, readable(body), "what is read can have been written")
		}
	})
}

func TestTheRequestOfAnOperationIsKeptWithIt(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		_, err := s.Do(t.Context(), "op-1", func(*View) (*Change, error) { return aChange(func(c *Change) { c.Request = []byte("asked\xff") }), nil })
		require.NoError(t, err)
		_, err = s.Do(t.Context(), "op-2", change("without", putHomes(home("H-2", 1))))
		require.NoError(t, err)
		v := look(t, s)
		for op, want := range map[string]struct {
			number  uint64
			request string
		}{"op-1": {1, "asked\xff"}, "op-2": {2, ""}, "op-3": {}, "": {}} {
			number, request, err := v.Operation(op)
			require.NoError(t, err)
			require.Equal(t, want.number, number, op)
			require.Equal(t, want.request, string(request), op)
		}
	})
}
