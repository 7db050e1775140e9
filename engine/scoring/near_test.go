package scoring_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

func seeing(contacts ...care.Contact) func(*care.Child) {
	return func(c *care.Child) { c.Contacts = contacts }
}

func TestNearFamily(t *testing.T) {
	for _, s := range []struct {
		name     string
		contacts []care.Contact
		value    float64
		miles    float64
		says     string
	}{
		{"mother lives next door", []care.Contact{contact("mother", 0, 4)}, 1, 0, "0.0 miles from mother"},
		{"mother at the half distance", []care.Contact{contact("mother", 10, 4)}, 0.5, 10, "10.0 miles from mother"},
		{"mother at three times the half distance", []care.Contact{contact("mother", 30, 4)}, 0.25, 30, "30.0 miles from mother"},
		{"a contact every other month counts in full when it is the only one", []care.Contact{contact("aunt", 10, 0.5)}, 0.5, 10, "10.0 miles from aunt"},
		{"the father who is seen more often weighs more and is named first", // (4 × 1/2 + 12 × 1/4) ÷ 16
			[]care.Contact{contact("mother", 10, 4), contact("father", 30, 12)}, 0.3125, 30, "30.0 miles from father, 10.0 miles from mother"},
		{"the most visited is named first, not the first by name", // (8 × 1 + 2 × 1/2) ÷ 10
			[]care.Contact{contact("aunt", 10, 2), contact("mother", 0, 8)}, 0.9, 0, "0.0 miles from mother, 10.0 miles from aunt"},
		{"two seen equally often weigh the same", // (1 + 1/2) ÷ 2
			[]care.Contact{contact("mother", 0, 4), contact("grandmother", 10, 4)}, 0.75, 10, "10.0 miles from grandmother, 0.0 miles from mother"},
		{"one who is never seen is no anchor", []care.Contact{contact("uncle", 0, 0), contact("mother", 10, 1)}, 0.5, 10, "10.0 miles from mother"},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := reasonFor(t, placing(aChild(seeing(s.contacts...))), aHome(), "near-family")
			requireValue(t, s.value, r)
			requireMiles(t, s.miles, r)
			require.Equal(t, s.says, r.Says)
			require.Equal(t, 20, r.Weight)
			require.Empty(t, r.Missing)
		})
	}
}

func TestNobodyTheChildMustNotMeetIsAnAnchor(t *testing.T) {
	c := aChild(seeing(contact("mother", 10, 2), contact("Step Father", 0, 20)))
	c.NoContact = care.List{"step-father"}
	r := reasonFor(t, placing(c), aHome(), "near-family")
	requireValue(t, 0.5, r)
	require.NotContains(t, r.Says, "Father", "the list does not even name him")

	c.NoContact = care.List{"mother", "step-father"}
	requireAbsent(t, placing(c), aHome(), "near-family")
	require.NotContains(t, scaleOf(placing(c), policy.Default()).Unknown(), "C-1: contacts", "the contacts are known")
}

func TestHomeAddressIsNoAnchorUnlessListed(t *testing.T) {
	c := aChild(func(c *care.Child) { c.Home = at(north(10)) })
	requireAbsent(t, placing(c), aHome(), "near-family")
	c.Contacts = []care.Contact{contact("grandmother", 0, 1)}
	requireValue(t, 1, reasonFor(t, placing(c), aHome(), "near-family"))
	c.Contacts = append(c.Contacts, care.Contact{Who: "home", Where: c.Home, Visits: 1})
	requireValue(t, 0.75, reasonFor(t, placing(c), aHome(), "near-family"))
}

func schooled(miles float64, year care.YearGroup) func(*care.Child) {
	return func(c *care.Child) { c.SchoolAt, c.YearGroup, c.EHCP = at(north(miles)), year, care.No }
}

func TestSchool(t *testing.T) {
	for _, s := range []struct {
		name  string
		miles float64
		year  care.YearGroup
		value float64
	}{
		{"year 6 at half of the primary distance", 5, "6", 0.5},
		{"year 7 at half of the secondary distance", 8, "7", 0.5},
		{"year 7 nearer by", 5, "7", 8.0 / 13},
		{"year 6 further away", 8, "6", 5.0 / 13},
		{"reception", 5, "R", 0.5},
		{"nursery", 5, "N", 0.5},
		{"year 1 at the school gate", 0, "1", 1},
		{"year 13 twice the half distance away", 16, "13", 1.0 / 3},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := reasonFor(t, placing(aChild(schooled(s.miles, s.year))), aHome(), "school")
			requireValue(t, s.value, r)
			requireMiles(t, s.miles, r)
		})
	}
	// 10 miles × 1.3 ÷ 20 mph × 60
	r := reasonFor(t, placing(aChild(schooled(10, "7"))), aHome(), "school")
	require.Equal(t, "10.0 miles from school, about 39 minutes (estimate)", r.Says)
	r = reasonFor(t, placing(aChild(schooled(0.25, "7"))), aHome(), "school")
	require.Contains(t, r.Says, "about 1 minute (estimate)")
}

