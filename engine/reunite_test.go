package engine_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/scoring"
	"github.com/stablehomes/stablehomes/fixtures"
)

// families are the sibling groups of a world, each with its children under 18 in
// order of ID, and where they live today. It is worked out from plain slices.
type families struct {
	*oracle
	*engine.Engine
	groups []care.ID
	of     map[care.ID][]*care.Child
}

func familiesOf(w *fixtures.World, eng *engine.Engine) *families {
	f := &families{oracle: &oracle{World: w}, Engine: eng, of: map[care.ID][]*care.Child{}}
	for i := range w.Children {
		c := &w.Children[i]
		if c.Group == "" {
			continue
		}
		if !slices.Contains(f.groups, c.Group) {
			f.groups = append(f.groups, c.Group)
		}
		if care.Birthday(c.DOB, 18) > today {
			f.of[c.Group] = append(f.of[c.Group], c)
		}
	}
	slices.Sort(f.groups)
	for _, children := range f.of {
		slices.SortFunc(children, func(a, b *care.Child) int { return cmp.Compare(a.ID, b.ID) })
	}
	return f
}

// reunite is the long way: a full shortlist for each group that lives in two homes
// or more, and an explanation of each child's present home.
func (f *families) reunite(t *testing.T) *engine.Reunions {
	t.Helper()
	head, err := engine.HeadOf(t.Context(), f.Engine)
	require.NoError(t, err)
	want := &engine.Reunions{
		On: fixtures.Today, At: three(), Journal: head.Number,
		Groups: len(f.groups), NoHome: []engine.NoReunion{}, Found: []engine.Reunion{},
	}
	for _, group := range f.groups {
		homes := map[care.ID]bool{}
		var ids []care.ID
		for _, c := range f.of[group] {
			ids = append(ids, c.ID)
			if home := f.recordedIn(c.ID).Home; home != "" {
				homes[home] = true
			}
		}
		if len(homes) < 2 {
			continue
		}
		want.Separated++
		found := f.together(t, group, ids, homes)
		if len(found) == 0 {
			want.NoHome = append(want.NoHome, engine.NoReunion{Group: group, KeptApart: keptApart(f.of[group])})
		}
		want.Found = append(want.Found, found...)
	}
	slices.SortStableFunc(want.Found, func(a, b engine.Reunion) int {
		return cmp.Or(cmp.Compare(b.Gain, a.Gain), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Home.Home, b.Home.Home))
	})
	return want
}

// keptApart lists the pairs of whom one record or the other says so.
func keptApart(children []*care.Child) (pairs [][2]care.ID) {
	for i, a := range children {
		for _, b := range children[i+1:] {
			if slices.Contains(a.KeptApart, b.ID) || slices.Contains(b.KeptApart, a.ID) {
				pairs = append(pairs, [2]care.ID{a.ID, b.ID})
			}
		}
	}
	return pairs
}

// together takes the first home of the whole list and, if it is another one, the
// first of those in which some of the children live.
func (f *families) together(t *testing.T, group care.ID, ids []care.ID, homes map[care.ID]bool) []engine.Reunion {
	t.Helper()
	res := shortlist(t, f.Engine, engine.Request{Children: ids, Limit: len(f.Homes)})
	list := res.Candidates
	if len(list) == 0 {
		return nil
	}
	all := list[:1:1]
	if i := slices.IndexFunc(list, func(c engine.Candidate) bool { return homes[c.Home] }); i > 0 {
		all = append(all, list[i])
	}
	now := f.scoreNow(t, ids)
	var found []engine.Reunion
	for _, c := range all {
		c.Rank = 0
		found = append(found, engine.Reunion{Group: group, Score: c.Score, Now: now, Gain: c.Score - now, Home: c, Moves: f.moves(ids, c.Home), Policy: res.Policy})
	}
	return found
}

