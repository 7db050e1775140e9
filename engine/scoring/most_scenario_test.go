package scoring_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// What each criterion says of two homes at once, worked out by hand.

func defaults() policy.Policy { return policy.Default() }

// mostOf is what a criterion says of homes together, for the first child.
func mostOf(t *testing.T, c *care.Case, criterion string, homes ...*care.Household) scoring.Reason {
	t.Helper()
	all := widened(homes)
	r, ok := find(scaleOf(c, defaults()).EachMost(&all, all.Kinds), criterion)
	require.True(t, ok, "%s applies", criterion)
	return r
}

func away(miles float64) *care.Household {
	return aHome(func(h *care.Home) { h.Where = at(north(miles)) })
}

// requireNearly allows the metres by which a cap of two homes is wider than it
// need be.
func requireNearly(t *testing.T, want float64, r scoring.Reason) {
	t.Helper()
	require.InDelta(t, want, r.Value.Float(), 3e-5, r.Criterion)
}

func TestTwoHomesAreAsNearAsWhatLiesBetweenThem(t *testing.T) {
	family := placing(aChild(seeing(contact("mother", 0, 3), contact("father", 20, 1))))
	requireValue(t, (3*0.5+1*0.5)/4, mostOf(t, family, "near-family", away(10)))
	requireNearly(t, (3*1+1*1/(1+0.5))/4, mostOf(t, family, "near-family", away(-15), away(15)))
	requireNearly(t, (3*1/(1+0.5)+1*1)/4, mostOf(t, family, "near-family", away(5), away(22)))

	toSchool := placing(aChild(schooled(0, "3")))
	requireValue(t, 0.5, mostOf(t, toSchool, "school", away(5)))
	requireValue(t, 1, mostOf(t, toSchool, "school", away(5), away(-5)))
	toSchool = placing(aChild(schooled(0, "9")))
	requireNearly(t, 0.5, mostOf(t, toSchool, "school", away(8), away(9)))
}

func TestTwoHomesAndSiblingsElsewhere(t *testing.T) {
	c := elsewhere(care.Sibling{ID: "C-2", Home: "H-8", Where: town}, care.Sibling{ID: "C-3", Home: "H-9", Where: north(20)})
	requireValue(t, (0.25/2+0.25/2)/2, mostOf(t, c, "siblings", away(10)))
	requireNearly(t, (0.25+0.25)/2, mostOf(t, c, "siblings", away(-1), away(21)))

	near := elsewhere(care.Sibling{ID: "C-2", Near: true}, care.Sibling{ID: "C-3", Home: "H-9", Where: north(20)})
	requireValue(t, (0.25+0.25/2)/2, mostOf(t, near, "siblings", away(10)))
	requireNearly(t, (0.25+0.25)/2, mostOf(t, near, "siblings", away(80), away(10)))
	requireValue(t, 0, mostOf(t, func() *care.Case { near.Children[0].WishesFor = care.List{"sibling"}; return near }(), "wishes", away(10)))

	together := placing(ofGroup("C-1", "G-1"), ofGroup("C-2", "G-1"))
	requireValue(t, 1, mostOf(t, together, "siblings", away(50)))
}

func TestTwoHomesInAreasOfTheirOwn(t *testing.T) {
	in := func(gss string) *care.Household { return aHome(func(h *care.Home) { h.Authority = gss }) }
	c := placing(aChild())
	requireValue(t, 1, mostOf(t, c, "in-area", in(leeds)))
	requireValue(t, 0.5, mostOf(t, c, "in-area", in(bradford)))
	requireValue(t, 0, mostOf(t, c, "in-area", in(newcastle)))
	requireValue(t, 0.5, mostOf(t, c, "in-area", in(newcastle), in(bradford)))
	requireValue(t, 1, mostOf(t, c, "in-area", in(newcastle), in(leeds)))

	rotherham := placing(aChild(func(c *care.Child) { c.Authority = "E08000018" }))
	requireValue(t, 0.5, mostOf(t, rotherham, "in-area", in("E08000019"))) // Sheffield's former code
	requireValue(t, 0.5, mostOf(t, rotherham, "in-area", in("E08000039")))
}

