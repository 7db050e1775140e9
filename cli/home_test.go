package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// golden compares what the county answers on its day with a file.
func golden(t *testing.T, name, line string) {
	t.Helper()
	away(t)
	o := run(t, line+" --db "+countyStore(t)+onTheDay).is(t, 0)
	require.Empty(t, o.err)
	requireGolden(t, filepath.Join(home, "testdata", name), o.out)
}

func TestTheHomesThatAreListed(t *testing.T) {
	golden(t, "home-list.golden", "home list --kind secure --kind parent-and-child --authority Leeds")
}

func TestTheChildrenThatAreListed(t *testing.T) {
	golden(t, "child-list.golden", "child list --group G-12")
}

func TestAHomeThatIsShown(t *testing.T) { golden(t, "home-show.golden", "home show --home H-00053") }

func TestAChildThatIsShown(t *testing.T) { golden(t, "child-show.golden", "child show --child C-104") }

// homeLines is the JSON of home list, by the names that others rely on.
func homeLines(t testing.TB, line string) []struct {
	ID, Kind, Status, Provider, Authority string
	AuthorityName                         string `json:"authority_name"`
	Beds, Free, Stays, Holds              int
	ClosedTo                              string `json:"closed_to"`
	ApprovedUntil                         string `json:"approved_until"`
	Confirmed                             string `json:"vacancy_confirmed_on"`
} {
	t.Helper()
	var list struct {
		Schema, On, At string
		Homes          []struct {
			ID, Kind, Status, Provider, Authority string
			AuthorityName                         string `json:"authority_name"`
			Beds, Free, Stays, Holds              int
			ClosedTo                              string `json:"closed_to"`
			ApprovedUntil                         string `json:"approved_until"`
			Confirmed                             string `json:"vacancy_confirmed_on"`
		}
	}
	o := run(t, line+onTheDay).is(t, 0)
	require.NoError(t, json.Unmarshal([]byte(o.out), &list), o.out)
	require.Equal(t, []string{"stablehomes/home-list/1", "2026-11-22", "2026-11-22T15:00:00Z"}, []string{list.Schema, list.On, list.At})
	require.NotNil(t, list.Homes, "an empty list is one")
	return list.Homes
}

func TestABedThatIsHeldIsFreeNoLonger(t *testing.T) {
	ownCounty(t)
	require.Len(t, homeLines(t, "home list --json"), 398)
	before := homeLines(t, "home list --json --free --kind foster --authority Leeds")
	for i, h := range before {
		require.Equal(t, []string{"foster", "Leeds"}, []string{h.Kind, h.AuthorityName})
		require.Positive(t, h.Free)
		require.True(t, i == 0 || before[i-1].ID < h.ID, "in order of id")
		require.Empty(t, h.ClosedTo)
	}
	run(t, `hold --child C-104 --home H-00053 --until 3h --by "A. Officer"`+onTheDay).is(t, 0)
	for _, h := range homeLines(t, "home list --json --free --kind foster --authority Leeds") {
		require.NotEqual(t, "H-00053", h.ID)
	}
	child := run(t, "child list --waiting"+onTheDay).is(t, 0).out
	require.Contains(t, child, "H-00053 until")
	require.Contains(t, run(t, "home show --home H-00053"+onTheDay).is(t, 0).out, "A. Officer")
	require.Contains(t, run(t, "child show --child C-104"+onTheDay).is(t, 0).out, "A. Officer")
	require.Contains(t, run(t, "home show --home H-00053 --on 2026-11-22 --at 2026-11-22T18:00:00Z").is(t, 0).out, "(it has run out)")
	require.Empty(t, homeLines(t, "home list --json --kind secure --authority Bradford"))
	require.Equal(t, "There is no such home on 22 November 2026.\n", run(t, "home list --kind secure --authority Bradford"+onTheDay).is(t, 0).out)
	require.Contains(t, run(t, "home list --kind secure"+onTheDay).is(t, 0).out, "\n1 home on 22 November 2026.\n")
}

