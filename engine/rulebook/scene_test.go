package rulebook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Authorities of the scenes. Bradford adjoins Leeds; Cornwall adjoins neither.
const (
	leeds    = "E08000035"
	bradford = "E08000032"
	cornwall = "E06000052"
)

// monday is the day of the placement unless a scene says otherwise.
var monday = care.Date(2026, time.November, 23)

// headingley is where the child's family lives.
var headingley = care.Location{Postcode: "LS6 2AB", Point: care.At(53.82, -1.56)}

// scene is a placement officer's question: children, a home, who lives there.
type scene struct {
	children  []care.Child
	home      care.Home
	residents []care.Child
	stays     []care.Stay
	holds     []care.Hold
	held      map[care.ID]care.Child // for whom beds are held; of others only the id is known
	siblings  [][]care.Sibling       // of each child, elsewhere
	movesFrom []care.ID              // of each child
	on        care.Day
	at        time.Time // zero: nine in the morning of the day of the placement
	emergency bool
	policy    policy.Policy
}

// plain is a scene in which nothing stands in the way: a boy of twelve and
// carers in his own authority with two empty beds and everything recorded.
func plain() *scene {
	return &scene{
		children: []care.Child{{ID: "C-1", DOB: born(12, monday-100), Sex: care.Male, Authority: leeds, Plan: care.Long, Home: headingley}},
		home: care.Home{
			ID: "H-1", Kind: care.Foster, Authority: leeds, ApprovedBy: leeds, Where: headingley, Beds: 2,
			Status: care.Approved, RegisteredFrom: care.Date(2020, time.January, 1), RegisteredUntil: care.Never(), RestrictedFrom: care.Never(),
			Closed: []care.DayRange{}, OwnChildren: []care.Day{}, Bedrooms: []int{1, 1}, SiblingsMayShare: care.No, EarlyPermanence: care.No,
			Adaptations: care.List{}, Skills: care.List{}, Languages: care.List{}, Faiths: care.List{}, Cultures: care.List{},
			Ethnicities: care.List{}, Pets: care.List{}, SupportsRisks: care.List{}, Smoking: care.No, ConfirmedOn: monday - 1,
		},
		on: monday, policy: policy.Default(),
	}
}

// born is the date of birth of somebody who turns so many years old on a day.
func born(years int, birthday care.Day) care.Day {
	y, m, d := birthday.Date()
	return care.Date(y-years, m, d)
}

func (s *scene) child() *care.Child { return &s.children[0] }

// joins adds a child to the case.
func (s *scene) joins(c care.Child) {
	if c.Authority == "" {
		c.Authority = leeds
	}
	s.children = append(s.children, c)
}

// lives adds a child who lives in the home, from a year before unless the stay
// says otherwise.
func (s *scene) lives(c care.Child, stay ...care.Stay) {
	st := care.Stay{Start: monday - 365}
	if len(stay) > 0 {
		st = stay[0]
	}
	st.Placement, st.Child = care.ID(fmt.Sprintf("P-%03d", len(s.stays))), c.ID
	s.stays, s.residents = append(s.stays, st), append(s.residents, c)
}

// keeps holds a bed for a child, from the day of the placement to the next noon.
func (s *scene) keeps(c care.Child) {
	if s.held == nil {
		s.held = map[care.ID]care.Child{}
	}
	s.held[c.ID] = c
	s.holds = append(s.holds, care.Hold{
		ID: care.ID(fmt.Sprintf("K-%d", len(s.holds)+1)), Children: []care.ID{c.ID}, From: s.on, By: "B. Officer",
		Until: care.StartOf(s.on + 1).Add(12 * time.Hour),
	})
}

// full fills the home with so many twelve-year-olds, and gives it one bed more.
func (s *scene) full(children int, group care.ID) {
	for i := range children {
		s.lives(care.Child{ID: care.ID(fmt.Sprintf("R-%d", i+1)), DOB: born(12, monday-200), Group: group})
	}
	s.home.Beds = children + 1
}

func (s *scene) question() care.Case {
	at := s.at
	if at.IsZero() {
		at = care.StartOf(s.on).Add(9 * time.Hour)
	}
	var ids []care.ID
	for i := range s.children {
		ids = append(ids, s.children[i].ID)
	}
	siblings := make([][]care.Sibling, len(ids))
	copy(siblings, s.siblings)
	from := make([]care.ID, len(ids))
	copy(from, s.movesFrom)
	return care.Case{Children: s.children, Siblings: siblings, MovesFrom: from, On: s.on, Ask: care.Ask(at, ids...), Emergency: s.emergency}
}

func (s *scene) open(t require.TestingT) *rulebook.Book {
	policies := make([]*policy.Policy, len(s.children))
	for i := range policies {
		policies[i] = &s.policy
	}
	book, err := rulebook.For(s.question(), policies)
	require.NoError(t, err)
	return book
}

