package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestTheBestHomeWinsAndSaysWhy(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		res := shortlist(t, eng, asking("C-AMY"))
		require.Equal(t, []care.ID{"H-ROSE", "H-ASH", "H-OAK", "H-TYNE"}, offered(res), "the nearest first")
		best := res.Candidates[0]
		require.Equal(t, 1, best.Rank)
		require.Empty(t, best.SignOffs())

		var sum int64
		for _, r := range best.Reasons {
			sum += int64(r.Points)
			require.NotEmpty(t, r.Says)
		}
		require.EqualValues(t, best.Score, sum, "the reasons are the score")
		require.Contains(t, best.Reasons[0].Says, "miles from mother")
		require.Equal(t, []care.ID{"C-AMY"}, res.Children)
		require.EqualValues(t, 3, res.Journal, "homes, children and placements, a change each")

		oak, tyne := candidate(t, res, "H-OAK"), candidate(t, res, "H-TYNE")
		require.Equal(t, "nominated officer", oak.SignOffs()[0].Role, "outside the area")
		require.Equal(t, "director of children's services", tyne.SignOffs()[0].Role, "at a distance")
	})
}

func TestTheChildsOwnWordsComeFirst(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		require.Equal(t, "I want a dog, and my mum on Sundays.", shortlist(t, eng, asking("C-AMY")).Wishes[0].Words)
		res := shortlist(t, eng, engine.Request{Group: "G-1"})
		require.Len(t, res.Wishes, 2)
		require.Equal(t, care.ID("C-BEN"), res.Wishes[0].Child)
		require.Equal(t, "Where Ben is.", res.Wishes[1].Words)
	})
}

func TestBrothersAndSistersAreOfferedAHomeTogether(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		res := shortlist(t, eng, engine.Request{Group: "G-1", Counts: true, WhyNot: engine.WhyNotAll})
		require.Equal(t, care.ID("H-ASH"), res.Candidates[0].Home)
		require.Len(t, res.Candidates[0].Children, 2)
		require.NotContains(t, offered(res), care.ID("H-ROSE"), "Eve lives there, and there is one bed")
		sum := res.Eligible
		for _, n := range res.Barred {
			sum += n
		}
		require.Equal(t, res.Considered, sum)
		require.Len(t, res.WhyNot, res.Considered-res.Eligible)

		together := shortlist(t, eng, asking("C-CAT", "C-BEN", "C-CAT"))
		require.Equal(t, offered(res), offered(together), "named one by one, in any order, and twice")
	})
}

func TestTheHomeAChildLivesInSaysSo(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		res := shortlist(t, eng, asking("C-EVE"))
		require.Equal(t, []care.ID{"C-EVE"}, candidate(t, res, "H-ROSE").LivesHere)
		require.Empty(t, candidate(t, res, "H-ASH").LivesHere, "she has left it")
	})
}

func TestWhereNothingFitsTheNearestMissesAreToldWithWhatWouldOpenThem(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		res := shortlist(t, eng, engine.Request{Children: []care.ID{"C-AMY"}, Within: 1, Ready: true, On: today + 3, Kinds: []care.Kind{care.ChildrensHome, care.Supported}})
		require.Empty(t, res.Candidates)
		require.Zero(t, res.Considered, "none of these kinds is within a mile")
		require.Empty(t, res.WhyNot)

		res = shortlist(t, eng, asking("C-DAN"))
		require.Empty(t, res.Candidates, "he is 21")
		require.Nil(t, res.Counts)
		require.Len(t, res.WhyNot, 5)
		for _, miss := range res.WhyNot {
			require.NotEmpty(t, miss.Findings)
			for _, f := range miss.Findings {
				require.Equal(t, rulebook.Barred, f.Verdict)
				require.NotEmpty(t, f.NearestFix)
			}
		}
	})
}

func TestAHolidayBarsAndSaysWhenItIsOver(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		e, err := eng.Explain(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: today, At: three()}, "H-ELM")
		require.NoError(t, err)
		require.Equal(t, rulebook.Barred, e.Verdict)
		require.EqualValues(t, 3, e.Journal)
		require.Equal(t, "I want a dog, and my mum on Sundays.", e.Wishes[0].Words)
		fixes := ""
		for _, f := range e.Judged.Findings {
			fixes += f.NearestFix
		}
		require.Contains(t, fixes, "open from 3 December 2026")

		res := shortlist(t, eng, engine.Request{Children: []care.ID{"C-AMY"}, On: care.Date(2026, 12, 3)})
		require.Contains(t, offered(res), care.ID("H-ELM"), "and then it is")
	})
}

