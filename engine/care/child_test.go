package care_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// plainChild is a child of whom nothing is known but what must be.
func plainChild() care.Child {
	return care.Child{ID: "C-104", DOB: care.Date(2015, 3, 9), Authority: "E08000035"}
}

// fullChild has something sensible in each field that is checked.
func fullChild() care.Child {
	c := plainChild()
	c.DOBLowest, c.Sex, c.Group = care.Date(2016, 1, 1), care.Female, "G-7"
	c.Home, c.SchoolAt = leeds, leeds
	c.Contacts = []care.Contact{{Who: "mother", Where: leeds, Visits: 4}, {Who: "grandfather", Where: leeds, Visits: 0.5}}
	c.YearGroup, c.NeededBy, c.Plan, c.Legal, c.NeedCode = "6", "today", care.Short, "C2", "N1"
	c.Alongside, c.Pets = care.WithOthers, care.PetsCan
	c.SuitFoster, c.SuitResidential, c.SuitSupported = care.Preferred, care.Suitable, care.Unsuitable
	c.RisksToChild, c.RisksToOthers = care.List{"missing"}, care.List{}
	c.Exclusion, c.AwayFrom = []care.Circle{{Centre: leeds, Miles: 3}}, []care.Circle{{Centre: leeds, Miles: 0.5}}
	c.KeptApart, c.ConnectedHomes = []care.ID{"C-7", "H-2"}, []care.ID{"H-1"}
	return c
}

func TestAChildWithOnlyWhatMustBeKnownIsGood(t *testing.T) {
	c := plainChild()
	require.NoError(t, c.Validate())
	c = fullChild()
	require.NoError(t, c.Validate())
}

func TestAChildIsRefusedForTheCellThatIsWrong(t *testing.T) {
	nowhere := care.Location{Postcode: "LS6 2AB"}
	for _, c := range []struct {
		why, field string
		spoil      func(c *care.Child)
	}{
		{"no id", "id", func(c *care.Child) { c.ID = "" }},
		{"no date of birth", "dob", func(c *care.Child) { c.DOB, c.DOBLowest = 0, 0 }},
		{"the disputed age is the higher one", "dob_lowest", func(c *care.Child) { c.DOBLowest = c.DOB - 1 }},
		{"no authority", "authority", func(c *care.Child) { c.Authority = "" }},
		{"a group with a trailing space", "group", func(c *care.Child) { c.Group = "G-7 " }},
		{"a sex SSDA903 has no code for", "sex", func(c *care.Child) { c.Sex = "1" }},
		{"year 14", "year_group", func(c *care.Child) { c.YearGroup = "14" }},
		{"needed by tomorrow", "needed_by", func(c *care.Child) { c.NeededBy = "tomorrow" }},
		{"a plan nobody knows", "plan", func(c *care.Child) { c.Plan = "permanent" }},
		{"a legal status that is none", "legal_status", func(c *care.Child) { c.Legal = "V1x" }},
		{"a need that is none", "need", func(c *care.Child) { c.NeedCode = "N9" }},
		{"alongside nobody knows whom", "alongside", func(c *care.Child) { c.Alongside = "alone" }},
		{"pets, perhaps", "pets", func(c *care.Child) { c.Pets = "perhaps" }},
		{"suitability of foster care", "suitability_foster", func(c *care.Child) { c.SuitFoster = "good" }},
		{"suitability of a children's home", "suitability_residential", func(c *care.Child) { c.SuitResidential = "good" }},
		{"suitability of supported accommodation", "suitability_supported", func(c *care.Child) { c.SuitSupported = "good" }},
		{"a risk of the other list", "risks_to_child", func(c *care.Child) { c.RisksToChild = care.List{"fire-setting"} }},
		{"an empty entry among the risks", "risks_to_child", func(c *care.Child) { c.RisksToChild = care.List{""} }},
		{"a risk to others that is one to the child", "risks_to_others", func(c *care.Child) { c.RisksToOthers = care.List{"self-harm"} }},
		{"a contact who is nobody", "contacts", func(c *care.Child) { c.Contacts[1].Who = "" }},
		{"a contact who lives nowhere", "contacts", func(c *care.Child) { c.Contacts[1].Where = nowhere }},
		{"a contact off the globe", "contacts", func(c *care.Child) { c.Contacts[0].Where.Point.Lat = 91 }},
		{"a contact too far east", "contacts", func(c *care.Child) { c.Contacts[0].Where.Point.Lng = 181 }},
		{"fewer than no visits", "contacts", func(c *care.Child) { c.Contacts[0].Visits = -1 }},
		{"visits without number", "contacts", func(c *care.Child) { c.Contacts[0].Visits = math.NaN() }},
		{"visits without end", "contacts", func(c *care.Child) { c.Contacts[0].Visits = math.Inf(1) }},
		{"an exclusion zone around nothing", "exclusion_zones", func(c *care.Child) { c.Exclusion[0].Centre = nowhere }},
		{"an exclusion zone of no miles", "exclusion_zones", func(c *care.Child) { c.Exclusion[0].Miles = 0 }},
		{"an exclusion zone of all Britain", "exclusion_zones", func(c *care.Child) { c.Exclusion[0].Miles = 1000.5 }},
		{"an exclusion zone off the globe", "exclusion_zones", func(c *care.Child) { c.Exclusion[0].Centre.Point.Lat = -91 }},
		{"away from nothing", "away_from", func(c *care.Child) { c.AwayFrom[0].Centre = nowhere }},
		{"away by a number that is none", "away_from", func(c *care.Child) { c.AwayFrom[0].Miles = math.NaN() }},
		{"away by less than nothing", "away_from", func(c *care.Child) { c.AwayFrom[0].Miles = -2 }},
		{"away from off the globe", "away_from", func(c *care.Child) { c.AwayFrom[0].Centre.Point.Lng = -181 }},
		{"a home off the globe", "home_lat", func(c *care.Child) { c.Home.Point.Lat = 91 }},
		{"a home too far west", "home_lng", func(c *care.Child) { c.Home.Point.Lng = -181 }},
		{"a school off the globe", "school_lat", func(c *care.Child) { c.SchoolAt.Point.Lat = math.NaN() }},
		{"a school too far east", "school_lng", func(c *care.Child) { c.SchoolAt.Point.Lng = 181 }},
		{"kept apart from nobody", "kept_apart", func(c *care.Child) { c.KeptApart[1] = "" }},
		{"connected to no home", "connected_homes", func(c *care.Child) { c.ConnectedHomes[0] = "\n" }},
	} {
		child := fullChild()
		c.spoil(&child)
		requireWrong(t, child.Validate(), c.field, c.why)
	}
}

