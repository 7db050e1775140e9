package scoring_test

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// The oracle reads section E of the rulebook again, in plain fractions, and
// shares no step with the package but the values it reads.

// expected is what the oracle says of one criterion.
type expected struct {
	weight  int
	value   float64
	best    float64 // if every open fact turned out well
	missing []string
}

type oracle struct {
	c *care.Case
	i int
	p *policy.Policy
	h *care.Household
}

func (o oracle) child() *care.Child { return &o.c.Children[o.i] }

// apartMiles is the great circle by the angle between two vectors.
func apartMiles(a, b care.Point) float64 {
	unit := func(p care.Point) [3]float64 {
		lat, lng := p.Lat*math.Pi/180, p.Lng*math.Pi/180
		return [3]float64{math.Cos(lat) * math.Cos(lng), math.Cos(lat) * math.Sin(lng), math.Sin(lat)}
	}
	u, v := unit(a), unit(b)
	cross := math.Hypot(math.Hypot(u[1]*v[2]-u[2]*v[1], u[2]*v[0]-u[0]*v[2]), u[0]*v[1]-u[1]*v[0])
	return math.Atan2(cross, u[0]*v[0]+u[1]*v[1]+u[2]*v[2]) * 6371.0088 / 1.609344
}

func (o oracle) miles(p care.Point) float64 { return apartMiles(p, o.h.Home.Where.Point) }

func (o oracle) away() bool {
	return len(o.child().AwayFrom)+len(o.child().AwayAuthorities) > 0
}

func exactly(weight int, value float64) *expected {
	return &expected{weight: weight, value: value, best: value}
}

func (o oracle) nearFamily() *expected {
	up, down := 0.0, 0.0
	for _, contact := range o.child().Contacts {
		forbidden := false
		for _, who := range o.child().NoContact {
			forbidden = forbidden || who == strings.ToLower(strings.ReplaceAll(contact.Who, " ", "-"))
		}
		if !forbidden {
			up += contact.Visits * 10 / (10 + o.miles(contact.Where.Point))
			down += contact.Visits
		}
	}
	if o.away() || down == 0 {
		return nil
	}
	return exactly(o.p.Weights.NearFamily, up/down)
}

func (o oracle) primary() bool {
	c := o.child()
	if c.YearGroup != "" {
		return slices.Contains([]care.YearGroup{"N", "R", "1", "2", "3", "4", "5", "6"}, c.YearGroup)
	}
	// Year 7 is the school year in which a child turns twelve; this one began on
	// 1 September 2026.
	return c.DOB > care.Date(2015, 8, 31)
}

func (o oracle) school() *expected {
	c := o.child()
	if o.away() || !c.SchoolAt.Known() {
		return nil
	}
	half, weight := 8.0, o.p.Weights.School
	if o.primary() {
		half = 5
	}
	if c.EHCP == care.Yes || slices.Contains([]care.YearGroup{"10", "11", "13"}, c.YearGroup) {
		weight += weight
	}
	return exactly(weight, half/(half+o.miles(c.SchoolAt.Point)))
}

// counted are the siblings: beside the child, here already, and elsewhere.
func (o oracle) counted() (beside, here int, elsewhere []care.Point) {
	c := o.child()
	for k := range o.c.Children {
		other := &o.c.Children[k]
		parted := slices.Contains(c.KeptApart, other.ID) || slices.Contains(other.KeptApart, c.ID)
		if k != o.i && c.Group != "" && c.Group == other.Group && !parted {
			beside++
		}
	}
	for _, s := range o.c.Siblings[o.i] {
		switch {
		case slices.Contains(c.KeptApart, s.ID) || !s.Where.Known() && !s.Near:
		case s.Near: // next door
			elsewhere = append(elsewhere, o.h.Home.Where.Point)
		case s.Home == o.h.Home.ID:
			here++
		default:
			elsewhere = append(elsewhere, s.Where)
		}
	}
	return beside, here, elsewhere
}

