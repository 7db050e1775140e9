package match_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// A shape bends a scene towards one thing that a search could get wrong.
type shape struct {
	name string
	most int // homes at most, where more would only be slow; 0 is no limit
	bend func(dice, *scene)
}

// sizes are how many homes a scene has: none, one, a town, a county.
var sizes = []int{0, 1, 30, 30, 30, 30, 30, 30, 30, 30, 300}

// shapes are drawn in turn.
var shapes = []shape{
	{"a town", 0, func(dice, *scene) {}},
	{"the town of the other tests", 0, func(d dice, s *scene) {
		s.shelf = d.world()
		s.req = d.request(s.shelf)
		s.req.Counts, s.req.WhyNot = false, match.WhyNotOff
	}},
	{"everything ties", 0, func(d dice, s *scene) {
		for n := range s.homes {
			s.homes[n] = s.homes[d.IntN(min(2, n+1))]
			s.homes[n].ID = homeID(n)
		}
		s.placements, s.holds = nil, nil
	}},
	{"everything at one point", 0, func(d dice, s *scene) {
		here := d.place()
		s.move(func() care.Location { return here })
	}},
	{"all over the globe", 0, func(d dice, s *scene) {
		s.move(d.anywhere)
		if d.often(30) && s.whom()[0].Home.Known() {
			s.req.Within = pick(d, 0.001, 3000, 6000, 12000)
		}
	}},
	{"in a ring around a pole", 0, func(d dice, s *scene) {
		s.move(func() care.Location { return care.Location{Point: care.At(90-d.Float64()/9, 360*d.Float64()-180)} })
	}},
	{"nothing to be near", 0, func(d dice, s *scene) {
		for _, c := range s.whom() {
			c.Home, c.SchoolAt, c.YearGroup, c.Contacts, c.Group = care.Location{}, care.Location{}, "", nil, ""
		}
	}},
	{"placed away", 0, func(d dice, s *scene) {
		for _, c := range s.whom() {
			c.AwayFrom = []care.Circle{{Centre: d.place(), Miles: pick(d, 0.5, 6, 40)}}
			c.AwayAuthorities = pick(d, nil, []string{newcastle})
		}
	}},
	{"zones to be kept out of", 0, func(d dice, s *scene) {
		for _, c := range s.whom() {
			c.Exclusion = []care.Circle{{Centre: d.place(), Miles: 7}, {Centre: d.place(), Miles: pick(d, 0.2, 12)}}
		}
	}},
	{"hundreds of words", 60, hundredsOfWords},
	{"full and closed homes", 0, fullHomes},
	{"hundreds of stays", 30, func(d dice, s *scene) {
		for range 300 {
			s.lodge(d.stay(s, childID(d.IntN(youngsters))))
		}
		for n := range s.homes {
			s.homes[n].Beds += d.IntN(30)
		}
		for _, c := range s.whom() {
			c.WishesFor = care.List{"own-room"}
		}
	}},
	{"comings and goings", 0, comingsAndGoings},
	{"holds", 0, func(d dice, s *scene) {
		for range 2 * len(s.homes) {
			d.keep(s)
		}
	}},
	{"brothers and sisters placed", 0, func(d dice, s *scene) {
		for n := range s.children {
			s.children[n].Group = "G-1"
			s.lodge(care.Placement{Child: childID(n), Home: d.homeOf(s), Start: s.req.On - 50})
		}
		for _, c := range s.whom() {
			c.Group, c.Together, c.WishesFor = "G-1", d.answer(), care.List{"sibling", "siblings", "garden"}
		}
	}},
	{"connected homes", 0, func(d dice, s *scene) {
		s.askForTwo(d)
		for n := range s.homes {
			for _, c := range s.whom() {
				if d.often(20) {
					s.homes[n].Kind, s.homes[n].Status = care.ConnectedPerson, care.Approved
					c.ConnectedHomes = append(c.ConnectedHomes, homeID(n), "H-none")
				}
			}
		}
	}},
	{"homes wished for", 0, func(d dice, s *scene) {
		s.askForTwo(d)
		for _, c := range s.whom() {
			c.WishesFor = care.List{"home:H-none", "home:", "garden"}
			for range 8 {
				c.WishesFor = append(c.WishesFor, "home:"+string(d.homeOf(s)))
			}
		}
		s.req.Limit = pick(d, 1, 3)
		s.weigh(policy.Weights{Wishes: 1 + d.IntN(3), NearFamily: d.IntN(2)})
	}},
	{"where the child has lived", 0, func(d dice, s *scene) {
		for _, c := range s.whom() {
			for range 5 {
				s.lodge(d.stay(s, c.ID))
			}
			s.lodge(care.Placement{Child: c.ID, Home: "H-gone", Start: longer, End: longer + 30})
		}
		for n := range s.homes {
			s.homes[n].Beds = 1
		}
	}},
	{"former codes", 0, formerCodes},
	{"several children, one named twice", 0, func(d dice, s *scene) {
		s.req.Tonight, s.req.Children = nil, nil
		for range 4 {
			s.req.Children = append(s.req.Children, childID(d.IntN(youngsters)))
		}
		s.req.Children = append(s.req.Children, s.req.Children[0])
		for n := range s.homes {
			s.homes[n].Beds += 2
		}
	}},
	{"a sibling group", 0, func(d dice, s *scene) {
		s.req.Children, s.req.Tonight, s.req.Group = nil, nil, "G-7"
		for range 4 {
			c := &s.children[d.IntN(youngsters)]
			c.Group, c.Adoption = "G-7", care.Yes
		}
	}},
	{"within some miles", 0, func(d dice, s *scene) {
		s.req.Within = pick(d, 0.5, 3, 7, 15.5, 60)
		s.whom()[0].Home = d.place()
	}},
	{"kinds that are named", 0, func(d dice, s *scene) {
		s.req.Kinds = []care.Kind{pick(d, care.Kinds()...), pick(d, care.Kinds()...)}
		if d.often(50) {
			s.req.Within, s.whom()[0].Home = 20, d.place()
		}
	}},
	{"no foster home is preferred", 0, func(d dice, s *scene) {
		for _, c := range s.whom() {
			c.SuitFoster, c.SuitResidential, c.SuitSupported = pick(d, "", care.Suitable), pick(d, care.Preferred, care.Suitable), pick(d, "", care.Preferred)
			c.WishesFor = append(c.WishesFor, pick(d, "residential", "childrens-home"))
		}
		if d.often(50) {
			s.req.Limit = pick(d, 1, 3)
			s.weigh(policy.Weights{Kind: 1})
		}
	}},
	{"other arrangements at sixteen", 0, func(d dice, s *scene) {
		for _, c := range s.whom() {
			c.DOB, c.UASC, c.SuitSupported = monday-365*16-care.Day(d.IntN(900)), d.answer(), pick(d, "", care.Preferred)
		}
		for n := range s.homes {
			s.homes[n].Kind = pick(d, care.Supported, care.Unregulated, care.Foster)
			s.homes[n].Status = pick(d, care.Registered, care.Registered, care.Pending)
		}
	}},
	{"only homes that are ready", 0, func(d dice, s *scene) { s.req.Ready = true }},
	{"an emergency", 0, func(d dice, s *scene) {
		s.req.Emergency = true
		for n := range s.homes {
			h := &s.homes[n]
			h.AgeMin, h.AgeMax, h.Sexes = care.Number{}, care.Num(d.IntN(18)), pick(d, nil, []care.Sex{care.Male})
		}
	}},
	{"adoption is being considered", 0, func(d dice, s *scene) {
		for _, c := range s.whom() {
			c.Adoption = care.Yes
		}
		for n := range s.homes {
			s.homes[n].EarlyPermanence = d.answer()
		}
	}},
	{"only how stable a home is counts", 0, onlyStability},
	{"only what was asked for counts", 0, func(d dice, s *scene) {
		for n := range s.homes {
			s.homes[n].Faiths, s.homes[n].Cultures, s.homes[n].Ethnicities = d.some("muslim", "hindu"), d.some("somali"), d.some("arab", "gypsy")
		}
		for _, c := range s.whom() {
			c.Faith, c.Culture, c.Ethnicity = "hindu", "somali", "arab"
		}
		s.weigh(policy.Weights{Needs: d.IntN(3), Identity: 1 + d.IntN(3), Wishes: d.IntN(3)})
	}},
	{"only where a home is counts", 0, func(d dice, s *scene) {
		s.weigh(policy.Weights{NearFamily: d.IntN(3), School: d.IntN(3), Siblings: d.IntN(3), InArea: 1 + d.IntN(3)})
	}},
	{"another policy", 0, func(d dice, s *scene) {
		p := policy.Default()
		weight := func() int { return pick(d, 0, 0, 1, 7, 40, policy.MaxWeight) }
		p.Weights = policy.Weights{NearFamily: weight(), School: weight(), Siblings: weight(), Kind: weight(), InArea: weight(),
			Needs: weight(), Identity: weight(), Wishes: weight(), Stability: weight()}
		for _, rule := range ofGuidance() {
			if d.often(30) {
				p.GuidanceOff = append(p.GuidanceOff, rule)
			}
		}
		p.ProposedBan, p.SchoolReachPrimary, p.SchoolReachSecondary = pick(d, policy.Warn, policy.Enforce), d.IntN(60), d.IntN(90)
		s.set = policy.Uniform(p)
	}},
}

