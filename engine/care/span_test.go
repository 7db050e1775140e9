package care_test

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func spanOf(h *care.Home) care.Span { return care.SpanOf(h, &care.Occupancy{}) }

func TestASpanSaysWhatIsRecordedOfAHome(t *testing.T) {
	h := plainHome()
	h.Skills, h.Languages, h.Adaptations = care.List{"autism"}, care.List{"somali"}, care.List{"ramp"}
	h.Faiths, h.Cultures, h.Ethnicities = care.List{"muslim"}, care.List{"irish"}, care.List{"black-african"}
	h.AgeMin, h.AgeMax, h.Bedrooms, h.FosteringSince = care.Num(5), care.Num(12), []int{2, 1, 1}, today-3000
	h.Beds, h.Places = 5, care.Num(3)
	s := spanOf(&h)
	require.Equal(t, leeds.Point.Cap(), s.Cap)
	require.Equal(t, care.MarksOf("E08000035"), s.Authorities)
	require.Equal(t, care.MarksOf("autism"), s.Skills)
	require.Equal(t, care.MarksOf("somali"), s.Languages)
	require.Equal(t, care.MarksOf("ramp"), s.Adaptations)
	require.Equal(t, care.MarksOf("muslim", "irish", "black-african"), s.Identities)
	require.Equal(t, care.KindSetOf(care.Foster), s.Kinds)
	require.Equal(t, h.Traits(), s.Traits)
	require.Equal(t, []int{5, 12, 3, 5, 2}, []int{int(s.AgeMin), int(s.AgeMax), int(s.Bedrooms), int(s.FewBeds), int(s.Spare)})
	require.Equal(t, today-3000, s.Since)
}

func TestABlankFactIsNoMarkAndNoRestriction(t *testing.T) {
	h := plainHome()
	s := spanOf(&h)
	require.Zero(t, s.Skills|s.Languages|s.Adaptations|s.Identities)
	require.Zero(t, s.Bedrooms)
	require.EqualValues(t, math.MinInt8, s.Spare, "no number is too many")
	require.True(t, s.MayAdmit(today))
	require.Zero(t, s.Since)
	require.LessOrEqual(t, s.AgeMin, int8(0), "every age is let in")
	require.GreaterOrEqual(t, s.AgeMax, int8(care.MaxAge))
}

func TestAgesOfASpanAreThoseOfTheTerms(t *testing.T) {
	d := rolled(t, 31)
	for range rounds(1000) {
		h := d.home()
		s := spanOf(h)
		for age := range care.MaxAge + 1 {
			letIn := !(h.AgeMin.Known && age < h.AgeMin.N) && !(h.AgeMax.Known && age > h.AgeMax.N)
			require.True(t, letIn == (int(s.AgeMin) <= age && age <= int(s.AgeMax)), "%v to %v, at %d", h.AgeMin, h.AgeMax, age)
		}
	}
	h := plainHome()
	h.AgeMin, h.AgeMax = care.Num(1000), care.Num(1000)
	s := spanOf(&h)
	require.LessOrEqual(t, s.AgeMin, int8(math.MaxInt8), "a number that is not believed does not turn round")
	require.EqualValues(t, math.MaxInt8, s.AgeMax)
}

// Experience is that of carers, or of a registration.
func TestSinceWhen(t *testing.T) {
	h := plainHome()
	h.FosteringSince, h.RegisteredFrom = today-3000, today-500
	for _, k := range care.Kinds() {
		h.Kind = k
		want := today - 500
		if k.Fostering() {
			want = today - 3000
		}
		require.Equal(t, want, h.Experienced(), k)
		require.Equal(t, want, spanOf(&h).Since, k)
	}
}

