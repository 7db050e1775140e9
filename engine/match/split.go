package match

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"math/bits"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// MaxSplit is the largest group, in children, that ways to split are worked out
// for.
const MaxSplit = 8

// bestSplits is how many ways to split a group are shown.
const bestSplits = 3

// Split is a way to house the children of a group in several homes.
type Split struct {
	Score    scoring.Millionths `json:"score"` // mean over the children
	WorstOff ChildScore         `json:"worst_off"`
	// Lost is the score of the first home that takes the group whole, less this
	// one's; nothing where no home does.
	Lost          *scoring.Millionths `json:"lost,omitempty"`
	Homes         []SplitHome         `json:"homes"`                // in the order of their first child
	FurthestApart float64             `json:"furthest_apart_miles"` // between two of the homes, to a thousandth
}

// SplitHome is one of the homes of a split.
type SplitHome struct {
	Candidate                // judged for these children, with the others where the split has them
	Children    []care.ID    `json:"children"`
	ChildScores []ChildScore `json:"scores"`
	Alone       bool         `json:"alone,omitempty"` // one child, without any brother or sister
}

// UnmarshalJSON reads what is written of a home of a split. There, children names
// the children, and their scores stand apart. The error is that of [json.Unmarshal].
func (h *SplitHome) UnmarshalJSON(text []byte) error {
	type plain SplitHome
	if err := json.Unmarshal(text, (*plain)(h)); err != nil {
		return err
	}
	h.Candidate.Children = h.ChildScores
	return nil
}

// arrangement is a split on its way: blocks of children, in the order of their
// first child, and a home for each.
type arrangement struct {
	blocks []*block
	homes  []*care.Household
	sum    scoring.Millionths // of the scores of all children
}

// better is the order in which arrangements are kept: the mean score, then the
// ids of the homes, then who is with whom.
func better(a, b *arrangement) int {
	byMembers := func(x, y *block) int { return cmp.Compare(x.members, y.members) }
	return cmp.Or(cmp.Compare(b.sum, a.sum), slices.CompareFunc(a.homes, b.homes, byHome), slices.CompareFunc(a.blocks, b.blocks, byMembers))
}

func byHome(a, b *care.Household) int { return cmp.Compare(a.Home.ID, b.Home.ID) }

// splitter looks for the best arrangements.
//
// It parts the children in every way, in the order of what each way could be
// worth if all the homes lay next door to each other. It sketches some of them, and
// then looks for the best homes of one way after another until the next could not
// be among the best.
type splitter struct {
	*inquiry
	*country
	best []*arrangement // at most bestSplits, the best first, of different ways to part the children
}

// addSplits adds the best ways to split the children to a result.
func (q *inquiry) addSplits(ctx context.Context, r HomeReader, res *Result) (err error) {
	var whole *Candidate
	if len(res.Candidates) > 0 {
		whole = &res.Candidates[0]
	}
	res.Splits, res.Unproved, err = q.splits(ctx, r, whole)
	return err
}

// mostEffort is what may be done in search of something better than what was
// sketched: a second or two. Almost all groups need less than a tenth. What needs
// more are large groups of whom little is known, whose homes could be anywhere.
var mostEffort = 150_000_000 // tests make it small

// splits finds the best ways to split the children of the request, ordered by
// the child who is worst off, then by the mean. They are unproved if the effort ran
// out before it was sure that there are none better.
func (q *inquiry) splits(ctx context.Context, r HomeReader, whole *Candidate) (all []Split, unproved bool, err error) {
	if n := len(q.Case.Children); n < 2 || n > MaxSplit {
		return nil, false, nil
	}
	c, err := q.lookAround(ctx, r)
	if err != nil {
		return nil, false, err
	}
	s := splitter{inquiry: q, country: c}
	if err := s.search(ctx); err != nil {
		return nil, false, err
	}
	all, err = s.describeAll(whole)
	return all, c.cut, err
}

// search finds the best.
func (s *splitter) search(ctx context.Context) error {
	p, err := s.partings(ctx)
	if err != nil {
		return err
	}
	ways, err := s.outline(ctx, p)
	if err != nil {
		return err
	}
	s.left = mostEffort
	for len(ways) > 0 || !s.cut {
		if len(ways) == 0 {
			w, err := p.next(ctx)
			if err != nil || w == nil {
				return err
			}
			ways = append(ways, w)
		}
		if ways[0].most < s.floor() {
			return nil
		}
		if err := s.house(ctx, ways[0]); err != nil {
			return err
		}
		ways = ways[1:]
	}
	return nil
}

