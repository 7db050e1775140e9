package match

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
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

// scan is what passing all homes has found.
type scan struct {
	*inquiry
	nothing    bool // nothing fits, so that what stands in the way is to be said
	considered int
	counts     Counts
	notReady   int
	eligible   []standing
	misses     []miss
	alone      map[string]int // barred homes that one rule alone keeps out, by rule
	trials     []trial
	excluded   map[string][]care.ID // barred homes by the first rule that bars them; nil if nobody asks
}

// Run answers a request from one view. Errors are those of the request
// ([*InvalidRequestError], [*care.FieldError], [ErrNoHomeAddress],
// [*rulebook.TooEarlyError]) and those of the reader.
//
// Counts, and why homes are not on the list, need every home to be judged; so
// does saying what stands in the way where nothing fits.
func Run(ctx context.Context, r Reader, req Request, policies *policy.Set) (*Result, error) {
	q, err := prepare(r, &req, policies)
	if err != nil {
		return nil, err
	}
	s := scan{inquiry: q, counts: Counts{Barred: map[string]int{}}, alone: map[string]int{}}
	if q.JudgesAll() {
		res, err := s.answer(ctx, r, policies)
		if err != nil {
			return nil, err
		}
		if err := q.addSplits(ctx, r, res); err != nil {
			return nil, err
		}
		return res, nil
	}
	res, err := q.find(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := q.addSplits(ctx, r, res); err != nil {
		return nil, err
	}
	switch {
	case len(res.Candidates) > 0:
		return res, nil
	case len(res.Splits) > 0:
		if res.WhyNot, err = q.nearest(ctx, r); err != nil {
			return nil, err
		}
		return res, nil
	}
	s.nothing = true
	return s.answer(ctx, r, policies)
}

// answer judges every home.
func (s *scan) answer(ctx context.Context, r Reader, policies *policy.Set) (*Result, error) {
	if err := s.pass(ctx, r, policies, s.look); err != nil {
		return nil, err
	}
	res, err := s.result(r)
	if err != nil {
		return nil, err
	}
	if len(s.eligible) == 0 && !s.nothing { // it is known only now
		s.nothing = true
		if err := s.pass(ctx, r, policies, s.barred); err != nil {
			return nil, err
		}
	}
	if err := s.explainMisses(r, res); err != nil {
		return nil, err
	}
	if len(s.alone) > 0 {
		res.Alone = s.alone
	}
	res.Openings = s.openings()
	return res, nil
}

// pass shows every home that the request asks for to do and, where nothing fits,
// every home there is to what might be asked instead.
func (s *scan) pass(ctx context.Context, r Reader, policies *policy.Set, do func(*care.Household)) (err error) {
	if s.nothing {
		if s.trials, err = s.variations(r, policies); err != nil {
			return err
		}
	}
	for h, err := range r.Households(ctx) {
		if err != nil {
			return err
		}
		if s.asksFor(h.Home) {
			do(h)
		}
		for i := range s.trials {
			s.trials[i].try(h)
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
		if s.excluded != nil {
			s.excluded[j.BarredBy] = append(s.excluded[j.BarredBy], h.Home.ID)
		}
		if s.nothing || s.WhyNot != WhyNotOff {
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
	s.eligible = append(s.eligible, s.standing(h, j))
}

// standing is where a home that is not barred stands.
func (q *inquiry) standing(h *care.Household, j rulebook.Judgement) standing {
	return standing{h.Home.ID, q.tier(h.Home), q.scale.Total(h), j.SignOffs}
}

// barred notes a home of a pass that is made because nothing fits, if an earlier
// one has not.
func (s *scan) barred(h *care.Household) {
	if s.WhyNot == WhyNotOff {
		s.missed(h)
	}
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

// asksFor says whether the request is about the home at all: it is of a kind
// that is considered and within the distance.
func (q *inquiry) asksFor(h *care.Home) bool {
	if care.KindSetOf(h.Kind)&q.kinds == 0 {
		return false
	}
	where := h.Where.Point.Cap()
	return q.allNear(&where)
}

// allNear says whether every point of a cap is within the distance asked for from
// the home of every child whose address is known; allFar whether none is. Of a
// single point, one of the two is true.
func (q *inquiry) allNear(where *care.Cap) bool {
	return q.Within == 0 || !slices.ContainsFunc(q.from, func(p s2.Point) bool { return q.tooFar(where.AngleTo(p)) })
}

func (q *inquiry) allFar(where *care.Cap) bool {
	return q.Within > 0 && slices.ContainsFunc(q.from, func(p s2.Point) bool { return q.tooFar(where.AngleFrom(p)) })
}

// tooFar compares to a thousandth of a mile, so that a home at exactly the limit
// is within it.
func (q *inquiry) tooFar(a s1.Angle) bool {
	miles := a.Radians() * gazetteer.EarthRadiusMiles
	return math.Round(miles*1000) > math.Round(q.Within*1000)
}

// tier is the part of the order that no score outweighs.
func (q *inquiry) tier(h *care.Home) int {
	if h.Kind == care.ConnectedPerson {
		return tierConnected
	}
	if q.adoption && h.EarlyPermanence == care.Yes {
		return tierEarlyPermanence
	}
	return tierOther
}

// result puts the best into words.
func (s *scan) result(r HomeReader) (*Result, error) {
	slices.SortFunc(s.eligible, before)
	res := &Result{Head: s.head(), Considered: s.considered, NotReady: s.notReady, Candidates: []Candidate{}, Effort: Effort{Judged: s.considered}}
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