// Where the year group is blank the age tells it: a school year takes those born
// from 1 September to 31 August.
func TestSchoolYearByAge(t *testing.T) {
	for _, s := range []struct {
		name    string
		dob, on care.Day
		primary bool
	}{
		{"eleven by 31 August is in year 7", care.Date(2015, time.August, 31), monday, false},
		{"a day younger is in year 6", care.Date(2015, time.September, 1), monday, true},
		{"the same child in the next July still is", care.Date(2015, time.September, 1), care.Date(2027, time.July, 31), true},
		{"and on 31 August", care.Date(2015, time.September, 1), care.Date(2027, time.August, 31), true},
		{"and no more on 1 September", care.Date(2015, time.September, 1), care.Date(2027, time.September, 1), false},
		{"a toddler counts as primary", care.Date(2024, time.May, 1), monday, true},
		{"a young person of 17 does not", care.Date(2009, time.May, 1), monday, false},
	} {
		t.Run(s.name, func(t *testing.T) {
			c := placing(aChild(schooled(8, ""), func(c *care.Child) { c.DOB = s.dob }))
			c.On = s.on
			want := 0.5
			if s.primary {
				want = 5.0 / 13
			}
			requireValue(t, want, reasonFor(t, c, aHome(), "school"))
		})
	}
}

func TestWeightOfSchool(t *testing.T) {
	for year, weight := range map[care.YearGroup]int{
		"": 18, "N": 18, "R": 18, "6": 18, "9": 18, "10": 36, "11": 36, "12": 18, "13": 36,
	} {
		r := reasonFor(t, placing(aChild(schooled(5, year))), aHome(), "school")
		require.Equal(t, weight, r.Weight, "year %q", year)
	}
	for _, s := range []struct {
		year   care.YearGroup
		ehcp   care.Answer
		weight int
	}{
		{"4", care.Yes, 36}, {"4", care.No, 18}, {"4", care.Unknown, 18}, {"", care.Yes, 36},
		{"11", care.Yes, 36}, // doubled once
	} {
		c := aChild(schooled(5, s.year), func(c *care.Child) { c.EHCP = s.ehcp })
		require.Equal(t, s.weight, reasonFor(t, placing(c), aHome(), "school").Weight, "%+v", s)
	}
}

func elsewhere(siblings ...care.Sibling) *care.Case {
	c := placing(aChild(func(c *care.Child) { c.Group = "G-1" }))
	c.Siblings[0] = siblings
	return c
}

func TestSiblings(t *testing.T) {
	brother := care.Sibling{ID: "C-2", Home: "H-1", Where: town}
	near, far := care.Sibling{ID: "C-3", Home: "H-2", Where: north(10)}, care.Sibling{ID: "C-4", Home: "H-3", Where: north(30)}
	for _, s := range []struct {
		name  string
		case_ *care.Case
		value float64
		miles float64 // to the nearest other; negative where all are here
		says  string
	}{
		{"the only brother lives here", elsewhere(brother), 1, -1, "with 1 of 1 brothers and sisters in care"},
		{"the only sister lives ten miles away", elsewhere(near), 0.125, 10, "with 0 of 1 brothers and sisters in care; the nearest other 10.0 miles away"},
		{"next door is not in the same home", elsewhere(care.Sibling{ID: "C-5", Home: "H-9", Where: town}), 0.25, 0, "with 0 of 1 brothers and sisters in care; the nearest other 0.0 miles away"},
		{"one here and one away", elsewhere(brother, near), 0.5625, 10, "with 1 of 2 brothers and sisters in care; the nearest other 10.0 miles away"},
		{"two away, the nearer is named", elsewhere(far, near), (0.125 + 0.0625) / 2, 10, "with 0 of 2 brothers and sisters in care; the nearest other 10.0 miles away"},
		{"one who will live in another home, maybe next door", elsewhere(care.Sibling{ID: "C-7", Near: true}), 0.25, -1, "with 0 of 1 brothers and sisters in care"},
		{"one who will, and one here", elsewhere(care.Sibling{ID: "C-7", Near: true}, brother), 0.625, -1, "with 1 of 2 brothers and sisters in care"},
		{"one who will, and one ten miles away", elsewhere(near, care.Sibling{ID: "C-7", Near: true}), (0.25 + 0.125) / 2, 10, "with 0 of 2 brothers and sisters in care; the nearest other 10.0 miles away"},
		{"one whose home is not known is left out", elsewhere(near, care.Sibling{ID: "C-6"}), 0.125, 10, "with 0 of 1 brothers and sisters in care; the nearest other 10.0 miles away"},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := reasonFor(t, s.case_, aHome(), "siblings")
			requireValue(t, s.value, r)
			require.Equal(t, s.says, r.Says)
			if s.miles < 0 {
				require.Nil(t, r.Miles)
				return
			}
			requireMiles(t, s.miles, r)
		})
	}
	requireAbsent(t, elsewhere(), aHome(), "siblings")
	requireAbsent(t, elsewhere(care.Sibling{ID: "C-6"}), aHome(), "siblings")
}

