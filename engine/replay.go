package engine

import (
	"bytes"
	"context"
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Replay says whether a decision, run again as it was recorded then, gives the
// same.
type Replay struct {
	Decision care.ID `json:"decision"`
	Judged   uint64  `json:"judged"` // journal number of the revision that was judged again
	// Identical says that the shortlist, what was found of the chosen homes and the
	// homes that were passed over are the same, byte for byte.
	Identical bool `json:"identical"`
	// Difference is the first of them; empty where there is none.
	Difference string `json:"difference,omitempty"`
	// SameRulebook says that the rulebook of the program that runs has the same
	// rules, words and dates for that day as the one that was recorded. Where it
	// has not, a difference may come from it.
	SameRulebook bool   `json:"same_rulebook"`
	Recorded     string `json:"rulebook_recorded"` // hash of the rulebook then
	Running      string `json:"rulebook_running"`  // and of the one that runs
}

// Replay runs the match of a decision again on the revision that it judged, under
// the policy that was in force for it, and compares. What was stored since, and
// the policy of this engine, make no difference. Errors: an [*UnknownError] for
// the decision; [ErrErased] where a record that it rested on was erased;
// [ErrDamaged]; and those of reading.
func (e *Engine) Replay(ctx context.Context, id care.ID) (*Replay, error) {
	var replay *Replay
	err := e.read(ctx, func(r *reader) error {
		d, err := r.decision(id)
		if err != nil {
			return err
		}
		policies, err := policiesOf(r.View, d.Policies)
		if err != nil {
			return err
		}
		then, err := r.AsOf(d.Judged)
		if err != nil {
			return err
		}
		replay, err = e.replay(ctx, then, d, policies)
		return err
	})
	return replay, err
}

// policiesOf reads the policies that were in force for a decision.
func policiesOf(v *store.View, hash string) (*policy.Set, error) {
	text, err := v.Meta(policyName(hash))
	if err != nil {
		return nil, err
	}
	if got := hashOf(text); got != hash {
		return nil, fmt.Errorf("%w: the policies kept as %s are %s", ErrDamaged, hash, got)
	}
	return policy.Parse(string(text))
}

// replay assesses again, on the revision of then.
func (e *Engine) replay(ctx context.Context, then *store.View, d *care.Decision, policies *policy.Set) (*Replay, error) {
	replay := &Replay{Decision: d.ID, Judged: d.Judged, Recorded: d.Rulebook}
	standing, err := rulebook.On(d.Asked.On)
	if err != nil {
		return nil, err
	}
	if replay.Running, err = rulebookHash(standing); err != nil {
		return nil, err
	}
	replay.SameRulebook = replay.Running == replay.Recorded
	var beds []Bed
	for _, c := range d.Chosen {
		beds = append(beds, Bed{Home: c.Home, Children: c.Children})
	}
	a, err := e.assess(ctx, then, d.Asked, beds, policies)
	if err != nil {
		return nil, err
	}
	replay.Difference, err = difference(d, a)
	replay.Identical = err == nil && replay.Difference == ""
	return replay, err
}

// difference is the first between what was recorded and what is found again.
func difference(d *care.Decision, a *assessment) (string, error) {
	for _, part := range []struct {
		name     string
		recorded care.Packed
		now      []byte
	}{{"", d.Result, a.result}, {"chosen", d.Findings, a.findings}} {
		recorded, err := part.recorded.Unpack()
		if err != nil {
			return "", fmt.Errorf("%w: decision %s: %w", ErrDamaged, d.ID, err)
		}
		if where := firstDifference(recorded, part.now); where != "" {
			return part.name + where, nil
		}
	}
	if !bytes.Equal(a.excludedHash(), d.Excluded.SHA256) {
		return "excluded: other homes were passed over, or by other rules", nil
	}
	return differentChoice(d, a), nil
}

// differentChoice holds what the record says of the choice against what is found.
func differentChoice(d *care.Decision, a *assessment) string {
	if rank := a.rank(); rank != d.Rank {
		return fmt.Sprintf("rank: recorded %d, now %d", d.Rank, rank)
	}
	for i := range d.Chosen {
		if tier := a.chosen[i].Tier; tier != d.Chosen[i].Tier {
			return fmt.Sprintf("tier of %s: recorded %d, now %d", d.Chosen[i].Home, d.Chosen[i].Tier, tier)
		}
	}
	return ""
}
