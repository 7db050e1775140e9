package scoring

import (
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// wish is a wish of the child's that a home can be held against.
type wish struct {
	term string
	// can says whether the wish can be judged for this child at all.
	can func(*subject) bool
	// granted is whether the home grants it; unknown where a fact of the home
	// is not recorded.
	granted func(*subject, *care.Household) care.Answer
	// may says whether a home of these kinds that went into the Span, and that
	// the case does not name, may grant it.
	may    func(*subject, *care.Span, care.KindSet) bool
	column string // of the home, on which the answer rests
}

func always(*subject) bool { return true }

func yesIf(b bool) care.Answer {
	if b {
		return care.Yes
	}
	return care.No
}

// homeWish is the beginning of a wish for one home.
const homeWish = "home:"

// WishedHomes lists the homes that the child wishes for by name, in the order of
// the wishes.
func WishedHomes(c *care.Child) []care.ID {
	var all []care.ID
	for _, term := range c.WishesFor {
		if id, is := strings.CutPrefix(term, homeWish); is {
			all = append(all, care.ID(id))
		}
	}
	return all
}

// wishFor returns the wish that a term names, or none: the child's words are
// shown whatever they match.
func wishFor(term string) (wish, bool) {
	if id, is := strings.CutPrefix(term, homeWish); is {
		return wish{
			term: term, can: always,
			granted: func(_ *subject, h *care.Household) care.Answer { return yesIf(string(h.Home.ID) == id) },
			may:     func(*subject, *care.Span, care.KindSet) bool { return false }, // the case names that home
		}, true
	}
	for _, w := range knownWishes {
		if w.term == term {
			return w, true
		}
	}
	return wish{}, false
}

// knownWishes are the terms of wishes_for that a home can be held against, and
// their synonyms.
var knownWishes = []wish{
	{"school", func(s *subject) bool { return !s.IsAway() && s.SchoolAt.Known() }, keepsSchool, mayKeepSchool, ""},
	{"area", func(s *subject) bool { return !s.IsAway() }, inOwnArea, mayBeInArea, ""},
	{"sibling", hasSiblings, withSibling, mayHaveSibling, ""},
	{"siblings", hasSiblings, withSibling, mayHaveSibling, ""},
	{"pets", always, hasPets, mayBe(care.HasPets), "pets"},
	{"no-pets", always, func(s *subject, h *care.Household) care.Answer { return not(hasPets(s, h)) }, mayBe(care.HasNoPets), "pets"},
	{"own-room", always, ownRoom, mayHaveRoom, "bedrooms"},
	{"foster", always, inFamily, mayBeOf(care.Kind.Fostering), ""},
	{"family", always, inFamily, mayBeOf(care.Kind.Fostering), ""},
	{"residential", always, inResidential, mayBeOf(care.Kind.Residential), ""},
	{"childrens-home", always, inResidential, mayBeOf(care.Kind.Residential), ""},
	{"garden", always, func(_ *subject, h *care.Household) care.Answer { return h.Home.Garden }, mayBe(care.HasGarden), "garden"},
	{"transport", always, func(_ *subject, h *care.Household) care.Answer { return h.Home.Transport }, mayBe(care.HasTransport), "transport"},
	{"no-smoking", always, func(_ *subject, h *care.Household) care.Answer { return not(h.Home.Smoking) }, mayBe(care.IsSmokeFree), "smoking"},
}

// mayBe is whether a home may have a trait.
func mayBe(trait care.Traits) func(*subject, *care.Span, care.KindSet) bool {
	return func(_ *subject, homes *care.Span, _ care.KindSet) bool { return homes.Traits.Any(trait) }
}

// mayBeOf is whether a home may be of a kind.
func mayBeOf(is func(care.Kind) bool) func(*subject, *care.Span, care.KindSet) bool {
	all := care.KindSetOf(slices.DeleteFunc(care.Kinds(), func(k care.Kind) bool { return !is(k) })...)
	return func(_ *subject, _ *care.Span, kinds care.KindSet) bool { return kinds&all != 0 }
}

// wishesForSiblings counts the wishes to live with a sibling, of which a term and
// its synonym are two.
func (s *subject) wishesForSiblings() int {
	n := 0
	for i := range s.wishes {
		if s.wishes[i].term == "sibling" || s.wishes[i].term == "siblings" {
			n++
		}
	}
	return n
}

func hasSiblings(s *subject) bool { return s.beside+len(s.apart) > 0 }

func inFamily(_ *subject, h *care.Household) care.Answer { return yesIf(h.Home.Kind.Fostering()) }

func inResidential(_ *subject, h *care.Household) care.Answer {
	return yesIf(h.Home.Kind.Residential())
}

func not(a care.Answer) care.Answer {
	switch a {
	case care.Yes:
		return care.No
	case care.No:
		return care.Yes
	}
	return care.Unknown
}

func hasPets(_ *subject, h *care.Household) care.Answer {
	if !h.Home.Pets.Known() {
		return care.Unknown
	}
	return yesIf(len(h.Home.Pets) > 0)
}

func inOwnArea(s *subject, h *care.Household) care.Answer {
	return yesIf(h.Home.Authority == s.Authority)
}

func mayBeInArea(s *subject, homes *care.Span, _ care.KindSet) bool {
	return homes.Authorities.Meets(s.own)
}

func keepsSchool(s *subject, h *care.Household) care.Answer {
	where := h.Home.Where.Point.Cap()
	return yesIf(schoolWithinReach(s, &where))
}

func mayKeepSchool(s *subject, homes *care.Span, _ care.KindSet) bool {
	return schoolWithinReach(s, &homes.Cap)
}

// schoolWithinReach says whether the estimated journey from the nearest point of
// a cap is within the reach that the policy sets.
func schoolWithinReach(s *subject, where *care.Cap) bool {
	reach := s.policy.SchoolReachSecondary
	if s.primary {
		reach = s.policy.SchoolReachPrimary
	}
	return s.policy.JourneyMinutes(milesFrom(s.school, where)) <= float64(reach)
}

func withSibling(s *subject, h *care.Household) care.Answer {
	if s.beside > 0 {
		return care.Yes
	}
	for _, sibling := range s.apart {
		if sibling.Home == h.Home.ID {
			return care.Yes
		}
	}
	return care.No
}

// mayHaveSibling leaves out the homes that siblings live in: the case names them.
func mayHaveSibling(s *subject, _ *care.Span, _ care.KindSet) bool { return s.beside > 0 }

// ownRoom is granted where there are as many bedrooms as there would be
// children. Somebody unknown may live in the beds that are shut. Who sleeps where is
// for the placing authority to see.
func ownRoom(s *subject, h *care.Household) care.Answer {
	if h.Home.Bedrooms == nil {
		return care.Unknown
	}
	children, _ := h.Most(s.On, s.Ask)
	children += h.Home.Beds - h.Home.OpenBeds() + len(s.Case.Children)
	return yesIf(len(h.Home.Bedrooms) >= children)
}

// mayHaveRoom is as hopeful as a Span: holds are not counted.
func mayHaveRoom(s *subject, homes *care.Span, _ care.KindSet) bool {
	taken := int(homes.FewBeds) - homes.Frees(s.On, &s.Ask)
	if homes.Frees(s.On, &s.Ask) == care.MostFree {
		taken = 0
	}
	return int(homes.Bedrooms) >= taken+len(s.Case.Children)
}

// matchable lists the wishes of the child that homes can be held against.
func (s *subject) matchable() []wish {
	var all []wish
	for _, term := range s.WishesFor {
		if w, known := wishFor(term); known && w.can(s) {
			all = append(all, w)
		}
	}
	return all
}

const wishesID = "wishes"

var wishes = Criterion{
	ID:      wishesID,
	Source:  "Children Act 1989, s 22(4) and (5)",
	weight:  func(s *subject) int { return s.policy.Weights.Wishes },
	applies: func(s *subject) bool { return len(s.wishes) > 0 },
	value:   func(s *subject, h *care.Household) measure { return granted(s.wishes, s, h) },
	most: func(s *subject, homes *care.Span, kinds care.KindSet) Millionths {
		return grantable(s.wishes, s, homes, kinds)
	},
	say: func(s *subject, h *care.Household, _ measure) words {
		return grantedWords(s.wishes, s, h, "grants", "not, or not known to be, granted:")
	},
}

// granted is the share of what was asked for that the home grants.
func granted(asked []wish, s *subject, h *care.Household) measure {
	yes, open := 0, 0
	for i := range asked {
		switch asked[i].granted(s, h) {
		case care.Yes:
			yes++
		case care.Unknown:
			open++
		}
	}
	m := sure(share(yes, len(asked)))
	m.ifConfirmed = share(yes+open, len(asked))
	return m
}

// grantable is the largest share of what was asked for that a home may grant.
func grantable(asked []wish, s *subject, homes *care.Span, kinds care.KindSet) Millionths {
	n := 0
	for i := range asked {
		if asked[i].may(s, homes, kinds) {
			n++
		}
	}
	return share(n, len(asked))
}

// grantedWords names what the home grants and what it does not, under the two
// leads, and the facts on which the rest hangs.
func grantedWords(asked []wish, s *subject, h *care.Household, lead, without string) words {
	var w words
	var met, not []string
	for _, a := range asked {
		switch a.granted(s, h) {
		case care.Yes:
			met = append(met, a.term)
		case care.Unknown:
			w.missing = appendNew(w.missing, a.column)
			fallthrough
		default:
			not = append(not, a.term)
		}
	}
	w.says = sides(lead, met, without, not)
	return w
}

// KeepsSchool says whether a child who lives in the home from a day on can go to
// the same school: whether the estimated journey is within the reach that the
// policy sets, as the wish to stay at school is judged. It is unknown where nobody
// knows where the school is.
func KeepsSchool(c *care.Child, h *care.Home, on care.Day, p *policy.Policy) care.Answer {
	if !c.SchoolAt.Known() {
		return care.Unknown
	}
	one := care.Case{Children: []care.Child{*c}, On: on, Siblings: make([][]care.Sibling, 1)}
	s := newSubject(&one, 0, p)
	return keepsSchool(&s, &care.Household{Home: h})
}
