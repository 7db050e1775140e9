package match_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// allListed counts the homes that a request lists, were its list long enough.
func allListed(t *testing.T, s *shelf, req match.Request) int {
	t.Helper()
	o, measurable := ask(t, s, req, policy.Defaults())
	require.True(t, measurable)
	return len(o.answer().shortlist)
}

// changed asks every single change of a request on its own.
func changed(req match.Request) map[string]match.Request {
	all := map[string]match.Request{}
	alter := func(change string, do func(*match.Request)) {
		r := req
		do(&r)
		all[change] = r
	}
	if req.Within > 0 {
		alter(fmt.Sprintf("within %g miles rather than %g", req.Within*2, req.Within), func(r *match.Request) { r.Within *= 2 })
		alter("at any distance", func(r *match.Request) { r.Within = 0 })
	}
	now := []care.Kind{care.Foster, care.ConnectedPerson, care.ChildrensHome, care.Supported, care.Unregulated}
	if req.Kinds != nil {
		now = req.Kinds
	}
	for _, k := range care.Kinds() {
		if !slices.Contains(now, k) {
			alter("another kind: "+k.Words(), func(r *match.Request) { r.Kinds = append(slices.Clone(now), k) })
		}
	}
	alter("one day later, on "+(req.On+1).Words(), func(r *match.Request) { r.On++ })
	for _, days := range []care.Day{7, 28} {
		alter(fmt.Sprintf("%d days later, on %s", days, (req.On+days).Words()), func(r *match.Request) { r.On += days })
	}
	if !req.Emergency {
		alter("as an emergency", func(r *match.Request) { r.Emergency = true })
	}
	if req.Ready {
		alter("with the sign-offs given", func(r *match.Request) { r.Ready = false })
	}
	return all
}

func TestOpeningsAgreeWithAskingEachChangeOnItsOwn(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	asked, split, found := 0, 0, map[string]int{}
	eachWorld(t, 40, func(t *testing.T, _ dice, s *shelf, req match.Request) {
		res, err := match.Run(context.Background(), s, req, policy.Defaults())
		if err != nil {
			return
		}
		if len(res.Candidates) > 0 {
			require.Nil(t, res.Openings, "asked only where nothing fits")
			return
		}
		if len(res.Splits) > 0 && !req.Counts && req.WhyNot == match.WhyNotOff {
			require.Nil(t, res.Openings, "a split is an answer")
			split++
			return
		}
		asked++
		var want []match.Opening
		for change, r := range changed(req) {
			if n := allListed(t, s, r); n > 0 {
				want = append(want, match.Opening{Change: change, Opens: n})
				found[change[:6]]++
			}
		}
		for rule, change := range map[string]string{
			"terms-of-approval": "a term of approval changed", "statement-of-purpose": "a statement of purpose changed",
			"free-place": "a bed come free", "not-available": "a closed period ended", "adaptations": "the adaptations made",
		} {
			if n := res.Alone[rule]; n > 0 {
				want = append(want, match.Opening{Change: change, Opens: n})
			}
		}
		slices.SortFunc(want, func(a, b match.Opening) int { return cmp.Or(b.Opens-a.Opens, cmp.Compare(a.Change, b.Change)) })
		require.Len(t, res.Openings, len(want), "%v", res.Openings)
		for i := range want {
			require.Equal(t, want[i], res.Openings[i])
		}
	})
	require.Positive(t, asked, "something always fits")
	require.Positive(t, split, "no group can be split")
	for _, change := range []string{"anothe", "within", "as an ", "with t", "at any"} {
		require.Positive(t, found[change], "no random world opens by %q", change)
	}
}

func TestADepartureFromTheDefaultsIsNamedInTheResult(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1")}, homes: []care.Home{aHome("H-1")}}
	require.Empty(t, run(t, s, forChild("C-1")).Departures)
	p := policy.Default()
	p.Weights.School, p.GuidanceOff = 25, []string{"pets"}
	req := forChild("C-1")
	req.On = monday
	res, err := match.Run(context.Background(), s, req, policy.Uniform(p))
	require.NoError(t, err)
	require.Equal(t, []string{`guidance_off = ["pets"] (default [])`, "weights.school = 25 (default 18)"}, res.Departures)
}

