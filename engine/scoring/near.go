package scoring

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// Half distances, in miles: where the value of nearness is one half.
const (
	familyHalf          = 10
	siblingHalf         = 10
	schoolHalfPrimary   = 5
	schoolHalfSecondary = 8
)

// anchor is a person the child sees, and whom the home is to be near.
type anchor struct {
	who    string
	where  s2.Point
	visits float64 // times a month, more than 0
}

// anchorsOf lists the contacts that count: those who are visited, and nobody the
// child must have no contact with. A home address is one only if it is listed.
// The most visited comes first, whatever the order in the record: sums of
// fractions depend on their order, and the first is the one that is named.
func anchorsOf(c *care.Child) []anchor {
	var all []anchor
	for _, contact := range c.Contacts {
		if contact.Visits > 0 && !barredFrom(c.NoContact, contact.Who) {
			all = append(all, anchor{contact.Who, pointOf(contact.Where.Point), contact.Visits})
		}
	}
	slices.SortFunc(all, func(a, b anchor) int {
		return cmp.Or(cmp.Compare(b.visits, a.visits), cmp.Compare(a.who, b.who),
			a.where.Cmp(b.where.Vector))
	})
	return all
}

func barredFrom(noContact care.List, who string) bool {
	return slices.ContainsFunc(noContact, func(n string) bool { return care.Term(n) == care.Term(who) })
}

var nearFamily = Criterion{
	ID:      "near-family",
	Source:  "Children Act 1989, s 22C(8)(a)",
	weight:  func(s *subject) int { return s.policy.Weights.NearFamily },
	applies: func(s *subject) bool { return !s.IsAway() && len(s.anchors) > 0 },
	value: func(s *subject, h *care.Household) measure {
		where := h.Home.Where.Point.Cap()
		m := sure(familyNearness(s, &where))
		m.miles = milesFrom(s.anchors[0].where, &where)
		return m
	},
	most: func(s *subject, homes *care.Span, _ care.KindSet) Millionths { return familyNearness(s, &homes.Cap) },
	say: func(s *subject, h *care.Household, _ measure) words {
		where := h.Home.Where.Point.Cap()
		var all []string
		for _, a := range s.anchors {
			all = append(all, fmt.Sprintf("%.1f miles from %s", milesFrom(a.where, &where), plain([]string{a.who})))
		}
		return words{says: strings.Join(all, ", ")}
	},
}

// familyNearness is the nearness of the anchors, weighted by their visits, to the
// nearest point of a cap.
func familyNearness(s *subject, where *care.Cap) Millionths {
	sum, visits := 0.0, 0.0
	for _, a := range s.anchors {
		sum += float64(a.visits * nearness(milesFrom(a.where, where), familyHalf))
		visits += a.visits
	}
	return rounded(sum / visits)
}

var school = Criterion{
	ID:     "school",
	Source: "Children Act 1989, s 22C(8)(b)",
	weight: func(s *subject) int {
		weight := s.policy.Weights.School
		if year, known := s.YearGroup.Year(); s.EHCP == care.Yes || known && (year == 10 || year == 11 || year == 13) {
			weight *= 2
		}
		return weight
	},
	applies: func(s *subject) bool { return !s.IsAway() && s.SchoolAt.Known() },
	value: func(s *subject, h *care.Household) measure {
		where := h.Home.Where.Point.Cap()
		m := sure(schoolNearness(s, &where))
		m.miles = milesFrom(s.school, &where)
		return m
	},
	most: func(s *subject, homes *care.Span, _ care.KindSet) Millionths { return schoolNearness(s, &homes.Cap) },
	say: func(s *subject, _ *care.Household, m measure) words {
		return words{says: fmt.Sprintf("%.1f miles from school, about %s (estimate)", m.miles, minutesWords(s.policy.JourneyMinutes(m.miles)))}
	},
}

func minutesWords(minutes float64) string {
	if words := fmt.Sprintf("%.0f minutes", minutes); words != "1 minutes" {
		return words
	}
	return "1 minute"
}

func schoolNearness(s *subject, where *care.Cap) Millionths {
	half := float64(schoolHalfSecondary)
	if s.primary {
		half = schoolHalfPrimary
	}
	return rounded(nearness(milesFrom(s.school, where), half))
}

// inPrimary says whether the child is in year 6 or below; by age where the year
// group is not recorded.
func (s *subject) inPrimary() bool {
	if year, known := s.YearGroup.Year(); known {
		return year <= 6
	}
	return yearByAge(s.DOB, s.On) <= 6
}

// yearByAge is the school year a child of that age is usually in: reception, 0,
// is the school year after the 31 August by which the child has turned four.
func yearByAge(dob, on care.Day) int {
	year, month, _ := on.Date()
	if month < 9 {
		year--
	}
	return care.AgeOn(dob, care.Date(year, 8, 31)) - 4
}

