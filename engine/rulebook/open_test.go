package rulebook_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// What the rulebook says of many homes at once, against judging each of them.

// unnamed makes the home one that the case does not name: no child of it lives or
// has lived there, no sibling does, and none is connected with it.
func (s *scene) unnamed(id care.ID) {
	s.home.ID = id
	var stays []care.Stay
	var residents []care.Child
	for i, stay := range s.stays {
		if !slices.ContainsFunc(s.children, func(c care.Child) bool { return c.ID == stay.Child }) {
			stays, residents = append(stays, stay), append(residents, s.residents[i])
		}
	}
	s.stays, s.residents = stays, residents
}

// beside is the same case and another home.
func (s *scene) beside(t *rapid.T, i int) *scene {
	other := *s
	other.home, other.stays, other.residents, other.holds = drawHome(t, s.on), nil, nil, nil
	for k := range rapid.IntRange(0, 4).Draw(t, "residents") {
		other.lives(drawResident(t, k, s.on), drawStay(t, s.on))
	}
	other.unnamed(care.ID(fmt.Sprint("H-5", i)))
	return &other
}

// drawAsked is a scene about a home that the case does not name.
func drawAsked(t *rapid.T) *scene {
	s := drawScene(t)
	if seldom(t, 4, "guidance is switched off") {
		s.policy.GuidanceOff = []string{"suitability"}
	}
	s.unnamed("H-50")
	return s
}

// drawHomes are scenes about one case and several homes.
func drawHomes(t *rapid.T) []*scene {
	all := []*scene{drawAsked(t)}
	for i := range rapid.IntRange(1, 4).Draw(t, "more homes") {
		all = append(all, all[0].beside(t, i))
	}
	return all
}

// ease takes most of what may stand in the way out of the scenes, and leaves some
// of it: nearly every random home is barred by something.
func ease(t *rapid.T, homes []*scene) {
	mostly := func(what string, change func()) {
		if !seldom(t, 8, what+" stands in the way") {
			change()
		}
	}
	for i := range homes[0].children { // the same in all the scenes
		c, smooth := &homes[0].children[i], plain().children[0]
		mostly("age", func() {
			c.DOB, c.DOBLowest = pick(t, "dob", smooth.DOB, born(12, homes[0].on), born(8, homes[0].on+1)), 0
		})
		mostly("order", func() { c.LibertyOrder = care.Unknown })
		mostly("company", func() { c.KeptApart, c.Alongside, c.RisksToOthers = nil, "", nil })
		mostly("pets", func() { c.Allergies = nil })
		mostly("adaptation", func() { c.Adaptation = nil })
		mostly("away", func() { c.AwayAuthorities, c.AwayFrom = nil, nil })
		mostly("zone", func() { c.Exclusion = nil })
		mostly("suitability", func() { c.SuitFoster, c.SuitResidential, c.SuitSupported = "", "", "" })
	}
	for _, s := range homes {
		mostly("kind", func() { s.home.Kind = pick(t, "kinds", care.Foster, care.ChildrensHome, care.Hospital) })
		mostly("status", func() { s.home.Status, s.home.RegisteredFrom = care.Approved, s.on-100 })
		mostly("end", func() { s.home.RegisteredUntil, s.home.RestrictedFrom = care.Never(), care.EndOn(s.on+1) })
		mostly("number", func() { s.home.Places = care.Number{} })
		mostly("terms", func() {
			s.home.Sexes, s.home.Durations, s.home.AgeMin, s.home.AgeMax = nil, nil, care.Num(8), care.Num(12)
		})
		mostly("closed period", func() { s.home.Closed = nil })
		mostly("hold", func() { s.holds = nil })
		mostly("beds", func() { s.home.Beds = max(s.home.Beds, len(s.children)+pick(t, "more beds", 0, 1, 2)) })
		mostly("residents", func() {
			for i := range s.residents {
				s.residents[i] = care.Child{ID: s.residents[i].ID}
			}
		})
	}
}

func (s *scene) span() care.Span {
	h := s.household()
	return care.SpanOf(h.Home, &h.Occupancy)
}

