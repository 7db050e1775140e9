package rulebook_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
)

// By how many bars the nearest of many homes is out of reach, against counting
// those of each.

// fewest are the bars that a Span of homes together is known to have.
func fewest(t *testing.T, first *scene, more ...*scene) int {
	all := first.span()
	for _, s := range more {
		by := s.span()
		all.Widen(&by)
	}
	return first.open(t).FewestBars(&all, all.Kinds)
}

func TestEachThingInTheWayIsABar(t *testing.T) {
	s := plain()
	grows := func(why string, by int) {
		t.Helper()
		before := fewest(t, s)
		h := s.household()
		bars, _ := s.open(t).Bars(h)
		require.Equal(t, bars, before, why)
		require.Equal(t, by, before, why)
	}
	grows("nothing is in the way", 0)
	s.home.Status = care.Ended
	grows("approval has ended", 1)
	s.home.Closed = []care.DayRange{{From: monday, To: monday + 3}}
	grows("it is closed", 2)
	s.full(1, "")
	s.home.Beds = 1
	grows("it is full", 3)
	s.home.Sexes = []care.Sex{care.Female}
	grows("it is for girls", 4)
	s.home.AgeMin, s.home.Places = care.Num(14), care.Num(0)
	grows("it is for girls of fourteen, and nobody more: terms are one rule", 4)
	s.child().Exclusion = []care.Circle{circle(headingley, 3), circle(headingley, 5)}
	grows("it is within an exclusion zone, and within another", 5)
	s.child().AwayFrom = []care.Circle{circle(headingley, 3)}
	grows("it is where he is to be placed away from", 6)
	s.child().Adaptation = care.List{"hoist", "ramp"}
	grows("it has no hoist, and no ramp", 7)
	s.child().SuitFoster, s.child().LibertyOrder = care.Unsuitable, care.Yes
	grows("foster care is unsuitable, and an order bars it", 9)
	s.home.Kind = care.Supported
	grows("a supported home is unregulated under 16 and not under his order; nobody approves it, and it is not unsuitable", 8)
}

// A rule that judges each child bars once for each to whom it does; one that
// judges all together bars once.
func TestBarsAreCountedChildByChild(t *testing.T) {
	s := plain()
	s.home.Status, s.home.AgeMin, s.home.Beds = care.Ended, care.Num(10), 0
	s.joins(care.Child{ID: "C-2", DOB: born(9, monday)})
	s.joins(care.Child{ID: "C-3", DOB: born(8, monday), Exclusion: []care.Circle{circle(headingley, 1)}})
	require.Equal(t, 1+1+2+1, fewest(t, s), "approval, beds, two too young, one zone")
	s.home.Places = care.Num(0)
	require.Equal(t, 1+1+3+1, fewest(t, s), "the number is one of each child's terms")
	s.children[1].SuitFoster, s.children[2].SuitFoster = care.Unsuitable, care.Unsuitable
	require.Equal(t, 1+1+3+1+2, fewest(t, s))
	s.policy.GuidanceOff = []string{"suitability"}
	require.Equal(t, 1+1+3+1, fewest(t, s), "what the authority does not follow is no bar")
	s.emergency = true
	require.Equal(t, 1+1+1, fewest(t, s), "in an emergency carers may go beyond their terms")
}

// Of several homes only what bars all of them counts, and of their kinds the one
// that is barred least.
func TestTheNearestOfSeveralHomes(t *testing.T) {
	s := plain()
	s.child().SuitFoster, s.child().LibertyOrder = care.Unsuitable, care.Yes
	with := func(kind care.Kind, change func(h *care.Home)) *scene {
		other := *s
		other.home.Kind = kind
		change(&other.home)
		return &other
	}
	open := func(*care.Home) {}
	ended := func(h *care.Home) { h.Status = care.Ended }
	full := func(h *care.Home) { h.Beds = 0 }
	both := func(h *care.Home) { h.Status, h.Beds = care.Ended, 0 }
	require.Equal(t, 2, fewest(t, with(care.Foster, open)), "unsuitable, and against the order")
	require.Equal(t, 1, fewest(t, with(care.Foster, open), with(care.Hospital, open)), "the hospital is not unsuitable")
	require.Equal(t, 1, fewest(t, with(care.Hospital, open), with(care.Foster, open)))
	require.Equal(t, 0, fewest(t, with(care.Foster, open), with(care.ChildrensHome, open)))
	require.Equal(t, 0, fewest(t, with(care.ChildrensHome, ended), with(care.ChildrensHome, full)), "what bars one does not bar the other")
	require.Equal(t, 1, fewest(t, with(care.ChildrensHome, ended), with(care.ChildrensHome, both)))
	require.Equal(t, 2, fewest(t, with(care.ChildrensHome, both), with(care.ChildrensHome, both)))
	require.Equal(t, 3, fewest(t, with(care.Foster, ended), with(care.Foster, both)))

	among := with(care.Foster, ended).span()
	by := with(care.ChildrensHome, ended).span()
	among.Widen(&by)
	book := s.open(t)
	require.Equal(t, 1, book.FewestBars(&among, among.Kinds))
	require.Equal(t, 3, book.FewestBars(&among, care.KindSetOf(care.Foster)), "no children's home is asked for")
	require.Equal(t, 1, book.FewestBars(&among, 0), "of no kind, no kind is barred")
}

