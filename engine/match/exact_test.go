package match_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

var worldsFlag = flag.Int("worlds", 500, "how many random worlds are searched, with a request in each")

// inTurn runs a test in so many scenes of every shape in turn, or in a fifth of
// them where the tests are to be short. The seed that a failure prints, given as
// -seed, makes its scene the first, in the same shape.
func inTurn(t *testing.T, scenes int, test func(t *testing.T, d dice, is shape, s *scene)) {
	t.Helper()
	if testing.Short() {
		scenes = (scenes + 4) / 5
	}
	for n := range scenes {
		seed := *seedFlag + uint64(n)
		is := shapes[seed%uint64(len(shapes))]
		t.Run(fmt.Sprintf("seed=%d: %s", seed, is.name), func(t *testing.T) {
			d := rolled(seed)
			homes := pick(d, sizes...)
			if is.most > 0 {
				homes = min(homes, is.most)
			}
			s := d.scene(homes)
			is.bend(d, s)
			s.validate(t)
			test(t, d, is, s)
		})
	}
}

// Whatever the world, a search finds the list that judging every home by hand
// gives, and that Run gives where it judges every home itself. The long form is
//
//	go test ./engine/match -run TestASearchFindsWhatJudgingEveryHomeFinds -worlds 10000
func TestASearchFindsWhatJudgingEveryHomeFinds(t *testing.T) {
	reached, listedIn := tally{}, tally{}
	inTurn(t, *worldsFlag, func(t *testing.T, d dice, is shape, s *scene) {
		reader := &grown{s.shelf, d, pick(d, growths...)}
		if o, want, asked := searchAndJudge(t, reader, s); asked {
			reached.noteSearch(o, want, s)
			listedIn[is.name] += len(want.shortlist)
		}
	})
	if testing.Short() || *worldsFlag < 500 {
		return // too few to reach everything
	}
	reached.requireAll(t, "cut", "cut between ties", "tier 1", "tier 2", "tier 3", "sign-off", "tie", "tie told by sign-offs",
		"nothing fits", "within", "a sibling's home", "the child's own home", "a home wished for", "a connected home", "full of holds")
	for _, is := range shapes {
		require.Positive(t, listedIn[is.name], "no home is ever listed in %q", is.name)
	}
}

// searchAndJudge answers the question of a scene in three ways and compares them;
// false where it is refused.
func searchAndJudge(t *testing.T, reader match.Reader, s *scene) (*oracle, answer, bool) {
	t.Helper()
	ctx := context.Background()
	found, err := match.Run(ctx, reader, s.req, s.set)
	counting := s.req
	counting.Counts = true
	judged, errJudged := match.Run(ctx, s.shelf, counting, s.set)
	require.Equal(t, errJudged, err)
	if s.req.Group != "" && len((&oracle{s: s.shelf, req: s.req}).whom()) == 0 {
		require.ErrorContains(t, err, "no child is recorded")
		return nil, answer{}, false
	}
	o, measurable := ask(t, s.shelf, s.req, s.set)
	if !measurable {
		require.ErrorIs(t, err, match.ErrNoHomeAddress)
		return nil, answer{}, false
	}
	require.NoError(t, err)
	want := o.answer()
	require.Equal(t, order(s.shown(want)), ordered(found), "the order, before everything else")
	require.Equal(t, want.considered, found.Considered)
	checkHead(t, o, found.Head)
	checkCandidates(t, o, want.shortlist, found.Candidates)
	checkNothingCounted(t, found, judged, want)
	return o, want, true
}

// checkNothingCounted says that judging every home adds counts and no more.
func checkNothingCounted(t *testing.T, found, judged *match.Result, want answer) {
	t.Helper()
	require.Nil(t, found.Counts)
	require.Equal(t, &match.Counts{Eligible: want.eligible, NeedsSignOff: want.needsSignOff, Barred: want.barred}, judged.Counts)
	searched := len(found.Candidates)+len(found.Splits) > 0
	require.Equal(t, searched, found.Effort.Nodes > 0, "every home is judged only where nothing fits")
	bare := *judged
	bare.Counts, bare.Effort = nil, found.Effort
	if searched { // what stands in the way of them all is said where not even a split is found
		bare.NotReady, bare.Alone, bare.Openings = 0, nil, nil
	}
	require.Equal(t, &bare, found)
}

func (s *scene) limit() int {
	if s.req.Limit == 0 {
		return match.DefaultLimit
	}
	return s.req.Limit
}

// shown is as much of a shortlist as was asked for.
func (s *scene) shown(a answer) []judged { return a.shortlist[:min(s.limit(), len(a.shortlist))] }

// order writes a shortlist as a person would compare it.
func order(list []judged) []string {
	lines := []string{}
	for _, j := range list {
		lines = append(lines, line(j.tier, j.score, j.signOffs, j.h.Home.ID))
	}
	return lines
}

func ordered(res *match.Result) []string {
	lines := []string{}
	for i := range res.Candidates {
		c := &res.Candidates[i]
		lines = append(lines, line(c.Tier, c.Score, len(c.SignOffs()), c.Home))
	}
	return lines
}

func line(tier int, score scoring.Millionths, signOffs int, home care.ID) string {
	return fmt.Sprintf("%s: tier %d, score %v, %d sign-offs", home, tier, score, signOffs)
}

// noteSearch counts what a scene has of the things that a search could get wrong.
func (y tally) noteSearch(o *oracle, want answer, s *scene) {
	y.note(want, s.req)
	if list, limit := want.shortlist, s.limit(); len(list) > limit {
		y["cut"]++
		if a, b := list[limit-1], list[limit]; a.tier == b.tier && a.score == b.score && a.signOffs == b.signOffs {
			y["cut between ties"]++
		}
	}
	for _, j := range s.shown(want) {
		y.noteNamed(o, j.h.Home.ID)
	}
	for _, j := range want.barredHomes {
		if j.barredBy == "free-place" && len(s.holds[j.h.Home.ID]) > 0 {
			y["full of holds"]++
		}
	}
}

// noteNamed counts the homes on a list that a child of the case names.
func (y tally) noteNamed(o *oracle, home care.ID) {
	for _, c := range o.children {
		for what, is := range map[string]bool{
			"the child's own home": slices.ContainsFunc(o.s.placements, func(p care.Placement) bool { return p.Home == home && p.Child == c.ID }),
			"a sibling's home":     slices.ContainsFunc(o.siblings(c), func(sibling care.Sibling) bool { return sibling.Home == home }),
			"a home wished for":    slices.Contains(c.WishesFor, "home:"+string(home)),
			"a connected home":     slices.Contains(c.ConnectedHomes, home),
		} {
			if is {
				y[what]++
			}
		}
	}
}
