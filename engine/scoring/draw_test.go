package scoring_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// Random cases and homes, from few words and places so that they often meet.

func oneOf[T any](t *rapid.T, what string, all ...T) T { return rapid.SampledFrom(all).Draw(t, what) }

func count(t *rapid.T, what string, low, high int) int {
	return rapid.IntRange(low, high).Draw(t, what)
}

// list draws a list that is not recorded, says "none", or has some of the words.
func list(t *rapid.T, what string, words ...string) care.List {
	if oneOf(t, what+" recorded", false, true, true) {
		return append(care.List{}, rapid.SliceOfNDistinct(rapid.SampledFrom(words), 0, len(words), rapid.ID).Draw(t, what)...)
	}
	return nil
}

func point(t *rapid.T) care.Point {
	return care.At(53.8+float64(count(t, "lat", -9, 9))/10, -1.55+float64(count(t, "lng", -9, 9))/10)
}

func maybeAt(t *rapid.T, what string) care.Location {
	if oneOf(t, what+" known", false, true, true) {
		return at(point(t))
	}
	return care.Location{}
}

func answer(t *rapid.T, what string) care.Answer {
	return oneOf(t, what, care.Unknown, care.No, care.Yes)
}

var (
	everybody = []string{"mother", "father", "Step Father", "aunt"}
	skills    = []string{"autism", "attachment-trauma", "sleep", "speech"}
	tongues   = []string{"english", "somali", "polish"}
	faiths    = []string{"muslim", "catholic"}
	cultures  = []string{"irish", "somali"}
	origins   = []string{"white-british", "black-african"}
	wishWords = []string{"school", "area", "sibling", "siblings", "pets", "no-pets", "own-room", "foster", "family",
		"residential", "childrens-home", "garden", "transport", "no-smoking", "home:H-1", "home:H-9", "a-trampoline"}
	// people are the children who can be of the case, live in the home or be
	// kept apart.
	people = []care.ID{"C-1", "C-2", "C-3", "S-1", "S-2", "S-3", "X-1", "X-2"}
)

func drawChild(t *rapid.T, id care.ID) care.Child {
	c := care.Child{
		ID: id, DOB: monday - care.Day(count(t, "days old", 0, 6600)),
		Authority: oneOf(t, "authority", leeds, bradford, newcastle), Group: oneOf(t, "group", "", "G-1", "G-1", care.ID("G-2")),
		Home: maybeAt(t, "home"), SchoolAt: maybeAt(t, "school"), NoContact: list(t, "no contact", "step-father", "mother", "aunt"),
		YearGroup: care.YearGroup(oneOf(t, "year", append(care.Vocabulary("year_group"), "", "")...)), EHCP: answer(t, "ehcp"),
		Plan:  oneOf(t, "plan", "", care.Short, care.Long, care.Emergency),
		Needs: list(t, "needs", skills...), Languages: list(t, "languages", tongues...),
		Faith: oneOf(t, "faith", append(faiths, "")...), Culture: oneOf(t, "culture", append(cultures, "")...), Ethnicity: oneOf(t, "ethnicity", append(origins, "")...),
		WishesFor: list(t, "wishes", wishWords...),
		KeptApart: rapid.SliceOfN(rapid.SampledFrom(people), 0, 1).Draw(t, "kept apart"),
	}
	if oneOf(t, "kinds recorded", true, false) {
		suit := []care.Suitability{"", care.Preferred, care.Suitable, care.Unsuitable}
		c.SuitFoster, c.SuitResidential, c.SuitSupported = oneOf(t, "foster", suit...), oneOf(t, "residential", suit...), oneOf(t, "supported", suit...)
	}
	for range count(t, "contacts", 0, 4) {
		visits := oneOf(t, "visits", 0, 0.1, 0.3, 0.5, 1, 2, 4.35, 12, 1000)
		c.Contacts = append(c.Contacts, care.Contact{Who: oneOf(t, "who", everybody...), Where: at(point(t)), Visits: visits})
	}
	switch count(t, "away", 0, 5) {
	case 0:
		c.AwayFrom = []care.Circle{{Centre: at(town), Miles: 3}}
	case 1:
		c.AwayAuthorities = []string{newcastle}
	}
	return c
}

