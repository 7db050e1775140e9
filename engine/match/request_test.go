package match_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// both asks Run and Explain, which refuse the same requests for the same reason.
func both(t *testing.T, s *shelf, req match.Request) error {
	t.Helper()
	res, err := match.Run(context.Background(), s, req, policy.Defaults())
	require.Nil(t, res)
	e, same := match.Explain(context.Background(), s, req, "H-1", policy.Defaults())
	require.Nil(t, e)
	require.Equal(t, err, same)
	return err
}

func oneOfEach() *shelf {
	return &shelf{children: []care.Child{aChild("C-1")}, homes: []care.Home{aHome("H-1")}, broken: map[string]error{}}
}

func TestBadRequests(t *testing.T) {
	tonight := aChild("tonight")
	for _, s := range []struct {
		name string
		req  match.Request
		why  string
	}{
		{"for nobody", match.Request{On: monday}, "one of the three"},
		{"an empty list of children", match.Request{On: monday, Children: []care.ID{}}, "one of the three"},
		{"children and a group", match.Request{On: monday, Children: []care.ID{"C-1"}, Group: "G-1"}, "one of the three"},
		{"a group and tonight's child", match.Request{On: monday, Group: "G-1", Tonight: &tonight}, "one of the three"},
		{"all three", match.Request{On: monday, Children: []care.ID{"C-1"}, Group: "G-1", Tonight: &tonight}, "one of the three"},
		{"no day", match.Request{Children: []care.ID{"C-1"}}, "the day of the placement is missing"},
		{"a negative limit", match.Request{On: monday, Children: []care.ID{"C-1"}, Limit: -1}, "limit -1 is negative"},
		{"a negative distance", match.Request{On: monday, Children: []care.ID{"C-1"}, Within: -0.5}, "within -0.5 miles is not a distance"},
		{"a distance that is no number", match.Request{On: monday, Children: []care.ID{"C-1"}, Within: math.NaN()}, "within NaN miles is not a distance"},
		{"a kind nobody knows", match.Request{On: monday, Children: []care.ID{"C-1"}, Kinds: []care.Kind{care.Foster, "hotel"}}, `"hotel" is not a kind of home`},
		{"a group without children", match.Request{On: monday, Group: "G-9"}, `no child is recorded in sibling group "G-9"`},
	} {
		t.Run(s.name, func(t *testing.T) {
			err := both(t, oneOfEach(), s.req)
			var invalid *match.InvalidRequestError
			require.ErrorAs(t, err, &invalid)
			require.Contains(t, invalid.Why, s.why)
			require.ErrorContains(t, err, "request: ")
		})
	}
}

func TestTonightsChildIsChecked(t *testing.T) {
	tonight := aChild("tonight", func(c *care.Child) { c.Authority = "" })
	var field *care.FieldError
	require.ErrorAs(t, both(t, oneOfEach(), match.Request{On: monday, Tonight: &tonight}), &field)
	require.Equal(t, "authority", field.Field)
}

func TestUnknownChild(t *testing.T) {
	err := both(t, oneOfEach(), match.Request{On: monday, Children: []care.ID{"C-1", "C-404"}})
	require.ErrorIs(t, err, errNoRecord)
	require.ErrorContains(t, err, "C-404")
}

func TestUnknownHomeCannotBeExplained(t *testing.T) {
	_, err := match.Explain(context.Background(), oneOfEach(), match.Request{On: monday, Children: []care.ID{"C-1"}}, "H-404", policy.Defaults())
	require.ErrorIs(t, err, errNoRecord)
}

func TestWithinNeedsAHomeAddress(t *testing.T) {
	err := both(t, oneOfEach(), match.Request{On: monday, Children: []care.ID{"C-1"}, Within: 10})
	require.ErrorIs(t, err, match.ErrNoHomeAddress)
}

func TestDayBeforeTheRulebook(t *testing.T) {
	var early *rulebook.TooEarlyError
	require.ErrorAs(t, both(t, oneOfEach(), match.Request{On: rulebook.FirstDay - 1, Children: []care.ID{"C-1"}}), &early)
	require.Equal(t, rulebook.FirstDay-1, early.On)
	_, err := match.Run(context.Background(), oneOfEach(), match.Request{On: rulebook.FirstDay, Children: []care.ID{"C-1"}}, policy.Defaults())
	require.NoError(t, err)
	require.ErrorAs(t, both(t, oneOfEach(), match.Request{On: -5, Children: []care.ID{"C-1"}}), &early)
}

// Whatever the reader cannot read, the match does not guess.
func TestReadersErrorsArePassedOn(t *testing.T) {
	broken := errors.New("the disk is on fire")
	group := func(c *care.Child) { c.Group = "G-1" }
	world := func() *shelf {
		return &shelf{
			children: []care.Child{aChild("C-1", group, func(c *care.Child) { c.KeptApart = []care.ID{"H-5"} }), aChild("C-2", group)},
			homes: []care.Home{aHome("H-1"), aHome("H-2"), aHome("H-3"),
				aHome("H-4", func(h *care.Home) { h.Status = care.Ended }), aHome("H-5")},
			placements: []care.Placement{{ID: "P-1", Child: "C-2", Home: "H-3", Start: monday - 9}},
		}
	}
	one := match.Request{On: monday, Children: []care.ID{"C-1"}}
	why, counts := one, one
	why.WhyNot, counts.Counts = match.WhyNotAll, true
	for _, s := range []struct {
		name string
		req  match.Request
		at   string
	}{
		{"a child", one, "child C-1"},
		{"the group asked for", match.Request{On: monday, Group: "G-1"}, "group G-1"},
		{"the group of a child", one, "group G-1"},
		{"where a sibling lives", one, "placements of C-2"},
		{"the home of a sibling", one, "household H-3"},
		{"the first of all homes", counts, "yield H-1"},
		{"a later one", counts, "yield H-4"},
		{"a home to be shown", counts, "household H-1"},
		{"a home to be explained", why, "household H-4"},
		{"the index of homes", one, "spans"},
		{"whether the home of a sibling is there", one, "has home H-3"},
		{"a home that is found", one, "household H-1"},
		{"a home that is found and barred", one, "household H-5"},
	} {
		t.Run(s.name, func(t *testing.T) {
			w := world()
			_, err := match.Run(context.Background(), w, s.req, policy.Defaults())
			require.NoError(t, err)
			w.broken = map[string]error{s.at: broken}
			res, err := match.Run(context.Background(), w, s.req, policy.Defaults())
			require.ErrorIs(t, err, broken)
			require.Nil(t, res, "half an answer is none")
		})
	}
}

// Where nothing fits the homes are read a second time.
func TestSecondReadingMayFail(t *testing.T) {
	w := oneOfEach()
	w.homes[0].Status = care.Ended
	flaky := &flakyReader{shelf: w, failFrom: 2}
	res, err := match.Run(context.Background(), flaky, match.Request{Counts: true, On: monday, Children: []care.ID{"C-1"}}, policy.Defaults())
	require.ErrorIs(t, err, errNoRecord)
	require.Nil(t, res)
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := match.Run(ctx, oneOfEach(), match.Request{On: monday, Children: []care.ID{"C-1"}}, policy.Defaults())
	require.ErrorIs(t, err, context.Canceled)
}
