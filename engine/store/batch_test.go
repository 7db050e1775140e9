package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestTogetherMeansTheSameAsOneByOne(t *testing.T) {
	seeds(t, 12, func(t *testing.T, r *rand.Rand) {
		single := InMemory()
		require.NoError(t, second(single.Do(t.Context(), "", first)))
		w := newWorld()
		var all []func(s *Store) asking
		var want []outcome
		for i := range 60 {
			next, act := w.step(r)
			w = next
			op := []string{"", fmt.Sprint("op-", i), fmt.Sprint("op-", i/2)}[r.IntN(3)]
			if r.IntN(5) == 0 {
				act = func(*View, *Change) error { return errDisk } // refused for a reason of its own
			}
			all = append(all, func(s *Store) asking {
				return func(as func(context.Context) context.Context) (Receipt, error) {
					return s.Do(as(context.Background()), op, change("x", act))
				}
			})
			got, err := single.Do(t.Context(), op, change("x", act))
			require.True(t, err == nil || errors.Is(err, errDisk))
			want = append(want, outcome{receipt: got, err: err})
		}
		for _, commits := range []int64{1, 2} {
			kv := newSlow(NewMemory())
			together := On(kv)
			var asked []asking
			for _, of := range all {
				asked = append(asked, of(together))
			}
			var got []outcome
			if commits == 1 {
				close(kv.let)
				got = behind(t, together, asked...)
			} else {
				got = afterFirst(t, together, kv, asked...)
			}
			require.Equal(t, want, got)
			require.Equal(t, commits, kv.commits.Load())
			require.Equal(t, pairs(t, look(t, single).snap, ""), pairs(t, look(t, together).snap, ""))
			checkAndClose(t, together)
		}
		checkAndClose(t, single)
	})
}

// asks is a change that somebody asks for without hurry.
func asks(s *Store, op string, decide Decide) asking {
	return func(as func(context.Context) context.Context) (Receipt, error) {
		return s.Do(as(context.Background()), op, decide)
	}
}

// spoilers are changes of which each goes wrong in its own way, among others that
// do not.
func spoilers(ctx context.Context, cancel func(), s *Store) []asking {
	cancelled := func(decide Decide) asking {
		return func(as func(context.Context) context.Context) (Receipt, error) { return s.Do(as(ctx), "", decide) }
	}
	return []asking{
		asks(s, "", change("put", putHomes(home("H-1", 1)))),
		asks(s, "", func(*View) (*Change, error) { panic("the officer fell over") }),
		asks(s, "", change("put", putHomes(home("H-2", 1)))),
		asks(s, "", func(*View) (*Change, error) { runtime.Goexit(); return nil, nil }),
		asks(s, "", change("too large", putHomes(heavyHomes(4000)...))),
		asks(s, "", change("refused", func(v *View, _ *Change) error {
			if has, err := v.HasHome("H-2"); err != nil || !has {
				return err
			}
			return errDisk
		})),
		asks(s, "", change("bad id", putHomes(home("a\x00", 1)))),
		cancelled(change("cancel", func(_ *View, c *Change) error { cancel(); c.PutHomes(home("H-3", 1)); return nil })),
		asks(s, "", change("put", putHomes(home("H-4", 1)))),
	}
}

func TestOneChangeDoesNotSpoilItsNeighbours(t *testing.T) {
	for _, commits := range []int64{1, 2} {
		kv := newSlow(NewMemory())
		s := On(kv)
		ctx, cancel := context.WithCancel(t.Context())
		var got []outcome
		if commits == 1 {
			close(kv.let)
			got = behind(t, s, spoilers(ctx, cancel, s)...)
		} else {
			got = afterFirst(t, s, kv, spoilers(ctx, cancel, s)...)
		}
		for i, want := range map[int]uint64{0: 2, 2: 3, 7: 4, 8: 5} {
			require.NoError(t, got[i].err, "%d", i)
			require.Equal(t, want, got[i].receipt.Number, "%d", i)
		}
		fell, ok := got[1].panicked.(*Panicked)
		require.True(t, ok)
		require.Equal(t, "the officer fell over", fell.Value)
		require.Contains(t, string(fell.Stack), "spoilers", "it says where")
		require.Zero(t, got[3])
		require.ErrorIs(t, got[4].err, ErrTooLarge)
		require.Equal(t, errDisk, got[5].err, "it saw the home that a change before it has put")
		var field *care.FieldError
		require.ErrorAs(t, got[6].err, &field)
		require.Equal(t, commits, kv.commits.Load())
		_, err := s.Do(ctx, "", change("cancelled", putHomes(home("H-5", 1))))
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, uint64(5), look(t, s).Head().Number)
		checkAndClose(t, s)
	}
}

