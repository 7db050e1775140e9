package care_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

var leeds = care.Location{Postcode: "LS6 2AB", Point: care.At(53.82, -1.56)}

// plainHome is a home with nothing but what a home must have.
func plainHome() care.Home {
	return care.Home{ID: "H-1", Kind: care.Foster, Authority: "E08000035", Where: leeds, Beds: 2}
}

// fullHome has something sensible in each field that is checked.
func fullHome() care.Home {
	h := plainHome()
	h.Status, h.ProviderCode = care.Approved, "PR4"
	h.Places, h.AgeMin, h.AgeMax, h.WeeklyCost = care.Num(2), care.Num(0), care.Num(17), care.Num(450)
	h.Sexes, h.AdultsSex = []care.Sex{care.Male, care.Female}, []care.Sex{care.Female}
	h.Durations, h.Bedrooms = []care.Duration{care.Short, care.Respite}, []int{1, 2}
	h.SupportsRisks, h.ExemptionChildren = care.List{"missing", "fire-setting"}, []care.ID{"C-9"}
	h.RegisteredFrom, h.RegisteredUntil = care.Date(2020, 1, 1), care.EndOn(care.Date(2027, 1, 1))
	h.TemporaryFrom, h.ExtendedUntil = care.Date(2020, 1, 1), care.Date(2020, 6, 1)
	h.AppliedOn, h.RefusedOn = care.Date(2023, 5, 1), care.Date(2023, 9, 1)
	h.RestrictedFrom = care.Never()
	h.Closed = []care.DayRange{{From: care.Date(2026, 12, 20), To: care.Date(2027, 1, 3)}}
	return h
}

// requireWrong says which field an error must name.
func requireWrong(t *testing.T, err error, field, why string) {
	t.Helper()
	var wrong *care.FieldError
	require.ErrorAs(t, err, &wrong, "%s passed as good", why)
	require.Equal(t, field, wrong.Field, "%s: %v", why, err)
	require.NotEmpty(t, wrong.Why)
}

func TestAHomeWithOnlyWhatItMustHaveIsGood(t *testing.T) {
	h := plainHome()
	require.NoError(t, h.Validate())
	h = fullHome()
	require.NoError(t, h.Validate())
}

func TestAHomeIsRefusedForTheCellThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		why, field string
		spoil      func(h *care.Home)
	}{
		{"no id", "id", func(h *care.Home) { h.ID = "" }},
		{"an id with a tab", "id", func(h *care.Home) { h.ID = "H\t1" }},
		{"no kind", "kind", func(h *care.Home) { h.Kind = "" }},
		{"a kind nobody knows", "kind", func(h *care.Home) { h.Kind = "hotel" }},
		{"a status nobody knows", "status", func(h *care.Home) { h.Status = "fine" }},
		{"PR0 is a parent, not a provider of homes", "provider_code", func(h *care.Home) { h.ProviderCode = "PR0" }},
		{"no authority", "authority", func(h *care.Home) { h.Authority = "" }},
		{"no position", "postcode", func(h *care.Home) { h.Where = care.Location{} }},
		{"a postcode that was not found", "postcode", func(h *care.Home) { h.Where.Point = care.Point{} }},
		{"too far north", "lat", func(h *care.Home) { h.Where.Point.Lat = 90.1 }},
		{"too far south", "lat", func(h *care.Home) { h.Where.Point.Lat = -90.1 }},
		{"a latitude that is not a number", "lat", func(h *care.Home) { h.Where.Point.Lat = math.NaN() }},
		{"too far east", "lng", func(h *care.Home) { h.Where.Point.Lng = 180.1 }},
		{"too far west", "lng", func(h *care.Home) { h.Where.Point.Lng = -180.1 }},
		{"an infinite longitude", "lng", func(h *care.Home) { h.Where.Point.Lng = math.Inf(1) }},
		{"a longitude that is not a number", "lng", func(h *care.Home) { h.Where.Point.Lng = math.NaN() }},
		{"less than no beds", "beds", func(h *care.Home) { h.Beds = -1 }},
		{"more beds than any home has", "beds", func(h *care.Home) { h.Beds = care.MaxBeds + 1 }},
		{"less than no places", "places", func(h *care.Home) { h.Places = care.Num(-1) }},
		{"too many places", "places", func(h *care.Home) { h.Places = care.Num(care.MaxBeds + 1) }},
		{"a youngest age below 0", "age_min", func(h *care.Home) { h.AgeMin = care.Num(-1) }},
		{"a youngest age past every term", "age_min", func(h *care.Home) { h.AgeMin, h.AgeMax = care.Num(care.MaxAge+1), care.Number{} }},
		{"an oldest age past every term", "age_max", func(h *care.Home) { h.AgeMax = care.Num(care.MaxAge + 1) }},
		{"an oldest age below 0", "age_max", func(h *care.Home) { h.AgeMin, h.AgeMax = care.Number{}, care.Num(-1) }},
		{"ages the wrong way round", "age_max", func(h *care.Home) { h.AgeMin, h.AgeMax = care.Num(12), care.Num(11) }},
		{"a bedroom nobody sleeps in", "bedrooms", func(h *care.Home) { h.Bedrooms = []int{1, 0} }},
		{"a bedroom for a thousand and one", "bedrooms", func(h *care.Home) { h.Bedrooms = []int{care.MaxBeds + 1} }},
		{"a cost below nothing", "weekly_cost", func(h *care.Home) { h.WeeklyCost = care.Num(-1) }},
		{"a cost of over a million pounds a week", "weekly_cost", func(h *care.Home) { h.WeeklyCost = care.Num(1_000_001) }},
		{"a sex SSDA903 has no code for", "sexes", func(h *care.Home) { h.Sexes = []care.Sex{care.Male, "male"} }},
		{"an empty entry among the sexes", "sexes", func(h *care.Home) { h.Sexes = []care.Sex{""} }},
		{"the sex of an adult", "adults_sex", func(h *care.Home) { h.AdultsSex = []care.Sex{"U"} }},
		{"an empty entry among the adults", "adults_sex", func(h *care.Home) { h.AdultsSex = []care.Sex{care.Female, ""} }},
		{"a duration nobody knows", "durations", func(h *care.Home) { h.Durations = []care.Duration{"forever"} }},
		{"an empty entry among the durations", "durations", func(h *care.Home) { h.Durations = []care.Duration{""} }},
		{"a risk nobody knows", "supports_risks", func(h *care.Home) { h.SupportsRisks = care.List{"boredom"} }},
		{"an empty entry among the risks", "supports_risks", func(h *care.Home) { h.SupportsRisks = care.List{"missing", ""} }},
		{"registration ends before it starts", "registered_until", func(h *care.Home) { h.RegisteredUntil = care.EndOn(h.RegisteredFrom - 1) }},
		{"extension ends before temporary approval starts", "extended_until", func(h *care.Home) { h.ExtendedUntil = h.TemporaryFrom - 1 }},
		{"refused before it applied", "registration_refused_on", func(h *care.Home) { h.RefusedOn = h.AppliedOn - 1 }},
		{"a closed period that runs backwards", "closed_dates", func(h *care.Home) { h.Closed[0].To = h.Closed[0].From - 1 }},
		{"a closed period without a start", "closed_dates", func(h *care.Home) { h.Closed[0].From = 0 }},
		{"a closed period without an end", "closed_dates", func(h *care.Home) { h.Closed[0].To = 0 }},
		{"an exemption that names nobody", "exemption_children", func(h *care.Home) { h.ExemptionChildren = []care.ID{"C-9", ""} }},
	} {
		h := fullHome()
		c.spoil(&h)
		requireWrong(t, h.Validate(), c.field, c.why)
	}
}

func TestAHomeAtTheEdgeOfWhatIsAllowed(t *testing.T) {
	for why, change := range map[string]func(h *care.Home){
		"no beds for the time being":             func(h *care.Home) { h.Beds = 0 },
		"the largest home":                       func(h *care.Home) { h.Beds, h.Places = care.MaxBeds, care.Num(care.MaxBeds) },
		"one age only":                           func(h *care.Home) { h.AgeMin, h.AgeMax = care.Num(16), care.Num(16) },
		"the whole range of ages":                func(h *care.Home) { h.AgeMin, h.AgeMax = care.Num(0), care.Num(care.MaxAge) },
		"a youngest age only":                    func(h *care.Home) { h.AgeMax = care.Number{} },
		"no terms at all":                        func(h *care.Home) { h.Sexes, h.Durations, h.Places = nil, nil, care.Number{} },
		"free of charge":                         func(h *care.Home) { h.WeeklyCost = care.Num(0) },
		"a million pounds a week":                func(h *care.Home) { h.WeeklyCost = care.Num(1_000_000) },
		"closed for a day":                       func(h *care.Home) { h.Closed[0].To = h.Closed[0].From },
		"never closed":                           func(h *care.Home) { h.Closed = []care.DayRange{} },
		"registration without an end":            func(h *care.Home) { h.RegisteredUntil = care.Never() },
		"registration whose end is not recorded": func(h *care.Home) { h.RegisteredUntil = care.End{} },
		"an end whose beginning is not recorded": func(h *care.Home) { h.RegisteredFrom = 0 },
		"registered for no day":                  func(h *care.Home) { h.RegisteredUntil = care.EndOn(h.RegisteredFrom) },
		"refused on the day it applied":          func(h *care.Home) { h.RefusedOn = h.AppliedOn },
		"no bedrooms":                            func(h *care.Home) { h.Bedrooms = []int{} },
		"a dormitory for a thousand":             func(h *care.Home) { h.Bedrooms = []int{care.MaxBeds} },
		"the north pole":                         func(h *care.Home) { h.Where.Point = care.At(90, 180) },
		"the south pole":                         func(h *care.Home) { h.Where.Point = care.At(-90, -180) },
	} {
		h := fullHome()
		change(&h)
		require.NoError(t, h.Validate(), why)
	}
}