func (o oracle) siblings() *expected {
	beside, here, elsewhere := o.counted()
	n := beside + here + len(elsewhere)
	if n == 0 {
		return nil
	}
	sum := float64(beside + here)
	for _, p := range elsewhere {
		sum += 0.25 * 10 / (10 + o.miles(p))
	}
	return exactly(o.p.Weights.Siblings, sum/float64(n))
}

func (o oracle) kind() *expected {
	c, k := o.child(), o.h.Home.Kind
	fostering := slices.Contains([]care.Kind{care.Foster, care.ConnectedPerson, care.ParentAndChild}, k)
	recorded := map[bool]care.Suitability{fostering: c.SuitFoster,
		slices.Contains([]care.Kind{care.ChildrensHome, care.Secure, care.ResidentialSchool}, k): c.SuitResidential,
		k == care.Supported || k == care.Unregulated:                                             c.SuitSupported}[true]
	value := map[care.Suitability]float64{care.Preferred: 1, care.Suitable: 0.5}[recorded]
	if c.SuitFoster+c.SuitResidential+c.SuitSupported == "" {
		value = 0.5
		if fostering {
			value = 1
		}
	}
	return exactly(o.p.Weights.Kind, value)
}

// inArea knows which of the three authorities of the random worlds adjoin.
func (o oracle) inArea() *expected {
	if o.away() {
		return nil
	}
	area := map[string]bool{o.h.Home.Authority: true, o.child().Authority: true}
	value := 0.0
	if len(area) == 1 {
		value = 1
	} else if area[leeds] && area[bradford] {
		value = 0.5
	}
	return exactly(o.p.Weights.InArea, value)
}

func (o oracle) needs() *expected {
	asked := o.child().Needs
	if len(asked) == 0 {
		return nil
	}
	if o.h.Home.Skills == nil {
		return &expected{weight: o.p.Weights.Needs, best: 1, missing: []string{"skills"}}
	}
	met := 0
	for _, skill := range o.h.Home.Skills {
		if slices.Contains(asked, skill) {
			met++
		}
	}
	return exactly(o.p.Weights.Needs, float64(met)/float64(len(asked)))
}

func (o oracle) identity() *expected {
	c, h := o.child(), o.h.Home
	e, asked := &expected{weight: o.p.Weights.Identity}, 0
	ask := func(column string, offered care.List, words ...string) {
		for _, w := range words {
			if w == "" {
				continue
			}
			asked++
			switch {
			case slices.Contains(offered, w):
				e.value, e.best = e.value+1, e.best+1
			case offered == nil:
				e.best++
				if !slices.Contains(e.missing, column) {
					e.missing = append(e.missing, column)
				}
			}
		}
	}
	ask("languages", h.Languages, c.Languages...)
	ask("faiths", h.Faiths, c.Faith)
	ask("cultures", h.Cultures, c.Culture)
	ask("ethnicities", h.Ethnicities, c.Ethnicity)
	if asked == 0 {
		return nil
	}
	e.value, e.best = e.value/float64(asked), e.best/float64(asked)
	return e
}

// livesHere says whether another child sleeps there on a day, seen from Monday.
func (o oracle) livesHere(s *care.Stay, d care.Day) bool {
	for k := range o.c.Children {
		if o.c.Children[k].ID == s.Child {
			return false
		}
	}
	gone := s.End
	if gone == 0 && s.ExpectedEnd >= monday {
		gone = s.ExpectedEnd
	}
	return d >= s.Start && (gone == 0 || d < gone)
}

// strangers are those who may live in the beds that are shut.
func (o oracle) strangers() int {
	if !o.h.Home.BedsShut.Known {
		return 0
	}
	return o.h.Home.BedsShut.N
}

func (o oracle) crowd() int {
	n := 0
	for i := range o.h.Occupancy.Stays {
		if o.livesHere(&o.h.Occupancy.Stays[i], monday) {
			n++
		}
	}
	return n
}

