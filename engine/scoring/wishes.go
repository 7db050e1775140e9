package scoring

import (
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// wish is a wish of the child's that a home can be held against.
type wish struct {
	term string
	// can says whether the wish can be judged for this child at all.
	can func(*subject) bool
	// granted is whether the home grants it; unknown where a fact of the home
	// is not recorded.
	granted func(*subject, *care.Household) care.Answer
	column  string // of the home, on which the answer rests
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

// wishFor returns the wish that a term names, or none: the child's words are
// shown whatever they match.
func wishFor(term string) (wish, bool) {
	if id, is := strings.CutPrefix(term, homeWish); is {
		return wish{term: term, can: always, granted: func(_ *subject, h *care.Household) care.Answer { return yesIf(string(h.Home.ID) == id) }}, true
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
	{"school", func(s *subject) bool { return !s.IsAway() && s.SchoolAt.Known() }, keepsSchool, ""},
	{"area", func(s *subject) bool { return !s.IsAway() }, func(s *subject, h *care.Household) care.Answer { return yesIf(h.Home.Authority == s.Authority) }, ""},
	{"sibling", hasSiblings, withSibling, ""},
	{"siblings", hasSiblings, withSibling, ""},
	{"pets", always, hasPets, "pets"},
	{"no-pets", always, func(s *subject, h *care.Household) care.Answer { return not(hasPets(s, h)) }, "pets"},
	{"own-room", always, ownRoom, "bedrooms"},
	{"foster", always, inFamily, ""},
	{"family", always, inFamily, ""},
	{"residential", always, inResidential, ""},
	{"childrens-home", always, inResidential, ""},
	{"garden", always, func(_ *subject, h *care.Household) care.Answer { return h.Home.Garden }, "garden"},
	{"transport", always, func(_ *subject, h *care.Household) care.Answer { return h.Home.Transport }, "transport"},
	{"no-smoking", always, func(_ *subject, h *care.Household) care.Answer { return not(h.Home.Smoking) }, "smoking"},
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

// keepsSchool is granted where the estimated journey is within the reach that
// the policy sets.
func keepsSchool(s *subject, h *care.Household) care.Answer {
	reach := s.policy.SchoolReachSecondary
	if s.inPrimary() {
		reach = s.policy.SchoolReachPrimary
	}
	minutes := s.policy.JourneyMinutes(milesBetween(s.SchoolAt.Point, h.Home.Where.Point))
	return yesIf(minutes <= float64(reach))
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

// ownRoom is granted where there are as many bedrooms as there would be
// children. Who sleeps where is for the placing authority to see.
func ownRoom(s *subject, h *care.Household) care.Answer {
	if h.Home.Bedrooms == nil {
		return care.Unknown
	}
	children := h.Home.Beds - h.FreeBeds(s.On, s.Ask) + len(s.Case.Children)
	return yesIf(len(h.Home.Bedrooms) >= children)
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

var wishes = Criterion{
	ID:      "wishes",
	Source:  "Children Act 1989, s 22(4) and (5)",
	weight:  func(s *subject) int { return s.policy.Weights.Wishes },
	applies: func(s *subject) bool { return len(s.wishes) > 0 },
	value:   func(s *subject, h *care.Household) measure { return granted(s.wishes, s, h) },
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
