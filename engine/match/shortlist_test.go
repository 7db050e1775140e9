package match_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// aHome is a foster home in Leeds that the rulebook has nothing against, with two
// beds.
func aHome(id care.ID, changes ...func(*care.Home)) care.Home {
	h := care.Home{
		ID: id, Kind: care.Foster, Authority: leeds, ApprovedBy: leeds, Where: care.Location{Postcode: "LS6 2AB", Point: care.At(53.8, -1.55)}, Beds: 2,
		Status: care.Approved, RegisteredFrom: longer, RegisteredUntil: care.Never(), RestrictedFrom: care.Never(), FosteringSince: longer,
		Closed: []care.DayRange{}, OwnChildren: []care.Day{}, Bedrooms: []int{1, 1}, SiblingsMayShare: care.Yes, ConfirmedOn: monday - 1,
		Adaptations: care.List{}, Skills: care.List{}, Pets: care.List{}, Smoking: care.No, SupportsRisks: care.List{},
	}
	for _, change := range changes {
		change(&h)
	}
	return h
}

// aChild is an eleven-year-old of Leeds.
func aChild(id care.ID, changes ...func(*care.Child)) care.Child {
	c := care.Child{ID: id, DOB: care.Date(2015, time.March, 9), Authority: leeds, Sex: care.Female}
	for _, change := range changes {
		change(&c)
	}
	return c
}

func kindOf(k care.Kind) func(*care.Home) { return func(h *care.Home) { h.Kind = k } }

func run(t *testing.T, s *shelf, req match.Request) *match.Result {
	t.Helper()
	if req.On == 0 {
		req.On = monday
	}
	res, err := match.Run(context.Background(), s, req, policy.Defaults())
	require.NoError(t, err)
	return res
}

func listed(res *match.Result) []care.ID {
	ids := []care.ID{}
	for _, c := range res.Candidates {
		ids = append(ids, c.Home)
	}
	return ids
}

func missed(res *match.Result) []care.ID {
	ids := []care.ID{}
	for _, e := range res.WhyNot {
		ids = append(ids, e.Home)
	}
	return ids
}

func forChild(id care.ID) match.Request { return match.Request{Children: []care.ID{id}} }

// A grandmother comes first whatever the score, then, where adoption is being
// considered, a home approved for early permanence, then score, then id.
func TestOrderOfAShortlist(t *testing.T) {
	far := func(h *care.Home) { h.Where.Point = care.At(54.4, -1.55) }
	s := &shelf{
		children: []care.Child{aChild("C-1", func(c *care.Child) {
			c.ConnectedHomes = []care.ID{"H-gran"}
			c.Contacts = []care.Contact{{Who: "mother", Where: care.Location{Point: care.At(53.8, -1.55)}, Visits: 4}}
		})},
		homes: []care.Home{
			aHome("H-b"), aHome("H-a"), aHome("H-c", far),
			aHome("H-early", far, func(h *care.Home) { h.EarlyPermanence = care.Yes }),
			aHome("H-gran", far, kindOf(care.ConnectedPerson), func(h *care.Home) { h.FosteringSince = 0 }),
			aHome("H-other-gran", kindOf(care.ConnectedPerson)),
		},
	}
	require.Equal(t, []care.ID{"H-gran", "H-a", "H-b", "H-c", "H-early"}, listed(run(t, s, forChild("C-1"))))

	s.children[0].Adoption = care.Yes
	res := run(t, s, forChild("C-1"))
	require.Equal(t, []care.ID{"H-gran", "H-early", "H-a", "H-b", "H-c"}, listed(res))
	var tiers []int
	for _, c := range res.Candidates {
		tiers = append(tiers, c.Tier)
	}
	require.Equal(t, []int{1, 2, 3, 3, 3}, tiers)

	s.children = append(s.children, aChild("C-2", func(c *care.Child) { c.ConnectedHomes = []care.ID{"H-gran"} }))
	both := match.Request{Children: []care.ID{"C-2", "C-1"}}
	require.Equal(t, []care.ID{"H-gran", "H-a", "H-b", "H-c", "H-early"}, listed(run(t, s, both)), "adoption is not being considered for both")
}

