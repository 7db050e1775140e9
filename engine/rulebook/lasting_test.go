package rulebook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestVacancyConfirmed(t *testing.T) {
	on := func(d care.Day) func(*scene) { return func(s *scene) { s.home.ConfirmedOn = d } }
	asked := expected{verdict: rulebook.Warning, says: []string{"8 days", "more than 7"}, fix: "ask the home"}
	requireRows(t, "vacancy-confirmed", []row{
		{"today", on(monday), met("0 days before")},
		{"a week ago", on(monday - 7), met("7 days before")},
		{"eight days ago", on(monday - 8), asked},
		{"never", on(0), expected{verdict: rulebook.Warning, says: []string{"never confirmed"}, fix: "ask"}.without("vacancy_confirmed_on")},
		{"confirmed since the day asked about", on(monday + 2), met("25 November 2026")},
		{"the authority asks after a fortnight", func(s *scene) { on(monday - 14)(s); s.policy.StaleAfterDays = 14 }, met("14 days")},
	})
}

func TestRunsOut(t *testing.T) {
	requireRows(t, "runs-out", []row{
		{"nothing", func(*scene) {}, met("within 182 days")},
		{"approval ends on the last day looked at", func(s *scene) { s.home.RegisteredUntil = care.EndOn(monday + 182) }, warning("its approval ends on 24 May 2027").by(monday + 182)},
		{"the day after that", func(s *scene) { s.home.RegisteredUntil = care.EndOn(monday + 183) }, met("nothing")},
		{"a registration", oneAt(care.ChildrensHome, 12, func(s *scene) { s.home.RegisteredUntil = care.EndOn(monday + 1) }), warning("its registration ends on 24 November").by(monday + 1)},
		{"sixteen next month", func(s *scene) { s.child().DOB = born(16, monday+30) }, warning("C-1 is 16 on 23 December").by(monday + 30)},
		{"sixteen today", func(s *scene) { s.child().DOB = born(16, monday) }, met("nothing")},
		{"a holiday, and eighteen before it", func(s *scene) {
			s.home.Closed = []care.DayRange{{From: monday + 28, To: monday + 40}}
			s.child().DOB = born(18, monday+20)
		}, warning("a closed period begins on 21 December 2026; C-1 is 18 on 13 December 2026").by(monday + 20)},
		{"an aunt for sixteen weeks", func(s *scene) { aunt(s); s.home.Status, s.home.TemporaryFrom = care.Pending, monday }, warning("the temporary approval ends").by(monday + 112)},
		{"outside the terms in an emergency", func(s *scene) { s.emergency, s.home.AgeMax = true, care.Num(9) }, warning("6 working days outside its terms end").by(monday.LastOfWorkingDays(6))},
		{"within the terms in an emergency", func(s *scene) { s.emergency = true }, met("nothing")},
		{"admissions are to be restricted", func(s *scene) { s.home.RestrictedFrom = care.EndOn(monday + 9) }, warning("its admissions are restricted").by(monday + 9)},
		{"the authority looks no further than a week", func(s *scene) { s.policy.RunsOutDays, s.home.RegisteredUntil = 7, care.EndOn(monday+8) }, met("within 7 days")},
	})
}

func TestOfSeveralAuthoritiesTheMostCarefulDecides(t *testing.T) {
	careful, easy := policy.Default(), policy.Default()
	easy.StaleAfterDays, easy.RunsOutDays = 30, 7
	s := plain()
	s.joins(care.Child{ID: "C-2", DOB: born(9, monday), Authority: bradford})
	s.home.ConfirmedOn, s.home.RegisteredUntil = monday-8, care.EndOn(monday+60)
	for _, policies := range [][]*policy.Policy{{&careful, &easy}, {&easy, &careful}} {
		book, err := rulebook.For(s.question(), policies)
		require.NoError(t, err)
		warned := 0
		for _, f := range book.Findings(s.household()) {
			if f.Rule == "vacancy-confirmed" || f.Rule == "runs-out" {
				require.Equal(t, rulebook.Warning, f.Verdict, f.Says)
				warned++
			}
		}
		require.Equal(t, 2, warned)
	}
}

func TestEndingsNameWhatEndsWhateverTheDay(t *testing.T) {
	s := plain()
	s.home.RegisteredUntil = care.EndOn(monday - 5)
	c := s.question()
	all := rulebook.Endings(c, s.household())
	require.Equal(t, []rulebook.Ending{
		{Day: monday - 5, What: "its approval ends", Overdue: true},
		{Day: care.Birthday(s.child().DOB, 16), What: "C-1 is 16"}, {Day: care.Birthday(s.child().DOB, 18), What: "C-1 is 18"},
	}, all)
}
