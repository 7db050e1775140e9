package cli_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// answer is the JSON of match, by the names that others rely on.
type answer struct {
	Schema, On, At, Policy string
	Journal                int
	Children               []string
	Wishes                 []struct{ Child, Words string }
	Considered             int
	Eligible               *int
	NeedsSignOff           int `json:"needs_sign_off"`
	Barred                 map[string]int
	Candidates             []candidate
	WhyNot                 []struct {
		Home     string
		Findings []finding
	} `json:"why_not"`
}

type candidate struct {
	Rank, Tier int
	Home, Kind string
	Score      json.Number
	Children   []struct {
		ID    string
		Score json.Number
	}
	Findings []finding
	Reasons  []struct {
		Child, Criterion, Says string
		Points                 json.Number
	}
}

type finding struct {
	Rule, Verdict, Says, Citation string
	NearestFix                    string `json:"nearest_fix"`
}

func answered(t testing.TB, o outcome) answer {
	t.Helper()
	var a answer
	require.NoError(t, json.Unmarshal([]byte(o.out), &a), o.out)
	require.Equal(t, o.code == 3, len(a.Candidates) == 0, "exit 3 says that nothing fits")
	return a
}

func candidates(t testing.TB, o outcome) []candidate {
	t.Helper()
	return answered(t, o).Candidates
}

func homesOf(list []candidate) []string {
	var ids []string
	for _, c := range list {
		ids = append(ids, c.Home)
	}
	return ids
}

func (c candidate) has(verdict string) bool {
	return slices.ContainsFunc(c.Findings, func(f finding) bool { return f.Verdict == verdict })
}

// everyone are questions about all whom the county's story tells of.
var everyone = []string{
	"--child C-104", "--child C-105", "--child C-108", "--child C-109", "--group G-07", "--child C-106 --child C-107",
	"--dob 2014-03-09 --sex F --authority Leeds --from 53.81,-1.54",
	`--dob 2010-06-01 --sex boy --authority E08000032 --from "ls6 2ab"`,
}

// whoever is everyone, or a few of them in a short run: the race detector is slow.
func whoever() []string {
	if testing.Short() {
		return everyone[4:5]
	}
	return everyone
}

func TestAChildsOwnWordsComeFirst(t *testing.T) {
	a := answered(t, ask(t, "match --json --child C-104").is(t, 0))
	require.Equal(t, []string{"C-104"}, a.Children)
	require.Len(t, a.Wishes, 1)
	require.Equal(t, "2026-11-22", a.On)
	require.Equal(t, "2026-11-22T15:00:00Z", a.At)
	text := ask(t, "match --child C-104").is(t, 0).out
	first, _, _ := strings.Cut(text, "\n")
	require.Equal(t, "C-104 says: “"+a.Wishes[0].Words+"”", first)
}

func TestTheListIsInOrderAndAddsUp(t *testing.T) {
	for _, who := range whoever() {
		a := answered(t, ask(t, "match --json "+who))
		require.NotEmpty(t, a.Candidates, who)
		require.LessOrEqual(t, len(a.Candidates), 10, who)
		for i, c := range a.Candidates {
			require.Equal(t, i+1, c.Rank, who)
			require.False(t, c.has("barred"), "%s: %s", who, c.Home)
			requireSum(t, c, who)
			if i > 0 {
				before := a.Candidates[i-1]
				require.False(t, c.Tier < before.Tier || c.Tier == before.Tier && millionths(t, c.Score) > millionths(t, before.Score), who)
			}
		}
	}
}

// requireSum holds the score of each child to be the sum of its reasons.
func requireSum(t *testing.T, c candidate, who string) {
	t.Helper()
	for _, child := range c.Children {
		sum := 0
		for _, r := range c.Reasons {
			if r.Child == child.ID {
				sum += millionths(t, r.Points)
			}
		}
		require.Equal(t, millionths(t, child.Score), sum, "%s: %s for %s", who, c.Home, child.ID)
	}
}

func millionths(t *testing.T, n json.Number) int {
	t.Helper()
	whole, decimals, ok := strings.Cut(n.String(), ".")
	require.True(t, ok && len(decimals) == 6, "%s has six decimals", n)
	v, err := strconv.Atoi(whole + decimals)
	require.NoError(t, err)
	return v
}

