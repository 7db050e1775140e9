package care_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// What a Span says of the number of children that homes are approved for, against
// counting who would live there.

// approvedFor is a home with more beds, or fewer, than it is approved for.
func approvedFor(places, beds int, parts ...any) *care.Household {
	h := household(beds, parts...)
	h.Home.Places = care.Num(places)
	return h
}

// shutting takes so many beds of a home away.
func shutting(beds int, h *care.Household) *care.Household {
	h.Home.BedsShut = care.Num(beds)
	return h
}

func TestTheApprovedNumber(t *testing.T) {
	a, b := stay("A", today-100, 0, 0), stay("B", today-50, 0, 0)
	for _, c := range []struct {
		why  string
		home *care.Household
		on   care.Day
		more int // the most children that may come; 99: any number
	}{
		{"no number is recorded", household(2, a, b), today, 99},
		{"approved for as many as there are beds", approvedFor(3, 3), today, 3},
		{"one of three lives there", approvedFor(3, 3, a), today, 2},
		{"a spare bed", approvedFor(2, 3), today, 2},
		{"a spare bed, and one lives there", approvedFor(2, 3, a), today, 1},
		{"a spare bed, and as many as approved", approvedFor(2, 3, a, b), today, 0},
		{"two spare beds", approvedFor(1, 3), today, 1},
		{"approved for nobody", approvedFor(0, 3), today, 0},
		{"approved for one more than there are beds", approvedFor(3, 2), today, 3},
		{"approved for one more, and one lives there", approvedFor(3, 2, a), today, 2},
		{"one leaves on the day", approvedFor(1, 2, stay("A", today-100, 0, today+9)), today + 9, 1},
		{"one leaves the day after", approvedFor(1, 2, stay("A", today-100, 0, today+10)), today + 9, 0},
		{"one moves in later", approvedFor(1, 2, stay("A", today+30, 0, 0)), today, 0},
		{"five free beds stand for more, and then for any number", approvedFor(6, 8), today, 99},
		{"six free beds of eight, and approved for one", approvedFor(1, 8, a, b), today, 99},
		{"four free beds of six, and approved for three", approvedFor(3, 6, a, b), today, 1},
		{"over its number", approvedFor(1, 1, a, b), today, 0},
		{"over its beds, and approved for another", approvedFor(2, 1, a, b), today, 1}, // a Span does not see by how many
		{"one of four beds is shut, and two of three live there", shutting(1, approvedFor(3, 4, a, b)), today, 1},
		{"the bed that is shut is the spare one", shutting(1, approvedFor(3, 4)), today, 3},
		{"approved for one more than there are open beds, and one lives there", shutting(1, approvedFor(2, 2, a)), today, 1},
		{"a number that is a slip of the keyboard", approvedFor(1000, 2, a), today, 99},
	} {
		s, ask := care.SpanOf(c.home.Home, &c.home.Occupancy), care.Ask(tonight, "Z")
		for n := 1; n < 12; n++ {
			require.Equal(t, n <= c.more, s.MayNumber(n, c.on, &ask), "%s, for %d", c.why, n)
		}
	}
}

func TestBedsBeyondTheNumberThatAreTooManyToCount(t *testing.T) {
	for _, c := range []struct {
		beds  int
		of    care.Number
		spare int8
	}{
		{2, care.Number{}, math.MinInt8},
		{2, care.Num(2), 0},
		{2, care.Num(1), 1},
		{2, care.Num(5), -3},
		{127, care.Num(0), 127},
		{128, care.Num(0), 127},
		{care.MaxBeds, care.Num(0), 127},
		{0, care.Num(128), -128},
		{0, care.Num(129), -128},
		{0, care.Num(care.MaxBeds), -128},
	} {
		h := plainHome()
		h.Beds, h.Places = c.beds, c.of
		require.Equal(t, c.spare, spanOf(&h).Spare, "%d beds, approved for %v", c.beds, c.of)
	}
}

func TestASpanSeesTheApprovedNumber(t *testing.T) {
	d := rolled(t, 46)
	within, over, unseen := 0, 0, 0
	for range rounds(8000) {
		h := &care.Household{Home: d.home(), Occupancy: *d.occupancy()}
		if d.IntN(10) == 0 {
			h.Home.Places = care.Num(pick(d, 130, 260, care.MaxBeds))
		}
		s := care.SpanOf(h.Home, &h.Occupancy)
		on, ask, now := d.question()
		more := 1 + d.IntN(4)
		children, _ := h.Most(on, ask)
		free, number := h.Home.OpenBeds()-children, children+more // children there would be
		is, may := !h.Home.Places.Known || number <= h.Home.Places.N, s.MayNumber(more, on, &ask)
		require.True(t, may || !is, "%d would be there on %s, asked on %s: %+v", number, on, now, h)
		// a Span counts neither below no free bed nor beyond five
		need := more + max(h.Home.OpenBeds(), 0) - h.Home.Places.N
		uncounted := free < 0 && need <= 0 || free >= care.MostFree && need > care.MostFree
		if !fuzzy(&h.Occupancy, on, now) && !uncounted {
			require.Equal(t, is, may, "%d would be there on %s, asked on %s: %+v", number, on, now, h)
		}
		switch {
		case is:
			within++
		case may:
			unseen++
		default:
			over++
		}
	}
	t.Logf("%d are within their number, %d are seen not to be, %d are not and not seen not to be", within, over, unseen)
	require.Greater(t, within, rounds(8000)/5)
	require.Greater(t, over, rounds(8000)/10)
	require.Less(t, unseen, over/3, "tightness is what makes a search fast")
	require.Positive(t, unseen, "no random home shows what a Span cannot tell")
}

// Of two homes, one has the free bed and the other the number: a Span cannot tell
// them apart. Where both lack the same it can.
func TestTheApprovedNumberOfTwoHomes(t *testing.T) {
	ask := care.Ask(tonight, "Z")
	may := func(more int, a, b *care.Household) bool {
		s, by := care.SpanOf(a.Home, &a.Occupancy), care.SpanOf(b.Home, &b.Occupancy)
		s.Widen(&by)
		return s.MayNumber(more, today, &ask)
	}
	lives := stay("A", today-100, 0, 0)
	full, spare := approvedFor(2, 2, lives), approvedFor(1, 2, lives)
	require.True(t, may(1, full, spare))
	require.True(t, may(1, spare, full))
	require.False(t, may(1, spare, spare))
	require.False(t, may(2, full, spare))
	require.True(t, may(2, spare, household(2, lives)), "one of them has no number")
	require.True(t, may(1, approvedFor(0, 4), approvedFor(2, 2, lives, stay("B", today-9, 0, 0))), "four free beds of one, and no spare bed of the other")
}
