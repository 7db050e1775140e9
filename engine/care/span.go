package care

import (
	"math"
	"slices"
)

// Span says what is true of at least one of a set of homes. It is of one size
// and has no pointers, so that a million of them lie close together. That of one
// home is made by [SpanOf], that of more by [Span.Widen]: whatever is so of a
// home is so of every Span that it went into.
//
// Holds and the people who live in a home are left out, but for how many they
// are: a Span is as hopeful as the records allow.
//
// What most questions ask of comes first, so that it lies in one place in memory.
type Span struct {
	Cap    Cap // where they are
	Kinds  KindSet
	AgeMin int8 // youngest age that is let in
	AgeMax int8 // oldest
	Traits Traits
	Opens  Day // first day an approval or registration covers; before all days where none is asked for
	Closes Day // first day it no longer covers; never, likewise

	expected  uint64        // when stays are expected to end that have no end: a bit for each 16 days, round and round
	arrives   Day           // last day anybody moves or moved in
	beds      [MostFree]Day // [n-1]: first day from which n beds are free, ended stays alone counted
	hopefully [MostFree]Day // the same if every expected end comes true
	shut      DayRange      // the longest period in which they are closed to new placements; backwards where there is none

	Authorities Marks // in whose areas
	Skills      Marks
	Languages   Marks
	Identities  Marks // faiths, cultures and ethnicities
	Adaptations Marks

	Since   Day   // first day of the longest experience; 0 where none is recorded
	settled Day   // last day a stay is recorded to end
	kept    Share // best share of the ended stays that did not end early, once all have ended
	ever    Share // the best it ever was

	Bedrooms uint16 // the most
	FewBeds  uint16 // the fewest beds
	Spare    int8   // the fewest open beds above the approved number; far below where there is none
}

// MostFree is how many free beds a Span tells apart; it stands for as many or
// more.
const MostFree = 5

// never is a day after all days, always one before them.
const (
	never  Day = math.MaxInt32
	always Day = math.MinInt32
)

// Share is a share of a number.
type Share struct{ N, Of uint16 }

// shareOf is a share of numbers that fit; the whole otherwise.
func shareOf(n, of int) Share {
	if of > math.MaxUint16 {
		return Share{1, 1}
	}
	return Share{uint16(n), uint16(of)}
}

// more says whether the share is the larger one; a share of nothing is none.
func (s Share) more(than Share) bool {
	return int(s.N)*max(int(than.Of), 1) > int(than.N)*max(int(s.Of), 1)
}

// Experienced is the day since when the carers foster or, for homes that are
// registered, the day of registration; 0 if not recorded.
func (h *Home) Experienced() Day {
	if h.Kind.Fostering() {
		return h.FosteringSince
	}
	return h.RegisteredFrom
}

// SpanOf is the Span of one home and the stays in it.
func SpanOf(h *Home, o *Occupancy) Span {
	s := Span{
		Cap:         h.Where.Point.Cap(),
		Authorities: MarksOf(h.Authority),
		Skills:      MarksOf(h.Skills...), Languages: MarksOf(h.Languages...), Adaptations: MarksOf(h.Adaptations...),
		Identities: MarksOf(h.Faiths...) | MarksOf(h.Cultures...) | MarksOf(h.Ethnicities...),
		Since:      h.Experienced(), Traits: h.Traits(), Kinds: KindSetOf(h.Kind),
		Bedrooms: clamp(len(h.Bedrooms)), FewBeds: clamp(h.Beds),
		AgeMin: math.MinInt8, AgeMax: math.MaxInt8,
	}
	if h.AgeMin.Known {
		s.AgeMin = int8(min(h.AgeMin.N, math.MaxInt8))
	}
	if h.AgeMax.Known {
		s.AgeMax = int8(min(h.AgeMax.N, math.MaxInt8))
	}
	s.Opens, s.Closes = h.open()
	s.shut = h.longestClosed()
	if s.Spare = math.MinInt8; h.Places.Known {
		s.Spare = int8(max(math.MinInt8, min(max(h.OpenBeds(), 0)-h.Places.N, math.MaxInt8)))
	}
	s.stays(h.OpenBeds(), o.Stays)
	return s
}