func TestASiblingGroupIsItsChildrenTogether(t *testing.T) {
	group, pair := answered(t, ask(t, "match --json --group G-07")), answered(t, ask(t, "match --json --child C-106 --child C-107"))
	require.Equal(t, []string{"C-106", "C-107"}, group.Children)
	require.Equal(t, pair, group)
	for _, c := range group.Candidates {
		require.Len(t, c.Children, 2)
	}
}

func TestAChildWhoIsNotStoredIsJudgedLikeOneWhoIs(t *testing.T) {
	away(t)
	files := countyFiles(t)
	run(t, "import homes "+files+"/homes.csv").is(t, 0)
	run(t, "import placements "+files+"/placements.csv") // none of the children is there: every row is rejected
	keep(t, "children.csv", "id,dob,sex,authority,home_lat,home_lng,contacts\ntonight,2014-03-09,F,Leeds,53.81,-1.54,\"home:53.81,-1.54@1\"\n")
	run(t, "import children children.csv").is(t, 0)
	stored := candidates(t, run(t, "match --json --child tonight"+onTheDay))
	asked := candidates(t, run(t, "match --json --dob 09/03/2014 --sex girl --authority leeds --from '53.81, -1.54'"+onTheDay))
	require.Equal(t, stored, asked)
}

func TestAPostcodeIsAsGoodAsAPosition(t *testing.T) {
	byPostcode := candidates(t, ask(t, `match --json --dob 2014-03-09 --sex F --authority Leeds --from "ls6 2ab"`).is(t, 0))
	squeezed := candidates(t, ask(t, "match --json --dob 2014-03-09 --sex female --authority E08000035 --from LS62AB").is(t, 0))
	require.Equal(t, byPostcode, squeezed)
	elsewhere := candidates(t, ask(t, `match --json --dob 2014-03-09 --sex F --authority Leeds --from "bd1 1aa"`).is(t, 0))
	require.NotEqual(t, byPostcode, elsewhere)
}

func TestWithoutAPostcodeDirectoryThePositionIsAskedFor(t *testing.T) {
	away(t)
	run(t, "import homes "+countyFiles(t)+"/homes.csv").is(t, 0)
	run(t, `match --dob 2014-03-09 --sex F --authority Leeds --from "LS6 2AB"`+onTheDay).
		is(t, 1, "LS6 2AB cannot be placed without a postcode directory: run stablehomes import postcodes FILE, or give --from lat,lng")
}

func TestCountsAddUpToTheHomesConsidered(t *testing.T) {
	single(t)
	for _, who := range whoever() {
		for _, more := range []string{"", " --emergency", " --within 5", " --kind foster", " --ready", " --kind supported --kind unregulated"} {
			a := answered(t, ask(t, "match --json --counts --limit 1000 "+who+more))
			require.NotNil(t, a.Eligible, who)
			sum := *a.Eligible
			for _, n := range a.Barred {
				require.Positive(t, n)
				sum += n
			}
			require.Equal(t, a.Considered, sum, "%s%s", who, more)
			require.LessOrEqual(t, a.NeedsSignOff, *a.Eligible)
			want := *a.Eligible
			if more == " --ready" {
				want -= a.NeedsSignOff
			}
			require.Len(t, a.Candidates, want, "%s%s", who, more)
		}
	}
}

func TestWhatIsNotAskedForIsNotCounted(t *testing.T) {
	o := ask(t, "match --json --child C-104").is(t, 0)
	require.Positive(t, answered(t, o).Considered)
	for _, name := range []string{`"eligible"`, `"needs_sign_off"`, `"barred":{`, `"why_not"`} {
		require.NotContains(t, o.out, name)
	}
	require.NotContains(t, ask(t, "match --child C-104").out, "Eligible:")
	require.NotContains(t, ask(t, "match --child C-104 --why-not=false").out, "Why not:")
}

func TestEveryHomeIsEitherListedOrExplained(t *testing.T) {
	for _, who := range whoever() {
		a := answered(t, ask(t, "match --json --counts --why-not=all --limit 1000 "+who))
		seen := map[string]bool{}
		for _, id := range homesOf(a.Candidates) {
			seen[id] = true
		}
		for _, miss := range a.WhyNot {
			require.False(t, seen[miss.Home], "%s: %s is listed twice", who, miss.Home)
			seen[miss.Home] = true
			require.NotEmpty(t, miss.Findings)
			for _, f := range miss.Findings {
				require.Equal(t, "barred", f.Verdict)
				require.NotEmpty(t, f.Says)
				require.NotEmpty(t, f.Citation)
			}
		}
		require.Len(t, seen, a.Considered, who)
	}
}

