package report_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
)

const places = "The places on the map"

func TestTheMapsTableSaysHowFarAndWhichWay(t *testing.T) {
	rows := tableOf(t, parse(t, htmlOf(t, newTown().sheet(t, only("C-AMY"), report.RecordAudience))), places)
	require.Equal(t, []string{"home address of C-AMY", "LS6 4JN", "here"}, rows["F1"])
	require.Equal(t, []string{"mother of C-AMY", "LS6 4JN", "here"}, rows["F2"])
	require.Equal(t, "0.5 miles east", rows["S1"][2])
	require.Equal(t, []string{"H-ASH", "LS8 1PQ", "3.6 miles east"}, rows["1"])
	require.Equal(t, "7.5 miles west", rows["3"][2])
	require.Equal(t, "79.7 miles north; beyond the edge of the map", rows["4"][2])
}

// bearing finds a direction of somewhere: "3.6 miles east".
var bearing = regexp.MustCompile(`miles (north|east|south|west)`)

// The panel is told of each place how far it is in bands that say no more than the
// reasons do, and nowhere in which direction.
func TestThePanelSeesNoMapAndNoDirection(t *testing.T) {
	root := parse(t, htmlOf(t, newTown().sheet(t, only("C-AMY"), "")))
	rows := tableOf(t, root, "The places, and how far each is from F1")
	require.Equal(t, []string{"home address of C-AMY", "LS6 4", "here"}, rows["F1"])
	require.Equal(t, []string{"mother of C-AMY", "LS6 4", "within 5 miles"}, rows["F2"])
	require.Equal(t, []string{"school of C-AMY", "LS6 3", "within 5 miles"}, rows["S1"])
	require.Equal(t, []string{"H-ASH", "LS8 1", "within 5 miles"}, rows["1"])
	require.Equal(t, []string{"H-OAK", "BD1 3", "5 to 10 miles"}, rows["3"])
	require.Equal(t, []string{"H-TYNE", "NE2 4", "more than 20 miles"}, rows["4"])
	for _, r := range requests() {
		root := parse(t, htmlOf(t, newTown().sheet(t, r.req, report.PanelAudience)))
		require.Empty(t, marks(t, root))
		require.NotRegexp(t, bearing, root.all("main")[0].text)
		require.NotContains(t, root.text, "half mile")
	}
	require.Regexp(t, bearing, htmlOf(t, newTown().sheet(t, only("C-AMY"), report.RecordAudience)), "what the panel is not told, the file has")
}

// marks are the keys on the map with where they stand.
func marks(t testing.TB, root *element) map[string][2]float64 {
	t.Helper()
	all := map[string][2]float64{}
	for _, g := range root.all("g") {
		var at [2]float64
		for i, s := range strings.Fields(strings.TrimSuffix(strings.TrimPrefix(g.attr["transform"], "translate("), ")")) {
			v, err := strconv.ParseFloat(s, 64)
			require.NoError(t, err)
			at[i] = v
		}
		all[strings.TrimSpace(g.text)] = at
	}
	return all
}

// Every place is on the map or said to be beyond it, and no mark covers another.
func TestEveryPlaceIsMarkedOnce(t *testing.T) {
	for _, r := range requests() {
		requireMarked(t, parse(t, htmlOf(t, newTown().sheet(t, r.req, report.RecordAudience))))
	}
}

// requireMarked checks that every place is on the map, clear of the others, or is
// said not to be.
func requireMarked(t *testing.T, root *element) (on map[string][2]float64) {
	t.Helper()
	on = marks(t, root)
	rows := tableOf(t, root, places)
	for key, cells := range rows {
		at, drawn := on[key]
		require.NotEqual(t, drawn, strings.Contains(cells[2], "beyond the edge") || strings.Contains(cells[2], "no room on the map"), key)
		for other, there := range on {
			if drawn && other != key {
				require.Greater(t, math.Hypot(at[0]-there[0], at[1]-there[1]), 22., "%s covers %s", key, other)
			}
		}
	}
	require.LessOrEqual(t, len(on), len(rows))
	return on
}

// A street with many carers is drawn around where it is: the marks stand on the map
// and near their place, and what finds no room is said to have none.
func TestManyHomesInOneStreetStayOnTheMap(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	for _, where := range []care.Location{at("LS6 2AB", 53.82, -1.57), at("LS20 9AA", 53.825, -1.79)} {
		town := newTown()
		for i := range 220 {
			town.homes = append(town.homes, foster(care.ID(fmt.Sprintf("H-Z%03d", i)), leeds, where))
		}
		req := only("C-AMY")
		req.Limit = 200
		on := requireMarked(t, parse(t, htmlOf(t, town.sheet(t, req, report.RecordAudience))))
		require.Greater(t, len(on), 100)
		require.Less(t, len(on), 200, "not all of them can be near")
		for key, at := range on {
			require.Greater(t, min(at[0], at[1]), 12., "%s is cut by the edge", key)
			require.Less(t, max(at[0], at[1]), 628., "%s is cut by the edge", key)
		}
	}
}