func TestAnExplanationAgreesWithTheShortlist(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := engine.Request{Group: "G-1", On: today, At: three()}
		for _, c := range shortlist(t, eng, req).Candidates {
			e, err := eng.Explain(t.Context(), req, c.Home)
			require.NoError(t, err)
			c.Rank = 0
			require.Equal(t, c, e.Judged)
			require.True(t, e.Considered)
		}
	})
}

func TestAChildForTonightNeedsNoRecord(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before := head(t, eng)
		tonight := &care.Child{ID: "tonight", DOB: care.Date(2014, 1, 1), Sex: care.Male, Authority: leeds, Home: care.Location{Point: care.At(53.82, -1.58)}}
		res := shortlist(t, eng, engine.Request{Tonight: tonight, Emergency: true, On: today, At: three()})
		require.Contains(t, offered(res), care.ID("H-BOYS"))
		require.NotEmpty(t, res.Unknown, "what nobody knows of him is listed")
		require.Equal(t, before, head(t, eng), "asking leaves nothing behind")

		tonight.DOB = 0
		_, err := eng.Match(t.Context(), engine.Request{Tonight: tonight, On: today})
		var wrong *care.FieldError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, "dob", wrong.Field)
	})
}

// A child who is not stored is held to what one who is imported is held to.
func TestATonightThatCannotBeIsRefused(t *testing.T) {
	eng := engine.InMemory()
	for says, change := range map[string]func(*care.Child){
		"dob 2027-09-23 is more than 10 months ahead": func(c *care.Child) { c.DOB = today.AddMonths(10) + 1 },
		"dob 1991-11-22 makes the child 35":           func(c *care.Child) { c.DOB = care.Date(1991, 11, 22) },
		"authority Leeds is not the GSS code":         func(c *care.Child) { c.Authority = "Leeds" },
		"authority E08000099 is not the GSS code":     func(c *care.Child) { c.Authority = "E08000099" },
	} {
		child := care.Child{ID: "tonight", DOB: care.Date(2014, 1, 1), Authority: leeds}
		change(&child)
		req := engine.Request{Tonight: &child, On: today, At: three()}
		_, err := eng.Match(t.Context(), req)
		var refused *engine.InvalidRequestError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, says)
		_, err = eng.Explain(t.Context(), req, "H-1")
		require.ErrorContains(t, err, says)
	}
	unborn := &care.Child{ID: "tonight", DOB: today.AddMonths(10), Authority: leeds}
	_, err := eng.Match(t.Context(), engine.Request{Tonight: unborn, On: today, At: three()})
	require.NoError(t, err, "a home may be sought before the birth")
}

func TestWhatIsNotInTheStoreIsNamedWithWhatIsLikeIt(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		for _, c := range []struct {
			what string
			req  engine.Request
			home care.ID
			kind string
			id   care.ID
			near []care.ID
		}{
			{"a child whose name is misspelt", asking("C-AMMY"), "", "child", "C-AMMY", []care.ID{"C-AMY"}},
			{"small letters", asking("c-amy"), "", "child", "c-amy", []care.ID{"C-AMY"}},
			{"several as near, at most three", asking("C-XXX"), "", "child", "C-XXX", nil},
			{"three of six", asking("C-A"), "", "child", "C-A", nil},
			{"a child unlike any", asking("zz"), "", "child", "zz", nil},
			{"one of two", asking("C-BEN", "C-BAN"), "", "child", "C-BAN", []care.ID{"C-BEN", "C-DAN"}},
			{"a group", engine.Request{Group: "G-2"}, "", "sibling group", "G-2", []care.ID{"G-1"}},
			{"a group unlike any", engine.Request{Group: "family"}, "", "sibling group", "family", nil},
			{"a home", asking("C-AMY"), "H-ROSY", "home", "H-ROSY", []care.ID{"H-ROSE"}},
			{"a home unlike any", asking("C-AMY"), "11 Acacia Avenue", "home", "11 Acacia Avenue", nil},
		} {
			c.req.On = today
			var err error
			if c.home == "" {
				_, err = eng.Match(t.Context(), c.req)
			} else {
				_, err = eng.Explain(t.Context(), c.req, c.home)
			}
			require.ErrorIs(t, err, engine.ErrUnknown, c.what)
			var unknown *engine.UnknownError
			require.ErrorAs(t, err, &unknown, c.what)
			require.Equal(t, engine.UnknownError{Kind: c.kind, ID: c.id, Near: c.near}, *unknown, c.what)
			require.LessOrEqual(t, len(unknown.Near), 3)
			require.NotContains(t, err.Error(), "\n", "a sentence")
			for _, id := range c.near {
				require.Contains(t, err.Error(), string(id))
			}
		}
		_, err := eng.Match(t.Context(), engine.Request{Children: []care.ID{"C-AMMY"}, On: today})
		require.EqualError(t, err, `child "C-AMMY" is not in the store; did you mean C-AMY?`)
		_, err = eng.Match(t.Context(), engine.Request{Children: []care.ID{"zz"}, On: today})
		require.EqualError(t, err, `child "zz" is not in the store`)
	})
}