func TestTheNearestMissesAreThoseWithTheFewestBars(t *testing.T) {
	all := answered(t, ask(t, "match --json --child C-104 --why-not=all")).WhyNot
	near := answered(t, ask(t, "match --json --child C-104 --why-not --limit 4")).WhyNot
	require.Len(t, near, 4)
	fewest := math.MaxInt
	for _, miss := range all {
		fewest = min(fewest, len(miss.Findings))
	}
	for _, miss := range near {
		require.Len(t, miss.Findings, fewest)
	}
	text := ask(t, "match --child C-104 --why-not --limit 4").out
	require.Contains(t, text, "Why not:")
	require.Contains(t, text, near[0].Home)
}

func TestALimitCutsTheListAndChangesNothingElse(t *testing.T) {
	whole := candidates(t, ask(t, "match --json --child C-104 --limit 1000"))
	require.Greater(t, len(whole), 10)
	for _, n := range []int{1, 3, 10} {
		require.Equal(t, whole[:n], candidates(t, ask(t, fmt.Sprintf("match --json --child C-104 --limit %d", n))))
	}
	require.Equal(t, whole[:10], candidates(t, ask(t, "match --json --child C-104")), "ten, if nothing is said")
}

func TestReadyLeavesOutWhatAwaitsASignOff(t *testing.T) {
	for _, who := range whoever() {
		var want []string
		for _, c := range candidates(t, ask(t, "match --json --limit 1000 "+who)) {
			if !c.has("sign-off") {
				want = append(want, c.Home)
			}
		}
		require.Equal(t, want, homesOf(candidates(t, ask(t, "match --json --ready --limit 1000 "+who))), who)
	}
}

func TestAnEmergencyOpensMore(t *testing.T) {
	calm, urgent := answered(t, ask(t, "match --json --counts --child C-105")), answered(t, ask(t, "match --json --counts --emergency --child C-105"))
	require.Greater(t, *urgent.Eligible, *calm.Eligible)
	require.Equal(t, calm.Considered, urgent.Considered)
}

// exported reads an export into one map a row.
func exported(t *testing.T, kind string) map[string]map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(run(t, "export --db "+countyStore(t)+" "+kind).is(t, 0).out)).ReadAll()
	require.NoError(t, err)
	all := map[string]map[string]string{}
	for _, row := range rows[1:] {
		all[row[0]] = map[string]string{}
		for i, name := range rows[0] {
			all[row[0]][name] = row[i]
		}
	}
	return all
}

// miles is the haversine distance between two pairs of cells, in degrees, on a
// sphere of the Earth's mean radius of 3958.76 miles.
func miles(t *testing.T, lat1, lng1, lat2, lng2 string) float64 {
	t.Helper()
	var r [4]float64
	for i, cell := range []string{lat1, lng1, lat2, lng2} {
		f, err := strconv.ParseFloat(cell, 64)
		require.NoError(t, err)
		r[i] = f * math.Pi / 180
	}
	half := func(x float64) float64 { return math.Sin(x/2) * math.Sin(x/2) }
	return 2 * 3958.76 * math.Asin(math.Sqrt(half(r[2]-r[0])+math.Cos(r[0])*math.Cos(r[2])*half(r[3]-r[1])))
}

func TestWithinADistanceOfHome(t *testing.T) {
	homes, child := exported(t, "homes"), exported(t, "children")["C-104"]
	whole := homesOf(candidates(t, ask(t, "match --json --child C-104 --limit 1000")))
	for _, most := range []float64{0.5, 2, 7.5, 40} {
		var want []string
		for _, id := range whole {
			if miles(t, child["home_lat"], child["home_lng"], homes[id]["lat"], homes[id]["lng"]) <= most {
				want = append(want, id)
			}
		}
		got := homesOf(candidates(t, ask(t, fmt.Sprintf("match --json --child C-104 --limit 1000 --within %v", most))))
		require.Equal(t, want, got, "within %v miles", most)
	}
}

