package engine_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/fixtures"
)

func readiness(t testing.TB, eng *engine.Engine, on care.Day, at time.Time) *engine.Readiness {
	t.Helper()
	r, err := eng.Readiness(t.Context(), on, at)
	require.NoError(t, err)
	return r
}

// tallied is the tally of these ids.
func tallied(ids []care.ID) engine.Tally {
	slices.Sort(ids)
	t := engine.Tally{Count: len(ids)}
	if len(ids) <= engine.MostNamed {
		t.IDs = ids
	}
	return t
}

// requireReadiness counts again by reading everything whole.
func requireReadiness(t *testing.T, eng *engine.Engine, children []care.Child, on care.Day, at time.Time) {
	t.Helper()
	r := readiness(t, eng, on, at)
	all, err := engine.HouseholdsOf(t.Context(), eng)
	require.NoError(t, err)
	require.Equal(t, uint64(len(all)), r.Homes)
	require.Equal(t, uint64(len(children)), r.Children)
	housed := map[care.ID]bool{}
	var never, old, soon, ended, open, over, ending, overstayed []care.ID
	inForce := 0
	for _, h := range all {
		if h.Home.Status.InForce() && h.Home.RegisteredUntil.PassedBy(on) && !h.Home.Kind.OtherArrangement() {
			ended = append(ended, h.Home.ID)
		}
		if barredByApproval(h.Home, on) {
			continue
		}
		inForce++
		if h.Home.ConfirmedOn == 0 {
			never = append(never, h.Home.ID)
		} else if h.Home.ConfirmedOn < on-7 {
			old = append(old, h.Home.ID)
		}
		if h.Home.RegisteredUntil.Known && h.Home.RegisteredUntil.Day > on && h.Home.RegisteredUntil.Day <= on+30 {
			soon = append(soon, h.Home.ID)
		}
		if !h.Home.Kind.OtherArrangement() && h.Home.Status != care.Pending && (!h.Home.RegisteredUntil.Known || !h.Home.RestrictedFrom.Known) {
			open = append(open, h.Home.ID)
		}
	}
	for _, h := range all {
		for _, s := range h.Occupancy.Stays {
			if s.Start <= on && (s.End == 0 || s.End > on) {
				housed[s.Child] = true
				if s.End == 0 && s.ExpectedEnd != 0 && s.ExpectedEnd < on {
					overstayed = append(overstayed, s.Placement)
				}
			}
		}
		for _, hold := range h.Occupancy.Holds {
			switch left := hold.Until.Sub(at); {
			case slices.Contains(over, hold.ID), slices.Contains(ending, hold.ID):
			case left <= 0:
				over = append(over, hold.ID)
			case left <= 24*time.Hour:
				ending = append(ending, hold.ID)
			}
		}
	}
	var waiting, nowhere, school []care.ID
	for _, c := range children {
		if care.Birthday(max(c.DOB, c.DOBLowest), 18) <= on {
			continue
		}
		if !housed[c.ID] {
			waiting = append(waiting, c.ID)
		}
		if !c.Home.Known() {
			nowhere = append(nowhere, c.ID)
		}
		if c.School != "" && !c.SchoolAt.Known() {
			school = append(school, c.ID)
		}
	}
	var late []care.ID
	decisions := uint64(0)
	for d, err := range eng.Decisions(t.Context()) {
		require.NoError(t, err)
		decisions++
		if slices.ContainsFunc(d.Outstanding(), func(b care.Breach) bool { return b.Role != "" }) {
			late = append(late, d.ID)
		}
	}
	require.Equal(t, decisions, r.Decisions)
	require.Equal(t, inForce, r.InForce)
	for name, c := range map[string]struct {
		want []care.ID
		got  engine.Tally
	}{
		"never confirmed": {never, r.NeverConfirmed}, "old word": {old, r.OldWord}, "ends soon": {soon, r.EndSoon}, "ended": {ended, r.HasEnded},
		"open ends": {open, r.OpenEnd}, "waiting": {waiting, r.Waiting}, "no home point": {nowhere, r.NoHomePoint}, "no school": {school, r.NoSchool},
		"holds that ran out": {over, r.HoldsOver}, "holds that end": {ending, r.HoldsEndSoon}, "overstayed": {overstayed, r.Overstayed}, "late": {late, r.LateSignOffs},
	} {
		require.Equal(t, tallied(c.want), c.got, name)
	}
}

