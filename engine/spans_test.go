package engine_test

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

var spansSeed = flag.Uint64("spans-seed", 20261122, "seed of the random changes under the index")

// county is a world with people in it, and the children who wait.
func county(seed uint64) (*fixtures.World, []care.ID) {
	w := fixtures.County(seed)
	var ids []care.ID
	for _, group := range waiting(w) {
		if len(group) == 1 {
			ids = append(ids, group[0])
		}
	}
	return w, ids
}

func recordsOf(w *fixtures.World) engine.Records {
	return engine.Records{Homes: w.Homes, Children: w.Children, Placements: w.Placements, By: "case system", At: three()}
}

// requireSearchAgrees holds the search against judging every home.
func requireSearchAgrees(t *testing.T, eng *engine.Engine, children ...care.ID) {
	t.Helper()
	for _, id := range children {
		req := engine.Request{Children: []care.ID{id}, On: fixtures.Today, At: three()}
		found, err := eng.Match(t.Context(), req)
		require.NoError(t, err)
		req.Counts = true
		every, err := eng.Match(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, every.Considered, found.Considered, id)
		require.Equal(t, every.Candidates, found.Candidates, id)
	}
}

// A change is one that an officer makes, drawn from a world that is stored.
type changes struct {
	*rand.Rand
	world *fixtures.World
	n     int
}

func (c *changes) next() engine.Records {
	c.n++
	home := &c.world.Homes[c.IntN(len(c.world.Homes))]
	switch c.IntN(4) {
	case 0: // somebody moves in
		child := aChild(care.ID(fmt.Sprint("C-new-", c.n)))
		p := care.Placement{ID: care.ID(fmt.Sprint("P-new-", c.n)), Child: child.ID, Home: home.ID, Start: fixtures.Today - care.Day(c.IntN(30))}
		return engine.Records{Children: []care.Child{child}, Placements: []care.Placement{p}}
	case 1: // somebody leaves
		p := &c.world.Placements[c.IntN(len(c.world.Placements))]
		p.End = max(p.Start, fixtures.Today-care.Day(c.IntN(3)))
		return engine.Records{Placements: []care.Placement{*p}}
	case 2: // the carers move house
		home.Where = c.world.Homes[c.IntN(len(c.world.Homes))].Where
		return engine.Records{Homes: []care.Home{*home}}
	}
	home.Beds, home.Places = c.IntN(5), care.Number{} // their approval changes, or they are new
	if c.IntN(2) == 0 {
		home.ID = care.ID(fmt.Sprint("H-new-", c.n))
	}
	return engine.Records{Homes: []care.Home{*home}}
}

func (c *changes) make(ctx context.Context, eng *engine.Engine) error {
	r := c.next()
	r.By, r.At = "A. Officer", three()
	return eng.Add(ctx, r)
}

func TestAChangeIsSearchedAtOnce(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		w, waits := county(3)
		require.NoError(t, eng.Add(t.Context(), recordsOf(w)))
		requireSearchAgrees(t, eng, waits...)
		t.Log("seed", *spansSeed)
		c := changes{Rand: rand.New(rand.NewPCG(*spansSeed, 1)), world: w}
		for range 25 {
			for range 1 + c.IntN(4) { // the index is brought over several changes at a time
				require.NoError(t, c.make(t.Context(), eng))
			}
			requireSearchAgrees(t, eng, waits[c.IntN(len(waits))])
		}
	})
}

// spansAt opens a store, lets it be used, and says which journal entry the file of
// spans is as of once it is closed.
func spansAt(t *testing.T, dir string, use func(*engine.Engine)) uint64 {
	t.Helper()
	eng, err := engine.Open(t.Context(), dir)
	require.NoError(t, err)
	use(eng)
	require.NoError(t, eng.Close())
	n, err := engine.SpansHead(dir)
	require.NoError(t, err)
	return n
}

func requireReadOnlyAgrees(t *testing.T, dir string, children ...care.ID) {
	t.Helper()
	eng, err := engine.Open(t.Context(), dir, engine.ReadOnly())
	require.NoError(t, err)
	requireSearchAgrees(t, eng, children...)
	require.NoError(t, eng.Close())
}

func TestTheFileOfSpansIsKeptAndBroughtUpToDate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	w, waits := county(4)
	first := spansAt(t, dir, func(eng *engine.Engine) { require.NoError(t, eng.Add(t.Context(), recordsOf(w))) })
	require.EqualValues(t, 3, first, "written on closing, though nobody has asked for a match")
	requireReadOnlyAgrees(t, dir, waits[:3]...)

	c := changes{Rand: rand.New(rand.NewPCG(*spansSeed, 2)), world: w}
	again := spansAt(t, dir, func(eng *engine.Engine) {
		for range 20 {
			require.NoError(t, c.make(t.Context(), eng))
		}
	})
	require.Equal(t, first, again, "a few changes are left to whoever reads the file")
	requireReadOnlyAgrees(t, dir, waits[:3]...)

	many := spansAt(t, dir, func(eng *engine.Engine) {
		homes := make([]care.Home, 250)
		for i := range homes {
			homes[i] = w.Homes[i%len(w.Homes)]
			homes[i].ID = care.ID(fmt.Sprintf("H-many-%03d", i))
		}
		require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: homes, By: "A. Officer", At: three()}))
	})
	require.Greater(t, many, first, "many are worth a new file")
	requireReadOnlyAgrees(t, dir, waits[:3]...)
}

