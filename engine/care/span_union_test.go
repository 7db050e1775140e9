package care_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// What is so of a home is so of every Span that it went into.

// spans draws the Spans of so many homes.
func (d dice) spans(n int) []care.Span {
	all := make([]care.Span, n)
	for i := range all {
		all[i] = care.SpanOf(d.home(), d.occupancy())
	}
	return all
}

func widened(spans []care.Span) care.Span {
	all := spans[0]
	for i := range spans[1:] {
		all.Widen(&spans[1+i])
	}
	return all
}

// asked is a point of view from which two Spans are compared.
type asked struct {
	from s2.Point
	on   care.Day
	ask  care.Asking
}

func (d dice) asked() asked {
	on, ask, _ := d.question()
	return asked{onSphere(d.place()), on, ask}
}

// atLeast says whether a share is no smaller than another.
func atLeast(a, b care.Share) bool { return int(a.N)*max(int(b.Of), 1) >= int(b.N)*max(int(a.Of), 1) }

// lessHopeful names what a Span rules out that one of its homes does not.
func (q *asked) lessHopeful(all, home *care.Span) []string {
	var lost []string
	need := func(what string, kept bool) {
		if !kept {
			lost = append(lost, what)
		}
	}
	need("where", holds(&all.Cap, &home.Cap, q.from))
	need("authorities", all.Authorities.Has(home.Authorities))
	need("skills", all.Skills.Has(home.Skills))
	need("languages", all.Languages.Has(home.Languages))
	need("identities", all.Identities.Has(home.Identities))
	need("adaptations", all.Adaptations.Has(home.Adaptations))
	need("free", all.Frees(q.on, &q.ask) >= home.Frees(q.on, &q.ask))
	need("one child", all.MayTake(1, q.on, &q.ask) || !home.MayTake(1, q.on, &q.ask))
	for n := range 8 {
		need(fmt.Sprint("number for ", n), all.MayNumber(n, q.on, &q.ask) || !home.MayNumber(n, q.on, &q.ask))
	}
	need("closed", all.MayAdmit(q.on) || !home.MayAdmit(q.on))
	need("spare", all.Spare <= home.Spare)
	need("empty", atLeast(all.Empty(q.on, &q.ask), home.Empty(q.on, &q.ask)))
	need("kept", atLeast(all.Kept(q.on), home.Kept(q.on)))
	need("approval", all.Opens <= home.Opens && all.Closes >= home.Closes)
	need("since", home.Since == 0 || all.Since != 0 && all.Since <= home.Since)
	need("traits", all.Traits&home.Traits == home.Traits)
	need("kinds", all.Kinds&home.Kinds == home.Kinds)
	need("bedrooms", all.Bedrooms >= home.Bedrooms)
	need("beds", all.FewBeds <= home.FewBeds)
	need("age", all.AgeMin <= home.AgeMin && all.AgeMax >= home.AgeMax)
	return lost
}

func TestWideningASpanOnlyWidensIt(t *testing.T) {
	d := rolled(t, 51)
	for range rounds(1200) {
		homes := d.spans(2 + d.IntN(6))
		all := widened(homes)
		turned := slices.Clone(homes)
		d.Shuffle(len(turned), func(i, k int) { turned[i], turned[k] = turned[k], turned[i] })
		left, right := widened(turned[:len(turned)/2]), widened(turned[len(turned)/2:])
		left.Widen(&right)
		for range 3 {
			q := d.asked()
			for i := range homes {
				for _, union := range []*care.Span{&all, &left} {
					if lost := q.lessHopeful(union, &homes[i]); lost != nil {
						require.Empty(t, lost, "home %d of %d on %s", i, len(homes), q.on)
					}
				}
			}
		}
	}
}

func TestWhatASpanHoldsAlreadyChangesNothing(t *testing.T) {
	d := rolled(t, 52)
	for range rounds(2000) {
		homes := d.spans(1 + d.IntN(6))
		all := widened(homes)
		again := all
		again.Widen(&all)
		for i := range homes {
			again.Widen(&homes[i])
		}
		require.Equal(t, all, again)
	}
}