// drawNear are scenes about one case and several homes, of which some are barred
// by little.
func drawNear(t *rapid.T) []*scene {
	homes := drawHomes(t)
	if !seldom(t, 3, "anything may stand in the way") {
		ease(t, homes)
	}
	return homes
}

func TestNoHomeHasFewerBarsThanItsSpan(t *testing.T) {
	draw := rapid.Custom(drawNear)
	several, known := 0, 0
	for seed := range many(300) {
		homes := draw.Example(seed)
		book, all := homes[0].open(t), homes[0].span()
		for _, s := range homes[1:] {
			by := s.span()
			all.Widen(&by)
		}
		for _, s := range homes {
			one := s.span()
			bars, _ := book.Bars(s.household())
			alone, among, any := book.FewestBars(&one, one.Kinds), book.FewestBars(&all, one.Kinds), book.FewestBars(&all, all.Kinds)
			require.LessOrEqual(t, alone, bars, "seed %d: %+v %+v", seed, s.home, s.stays)
			require.LessOrEqual(t, among, alone, "seed %d: widening a Span adds a bar", seed)
			require.LessOrEqual(t, any, among, "seed %d: a kind more adds a bar", seed)
			require.GreaterOrEqual(t, any, 0)
			require.Equal(t, book.Open(&one) == 0, alone > 0, "seed %d: one answer to one question", seed)
			require.Equal(t, book.Open(&all)&one.Kinds == 0, among > 0, "seed %d: one answer to one question", seed)
			if among > 1 {
				several++
			}
			if alone > 0 {
				known++
			}
		}
	}
	t.Logf("%d homes are barred alone, %d more than once among others", known, several)
	require.Greater(t, known, many(300))
	require.Greater(t, several, many(300)/3)
}

// seenAlone says whether a Span of the home alone shows a bar of [scene.plainer].
func (s *scene) seenAlone(bar [2]string, kindOnly map[string]bool) bool {
	if bar[0] == "approval" {
		return s.home.Kind != care.ConnectedPerson // whose kind is closed
	}
	return kindOnly[bar[0]] || seen[bar[0]] != ""
}

// Where all that bars a home is what Spans see, a Span of it counts them all: that
// is what brings the nearest home up first.
func TestASpanOfOneHomeCountsWhatBarsIt(t *testing.T) {
	draw, kindOnly, exact, counts := rapid.Custom(drawNear), kindRules(), 0, map[int]int{}
	for seed := range many(300) {
		for _, s := range draw.Example(seed) {
			p := s.plainer()
			if p.home.Kind == care.ParentAndChild {
				continue // a Span counts a bed a stay, and the home two a unit
			}
			book, one := p.open(t), p.span()
			bars := book.EachBar(p.household())
			hidden := slices.DeleteFunc(slices.Clone(bars), func(bar [2]string) bool { return p.seenAlone(bar, kindOnly) })
			require.Equal(t, len(bars)-len(hidden), book.FewestBars(&one, one.Kinds), "seed %d: %v of %+v", seed, bars, p.home)
			if len(hidden) == 0 {
				exact++
				counts[len(bars)]++
			}
		}
	}
	t.Logf("of %d homes a Span counts every bar: %v", exact, counts)
	require.Greater(t, exact, many(300)/2)
	for n := range 5 {
		require.Positive(t, counts[n], "no home has %d bars", n)
	}
}