// many is how many random scenes a test looks at, the same in every run.
func many(n int) int {
	if testing.Short() {
		return n / 4
	}
	return n
}

func TestNoHomeIsLeftOutThatNothingBars(t *testing.T) {
	offered, shut := 0, 0
	draw := rapid.Custom(func(t *rapid.T) []*scene {
		homes := drawHomes(t)
		ease(t, homes)
		return homes
	})
	for seed := range many(400) {
		homes := draw.Example(seed)
		book, all := homes[0].open(t), homes[0].span()
		for _, s := range homes[1:] {
			by := s.span()
			all.Widen(&by)
		}
		for _, s := range homes {
			one, kind := s.span(), care.KindSetOf(s.home.Kind)
			open := book.Open(&one)
			require.Zero(t, open&^kind, "a home is open for what it is")
			require.Zero(t, open&^book.Open(&all), "seed %d: widening a Span closes it", seed)
			if barred := book.Judge(s.household()).BarredBy; barred != "" {
				shut++
				continue
			}
			offered++
			require.Equal(t, kind, open, "seed %d: %+v %+v", seed, s.home, s.stays)
			require.Equal(t, kind, book.Open(&all)&kind, "seed %d, among %d homes", seed, len(homes))
		}
	}
	t.Logf("%d homes are offered, %d are not", offered, shut)
	require.Greater(t, offered, many(400)/10)
	require.Greater(t, shut, many(400)/10)
}

// plainer is the scene without what a Span cannot see: holds, ends that were
// expected and have passed, closed periods but for the longest, approved numbers
// that a count from none to five free beds does not tell, authorities to be placed
// away from, and homes within metres of the edge of a circle.
func (s *scene) plainer() *scene {
	p := *s
	p.holds = nil
	p.home.Closed = slices.Clone(s.home.Closed)
	slices.SortStableFunc(p.home.Closed, func(a, b care.DayRange) int { return int(b.To - b.From - (a.To - a.From)) })
	p.home.Closed = p.home.Closed[:min(1, len(p.home.Closed))]
	if r, listed := p.home.Unlisted(); listed { // the longer of what closes it
		if len(p.home.Closed) > 0 && p.home.Closed[0].To-p.home.Closed[0].From >= r.To-r.From {
			p.home.ListedFrom = 0
		} else {
			p.home.Closed = p.home.Closed[:0]
		}
	}
	p.stays = slices.Clone(s.stays)
	for i := range p.stays {
		if p.stays[i].ExpectedEnd < care.DayOf(s.at) {
			p.stays[i].ExpectedEnd = 0
		}
	}
	h, q := p.household(), p.question()
	free, need := h.FreeBeds(p.on, q.Ask), len(p.children)+max(p.home.OpenBeds(), 0)-p.home.Places.N
	if free < 0 && need <= 0 || free >= care.MostFree && need > care.MostFree {
		p.home.Places = care.Number{}
	}
	p.children = slices.Clone(s.children)
	for i := range p.children {
		c := &p.children[i]
		c.AwayAuthorities, c.Exclusion, c.AwayFrom = nil, awayFromEdge(c.Exclusion, p.home.Where), awayFromEdge(c.AwayFrom, p.home.Where)
	}
	return &p
}

// awayFromEdge leaves out the circles on whose edge the home lies.
func awayFromEdge(circles []care.Circle, home care.Location) []care.Circle {
	return slices.DeleteFunc(slices.Clone(circles), func(c care.Circle) bool {
		return math.Abs(gazetteer.Miles(c.Centre.Point.LatLng(), home.Point.LatLng())-c.Miles) < 0.002
	})
}

// seen are the rules whose bar a Span of one home shows, but for what
// [scene.plainer] leaves out; beside each the rule that speaks for it of Spans.
var seen = map[string]string{
	"approval": "approval", "terms-of-approval": "terms-of-approval", "statement-of-purpose": "terms-of-approval", "free-place": "free-place",
	"not-available": "not-available", "exclusion-zone": "exclusion-zone", "away-from": "away-from", "adaptations": "adaptations",
}