// scoreNow is the mean over the children who live somewhere, rounded half up.
func (f *families) scoreNow(t *testing.T, ids []care.ID) scoring.Millionths {
	t.Helper()
	sum, n := scoring.Millionths(0), scoring.Millionths(0)
	for _, id := range ids {
		home := f.recordedIn(id).Home
		if home == "" {
			continue
		}
		e, err := f.Explain(t.Context(), engine.Request{Children: []care.ID{id}, On: today, At: three()}, home)
		require.NoError(t, err)
		sum, n = sum+e.Judged.Score, n+1
	}
	return (2*sum + n) / (2 * n)
}

func (f *families) moves(ids []care.ID, to care.ID) []engine.Move {
	moves := []engine.Move{}
	for _, id := range ids {
		c, from := f.child(id), f.recordedIn(id).Home
		if from == to {
			continue
		}
		m := engine.Move{Child: id, From: from}
		school := c.SchoolAt.Known() && len(c.AwayFrom)+len(c.AwayAuthorities) == 0
		if school {
			m.SchoolMilesThen = milesApart(c.SchoolAt.Point, f.home(to).Where.Point)
		}
		if from != "" {
			m.Since = f.recordedIn(id).Start
			for care.Birthday(m.Since, m.Years+1) <= today {
				m.Years++
			}
			if school {
				m.SchoolMilesNow = milesApart(c.SchoolAt.Point, f.home(from).Where.Point)
			}
		}
		moves = append(moves, m)
	}
	return moves
}

func milesApart(a, b care.Point) *float64 {
	miles := math.Round(1000*gazetteer.Miles(a.LatLng(), b.LatLng())) / 1000
	return &miles
}

// mixed is a county in which the children are brothers and sisters of others than
// they were: of many groups apart, with adults, some to be kept apart and some who
// live nowhere.
func mixed(seed uint64) *fixtures.World {
	w, d := fixtures.County(seed), rand.New(rand.NewPCG(seed, 1))
	for n, i := range d.Perm(len(w.Children)) {
		c := &w.Children[i]
		c.Group = care.ID(fmt.Sprintf("F-%02d", n/(2+n%3)))
		switch d.IntN(12) {
		case 0:
			c.DOB = today.AddMonths(-12*18) + care.Day(d.IntN(3)-1)
		case 1:
			c.KeptApart = []care.ID{w.Children[d.IntN(len(w.Children))].ID}
		case 2:
			c.SchoolAt = care.Location{}
		case 3:
			c.AwayAuthorities = []string{newcastle}
		case 4:
			c.Group = ""
		}
	}
	for i := range w.Homes { // so that there is room for some
		if d.IntN(3) == 0 {
			w.Homes[i].Beds += d.IntN(4)
		}
	}
	return w
}

func stored(t testing.TB, w *fixtures.World, opts ...engine.Option) *engine.Engine {
	t.Helper()
	eng := engine.InMemory(opts...)
	t.Cleanup(func() { require.NoError(t, eng.Close()) })
	require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: w.Homes, Children: w.Children, Placements: w.Placements, By: "A. Officer"}))
	return eng
}

func reunions(t testing.TB, eng *engine.Engine, req engine.ReuniteRequest) *engine.Reunions {
	t.Helper()
	if req.On == 0 {
		req.On, req.At = today, three()
	}
	all, err := eng.Reunite(t.Context(), req)
	require.NoError(t, err)
	return all
}

// eachCounty runs a test on counties as they are and on mixed ones. The seed that
// a failure prints, given as -seed, is run alone.
func eachCounty(t *testing.T, test func(t *testing.T, seed uint64, w *fixtures.World)) {
	t.Helper()
	seeds := []uint64{1, 2, 4, 7}
	if *seedFlag != 0 {
		seeds = []uint64{*seedFlag}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("county seed=%d", seed), func(t *testing.T) { test(t, seed, fixtures.County(seed)) })
		t.Run(fmt.Sprintf("mixed seed=%d", seed), func(t *testing.T) { test(t, seed, mixed(seed)) })
	}
}