// Of two homes that score the same, the one that needs fewer approvals is first.
func TestFewerSignOffsBreakATie(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1")}, homes: []care.Home{
		aHome("H-1", func(h *care.Home) { h.Closed = nil }),
		aHome("H-2"),
	}}
	res := run(t, s, forChild("C-1"))
	require.Equal(t, []care.ID{"H-2", "H-1"}, listed(res))
	require.Equal(t, res.Candidates[0].Score, res.Candidates[1].Score)
	require.Len(t, res.Candidates[1].SignOffs(), len(res.Candidates[0].SignOffs())+1)
}

func TestReadyLeavesOutWhatNeedsASignOff(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1")}, homes: []care.Home{
		aHome("H-1", func(h *care.Home) { h.Closed = nil }),
		aHome("H-2"),
	}}
	req := forChild("C-1")
	req.Ready, req.Counts = true, true
	res := run(t, s, req)
	require.Equal(t, []care.ID{"H-2"}, listed(res))
	require.Equal(t, &match.Counts{Eligible: 2, NeedsSignOff: 1, Barred: map[string]int{}}, res.Counts)
	require.Equal(t, 1, res.NotReady)

	s.homes = s.homes[:1]
	res = run(t, s, req)
	require.Empty(t, res.Candidates)
	require.Equal(t, 1, res.NotReady)
	require.Empty(t, res.WhyNot, "a home that lacks only a sign-off is not barred")
}

func TestKindsConsideredOnlyWhenNamed(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1", func(c *care.Child) { c.DOB = care.Date(2010, time.March, 9) })}}
	for _, k := range care.Kinds() {
		s.homes = append(s.homes, aHome(care.ID("H-"+k), kindOf(k)))
	}
	require.Equal(t, 5, run(t, s, forChild("C-1")).Considered, "foster, connected, children's home, supported, unregulated")
	for _, k := range care.Kinds() {
		req := forChild("C-1")
		req.Kinds, req.WhyNot = []care.Kind{k}, match.WhyNotAll
		res := run(t, s, req)
		require.Equal(t, 1, res.Considered, k)
		require.Equal(t, []care.ID{care.ID("H-" + k)}, append(listed(res), missed(res)...), k)
	}
	req := forChild("C-1")
	req.Kinds = []care.Kind{care.Foster, care.Hospital}
	require.Equal(t, 2, run(t, s, req).Considered)
}

func TestWithinMilesOfHome(t *testing.T) {
	north := func(miles float64) care.Location {
		return care.Location{Point: care.At(53.8+miles/gazetteer.EarthRadiusMiles*57.29577951308232, -1.55)}
	}
	s := &shelf{
		children: []care.Child{aChild("C-1", func(c *care.Child) { c.Home = north(0) }), aChild("C-2")},
		homes: []care.Home{
			aHome("H-09", func(h *care.Home) { h.Where = north(9.99) }),
			aHome("H-10", func(h *care.Home) { h.Where = north(10.01) }),
		},
	}
	req := forChild("C-1")
	require.Equal(t, 2, run(t, s, req).Considered)
	req.Within = 10
	res := run(t, s, req)
	require.Equal(t, []care.ID{"H-09"}, listed(res))
	require.Equal(t, 1, res.Considered)

	req.Children = []care.ID{"C-1", "C-2"}
	require.Equal(t, []care.ID{"H-09"}, listed(run(t, s, req)), "the child whose address is not known is passed over")
	s.children[1].Home = north(20)
	require.Empty(t, listed(run(t, s, req)), "near to both, or not at all")
	require.Zero(t, run(t, s, req).Considered)

	e, err := match.Explain(context.Background(), s, match.Request{Children: []care.ID{"C-1"}, On: monday, Within: 10}, "H-10", policy.Defaults())
	require.NoError(t, err)
	require.False(t, e.Considered)
	require.NotEqual(t, rulebook.Barred, e.Verdict, "too far to be asked for is not unlawful")
}