func TestAPanicWithAnErrorIsThatError(t *testing.T) {
	s := InMemory()
	defer func() {
		fell, ok := recover().(*Panicked)
		require.True(t, ok)
		require.ErrorIs(t, fell, errDisk)
		require.Contains(t, fell.Error(), errDisk.Error()+"\n\n")
		checkAndClose(t, s)
	}()
	_, _ = s.Do(t.Context(), "", func(*View) (*Change, error) { panic(errDisk) })
	t.Error("Do did not panic")
}

func TestWhoStopsWaitingIsLeftOut(t *testing.T) {
	s := InMemory()
	ctx, cancel := context.WithCancel(t.Context())
	got := behind(t, s,
		func(as func(context.Context) context.Context) (Receipt, error) {
			time.AfterFunc(time.Millisecond, cancel)
			return s.Do(as(ctx), "", change("impatient", putHomes(home("H-1", 1))))
		},
		func(as func(context.Context) context.Context) (Receipt, error) {
			<-ctx.Done()
			eventually(t, func() bool { return s.waitingNow() == 0 })
			return s.Do(as(context.Background()), "", change("patient", putHomes(home("H-2", 1))))
		})
	require.ErrorIs(t, got[0].err, context.Canceled)
	require.NoError(t, got[1].err)
	require.Equal(t, uint64(2), look(t, s).Head().Number)
	checkAndClose(t, s)
}

func TestEverybodyIsToldOfABatchThatFails(t *testing.T) {
	for _, failure := range []error{ErrUnknown, ErrClosed} {
		kv := newSlow(NewMemory())
		kv.fail.Store(&failure)
		close(kv.let)
		s := On(kv)
		put := func(id care.ID) asking { return asks(s, "op-"+string(id), change("put", putHomes(home(id, 1)))) }
		refused := asks(s, "", change("refused", func(*View, *Change) error { return errDisk })) // rests on H-1
		for i, o := range behind(t, s, put("H-1"), put("H-2"), refused) {
			require.ErrorIs(t, o.err, failure, "%d", i)
		}
		kv.fail.Store(nil)
		r, err := put("H-1")(func(ctx context.Context) context.Context { return ctx })
		require.NoError(t, err)
		require.Equal(t, uint64(1), r.Number)
		checkAndClose(t, s)
	}
}

// blind is an engine that at times cannot be read.
type blind struct {
	KV
	now atomic.Bool
}

func (b *blind) Snapshot(ctx context.Context) (Snapshot, error) {
	if b.now.Load() {
		return nil, errDisk
	}
	return b.KV.Snapshot(ctx)
}

func TestABatchIsToldWhenWhatTheOneBeforeLeftCannotBeRead(t *testing.T) {
	inner := &blind{KV: NewMemory()}
	kv := newSlow(inner)
	s := On(kv)
	put := asks(s, "op-1", change("put", putHomes(home("H-1", 1))))
	got := afterFirst(t, s, kv, put, asks(s, "", change("look away", func(*View, *Change) error { inner.now.Store(true); return nil })))
	require.ErrorIs(t, got[0].err, errDisk)
	require.ErrorIs(t, got[1].err, errDisk)
	inner.now.Store(false)
	require.Equal(t, uint64(1), look(t, s).Head().Number, "the one before is made")
	r, err := put(func(ctx context.Context) context.Context { return ctx })
	require.NoError(t, err)
	require.Equal(t, uint64(2), r.Number)
	checkAndClose(t, s)
}

func TestABatchIsDecidedAnewWhenTheOneBeforeFails(t *testing.T) {
	for _, failure := range []error{ErrUnknown, ErrConflict} {
		kv := newSlow(NewMemory())
		s := On(&faulty{kv, func(commit func() (Version, error)) (Version, error) {
			v, err := commit()
			kv.fail.Store(nil) // only the first fails
			return v, err
		}})
		kv.fail.Store(&failure)
		saw := []bool{}
		look1 := func(v *View, _ *Change) error {
			_, err := v.Meta("first")
			saw = append(saw, err == nil)
			return errDisk
		}
		got := afterFirst(t, s, kv, asks(s, "", change("put", putHomes(home("H-1", 1)))), asks(s, "", change("look", look1)))
		require.NoError(t, got[0].err)
		require.Equal(t, errDisk, got[1].err)
		again := errors.Is(failure, ErrConflict) // then the first is made after all
		require.Equal(t, []bool{true, again}, saw)
		require.Equal(t, map[bool]uint64{true: 2, false: 1}[again], got[0].receipt.Number)
		checkAndClose(t, s)
	}
}

func TestABatchThatDoesNotFitIsMadeInParts(t *testing.T) {
	kv := newSlow(NewMemory())
	close(kv.let)
	s := On(kv)
	var all []asking
	for i := range 7 {
		homes := heavyHomes(700) // some 0.8 MB, so that three fit
		for j := range homes {
			homes[j].ID += care.ID(fmt.Sprint("-", i))
		}
		all = append(all, asks(s, "", change("import", putHomes(homes...))))
	}
	for i, o := range behind(t, s, all...) {
		require.NoError(t, o.err)
		require.Equal(t, Receipt{uint64(i + 2), o.receipt.Root, 700}, o.receipt, "in the order in which they came")
	}
	require.GreaterOrEqual(t, kv.commits.Load(), int64(3))
	require.Less(t, kv.commits.Load(), int64(8))
	require.Len(t, collect(t, look(t, s).Homes()), 4900)
	checkAndClose(t, s)
}

