package rulebook_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Random scenes lean towards the days, ages and figures at which rules turn, and
// leave every fact blank now and then.

// farAhead is how many days after the placement anything random happens.
const farAhead = 250

// pick draws one of the values given.
func pick[T any](t *rapid.T, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(t, label)
}

// seldom is true once in n times.
func seldom(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(1, n).Draw(t, label) == n
}

func drawScene(t *rapid.T) *scene {
	on := pick(t, "on", rulebook.FirstDay, beforeBan, banDay, beforeRegistration, registrationDay, monday, monday, monday-2, monday+31)
	s := &scene{on: on, emergency: seldom(t, 3, "emergency"), policy: policy.Default()}
	s.at = care.StartOf(on - care.Day(rapid.IntRange(0, 3).Draw(t, "days before"))).Add(time.Duration(rapid.IntRange(0, 23).Draw(t, "hour")) * time.Hour)
	s.policy.ProposedBan = pick(t, "proposed ban", policy.Enforce, policy.Warn)
	s.home = drawHome(t, on)
	for i := range rapid.IntRange(1, 4).Draw(t, "children") {
		s.children = append(s.children, drawChild(t, care.ID(fmt.Sprintf("C-%d", i+1)), on))
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "residents") {
		s.lives(drawResident(t, i, on), drawStay(t, on))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "holds") {
		s.holds = append(s.holds, drawHold(t, i, s))
	}
	s.held = map[care.ID]care.Child{"X-1": drawResident(t, 7, on), "X-2": drawResident(t, 8, on)}
	for i := range s.children {
		s.movesFrom = append(s.movesFrom, pick[care.ID](t, "moves from", "", "H-1", "H-9"))
		s.siblings = append(s.siblings, pick(t, "siblings elsewhere", nil, nil, []care.Sibling{{ID: care.ID(fmt.Sprintf("S-%d", i))}}, []care.Sibling{{ID: "S-9", Home: "H-1"}}))
	}
	return s
}

// drawDob leans towards birthdays around the day of the placement.
func drawDob(t *rapid.T, label string, on care.Day) care.Day {
	years := pick(t, label+" years", 0, 3, 8, 12, 15, 15, 16, 16, 17, 18)
	return born(years, on+care.Day(pick(t, label+" birthday", -200, -1, 0, 1, 150)))
}

func drawHome(t *rapid.T, on care.Day) care.Home {
	h := care.Home{ID: "H-1", Where: north(headingley, rapid.Float64Range(-30, 30).Draw(t, "miles north")), Beds: rapid.IntRange(0, 6).Draw(t, "beds")}
	h.Kind = pick(t, "kind", append(care.Kinds(), care.Foster, care.Foster, care.ConnectedPerson, care.Supported)...)
	h.Authority = pick(t, "authority", leeds, leeds, bradford, cornwall, "W06000023")
	h.ApprovedBy = pick(t, "approved by", leeds, bradford, "Acme Fostering", "")
	drawTerms(t, &h)
	drawStatus(t, &h, on)
	if h.Kind.Fostering() { // nobody else has carers' children
		h.OwnChildren = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) care.Day { return drawDob(t, "own child", on) }), 0, 2).Draw(t, "own children")
		if seldom(t, 3, "own children not recorded") {
			h.OwnChildren = nil
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "closed periods") {
		from := on + care.Day(pick(t, "closed from", -10, -1, 0, 1, 30))
		h.Closed = append(h.Closed, care.DayRange{From: from, To: from + care.Day(pick(t, "closed for", 0, 1, 10))})
	}
	if h.Closed == nil && !seldom(t, 4, "closed not recorded") {
		h.Closed = []care.DayRange{}
	}
	h.ExemptionChildren = pick(t, "exemption", nil, nil, []care.ID{"C-1"}, []care.ID{"C-1", "C-2", "C-3", "C-4"})
	drawFacts(t, &h, on)
	return h
}