func TestASpanOfOneHomeShowsWhatBarsIt(t *testing.T) {
	draw := rapid.Custom(drawAsked)
	barred, shown := map[string]int{}, map[string]int{}
	kindOnly := kindRules()
	for seed := range many(600) {
		s := draw.Example(seed)
		p := s.plainer()
		book, one := p.open(t), p.span()
		plainly := book.EachBar(p.household())
		for _, bar := range s.open(t).EachBar(s.household()) {
			rule := bar[0]
			if seen[rule] == "" && !kindOnly[rule] {
				continue
			}
			if barred[rule]++; !slices.Contains(plainly, bar) {
				continue // by what a Span does not see
			}
			if rule == "free-place" && s.home.Kind == care.ParentAndChild {
				continue // a Span counts one bed a stay
			}
			shown[rule]++
			require.Zero(t, book.Open(&one), "seed %d: barred by %s", seed, rule)
			if kindOnly[rule] || rule == "approval" && s.home.Kind == care.ConnectedPerson { // whose kind is closed
				continue
			}
			require.False(t, book.Passes(seen[rule], &one), "seed %d: %s", seed, rule)
		}
	}
	for _, r := range rulebook.Rules() {
		if seen[r.ID] != "" || r.OfKind() {
			t.Logf("%s: %d barred, %d of them seen by a Span", r.ID, barred[r.ID], shown[r.ID])
			require.Positive(t, shown[r.ID], r.ID)
			least := 3 // quarters of its bars
			if r.ID == "away-from" {
				least = 2 // what an authority bars is not asked of a Span
			}
			require.Greater(t, 4*shown[r.ID], least*barred[r.ID], "%s: most of its bars are seen", r.ID)
		}
	}
}

// kindRules are the rules that look at nothing of a home but its kind.
func kindRules() map[string]bool {
	rules := map[string]bool{}
	for _, r := range rulebook.Rules() {
		if r.OfKind() {
			rules[r.ID] = true
		}
	}
	return rules
}

// A rule that bars for the kind of a home bars every home of that kind, whatever
// else is so of it, but for those that the case names.
func TestARuleOfAKindLooksAtNothingElse(t *testing.T) {
	draw, kindOnly, barred := rapid.Custom(drawHomes), kindRules(), map[string]int{}
	for seed := range many(200) {
		homes := draw.Example(seed)
		for _, other := range homes[1:] {
			other.home.Kind = homes[0].home.Kind
			book := homes[0].open(t)
			ofKind := func(s *scene) [][2]string {
				return slices.DeleteFunc(append([][2]string{}, book.EachBar(s.household())...), func(bar [2]string) bool { return !kindOnly[bar[0]] })
			}
			mine := ofKind(homes[0])
			require.Equal(t, mine, ofKind(other), "seed %d: %+v", seed, other.home)
			for _, bar := range mine {
				barred[bar[0]]++
			}
		}
	}
	for id := range kindOnly {
		require.Positive(t, barred[id], id)
	}
}

// Asking about a Span leaves the book as it was.
func TestAskingAboutASpanChangesNoJudgement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		homes := drawHomes(t)
		book, h := homes[0].open(t), homes[0].household()
		findings, judgement := book.Findings(h), book.Judge(h)
		open, fewest := map[int]care.KindSet{}, map[int]int{}
		for i, s := range homes {
			one := s.span()
			open[i], fewest[i] = book.Open(&one), book.FewestBars(&one, one.Kinds)
		}
		require.Equal(t, findings, book.Findings(h))
		require.Equal(t, judgement, book.Judge(h))
		for i, s := range homes {
			one := s.span()
			require.Equal(t, open[i], book.Open(&one), "the answer hangs on the Span alone")
			require.Equal(t, fewest[i], book.FewestBars(&one, one.Kinds))
		}
	})
}

func TestAskingAboutASpanAllocatesNothing(t *testing.T) {
	s := plain()
	s.child().Exclusion, s.child().Adaptation = []care.Circle{circle(north(headingley, 5), 3)}, care.List{"ramp"}
	s.home.Adaptations = care.List{"ramp"}
	book, one := s.open(t), s.span()
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if book.Open(&one) == 0 || book.FewestBars(&one, one.Kinds) > 0 {
			panic("nothing stands in the way")
		}
	}))
}