// barredByApproval is the approval of a home in plain words, but for a connected person
// who is not approved.
func barredByApproval(h *care.Home, on care.Day) bool {
	switch {
	case h.Kind.OtherArrangement():
		return h.Status == care.Ended || h.Status == care.Refused
	case h.Kind == care.ConnectedPerson && h.Status == care.Pending:
		return rulebook.ApprovalOn(h, on) == rulebook.Barred // which the rulebook's own tests hold against its findings
	case h.Status == care.Restricted && h.RestrictedFrom.Day > on:
	case h.Status != care.Approved && h.Status != care.Registered:
		return true
	}
	return h.RegisteredFrom == 0 || h.RegisteredFrom > on || h.RegisteredUntil.PassedBy(on) || h.RestrictedFrom.PassedBy(on)
}

func TestReadinessCountsWhatReadingEverythingCounts(t *testing.T) {
	seeds := []uint64{1, 2, 3}
	switch {
	case *seedFlag != 0:
		seeds = []uint64{*seedFlag}
	case testing.Short():
		seeds = seeds[:1]
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			eng := engine.InMemory()
			defer eng.Close()
			h := live(t, eng, seed, 40)
			for _, later := range []time.Duration{0, 20 * time.Hour, 40 * 24 * time.Hour, 4000 * 24 * time.Hour} {
				at := h.at.Add(later)
				requireReadiness(t, eng, h.county.Children, care.DayOf(at), at)
			}
			requireReadiness(t, eng, h.county.Children, care.DayOf(h.at)-500, h.at.AddDate(0, 0, -500))
		})
	}
}

