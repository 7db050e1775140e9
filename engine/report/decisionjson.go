package report

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

// DecisionSchema names the JSON of a decision.
const DecisionSchema = "stablehomes/decision/1"

// decisionJSON is the record of a decision for programs. What it keeps of the
// shortlist, of the chosen homes and of those passed over stands in it as it was
// written then.
type decisionJSON struct {
	Schema      string            `json:"schema"`
	ID          care.ID           `json:"id"`
	Kind        care.DecisionKind `json:"kind"`
	Wishes      []match.Wish      `json:"wishes"`
	Referral    []match.Unjudged  `json:"referral,omitempty"`
	Asked       askedJSON         `json:"asked"`
	Chosen      []chosenJSON      `json:"chosen"`
	Ended       []care.ID         `json:"ended,omitempty"`
	By          string            `json:"by"`
	At          time.Time         `json:"at"`
	MovedAt     *time.Time        `json:"moved_at,omitempty"`
	Rank        int               `json:"rank,omitempty"`
	Why         string            `json:"why,omitempty"`
	SignOffs    []signOffJSON     `json:"sign_offs"`
	Acceptances []acceptanceJSON  `json:"acceptances"`
	Breaches    []breachJSON      `json:"breaches"`
	Judged      uint64            `json:"judged"` // journal number of the revision
	Rulebook    string            `json:"rulebook"`
	Rules       []ruleStateJSON   `json:"rules"`
	Policies    string            `json:"policies"` // hash of the text that is kept
	Excluded    excludedJSON      `json:"excluded"`
	Result      json.RawMessage   `json:"result"`
}

type askedJSON struct {
	Children  []care.ID   `json:"children"`
	Group     care.ID     `json:"group,omitempty"`
	On        care.Day    `json:"on"`
	At        time.Time   `json:"at"`
	Emergency bool        `json:"emergency,omitempty"`
	Within    float64     `json:"within,omitempty"` // miles
	Kinds     []care.Kind `json:"kinds,omitempty"`
}

type chosenJSON struct {
	Home       care.ID         `json:"home"`
	Children   []care.ID       `json:"children"`
	Placements []care.ID       `json:"placements"`
	Stayed     []care.ID       `json:"stayed,omitempty"` // of the children, those who lived there already
	Tier       int             `json:"tier"`
	Judged     json.RawMessage `json:"judged"`
}

type signOffJSON struct {
	care.SignOff
	LateSeconds int64 `json:"late_seconds,omitempty"`
}

type acceptanceJSON struct {
	Home care.ID   `json:"home"`
	Hold care.ID   `json:"hold"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

type breachJSON struct {
	care.Breach
	Outstanding bool `json:"outstanding"`
}

type ruleStateJSON struct {
	Rule  string   `json:"rule"`
	State string   `json:"state"`
	Since care.Day `json:"since,omitempty"`
}

type excludedJSON struct {
	Counts []ruleCountJSON `json:"counts"`
	SHA256 string          `json:"sha256"`
	// Homes is null where the list did not fit.
	Homes json.RawMessage `json:"homes"`
}

type ruleCountJSON struct {
	Rule  string `json:"rule"`
	Homes int    `json:"homes"`
}

// DecisionJSON writes the record of a decision as one line of JSON.
func DecisionJSON(w io.Writer, d *care.Decision) error {
	all, err := unfold(d)
	if err != nil {
		return err
	}
	out := decisionJSON{
		Schema: DecisionSchema, ID: d.ID, Kind: d.Kind, Wishes: all.result.Wishes, Referral: all.result.Referral, Asked: askedJSON(d.Asked),
		Ended: d.Ended, By: d.By, At: d.At, Rank: d.Rank, Why: d.Why, Judged: d.Judged,
		Rulebook: d.Rulebook, Policies: d.Policies, SignOffs: []signOffJSON{}, Acceptances: []acceptanceJSON{}, Breaches: []breachJSON{},
	}
	if !d.MovedAt.IsZero() {
		out.MovedAt = &d.MovedAt
	}
	out.fill(d)
	if err := out.unpack(d); err != nil {
		return fmt.Errorf("decision %s: %w", d.ID, err)
	}
	return encode(w, out)
}

// fill takes over the lists.
func (out *decisionJSON) fill(d *care.Decision) {
	for i := range d.SignOffs {
		out.SignOffs = append(out.SignOffs, signOffJSON{d.SignOffs[i], int64(d.Late(&d.SignOffs[i]) / time.Second)})
	}
	for _, a := range d.Acceptances {
		out.Acceptances = append(out.Acceptances, acceptanceJSON(a))
	}
	for i := range d.Breaches {
		_, answered := d.Answer(&d.Breaches[i])
		out.Breaches = append(out.Breaches, breachJSON{d.Breaches[i], !answered})
	}
	for _, r := range d.Rules {
		out.Rules = append(out.Rules, ruleStateJSON{r.ID, r.State, r.Since})
	}
	out.Excluded = excludedJSON{Counts: []ruleCountJSON{}, SHA256: hex.EncodeToString(d.Excluded.SHA256)}
	for _, c := range d.Excluded.Counts {
		out.Excluded.Counts = append(out.Excluded.Counts, ruleCountJSON{c.Rule, c.N})
	}
}

// unpack takes over what is kept as JSON.
func (out *decisionJSON) unpack(d *care.Decision) (err error) {
	if out.Result, err = d.Result.Unpack(); err != nil {
		return err
	}
	if out.Excluded.Homes, err = d.Excluded.List.Unpack(); err != nil {
		return err
	}
	var judged []json.RawMessage
	if err := d.Findings.UnpackJSON(&judged); err != nil {
		return err
	}
	for i, c := range d.Chosen {
		out.Chosen = append(out.Chosen, chosenJSON{Home: c.Home, Children: c.Children, Placements: append([]care.ID{}, c.Placements...), Stayed: c.Stayed, Tier: c.Tier, Judged: judged[i]})
	}
	return nil
}