func TestReunitingIsWhatMatchingAndExplainingComeTo(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
	reached := map[string]int{}
	eachCounty(t, func(t *testing.T, _ uint64, w *fixtures.World) {
		eng := stored(t, w)
		got, want := reunions(t, eng, engine.ReuniteRequest{}), familiesOf(w, eng).reunite(t)
		require.Equal(t, want, got)
		reached["separated"] += got.Separated
		reached["no home"] += len(got.NoHome)
		reached["not separated"] += got.Groups - got.Separated
		for i := range got.Found {
			r := &got.Found[i]
			require.Equal(t, r.Score-r.Now, r.Gain)
			require.True(t, i == 0 || got.Found[i-1].Gain >= r.Gain, "the largest gain first")
			if len(r.Home.LivesHere) > 0 {
				reached["where some live"]++
			}
			if r.Gain < 0 {
				reached["worse together"]++
			}
			for _, m := range r.Moves {
				if m.From == "" {
					reached["placed nowhere"]++
				}
			}
		}
	})
	if *seedFlag == 0 {
		for _, what := range []string{"separated", "no home", "not separated", "where some live", "worse together", "placed nowhere"} {
			require.Positive(t, reached[what], what)
		}
	}
}

func TestNothingOfAReunionDependsOnTheOrderOfTheRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
	eachCounty(t, func(t *testing.T, seed uint64, w *fixtures.World) {
		want := reunions(t, stored(t, w), engine.ReuniteRequest{})
		d := rand.New(rand.NewPCG(seed, 2))
		d.Shuffle(len(w.Homes), func(i, k int) { w.Homes[i], w.Homes[k] = w.Homes[k], w.Homes[i] })
		d.Shuffle(len(w.Children), func(i, k int) { w.Children[i], w.Children[k] = w.Children[k], w.Children[i] })
		d.Shuffle(len(w.Placements), func(i, k int) { w.Placements[i], w.Placements[k] = w.Placements[k], w.Placements[i] })
		eng := stored(t, w)
		for range 3 {
			require.Equal(t, want, reunions(t, eng, engine.ReuniteRequest{}))
		}
	})
}

func TestAGroupOrAnAuthorityIsThePartOfTheWholeThatIsTheirs(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
	eachCounty(t, func(t *testing.T, _ uint64, w *fixtures.World) {
		eng := stored(t, w)
		f, all := familiesOf(w, eng), reunions(t, eng, engine.ReuniteRequest{})
		responsible := map[string][]care.ID{} // groups, by authority
		for _, c := range w.Children {
			if c.Group != "" && !slices.Contains(responsible[c.Authority], c.Group) {
				responsible[c.Authority] = append(responsible[c.Authority], c.Group)
			}
		}
		separated, homeless := 0, []engine.NoReunion{}
		for _, group := range f.groups {
			one := reunions(t, eng, engine.ReuniteRequest{Group: group})
			require.Equal(t, 1, one.Groups)
			require.Equal(t, only(all.Found, group), one.Found)
			separated, homeless = separated+one.Separated, append(homeless, one.NoHome...)
		}
		require.Equal(t, all.Separated, separated)
		require.Equal(t, all.NoHome, homeless)
		for gss, groups := range responsible {
			of := reunions(t, eng, engine.ReuniteRequest{Authority: gss})
			require.Equal(t, len(groups), of.Groups)
			require.Equal(t, only(all.Found, groups...), of.Found)
		}
		nobody := reunions(t, eng, engine.ReuniteRequest{Authority: newcastle})
		require.Equal(t, &engine.Reunions{On: all.On, At: all.At, Journal: all.Journal, NoHome: []engine.NoReunion{}, Found: []engine.Reunion{}}, nobody, "Newcastle is responsible for nobody here")
	})
}

func only(all []engine.Reunion, groups ...care.ID) []engine.Reunion {
	some := []engine.Reunion{}
	for _, r := range all {
		if slices.Contains(groups, r.Group) {
			some = append(some, r)
		}
	}
	return some
}
