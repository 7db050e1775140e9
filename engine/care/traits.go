package care

import "slices"

// Traits are what may be so of a home: one bit for each answer that it may give
// to a question. That of a set of homes has the bits of all of them.
type Traits uint32

// The traits. Where an answer is not recorded, none of its bits is set, unless
// the name says so.
const (
	TakesBoys Traits = 1 << iota // the terms of approval name them, or nobody
	TakesGirls
	TakesEither // a child whose sex is not recorded: the terms name both or nobody
	OffersEmergency
	OffersShort
	OffersLong
	OffersRespite
	OffersEarlyPermanence
	HasPets
	HasNoPets
	HasGarden
	HasTransport
	IsSmokeFree
	AdaptationsUnknown
)

// Any says whether one of the traits may be so.
func (t Traits) Any(of Traits) bool { return t&of != 0 }

// Takes is the trait of taking a child of this sex.
func (s Sex) Takes() Traits {
	switch s {
	case Male:
		return TakesBoys
	case Female:
		return TakesGirls
	}
	return TakesEither
}

// Offers is the trait of offering care of this duration; for none that is
// recorded, of any.
func (d Duration) Offers() Traits {
	switch d {
	case Emergency:
		return OffersEmergency
	case Short:
		return OffersShort
	case Long:
		return OffersLong
	case Respite:
		return OffersRespite
	}
	return OffersEmergency | OffersShort | OffersLong | OffersRespite
}

// Traits are those of one home.
func (h *Home) Traits() Traits {
	t := h.takes() | h.offers()
	set := func(is bool, trait Traits) {
		if is {
			t |= trait
		}
	}
	set(h.EarlyPermanence == Yes, OffersEarlyPermanence)
	set(len(h.Pets) > 0, HasPets)
	set(h.Pets.Known() && len(h.Pets) == 0, HasNoPets)
	set(h.Garden == Yes, HasGarden)
	set(h.Transport == Yes, HasTransport)
	set(h.Smoking == No, IsSmokeFree)
	set(!h.Adaptations.Known(), AdaptationsUnknown)
	return t
}

// takes is whom the terms of approval let in. A term that is empty is no
// restriction.
func (h *Home) takes() Traits {
	boys, girls := slices.Contains(h.Sexes, Male), slices.Contains(h.Sexes, Female)
	switch {
	case len(h.Sexes) == 0, boys && girls:
		return TakesBoys | TakesGirls | TakesEither
	case boys:
		return TakesBoys
	case girls:
		return TakesGirls
	}
	return 0
}

func (h *Home) offers() Traits {
	if len(h.Durations) == 0 {
		return Duration("").Offers()
	}
	t := Traits(0)
	for _, d := range h.Durations {
		t |= d.Offers()
	}
	return t
}
