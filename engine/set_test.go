package engine_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
	"github.com/stablehomes/stablehomes/fixtures"
)

// putting sets columns of a home, written as COLUMN=VALUE.
func putting(home care.ID, cells ...string) engine.SetRequest {
	req := engine.SetRequest{Kind: engine.Homes, ID: home, By: "A. Officer", At: three()}
	for _, cell := range cells {
		column, value, _ := strings.Cut(cell, "=")
		req.Cells = append(req.Cells, engine.Cell{Column: column, Value: value})
	}
	return req
}

func ofChild(child care.ID, cells ...string) engine.SetRequest {
	req := putting(child, cells...)
	req.Kind = engine.Children
	return req
}

func put(t testing.TB, eng *engine.Engine, req engine.SetRequest) *engine.Set {
	t.Helper()
	done, err := eng.Set(t.Context(), req)
	require.NoError(t, err)
	return done
}

// says are the changes on one line each.
func says(done *engine.Set) []string {
	all := []string{}
	for _, c := range done.Changed {
		all = append(all, fmt.Sprintf("%s: %s → %s", c.Column, c.From, c.To))
	}
	return all
}

func TestAHomeGainsABed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, err := eng.Hold(t.Context(), keeping("H-ROSE", "C-AMY", "C-BEN"))
		refusal[*engine.BarredError](t, err)
		done := put(t, eng, putting("H-ROSE", "beds=3", "places=3", "bedrooms=1;1;1"))
		require.Equal(t, []string{"beds: 2 → 3", "places: 2 → 3", "bedrooms: 1;1 → 1;1;1"}, says(done))
		require.EqualValues(t, 4, done.Journal)
		require.Equal(t, "home set H-ROSE: beds, places, bedrooms", lastEntry(t, eng))
		held(t, eng, keeping("H-ROSE", "C-AMY", "C-BEN"))
	})
}

func TestAHomeThatIsSuspendedIsOfferedNoLonger(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		amy := engine.Request{Children: []care.ID{"C-AMY"}}
		homes := func() (ids []care.ID) {
			for _, c := range shortlist(t, eng, amy).Candidates {
				ids = append(ids, c.Home)
			}
			return ids
		}
		require.Contains(t, homes(), care.ID("H-ROSE"))
		put(t, eng, putting("H-ROSE", "status=on hold"))
		require.NotContains(t, homes(), care.ID("H-ROSE"), "the index follows")
		require.Equal(t, []string{"status: suspended → approved"}, says(put(t, eng, putting("H-ROSE", "Status=Approved"))))
		require.Contains(t, homes(), care.ID("H-ROSE"))
	})
}

func TestWhatIsSoAlreadyIsNotWritten(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before := head(t, eng)
		for _, cell := range []string{"beds=2", "beds= 2.0 ", "authority=Leeds", "registered_until=None", "kind=Foster Carer", "urn="} {
			req := putting("H-ASH", cell)
			req.Op = "OP-1" // not even that
			done := put(t, eng, req)
			require.Empty(t, done.Changed, cell)
			require.EqualValues(t, 3, done.Journal)
		}
		require.Equal(t, before, head(t, eng))
	})
}

func TestABlankTakesOutWhatIsRecorded(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		require.Equal(t, []string{"closed_dates: none → "}, says(put(t, eng, putting("H-ASH", "closed_dates="))))
		require.Equal(t, []string{"group: G-1 → "}, says(put(t, eng, ofChild("C-CAT", "group="))))
		_, err := eng.Match(t.Context(), engine.Request{Group: "G-1", On: today, At: three()})
		require.NoError(t, err)
		put(t, eng, ofChild("C-BEN", "group="))
		_, err = eng.Match(t.Context(), engine.Request{Group: "G-1", On: today, At: three()})
		require.ErrorIs(t, err, engine.ErrUnknown, "the index of groups follows")
	})
}