// sketched is how many of the most promising ways to part the children are sketched
// before any is searched, so that it is known from the first what the best are
// worth at least.
const sketched = 24

// outline sketches the most promising ways and returns them.
func (s *splitter) outline(ctx context.Context, p *partings) (ways []*partition, err error) {
	for len(ways) < sketched {
		w, err := p.next(ctx)
		if err != nil || w == nil {
			return ways, err
		}
		ways = append(ways, w)
		if w.most < s.floor() {
			return ways, nil
		}
		h := s.housing(w)
		if err := h.sketch(ctx); err != nil {
			return nil, err
		}
		s.keep(h.best)
	}
	return ways, nil
}

// floor is what the last of the best is worth; nothing while there is room.
func (s *splitter) floor() scoring.Millionths {
	if len(s.best) < bestSplits {
		return 0
	}
	return s.best[len(s.best)-1].sum
}

// keep puts an arrangement, if there is one, among the best if it is one of them,
// and in the place of a worse one of the same partition.
func (s *splitter) keep(a *arrangement) {
	if a == nil {
		return
	}
	if i := slices.IndexFunc(s.best, a.partsAs); i >= 0 {
		if better(a, s.best[i]) >= 0 {
			return
		}
		s.best = slices.Delete(s.best, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(s.best, a, better)
	s.best = slices.Insert(s.best, i, a)
	s.best = s.best[:min(len(s.best), bestSplits)]
}

// partsAs says whether two arrangements part the children in the same way.
func (a *arrangement) partsAs(b *arrangement) bool { return slices.Equal(a.blocks, b.blocks) }

// house finds the best homes for one way to part the children.
func (s *splitter) house(ctx context.Context, p *partition) error {
	h := s.housing(p)
	err := h.search(ctx)
	s.keep(h.best)
	return err
}

// describeAll puts the best into words.
func (s *splitter) describeAll(whole *Candidate) ([]Split, error) {
	var all []Split
	for _, a := range s.best {
		split, err := s.describeSplit(a, whole)
		if err != nil {
			return nil, err
		}
		all = append(all, split)
	}
	slices.SortStableFunc(all, func(a, b Split) int {
		return cmp.Or(cmp.Compare(b.WorstOff.Score, a.WorstOff.Score), cmp.Compare(b.Score, a.Score))
	})
	return all, nil
}

func (s *splitter) describeSplit(a *arrangement, whole *Candidate) (Split, error) {
	split := Split{Score: scoring.Mean(a.sum, len(s.Case.Children)), FurthestApart: furthestApart(a.homes)}
	if whole != nil {
		lost := whole.Score - split.Score
		split.Lost = &lost
	}
	for i, b := range a.blocks {
		q, err := s.some(b.members, a.homeOf)
		if err != nil {
			return Split{}, err
		}
		h := SplitHome{Candidate: q.describe(a.homes[i]), Alone: bits.OnesCount(b.members) == 1}
		h.Alone = h.Alone && len(h.SiblingsHere) == 0
		h.ChildScores = h.Candidate.Children
		for _, c := range h.ChildScores {
			h.Children = append(h.Children, c.ID)
			if split.WorstOff.ID == "" || c.Score < split.WorstOff.Score || c.Score == split.WorstOff.Score && c.ID < split.WorstOff.ID {
				split.WorstOff = c
			}
		}
		split.Homes = append(split.Homes, h)
	}
	return split, nil
}

// homeOf is the home that an arrangement has for a child of the group.
func (a *arrangement) homeOf(child int) *care.Home {
	for i, b := range a.blocks {
		if b.members&(1<<child) != 0 {
			return a.homes[i].Home
		}
	}
	return nil
}

func furthestApart(homes []*care.Household) float64 {
	most := 0.0
	for i := range homes {
		for k := range i {
			most = max(most, gazetteer.Miles(homes[i].Home.Where.Point.LatLng(), homes[k].Home.Where.Point.LatLng()))
		}
	}
	return math.Round(most*1000) / 1000
}