func TestAnOfficerCorrectsAHome(t *testing.T) {
	ownCounty(t)
	set := `home set --home H-00053 --by "A. Officer" `
	o := run(t, set+`beds=3 "closed_dates=2026-12-20..2027-01-03" skills=`).is(t, 0)
	require.Equal(t, "H-00053 is changed, by journal entry 5:\n  beds: 2 → 3\n  skills: medical-care;education-support;esol → (blank)\n"+
		"  closed_dates: none → 2026-12-20..2027-01-03\n", o.out)
	require.Empty(t, o.err)
	require.Equal(t, "H-00053 is recorded so already; nothing is changed.\n", run(t, set+"Beds=3").is(t, 0).out)
	require.Contains(t, run(t, "audit log --home H-00053").is(t, 0).out, "home set H-00053: beds, closed_dates, skills")
	shown := run(t, "home show --json --home H-00053"+onTheDay).is(t, 0).out
	require.Contains(t, shown, `"beds":"3"`)
	require.NotContains(t, shown, `"skills"`)
	run(t, "check").is(t, 0)
}

func TestAnOfficerCorrectsAChild(t *testing.T) {
	ownCounty(t)
	o := run(t, `child set --child C-104 --by "A. Officer" needed_by=today "home_postcode=ls6 2ab" "wishes=My own room."`).is(t, 0)
	require.Contains(t, o.out, "  home_postcode: (blank) → LS6 2AB\n  home_lat: 53.82372 → ")
	require.Contains(t, o.out, "  needed_by: within-5-days → today\n")
	require.Contains(t, run(t, "match --child C-104"+onTheDay).is(t, 0).out, "C-104 says: “My own room.”")
	before := logged(t, "audit log --json")
	run(t, `child set --child C-104 --by "A. Officer" needed_by=soon`).is(t, 4, `C-104: needed_by: "soon" is not a word it knows (one of today, within-5-days, later); nothing is changed`)
	run(t, `child set --child C-104 --by "A. Officer" needed=today`).is(t, 2, `children have no column "needed"; did you mean needed_by?`)
	run(t, `child set --child C-104 --by "A. Officer" id=C-105`).is(t, 2, "cannot be changed")
	run(t, `child set --child C-14 --by "A. Officer" sex=F`).is(t, 1, "did you mean C-104")
	require.Equal(t, before, logged(t, "audit log --json"))
}

func TestASettingForPrograms(t *testing.T) {
	ownCounty(t)
	var told struct {
		Schema, ID string
		Changed    []struct{ Column, From, To string }
		Warnings   []string
		Journal    uint64
	}
	line := `home set --json --op OP-1 --home H-00053 --by "A. Officer" weekly_cost=500`
	o := run(t, line).is(t, 0)
	require.NoError(t, json.Unmarshal([]byte(o.out), &told), o.out)
	require.Equal(t, []string{"stablehomes/home-set/1", "H-00053"}, []string{told.Schema, told.ID})
	require.Equal(t, []struct{ Column, From, To string }{{"weekly_cost", "460", "500"}}, told.Changed)
	require.NotNil(t, told.Warnings)
	require.EqualValues(t, 5, told.Journal)
	require.Equal(t, o.out, run(t, line).is(t, 0).out, "a retry after a lost answer")
	run(t, strings.Replace(line, "=500", "=501", 1)).is(t, 2, "operation OP-1 was another command")
	o = run(t, `home set --json --home H-00053 --by "A. Officer" weekly_cost=many`).is(t, 4, "H-00053: weekly_cost:")
	require.Empty(t, o.out)
}

func TestWhatAnImportWarnsOfASettingWarnsOf(t *testing.T) {
	ownCounty(t)
	o := run(t, `home set --home H-00053 --by "A. Officer" "postcode=LS6 2AB" authority=Bradford`).is(t, 0, "note: H-00053: authority E08000032 is put right: the postcode directory has LS6 2AB in E08000035")
	require.NotContains(t, o.out, "note")
}

// What somebody typed, or others have stored, is read and does not draw.
func TestARecordDoesNotDrawOnTheTerminal(t *testing.T) {
	ownCounty(t)
	set := `home set --home H-00053 --by "A. Officer" `
	requireLegible(t, run(t, set+quoted("provider="+drawing)).is(t, 4))
	requireLegible(t, run(t, set+quoted(drawing+"=1")).is(t, 2))
	requireLegible(t, run(t, set+quoted("provider=X\u202e31m")).is(t, 0))
	for _, line := range []string{"home show --home H-00053", "home list --kind foster"} {
		requireLegible(t, run(t, line).is(t, 0))
	}
	o := run(t, set+"\"beds=\nstablehomes: all is well\"").is(t, 4)
	require.NotContains(t, o.err, "\nstablehomes: all")
}