const siblingsID = "siblings"

var siblings = Criterion{
	ID:      siblingsID,
	Source:  "Children Act 1989, s 22C(8)(c)",
	weight:  func(s *subject) int { return s.policy.Weights.Siblings },
	applies: func(s *subject) bool { return s.beside+len(s.apart) > 0 },
	value: func(s *subject, h *care.Household) measure {
		where := h.Home.Where.Point.Cap()
		return siblingNearness(s, &where, h.Home.ID)
	},
	most: func(s *subject, homes *care.Span, _ care.KindSet) Millionths {
		return siblingNearness(s, &homes.Cap, "").value // no sibling lives there: those homes are named by the case
	},
	say: func(_ *subject, _ *care.Household, m measure) words {
		says := fmt.Sprintf("with %d of %d brothers and sisters in care", m.n, m.of)
		if m.miles >= 0 {
			says += fmt.Sprintf("; the nearest other %.1f miles away", m.miles)
		}
		return words{says: says}
	},
}

// siblingNearness counts the siblings who would live in a home and weighs how
// near the others are to it.
func siblingNearness(s *subject, where *care.Cap, home care.ID) measure {
	sum, here, nearest := 0.0, s.beside, -1.0
	for i := range s.apart {
		if s.apart[i].Near {
			sum += 1.0 / 4
			continue
		}
		if s.apart[i].Home == home {
			here++
			continue
		}
		miles := milesFrom(s.siblingsAt[i], where)
		sum += nearness(miles, siblingHalf) / 4
		if nearest < 0 || miles < nearest {
			nearest = miles
		}
	}
	n := s.beside + len(s.apart)
	m := sure(rounded((float64(here) + sum) / float64(n)))
	m.n, m.of, m.miles = here, n, nearest
	return m
}

// together counts the children of the case who are of the child's sibling group
// and whom neither record says to keep apart: they would live in the same home.
func (s *subject) together() int {
	n := 0
	for i := range s.Case.Children {
		other := &s.Case.Children[i]
		if i != s.index && s.Group != "" && other.Group == s.Group && !s.KeptFrom(other) {
			n++
		}
	}
	return n
}

// elsewhere lists the siblings in care whose home is known, or who may live near,
// and from whom the child is not to be kept apart.
func (s *subject) elsewhere() []care.Sibling {
	var all []care.Sibling
	for _, sibling := range s.Siblings[s.index] {
		if (sibling.Where.Known() || sibling.Near) && !slices.Contains(s.KeptApart, sibling.ID) {
			all = append(all, sibling)
		}
	}
	return all
}

// settle says where a sibling lives who was to live near, or opens it again.
func (s *subject) settle(sibling, home care.ID, where care.Point) {
	for i := range s.apart {
		if s.apart[i].ID == sibling {
			s.apart[i].Home, s.apart[i].Where, s.apart[i].Near = home, where, home == ""
			s.siblingsAt[i] = pointOf(where)
		}
	}
}

var inArea = Criterion{
	ID:      "in-area",
	Source:  "Children Act 1989, s 22C(9)",
	weight:  func(s *subject) int { return s.policy.Weights.InArea },
	applies: func(s *subject) bool { return !s.IsAway() },
	value: func(s *subject, h *care.Household) measure {
		switch {
		case h.Home.Authority == s.Authority:
			return sure(One)
		case gazetteer.Adjoin(h.Home.Authority, s.Authority):
			return sure(One / 2)
		}
		return sure(0)
	},
	most: func(s *subject, homes *care.Span, _ care.KindSet) Millionths {
		switch {
		case homes.Authorities.Meets(s.own):
			return One
		case homes.Authorities.Meets(s.adjoining):
			return One / 2
		}
		return 0
	},
	say: func(_ *subject, _ *care.Household, m measure) words {
		switch m.value {
		case One:
			return words{says: "in the responsible authority's area"}
		case One / 2:
			return words{says: "in an adjoining authority"}
		}
		return words{says: "beyond the adjoining authorities"}
	},
}

// milesFrom is the distance, in miles, to the nearest point of a cap.
func milesFrom(p s2.Point, where *care.Cap) float64 {
	return where.AngleFrom(p).Radians() * gazetteer.EarthRadiusMiles
}

// areaMarks are the marks of an authority, and of all that adjoin it.
func areaMarks(gss string) (own, adjoining care.Marks) {
	return care.MarksOf(gss), care.MarksOf(gazetteer.Adjoining(gss)...)
}

func pointOf(p care.Point) s2.Point { return p.Cap().Centre }