// A cell that is refused, and a request that is, leave everything as it was.
func TestWhatIsRefusedChangesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before, were := head(t, eng), exports(t, eng)
		for _, c := range []struct {
			req         engine.SetRequest
			field, says string
		}{
			{putting("H-ASH", "beds=two"), "beds", `"two" is not a whole number (a whole number such as 3)`},
			{putting("H-ASH", "weekly_cost=700", "beds=-1"), "beds", ""},
			{putting("H-ASH", "age_min=12", "age_max=8"), "age_max", "swap age_min and age_max"},
			{putting("H-ASH", "status=asleep"), "status", `"asleep" is not a word it knows`},
			{putting("H-ASH", "authority=Leads"), "authority", "did you mean Leeds?"},
			{putting("H-ASH", "authority="+newcastle), "authority", "the home lies"},
			{putting("H-ASH", "postcode=LS6 2AB"), "postcode", "no postcode directory"},
			{putting("H-ASH", "kind="), "kind", "is empty"},
			{putting("H-ASH", "provider=A\nB"), "provider", "a cell runs over several lines"},
			{ofChild("C-AMY", "dob=1970-01-01"), "dob", "makes the child 56"},
			{ofChild("C-AMY", "no_contact=mothr"), "no_contact", "is spelt almost as the contact mother"},
		} {
			_, err := eng.Set(t.Context(), c.req)
			field := failure[*care.FieldError](t, err)
			require.Equal(t, c.field, field.Field)
			require.ErrorContains(t, err, c.says)
		}
		for _, c := range []struct {
			req  engine.SetRequest
			says string
		}{
			{putting("H-ASH", "bedz=2"), `homes have no column "bedz"; did you mean beds?`},
			{ofChild("C-AMY", "beds=2"), `children have no column "beds"`},
			{putting("H-ASH", "id=H-2"), "cannot be changed"},
			{putting("H-ASH", "beds=2", "Beds=3"), "named twice"},
			{putting("H-ASH"), "say which column"},
			{putting("", "beds=2"), "say which record"},
			{engine.SetRequest{Kind: engine.Homes, ID: "H-ASH", At: three(), Cells: []engine.Cell{{Column: "beds"}}}, "by whom"},
			{engine.SetRequest{Kind: engine.Homes, ID: "H-ASH", By: "A", Cells: []engine.Cell{{Column: "beds"}}}, "the instant is missing"},
			{engine.SetRequest{Kind: engine.Placements, ID: "P-1", By: "A", At: three(), Cells: []engine.Cell{{Column: "end"}}}, "there is no setting of placements"},
		} {
			_, err := eng.Set(t.Context(), c.req)
			failure[*engine.InvalidRequestError](t, err)
			require.ErrorContains(t, err, c.says)
		}
		_, err := eng.Set(t.Context(), putting("H-NEW", "beds=2"))
		require.ErrorContains(t, err, `home "H-NEW" is not in the store`)
		_, err = eng.Set(t.Context(), ofChild("C-AMI", "sex=F"))
		require.Equal(t, []care.ID{"C-AMY"}, failure[*engine.UnknownError](t, err).Near[:1])
		require.Equal(t, before, head(t, eng))
		require.Equal(t, were, exports(t, eng))
	})
}

func TestAPostcodeIsPlacedByTheDirectory(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Postcodes, postcodesCSV)
		at, _, err := eng.Locate("LS6 2AB")
		require.NoError(t, err)
		done := put(t, eng, ofChild("C-AMY", "home_postcode=ls62ab"))
		require.Len(t, done.Changed, 3)
		home, err := engine.ChildOf(t.Context(), eng, "C-AMY")
		require.NoError(t, err)
		require.Equal(t, at, home.Home)
	})
}

// What a vacancy list said is not undone by a blank, as a file does not undo it.
func TestBedsThatAListShutAreOpenedByANumber(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		put(t, eng, putting("H-ASH", "beds_shut=1", "vacancy_confirmed_on=2026-11-20"))
		before := head(t, eng)
		_, err := eng.Set(t.Context(), putting("H-ASH", "beds_shut="))
		require.Equal(t, "beds_shut", failure[*care.FieldError](t, err).Field)
		require.ErrorContains(t, err, "0 where every bed can be had")
		require.Equal(t, before, head(t, eng))
		require.Equal(t, []string{"beds_shut: 1 → 0"}, says(put(t, eng, putting("H-ASH", "beds_shut=0"))))
	})
}

