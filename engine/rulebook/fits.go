package rulebook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Section C of the rulebook, continued: whether the home fits the child.

const (
	apartFine clause = iota
	apartFromHome
	apartFromResident
	apartByResident
	apartLeaving // somebody who is expected to leave
)

var keptApart = Rule{
	ID:       "kept-apart",
	Title:    "Kept apart from whom the child must not live with, and the reverse",
	Citation: "guidance: Children Act 1989, s 22(3)(a), the duty to safeguard",
	Basis:    Statute,
	applies:  every,
	judge: func(q *question) ruling {
		if slices.Contains(q.child.KeptApart, q.home.ID) {
			return ruling{verdict: Barred, clause: apartFromHome}
		}
		r := ruling{clause: apartFine}
		if len(q.child.KeptApart) > 0 {
			r.verdict = Met
		}
		for i := range q.residents() {
			resident := q.resident(i)
			if len(resident.KeptApart) > 0 {
				r.verdict = max(r.verdict, Met)
			}
			switch {
			case !q.child.KeptFrom(resident):
			case q.there(i) && slices.Contains(q.child.KeptApart, resident.ID):
				return ruling{verdict: Barred, clause: apartFromResident, n: i}
			case q.there(i):
				return ruling{verdict: Barred, clause: apartByResident, n: i}
			case q.leaving(i) && r.verdict < SignOff:
				r = ruling{verdict: SignOff, clause: apartLeaving, n: i}
			}
		}
		return r
	},
	say: func(q *question, r ruling) words {
		switch r.clause {
		case apartFromHome:
			return words{says: fmt.Sprintf("%s must be kept apart from this household", q.child.ID), fix: "none for this home while that stands"}
		case apartFromResident:
			return words{says: fmt.Sprintf("%s must be kept apart from %s", q.child.ID, q.otherWho(r.n)), fix: leaveFix(q, r.n)}
		case apartByResident:
			return words{says: fmt.Sprintf("%s, must be kept apart from %s", q.otherWho(r.n), q.child.ID), fix: leaveFix(q, r.n)}
		case apartLeaving:
			return q.leaverWords(r.n)
		}
		return words{says: "nobody there who must be kept apart"}
	},
}

const (
	adaptedAll clause = iota
	adaptedUnknown
	adaptedGap
	adaptedUnnamed
)

var adaptations = Rule{
	ID:       "adaptations",
	Title:    "The adaptations the child needs are there",
	Citation: "Children Act 1989, s 22C(8)(d)",
	Basis:    Statute,
	applies:  every,
	may: func(q *question, homes *care.Span) bool {
		return homes.Traits.Any(care.AdaptationsUnknown) || homes.Adaptations.Has(q.child.adaptations)
	},
	judge: func(q *question) ruling {
		switch {
		case len(q.child.Adaptation) == 0:
			return ruling{}
		case !q.home.Adaptations.Known():
			return ruling{verdict: SignOff, clause: adaptedUnknown}
		case len(lacking(q)) > 0:
			return ruling{verdict: Barred, clause: adaptedGap}
		case q.child.Unnamed():
			return ruling{verdict: SignOff, clause: adaptedUnnamed}
		}
		return ruling{verdict: Met, clause: adaptedAll}
	},
	say: func(q *question, r ruling) words {
		needed := neededWords(q.child)
		switch r.clause {
		case adaptedUnnamed:
			return words{says: "needs " + needed, role: PlacementOfficer, missing: []string{whichWords(q.child)},
				fix: askWhich + ", and confirm with the carer that it is there"}
		case adaptedAll:
			return words{says: "has " + needed}
		case adaptedUnknown:
			w := confirmWords("needs "+needed+"; what the home has is not recorded", "adaptations")
			if q.child.Unnamed() {
				w.fix, w.missing = askWhich+"; "+w.fix, append(w.missing, whichWords(q.child))
			}
			return w
		}
		return words{says: "needs " + needed + "; not there: " + plainTerms(lacking(q)), fix: "open once it is adapted: " + plainTerms(lacking(q))}
	},
}

// askWhich is what to do about an adaptation that nobody has named, and whichWords
// the fact that is missing.
const askWhich = "ask the child's social worker which adaptation it is, record it"

