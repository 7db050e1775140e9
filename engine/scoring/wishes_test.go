package scoring_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

func wishing(terms ...string) func(*care.Child) {
	return func(c *care.Child) { c.WishesFor = terms }
}

// Each wish alone: granted, refused, and not known of this home.
func TestEachWish(t *testing.T) {
	plain := func(*care.Home) {}
	for _, s := range []struct {
		wish             string
		granted, refused func(*care.Home)
		column           string // left blank, the wish is open; none where every home has the fact
	}{
		{"area", plain, func(h *care.Home) { h.Authority = bradford }, ""},
		{"home:H-1", plain, func(h *care.Home) { h.ID = "H-2" }, ""},
		{"pets", func(h *care.Home) { h.Pets = care.List{"dog"} }, func(h *care.Home) { h.Pets = care.List{} }, "pets"},
		{"no-pets", func(h *care.Home) { h.Pets = care.List{} }, func(h *care.Home) { h.Pets = care.List{"dog"} }, "pets"},
		{"own-room", func(h *care.Home) { h.Bedrooms = []int{1} }, func(h *care.Home) { h.Bedrooms = []int{} }, "bedrooms"},
		{"foster", plain, func(h *care.Home) { h.Kind = care.ChildrensHome }, ""},
		{"family", plain, func(h *care.Home) { h.Kind = care.Supported }, ""},
		{"residential", func(h *care.Home) { h.Kind = care.ChildrensHome }, plain, ""},
		{"childrens-home", func(h *care.Home) { h.Kind = care.ChildrensHome }, plain, ""},
		{"garden", func(h *care.Home) { h.Garden = care.Yes }, func(h *care.Home) { h.Garden = care.No }, "garden"},
		{"transport", func(h *care.Home) { h.Transport = care.Yes }, func(h *care.Home) { h.Transport = care.No }, "transport"},
		{"no-smoking", func(h *care.Home) { h.Smoking = care.No }, func(h *care.Home) { h.Smoking = care.Yes }, "smoking"},
	} {
		t.Run(s.wish, func(t *testing.T) {
			c := placing(aChild(wishing(s.wish)))
			r := reasonFor(t, c, aHome(s.granted), "wishes")
			requireValue(t, 1, r)
			require.Contains(t, r.Says, "grants ")
			require.Empty(t, r.Missing)

			r = reasonFor(t, c, aHome(s.refused), "wishes")
			requireValue(t, 0, r)
			require.Contains(t, r.Says, "not, or not known to be, granted: ")
			require.Empty(t, r.Missing)
			if s.column == "" {
				return
			}
			r = reasonFor(t, c, aHome(), "wishes")
			requireValue(t, 0, r)
			require.Equal(t, []string{s.column}, r.Missing)
			best, _ := weigh(c, aHome(s.granted))
			require.Equal(t, best.Children[0], r.IfConfirmed)
		})
	}
}

func TestWishes(t *testing.T) {
	c := aChild(wishing("garden", "pets", "no-smoking", "a-trampoline"))
	h := aHome(func(h *care.Home) { h.Garden, h.Pets = care.Yes, care.List{} })
	r := reasonFor(t, placing(c), h, "wishes")
	requireValue(t, 1.0/3, r)
	require.Equal(t, "grants garden; not, or not known to be, granted: pets, no smoking", r.Says)
	require.Equal(t, []string{"smoking"}, r.Missing)
	best, _ := weigh(placing(c), aHome(func(h *care.Home) { h.Garden, h.Pets, h.Smoking = care.Yes, care.List{}, care.No }))
	require.Equal(t, best.Children[0], r.IfConfirmed)

	requireAbsent(t, placing(aChild(wishing("a-trampoline"))), h, "wishes")
	requireAbsent(t, placing(aChild(wishing())), h, "wishes")
	requireAbsent(t, placing(aChild()), h, "wishes")
}

func TestWishToStayAtSchool(t *testing.T) {
	// The reach is 75 minutes from year 7 and 45 before; at 20 mph and a detour
	// of 1.3 that is 19.2 and 11.5 miles.
	for _, s := range []struct {
		year    care.YearGroup
		miles   float64
		granted float64
	}{
		{"7", 19.2, 1}, {"7", 19.3, 0}, {"6", 11.5, 1}, {"6", 11.6, 0},
	} {
		r := reasonFor(t, placing(aChild(wishing("school"), schooled(s.miles, s.year))), aHome(), "wishes")
		requireValue(t, s.granted, r)
	}
	requireAbsent(t, placing(aChild(wishing("school"))), aHome(), "wishes")
}

