package care

import (
	"math"
	"slices"
	"strconv"
)

// Child is a child or young person who needs, or has, a home. Fields are named
// after the columns they are imported from.
type Child struct {
	ID        ID     `cbor:"1,keyasint"`
	DOB       Day    `cbor:"2,keyasint"`           // or the day an unborn child is expected
	DOBLowest Day    `cbor:"3,keyasint,omitempty"` // latest date of birth that is claimed, where the age is disputed
	UASC      Answer `cbor:"4,keyasint,omitempty"` // unaccompanied asylum-seeking child
	Sex       Sex    `cbor:"5,keyasint,omitempty"`
	Authority string `cbor:"6,keyasint"`           // GSS code of the responsible authority
	Group     ID     `cbor:"7,keyasint,omitempty"` // sibling group

	Home      Location  `cbor:"8,keyasint,omitzero"`
	Contacts  []Contact `cbor:"9,keyasint,omitempty"`
	NoContact List      `cbor:"10,keyasint,omitzero"` // people the child must have no contact with

	School     string    `cbor:"11,keyasint,omitempty"` // URN
	SchoolAt   Location  `cbor:"12,keyasint,omitzero"`
	YearGroup  YearGroup `cbor:"13,keyasint,omitempty"`
	EHCP       Answer    `cbor:"14,keyasint,omitempty"` // education, health and care plan
	NeededBy   string    `cbor:"15,keyasint,omitempty"`
	Plan       Duration  `cbor:"16,keyasint,omitempty"`
	Adoption   Answer    `cbor:"17,keyasint,omitempty"` // adoption is being considered (Children Act 1989, section 22C(9B))
	Legal      string    `cbor:"18,keyasint,omitempty"` // SSDA903 legal status
	NeedCode   string    `cbor:"19,keyasint,omitempty"` // SSDA903 category of need
	Alongside  Alongside `cbor:"20,keyasint,omitempty"`
	Together   Answer    `cbor:"21,keyasint,omitempty"` // the group must be kept together
	KeptApart  []ID      `cbor:"22,keyasint,omitempty"` // children or homes this child must not live with or in
	Adaptation List      `cbor:"23,keyasint,omitzero"`  // adaptations the child needs

	Needs         List `cbor:"24,keyasint,omitzero"`
	Communication List `cbor:"25,keyasint,omitzero"`
	Languages     List `cbor:"26,keyasint,omitzero"`

	Faith     string  `cbor:"27,keyasint,omitempty"`
	Culture   string  `cbor:"28,keyasint,omitempty"`
	Ethnicity string  `cbor:"29,keyasint,omitempty"`
	Pets      PetWish `cbor:"30,keyasint,omitempty"`

	Allergies   List   `cbor:"31,keyasint,omitzero"`
	Respiratory Answer `cbor:"32,keyasint,omitempty"`

	SuitFoster      Suitability `cbor:"33,keyasint,omitempty"`
	SuitResidential Suitability `cbor:"34,keyasint,omitempty"`
	SuitSupported   Suitability `cbor:"35,keyasint,omitempty"`

	RisksToChild  List `cbor:"36,keyasint,omitzero"`
	RisksToOthers List `cbor:"37,keyasint,omitzero"`

	Exclusion       []Circle `cbor:"38,keyasint,omitempty"` // places the child must be kept out of
	AwayFrom        []Circle `cbor:"39,keyasint,omitempty"` // circles the child is to be placed away from
	AwayAuthorities []string `cbor:"40,keyasint,omitempty"` // authorities, by GSS code, likewise

	SecureOrder  Answer `cbor:"41,keyasint,omitempty"`
	LibertyOrder Answer `cbor:"42,keyasint,omitempty"`

	ConnectedHomes []ID   `cbor:"43,keyasint,omitempty"`
	Wishes         string `cbor:"44,keyasint,omitempty"` // the child's own words
	WishesFor      List   `cbor:"45,keyasint,omitzero"`

	History  History  `cbor:"46,keyasint,omitzero"` // from SSDA903 returns
	Referral Referral `cbor:"47,keyasint,omitzero"` // from referrals to the Placements Data Standard
}

// YearGroup is a school year: "N" nursery, "R" reception, "1" to "13". Empty is
// not recorded.
type YearGroup string

// Year is the number of the year, with reception as 0 and nursery as -1, and
// whether it is recorded.
func (y YearGroup) Year() (int, bool) {
	switch y {
	case "":
		return 0, false
	case "N":
		return -1, true
	case "R":
		return 0, true
	}
	n, err := strconv.Atoi(string(y))
	return n, err == nil
}

// KeptFrom says whether the record of either child keeps it apart from the other.
func (c *Child) KeptFrom(other *Child) bool {
	return slices.Contains(c.KeptApart, other.ID) || slices.Contains(other.KeptApart, c.ID)
}

// AdultAge is the age, in years, from which a person is no child (Children Act 1989,
// section 105(1)).
const AdultAge = 18

// LatestBirth is the date of birth that makes the child youngest, where the age is
// disputed.
func (c *Child) LatestBirth() Day { return max(c.DOB, c.DOBLowest) }