func TestAFileOfSpansThatCannotBeTrustedChangesNoAnswer(t *testing.T) {
	dir, other := filepath.Join(t.TempDir(), "db"), filepath.Join(t.TempDir(), "db")
	w, waits := county(5)
	spansAt(t, dir, func(eng *engine.Engine) { require.NoError(t, eng.Add(t.Context(), recordsOf(w))) })
	w2, _ := county(6)
	spansAt(t, other, func(eng *engine.Engine) { require.NoError(t, eng.Add(t.Context(), recordsOf(w2))) })
	path := filepath.Join(dir, "spans")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	ofAnother, err := os.ReadFile(filepath.Join(other, "spans"))
	require.NoError(t, err)
	future := slices.Clone(whole)
	future[8]++
	cases := map[string][]byte{
		"of another store": ofAnother, "of a newer program": future, "empty": {}, "cut short": whole[:len(whole)/2], "not ours": []byte("id,kind\nH-1,foster\n"),
		"with more behind it": append(slices.Clone(whole), 0),
	}
	for name, content := range cases {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, content, 0o600))
			requireReadOnlyAgrees(t, dir, waits[0])
			got, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, content, got, "who only reads writes nothing")
			spansAt(t, dir, func(*engine.Engine) {})
			got, err = os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, whole, got, "who may write puts it right")
		})
	}
	require.NoError(t, os.Remove(path))
	requireReadOnlyAgrees(t, dir, waits[0])
}

func TestEveryFlippedBitOfAFileOfSpansIsFound(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	w, _ := county(5)
	spansAt(t, dir, func(eng *engine.Engine) { require.NoError(t, eng.Add(t.Context(), recordsOf(w))) })
	whole, err := os.ReadFile(filepath.Join(dir, "spans"))
	require.NoError(t, err)
	n, err := engine.DecodeSpans(whole)
	require.NoError(t, err)
	require.Equal(t, len(w.Homes), n)
	r := rand.New(rand.NewPCG(*spansSeed, 3))
	for range 500 {
		bad := slices.Clone(whole)
		bit := r.IntN(8 * len(bad))
		bad[bit/8] ^= 1 << (bit % 8)
		_, err := engine.DecodeSpans(bad)
		require.ErrorIs(t, err, engine.ErrSpansFile, "bit %d", bit)
	}
}

func FuzzSpansFile(f *testing.F) {
	dir := filepath.Join(f.TempDir(), "db")
	eng, err := engine.Open(context.Background(), dir)
	require.NoError(f, err)
	require.NoError(f, eng.Add(context.Background(), engine.Records{Homes: []care.Home{aHome("H-1"), aHome("H-2")}, At: three()}))
	require.NoError(f, eng.Close())
	whole, err := os.ReadFile(filepath.Join(dir, "spans"))
	require.NoError(f, err)
	f.Add(whole)
	f.Add(whole[:len(whole)-4])
	f.Add(whole[:40])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		summed := binary.LittleEndian.AppendUint32(slices.Clip(b), crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
		for _, content := range [][]byte{b, summed} {
			if _, err := engine.DecodeSpans(content); err != nil {
				require.ErrorIs(t, err, engine.ErrSpansFile)
			}
		}
	})
}

// told is an answer that a reader was given and may be held to.
type told struct {
	child care.ID
	res   *engine.Result
}

// Eight readers ask while two writers change what they ask about. Each answer is
// then held against judging every home as recorded at the answer's revision.
func TestReadersSeeOneRevisionWhileWritersWrite(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		w, waits := county(7)
		require.NoError(t, eng.Add(t.Context(), recordsOf(w)))
		writes, reads := 25, 12
		if testing.Short() {
			writes, reads = 10, 4
		}
		answers := make([][]told, 8)
		failures := make(chan error, 10)
		var all sync.WaitGroup
		for n := range 2 {
			all.Go(func() {
				own := fixtures.World{Homes: slices.Clone(w.Homes), Placements: slices.Clone(w.Placements)}
				c := changes{Rand: rand.New(rand.NewPCG(*spansSeed, uint64(10+n))), world: &own, n: 1000 * n}
				for range writes {
					if err := c.make(t.Context(), eng); err != nil {
						failures <- err
						return
					}
				}
			})
		}
		for n := range answers {
			all.Go(func() {
				for i := range reads {
					id := waits[(n+i)%len(waits)]
					res, err := eng.Match(t.Context(), engine.Request{Children: []care.ID{id}, On: fixtures.Today, At: three()})
					if err != nil {
						failures <- err
						return
					}
					answers[n] = append(answers[n], told{id, res})
				}
			})
		}
		all.Wait()
		close(failures)
		require.NoError(t, errors.Join(slices.Collect(func(yield func(error) bool) {
			for err := range failures {
				if !yield(err) {
					return
				}
			}
		})...))
		seen := map[uint64]bool{}
		for _, a := range slices.Concat(answers...) {
			seen[a.res.Journal] = true
			then, err := engine.MatchAsOf(t.Context(), eng, a.res.Journal, engine.Request{Children: []care.ID{a.child}, On: fixtures.Today, At: three()})
			require.NoError(t, err)
			require.Equal(t, then.Considered, a.res.Considered)
			require.Equal(t, then.Candidates, a.res.Candidates, "%s at entry %d", a.child, a.res.Journal)
		}
		t.Logf("%d revisions were seen", len(seen))
	})
}