func TestTwoHomesWithASkillEach(t *testing.T) {
	c := needing("autism", "sleep", "speech")
	requireValue(t, 1.0/3, mostOf(t, c, "needs", skilled("autism")))
	requireValue(t, 2.0/3, mostOf(t, c, "needs", skilled("autism"), skilled("speech")))
	requireValue(t, 0, mostOf(t, c, "needs", aHome()))
	requireValue(t, 0.5, mostOf(t, needing("autism", "sleep"), "needs", skilled("sleep"), aHome()))
}

func TestTwoHomesAndWhatAFamilyAskedFor(t *testing.T) {
	c := placing(aChild(func(c *care.Child) {
		c.Languages, c.Faith, c.Culture, c.Ethnicity = care.List{"polish"}, "catholic", "irish", "white-british"
	}))
	polish := aHome(func(h *care.Home) { h.Languages = care.List{"polish", "english"} })
	catholic := aHome(func(h *care.Home) { h.Faiths = care.List{"catholic"} })
	irish := aHome(func(h *care.Home) { h.Cultures = care.List{"irish"} })
	british := aHome(func(h *care.Home) { h.Ethnicities = care.List{"white-british"} })
	for _, h := range []*care.Household{polish, catholic, irish, british} {
		requireValue(t, 0.25, mostOf(t, c, "identity", h))
	}
	requireValue(t, 0, mostOf(t, c, "identity", aHome()))
	requireValue(t, 0.5, mostOf(t, c, "identity", polish, irish))
	requireValue(t, 1, mostOf(t, c, "identity", polish, irish, catholic, british))
}

func TestHomesOfTwoKinds(t *testing.T) {
	preferred := placing(aChild(func(c *care.Child) {
		c.SuitFoster, c.SuitResidential, c.SuitSupported = care.Suitable, care.Preferred, care.Unsuitable
	}))
	requireValue(t, 0.5, mostOf(t, preferred, "kind", ofKind(care.Foster)))
	requireValue(t, 1, mostOf(t, preferred, "kind", ofKind(care.Foster), ofKind(care.ChildrensHome)))
	requireValue(t, 1, mostOf(t, preferred, "kind", ofKind(care.ChildrensHome), ofKind(care.Hospital)))
	requireValue(t, 0, mostOf(t, preferred, "kind", ofKind(care.Supported), ofKind(care.Hospital)))
	both := widened([]*care.Household{ofKind(care.Foster), ofKind(care.ChildrensHome)})
	only, ok := find(scaleOf(preferred, defaults()).EachMost(&both, care.KindSetOf(care.Foster)), "kind")
	require.True(t, ok)
	requireValue(t, 0.5, only)

	open := placing(aChild())
	requireValue(t, 0.5, mostOf(t, open, "kind", ofKind(care.Secure), ofKind(care.Hospital)))
	requireValue(t, 1, mostOf(t, open, "kind", ofKind(care.Secure), ofKind(care.ParentAndChild)))
}

