package rulebook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// term changes the home, which is a foster home in the rows of one rule and a
// children's home in those of the other.
func term(change func(h *care.Home)) func(s *scene) { return func(s *scene) { change(&s.home) } }

// termRows are the terms that both rules know, with the words each leads with.
func termRows(lead string) []row {
	girls, both := []care.Sex{care.Female}, []care.Sex{care.Male, care.Female}
	return []row{
		{"no terms are no restriction", term(func(*care.Home) {}), met(lead + " any age; 12 on the day")},
		{"the youngest age", term(func(h *care.Home) { h.AgeMin = care.Num(12) }), met(lead + " ages 12 and over; 12 on the day")},
		{"a year below the youngest", term(func(h *care.Home) { h.AgeMin = care.Num(13) }), barred("within the age from 15 August 2027", lead+" ages 13 and over; 12 on the day")},
		{"the day before the birthday that would do", func(s *scene) { s.home.AgeMin, s.child().DOB = care.Num(13), born(13, monday+1) }, barred("from 24 November 2026", "12 on the day")},
		{"that birthday", func(s *scene) { s.home.AgeMin, s.child().DOB = care.Num(13), born(13, monday) }, met("13 on the day")},
		{"the oldest age", term(func(h *care.Home) { h.AgeMax = care.Num(12) }), met(lead + " ages up to 12; 12 on the day")},
		{"a year above the oldest", term(func(h *care.Home) { h.AgeMin, h.AgeMax = care.Num(0), care.Num(11) }), barred("terms are changed", lead+" ages 0 to 11; 12 on the day")},
		{"the day before he outgrows the oldest age", func(s *scene) { s.home.AgeMax, s.child().DOB = care.Num(11), born(12, monday+1) }, met("11 on the day")},

		{"girls only, and a boy", term(func(h *care.Home) { h.Sexes = girls }), barred("terms are changed", lead+" girls only; this child is a boy")},
		{"boys only, and a boy", term(func(h *care.Home) { h.Sexes = []care.Sex{care.Male} }), met("12 on the day")},
		{"boys and girls", term(func(h *care.Home) { h.Sexes = both }), met("12 on the day")},
		{"girls only, and nobody recorded the child's sex", func(s *scene) { s.home.Sexes, s.child().Sex = girls, "" }, barred("record the sex of C-1", lead+" girls only; the child's sex is not recorded")},
		{"boys and girls, and nobody recorded the child's sex", func(s *scene) { s.home.Sexes, s.child().Sex = both, "" }, met("12 on the day")},

		{"the approved number with this child", func(s *scene) { s.full(2, ""); s.home.Places = care.Num(3) }, met("12 on the day")},
		{"one more than the approved number", func(s *scene) { s.full(2, ""); s.home.Places = care.Num(2) }, barred("terms are changed", lead+" 2 children; there would be 3")},
		{"one more, until a child leaves", func(s *scene) { s.full(2, ""); s.home.Places = care.Num(2); s.stays[0].End = monday + 10 }, barred("within the number from 3 December 2026", "there would be 3")},
		{"one more while another holds a place", func(s *scene) {
			s.home.Places = care.Num(1)
			s.holds = []care.Hold{{ID: "K-1", Children: []care.ID{"X-1"}, From: monday, Until: care.StartOf(monday + 3), By: "B. Officer"}}
		}, barred("within the number from 26 November 2026", lead+" 1 child; there would be 2")},
		{"a third child of three, and the fourth bed is shut", func(s *scene) {
			s.full(2, "")
			s.home.Beds, s.home.BedsShut, s.home.Places = 4, care.Num(1), care.Num(3)
		}, met("12 on the day")},
		{"a third child of two, and the fourth bed is shut", func(s *scene) {
			s.full(2, "")
			s.home.Beds, s.home.BedsShut, s.home.Places, s.stays[0].End = 4, care.Num(1), care.Num(2), monday+10
		}, barred("within the number from 3 December 2026", "there would be 3")},
		{"a group of two and one place", func(s *scene) { s.joins(care.Child{ID: "C-2", DOB: born(9, monday)}); s.home.Places = care.Num(1) }, barred("terms are changed", "1 child; there would be 2")},
		{"no child at all", term(func(h *care.Home) { h.Places = care.Num(0) }), barred("terms are changed", "0 children; there would be 1")},

		{"short placements only, and a long plan", term(func(h *care.Home) { h.Durations = []care.Duration{care.Short, care.Respite} }), barred("to another plan", lead+" short, respite placements; the plan is long")},
		{"long placements among others", term(func(h *care.Home) { h.Durations = []care.Duration{care.Short, care.Long} }), met("12 on the day")},
		{"short placements only, and no plan recorded", func(s *scene) { s.home.Durations, s.child().Plan = []care.Duration{care.Short}, "" }, met("12 on the day")},
	}
}

