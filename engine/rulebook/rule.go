package rulebook

import (
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// FirstDay is the first day the rulebook speaks for: the day after the Covid-19
// amendments of SI 2020/445, which changed several periods, had ended.
var FirstDay = care.Date(2020, 9, 26)

// TooEarlyError refuses a day before [FirstDay].
type TooEarlyError struct{ On care.Day }

// Error says which day is the first and why.
func (e *TooEarlyError) Error() string {
	return fmt.Sprintf("the rulebook speaks for days from %s on, when the Covid-19 amendments (SI 2020/445) had ended; %s is earlier", FirstDay, e.On)
}

// Basis is what kind of source a rule has.
type Basis string

// The sources, from the strongest.
const (
	Statute  Basis = "statute"
	Standard Basis = "standard" // national minimum standards
	Guidance Basis = "guidance"
)

// State is where a rule stands on a day.
type State string

// The states.
const (
	Proposed State = "proposed"
	InForce  State = "in force"
)

// Stage is a state of a rule and the first day of it; it lasts until the next.
type Stage struct {
	State State
	From  care.Day
}

// Rule is one rule of the law.
type Rule struct {
	ID       string
	Title    string
	Citation string
	Basis    Basis
	Stages   []Stage // in order of day; none means throughout
	// Amendments are changes to it that are enacted and wait for their day.
	Amendments []Amendment
	whole      bool // judges all children together rather than each
	ofKind     bool // bars, where it does, for the kind of a home, unless the case names the home
	// may says whether a home of the Span that the case does not name may come
	// through this rule; nil is yes. It may speak for another rule that asks the
	// same of other kinds.
	may     func(*question, *care.Span) bool
	applies func(care.Kind) bool
	judge   func(*question) ruling
	say     func(*question, ruling) words
}

// Amendment is a change to a rule that Parliament has made and that is not in
// force until a day that is appointed for it.
type Amendment struct {
	Says      string // what it changes
	Citation  string
	Enacted   care.Day
	Commences care.Day // 0 while no day is appointed
}

// question is what one rule is asked: one child, or all of them, and one home.
type question struct {
	*Book
	rule  *Rule
	child *subject // nil where the rule judges the children together
	index int      // of the child within the case
	h     *care.Household
	home  *care.Home
}

// subject is a child of the case with what is worked out once.
type subject struct {
	*care.Child
	policy *policy.Policy
	age    int    // whole years on the day of the placement
	off    uint64 // the rules, by bit, that the authority does not follow

	adaptations care.Marks // that the child needs
}

// StateOn is where the rule stands on a day; empty before its first stage.
func (r *Rule) StateOn(d care.Day) State {
	if len(r.Stages) == 0 {
		return InForce
	}
	state := State("")
	for _, s := range r.Stages {
		if s.From <= d {
			state = s.State
		}
	}
	return state
}

// Rules returns every rule in the order of the rulebook.
func Rules() []Rule {
	return []Rule{
		// A. kind of home, by age
		under16Unregulated, under16AgeDisputed, supported16To17, supportedSuitability, secureHome, libertyOrder, adult,
		statementOfPurpose, residentialUnder10,
		// B. the home itself
		connectedTo, approval, connectedTemporary, termsOfApproval, usualFosteringLimit, freePlace, bedrooms, notAvailable,
		vacancyConfirmed, runsOut,
		// C. the child and the people already there
		alongside, keptApart, riskToOthers, riskToChild, exclusionZone, awayFrom, adaptations, pets, smoking, suitability,
		parentAndChild, siblingsTogether,
		// D. where
		outOfArea, atADistance, keyStage4, over20Miles,
	}
}

func every(care.Kind) bool { return true }