func TestWhatTwoHomesMayOfferThatLasts(t *testing.T) {
	full := func(h *care.Household) *care.Household {
		settle(h, "X-1", monday-30, 0, 0)
		settle(h, "X-2", monday-30, 0, 0)
		return h
	}
	ended := func(early care.Answer, changes ...func(*care.Home)) *care.Household {
		h := full(aHome(changes...))
		settle(h, "X-8", monday-90, monday-60, early)
		return h
	}
	since := func(d care.Day) func(*care.Home) { return func(h *care.Home) { h.FosteringSince = d } }
	long := func(h *care.Home) { h.Durations = []care.Duration{care.Long} }
	short := func(h *care.Home) { h.Durations = []care.Duration{care.Short} }
	for _, c := range []struct {
		why   string
		homes []*care.Household
		want  float64 // quarters
	}{
		{"nothing speaks for it", []*care.Household{full(aHome(short))}, 0},
		{"the duration, in one", []*care.Household{full(aHome(short)), full(aHome(long))}, 1},
		{"no restriction of duration", []*care.Household{full(aHome())}, 1},
		{"a year of fostering", []*care.Household{full(aHome(short, since(monday.AddMonths(-12))))}, 0.2},
		{"the longer of two experiences", []*care.Household{full(aHome(short, since(monday.AddMonths(-12)))), full(aHome(short, since(monday.AddMonths(-36)))), full(aHome(short))}, 0.6},
		{"experience that is yet to come", []*care.Household{full(aHome(short, since(monday+9)))}, 0},
		{"a stay that did not end early", []*care.Household{ended(care.No, short)}, 1},
		{"one that did", []*care.Household{ended(care.Yes, short)}, 0},
		{"the better of two pasts", []*care.Household{ended(care.Yes, short), ended(care.No, short)}, 1},
		{"an empty home", []*care.Household{aHome(short)}, 1},
		{"an empty home and a full one", []*care.Household{full(aHome(short)), aHome(short)}, 1},
		{"everything, though no home has it all", []*care.Household{aHome(short), full(aHome(long)), ended(care.No, short, since(monday-9000))}, 4},
	} {
		require.InDelta(t, c.want/4*1e6, float64(mostOf(t, planned(care.Long), "stability", c.homes...).Value), 1, c.why)
	}
	requireValue(t, 1.0/3, mostOf(t, planned(""), "stability", aHome(short)))

	half := aHome(short)
	settle(half, "X-1", monday-30, 0, 0)
	requireValue(t, 0.5/4, mostOf(t, planned(care.Long), "stability", half))
	requireValue(t, 0.5/4, mostOf(t, planned(care.Long), "stability", half, full(aHome(short))))
}

// Each wish: a home that grants it may, one that refuses it or is not known to
// grant it may not, and together they may.
func TestEachWishOfASpan(t *testing.T) {
	kind := func(k care.Kind) func(*care.Home) { return func(h *care.Home) { h.Kind = k } }
	living := func(h *care.Household) *care.Household { settle(h, "X-1", monday-30, 0, 0); return h }
	rooms := func(n int) func(*care.Home) { return func(h *care.Home) { h.Bedrooms = make([]int, n) } }
	for _, w := range []struct {
		wish             string
		granted, refused *care.Household
	}{
		{"area", aHome(), aHome(func(h *care.Home) { h.Authority = bradford })},
		{"school", away(11), away(12)},
		{"pets", aHome(func(h *care.Home) { h.Pets = care.List{"dog"} }), aHome(func(h *care.Home) { h.Pets = care.List{} })},
		{"no-pets", aHome(func(h *care.Home) { h.Pets = care.List{} }), aHome(func(h *care.Home) { h.Pets = care.List{"dog"} })},
		{"no-pets", aHome(func(h *care.Home) { h.Pets = care.List{} }), aHome()},
		{"own-room", aHome(rooms(1)), aHome()},
		{"own-room", living(aHome(rooms(2))), living(aHome(rooms(1)))},
		{"foster", aHome(), aHome(kind(care.ChildrensHome))},
		{"family", aHome(kind(care.ParentAndChild)), aHome(kind(care.Supported))},
		{"residential", aHome(kind(care.ResidentialSchool)), aHome()},
		{"childrens-home", aHome(kind(care.ChildrensHome)), aHome(kind(care.Hospital))},
		{"garden", aHome(func(h *care.Home) { h.Garden = care.Yes }), aHome(func(h *care.Home) { h.Garden = care.No })},
		{"transport", aHome(func(h *care.Home) { h.Transport = care.Yes }), aHome()},
		{"no-smoking", aHome(func(h *care.Home) { h.Smoking = care.No }), aHome(func(h *care.Home) { h.Smoking = care.Yes })},
		{"no-smoking", aHome(func(h *care.Home) { h.Smoking = care.No }), aHome()},
	} {
		c := placing(aChild(wishing(w.wish), schooled(0, "3")))
		requireValue(t, 1, reasonFor(t, c, w.granted, "wishes"))
		requireValue(t, 0, reasonFor(t, c, w.refused, "wishes"))
		require.EqualValues(t, scoring.One, mostOf(t, c, "wishes", w.granted).Value, w.wish)
		require.EqualValues(t, 0, mostOf(t, c, "wishes", w.refused).Value, w.wish)
		require.EqualValues(t, scoring.One, mostOf(t, c, "wishes", w.refused, w.granted).Value, "%s, of two homes", w.wish)
	}
}

