package match

import (
	"context"
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Bed says which children of a request are to live in a home.
type Bed struct {
	Home     care.ID   `json:"home"`
	Children []care.ID `json:"children"`
}

// Judge says everything about homes that were chosen, in the order of the beds,
// each judged for its children while the others of the request live in theirs.
// Errors are those of [Run], and an [*InvalidRequestError] unless the beds name
// each child of the request once, in homes that differ.
func Judge(_ context.Context, r Reader, req Request, beds []Bed, policies *policy.Set) ([]Candidate, error) {
	q, err := prepare(r, &req, policies)
	if err != nil {
		return nil, err
	}
	blocks, err := q.parted(beds)
	if err != nil {
		return nil, err
	}
	homes := make([]care.Household, len(beds))
	for i := range beds {
		if homes[i], err = r.Household(beds[i].Home); err != nil {
			return nil, err
		}
	}
	return q.judge(blocks, homes)
}

// judge puts each block in its home.
func (q *inquiry) judge(blocks []uint, homes []care.Household) ([]Candidate, error) {
	if len(homes) == 1 {
		return []Candidate{q.describeChosen(&homes[0])}, nil
	}
	where := func(child int) *care.Home {
		return homes[slices.IndexFunc(blocks, func(b uint) bool { return b&(1<<child) != 0 })].Home
	}
	all := make([]Candidate, len(homes))
	for i := range homes {
		sub, err := q.some(blocks[i], where)
		if err != nil {
			return nil, err
		}
		all[i] = sub.describeChosen(&homes[i])
	}
	return all, nil
}

// describeChosen also says whether it is only for the holds of others that the
// home is barred.
func (q *inquiry) describeChosen(h *care.Household) Candidate {
	c := q.describe(h)
	if len(h.Occupancy.Holds) > 0 && len(withVerdict(c.Findings, rulebook.Barred)) > 0 {
		let := *h
		let.Occupancy.Holds, let.Held = nil, nil
		c.OnlyHeld = q.book.Judge(&let).BarredBy == ""
	}
	return c
}

// parted says which children are in which bed: bit i is child i.
func (q *inquiry) parted(beds []Bed) ([]uint, error) {
	blocks, seen := make([]uint, len(beds)), uint(0)
	for i, bed := range beds {
		if slices.ContainsFunc(beds[:i], func(b Bed) bool { return b.Home == bed.Home }) {
			return nil, &InvalidRequestError{fmt.Sprintf("home %q is named twice", string(bed.Home))}
		}
		if len(bed.Children) == 0 {
			return nil, &InvalidRequestError{fmt.Sprintf("no child is named for home %q", string(bed.Home))}
		}
		for _, id := range bed.Children {
			child := slices.IndexFunc(q.Case.Children, func(c care.Child) bool { return c.ID == id })
			switch {
			case child < 0:
				return nil, &InvalidRequestError{fmt.Sprintf("child %q is not one of those asked for", string(id))}
			case seen&(1<<child) != 0:
				return nil, &InvalidRequestError{fmt.Sprintf("child %q is named twice", string(id))}
			}
			blocks[i] |= 1 << child
			seen |= 1 << child
		}
	}
	for i := range q.Case.Children {
		if seen&(1<<i) == 0 {
			return nil, &InvalidRequestError{fmt.Sprintf("no home is named for child %q", string(q.Case.Children[i].ID))}
		}
	}
	return blocks, nil
}