func TestForTheFileAMarkStandsWhereItsPlaceIs(t *testing.T) {
	s := newTown().sheet(t, only("C-AMY"), report.RecordAudience)
	root := parse(t, htmlOf(t, s))
	var five float64
	for _, c := range root.all("circle") {
		if c.attr["class"] == "ring" && five == 0 {
			five, _ = strconv.ParseFloat(c.attr["r"], 64)
		}
	}
	oak := marks(t, root)["3"]
	require.InDelta(t, 7.5, math.Hypot(oak[0]-320, oak[1]-320)/five*5, 0.1)
	require.Less(t, oak[0], 320., "Bradford is west of Leeds")
}

func TestWhoeverIsToBeKeptAwayIsNotOnTheMap(t *testing.T) {
	town := newTown()
	town.children[0].Contacts = append(town.children[0].Contacts, care.Contact{Who: "Step Father", Where: at("LS1 1AA", 53.79, -1.55), Visits: 1})
	town.children[0].NoContact = care.List{"step-father"}
	page := htmlOf(t, town.sheet(t, only("C-AMY"), report.RecordAudience))
	require.NotContains(t, page, "Step Father")
	require.NotContains(t, page, "LS1 1AA")
	require.Contains(t, page, "mother of C-AMY")
}

func TestOfAChildToBePlacedAwayTheMapShowsHomesOnly(t *testing.T) {
	town := newTown()
	town.children[0].AwayFrom = []care.Circle{{Centre: at("LS6 4JN", 53.824119, -1.581127), Miles: 1}}
	page := htmlOf(t, town.sheet(t, only("C-AMY"), report.RecordAudience))
	require.NotContains(t, page, "LS6 4JN")
	rows := tableOf(t, parse(t, page), places)
	require.NotEmpty(t, rows)
	for key := range rows {
		require.NotContains(t, "FS", key[:1], key)
	}
	require.Contains(t, page, "where family and school are is left out")
}

func TestWithoutItsRecordsAPageSaysWhatIsLeftOut(t *testing.T) {
	s := newTown().sheet(t, only("C-AMY"), "")
	s.Scene = nil
	page := htmlOf(t, s)
	require.Contains(t, page, "There is no map")
	require.Contains(t, page, "the record is no longer there to be read")
	require.Contains(t, page, "How the score of H-ASH for C-AMY is made")
}

func TestNeedsAreRowsAndHomesAreColumns(t *testing.T) {
	town := newTown()
	town.homes[0].Skills = care.List{"sleep", "attachment"}
	rows := tableOf(t, parse(t, htmlOf(t, town.sheet(t, only("C-AMY"), ""))), "The first 4 homes side by side")
	require.Equal(t, []string{"yes", "yes", "not recorded: confirm", "yes"}, rows["Need: attachment"])
	require.Equal(t, []string{"yes", "no: support needed", "not recorded: confirm", "no: support needed"}, rows["Need: sleep"])
	require.Equal(t, []string{"£1,285", "£612", "not recorded", "£612"}, rows["Cost a week"])
	require.Len(t, rows["Near family"], 4)
}

func TestAtMostFourHomesAreCompared(t *testing.T) {
	town := newTown()
	for _, id := range []care.ID{"H-V", "H-W", "H-X"} {
		town.homes = append(town.homes, foster(id, leeds, at("LS6 2AB", 53.82, -1.57)))
	}
	s := town.sheet(t, only("C-AMY"), "")
	require.Greater(t, len(s.Result.Candidates), 4)
	require.Len(t, tableOf(t, parse(t, htmlOf(t, s)), "The first 4 homes side by side")["Score"], 4)
	one := town.sheet(t, only("C-AMY"), "")
	one.Result.Candidates = one.Result.Candidates[:1]
	require.NotContains(t, parse(t, htmlOf(t, one)).all("main")[0].text, "homes side by side")
}

