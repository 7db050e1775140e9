package care

import (
	"iter"
	"slices"
)

// MaxBeds is the largest home that is believed. The largest children's home in
// England has well under a hundred places.
const MaxBeds = 1000

// MaxAge bounds the ages that a term of approval can name, in years. Staying
// Put ends at 21; disabled young people may stay in a school to 25.
const MaxAge = 25

// Home is a place where children live: a foster carer's household, a children's
// home, supported accommodation and so on. Fields are named after the columns
// they are imported from.
type Home struct {
	ID           ID           `cbor:"1,keyasint"`
	Kind         Kind         `cbor:"2,keyasint"`
	URN          string       `cbor:"3,keyasint,omitempty"`  // Ofsted's number
	Provider     string       `cbor:"4,keyasint,omitempty"`  // name or reference of who runs it
	ProviderCode ProviderCode `cbor:"5,keyasint,omitempty"`  // PR1 own authority … PR5 voluntary
	Authority    string       `cbor:"6,keyasint"`            // GSS code of the authority in whose area it lies
	ApprovedBy   string       `cbor:"7,keyasint,omitempty"`  // GSS code of the approving authority, or the agency's name
	Where        Location     `cbor:"8,keyasint"`            //
	Beds         int          `cbor:"9,keyasint"`            // physical beds for children
	Places       Number       `cbor:"10,keyasint,omitzero"`  // approved number; a term
	AgeMin       Number       `cbor:"11,keyasint,omitzero"`  // whole years; a term
	AgeMax       Number       `cbor:"12,keyasint,omitzero"`  // whole years, inclusive; a term
	Sexes        []Sex        `cbor:"13,keyasint,omitempty"` // a term
	Durations    []Duration   `cbor:"14,keyasint,omitempty"` // a term

	EarlyPermanence   Answer `cbor:"15,keyasint,omitempty"` // approved for fostering for adoption or concurrent planning
	ExemptionChildren []ID   `cbor:"16,keyasint,omitempty"` // children named in an exemption from the usual fostering limit
	Bedrooms          []int  `cbor:"17,keyasint,omitzero"`  // sleepers in each bedroom; nil is not recorded
	SiblingsMayShare  Answer `cbor:"18,keyasint,omitempty"`

	Adaptations   List `cbor:"19,keyasint,omitzero"`
	Skills        List `cbor:"20,keyasint,omitzero"`
	Languages     List `cbor:"21,keyasint,omitzero"`
	Faiths        List `cbor:"22,keyasint,omitzero"`
	Cultures      List `cbor:"23,keyasint,omitzero"`
	Ethnicities   List `cbor:"24,keyasint,omitzero"`
	Pets          List `cbor:"25,keyasint,omitzero"`
	SupportsRisks List `cbor:"26,keyasint,omitzero"` // risks the carers are skilled for

	Smoking     Answer `cbor:"27,keyasint,omitempty"`
	Garden      Answer `cbor:"28,keyasint,omitempty"`
	Transport   Answer `cbor:"29,keyasint,omitempty"` // the carers can drive a child to school
	OwnChildren []Day  `cbor:"30,keyasint,omitzero"`  // dates of birth of the carers' own children; nil is not recorded
	AdultsSex   []Sex  `cbor:"31,keyasint,omitempty"`

	FosteringSince  Day    `cbor:"32,keyasint,omitempty"`
	Status          Status `cbor:"33,keyasint,omitempty"`
	RegisteredFrom  Day    `cbor:"34,keyasint,omitempty"` // approval or registration covers this day and later ones
	RegisteredUntil End    `cbor:"35,keyasint,omitzero"`  // first day it no longer covers
	AppliedOn       Day    `cbor:"36,keyasint,omitempty"` // application to register, supported accommodation
	RefusedOn       Day    `cbor:"37,keyasint,omitempty"` // that application, or a connected person's assessment, was refused
	TemporaryFrom   Day    `cbor:"38,keyasint,omitempty"` // temporary approval of a connected person
	ExtendedUntil   Day    `cbor:"39,keyasint,omitempty"` // first day after its extension
	RestrictedFrom  End    `cbor:"40,keyasint,omitzero"`  // admissions are restricted from this day

	Closed      []DayRange `cbor:"41,keyasint,omitzero"` // closed to new placements; nil is not recorded
	WeeklyCost  Number     `cbor:"42,keyasint,omitzero"` // whole pounds a week
	ConfirmedOn Day        `cbor:"43,keyasint,omitempty"`
	// BedsShut is how many of the beds are not to be had although nobody who is
	// recorded takes them: what a vacancy list said is missing. Placements made
	// since come on top.
	BedsShut Number `cbor:"44,keyasint,omitzero"`
	// ListedFrom is the first day on which there is a place again, as the vacancy
	// list of ConfirmedOn said; see [Home.Unlisted].
	ListedFrom Day `cbor:"45,keyasint,omitempty"`
}

