package engine_test

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

// everyLine is all that a list yields.
func everyLine[L any](t testing.TB, lines iter.Seq2[*L, error]) (all []L) {
	t.Helper()
	for line, err := range lines {
		require.NoError(t, err)
		all = append(all, *line)
	}
	return all
}

func homesListed(t testing.TB, eng *engine.Engine, q engine.HomeQuery) (ids []care.ID) {
	t.Helper()
	for _, h := range everyLine(t, eng.ListHomes(t.Context(), q)) {
		ids = append(ids, h.ID)
	}
	return ids
}

func childrenListed(t testing.TB, eng *engine.Engine, q engine.ChildQuery) (ids []care.ID) {
	t.Helper()
	for _, c := range everyLine(t, eng.ListChildren(t.Context(), q)) {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestTheHomesWithABedFreeTonight(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		held(t, eng, keeping("H-ASH", "C-AMY", "C-BEN"))
		q := engine.HomeQuery{On: today, At: three()}
		all := everyLine(t, eng.ListHomes(t.Context(), q))
		require.Len(t, all, 8)
		require.Equal(t, engine.HomeLine{
			ID: "H-ASH", Kind: care.Foster, Status: care.Approved, Authority: leeds, AuthorityName: "Leeds", Beds: 2, Holds: 1,
			ApprovedUntil: "none", ConfirmedOn: today - 1,
		}, all[0])
		require.Equal(t, []int{2, 0, 1}, []int{all[2].Beds, all[2].Free, int(all[2].ClosedTo - care.Date(2026, time.December, 1))}, "H-ELM is closed until 2 December")
		require.Equal(t, []int{1, 1}, []int{all[6].Free, all[6].Stays}, "Eve lives in H-ROSE")
		require.Empty(t, all[3].ApprovedUntil, "nobody has recorded it of H-FLAT")

		q.Free = true
		require.Equal(t, []care.ID{"H-BOYS", "H-FLAT", "H-LODGE", "H-OAK", "H-ROSE", "H-TYNE"}, homesListed(t, eng, q))
		q.Authority = leeds
		require.Equal(t, []care.ID{"H-BOYS", "H-FLAT", "H-LODGE", "H-ROSE"}, homesListed(t, eng, q))
		q.Kinds = []care.Kind{care.Foster, care.Supported}
		require.Equal(t, []care.ID{"H-LODGE", "H-ROSE"}, homesListed(t, eng, q))
		q.At = q.At.Add(40 * 24 * time.Hour)
		require.Contains(t, homesListed(t, eng, q), care.ID("H-ASH"), "the hold has run out")
		require.Zero(t, everyLine(t, eng.ListHomes(t.Context(), q))[0].Holds)
		q = engine.HomeQuery{On: care.Date(2026, time.December, 3), Free: true, At: three()}
		require.Contains(t, homesListed(t, eng, q), care.ID("H-ELM"), "open again")
	})
}

// A parent and child take two beds: one that is free is of no use to anybody, and a
// child on record stands for two.
func TestAHomeForParentsCountsUnits(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	home := aHome("H-1")
	home.Kind, home.Beds = care.ParentAndChild, 4
	baby := aChild("C-1")
	baby.DOB = today - 100
	require.NoError(t, eng.Add(t.Context(), engine.Records{
		Homes: []care.Home{home}, Children: []care.Child{baby}, Placements: []care.Placement{{ID: "P-1", Child: "C-1", Home: "H-1", Start: today - 90}},
	}))
	q := engine.HomeQuery{On: today, Free: true}
	lines := everyLine(t, eng.ListHomes(t.Context(), q))
	require.Equal(t, []int{2, 1}, []int{lines[0].Free, lines[0].Stays})
	put(t, eng, putting("H-1", "beds=3"))
	require.Empty(t, homesListed(t, eng, q))
}

func TestWhoWaitsForAHome(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		hold := held(t, eng, keeping("H-ASH", "C-AMY", "C-BEN"))
		q := engine.ChildQuery{On: today, At: three()}
		all := everyLine(t, eng.ListChildren(t.Context(), q))
		require.Len(t, all, 6)
		require.Equal(t, engine.ChildLine{
			ID: "C-BEN", Age: 8, Sex: care.Male, Group: "G-1", Authority: leeds, AuthorityName: "Leeds", Waiting: true, Lives: []engine.Lodging{},
			Holds: []engine.HoldShown{{Hold: hold.ID, Home: "H-ASH", Children: []care.ID{"C-AMY", "C-BEN"}, From: today, Until: hold.Until, By: hold.By}},
		}, all[1])
		require.Equal(t, []engine.Lodging{{Home: "H-ROSE", Placement: "P-1", Since: care.Date(2026, time.October, 1)}}, all[4].Lives)
		require.False(t, all[4].Waiting)

		q.Waiting = true
		require.Equal(t, []care.ID{"C-AMY", "C-BEN", "C-CAT", "C-FIN"}, childrenListed(t, eng, q), "Eve has a home, and Dan is 21")
		q.At = hold.Until
		require.Empty(t, everyLine(t, eng.ListChildren(t.Context(), q))[1].Holds, "it has run out")
		q.Group = "G-1"
		require.Equal(t, []care.ID{"C-BEN", "C-CAT"}, childrenListed(t, eng, q))
		require.Empty(t, childrenListed(t, eng, engine.ChildQuery{On: today, Authority: bradford}))
		q = engine.ChildQuery{On: care.Date(2020, time.January, 1), At: three()}
		all = everyLine(t, eng.ListChildren(t.Context(), q))
		require.True(t, all[2].Unborn, "Cat is born a year later")
		require.Equal(t, &engine.Lodging{Home: "H-ASH", Placement: "P-2", Since: care.Date(2025, time.January, 10)}, all[4].Next)
		require.True(t, all[4].Waiting)
	})
}