func TestAnImportsWarningsAreGiven(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		bring(t, eng, engine.Schools, schoolsCSV)
		done := put(t, eng, ofChild("C-AMY", "school=999999"))
		require.Len(t, done.Warnings, 1)
		require.Contains(t, done.Warnings[0], "school 999999 is not among the schools that were imported")
		require.Equal(t, []string{"school:  → 999999", "school_lat: 53.821773 → ", "school_lng: -1.569919 → "}, says(done))
		require.Empty(t, put(t, eng, ofChild("C-AMY", "sex=F")).Changed)
	})
}

// What a referral and a return left in the record of a child stays there.
func TestWhatFilesOfChildrenDoNotHaveStays(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	child := aChild("C-1")
	child.History = care.History{Ethnic: "WBRI"}
	child.Referral = care.Referral{Given: true, PreferredLocation: "Leeds", OpenToChild: care.List{"missing"}}
	require.NoError(t, eng.Add(t.Context(), engine.Records{Children: []care.Child{child}, By: "A", At: three()}))
	put(t, eng, ofChild("C-1", "sex=F"))
	now, err := engine.ChildOf(t.Context(), eng, "C-1")
	require.NoError(t, err)
	child.Sex = care.Female
	require.Equal(t, child, now)
	put(t, eng, ofChild("C-1", "risks_to_child=drugs"))
	now, err = engine.ChildOf(t.Context(), eng, "C-1")
	require.NoError(t, err)
	require.Empty(t, now.Referral.OpenToChild, "a list that is another answers what was open")
}

func TestASettingThatIsSentAgainIsMadeOnce(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := putting("H-ASH", "beds=3")
		req.Op = "OP-1"
		first := put(t, eng, req)
		put(t, eng, putting("H-ASH", "beds=1"))
		req.At = req.At.Add(60e9)
		require.Equal(t, first, put(t, eng, req), "the answer that was lost")
		home, err := engine.HomeOf(t.Context(), eng, "H-ASH")
		require.NoError(t, err)
		require.Equal(t, 1, home.Beds, "and nothing else")
		req.Cells[0].Value = "4"
		_, err = eng.Set(t.Context(), req)
		require.ErrorContains(t, err, "operation OP-1 was another command")
		child := ofChild("C-AMY", "sex=M")
		child.Op = "OP-1"
		_, err = eng.Set(t.Context(), child)
		require.ErrorContains(t, err, "operation OP-1 was another command")
	})
}

// Two officers at two desks: neither loses what the other has written.
func TestTwoWhoSetDifferentColumnsBothHaveTheirWay(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		cells := []string{"beds=7", "weekly_cost=700", "pets=cat", "provider=Rose House", "garden=no", "languages=urdu", "status=suspended", "urn=SC1"}
		var all sync.WaitGroup
		for _, cell := range cells {
			all.Go(func() {
				done, err := eng.Set(t.Context(), putting("H-ASH", cell))
				if err != nil || len(done.Changed) != 1 {
					t.Errorf("%s: %v, %v", cell, done, err)
				}
			})
		}
		all.Wait()
		shown, err := eng.ShowHome(t.Context(), "H-ASH", today, three())
		require.NoError(t, err)
		for _, cell := range cells {
			column, value, _ := strings.Cut(cell, "=")
			require.Contains(t, shown.Record, engine.Cell{Column: column, Value: value})
		}
		require.EqualValues(t, 3+len(cells), head(t, eng).Number)
	})
}