func whichWords(c *subject) string { return "which adaptation " + string(c.ID) + " needs" }

// neededWords lists the adaptations; one that nobody has named reads as such.
func neededWords(c *subject) string {
	if !c.Unnamed() {
		return plainTerms(c.Adaptation)
	}
	unnamed := "an adaptation that is recorded as needed and not named"
	if named := named(c.Adaptation); len(named) > 0 {
		return plainTerms(named) + ", and " + unnamed
	}
	return unnamed
}

// named are the adaptations that a home can be held against.
func named(needed care.List) []string {
	return slices.DeleteFunc(slices.Clone(needed), func(term string) bool { return term == care.NotNamed })
}

// lacking lists the adaptations the child needs that the home is not recorded to
// have. What nobody has named is no gap yet.
func lacking(q *question) []string {
	var gaps []string
	for _, need := range q.child.Adaptation {
		if need != care.NotNamed && !q.home.Adaptations.Has(need) {
			gaps = append(gaps, need)
		}
	}
	return gaps
}

const (
	petsFine clause = iota
	petsUnknown
	petsAllergy
	petsUnwanted
	petsUnsure
)

var pets = Rule{
	ID:       "pets",
	Title:    "Animals, and a child who cannot live with them",
	Citation: "guidance: Placements Data Standard v2, pets",
	Basis:    Guidance,
	applies:  every,
	judge: func(q *question) ruling {
		allergic := slices.ContainsFunc(q.child.Allergies, toAnimals)
		minds := q.child.Pets == care.PetsNo
		switch {
		case slices.ContainsFunc(q.home.Pets, q.allergicTo):
			return ruling{verdict: Barred, clause: petsAllergy}
		case !q.home.Pets.Known() && (minds || len(q.child.Allergies) > 0): // any of them may be to an animal there
			return ruling{verdict: SignOff, clause: petsUnknown}
		case len(q.child.Allergies) > 0 && slices.ContainsFunc(q.home.Pets, unusual): // feathers, and a parrot
			return ruling{verdict: SignOff, clause: petsUnsure}
		case !minds && !allergic:
			return ruling{}
		case len(q.home.Pets) > 0 && q.child.Pets == care.PetsNo:
			return ruling{verdict: SignOff, clause: petsUnwanted}
		}
		return ruling{verdict: Met, clause: petsFine}
	},
	say: func(q *question, r ruling) words {
		switch r.clause {
		case petsUnknown:
			return confirmWords(petsAsk(q.child)+"; whether there are pets is not recorded", "pets")
		case petsUnsure:
			return words{says: fmt.Sprintf("%s is allergic or phobic (%s); whether to the animals there is to be asked: %s", q.child.ID, plainTerms(q.child.Allergies), plainTerms(q.home.Pets)),
				role: PlacementOfficer, fix: "the placement officer asks the child, the carer and the child's doctor, and records what was agreed"}
		case petsAllergy:
			return words{says: fmt.Sprintf("%s is allergic or phobic (%s); there are %s", q.child.ID, plainTerms(q.child.Allergies), plainTerms(q.home.Pets)), fix: "open while the animals are elsewhere"}
		case petsUnwanted:
			return words{says: fmt.Sprintf("%s should not live with animals; there are %s", q.child.ID, plainTerms(q.home.Pets)), role: PlacementOfficer,
				fix: "the placement officer asks the child and the carer, and records what was agreed"}
		}
		if len(q.home.Pets) > 0 {
			return words{says: fmt.Sprintf("no animal there that %s cannot live with; there are %s", q.child.ID, plainTerms(q.home.Pets))}
		}
		return words{says: "no pets"}
	},
}

// petsAsk says why it matters whether there are pets.
func petsAsk(child *subject) string {
	if child.Pets == care.PetsNo {
		return string(child.ID) + " should not live with animals"
	}
	return fmt.Sprintf("%s is allergic or phobic (%s)", child.ID, plainTerms(child.Allergies))
}

// unusual says whether an animal is none of the common ones, so that nobody can
// tell by its name what it is to an allergy.
func unusual(pet string) bool { return !mentions(pet, commonPets) }

