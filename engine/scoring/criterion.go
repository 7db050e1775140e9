package scoring

import (
	"github.com/golang/geo/s2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// Criterion is one thing that is weighed.
type Criterion struct {
	ID     string
	Source string // where it comes from in law or guidance
	// weight is the weight for this child: the policy's, or more.
	weight func(*subject) int
	// applies says whether what the criterion needs to know of the child is
	// known. It may not look at any home.
	applies func(*subject) bool
	value   func(*subject, *care.Household) measure
	// most is the largest value of any home, of these kinds, that went into the
	// Span and that the case does not name ([Scale.Most]); nil is [One].
	most func(*subject, *care.Span, care.KindSet) Millionths
	say  func(*subject, *care.Household, measure) words
}

// Criteria returns every criterion in the order of the rulebook's section E.
func Criteria() []Criterion {
	return []Criterion{nearFamily, school, siblings, kind, inArea, needs, identity, wishes, stability}
}

// subject is a child of the case with what is worked out once.
type subject struct {
	*care.Child
	*care.Case
	index   int // of the child within the case
	policy  *policy.Policy
	anchors []anchor       // whom the home is to be near
	apart   []care.Sibling // siblings in care elsewhere whose home is known
	beside  int            // siblings in the case, who would live in the same home
	primary bool           // in primary school

	siblingsAt []s2.Point   // of apart
	school     s2.Point     // where it is known
	own        care.Marks   // of the responsible authority
	adjoining  care.Marks   // of those that adjoin it
	byKind     []Millionths // the value of each kind of home, in the order of [care.Kinds]
	needs      []care.Marks // of each need
	traits     []wish       // what the child and family asked for
	wishes     []wish       // wishes that a home can be held against
}

func newSubject(c *care.Case, index int, p *policy.Policy) subject {
	s := subject{Child: &c.Children[index], Case: c, index: index, policy: p}
	s.anchors = anchorsOf(s.Child)
	s.primary, s.school = s.inPrimary(), pointOf(s.SchoolAt.Point)
	s.own, s.adjoining = areaMarks(s.Authority)
	for _, need := range s.Needs {
		s.needs = append(s.needs, care.MarksOf(need))
	}
	s.apart, s.beside = s.elsewhere(), s.together()
	s.traits = traitsOf(s.Child)
	s.wishes = s.matchable()
	for _, sibling := range s.apart {
		s.siblingsAt = append(s.siblingsAt, pointOf(sibling.Where))
	}
	for _, k := range care.Kinds() {
		s.byKind = append(s.byKind, kind.value(&s, &care.Household{Home: &care.Home{Kind: k}}).value)
	}
	return s
}

// measure is the value a criterion gives, before anybody puts it into words.
type measure struct {
	value Millionths
	// ifConfirmed is the value the home would have if every fact of it that is
	// not recorded turned out well; equal to value where nothing is missing.
	ifConfirmed Millionths
	miles       float64 // a distance that decided, or a negative number
	n, of       int     // counts that decided
}

// words is a measure in plain English.
type words struct {
	says    string
	missing []string // facts of the home that are not recorded
	support []string // needs the home has no skill for
}

func sure(v Millionths) measure { return measure{value: v, ifConfirmed: v, miles: -1} }

// unknown is the measure of a fact of the home that nobody has recorded.
func unknown() measure { return measure{ifConfirmed: One, miles: -1} }

// nearness is the value of a distance: 1 at none, one half at half miles.
func nearness(miles, half float64) float64 { return 1 / (1 + miles/half) }
