package rulebook_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// north is the place so many miles north of another.
func north(of care.Location, miles float64) care.Location {
	return care.Location{Point: care.At(of.Point.Lat+miles/gazetteer.EarthRadiusMiles*180/math.Pi, of.Point.Lng)}
}

func circle(centre care.Location, miles float64) care.Circle {
	return care.Circle{Centre: centre, Miles: miles}
}

func TestExclusionZone(t *testing.T) {
	zones := func(z ...care.Circle) func(s *scene) { return func(s *scene) { s.child().Exclusion = z } }
	requireRows(t, "exclusion-zone", []row{
		{"no zones", func(*scene) {}, silent()},
		{"well outside", zones(circle(north(headingley, 8), 3)), met("8.0 miles from the centre", "radius is 3 miles")},
		{"in the middle of it", zones(circle(headingley, 3)), barred("more than 3 miles from that centre", "0.0 miles from the centre of the nearest exclusion zone, whose radius is 3 miles")},
		{"just inside", zones(circle(north(headingley, 2.9), 3)), barred("more than 3 miles", "2.9 miles")},
		{"on the very edge", func(s *scene) {
			centre := north(headingley, 2.9)
			s.child().Exclusion = []care.Circle{circle(centre, gazetteer.Miles(centre.Point.LatLng(), headingley.Point.LatLng()))}
		}, barred("more than 2.9", "2.9 miles")},
		{"just outside", zones(circle(north(headingley, 3.1), 3)), met("3.1 miles")},
		{"inside a half-mile zone, in figures that show it", zones(circle(north(headingley, 0.4), 0.5)), barred("more than 0.5 miles", "0.4 miles", "radius is 0.5 miles")},
		{"inside a zone of a mile", zones(circle(headingley, 1)), barred("more than 1 mile from that centre", "radius is 1 mile")},
		{"inside one of two", zones(circle(north(headingley, 50), 3), circle(north(headingley, 1), 3)), barred("more than 3 miles", "1.0 miles")},
		{"the centre nearest is not the edge nearest", zones(circle(north(headingley, 5), 1), circle(north(headingley, -12), 11)), met("12.0 miles from the centre", "radius is 11 miles")},
		{"an emergency opens no zone", func(s *scene) { s.emergency = true; s.child().Exclusion = []care.Circle{circle(headingley, 3)} }, barred("more than 3 miles", "0.0 miles")},
	})
}

func TestAwayFrom(t *testing.T) {
	requireRows(t, "away-from", []row{
		{"he is not to be away from anywhere", func(*scene) {}, silent()},
		{"away from Leeds, in Leeds", func(s *scene) { s.child().AwayAuthorities = []string{bradford, leeds} }, barred("another authority", "in Leeds, which C-1 is to be placed away from")},
		{"away from Bradford, in Leeds", func(s *scene) { s.child().AwayAuthorities = []string{bradford} }, met("in Leeds, outside what C-1 is to be placed away from")},
		{"away from a place ten miles off", func(s *scene) { s.child().AwayFrom = []care.Circle{circle(north(headingley, 10), 5)} }, met("10.0 miles", "radius is 5 miles")},
		{"away from a place four miles off", func(s *scene) { s.child().AwayFrom = []care.Circle{circle(north(headingley, 4), 5)} }, barred("more than 5 miles", "4.0 miles from the centre of the nearest area to be placed away from")},
		{"away from Bradford and from a place four miles off", func(s *scene) {
			s.child().AwayAuthorities, s.child().AwayFrom = []string{bradford}, []care.Circle{circle(north(headingley, 4), 5)}
		}, barred("more than 5 miles", "4.0 miles")},
		{"away from Leeds, outside every circle", func(s *scene) {
			s.child().AwayAuthorities, s.child().AwayFrom = []string{leeds}, []care.Circle{circle(north(headingley, 40), 5)}
		}, barred("another authority", "in Leeds")},
	})
}

// TestCirclesAgreeWithMeasuringEachOfThem lets a zone bar exactly when some
// circle reaches the home.
func TestCirclesAgreeWithMeasuringEachOfThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		for _, f := range s.findings(t) {
			c := s.childNamed(f.Child)
			var circles []care.Circle
			switch f.Rule {
			case "exclusion-zone":
				circles = c.Exclusion
			case "away-from":
				circles = c.AwayFrom
			default:
				continue
			}
			inside := false
			for _, z := range circles {
				inside = inside || gazetteer.Miles(z.Centre.Point.LatLng(), s.home.Where.Point.LatLng()) <= z.Miles
			}
			for _, gss := range c.AwayAuthorities {
				inside = inside || f.Rule == "away-from" && gss == s.home.Authority
			}
			require.Equal(t, inside, f.Verdict == rulebook.Barred, "%+v", f)
		}
	})
}

// elsewhere puts the home into an authority, approved by another.
func elsewhere(authority, approvedBy string) func(s *scene) {
	return func(s *scene) { s.home.Authority, s.home.ApprovedBy = authority, approvedBy }
}

