package match_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// bedsOf are the beds of a split.
func bedsOf(split *match.Split) []match.Bed {
	var beds []match.Bed
	for _, h := range split.Homes {
		beds = append(beds, match.Bed{Home: h.Home, Children: h.Children})
	}
	return beds
}

// What a shortlist says of the homes of a split is what is said of them when they
// are chosen.
func TestASplitThatIsChosenIsJudgedAsItWasListed(t *testing.T) {
	seen := 0
	eachFamily(t, 60, fewHomes, func(t *testing.T, d dice, _ bent, f *family) {
		_, res := splitTown(t, f)
		if res == nil {
			return
		}
		for i := range res.Splits {
			judged, err := match.Judge(context.Background(), f.shelf, f.req, bedsOf(&res.Splits[i]), f.set)
			require.NoError(t, err)
			for n, h := range res.Splits[i].Homes {
				h.Candidate.Children = h.ChildScores
				require.Equal(t, h.Candidate, judged[n])
				seen++
			}
		}
	})
	require.Greater(t, seen, 50)
}

// A home for all children is judged as explain explains it, barred or not.
func TestAHomeThatIsChosenIsJudgedAsItIsExplained(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	eachWorld(t, 10, func(t *testing.T, _ dice, s *shelf, req match.Request) {
		if req.Tonight != nil {
			return
		}
		for i := range s.homes {
			home := s.homes[i].ID
			want, err := match.Explain(context.Background(), s, req, home, policy.Defaults())
			if err != nil {
				_, same := match.Judge(context.Background(), s, req, nil, policy.Defaults())
				require.Equal(t, err, same)
				return
			}
			judged, err := match.Judge(context.Background(), s, req, []match.Bed{{Home: home, Children: want.Children}}, policy.Defaults())
			require.NoError(t, err)
			judged[0].OnlyHeld = false
			require.Equal(t, []match.Candidate{want.Judged}, judged)
		}
	})
}

func TestAHomeThatIsOnlyHeldIsToldFromOneThatIsBarred(t *testing.T) {
	until := time.Date(2026, time.November, 30, 12, 0, 0, 0, time.UTC)
	hold := []care.Hold{{ID: "K-1", Children: []care.ID{"C-9"}, From: monday, Until: until, By: "B. Colleague"}}
	s := &shelf{
		children: []care.Child{aChild("C-1")},
		homes: []care.Home{
			aHome("H-held", beds(1)), aHome("H-held-and-closed", beds(1), func(h *care.Home) { h.Closed = []care.DayRange{{From: monday, To: monday}} }),
			aHome("H-room-left", beds(2)), aHome("H-free", beds(1)),
		},
		holds: map[care.ID][]care.Hold{"H-held": hold, "H-held-and-closed": hold, "H-room-left": hold},
	}
	for home, only := range map[care.ID]bool{"H-held": true, "H-held-and-closed": false, "H-room-left": false, "H-free": false} {
		judged, err := match.Judge(context.Background(), s, match.Request{Children: []care.ID{"C-1"}, On: monday}, []match.Bed{{Home: home, Children: []care.ID{"C-1"}}}, policy.Defaults())
		require.NoError(t, err)
		require.Equal(t, only, judged[0].OnlyHeld, home)
	}
}

func TestBedsHaveToFitTheChildren(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1"), aChild("C-2")}, homes: []care.Home{aHome("H-1"), aHome("H-2")}}
	both := match.Request{Children: []care.ID{"C-1", "C-2"}, On: monday}
	for name, c := range map[string]struct {
		beds []match.Bed
		says string
	}{
		"no beds":           {nil, `no home is named for child "C-1"`},
		"too few":           {[]match.Bed{{Home: "H-1", Children: []care.ID{"C-2"}}}, `no home is named for child "C-1"`},
		"nobody":            {[]match.Bed{{Home: "H-1"}}, `no child is named for home "H-1"`},
		"a stranger":        {[]match.Bed{{Home: "H-1", Children: []care.ID{"C-3"}}}, `child "C-3" is not one of those asked for`},
		"a child twice":     {[]match.Bed{{Home: "H-1", Children: []care.ID{"C-1", "C-1"}}}, `child "C-1" is named twice`},
		"in two homes":      {[]match.Bed{{Home: "H-1", Children: []care.ID{"C-1"}}, {Home: "H-2", Children: []care.ID{"C-2", "C-1"}}}, `child "C-1" is named twice`},
		"a home twice":      {[]match.Bed{{Home: "H-1", Children: []care.ID{"C-1"}}, {Home: "H-1", Children: []care.ID{"C-2"}}}, `home "H-1" is named twice`},
		"nowhere on record": {[]match.Bed{{Home: "H-9", Children: []care.ID{"C-1", "C-2"}}}, errNoRecord.Error()},
	} {
		_, err := match.Judge(context.Background(), s, both, c.beds, policy.Defaults())
		require.ErrorContains(t, err, c.says, name)
		var invalid *match.InvalidRequestError
		require.Equal(t, !errors.Is(err, errNoRecord), errors.As(err, &invalid), name)
	}
}
