package intake

import (
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
)

// The columns of where a child's own home and school are.
var (
	childHomeSpot   = spotNames{"home_postcode", "home_lat", "home_lng"}
	childSchoolSpot = spotNames{"school_postcode", "school_lat", "school_lng"}
)

// children is the table of children, in the order in which it is written.
func children() table[care.Child] {
	return table[care.Child]{
		kind:    "children",
		columns: called(slices.Concat(childWho(), childFamily(), childPlan(), childNeeds(), childSafety(), childWishes()), childNames()),
		needs:   []need{{"id"}, {"dob"}, {authorityColumn}},
		id:      func(c *care.Child) care.ID { return c.ID },
		check:   (*care.Child).Validate,
		finish:  finishChild,
		leads: []lead{
			leadsOf(childHomeSpot), leadsOf(childSchoolSpot),
			{"school", []string{childSchoolSpot.postcode, childSchoolSpot.lat, childSchoolSpot.lng}},
		},
	}
}

// authorityColumn is the one column that [Options] can stand in for.
const authorityColumn = "authority"

func childWho() []column[care.Child] {
	type c = care.Child
	return []column[c]{
		field("id", id(), func(c *c) *care.ID { return &c.ID }),
		field("dob", day(), func(c *c) *care.Day { return &c.DOB }),
		field("dob_lowest", day(), func(c *c) *care.Day { return &c.DOBLowest }),
		field("uasc", answer(), func(c *c) *care.Answer { return &c.UASC }),
		field("sex", word[care.Sex]("sex"), func(c *c) *care.Sex { return &c.Sex }),
		field(authorityColumn, authority(), func(c *c) *string { return &c.Authority }),
		field("group", id(), func(c *c) *care.ID { return &c.Group }),
	}
}

func childFamily() []column[care.Child] {
	type c = care.Child
	return slices.Concat(
		spotColumns(childHomeSpot, 0, func(c *c) *care.Location { return &c.Home }),
		[]column[c]{
			field("contacts", list[[]care.Contact](contact(), plain), func(c *c) *[]care.Contact { return &c.Contacts }),
			field("no_contact", terms(), func(c *c) *care.List { return &c.NoContact }),
			field("school", text(), func(c *c) *string { return &c.School }),
		},
		spotColumns(childSchoolSpot, 1, func(c *c) *care.Location { return &c.SchoolAt }),
	)
}

func childPlan() []column[care.Child] {
	type c = care.Child
	return []column[c]{
		field("year_group", word[care.YearGroup]("year_group"), func(c *c) *care.YearGroup { return &c.YearGroup }),
		field("ehcp", answer(), func(c *c) *care.Answer { return &c.EHCP }),
		field("needed_by", word[string]("needed_by"), func(c *c) *string { return &c.NeededBy }),
		field("plan", word[care.Duration]("plan"), func(c *c) *care.Duration { return &c.Plan }),
		field("adoption_considered", answer(), func(c *c) *care.Answer { return &c.Adoption }),
		field("legal_status", word[string]("legal_status"), func(c *c) *string { return &c.Legal }),
		field("need", word[string]("need"), func(c *c) *string { return &c.NeedCode }),
		field("alongside", word[care.Alongside]("alongside"), func(c *c) *care.Alongside { return &c.Alongside }),
		field("kept_together", answer(), func(c *c) *care.Answer { return &c.Together }),
		field("kept_apart", ids(), func(c *c) *[]care.ID { return &c.KeptApart }),
	}
}

func childNeeds() []column[care.Child] {
	type c = care.Child
	return []column[c]{
		field("adaptations", terms(), func(c *c) *care.List { return &c.Adaptation }),
		field("needs", terms(), func(c *c) *care.List { return &c.Needs }),
		field("communication", terms(), func(c *c) *care.List { return &c.Communication }),
		field("languages", terms(), func(c *c) *care.List { return &c.Languages }),
		field("faith", freeWord(), func(c *c) *string { return &c.Faith }),
		field("culture", freeWord(), func(c *c) *string { return &c.Culture }),
		field("ethnicity", freeWord(), func(c *c) *string { return &c.Ethnicity }),
		field("pets", word[care.PetWish]("pets"), func(c *c) *care.PetWish { return &c.Pets }),
		field("allergies", terms(), func(c *c) *care.List { return &c.Allergies }),
		field("respiratory", answer(), func(c *c) *care.Answer { return &c.Respiratory }),
	}
}

func childSafety() []column[care.Child] {
	type c = care.Child
	suitability := word[care.Suitability]("suitability")
	return []column[c]{
		field("suitability_foster", suitability, func(c *c) *care.Suitability { return &c.SuitFoster }),
		field("suitability_residential", suitability, func(c *c) *care.Suitability { return &c.SuitResidential }),
		field("suitability_supported", suitability, func(c *c) *care.Suitability { return &c.SuitSupported }),
		field("risks_to_child", words("risks_to_child"), func(c *c) *care.List { return &c.RisksToChild }),
		field("risks_to_others", words("risks_to_others"), func(c *c) *care.List { return &c.RisksToOthers }),
		field("exclusion_zones", list[[]care.Circle](circle(), plain), func(c *c) *[]care.Circle { return &c.Exclusion }),
		awayColumn("away_from"),
		field("secure_order", answer(), func(c *c) *care.Answer { return &c.SecureOrder }),
		field("liberty_order", answer(), func(c *c) *care.Answer { return &c.LibertyOrder }),
	}
}

func childWishes() []column[care.Child] {
	type c = care.Child
	return []column[c]{
		field("connected_homes", ids(), func(c *c) *[]care.ID { return &c.ConnectedHomes }),
		proseColumn("wishes", func(c *c) *string { return &c.Wishes }),
		field("wishes_for", list[care.List](wish(), recorded), func(c *c) *care.List { return &c.WishesFor }),
	}
}

func finishChild(d *draft[care.Child]) (err error) {
	if d.value.Authority == "" {
		d.value.Authority = d.authority
	}
	if d.value.Home, _, err = d.locate(&d.spots[0], childHomeSpot); err != nil {
		return err
	}
	if d.value.SchoolAt, _, err = d.locate(&d.spots[1], childSchoolSpot); err != nil {
		return err
	}
	return d.atSchool(&d.value)
}