// End is a day that may never come: nothing recorded (the zero End), a day, or
// "none" for no such day.
type End struct {
	_     struct{} `cbor:",toarray"`
	Day   Day
	Known bool
}

// Never says that there is no such day.
func Never() End { return End{Known: true} }

// EndOn is an end on a day.
func EndOn(d Day) End { return End{Day: d, Known: true} }

// PassedBy says whether the end is recorded and has come by day d.
func (e End) PassedBy(d Day) bool { return e.Day != 0 && e.Day <= d }

// DayRange is a run of days, both ends included.
type DayRange struct {
	_    struct{} `cbor:",toarray"`
	From Day
	To   Day
}

// Holds says whether the range contains the day.
func (r DayRange) Holds(d Day) bool { return r.From <= d && d <= r.To }

// Validate refuses a home that contradicts itself or that cannot be judged at
// all: one without an id, a kind, an authority or a position; numbers out of range (a
// home may have no beds); days that [Day.Validate] refuses; and text that [Words]
// refuses. The error is a [*FieldError] that names the column.
func (h *Home) Validate() error {
	return firstOf(
		h.ID.Validate("id"), h.validateKind(), h.validatePlace(), h.validateNumbers(),
		h.validateWords(), h.validateDates(), validateIDs("exemption_children", h.ExemptionChildren),
	)
}

func (h *Home) validateKind() error {
	if h.Kind == "" {
		return wrong("kind", "say what kind of home it is", "is empty")
	}
	return firstOf(oneOf("kind", "kind", h.Kind), oneOf("status", "status", h.Status), oneOf("provider_code", "provider_code", h.ProviderCode))
}

func (h *Home) validatePlace() error {
	switch {
	case h.Authority == "":
		return wrong("authority", "the GSS code of the authority in whose area the home lies, such as E08000035", "is empty")
	case !h.Where.Known():
		return wrong("postcode", "give a postcode, or lat and lng", "no position is given")
	}
	return h.Where.Point.validate("lat", "lng")
}

func (h *Home) validateNumbers() error {
	if h.AgeMin.Known && h.AgeMax.Known && h.AgeMin.N > h.AgeMax.N {
		return wrong("age_max", "swap age_min and age_max", "%d is below age_min %d", h.AgeMax.N, h.AgeMin.N)
	}
	for _, sleepers := range h.Bedrooms {
		if sleepers < 1 || sleepers > MaxBeds {
			return wrong("bedrooms", "the number of sleepers in each, such as 1;2", "%d sleepers in a bedroom", sleepers)
		}
	}
	return firstOf(
		within("beds", h.Beds, 0, MaxBeds), h.Places.within("places", 0, MaxBeds), h.BedsShut.within("beds_shut", 0, MaxBeds),
		h.AgeMin.within("age_min", 0, MaxAge), h.AgeMax.within("age_max", 0, MaxAge),
		h.WeeklyCost.within("weekly_cost", 0, 1_000_000),
	)
}

