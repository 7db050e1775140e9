package report_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
)

// names are those that programs may rely on: of each object, the ones that are
// always there and the ones that may be. A later version adds, and never renames
// or removes.
var names = map[string]struct{ always, sometimes string }{
	"match":      {"schema on at journal policy children wishes unknown considered candidates", "departures referral eligible needs_sign_off barred not_ready splits splits_unproved why_not alone openings"},
	"explain":    {"schema on at journal policy children wishes unknown considered verdict judged", "departures referral"},
	"wishes":     {"child words", ""},
	"referral":   {"child field words", ""},
	"declines":   {"reason count", ""},
	"candidates": {"rank tier home kind authority score children findings reasons", "postcode_sector weekly_cost free_from lives_here siblings_here declines"},
	"judged":     {"tier home kind authority score children findings reasons", "postcode_sector weekly_cost free_from lives_here siblings_here declines"},
	"children":   {"id score", ""},
	"splits":     {"score worst_off homes furthest_apart_miles", "lost"},
	"worst_off":  {"id score", ""},
	"homes":      {"tier home kind authority score children scores findings reasons", "postcode_sector weekly_cost free_from lives_here siblings_here declines alone"},
	"scores":     {"id score", ""},
	"findings":   {"rule verdict says citation", "child role by_day nearest_fix missing"},
	"reasons":    {"child criterion weight value points says", "miles missing score_if_confirmed support"},
	"why_not":    {"home kind authority findings", "postcode_sector"},
	"openings":   {"change opens", ""},
	"barred":     {"", "under-16-unregulated supported-16-17-registered adult statement-of-purpose connected-to approval terms-of-approval free-place not-available"},
	"alone":      {"", "under-16-unregulated supported-16-17-registered adult statement-of-purpose connected-to approval terms-of-approval free-place not-available"},
}

// requireNames walks a decoded object and every object within it.
func requireNames(t *testing.T, what string, object map[string]any) {
	t.Helper()
	allowed, known := names[what]
	require.True(t, known, "an object %q that nobody was told of", what)
	for _, name := range strings.Fields(allowed.always) {
		require.Contains(t, object, name, what)
	}
	for name, value := range object {
		require.Contains(t, strings.Fields(allowed.always+" "+allowed.sometimes), name, what)
		switch v := value.(type) {
		case map[string]any:
			requireNames(t, name, v)
		case []any:
			for _, element := range v {
				if o, ok := element.(map[string]any); ok {
					requireNames(t, name, o)
				}
			}
		}
	}
}

func decode(t *testing.T, write func(io.Writer) error) map[string]any {
	t.Helper()
	out := written(t, write)
	require.Equal(t, 1, strings.Count(out, "\n"), "one line")
	var object map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &object))
	return object
}

func TestTheJSONOfAShortlistHasTheNamesThatWerePromised(t *testing.T) {
	for _, r := range requests() {
		res := referred().run(t, r.req)
		res.Unproved = true
		for i := range res.Candidates {
			res.Candidates[i].Declines = []care.DeclineCount{{Reason: "full", Count: 1}}
		}
		object := decode(t, func(w io.Writer) error { return report.JSON(w, res) })
		requireNames(t, "match", object)
		require.Equal(t, "stablehomes/match/1", object["schema"])
		require.Equal(t, "2026-11-22", object["on"])
		require.Equal(t, "2026-11-22T15:00:00Z", object["at"])
		require.EqualValues(t, 12, object["journal"])
		require.Regexp(t, `^sha256:[0-9a-f]{64}$`, object["policy"])
		_, counted := object["eligible"]
		require.Equal(t, r.req.Counts || r.req.WhyNot != match.WhyNotOff, counted, r.name)
	}
}

func TestTheJSONOfAnExplanationHasTheNamesThatWerePromised(t *testing.T) {
	verdicts := map[string]bool{}
	for _, p := range pairs {
		e := newTown().explain(t, p.req, p.home)
		object := decode(t, func(w io.Writer) error { return report.ExplainJSON(w, e) })
		requireNames(t, "explain", object)
		require.Equal(t, "stablehomes/explain/1", object["schema"])
		require.Equal(t, e.Verdict.String(), object["verdict"])
		require.Equal(t, p.name != "passed-over", object["considered"], p.name)
		verdicts[e.Verdict.String()] = true
	}
	require.Subset(t, slices.Collect(maps.Keys(verdicts)), []string{"barred", "sign-off"})
}

func TestTheJSONGivesTheResultBack(t *testing.T) {
	for _, r := range requests() {
		res := newTown().run(t, r.req)
		var back struct {
			Schema string
			match.Result
		}
		out := written(t, func(w io.Writer) error { return report.JSON(w, res) })
		reader := json.NewDecoder(strings.NewReader(out))
		reader.DisallowUnknownFields()
		require.NoError(t, reader.Decode(&back))
		require.Equal(t, report.MatchSchema, back.Schema)
		var again bytes.Buffer
		require.NoError(t, report.JSON(&again, &back.Result))
		require.Equal(t, out, again.String(), r.name)
	}
}

var decimals = regexp.MustCompile(`"(score|value|points|score_if_confirmed)":(-?[0-9.]+)`)

func TestScoresHaveSixDecimals(t *testing.T) {
	out := written(t, func(w io.Writer) error { return report.JSON(w, newTown().run(t, only("C-AMY"))) })
	found := decimals.FindAllStringSubmatch(out, -1)
	require.NotEmpty(t, found)
	for _, number := range found {
		require.Regexp(t, `^\d+\.\d{6}$`, number[2], number[0])
	}
}

func TestConsideredIsEligibleAndBarredTogether(t *testing.T) {
	object := decode(t, func(w io.Writer) error { return report.JSON(w, newTown().run(t, requests()[1].req)) })
	sum := object["eligible"].(float64)
	for _, n := range object["barred"].(map[string]any) {
		sum += n.(float64)
	}
	require.Equal(t, object["considered"], sum)
	require.Len(t, object["why_not"], int(object["considered"].(float64)-object["eligible"].(float64)))
}

func TestAngleBracketsStayAsTheChildWroteThem(t *testing.T) {
	town := newTown()
	town.children[0].Wishes = "I <3 dogs & cats"
	out := written(t, func(w io.Writer) error { return report.JSON(w, town.run(t, only("C-AMY"))) })
	require.Contains(t, out, "I <3 dogs & cats")
}