// Neither of two homes is within reach of the school, and what lies between them
// is.
func TestTheSchoolThatIsBetweenTwoHomes(t *testing.T) {
	c := placing(aChild(wishing("school"), schooled(0, "3")))
	requireValue(t, 0, mostOf(t, c, "wishes", away(12)))
	requireValue(t, 1, mostOf(t, c, "wishes", away(12), away(-12)))
	requireValue(t, 0, mostOf(t, c, "wishes", away(12), away(14)))
	requireValue(t, 1, mostOf(t, c, "wishes", away(11), away(40))) // the nearer one is
}

// What is wished of a home that the case names is not for a Span to grant.
func TestWishesForSiblingsAndForOneHome(t *testing.T) {
	c := elsewhere(care.Sibling{ID: "C-2", Home: "H-8", Where: town})
	c.Children[0].WishesFor = care.List{"sibling", "siblings", "home:H-8"}
	requireValue(t, 0, mostOf(t, c, "wishes", aHome()))
	require.Equal(t, []care.ID{"H-8"}, scoring.WishedHomes(&c.Children[0]))

	together := placing(ofGroup("C-1", "G-1"), ofGroup("C-2", "G-1"))
	together.Children[0].WishesFor = care.List{"sibling", "garden"}
	requireValue(t, 0.5, mostOf(t, together, "wishes", aHome()))
}

func TestHomesWishedForByName(t *testing.T) {
	c := aChild(wishing("home:H-2", "garden", "home:H-1", "homely", "home:", "home:H-2"))
	require.Equal(t, []care.ID{"H-2", "H-1", "", "H-2"}, scoring.WishedHomes(&c))
	c = aChild()
	require.Nil(t, scoring.WishedHomes(&c))
}

// Beds that come free, or that a large home has beyond what a Span counts, give a
// child a room of their own.
func TestARoomOfTheirOwnInALargeHome(t *testing.T) {
	c := placing(aChild(wishing("own-room")))
	large := aHome(func(h *care.Home) { h.Beds, h.Bedrooms = 12, make([]int, 3) })
	for _, child := range []care.ID{"X-1", "X-2"} {
		settle(large, child, monday-30, 0, 0)
	}
	requireValue(t, 1, reasonFor(t, c, large, "wishes"))
	requireValue(t, 1, mostOf(t, c, "wishes", large))

	leaving := aHome(func(h *care.Home) { h.Bedrooms = make([]int, 1) })
	settle(leaving, "X-1", monday-30, 0, 0)
	requireValue(t, 0, mostOf(t, c, "wishes", leaving))
	leaving.Occupancy.Stays[0].ExpectedEnd = monday
	requireValue(t, 1, reasonFor(t, c, leaving, "wishes"))
	requireValue(t, 1, mostOf(t, c, "wishes", leaving))

	held := aHome(func(h *care.Home) { h.Bedrooms = make([]int, 1) })
	held.Occupancy.Holds = []care.Hold{{ID: "K-1", Children: []care.ID{"X-9"}, From: monday, Until: care.StartOf(monday).Add(time.Hour)}}
	requireValue(t, 0, reasonFor(t, c, held, "wishes"))
	requireValue(t, 1, mostOf(t, c, "wishes", held)) // a Span does not see holds
}

func TestAPairOfChildrenIsTheMeanOfBoth(t *testing.T) {
	c := placing(aChild(wishing("garden")), func() care.Child { c := aChild(wishing("pets")); c.ID = "C-2"; return c }())
	garden := aHome(func(h *care.Home) { h.Garden = care.Yes })
	dog := aHome(func(h *care.Home) { h.Pets = care.List{"dog"} })
	both := aHome(func(h *care.Home) { h.Garden, h.Pets = care.Yes, care.List{"dog"} })
	scale, all := scaleOf(c, defaults()), widened([]*care.Household{garden, dog})
	require.Equal(t, scale.Total(both), scale.Most(&all, all.Kinds), "the best that could be made of the two")
	require.Greater(t, scale.Most(&all, all.Kinds), scale.Total(dog))
}
