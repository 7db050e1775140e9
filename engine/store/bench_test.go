package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

const (
	benchHomes = 50_000
	benchPart  = 4_000 // homes a change of an import
)

// typicalHomes carry about as many facts as an import file has columns filled.
func typicalHomes(n int) []care.Home {
	homes := make([]care.Home, n)
	for i := range homes {
		h := fullHome()
		h.ID, h.URN, h.Provider = care.ID(fmt.Sprintf("H-%07d", i)), fmt.Sprintf("SC%06d", i), fmt.Sprintf("Provider %d", i%300)
		h.Where = care.Location{Postcode: fmt.Sprintf("LS%d %dAB", i%20, i%10), Point: care.At(50+float64(i%50000)/1e4, -float64(i%3000)/1e3)}
		h.Skills, h.Status, h.RegisteredFrom = care.List{"trauma", "teenagers", fmt.Sprint("skill-", i%40)}, care.Approved, care.Day(738_000+i%900)
		homes[i] = h
	}
	return homes
}

// everyPair is what an import of the homes leaves in the engine.
func everyPair(b *testing.B, homes []care.Home) []Op {
	s := InMemory()
	importHomes(b, s, homes, benchPart)
	v := look(b, s)
	var pairs []Op
	for p, err := range v.snap.Scan(nil) {
		require.NoError(b, err)
		pairs = append(pairs, put(string(p.Key), string(p.Value)))
	}
	require.Greater(b, len(pairs), len(homes))
	return pairs
}

// writeBatch is the fastest way there is to put pairs into Badger.
func writeBatch(b *testing.B, db *badger.DB, pairs []Op) {
	batch := db.NewWriteBatch()
	for _, p := range pairs {
		require.NoError(b, batch.Set(p.Key, p.Value))
	}
	require.NoError(b, batch.Flush())
}

// BenchmarkImport compares an import on disk with a bare Badger WriteBatch of
// the same keys and values under the same settings.
func BenchmarkImport(b *testing.B) {
	homes := typicalHomes(benchHomes)
	pairs := everyPair(b, homes)
	rate := func(b *testing.B) {
		b.ReportMetric(float64(benchHomes)*float64(b.N)/b.Elapsed().Seconds(), "homes/s")
	}
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			s := create(b, b.TempDir())
			importHomes(b, s, homes, benchPart)
			require.NoError(b, s.Close())
		}
		rate(b)
	})
	b.Run("writebatch", func(b *testing.B) {
		for b.Loop() {
			db, err := badger.Open(badgerOptions(b.TempDir(), nil, false, nil))
			require.NoError(b, err)
			writeBatch(b, db, pairs)
			require.NoError(b, db.Close())
		}
		rate(b)
	})
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			s := InMemory()
			importHomes(b, s, homes, benchPart)
			require.NoError(b, s.Close())
		}
		rate(b)
	})
}

// BenchmarkScan reads every home.
func BenchmarkScan(b *testing.B) {
	s := create(b, b.TempDir())
	importHomes(b, s, typicalHomes(benchHomes), benchPart)
	do(b, s, putPlacements(placement("P-1", "C-1", "H-0000001")))
	v := look(b, s)
	count := func(b *testing.B, scan func() int) {
		for b.Loop() {
			require.Equal(b, benchHomes, scan())
		}
		b.ReportMetric(float64(benchHomes)*float64(b.N)/b.Elapsed().Seconds(), "homes/s")
	}
	b.Run("bytes", func(b *testing.B) {
		count(b, func() (n int) {
			for _, err := range v.whole(HomeKind) {
				require.NoError(b, err)
				n++
			}
			return n
		})
	})
	b.Run("homes", func(b *testing.B) {
		count(b, func() (n int) {
			for _, err := range v.Homes() {
				require.NoError(b, err)
				n++
			}
			return n
		})
	})
	b.Run("households", func(b *testing.B) {
		count(b, func() (n int) {
			for _, err := range v.Households() {
				require.NoError(b, err)
				n++
			}
			return n
		})
	})
	b.Cleanup(func() { require.NoError(b, s.Close()) })
}

