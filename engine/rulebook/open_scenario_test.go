package rulebook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// view is a scenario for what a Span shows of one home: whether it may be open,
// and by which rule it is barred when it is judged, if it is.
type view struct {
	why    string
	change func(s *scene)
	open   bool
	bar    string
}

func requireViews(t *testing.T, views []view) {
	t.Helper()
	for _, v := range views {
		t.Run(v.why, func(t *testing.T) {
			s := plain()
			v.change(s)
			book, one := s.open(t), s.span()
			require.Equal(t, v.bar, book.Judge(s.household()).BarredBy)
			require.Equal(t, v.open, book.Open(&one) == care.KindSetOf(s.home.Kind))
			require.Equal(t, !v.open, book.Open(&one) == 0)
		})
	}
}

func TestASpanAndApproval(t *testing.T) {
	home := term
	requireViews(t, []view{
		{"nothing stands in the way", home(func(*care.Home) {}), true, ""},
		{"approved from the day", home(func(h *care.Home) { h.RegisteredFrom = monday }), true, ""},
		{"approved from the day after", home(func(h *care.Home) { h.RegisteredFrom = monday + 1 }), false, "approval"},
		{"nobody recorded from when", home(func(h *care.Home) { h.RegisteredFrom = 0 }), false, "approval"},
		{"its last day", home(func(h *care.Home) { h.RegisteredUntil = care.EndOn(monday + 1) }), true, ""},
		{"it ended on the day", home(func(h *care.Home) { h.RegisteredUntil = care.EndOn(monday) }), false, "approval"},
		{"an end that nobody recorded", home(func(h *care.Home) { h.RegisteredUntil = care.End{} }), true, ""},
		{"admissions restricted from the day after", home(func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.EndOn(monday+1) }), true, ""},
		{"admissions restricted from the day", home(func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.EndOn(monday) }), false, "approval"},
		{"approved, and restricted from the day", home(func(h *care.Home) { h.RestrictedFrom = care.EndOn(monday) }), false, "approval"},
		{"restricted since nobody recorded when", home(func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.Never() }), false, "approval"},
		{"suspended", home(func(h *care.Home) { h.Status = care.Suspended }), false, "approval"},
		{"a status nobody recorded", home(func(h *care.Home) { h.Status = "" }), false, "approval"},
		{"a hospital, which nobody approves", oneAt(care.Hospital, 12, home(func(h *care.Home) { h.Status, h.RegisteredFrom = "", 0 })), true, ""},
		{"a children's home that waits for registration", oneAt(care.ChildrensHome, 12, home(func(h *care.Home) { h.Status = care.Pending })), false, "approval"},
	})
}

