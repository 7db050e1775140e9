package rulebook

import (
	"fmt"
	"math"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// Section D of the rulebook: where the home is; and from section C the places a
// child must be kept out of.

var exclusionZone = Rule{
	ID:       "exclusion-zone",
	Title:    "Outside the zones the child must be kept out of",
	Citation: "guidance: Children Act 1989, s 22(3)(a), the duty to safeguard",
	Basis:    Statute,
	applies:  every,
	may:      func(q *question, homes *care.Span) bool { return mayBeOutside(q.child.Exclusion, homes) },
	judge: func(q *question) ruling {
		if len(q.child.Exclusion) == 0 {
			return ruling{}
		}
		return nearestCircle(q.child.Exclusion, q.home)
	},
	say: func(q *question, r ruling) words { return circleWords(q.child.Exclusion, r, "exclusion zone") },
}

// nearestCircle bars a home inside a circle. It reports the circle whose edge
// the home is nearest to, or deepest within.
func nearestCircle(circles []care.Circle, h *care.Home) ruling {
	r, margin := ruling{verdict: Met}, math.Inf(1)
	for i, c := range circles {
		miles := milesBetween(c.Centre.Point, h.Where.Point)
		if miles-c.Miles < margin {
			margin = miles - c.Miles
			r.n, r.miles = i, miles
		}
	}
	if margin <= 0 {
		r.verdict = Barred
	}
	return r
}

// mayBeOutside says whether a home of the Span may lie outside every circle. A
// home that is barely inside counts as one that may.
func mayBeOutside(circles []care.Circle, homes *care.Span) bool {
	const barely = 0.001 // miles, more than two ways of working out a distance differ by
	for _, c := range circles {
		centre := c.Centre.Point.Cap()
		if homes.Cap.AngleTo(centre.Centre).Radians()*gazetteer.EarthRadiusMiles <= c.Miles-barely {
			return false
		}
	}
	return true
}

func circleWords(circles []care.Circle, r ruling, what string) words {
	c := circles[r.n]
	says := fmt.Sprintf("%.1f miles from the centre of the nearest %s, whose radius is %s", r.miles, what, milesWords(c.Miles))
	if r.verdict == Met {
		return words{says: says}
	}
	return words{says: says, fix: fmt.Sprintf("none for this home; look for one more than %s from that centre", milesWords(c.Miles))}
}

func milesWords(miles float64) string {
	if miles == 1 {
		return "1 mile"
	}
	return fmt.Sprintf("%g miles", miles)
}

const (
	awayOutside clause = iota
	awayAuthority
	awayInside
)

var awayFrom = Rule{
	ID:       "away-from",
	Title:    "Away from where the child is to be placed away from",
	Citation: "guidance: Children Act 1989, s 22(3)(a), the duty to safeguard",
	Basis:    Statute,
	applies:  every,
	may:      func(q *question, homes *care.Span) bool { return mayBeOutside(q.child.AwayFrom, homes) },
	judge: func(q *question) ruling {
		switch {
		case !q.child.IsAway():
			return ruling{}
		case slices.Contains(q.child.AwayAuthorities, q.home.Authority):
			return ruling{verdict: Barred, clause: awayAuthority}
		case len(q.child.AwayFrom) == 0:
			return ruling{verdict: Met, clause: awayOutside}
		}
		r := nearestCircle(q.child.AwayFrom, q.home)
		r.clause = awayInside
		return r
	},
	say: func(q *question, r ruling) words {
		switch r.clause {
		case awayAuthority:
			return words{says: fmt.Sprintf("in %s, which %s is to be placed away from", gazetteer.AreaName(q.home.Authority), q.child.ID), fix: "none for this home; look in another authority"}
		case awayInside:
			return circleWords(q.child.AwayFrom, r, "area to be placed away from")
		}
		return words{says: fmt.Sprintf("in %s, outside what %s is to be placed away from", gazetteer.AreaName(q.home.Authority), q.child.ID)}
	},
}

// NoticeWorkingDays is the number of working days within which the area authority
// has its notice in an emergency (Care Planning, Placement and Case Review (England)
// Regulations 2010, reg 13(4)).
const NoticeWorkingDays = 5

const (
	areaInside clause = iota
	areaExempt
	areaDistant
	areaOutside
)

var outOfArea = Rule{
	ID:       "out-of-area",
	Title:    "Outside the responsible authority's area",
	Citation: "Children Act 1989, s 22C(7) to (9); Care Planning, Placement and Case Review (England) Regulations 2010, regs 11(1)(a), 11(4) and 13",
	Basis:    Statute,
	applies:  every,
	judge: func(q *question) ruling {
		switch {
		case q.home.Authority == q.child.Authority:
			return ruling{verdict: Met, clause: areaInside}
		case q.exemptFromArea():
			return ruling{verdict: Warning, clause: areaExempt, day: q.noticeBy()}
		case !gazetteer.Adjoin(q.home.Authority, q.child.Authority):
			return ruling{verdict: Warning, clause: areaDistant, day: q.noticeBy()}
		}
		return ruling{verdict: SignOff, clause: areaOutside, day: q.noticeBy()}
	},
	say: func(q *question, r ruling) words {
		area := gazetteer.AreaName(q.home.Authority)
		if r.clause == areaInside {
			return words{says: "in " + area + ", the responsible authority's area"}
		}
		notice := fmt.Sprintf("; %s has written notice %s", area, q.noticeWords(r.day))
		switch r.clause {
		case areaExempt:
			return words{says: "in " + area + ", outside the area; no approval needed, " + q.exemptWords() + notice, byDay: r.day}
		case areaDistant:
			return words{says: "in " + area + ", outside the area and not adjoining it: see at-a-distance" + notice, byDay: r.day}
		}
		return words{
			says: fmt.Sprintf("in %s, which adjoins %s: outside the area%s", area, gazetteer.AreaName(q.child.Authority), notice),
			role: NominatedOfficer, fix: "a nominated officer approves it before the child moves", missing: q.missingApprover(),
		}
	},
}

// exemptFromArea says whether no approval is needed outside the area: the carer
// is connected with the child, or a foster carer approved by the authority that
// places (reg 11(4)).
func (q *question) exemptFromArea() bool {
	if q.home.Kind == care.ConnectedPerson {
		return true
	}
	return q.home.Kind.Fostering() && q.home.ApprovedBy == q.child.Authority
}

func (q *question) exemptWords() string {
	if q.home.Kind == care.ConnectedPerson {
		return "as the carer is connected with the child"
	}
	return "as the placing authority approved the carers"
}

// missingApprover names the fact that could spare carers outside the area an
// approval, where it is not recorded.
func (q *question) missingApprover() []string {
	if q.home.Kind.Fostering() && q.home.ApprovedBy == "" {
		return []string{"approved_by"}
	}
	return nil
}

// noticeBy is the last day for written notice to the area authority.
func (q *question) noticeBy() care.Day {
	if q.Emergency {
		return q.On.AddWorkingDays(NoticeWorkingDays)
	}
	return q.On
}

func (q *question) noticeWords(by care.Day) string {
	if q.Emergency {
		return fmt.Sprintf("within %d working days, by %s", NoticeWorkingDays, by.Words())
	}
	return "before the placement, by " + by.Words()
}

const (
	distanceNear clause = iota
	distanceExempt
	distanceFar
)

var atADistance = Rule{
	ID:       "at-a-distance",
	Title:    "Outside the area and not in an adjoining authority",
	Citation: "Care Planning, Placement and Case Review (England) Regulations 2010, reg 11(1)(b) and (5) (SI 2013/3239)",
	Basis:    Statute,
	applies:  every,
	judge: func(q *question) ruling {
		switch {
		case q.home.Authority == q.child.Authority, gazetteer.Adjoin(q.home.Authority, q.child.Authority):
			return ruling{verdict: Met, clause: distanceNear}
		case q.exemptFromArea():
			return ruling{verdict: Met, clause: distanceExempt}
		}
		return ruling{verdict: SignOff, clause: distanceFar, day: q.noticeBy()}
	},
	say: func(q *question, r ruling) words {
		area, own := gazetteer.AreaName(q.home.Authority), gazetteer.AreaName(q.child.Authority)
		switch r.clause {
		case distanceNear:
			if q.home.Authority == q.child.Authority {
				return words{says: area + " is the responsible authority's own area"}
			}
			return words{says: fmt.Sprintf("%s adjoins %s", area, own)}
		case distanceExempt:
			return words{says: fmt.Sprintf("%s does not adjoin %s; no approval needed, %s", area, own, q.exemptWords())}
		}
		return words{
			says: fmt.Sprintf("%s does not adjoin %s: placed at a distance; %s is consulted and given the care plan %s", area, own, area, q.noticeWords(r.day)),
			role: Director, missing: q.missingApprover(), fix: "the director of children's services approves it before the child moves, also in an emergency",
		}
	},
}

// farMiles is what SSDA903 counts as far from home: "over 20 miles".
const farMiles = 20

var over20Miles = Rule{
	ID:       "over-20-miles",
	Title:    "More than 20 miles from home",
	Citation: "guidance: the SSDA903 return counts children placed over 20 miles from home",
	Basis:    Guidance,
	applies:  every,
	judge: func(q *question) ruling {
		if q.child.IsAway() || !q.child.Home.Known() {
			return ruling{}
		}
		r := ruling{verdict: Met, miles: milesBetween(q.child.Home.Point, q.home.Where.Point)}
		if thousandths(r.miles) > farMiles*1000 {
			r.verdict = Warning
		}
		return r
	},
	say: func(q *question, r ruling) words {
		if r.verdict == Met {
			return words{says: fmt.Sprintf("%.1f miles from home in a straight line", r.miles)}
		}
		return words{says: fmt.Sprintf("%s miles from home in a straight line, over the %d miles that are counted as far", overWords(r.miles), farMiles)}
	},
}

// overWords writes miles over the limit so that they do not read as the limit
// itself.
func overWords(miles float64) string {
	if short := fmt.Sprintf("%.1f", miles); short != fmt.Sprintf("%d.0", farMiles) {
		return short
	}
	return fmt.Sprintf("%.3f", miles)
}

// thousandths rounds miles to a thousandth (some 1.6 metres), finer than any
// postcode, so that exactly 20 miles is not over 20 by a rounding error.
func thousandths(miles float64) int { return int(math.Round(miles * 1000)) }

func milesBetween(a, b care.Point) float64 { return gazetteer.Miles(a.LatLng(), b.LatLng()) }