// A distance in hundredths of a mile is seldom a whole number of thousandths to a
// computer.
func TestAHomeAtTheLimitIsWithinIt(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1", func(c *care.Child) { c.Home = care.Location{Point: care.At(53.8, -1.55)} })}}
	for hundredths := 190; hundredths <= 210; hundredths++ {
		miles := float64(hundredths) / 100
		north := care.At(53.8+miles/gazetteer.EarthRadiusMiles*180/math.Pi, -1.55)
		s.homes = []care.Home{aHome("H-1", func(h *care.Home) { h.Where = care.Location{Point: north} })}
		req := forChild("C-1")
		req.Within = miles
		require.Equal(t, []care.ID{"H-1"}, listed(run(t, s, req)), "%g miles", miles)
		req.Within = miles - 0.0004
		require.Equal(t, []care.ID{"H-1"}, listed(run(t, s, req)), "%g miles, to a thousandth", miles)
		req.Within = miles - 0.002
		require.Empty(t, listed(run(t, s, req)), "%g miles", miles)
	}
}

func TestLimit(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1")}}
	for n := range 14 {
		s.homes = append(s.homes, aHome(homeID(n)))
	}
	req := forChild("C-1")
	require.Len(t, run(t, s, req).Candidates, match.DefaultLimit)
	for limit, want := range map[int]int{1: 1, 13: 13, 14: 14, 500: 14} {
		req.Limit = limit
		res := run(t, s, req)
		require.Len(t, res.Candidates, want)
		for i, c := range res.Candidates {
			require.Equal(t, homeID(i), c.Home, "equal homes stand in order of id")
			require.Equal(t, i+1, c.Rank)
		}
	}
}

// full is a world in which each home is barred, by one rule more than the last.
func full() *shelf {
	noBeds := func(h *care.Home) { h.Beds = 0 }
	closed := func(h *care.Home) { h.Closed = []care.DayRange{{From: monday - 1, To: monday + 6}} }
	ended := func(h *care.Home) { h.Status = care.Ended }
	boys := func(h *care.Home) { h.Sexes = []care.Sex{care.Male} }
	s := &shelf{children: []care.Child{aChild("C-1")}, homes: []care.Home{
		aHome("H-4", noBeds, closed, ended, boys), aHome("H-3", noBeds, closed, ended), aHome("H-2", noBeds, closed), aHome("H-1", closed),
	}}
	for n := range 3 {
		s.homes = append(s.homes, aHome(homeID(n), closed))
	}
	return s
}

func TestNothingFits(t *testing.T) {
	s := full()
	res := run(t, s, forChild("C-1"))
	require.Empty(t, res.Candidates)
	require.Nil(t, res.Counts)
	require.Equal(t, 7, res.Considered)
	require.Equal(t, []care.ID{"H-00", "H-01", "H-02", "H-1", "H-2"}, missed(res), "the five nearest misses are explained unasked")
	for _, e := range res.WhyNot {
		for _, f := range e.Findings {
			require.Equal(t, rulebook.Barred, f.Verdict)
		}
	}
	require.Equal(t, "open from 30 November 2026", res.WhyNot[0].Findings[0].NearestFix)

	req := forChild("C-1")
	req.Limit, req.WhyNot = 2, match.WhyNotNearest
	res = run(t, s, req)
	require.Equal(t, []care.ID{"H-00", "H-01"}, missed(res))
	require.Equal(t, 0, res.Eligible)

	req.WhyNot = match.WhyNotAll
	res = run(t, s, req)
	require.Equal(t, []care.ID{"H-00", "H-01", "H-02", "H-1", "H-2", "H-3", "H-4"}, missed(res))
	require.Equal(t, map[string]int{"approval": 2, "free-place": 1, "not-available": 4}, res.Barred, "each home once, under its first bar")
}

func TestWhyNotIsSilentWhileSomethingFits(t *testing.T) {
	s := full()
	s.homes = append(s.homes, aHome("H-9"))
	res := run(t, s, forChild("C-1"))
	require.Equal(t, []care.ID{"H-9"}, listed(res))
	require.Nil(t, res.WhyNot)
}

// In an emergency a foster home may go outside its terms for six working days.
func TestEmergency(t *testing.T) {
	s := &shelf{children: []care.Child{aChild("C-1")}, homes: []care.Home{aHome("H-1", func(h *care.Home) { h.AgeMax = care.Num(10) })}}
	require.Empty(t, listed(run(t, s, forChild("C-1"))))
	req := forChild("C-1")
	req.Emergency = true
	res := run(t, s, req)
	require.Equal(t, []care.ID{"H-1"}, listed(res))
	require.Equal(t, "terms-of-approval", res.Candidates[0].SignOffs()[0].Rule)
}