// A home and a child of everything that readiness counts, one at a time.
func TestReadinessOfOneOfEach(t *testing.T) {
	on := fixtures.Today
	home := func(id care.ID, change func(*care.Home)) care.Home {
		h := aHome(id)
		h.Status, h.RegisteredFrom, h.RegisteredUntil, h.RestrictedFrom, h.ConfirmedOn = care.Approved, on-900, care.Never(), care.Never(), on
		change(&h)
		return h
	}
	child := func(id care.ID, change func(*care.Child)) care.Child {
		c := aChild(id)
		c.DOB, c.Home = on-4000, care.Location{Point: care.At(53.8, -1.5)}
		change(&c)
		return c
	}
	eng := engine.InMemory()
	defer eng.Close()
	require.NoError(t, eng.Add(t.Context(), engine.Records{
		At: care.StartOf(on), By: "A",
		Homes: []care.Home{
			home("H-GOOD", func(*care.Home) {}),
			home("H-NEVER", func(h *care.Home) { h.ConfirmedOn = 0 }),
			home("H-OLD", func(h *care.Home) { h.ConfirmedOn = on - 8 }),
			home("H-SEVEN", func(h *care.Home) { h.ConfirmedOn = on - 7 }),
			home("H-SOON", func(h *care.Home) { h.RegisteredUntil = care.EndOn(on + 30) }),
			home("H-LATER", func(h *care.Home) { h.RegisteredUntil = care.EndOn(on + 31) }),
			home("H-OVER", func(h *care.Home) { h.RegisteredUntil = care.EndOn(on) }),
			home("H-OPEN", func(h *care.Home) { h.RegisteredUntil = care.End{} }),
			home("H-ENDED", func(h *care.Home) { h.Status = care.Ended }),
		},
		Children: []care.Child{
			child("C-LIVES", func(*care.Child) {}),
			child("C-STAYS", func(*care.Child) {}),
			child("C-WAITS", func(*care.Child) {}),
			child("C-GROWN", func(c *care.Child) { c.DOB = on - 7000 }),
			child("C-DISPUTED", func(c *care.Child) { c.DOB, c.DOBLowest = on-7000, on-6000 }),
			child("C-NOWHERE", func(c *care.Child) { c.Home = care.Location{Postcode: "LS6 2AB"} }),
			child("C-SCHOOL", func(c *care.Child) { c.School = "100001" }),
		},
		Placements: []care.Placement{
			{ID: "P-1", Child: "C-LIVES", Home: "H-GOOD", Start: on - 90, ExpectedEnd: on},
			{ID: "P-2", Child: "C-STAYS", Home: "H-OLD", Start: on - 90, ExpectedEnd: on - 1},
			{ID: "P-3", Child: "C-NOWHERE", Home: "H-SOON", Start: on - 90},
			{ID: "P-4", Child: "C-SCHOOL", Home: "H-SOON", Start: on},
			{ID: "P-5", Child: "C-WAITS", Home: "H-LATER", Start: on - 90, End: on},
		},
	}))
	r := readiness(t, eng, on, care.StartOf(on))
	one := func(ids ...care.ID) engine.Tally { return engine.Tally{Count: len(ids), IDs: ids} }
	require.Equal(t, 7, r.InForce)
	require.Equal(t, one("H-NEVER"), r.NeverConfirmed)
	require.Equal(t, one("H-OLD"), r.OldWord)
	require.Equal(t, one("H-SOON"), r.EndSoon)
	require.Equal(t, one("H-OVER"), r.HasEnded)
	require.Equal(t, one("H-OPEN"), r.OpenEnd)
	require.Equal(t, one("C-DISPUTED", "C-WAITS"), r.Waiting)
	require.Equal(t, one("C-NOWHERE"), r.NoHomePoint)
	require.Equal(t, one("C-SCHOOL"), r.NoSchool)
	require.Equal(t, one("P-2"), r.Overstayed)
	require.Equal(t, engine.IndexState{Kept: true}, r.Index, "in memory nothing is kept on disk")
	require.Equal(t, care.StartOf(on).UTC(), r.Newest)
	require.Equal(t, [4]uint64{9, 7, 5, 0}, [4]uint64{r.Homes, r.Children, r.Placements, r.Decisions})
}

func TestReadinessOfAnEmptyStore(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	require.Equal(t, &engine.Readiness{Index: engine.IndexState{Kept: true}}, readiness(t, eng, fixtures.Today, three()))
}

func TestADecisionThatLacksASignOffIsCountedUntilItComes(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	moved := record(t, eng, atNight("H-OAK", "C-AMY"))
	r := readiness(t, eng, today, three())
	wants := slices.ContainsFunc(moved.Outstanding(), func(b care.Breach) bool { return b.Role != "" })
	require.True(t, wants, "the scene has one: %+v", moved.Breaches)
	require.Equal(t, engine.Tally{Count: 1, IDs: []care.ID{moved.ID}}, r.LateSignOffs)
	late := engine.LateSignOffs{Decision: moved.ID, By: "A. Officer", At: three().UTC()}
	for _, b := range moved.Outstanding() {
		if b.Role != "" {
			late.SignOffs = append(late.SignOffs, care.SignOff{Rule: b.Rule, Home: b.Home, Name: "N. Head", Role: b.Role, At: three().UTC(), Ref: "REF-1"})
		}
	}
	_, err := eng.SignOffLate(t.Context(), late)
	require.NoError(t, err)
	require.Zero(t, readiness(t, eng, today, three()).LateSignOffs.Count)
}