// askForTwo asks, more often than not, for two children together, where there are beds
// for both.
func (s *scene) askForTwo(d dice) {
	if d.often(70) {
		s.req.Children, s.req.Tonight = []care.ID{childID(0), childID(1)}, nil
		for n := range s.homes {
			s.homes[n].Beds += 2
		}
	}
}

// weigh sets the weights of the policy, of which those not given are none.
func (s *scene) weigh(weights policy.Weights) {
	p := policy.Default()
	p.Weights = weights
	s.set = policy.Uniform(p)
}

// move puts the homes, and what a child is to be near, somewhere else.
func (s *scene) move(to func() care.Location) {
	for n := range s.homes {
		s.homes[n].Where = to()
	}
	for _, c := range s.whom() {
		for i := range c.Contacts {
			c.Contacts[i].Where = to()
		}
		if c.SchoolAt.Known() {
			c.SchoolAt = to()
		}
		if c.Home.Known() {
			c.Home = to()
		}
	}
}

// hundredsOfWords makes the words so many that they share their marks.
func hundredsOfWords(d dice, s *scene) {
	words := func(most int) care.List {
		l := care.List{}
		for range d.IntN(most) {
			l = append(l, fmt.Sprint("word-", d.IntN(400)))
		}
		return l
	}
	for n := range s.homes {
		h := &s.homes[n]
		h.Skills, h.Languages, h.Adaptations = words(300), words(300), words(100)
		h.Faiths, h.Cultures = words(9), words(9)
	}
	for _, c := range s.whom() {
		c.Needs, c.Languages, c.Adaptation = append(words(200), "word-0"), append(words(200), "word-1"), words(3)
		c.Faith, c.Culture = "word-2", "word-3"
		for range 100 {
			c.WishesFor = append(c.WishesFor, pick(d, "garden", "pets", "no-pets", "transport", "no-smoking", "own-room", "residential", "family", "nonsense"))
		}
	}
}

