package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestDoOfTheSameOperationIsDoneOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		asked := 0
		place := change("hold", func(_ *View, c *Change) error {
			asked++
			c.PutHomes(home("H-1", asked))
			return nil
		})
		first, err := s.Do(t.Context(), "officer-7/hold-1", place)
		require.NoError(t, err)
		do(t, s, putHomes(home("H-2", 1)))
		again, err := s.Do(t.Context(), "officer-7/hold-1", place)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Equal(t, 1, asked)
		require.Equal(t, uint64(2), look(t, s).Head().Number)

		other, err := s.Do(t.Context(), "officer-7/hold-2", place)
		require.NoError(t, err)
		require.Equal(t, uint64(3), other.Number)
	})
}

func TestDoOfNothingWritesNothing(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		first := do(t, s, putHomes(home("H-1", 2)))
		require.Equal(t, 1, first.Keys)
		for _, nothing := range []Decide{
			change("import again", putHomes(home("H-1", 2))),
			change("delete who is not there", func(v *View, c *Change) error {
				c.DeleteHome("H-9")
				c.DeleteMeta("x")
				return errors.Join(c.DeleteChild(v, "C-9"), c.DeletePlacement(v, "P-9"))
			}),
			change("look at a household", func(v *View, c *Change) error { _, err := c.Occupancy(v, "H-1"); return err }),
			func(*View) (*Change, error) { return nil, nil },
		} {
			r, err := s.Do(t.Context(), "try", nothing)
			require.NoError(t, err)
			require.Equal(t, Receipt{Number: 1, Root: first.Root}, r)
		}
		r, err := s.Do(t.Context(), "try", change("now something", putHomes(home("H-2", 2))))
		require.NoError(t, err)
		require.Equal(t, uint64(2), r.Number, "the id was not used up")
	})
}

func TestDoWritesTheJournal(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		london := time.FixedZone("BST", 3600)
		_, err := s.Do(t.Context(), "op-1", func(v *View) (*Change, error) {
			c := &Change{Who: "B. Officer", Command: "import homes", When: time.Date(2026, 6, 1, 13, 0, 0, 5, london), Policy: "sha256:ab"}
			c.PutHomes(home("H-2", 1), home("H-1", 1))
			return c, nil
		})
		require.NoError(t, err)
		do(t, s, func(_ *View, c *Change) error { c.DeleteHome("H-1"); return nil })

		v := look(t, s)
		e, err := v.Entry(1)
		require.NoError(t, err)
		require.Equal(t, "op-1", e.Op)
		require.Equal(t, "B. Officer", e.Who)
		require.Equal(t, "import homes", e.Command)
		require.Equal(t, "sha256:ab", e.Policy)
		require.Equal(t, time.Date(2026, 6, 1, 12, 0, 0, 5, time.UTC), e.When)
		require.Len(t, e.Changed, 2)
		require.Equal(t, Key("home/H-1"), e.Changed[0].Key)
		require.Equal(t, care.ID("H-2"), e.Changed[1].Key.ID())
		require.Equal(t, HomeKind, e.Changed[1].Key.Kind())

		value, _, err := v.snap.Get([]byte("home/H-2"))
		require.NoError(t, err)
		sum := sha256.Sum256(value)
		require.Equal(t, sum[:], e.Changed[1].Hash)

		e, err = v.Entry(2)
		require.NoError(t, err)
		require.True(t, e.Changed[0].Deleted())
		for _, n := range []uint64{0, 3} {
			_, err = v.Entry(n)
			require.ErrorIs(t, err, ErrNotFound)
		}
	})
}

func TestDoGrowsATreeThatOthersCanVerify(t *testing.T) {
	s := InMemory()
	defer checkAndClose(t, s)
	roots := []Hash{look(t, s).Head().Root}
	for i := range 40 {
		roots = append(roots, do(t, s, putHomes(home("H-1", i))).Root)
	}
	v := look(t, s)
	tree := treeReader{snap: v.snap}
	for n := int64(1); n <= 40; n++ {
		value, err := v.entryBytes(uint64(n))
		require.NoError(t, err)
		proof, err := tlog.ProveRecord(40, n-1, tree)
		require.NoError(t, err)
		require.NoError(t, tlog.CheckRecord(proof, 40, roots[40], n-1, tlog.RecordHash(value)))
		grown, err := tlog.ProveTree(40, n, tree)
		require.NoError(t, err)
		require.NoError(t, tlog.CheckTree(grown, 40, roots[40], n, roots[n]))
	}
}

// faulty lets a test decide what becomes of each commit.
type faulty struct {
	KV
	commit func(do func() (Version, error)) (Version, error)
}

func (f *faulty) Commit(ctx context.Context, guards []Guard, ops []Op) (Version, error) {
	return f.commit(func() (Version, error) { return f.KV.Commit(ctx, guards, ops) })
}