// fold picks the best of a field over the homes.
func fold[T any](spans []care.Span, field func(*care.Span) T, better func(a, b T) T) T {
	best := field(&spans[0])
	for i := range spans {
		best = better(best, field(&spans[i]))
	}
	return best
}

func or[T ~uint16 | ~uint32 | ~uint64](a, b T) T { return a | b }

func least[T ~int8 | ~int32 | ~uint16](a, b T) T { return min(a, b) }

func most[T ~int | ~int8 | ~int32 | ~uint16](a, b T) T { return max(a, b) }

// Each thing that is so of a Span is so of one of its homes, so far as nobody is
// expected to leave.
func TestASpanIsNoWiderThanItsHomes(t *testing.T) {
	d := rolled(t, 53)
	for range rounds(1500) {
		homes := make([]care.Span, 1+d.IntN(6))
		for i := range homes {
			o := d.occupancy()
			for k := range o.Stays {
				o.Stays[k].ExpectedEnd = 0
			}
			homes[i] = care.SpanOf(d.home(), o)
		}
		all, q := widened(homes), d.asked()
		require.Equal(t, fold(homes, func(s *care.Span) care.Marks { return s.Skills }, or), all.Skills)
		require.Equal(t, fold(homes, func(s *care.Span) care.Marks { return s.Languages }, or), all.Languages)
		require.Equal(t, fold(homes, func(s *care.Span) care.Marks { return s.Identities }, or), all.Identities)
		require.Equal(t, fold(homes, func(s *care.Span) care.Marks { return s.Adaptations }, or), all.Adaptations)
		require.Equal(t, fold(homes, func(s *care.Span) care.Marks { return s.Authorities }, or), all.Authorities)
		require.Equal(t, fold(homes, func(s *care.Span) care.Traits { return s.Traits }, or), all.Traits)
		require.Equal(t, fold(homes, func(s *care.Span) care.KindSet { return s.Kinds }, or), all.Kinds)
		require.Equal(t, fold(homes, func(s *care.Span) care.Day { return s.Opens }, least), all.Opens)
		require.Equal(t, fold(homes, func(s *care.Span) care.Day { return s.Closes }, most), all.Closes)
		require.Equal(t, fold(homes, func(s *care.Span) int8 { return s.AgeMin }, least), all.AgeMin)
		require.Equal(t, fold(homes, func(s *care.Span) int8 { return s.AgeMax }, most), all.AgeMax)
		require.Equal(t, fold(homes, func(s *care.Span) uint16 { return s.Bedrooms }, most), all.Bedrooms)
		require.Equal(t, fold(homes, func(s *care.Span) uint16 { return s.FewBeds }, least), all.FewBeds)
		require.Equal(t, fold(homes, func(s *care.Span) int { return s.Frees(q.on, &q.ask) }, most), all.Frees(q.on, &q.ask))
		require.Equal(t, fold(homes, func(s *care.Span) int8 { return s.Spare }, least), all.Spare)
		require.Equal(t, slices.ContainsFunc(homes, func(s care.Span) bool { return s.MayAdmit(q.on) }), all.MayAdmit(q.on))
		require.Contains(t, sinces(homes), all.Since)
	}
}

// sinces are the longest experiences there may be: one, or none.
func sinces(homes []care.Span) []care.Day {
	longest := care.Day(0)
	for i := range homes {
		if since := homes[i].Since; since != 0 && (longest == 0 || since < longest) {
			longest = since
		}
	}
	return []care.Day{longest}
}

// How many beds are free and whether so many are is one question, of homes together
// too.
func TestSoManyBedsAreFreeAsMayBeTaken(t *testing.T) {
	d := rolled(t, 54)
	for range rounds(1500) {
		all, q := widened(d.spans(1+d.IntN(4))), d.asked()
		free := all.Frees(q.on, &q.ask)
		for n := -2; n < 9; n++ {
			require.Equal(t, min(n, care.MostFree) <= free, all.MayTake(n, q.on, &q.ask), "%d, of %d free", n, free)
			require.Equal(t, all.MayTake(n+int(all.Spare), q.on, &q.ask), all.MayNumber(n, q.on, &q.ask))
		}
	}
}