// drawFacts draws what the home is like, each fact blank now and then.
func drawFacts(t *rapid.T, h *care.Home, on care.Day) {
	h.Bedrooms = pick(t, "bedrooms", nil, []int{}, []int{1}, []int{2}, []int{1, 1, 1}, []int{2, 1}, []int{1, 2, 1, 2, 1})
	h.SiblingsMayShare = pick(t, "siblings may share", care.Unknown, care.No, care.Yes)
	h.Adaptations = pick(t, "adaptations", nil, care.List{}, care.List{"hoist"}, care.List{"hoist", "ramp"})
	h.Pets = pick(t, "pets", nil, care.List{}, care.List{"dog"}, care.List{"cats", "iguana"})
	h.SupportsRisks = pick(t, "supports risks", nil, care.List{}, care.List{"missing", "self-harm"})
	h.Smoking = pick(t, "smoking", care.Unknown, care.No, care.Yes)
	h.ConfirmedOn = pick(t, "confirmed on", 0, on, on-7, on-8, on+1)
	h.BedsShut = pick(t, "beds shut", care.Number{}, care.Num(0), care.Num(1))
	h.ListedFrom = pick(t, "listed from", 0, 0, on, on+1, on+9)
}

func drawTerms(t *rapid.T, h *care.Home) {
	number := func(label string, from ...int) care.Number {
		if !seldom(t, 3, label+" set") {
			return care.Number{}
		}
		return care.Num(pick(t, label, from...))
	}
	h.AgeMin, h.AgeMax = number("age min", 0, 5, 12, 16), number("age max", 16, 17, 18)
	h.Places = number("places", 0, 1, 2, 3, 4, 6)
	h.Sexes = pick(t, "sexes", nil, nil, []care.Sex{care.Male}, []care.Sex{care.Female}, []care.Sex{care.Female, care.Male})
	h.Durations = pick(t, "durations", nil, nil, []care.Duration{care.Short}, []care.Duration{care.Long, care.Short})
}

// drawStatus leans towards homes that are open, and towards days on which that
// changes.
func drawStatus(t *rapid.T, h *care.Home, on care.Day) {
	near := func(label string) care.Day {
		return on + care.Day(pick(t, label, -900, -169, -168, -167, -113, -112, -111, -56, -1, 0, 1, 55, 56, 57))
	}
	maybe := func(label string) care.Day {
		if seldom(t, 2, label+" blank") {
			return 0
		}
		return near(label)
	}
	end := func(label string) care.End {
		return pick(t, label, care.Never(), care.Never(), care.Never(), care.End{}, care.EndOn(near(label+" day")))
	}
	h.Status = pick(t, "status", care.Approved, care.Registered, care.Approved, care.Registered, care.Pending, care.Pending, care.Suspended, care.Restricted, care.Refused, care.Ended, "")
	h.RegisteredFrom = pick(t, "registered from", on-900, on-900, on-900, near("registered from near"), 0)
	h.RegisteredUntil, h.RestrictedFrom = end("registered until"), end("restricted from")
	h.AppliedOn = pick(t, "applied on", 0, beforeRegistration, registrationDay)
	h.RefusedOn = pick(t, "refused on", 0, 0, near("refused near"))
	h.TemporaryFrom, h.ExtendedUntil = maybe("temporary from"), maybe("extended until")
}

func drawChild(t *rapid.T, id care.ID, on care.Day) care.Child {
	c := care.Child{ID: id, DOB: drawDob(t, "dob", on)}
	if seldom(t, 5, "age disputed") {
		c.DOBLowest = c.DOB + care.Day(pick(t, "younger by", 0, 1, 365, 800))
	}
	c.Sex = pick(t, "sex", care.Male, care.Female, "")
	c.Authority = pick(t, "responsible authority", leeds, leeds, leeds, bradford)
	c.Group = pick(t, "group", care.ID(""), "G-1", "G-1", "G-2")
	c.Plan = pick(t, "plan", "", care.Short, care.Long, care.Respite)
	c.Alongside = pick(t, "alongside", "", "", care.OnlyWithOlder, care.OnlyWithYounger, care.SoloRecommended, care.WithOthers, care.NoPreferenceGiven)
	c.Home = pick(t, "home", headingley, headingley, care.Location{})
	c.ConnectedHomes = pick(t, "connected", []care.ID{"H-1"}, []care.ID{"H-1", "H-2"}, []care.ID{"H-2"}, nil)
	c.AwayAuthorities = pick(t, "away from authorities", nil, nil, nil, []string{leeds}, []string{cornwall, bradford})
	drawCare(t, &c)
	c.Exclusion, c.AwayFrom = drawCircles(t, "exclusion zones"), drawCircles(t, "away from")
	return c
}

