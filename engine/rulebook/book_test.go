package rulebook_test

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestADayBeforeTheRulebookSpeaksIsRefused(t *testing.T) {
	s := plain()
	s.on = care.Date(2020, 9, 25)
	_, err := rulebook.For(s.question(), []*policy.Policy{&s.policy})
	var early *rulebook.TooEarlyError
	require.ErrorAs(t, err, &early)
	require.Equal(t, s.on, early.On)
	for _, part := range []string{"2020-09-26", "2020-09-25", "SI 2020/445"} {
		require.ErrorContains(t, err, part)
	}
	s.on = care.Date(2020, 9, 26)
	_, err = rulebook.For(s.question(), []*policy.Policy{&s.policy})
	require.NoError(t, err)
}

func TestAHomeThatNothingStandsAgainst(t *testing.T) {
	s := plain()
	for _, f := range s.findings(t) {
		require.Equal(t, rulebook.Met, f.Verdict, "%+v", f)
	}
	require.Equal(t, rulebook.Judgement{}, s.open(t).Judge(s.household()))
	bars, alone := s.open(t).Bars(s.household())
	require.Zero(t, bars)
	require.Empty(t, alone)
}

func TestABarredHomeIsCountedUnderTheFirstRuleThatBarsIt(t *testing.T) {
	s := plain()
	s.home.Status, s.home.Beds = care.Suspended, 0
	s.child().AwayAuthorities = []string{leeds}
	s.home.Closed = nil // a sign-off that no longer matters
	require.Equal(t, rulebook.Judgement{BarredBy: "approval"}, s.open(t).Judge(s.household()))
	bars, alone := s.open(t).Bars(s.household())
	require.Equal(t, 3, bars)
	require.Empty(t, alone, "three rules stand in the way, and none of them alone")
}

func TestJudgeAndBarsAgreeWithTheFindings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		var want rulebook.Judgement
		bars, signOffs := 0, 0
		for _, f := range s.findings(t) {
			switch f.Verdict {
			case rulebook.Barred:
				bars++
				if want.BarredBy == "" {
					want.BarredBy = f.Rule
				}
			case rulebook.SignOff:
				signOffs++
			}
		}
		if want.BarredBy == "" {
			want.SignOffs = signOffs
		}
		book := s.open(t)
		require.Equal(t, want, book.Judge(s.household()))
		n, alone := book.Bars(s.household())
		require.Equal(t, bars, n)
		require.Equal(t, onlyBar(s.findings(t)), alone)
	})
}

// onlyBar is the one rule that bars; empty where none or several do.
func onlyBar(findings []rulebook.Finding) string {
	rules := map[string]bool{}
	for _, f := range findings {
		if f.Verdict == rulebook.Barred {
			rules[f.Rule] = true
		}
	}
	if len(rules) != 1 {
		return ""
	}
	return slices.Collect(maps.Keys(rules))[0]
}

func TestFindingsStandInTheOrderOfTheRulebookChildByChild(t *testing.T) {
	rules := rulebook.Rules()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		last := -1
		for _, f := range s.findings(t) {
			rule := slices.IndexFunc(rules, func(r rulebook.Rule) bool { return r.ID == f.Rule })
			require.GreaterOrEqual(t, rule, 0, f.Rule)
			child := slices.IndexFunc(s.children, func(c care.Child) bool { return c.ID == f.Child })
			place := rule*10 + child + 1
			require.Greater(t, place, last, "%s of %q comes after its turn", f.Rule, f.Child)
			require.Equal(t, rules[rule].Citation, f.Citation)
			last = place
		}
	})
}

func TestTheSameQuestionHasTheSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		other := *s
		other.home, other.stays, other.residents, other.holds = drawHome(t, s.on), nil, nil, nil
		here, there := s.household(), other.household()

		book := s.open(t)
		first, found := book.Judge(here), book.Findings(here)
		bars, alone := book.Bars(here)
		book.Judge(there) // another home between leaves no trace
		book.Findings(there)
		require.Equal(t, first, book.Judge(here))
		require.Equal(t, found, book.Findings(here))
		barsAgain, aloneAgain := book.Bars(here)
		require.Equal(t, bars, barsAgain)
		require.Equal(t, alone, aloneAgain)
		require.Equal(t, found, s.open(t).Findings(here), "a book opened anew")
		require.Equal(t, book.Findings(there), s.open(t).Findings(there))
	})
}

func TestJudgingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		h := s.household()
		before := deepCopy(h)
		book := s.open(t)
		book.Judge(h)
		book.Findings(h)
		require.Equal(t, before, h)
	})
}

func deepCopy(h *care.Household) *care.Household {
	c, home := *h, *h.Home
	c.Home = &home
	home.Closed, home.OwnChildren = slices.Clone(home.Closed), slices.Clone(home.OwnChildren)
	c.Occupancy.Stays, c.Occupancy.Holds, c.Residents = slices.Clone(h.Occupancy.Stays), slices.Clone(h.Occupancy.Holds), slices.Clone(h.Residents)
	return &c
}