// views are what both rules about terms bar and what they let pass.
func termViews(kind care.Kind, rule string) []view {
	of := func(change func(*scene)) func(*scene) { return oneAt(kind, 12, change) }
	home := func(change func(*care.Home)) func(*scene) { return of(term(change)) }
	girls, both := []care.Sex{care.Female}, []care.Sex{care.Male, care.Female}
	return []view{
		{"the youngest age", home(func(h *care.Home) { h.AgeMin = care.Num(12) }), true, ""},
		{"a year too young", home(func(h *care.Home) { h.AgeMin = care.Num(13) }), false, rule},
		{"the oldest age", home(func(h *care.Home) { h.AgeMax = care.Num(12) }), true, ""},
		{"a year too old", home(func(h *care.Home) { h.AgeMax = care.Num(11) }), false, rule},
		{"the day before the birthday", of(func(s *scene) { s.home.AgeMin, s.child().DOB = care.Num(13), born(13, monday+1) }), false, rule},
		{"the birthday", of(func(s *scene) { s.home.AgeMin, s.child().DOB = care.Num(13), born(13, monday) }), true, ""},
		{"girls only, and a boy", home(func(h *care.Home) { h.Sexes = girls }), false, rule},
		{"girls only, and a girl", of(func(s *scene) { s.home.Sexes, s.child().Sex = girls, care.Female }), true, ""},
		{"boys and girls", home(func(h *care.Home) { h.Sexes = both }), true, ""},
		{"girls only, and nobody recorded the sex", of(func(s *scene) { s.home.Sexes, s.child().Sex = girls, "" }), false, rule},
		{"boys and girls, and nobody recorded the sex", of(func(s *scene) { s.home.Sexes, s.child().Sex = both, "" }), true, ""},
		{"short care, and a long plan", home(func(h *care.Home) { h.Durations = []care.Duration{care.Short, care.Respite} }), false, rule},
		{"long care, and a long plan", home(func(h *care.Home) { h.Durations = []care.Duration{care.Long} }), true, ""},
		{"short care, and no plan", of(func(s *scene) { s.home.Durations, s.child().Plan = []care.Duration{care.Short}, "" }), true, ""},
		{"a sister who is too young", of(func(s *scene) {
			s.home.AgeMin = care.Num(10)
			s.joins(care.Child{ID: "C-2", DOB: born(9, monday)})
		}), false, rule},
		{"approved for nobody", home(func(h *care.Home) { h.Places = care.Num(0) }), false, rule},
		{"the approved number", of(func(s *scene) { s.full(1, ""); s.home.Beds, s.home.Places = 3, care.Num(2) }), true, ""},
		{"one more than the approved number", of(func(s *scene) { s.full(2, ""); s.home.Beds, s.home.Places = 3, care.Num(2) }), false, rule},
		{"the approved number, and a bed that is shut", of(func(s *scene) {
			s.full(2, "")
			s.home.Beds, s.home.BedsShut, s.home.Places = 4, care.Num(1), care.Num(3)
		}), true, ""},
		{"two more than there is room for, of three beds", of(func(s *scene) {
			s.full(1, "")
			s.home.Beds, s.home.Places = 3, care.Num(2)
			s.joins(care.Child{ID: "C-2", DOB: born(9, monday)})
		}), false, rule},
		{"the approved number once a child has left", of(func(s *scene) {
			s.full(1, "")
			s.home.Places, s.stays[0].End = care.Num(1), monday
		}), true, ""},
		{"a child leaves the day after", of(func(s *scene) {
			s.full(1, "")
			s.home.Places, s.stays[0].End = care.Num(1), monday+1
		}), false, rule},
		{"over the approved number by more than a Span counts", home(func(h *care.Home) { h.Beds, h.Places = 9, care.Num(0) }), true, rule},
	}
}

func TestASpanAndTerms(t *testing.T) {
	requireViews(t, termViews(care.Foster, "terms-of-approval"))
	requireViews(t, termViews(care.Hospital, "terms-of-approval"))
	requireViews(t, termViews(care.ChildrensHome, "statement-of-purpose"))
	emergency := func(kind care.Kind) func(*scene) {
		return oneAt(kind, 12, func(s *scene) { s.emergency, s.home.AgeMin = true, care.Num(13) })
	}
	requireViews(t, []view{
		{"foster carers in an emergency", emergency(care.Foster), true, ""},
		{"foster carers in an emergency, approved for nobody", oneAt(care.Foster, 12, func(s *scene) { s.emergency, s.home.Places = true, care.Num(0) }), true, ""},
		{"a parent-and-child home in an emergency", emergency(care.ParentAndChild), true, ""},
		{"a children's home in an emergency", emergency(care.ChildrensHome), false, "statement-of-purpose"},
		{"a hospital in an emergency", emergency(care.Hospital), false, "terms-of-approval"},
		{"a year of birth that is a slip of the keyboard", oneAt(care.ParentAndChild, 1030), true, ""},
	})
}

func TestASpanAndBeds(t *testing.T) {
	requireViews(t, []view{
		{"one bed left", func(s *scene) { s.full(1, "") }, true, ""},
		{"none left", func(s *scene) { s.full(2, ""); s.home.Beds = 2 }, false, "free-place"},
		{"one bed for two", func(s *scene) { s.full(1, ""); s.joins(care.Child{ID: "C-2", DOB: born(9, monday)}) }, false, "free-place"},
		{"two beds for two", func(s *scene) { s.full(1, ""); s.home.Beds = 3; s.joins(care.Child{ID: "C-2", DOB: born(9, monday)}) }, true, ""},
		{"a child leaves on the day", func(s *scene) { s.full(1, ""); s.home.Beds, s.stays[0].End = 1, monday }, true, ""},
		{"a child leaves the day after", func(s *scene) { s.full(1, ""); s.home.Beds, s.stays[0].End = 1, monday+1 }, false, "free-place"},
		{"a child is expected to leave on the day", func(s *scene) { s.full(1, ""); s.home.Beds, s.stays[0].ExpectedEnd = 1, monday }, true, ""},
		{"a child moves in next month", func(s *scene) { s.full(1, ""); s.home.Beds, s.stays[0].Start = 1, monday+30 }, false, "free-place"},
		{"one expected to leave before another comes", func(s *scene) {
			s.full(2, "")
			s.home.Beds, s.stays[0].ExpectedEnd, s.stays[1].Start = 2, monday+20, monday+30
		}, true, ""},
		{"a bed that is held, which a Span does not see", func(s *scene) {
			s.home.Beds = 1
			s.holds = []care.Hold{{ID: "K-1", Children: []care.ID{"X-1"}, From: monday, Until: care.StartOf(monday).Add(24 * time.Hour), By: "B. Officer"}}
		}, true, "free-place"},
	})
}

