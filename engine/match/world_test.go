package match_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

var seedFlag = flag.Uint64("seed", 20261123, "seed of the random worlds")

// Random worlds are small and made of few words, so that homes tie, siblings
// meet and beds run out.

const (
	leeds     = "E08000035"
	bradford  = "E08000032" // adjoins Leeds
	newcastle = "E08000021" // does not
)

var (
	monday = care.Date(2026, time.November, 23)
	longer = care.Date(2012, time.May, 1) // since when most homes have been approved
)

// dice draw a world.
type dice struct{ *rand.Rand }

func rolled(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 0))} }

// often is true that many times in a hundred.
func (d dice) often(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d dice, all ...T) T { return all[d.IntN(len(all))] }

// some picks each word with even odds; one list in five is not recorded.
func (d dice) some(words ...string) care.List {
	if d.often(20) {
		return nil
	}
	l := care.List{}
	for _, w := range words {
		if d.often(50) {
			l = append(l, w)
		}
	}
	return l
}

func (d dice) answer() care.Answer { return pick(d, care.Unknown, care.No, care.Yes) }

// place is one of nine points, some of them the same to a postcode sector.
func (d dice) place() care.Location {
	n := d.IntN(9)
	return care.Location{
		Postcode: pick(d, "", "LS6 2AB", "BD1 1AA"),
		Point:    care.At(53.8+float64(n%3)/10, -1.55+float64(n/3)/10),
	}
}

func (d dice) home(id care.ID) care.Home {
	h := care.Home{
		ID: id, Kind: pick(d, append(care.Kinds(), care.Foster, care.Foster, care.Foster, care.ChildrensHome, care.ConnectedPerson)...),
		Authority: pick(d, leeds, leeds, bradford, newcastle), Where: d.place(), Beds: d.IntN(5),
		Status: pick(d, care.Approved, care.Approved, care.Approved, care.Registered, care.Pending, care.Suspended),
		Skills: d.some("autism", "sleep"), Languages: d.some("english", "somali"), Pets: d.some("dog"),
		Garden: d.answer(), FosteringSince: pick(d, 0, longer, monday-900), RegisteredFrom: longer,
		RegisteredUntil: pick(d, care.Never(), care.Never(), care.End{}, care.EndOn(monday+5)),
		RestrictedFrom:  pick(d, care.Never(), care.Never(), care.Never(), care.End{}),
		EarlyPermanence: d.answer(), ApprovedBy: pick(d, "", leeds), Closed: []care.DayRange{}, OwnChildren: []care.Day{},
	}
	if d.often(40) {
		h.Sexes = []care.Sex{pick(d, care.Male, care.Female)}
	}
	if d.often(40) {
		h.AgeMin, h.AgeMax = care.Num(d.IntN(8)), care.Num(8+d.IntN(12))
	}
	if d.often(20) {
		h.Closed = pick(d, nil, []care.DayRange{{From: monday - 2, To: monday + 2}})
	}
	if d.often(5) {
		h.ConfirmedOn, h.ListedFrom = monday-3, monday+care.Day(d.IntN(4))
	}
	if d.often(60) {
		h.WeeklyCost = care.Num(500 + d.IntN(3))
	}
	return h
}

func (d dice) child(id care.ID) care.Child {
	c := care.Child{
		ID: id, DOB: monday - care.Day(d.IntN(6900)), Authority: pick(d, leeds, leeds, bradford),
		Group: pick(d, "", "", "G-1", "G-2", care.ID("G-3")), Sex: pick(d, "", care.Male, care.Female),
		Needs: d.some("autism", "sleep"), Languages: d.some("english", "somali"), WishesFor: d.some("garden", "pets", "sibling"),
		Plan: pick(d, "", care.Short, care.Long), Adoption: pick(d, care.Unknown, care.No, care.Yes, care.Yes),
		ConnectedHomes: []care.ID{homeID(d.IntN(30)), homeID(d.IntN(30)), homeID(d.IntN(30))},
		Wishes:         pick(d, "", "I want to stay at my school"),
	}
	if d.often(70) {
		c.Home = d.place()
	}
	if d.often(70) {
		c.Contacts = []care.Contact{{Who: "mother", Where: d.place(), Visits: 4}, {Who: "father", Where: d.place(), Visits: 1}}
	}
	if d.often(60) {
		c.SchoolAt, c.YearGroup = d.place(), pick[care.YearGroup](d, "", "4", "10")
	}
	if d.often(10) {
		c.AwayAuthorities = []string{newcastle}
	}
	return c
}

