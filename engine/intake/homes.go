package intake

import (
	"slices"
	"strconv"

	"github.com/stablehomes/stablehomes/engine/care"
)

// homeSpot names the columns of where a home is.
var homeSpot = spotNames{"postcode", "lat", "lng"}

// homes is the table of homes, in the order in which it is written.
func homes() table[care.Home] {
	return table[care.Home]{
		kind:    "homes",
		columns: called(slices.Concat(homeWho(), homeTerms(), homeHousehold(), homeApproval()), homeNames()),
		needs:   []need{{"id"}, {"kind"}, {"postcode", "lat+lng"}, {"beds", "places"}},
		limits:  []string{"age_min", "age_max", "sexes"},
		id:      func(h *care.Home) care.ID { return h.ID },
		check:   (*care.Home).Validate,
		finish:  finishHome,
		note:    noteHome,
		leads:   []lead{leadsOf(homeSpot)},
	}
}

func homeWho() []column[care.Home] {
	type h = care.Home
	return slices.Concat([]column[h]{
		field("id", id(), func(h *h) *care.ID { return &h.ID }),
		field("kind", word[care.Kind]("kind"), func(h *h) *care.Kind { return &h.Kind }),
		field("urn", text(), func(h *h) *string { return &h.URN }),
		field("provider", text(), func(h *h) *string { return &h.Provider }),
		field("provider_code", word[care.ProviderCode]("provider_code"), func(h *h) *care.ProviderCode { return &h.ProviderCode }),
		field("authority", authority(), func(h *h) *string { return &h.Authority }),
		field("approved_by", approver(), func(h *h) *string { return &h.ApprovedBy }),
	}, spotColumns(homeSpot, 0, func(h *h) *care.Location { return &h.Where }))
}

func homeTerms() []column[care.Home] {
	type h = care.Home
	return []column[h]{
		bedsColumn("beds"),
		field("places", limit(), func(h *h) *care.Number { return &h.Places }),
		field("age_min", limit(), func(h *h) *care.Number { return &h.AgeMin }),
		field("age_max", limit(), func(h *h) *care.Number { return &h.AgeMax }),
		field("sexes", list[[]care.Sex](listedWord[care.Sex]("sex"), unrestricted), func(h *h) *[]care.Sex { return &h.Sexes }),
		field("durations", list[[]care.Duration](listedWord[care.Duration]("durations"), unrestricted), func(h *h) *[]care.Duration { return &h.Durations }),
		field("early_permanence", answer(), func(h *h) *care.Answer { return &h.EarlyPermanence }),
		field("exemption_children", ids(), func(h *h) *[]care.ID { return &h.ExemptionChildren }),
	}
}

func homeHousehold() []column[care.Home] {
	type h = care.Home
	return []column[h]{
		field("bedrooms", list[[]int](whole(), recorded), func(h *h) *[]int { return &h.Bedrooms }),
		field("siblings_may_share", answer(), func(h *h) *care.Answer { return &h.SiblingsMayShare }),
		field("adaptations", terms(), func(h *h) *care.List { return &h.Adaptations }),
		field("skills", terms(), func(h *h) *care.List { return &h.Skills }),
		field("languages", terms(), func(h *h) *care.List { return &h.Languages }),
		field("faiths", terms(), func(h *h) *care.List { return &h.Faiths }),
		field("cultures", terms(), func(h *h) *care.List { return &h.Cultures }),
		field("ethnicities", terms(), func(h *h) *care.List { return &h.Ethnicities }),
		field("pets", terms(), func(h *h) *care.List { return &h.Pets }),
		field("smoking", answer(), func(h *h) *care.Answer { return &h.Smoking }),
		field("supports_risks", words("risks"), func(h *h) *care.List { return &h.SupportsRisks }),
		field("own_children", list[[]care.Day](day(), recorded), func(h *h) *[]care.Day { return &h.OwnChildren }),
		field("adults_sex", list[[]care.Sex](listedWord[care.Sex]("sex"), unanswered), func(h *h) *[]care.Sex { return &h.AdultsSex }),
	}
}

func homeApproval() []column[care.Home] {
	type h = care.Home
	return []column[h]{
		field("fostering_since", day(), func(h *h) *care.Day { return &h.FosteringSince }),
		field("registered_from", day(), func(h *h) *care.Day { return &h.RegisteredFrom }),
		field("registered_until", end(), func(h *h) *care.End { return &h.RegisteredUntil }),
		field("registration_applied_on", day(), func(h *h) *care.Day { return &h.AppliedOn }),
		field("registration_refused_on", day(), func(h *h) *care.Day { return &h.RefusedOn }),
		field("temporary_from", day(), func(h *h) *care.Day { return &h.TemporaryFrom }),
		field("extended_until", day(), func(h *h) *care.Day { return &h.ExtendedUntil }),
		field("status", word[care.Status]("status"), func(h *h) *care.Status { return &h.Status }),
		field("restriction_from", end(), func(h *h) *care.End { return &h.RestrictedFrom }),
		field("closed_dates", list[[]care.DayRange](run(), recorded), func(h *h) *[]care.DayRange { return &h.Closed }),
		field("weekly_cost", number(), func(h *h) *care.Number { return &h.WeeklyCost }),
		field("vacancy_confirmed_on", day(), func(h *h) *care.Day { return &h.ConfirmedOn }),
		field("beds_shut", number(), func(h *h) *care.Number { return &h.BedsShut }),
		field("listed_from", day(), func(h *h) *care.Day { return &h.ListedFrom }),
		field("garden", answer(), func(h *h) *care.Answer { return &h.Garden }),
		field("transport", answer(), func(h *h) *care.Answer { return &h.Transport }),
	}
}

// bedsColumn remembers that beds were given, as 0 is a number of beds too.
func bedsColumn(name string) column[care.Home] {
	return column[care.Home]{
		name: name,
		read: func(d *draft[care.Home], cell string) (err error) {
			d.beds = true
			d.value.Beds, err = readWhole(cell)
			return err
		},
		write: func(h *care.Home) (string, error) { return strconv.Itoa(h.Beds), nil },
	}
}

func finishHome(d *draft[care.Home]) error {
	at, authority, err := d.locate(&d.spots[0], homeSpot)
	if err != nil {
		return err
	}
	h := &d.value
	h.Where = at
	if d.found = authority; h.Authority == "" {
		h.Authority = authority
	}
	if d.beds {
		return nil
	}
	if !h.Places.Known {
		return inColumn("beds", bad("how many children can sleep there", "is empty, and so is places"))
	}
	h.Beds = h.Places.N
	return nil
}

// noteHome warns of a home whose postcode lies in another authority than the one
// given. The directory decides: what the law asks of a placement out of area
// rests on where the home lies, and councils often write who approved it.
func noteHome(d *draft[care.Home]) {
	h := &d.value
	given := h.Authority
	if d.found == "" || d.found == given {
		return
	}
	h.Authority = d.found
	d.warnings.add(d.file, d.row, "authority", func() string {
		return "authority " + given + " is put right: the postcode directory has " + h.Where.Postcode + " in " + d.found
	})
}