// approved says by the book whether approval or registration covers a day, as far
// as other arrangements and connected persons are asked for any.
func approved(h *care.Home, on care.Day) bool {
	if h.Kind.OtherArrangement() || h.Kind == care.ConnectedPerson {
		return true
	}
	restrictedLater := h.Status == care.Restricted && h.RestrictedFrom.Day > on
	if h.Status != care.Approved && h.Status != care.Registered && !restrictedLater {
		return false
	}
	begun := h.RegisteredFrom != 0 && h.RegisteredFrom <= on
	over := h.RegisteredUntil.Day != 0 && on >= h.RegisteredUntil.Day
	restricted := h.RestrictedFrom.Day != 0 && on >= h.RestrictedFrom.Day
	return begun && !over && !restricted
}

func TestASpanIsOpenWhileApprovalRuns(t *testing.T) {
	d := rolled(t, 32)
	open, shut := 0, 0
	for range rounds(3000) {
		h := d.home()
		s := spanOf(h)
		days := []care.Day{d.far(), d.far(), h.RegisteredFrom, h.RegisteredUntil.Day, h.RestrictedFrom.Day}
		for _, on := range slices.Clone(days) {
			days = append(days, on-1, on+1)
		}
		for _, on := range days {
			is := s.Opens <= on && on < s.Closes
			require.True(t, approved(h, on) == is, "open: %v, %s on %s: %+v", is, h.Kind, on, h)
			if is {
				open++
			} else {
				shut++
			}
		}
	}
	require.Greater(t, open, shut/4)
	require.Greater(t, shut, open/4)
}

func TestTheSameHomeMakesTheSameSpan(t *testing.T) {
	d := rolled(t, 33)
	for range rounds(2000) {
		h, o := d.home(), d.occupancy()
		s := care.SpanOf(h, o)
		require.Equal(t, s, care.SpanOf(h, o))
		turned := *h
		for _, list := range []*care.List{&turned.Skills, &turned.Languages, &turned.Adaptations, &turned.Faiths} {
			*list = slices.Clone(*list)
			slices.Reverse(*list)
		}
		turned.Durations, turned.Sexes = slices.Clone(h.Durations), slices.Clone(h.Sexes)
		slices.Reverse(turned.Durations)
		slices.Reverse(turned.Sexes)
		other := &care.Occupancy{Stays: slices.Clone(o.Stays), Holds: []care.Hold{hold(tonight, today, "A")}}
		d.Shuffle(len(other.Stays), func(i, k int) { other.Stays[i], other.Stays[k] = other.Stays[k], other.Stays[i] })
		require.Equal(t, s, care.SpanOf(&turned, other), "%+v", o.Stays)
	}
}

// A million Spans lie close together: one size, and nothing for the garbage
// collector to follow.
func TestASpanIsSmallAndHasNoPointers(t *testing.T) {
	require.LessOrEqual(t, unsafe.Sizeof(care.Span{}), uintptr(176))
	requirePlain(t, reflect.TypeFor[care.Span](), "Span")
}

func requirePlain(t *testing.T, of reflect.Type, path string) {
	switch of.Kind() {
	case reflect.Struct:
		for i := range of.NumField() {
			requirePlain(t, of.Field(i).Type, path+"."+of.Field(i).Name)
		}
	case reflect.Array:
		requirePlain(t, of.Elem(), path)
	case reflect.Pointer, reflect.Slice, reflect.String, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		require.Fail(t, "a pointer", "%s is a %s", path, of)
	}
}

// A store that opens makes a million of them, and a search asks thousands.
func TestSpansAreMadeAndAskedWithoutLitter(t *testing.T) {
	h, o := fullHome(), &household(3, stay("A", today-100, today+5, 0), stay("B", today-50, 0, today-2)).Occupancy
	var s care.Span
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { s = care.SpanOf(&h, o) }), 1.0, "the stays that have ended are put in order")
	by, ask, from := s, care.Ask(tonight, "Z"), onSphere(care.At(51, 0))
	require.Zero(t, testing.AllocsPerRun(100, func() { s.Widen(&by) }))
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if !s.MayTake(1, today, &ask) || s.Empty(today, &ask).N == 0 || s.Cap.AngleFrom(from) == 0 || !s.MayNumber(1, today, &ask) || !s.MayAdmit(today) {
			panic("two of two beds are free, miles away, and the home is open")
		}
	}))
}