// drawCare draws what is particular about a child, most of it blank.
func drawCare(t *rapid.T, c *care.Child) {
	answer := func(label string) care.Answer { return pick(t, label, care.Unknown, care.Unknown, care.No, care.Yes) }
	c.SecureOrder, c.Respiratory, c.Together = answer("secure order"), answer("respiratory"), answer("together")
	c.LibertyOrder = pick(t, "liberty order", care.Unknown, care.Unknown, care.Unknown, care.Unknown, care.No, care.Yes)
	c.RisksToOthers = pick(t, "risks to others", nil, nil, nil, nil, care.List{}, care.List{"sexual-harm"}, care.List{"fire-setting"}, care.List{"harm-to-animals", "sexual-harm"}, care.List{"physical-harm"})
	c.RisksToChild = pick(t, "risks to child", nil, nil, nil, care.List{"missing"}, care.List{"sexual-exploitation", "drugs"}, care.List{"self-harm"})
	c.KeptApart = pick(t, "kept apart", nil, nil, nil, nil, []care.ID{"H-1"}, []care.ID{"R-1"}, []care.ID{"C-2", "R-2"})
	c.Adaptation = pick(t, "needs adapted", nil, nil, nil, care.List{"ramp"}, care.List{"hoist"}, care.List{care.NotNamed, "ramp"})
	c.Allergies = pick(t, "allergies", nil, nil, nil, care.List{}, care.List{"dog-phobia"}, care.List{"iguana"}, care.List{"nuts", "fur"})
	c.Pets = pick(t, "pets wished", "", "", care.PetsMust, care.PetsCan, care.PetsNo)
	c.SuitFoster = pick(t, "suits foster", "", "", "", care.Suitable, care.Preferred, care.Unsuitable)
	c.SuitResidential, c.SuitSupported = pick(t, "suits residential", "", "", care.Suitable, care.Unsuitable), pick(t, "suits supported", "", "", care.Suitable, care.Unsuitable)
	c.SchoolAt = pick(t, "school", care.Location{}, headingley, north(headingley, 35))
	c.YearGroup = pick[care.YearGroup](t, "year group", "", "9", "10", "11", "12")
}

func drawCircles(t *rapid.T, label string) []care.Circle {
	var circles []care.Circle
	for range pick(t, label, 0, 0, 0, 1, 2) {
		circles = append(circles, circle(north(headingley, rapid.Float64Range(-30, 30).Draw(t, label+" north")), pick(t, label+" radius", 0.5, 3, 20)))
	}
	return circles
}

// drawResident is somebody who lives in the home, at times a child of the case.
func drawResident(t *rapid.T, i int, on care.Day) care.Child {
	id := care.ID(fmt.Sprintf("R-%d", i+1))
	if seldom(t, 8, "own stay") {
		id = "C-1"
	}
	c := drawChild(t, id, on)
	if seldom(t, 5, "resident's age not recorded") {
		c.DOB = 0
	}
	return c
}

func drawStay(t *rapid.T, on care.Day) care.Stay {
	st := care.Stay{Start: on + care.Day(pick(t, "start", -400, -400, -30, -1, 0, 1, 60, 200))}
	after := func(label string) care.Day {
		return max(st.Start, on+care.Day(pick(t, label, -20, -3, -1, 0, 1, 20, 220)))
	}
	if seldom(t, 3, "ends") {
		st.End = after("end")
	}
	if seldom(t, 3, "is expected to end") {
		st.ExpectedEnd = after("expected end")
	}
	return st
}

func drawHold(t *rapid.T, i int, s *scene) care.Hold {
	return care.Hold{
		ID: care.ID(fmt.Sprintf("K-%d", i)), By: "B. Officer",
		Children: pick(t, "held for", []care.ID{"X-1"}, []care.ID{"X-1", "X-2"}, []care.ID{"C-1"}),
		From:     s.on + care.Day(pick(t, "held from", -5, 0, 1, 40)),
		Until:    s.at.Add(time.Duration(pick(t, "held for hours", -1, 0, 1, 24, 200)) * time.Hour),
	}
}
