package rulebook

import (
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Standing is a rule as it stood on a day.
type Standing struct {
	ID         string      `json:"rule"`
	Title      string      `json:"title"`
	State      State       `json:"state"` // "in force", "proposed", or "not yet"
	Since      care.Day    `json:"since,omitempty"`
	Basis      Basis       `json:"basis"`
	Citation   string      `json:"citation"`
	Kinds      []care.Kind `json:"kinds"` // of home that it applies to
	Amendments []string    `json:"amendments,omitempty"`
}

// NotYet is the state of a rule before anybody proposed it.
const NotYet State = "not yet"

// On lists every rule as it stood on a day, in the order of the rulebook. The
// error is a [*TooEarlyError].
func On(d care.Day) ([]Standing, error) {
	if d < FirstDay {
		return nil, &TooEarlyError{On: d}
	}
	var all []Standing
	for _, r := range Rules() {
		s := Standing{ID: r.ID, Title: r.Title, State: r.StateOn(d), Basis: r.Basis, Citation: r.Citation}
		for _, stage := range r.Stages {
			if stage.From <= d {
				s.Since = stage.From
			}
		}
		if s.State == "" {
			s.State = NotYet
		}
		for _, k := range care.Kinds() {
			if r.applies(k) {
				s.Kinds = append(s.Kinds, k)
			}
		}
		for _, a := range r.Amendments {
			if a.Enacted <= d {
				s.Amendments = append(s.Amendments, a.on(d))
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// on says where the amendment stands on a day.
func (a Amendment) on(d care.Day) string {
	state := "enacted, not commenced"
	if a.Commences != 0 && a.Commences <= d {
		state = "in force from " + a.Commences.Words()
	}
	return fmt.Sprintf("%s (%s, %s; %s)", a.Says, a.Citation, a.Enacted.Words(), state)
}

// Change is a rule that stood otherwise on one day than on another.
type Change struct {
	ID     string `json:"rule"`
	Title  string `json:"title"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Diff lists the rules that changed from one day to a later one. The error is a
// [*TooEarlyError].
func Diff(from, to care.Day) ([]Change, error) {
	before, err := On(from)
	if err != nil {
		return nil, err
	}
	after, err := On(to)
	if err != nil {
		return nil, err
	}
	var all []Change
	for i := range after {
		if b, a := before[i].words(), after[i].words(); b != a {
			all = append(all, Change{after[i].ID, after[i].Title, b, a})
		}
	}
	return all, nil
}

// words is the state with its first day, and what waits.
func (s *Standing) words() string {
	says := string(s.State)
	if s.Since != 0 {
		says += " since " + s.Since.Words()
	}
	for _, a := range s.Amendments {
		says += "; amended: " + a
	}
	return says
}