func drawCase(t *rapid.T) *care.Case {
	var children []care.Child
	for i := range count(t, "children", 1, 3) {
		children = append(children, drawChild(t, people[i]))
	}
	c := placing(children...)
	near := rapid.SliceOfNDistinct(rapid.SampledFrom(people[3:6]), 0, oneOf(t, "of a split", 0, 0, 3), rapid.ID).Draw(t, "near")
	for i := range children {
		for k := range count(t, "siblings", 0, 3) {
			s := care.Sibling{ID: people[3+k], Home: oneOf(t, "lives", "H-1", "H-1", care.ID("H-2"))}
			s.Where = maybeAt(t, "where").Point
			if slices.Contains(near, s.ID) {
				s = care.Sibling{ID: s.ID, Near: true}
			}
			c.Siblings[i] = append(c.Siblings[i], s)
		}
	}
	return c
}

func drawPolicies(t *rapid.T, n int) []*policy.Policy {
	policies := make([]*policy.Policy, n)
	for i := range policies {
		p := policy.Default()
		if oneOf(t, "own weights", false, true) {
			w := func(what string) int { return oneOf(t, what, 0, 1, 7, 20, policy.MaxWeight) }
			p.Weights = policy.Weights{NearFamily: w("near-family"), School: w("school"), Siblings: w("siblings"), Kind: w("kind"),
				InArea: w("in-area"), Needs: w("needs"), Identity: w("identity"), Wishes: w("wishes"), Stability: w("stability")}
		}
		p.SchoolReachPrimary, p.SchoolReachSecondary = count(t, "reach", 10, 60), count(t, "reach", 30, 120)
		policies[i] = &p
	}
	return policies
}

func drawHousehold(t *rapid.T) *care.Household {
	h := care.Home{
		ID: "H-1", Kind: oneOf(t, "kind", append(care.Kinds(), care.Foster, care.Foster, care.ChildrensHome)...),
		Authority: oneOf(t, "area", leeds, bradford, newcastle), Where: at(point(t)), Beds: count(t, "beds", 0, 5),
		Skills: list(t, "skills", skills...), Languages: list(t, "spoken", tongues...), Faiths: list(t, "faiths", faiths...),
		Cultures: list(t, "cultures", cultures...), Ethnicities: list(t, "ethnicities", origins...), Pets: list(t, "pets", "dog", "cat"),
		Smoking: answer(t, "smoking"), Garden: answer(t, "garden"), Transport: answer(t, "transport"),
		FosteringSince: since(t, "fostering since"), RegisteredFrom: since(t, "registered from"),
		WeeklyCost: care.Number{N: 600, Known: oneOf(t, "cost known", false, true)},
	}
	h.BedsShut = oneOf(t, "shut", care.Number{}, care.Num(0), care.Num(2))
	h.ListedFrom = oneOf(t, "listed from", 0, monday-1, monday+3)
	if oneOf(t, "bedrooms recorded", true, false) {
		h.Bedrooms = rapid.SliceOfN(rapid.IntRange(1, 2), 0, 4).Draw(t, "bedrooms")
	}
	h.Durations = rapid.SliceOfNDistinct(rapid.SampledFrom([]care.Duration{care.Short, care.Long}), 0, 2, rapid.ID).Draw(t, "durations")
	household := &care.Household{Home: &h, Occupancy: care.Occupancy{Home: h.ID}}
	for range count(t, "stays", 0, 5) {
		start := monday + care.Day(count(t, "start", -60, 20))
		var end care.Day
		if oneOf(t, "ends", true, false) {
			end = start + care.Day(count(t, "nights", 0, 60))
		}
		settle(household, oneOf(t, "resident", people...), start, end, answer(t, "early"))
		if oneOf(t, "expected", true, false) {
			household.Occupancy.Stays[len(household.Occupancy.Stays)-1].ExpectedEnd = start + care.Day(count(t, "expected nights", 0, 60))
		}
	}
	for i := range count(t, "holds", 0, 2) {
		household.Occupancy.Holds = append(household.Occupancy.Holds, care.Hold{
			ID: people[i], Children: []care.ID{oneOf(t, "held for", people...)}, From: monday + care.Day(count(t, "from", -5, 5)),
			Until: care.StartOf(monday).Add(time.Duration(count(t, "hours", -2, 2)) * time.Hour),
		})
	}
	return household
}

// since is a day up to eight years back, the day itself, one to come, or none.
func since(t *rapid.T, what string) care.Day {
	return oneOf(t, what, 0, monday-care.Day(count(t, what+" days", 0, 2900)), monday, monday+30)
}