func TestOutOfArea(t *testing.T) {
	emergency := func(on care.Day, change func(s *scene)) func(s *scene) {
		return func(s *scene) { s.emergency = true; aged(s, 12, on); change(s) }
	}
	nominated := func(says ...string) expected {
		return signOff(rulebook.NominatedOfficer, "nominated officer approves it before the child moves", says...)
	}
	requireRows(t, "out-of-area", []row{
		{"in his own authority", func(*scene) {}, met("in Leeds, the responsible authority's area")},
		{"in the next authority", elsewhere(bradford, "Acme Fostering"), nominated("in Bradford, which adjoins Leeds: outside the area", "Bradford has written notice before the placement, by 23 November 2026")},
		{"carers of his own authority who live in the next", elsewhere(bradford, leeds), warning("in Bradford, outside the area; no approval needed, as the placing authority approved the carers", "written notice").by(monday)},
		{"who approved them is not recorded", elsewhere(bradford, ""), nominated("outside the area").without("approved_by")},
		{"a children's home nobody approves", func(s *scene) { elsewhere(bradford, "")(s); s.home.Kind = care.ChildrensHome }, nominated("outside the area")},
		{"a children's home of his own authority is not exempt", func(s *scene) { elsewhere(bradford, leeds)(s); s.home.Kind = care.ChildrensHome }, nominated("outside the area")},
		{"his aunt", func(s *scene) { elsewhere(bradford, "")(s); aunt(s) }, warning("no approval needed, as the carer is connected with the child").by(monday)},
		{"far away, which is for another rule", elsewhere(cornwall, "Acme Fostering"), warning("in Cornwall, outside the area and not adjoining it: see at-a-distance", "Cornwall has written notice").by(monday)},
		{"far away with carers of his own authority", elsewhere(cornwall, leeds), warning("no approval needed, as the placing authority").by(monday)},
		{"an authority in Wales is known by its code", elsewhere("W06000023", "Acme Fostering"), warning("in W06000023, outside the area").by(monday)},

		{"in an emergency: notice within five working days", emergency(monday, elsewhere(bradford, "Acme Fostering")), nominated("Bradford has written notice within 5 working days, by 30 November 2026")},
		{"in an emergency before Christmas", emergency(care.Date(2026, time.December, 22), elsewhere(bradford, leeds)), warning("by 31 December 2026").by(care.Date(2026, time.December, 31))},
		{"an emergency in his own authority", emergency(monday, func(*scene) {}), met("in Leeds")},
		{"to be placed away, the approval is needed all the same", func(s *scene) {
			elsewhere(bradford, "Acme Fostering")(s)
			s.child().AwayAuthorities = []string{leeds}
		}, nominated("outside the area")},
	})
}

func TestAtADistance(t *testing.T) {
	director := func(says ...string) expected {
		return signOff(rulebook.Director, "director of children's services approves it before the child moves, also in an emergency", says...)
	}
	requireRows(t, "at-a-distance", []row{
		{"in his own authority", func(*scene) {}, met("Leeds is the responsible authority's own area")},
		{"in the next authority", elsewhere(bradford, "Acme Fostering"), met("Bradford adjoins Leeds")},
		{"far away", elsewhere(cornwall, "Acme Fostering"), director("Cornwall does not adjoin Leeds", "given the care plan before the placement, by 23 November 2026")},
		{"who approved them is not recorded", elsewhere(cornwall, ""), director("Cornwall").without("approved_by")},
		{"far away with carers of his own authority", elsewhere(cornwall, leeds), met("Cornwall does not adjoin Leeds; no approval needed, as the placing authority approved the carers")},
		{"his aunt, far away", func(s *scene) { elsewhere(cornwall, "")(s); aunt(s) }, met("no approval needed, as the carer is connected")},
		{"a children's home of his own authority, far away", func(s *scene) { elsewhere(cornwall, leeds)(s); s.home.Kind = care.ChildrensHome }, director("placed at a distance")},
		{"in an emergency", func(s *scene) { s.emergency = true; elsewhere(cornwall, "Acme Fostering")(s) }, director("care plan within 5 working days, by 30 November 2026")},
		{"in Wales, across the border from Herefordshire", func(s *scene) {
			s.child().Authority = "E06000019"
			elsewhere("W06000023", "Acme Fostering")(s)
		}, met("W06000023 adjoins Herefordshire")},
		{"across the Mersey: a river boundary counts", func(s *scene) {
			s.child().Authority = "E08000012"
			elsewhere("E08000015", "Acme Fostering")(s)
		}, met("Wirral adjoins Liverpool")},
	})
}

func TestOutsideTheAreaNeedsOneApprovalAndOneOnly(t *testing.T) {
	for _, authority := range []string{bradford, cornwall} {
		s := plain()
		elsewhere(authority, "Acme Fostering")(s)
		require.Equal(t, rulebook.Judgement{SignOffs: 1}, s.open(t).Judge(s.household()), authority)
	}
}

func TestOver20Miles(t *testing.T) {
	off := func(miles float64) func(s *scene) { return func(s *scene) { s.home.Where = north(headingley, miles) } }
	requireRows(t, "over-20-miles", []row{
		{"next door", off(0), met("0.0 miles from home")},
		{"19.9 miles", off(19.9), met("19.9 miles from home in a straight line")},
		{"exactly 20 miles is not over 20", off(20), met("20.0 miles from home")},
		{"exactly 20 miles the other way", off(-20), met("20.0 miles from home")},
		{"two metres more are, and the figure shows it", off(20.001), warning("20.001 miles from home", "over the 20 miles")},
		{"a hundred yards more", off(20.06), warning("20.1 miles from home", "over the 20 miles")},
		{"far away", off(140.26), warning("140.3 miles from home")},
		{"no home address is recorded", func(s *scene) { off(40)(s); s.child().Home = care.Location{} }, silent()},
		{"a postcode without a position places nobody", func(s *scene) { off(40)(s); s.child().Home.Point = care.Point{} }, silent()},
		{"he is to be placed away", func(s *scene) { off(40)(s); s.child().AwayAuthorities = []string{leeds} }, silent()},
	})
}
