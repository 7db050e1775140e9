package rulebook_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

var update = flag.Bool("update", false, "write the golden files anew; read the difference before it is kept")

// stories are scenes told in full: every finding, as an officer reads it.
var stories = []struct {
	name   string
	change func(s *scene)
}{
	{"nothing-stands-in-the-way", func(*scene) {}},
	{"a-bed-tonight-in-the-next-authority", func(s *scene) {
		s.emergency, s.at = true, time.Date(2026, time.November, 23, 21, 40, 0, 0, time.UTC)
		elsewhere(bradford, "Acme Fostering")(s)
		s.home.Where, s.home.AgeMax = north(headingley, 9.4), care.Num(10)
	}},
	{"three-sisters-and-their-aunt", func(s *scene) {
		aunt(s)
		s.home.Authority, s.home.ApprovedBy, s.home.Beds = cornwall, "", 3
		s.home.Where, s.home.Status, s.home.TemporaryFrom = north(headingley, 280), care.Pending, monday-30
		*s.child() = care.Child{ID: "C-1", DOB: born(4, monday), Sex: care.Female, Authority: leeds, Group: "G-1", Home: headingley, ConnectedHomes: []care.ID{"H-1"}}
		for _, id := range []care.ID{"C-2", "C-3"} {
			s.joins(care.Child{ID: id, DOB: born(7, monday), Sex: care.Female, Group: "G-1", Home: headingley, ConnectedHomes: []care.ID{"H-1"}})
		}
	}},
	{"fifteen-and-a-half-in-supported-accommodation", func(s *scene) {
		supported(s)
		s.child().DOB, s.child().DOBLowest = born(16, monday-180), born(15, monday-180)
		s.home.RegisteredUntil = care.End{}
	}},
	{"nobody-has-recorded-much", func(s *scene) {
		s.child().Alongside, s.child().Sex = care.OnlyWithOlder, ""
		s.home.Sexes = []care.Sex{care.Female}
		s.home.Closed, s.home.OwnChildren, s.home.RegisteredUntil, s.home.RestrictedFrom = nil, nil, care.End{}, care.End{}
		s.lives(care.Child{ID: "R-1"})
	}},
	{"everything-at-once", func(s *scene) {
		s.full(3, "G-2")
		s.home.Beds, s.home.Places, s.home.RestrictedFrom = 3, care.Num(3), care.EndOn(monday-3)
		s.home.Closed = []care.DayRange{{From: monday - 2, To: monday + 12}}
		s.stays[1].ExpectedEnd = monday + 40
		s.holds = []care.Hold{{ID: "K-1", By: "B. Officer", Children: []care.ID{"X-1"}, From: monday, Until: time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)}}
		s.child().Alongside, s.child().Exclusion = care.SoloRecommended, []care.Circle{circle(north(headingley, 1.2), 2.5)}
		s.child().AwayAuthorities = []string{leeds}
	}},
	{"a-bedsit-in-the-summer-of-2021", func(s *scene) {
		aged(s, 15, care.Date(2021, time.July, 1))
		s.home.Kind, s.home.Status, s.policy.ProposedBan = care.Unregulated, "", policy.Warn
	}},
	{"a-childrens-home-that-is-closing", func(s *scene) {
		s.home.Kind, s.home.Status, s.home.ApprovedBy, s.home.Beds = care.ChildrensHome, care.Registered, "", 4
		s.home.RegisteredUntil, s.home.AgeMin, s.home.AgeMax = care.EndOn(monday), care.Num(13), care.Num(17)
		s.home.Where = north(headingley, 21.3)
	}},
}

// TestStoriesReadAsTheyShould compares what an officer would read with what was
// read and found good.
func TestStoriesReadAsTheyShould(t *testing.T) {
	for _, story := range stories {
		t.Run(story.name, func(t *testing.T) {
			s := plain()
			story.change(s)
			path := filepath.Join("testdata", story.name+".golden")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(path, []byte(s.told(t)), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), s.told(t))
		})
	}
}

// told writes the findings out, a paragraph each.
func (s *scene) told(t *testing.T) string {
	var b strings.Builder
	j := s.open(t).Judge(s.household())
	bars, alone := s.open(t).Bars(s.household())
	fmt.Fprintf(&b, "barred by: %s; sign-offs: %d; bars in all: %d; alone: %s\n", j.BarredBy, j.SignOffs, bars, alone)
	for _, f := range s.findings(t) {
		fmt.Fprintf(&b, "\n%s %s %s\n  %s\n", f.Verdict, f.Rule, f.Child, f.Says)
		if f.Role != "" {
			fmt.Fprintf(&b, "  who: %s\n", f.Role)
		}
		if f.ByDay != 0 {
			fmt.Fprintf(&b, "  by: %s\n", f.ByDay)
		}
		if f.NearestFix != "" {
			fmt.Fprintf(&b, "  fix: %s\n", f.NearestFix)
		}
		if len(f.Missing) > 0 {
			fmt.Fprintf(&b, "  not recorded: %s\n", strings.Join(f.Missing, ", "))
		}
	}
	return b.String()
}