func ofGroup(id, group care.ID, apart ...care.ID) care.Child {
	return aChild(func(c *care.Child) { c.ID, c.Group, c.KeptApart = id, group, apart })
}

// siblingValues are the values of the criterion, child by child.
func siblingValues(c *care.Case) map[care.ID]scoring.Millionths {
	values := map[care.ID]scoring.Millionths{}
	_, reasons := weigh(c, aHome())
	for _, r := range reasons {
		if r.Criterion == "siblings" {
			values[r.Child] = r.Value
		}
	}
	return values
}

func TestSiblingsPlacedTogether(t *testing.T) {
	const one = scoring.One
	both := placing(ofGroup("C-1", "G-1"), ofGroup("C-2", "G-1"))
	require.Equal(t, map[care.ID]scoring.Millionths{"C-1": one, "C-2": one}, siblingValues(both))

	third := placing(ofGroup("C-1", "G-1"), ofGroup("C-2", "G-1"))
	third.Siblings[0] = []care.Sibling{{ID: "C-3", Home: "H-2", Where: north(10)}}
	third.Siblings[1] = third.Siblings[0]
	require.Equal(t, map[care.ID]scoring.Millionths{"C-1": 562500, "C-2": 562500}, siblingValues(third), "(1 + 1/8) ÷ 2")

	require.Empty(t, siblingValues(placing(ofGroup("C-1", "G-1"), ofGroup("C-2", "G-2"))), "friends placed together are no siblings")
	require.Empty(t, siblingValues(placing(ofGroup("C-1", ""), ofGroup("C-2", ""))), "no group is recorded")
}

func TestSiblingsToBeKeptApartDoNotCount(t *testing.T) {
	c := elsewhere(care.Sibling{ID: "C-2", Home: "H-1", Where: town}, care.Sibling{ID: "C-3", Home: "H-2", Where: north(10)})
	c.Children[0].KeptApart = []care.ID{"C-2"}
	requireValue(t, 0.125, reasonFor(t, c, aHome(), "siblings"))
	c.Children[0].KeptApart = []care.ID{"C-2", "C-3"}
	requireAbsent(t, c, aHome(), "siblings")

	const one = scoring.One
	require.Empty(t, siblingValues(placing(ofGroup("C-1", "G-1", "C-2"), ofGroup("C-2", "G-1"))), "whichever record says so")
	require.Empty(t, siblingValues(placing(ofGroup("C-1", "G-1"), ofGroup("C-2", "G-1", "C-1"))), "whichever record says so")
	three := placing(ofGroup("C-1", "G-1"), ofGroup("C-2", "G-1", "C-1"), ofGroup("C-3", "G-1"))
	require.Equal(t, map[care.ID]scoring.Millionths{"C-1": one, "C-2": one, "C-3": one}, siblingValues(three), "each has one left to be with")
}

func TestInArea(t *testing.T) {
	for authority, want := range map[string]struct {
		value float64
		says  string
	}{
		leeds:     {1, "in the responsible authority's area"},
		bradford:  {0.5, "in an adjoining authority"},
		newcastle: {0, "beyond the adjoining authorities"},
		"W061":    {0, "beyond the adjoining authorities"},
	} {
		r := reasonFor(t, placing(aChild()), aHome(func(h *care.Home) { h.Authority = authority }), "in-area")
		requireValue(t, want.value, r)
		require.Equal(t, want.says, r.Says)
		require.Nil(t, r.Miles)
	}
}

// A child who is to be placed away is not drawn back by what is near.
func TestPlacedAway(t *testing.T) {
	full := aChild(seeing(contact("mother", 1, 4)), schooled(1, "8"))
	circle, authority := full, full
	circle.AwayFrom = []care.Circle{{Centre: at(north(50)), Miles: 5}}
	authority.AwayAuthorities = []string{newcastle}
	for _, c := range []care.Child{circle, authority} {
		requireAbsent(t, placing(c), aHome(), "near-family", "school", "in-area")
		_, reasons := weigh(placing(c), aHome())
		require.Len(t, reasons, 2, "kind and stability remain")
	}
	away := circle
	away.Contacts, away.SchoolAt, away.YearGroup = nil, care.Location{}, ""
	for _, fact := range []string{"home_postcode", "contacts", "school", "year_group"} {
		require.NotContains(t, scaleOf(placing(away), policy.Default()).Unknown(), "C-1: "+fact)
	}
}