func TestAChildAtTheEdgeOfWhatIsAllowed(t *testing.T) {
	for why, change := range map[string]func(c *care.Child){
		"an unborn child":                  func(c *care.Child) { c.DOB, c.DOBLowest = care.Date(2027, 2, 1), 0 },
		"a disputed age without a dispute": func(c *care.Child) { c.DOBLowest = c.DOB },
		"a contact with no visits":         func(c *care.Child) { c.Contacts[0].Visits = 0 },
		"a thousand visits":                func(c *care.Child) { c.Contacts[0].Visits = 1000 },
		"the widest circle":                func(c *care.Child) { c.Exclusion[0].Miles = 1000 },
		"the narrowest circle":             func(c *care.Child) { c.Exclusion[0].Miles = math.SmallestNonzeroFloat64 },
		"a home by postcode alone":         func(c *care.Child) { c.Home.Point = care.Point{} },
		"risks that are not recorded":      func(c *care.Child) { c.RisksToChild, c.RisksToOthers = nil, nil },
		"an only child":                    func(c *care.Child) { c.Group = "" },
	} {
		child := fullChild()
		change(&child)
		require.NoError(t, child.Validate(), why)
	}
}

func TestYearGroups(t *testing.T) {
	want := map[care.YearGroup]int{"N": -1, "R": 0}
	for n := 1; n <= 13; n++ {
		want[care.YearGroup(strconv.Itoa(n))] = n
	}
	require.Len(t, care.Vocabulary("year_group"), len(want))
	for _, word := range care.Vocabulary("year_group") {
		year, known := care.YearGroup(word).Year()
		require.True(t, known, word)
		require.Equal(t, want[care.YearGroup(word)], year, word)
	}
	for _, y := range []care.YearGroup{"", "Reception", "Y6", "six"} {
		_, known := y.Year()
		require.False(t, known, "%q", y)
	}
}

// The youngest that somebody may be decides whether they are still a child.
func TestAMinorIsUnder18ByTheLatestBirthClaimed(t *testing.T) {
	for _, c := range []struct {
		why, dob, lowest, on string
		minor                bool
	}{
		{"the day before the birthday", "2008-11-23", "", "2026-11-22", true},
		{"the birthday", "2008-11-23", "", "2026-11-23", false},
		{"a leapling on 28 February", "2008-02-29", "", "2026-02-28", true},
		{"a leapling on 1 March", "2008-02-29", "", "2026-03-01", false},
		{"18 by the record and 17 by what is claimed", "2008-01-01", "2009-01-01", "2026-11-22", true},
		{"18 by what is claimed, too", "2008-01-01", "2008-11-22", "2026-11-22", false},
		{"not born yet", "2027-02-01", "", "2026-11-22", true},
	} {
		child := care.Child{DOB: day(t, c.dob)}
		require.NoError(t, child.DOBLowest.UnmarshalText([]byte(c.lowest)))
		require.Equal(t, c.minor, child.Minor(day(t, c.on)), c.why)
	}
}

func TestAChildWhoIsToBePlacedAway(t *testing.T) {
	c := plainChild()
	require.False(t, c.IsAway())
	c.AwayAuthorities = []string{"E08000035"}
	require.True(t, c.IsAway())
	c = plainChild()
	c.AwayFrom = []care.Circle{{Centre: leeds, Miles: 3}}
	require.True(t, c.IsAway())
}