func homeID(n int) care.ID  { return care.ID(fmt.Sprintf("H-%02d", n)) }
func childID(n int) care.ID { return care.ID(fmt.Sprintf("C-%02d", n)) }

func (d dice) placement(n int) care.Placement {
	p := care.Placement{
		ID: care.ID(fmt.Sprintf("P-%02d", n)), Child: childID(d.IntN(12)), Home: homeID(d.IntN(30)),
		Start: monday - care.Day(d.IntN(200)) + 10, EndedEarly: d.answer(),
	}
	if d.often(50) {
		p.End = p.Start + care.Day(d.IntN(120))
	}
	if d.often(50) {
		p.ExpectedEnd = p.Start + care.Day(d.IntN(300))
	}
	return p
}

// world draws 30 homes, 12 children, who lives where and what is held.
func (d dice) world() *shelf {
	s := &shelf{holds: map[care.ID][]care.Hold{}}
	for n := range 12 {
		s.children = append(s.children, d.child(childID(n)))
	}
	for n := range 30 {
		s.homes = append(s.homes, d.home(homeID(n)))
	}
	if d.often(30) { // nothing but the id tells these apart
		for n := range s.homes {
			s.homes[n] = s.homes[5]
			s.homes[n].ID = homeID(n)
		}
	}
	for n := range 25 {
		s.placements = append(s.placements, d.placement(n))
	}
	for n := range 6 {
		home := homeID(d.IntN(30))
		s.holds[home] = append(s.holds[home], care.Hold{
			ID: care.ID(fmt.Sprint("K-", n)), Children: []care.ID{childID(d.IntN(12))}, From: monday - 3 + care.Day(d.IntN(8)),
			Until: care.StartOf(monday).Add(time.Duration(d.IntN(48)) * time.Hour), By: "A. Officer",
		})
	}
	return s
}

// request draws a question about the world.
func (d dice) request(s *shelf) match.Request {
	req := match.Request{
		On: pick(d, monday, monday, monday+12, care.Date(2021, time.March, 1)), Emergency: d.often(30),
		Limit: pick(d, 0, 1, 3, 100), Ready: d.often(20), Counts: d.often(50), WhyNot: match.WhyNot(d.IntN(3)),
	}
	switch d.IntN(4) {
	case 0:
		req.Group = pick[care.ID](d, "G-1", "G-2", "G-3")
	case 1:
		tonight := d.child("tonight")
		req.Tonight = &tonight
	default:
		for range 1 + d.IntN(2) {
			req.Children = append(req.Children, s.children[d.IntN(len(s.children))].ID)
		}
	}
	if d.often(40) {
		req.At = care.StartOf(req.On).Add(time.Duration(d.IntN(72)-36) * time.Hour)
	}
	if d.often(30) {
		req.Within = pick(d, 3, 7, 15.5)
	}
	if d.often(30) {
		req.Kinds = []care.Kind{pick(d, care.Kinds()...), care.Foster}
	}
	return req
}

// eachWorld runs a test in many worlds with a few requests each. The seed that a
// failure prints, given as -seed, makes its world the first.
func eachWorld(t *testing.T, worlds int, test func(t *testing.T, d dice, s *shelf, req match.Request)) {
	t.Helper()
	for n := range worlds {
		seed := *seedFlag + uint64(n)
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			d := rolled(seed)
			s := d.world()
			for range 8 {
				test(t, d, s, d.request(s))
			}
		})
	}
}