// fullHomes have no beds, or somebody in each, or are closed.
func fullHomes(d dice, s *scene) {
	for n := range s.homes {
		h := &s.homes[n]
		h.Beds = d.IntN(3)
		for range h.Beds {
			if d.often(60) {
				s.lodge(care.Placement{Child: childID(d.IntN(youngsters)), Home: h.ID, Start: s.req.On - 30})
			}
		}
		if d.often(30) {
			h.Closed = []care.DayRange{{From: s.req.On - 1, To: s.req.On + 1}}
		}
	}
	if d.often(50) {
		s.askForTwo(d)
		s.req.Limit = pick(d, 1, 2, 5)
		s.weigh(policy.Weights{Wishes: 1})
	}
	for _, c := range s.whom() {
		c.WishesFor = care.List{"own-room"}
	}
}

// comingsAndGoings fill every home with people whose end is expected, overdue or
// recorded, and who are yet to come, and ask long before or after the day.
func comingsAndGoings(d dice, s *scene) {
	s.placements = nil
	for n := range s.homes {
		h := &s.homes[n]
		h.Beds = 1 + d.IntN(3)
		for range 1 + d.IntN(4) {
			p := care.Placement{Child: childID(d.IntN(youngsters)), Home: h.ID, Start: s.req.On - care.Day(d.IntN(60)) + 30, EndedEarly: d.answer()}
			if d.often(70) {
				p.ExpectedEnd = p.Start + care.Day(d.IntN(60))
			}
			if d.often(30) {
				p.End = p.Start + care.Day(d.IntN(60))
			}
			s.lodge(p)
		}
	}
	s.req.At = care.StartOf(s.req.On).Add(time.Duration(pick(d, -400, -40, -20, -8, -2, 0, 0, 2, 8, 20, 40, 400)) * 24 * time.Hour)
}