func TestWishToBeWithASibling(t *testing.T) {
	for _, term := range []string{"sibling", "siblings"} {
		requireAbsent(t, placing(aChild(wishing(term))), aHome(), "wishes")

		away := placing(aChild(wishing(term)))
		away.Siblings[0] = []care.Sibling{{ID: "C-2", Home: "H-2", Where: town}}
		requireValue(t, 0, reasonFor(t, away, aHome(), "wishes"))
		away.Siblings[0][0].Home = "H-1"
		requireValue(t, 1, reasonFor(t, away, aHome(), "wishes"))

		both := placing(ofGroup("C-1", "G-1"), ofGroup("C-2", "G-1"))
		both.Children[0].WishesFor = care.List{term}
		requireValue(t, 1, reasonFor(t, both, aHome(), "wishes"))
	}
}

// A bedroom for each child who would be there, those to move in later and held
// beds too.
func TestWishForARoomOfOnesOwn(t *testing.T) {
	rooms := func(n int) *care.Household {
		return aHome(func(h *care.Home) {
			h.Beds, h.Bedrooms = 4, make([]int, n)
			for i := range h.Bedrooms {
				h.Bedrooms[i] = 1
			}
		})
	}
	c := placing(aChild(wishing("own-room")))
	lived := func(n int) *care.Household {
		h := rooms(n)
		settle(h, "C-5", monday-5, 0, care.Unknown)
		settle(h, "C-6", monday+5, 0, care.Unknown)
		return h
	}
	requireValue(t, 1, reasonFor(t, c, lived(3), "wishes"))
	requireValue(t, 0, reasonFor(t, c, lived(2), "wishes"))

	held := lived(3)
	held.Occupancy.Holds = []care.Hold{{ID: "K-1", Children: []care.ID{"C-7"}, From: monday, Until: care.StartOf(monday).Add(time.Hour)}}
	requireValue(t, 0, reasonFor(t, c, held, "wishes"))
	held.Occupancy.Holds[0].Until = care.StartOf(monday)
	requireValue(t, 1, reasonFor(t, c, held, "wishes"))

	two := placing(aChild(wishing("own-room")), aChild(func(c *care.Child) { c.ID = "C-2" }))
	requireValue(t, 0, reasonFor(t, two, rooms(1), "wishes"))
	requireValue(t, 1, reasonFor(t, two, rooms(2), "wishes"))
}

// The id of a home is said as it is recorded: the words of a wish are not.
func TestAHomeThatIsWishedForIsNamedByItsID(t *testing.T) {
	c := placing(aChild(wishing("home:H-1", "home:H-00-7", "no-pets")))
	r := reasonFor(t, c, aHome(), "wishes")
	require.Equal(t, "grants home:H-1; not, or not known to be, granted: home:H-00-7, no pets", r.Says)
}

// Words that match nothing are shown all the same, and weigh nothing.
func TestWordsAloneWeighNothing(t *testing.T) {
	quiet, _ := weigh(placing(aChild()), aHome())
	spoken, _ := weigh(placing(aChild(func(c *care.Child) { c.Wishes = "I want to keep my rabbit" }, wishing("my-rabbit"))), aHome())
	require.Equal(t, quiet, spoken)
	require.NotEqual(t, scoring.Millionths(0), quiet.Total)
}

// The school is kept by the reach by which the wish to stay at it is granted.
func TestTheSchoolIsKeptWithinReach(t *testing.T) {
	p := policy.Default()
	for _, miles := range []float64{0, 2, 5, 8, 12, 20} {
		for _, year := range []care.YearGroup{"2", "7", ""} {
			child := aChild(schooled(miles, year), wishing("school"))
			c := placing(child)
			want := reasonFor(t, c, aHome(), "wishes").Value > 0
			home := aHome()
			got := scoring.KeepsSchool(&c.Children[0], home.Home, c.On, &p)
			require.Equal(t, want, got == care.Yes, "%v miles, year %s", miles, year)
			require.NotEqual(t, care.Unknown, got)
		}
	}
	c := placing(aChild())
	c.Children[0].SchoolAt = care.Location{}
	require.Equal(t, care.Unknown, scoring.KeepsSchool(&c.Children[0], aHome().Home, c.On, &p))
	young := aChild(schooled(15, ""), func(c *care.Child) { c.DOB = care.Date(2015, time.September, 1) })
	for on, kept := range map[care.Day]care.Answer{care.Date(2027, time.August, 31): care.No, care.Date(2027, time.September, 1): care.Yes} {
		require.Equal(t, kept, scoring.KeepsSchool(&young, aHome().Home, on, &p), "the reach is that of the day: %s", on)
	}
	away := placing(aChild(schooled(1, "7"), func(c *care.Child) { c.AwayAuthorities = []string{bradford} }))
	require.Equal(t, care.Yes, scoring.KeepsSchool(&away.Children[0], aHome().Home, away.On, &p), "a fact, also of a child who is placed away")
}
