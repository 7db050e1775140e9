package match

import (
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// inquiry is a request made ready: the case, the rulebook and the scale opened
// at it.
type inquiry struct {
	*Request
	care.Case
	policies []*policy.Policy // of each child
	book     *rulebook.Book
	scale    *scoring.Scale
}

func prepare(r Reader, req *Request, policies *policy.Set) (*inquiry, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	children, err := childrenOf(r, req)
	if err != nil {
		return nil, err
	}
	q := &inquiry{Request: req, Case: care.Case{Children: children, On: req.On, Emergency: req.Emergency}}
	ids := make([]care.ID, len(children))
	for i := range children {
		ids[i] = children[i].ID
		q.policies = append(q.policies, policies.For(children[i].Authority))
	}
	q.Ask = care.Ask(req.at(), ids...)
	if q.Siblings, err = siblingsOf(r, &q.Case); err != nil {
		return nil, err
	}
	if q.book, err = rulebook.For(q.Case, q.policies); err != nil {
		return nil, err
	}
	q.scale = scoring.For(&q.Case, q.policies)
	return q, q.measurable()
}

// childrenOf reads the children of a request, in order of ID, each once.
func childrenOf(r ChildReader, req *Request) ([]care.Child, error) {
	if req.Tonight != nil {
		return []care.Child{*req.Tonight}, nil
	}
	ids := slices.Clone(req.Children)
	if req.Group != "" {
		var err error
		if ids, err = r.Group(req.Group); err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			return nil, &InvalidRequestError{fmt.Sprintf("no child is recorded in sibling group %q", req.Group)}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	children := make([]care.Child, len(ids))
	for i, id := range ids {
		var err error
		if children[i], err = r.Child(id); err != nil {
			return nil, err
		}
	}
	return children, nil
}

// siblingsOf finds, for each child, the brothers and sisters in care who are not
// in the case and who live in a home on the day.
func siblingsOf(r Reader, c *care.Case) ([][]care.Sibling, error) {
	all := make([][]care.Sibling, len(c.Children))
	for i := range c.Children {
		group := c.Children[i].Group
		if group == "" {
			continue
		}
		ids, err := r.Group(group)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if c.Names(id) {
				continue
			}
			sibling, found, err := whereabouts(r, id, c)
			if err != nil {
				return nil, err
			}
			if found {
				all[i] = append(all[i], sibling)
			}
		}
	}
	return all, nil
}

// whereabouts finds the home a child lives in on the day of the case.
func whereabouts(r Reader, id care.ID, c *care.Case) (care.Sibling, bool, error) {
	placements, err := r.PlacementsOf(id)
	if err != nil {
		return care.Sibling{}, false, err
	}
	for i := range placements {
		stay := placements[i].Stay()
		if !c.Ask.Lives(&stay, c.On) {
			continue
		}
		h, err := r.Household(placements[i].Home)
		if err != nil {
			return care.Sibling{}, false, err
		}
		return care.Sibling{ID: id, Home: h.Home.ID, Where: h.Home.Where.Point}, true, nil
	}
	return care.Sibling{}, false, nil
}

func (q *inquiry) measurable() error {
	if q.Within == 0 {
		return nil
	}
	for i := range q.Case.Children {
		if q.Case.Children[i].Home.Known() {
			return nil
		}
	}
	return ErrNoHomeAddress
}
