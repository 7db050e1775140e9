package care

import (
	"slices"
	"time"
)

// DecisionKind says how a decision came about.
type DecisionKind string

// The kinds of decision.
const (
	PlaceDecision DecisionKind = "place" // a child without a placement was placed
	MoveDecision  DecisionKind = "move"  // a child was moved from one placement to another
	FactDecision  DecisionKind = "fact"  // it had happened, and was recorded without approval
)

// Decision is the record of a placement: what was asked, what the engine found on
// which revision of the store under which rules and policy, what a named person
// chose and why, and who approved it. Everything in it is as it was then; only
// sign-offs that came late are added.
type Decision struct {
	ID   ID           `cbor:"1,keyasint"`
	Kind DecisionKind `cbor:"2,keyasint"`

	Asked    Asked       `cbor:"3,keyasint"`
	Judged   uint64      `cbor:"4,keyasint"` // journal number of the revision that was judged
	Rules    []RuleState `cbor:"5,keyasint"` // the rulebook on the day of the placement, in its order
	Rulebook string      `cbor:"6,keyasint"` // hash of that rulebook with its words
	Policies string      `cbor:"7,keyasint"` // hash of the text of the policies, which is kept beside

	Result   Packed   `cbor:"8,keyasint"` // the shortlist, as match --json writes it
	Chosen   []Chosen `cbor:"9,keyasint"` // in the order they were named
	Findings Packed   `cbor:"10,keyasint"`
	Excluded Excluded `cbor:"11,keyasint"`

	By          string       `cbor:"12,keyasint"` // the person who chose
	At          time.Time    `cbor:"13,keyasint"` // when it was recorded
	MovedAt     time.Time    `cbor:"14,keyasint,omitzero"`
	Why         string       `cbor:"15,keyasint,omitempty"`
	SignOffs    []SignOff    `cbor:"16,keyasint,omitempty"`
	Acceptances []Acceptance `cbor:"17,keyasint,omitempty"`
	Breaches    []Breach     `cbor:"18,keyasint,omitempty"`
	Ended       []ID         `cbor:"19,keyasint,omitempty"` // placements that it ended
	// Rank is the place of the choice, from 1: of a home among all that may be
	// offered, of several homes among the splits of the shortlist; 0 where it is
	// not among them.
	Rank int `cbor:"20,keyasint,omitempty"`
}

// Asked is the request of a decision, as it was put.
type Asked struct {
	Children  []ID      `cbor:"1,keyasint"` // in order, each once
	Group     ID        `cbor:"2,keyasint,omitempty"`
	On        Day       `cbor:"3,keyasint"`
	At        time.Time `cbor:"4,keyasint"` // decided which holds counted
	Emergency bool      `cbor:"5,keyasint,omitempty"`
	Within    float64   `cbor:"6,keyasint,omitempty"` // miles from each child's home; 0 is no limit
	Kinds     []Kind    `cbor:"7,keyasint,omitempty"`
}

// RuleState is a rule as it stood on the day of a placement.
type RuleState struct {
	_     struct{} `cbor:",toarray"`
	ID    string
	State string
	Since Day // first day of that state; 0 is throughout
}

// Chosen is one of the homes of a decision.
type Chosen struct {
	Home       ID   `cbor:"1,keyasint"`
	Children   []ID `cbor:"2,keyasint"`           // who are to live there
	Placements []ID `cbor:"3,keyasint,omitempty"` // that were begun
	Tier       int  `cbor:"4,keyasint"`
	Stayed     []ID `cbor:"5,keyasint,omitempty"` // those of Children who lived there already, and for whom nothing was begun
}

// Moved are the children who came to live there by the decision, in order.
func (c *Chosen) Moved() []ID {
	return kept(c.Children, func(id *ID) bool { return !slices.Contains(c.Stayed, *id) })
}

// Excluded is every home that the rules barred, by the first rule that did.
type Excluded struct {
	Counts []RuleCount `cbor:"1,keyasint,omitempty"` // in the order of the rulebook
	SHA256 []byte      `cbor:"2,keyasint"`           // of the list unpacked
	// List is empty where it would not have fitted; a replay gives it, and SHA256
	// tells that it is the same.
	List Packed `cbor:"3,keyasint,omitempty"`
}

// RuleCount says of how many homes a rule was the first that barred them.
type RuleCount struct {
	_    struct{} `cbor:",toarray"`
	Rule string
	N    int
}

// Acceptance is the yes of another's home.
type Acceptance struct {
	Home ID        `cbor:"1,keyasint"`
	Hold ID        `cbor:"2,keyasint"`
	By   string    `cbor:"3,keyasint"`
	At   time.Time `cbor:"4,keyasint"`
}

// Breach is something that should have been and was not when a child moved.
type Breach struct {
	Rule    string `cbor:"1,keyasint" json:"rule"`
	Verdict string `cbor:"2,keyasint" json:"verdict"` // barred; sign-off; or acceptance, for another's home that had not said yes
	Home    ID     `cbor:"3,keyasint" json:"home"`
	Child   ID     `cbor:"4,keyasint,omitempty" json:"child,omitempty"`
	Role    string `cbor:"5,keyasint,omitempty" json:"role,omitempty"` // who should have signed off
	ByDay   Day    `cbor:"6,keyasint,omitempty" json:"by_day,omitempty"`
	Says    string `cbor:"7,keyasint" json:"says"`
}

// Moved is the instant by which sign-offs had to be there: when the children
// moved or, where only the day is known, its end; never later than the recording.
func (d *Decision) Moved() time.Time {
	moved := d.MovedAt
	if moved.IsZero() {
		moved = StartOf(d.Asked.On + 1)
	}
	if d.At.Before(moved) {
		return d.At
	}
	return moved
}

// Late is how long after the children moved a sign-off was given; nothing if it
// was in time.
func (d *Decision) Late(s *SignOff) time.Duration { return max(0, s.At.Sub(d.Moved())) }

// Answer is the sign-off that answers a breach, if one has been given since.
func (d *Decision) Answer(b *Breach) (SignOff, bool) {
	for i := range d.SignOffs {
		if s := &d.SignOffs[i]; b.Role != "" && s.Answers(b.Rule, b.Role, b.Home) {
			return *s, true
		}
	}
	return SignOff{}, false
}

// Outstanding lists the breaches that nobody has signed off since. What was barred
// stays one: no sign-off makes it lawful.
func (d *Decision) Outstanding() []Breach {
	var all []Breach
	for i := range d.Breaches {
		if _, answered := d.Answer(&d.Breaches[i]); !answered {
			all = append(all, d.Breaches[i])
		}
	}
	return all
}
