package match_test

import (
	"cmp"
	"context"
	"flag"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// The oracle of splits parts the children in every way there is, tries every
// home for every block, and judges and scores each block as a case of its own,
// with the rest of the group living where it has put them.

var familiesFlag = flag.Int("families", 330, "how many random families are split, with a request in each")

// lodging is a way to house the children: for each child the place of its home
// in the list of homes, or nowhere.
type lodging struct {
	at  []int
	sum scoring.Millionths
}

const nowhere = -1

// splitter is the oracle at work on one request.
type splitter struct {
	*oracle
	t     *testing.T
	homes []care.Household
	takes map[[2]int]bool // by members and home
	// ties counts the lodgings that were as good as the best of the same parting
	// so far, and the partings as good as the last that is kept.
	ties int
}

func splitterOf(t *testing.T, o *oracle) *splitter {
	s := &splitter{oracle: o, t: t, takes: map[[2]int]bool{}}
	for i := range o.s.homes {
		s.homes = append(s.homes, o.s.assemble(o.s.homes[i]))
	}
	return s
}

// part is the case of the children whom a lodging has in one home.
func (s *splitter) part(at []int, home int) *oracle {
	sub := *s.oracle
	sub.children, sub.policies, sub.c.Siblings, sub.c.MovesFrom = nil, nil, nil, nil
	for i, c := range s.children {
		if at[i] != home {
			continue
		}
		sub.children, sub.policies = append(sub.children, c), append(sub.policies, s.policies[i])
		sub.c.Siblings = append(sub.c.Siblings, append(s.elsewhere(at, i), s.c.Siblings[i]...))
		sub.c.MovesFrom = append(sub.c.MovesFrom, s.c.MovesFrom[i])
	}
	sub.c.Children = sub.children
	return &sub
}

// elsewhere lists the brothers and sisters of a child whom the lodging does not
// have in the same home.
func (s *splitter) elsewhere(at []int, child int) []care.Sibling {
	var all []care.Sibling
	me := &s.children[child]
	for i, other := range s.children {
		apart := slices.Contains(me.KeptApart, other.ID) || slices.Contains(other.KeptApart, me.ID)
		if me.Group == "" || other.Group != me.Group || apart || at[i] == at[child] {
			continue
		}
		sibling := care.Sibling{ID: other.ID}
		if at[i] != nowhere {
			home := s.homes[at[i]].Home
			sibling.Home, sibling.Where = home.ID, home.Where.Point
		}
		all = append(all, sibling)
	}
	return all
}

// open opens the rulebook at the case of the children whom a lodging has in one
// home.
func (s *splitter) open(at []int, home int) *oracle {
	sub := s.part(at, home)
	var err error
	sub.book, err = rulebook.For(sub.c, sub.policies)
	require.NoError(s.t, err)
	return sub
}

// fits says whether a home takes the children whom a lodging has there. Whether
// it does is asked once for each home and set of children: where the others live
// does not matter to it, which [TestWhereTheOthersLiveChangesNoVerdict] is about.
func (s *splitter) fits(at []int, home int) bool {
	key := [2]int{membersOf(at, home), home}
	takes, asked := s.takes[key]
	if !asked {
		sub := s.open(at, home)
		j := sub.book.Judge(&s.homes[home])
		takes = sub.considers(s.homes[home].Home) && j.BarredBy == "" && (j.SignOffs == 0 || !s.req.Ready)
		s.takes[key] = takes
	}
	return takes
}

// membersOf is the children whom a lodging has in a home, a bit for each.
func membersOf(at []int, home int) int {
	members := 0
	for i := range at {
		if at[i] == home {
			members |= 1 << i
		}
	}
	return members
}

// score adds up what the children of a lodging score.
func (s *splitter) score(at []int) scoring.Millionths {
	sum := scoring.Millionths(0)
	for _, home := range homesIn(at) {
		sub := s.part(at, home)
		sum += scoring.For(&sub.c, sub.policies).Sum(&s.homes[home])
	}
	return sum
}

// homesIn lists the homes of a lodging, in the order of their first child.
func homesIn(at []int) []int {
	var all []int
	for _, home := range at {
		if !slices.Contains(all, home) {
			all = append(all, home)
		}
	}
	return all
}

// eachParting yields every way to part the children: the number of the block of
// each, where blocks are numbered by their first child.
func (s *splitter) eachParting(yield func(block []int, blocks int)) {
	block := make([]int, len(s.children))
	var next func(i, blocks int)
	next = func(i, blocks int) {
		if i == len(block) {
			yield(block, blocks)
			return
		}
		for b := range blocks + 1 {
			block[i] = b
			next(i+1, max(blocks, b+1))
		}
	}
	next(0, 0)
}

// house finds the best homes for one way to part the children; nothing if there
// are none.
func (s *splitter) house(block []int, blocks int) *lodging {
	var best *lodging
	at := slices.Repeat([]int{nowhere}, len(block))
	var next func(b int)
	next = func(b int) {
		if b == blocks {
			l := &lodging{slices.Clone(at), s.score(at)}
			if best == nil || s.betterHomes(l, best) {
				best = l
			}
			return
		}
		for home := range s.homes {
			if slices.Contains(at, home) {
				continue
			}
			move(at, block, b, home)
			if s.fits(at, home) {
				next(b + 1)
			}
			move(at, block, b, nowhere)
		}
	}
	next(0)
	return best
}

// move puts the children of a block into a home.
func move(at, block []int, b, home int) {
	for i := range at {
		if block[i] == b {
			at[i] = home
		}
	}
}

func (s *splitter) betterHomes(a, b *lodging) bool {
	if a.sum == b.sum {
		s.ties++
		return s.byHomes(a.at, b.at) < 0
	}
	return a.sum > b.sum
}

// byHomes compares the ids of the homes of two lodgings.
func (s *splitter) byHomes(a, b []int) int { return slices.Compare(s.idsIn(a), s.idsIn(b)) }

func (s *splitter) idsIn(at []int) []care.ID {
	var ids []care.ID
	for _, home := range homesIn(at) {
		ids = append(ids, s.homes[home].Home.ID)
	}
	return ids
}

// byCompany compares who is with whom, block by block.
func byCompany(a, b []int) int {
	company := func(at []int) (all []int) {
		for _, home := range homesIn(at) {
			all = append(all, membersOf(at, home))
		}
		return all
	}
	return slices.Compare(company(a), company(b))
}

// splits are the three best ways to part the children, each in its best homes;
// the best for whoever is worst off first, then the best on average.
func (s *splitter) splits(whole *match.Candidate) []match.Split {
	var best []*lodging
	s.eachParting(func(block []int, blocks int) {
		if blocks > 1 {
			if l := s.house(block, blocks); l != nil {
				best = append(best, l)
			}
		}
	})
	slices.SortFunc(best, func(a, b *lodging) int {
		return cmp.Or(cmp.Compare(b.sum, a.sum), s.byHomes(a.at, b.at), byCompany(a.at, b.at))
	})
	if len(best) > 3 && best[3].sum == best[2].sum {
		s.ties++
	}
	var all []match.Split
	for _, l := range best[:min(3, len(best))] {
		all = append(all, s.describe(l, whole))
	}
	slices.SortStableFunc(all, func(a, b match.Split) int {
		return cmp.Or(cmp.Compare(b.WorstOff.Score, a.WorstOff.Score), cmp.Compare(b.Score, a.Score))
	})
	return all
}

func (s *splitter) describe(l *lodging, whole *match.Candidate) match.Split {
	split := match.Split{WorstOff: match.ChildScore{Score: math.MaxInt64}}
	scores := map[care.ID]scoring.Millionths{}
	for _, home := range homesIn(l.at) {
		h := s.describeHome(l.at, home)
		for _, c := range h.ChildScores {
			scores[c.ID] = c.Score
		}
		split.Homes = append(split.Homes, h)
	}
	sum := scoring.Millionths(0)
	for _, c := range s.children { // in order of id
		sum += scores[c.ID]
		if scores[c.ID] < split.WorstOff.Score {
			split.WorstOff = match.ChildScore{ID: c.ID, Score: scores[c.ID]}
		}
	}
	n := scoring.Millionths(len(s.children))
	split.Score = (2*sum + n) / (2 * n)
	if whole != nil {
		lost := whole.Score - split.Score
		split.Lost = &lost
	}
	split.FurthestApart = s.furthestApart(l.at)
	return split
}

func (s *splitter) furthestApart(at []int) float64 {
	most := 0.0
	for _, a := range at {
		for _, b := range at {
			most = max(most, gazetteer.Miles(s.homes[a].Home.Where.Point.LatLng(), s.homes[b].Home.Where.Point.LatLng()))
		}
	}
	return math.Round(1000*most) / 1000
}

// describeHome says everything about one home of a lodging.
func (s *splitter) describeHome(at []int, n int) match.SplitHome {
	home, sub := s.homes[n].Home, s.open(at, n)
	sub.scale = scoring.For(&sub.c, sub.policies)
	j := sub.judge(*home)
	h := match.SplitHome{Candidate: match.Candidate{
		Tier: j.tier, Home: home.ID, Kind: home.Kind, Authority: home.Authority, PostcodeSector: sectors[home.Where.Postcode],
		Score: j.score, Findings: j.findings, Reasons: j.reasons, FreeFrom: s.req.On,
		LivesHere: sub.livesIn(home.ID), SiblingsHere: sub.siblingsIn(home.ID),
	}}
	for i, c := range sub.children {
		h.Children = append(h.Children, c.ID)
		h.ChildScores = append(h.ChildScores, match.ChildScore{ID: c.ID, Score: j.children[i]})
	}
	h.Candidate.Children = h.ChildScores
	if home.WeeklyCost.Known {
		h.WeeklyCost = &home.WeeklyCost.N
	}
	h.Alone = len(h.Children) == 1 && len(h.SiblingsHere) == 0
	return h
}

// livesIn lists the children of the case whom a placement has in a home.
func (o *oracle) livesIn(home care.ID) []care.ID {
	var all []care.ID
	for _, c := range o.children {
		if o.leaves(c.ID) == home {
			all = append(all, c.ID)
		}
	}
	return all
}

// siblingsIn lists the brothers and sisters of the children who live in a home.
func (o *oracle) siblingsIn(home care.ID) []care.ID {
	var all []care.ID
	for _, siblings := range o.c.Siblings {
		for _, sibling := range siblings {
			if sibling.Home == home && !slices.Contains(all, sibling.ID) {
				all = append(all, sibling.ID)
			}
		}
	}
	slices.Sort(all)
	return all
}

// tellApart writes splits as a person would compare them.
func tellApart(all []match.Split) []string {
	var lines []string
	for _, s := range all {
		line := s.Score.String() + ", worst off " + s.WorstOff.Score.String() + ":"
		for _, h := range s.Homes {
			line += " " + string(h.Home)
			for _, c := range h.Children {
				line += " " + string(c)
			}
			line += ";"
		}
		lines = append(lines, line)
	}
	return lines
}

// Whatever the family, the splits are those that trying everything gives. The
// long form is
//
//	go test ./engine/match -run TestSplitsAreThoseOfTryingEverything -families 10000
func TestSplitsAreThoseOfTryingEverything(t *testing.T) {
	reached, families := tally{}, *familiesFlag
	if testing.Short() {
		families /= 8
	}
	eachFamily(t, families, fewHomes, func(t *testing.T, _ dice, is bent, f *family) {
		res, err := match.Run(context.Background(), f.shelf, f.req, f.set)
		o, measurable := ask(t, f.shelf, f.req, f.set)
		if !measurable {
			require.ErrorIs(t, err, match.ErrNoHomeAddress)
			return
		}
		require.NoError(t, err)
		var whole *match.Candidate
		if len(res.Candidates) > 0 {
			whole = &res.Candidates[0]
		}
		s := splitterOf(t, o)
		want := s.splits(whole)
		require.Equal(t, tellApart(want), tellApart(res.Splits), "who lives where, before everything else")
		require.Equal(t, want, res.Splits)
		checkTheRest(t, o, res)
		reached.noteSplits(f, is, res)
		reached["ties"] += s.ties
	})
	if families < 330 {
		return // too few to reach everything
	}
	reached.requireAll(t, "three splits", "fewer splits", "no home whole", "one alone", "a block", "a brother or sister there",
		"not alone, for a brother or sister there", "lives there", "a sign-off for being apart", "the fairest is not the best", "a tie", "the same homes",
		"more than whole", "strangers", "ready", "within", "kinds", "an emergency", "held for one of them", "ties")
	for _, is := range bents {
		require.Greater(t, reached[is.name], 3, "hardly a family is split in %q", is.name)
	}
}

// checkTheRest holds everything else in an answer against judging every home.
func checkTheRest(t *testing.T, o *oracle, res *match.Result) {
	t.Helper()
	want := o.answer()
	checkHead(t, o, res.Head)
	checkCounts(t, want, o.req, res)
	checkCandidates(t, o, want.shortlist, res.Candidates)
	checkWhyNot(t, want, o.req, res)
	checkAlone(t, want, o.req, res)
}

// noteSplits counts what an answer has of the things that a split could get
// wrong.
func (y tally) noteSplits(f *family, is bent, res *match.Result) {
	y[is.name] += len(res.Splits)
	for i := range res.Splits {
		split := &res.Splits[i]
		for what, is := range map[string]bool{
			"three splits": i == 2, "fewer splits": len(res.Splits) < 3, "no home whole": split.Lost == nil, "more than whole": split.Lost != nil && *split.Lost < 0,
			"the fairest is not the best": split.Score > res.Splits[0].Score,
			"a tie":                       i > 0 && split.Score == res.Splits[i-1].Score,
			"the same homes":              i > 0 && slices.EqualFunc(split.Homes, res.Splits[i-1].Homes, func(a, b match.SplitHome) bool { return a.Home == b.Home }),
			"ready":                       f.req.Ready, "within": f.req.Within > 0, "kinds": f.req.Kinds != nil, "an emergency": f.req.Emergency,
		} {
			if is {
				y[what]++
			}
		}
		for k := range split.Homes {
			y.noteSplitHome(f, &split.Homes[k])
		}
	}
}

func (y tally) noteSplitHome(f *family, h *match.SplitHome) {
	apart := slices.ContainsFunc(h.SignOffs(), func(f rulebook.Finding) bool { return f.Rule == "siblings-together" })
	first, _ := f.Child(h.Children[0])
	strangers := slices.ContainsFunc(h.Children, func(id care.ID) bool {
		c, _ := f.Child(id)
		return c.Group != first.Group
	})
	held := slices.ContainsFunc(f.holds[h.Home], func(hold care.Hold) bool { return slices.Contains(hold.Children, first.ID) })
	for what, is := range map[string]bool{
		"one alone": h.Alone, "a block": len(h.Children) > 1, "a brother or sister there": len(h.SiblingsHere) > 0,
		"not alone, for a brother or sister there": len(h.Children) == 1 && !h.Alone, "lives there": len(h.LivesHere) > 0,
		"a sign-off for being apart": apart, "strangers": strangers, "held for one of them": held,
	} {
		if is {
			y[what]++
		}
	}
}