func TestDoDecidesAgainWhenAnotherProgramCameFirst(t *testing.T) {
	kv := NewMemory()
	theirs := On(kv)
	rivals := 0
	mine := On(&faulty{kv, func(commit func() (Version, error)) (Version, error) {
		if rivals++; rivals <= 3 {
			do(t, theirs, putHomes(home("H-1", rivals)))
		}
		return commit()
	}})
	seen := []int{}
	r, err := mine.Do(t.Context(), "", change("add a bed", func(v *View, c *Change) error {
		h, err := v.Home("H-1")
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		seen = append(seen, h.Beds)
		c.PutHomes(home("H-1", h.Beds+10))
		return nil
	}))
	require.NoError(t, err)
	require.Equal(t, []int{0, 1, 2, 3}, seen)
	require.Equal(t, uint64(4), r.Number)
	h, err := look(t, mine).Home("H-1")
	require.NoError(t, err)
	require.Equal(t, 13, h.Beds)
	checkAndClose(t, mine)
}

func TestDoGivesUpWhenOthersKeepComingFirst(t *testing.T) {
	attempts := 0
	s := On(&faulty{NewMemory(), func(func() (Version, error)) (Version, error) { attempts++; return 0, ErrConflict }})
	_, err := s.Do(t.Context(), "", change("x", putHomes(home("H-1", 1))))
	require.ErrorIs(t, err, ErrConflict)
	require.Equal(t, maxAttempts, attempts)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = s.Do(ctx, "", change("x", func(v *View, c *Change) error { cancel(); return putHomes(home("H-1", 1))(v, c) }))
	require.ErrorIs(t, err, context.Canceled, "it is not decided a second time")
	require.Equal(t, maxAttempts+1, attempts)
	require.NoError(t, s.Close())
}

func TestDoAskedAgainFindsOutAboutAnUnknownOutcome(t *testing.T) {
	for _, written := range []bool{true, false} {
		t.Run(fmt.Sprint("written=", written), func(t *testing.T) {
			fail := true
			s := On(&faulty{NewMemory(), func(commit func() (Version, error)) (Version, error) {
				if fail && !written {
					return 0, ErrUnknown
				}
				v, err := commit()
				if fail {
					return 0, ErrUnknown
				}
				return v, err
			}})
			place := change("place", putPlacements(placement("P-1", "C-1", "H-1")))
			_, err := s.Do(t.Context(), "op-1", place)
			require.ErrorIs(t, err, ErrUnknown)
			fail = false
			r, err := s.Do(t.Context(), "op-1", place)
			require.NoError(t, err)
			require.Equal(t, uint64(1), r.Number, "placed once, whichever it was")
			checkAndClose(t, s)
		})
	}
}

func TestDoPassesTheErrorOfTheDecisionOn(t *testing.T) {
	s := InMemory()
	defer checkAndClose(t, s)
	taken := errors.New("the bed is taken")
	_, err := s.Do(t.Context(), "", change("hold", func(*View, *Change) error { return taken }))
	require.Equal(t, taken, err)
	require.Zero(t, look(t, s).Head().Number)
}

func TestDoRefusesIDsThatWouldBreakAKey(t *testing.T) {
	s := InMemory()
	defer checkAndClose(t, s)
	var field *care.FieldError
	_, err := s.Do(t.Context(), "op\n1", change("x", putHomes(home("H-1", 1))))
	require.ErrorAs(t, err, &field)
	for name, f := range map[string]func(*View, *Change) error{
		"home":      putHomes(home("a\x00b", 1)),
		"no id":     putHomes(home("", 1)),
		"group":     putChildren(child("C-1", "g\x00h")),
		"child":     putPlacements(placement("P-1", "c\x00d", "H-1")),
		"no child":  putPlacements(placement("P-1", "", "H-1")),
		"line end":  putPlacements(placement("P-1", "C-1\n", "H-1")),
		"household": putPlacements(placement("P-1", "C-1", "h\x00")),
		"too long":  putHomes(home(care.ID(strings.Repeat("x", 201)), 1)),
		"meta":      func(_ *View, c *Change) error { c.PutMeta("a\x00", nil); return nil },
	} {
		_, err := s.Do(t.Context(), "", change("x", f))
		require.ErrorAs(t, err, &field, name)
	}
	require.Zero(t, look(t, s).Head().Number)
}

func manyHomes(n int) []care.Home {
	homes := make([]care.Home, n)
	for i := range homes {
		homes[i] = home(care.ID(fmt.Sprintf("H-%06d", i)), 1+i%3)
		homes[i].Skills = care.List{"trauma", "teenagers"}
	}
	return homes
}

// heavyHomes take a kilobyte each, so that few of them make a large change.
func heavyHomes(n int) []care.Home {
	homes := manyHomes(n)
	for i := range homes {
		homes[i].Provider = strings.Repeat("x", 1000)
	}
	return homes
}

// importing is one part of an import.
func importing(v *View, part []care.Home) (*Change, error) {
	return change("import homes", putHomes(part...))(v)
}

// importHomes puts homes in, so many at a time.
func importHomes(t testing.TB, s *Store, homes []care.Home, atATime int) {
	for part := range slices.Chunk(homes, atATime) {
		require.NoError(t, second(InParts(context.Background(), s, part, importing)))
	}
}

