package match_test

import (
	"fmt"
	"math"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// A scene is a world of homes that little is against, so that many of them come
// through every rule and stand in an order, with one question about it.
type scene struct {
	*shelf
	req match.Request
	set *policy.Set
}

const youngsters = 12 // children of a scene

// scene draws so many homes, the children, who lives where, what is held and
// what is asked.
func (d dice) scene(homes int) *scene {
	s := &scene{shelf: &shelf{holds: map[care.ID][]care.Hold{}}, set: policy.Defaults()}
	for n := range homes {
		s.homes = append(s.homes, d.house(homeID(n)))
	}
	for n := range youngsters {
		s.children = append(s.children, d.youngster(childID(n), homes))
	}
	s.req = d.question(s.shelf)
	for range min(20, homes) {
		s.lodge(d.stay(s, childID(d.IntN(youngsters))))
	}
	for range homes / 8 {
		d.keep(s)
	}
	return s
}

// house is a foster home that is open to anybody, but for a few quirks.
func (d dice) house(id care.ID) care.Home {
	h := aHome(id, func(h *care.Home) {
		h.Kind = pick(d, care.Foster, care.Foster, care.Foster, care.ChildrensHome, care.ConnectedPerson, pick(d, care.Kinds()...))
		h.Authority, h.Where = pick(d, leeds, leeds, bradford, newcastle), d.place()
		h.Beds, h.Bedrooms = 1+d.IntN(6), nil
		for range 1 + d.IntN(4) {
			h.Bedrooms = append(h.Bedrooms, 1+d.IntN(2))
		}
	})
	if d.often(50) {
		h.Where = care.Location{Point: care.At(53.4+d.Float64(), -2+d.Float64())}
	}
	if !h.Kind.Fostering() {
		h.Status = care.Registered
		h.RegisteredFrom = care.Date(2024, time.January, 15)
	}
	for _, quirk := range quirksOfHomes {
		if d.often(12) {
			quirk(d, &h)
		}
	}
	return h
}

var quirksOfHomes = []func(dice, *care.Home){
	func(d dice, h *care.Home) { h.Status = pick(d, "", care.Pending, care.Suspended, care.Restricted) },
	func(d dice, h *care.Home) { h.RegisteredFrom = pick(d, 0, monday-1, monday+4) },
	func(d dice, h *care.Home) { h.RegisteredUntil = pick(d, care.End{}, care.EndOn(monday+5)) },
	func(d dice, h *care.Home) { h.RestrictedFrom = pick(d, care.End{}, care.EndOn(monday+5)) },
	func(d dice, h *care.Home) {
		h.Closed = pick(d, nil, []care.DayRange{{From: monday - 9, To: monday + 9}})
	},
	func(d dice, h *care.Home) {
		h.AgeMin, h.AgeMax = care.Num(d.IntN(9)), pick(d, care.Number{}, care.Num(9+d.IntN(9)))
	},
	func(d dice, h *care.Home) { h.AgeMin, h.AgeMax = care.Number{}, care.Num(d.IntN(19)) },
	func(d dice, h *care.Home) {
		h.Sexes = pick(d, []care.Sex{care.Male}, []care.Sex{care.Female}, []care.Sex{care.Male, care.Female})
	},
	func(d dice, h *care.Home) {
		h.Durations = pick(d, []care.Duration{care.Short}, []care.Duration{care.Long, care.Respite}, []care.Duration{care.Emergency})
	},
	func(d dice, h *care.Home) { h.Beds = 0 },
	func(d dice, h *care.Home) { h.Places = care.Num(d.IntN(4)) },
	func(d dice, h *care.Home) { h.Bedrooms = nil },
	func(d dice, h *care.Home) { h.EarlyPermanence = care.Yes },
	func(d dice, h *care.Home) { h.Adaptations = d.some("ramp", "hoist") },
	func(d dice, h *care.Home) { h.Skills = d.some("autism", "sleep", "trauma") },
	func(d dice, h *care.Home) { h.Skills = d.some("autism", "sleep", "trauma") },
	func(d dice, h *care.Home) { h.Languages = d.some("english", "somali", "urdu") },
	func(d dice, h *care.Home) { h.Faiths = d.some("muslim", "catholic") },
	func(d dice, h *care.Home) { h.Cultures = d.some("somali", "traveller") },
	func(d dice, h *care.Home) { h.Ethnicities = d.some("black-african", "white-british") },
	func(d dice, h *care.Home) { h.Pets = d.some("dog", "cat") },
	func(d dice, h *care.Home) { h.Smoking, h.Garden, h.Transport = d.answer(), d.answer(), d.answer() },
	func(d dice, h *care.Home) { h.Garden, h.Transport = care.Yes, care.Yes },
	func(d dice, h *care.Home) { h.FosteringSince = pick(d, 0, monday-400, monday-1200, monday+400) },
	func(d dice, h *care.Home) { h.ApprovedBy = pick(d, "", bradford, newcastle) },
	func(d dice, h *care.Home) { h.ConfirmedOn = 0 },
	func(d dice, h *care.Home) { h.BedsShut = care.Num(d.IntN(3)) },
	func(d dice, h *care.Home) {
		h.Closed, h.ListedFrom = pick(d, nil, h.Closed), monday+care.Day(d.IntN(9))
	},
}

// youngster is a child whom most homes may take, but for a few quirks.
func (d dice) youngster(id care.ID, homes int) care.Child {
	c := aChild(id, func(c *care.Child) {
		c.DOB, c.Sex = monday-care.Day(d.IntN(6400)), pick(d, care.Male, care.Female)
		c.Authority, c.Home, c.SchoolAt = pick(d, leeds, leeds, bradford), d.place(), d.place()
		c.Contacts = []care.Contact{{Who: "mother", Where: d.place(), Visits: 4}}
		c.Group = pick[care.ID](d, "", "", "G-1", "G-2")
		if d.often(60) {
			c.Needs = d.some("autism", "sleep", "trauma")
		}
		c.Languages, c.WishesFor = d.some("english", "somali"), d.some("garden", "pets", "school", "own-room", "area", "foster")
	})
	for _, quirk := range quirksOfChildren {
		if d.often(8) {
			quirk(d, &c, homes)
		}
	}
	return c
}

var quirksOfChildren = []func(d dice, c *care.Child, homes int){
	func(d dice, c *care.Child, _ int) { c.Sex = "" },
	func(d dice, c *care.Child, _ int) { c.Home = care.Location{} },
	func(d dice, c *care.Child, _ int) { c.SchoolAt, c.YearGroup = care.Location{}, "" },
	func(d dice, c *care.Child, _ int) { c.Contacts = nil },
	func(d dice, c *care.Child, _ int) {
		c.Contacts = append(c.Contacts, care.Contact{Who: "father", Where: d.place(), Visits: 1.5})
	},
	func(d dice, c *care.Child, _ int) {
		c.YearGroup, c.EHCP = pick[care.YearGroup](d, "R", "4", "10"), d.answer()
	},
	func(d dice, c *care.Child, _ int) { c.Plan = pick(d, care.Short, care.Long, care.Emergency) },
	func(d dice, c *care.Child, _ int) { c.Adoption = care.Yes },
	func(d dice, c *care.Child, _ int) { c.Adaptation = d.some("ramp", "hoist") },
	func(d dice, c *care.Child, _ int) {
		c.Faith, c.Culture, c.Ethnicity = pick(d, "muslim", "hindu"), pick(d, "", "somali"), pick(d, "", "white-british")
	},
	func(d dice, c *care.Child, _ int) {
		c.Pets, c.Allergies = pick(d, care.PetsNo, care.PetsCan), d.some("dogs")
	},
	func(d dice, c *care.Child, _ int) {
		c.SuitFoster, c.SuitResidential = pick(d, care.Preferred, care.Suitable, ""), pick(d, care.Unsuitable, care.Suitable)
	},
	func(d dice, c *care.Child, _ int) { c.LibertyOrder, c.SecureOrder = care.Yes, d.answer() },
	func(d dice, c *care.Child, _ int) { c.Exclusion = []care.Circle{{Centre: d.place(), Miles: 3}} },
	func(d dice, c *care.Child, _ int) { c.AwayFrom = []care.Circle{{Centre: d.place(), Miles: 8}} },
	func(d dice, c *care.Child, homes int) {
		c.KeptApart = []care.ID{childID(d.IntN(youngsters)), homeID(d.IntN(homes + 1))}
	},
	func(d dice, c *care.Child, homes int) {
		c.ConnectedHomes = []care.ID{homeID(d.IntN(homes + 5)), homeID(d.IntN(homes + 5))}
	},
	func(d dice, c *care.Child, homes int) {
		c.WishesFor = append(c.WishesFor, "home:"+string(homeID(d.IntN(homes+5))), "a pony")
	},
	func(d dice, c *care.Child, _ int) { c.Together = care.Yes },
	func(d dice, c *care.Child, _ int) { c.Alongside = pick(d, care.SoloRecommended, care.OnlyWithYounger) },
}

// question asks for one or two children of a world, nothing to be counted.
func (d dice) question(s *shelf) match.Request {
	req := match.Request{
		On: pick(d, monday, monday, monday, monday+12, care.Date(2021, time.March, 1)), Limit: pick(d, 0, 1, 3, 5, 100), Emergency: d.often(10),
	}
	for range 1 + d.IntN(10)/8 {
		req.Children = append(req.Children, s.children[d.IntN(len(s.children))].ID)
	}
	if d.often(30) {
		req.At = care.StartOf(req.On).Add(time.Duration(d.IntN(72)-36) * time.Hour)
	}
	if d.often(10) {
		tonight := d.youngster("tonight", len(s.homes))
		req.Children, req.Tonight = nil, &tonight
	}
	return req
}

// whom lists the children a scene's question is about.
func (s *scene) whom() []*care.Child {
	var all []*care.Child
	for i := range s.children {
		c := &s.children[i]
		for _, id := range s.req.Children {
			if id == c.ID {
				all = append(all, c)
				break
			}
		}
	}
	if s.req.Tonight != nil {
		all = append(all, s.req.Tonight)
	}
	return all
}

// homeOf is one of the homes of a scene, if it has any.
func (d dice) homeOf(s *scene) care.ID { return homeID(d.IntN(max(1, len(s.homes)))) }

// stay puts a child into a home some time around the day asked about.
func (d dice) stay(s *scene, child care.ID) care.Placement {
	p := care.Placement{
		Child: child, Home: d.homeOf(s), Start: s.req.On - care.Day(d.IntN(700)) + 60, EndedEarly: d.answer(),
	}
	if d.often(50) {
		p.End = p.Start + care.Day(d.IntN(500))
	}
	if d.often(40) {
		p.ExpectedEnd = p.Start + care.Day(d.IntN(900))
	}
	return p
}

// lodge records a placement under the next id, if there is any home.
func (s *scene) lodge(p care.Placement) {
	if len(s.homes) == 0 {
		return
	}
	p.ID = care.ID(fmt.Sprintf("P-%04d", len(s.placements)))
	s.placements = append(s.placements, p)
}

// keep holds a bed for a child.
func (d dice) keep(s *scene) {
	home := d.homeOf(s)
	s.holds[home] = append(s.holds[home], care.Hold{
		ID: care.ID(fmt.Sprintf("K-%04d", len(s.holds[home]))), Children: []care.ID{childID(d.IntN(youngsters))}, From: s.req.On - 9 + care.Day(d.IntN(30)),
		Until: care.StartOf(s.req.On).Add(time.Duration(d.IntN(96)-24) * time.Hour), By: "A. Officer",
	})
}

// anywhere is a point of the globe, the awkward ones often.
func (d dice) anywhere() care.Location {
	if d.often(50) {
		return care.Location{Point: pick(d, corners...)}
	}
	lat := math.Asin(2*d.Float64()-1) * 180 / math.Pi
	return care.Location{Point: care.At(lat, 360*d.Float64()-180)}
}

// corners are the poles, by two names each, both sides of the date line, and
// Leeds with its antipode.
var corners = []care.Point{
	care.At(90, 0), care.At(90, 123), care.At(-90, 0), care.At(-90, -77), care.At(89.9999, 45),
	care.At(0.25, 180), care.At(0.25, -180), care.At(0.25, 179.9999), care.At(-0.25, -179.9999), care.At(51.5, 180), care.At(51.5, -180),
	care.At(53.8, -1.55), care.At(-53.8, 178.45), care.At(-53.8001, 178.45), care.At(0, 90), care.At(0, -90),
}

// ofGuidance are the rules that a policy may switch off.
func ofGuidance() []string {
	var all []string
	for _, r := range rulebook.Rules() {
		if r.Basis == rulebook.Guidance {
			all = append(all, r.ID)
		}
	}
	return all
}
