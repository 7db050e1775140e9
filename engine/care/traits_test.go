package care_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

const (
	takesAll  = care.TakesBoys | care.TakesGirls | care.TakesEither
	offersAll = care.OffersEmergency | care.OffersShort | care.OffersLong | care.OffersRespite
	// blank are the traits of a home of which nothing is recorded: terms that are
	// empty are no restriction.
	blank = takesAll | offersAll | care.AdaptationsUnknown
)

func TestTraitsOfAHome(t *testing.T) {
	for _, c := range []struct {
		why    string
		change func(*care.Home)
		want   care.Traits
	}{
		{"nothing recorded", func(*care.Home) {}, blank},
		{"boys only", func(h *care.Home) { h.Sexes = []care.Sex{care.Male} }, blank&^takesAll | care.TakesBoys},
		{"girls only", func(h *care.Home) { h.Sexes = []care.Sex{care.Female} }, blank&^takesAll | care.TakesGirls},
		{"boys and girls, named", func(h *care.Home) { h.Sexes = []care.Sex{care.Female, care.Male} }, blank},
		{"a word for a sex that nobody knows", func(h *care.Home) { h.Sexes = []care.Sex{"X"} }, blank &^ takesAll},
		{"short and respite care", func(h *care.Home) { h.Durations = []care.Duration{care.Respite, care.Short} },
			blank&^offersAll | care.OffersShort | care.OffersRespite},
		{"emergencies only", func(h *care.Home) { h.Durations = []care.Duration{care.Emergency} }, blank&^offersAll | care.OffersEmergency},
		{"long care only", func(h *care.Home) { h.Durations = []care.Duration{care.Long} }, blank&^offersAll | care.OffersLong},
		{"early permanence", func(h *care.Home) { h.EarlyPermanence = care.Yes }, blank | care.OffersEarlyPermanence},
		{"no early permanence", func(h *care.Home) { h.EarlyPermanence = care.No }, blank},
		{"a dog", func(h *care.Home) { h.Pets = care.List{"dog"} }, blank | care.HasPets},
		{"no pets", func(h *care.Home) { h.Pets = care.List{} }, blank | care.HasNoPets},
		{"a garden", func(h *care.Home) { h.Garden = care.Yes }, blank | care.HasGarden},
		{"no garden", func(h *care.Home) { h.Garden = care.No }, blank},
		{"a car", func(h *care.Home) { h.Transport = care.Yes }, blank | care.HasTransport},
		{"no car", func(h *care.Home) { h.Transport = care.No }, blank},
		{"nobody smokes", func(h *care.Home) { h.Smoking = care.No }, blank | care.IsSmokeFree},
		{"somebody smokes", func(h *care.Home) { h.Smoking = care.Yes }, blank},
		{"no adaptations, and that is known", func(h *care.Home) { h.Adaptations = care.List{} }, blank &^ care.AdaptationsUnknown},
		{"a ramp", func(h *care.Home) { h.Adaptations = care.List{"ramp"} }, blank &^ care.AdaptationsUnknown},
	} {
		h := plainHome()
		c.change(&h)
		require.Equal(t, c.want, h.Traits(), c.why)
	}
}

// What a child asks for is met by the traits of the homes that the terms let in,
// and of no others.
func TestTraitsLetInWhomTheTermsLetIn(t *testing.T) {
	d := rolled(t, 21)
	for range rounds(2000) {
		h := d.home()
		for _, sex := range []care.Sex{care.Male, care.Female} {
			require.Equal(t, len(h.Sexes) == 0 || slices.Contains(h.Sexes, sex), h.Traits().Any(sex.Takes()), "%q and %q", h.Sexes, sex)
		}
		require.Equal(t, len(h.Sexes) != 1, h.Traits().Any(care.Sex("").Takes()), "%q and a child whose sex is not recorded", h.Sexes)
		for _, plan := range []care.Duration{care.Emergency, care.Short, care.Long, care.Respite} {
			require.Equal(t, len(h.Durations) == 0 || slices.Contains(h.Durations, plan), h.Traits().Any(plan.Offers()), "%q and %q", h.Durations, plan)
		}
		require.True(t, h.Traits().Any(care.Duration("").Offers()), "a child without a plan is let in by every duration")
	}
}

func TestNoTraitIsAnother(t *testing.T) {
	all := []care.Traits{care.TakesBoys, care.TakesGirls, care.TakesEither, care.OffersEmergency, care.OffersShort, care.OffersLong, care.OffersRespite,
		care.OffersEarlyPermanence, care.HasPets, care.HasNoPets, care.HasGarden, care.HasTransport, care.IsSmokeFree, care.AdaptationsUnknown}
	for i, trait := range all {
		require.EqualValues(t, 1<<i, trait, "traits are kept in files: a new one goes to the end")
		for k, other := range all {
			require.Equal(t, i == k, trait.Any(other))
		}
	}
	require.False(t, care.Traits(0).Any(blank))
	require.False(t, blank.Any(0))
}