func TestTonightNeedsNoStoredChild(t *testing.T) {
	child := aChild("tonight", func(c *care.Child) { c.Wishes, c.Group = "not the dog", "G-1" })
	s := &shelf{
		children:   []care.Child{aChild("C-2", func(c *care.Child) { c.Group = "G-1" })},
		homes:      []care.Home{aHome("H-1"), aHome("H-2")},
		placements: []care.Placement{{ID: "P-1", Child: "C-2", Home: "H-2", Start: monday - 30}},
	}
	res := run(t, s, match.Request{Tonight: &child})
	require.Equal(t, []care.ID{"tonight"}, res.Children)
	require.Equal(t, []match.Wish{{Child: "tonight", Words: "not the dog"}}, res.Wishes)
	require.Equal(t, care.ID("H-2"), res.Candidates[0].Home, "where the sister lives")
}

func TestGroupIsPlacedTogether(t *testing.T) {
	group := func(c *care.Child) { c.Group = "G-1" }
	s := &shelf{
		children: []care.Child{aChild("C-1", group), aChild("C-2", group), aChild("C-3")},
		homes:    []care.Home{aHome("H-1"), aHome("H-2", func(h *care.Home) { h.Beds = 1 })},
	}
	res := run(t, s, match.Request{Group: "G-1"})
	require.Equal(t, []care.ID{"C-1", "C-2"}, res.Children)
	require.Equal(t, []care.ID{"H-1"}, listed(res), "a bed for each")
	require.Len(t, res.Candidates[0].Children, 2)
	require.Equal(t, res, run(t, s, match.Request{Children: []care.ID{"C-2", "C-1"}}))
}

// Where a child of the request lives already, its own bed does not stand in its
// way, and the result says so.
func TestChildLivesThereAlready(t *testing.T) {
	s := &shelf{
		children: []care.Child{aChild("C-1")},
		homes:    []care.Home{aHome("H-1", func(h *care.Home) { h.Beds = 1 })},
		placements: []care.Placement{
			{ID: "P-0", Child: "C-1", Home: "H-1", Start: monday - 300, End: monday - 200},
			{ID: "P-1", Child: "C-1", Home: "H-1", Start: monday - 30},
		},
	}
	res := run(t, s, forChild("C-1"))
	require.Equal(t, []care.ID{"H-1"}, listed(res))
	require.Equal(t, []care.ID{"C-1"}, res.Candidates[0].LivesHere)
	s.children = append(s.children, aChild("C-2"))
	require.Empty(t, listed(run(t, s, forChild("C-2"))), "another child finds it full")
}

// A home has room for two on the day on which it has a bed for each.
func TestAHomeIsFreeFromTheDayThereIsABedForEachChild(t *testing.T) {
	s := &shelf{
		children:   []care.Child{aChild("C-1"), aChild("C-2"), aChild("C-3")},
		homes:      []care.Home{aHome("H-1")},
		placements: []care.Placement{{ID: "P-1", Child: "C-3", Home: "H-1", Start: monday - 30, End: monday + 10}},
	}
	freeFrom := func(ids ...care.ID) care.Day {
		e, err := match.Explain(context.Background(), s, match.Request{Children: ids, On: monday}, "H-1", policy.Defaults())
		require.NoError(t, err)
		return e.Judged.FreeFrom
	}
	require.Equal(t, monday, freeFrom("C-1"))
	require.Equal(t, monday+10, freeFrom("C-1", "C-2"))
	s.placements[0].End = 0
	require.Zero(t, freeFrom("C-1", "C-2"), "nobody knows when")
}

// The instant decides whether a hold still counts.
func TestHoldCountsUntilItRunsOut(t *testing.T) {
	noon := care.StartOf(monday).Add(12 * time.Hour)
	s := &shelf{
		children: []care.Child{aChild("C-1"), aChild("C-2")},
		homes:    []care.Home{aHome("H-1", func(h *care.Home) { h.Beds = 1 })},
		holds:    map[care.ID][]care.Hold{"H-1": {{ID: "K-1", Children: []care.ID{"C-2"}, From: monday, Until: noon, By: "A. Officer"}}},
	}
	req := forChild("C-1")
	require.Empty(t, listed(run(t, s, req)), "with no instant the day begins at midnight")
	req.At = noon.Add(-time.Second)
	require.Empty(t, listed(run(t, s, req)))
	req.At = noon
	require.Equal(t, []care.ID{"H-1"}, listed(run(t, s, req)))
	require.Equal(t, noon, run(t, s, req).At)
	require.Equal(t, []care.ID{"H-1"}, listed(run(t, s, forChild("C-2"))), "the child it is held for")
}