// busiest is the most children there on any day to come, held beds counted.
func (o oracle) busiest() int {
	most := 0
	for d := monday; d < monday+100; d++ {
		n := 0
		for i := range o.h.Occupancy.Stays {
			if o.livesHere(&o.h.Occupancy.Stays[i], d) {
				n++
			}
		}
		for _, hold := range o.h.Occupancy.Holds {
			if !o.c.Names(hold.Children[0]) && d >= hold.From && hold.Until.After(care.StartOf(monday)) {
				n += len(hold.Children)
			}
		}
		most = max(most, n)
	}
	return most
}

func (o oracle) stability() *expected {
	c, h := o.child(), o.h.Home
	var value, best []float64
	e := &expected{weight: o.p.Weights.Stability}
	add := func(v, b float64) { value, best = append(value, v), append(best, b) }
	if c.Plan != "" {
		covers := 0.0
		if len(h.Durations) == 0 || slices.Contains(h.Durations, c.Plan) {
			covers = 1
		}
		add(covers, covers)
	}
	since, column := h.RegisteredFrom, "registered_from"
	if slices.Contains([]care.Kind{care.Foster, care.ConnectedPerson, care.ParentAndChild}, h.Kind) {
		since, column = h.FosteringSince, "fostering_since"
	}
	if since == 0 {
		e.missing = append(e.missing, column)
		add(0, 1)
	} else {
		years := 0
		for years < 5 && care.Birthday(since, years+1) <= monday {
			years++
		}
		add(float64(years)/5, float64(years)/5)
	}
	if v, b, open := o.history(); open {
		e.missing = append(e.missing, "ended_early of past placements")
		add(v, b)
	} else {
		add(v, v)
	}
	room := 0.0
	if h.Beds > 0 {
		room = math.Max(0, 1-float64(o.crowd()+o.strangers())/float64(h.Beds))
	}
	add(room, room)
	for k := range value {
		e.value += value[k] / float64(len(value))
		e.best += best[k] / float64(len(value))
	}
	return e
}

func (o oracle) history() (value, best float64, open bool) {
	var kept, broken, silent float64
	for _, s := range o.h.Occupancy.Stays {
		if s.End != 0 && s.End <= monday {
			switch s.EndedEarly {
			case care.Yes:
				broken++
			case care.No:
				kept++
			default:
				silent++
			}
		}
	}
	n := kept + broken + silent
	if n == 0 {
		return 0, 0, false
	}
	return kept / n, (kept + silent) / n, silent > 0
}

// grants answers one wish; open names the column it rests on, known is false
// where the wish cannot be held against any home for this child.
func (o oracle) grants(wish string) (yes bool, open string, known bool) {
	h, c := o.h.Home, o.child()
	beside, here, elsewhere := o.counted()
	answered := func(a care.Answer, good care.Answer, column string) (bool, string, bool) {
		if a == care.Unknown {
			return false, column, true
		}
		return a == good, "", true
	}
	away := len(c.AwayFrom)+len(c.AwayAuthorities) > 0
	switch wish {
	case "school":
		reach := o.p.SchoolReachSecondary
		if o.primary() {
			reach = o.p.SchoolReachPrimary
		}
		return o.miles(c.SchoolAt.Point)*1.3*3 <= float64(reach), "", c.SchoolAt.Known() && !away
	case "area":
		return h.Authority == c.Authority, "", !away
	case "sibling", "siblings":
		return beside+here > 0, "", beside+here+len(elsewhere) > 0
	case "pets", "no-pets":
		if h.Pets == nil {
			return false, "pets", true
		}
		return (wish == "pets") == (len(h.Pets) > 0), "", true
	case "own-room":
		if h.Bedrooms == nil {
			return false, "bedrooms", true
		}
		return len(h.Bedrooms) >= o.busiest()+o.strangers()+len(o.c.Children), "", true
	case "foster", "family":
		return h.Kind == care.Foster || h.Kind == care.ConnectedPerson || h.Kind == care.ParentAndChild, "", true
	case "residential", "childrens-home":
		return h.Kind == care.ChildrensHome || h.Kind == care.Secure || h.Kind == care.ResidentialSchool, "", true
	case "garden":
		return answered(h.Garden, care.Yes, "garden")
	case "transport":
		return answered(h.Transport, care.Yes, "transport")
	case "no-smoking":
		return answered(h.Smoking, care.No, "smoking")
	case "home:H-1":
		return true, "", true
	case "home:H-9":
		return false, "", true
	}
	return false, "", false
}

