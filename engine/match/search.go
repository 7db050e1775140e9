package match

import (
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// A search finds the best homes without looking at most of them: it asks the
// rulebook and the scale what they say of many homes at once, and judges, best
// first, those that could still win. [scan] gives the same and looks at all.
type search struct {
	*inquiry
	HomeReader
	named   map[care.ID]bool            // homes that the case names
	reached map[care.ID]*care.Household // homes that were judged and are eligible
	judged  int                         // homes that were judged
}

// find lists the best homes in order.
func (q *inquiry) find(ctx context.Context, r HomeReader) (*Result, error) {
	spans, err := r.Spans(ctx)
	if err != nil {
		return nil, err
	}
	s := search{inquiry: q, HomeReader: r, named: map[care.ID]bool{}, reached: map[care.ID]*care.Household{}}
	known, err := s.judgeNamed(s.judge)
	if err != nil {
		return nil, err
	}
	found, effort, err := spans.Best(ctx, index.Query[care.Span]{Bound: s.bound, Judge: s.judge, Limit: q.limit()}, known...)
	if err != nil {
		return nil, err
	}
	res := &Result{Head: q.head(), Considered: q.countConsidered(spans), Candidates: []Candidate{}}
	res.Effort = Effort{Judged: s.judged, Nodes: effort.Nodes}
	for i := range found {
		c := q.describe(s.reached[care.ID(found[i].ID)])
		c.Rank = i + 1
		res.Candidates = append(res.Candidates, c)
	}
	return res, nil
}

// judgeNamed judges the homes that the case names, of which the index knows less
// than the case.
func (s *search) judgeNamed(judge func(string) (uint64, bool, error)) ([]index.Found, error) {
	var known []index.Found
	for _, id := range s.names {
		is, err := s.HasHome(id)
		if err != nil {
			return nil, err
		}
		if !is {
			continue
		}
		worth, eligible, err := judge(string(id))
		if err != nil {
			return nil, err
		}
		if eligible {
			known = append(known, index.Found{ID: string(id), Worth: worth})
		}
		s.named[id] = true
	}
	return known, nil
}

// judge is what a home is worth; nothing where it is barred, not asked for or
// named by the case and judged already.
func (s *search) judge(name string) (worth uint64, eligible bool, err error) {
	id := care.ID(name)
	if s.named[id] {
		return 0, false, nil
	}
	h, err := s.Household(id)
	if err != nil {
		return 0, false, err
	}
	if !s.asksFor(h.Home) {
		return 0, false, nil
	}
	s.judged++
	j := s.book.Judge(&h)
	if !s.allows(j) {
		return 0, false, nil
	}
	s.reached[id] = &h
	return s.standing(&h, j).worth(), true, nil
}

// bound is the most that a home of the Span can be worth.
func (s *search) bound(homes *care.Span) (worth uint64, ok bool) {
	open := s.open(homes)
	if open == 0 {
		return 0, false
	}
	best := standing{tier: tierOther, score: s.scale.Most(homes, open)}
	switch {
	case open&connectedKind != 0:
		best.tier = tierConnected
	case s.adoption && homes.Traits.Any(care.OffersEarlyPermanence):
		best.tier = tierEarlyPermanence
	}
	return best.worth(), true
}

// open says of which kinds a home of the Span may be listed; of none if all are
// barred, too far or of other kinds.
func (q *inquiry) open(homes *care.Span) care.KindSet {
	if homes.Kinds&q.kinds == 0 || q.allFar(&homes.Cap) {
		return 0
	}
	return q.book.Open(homes) & q.kinds
}

// lists says whether the request would have a home on its list, were the list
// long enough.
func (q *inquiry) lists(h *care.Household) bool {
	return q.asksFor(h.Home) && q.allows(q.book.Judge(h))
}

// allows says whether a home of which this was found may be listed.
func (q *inquiry) allows(j rulebook.Judgement) bool {
	return j.BarredBy == "" && (j.SignOffs == 0 || !q.Ready)
}

var connectedKind = care.KindSetOf(care.ConnectedPerson)

// worth is the order of a shortlist as one number, but for the ids: of two
// standings the one that comes before is worth more.
func (s standing) worth() uint64 {
	const scoreBits, signOffBits = 36, 24
	return uint64(tierOther-s.tier)<<(scoreBits+signOffBits) | uint64(s.score)<<signOffBits | uint64(1<<signOffBits-1-s.signOffs)
}

// countConsidered counts the homes that the request asks for.
func (q *inquiry) countConsidered(spans *Spans) int {
	if q.Within == 0 {
		n := 0
		for i := range q.kinds.Each {
			n += spans.Of(i)
		}
		return n
	}
	return spans.Count(func(homes *care.Span) (all, none bool) {
		return homes.Kinds&^q.kinds == 0 && q.allNear(&homes.Cap), homes.Kinds&q.kinds == 0 || q.allFar(&homes.Cap)
	})
}

// namesOf lists the homes that a case names, in order: where a child of it or a
// sibling lives or has lived, whom a child is connected with, and which a child
// wishes for.
func namesOf(r ChildReader, c *care.Case) ([]care.ID, error) {
	var all []care.ID
	for i := range c.Children {
		child := &c.Children[i]
		placements, err := r.PlacementsOf(child.ID)
		if err != nil {
			return nil, err
		}
		for k := range placements {
			all = append(all, placements[k].Home)
		}
		for _, sibling := range c.Siblings[i] {
			all = append(all, sibling.Home)
		}
		all = append(append(all, child.ConnectedHomes...), scoring.WishedHomes(child)...)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(id care.ID) bool { return id == "" }), nil
}
