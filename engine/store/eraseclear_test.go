package store

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// TestAnErasureThatWasKilledIsFinishedByTheNextOpening leaves the store between
// the commit and the clearing of the files.
func TestAnErasureThatWasKilledIsFinishedByTheNextOpening(t *testing.T) {
	dir := t.TempDir()
	s := aLife(t, dir, nil)
	_, err := s.Do(t.Context(), "", func(v *View) (*Change, error) { return eraseRest(t.Context(), v, "C-ZOE", allowed) })
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NotEmpty(t, traced(t, dir), "still in the tables")

	s, err = Open(t.Context(), dir, Options{ReadOnly: true})
	require.NoError(t, err)
	require.ErrorIs(t, s.FinishErasing(t.Context()), ErrReadOnly)
	require.NoError(t, s.Close())

	s, err = Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	require.Empty(t, traced(t, dir))
	_, pending, err := s.pendingErasure(t.Context())
	require.NoError(t, err)
	require.False(t, pending)
	checkAndClose(t, s)
}

func TestAReaderFromBeforeKeepsTheFilesUntilItCloses(t *testing.T) {
	dir := t.TempDir()
	s := aLife(t, dir, nil)
	v, err := s.View(t.Context())
	require.NoError(t, err)
	_, err = s.EraseChild(t.Context(), "", "C-ZOE", allowed)
	require.ErrorIs(t, err, ErrStillRead)
	c, err := v.Child("C-ZOE")
	require.NoError(t, err)
	require.Equal(t, unmistakable[0], c.Wishes, "what was being read does not change")
	time.AfterFunc(200*time.Millisecond, func() { _ = v.Close() })
	require.NoError(t, s.FinishErasing(t.Context()))
	require.Empty(t, traced(t, dir))
	checkAndClose(t, s)
}

// TestAScanFromMeanwhileKeepsTheFilesUntilItEnds begins one after the child is erased
// and before the files are cleared: it sees nothing of the child, and reads old files.
func TestAScanFromMeanwhileKeepsTheFilesUntilItEnds(t *testing.T) {
	dir := t.TempDir()
	s := aLife(t, dir, nil)
	_, err := s.Do(t.Context(), "", func(v *View) (*Change, error) { return eraseRest(t.Context(), v, "C-ZOE", allowed) })
	require.NoError(t, err)
	do(t, s, putHomes(home("H-3", 1)))
	v, err := s.View(t.Context())
	require.NoError(t, err)
	next, stop := iter.Pull2(v.Homes())
	_, _, _ = next()
	require.ErrorIs(t, s.FinishErasing(t.Context()), ErrStillRead)
	stop()
	require.NoError(t, v.Close())
	require.NoError(t, s.FinishErasing(t.Context()))
	require.Empty(t, traced(t, dir))
	checkAndClose(t, s)
}

// TestOthersWriteWhileFilesAreCleared makes changes all the time.
func TestOthersWriteWhileFilesAreCleared(t *testing.T) {
	dir := t.TempDir()
	s := aLife(t, dir, nil)
	stop, stopped := make(chan struct{}), make(chan error)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			if _, err := s.Do(context.Background(), "", change("busy", putHomes(home("H-9", i%9)))); err != nil {
				stopped <- err
				return
			}
		}
	}()
	erase(t, s, "C-ZOE")
	close(stop)
	require.NoError(t, <-stopped)
	require.Empty(t, traced(t, dir))
	checkAndClose(t, s)
	require.Empty(t, traced(t, dir))
}

// forgetting is an engine that notes what it was asked to forget.
type forgetting struct {
	*slow
	asked [][]byte
}

func (f *forgetting) forget(_ context.Context, keys [][]byte) error {
	f.asked = append(f.asked, keys...)
	return nil
}

// clearing is an engine under which something happens while it forgets.
type clearing struct {
	KV
	meanwhile func()
}

func (c *clearing) forget(context.Context, [][]byte) error {
	c.meanwhile()
	return nil
}

// TestNobodyErasesWhileTheFilesAreCleared: who finishes an erasure takes the mark away
// by which the files are known to be cleared of another.
func TestNobodyErasesWhileTheFilesAreCleared(t *testing.T) {
	kv, cleared := &clearing{KV: NewMemory()}, 0
	s := On(kv)
	kv.meanwhile = func() {
		cleared++
		if s.erasing.TryLock() {
			s.erasing.Unlock()
			t.Error("another child could be erased")
		}
	}
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	require.NoError(t, second(s.Do(t.Context(), "", func(v *View) (*Change, error) { return eraseRest(t.Context(), v, "C-1", allowed) })))
	require.NoError(t, s.FinishErasing(t.Context()))
	erase(t, s, "C-2")
	require.Equal(t, 2, cleared)
	checkAndClose(t, s)
}

// TestTheFilesAreClearedOfAChildWhoFollowsAnother erases a second child in a batch that
// was begun before the files had been cleared of the first: it still sees that they
// were to be.
func TestTheFilesAreClearedOfAChildWhoFollowsAnother(t *testing.T) {
	kv := &forgetting{slow: newSlow(NewMemory())}
	s := On(kv)
	let := func() { kv.let <- struct{}{} }
	go let()
	do(t, s, putChildren(child("C-1", ""), child("C-2", "")))
	atRest(t, s)
	rest := func(id care.ID) chan error {
		told := make(chan error, 1)
		go func() {
			told <- second(s.Do(context.Background(), "", func(v *View) (*Change, error) {
				return eraseRest(context.Background(), v, id, allowed)
			}))
		}()
		return told
	}
	first := rest("C-1")
	kv.untilBegun(t)
	deciding, decide, idle := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		idle <- second(s.Do(context.Background(), "", func(*View) (*Change, error) {
			close(deciding)
			<-decide
			return nil, nil
		}))
	}()
	<-deciding
	let()
	require.NoError(t, <-first)
	go let()
	require.NoError(t, s.FinishErasing(t.Context()))
	require.Contains(t, kv.asked, []byte("child/C-1"))

	other := rest("C-2")
	eventually(t, func() bool { return s.waitingNow() == 1 })
	close(decide)
	let()
	require.NoError(t, <-other)
	require.NoError(t, <-idle)
	_, pending, err := s.pendingErasure(t.Context())
	require.NoError(t, err)
	require.True(t, pending, "a kill would not be made good")
	go let()
	require.NoError(t, s.FinishErasing(t.Context()))
	require.Contains(t, kv.asked, []byte("child/C-2"))
	checkAndClose(t, s)
}
