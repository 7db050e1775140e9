package intake

import (
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
)

// The entities of the Placements Data Standard v2, in its order.
const (
	availability   = "PlacementAvailability"
	requirements   = "PlacementRequirements"
	recommendation = "PlacementRecommendation"
	risks          = "Risks"
	actual         = "ActualPlacement"
	assurance      = "QualityAssurance"
)

// The types and cardinalities that the standard writes.
const (
	typeInteger     = "Integer"
	typeString      = "String"
	typeBoolean     = "Boolean"
	typeDate        = "Date"
	typeCategorical = "Categorical"

	maybeOnce  = "0..1"
	once       = "1..1"
	onceOrMore = "1..*"
)

// StandardField is a field of the Placements Data Standard v2, effective 18 July
// 2025, and where the record of a child has it.
type StandardField struct {
	Entity      string
	Name        string
	Type        string // Integer, String, Boolean, Date or Categorical
	Cardinality string // 0..1, 1..1 or 1..*
	Options     []string
	Ours        string // the column of children, or what becomes of the field, in words
}

// Required says whether the standard wants an answer.
func (f *StandardField) Required() bool { return f.Cardinality != maybeOnce }

// StandardFields lists every field in the order of the standard. Reading, writing
// and the table in the README all go by it.
func StandardFields() []StandardField {
	var all []StandardField
	for _, f := range standard {
		all = append(all, f.StandardField)
	}
	return all
}

// standardField is a field with the way into the record of a child and out of it.
// Answers are words in the form of the standard: its options as it spells them, 12,
// true, 2026-01-31. No words is no answer.
type standardField struct {
	StandardField
	unknown string // the option that says that nobody knows
	prose   bool   // may run over several lines
	get     func(c *care.Child) []string
	put     func(into *entered, words []string)
}

// entered is a child while a referral is being entered.
type entered struct {
	*care.Child
	needs, specific []string // what the two fields about communication say
	odd             func(says string)
}

