package rulebook

import (
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Verdict is what a rule finds of a home for a case. The order runs from mild to
// grave.
type Verdict uint8

// The verdicts. The zero Verdict is a rule that has nothing to say here.
const (
	Silent  Verdict = iota
	Met             // checked and satisfied
	Warning         // lawful, but the officer must see it
	SignOff         // possible only with a named approval
	Barred          // unlawful or unsafe
)

// String is the verdict as it is written in results.
func (v Verdict) String() string {
	return [...]string{"", "met", "warning", "sign-off", "barred"}[min(v, Barred)]
}

// MarshalText writes the verdict as in results.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (v *Verdict) UnmarshalText(text []byte) error {
	for known := Silent; known <= Barred; known++ {
		if known.String() == string(text) {
			*v = known
			return nil
		}
	}
	return fmt.Errorf("%q is not a verdict", text)
}

// Finding is what one rule says of one home, for one child or for all of them. A
// sign-off is needed before the child moves, by the day of the placement; a notice, and
// what runs out, may have a later day.
type Finding struct {
	Rule       string   `json:"rule"`
	Verdict    Verdict  `json:"verdict"`
	Child      care.ID  `json:"child,omitempty"`  // empty where the rule judges the children together
	Role       string   `json:"role,omitempty"`   // for a sign-off: who must give it
	ByDay      care.Day `json:"by_day,omitempty"` // the last day for the sign-off or the notice, or when something runs out
	Says       string   `json:"says"`             // one plain sentence, with the figures that decided it
	Citation   string   `json:"citation"`
	NearestFix string   `json:"nearest_fix,omitempty"` // for a bar or a sign-off, and for some warnings: what would change it
	Missing    []string `json:"missing,omitempty"`     // facts of the home that are not recorded
}

// The roles that give sign-offs.
const (
	PlacementOfficer = "placement officer"
	NominatedOfficer = "nominated officer"
	Director         = "director of children's services"
	AreaAuthority    = "area authority"
	SecretaryOfState = "Secretary of State"
	// PlacingAuthorities is every authority with a child in the home.
	PlacingAuthorities = "each placing authority"
)

// ruling is what a rule decides, before anybody puts it into words.
type ruling struct {
	verdict Verdict
	clause  clause
	n, m    int      // the figures that decided
	day     care.Day // the day that decided
	miles   float64
}

// clause tells the words of a rule which of its branches was taken. Each rule
// has its own.
type clause uint8

// words is a ruling in plain English.
type words struct {
	says    string
	fix     string
	role    string
	byDay   care.Day // of a warning; that of a sign-off is the day of the placement
	missing []string
}
