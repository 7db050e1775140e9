package report_test

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

func decisionPage(t testing.TB, d *care.Decision) *element {
	t.Helper()
	return parse(t, written(t, func(w io.Writer) error { return report.DecisionHTML(w, d, nil, report.PanelAudience) }))
}

func TestAPageOfADecisionSaysWhoChoseAndWhy(t *testing.T) {
	rows := tableOf(t, decisionPage(t, decisions(t)["decision-moved"]), "The decision")
	require.Equal(t, []string{"D-17, moved"}, rows["Decision"])
	require.Equal(t, []string{"A. Officer"}, rows["Chosen by"])
	require.Equal(t, []string{"Number 3 of the 4 that could be offered"}, rows["Its place in the list"])
	require.Equal(t, []string{"P-3"}, rows["Ended"])
	require.Contains(t, rows["Why"][0], "Her mother moves to Bradford next week.")
	require.Contains(t, rows["C-AMY"][0], "H-OAK, foster home")
}

func TestThePanelSeesOfAPostcodeThatSomebodyWroteTheSector(t *testing.T) {
	d := decisions(t)["decision-fact"]
	require.NotEmpty(t, d.SignOffs)
	d.Why, d.SignOffs[0].Ref = "Her mother moves to LS6 4JN next week.", "minutes, meeting at LS1 4AP"
	s := newTown().sheet(t, only("C-AMY"), "")
	s.Result.Wishes[0].Words = "Back to nan in ls6 2ab."
	s.Result.Candidates[0].Declines = []care.DeclineCount{{Reason: "the father lives in LS8 1AA", Count: 1}}
	for a, says := range map[report.Audience][4]string{
		report.PanelAudience:  {"moves to LS6 4 next week", "meeting at LS1 4<", "nan in LS6 2.", "lives in LS8 1 ("},
		report.RecordAudience: {"moves to LS6 4JN next week", "meeting at LS1 4AP", "nan in ls6 2ab.", "lives in LS8 1AA ("},
	} {
		decided := written(t, func(w io.Writer) error { return report.DecisionHTML(w, d, nil, a) })
		s.Audience = a
		list := htmlOf(t, s)
		for i, page := range []string{decided, decided, list, list} {
			require.Contains(t, page, says[i], a)
		}
	}
}

// How late an approval was is said in words that people use.
func TestHowLateASignOffWas(t *testing.T) {
	d := decisions(t)["decision-fact"]
	for late, says := range map[time.Duration]string{
		30 * time.Second: "1 minute", 59 * time.Minute: "59 minutes", time.Hour + 50*time.Minute: "1 hour", 5 * time.Hour: "5 hours",
		24 * time.Hour: "1 day", 72*time.Hour + time.Minute: "3 days", 25*time.Hour + time.Minute: "1 day and 1 hour",
	} {
		d.SignOffs[0].At = d.MovedAt.Add(late)
		when := tableOf(t, decisionPage(t, d), "Sign-offs given")["at-a-distance"][1]
		require.True(t, strings.HasSuffix(when, "late by "+says), "%v: %s", late, when)
	}
	d.Breaches = nil
	require.Contains(t, written(t, func(w io.Writer) error { return report.Decision(w, d, report.Style{}) }), "Nothing was missing when it happened.")
}

func TestAPageOfADecisionHasItsApprovals(t *testing.T) {
	page := decisionPage(t, decisions(t)["decision-moved"])
	require.Equal(t, []string{"N. Headnominated officer", "13:00 on 22 November 2026", "REF-1"}, tableOf(t, page, "Sign-offs given")["out-of-area"])
	require.Equal(t, []string{"14:00 on 22 November 2026", "HOLD-9", "D. Duty"}, tableOf(t, page, "Acceptances")["H-OAK"])
	require.Contains(t, page.text, "Those that were given stand under What was decided.")
	require.NotContains(t, page.text, "Breaches")
}