// animals are the words in an allergy or a phobia that mean every animal.
var animals = []string{"pet", "animal", "fur"}

// commonPets are the animals that an allergy or a phobia is usually to.
var commonPets = []string{"dog", "cat", "rabbit", "horse", "bird", "hamster", "guinea-pig", "rodent"}

// sameAnimal are words that may mean one and the same animal: a hamster is a rodent,
// and feathers are a bird's.
var sameAnimal = [][]string{{"dog"}, {"cat"}, {"rabbit"}, {"horse"}, {"bird", "feather"}, {"hamster", "rodent"}, {"guinea-pig", "rodent"}}

// toAnimals says whether an allergy, or a phobia, is to animals.
func toAnimals(allergy string) bool {
	return mentions(allergy, animals) || mentions(allergy, commonPets)
}

// allergicTo says whether the child is allergic to, or has a phobia of, an animal
// of the home: "dog-phobia" and "dogs" are both about "dog", and about a
// "small-dog".
func (q *question) allergicTo(pet string) bool {
	kind := []string{strings.TrimSuffix(pet, "s")}
	return slices.ContainsFunc(q.child.Allergies, func(allergy string) bool {
		return mentions(allergy, animals) || mentions(allergy, kind) || slices.ContainsFunc(sameAnimal, func(words []string) bool {
			return mentions(allergy, words) && mentions(pet, words)
		})
	})
}

// mentions says whether a term has one of the words in it, singular or plural.
func mentions(term string, words []string) bool {
	for _, w := range words {
		if strings.Contains("-"+strings.TrimSuffix(term, "s")+"-", "-"+w+"-") || strings.Contains("-"+term+"-", "-"+w+"s-") {
			return true
		}
	}
	return false
}

// smokeAge is the age, in years, under which a child is kept from smoke.
const smokeAge = 5

var smoking = Rule{
	ID:       "smoking",
	Title:    "A young child, or one with a respiratory condition, and smoke",
	Citation: "guidance: fostering services' practice on children under five and smoking households",
	Basis:    Guidance,
	applies:  care.Kind.Fostering,
	judge: func(q *question) ruling {
		if q.child.age >= smokeAge && q.child.Respiratory != care.Yes {
			return ruling{}
		}
		if q.home.Smoking == care.No {
			return ruling{verdict: Met, n: q.child.age}
		}
		return ruling{verdict: SignOff, n: q.child.age}
	},
	say: func(q *question, r ruling) words {
		who := fmt.Sprintf("%d on the day, under %d", r.n, smokeAge)
		if q.child.Respiratory == care.Yes {
			who = "has a respiratory condition"
		}
		switch q.home.Smoking {
		case care.No:
			return words{says: who + "; nobody there smokes"}
		case care.Unknown:
			return confirmWords(who+"; whether anybody there smokes is not recorded", "smoking")
		}
		return words{says: who + "; a smoking household", role: NominatedOfficer, fix: "a nominated officer agrees, on advice about the child's health"}
	},
}

var suitability = Rule{
	ID:       "suitability",
	Title:    "A kind of home that is recorded as unsuitable",
	Citation: "guidance: Placements Data Standard v2, PlacementRecommendation",
	Basis:    Guidance,
	applies:  every,
	ofKind:   true,
	judge: func(q *question) ruling {
		switch q.suits() {
		case "":
			return ruling{}
		case care.Unsuitable:
			return ruling{verdict: Barred}
		}
		return ruling{verdict: Met}
	},
	say: func(q *question, r ruling) words {
		says := fmt.Sprintf("%s: recorded as %s for %s", q.home.Kind.Words(), q.suits(), q.child.ID)
		if r.verdict == Met {
			return words{says: says}
		}
		return words{says: says, fix: "look at other kinds of home, or have the assessment looked at again"}
	},
}

// suits is what is recorded of this kind of home for the child.
func (q *question) suits() care.Suitability {
	switch k := q.home.Kind; {
	case k.Fostering():
		return q.child.SuitFoster
	case k.Residential():
		return q.child.SuitResidential
	case k == care.Supported || k == care.Unregulated:
		return q.child.SuitSupported
	}
	return ""
}
