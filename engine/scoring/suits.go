package scoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

var kind = Criterion{
	ID:      "kind",
	Source:  "Children Act 1989, s 22C(5) and (6); Placements Data Standard v2",
	weight:  func(s *subject) int { return s.policy.Weights.Kind },
	applies: func(*subject) bool { return true },
	most: func(s *subject, _ *care.Span, kinds care.KindSet) Millionths {
		best := Millionths(0)
		for i := range kinds.Each {
			best = max(best, s.byKind[i])
		}
		return best
	},
	value: func(s *subject, h *care.Household) measure {
		if s.SuitFoster == "" && s.SuitResidential == "" && s.SuitSupported == "" {
			if h.Home.Kind.Fostering() {
				return sure(One)
			}
			return sure(One / 2)
		}
		switch s.suits(h.Home.Kind) {
		case care.Preferred:
			return sure(One)
		case care.Suitable:
			return sure(One / 2)
		}
		return sure(0)
	},
	say: func(s *subject, h *care.Household, _ measure) words {
		what := h.Home.Kind.Words()
		if s.SuitFoster == "" && s.SuitResidential == "" && s.SuitSupported == "" {
			return words{says: what + "; no kind of home is recorded as preferred"}
		}
		if suits := s.suits(h.Home.Kind); suits != "" {
			return words{says: fmt.Sprintf("%s, recorded as %s", what, suits)}
		}
		return words{says: what + ", not among the kinds recorded as suitable"}
	},
}

// suits is what is recorded of this kind of home for the child.
func (s *subject) suits(k care.Kind) care.Suitability {
	switch {
	case k.Fostering():
		return s.SuitFoster
	case k.Residential():
		return s.SuitResidential
	case k == care.Supported || k == care.Unregulated:
		return s.SuitSupported
	}
	return ""
}

var needs = Criterion{
	ID:      "needs",
	Source:  "Fostering Services: National Minimum Standards (2011), standard 15",
	weight:  func(s *subject) int { return s.policy.Weights.Needs },
	applies: func(s *subject) bool { return len(s.Needs) > 0 },
	value: func(s *subject, h *care.Household) measure {
		if !h.Home.Skills.Known() {
			return unknown()
		}
		met := 0
		for _, need := range s.Needs {
			if h.Home.Skills.Has(need) {
				met++
			}
		}
		return sure(share(met, len(s.Needs)))
	},
	most: func(s *subject, homes *care.Span, _ care.KindSet) Millionths {
		met := 0
		for _, need := range s.needs {
			if homes.Skills.Has(need) {
				met++
			}
		}
		return share(met, len(s.needs))
	},
	say: func(s *subject, h *care.Household, _ measure) words {
		if !h.Home.Skills.Known() {
			return words{says: "the carers' skills are not recorded; needs " + plain(s.Needs), missing: []string{"skills"}}
		}
		var met, gaps []string
		for _, need := range s.Needs {
			if h.Home.Skills.Has(need) {
				met = append(met, need)
			} else {
				gaps = append(gaps, need)
			}
		}
		if len(gaps) == 0 {
			return words{says: "skilled for " + plain(met)}
		}
		says := "no skill recorded for " + plain(gaps)
		if len(met) > 0 {
			says = "skilled for " + plain(met) + "; " + says
		}
		return words{says: says, support: gaps}
	},
}

// plain writes terms as words; the id of a home that is wished for stays as it is.
func plain(terms []string) string {
	isHome := func(term string) bool { return strings.HasPrefix(term, homeWish) }
	if !slices.ContainsFunc(terms, isHome) { // as nearly always
		return strings.ReplaceAll(strings.Join(terms, ", "), "-", " ")
	}
	said := make([]string, len(terms))
	for i, term := range terms {
		if said[i] = term; !isHome(term) {
			said[i] = strings.ReplaceAll(term, "-", " ")
		}
	}
	return strings.Join(said, ", ")
}

var identity = Criterion{
	ID:      "identity",
	Source:  "Children Act 1989, s 22(5)(c)",
	weight:  func(s *subject) int { return s.policy.Weights.Identity },
	applies: func(s *subject) bool { return len(s.traits) > 0 },
	value:   func(s *subject, h *care.Household) measure { return granted(s.traits, s, h) },
	most: func(s *subject, homes *care.Span, kinds care.KindSet) Millionths {
		return grantable(s.traits, s, homes, kinds)
	},
	say: func(s *subject, h *care.Household, _ measure) words {
		return grantedWords(s.traits, s, h, "offers", "no record of")
	},
}

// traitsOf lists what the child and family asked for, each as a wish that a list
// of the home grants.
func traitsOf(c *care.Child) []wish {
	var all []wish
	ask := func(column, asked string, list func(*care.Home) care.List, marks func(*care.Span) care.Marks) {
		mark := care.MarksOf(asked)
		all = append(all, wish{
			term: asked, can: always, column: column,
			granted: func(_ *subject, h *care.Household) care.Answer { return listed(list(h.Home), asked) },
			may:     func(_ *subject, homes *care.Span, _ care.KindSet) bool { return marks(homes).Has(mark) },
		})
	}
	identities := func(homes *care.Span) care.Marks { return homes.Identities }
	for _, language := range c.Languages {
		ask("languages", language, func(h *care.Home) care.List { return h.Languages }, func(homes *care.Span) care.Marks { return homes.Languages })
	}
	if c.Faith != "" {
		ask("faiths", c.Faith, func(h *care.Home) care.List { return h.Faiths }, identities)
	}
	if c.Culture != "" {
		ask("cultures", c.Culture, func(h *care.Home) care.List { return h.Cultures }, identities)
	}
	if c.Ethnicity != "" {
		ask("ethnicities", c.Ethnicity, func(h *care.Home) care.List { return h.Ethnicities }, identities)
	}
	return all
}

// listed says whether a list of the home has a term; unknown where the list is
// not recorded.
func listed(l care.List, term string) care.Answer {
	if !l.Known() {
		return care.Unknown
	}
	return yesIf(l.Has(term))
}

func appendNew(all []string, s string) []string {
	if slices.Contains(all, s) {
		return all
	}
	return append(all, s)
}

// sides writes what is there and what is not.
func sides(lead string, met []string, without string, not []string) string {
	switch {
	case len(not) == 0:
		return lead + " " + plain(met)
	case len(met) == 0:
		return without + " " + plain(not)
	}
	return lead + " " + plain(met) + "; " + without + " " + plain(not)
}
