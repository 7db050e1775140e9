package rulebook_test

import (
	"testing"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// oneAt puts a child of so many years, today, in a home of a kind.
func oneAt(kind care.Kind, years int, change ...func(s *scene)) func(s *scene) {
	return func(s *scene) {
		aged(s, years, monday)
		s.home.Kind = kind
		if !kind.Fostering() {
			s.home.Status, s.home.ApprovedBy = care.Registered, ""
		}
		for _, c := range change {
			c(s)
		}
	}
}

func TestUnder16AgeDisputed(t *testing.T) {
	lowest := func(years int, off care.Day) func(*scene) {
		return func(s *scene) { s.child().DOBLowest = born(years, monday+off) }
	}
	requireRows(t, "under-16-age-disputed", []row{
		{"nobody disputes it", oneAt(care.Supported, 16), silent()},
		{"sixteen on the day by the lowest age too", oneAt(care.Supported, 17, lowest(16, 0)), silent()},
		{"sixteen the day after", oneAt(care.Supported, 17, lowest(16, 1)), warning("17 on the day by the date of birth recorded, 15 by the lowest", "27B may apply")},
		{"in a hospital", oneAt(care.Hospital, 17, lowest(15, 0)), silent()},
		{"in a foster home", oneAt(care.Foster, 17, lowest(15, 0)), silent()},
		{"the day before it is law", func(s *scene) { oneAt(care.Unregulated, 17, lowest(12, 0))(s); s.on = banDay - 1 }, silent()},
	})
}

func TestSupportedSuitability(t *testing.T) {
	asks := signOff(rulebook.NominatedOfficer, "records the suitability", "Schedule 6", "IRO")
	rows := []row{
		{"fifteen", oneAt(care.Supported, 15), silent()},
		{"sixteen today", oneAt(care.Supported, 16), asks},
		{"seventeen, in a hospital", oneAt(care.Hospital, 17), asks},
		{"unregulated", oneAt(care.Unregulated, 17), asks},
		{"eighteen today", oneAt(care.Supported, 18), silent()},
		{"in a children's home", oneAt(care.ChildrensHome, 17), silent()},
	}
	requireRows(t, "supported-suitability", rows)
}

func TestSecureHome(t *testing.T) {
	ordered := func(s *scene) { s.child().SecureOrder = care.Yes }
	refused := func(s *scene) { s.child().SecureOrder = care.No }
	requireRows(t, "secure-home", []row{
		{"a court's order, thirteen today", oneAt(care.Secure, 13, ordered), met("secure order is recorded")},
		{"a court's order, thirteen tomorrow", oneAt(care.Secure, 13, ordered, func(s *scene) { s.child().DOB++ }), signOff(rulebook.SecretaryOfState, "Secretary of State approves", "12 on the day, under 13")},
		{"no order", oneAt(care.Secure, 13, refused), signOff(rulebook.Director, "a court is asked", "72 hours", "26 November 2026")},
		{"an order nobody recorded is none", oneAt(care.Secure, 13), signOff(rulebook.Director, "a court is asked", "72 hours")},
		{"no order, twelve", oneAt(care.Secure, 12), signOff("Secretary of State and director of children's services", "Secretary of State approves", "under 13", "72 hours")},
		{"a children's home is not secure", oneAt(care.ChildrensHome, 12), silent()},
	})
}

func TestLibertyOrder(t *testing.T) {
	deprived := func(s *scene) { s.child().LibertyOrder = care.Yes }
	ordered := func(s *scene) { s.child().SecureOrder = care.Yes }
	rows := []row{
		{"no such order", oneAt(care.Foster, 12, func(s *scene) { s.child().LibertyOrder = care.No }), silent()},
		{"not recorded", oneAt(care.Foster, 12), silent()},
		{"a children's home", oneAt(care.ChildrensHome, 12, deprived), met("registered children's home")},
		{"secure, with an order", oneAt(care.Secure, 13, deprived, ordered), met("secure children's home")},
		{"secure, without one", oneAt(care.Secure, 13, deprived), barred("none without a court", "only as a court has authorised")},
	}
	for _, k := range care.Kinds() {
		if k != care.ChildrensHome && k != care.Secure {
			rows = append(rows, row{string(k), oneAt(k, 12, deprived, ordered), barred("none without a court", k.Words())})
		}
	}
	requireRows(t, "liberty-order", rows)
}

func TestResidentialUnder10(t *testing.T) {
	requireRows(t, "residential-under-10", []row{
		{"ten today", oneAt(care.ChildrensHome, 10), met("10 on the day")},
		{"ten tomorrow", oneAt(care.ChildrensHome, 10, func(s *scene) { s.child().DOB++ }), signOff(rulebook.NominatedOfficer, "without it from 24 November 2026", "9 on the day", "is 10")},
		{"the authority's age is twelve", oneAt(care.ChildrensHome, 11, func(s *scene) { s.policy.ResidentialMinAge = 12 }), signOff(rulebook.NominatedOfficer, "agrees", "is 12")},
		{"a residential school", oneAt(care.ResidentialSchool, 8), silent()},
		{"foster carers", oneAt(care.Foster, 3), silent()},
	})
}