func clamp(n int) uint16 { return uint16(min(n, math.MaxUint16)) }

// open is the run of days, as far as it is recorded, on which the approval or
// registration of the home lets children be placed. Where something else decides
// it is every day.
func (h *Home) open() (from, until Day) {
	switch {
	case h.Kind.OtherArrangement(), h.Kind == ConnectedPerson:
		return always, never
	case !h.Status.InForce() && (h.Status != Restricted || h.RestrictedFrom.Day == 0), h.RegisteredFrom == 0:
		return never, always
	}
	until = never
	for _, end := range []Day{h.RegisteredUntil.Day, h.RestrictedFrom.Day} {
		if end != 0 {
			until = min(until, end)
		}
	}
	return h.RegisteredFrom, until
}

// noDays is no run of days.
var noDays = DayRange{From: never, To: always}

// longestClosed is the longest closed period; the first of them.
func (h *Home) longestClosed() DayRange {
	longest := noDays
	for r := range h.shutDays() {
		if longest == noDays || r.To-r.From > longest.To-longest.From {
			longest = r
		}
	}
	return longest
}

// MayAdmit says whether a home may be open to new placements on a day.
func (s *Span) MayAdmit(on Day) bool { return !s.shut.Holds(on) }

// stays sums up who lives there, and who did.
func (s *Span) stays(beds int, stays []Stay) {
	s.beds = freeFrom(beds, stays, func(s *Stay) Day { return s.End })
	s.hopefully = s.beds
	s.arrives, s.settled = always, always
	for i := range stays {
		stay := &stays[i]
		s.arrives, s.settled = max(s.arrives, stay.Start), max(s.settled, stay.End)
		if stay.End == 0 && stay.ExpectedEnd != 0 {
			s.expected |= expectedBit(stay.ExpectedEnd)
		}
	}
	if s.expected != 0 {
		s.hopefully = freeFrom(beds, stays, func(s *Stay) Day {
			if s.End != 0 {
				return s.End
			}
			return s.ExpectedEnd
		})
	}
	s.kept, s.ever = keptShares(stays)
}

// freeFrom finds, for each number of beds, the first day from which they are
// free on every day, if a stay ends on the day that end gives (0 for never).
func freeFrom(beds int, stays []Stay, end func(*Stay) Day) [MostFree]Day {
	type turn struct {
		day Day
		by  int // how many more live there from that day on
	}
	var few [16]turn // on the stack: a home has rarely more
	turns, living := few[:0], 0
	for i := range stays {
		turns, living = append(turns, turn{stays[i].Start, 1}), living+1
		if e := end(&stays[i]); e != 0 {
			turns, living = append(turns, turn{max(e, stays[i].Start), -1}), living-1
		}
	}
	slices.SortFunc(turns, func(a, b turn) int { return int(b.day - a.day) })
	var from [MostFree]Day
	peak := living
	free := func(d Day) { // the beds that were free after d and are not before it
		for n := max(beds-peak, 0); n < MostFree; n++ {
			if from[n] == 0 {
				from[n] = d
			}
		}
	}
	free(never)
	for i, t := range turns {
		living -= t.by
		if i+1 < len(turns) && turns[i+1].day == t.day {
			continue
		}
		if living > peak {
			peak = living
			free(t.day)
		}
	}
	for n := range from {
		if from[n] == 0 {
			from[n] = always
		}
	}
	return from
}

// keptShares gives the share of the ended stays that did not end early, once all
// have ended, and the largest that it was after a day on which any did.
func keptShares(stays []Stay) (last, best Share) {
	var ended []*Stay
	for i := range stays {
		if stays[i].End != 0 {
			ended = append(ended, &stays[i])
		}
	}
	slices.SortFunc(ended, func(a, b *Stay) int { return int(a.End - b.End) })
	kept := 0
	for i, stay := range ended {
		if stay.EndedEarly == No {
			kept++
		}
		if i+1 < len(ended) && ended[i+1].End == stay.End {
			continue // a day is counted once it is over
		}
		last = shareOf(kept, i+1)
		if last.more(best) {
			best = last
		}
	}
	return last, best
}

// expectedBit is the bit of the sixteen days that a day is in.
func expectedBit(d Day) uint64 { return 1 << (uint32(d) / 16 % 64) }