// What happened at night is a breach on the page as it is in the record, and an
// approval that came late is shown late.
func TestAPageOfAFactShowsWhatWasMissing(t *testing.T) {
	page := decisionPage(t, decisions(t)["decision-fact"])
	require.Contains(t, page.text, "this is not an approved placement")
	breaches := tableOf(t, page, "Breaches: what should have been and was not")
	require.Contains(t, breaches["barred"][1], "closed to new placements")
	require.Equal(t, "outstanding", breaches["barred"][2])
	require.Contains(t, fmt.Sprint(breaches["sign-off"]), "signed off by D. C. S., late by")
	require.Contains(t, page.text, "late by 1 day and 13 hours")
	require.Contains(t, page.text, "too many to be kept one by one")
}

func TestAPageOfASplitNamesEveryHomeAndChild(t *testing.T) {
	page := decisionPage(t, decisions(t)["decision-split"])
	rows := tableOf(t, page, "The decision")
	require.Contains(t, rows["C-BEN"][0], "H-ROSE")
	require.Contains(t, rows["C-CAT"][0], "H-ASH")
	require.Contains(t, page.text, "What the rules said of H-ROSE")
	require.Contains(t, page.text, "What the rules said of H-ASH")
	rules := tableOf(t, page, "The rules as they stood on 22 November 2026")
	require.Equal(t, []string{"in forcesince 9 September 2021"}, rules["under-16-unregulated"])
}

// haversine is the length of the great circle in miles, on a sphere of 3958.8.
func haversine(from, to care.Point) float64 {
	rad := math.Pi / 180
	north, east := math.Sin((to.Lat-from.Lat)*rad/2), math.Sin((to.Lng-from.Lng)*rad/2)
	return 2 * 3958.8 * math.Asin(math.Sqrt(north*north+math.Cos(from.Lat*rad)*math.Cos(to.Lat*rad)*east*east))
}

// compass works out a bearing the long way, by the great circle.
func compass(from, to care.Point) float64 {
	rad := math.Pi / 180
	d := (to.Lng - from.Lng) * rad
	y := math.Sin(d) * math.Cos(to.Lat*rad)
	x := math.Cos(from.Lat*rad)*math.Sin(to.Lat*rad) - math.Sin(from.Lat*rad)*math.Cos(to.Lat*rad)*math.Cos(d)
	return math.Mod(math.Atan2(y, x)/rad+360, 360)
}

// The table of the map agrees with the great circle, wherever a home lies.
func TestDistancesAndDirectionsAgreeWithTheGreatCircle(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	seed := report.Seed(t)
	rng := rand.New(rand.NewPCG(seed, 2))
	names := []string{"north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"}
	s := newTown().sheet(t, only("C-AMY"), report.RecordAudience)
	centre := s.Scene.Children[0].Home.Point
	for range 200 {
		for i := range s.Scene.Homes {
			s.Scene.Homes[i].Where.Point = care.At(centre.Lat+rng.NormFloat64()/4, centre.Lng+rng.NormFloat64()/3)
		}
		root := parse(t, htmlOf(t, s))
		rows, on := tableOf(t, root, places), marks(t, root)
		for i, c := range s.Result.Candidates {
			p := s.Scene.Home(c.Home).Where.Point
			key := fmt.Sprint(i + 1)
			miles := haversine(centre, p)
			said := rows[key][2]
			if miles >= 0.06 {
				var told float64
				_, err := fmt.Sscanf(said, "%f miles ", &told)
				require.NoError(t, err, said)
				require.InDelta(t, miles, told, 0.06, "seed %d: %s", seed, said)
				bearing := compass(centre, p)
				if off := math.Mod(bearing+22.5, 45); off > 1 && off < 44 { // not on the edge of two
					require.Contains(t, said+";", " "+names[int(bearing+22.5)/45%8]+";", "seed %d: bearing %v", seed, bearing)
				}
			}
			_, drawn := on[key]
			require.NotEqual(t, drawn, strings.Contains(said, "beyond"), "seed %d", seed)
			require.True(t, drawn || miles > 25/1.01, "seed %d: %v miles are on the map", seed, miles)
		}
	}
}
