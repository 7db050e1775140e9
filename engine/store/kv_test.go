package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// The conformance suite: what every engine below the seam has to do.
var conformance = []struct {
	name string
	test func(t *testing.T, kv KV)
}{
	{"an absent key has version zero", absentKey},
	{"a put is read back with the version of its commit", putAndGet},
	{"an empty value is a value", emptyValue},
	{"a delete makes the key absent", deleteKey},
	{"a guard on absence", guardAbsent},
	{"a guard on a version", guardVersion},
	{"a failed guard writes nothing", failedGuard},
	{"a snapshot does not move", snapshotStays},
	{"a scan yields the prefix in order", scanPrefix},
	{"a scan may be left early and run twice", scanTwice},
	{"what is too large is refused whole", tooLarge},
	{"what just fits is taken", justFits},
	{"a cancelled context writes nothing", cancelled},
	{"a closed snapshot answers so", closedSnapshot},
	{"a snapshot may be closed within a scan", closedWithinScan},
	{"a closed engine answers so", closedEngine},
	{"random commits agree with a map", randomCommits},
	{"one of many writers wins each version", manyWriters},
}

func TestEnginesConform(t *testing.T) {
	for _, e := range engines {
		for _, c := range conformance {
			t.Run(e.name+"/"+strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
				kv := e.open(t)
				c.test(t, kv)
				require.NoError(t, kv.Close())
			})
		}
	}
}

func put(key, value string) Op { return Op{Key: []byte(key), Value: []byte(value)} }

func del(key string) Op { return Op{Key: []byte(key), Delete: true} }

func guard(key string, v Version) Guard { return Guard{Key: []byte(key), Version: v} }

func commit(t testing.TB, kv KV, ops ...Op) Version {
	v, err := kv.Commit(context.Background(), nil, ops)
	require.NoError(t, err)
	return v
}