// A brother in care whom nobody has placed is left behind by a group that is to
// be kept together; one who is grown up, or to be kept apart, is not.
func TestABrotherWhomNobodyHasPlacedIsLeftBehind(t *testing.T) {
	together := func(c *care.Child) { c.Group, c.Together = "G-1", care.Yes }
	s := &shelf{children: []care.Child{aChild("C-1", together), aChild("C-2", together)}, homes: []care.Home{aHome("H-1")}}
	split := func() bool {
		return slices.ContainsFunc(run(t, s, forChild("C-1")).Candidates[0].SignOffs(), func(f rulebook.Finding) bool { return f.Rule == "siblings-together" })
	}
	require.True(t, split())
	s.children[1].KeptApart = []care.ID{"C-1"}
	require.False(t, split())
	s.children[1].KeptApart, s.children[1].DOB = nil, care.Date(2008, 11, 23)
	require.False(t, split(), "eighteen today")
	s.children[1].DOB++
	require.True(t, split(), "eighteen tomorrow")
}

// A pupil in year 10 who lives somewhere changes placement; one who does not, or
// who has left, has a first one.
func TestAPupilMovesFromWhereTheyLive(t *testing.T) {
	s := &shelf{
		children: []care.Child{aChild("C-1", func(c *care.Child) {
			c.YearGroup, c.SchoolAt = "10", care.Location{Point: care.At(54.6, -1.55)}
		})},
		homes:      []care.Home{aHome("H-1"), aHome("H-2")},
		placements: []care.Placement{{ID: "P-1", Child: "C-1", Home: "H-2", Start: monday - 90}},
	}
	moved := func() map[care.ID]bool {
		of := map[care.ID]bool{}
		for _, c := range run(t, s, forChild("C-1")).Candidates {
			of[c.Home] = slices.ContainsFunc(c.SignOffs(), func(f rulebook.Finding) bool { return f.Rule == "key-stage-4" })
		}
		return of
	}
	require.Equal(t, map[care.ID]bool{"H-1": true, "H-2": false}, moved())
	for _, expected := range []care.Day{monday + 1, monday, monday - 30} {
		s.placements[0].ExpectedEnd = expected
		require.Equal(t, map[care.ID]bool{"H-1": true, "H-2": false}, moved(), "expected to end on %s, and nobody has recorded that it did", expected)
	}
	s.placements[0].End = monday
	require.Equal(t, map[care.ID]bool{"H-1": false, "H-2": false}, moved())
	s.placements = nil
	require.Equal(t, map[care.ID]bool{"H-1": false, "H-2": false}, moved())
}

// A home on holiday for three days more opens in a week, and what keeps it out is
// one rule alone.
func TestAHomeOnHolidayOpensLater(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1")}, homes: []care.Home{
		aHome("H-1", func(h *care.Home) { h.Closed = []care.DayRange{{From: monday - 2, To: monday + 2}} }),
		aHome("H-2", func(h *care.Home) { h.Closed, h.Beds = []care.DayRange{{From: monday, To: monday + 400}}, 0 }),
	}}
	res := run(t, s, forChild("C-1"))
	require.Empty(t, res.Candidates)
	require.Equal(t, map[string]int{"not-available": 1}, res.Alone, "H-2 has no bed either")
	require.Equal(t, []match.Opening{
		{Change: "28 days later, on 21 December 2026", Opens: 1}, {Change: "7 days later, on 30 November 2026", Opens: 1},
		{Change: "a closed period ended", Opens: 1},
	}, res.Openings)
}

// A home without the ramp that a child needs, and otherwise open, would take her once
// it has one.
func TestAHomeWithoutARampOpensByOne(t *testing.T) {
	s := &shelf{
		children: []care.Child{aChild("C-1", func(c *care.Child) { c.Adaptation = care.List{"ramp"} })},
		homes:    []care.Home{aHome("H-1"), aHome("H-2", func(h *care.Home) { h.Beds = 0 })},
	}
	res := run(t, s, forChild("C-1"))
	require.Empty(t, res.Candidates)
	require.Equal(t, map[string]int{"adaptations": 1}, res.Alone)
	require.Contains(t, res.Openings, match.Opening{Change: "the adaptations made", Opens: 1})
}
