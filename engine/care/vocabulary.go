package care

import (
	"slices"
	"strings"
)

// Kind is what sort of home a home is.
type Kind string

// The kinds of home. They follow the Children Act 1989, section 22C(6), and the
// placement types of SSDA903.
const (
	Foster            Kind = "foster"             // approved foster carers
	ConnectedPerson   Kind = "connected-person"   // a relative, friend or other person connected with the child
	ChildrensHome     Kind = "childrens-home"     // registered children's home
	Secure            Kind = "secure"             // secure children's home
	Supported         Kind = "supported"          // supported accommodation for 16- and 17-year-olds
	Unregulated       Kind = "unregulated"        // other accommodation without registration
	ResidentialSchool Kind = "residential-school" // school with accommodation
	CareHome          Kind = "care-home"
	Hospital          Kind = "hospital"
	FamilyCentre      Kind = "family-centre"    // residential family centre
	ParentAndChild    Kind = "parent-and-child" // foster home approved for a parent with their child
)

// kinds are in the order of the documentation, which is that of the bits of a
// [KindSet] too: stored sets rest on it, so a new kind goes to the end.
var kinds = [...]Kind{Foster, ConnectedPerson, ChildrensHome, Secure, Supported, Unregulated,
	ResidentialSchool, CareHome, Hospital, FamilyCentre, ParentAndChild}

// Kinds lists every kind of home in the order of the documentation.
func Kinds() []Kind { return slices.Clone(kinds[:]) }

// KindSet is a set of kinds of home.
type KindSet uint16

// KindSetOf is the set of the kinds. A word that is no kind is left out.
func KindSetOf(all ...Kind) KindSet {
	var set KindSet
	for _, k := range all {
		if i := slices.Index(kinds[:], k); i >= 0 {
			set |= 1 << i
		}
	}
	return set
}

// Each yields the kinds of the set in order, each with its place in [Kinds].
func (s KindSet) Each(yield func(int, Kind) bool) {
	for i, k := range kinds {
		if s&(1<<i) != 0 && !yield(i, k) {
			return
		}
	}
}

// Fostering says whether fostering law applies: the carers are, or may be,
// approved as foster carers.
func (k Kind) Fostering() bool { return k == Foster || k == ConnectedPerson || k == ParentAndChild }

// Residential says whether the home is a children's home or a school that
// children live in.
func (k Kind) Residential() bool {
	return k == ChildrensHome || k == Secure || k == ResidentialSchool
}

// Excepted says whether the home is one of the other arrangements that regulations 27A
// and 27C of the Care Planning, Placement and Case Review (England) Regulations 2010
// leave open.
func (k Kind) Excepted() bool { return k == CareHome || k == Hospital || k == FamilyCentre }

// OtherArrangement says whether the home is one of the "other arrangements" of
// the Children Act 1989, section 22C(6)(d), rather than one that is approved as
// a foster home or registered as a children's home.
func (k Kind) OtherArrangement() bool {
	return k == Supported || k == Unregulated || k == CareHome || k == Hospital || k == FamilyCentre
}

// OnlyWhenNamed says whether the kind is considered only when the request names
// it.
func (k Kind) OnlyWhenNamed() bool {
	return k == Hospital || k == CareHome || k == FamilyCentre || k == Secure ||
		k == ResidentialSchool || k == ParentAndChild
}

// Words names the kind within a sentence, without an article.
func (k Kind) Words() string {
	switch k {
	case Foster:
		return "foster home"
	case ConnectedPerson:
		return "connected person's home"
	case ChildrensHome:
		return "children's home"
	case Secure:
		return "secure children's home"
	case Supported, Unregulated:
		return string(k) + " accommodation"
	case FamilyCentre:
		return "residential family centre"
	case ParentAndChild:
		return "parent-and-child foster home"
	}
	return strings.ReplaceAll(string(k), "-", " ")
}

// Sex is M or F, as SSDA903 records it. The zero value is not recorded.
type Sex string

// The sexes that SSDA903 has codes for.
const (
	Male   Sex = "M"
	Female Sex = "F"
)

// Words names the sex within a sentence: "boy" or "girl".
func (s Sex) Words() string {
	switch s {
	case Male:
		return "boy"
	case Female:
		return "girl"
	}
	return "child"
}

// ProviderCode says who provides a placement, as SSDA903's PLACE_PROVIDER.
type ProviderCode string

// OwnAuthority is the provider code of the responsible authority itself.
const OwnAuthority ProviderCode = "PR1"

// Duration is how long a home offers to care, and how long a plan asks for.
type Duration string

// The durations.
const (
	Emergency Duration = "emergency"
	Short     Duration = "short"
	Long      Duration = "long"
	Respite   Duration = "respite"
)

// Status is where a home's approval or registration stands.
type Status string

// The statuses. Registered is the word for homes that Ofsted registers.
const (
	Approved   Status = "approved"
	Registered Status = "registered"
	Pending    Status = "pending"    // asked for and not decided
	Suspended  Status = "suspended"  // no placements for the time being
	Restricted Status = "restricted" // admissions restricted
	Refused    Status = "refused"
	Ended      Status = "ended"
)