// expects says whether a stay may be expected to end from one day to another.
func (s *Span) expects(from, to Day) bool {
	if to-from >= 64*16 {
		return s.expected != 0
	}
	for d := from; d <= to+15; d += 16 {
		if s.expected&expectedBit(min(d, to)) != 0 {
			return true
		}
	}
	return false
}

// Frees is how many beds may be free from a day on, as the question sees it, in
// a home where no child of the question lives or has lived; [MostFree] of them
// stand for as many or more. Holds are not counted.
func (s *Span) Frees(on Day, ask *Asking) int {
	from := s.freed(on, ask)
	for n := MostFree; n > 0; n-- {
		if from[n-1] <= on {
			return n
		}
	}
	return 0
}

// freed are the days from which so many beds are free, as far as they matter to a
// question about a day. An expected end is believed until it has passed; one that
// comes after the day makes room for whoever moves in later still.
func (s *Span) freed(on Day, ask *Asking) *[MostFree]Day {
	if s.expected != 0 && (s.arrives > on || ask.today <= on && s.expects(ask.today, on)) {
		return &s.hopefully
	}
	return &s.beds
}

// MayTake says whether so many beds may be free from a day on; see [Span.Frees].
func (s *Span) MayTake(children int, on Day, ask *Asking) bool {
	n := min(children, MostFree)
	return n <= 0 || s.freed(on, ask)[n-1] <= on
}

// MayNumber says whether so many children more may be within the approved number
// from a day on.
func (s *Span) MayNumber(children int, on Day, ask *Asking) bool {
	return s.MayTake(children+int(s.Spare), on, ask)
}

// Empty is the largest share of a home's beds that nobody may sleep in on a day,
// and of how many: 1 of 1 where a Span cannot tell.
func (s *Span) Empty(on Day, ask *Asking) Share {
	free := s.Frees(on, ask)
	switch {
	case free == 0:
		if s.arrives > on {
			return Share{1, 1}
		}
		return Share{0, 1}
	case s.arrives > on, free == MostFree, free >= int(s.FewBeds):
		return Share{1, 1}
	}
	return Share{uint16(free), s.FewBeds}
}

// Kept is the largest share of the stays ended by a day that did not end early.
func (s *Span) Kept(on Day) Share {
	if on >= s.settled {
		return s.kept
	}
	return s.ever
}

// Unite makes the Span true of what any of the others is true of; there must be
// one. Its cap is smaller than widening alone would make it.
func (s *Span) Unite(all []Span) {
	*s = all[0]
	for i := range all[1:] {
		s.Widen(&all[1+i])
	}
	s.Cap = around(all, s.Cap)
}

// Widen makes the Span true of what either was true of.
func (s *Span) Widen(by *Span) {
	s.Cap.Widen(&by.Cap)
	s.Authorities |= by.Authorities
	s.Skills |= by.Skills
	s.Languages |= by.Languages
	s.Identities |= by.Identities
	s.Adaptations |= by.Adaptations
	for n := range s.beds {
		s.beds[n] = min(s.beds[n], by.beds[n])
		s.hopefully[n] = min(s.hopefully[n], by.hopefully[n])
	}
	s.expected |= by.expected
	s.shut = DayRange{From: max(s.shut.From, by.shut.From), To: min(s.shut.To, by.shut.To)}
	s.Opens, s.Closes = min(s.Opens, by.Opens), max(s.Closes, by.Closes)
	if s.Since == 0 || by.Since != 0 && by.Since < s.Since {
		s.Since = by.Since
	}
	s.arrives, s.settled = max(s.arrives, by.arrives), max(s.settled, by.settled)
	s.kept, s.ever = larger(s.kept, by.kept), larger(s.ever, by.ever)
	s.Traits |= by.Traits
	s.Kinds |= by.Kinds
	s.Bedrooms, s.FewBeds = max(s.Bedrooms, by.Bedrooms), min(s.FewBeds, by.FewBeds)
	s.AgeMin, s.AgeMax = min(s.AgeMin, by.AgeMin), max(s.AgeMax, by.AgeMax)
	s.Spare = min(s.Spare, by.Spare)
}

func larger(a, b Share) Share {
	if b.more(a) {
		return b
	}
	return a
}