func (s *scene) household() *care.Household {
	home := s.home
	h := &care.Household{Home: &home, Occupancy: care.Occupancy{Home: home.ID, Stays: s.stays, Holds: s.holds}, Residents: s.residents}
	for i := range s.holds {
		for _, id := range s.holds[i].Children {
			c := s.held[id]
			c.ID = id
			h.Held = append(h.Held, c)
		}
	}
	return h
}

func (s *scene) findings(t require.TestingT) []rulebook.Finding {
	all := s.open(t).Findings(s.household())
	for _, f := range all {
		requireSound(t, s, f)
	}
	return all
}

// requireSound checks what every finding must have, whatever the rule.
func requireSound(t require.TestingT, s *scene, f rulebook.Finding) {
	about := fmt.Sprintf("%+v", f)
	require.NotEmpty(t, f.Rule, about)
	require.NotEmpty(t, f.Citation, about)
	require.NotEmpty(t, f.Says, about)
	for _, text := range []string{f.Says, strings.TrimPrefix(f.NearestFix, "no day recorded on which ")} {
		require.Equal(t, strings.TrimSpace(text), text, about)
		for _, slip := range []string{"%!", "  ", "no day recorded", "..", " ,", ";;", "; ;", " 1 beds", " 1 children"} {
			require.NotContains(t, text, slip, about)
		}
		require.False(t, strings.HasSuffix(text, ".") || strings.HasSuffix(text, ";") || strings.HasSuffix(text, " "), about)
	}
	hard := f.Verdict == rulebook.Barred || f.Verdict == rulebook.SignOff
	require.True(t, f.NearestFix != "" || !hard, "a fix for each bar and sign-off: %s", about)
	if f.Verdict == rulebook.Met {
		require.Empty(t, f.NearestFix, "what is met needs no fix: %s", about)
		require.Nil(t, f.Missing, "what is met misses nothing: %s", about)
	}
	require.Equal(t, f.Verdict == rulebook.SignOff, f.Role != "", "a role for each sign-off, and for nothing else: %s", about)
	if f.Verdict == rulebook.SignOff {
		require.Equal(t, s.on, f.ByDay, about)
	}
	if f.Verdict == rulebook.Met || f.Verdict == rulebook.Barred {
		require.Zero(t, f.ByDay, about)
	}
}

// expected is what a rule should find.
type expected struct {
	verdict rulebook.Verdict
	role    string
	byDay   care.Day // 0: the day of the placement for a sign-off, none for the rest
	says    []string // parts of the sentence
	fix     string   // part of the nearest fix
	missing []string
}

func met(says ...string) expected     { return expected{verdict: rulebook.Met, says: says} }
func warning(says ...string) expected { return expected{verdict: rulebook.Warning, says: says} }
func silent() expected                { return expected{verdict: rulebook.Silent} }

func barred(fix string, says ...string) expected {
	return expected{verdict: rulebook.Barred, fix: fix, says: says}
}

func signOff(role, fix string, says ...string) expected {
	return expected{verdict: rulebook.SignOff, role: role, fix: fix, says: says}
}

func (e expected) by(d care.Day) expected           { e.byDay = d; return e }
func (e expected) without(facts ...string) expected { e.missing = facts; return e }

// row is a scenario for one rule.
type row struct {
	why    string
	change func(s *scene)
	want   expected
}

// requireRows plays each scenario and looks at what the rule finds for the
// first child.
func requireRows(t *testing.T, rule string, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.why, func(t *testing.T) {
			s := plain()
			r.change(s)
			requireFinding(t, s, rule, r.want)
		})
	}
}

func requireFinding(t *testing.T, s *scene, rule string, want expected) {
	t.Helper()
	f := s.finds(t, rule)
	require.Equal(t, want.verdict.String(), f.Verdict.String(), "%+v", f)
	require.Equal(t, want.role, f.Role)
	if want.verdict == rulebook.SignOff {
		want.byDay = s.on
	}
	require.Equal(t, want.byDay.String(), f.ByDay.String())
	for _, part := range want.says {
		require.Contains(t, f.Says, part)
	}
	require.Contains(t, f.NearestFix, want.fix)
	require.Equal(t, want.missing, f.Missing)
}

// finds is the finding of a rule, for the first child where it judges each; the
// zero Finding if the rule is silent.
func (s *scene) finds(t *testing.T, rule string) rulebook.Finding {
	t.Helper()
	require.True(t, slices.ContainsFunc(rulebook.Rules(), func(r rulebook.Rule) bool { return r.ID == rule }), "there is no rule %s", rule)
	all := s.findings(t)
	i := slices.IndexFunc(all, func(f rulebook.Finding) bool { return f.Rule == rule && (f.Child == "" || f.Child == s.child().ID) })
	if i < 0 {
		return rulebook.Finding{}
	}
	return all[i]
}