// InForce says whether the status lets children be placed.
func (s Status) InForce() bool { return s == Approved || s == Registered }

// Alongside is who a child can be cared for alongside, in the words of the
// Placements Data Standard (livingCompanions).
type Alongside string

// The answers of the standard.
const (
	SoloRecommended   Alongside = "solo"
	WithOthers        Alongside = "with-others"
	OnlyWithOlder     Alongside = "only-with-older"
	OnlyWithYounger   Alongside = "only-with-younger"
	NoPreferenceGiven Alongside = "no-preference"
)

// Suitability is how well a kind of care suits a child, in the words of the
// Placements Data Standard.
type Suitability string

// The answers of the standard. "Not specified" is the zero value.
const (
	Preferred  Suitability = "preferred"
	Suitable   Suitability = "suitable"
	Unsuitable Suitability = "unsuitable"
)

// PetWish is whether a child can live with animals, in the words of the
// Placements Data Standard.
type PetWish string

// The answers of the standard. "Not known" is the zero value.
const (
	PetsMust PetWish = "must"
	PetsCan  PetWish = "can"
	PetsNo   PetWish = "no"
)

// vocabularies lists the words each enumerated field accepts, by column name.
var vocabularies = map[string][]string{
	"kind":            kindWords(),
	"provider_code":   {"PR1", "PR2", "PR3", "PR4", "PR5"},
	"sex":             {string(Male), string(Female)},
	"durations":       {string(Emergency), string(Short), string(Long), string(Respite)},
	"plan":            {string(Emergency), string(Short), string(Long), string(Respite)},
	"status":          {string(Approved), string(Registered), string(Pending), string(Suspended), string(Restricted), string(Refused), string(Ended)},
	"alongside":       {string(SoloRecommended), string(WithOthers), string(OnlyWithOlder), string(OnlyWithYounger), string(NoPreferenceGiven)},
	"suitability":     {string(Preferred), string(Suitable), string(Unsuitable)},
	"pets":            {string(PetsMust), string(PetsCan), string(PetsNo)},
	"legal_status":    {"C1", "C2", "D1", "E1", "V2", "V3", "V4", "J1", "J2", "J3", "L1", "L2", "L3"},
	"need":            {"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"},
	"needed_by":       {"today", "within-5-days", "later"},
	"risks_to_child":  {"self-harm", "sexual-exploitation", "criminal-exploitation", "drugs", "eating-disorder", "missing"},
	"risks_to_others": {"physical-harm", "sexual-harm", "fire-setting", "harm-to-animals", "criminal-exploitation"},
	"risks": {"self-harm", "sexual-exploitation", "criminal-exploitation", "drugs", "eating-disorder", "missing",
		"physical-harm", "sexual-harm", "fire-setting", "harm-to-animals"},
	"year_group": {"N", "R", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"},
	"type":       {"U1", "U2", "U3", "U4", "U5", "U6", "K1", "K2", "K3", "H5", "P1", "P2", "P3", "R1", "R2", "R3", "R5", "S1", "A3", "A4", "A5", "A6", "T0", "T1", "T2", "T3", "T4", "Z1", "Z11", "Z12", "Z13", "Z14"},
	// Options of the Placements Data Standard that are kept as they stand.
	"cultural_needs":     {"Required", "Not required", "Other"},
	"additional_support": {"additional supervision", "therapeutic support", "a worker for respite", "taxis to school", "NA", "other (please specify)"},
	"placement_type":     {"Residential", "Foster", "Supported Accommodation"},
	"reason":             {"CARPL", "CLOSE", "ALLEG", "STAND", "APPRR", "CREQB", "CREQO", "CHILD", "LAREQ", "PLACE", "CUSTOD", "OTHER"},
}

// Vocabulary returns the words that the column accepts, in a fixed order, or
// nil where any word is accepted.
func Vocabulary(column string) []string { return slices.Clone(vocabularies[column]) }

func kindWords() []string {
	words := make([]string, 0, len(Kinds()))
	for _, k := range Kinds() {
		words = append(words, string(k))
	}
	return words
}

// oneOf refuses a word that is not in the vocabulary; an empty word is not
// recorded and passes.
func oneOf[T ~string](field, vocabulary string, word T) error {
	if word == "" || slices.Contains(vocabularies[vocabulary], string(word)) {
		return nil
	}
	return wrong(field, "one of "+strings.Join(vocabularies[vocabulary], ", "), "%q is not a word it knows", word)
}

// allOf is oneOf for each word of a list, where an empty word is a slip.
func allOf[T ~string](field, vocabulary string, words []T) error {
	for _, w := range words {
		if err := oneOf(field, vocabulary, w); err != nil {
			return err
		}
		if w == "" {
			return wrong(field, "", "has an empty entry")
		}
	}
	return nil
}