func (h *Home) validateWords() error {
	return firstOf(
		allOf("sexes", "sex", h.Sexes), allOf("adults_sex", "sex", h.AdultsSex),
		allOf("durations", "durations", h.Durations), allOf("supports_risks", "risks", h.SupportsRisks),
		Words("urn", h.URN), Words("provider", h.Provider), Words("authority", h.Authority), Words("approved_by", h.ApprovedBy),
		Words("postcode", h.Where.Postcode), eachWords("adaptations", h.Adaptations), eachWords("skills", h.Skills),
		eachWords("languages", h.Languages), eachWords("faiths", h.Faiths), eachWords("cultures", h.Cultures),
		eachWords("ethnicities", h.Ethnicities), eachWords("pets", h.Pets),
	)
}

func (h *Home) validateDates() error {
	if slices.Contains(h.OwnChildren, 0) {
		return wrong("own_children", "dates of birth, or none", "a child of the carers has no date of birth")
	}
	for _, born := range h.OwnChildren {
		if err := born.Validate("own_children"); err != nil {
			return err
		}
	}
	for _, r := range h.Closed {
		if r.From == 0 || r.To < r.From {
			return wrong("closed_dates", "first and last day, such as 2026-12-20..2027-01-03", "%s..%s does not run forwards", r.From, r.To)
		}
		if err := firstOf(r.From.Validate("closed_dates"), r.To.Validate("closed_dates")); err != nil {
			return err
		}
	}
	return firstOf(
		h.FosteringSince.Validate("fostering_since"), h.RegisteredFrom.Validate("registered_from"), h.RegisteredUntil.Day.Validate("registered_until"),
		h.AppliedOn.Validate("registration_applied_on"), h.RefusedOn.Validate("registration_refused_on"),
		h.TemporaryFrom.Validate("temporary_from"), h.ExtendedUntil.Validate("extended_until"),
		h.RestrictedFrom.Day.Validate("restriction_from"),
		h.ConfirmedOn.Validate("vacancy_confirmed_on"), h.ListedFrom.Validate("listed_from"),
		notBefore("registered_until", h.RegisteredUntil.Day, "registered_from", h.RegisteredFrom),
		notBefore("extended_until", h.ExtendedUntil, "temporary_from", h.TemporaryFrom),
		notBefore("registration_refused_on", h.RefusedOn, "registration_applied_on", h.AppliedOn),
	)
}

// Covers says whether the approval or registration is recorded to run on day d.
// An end that is not recorded does not stop it; whoever asks must name the
// missing fact.
func (h *Home) Covers(d Day) bool {
	return h.RegisteredFrom != 0 && h.RegisteredFrom <= d && !h.RegisteredUntil.PassedBy(d)
}

// OpenBeds is the beds less those that are shut; below 0 where more are said to
// be shut than there are.
func (h *Home) OpenBeds() int {
	if !h.BedsShut.Known {
		return h.Beds
	}
	return h.Beds - h.BedsShut.N
}

// Unlisted is the run of days for which a vacancy list said that there is no place
// yet, if one did: from the day that it spoke for up to the one before ListedFrom.
// It says nothing of the periods in which the home itself is closed.
func (h *Home) Unlisted() (DayRange, bool) {
	r := DayRange{From: h.ConfirmedOn, To: h.ListedFrom - 1}
	return r, h.ListedFrom != 0 && r.From <= r.To
}

// ClosedOn returns the closed period that contains the day, if one does, or else
// the run of days for which a vacancy list has no place.
func (h *Home) ClosedOn(d Day) (DayRange, bool) {
	for r := range h.shutDays() {
		if r.Holds(d) {
			return r, true
		}
	}
	return DayRange{}, false
}

// shutDays are the runs of days on which nobody may move in.
func (h *Home) shutDays() iter.Seq[DayRange] {
	return func(yield func(DayRange) bool) {
		for _, r := range h.Closed {
			if !yield(r) {
				return
			}
		}
		if r, listed := h.Unlisted(); listed {
			yield(r)
		}
	}
}