// onlyStability weighs how stable a home is and nothing else: in half the scenes
// by who lives there, where one bed is left in each; in the others by how the
// past stays ended, while some are yet to end, and early.
func onlyStability(d dice, s *scene) {
	s.placements, s.req.Limit = nil, pick(d, 1, 2, 3)
	s.weigh(policy.Weights{Stability: 1})
	crowded := d.often(50)
	for n := range s.homes {
		h := &s.homes[n]
		lodge := func(end care.Day, early care.Answer) {
			s.lodge(care.Placement{Child: childID(d.IntN(youngsters)), Home: h.ID, Start: s.req.On - 50, End: end, EndedEarly: early})
		}
		if crowded {
			h.Beds = 1 + d.IntN(5)
			for range h.Beds - 1 {
				lodge(0, care.Unknown)
			}
			continue
		}
		h.Beds = 50
		for range 1 + d.IntN(3) {
			lodge(s.req.On-care.Day(d.IntN(40)), pick(d, care.No, care.No, care.Yes, care.Unknown))
		}
		for range 1 + d.IntN(3) {
			lodge(s.req.On+1+care.Day(d.IntN(40)), care.Yes)
		}
	}
}

// onlyArea weighs nothing but in whose area a home lies.
func (s *scene) onlyArea(d dice, child string, homes ...string) {
	for n := range s.homes {
		s.homes[n].Authority = pick(d, homes...)
	}
	for _, c := range s.whom() {
		c.Authority = child
	}
	s.req.Limit = pick(d, 1, 2, 5)
	s.weigh(policy.Weights{InArea: 1})
}

// formerCodes name one authority by two codes, and some by a code that nobody
// knows.
func formerCodes(d dice, s *scene) {
	const rotherham, formerSheffield, formerBarnsley = "E08000018", "E08000019", "E08000016"
	now := func(gss string) string { a, _ := gazetteer.AuthorityOf(gss); return a.GSS }
	codes := []string{rotherham, formerSheffield, now(formerSheffield), formerBarnsley, now(formerBarnsley), leeds, "X00000001"}
	for n := range s.homes {
		s.homes[n].Authority = pick(d, codes...)
	}
	for _, c := range s.whom() {
		c.Authority = pick(d, codes...)
		if !slices.Contains(c.WishesFor, "area") {
			c.WishesFor = append(c.WishesFor, "area")
		}
	}
	if d.often(50) {
		s.onlyArea(d, rotherham, formerSheffield, formerBarnsley, "X00000001")
	}
}