func TestASpanAndClosedPeriods(t *testing.T) {
	closed := func(periods ...care.DayRange) func(*scene) {
		return func(s *scene) { s.home.Closed = periods }
	}
	requireViews(t, []view{
		{"whether it is closed is not recorded", closed(), true, ""},
		{"closed up to the day before", closed(care.DayRange{From: monday - 9, To: monday - 1}), true, ""},
		{"the last day of it", closed(care.DayRange{From: monday - 9, To: monday}), false, "not-available"},
		{"the first day of it", closed(care.DayRange{From: monday, To: monday + 9}), false, "not-available"},
		{"closed from the day after", closed(care.DayRange{From: monday + 1, To: monday + 9}), true, ""},
		{"in the longer of two periods", closed(care.DayRange{From: monday + 40, To: monday + 40}, care.DayRange{From: monday, To: monday + 9}), false, "not-available"},
		{"in the shorter of two, which a Span does not keep", closed(care.DayRange{From: monday + 40, To: monday + 60}, care.DayRange{From: monday, To: monday + 9}), true, "not-available"},
		{"a children's home over a weekend", oneAt(care.ChildrensHome, 12, closed(care.DayRange{From: monday - 2, To: monday})), false, "not-available"},
	})
}

func TestASpanAndCircles(t *testing.T) {
	zone := func(miles, radius float64) func(*scene) {
		return func(s *scene) { s.child().Exclusion = []care.Circle{circle(north(headingley, miles), radius)} }
	}
	away := func(miles, radius float64) func(*scene) {
		return func(s *scene) { s.child().AwayFrom = []care.Circle{circle(north(headingley, miles), radius)} }
	}
	requireViews(t, []view{
		{"just outside a zone", zone(3.01, 3), true, ""},
		{"just inside a zone", zone(2.99, 3), false, "exclusion-zone"},
		{"inside by less than two ways of measuring differ", zone(2.9995, 3), true, "exclusion-zone"},
		{"the second of two zones", func(s *scene) {
			s.child().Exclusion = []care.Circle{circle(north(headingley, 30), 3), circle(headingley, 0.5)}
		}, false, "exclusion-zone"},
		{"just outside what to be away from", away(20.01, 20), true, ""},
		{"just inside what to be away from", away(19.99, 20), false, "away-from"},
		{"away from an authority, which a Span does not ask", func(s *scene) { s.child().AwayAuthorities = []string{leeds} }, true, "away-from"},
		{"a zone of the second child", func(s *scene) {
			s.joins(care.Child{ID: "C-2", DOB: born(9, monday), Exclusion: []care.Circle{circle(headingley, 1)}})
		}, false, "exclusion-zone"},
	})
}

func TestASpanAndAdaptations(t *testing.T) {
	needs := func(home care.List) func(*scene) {
		return func(s *scene) { s.child().Adaptation, s.home.Adaptations = care.List{"hoist", "wide-doors"}, home }
	}
	requireViews(t, []view{
		{"all there", needs(care.List{"ramp", "wide-doors", "hoist"}), true, ""},
		{"one missing", needs(care.List{"hoist", "ramp"}), false, "adaptations"},
		{"none there", needs(care.List{}), false, "adaptations"},
		{"not recorded, which is to be asked", needs(nil), true, ""},
		{"needs none", func(s *scene) { s.home.Adaptations = care.List{} }, true, ""},
		{"one that nobody has named, which is to be asked", func(s *scene) {
			s.child().Adaptation, s.home.Adaptations = care.List{care.NotNamed}, care.List{}
		}, true, ""},
		{"needed by the second child", func(s *scene) {
			s.joins(care.Child{ID: "C-2", DOB: born(9, monday), Adaptation: care.List{"ramp"}})
		}, false, "adaptations"},
	})
}