func snapshot(t testing.TB, kv KV) Snapshot {
	s, err := kv.Snapshot(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func read(t testing.TB, s Snapshot, key string) (string, Version) {
	value, version, err := s.Get([]byte(key))
	require.NoError(t, err)
	return string(value), version
}

func absentKey(t *testing.T, kv KV) {
	value, version := read(t, snapshot(t, kv), "nobody")
	require.Empty(t, value)
	require.Zero(t, version)
	commit(t, kv, del("nobody"))
	require.Empty(t, pairs(t, snapshot(t, kv), ""))
}

func putAndGet(t *testing.T, kv KV) {
	v1 := commit(t, kv, put("a", "1"), put("b", "2"))
	v2 := commit(t, kv, put("b", "3"), del("c"))
	require.NotZero(t, v1)
	require.NotEqual(t, v1, v2)
	s := snapshot(t, kv)
	value, version := read(t, s, "a")
	require.Equal(t, "1", value)
	require.Equal(t, v1, version)
	value, version = read(t, s, "b")
	require.Equal(t, "3", value)
	require.Equal(t, v2, version)
	for p, err := range s.Scan([]byte("b")) {
		require.NoError(t, err)
		require.Equal(t, v2, p.Version)
	}
}

func emptyValue(t *testing.T, kv KV) {
	v := commit(t, kv, put("index", ""))
	value, version := read(t, snapshot(t, kv), "index")
	require.Empty(t, value)
	require.Equal(t, v, version)
	require.Equal(t, []string{"index="}, pairs(t, snapshot(t, kv), "index"))
}

func deleteKey(t *testing.T, kv KV) {
	commit(t, kv, put("a", "1"), put("b", "1"))
	require.Zero(t, commit(t, kv, del("a")), "nothing was put")
	_, version := read(t, snapshot(t, kv), "a")
	require.Zero(t, version)
	require.Equal(t, []string{"b=1"}, pairs(t, snapshot(t, kv), ""))
	again := commit(t, kv, put("a", "2"))
	_, version = read(t, snapshot(t, kv), "a")
	require.Equal(t, again, version)
}

func guardAbsent(t *testing.T, kv KV) {
	_, err := kv.Commit(t.Context(), []Guard{guard("bed", 0)}, []Op{put("bed", "first")})
	require.NoError(t, err)
	_, err = kv.Commit(t.Context(), []Guard{guard("bed", 0)}, []Op{put("bed", "second")})
	require.ErrorIs(t, err, ErrConflict)
	commit(t, kv, del("bed"))
	_, err = kv.Commit(t.Context(), []Guard{guard("bed", 0)}, []Op{put("bed", "third")})
	require.NoError(t, err)
}

func guardVersion(t *testing.T, kv KV) {
	old := commit(t, kv, put("bed", "1"))
	now, err := kv.Commit(t.Context(), []Guard{guard("bed", old)}, []Op{put("bed", "2")})
	require.NoError(t, err)
	for _, stale := range []Version{old, now + 1, 0} {
		_, err = kv.Commit(t.Context(), []Guard{guard("bed", stale)}, []Op{put("bed", "3")})
		require.ErrorIs(t, err, ErrConflict)
	}
	commit(t, kv, del("bed"))
	_, err = kv.Commit(t.Context(), []Guard{guard("bed", now)}, []Op{put("bed", "3")})
	require.ErrorIs(t, err, ErrConflict)
}

func failedGuard(t *testing.T, kv KV) {
	v := commit(t, kv, put("a", "1"))
	_, err := kv.Commit(t.Context(), []Guard{guard("a", v), guard("b", 99)}, []Op{put("a", "2"), put("c", "3")})
	require.ErrorIs(t, err, ErrConflict)
	require.Equal(t, []string{"a=1"}, pairs(t, snapshot(t, kv), ""))
}

func snapshotStays(t *testing.T, kv KV) {
	commit(t, kv, put("a", "1"), put("b", "1"), put("c", "1"))
	before := snapshot(t, kv)
	commit(t, kv, put("a", "2"), del("b"), put("d", "2"))
	require.Equal(t, []string{"a=1", "b=1", "c=1"}, pairs(t, before, ""))
	value, _ := read(t, before, "b")
	require.Equal(t, "1", value)
	require.Equal(t, []string{"a=2", "c=1", "d=2"}, pairs(t, snapshot(t, kv), ""))
}

func scanPrefix(t *testing.T, kv KV) {
	all := []string{"\x00", "a", "a\x00b", "ab", "a\xff", "a\xff\xff", "b", "\xff", "\xff\xff"}
	for _, k := range []int{4, 0, 8, 2, 6, 1, 7, 3, 5} {
		commit(t, kv, put(all[k], ""))
	}
	s := snapshot(t, kv)
	for _, prefix := range append(all, "", "c", "a\x00", "aa") {
		var want []string
		for _, k := range all {
			if strings.HasPrefix(k, prefix) {
				want = append(want, k+"=")
			}
		}
		require.Equal(t, want, pairs(t, s, prefix), "prefix %q", prefix)
	}
}

func scanTwice(t *testing.T, kv KV) {
	commit(t, kv, put("a", "1"), put("b", "2"), put("c", "3"))
	s := snapshot(t, kv)
	scan := s.Scan(nil)
	for range scan {
		break
	}
	n := 0
	for outer, err := range scan {
		require.NoError(t, err)
		for inner, err := range s.Scan(outer.Key) { // scans and reads may be nested
			require.NoError(t, err)
			require.Equal(t, outer.Value, inner.Value)
			n++
		}
		_, version := read(t, s, string(outer.Key))
		require.Equal(t, outer.Version, version)
	}
	require.Equal(t, 3, n)
}

func tooLarge(t *testing.T, kv KV) {
	l := kv.Limits()
	many := make([]Op, l.Ops+1)
	for i := range many {
		many[i] = put(fmt.Sprint(i), "")
	}
	heavy := make([]Op, 0, 4)
	for i := range 4 {
		heavy = append(heavy, Op{Key: []byte{byte(i)}, Value: make([]byte, l.Bytes/4)})
	}
	for _, ops := range [][]Op{many, heavy, {{Key: []byte("k"), Value: make([]byte, l.Value+1)}}} {
		_, err := kv.Commit(t.Context(), nil, ops)
		require.ErrorIs(t, err, ErrTooLarge)
		var typed *TooLargeError
		require.ErrorAs(t, err, &typed)
		require.Equal(t, len(ops), typed.Ops)
		require.Equal(t, l, typed.Limits)
		require.Contains(t, err.Error(), "fit")
	}
	require.Empty(t, pairs(t, snapshot(t, kv), ""))
}

func justFits(t *testing.T, kv KV) {
	l := kv.Limits()
	many := make([]Op, l.Ops)
	for i := range many {
		many[i] = put(fmt.Sprint(i), "")
	}
	commit(t, kv, many...)
	var heavy []Op
	for rest := l.Bytes; rest > OpBytes+1; {
		n := min(rest-OpBytes-1, l.Value)
		heavy = append(heavy, Op{Key: []byte{byte(len(heavy))}, Value: bytes.Repeat([]byte{'x'}, n)})
		rest -= n + OpBytes + 1
	}
	require.NoError(t, l.admit(heavy))
	commit(t, kv, heavy...)
	value, _ := read(t, snapshot(t, kv), "\x00")
	require.Len(t, value, l.Value)
}

func cancelled(t *testing.T, kv KV) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := kv.Commit(ctx, nil, []Op{put("a", "1")})
	require.ErrorIs(t, err, context.Canceled)
	_, err = kv.Snapshot(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, pairs(t, snapshot(t, kv), ""))
}

func closedSnapshot(t *testing.T, kv KV) {
	commit(t, kv, put("a", "1"))
	s := snapshot(t, kv)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	requireClosed(t, s)
}

func requireClosed(t *testing.T, s Snapshot) {
	_, _, err := s.Get([]byte("a"))
	require.ErrorIs(t, err, ErrClosed)
	steps := 0
	for _, err := range s.Scan(nil) {
		require.ErrorIs(t, err, ErrClosed)
		steps++
	}
	require.Equal(t, 1, steps)
}

func closedWithinScan(t *testing.T, kv KV) {
	commit(t, kv, put("a", "1"), put("b", "2"))
	s, seen := snapshot(t, kv), 0
	for _, err := range s.Scan(nil) {
		require.NoError(t, err)
		require.NoError(t, s.Close())
		seen++
	}
	require.Equal(t, 2, seen)
	requireClosed(t, s)
}

func closedEngine(t *testing.T, kv KV) {
	commit(t, kv, put("a", "1"))
	s := snapshot(t, kv)
	require.NoError(t, kv.Close())
	requireClosed(t, s)
	require.NoError(t, s.Close())
	_, err := kv.Commit(t.Context(), nil, []Op{put("a", "2")})
	require.ErrorIs(t, err, ErrClosed)
	_, err = kv.Snapshot(t.Context())
	require.ErrorIs(t, err, ErrClosed)
}

func randomCommits(t *testing.T, kv KV) {
	r := rand.New(rand.NewPCG(max(*seedFlag, 1), 2))
	model := map[string]string{}
	type frozen struct {
		snap Snapshot
		want []string
	}
	var snapshots []frozen
	for range 200 {
		ops := map[string]Op{}
		for range 1 + r.IntN(8) {
			key := fmt.Sprintf("%c%d", 'a'+r.IntN(3), r.IntN(20))
			ops[key] = put(key, fmt.Sprint(r.IntN(1000)))
			if r.IntN(3) == 0 {
				ops[key] = del(key)
			}
		}
		commit(t, kv, slices.Collect(maps.Values(ops))...)
		for key, op := range ops {
			model[key] = string(op.Value)
			if op.Delete {
				delete(model, key)
			}
		}
		if r.IntN(10) == 0 {
			snapshots = append(snapshots, frozen{snapshot(t, kv), lines(model, "b")})
		}
	}
	require.NotEmpty(t, snapshots)
	for i, s := range snapshots {
		require.Equal(t, s.want, pairs(t, s.snap, "b"), "snapshot %d", i)
	}
	require.Equal(t, lines(model, ""), pairs(t, snapshot(t, kv), ""))
}

func lines(model map[string]string, prefix string) (out []string) {
	for _, k := range slices.Sorted(maps.Keys(model)) {
		if strings.HasPrefix(k, prefix) {
			out = append(out, k+"="+model[k])
		}
	}
	return out
}

// manyWriters has 8 clerks count up one number; each step is a compare and swap.
func manyWriters(t *testing.T, kv KV) {
	var wins, losses atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				s, err := kv.Snapshot(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				value, version, err := s.Get([]byte("n"))
				if err = errors.Join(err, s.Close()); err != nil {
					t.Error(err)
					return
				}
				_, err = kv.Commit(context.Background(), []Guard{guard("n", version)}, []Op{put("n", string(value)+"x")})
				switch {
				case err == nil:
					wins.Add(1)
				case errors.Is(err, ErrConflict):
					losses.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	value, _ := read(t, snapshot(t, kv), "n")
	require.Positive(t, wins.Load())
	require.Equal(t, wins.Load(), int64(len(value)), "each win added one, each loss nothing")
	require.Equal(t, int64(400), wins.Load()+losses.Load())
}