// columns names the fields of a home that are not called after their column.
var columns = map[string]string{
	"RestrictedFrom": "restriction_from", "Closed": "closed_dates", "AppliedOn": "registration_applied_on",
	"RefusedOn": "registration_refused_on", "ConfirmedOn": "vacancy_confirmed_on",
}

var newWord = regexp.MustCompile("([a-z])([A-Z])")

// columnOf is the name that findings give to a field.
func columnOf(field string) string {
	if name, is := columns[field]; is {
		return name
	}
	return strings.ToLower(newWord.ReplaceAllString(field, "${1}_${2}"))
}

// mayOpen are the fields whose blank may open a home without a sign-off.
var mayOpen = map[string]string{
	"Places": "a term of approval: empty is no restriction", "AgeMin": "a term of approval: empty is no restriction",
	"AgeMax": "a term of approval: empty is no restriction", "Sexes": "a term of approval: empty is no restriction",
	"Durations":  "a term of approval: empty is no restriction",
	"BedsShut":   "what a vacancy list takes away: blank takes nothing away from the beds",
	"ListedFrom": "what a vacancy list takes away: blank closes no day",
	"RefusedOn":  "the status says that an application is pending, which it is not once it is refused; no day of refusal is what every open application has",
}

// required are the fields without which a home is refused.
var required = []string{"ID", "Kind", "Authority", "Where", "Beds"}

func TestUnknownNeverMeansYes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		if s.open(t).Judge(s.household()).BarredBy == "" {
			return
		}
		fields := reflect.TypeFor[care.Home]()
		for i := range fields.NumField() {
			name := fields.Field(i).Name
			if slices.Contains(required, name) || mayOpen[name] != "" {
				continue
			}
			blanked := *s
			reflect.ValueOf(&blanked.home).Elem().Field(i).SetZero()
			if blanked.open(t).Judge(blanked.household()).BarredBy != "" {
				continue
			}
			require.True(t, asksAbout(blanked.findings(t), columnOf(name)), "without %s the home is open, and no sign-off asks about it", name)
		}
	})
}

func TestAResidentNotKnownNeverMeansYes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		if s.open(t).Judge(s.household()).BarredBy == "" {
			return
		}
		for i, r := range s.residents {
			if r.ID == "C-1" {
				continue
			}
			blanked := *s
			blanked.residents = slices.Clone(s.residents)
			blanked.residents[i].DOB = 0
			if blanked.open(t).Judge(blanked.household()).BarredBy == "" {
				require.True(t, asksAbout(blanked.findings(t), "dob of "+string(r.ID)), "without the age of %s the home is open", r.ID)
			}
		}
	})
}

func asksAbout(findings []rulebook.Finding, fact string) bool {
	return slices.ContainsFunc(findings, func(f rulebook.Finding) bool {
		return f.Verdict == rulebook.SignOff && slices.Contains(f.Missing, fact)
	})
}

func TestJudgingAHomeAllocatesNothing(t *testing.T) {
	for why, change := range map[string]func(s *scene){
		"an empty foster home":     func(*scene) {},
		"three there already":      func(s *scene) { s.full(3, "") },
		"four of them exempt":      func(s *scene) { s.full(3, ""); s.home.ExemptionChildren = []care.ID{"C-1"} },
		"people who are not known": func(s *scene) { beside(care.OnlyWithOlder, 0, "")(s); s.home.OwnChildren = nil },
		"a group and its zones": func(s *scene) {
			s.joins(care.Child{ID: "C-2", DOB: born(9, monday), AwayFrom: []care.Circle{circle(headingley, 1)}})
		},
		"a full home": func(s *scene) { s.full(2, ""); s.home.Beds = 2 },
		"a bed that is held": func(s *scene) {
			s.holds = []care.Hold{{ID: "K-1", Children: []care.ID{"X-1"}, Until: care.StartOf(monday + 2)}}
		},
		"a home closed":                  func(s *scene) { s.home.Closed = []care.DayRange{{From: monday, To: monday}} },
		"far from home":                  func(s *scene) { elsewhere(cornwall, "")(s); s.home.Where = north(headingley, 200) },
		"an approval whose end is blank": func(s *scene) { s.home.RegisteredUntil = care.End{} },
		"a connected person":             func(s *scene) { aunt(s); s.home.Status = care.Pending },
		"supported accommodation":        func(s *scene) { supported(s); aged(s, 16, monday) },
	} {
		s := plain()
		change(s)
		book, h := s.open(t), s.household()
		require.Zero(t, testing.AllocsPerRun(100, func() { book.Judge(h) }), why)
		require.Zero(t, testing.AllocsPerRun(100, func() { book.Bars(h) }), why)
	}
}

func BenchmarkJudge(b *testing.B) {
	s := plain()
	s.full(2, "")
	book, h := s.open(b), s.household()
	require.Empty(b, book.Judge(h).BarredBy)
	b.ReportAllocs()
	for b.Loop() {
		book.Judge(h)
	}
}
