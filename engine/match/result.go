package match

import (
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// Head is what every result begins with: what was asked, of which state of the
// store, under which policy, and the children's own words.
type Head struct {
	On      care.Day  `json:"on"`
	At      time.Time `json:"at"`
	Journal uint64    `json:"journal"` // number of the last change that was seen
	Policy  string    `json:"policy"`  // hash of the policies in force
	// Departures name what of the policies is not at its default.
	Departures []string  `json:"departures,omitempty"`
	Children   []care.ID `json:"children"`
	Wishes     []Wish    `json:"wishes"`
	// Referral is what the children's referrals say and no rule judges.
	Referral []Unjudged `json:"referral,omitempty"`
	Unknown  []string   `json:"unknown"` // facts of the children that are not recorded
}

// Wish is what a child has said, in their own words.
type Wish struct {
	Child care.ID `json:"child"`
	Words string  `json:"words"`
}

// Unjudged is something that a child's referral says, that no rule judges and
// nothing weighs.
type Unjudged struct {
	Child care.ID `json:"child"`
	Field string  `json:"field"` // of the Placements Data Standard, such as riskOther
	Words string  `json:"words"`
}

// Result is the answer to a request.
type Result struct {
	Head
	Considered int `json:"considered"` // homes of the kinds and within the distance asked for
	*Counts
	// NotReady counts the homes that Ready left out, which only lack a sign-off. It
	// is counted where Counts are, and where nothing fits.
	NotReady   int         `json:"not_ready,omitempty"`
	Candidates []Candidate `json:"candidates"`
	// Splits are the best ways to house the children in several homes, where there
	// are two or more: by the child who is worst off, then by score.
	Splits []Split `json:"splits,omitempty"`
	// Unproved says that there may be better splits than these: the search for them
	// was left off, as it is for large groups whose homes could be anywhere.
	Unproved bool        `json:"splits_unproved,omitempty"`
	WhyNot   []Exclusion `json:"why_not,omitempty"`
	// Alone counts the barred homes that one rule alone keeps out, by rule.
	Alone  map[string]int `json:"alone,omitempty"`
	Effort Effort         `json:"-"`
	// Openings are single changes that would open homes, where nothing fits; where
	// a split alone does, only with Counts or WhyNot.
	Openings []Opening `json:"openings,omitempty"`
}

// Effort is what an answer cost.
type Effort struct {
	Judged int // homes that were judged one by one
	Nodes  int // nodes of the index that were looked into; none where every home was judged
}

// Counts says what became of the homes that were considered: considered =
// eligible + the sum of barred.
type Counts struct {
	Eligible     int            `json:"eligible"`
	NeedsSignOff int            `json:"needs_sign_off"` // of the eligible
	Barred       map[string]int `json:"barred"`         // each home once, under the first rule that bars it
}

// Candidate is a home that may be offered, with everything that put it where it
// stands.
type Candidate struct {
	Rank           int                `json:"rank,omitempty"` // 1 is the first; 0 where no list was made
	Tier           int                `json:"tier"`
	Home           care.ID            `json:"home"`
	Kind           care.Kind          `json:"kind"`
	Authority      string             `json:"authority"`
	PostcodeSector string             `json:"postcode_sector,omitempty"`
	Score          scoring.Millionths `json:"score"`
	Children       []ChildScore       `json:"children"`
	Findings       []rulebook.Finding `json:"findings"`
	Reasons        []scoring.Reason   `json:"reasons"`
	WeeklyCost     *int               `json:"weekly_cost,omitempty"`   // pounds
	FreeFrom       care.Day           `json:"free_from,omitempty"`     // first day with a bed for each child
	LivesHere      []care.ID          `json:"lives_here,omitempty"`    // children of the request who live there already
	SiblingsHere   []care.ID          `json:"siblings_here,omitempty"` // their brothers and sisters who live there
	// Declines counts the reasons for which the home has said no to children that
	// it was offered, these or others.
	Declines []care.DeclineCount `json:"declines,omitempty"`
	// OnlyHeld says of a home that [Judge] found barred that it would not be, if
	// others let go of the beds that they hold there.
	OnlyHeld bool `json:"-"`
}

// ChildScore is the score of a home for one child of the request.
type ChildScore struct {
	ID    care.ID            `json:"id"`
	Score scoring.Millionths `json:"score"`
}

// WorstOff is the child with the lowest score, the first of them by ID.
func (c *Candidate) WorstOff() ChildScore {
	worst := c.Children[0]
	for _, child := range c.Children[1:] {
		if child.Score < worst.Score {
			worst = child
		}
	}
	return worst
}

// SignOffs lists the findings that need a named approval.
func (c *Candidate) SignOffs() []rulebook.Finding { return withVerdict(c.Findings, rulebook.SignOff) }

// Exclusion is a home that may not be offered, with every rule that bars it.
type Exclusion struct {
	Home           care.ID            `json:"home"`
	Kind           care.Kind          `json:"kind"`
	Authority      string             `json:"authority"`
	PostcodeSector string             `json:"postcode_sector,omitempty"`
	Findings       []rulebook.Finding `json:"findings"`
}

// Explanation is everything about one home for one request.
type Explanation struct {
	Head
	// Considered is false where the request would have passed the home over: it
	// is of a kind that was not named, or too far away.
	Considered bool             `json:"considered"`
	Verdict    rulebook.Verdict `json:"verdict"` // the gravest finding: met, warning, sign-off or barred
	Judged     Candidate        `json:"judged"`
}

func withVerdict(findings []rulebook.Finding, v rulebook.Verdict) []rulebook.Finding {
	var some []rulebook.Finding
	for _, f := range findings {
		if f.Verdict == v {
			some = append(some, f)
		}
	}
	return some
}
