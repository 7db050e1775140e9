package match

import (
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
)

// nearest explains the homes that come nearest to taking the children of the
// request together, where none does: those with the fewest bars, then the best.
// They are searched for like homes that fit.
func (q *inquiry) nearest(ctx context.Context, r HomeReader) ([]Exclusion, error) {
	s := misses{search: search{inquiry: q, HomeReader: r, named: map[care.ID]bool{}, reached: map[care.ID]*care.Household{}}}
	known, err := s.judgeNamed(s.judge)
	if err != nil {
		return nil, err
	}
	spans, err := r.Spans(ctx)
	if err != nil {
		return nil, err
	}
	found, _, err := spans.Best(ctx, index.Query[care.Span]{Bound: s.bound, Judge: s.judge, Limit: nearMisses}, known...)
	if err != nil {
		return nil, err
	}
	var all []Exclusion
	for i := range found {
		all = append(all, q.exclude(s.reached[care.ID(found[i].ID)]))
	}
	return all, nil
}

// misses is a search for homes that come near.
type misses struct {
	search
	fewest []int // the bars of the best so far, in order; at most nearMisses of them
}

// enough says whether so many bars are too many for a home to be among the best.
func (s *misses) enough(bars int) bool {
	return len(s.fewest) == nearMisses && bars > s.fewest[nearMisses-1]
}

func (s *misses) judge(name string) (worth uint64, near bool, err error) {
	id := care.ID(name)
	if s.named[id] {
		return 0, false, nil
	}
	h, err := s.Household(id)
	if err != nil || !s.asksFor(h.Home) {
		return 0, false, err
	}
	bars, _ := s.book.Bars(&h)
	if bars == 0 {
		return 0, false, nil
	}
	s.reached[id] = &h
	i, _ := slices.BinarySearch(s.fewest, bars)
	s.fewest = slices.Insert(s.fewest, i, bars)
	s.fewest = s.fewest[:min(len(s.fewest), nearMisses)]
	return miss{bars: bars, score: s.scale.Total(&h)}.worth(), true, nil
}

func (s *misses) bound(homes *care.Span) (worth uint64, ok bool) {
	kinds := homes.Kinds & s.kinds
	if kinds == 0 || s.allFar(&homes.Cap) {
		return 0, false
	}
	bars := s.book.FewestBars(homes, kinds)
	if s.enough(bars) {
		return 0, false
	}
	return miss{bars: bars, score: s.scale.Most(homes, kinds)}.worth(), true
}

// worth is the order of near misses as one number, but for the ids.
func (m miss) worth() uint64 {
	const scoreBits, barBits = 36, 24
	return uint64(1<<barBits-1-m.bars)<<scoreBits | uint64(m.score)
}
