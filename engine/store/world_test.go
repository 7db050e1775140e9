package store

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/stablehomes/stablehomes/engine/care"
)

var seedFlag = flag.Uint64("seed", 0, "seed of the random tests; 0 takes fixed ones")

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDirEnv); dir != "" {
		crashChild(dir)
		return
	}
	if dir := os.Getenv(eraseDirEnv); dir != "" {
		eraseChild(dir)
		return
	}
	// Badger leaves these two behind when it cannot open a directory.
	goleak.VerifyTestMain(m,
		goleak.IgnoreTopFunction("github.com/dgraph-io/badger/v4.(*DB).monitorCache"),
		goleak.IgnoreTopFunction("github.com/dgraph-io/ristretto/v2/z.(*AllocatorPool).freeupAllocators"))
}

// seeds runs a test with each seed and prints the one that fails.
func seeds(t *testing.T, n int, test func(t *testing.T, r *rand.Rand)) {
	first, last := uint64(1), uint64(n)
	switch {
	case *seedFlag != 0:
		first, last = *seedFlag, *seedFlag
	case testing.Short():
		last = min(last, 2)
	}
	for seed := first; seed <= last; seed++ {
		t.Run("seed="+strconv.FormatUint(seed, 10), func(t *testing.T) {
			test(t, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

// engines are the key-value stores that every test of the seam runs on.
var engines = []struct {
	name string
	open func(t testing.TB) KV
}{
	{"memory", func(testing.TB) KV { return NewMemory() }},
	{"badger", func(t testing.TB) KV {
		kv, err := openBadger(t.TempDir(), nil, false, nil)
		require.NoError(t, err)
		return kv
	}},
}

// onEveryEngine runs a test on a fresh store of each kind. The test must leave
// it in a state that passes Check.
func onEveryEngine(t *testing.T, test func(t *testing.T, s *Store)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			s := On(e.open(t))
			test(t, s)
			require.NoError(t, s.Check(t.Context()))
			require.NoError(t, s.Close())
		})
	}
}

// create is a new store on disk.
func create(t testing.TB, dir string) *Store {
	s, err := Open(context.Background(), dir, Options{Create: true})
	require.NoError(t, err)
	return s
}

// checkAndClose is how every test leaves its store.
func checkAndClose(t testing.TB, s *Store) {
	require.NoError(t, s.Check(context.Background()))
	require.NoError(t, s.Close())
}

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// change is a Change by a placement officer, filled in by f.
func change(command string, f func(v *View, c *Change) error) Decide {
	return func(v *View) (*Change, error) {
		c := &Change{Who: "A. Officer", Command: command, When: noon, Policy: "sha256:00"}
		return c, f(v, c)
	}
}

// do makes a change that must succeed.
func do(t testing.TB, s *Store, f func(v *View, c *Change) error) Receipt {
	r, err := s.Do(context.Background(), "", change("test", f))
	require.NoError(t, err)
	return r
}

func putHomes(homes ...care.Home) func(*View, *Change) error {
	return func(_ *View, c *Change) error { c.PutHomes(homes...); return nil }
}

func putChildren(children ...care.Child) func(*View, *Change) error {
	return func(v *View, c *Change) error { return c.PutChildren(v, children...) }
}

func putPlacements(placements ...care.Placement) func(*View, *Change) error {
	return func(v *View, c *Change) error { return c.PutPlacements(v, placements...) }
}

// look opens a view for the length of the test.
func look(t testing.TB, s *Store) *View {
	v, err := s.View(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Close()) })
	return v
}

// collect reads a scan to its end.
func collect[T any](t testing.TB, scan func(func(T, error) bool)) []T {
	var out []T
	scan(func(v T, err error) bool {
		require.NoError(t, err)
		out = append(out, v)
		return true
	})
	return out
}

func home(id care.ID, beds int) care.Home {
	return care.Home{ID: id, Kind: care.Foster, Authority: "E08000035", Where: care.Location{Postcode: "LS6 2AB", Point: care.At(53.82, -1.57)}, Beds: beds}
}

func child(id, group care.ID) care.Child {
	return care.Child{ID: id, DOB: care.Date(2015, time.March, 9), Authority: "E08000035", Group: group}
}

func placement(id, childID, homeID care.ID) care.Placement {
	return care.Placement{ID: id, Child: childID, Home: homeID, Start: care.Date(2026, time.January, 5)}
}

// world is the plainest model of a store: what a clerk with five card boxes
// would have. It knows no keys, no indexes and no history.
type world struct {
	homes      map[care.ID]care.Home
	children   map[care.ID]care.Child
	placements map[care.ID]care.Placement
	holds      map[care.ID][]care.Hold // by home
	meta       map[string][]byte
}

func newWorld() *world {
	return &world{map[care.ID]care.Home{}, map[care.ID]care.Child{}, map[care.ID]care.Placement{}, map[care.ID][]care.Hold{}, map[string][]byte{}}
}

func (w *world) clone() *world {
	return &world{maps.Clone(w.homes), maps.Clone(w.children), maps.Clone(w.placements), maps.Clone(w.holds), maps.Clone(w.meta)}
}

func byID[T any](m map[care.ID]T) []T {
	var out []T
	for _, id := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[id])
	}
	return out
}

// occupancy goes through every placement there is.
func (w *world) occupancy(home care.ID) care.Occupancy {
	o := care.Occupancy{Home: home, Holds: w.holds[home]}
	for _, p := range byID(w.placements) {
		if p.Home == home {
			o.Stays = append(o.Stays, p.Stay())
		}
	}
	return o
}

func (w *world) placementsOf(child care.ID) []care.Placement {
	out := []care.Placement{}
	for _, p := range byID(w.placements) {
		if p.Child == child {
			out = append(out, p)
		}
	}
	return out
}