// A child whose age is disputed is not taken for an adult while a claim says otherwise.
func TestADisputedAgeWaits(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	child := aChild("C-1")
	child.DOB, child.DOBLowest = today.AddMonths(-12*19), today.AddMonths(-12*17)
	require.NoError(t, eng.Add(t.Context(), engine.Records{Children: []care.Child{child}}))
	require.Equal(t, []care.ID{"C-1"}, childrenListed(t, eng, engine.ChildQuery{On: today, Waiting: true}))
}

func TestAListThatCannotBeGivenSaysWhy(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	last := func(lines func(func(error) bool)) (err error) {
		n := 0
		lines(func(e error) bool { n, err = n+1, e; return true })
		require.Equal(t, 1, n, "once")
		return err
	}
	homes := func(ctx context.Context, q engine.HomeQuery) func(func(error) bool) {
		return func(yield func(error) bool) {
			eng.ListHomes(ctx, q)(func(_ *engine.HomeLine, err error) bool { return yield(err) })
		}
	}
	require.ErrorContains(t, last(homes(t.Context(), engine.HomeQuery{})), "the day to look at is missing")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	require.ErrorIs(t, last(homes(stopped, engine.HomeQuery{On: today})), context.Canceled)
	require.ErrorIs(t, last(func(yield func(error) bool) {
		eng.ListChildren(t.Context(), engine.ChildQuery{On: today, Group: "G-2"})(func(_ *engine.ChildLine, err error) bool { return yield(err) })
	}), engine.ErrUnknown)
	for line, err := range eng.ListHomes(t.Context(), engine.HomeQuery{On: today}) {
		require.NoError(t, err)
		require.Equal(t, care.ID("H-ASH"), line.ID)
		break // and nothing is yielded after it
	}
}

// What the lists count is what the records say, one by one.
func TestTheListsOfACountyAreItsRecords(t *testing.T) {
	county := fixtures.County(3)
	eng := engine.InMemory()
	defer eng.Close()
	require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: county.Homes, Children: county.Children, Placements: county.Placements}))
	for _, on := range []care.Day{fixtures.Today, fixtures.Today - 200, fixtures.Today + 200} {
		asking := care.Ask(care.StartOf(on))
		lines := everyLine(t, eng.ListHomes(t.Context(), engine.HomeQuery{On: on}))
		require.Len(t, lines, len(county.Homes))
		for i := range lines {
			h := county.Homes[slices.IndexFunc(county.Homes, func(h care.Home) bool { return h.ID == lines[i].ID })]
			whole := care.Household{Home: &h}
			living := 0
			for j := range county.Placements {
				if p := &county.Placements[j]; p.Home == h.ID {
					stay := p.Stay()
					whole.Occupancy.Stays = append(whole.Occupancy.Stays, stay)
					c := slices.IndexFunc(county.Children, func(c care.Child) bool { return c.ID == p.Child })
					whole.Residents = append(whole.Residents, county.Children[c])
					if stay.On(on, on) {
						living++
					}
				}
			}
			free := whole.FreeBeds(on, asking)
			if _, closed := h.ClosedOn(on); closed {
				free = min(free, 0)
			}
			require.Equal(t, []int{living, free, h.Beds}, []int{lines[i].Stays, lines[i].Free, lines[i].Beds}, "%s on %s", h.ID, on)
		}
		children := everyLine(t, eng.ListChildren(t.Context(), engine.ChildQuery{On: on}))
		require.Len(t, children, len(county.Children))
		for _, line := range children {
			var there []care.ID
			for j := range county.Placements {
				if p := &county.Placements[j]; p.Child == line.ID && p.Start <= on && (p.End == 0 || p.End > on) {
					there = append(there, p.ID)
				}
			}
			var listed []care.ID
			for _, l := range line.Lives {
				listed = append(listed, l.Placement)
			}
			require.ElementsMatch(t, there, listed)
			require.Equal(t, len(there) == 0 && line.Age < 18, line.Waiting, line.ID)
		}
	}
}

func TestALineAsJSONLeavesOutWhatIsNotRecorded(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: []care.Home{aHome("H-1")}}))
	text, err := json.Marshal(everyLine(t, eng.ListHomes(t.Context(), engine.HomeQuery{On: today})))
	require.NoError(t, err)
	require.Equal(t, `[{"id":"H-1","kind":"foster","authority":"E08000035","authority_name":"Leeds","beds":2,"free":2,"stays":0,"holds":0}]`, string(text))
}