func TestNoMoreThanThreeAreSuggested(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	rows := childrenHeader
	for _, id := range []string{"C-1005", "C-1004", "C-1003", "C-1002", "C-1001", "C-0001"} {
		rows += childRow(id, "2014-03-09", "F", leeds, "", "", "")
	}
	bring(t, eng, engine.Children, rows)
	_, err := eng.Match(t.Context(), engine.Request{Children: []care.ID{"C-1000"}, On: today})
	var unknown *engine.UnknownError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, []care.ID{"C-1001", "C-1002", "C-1003"}, unknown.Near, "the nearest, and of those as near the first by id")
}

func TestARequestThatCannotBeAnsweredSaysWhy(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	for _, c := range []struct {
		what string
		req  engine.Request
		why  string
	}{
		{"for nobody", engine.Request{On: today}, "one of the three"},
		{"for a child and a group", engine.Request{Children: []care.ID{"C-AMY"}, Group: "G-1", On: today}, "one of the three"},
		{"for no day", engine.Request{Children: []care.ID{"C-AMY"}}, "the day of the placement is missing"},
		{"for less than none", engine.Request{Children: []care.ID{"C-AMY"}, On: today, Limit: -1}, "limit -1 is negative"},
		{"within less than nothing", engine.Request{Children: []care.ID{"C-AMY"}, On: today, Within: -1}, "within -1 miles"},
		{"for a kind that there is not", engine.Request{Children: []care.ID{"C-AMY"}, On: today, Kinds: []care.Kind{"castle"}}, `"castle" is not a kind of home`},
	} {
		_, err := eng.Match(t.Context(), c.req)
		var wrong *engine.InvalidRequestError
		require.ErrorAs(t, err, &wrong, c.what)
		require.Contains(t, wrong.Why, c.why, c.what)
		_, err = eng.Explain(t.Context(), c.req, "H-ROSE")
		require.ErrorAs(t, err, &wrong, c.what)
	}
	bring(t, eng, engine.Children, strings.ReplaceAll(childrenHeader, "home_lat,home_lng,", "")+
		"C-NEW,2014-01-01,F,"+leeds+`,,"",53.82,-1.57,7,long,,,,,,`+"\n")
	_, err := eng.Match(t.Context(), engine.Request{Children: []care.ID{"C-NEW"}, On: today, Within: 5})
	require.ErrorIs(t, err, engine.ErrNoHomeAddress)
}

func TestOnlyHomesWithinTheDistanceAreConsidered(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := asking("C-AMY")
		req.Within = 5
		require.Equal(t, []care.ID{"H-ROSE", "H-ASH"}, offered(shortlist(t, eng, req)))
		req.Limit = 1
		require.Equal(t, []care.ID{"H-ROSE"}, offered(shortlist(t, eng, req)))
		req = asking("C-AMY")
		req.Ready = true
		require.Equal(t, []care.ID{"H-ROSE", "H-ASH"}, offered(shortlist(t, eng, req)), "the others lack a sign-off")
	})
}

// patient is a context that is interrupted once it has been asked so often.
type patient struct {
	context.Context
	left int
}

func (p *patient) Err() error {
	if p.left--; p.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestAMatchStopsWhenItIsInterrupted(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		for left := range 5 {
			_, err := eng.Match(&patient{t.Context(), left}, engine.Request{Children: []care.ID{"C-AMY"}, On: today})
			require.ErrorIs(t, err, context.Canceled, "before the home of number %d", left)
		}
		_, err := eng.Match(&patient{t.Context(), 1000}, engine.Request{Children: []care.ID{"C-AMY"}, On: today})
		require.NoError(t, err)
	})
}