func TestTheOthersAreGroupedByTheRuleThatBarsThem(t *testing.T) {
	s := newTown().sheet(t, requests()[1].req, "")
	rows := tableOf(t, parse(t, htmlOf(t, s)), "Homes that may not be offered, by the first rule that bars them")
	total := 0
	for head, cells := range rows {
		n, err := strconv.Atoi(cells[0])
		require.NoError(t, err, head)
		total += n
	}
	require.Equal(t, s.Result.Considered-s.Result.Eligible, total)
	shut := rows["not-availableOpen to new placements on the day"]
	require.NotNil(t, shut, "%v", rows)
	require.Contains(t, shut[1], "H-ELM, foster home: closed")
}

func TestMissesThatAreLeftOutAreCounted(t *testing.T) {
	s := newTown().sheet(t, requests()[1].req, "")
	miss := s.Result.WhyNot[slices.IndexFunc(s.Result.WhyNot, func(x match.Exclusion) bool { return x.Home == "H-ELM" })]
	s.Result.WhyNot = nil
	for range 12 {
		s.Result.WhyNot = append(s.Result.WhyNot, miss)
	}
	require.Contains(t, htmlOf(t, s), "and 2 more, which match --why-not=all lists")
}

func TestGapsNameWhatWouldCloseThem(t *testing.T) {
	page := parse(t, htmlOf(t, newTown().sheet(t, only("C-AMY"), ""))).text
	require.Contains(t, page, "support or training for sleep")
	require.Contains(t, page, "skills not recorded")
	none := newTown().sheet(t, only("C-AMY"), "")
	none.Result.Candidates = none.Result.Candidates[:0]
	require.Contains(t, htmlOf(t, none), "There is no home of which a gap could be told.")
	require.NotContains(t, htmlOf(t, none), "No gap is known")
	require.Contains(t, htmlOf(t, none), "No home could be offered.")
}

// That no gap is known says nothing of what was not weighed.
func TestWhereNoGapIsKnownNothingMoreIsSaid(t *testing.T) {
	town := newTown()
	town.children[0].Needs = nil
	s := town.sheet(t, only("C-AMY"), "")
	i := slices.IndexFunc(s.Result.Candidates, func(c match.Candidate) bool { return c.Home == "H-ROSE" })
	s.Result.Candidates = s.Result.Candidates[i : i+1]
	page := parse(t, htmlOf(t, s)).text
	require.Contains(t, page, "No gap is known")
	require.NotContains(t, page, "every need has a carer")
}

func TestOneIsToldAsOneAndSeveralAsSeveral(t *testing.T) {
	s := newTown().sheet(t, only("C-AMY"), report.RecordAudience)
	s.Asked.Within = 1
	s.Result.Candidates = s.Result.Candidates[:1]
	s.Scene.Children[0].Home, s.Scene.Children[0].SchoolAt, s.Scene.Children[0].Contacts = care.Location{}, care.Location{}, nil
	page := parse(t, htmlOf(t, s)).text
	require.Contains(t, page, "Map of 1 place about H-ASH")
	require.Contains(t, page, "1 mile from home")
	s.Asked.Within = 1.5
	require.Contains(t, htmlOf(t, s), "1.5 miles from home")

	s = newTown().sheet(t, match.Request{Group: "G-1"}, "")
	s.Result.Candidates[0].LivesHere = []care.ID{"C-BEN", "C-CAT"}
	require.Contains(t, htmlOf(t, s), "C-BEN, C-CAT live here now")
}

func TestSplitsOfAGroupAreToldWithTheirHomes(t *testing.T) {
	s := newTown().sheet(t, match.Request{Group: "G-1"}, "")
	require.NotEmpty(t, s.Result.Splits)
	page := parse(t, htmlOf(t, s)).text
	require.Contains(t, page, "If the children were split")
	for _, split := range s.Result.Splits {
		for _, h := range split.Homes {
			require.Contains(t, page, string(h.Home))
		}
	}
	s.Result.Candidates, s.Result.Unproved = nil, true
	page = parse(t, htmlOf(t, s)).text
	require.Contains(t, page, "No home takes them whole.")
	require.Contains(t, page, "There may be better ways to split them")
	s.Result.Splits = nil
	require.Contains(t, htmlOf(t, s), "No way to house them in several homes was found.")
	require.NotContains(t, htmlOf(t, newTown().sheet(t, only("C-AMY"), "")), "were split")
}

func TestAPageNamesWhatItRestsOn(t *testing.T) {
	rows := tableOf(t, parse(t, htmlOf(t, newTown().sheet(t, only("C-AMY"), ""))), "Revision, policy and rulebook")
	require.Equal(t, []string{"journal entry 12"}, rows["Data"])
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", rows["Policy"][0])
	require.Equal(t, []string{"sha256:4d5e"}, rows["Rulebook"])
}