func (o oracle) wishes() *expected {
	e, n := &expected{weight: o.p.Weights.Wishes}, 0
	for _, wish := range o.child().WishesFor {
		yes, open, known := o.grants(wish)
		switch {
		case !known:
			continue
		case yes:
			e.value, e.best = e.value+1, e.best+1
		case open != "":
			e.best++
			if !slices.Contains(e.missing, open) {
				e.missing = append(e.missing, open)
			}
		}
		n++
	}
	if n == 0 {
		return nil
	}
	e.value, e.best = e.value/float64(n), e.best/float64(n)
	return e
}

// all is what applies, in the order of the rulebook.
func (o oracle) all() (ids []string, found []*expected) {
	for _, c := range []struct {
		id string
		e  *expected
	}{{"near-family", o.nearFamily()}, {"school", o.school()}, {"siblings", o.siblings()}, {"kind", o.kind()}, {"in-area", o.inArea()},
		{"needs", o.needs()}, {"identity", o.identity()}, {"wishes", o.wishes()}, {"stability", o.stability()}} {
		if c.e != nil && c.e.weight > 0 {
			ids, found = append(ids, c.id), append(found, c.e)
		}
	}
	return ids, found
}

// halvesUp rounds a fraction to a whole number.
func halvesUp(r *big.Rat) scoring.Millionths {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	up := twice.Add(twice, r.Denom())
	return scoring.Millionths(up.Div(up, new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64())
}

func TestScoresAgreeWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, h := drawCase(t), drawHousehold(t)
		policies := drawPolicies(t, len(c.Children))
		score, reasons := scoring.For(c, policies).Explain(h)
		sum := new(big.Rat)
		for i := range c.Children {
			ids, want := oracle{c, i, policies[i], h}.all()
			require.GreaterOrEqual(t, len(reasons), len(ids))
			checkChild(t, ids, want, reasons[:len(ids)], score.Children[i], c.Children[i].ID)
			reasons = reasons[len(ids):]
			sum.Add(sum, big.NewRat(int64(score.Children[i]), int64(len(c.Children))))
		}
		require.Empty(t, reasons, "no criterion applies that the oracle leaves out")
		require.Equal(t, halvesUp(sum), score.Total)
	})
}

func checkChild(t *rapid.T, ids []string, want []*expected, got []scoring.Reason, total scoring.Millionths, child care.ID) {
	weights := 0
	for _, e := range want {
		weights += e.weight
	}
	sum := scoring.Millionths(0)
	for k, r := range got {
		e := want[k]
		require.Equal(t, child, r.Child)
		require.Equal(t, ids[k], r.Criterion)
		require.Equal(t, e.weight, r.Weight, r.Criterion)
		require.InDelta(t, e.value, r.Value.Float(), 1e-6, "%s: %s", r.Criterion, r.Says)
		require.Equal(t, halvesUp(big.NewRat(100*int64(e.weight)*int64(r.Value), int64(weights))), r.Points, r.Criterion)
		require.ElementsMatch(t, e.missing, r.Missing, r.Criterion)
		sum += r.Points
	}
	require.Equal(t, sum, total, "the reasons sum to the score")
	for k, r := range got {
		if len(r.Missing) == 0 {
			require.Zero(t, r.IfConfirmed)
			continue
		}
		best := (sum - r.Points).Float() + 100*float64(want[k].weight)*want[k].best/float64(weights)
		require.InDelta(t, best, r.IfConfirmed.Float(), 1.02e-4, "%s: a millionth of a value is at most 100 millionths of points", r.Criterion)
		require.GreaterOrEqual(t, r.IfConfirmed, total)
	}
}
