package store

import (
	"context"
	"errors"
	"io"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

var errDisk = errors.New("the disk cannot be read")

// failing is an engine whose n-th read fails, and no other. Reads are counted
// from 1 over all snapshots; a scan counts each of its steps.
type failing struct {
	KV
	reads, n int
}

func (f *failing) fails() bool {
	f.reads++
	return f.reads == f.n
}

func (f *failing) Snapshot(ctx context.Context) (Snapshot, error) {
	s, err := f.KV.Snapshot(ctx)
	if err == nil && f.fails() {
		return nil, errors.Join(errDisk, s.Close())
	}
	return &failingSnapshot{s, f}, err
}

type failingSnapshot struct {
	Snapshot
	of *failing
}

func (s *failingSnapshot) Get(key []byte) ([]byte, Version, error) {
	if s.of.fails() {
		return nil, 0, errDisk
	}
	return s.Snapshot.Get(key)
}

func (s *failingSnapshot) Scan(prefix []byte) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		for p, err := range s.Snapshot.Scan(prefix) {
			if s.of.fails() {
				yield(Pair{}, errDisk)
				return
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// reading is something that reads from a store. Whichever of its reads fails, it
// must say so.
type reading struct {
	name string
	read func(s *Store) error
}

// viewing is a reading of one view.
func viewing(name string, read func(v *View) error) reading {
	return reading{name, func(s *Store) error {
		v, err := s.View(context.Background())
		if err != nil {
			return err
		}
		defer v.Close()
		return read(v)
	}}
}

// scanning is a reading of a scan from now and from then.
func scanning[T any](name string, scan func(v *View) iter.Seq2[T, error]) reading {
	return viewing(name, func(v *View) error {
		then, err := v.AsOf(2)
		if err != nil {
			return err
		}
		for _, v := range []*View{v, then} {
			for _, err := range scan(v) {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// changing is a change that is refused at the end, so that it can be tried again.
func changing(name string, f func(v *View, c *Change) error) reading {
	return viewing(name, func(v *View) error {
		c := new(Change)
		if err := f(v, c); err != nil {
			return err
		}
		_, err := v.draft("op-new", c)
		return err
	})
}

func second[T any](_ T, err error) error { return err }

var readings = []reading{
	{"check", func(s *Store) error { return s.Check(context.Background()) }},
	{"repeat an operation", func(s *Store) error { return second(s.Do(context.Background(), "op-1", change("x", putHomes()))) }},
	viewing("home", func(v *View) error { return second(v.Home("H-1")) }),
	viewing("child", func(v *View) error { return second(v.Child("C-2")) }),
	viewing("placement", func(v *View) error { return second(v.Placement("P-2")) }),
	viewing("household", func(v *View) error { return second(v.Household("H-8")) }),
	viewing("placements of a child", func(v *View) error { return second(v.PlacementsOf("C-2")) }),
	viewing("group", func(v *View) error { return second(v.Group("G-1")) }),
	viewing("home of then", func(v *View) error {
		then, err := v.AsOf(1)
		if err != nil {
			return err
		}
		return errors.Join(second(then.Home("H-1")), second(then.Home("H-2")))
	}),
	scanning("homes", (*View).Homes),
	scanning("children", (*View).Children),
	scanning("placements", (*View).Placements),
	scanning("households", (*View).Households),
	scanning("ids", func(v *View) iter.Seq2[care.ID, error] { return v.IDs(LivesKind) }),
	scanning("occupancies", (*View).Occupancies),
	scanning("a glance", func(v *View) iter.Seq2[bedsAlone, error] { return Glance[bedsAlone](v, HomeKind) }),
	viewing("home that is there", func(v *View) error { return errors.Join(second(v.HasHome("H-1")), second(v.HasChild("C-2"))) }),
	viewing("hold that is there", func(v *View) error { return second(v.Has(HoldsKind, "K-1")) }),
	viewing("homes held", func(v *View) error { return second(v.HomesHeld("K-1")) }),
	viewing("held", func(v *View) error { return second(v.Household("H-3")) }),
	viewing("decision", func(v *View) error { return v.Decision("D-1", new(care.Decision)) }),
	viewing("kept", func(v *View) error { return second(v.Kept(DecisionKind, "D-1")) }),
	viewing("meta", func(v *View) error { return second(v.Meta("postcodes")) }),
	viewing("entries about a child", func(v *View) error { return second(v.EntriesAbout(context.Background(), "C-2")) }),
	viewing("operation", func(v *View) error { _, _, err := v.Operation("op-1"); return err }),
	viewing("proof", func(v *View) error { return second(v.Prove(2, 3)) }),
	viewing("head of then", func(v *View) error {
		then, err := v.AsOf(2)
		if err != nil {
			return err
		}
		return v.Extends(then.Head())
	}),
	{"backup", func(s *Store) error { return second(s.Backup(context.Background(), io.Discard)) }},
	{"finish erasing", func(s *Store) error { return s.FinishErasing(context.Background()) }},
	viewing("erase a child", func(v *View) error {
		c, err := eraseRest(context.Background(), v, "C-2", allowed)
		if err == nil {
			err = second(v.draft("op-new", c))
		}
		return err
	}),
	viewing("erase a part", func(v *View) error { return second(erasePart(context.Background(), v, "op-new", "C-2", allowed)) }),
	scanning("journal", func(v *View) iter.Seq2[Entry, error] { return v.Journal(1) }),
	changing("put homes", putHomes(home("H-1", 9))),
	changing("put children", putChildren(child("C-2", "G-9"))),
	changing("delete a child", func(v *View, c *Change) error { return c.DeleteChild(v, "C-2") }),
	changing("put placements", putPlacements(placement("P-2", "C-9", "H-9"))),
	changing("delete a placement", func(v *View, c *Change) error { return c.DeletePlacement(v, "P-2") }),
}

// troubled is a county with a past, a hold, a decision and words: something for each
// of the readings.
func troubled(t *testing.T, s *Store) {
	moved(t, s)
	do(t, s, func(v *View, c *Change) error {
		c.Words = "C-2 moves"
		c.PutMeta("postcodes", []byte("2026"))
		return errors.Join(c.PutPlacements(v, placement("P-2", "C-2", "H-1")), putHold("H-3", "K-1")(v, c), c.PutDecision("D-1", care.Decision{ID: "D-1",
			Asked: care.Asked{Children: []care.ID{"C-4"}}, Result: care.Pack([]byte(`{"says":"known risk from C-2"}`))}))
	})
}

// TestReadErrorsAreNeverTakenForAnAnswer lets each read of each command fail in
// turn. An error that was swallowed would show as a home that is empty.
func TestReadErrorsAreNeverTakenForAnAnswer(t *testing.T) {
	kv := &failing{KV: NewMemory()}
	s := On(kv)
	troubled(t, s)
	for _, r := range readings {
		t.Run(r.name, func(t *testing.T) {
			for n := 1; ; n++ {
				kv.reads, kv.n = 0, n
				err := r.read(s)
				if kv.reads < n { // it did not come to its n-th read
					require.NoError(t, err)
					require.Greater(t, n, 1, "it read something")
					return
				}
				require.Error(t, err, "read %d failed and nobody said so", n)
				require.True(t, errors.Is(err, errDisk) || errors.Is(err, ErrDamaged), "read %d: %v", n, err)
			}
		})
	}
	kv.n = 0
	checkAndClose(t, s)
}

// TestDamagedRecordsAreNeverTakenForAnAnswer spoils each value of a store in
// turn and reads everything.
func TestDamagedRecordsAreNeverTakenForAnAnswer(t *testing.T) {
	inner := NewMemory()
	s := On(inner)
	troubled(t, s)
	snap := snapshot(t, inner)
	for p, err := range snap.Scan(nil) {
		require.NoError(t, err)
		key, value := string(p.Key), string(p.Value)
		commit(t, inner, put(key, value[:len(value)/2]+"?"))
		noticed := false
		for _, r := range readings {
			if err := r.read(s); err != nil {
				require.ErrorIs(t, err, ErrDamaged, "%s with %q spoilt", r.name, key)
				noticed = true
			}
		}
		require.True(t, noticed, "nobody noticed %q", key)
		commit(t, inner, put(key, value))
	}
	checkAndClose(t, s)
}