func TestOnlyTheKindsThatAreNamed(t *testing.T) {
	homes := exported(t, "homes")
	for _, kinds := range [][]string{{"foster"}, {"childrens-home"}, {"foster", "childrens-home"}, {"Childrens Home"}, {"secure"}} {
		line := "match --json --counts --limit 1000 --child C-104"
		considered := 0
		for _, k := range kinds {
			line += " --kind '" + k + "'"
			for _, h := range homes {
				if h["kind"] == strings.ReplaceAll(strings.ToLower(k), " ", "-") {
					considered++
				}
			}
		}
		a := answered(t, ask(t, line))
		require.Equal(t, considered, a.Considered, kinds)
		for _, c := range a.Candidates {
			require.Contains(t, kinds[0]+kinds[len(kinds)-1]+"childrens-home", c.Kind)
		}
	}
}

func TestACSVHoldsWhatTheJSONHolds(t *testing.T) {
	for _, who := range whoever() {
		a := answered(t, ask(t, "match --json "+who))
		o := ask(t, "match --csv "+who)
		require.Empty(t, o.err)
		rows, err := csv.NewReader(strings.NewReader(o.out)).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, len(a.Candidates)+1)
		require.Equal(t, []string{"wishes", "rank", "tier", "home", "kind"}, rows[0][:5])
		score := slices.Index(rows[0], "score")
		for i, c := range a.Candidates {
			require.Equal(t, []string{strconv.Itoa(c.Rank), c.Home, c.Score.String()}, []string{rows[i+1][1], rows[i+1][3], rows[i+1][score]})
		}
	}
}

func TestTwoRunsSayTheSame(t *testing.T) {
	single(t)
	for _, who := range whoever() {
		for _, form := range []string{"--why-not ", "--json --why-not=all ", "--csv "} {
			line := "match " + form + "--counts --limit 30 " + who
			require.Equal(t, ask(t, line), ask(t, line))
		}
	}
}

func TestWithoutADayItIsTheDayOfTheInstant(t *testing.T) {
	db := countyStore(t)
	o := run(t, "match --json --child C-104 --at 2026-06-30T23:30:00Z --db "+db)
	require.Equal(t, "2026-07-01", answered(t, o).On, "half past midnight in a London summer")
	o = run(t, "match --json --child C-104 --at 2026-06-30T23:30:00Z --on 3/12/2026 --db "+db)
	require.Equal(t, "2026-12-03", answered(t, o).On)
	now := run(t, "match --json --child C-104 --db "+db)
	require.Regexp(t, `^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$`, answered(t, now).At)
}

func TestExplainSaysWhatTheListSaid(t *testing.T) {
	for _, who := range whoever() {
		for _, want := range candidates(t, ask(t, "match --json --limit 3 "+who)) {
			got := explained(t, ask(t, "explain --json --home "+want.Home+" "+who).is(t, 0))
			require.NotEqual(t, "barred", got.Verdict)
			require.Equal(t, []any{want.Home, want.Score, want.Reasons, want.Findings}, []any{got.Judged.Home, got.Judged.Score, got.Judged.Reasons, got.Judged.Findings}, who)
		}
	}
}

// explanation is the JSON of explain.
type explanation struct {
	Schema, Verdict string
	Considered      bool
	Judged          candidate
}

func explained(t testing.TB, o outcome) explanation {
	t.Helper()
	var e explanation
	require.NoError(t, json.Unmarshal([]byte(o.out), &e), o.out)
	require.Equal(t, "stablehomes/explain/1", e.Schema)
	return e
}

func TestABarredHomeIsExplainedToo(t *testing.T) {
	miss := answered(t, ask(t, "match --json --child C-104 --why-not --limit 1")).WhyNot[0]
	e := explained(t, ask(t, "explain --json --child C-104 --home "+miss.Home).is(t, 0))
	require.Equal(t, "barred", e.Verdict)
	require.True(t, e.Considered)
	require.Subset(t, e.Judged.Findings, miss.Findings)
	text := ask(t, "explain --child C-104 --home "+miss.Home).is(t, 0).out
	require.Contains(t, text, "What the rules say:")
	require.Contains(t, text, "How the score is made:")
	require.Contains(t, text, miss.Findings[0].Rule)
}

func TestAHomeThatAListPassesOverIsStillExplained(t *testing.T) {
	best := candidates(t, ask(t, "match --json --child C-104 --limit 1"))[0].Home
	e := explained(t, ask(t, "explain --json --child C-104 --kind secure --home "+best).is(t, 0))
	require.False(t, e.Considered)
	require.Contains(t, ask(t, "explain --child C-104 --kind secure --home "+best).out, "passes the home over")
}
