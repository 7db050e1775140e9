package match_test

import (
	"context"
	"math/big"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// The oracle answers a request the long way round: every home is judged by all
// of its findings and scored by the sum of its reasons, and the list is sorted
// by the order of the rulebook, read again.

// judged is all that is said of one home.
type judged struct {
	h        care.Household
	findings []rulebook.Finding
	reasons  []scoring.Reason
	children []scoring.Millionths
	score    scoring.Millionths
	tier     int
	barredBy string // the first rule that bars it
	bars     int
	signOffs int
}

type oracle struct {
	s        *shelf
	req      match.Request
	at       time.Time
	children []care.Child
	c        care.Case
	policies []*policy.Policy // of each child
	book     *rulebook.Book
	scale    *scoring.Scale
}

// ask prepares the oracle; false where no child has an address to measure from.
func ask(t *testing.T, s *shelf, req match.Request, set *policy.Set) (*oracle, bool) {
	t.Helper()
	o := &oracle{s: s, req: req, at: req.At}
	if o.at.IsZero() {
		o.at = care.StartOf(req.On)
	}
	o.children = o.whom()
	c := care.Case{Children: o.children, On: req.On, Emergency: req.Emergency}
	var ids []care.ID
	addressed := false
	for _, child := range o.children {
		o.policies, ids = append(o.policies, set.For(child.Authority)), append(ids, child.ID)
		c.Siblings = append(c.Siblings, o.siblings(child))
		c.MovesFrom = append(c.MovesFrom, o.leaves(child.ID))
		addressed = addressed || child.Home.Known()
	}
	c.Ask = care.Ask(o.at, ids...)
	var err error
	o.book, err = rulebook.For(c, o.policies)
	require.NoError(t, err)
	o.c, o.scale = c, scoring.For(&c, o.policies)
	return o, addressed || req.Within == 0
}

// whom lists the children in order of id, each once.
func (o *oracle) whom() []care.Child {
	if o.req.Tonight != nil {
		return []care.Child{*o.req.Tonight}
	}
	var all []care.Child
	for _, c := range o.s.children {
		if slices.Contains(o.req.Children, c.ID) || o.req.Group != "" && c.Group == o.req.Group {
			all = append(all, c)
		}
	}
	sort.Slice(all, func(i, k int) bool { return all[i].ID < all[k].ID })
	return all
}

// sleeps says whether a placement holds on the day, as it looks from the instant.
func (o *oracle) sleeps(p care.Placement) bool {
	on, today := o.req.On, care.DayOf(o.at)
	if p.Start > on || p.End != 0 && p.End <= on {
		return false
	}
	overdue := p.ExpectedEnd < today
	return p.End != 0 || p.ExpectedEnd == 0 || overdue || on < p.ExpectedEnd
}

func (o *oracle) siblings(child care.Child) []care.Sibling {
	var all []care.Sibling
	for _, other := range o.s.children {
		placed := slices.ContainsFunc(o.children, func(c care.Child) bool { return c.ID == other.ID })
		if child.Group == "" || other.Group != child.Group || placed {
			continue
		}
		apart := slices.Contains(child.KeptApart, other.ID) || slices.Contains(other.KeptApart, child.ID)
		if y, m, day := other.DOB.Date(); !apart && care.Date(y+18, m, day) > o.req.On {
			all = append(all, o.sleepsAt(other.ID))
		}
	}
	return all
}

// sleepsAt finds where a child lives on the day; no home where nothing says.
func (o *oracle) sleepsAt(id care.ID) care.Sibling {
	latest, found := care.Placement{}, care.Sibling{ID: id}
	for _, p := range o.s.placements { // in order of id
		if p.Child != id || !o.sleeps(p) || p.Start <= latest.Start {
			continue
		}
		if h, err := o.s.Household(p.Home); err == nil {
			latest, found = p, care.Sibling{ID: id, Home: p.Home, Where: h.Home.Where.Point}
		}
	}
	return found
}

// leaves is the home that a child has to move from: of the placements that nobody
// has recorded to have ended, whatever was expected, that which began last.
func (o *oracle) leaves(id care.ID) care.ID {
	latest := care.Placement{}
	for _, p := range o.s.placements {
		if runs := p.Start <= o.req.On && (p.End == 0 || p.End > o.req.On); p.Child == id && runs && p.Start > latest.Start {
			latest = p
		}
	}
	return latest.Home
}

func (o *oracle) considers(h *care.Home) bool {
	if len(o.req.Kinds) == 0 {
		switch h.Kind {
		case care.Hospital, care.CareHome, care.FamilyCentre, care.Secure, care.ResidentialSchool, care.ParentAndChild:
			return false
		}
	} else if !slices.Contains(o.req.Kinds, h.Kind) {
		return false
	}
	for _, c := range o.children {
		miles := gazetteer.Miles(c.Home.Point.LatLng(), h.Where.Point.LatLng())
		if o.req.Within > 0 && c.Home.Known() && miles > o.req.Within {
			return false
		}
	}
	return true
}

// halvesUp rounds a fraction to a whole number.
func halvesUp(r *big.Rat) scoring.Millionths {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	twice.Add(twice, r.Denom())
	return scoring.Millionths(twice.Div(twice, new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64())
}

func (o *oracle) judge(home care.Home) judged {
	j := judged{h: o.s.assemble(home), tier: 3}
	j.findings = o.book.Findings(&j.h)
	for _, f := range j.findings {
		switch f.Verdict {
		case rulebook.Barred:
			j.bars++
			if j.barredBy == "" {
				j.barredBy = f.Rule
			}
		case rulebook.SignOff:
			j.signOffs++
		}
	}
	_, j.reasons = o.scale.Explain(&j.h)
	mean, adoption := new(big.Rat), true
	for _, c := range o.children {
		sum := scoring.Millionths(0)
		for _, r := range j.reasons {
			if r.Child == c.ID {
				sum += r.Points
			}
		}
		j.children = append(j.children, sum)
		mean.Add(mean, big.NewRat(int64(sum), int64(len(o.children))))
		adoption = adoption && c.Adoption == care.Yes
	}
	j.score = halvesUp(mean)
	if adoption && home.EarlyPermanence == care.Yes {
		j.tier = 2
	}
	if home.Kind == care.ConnectedPerson {
		j.tier = 1
	}
	return j
}

// precedes is the order of a shortlist.
func precedes(a, b judged) bool {
	if a.tier != b.tier {
		return a.tier < b.tier
	}
	if a.score != b.score {
		return a.score > b.score
	}
	if a.signOffs != b.signOffs {
		return a.signOffs < b.signOffs
	}
	return a.h.Home.ID < b.h.Home.ID
}

// misses is the order in which barred homes are explained.
func misses(a, b judged) bool {
	if a.bars != b.bars {
		return a.bars < b.bars
	}
	if a.score != b.score {
		return a.score > b.score
	}
	return a.h.Home.ID < b.h.Home.ID
}

// answer is what the oracle finds.
type answer struct {
	considered, eligible, needsSignOff int
	barred                             map[string]int
	shortlist, barredHomes             []judged
}

func (o *oracle) answer() answer {
	a := answer{barred: map[string]int{}}
	for _, home := range o.s.homes {
		if !o.considers(&home) {
			continue
		}
		a.considered++
		j := o.judge(home)
		if j.bars > 0 {
			a.barred[j.barredBy]++
			a.barredHomes = append(a.barredHomes, j)
			continue
		}
		a.eligible++
		if j.signOffs > 0 {
			a.needsSignOff++
		}
		if j.signOffs == 0 || !o.req.Ready {
			a.shortlist = append(a.shortlist, j)
		}
	}
	sort.Slice(a.shortlist, func(i, k int) bool { return precedes(a.shortlist[i], a.shortlist[k]) })
	sort.Slice(a.barredHomes, func(i, k int) bool { return misses(a.barredHomes[i], a.barredHomes[k]) })
	return a
}

// tally counts what the random worlds reached, so that a test over them cannot
// pass by finding nothing.
type tally map[string]int

func (y tally) note(a answer, req match.Request) {
	for i, j := range a.shortlist {
		y["tier "+string(rune('0'+j.tier))]++
		if j.signOffs > 0 {
			y["sign-off"]++
		}
		if i > 0 && j.tier == a.shortlist[i-1].tier && j.score == a.shortlist[i-1].score {
			y["tie"]++
			if j.signOffs != a.shortlist[i-1].signOffs {
				y["tie told by sign-offs"]++
			}
		}
	}
	if len(a.shortlist) == 0 {
		y["nothing fits"]++
		if len(a.barredHomes) > 5 && req.WhyNot == match.WhyNotOff {
			y["more misses than are shown"]++
		}
	}
	if req.Within > 0 {
		y["within"]++
	}
	y["barred"] += len(a.barredHomes)
}

func (y tally) requireAll(t *testing.T, things ...string) {
	t.Helper()
	for _, thing := range things {
		require.Positive(t, y[thing], "no random world has %s", thing)
	}
}

func TestRunAgreesWithBruteForce(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	reached := tally{}
	eachWorld(t, 60, func(t *testing.T, _ dice, s *shelf, req match.Request) {
		set := policy.Defaults()
		res, err := match.Run(context.Background(), s, req, set)
		if req.Group != "" && len((&oracle{s: s, req: req}).whom()) == 0 {
			require.ErrorContains(t, err, "no child is recorded")
			return
		}
		o, measurable := ask(t, s, req, set)
		if !measurable {
			require.ErrorIs(t, err, match.ErrNoHomeAddress)
			reached["no address"]++
			return
		}
		require.NoError(t, err)
		want := o.answer()
		reached.note(want, req)
		if len(want.shortlist) == 0 && len(res.Splits) > 0 {
			reached["a split alone"]++
		}
		checkHead(t, o, res.Head)
		checkCounts(t, want, req, res)
		checkCandidates(t, o, want.shortlist, res.Candidates)
		checkWhyNot(t, want, req, res)
		checkAlone(t, want, req, res)
	})
	reached.requireAll(t, "tier 1", "tier 2", "tier 3", "sign-off", "tie", "tie told by sign-offs", "nothing fits",
		"more misses than are shown", "within", "barred", "no address", "a split alone")
}

// allJudged says whether a request has every home judged: to count, to say why
// not, or because neither a home nor a split fits.
func allJudged(want answer, req match.Request, res *match.Result) bool {
	return req.Counts || req.WhyNot != match.WhyNotOff || len(want.shortlist)+len(res.Splits) == 0
}

func checkHead(t *testing.T, o *oracle, head match.Head) {
	t.Helper()
	require.Equal(t, o.req.On, head.On)
	require.Equal(t, o.at, head.At)
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", head.Policy)
	require.Equal(t, o.scale.Unknown(), head.Unknown)
	said := []match.Wish{}
	var ids []care.ID
	for _, c := range o.children {
		ids = append(ids, c.ID)
		if c.Wishes != "" {
			said = append(said, match.Wish{Child: c.ID, Words: c.Wishes})
		}
	}
	require.Equal(t, ids, head.Children)
	require.Equal(t, said, head.Wishes)
}

func checkCounts(t *testing.T, want answer, req match.Request, res *match.Result) {
	t.Helper()
	require.Equal(t, want.considered, res.Considered)
	notReady := 0
	if req.Ready && allJudged(want, req, res) {
		notReady = want.needsSignOff
	}
	require.Equal(t, notReady, res.NotReady, "homes left out for a sign-off alone are counted where every home is judged")
	if !req.Counts && req.WhyNot == match.WhyNotOff {
		require.Nil(t, res.Counts)
		return
	}
	require.Equal(t, &match.Counts{Eligible: want.eligible, NeedsSignOff: want.needsSignOff, Barred: want.barred}, res.Counts)
	sum := res.Eligible
	for _, n := range res.Barred {
		sum += n
	}
	require.Equal(t, res.Considered, sum, "every home considered is eligible or counted under one rule")
}

func checkCandidates(t *testing.T, o *oracle, want []judged, got []match.Candidate) {
	t.Helper()
	limit := o.req.Limit
	if limit == 0 {
		limit = 10
	}
	require.Len(t, got, min(limit, len(want)))
	require.NotNil(t, got)
	for i := range got {
		require.Equal(t, i+1, got[i].Rank)
		checkCandidate(t, o, want[i], got[i])
	}
}

func checkCandidate(t *testing.T, o *oracle, want judged, got match.Candidate) {
	t.Helper()
	home := want.h.Home
	require.Equal(t, home.ID, got.Home)
	require.Equal(t, want.tier, got.Tier)
	require.Equal(t, want.score, got.Score)
	require.Equal(t, want.findings, got.Findings)
	require.Equal(t, want.reasons, got.Reasons)
	require.Len(t, got.SignOffs(), want.signOffs)
	for k, c := range o.children {
		require.Equal(t, match.ChildScore{ID: c.ID, Score: want.children[k]}, got.Children[k])
		require.LessOrEqual(t, got.WorstOff().Score, want.children[k])
	}
	require.Equal(t, []any{home.Kind, home.Authority, sectors[home.Where.Postcode]}, []any{got.Kind, got.Authority, got.PostcodeSector})
	require.Equal(t, home.WeeklyCost.Known, got.WeeklyCost != nil)
	if got.WeeklyCost != nil {
		require.Equal(t, home.WeeklyCost.N, *got.WeeklyCost)
	}
	require.Equal(t, o.livesIn(home.ID), got.LivesHere)
	require.Equal(t, o.siblingsIn(home.ID), got.SiblingsHere)
	if want.bars == 0 {
		require.Equal(t, o.req.On, got.FreeFrom, "an eligible home has its beds from the first day")
	}
}

var sectors = map[string]string{"LS6 2AB": "LS6 2", "BD1 1AA": "BD1 1"}

func checkWhyNot(t *testing.T, want answer, req match.Request, res *match.Result) {
	t.Helper()
	n := len(want.barredHomes)
	switch {
	case req.WhyNot == match.WhyNotNearest && req.Limit == 0:
		n = min(n, 10)
	case req.WhyNot == match.WhyNotNearest:
		n = min(n, req.Limit)
	case req.WhyNot == match.WhyNotOff && len(want.shortlist) > 0:
		n = 0
	case req.WhyNot == match.WhyNotOff:
		n = min(n, 5)
	}
	require.Len(t, res.WhyNot, n)
	for i, e := range res.WhyNot {
		home := want.barredHomes[i].h.Home
		require.Equal(t, []any{home.ID, home.Kind, home.Authority, sectors[home.Where.Postcode]}, []any{e.Home, e.Kind, e.Authority, e.PostcodeSector})
		var bars []rulebook.Finding
		for _, f := range want.barredHomes[i].findings {
			if f.Verdict == rulebook.Barred {
				bars = append(bars, f)
			}
		}
		require.NotEmpty(t, bars)
		require.Equal(t, bars, e.Findings)
	}
}

// checkAlone counts the homes that one rule alone bars, however often.
func checkAlone(t *testing.T, want answer, req match.Request, res *match.Result) {
	t.Helper()
	alone := map[string]int{}
	for _, j := range want.barredHomes {
		rules := map[string]bool{}
		for _, f := range j.findings {
			if f.Verdict == rulebook.Barred {
				rules[f.Rule] = true
			}
		}
		if len(rules) == 1 {
			alone[j.barredBy]++
		}
	}
	if len(alone) == 0 || req.WhyNot == match.WhyNotOff && len(want.shortlist) > 0 || !allJudged(want, req, res) {
		alone = nil
	}
	require.Equal(t, alone, res.Alone)
}