func TestASpanAndKinds(t *testing.T) {
	unsuitable := func(s *scene) { s.child().SuitFoster = care.Unsuitable }
	requireViews(t, []view{
		{"a connected person's home that nobody named", oneAt(care.ConnectedPerson, 12), false, "connected-to"},
		{"eighteen today", oneAt(care.Foster, 18), false, "adult"},
		{"eighteen, with her child", oneAt(care.ParentAndChild, 18), true, ""},
		{"fifteen, in supported accommodation", oneAt(care.Supported, 15), false, "under-16-unregulated"},
		{"fifteen, in a hospital", oneAt(care.Hospital, 15), true, ""},
		{"recorded as unsuitable", unsuitable, false, "suitability"},
		{"recorded as unsuitable, and another kind", oneAt(care.ChildrensHome, 12, unsuitable), true, ""},
		{"recorded as unsuitable, which the authority does not follow", func(s *scene) { unsuitable(s); s.policy.GuidanceOff = []string{"suitability"} }, true, ""},
		{"under an order, in a foster home", func(s *scene) { s.child().LibertyOrder = care.Yes }, false, "liberty-order"},
		{"under an order, in a children's home", oneAt(care.ChildrensHome, 12, func(s *scene) { s.child().LibertyOrder = care.Yes }), true, ""},
		{"two to be kept apart", func(s *scene) {
			s.child().KeptApart = []care.ID{"C-2"}
			s.joins(care.Child{ID: "C-2", DOB: born(9, monday)})
		}, false, "siblings-together"},
	})
}

// Of two homes, each barred for a reason of its own, a Span cannot tell that none
// is open; of two that are barred for the same one it can.
func TestASpanOfTwoHomes(t *testing.T) {
	s := plain()
	s.child().Exclusion = []care.Circle{circle(headingley, 3)}
	with := func(change func(h *care.Home)) *scene {
		other := *s
		other.home.Where = north(headingley, 10)
		change(&other.home)
		return &other
	}
	open := func(a, b *scene) care.KindSet {
		all, by := a.span(), b.span()
		all.Widen(&by)
		return s.open(t).Open(&all)
	}
	near := with(func(h *care.Home) { h.Where = north(headingley, 1) })
	nearer := with(func(h *care.Home) { h.Where = north(headingley, -1) })
	ended := with(func(h *care.Home) { h.Status = care.Ended })
	hospital := with(func(h *care.Home) { h.Kind = care.Hospital })
	connected := with(func(h *care.Home) { h.Kind = care.ConnectedPerson })
	foster := care.KindSetOf(care.Foster)

	require.Equal(t, foster, open(near, ended))
	require.Equal(t, foster|care.KindSetOf(care.Hospital), open(ended, hospital), "which of the two is open it does not tell")
	require.Equal(t, foster, open(connected, with(func(*care.Home) {})), "a kind that is closed is left out of the answer")
	require.Zero(t, open(near, nearer), "both inside the zone")
	require.Zero(t, open(ended, ended))

	closed := with(func(h *care.Home) { h.Closed = []care.DayRange{{From: monday - 3, To: monday}} })
	shut := with(func(h *care.Home) { h.Closed = []care.DayRange{{From: monday, To: monday + 30}} })
	require.Zero(t, open(closed, shut), "both closed on the day")
	require.Equal(t, foster, open(closed, ended))
	nobody := with(func(h *care.Home) { h.Places = care.Num(0) })
	require.Zero(t, open(nobody, nobody))
	require.Equal(t, foster, open(nobody, ended))
	require.Zero(t, open(connected, connected))
}

func TestEveryRuleOfAKindIsNamed(t *testing.T) {
	var ofKind []string
	for _, r := range rulebook.Rules() {
		if r.OfKind() {
			ofKind = append(ofKind, r.ID)
		}
	}
	require.Equal(t, []string{"under-16-unregulated", "liberty-order", "adult", "connected-to", "suitability", "siblings-together"}, ofKind)
}