func (w *world) group(id care.ID) []care.ID {
	var out []care.ID
	for _, c := range byID(w.children) {
		if c.Group == id {
			out = append(out, c.ID)
		}
	}
	return out
}

func (w *world) homesHeld(hold care.ID) []care.ID {
	var out []care.ID
	for _, home := range slices.Sorted(maps.Keys(w.holds)) {
		if slices.ContainsFunc(w.holds[home], func(h care.Hold) bool { return h.ID == hold }) {
			out = append(out, home)
		}
	}
	return out
}

// few ids make the steps of a history meet often. Some begin as another ends: a key
// or a prefix in which nothing ends an id would take one for the other.
var fewIDs = []care.ID{"H", "H-1", "H-1/2", "H-10", "H 1", "Å", "a", "ab"}

func pick(r *rand.Rand, prefix care.ID) care.ID {
	return prefix + fewIDs[r.IntN(len(fewIDs))]
}

// step makes a random change to the world and says how to make it to a store.
func (w *world) step(r *rand.Rand) (*world, func(v *View, c *Change) error) {
	next := w.clone()
	var acts []func(v *View, c *Change) error
	for range 1 + r.IntN(4) {
		acts = append(acts, next.act(r))
	}
	return next, func(v *View, c *Change) error {
		for _, act := range acts {
			if err := act(v, c); err != nil {
				return err
			}
		}
		return nil
	}
}

func (w *world) act(r *rand.Rand) func(v *View, c *Change) error {
	switch r.IntN(10) {
	case 0, 1:
		h := home(pick(r, "h"), r.IntN(3))
		w.homes[h.ID] = h
		return putHomes(h)
	case 2, 3:
		c := child(pick(r, "c"), []care.ID{"", "g", "g2"}[r.IntN(3)])
		w.children[c.ID] = c
		return putChildren(c)
	case 4, 5, 6:
		p := placement(pick(r, "p"), pick(r, "c"), pick(r, "h"))
		p.End = care.Day(r.IntN(2)) * (p.Start + 7)
		w.placements[p.ID] = p
		return putPlacements(p)
	case 7:
		return w.hold(r)
	case 8:
		name := "name-" + strconv.Itoa(r.IntN(3))
		if r.IntN(3) == 0 {
			delete(w.meta, name)
			return func(_ *View, c *Change) error { c.DeleteMeta(name); return nil }
		}
		value := []byte{byte(r.IntN(3))}
		w.meta[name] = value
		return func(_ *View, c *Change) error { c.PutMeta(name, value); return nil }
	}
	return w.drop(r)
}

func (w *world) hold(r *rand.Rand) func(v *View, c *Change) error {
	id, holds := pick(r, "h"), []care.Hold(nil)
	for i := range r.IntN(3) {
		children := []care.ID{pick(r, "c"), pick(r, "c")}[:1+r.IntN(2)]
		holds = append(holds, care.Hold{ID: care.ID(fmt.Sprint("hold-", i)), Children: children, From: 739_000,
			Until: noon.Add(time.Duration(r.IntN(3)) * time.Nanosecond), By: "A. Officer"})
	}
	w.holds[id] = holds
	return func(v *View, c *Change) error {
		o, err := c.Occupancy(v, id)
		if err == nil {
			o.Holds = holds
		}
		return err
	}
}

func (w *world) drop(r *rand.Rand) func(v *View, c *Change) error {
	switch r.IntN(3) {
	case 0:
		id := pick(r, "h")
		delete(w.homes, id)
		return func(_ *View, c *Change) error { c.DeleteHome(id); return nil }
	case 1:
		id := pick(r, "c")
		delete(w.children, id)
		return func(v *View, c *Change) error { return c.DeleteChild(v, id) }
	}
	id := pick(r, "p")
	delete(w.placements, id)
	return func(v *View, c *Change) error { return c.DeletePlacement(v, id) }
}

// same says whether a view shows exactly this world.
func (w *world) same(t testing.TB, v *View) {
	require.Equal(t, byID(w.homes), collect(t, v.Homes()))
	require.Equal(t, byID(w.children), collect(t, v.Children()))
	require.Equal(t, byID(w.placements), collect(t, v.Placements()))
	for _, h := range collect(t, v.Households()) {
		require.Equal(t, w.homes[h.Home.ID], *h.Home)
		require.Equal(t, w.occupancy(h.Home.ID), h.Occupancy)
	}
	for _, id := range fewIDs {
		w.sameOf(t, v, id)
	}
	for _, g := range []care.ID{"g", "g2", "g3"} {
		got, err := v.Group(g)
		require.NoError(t, err)
		require.Equal(t, w.group(g), got, "group %s", g)
	}
	for name, want := range w.meta {
		got, err := v.Meta(name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.Len(t, collect(t, v.IDs(MetaKind)), len(w.meta))
	for _, id := range []care.ID{"hold-0", "hold-1", "hold-2"} {
		require.Equal(t, w.homesHeld(id), homesHeld(t, v, id), "hold %s", id)
	}
}

// sameOf compares single reads.
func (w *world) sameOf(t testing.TB, v *View, id care.ID) {
	o, err := v.Occupancy("h" + id)
	require.NoError(t, err)
	require.Equal(t, w.occupancy("h"+id), o)
	got, err := v.PlacementsOf("c" + id)
	require.NoError(t, err)
	require.Equal(t, w.placementsOf("c"+id), got)
	h, err := v.Home("h" + id)
	if want, ok := w.homes["h"+id]; ok {
		require.NoError(t, err)
		require.Equal(t, want, h)
	} else {
		require.ErrorIs(t, err, ErrNotFound)
	}
}
