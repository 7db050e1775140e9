package rulebook

import (
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/policy"
)

// PolicyError says that a policy switches off what no policy can.
type PolicyError struct {
	Rule string
	Why  string
}

// Error names the rule and the reason.
func (e *PolicyError) Error() string {
	return fmt.Sprintf("policy: guidance_off: %s: %s", e.Rule, e.Why)
}

// checkOff refuses a policy that switches off law, or a rule there is none of.
func checkOff(policies []*policy.Policy) error {
	for _, p := range policies {
		for _, id := range p.GuidanceOff {
			i := slices.IndexFunc(Rules(), func(r Rule) bool { return r.ID == id })
			switch {
			case i < 0:
				return &PolicyError{id, "there is no such rule"}
			case Rules()[i].Basis != Guidance:
				return &PolicyError{id, "it rests on law, which no policy switches off"}
			}
		}
	}
	return nil
}

// CheckPolicies refuses policies that switch off law, or a rule there is none of, as
// [For] does. The error is a [*PolicyError].
func CheckPolicies(policies ...*policy.Policy) error { return checkOff(policies) }

// switchedOff marks the rules of the book that a policy does not follow, one bit
// each.
func (b *Book) switchedOff(p *policy.Policy) uint64 {
	bits := uint64(0)
	for i := range b.rules {
		if slices.Contains(p.GuidanceOff, b.rules[i].ID) {
			bits |= 1 << i
		}
	}
	return bits
}

// off says whether no authority with a child in the case follows rule i.
func (b *Book) off(i int) bool {
	for s := range b.subjects {
		if b.subjects[s].off&(1<<i) == 0 {
			return false
		}
	}
	return true
}
