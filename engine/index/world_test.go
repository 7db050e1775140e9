package index

import (
	"cmp"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var seedFlag = flag.Uint64("seed", 20261124, "seed of the random worlds")

// dice draw a world; the seed is printed if the test fails.
type dice struct{ *rand.Rand }

func rolled(t testing.TB, salt uint64) dice {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("-seed %d, world %d", *seedFlag, salt)
		}
	})
	return dice{rand.New(rand.NewPCG(*seedFlag, salt))}
}

// area is the summary of the test worlds: of homes on a square of side miles,
// each of one kind and one quality.
type area struct {
	west, east, south, north int32
	best                     uint64
	kinds                    uint32 // a bit for each
}

const side = 1 << 10

func (a *area) widen(by *area) {
	a.west, a.east = min(a.west, by.west), max(a.east, by.east)
	a.south, a.north = min(a.south, by.south), max(a.north, by.north)
	a.best = max(a.best, by.best)
	a.kinds |= by.kinds
}

// class is the number of the kind; -1, which is out of range, if there is none.
func (a *area) class() int {
	for kind := range 32 {
		if a.kinds>>kind&1 == 1 {
			return kind
		}
	}
	return -1
}

// miles is how near the area comes to a point, walking along the axes.
func (a *area) miles(x, y int32) uint64 {
	return uint64(max(a.west-x, x-a.east, 0) + max(a.south-y, y-a.north, 0))
}

func (a *area) unite(all []area) {
	*a = all[0]
	for i := range all {
		a.widen(&all[i])
	}
}

func noHomes() *Tree[area] { return New((*area).unite, (*area).class) }

type (
	home  = Item[area]
	homes = []home
)

// curve interleaves the bits of a point, so that near homes lie near.
func curve(x, y int32) uint64 {
	var at uint64
	for bit := range 16 {
		at |= uint64(x>>bit&1)<<(2*bit) | uint64(y>>bit&1)<<(2*bit+1)
	}
	return at
}

// manner is how the homes of a world differ from one another.
type manner struct {
	name  string
	worth uint64 // qualities are below it
	spots int32  // how many coordinates there are along an axis
	at    func(d dice, x, y int32) uint64
}

func onCurve(_ dice, x, y int32) uint64 { return curve(x, y) }

var manners = []manner{
	{"scattered over the region", 100, side, onCurve},
	{"in few streets, so that places and worths are shared", 3, 4, onCurve},
	{"all alike and at one address", 1, 1, onCurve},
	{"all alike and in no order", 1, 1, func(d dice, _, _ int32) uint64 { return d.Uint64() }},
	{"all at one place of the curve though they differ", 100, side, func(dice, int32, int32) uint64 { return 7 }},
	{"at places that follow nothing", 100, side, func(d dice, _, _ int32) uint64 { return d.Uint64N(50) }},
}

// homes draws n homes with ids that follow nothing, in no order.
func (d dice) homes(n int, m manner) homes {
	all := make(homes, n)
	for i, number := range d.Perm(n) {
		all[i] = d.home(fmt.Sprintf("H-%06d", number), m)
	}
	return all
}

func (d dice) home(id string, m manner) home {
	x, y := d.Int32N(m.spots), d.Int32N(m.spots)
	return home{At: m.at(d, x, y), ID: id, Sum: area{
		west: x, east: x, south: y, north: y, best: d.Uint64N(m.worth), kinds: 1 << d.IntN(5),
	}}
}

func key(it home) Key { return Key{it.At, it.ID} }

func keys(all homes) []Key {
	out := make([]Key, len(all))
	for i, it := range all {
		out[i] = key(it)
	}
	return out
}

// inOrder is what a tree of these homes should yield; the last of a key counts.
func inOrder(all homes) homes {
	byKey := map[Key]home{}
	for _, it := range all {
		byKey[key(it)] = it
	}
	out := make(homes, 0, len(byKey))
	for _, it := range byKey {
		out = append(out, it)
	}
	slices.SortFunc(out, func(a, b home) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	return out
}

// wish is a search of the test worlds: near a point, of some kinds.
type wish struct {
	x, y  int32
	kinds uint32
	limit int
	slack uint64 // bounds are too high by less than this
	vague bool   // bounds say "maybe, everything" of all
	picky uint64 // one home in so many turns out to be of no use; 0 for none
}

func (d dice) wish(homes int) wish {
	w := wish{x: d.Int32N(side), y: d.Int32N(side), kinds: d.Uint32N(32), vague: d.IntN(8) == 0, picky: d.Uint64N(4)}
	w.limit = []int{1, 2, 20, max(1, homes-1), homes + 5, math.MaxInt}[d.IntN(6)]
	if d.IntN(2) == 0 {
		w.slack = 1 + d.Uint64N(500)
	}
	return w
}

// worth is exact of a single home, and of an area the most that one in it could
// have.
func (w wish) worth(a *area) uint64 { return 10*a.best + 4*side - a.miles(w.x, w.y) }

func (w wish) bound(a *area) (uint64, bool) {
	switch {
	case w.vague:
		return math.MaxUint64, true
	case a.kinds&w.kinds == 0:
		return 0, false
	case w.slack > 0:
		return w.worth(a) + hash(a)%w.slack, true
	}
	return w.worth(a), true
}

func hash(of any) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, of)
	return h.Sum64()
}

func (w wish) judge(it *home) (uint64, bool) {
	if it.Sum.kinds&w.kinds == 0 || w.picky > 0 && hash(it.ID)%w.picky == 1 {
		return 0, false
	}
	return w.worth(&it.Sum), true
}

// bestOf is the oracle: it judges every home.
func (w wish) bestOf(all homes, known ...Found) []Found {
	found := append([]Found{}, known...)
	for i := range all {
		if worth, ok := w.judge(&all[i]); ok && !isKnown(known, all[i].ID) {
			found = append(found, Found{all[i].ID, worth})
		}
	}
	slices.SortFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Worth, a.Worth), cmp.Compare(a.ID, b.ID))
	})
	return found[:min(len(found), w.limit)]
}

func isKnown(known []Found, id string) bool {
	return slices.ContainsFunc(known, func(f Found) bool { return f.ID == id })
}

// query makes the wish a query over homes of different ids.
func (w wish) query(all homes, known ...Found) Query[area] {
	byID := map[string]*home{}
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	return Query[area]{Bound: w.bound, Limit: w.limit, Judge: func(id string) (uint64, bool, error) {
		it := byID[id]
		if it == nil {
			return 0, false, fmt.Errorf("no home %s", id)
		}
		worth, ok := w.judge(it)
		return worth, ok && !isKnown(known, id), nil
	}}
}

// requireBest compares a search with the oracle. The answers may be nil if they
// are empty.
func (w wish) requireBest(t testing.TB, tree *Tree[area], all homes, known ...Found) Effort {
	t.Helper()
	found, effort, err := tree.Best(t.Context(), w.query(all, known...), known...)
	require.NoError(t, err)
	require.Equal(t, w.bestOf(all, known...), append([]Found{}, found...), "%+v", w)
	return effort
}
