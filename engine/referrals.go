package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

func referralsIn() intakeOf[intake.Referral] {
	return intakeOf[intake.Referral]{rows: intake.Referrals, fold: enterReferrals}
}

// enterReferrals decides a chunk of referrals. Each is of a child of its own, as a
// file has a child once.
func enterReferrals(t *taking[intake.Referral], v *store.View, chunk []intake.Item[intake.Referral], n *tally) (*store.Change, error) {
	change := &store.Change{Who: t.By, Command: t.command, When: t.At}
	var changed []care.Child
	for i := range chunk {
		row := &chunk[i]
		if row.Invalid != nil {
			n.rejects = append(n.rejects, row.Invalid)
			continue
		}
		child, err := v.Child(row.Value.Child)
		if errors.Is(err, store.ErrNotFound) {
			n.rejects = append(n.rejects, row.Reject("childId", string(row.Value.Child), "there is no such child in the store", noChildHint))
			continue
		}
		if err != nil {
			return nil, err
		}
		did, no, warnings, err := enterReferral(v, row, &child)
		switch {
		case err != nil:
			return nil, err
		case no.why != "":
			n.rejects = append(n.rejects, row.Reject(no.column, no.value, no.why, no.hint))
			continue
		}
		n.warnings = append(n.warnings, warnings...)
		if n.count(&TableReport{}, did); did != unchanged {
			changed = append(changed, child)
		}
	}
	return change, change.PutChildren(v, changed...)
}

// noChildHint says why a referral cannot make a child.
const noChildHint = "the standard carries neither a date of birth nor an authority, so children come in first: import children or ssda903; " +
	"with --authority the id is a number of that authority's return"

// enterReferral enters one referral into its child.
func enterReferral(v *store.View, row *intake.Item[intake.Referral], child *care.Child) (became, refusal, []warned, error) {
	did, had := unchanged, child.Referral.Given
	var warnings []warned
	odd := func(says string) {
		says = string(child.ID) + ": " + says
		warnings = append(warnings, warned{row.File, row.Number, says, says})
	}
	if row.Value.Enter(child, odd) {
		if did = fresh; had {
			did = updated
		}
	}
	var wrong *care.FieldError
	if errors.As(child.Validate(), &wrong) {
		return 0, refusal{wrong.Field, "", wrong.Why, wrong.Hint}, nil, nil
	}
	err := disagreements(v, &row.Value, child, odd)
	return did, refusal{}, warnings, err
}

// disagreements names what a referral says and the record of the child does not
// bear out.
func disagreements(v *store.View, r *intake.Referral, c *care.Child, odd func(says string)) error {
	if said := r.Says("homeAdaptation"); slices.Equal(said, []string{"false"}) && len(c.Adaptation) > 0 {
		odd(fmt.Sprintf("homeAdaptation is false, and adaptations has %s; what is recorded stays", strings.Join(c.Adaptation, ", ")))
	}
	if said := r.Says("culturalNeeds"); slices.Equal(said, []string{"Required"}) && c.Culture == "" && c.Faith == "" {
		odd("culturalNeeds is Required, and neither culture nor faith is recorded, so nothing is weighed for it")
	}
	if r.Says("siblingCount") == nil {
		return nil
	}
	others, where := 0, "no sibling group is recorded"
	if c.Group != "" {
		ids, err := v.Group(c.Group)
		if err != nil {
			return err
		}
		others = len(ids) - 1
		where = fmt.Sprintf("sibling group %s has %d other than %s", c.Group, others, c.ID)
	}
	if n := c.Referral.SiblingCount; n.N != others {
		odd(fmt.Sprintf("siblingCount is %d, and %s", n.N, where))
	}
	return nil
}
