package scoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// fullYears is the experience, in years, that counts in full.
const fullYears = 5

// stability is the mean of up to four quarters: the offered duration covers the
// plan; the years of fostering, or of a home's registration; the share of past
// placements that did not end early; and how few children are already there. The
// first is left out where no plan is recorded for the child.
var stability = Criterion{
	ID:      "stability",
	Source:  "policy: the independent review of children's social care (2022), on stable homes",
	weight:  func(s *subject) int { return s.policy.Weights.Stability },
	applies: func(*subject) bool { return true },
	value: func(s *subject, h *care.Household) measure {
		sum, best := Millionths(0), Millionths(0)
		quarters := 3
		if s.Plan != "" {
			quarters = 4
			sum += durationQuarter(s, h)
			best = sum
		}
		for _, q := range [...]measure{experienceQuarter(s, h), historyQuarter(s, h), sure(roomQuarter(s, h))} {
			sum, best = sum+q.value, best+q.ifConfirmed
		}
		m := sure(divide(sum, Millionths(quarters)))
		m.ifConfirmed = divide(best, Millionths(quarters))
		return m
	},
	most: func(s *subject, homes *care.Span, _ care.KindSet) Millionths {
		sum, quarters := Millionths(0), 3
		if s.Plan != "" {
			quarters = 4
			if homes.Traits.Any(s.Plan.Offers()) {
				sum += One
			}
		}
		if homes.Since != 0 {
			sum += experience(s, homes.Since)
		}
		sum += part(homes.Kept(s.On)) + part(homes.Empty(s.On, &s.Ask))
		return divide(sum, Millionths(quarters))
	},
	say: func(s *subject, h *care.Household, _ measure) words {
		var w words
		var parts []string
		if s.Plan != "" {
			parts = append(parts, durationSays(s, h))
		}
		if since := h.Home.Experienced(); since == 0 {
			w.missing = append(w.missing, sinceColumn(h.Home))
			parts = append(parts, "years of experience not recorded")
		} else {
			parts = append(parts, experienceSays(s, since))
		}
		ended, early, open := past(s, h)
		if open > 0 {
			w.missing = append(w.missing, "ended_early of past placements")
		}
		parts = append(parts, pastSays(ended, early, open))
		parts = append(parts, roomSays(s, h))
		w.says = strings.Join(parts, "; ")
		return w
	},
}

// durationQuarter is 1 where the home's durations include the plan. A home with
// no restriction of duration covers every plan.
func durationQuarter(s *subject, h *care.Household) Millionths {
	if len(h.Home.Durations) == 0 || slices.Contains(h.Home.Durations, s.Plan) {
		return One
	}
	return 0
}

func durationSays(s *subject, h *care.Household) string {
	if durationQuarter(s, h) == One {
		return fmt.Sprintf("covers a plan of %s care", s.Plan)
	}
	return fmt.Sprintf("does not offer %s care", s.Plan)
}

func sinceColumn(h *care.Home) string {
	if h.Kind.Fostering() {
		return "fostering_since"
	}
	return "registered_from"
}

func experienceQuarter(s *subject, h *care.Household) measure {
	since := h.Home.Experienced()
	if since == 0 {
		return unknown()
	}
	return sure(experience(s, since))
}

// experience is the value of the years since a day.
func experience(s *subject, since care.Day) Millionths {
	return share(min(care.AgeOn(since, s.On), fullYears), fullYears)
}

// part is a share as a value; a share of nothing is none.
func part(s care.Share) Millionths { return share(int(s.N), max(int(s.Of), 1)) }

func experienceSays(s *subject, since care.Day) string {
	years := care.AgeOn(since, s.On)
	if years == 1 {
		return "1 year of experience"
	}
	return fmt.Sprintf("%d years of experience", years)
}

// past counts the placements here that had ended by the day, those of them that
// ended early, and those of which it is not recorded.
func past(s *subject, h *care.Household) (ended, early, open int) {
	for i := range h.Occupancy.Stays {
		stay := &h.Occupancy.Stays[i]
		if stay.End == 0 || stay.End > s.On {
			continue
		}
		ended++
		switch stay.EndedEarly {
		case care.Yes:
			early++
		case care.Unknown:
			open++
		}
	}
	return ended, early, open
}

func pastSays(ended, early, open int) string {
	if ended == 0 {
		return "no past placements recorded"
	}
	says := fmt.Sprintf("%d of %d past placements ended early", early, ended)
	if open > 0 {
		says += fmt.Sprintf(", of %d it is not recorded", open)
	}
	return says
}

func historyQuarter(s *subject, h *care.Household) measure {
	ended, early, open := past(s, h)
	if ended == 0 {
		return sure(0)
	}
	m := sure(share(ended-early-open, ended))
	m.ifConfirmed = share(ended-early, ended)
	return m
}

func living(s *subject, h *care.Household) int {
	n := 0
	for i := range h.Occupancy.Stays {
		if s.Ask.Lives(&h.Occupancy.Stays[i], s.On) {
			n++
		}
	}
	return n
}

// roomQuarter is 1 for an empty home and 0 for a full one. Somebody unknown may
// live in the beds that are shut.
func roomQuarter(s *subject, h *care.Household) Millionths {
	if h.Home.Beds == 0 {
		return 0
	}
	shut := h.Home.Beds - h.Home.OpenBeds()
	return One - share(min(living(s, h)+shut, h.Home.Beds), h.Home.Beds)
}

func roomSays(s *subject, h *care.Household) string {
	says := fmt.Sprintf("%d living there, beds: %d", living(s, h), h.Home.Beds)
	if shut := h.Home.Beds - h.Home.OpenBeds(); shut > 0 {
		says += fmt.Sprintf(", not to be had: %d", shut)
	}
	return says
}
