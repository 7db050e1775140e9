package match

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// The tiers of a shortlist.
const (
	tierConnected = 1 + iota
	tierEarlyPermanence
	tierOther
)

// standing is what decides a home's place in the order.
type standing struct {
	home     care.ID
	tier     int
	score    scoring.Millionths
	signOffs int
}

// before is the order of a shortlist.
func before(a, b standing) int {
	return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(b.score, a.score),
		cmp.Compare(a.signOffs, b.signOffs), cmp.Compare(a.home, b.home))
}

// miss is a barred home, and how near it came.
type miss struct {
	home  care.ID
	bars  int
	score scoring.Millionths
}

// nearer is the order in which barred homes are explained.
func nearer(a, b miss) int {
	return cmp.Or(cmp.Compare(a.bars, b.bars), cmp.Compare(b.score, a.score), cmp.Compare(a.home, b.home))
}

// nearMisses is how many barred homes are explained when nothing fits.
const nearMisses = 5

// scan is what one pass over the homes has found.
type scan struct {
	*inquiry
	considered int
	counts     Counts
	notReady   int
	eligible   []standing
	misses     []miss
	alone      map[string]int // barred homes that one rule alone keeps out, by rule
}

// Run answers a request from one view. Errors are those of the request
// ([*InvalidRequestError], [*care.FieldError], [ErrNoHomeAddress],
// [*rulebook.TooEarlyError]) and those of the reader.
func Run(ctx context.Context, r Reader, req Request, policies *policy.Set) (*Result, error) {
	q, err := prepare(r, &req, policies)
	if err != nil {
		return nil, err
	}
	s := scan{inquiry: q, counts: Counts{Barred: map[string]int{}}, alone: map[string]int{}}
	if err := s.each(ctx, r, s.look); err != nil {
		return nil, err
	}
	res, err := s.result(r)
	if err != nil {
		return nil, err
	}
	if len(res.Candidates) == 0 && s.WhyNot == WhyNotOff {
		err = s.each(ctx, r, s.missed)
	}
	if err != nil {
		return nil, err
	}
	if err := s.explainMisses(r, res); err != nil {
		return nil, err
	}
	if len(s.alone) > 0 {
		res.Alone = s.alone
	}
	if len(res.Candidates) > 0 {
		return res, nil
	}
	if res.Openings, err = s.openings(ctx, r, policies); err != nil {
		return nil, err
	}
	return res, nil
}

// each passes every home that the request considers.
func (s *scan) each(ctx context.Context, r Reader, do func(*care.Household)) error {
	for h, err := range r.Households(ctx) {
		if err != nil {
			return err
		}
		if s.considers(h.Home.Kind) && s.near(h.Home) {
			do(h)
		}
	}
	return nil
}

// look judges one home.
func (s *scan) look(h *care.Household) {
	s.considered++
	j := s.book.Judge(h)
	if j.BarredBy != "" {
		s.counts.Barred[j.BarredBy]++
		if s.WhyNot != WhyNotOff {
			s.missed(h)
		}
		return
	}
	s.counts.Eligible++
	if j.SignOffs > 0 {
		s.counts.NeedsSignOff++
		if s.Ready {
			s.notReady++
			return
		}
	}
	s.eligible = append(s.eligible, standing{h.Home.ID, s.tier(h.Home), s.scale.Total(h), j.SignOffs})
}

// missed notes how near a barred home came. A home that only lacks a sign-off is
// no miss.
func (s *scan) missed(h *care.Household) {
	bars, alone := s.book.Bars(h)
	if alone != "" {
		s.alone[alone]++
	}
	if bars > 0 {
		s.misses = append(s.misses, miss{home: h.Home.ID, bars: bars, score: s.scale.Total(h)})
	}
}

// near says whether the home is within the distance asked for from the home of
// every child whose address is known.
func (q *inquiry) near(h *care.Home) bool {
	if q.Within == 0 {
		return true
	}
	for i := range q.Case.Children {
		home := q.Case.Children[i].Home
		if home.Known() && farther(gazetteer.Miles(home.Point.LatLng(), h.Where.Point.LatLng()), q.Within) {
			return false
		}
	}
	return true
}

// farther compares to a thousandth of a mile, so that a home at exactly the limit
// is within it.
func farther(miles, limit float64) bool { return math.Round(miles*1000) > limit*1000 }

// tier is the part of the order that no score outweighs.
func (q *inquiry) tier(h *care.Home) int {
	if h.Kind == care.ConnectedPerson {
		return tierConnected
	}
	adoption := !slices.ContainsFunc(q.Case.Children, func(c care.Child) bool { return c.Adoption != care.Yes })
	if adoption && h.EarlyPermanence == care.Yes {
		return tierEarlyPermanence
	}
	return tierOther
}

// result puts the best into words.
func (s *scan) result(r HomeReader) (*Result, error) {
	slices.SortFunc(s.eligible, before)
	res := &Result{Head: s.head(), Considered: s.considered, NotReady: s.notReady, Candidates: []Candidate{}}
	for i := range s.eligible[:min(len(s.eligible), s.limit())] {
		h, err := r.Household(s.eligible[i].home)
		if err != nil {
			return nil, err
		}
		c := s.describe(&h)
		c.Rank = i + 1
		res.Candidates = append(res.Candidates, c)
	}
	if s.Counts || s.WhyNot != WhyNotOff {
		res.Counts = &s.counts
	}
	return res, nil
}

// explainMisses adds the barred homes that are asked for or, where nothing fits,
// the nearest.
func (s *scan) explainMisses(r HomeReader, res *Result) error {
	n := len(s.misses)
	switch s.WhyNot {
	case WhyNotOff:
		n = min(n, nearMisses)
	case WhyNotNearest:
		n = min(n, s.limit())
	}
	slices.SortFunc(s.misses, nearer)
	for _, m := range s.misses[:n] {
		h, err := r.Household(m.home)
		if err != nil {
			return err
		}
		res.WhyNot = append(res.WhyNot, s.exclude(&h))
	}
	return nil
}
