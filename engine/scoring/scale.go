package scoring

import (
	"math"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// Scale holds the criteria that apply to one case, with their weights.
type Scale struct {
	subjects []subject
	weighed  [][]weighed // for each child
	total    []int       // sum of the weights, for each child
}

// weighed is a criterion that applies to a child, with its weight.
type weighed struct {
	*Criterion
	weight int
}

// Reason is why a home has the points it has for one criterion and one child.
type Reason struct {
	Child       care.ID    `json:"child"`
	Criterion   string     `json:"criterion"`
	Weight      int        `json:"weight"`
	Value       Millionths `json:"value"`  // 0 to 1
	Points      Millionths `json:"points"` // 0 to 100
	Says        string     `json:"says"`
	Miles       *float64   `json:"miles,omitempty"`              // the distance that decided, if one did, to a thousandth
	Missing     []string   `json:"missing,omitempty"`            // facts of the home that are not recorded
	IfConfirmed Millionths `json:"score_if_confirmed,omitempty"` // the child's score if those facts turned out well
	Support     []string   `json:"support,omitempty"`            // needs that the home has no skill for
}

// Score is the score of a home for a case.
type Score struct {
	Total    Millionths   // mean over the children, 0 to 100
	Children []Millionths // in the order of the case, each the sum of its points
}

// For works out what is weighed for a case, with the policy of each child's
// responsible authority.
func For(c *care.Case, policies []*policy.Policy) *Scale {
	s := &Scale{}
	all := Criteria()
	for i := range c.Children {
		child := newSubject(c, i, policies[i])
		var on []weighed
		total := 0
		for k := range all {
			w := all[k].weight(&child)
			if w > 0 && all[k].applies(&child) {
				on = append(on, weighed{&all[k], w})
				total += w
			}
		}
		s.subjects, s.weighed, s.total = append(s.subjects, child), append(s.weighed, on), append(s.total, total)
	}
	return s
}

// Clone is a scale for the same case, on which siblings can be settled elsewhere.
func (s *Scale) Clone() *Scale {
	c := *s
	c.subjects = slices.Clone(s.subjects)
	for i := range c.subjects {
		child := &c.subjects[i]
		child.apart, child.siblingsAt = slices.Clone(child.apart), slices.Clone(child.siblingsAt)
	}
	return &c
}

// points is what a value is worth; the one formula of the score.
func (s *Scale) points(child int, weight int, value Millionths) Millionths {
	return divide(100*Millionths(weight)*value, Millionths(s.total[child]))
}

// Total is the score of a home, the mean over the children, without the words.
func (s *Scale) Total(h *care.Household) Millionths { return s.mean(s.Sum(h)) }

// Sum is the scores of the children added up.
func (s *Scale) Sum(h *care.Household) Millionths {
	sum := Millionths(0)
	for i := range s.subjects {
		sum += s.child(i, h)
	}
	return sum
}

func (s *Scale) mean(sum Millionths) Millionths { return Mean(sum, len(s.subjects)) }

// Mean is the mean of the scores of so many children that add up to sum.
func Mean(sum Millionths, children int) Millionths { return divide(sum, Millionths(children)) }

// Most is the largest score of any home, of these kinds, that went into the Span.
// It leaves out the homes that the case names: in which a child of the case lives
// or has lived, in which a sibling lives, or which a wish is for.
func (s *Scale) Most(homes *care.Span, kinds care.KindSet) Millionths {
	return s.mean(s.MostSum(homes, kinds))
}

// MostSum is the same for [Scale.Sum].
func (s *Scale) MostSum(homes *care.Span, kinds care.KindSet) Millionths {
	sum := Millionths(0)
	for i := range s.subjects {
		for _, c := range s.weighed[i] {
			most := One
			if c.most != nil {
				most = c.most(&s.subjects[i], homes, kinds)
			}
			sum += s.points(i, c.weight, most)
		}
	}
	return sum
}

// Gain bounds by how much the score of the first child can rise if so many of the
// siblings who are [care.Sibling.Near] live in the same home instead, if beds are
// counted from the same point of view.
func (s *Scale) Gain(siblings int) Millionths {
	if siblings == 0 {
		return 0
	}
	child, gain := &s.subjects[0], Millionths(0)
	for _, c := range s.weighed[0] {
		rise := Millionths(0)
		switch c.ID {
		case siblingsID: // each counts 1 rather than a quarter
			rise = share(3*siblings, 4*(child.beside+len(child.apart)))
		case wishesID:
			rise = share(child.wishesForSiblings(), len(child.wishes))
		default:
			continue
		}
		gain += s.points(0, c.weight, rise+2) + 1 // for what is rounded on the way
	}
	return gain
}

// Parting is what the first child loses, before anything is rounded, by a sibling
// who lives out of reach instead of [care.Sibling.Near]; nothing where siblings are
// not weighed.
func (s *Scale) Parting() float64 {
	child := &s.subjects[0]
	for _, c := range s.weighed[0] {
		if c.ID == siblingsID {
			return 100 * float64(c.weight) * float64(One) / float64(s.total[0]) / 4 / float64(child.beside+len(child.apart))
		}
	}
	return 0
}

// Remoteness is the share of it that is lost where the sibling lives so many miles
// away: 0 to 1.
func Remoteness(miles float64) float64 { return 1 - nearness(miles, siblingHalf) }

// Settle says where a sibling who was [care.Sibling.Near] lives; the empty home
// says that it is open again.
func (s *Scale) Settle(sibling, home care.ID, where care.Point) {
	for i := range s.subjects {
		s.subjects[i].settle(sibling, home, where)
	}
}

// child is the score of a home for one child: the sum of its points.
func (s *Scale) child(i int, h *care.Household) Millionths {
	sum := Millionths(0)
	for _, c := range s.weighed[i] {
		sum += s.points(i, c.weight, c.value(&s.subjects[i], h).value)
	}
	return sum
}

// Explain gives the score with every reason, child by child, in the order of the
// criteria. The reasons of a child sum exactly to its score.
func (s *Scale) Explain(h *care.Household) (Score, []Reason) {
	score, reasons := Score{Total: s.Total(h)}, []Reason{}
	for i := range s.subjects {
		first := len(reasons)
		sum := Millionths(0)
		for _, c := range s.weighed[i] {
			r := s.reason(i, c, h)
			sum += r.Points
			reasons = append(reasons, r)
		}
		for k := first; k < len(reasons); k++ {
			if len(reasons[k].Missing) > 0 {
				reasons[k].IfConfirmed += sum - reasons[k].Points
			}
		}
		score.Children = append(score.Children, sum)
	}
	return score, reasons
}

// reason puts one criterion into words. IfConfirmed holds the points the
// criterion would give; Explain turns it into a score.
func (s *Scale) reason(i int, c weighed, h *care.Household) Reason {
	child := &s.subjects[i]
	m := c.value(child, h)
	w := c.say(child, h, m)
	r := Reason{
		Child: child.ID, Criterion: c.ID, Weight: c.weight, Value: m.value, Points: s.points(i, c.weight, m.value),
		Says: w.says, Missing: w.missing, Support: w.support,
	}
	if m.miles >= 0 {
		miles := math.Round(m.miles*1000) / 1000
		r.Miles = &miles
	}
	if len(w.missing) > 0 {
		r.IfConfirmed = s.points(i, c.weight, m.ifConfirmed)
	}
	return r
}

// Unknown lists the facts of each child that a criterion would weigh, or a rule
// judge by, and that are not recorded, as "C-104: year_group", in the order of the
// children.
func (s *Scale) Unknown() []string {
	all := []string{}
	for i := range s.subjects {
		child := &s.subjects[i]
		for _, fact := range unknownFacts(child) {
			all = append(all, string(child.ID)+": "+fact)
		}
	}
	return all
}

// unknownFacts names columns of the child that are blank. Where the child is to
// be placed away, nearness is not weighed and nothing of it is missing.
func unknownFacts(s *subject) []string {
	var facts []string
	add := func(missing bool, column string) {
		if missing {
			facts = append(facts, column)
		}
	}
	if !s.IsAway() {
		add(!s.Home.Known(), "home_postcode")
		add(len(s.Contacts) == 0, "contacts")
		add(!s.SchoolAt.Known(), "school")
		add(s.SchoolAt.Known() && s.YearGroup == "", "year_group")
		add(s.SchoolAt.Known() && s.EHCP == care.Unknown, "ehcp")
	}
	add(s.Sex == "", "sex")
	add(s.Plan == "", "plan")
	add(s.Alongside == "", "alongside")
	add(!s.Needs.Known(), "needs")
	add(s.Unnamed(), "adaptations (one is needed and not named)")
	add(len(s.traits) == 0, "languages, faith, culture or ethnicity")
	add(!s.WishesFor.Known(), "wishes_for")
	return facts
}
