package rulebook_test

import (
	"testing"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// company puts a resident beside a newcomer with these risks to others.
func company(risks care.List, dob care.Day, theirs ...string) func(*scene) {
	return func(s *scene) {
		s.child().RisksToOthers = risks
		s.lives(care.Child{ID: "R-1", DOB: dob, RisksToOthers: theirs})
	}
}

// together puts another child into the request of a child with these risks to
// others.
func together(risks care.List, dob care.Day, theirs ...string) func(*scene) {
	return func(s *scene) {
		s.child().RisksToOthers = risks
		s.joins(care.Child{ID: "C-2", DOB: dob, RisksToOthers: theirs})
	}
}

func TestRiskToOthers(t *testing.T) {
	his := plain().child().DOB
	harm := care.List{"sexual-harm"}
	asks := func(says ...string) expected {
		return signOff(rulebook.NominatedOfficer, "social worker consulted", says...)
	}
	sister := func(f func(*scene)) func(*scene) {
		return func(s *scene) { f(s); s.child().Group, s.residents[0].Group = "G-1", "G-1" }
	}
	requireRows(t, "risk-to-others", []row{
		{"nobody, nothing", func(*scene) {}, met("no known risk")},
		{"a risk and nobody there", func(s *scene) { s.child().RisksToOthers = harm }, met("nobody else there")},
		{"sexual harm, somebody a day younger", company(harm, his+1), barred("R-1 leaves", "R-1 there is younger")},
		{"of one age", company(harm, his), barred("R-1 leaves", "of the same age")},
		{"a day older", company(harm, his-1), asks("from C-1 to others there: sexual harm")},
		{"of an age not recorded", company(harm, 0), barred("R-1 leaves", "the age of R-1 is not recorded")},
		{"the other way, and he is younger", company(nil, his-1, "sexual-harm"), barred("R-1 leaves", "R-1 there is known", "C-1 is younger")},
		{"the other way, and he is older", company(nil, his+1, "sexual-harm"), asks("known risk from R-1")},
		{"the other way, of an age not recorded", company(nil, 0, "sexual-harm"), barred("R-1 leaves", "not recorded")},
		{"his younger sister is no other", sister(company(harm, his+100)), met("nobody else there")},
		{"the carers' younger child", func(s *scene) { s.child().RisksToOthers, s.home.OwnChildren = harm, []care.Day{his + 1} }, barred("own child", "a child of the carers there is younger")},
		{"the carers' older child", func(s *scene) { s.child().RisksToOthers, s.home.OwnChildren = harm, []care.Day{his - 1} }, asks("sexual harm")},
		{"nobody recorded their children", func(s *scene) { s.child().RisksToOthers, s.home.OwnChildren = harm, nil }, signOff(rulebook.PlacementOfficer, "record own_children").without("own_children")},
		{"nor that, and somebody older lives there", func(s *scene) { company(harm, his-1)(s); s.home.OwnChildren = nil }, asks("own is not recorded").without("own_children")},
		{"physical harm, somebody there", company(care.List{"physical-harm"}, his), asks("physical harm")},
		{"physical harm both ways", company(care.List{"physical-harm"}, his, "fire-setting"), asks("C-1 to others there: physical harm", "known risk from R-1, who lives there: fire setting")},
		{"fire, and nobody there", func(s *scene) { s.child().RisksToOthers = care.List{"fire-setting"} }, asks("fire setting")},
		{"harm to animals, and a dog", func(s *scene) {
			s.child().RisksToOthers, s.home.Pets = care.List{"harm-to-animals"}, care.List{"dog"}
		}, asks("harm to animals")},
		{"harm to animals, and none", func(s *scene) { s.child().RisksToOthers = care.List{"harm-to-animals"} }, met("nobody else")},
		{"harm to animals, and nobody recorded any", func(s *scene) { s.child().RisksToOthers, s.home.Pets = care.List{"harm-to-animals"}, nil }, signOff(rulebook.PlacementOfficer, "record pets").without("pets")},
		{"the other child of the request is younger", together(harm, his+1), barred("match C-1 and C-2 one by one", "C-2, who would move in too, is younger")},
		{"the other way", together(nil, his-1, "sexual-harm"), barred("one by one", "C-2, who would move in too, is known to present a risk of sexual harm, and C-1 is younger")},
		{"a risk from the other child of the request", together(nil, his, "physical-harm"), asks("known risk from C-2, who would move in too: physical harm")},
		{"his own, to the other child of the request", together(care.List{"physical-harm"}, his), asks("C-1 to others there: physical harm")},
		{"his younger sister of the request", func(s *scene) {
			together(harm, his+1)(s)
			s.children[0].Group, s.children[1].Group = "G-1", "G-1"
		}, met("nobody else there")},
		{"nor that, beside somebody", func(s *scene) { company(care.List{"harm-to-animals"}, his)(s); s.home.Pets = nil }, asks("pets is not recorded").without("pets")},
	})
}

func TestRiskToChild(t *testing.T) {
	risk := func(risks ...string) func(*scene) { return func(s *scene) { s.child().RisksToChild = risks } }
	same := func(s *scene) {
		risk("sexual-exploitation")(s)
		s.lives(care.Child{ID: "R-1", DOB: born(14, monday), RisksToChild: care.List{"sexual-exploitation"}})
		s.home.SupportsRisks = care.List{"sexual-exploitation"}
	}
	requireRows(t, "risk-to-child", []row{
		{"none known", func(*scene) {}, silent()},
		{"skilled", func(s *scene) { risk("missing")(s); s.home.SupportsRisks = care.List{"missing"} }, met("missing")},
		{"a gap", func(s *scene) { risk("missing", "self-harm")(s); s.home.SupportsRisks = care.List{"missing"} }, signOff(rulebook.NominatedOfficer, "plan for the risks", "no skill declared for self harm")},
		{"a gap in exploitation", risk("criminal-exploitation"), signOff(rulebook.NominatedOfficer, "locality risk assessment")},
		{"skill not recorded", func(s *scene) { risk("missing")(s); s.home.SupportsRisks = nil }, signOff(rulebook.PlacementOfficer, "record supports_risks").without("supports_risks")},
		{"somebody at the same risk", same, signOff(rulebook.NominatedOfficer, "locality", "R-1, who lives there, is at the same risk")},
		{"and a gap beside it", func(s *scene) {
			same(s)
			risk("sexual-exploitation", "self-harm")(s)
		}, signOff(rulebook.NominatedOfficer, "locality", "R-1, who lives there, is at the same risk of exploitation; no skill declared for self harm")},
		{"and skill not recorded beside it", func(s *scene) { same(s); s.home.SupportsRisks = nil }, signOff(rulebook.NominatedOfficer, "locality", "at the same risk of exploitation; whether the carers are skilled for the known risks is not recorded").without("supports_risks")},
		{"his sister at the same risk", func(s *scene) { same(s); s.child().Group, s.residents[0].Group = "G-1", "G-1" }, met("sexual exploitation")},
		{"the other child of the request at the same risk", func(s *scene) {
			risk("sexual-exploitation")(s)
			s.joins(care.Child{ID: "C-2", DOB: born(14, monday), RisksToChild: care.List{"sexual-exploitation"}})
		}, signOff(rulebook.NominatedOfficer, "locality", "C-2, who would move in too, is at the same risk")},
		{"somebody at another risk", func(s *scene) { same(s); s.residents[0].RisksToChild = care.List{"criminal-exploitation"} }, met("skilled")},
	})
}
