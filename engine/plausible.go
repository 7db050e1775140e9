package engine

import (
	"fmt"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/spelling"
	"github.com/stablehomes/stablehomes/engine/store"
)

// refusal is why a row is not believed; the zero refusal is a row that is.
type refusal struct{ column, value, why, hint string }

// farthestMiles is farther than any place in England lies from the middle of its
// own authority; North Yorkshire reaches some 50 miles.
const farthestMiles = 75

// checkHome refuses a home whose position is nowhere near its authority: where a
// home lies decides what the law asks, so a slip in either must not pass.
func checkHome(_ *store.View, h *care.Home, _ time.Time) (refusal, error) {
	a, known := gazetteer.AuthorityOf(h.Authority)
	if !known {
		return refusal{}, nil
	}
	miles := gazetteer.Miles(a.Centre, h.Where.Point.LatLng())
	if miles <= farthestMiles {
		return refusal{}, nil
	}
	return refusal{
		"authority", h.Authority, fmt.Sprintf("the home lies %.0f miles from the middle of %s", miles, a.Name),
		"the authority in whose area the home lies; check it, and the position",
	}, nil
}

// The ages, in years, and the months ahead, that a child in these books can have.
const (
	oldestChild  = care.MaxAge
	unbornMonths = 10
)

// checkChild refuses a date of birth that no child in care has, and a name of
// somebody to keep away that is a slip for a listed contact.
func checkChild(_ *store.View, c *care.Child, at time.Time) (refusal, error) {
	if !at.IsZero() {
		today := care.DayOf(at)
		switch {
		case c.DOB > today.AddMonths(unbornMonths):
			return refusal{"dob", c.DOB.String(), fmt.Sprintf("is more than %d months ahead", unbornMonths), "the date of birth, or the day the child is expected"}, nil
		case care.AgeOn(c.DOB, today) > oldestChild:
			return refusal{"dob", c.DOB.String(), fmt.Sprintf("makes the child %d", care.AgeOn(c.DOB, today)), fmt.Sprintf("children and young people to %d", oldestChild)}, nil
		}
	}
	for _, away := range c.NoContact {
		if meant := slipFor(away, c.Contacts); meant != "" {
			return refusal{"no_contact", away, "is spelt almost as the contact " + meant, "spell both alike, or the contact counts as somebody to be near"}, nil
		}
	}
	return refusal{}, nil
}

// checkTonight holds a child who is not stored to what one who is imported is held to.
func checkTonight(req *Request) error {
	c := req.Tonight
	if c == nil || req.On == 0 || c.Validate() != nil { // the request says the last two itself
		return nil
	}
	if gss, known := (resolver{}).Authority(c.Authority); !known || gss != c.Authority {
		return &InvalidRequestError{Why: fmt.Sprintf("authority %s is not the GSS code of an authority of today, such as E08000035", c.Authority)}
	}
	bad, err := checkChild(nil, c, care.StartOf(req.On))
	if err != nil || bad == (refusal{}) {
		return err
	}
	return &InvalidRequestError{Why: fmt.Sprintf("%s %s %s (%s)", bad.column, bad.value, bad.why, bad.hint)}
}

// slipFor is the contact that a name nearly is, but is not.
func slipFor(name string, contacts []care.Contact) string {
	near := ""
	for _, c := range contacts {
		switch off := spelling.Distance(care.Term(name), care.Term(c.Who)); {
		case off == 0:
			return ""
		case off == 1:
			near = c.Who
		}
	}
	return near
}

// checkPlacement refuses a placement of a child or in a home that is not there.
func checkPlacement(v *store.View, p *care.Placement, _ time.Time) (refusal, error) {
	known, err := v.HasChild(p.Child)
	if err != nil {
		return refusal{}, err
	}
	if !known {
		return refusal{"child", string(p.Child), "there is no such child in the store", "import children before placements"}, nil
	}
	known, err = v.HasHome(p.Home)
	if err != nil || known {
		return refusal{}, err
	}
	return refusal{"home", string(p.Home), "there is no such home in the store", "import homes before placements"}, nil
}