// A sibling's home is where they sleep on the day, not where they used to.
func TestSiblingsAreFoundWhereTheyLiveOnTheDay(t *testing.T) {
	group := func(c *care.Child) { c.Group = "G-1" }
	s := &shelf{
		children: []care.Child{aChild("C-1", group), aChild("C-2", group)},
		homes:    []care.Home{aHome("H-1"), aHome("H-2")},
		placements: []care.Placement{
			{ID: "P-1", Child: "C-2", Home: "H-1", Start: monday - 90, End: monday},
			{ID: "P-2", Child: "C-2", Home: "H-2", Start: monday},
		},
	}
	withSibling := func(req match.Request) care.ID {
		for _, c := range run(t, s, req).Candidates {
			for _, r := range c.Reasons {
				if r.Criterion == "siblings" && r.Value.Float() == 1 {
					return c.Home
				}
			}
		}
		return ""
	}
	require.Equal(t, care.ID("H-2"), withSibling(forChild("C-1")))
	before := forChild("C-1")
	before.On = monday - 1
	require.Equal(t, care.ID("H-1"), withSibling(before))
	s.placements[1].End = monday + 3
	after := forChild("C-1")
	after.On = monday + 3
	require.Empty(t, withSibling(after), "living nowhere that is recorded")
}

// Each child is weighed by the policy of the authority responsible for it.
func TestPolicyOfTheResponsibleAuthority(t *testing.T) {
	set, err := policy.Parse("[weights]\nkind = 15\n[authority." + bradford + ".weights]\nkind = 99\n")
	require.NoError(t, err)
	s := &shelf{children: []care.Child{aChild("C-1"), aChild("C-2", func(c *care.Child) { c.Authority = bradford }), aChild("C-3")}, homes: []care.Home{aHome("H-1")}}
	weights := func(ids ...care.ID) (map[care.ID]int, string) {
		res, err := match.Run(context.Background(), s, match.Request{Children: ids, On: monday}, set)
		require.NoError(t, err)
		all := map[care.ID]int{}
		for _, r := range res.Candidates[0].Reasons {
			if r.Criterion == "kind" {
				all[r.Child] = r.Weight
			}
		}
		return all, res.Policy
	}
	mixed, hashMixed := weights("C-1", "C-2")
	require.Equal(t, map[care.ID]int{"C-1": 15, "C-2": 99}, mixed)
	_, hashLeeds := weights("C-1")
	_, hashBradford := weights("C-2")
	_, hashSame := weights("C-1", "C-3")
	require.NotEqual(t, hashLeeds, hashBradford)
	require.NotEqual(t, hashLeeds, hashMixed)
	require.Equal(t, hashLeeds, hashSame, "one authority, one policy")
	require.Equal(t, policy.Hash(set.For(leeds), set.For(bradford)), hashMixed)
}

// What is handed out belongs to the caller.
func TestResultSharesNothingWithTheReader(t *testing.T) {
	h := aHome("H-1", func(h *care.Home) { h.WeeklyCost = care.Num(612) })
	r := &lender{shelf: shelf{children: []care.Child{aChild("C-1")}, homes: []care.Home{h}}, lent: &h}
	res, err := match.Run(context.Background(), r, match.Request{Children: []care.ID{"C-1"}, On: monday}, policy.Defaults())
	require.NoError(t, err)
	*res.Candidates[0].WeeklyCost = 1
	require.Equal(t, care.Num(612), h.WeeklyCost)
}

// lender hands out its own memory, as a reader with a cache would.
type lender struct {
	shelf
	lent *care.Home
}

func (l *lender) Household(care.ID) (care.Household, error) {
	return care.Household{Home: l.lent, Occupancy: care.Occupancy{Home: l.lent.ID}}, nil
}

func TestWorstOffChild(t *testing.T) {
	c := match.Candidate{Children: []match.ChildScore{{ID: "C-1", Score: 50}, {ID: "C-2", Score: 40}, {ID: "C-3", Score: 40}}}
	require.Equal(t, care.ID("C-2"), c.WorstOff().ID)
}