// BenchmarkChange is one durable hold after another.
func BenchmarkChange(b *testing.B) {
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			s := On(e.open(b))
			i := 0
			for b.Loop() {
				i++
				do(b, s, func(v *View, c *Change) error {
					o, err := c.Occupancy(v, "H-1")
					o.Holds = []care.Hold{{ID: care.ID(fmt.Sprint("hold-", i)), Until: noon}}
					return err
				})
			}
			require.NoError(b, s.Close())
		})
	}
}

// BenchmarkOpen opens and closes a store that was closed properly, beside bare
// Badger under the same settings.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := create(b, dir)
	importHomes(b, s, typicalHomes(benchHomes), benchPart)
	require.NoError(b, s.Close())
	for _, o := range []Options{{}, {ReadOnly: true}} {
		b.Run(fmt.Sprint("store/readonly=", o.ReadOnly), func(b *testing.B) {
			for b.Loop() {
				s, err := Open(context.Background(), dir, o)
				require.NoError(b, err)
				require.Positive(b, look(b, s).Head().Number)
				require.NoError(b, s.Close())
			}
		})
	}
	b.Run("badger", func(b *testing.B) {
		for b.Loop() {
			db, err := badger.Open(badgerOptions(dir+"/"+dataName, nil, false, nil))
			require.NoError(b, err)
			require.NoError(b, db.Close())
		}
	})
}

// BenchmarkCommit is 64 writers that each hold beds, as fast as they are
// acknowledged. Turn about with them, so that both meet the same weather, the same
// keys and values go to bare Badger, as many to a transaction as there were in each
// commit of the store; badger% is how much of its pace the store keeps.
func BenchmarkCommit(b *testing.B) {
	const writers, homes, changes = 64, 500, 4000
	var next atomic.Int64 // no operation is asked for twice
	hold := func(s *Store) error {
		n := next.Add(1)
		id := care.ID(fmt.Sprintf("H-%06d", n%homes))
		return second(s.Do(context.Background(), fmt.Sprint("op-", n), change("hold", func(v *View, c *Change) error {
			o, err := c.Occupancy(v, id)
			if err != nil {
				return err
			}
			o.Holds = []care.Hold{{ID: care.ID(fmt.Sprint("hold-", n)), Children: []care.ID{"C-1"}, From: 739_000, Until: noon, By: "A. Officer"}}
			return nil
		})))
	}
	open := func(b *testing.B) (*Store, *keeping) {
		inner, err := openBadger(b.TempDir(), nil, false, nil)
		require.NoError(b, err)
		kv := &keeping{KV: inner}
		s := On(kv)
		do(b, s, putHomes(manyHomes(homes)...))
		kv.commits = nil
		return s, kv
	}
	b.Run("64 writers", func(b *testing.B) {
		s, kept := open(b)
		db, err := badger.Open(badgerOptions(b.TempDir(), nil, false, nil))
		require.NoError(b, err)
		var store, bare time.Duration
		commits := 0
		for b.Loop() {
			start := time.Now()
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for range changes / writers {
						if err := hold(s); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			store += time.Since(start)
			start = time.Now()
			for _, ops := range kept.commits {
				require.NoError(b, db.Update(func(txn *badger.Txn) error { return second(stage(txn, ops)) }))
			}
			bare += time.Since(start)
			commits, kept.commits = commits+len(kept.commits), nil
		}
		made := float64(b.N * (changes / writers) * writers)
		b.ReportMetric(made/store.Seconds(), "changes/s")
		b.ReportMetric(made/float64(commits), "changes/commit")
		b.ReportMetric(100*bare.Seconds()/store.Seconds(), "badger%")
		b.ReportMetric(0, "ns/op")
		require.NoError(b, errors.Join(s.Close(), db.Close()))
	})
	b.Run("one by one", func(b *testing.B) {
		s, _ := open(b)
		for b.Loop() {
			require.NoError(b, hold(s))
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "changes/s")
		b.ReportMetric(0, "ns/op")
		require.NoError(b, s.Close())
	})
}

// keeping remembers what was committed.
type keeping struct {
	KV
	commits [][]Op
}

func (k *keeping) Commit(ctx context.Context, guards []Guard, ops []Op) (Version, error) {
	k.commits = append(k.commits, ops)
	return k.KV.Commit(ctx, guards, ops)
}