func TestDoRefusesAChangeThatIsTooLarge(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		_, err := s.Do(t.Context(), "", change("import homes", putHomes(heavyHomes(s.Limits().Bytes/1000)...)))
		require.ErrorIs(t, err, ErrTooLarge)
		require.Zero(t, look(t, s).Head().Number)
	})
}

func TestInPartsSplitsWhatIsTooLarge(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		homes := heavyHomes(4000)
		r, err := InParts(t.Context(), s, homes, importing)
		require.NoError(t, err)
		require.Equal(t, len(homes), r.Keys)
		require.Greater(t, r.Number, uint64(1))
		require.Equal(t, homes, collect(t, look(t, s).Homes()))

		again, err := InParts(t.Context(), s, homes, importing)
		require.NoError(t, err)
		require.Equal(t, Receipt{Number: r.Number, Root: r.Root}, again, "the same import changes nothing")

		none, err := InParts(t.Context(), s, nil, importing)
		require.NoError(t, err)
		require.Zero(t, none.Keys)
	})
}

func TestInPartsStopsAtARecordThatNeverFits(t *testing.T) {
	s := InMemory()
	defer checkAndClose(t, s)
	homes := manyHomes(4)
	homes[2].Provider = strings.Repeat("x", s.Limits().Value)
	_, err := InParts(t.Context(), s, homes, importing)
	require.ErrorIs(t, err, ErrTooLarge)
	require.Len(t, collect(t, look(t, s).Homes()), 2, "the part before it is in")
}

func TestDoGivesTheLastBedToOneOf64(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putHomes(home("H-1", 1)))
		taken := errors.New("the bed is taken")
		var won, lost atomic.Int64
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				id := care.ID(fmt.Sprint("C-", i))
				_, err := s.Do(context.Background(), fmt.Sprint("hold-", i), change("hold", func(v *View, c *Change) error {
					o, err := c.Occupancy(v, "H-1")
					if err != nil {
						return err
					}
					if len(o.Holds) > 0 {
						return taken
					}
					o.Holds = []care.Hold{{ID: "hold-" + id, Children: []care.ID{id}, From: 1, Until: noon.Add(time.Hour), By: "A. Officer"}}
					return nil
				}))
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, taken):
					lost.Add(1)
				}
			})
		}
		wg.Wait()
		require.Equal(t, int64(1), won.Load())
		require.Equal(t, int64(63), lost.Load())
		o, err := look(t, s).Occupancy("H-1")
		require.NoError(t, err)
		require.Len(t, o.Holds, 1)
	})
}

func TestReadersSeeAChangeWholeOrNotAtAll(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		do(t, s, putHomes(home("H-1", 0), home("H-2", 0)))
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						requireEvenBeds(t, s)
					}
				}
			})
		}
		for i := range 50 {
			do(t, s, putHomes(home("H-1", i+1), home("H-2", i+1)))
		}
		close(stop)
		wg.Wait()
	})
}

// requireEvenBeds reads from two goroutines through one view.
func requireEvenBeds(t *testing.T, s *Store) {
	v, err := s.View(context.Background())
	if err != nil {
		t.Error(err)
		return
	}
	defer v.Close()
	var wg sync.WaitGroup
	wg.Go(func() {
		beds := []int{}
		for h, err := range v.Homes() {
			if err != nil {
				t.Error(err)
			}
			beds = append(beds, h.Beds)
		}
		if len(beds) != 2 || beds[0] != beds[1] {
			t.Errorf("half a change was seen: %v", beds)
		}
	})
	h, err := v.Home("H-2")
	if err != nil || uint64(h.Beds+1) != v.Head().Number {
		t.Errorf("%d beds at entry %d (%v)", h.Beds, v.Head().Number, err)
	}
	wg.Wait()
}

func TestDoWaitsItsTurnNoLongerThanTheContext(t *testing.T) {
	s := InMemory()
	inside, leave := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := s.Do(context.Background(), "", change("slow", func(*View, *Change) error {
			close(inside)
			<-leave
			return nil
		}))
		if err != nil {
			t.Error(err)
		}
	})
	<-inside
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := s.Do(ctx, "", change("waiting", putHomes(home("H-1", 1))))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	close(leave)
	wg.Wait()
	checkAndClose(t, s)
}

func TestClosedStoreAnswersSo(t *testing.T) {
	for _, e := range engines {
		s := On(e.open(t))
		v, err := s.View(t.Context())
		require.NoError(t, err)
		require.NoError(t, s.Close())
		require.NoError(t, s.Close())
		_, err = s.Do(t.Context(), "", change("late", putHomes(home("H-1", 1))))
		require.ErrorIs(t, err, ErrClosed)
		_, err = s.View(t.Context())
		require.ErrorIs(t, err, ErrClosed)
		_, err = v.Home("H-1")
		require.ErrorIs(t, err, ErrClosed)
		require.ErrorIs(t, s.Check(t.Context()), ErrClosed)
		require.NoError(t, v.Close())
	}
}
