package rulebook_test

import (
	"testing"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestKeptApart(t *testing.T) {
	apart := func(from ...care.ID) func(*scene) {
		return func(s *scene) { s.child().KeptApart = from; s.full(1, "") }
	}
	requireRows(t, "kept-apart", []row{
		{"nobody is", func(s *scene) { s.full(1, "") }, silent()},
		{"from this household", apart("H-1"), barred("none for this home", "this household")},
		{"from one who lives there", apart("R-1"), barred("R-1 leaves", "C-1 must be kept apart from R-1")},
		{"the reverse", func(s *scene) { s.full(1, ""); s.residents[0].KeptApart = []care.ID{"C-1"} }, barred("R-1 leaves", "R-1, who lives there, must be kept apart from C-1")},
		{"from his sister there", func(s *scene) { apart("R-1")(s); s.child().Group, s.residents[0].Group = "G-1", "G-1" }, barred("R-1 leaves")},
		{"from one who left today", func(s *scene) { apart("R-1")(s); s.stays[0].End = monday }, met("nobody there")},
		{"from somebody elsewhere", apart("X-1", "H-2"), met("nobody there")},
	})
}

func TestAdaptations(t *testing.T) {
	needs := func(home care.List) func(*scene) {
		return func(s *scene) { s.child().Adaptation, s.home.Adaptations = care.List{"hoist", "wide-doors"}, home }
	}
	requireRows(t, "adaptations", []row{
		{"needs none", func(*scene) {}, silent()},
		{"all there", needs(care.List{"ramp", "wide-doors", "hoist"}), met("hoist, wide doors")},
		{"one missing", needs(care.List{"hoist"}), barred("once it is adapted: wide doors", "not there: wide doors")},
		{"not recorded", needs(nil), signOff(rulebook.PlacementOfficer, "record adaptations").without("adaptations")},
	})
	unnamed := func(home care.List, more ...string) func(*scene) {
		return func(s *scene) {
			s.child().Adaptation, s.home.Adaptations = append(care.List{care.NotNamed}, more...), home
		}
	}
	const which = "which adaptation C-1 needs"
	ask := func(says ...string) expected {
		return signOff(rulebook.PlacementOfficer, "ask the child's social worker which adaptation it is", says...)
	}
	requireRows(t, "adaptations", []row{
		{"one that nobody has named, in a home with everything", unnamed(care.List{"ramp", "hoist", care.NotNamed}),
			ask("needs an adaptation that is recorded as needed and not named").without(which)},
		{"in a home with nothing", unnamed(care.List{}), ask().without(which)},
		{"in a home of which nothing is recorded", unnamed(nil), ask("what the home has is not recorded").without("adaptations", which)},
		{"beside one that is there", unnamed(care.List{"ramp"}, "ramp"), ask("needs ramp, and an adaptation").without(which)},
		{"beside one that is not", unnamed(care.List{"ramp"}, "hoist"), barred("once it is adapted: hoist", "not there: hoist")},
	})
}

func TestPets(t *testing.T) {
	child := func(wish care.PetWish, allergies, there care.List) func(*scene) {
		return func(s *scene) { s.child().Pets, s.child().Allergies, s.home.Pets = wish, allergies, there }
	}
	ask := signOff(rulebook.PlacementOfficer, "record pets").without("pets")
	officer := func(says string) expected { return signOff(rulebook.PlacementOfficer, "records what was agreed", says) }
	requireRows(t, "pets", []row{
		{"he does not mind", child("", nil, care.List{"dog"}), silent()},
		{"must have one, and none: only a wish", child(care.PetsMust, nil, care.List{}), silent()},
		{"should not, and none", child(care.PetsNo, nil, care.List{}), met("no pets")},
		{"should not, and a dog", child(care.PetsNo, nil, care.List{"dog"}), officer("there are dog")},
		{"should not, not recorded", child(care.PetsNo, nil, nil), ask},
		{"a phobia of dogs, and dogs", child("", care.List{"dog-phobia"}, care.List{"dogs"}), barred("elsewhere", "dog phobia")},
		{"a phobia of dogs, and a small dog", child("", care.List{"dogs"}, care.List{"small-dog"}), barred("elsewhere", "small dog")},
		{"a phobia of dogs, and a cat", child("", care.List{"dog-phobia"}, care.List{"cat"}), met("there are cat")},
		{"a phobia of dogs, and a labrador", child("", care.List{"dog-phobia"}, care.List{"labrador"}), officer("is to be asked: labrador")},
		{"fur, and anything", child(care.PetsCan, care.List{"animal-fur"}, care.List{"iguana"}), barred("elsewhere")},
		{"an unusual animal", child("", care.List{"iguana"}, care.List{"iguana"}), barred("elsewhere")},
		{"an allergy, and nobody recorded pets", child("", care.List{"iguana"}, nil), ask},
		{"feathers, and a parrot", child("", care.List{"feathers"}, care.List{"dog", "parrot"}), officer("is to be asked: dog, parrot")},
		{"rodents, and a hamster", child("", care.List{"rodents"}, care.List{"hamster"}), barred("elsewhere", "rodents", "hamster")},
		{"a phobia of rodents, and guinea pigs", child("", care.List{"rodent-phobia"}, care.List{"guinea-pigs"}), barred("elsewhere", "guinea pigs")},
		{"rodents, and a cat", child("", care.List{"rodents"}, care.List{"cat"}), met("there are cat")},
		{"a hamster, and rodents", child("", care.List{"hamster"}, care.List{"rodents"}), barred("elsewhere", "rodents")},
		{"feathers, and birds", child("", care.List{"feathers"}, care.List{"birds"}), barred("elsewhere", "feathers")},
		{"feathers, and a dog", child("", care.List{"feathers"}, care.List{"dog"}), silent()},
		{"allergic to nuts", child("", care.List{"nuts"}, care.List{"dog"}), silent()},
	})
}

func TestSmoking(t *testing.T) {
	child := func(dob care.Day, ill, smokes care.Answer) func(*scene) {
		return func(s *scene) { s.child().DOB, s.child().Respiratory, s.home.Smoking = dob, ill, smokes }
	}
	requireRows(t, "smoking", []row{
		{"five today", child(born(5, monday), care.No, care.Yes), silent()},
		{"five tomorrow", child(born(5, monday+1), care.No, care.Yes), signOff(rulebook.NominatedOfficer, "health", "4 on the day, under 5")},
		{"and nobody smokes", child(born(5, monday+1), care.Unknown, care.No), met("nobody there smokes")},
		{"and nobody recorded it", child(born(5, monday+1), care.Unknown, care.Unknown), signOff(rulebook.PlacementOfficer, "record smoking").without("smoking")},
		{"twelve with asthma", child(born(12, monday), care.Yes, care.Yes), signOff(rulebook.NominatedOfficer, "health", "respiratory")},
		{"in a children's home", oneAt(care.ChildrensHome, 3, func(s *scene) { s.home.Smoking = care.Yes }), silent()},
	})
}

func TestSuitability(t *testing.T) {
	not := func(s *scene) {
		c := s.child()
		c.SuitFoster, c.SuitResidential, c.SuitSupported = care.Unsuitable, care.Unsuitable, care.Unsuitable
	}
	var rows []row
	for _, k := range care.Kinds() {
		want := barred("other kinds", "unsuitable for C-1", k.Words())
		if k == care.Hospital || k == care.CareHome || k == care.FamilyCentre {
			want = silent()
		}
		rows = append(rows, row{string(k), oneAt(k, 16, not), want})
	}
	requireRows(t, "suitability", append(rows,
		row{"nothing recorded", func(*scene) {}, silent()},
		row{"preferred", func(s *scene) { not(s); s.child().SuitFoster = care.Preferred }, met("recorded as preferred")},
	))
}

func TestParentAndChild(t *testing.T) {
	requireRows(t, "parent-and-child", []row{
		{"two beds", oneAt(care.ParentAndChild, 16), met("2 beds free")},
		{"one bed", oneAt(care.ParentAndChild, 16, func(s *scene) { s.home.Beds = 1 }), barred("none: the home has 1 bed", "1 free")},
		{"one taken until Friday", oneAt(care.ParentAndChild, 16, func(s *scene) { s.full(1, ""); s.stays[0].End = monday + 4 }), barred("free from 27 November 2026", "0 free")},
		{"a unit of three beds, one unit in", oneAt(care.ParentAndChild, 16, func(s *scene) { s.full(1, ""); s.home.Beds = 3 }), barred("", "1 free")},
		{"four beds, one unit in", oneAt(care.ParentAndChild, 16, func(s *scene) { s.full(1, ""); s.home.Beds = 4 }), met("2 beds free")},
		{"another foster home", func(s *scene) { s.home.Beds = 1 }, silent()},
	})
}

func TestSiblingsTogether(t *testing.T) {
	group := func(siblings ...care.Sibling) func(*scene) {
		return func(s *scene) {
			s.child().Together, s.child().Group, s.siblings = care.Yes, "G-1", [][]care.Sibling{siblings}
		}
	}
	requireRows(t, "siblings-together", []row{
		{"no group", func(*scene) {}, silent()},
		{"not so marked", func(s *scene) { group(care.Sibling{ID: "S-1"})(s); s.child().Together = care.No }, silent()},
		{"a brother nobody has placed", group(care.Sibling{ID: "S-1"}), signOff(rulebook.NominatedOfficer, "takes the group whole", "would not have S-1")},
		{"one here, one elsewhere", group(care.Sibling{ID: "S-1", Home: "H-1"}, care.Sibling{ID: "S-2", Home: "H-2"}), signOff(rulebook.NominatedOfficer, "agrees to the split", "would not have S-2")},
		{"all here", group(care.Sibling{ID: "S-1", Home: "H-1"}), met("kept together")},
		{"together when to be apart", func(s *scene) {
			group()(s)
			s.child().KeptApart = []care.ID{"C-2"}
			s.joins(care.Child{ID: "C-2", DOB: born(9, monday), Group: "G-1"})
		}, barred("one by one", "C-1 and C-2")},
	})
}

func TestKeyStage4(t *testing.T) {
	// 75 minutes at 20 miles an hour and 130 % detour are 19.23 miles
	pupil := func(year care.YearGroup, miles float64, from care.ID) func(*scene) {
		return func(s *scene) {
			s.child().YearGroup, s.child().SchoolAt, s.movesFrom = year, north(headingley, miles), []care.ID{from}
		}
	}
	asks := signOff(rulebook.NominatedOfficer, "designated teacher", "moving from H-9", "75 are within reach")
	requireRows(t, "key-stage-4", []row{
		{"year 9", pupil("9", 40, "H-9"), silent()},
		{"year 10", pupil("10", 19.3, "H-9"), asks},
		{"year 11", pupil("11", 40, "H-9"), asks},
		{"year 12", pupil("12", 40, "H-9"), silent()},
		{"within reach", pupil("10", 19.2, "H-9"), met("75 minutes (19.2 miles)")},
		{"first placement", pupil("10", 40, ""), silent()},
		{"lives here already", pupil("10", 40, "H-1"), silent()},
		{"no school", func(s *scene) { pupil("10", 1, "H-9")(s); s.child().SchoolAt = care.Location{} }, silent()},
		{"in an emergency", func(s *scene) { pupil("10", 40, "H-9")(s); s.emergency = true }, warning("no approval is needed")},
		{"the authority reaches further", func(s *scene) { pupil("10", 19.3, "H-9")(s); s.policy.SchoolReachSecondary = 80 }, met("80 are within reach")},
		{"a year not recorded, by age", func(s *scene) { pupil("", 40, "H-9")(s); s.child().DOB = care.Date(2011, 9, 1) }, signOff(rulebook.NominatedOfficer, "IRO", "in year 10 by age")},
		{"born the day before", func(s *scene) { pupil("", 40, "H-9")(s); s.child().DOB = care.Date(2011, 8, 31) }, signOff(rulebook.NominatedOfficer, "IRO", "in year 11 by age")},
	})
}