// Minor says whether somebody is under [AdultAge] on a day, by the latest date of
// birth that is claimed. The rules of adults and siblings go by the one recorded.
func (c *Child) Minor(on Day) bool { return AgeOn(c.LatestBirth(), on) < AdultAge }

// IsAway says whether the child is to be placed away from somewhere.
func (c *Child) IsAway() bool { return len(c.AwayFrom) > 0 || len(c.AwayAuthorities) > 0 }

// Validate refuses a child that contradicts itself or who cannot be matched at
// all: one without an id, a date of birth or a responsible authority; days that
// [Day.Validate] refuses; and text that [Words] refuses, or [Prose] of the wishes.
// The error is a [*FieldError] that names the column.
func (c *Child) Validate() error {
	return firstOf(c.ID.Validate("id"), c.validateRequired(), c.DOB.Validate("dob"), c.DOBLowest.Validate("dob_lowest"),
		c.validateWords(), c.validateTexts(), c.validateRisks(),
		c.validateWhere(), validateIDs("kept_apart", c.KeptApart), validateIDs("connected_homes", c.ConnectedHomes), c.History.validate(), c.Referral.validate())
}

func (c *Child) validateRequired() error {
	switch {
	case c.DOB == 0:
		return wrong("dob", "the date of birth, or the day the child is expected, as 2015-03-09", "is empty")
	case c.DOBLowest != 0 && c.DOBLowest < c.DOB:
		return wrong("dob_lowest", "the latest date of birth that is claimed; it makes the child younger", "%s is before dob %s", c.DOBLowest, c.DOB)
	case c.Authority == "":
		return wrong("authority", "the GSS code of the responsible authority, such as E08000035", "is empty")
	case c.Group != "":
		return c.Group.Validate("group")
	}
	return nil
}

func (c *Child) validateWords() error {
	return firstOf(
		oneOf("sex", "sex", c.Sex), oneOf("year_group", "year_group", c.YearGroup), oneOf("needed_by", "needed_by", c.NeededBy),
		oneOf("plan", "plan", c.Plan), oneOf("legal_status", "legal_status", c.Legal), oneOf("need", "need", c.NeedCode),
		oneOf("alongside", "alongside", c.Alongside), oneOf("pets", "pets", c.Pets),
		oneOf("suitability_foster", "suitability", c.SuitFoster),
		oneOf("suitability_residential", "suitability", c.SuitResidential),
		oneOf("suitability_supported", "suitability", c.SuitSupported),
	)
}

func (c *Child) validateTexts() error {
	return firstOf(
		Words("authority", c.Authority), Words("home_postcode", c.Home.Postcode), eachWords("no_contact", c.NoContact),
		Words("school", c.School), Words("school_postcode", c.SchoolAt.Postcode), eachWords("adaptations", c.Adaptation),
		eachWords("needs", c.Needs), eachWords("communication", c.Communication), eachWords("languages", c.Languages),
		Words("faith", c.Faith), Words("culture", c.Culture), Words("ethnicity", c.Ethnicity), eachWords("allergies", c.Allergies),
		eachWords("away_from", c.AwayAuthorities), Prose("wishes", c.Wishes), eachWords("wishes_for", c.WishesFor),
	)
}

func (c *Child) validateRisks() error {
	return firstOf(allOf("risks_to_child", "risks_to_child", c.RisksToChild), allOf("risks_to_others", "risks_to_others", c.RisksToOthers))
}

func (c *Child) validateWhere() error {
	for _, contact := range c.Contacts {
		if err := contact.validate(); err != nil {
			return err
		}
	}
	for _, z := range c.Exclusion {
		if err := z.validate("exclusion_zones"); err != nil {
			return err
		}
	}
	for _, z := range c.AwayFrom {
		if err := z.validate("away_from"); err != nil {
			return err
		}
	}
	return firstOf(c.Home.Point.validate("home_lat", "home_lng"), c.SchoolAt.Point.validate("school_lat", "school_lng"))
}

func (c Contact) validate() error {
	switch {
	case c.Who == "":
		return wrong("contacts", "who:postcode@visits a month, such as mother:LS6 2AB@4", "a contact has no one named")
	case !c.Where.Known():
		return wrong("contacts", "give each contact a postcode", "%s has no position", c.Who)
	case math.IsNaN(c.Visits) || c.Visits < 0 || c.Visits > 1000:
		return wrong("contacts", "visits a month, such as 4 or 0.5", "%v visits a month to %s", c.Visits, c.Who)
	}
	return firstOf(Words("contacts", c.Who), Words("contacts", c.Where.Postcode), c.Where.Point.validate("contacts", "contacts"))
}

// maxMiles is longer than Great Britain.
const maxMiles = 1000

func (z Circle) validate(field string) error {
	switch {
	case !z.Centre.Known():
		return wrong(field, "postcode@miles, such as LS6 2AB@3", "a circle has no centre")
	case math.IsNaN(z.Miles) || z.Miles <= 0 || z.Miles > maxMiles:
		return wrong(field, "miles, such as LS6 2AB@3", "a circle of %v miles", z.Miles)
	}
	return firstOf(Words(field, z.Centre.Postcode), z.Centre.Point.validate(field, field))
}