func TestABatchIsDecidedAgainWhenAnotherProgramCameFirst(t *testing.T) {
	for _, commits := range []int{1, 2} {
		shared := NewMemory()
		theirs, kv := On(shared), newSlow(shared)
		asked := 0
		mine := On(&faulty{kv, func(commit func() (Version, error)) (Version, error) {
			if asked++; asked == commits {
				do(t, theirs, putHomes(home("H-1", 5)))
			}
			return commit()
		}})
		add := asks(mine, "", change("add a bed", func(v *View, c *Change) error {
			h, err := v.Home("H-1")
			if err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
			c.PutHomes(home("H-1", h.Beds+1))
			return nil
		}))
		var got []outcome
		if commits == 1 {
			close(kv.let)
			got = behind(t, mine, add, add, add)
		} else {
			got = afterFirst(t, mine, kv, add, add, add)
		}
		for i, o := range got {
			require.NoError(t, o.err)
			require.Equal(t, uint64(i+3), o.receipt.Number)
		}
		h, err := look(t, mine).Home("H-1")
		require.NoError(t, err)
		require.Equal(t, 8, h.Beds)
		checkAndClose(t, mine)
	}
}

func TestARefusalRestsOnAllThatWasThereWhenItWasAskedFor(t *testing.T) {
	for _, commits := range []int64{1, 2} {
		shared := NewMemory()
		kv := newSlow(shared)
		mine, theirs := On(kv), On(shared)
		taken := func(as func(context.Context) context.Context) (Receipt, error) {
			do(t, theirs, putHomes(home("H-1", 1))) // and only then
			return mine.Do(as(context.Background()), "", change("refused", func(v *View, _ *Change) error {
				if has, err := v.HasHome("H-1"); err != nil || has {
					return errTaken
				}
				return errDisk
			}))
		}
		var got []outcome
		if commits == 1 { // the batch looked at the store before
			close(kv.let)
			got = behindOf(t, mine, func(*View) (*Change, error) { return nil, nil }, taken)
		} else { // the batch before has been made, but nobody has heard of it
			var wg sync.WaitGroup
			wg.Go(func() { _, _ = mine.Do(context.Background(), "", first) })
			kv.untilBegun(t)
			close(kv.let)
			eventually(t, func() bool { return look(t, theirs).Head().Number == 1 })
			got = inOrder(t, &wg, []asking{taken})
			wg.Wait()
		}
		require.Equal(t, errTaken, got[0].err)
		checkAndClose(t, mine)
	}
}

func TestTheSameOperationTwiceInABatchIsDoneOnce(t *testing.T) {
	s := InMemory()
	asked := 0
	hold := asks(s, "hold-1", change("hold", func(_ *View, c *Change) error {
		asked++
		c.PutHomes(home("H-1", asked))
		return nil
	}))
	got := behind(t, s, hold, hold, hold)
	require.NoError(t, got[0].err)
	require.Equal(t, got[0], got[1])
	require.Equal(t, got[0], got[2])
	require.Equal(t, 1, asked)
	checkAndClose(t, s)
}

func TestWritersShareTheirCommits(t *testing.T) {
	inner, err := openBadger(t.TempDir(), nil, false, nil)
	require.NoError(t, err)
	kv := newSlow(inner)
	close(kv.let)
	s := On(kv)
	const writers, changes = 32, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range changes {
				if _, err := s.Do(context.Background(), "", change("x", putHomes(home(care.ID(fmt.Sprintf("H-%d", w)), i+1)))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, uint64(writers*changes), look(t, s).Head().Number)
	t.Logf("%d changes in %d commits", writers*changes, kv.commits.Load())
	require.Less(t, kv.commits.Load(), int64(writers*changes/4))
	checkAndClose(t, s)
}

func TestClosingTellsThoseWhoWait(t *testing.T) {
	s := InMemory()
	var closing sync.WaitGroup
	put := func(id care.ID) asking { return asks(s, "", change("put", putHomes(home(id, 1)))) }
	got := behind(t, s, put("H-1"), put("H-2"), func(as func(context.Context) context.Context) (Receipt, error) {
		closing.Go(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		eventually(t, func() bool { return s.waitingNow() == 0 })
		as(context.Background()).Done()
		return s.Do(context.Background(), "", change("late", putHomes(home("H-3", 1))))
	})
	closing.Wait()
	for _, o := range got {
		require.ErrorIs(t, o.err, ErrClosed)
	}
}