func TestReadinessOfWhatLiesBesideTheStore(t *testing.T) {
	dir := keptTown(t)
	look := func() *engine.Readiness {
		eng := open(t, dir, engine.AsItIs())
		defer eng.Close()
		return readiness(t, eng, today, three())
	}
	r := look()
	require.Equal(t, 2, r.Postcodes.Count)
	require.NoError(t, r.Postcodes.Err)
	require.False(t, r.Postcodes.Imported.IsZero())
	require.Zero(t, r.Schools)
	require.True(t, r.Index.Kept)

	spans, postcodes := filepath.Join(dir, "spans"), filepath.Join(dir, "postcodes")
	spoil(t, spans, 60)
	require.Error(t, look().Index.Err)
	require.NoError(t, os.Remove(spans))
	require.Equal(t, engine.IndexState{}, look().Index)
	spoil(t, postcodes, 20)
	require.Error(t, look().Postcodes.Err)
	require.NoError(t, os.Remove(postcodes))
	require.ErrorContains(t, look().Postcodes.Err, "gone")
	other := keptTown(t)
	content, err := os.ReadFile(filepath.Join(other, "spans"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(spans, content, 0o600))
	require.NoError(t, look().Index.Err, "the same town has the same journal")
	require.NoFileExists(t, postcodes, "nothing is made good")
}

func TestAnIndexThatIsBehindSaysByHowMuch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	county := fixtures.County(1)
	require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: county.Homes, By: "A", At: three()}))
	require.NoError(t, eng.Close())
	state := func() engine.IndexState {
		eng := open(t, dir, engine.AsItIs())
		defer eng.Close()
		return readiness(t, eng, today, three()).Index
	}
	require.Equal(t, engine.IndexState{Kept: true}, state())
	for _, c := range []struct {
		homes int
		want  engine.IndexState
	}{{20, engine.IndexState{Kept: true, Behind: 20}}, {150, engine.IndexState{Kept: true, Behind: 150, Anew: true}}} {
		changed := slices.Clone(county.Homes[:c.homes])
		for i := range changed {
			changed[i].Beds += c.homes // beyond what the record said before
		}
		eng = open(t, dir)
		require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: changed, By: "A", At: three()}))
		require.NoError(t, eng.Close())
		require.Equal(t, c.want, state(), "of %d homes", len(county.Homes))
	}
}

func TestAPolicyThatSwitchesOffLawIsRefusedBeforeAMatch(t *testing.T) {
	require.NoError(t, engine.CheckPolicy(policy.Defaults()))
	for _, text := range []string{`guidance_off = ["adult"]`, "[authority.E08000035]\nguidance_off = [\"nonsense\"]"} {
		set, err := policy.Parse(text)
		require.NoError(t, err)
		require.Error(t, engine.CheckPolicy(set), text)
	}
	set, err := policy.Parse(`guidance_off = ["pets"]`)
	require.NoError(t, err)
	require.NoError(t, engine.CheckPolicy(set))
}

// Settings under a code that no child has would be no settings at all.
func TestAPolicyOfNoAuthorityIsRefused(t *testing.T) {
	for code, why := range map[string]string{
		"E08000099": "policy: authority.E08000099: there is no authority with that code",
		"E08000016": "policy: authority.E08000016: Barnsley has the code E08000038 now",
		"E08000038": "",
	} {
		set, err := policy.Parse("[authority." + code + ".weights]\nschool = 25\n")
		require.NoError(t, err)
		if err = engine.CheckPolicy(set); why != "" {
			require.EqualError(t, err, why)
			continue
		}
		require.NoError(t, err, code)
	}
}

func ExampleEngine_Readiness() {
	eng := engine.InMemory()
	defer eng.Close()
	county := fixtures.County(1)
	at := care.StartOf(fixtures.Today).Add(15 * time.Hour)
	ctx := context.Background()
	if err := eng.Add(ctx, engine.Records{Homes: county.Homes, Children: county.Children, Placements: county.Placements, At: at}); err != nil {
		panic(err)
	}
	r, err := eng.Readiness(ctx, fixtures.Today, at)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.InForce, "homes in force, of", r.Homes)
	fmt.Println(r.NeverConfirmed.Count+r.OldWord.Count, "of them want asking whether there is a bed")
	fmt.Println(r.NoHomePoint.Count, "children without a position of their home:", r.NoHomePoint.IDs)
	// Output:
	// 390 homes in force, of 398
	// 143 of them want asking whether there is a bed
	// 3 children without a position of their home: [C-123 C-161 C-162]
}