// Two homes that could each be ruled out by what the other lacks are not ruled
// out together.
func TestASpanOfTwoHomesIsTrueOfEither(t *testing.T) {
	boys, girls := plainHome(), plainHome()
	boys.Sexes, boys.Skills, boys.AgeMin = []care.Sex{care.Male}, care.List{"autism"}, care.Num(12)
	girls.Sexes, girls.Kind, girls.AgeMax = []care.Sex{care.Female}, care.ChildrensHome, care.Num(9)
	girls.Status, girls.RegisteredFrom = care.Registered, today-100
	full := household(2, stay("A", today-90, 0, 0), stay("B", today-90, 0, 0))
	s, by := care.SpanOf(&boys, &full.Occupancy), spanOf(&girls)
	s.Widen(&by)
	ask := care.Ask(tonight, "Z")
	require.True(t, s.Traits.Any(care.TakesBoys) && s.Traits.Any(care.TakesGirls))
	require.Equal(t, care.KindSetOf(care.Foster, care.ChildrensHome), s.Kinds)
	require.True(t, s.AgeMin < 9 && s.AgeMax > 12)
	require.True(t, s.Opens <= today && today < s.Closes)
	require.Equal(t, 2, s.Frees(today, &ask))
	require.Equal(t, care.Share{N: 1, Of: 1}, s.Empty(today, &ask))
	require.True(t, s.Skills.Has(care.MarksOf("autism")))
}

// Two homes together cannot tell which of them somebody is expected to leave.
func TestAnExpectedEndCountsForAWholeSpan(t *testing.T) {
	overdue := household(1, stay("A", today-500, today-300, 0))
	leaving := household(1, stay("B", today-500, today+3, 0))
	ask := care.Ask(tonight, "Z")
	s, by := care.SpanOf(overdue.Home, &overdue.Occupancy), care.SpanOf(leaving.Home, &leaving.Occupancy)
	require.Zero(t, s.Frees(today+3, &ask))
	require.Equal(t, 1, by.Frees(today+3, &ask))
	s.Widen(&by)
	require.Equal(t, 1, s.Frees(today+3, &ask))
	require.Zero(t, s.Frees(today-30, &ask), "before the question nobody is expected to leave")
}

func united(spans []care.Span) (all care.Span) {
	all.Unite(spans)
	return all
}

func TestWhatIsUnitedIsWhatIsWidenedInASmallerCap(t *testing.T) {
	d := rolled(t, 48)
	for range rounds(300) {
		spans := d.spans(1 + d.IntN(16))
		one, wide := united(spans), widened(spans)
		require.LessOrEqual(t, one.Cap.Radius, wide.Cap.Radius)
		above := united([]care.Span{united(d.spans(3)), one, united(d.spans(2))})
		for range 5 {
			q := d.asked()
			for i := range spans {
				require.Empty(t, q.lessHopeful(&one, &spans[i]), "%+v", spans)
				require.Empty(t, q.lessHopeful(&above, &spans[i]), "%+v", spans)
			}
		}
		wide.Cap = one.Cap
		require.Equal(t, wide, one)
	}
}

func TestHomesInOneSpotAreUnitedInThatSpot(t *testing.T) {
	d := rolled(t, 49)
	spans := d.spans(5)
	for i := range spans {
		spans[i].Cap = spans[0].Cap
	}
	require.Equal(t, spans[0].Cap, united(spans).Cap)
}

// The smallest circle around points whose greatest distance is D has a radius of at
// most D over the root of three.
func TestTheCapOfATownIsHardlyLargerThanItMustBe(t *testing.T) {
	d := rolled(t, 50)
	for range rounds(300) {
		spans, centre := d.spans(2+d.IntN(15)), d.place()
		for i := range spans {
			spans[i].Cap = care.At(min(89, max(-89, centre.Lat))+d.Float64()/10, centre.Lng*0.99+d.Float64()/10).Cap()
		}
		apart := 0.
		for i := range spans {
			for n := range spans {
				apart = max(apart, spans[i].Cap.AngleFrom(spans[n].Cap.Centre).Radians())
			}
		}
		require.LessOrEqual(t, united(spans).Cap.Radius.Radians(), 1.1*apart/math.Sqrt(3)+2e-7)
	}
}
