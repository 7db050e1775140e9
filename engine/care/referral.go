package care

import (
	"slices"
)

// NotNamed stands in a list for something that a child needs and nobody has named.
// A home cannot meet it: somebody has to ask what it is.
const NotNamed = "not-named"

// Referral is what referrals to the Placements Data Standard v2 say of a child and
// no other field of the record can give back, word for word. Empty is not said.
type Referral struct {
	Given             bool   `cbor:"1,keyasint,omitempty"` // a referral has changed what is recorded of the child
	PreferredLocation string `cbor:"2,keyasint,omitempty"`
	SiblingCount      Number `cbor:"3,keyasint,omitzero"`   // brothers and sisters to be placed with
	HomeAdaptation    Answer `cbor:"4,keyasint,omitempty"`  // only where the child's recorded adaptations say otherwise
	CulturalNeeds     string `cbor:"5,keyasint,omitempty"`  // an option of the standard
	AdditionalSupport string `cbor:"6,keyasint,omitempty"`  // an option of the standard
	RiskOther         string `cbor:"7,keyasint,omitempty"`  // to the child
	RiskToOthersOther string `cbor:"8,keyasint,omitempty"`  // to others or property
	OpenToChild       List   `cbor:"9,keyasint,omitempty"`  // risks to the child that the referral leaves open
	OpenToOthers      List   `cbor:"10,keyasint,omitempty"` // risks to others, likewise

	Officer          string `cbor:"11,keyasint,omitempty"` // who entered the referral
	On               Day    `cbor:"12,keyasint,omitempty"` // when
	PlacementOfficer string `cbor:"13,keyasint,omitempty"` // who entered the placement
	PlacementOn      Day    `cbor:"14,keyasint,omitempty"`
	CostOfficer      string `cbor:"15,keyasint,omitempty"` // who entered its cost
	CostOn           Day    `cbor:"16,keyasint,omitempty"`

	Agreed Agreed `cbor:"17,keyasint,omitzero"`
}

// Agreed is a placement in the words of the standard's ActualPlacement. In the
// referral of a record it is what a file said, which no rule goes by.
type Agreed struct {
	WeeklyCost Number `cbor:"1,keyasint,omitzero"` // whole pounds
	Location   string `cbor:"2,keyasint,omitempty"`
	Preferred  Answer `cbor:"3,keyasint,omitempty"` // it is where the referral preferred
	School     Answer `cbor:"4,keyasint,omitempty"` // education goes on
	URN        string `cbor:"5,keyasint,omitempty"`
	Siblings   Number `cbor:"6,keyasint,omitzero"`  // who were placed there too
	Type       string `cbor:"7,keyasint,omitempty"` // an option of the standard
}

// Unjudged is something that a referral says and that no rule judges and nothing
// weighs: whoever chooses has to read it.
type Unjudged struct {
	Field string // of the standard, such as riskOther
	Words string
}

// noSupport is the option of additionalSupport that asks for nothing.
const noSupport = "NA"

// Unjudged lists what the officer has to read, in the order of the standard.
func (r *Referral) Unjudged() []Unjudged {
	var all []Unjudged
	add := func(field, words string, asks bool) {
		if words != "" && asks {
			all = append(all, Unjudged{field, words})
		}
	}
	add("preferredLocation", r.PreferredLocation, true)
	add("culturalNeeds", r.CulturalNeeds, r.CulturalNeeds != "Not required")
	add("additionalSupport", r.AdditionalSupport, r.AdditionalSupport != noSupport)
	add("riskOther", r.RiskOther, true)
	add("riskToOthersOther", r.RiskToOthersOther, true)
	return all
}

// The most that is believed of a number in a referral.
const (
	mostSiblings = 99
	mostCost     = 1_000_000 // pounds a week
)

// validate refuses what could not be given back in the standard.
func (r *Referral) validate() error {
	return firstOf(
		oneOf("culturalNeeds", "cultural_needs", r.CulturalNeeds), oneOf("additionalSupport", "additional_support", r.AdditionalSupport),
		oneOf("placementType", "placement_type", r.Agreed.Type),
		allOf("risks_to_child", "risks_to_child", r.OpenToChild), allOf("risks_to_others", "risks_to_others", r.OpenToOthers),
		r.SiblingCount.within("siblingCount", 0, mostSiblings), r.Agreed.Siblings.within("siblingsPlacedTogether", 0, mostSiblings),
		r.Agreed.WeeklyCost.within("totalWeeklyCost", 0, mostCost), r.validateWords(),
		r.On.Validate("referralDate"), r.PlacementOn.Validate("placementDate"), r.CostOn.Validate("costDate"),
	)
}

func (r *Referral) validateWords() error {
	return firstOf(
		Words("referralOfficerName", r.Officer), Words("placementOfficerName", r.PlacementOfficer), Words("costOfficerName", r.CostOfficer),
		Words("placementLocation", r.Agreed.Location), Words("providerURN", r.Agreed.URN),
		Prose("preferredLocation", r.PreferredLocation), Prose("riskOther", r.RiskOther), Prose("riskToOthersOther", r.RiskToOthersOther),
	)
}

// Unnamed says whether the child needs an adaptation that nobody has named.
func (c *Child) Unnamed() bool { return slices.Contains(c.Adaptation, NotNamed) }