// standard is the one table of the fields.
var standard = slices.Concat(
	within(availability,
		childIDField(),
		choice("neededBy", maybeOnce, "`needed_by`", func(c *care.Child) *string { return &c.NeededBy },
			"Today", "today", "in less than 5 days", "within-5-days", "in more than 5 days", "later"),
		amount("siblingCount", maybeOnce, asReferral, func(c *care.Child) *care.Number { return &c.Referral.SiblingCount }),
		prose("preferredLocation", asShown, func(c *care.Child) *string { return &c.Referral.PreferredLocation }),
	),
	within(requirements,
		communicationNeeds(), communicationSpecific(), adaptationField(),
		choice("culturalNeeds", once, asShown, func(c *care.Child) *string { return &c.Referral.CulturalNeeds },
			"Required", "Required", "Not required", "Not required", "Not Known", "", "Other", "Other"),
		choice("livingCompanions", once, "`alongside`", func(c *care.Child) *care.Alongside { return &c.Alongside },
			"Solo placement recommended", "solo", "With other children recommended", "with-others", "Only with other older children", "only-with-older",
			"Only with other younger children", "only-with-younger", "No preference", "no-preference"),
		choice("pets", once, "`pets`", func(c *care.Child) *care.PetWish { return &c.Pets }, "Yes - must", "must", "Yes - can", "can", "No", "no", "Not Known", ""),
		choice("additionalSupport", maybeOnce, asShown, func(c *care.Child) *string { return &c.Referral.AdditionalSupport },
			"additional supervision", "additional supervision", "therapeutic support", "therapeutic support", "a worker for respite", "a worker for respite",
			"taxis to school", "taxis to school", "NA", "NA", "other (please specify)", "other (please specify)"),
		yesNo("deprivationOfLiberty", maybeOnce, "`liberty_order`", func(c *care.Child) *care.Answer { return &c.LibertyOrder }),
	),
	within(recommendation,
		suits("fosterCareSuitability", "`suitability_foster`", func(c *care.Child) *care.Suitability { return &c.SuitFoster }),
		suits("residentialCareSuitability", "`suitability_residential`", func(c *care.Child) *care.Suitability { return &c.SuitResidential }),
		suits("supportedAccommodationSuitability", "`suitability_supported`", func(c *care.Child) *care.Suitability { return &c.SuitSupported }),
	),
	within(risks,
		risk("riskSelfHarm", toChild, "self-harm"), risk("riskSexualExploitation", toChild, "sexual-exploitation"),
		risk("riskCriminalExploitation", toChild, "criminal-exploitation"), risk("riskDrugAlcohol", toChild, "drugs"),
		risk("riskEatingDisorder", toChild, "eating-disorder"), risk("riskMissing", toChild, "missing"),
		prose("riskOther", asShown, func(c *care.Child) *string { return &c.Referral.RiskOther }),
		risk("riskToOthersPhysical", toOthers, "physical-harm"), risk("riskToOthersSexual", toOthers, "sexual-harm"),
		risk("riskToOthersFire", toOthers, "fire-setting"), risk("riskToOthersAnimals", toOthers, "harm-to-animals"),
		risk("riskToOthersCriminal", toOthers, "criminal-exploitation"),
		prose("riskToOthersOther", asShown, func(c *care.Child) *string { return &c.Referral.RiskToOthersOther }),
	),
	within(actual,
		amount("totalWeeklyCost", once, "out: `weekly_cost` of the home", func(c *care.Child) *care.Number { return &c.Referral.Agreed.WeeklyCost }),
		line("placementLocation", once, "out: postcode sector of the home", func(c *care.Child) *string { return &c.Referral.Agreed.Location }),
		yesNo("preferabilityLocation", once, "out: the home lies in preferredLocation, where that is an authority, or a postcode or part of one", func(c *care.Child) *care.Answer { return &c.Referral.Agreed.Preferred }),
		yesNo("educationContinuity", once, "out: the school is within the reach that the policy sets", func(c *care.Child) *care.Answer { return &c.Referral.Agreed.School }),
		line("providerURN", once, "out: `urn` of the home", func(c *care.Child) *string { return &c.Referral.Agreed.URN }),
		amount("siblingsPlacedTogether", once, "out: others of the `group` who live there on the first day", func(c *care.Child) *care.Number { return &c.Referral.Agreed.Siblings }),
		choice("placementType", once, "out: `kind` of the home", func(c *care.Child) *string { return &c.Referral.Agreed.Type },
			"Residential", "Residential", "Foster", "Foster", "Supported Accommodation", "Supported Accommodation"),
	),
	within(assurance,
		line("referralOfficerName", maybeOnce, asReferral, func(c *care.Child) *string { return &c.Referral.Officer }),
		date("referralDate", asReferral, func(c *care.Child) *care.Day { return &c.Referral.On }),
		line("placementOfficerName", once, asReferral+"; with ActualPlacement: who decided", func(c *care.Child) *string { return &c.Referral.PlacementOfficer }),
		date("placementDate", asReferral+"; with ActualPlacement: when it was decided", func(c *care.Child) *care.Day { return &c.Referral.PlacementOn }),
		line("costOfficerName", maybeOnce, asReferral, func(c *care.Child) *string { return &c.Referral.CostOfficer }),
		date("costDate", asReferral, func(c *care.Child) *care.Day { return &c.Referral.CostOn }),
	),
)

// What becomes of a field that no column of children has.
const (
	asReferral = "kept with the referral"
	asShown    = "kept with the referral; shown beside a match, as no rule judges it"
)

// within puts fields under an entity.
func within(entity string, fields ...standardField) []standardField {
	for i := range fields {
		fields[i].Entity = entity
	}
	return fields
}

// fieldAt is the place of a field in the standard.
func fieldAt(name string) int {
	return slices.IndexFunc(standard, func(f standardField) bool { return f.Name == name })
}