func TestTermsOfApproval(t *testing.T) {
	requireRows(t, "terms-of-approval", append(termRows("approved for"),
		row{"a children's home has a statement of purpose", term(func(h *care.Home) { h.Kind = care.ChildrensHome }), silent()},
		row{"supported accommodation says whom it takes", func(s *scene) { supported(s); s.home.AgeMin = care.Num(16) }, barred("15 August 2030", "it takes ages 16 and over; 12 on the day")},
		row{"a hospital with no terms", term(func(h *care.Home) { h.Kind = care.Hospital }), met("it takes any age; 12 on the day")},
	))
}

func TestStatementOfPurpose(t *testing.T) {
	rows := termRows("its statement of purpose is for")
	for i, r := range rows {
		rows[i].change = func(s *scene) {
			s.home.Kind, s.home.Status = care.ChildrensHome, care.Registered
			r.change(s)
		}
	}
	requireRows(t, "statement-of-purpose", append(rows,
		row{"a foster home has terms of approval", func(*scene) {}, silent()},
		row{"a boarding school", term(func(h *care.Home) { h.Kind, h.AgeMin = care.ResidentialSchool, care.Num(13) }), barred("15 August 2027", "12 on the day")},
		row{"an emergency opens no children's home", func(s *scene) {
			s.home.Kind, s.home.AgeMin, s.emergency = care.ChildrensHome, care.Num(13), true
		}, barred("15 August 2027", "12 on the day")},
	))
}

func TestOutsideTheTermsInAnEmergency(t *testing.T) {
	outside := func(on care.Day, change func(h *care.Home)) func(s *scene) {
		return func(s *scene) { s.emergency = true; aged(s, 12, on); change(&s.home) }
	}
	tooOld := func(h *care.Home) { h.AgeMax = care.Num(8) }
	sixDays := func(until care.Day, says ...string) expected {
		return signOff(rulebook.NominatedOfficer, "moves on by "+until.Words(), append(says, "6 working days at most, to "+until.Words())...)
	}
	requireRows(t, "terms-of-approval", []row{
		{"within the terms an emergency changes nothing", outside(monday, func(*care.Home) {}), met("12 on the day")},
		{"from a Monday to the Monday after", outside(monday, tooOld), sixDays(care.Date(2026, time.November, 30), "ages up to 8; 12 on the day")},
		{"from a Saturday the weekend is not counted", outside(monday-2, tooOld), sixDays(care.Date(2026, time.November, 30))},
		{"nor are Christmas, Boxing Day's substitute and New Year", outside(care.Date(2026, time.December, 23), tooOld), sixDays(care.Date(2027, time.January, 4))},
		{"connected persons are foster carers too", outside(monday, func(h *care.Home) { h.Kind, h.AgeMax = care.ConnectedPerson, care.Num(8) }), sixDays(care.Date(2026, time.November, 30))},
		{"too many children", outside(monday, func(h *care.Home) { h.Places = care.Num(0) }), sixDays(care.Date(2026, time.November, 30), "there would be 1")},
		{"supported accommodation has no such rule", outside(monday, func(h *care.Home) { h.Kind, h.AgeMin = care.Supported, care.Num(16) }), barred("terms are changed", "12 on the day")},
	})
}

func TestTheTermsJudgeEachChildOfAGroup(t *testing.T) {
	s := plain()
	s.joins(care.Child{ID: "C-2", DOB: born(3, monday), Sex: care.Female})
	s.home.AgeMin = care.Num(5)
	byChild := map[care.ID]rulebook.Verdict{}
	for _, f := range s.findings(t) {
		if f.Rule == "terms-of-approval" {
			byChild[f.Child] = f.Verdict
		}
	}
	require.Equal(t, map[care.ID]rulebook.Verdict{"C-1": rulebook.Met, "C-2": rulebook.Barred}, byChild)
}