func TestAnUnknownNumberIsNotJudged(t *testing.T) {
	h := fullHome()
	h.Places, h.AgeMin, h.AgeMax, h.WeeklyCost = care.Number{N: -5}, care.Number{N: 90}, care.Number{N: 3}, care.Number{N: -1}
	require.NoError(t, h.Validate())
}

func TestTheErrorSaysWhatWouldBeRight(t *testing.T) {
	h := plainHome()
	h.Beds = -1
	require.EqualError(t, h.Validate(), "beds: -1 is out of range (a whole number from 0 to 1000)")
	h = plainHome()
	h.Status = "fine"
	require.ErrorContains(t, h.Validate(), `status: "fine" is not a word it knows (one of approved, registered, pending`)
	h = plainHome()
	h.RegisteredFrom, h.RegisteredUntil = care.Date(2026, 2, 1), care.EndOn(care.Date(2026, 1, 31))
	require.EqualError(t, h.Validate(), "registered_until: 2026-01-31 is before registered_from 2026-02-01 (check the two dates)")
}

func TestAnEndThatMayNeverCome(t *testing.T) {
	d := care.Date(2026, time.December, 3)
	require.False(t, care.End{}.PassedBy(d), "not recorded")
	require.False(t, care.End{}.Known)
	require.False(t, care.Never().PassedBy(d), "no such day")
	require.True(t, care.Never().Known)
	require.NotEqual(t, care.End{}, care.Never())
	require.True(t, care.EndOn(d).Known)
	require.False(t, care.EndOn(d).PassedBy(d-1))
	require.True(t, care.EndOn(d).PassedBy(d), "the end is the first day that is not covered")
	require.True(t, care.EndOn(d).PassedBy(d+1))
}

func TestApprovalCoversItsDays(t *testing.T) {
	from, until := care.Date(2026, time.March, 1), care.Date(2026, time.September, 1)
	home := func(from care.Day, until care.End) *care.Home {
		return &care.Home{RegisteredFrom: from, RegisteredUntil: until}
	}
	require.False(t, home(from, care.EndOn(until)).Covers(from-1))
	require.True(t, home(from, care.EndOn(until)).Covers(from))
	require.True(t, home(from, care.EndOn(until)).Covers(until-1))
	require.False(t, home(from, care.EndOn(until)).Covers(until))
	require.True(t, home(from, care.Never()).Covers(until+10_000))
	require.True(t, home(from, care.End{}).Covers(until))
	require.False(t, home(0, care.Never()).Covers(from), "a start that is not recorded covers nothing")
}

func TestClosedPeriodsIncludeBothEnds(t *testing.T) {
	christmas := care.DayRange{From: care.Date(2026, time.December, 20), To: care.Date(2027, time.January, 3)}
	easter := care.DayRange{From: care.Date(2027, time.March, 26), To: care.Date(2027, time.March, 26)}
	h := care.Home{Closed: []care.DayRange{christmas, easter}}
	for d := christmas.From - 5; d < easter.To+5; d++ {
		want := care.DayRange{}
		switch {
		case d.String() >= "2026-12-20" && d.String() <= "2027-01-03":
			want = christmas
		case d.String() == "2027-03-26":
			want = easter
		}
		got, closed := h.ClosedOn(d)
		require.Equal(t, want, got, "%s", d)
		require.Equal(t, want != care.DayRange{}, closed, "%s", d)
	}
	_, closed := (&care.Home{}).ClosedOn(christmas.From)
	require.False(t, closed)
}

func TestAPostcodeAlonePlacesNobody(t *testing.T) {
	require.False(t, care.Location{Postcode: "LS6 2AB"}.Known())
	require.True(t, leeds.Known())
	require.False(t, care.Point{}.Known())
	require.True(t, care.At(51.478, 0).Known(), "Greenwich lies on the meridian")
}