// Two programs that share a store compare what they read with what is there.
func TestTwoProgramsThatSetDifferentColumnsLoseNothing(t *testing.T) {
	kv := store.NewMemory()
	desks := []*engine.Engine{engine.On(kv), engine.On(kv)}
	settle(t, desks[0])
	var all sync.WaitGroup
	for i, column := range []string{"beds", "weekly_cost"} {
		all.Go(func() {
			for n := range 20 {
				if _, err := desks[i].Set(t.Context(), putting("H-ASH", fmt.Sprintf("%s=%d", column, 100+n))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	home, err := engine.HomeOf(t.Context(), desks[0], "H-ASH")
	require.NoError(t, err)
	require.Equal(t, []int{119, 119}, []int{home.Beds, home.WeeklyCost.N})
	require.EqualValues(t, 3+40, head(t, desks[1]).Number)
	require.NoError(t, engine.CheckOf(t.Context(), desks[1]))
}

func TestAnErasureTakesWhatWasSetWithIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	put(t, eng, ofChild("C-AMY", "wishes=The xylophone is mine.", "culture=zanzibari"))
	put(t, eng, ofChild("C-AMY", "wishes=No more.", "culture="))
	req := forgetting("C-AMY")
	_, err := eng.EraseChild(t.Context(), req)
	require.NoError(t, err)
	require.NoError(t, eng.Close())
	require.Empty(t, filesWith(t, dir, "xylophone", "zanzibari", "culture"))
	eng = open(t, dir)
	defer eng.Close()
	_, err = eng.Set(t.Context(), ofChild("C-AMY", "sex=F"))
	require.ErrorIs(t, err, engine.ErrUnknown)
	require.NoError(t, engine.CheckOf(t.Context(), eng))
}

func TestAStoreThatIsOnlyReadIsNotSet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	require.NoError(t, eng.Close())
	eng = open(t, dir, engine.ReadOnly())
	defer eng.Close()
	_, err := eng.Set(t.Context(), putting("H-ASH", "beds=3"))
	require.ErrorIs(t, err, engine.ErrReadOnly)
}

// Setting is importing: random cells of a county's records are set in one store and
// put into an export that is imported into another, and both end as the same.
func TestSettingACellIsImportingIt(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	county := fixtures.County(seed)
	one, other := engine.InMemory(), engine.InMemory()
	defer one.Close()
	defer other.Close()
	for _, eng := range []*engine.Engine{one, other} {
		require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: county.Homes, Children: county.Children, Placements: county.Placements, By: "A", At: three()}))
	}
	leads := []string{"id", "postcode", "home_postcode", "school_postcode", "school"}
	changed, refused := 0, 0
	for range 60 {
		kind := []engine.Kind{engine.Homes, engine.Children}[r.IntN(2)]
		rows, err := csv.NewReader(strings.NewReader(export(t, other, kind))).ReadAll()
		require.NoError(t, err)
		row, from, column := 1+r.IntN(len(rows)-1), 1+r.IntN(len(rows)-1), r.IntN(len(rows[0]))
		if slices.Contains(leads, rows[0][column]) {
			continue
		}
		value := []string{rows[from][column], rows[from][column], "none", "", "3"}[r.IntN(5)]
		req := putting(care.ID(rows[row][0]), rows[0][column]+"="+value)
		req.Kind = kind
		done, setErr := one.Set(t.Context(), req)
		rows[row][column] = value
		var file strings.Builder
		require.NoError(t, csv.NewWriter(&file).WriteAll([][]string{rows[0], rows[row]}))
		report, rejected := bring(t, other, kind, file.String())
		if setErr != nil {
			refused++
			require.Len(t, rejected, 1, "%v: %v, seed %d", req, setErr, seed)
			require.Equal(t, (&care.FieldError{Field: rejected[0].Column, Why: rejected[0].Why, Hint: rejected[0].Hint}).Error(), setErr.Error())
			continue
		}
		require.Empty(t, rejected, "%v, seed %d", req, seed)
		require.Equal(t, report.Updated, min(len(done.Changed), 1), "%v, seed %d", req, seed)
		changed += report.Updated
	}
	require.Equal(t, exports(t, other), exports(t, one), "seed %d", seed)
	require.Greater(t, changed, 5)
	require.Positive(t, refused)
}
