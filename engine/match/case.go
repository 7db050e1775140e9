package match

import (
	"fmt"
	"slices"
	"time"

	"github.com/golang/geo/s2"

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
	kinds    care.KindSet // that the request considers
	from     []s2.Point   // the home of each child whose address is known
	adoption bool         // adoption is considered for every child
	names    []care.ID    // homes that the case names, in order
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
	if q.Siblings, err = siblingsOf(r, &q.Case, req.at()); err != nil {
		return nil, err
	}
	if q.MovesFrom, err = movesFrom(r, &q.Case); err != nil {
		return nil, err
	}
	if q.book, err = rulebook.For(q.Case, q.policies); err != nil {
		return nil, err
	}
	q.scale = scoring.For(&q.Case, q.policies)
	if q.names, err = namesOf(r, &q.Case); err != nil {
		return nil, err
	}
	q.settle()
	if q.Within > 0 && len(q.from) == 0 {
		return nil, ErrNoHomeAddress
	}
	return q, nil
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
// in the case, with the home they live in on the day. One whom either record
// wants kept apart from the child is left out.
func siblingsOf(r Reader, c *care.Case, at time.Time) ([][]care.Sibling, error) {
	all := make([][]care.Sibling, len(c.Children))
	for i := range c.Children {
		child := &c.Children[i]
		if child.Group == "" {
			continue
		}
		ids, err := r.Group(child.Group)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			other, err := r.Child(id)
			if err != nil {
				return nil, err
			}
			if c.Names(id) || child.KeptFrom(&other) || care.AgeOn(other.DOB, c.On) >= care.AdultAge {
				continue
			}
			sibling, err := whereabouts(r, id, c.On, at)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], sibling)
		}
	}
	return all, nil
}

// movesFrom finds the home that each child of the case has to move from on the
// day. That the placement there was expected to end by then makes it no less a move.
func movesFrom(r Reader, c *care.Case) ([]care.ID, error) {
	from := make([]care.ID, len(c.Children))
	for i := range c.Children {
		here, err := present(r, c.Children[i].ID, c.On)
		if err != nil {
			return nil, err
		}
		if len(here) > 0 {
			from[i] = here[0].Home
		}
	}
	return from, nil
}

// present are the placements that a child is in on a day, the one that counts first.
func present(r Reader, id care.ID, on care.Day) ([]care.Placement, error) {
	placements, err := r.PlacementsOf(id)
	return care.WhereaboutsOf(placements, on).Present, err
}

// whereabouts finds where a brother or sister is to be met on a day, as it looks at
// an instant; no home if nothing says. One who is expected to have left by then is no
// company.
func whereabouts(r Reader, id care.ID, on care.Day, at time.Time) (care.Sibling, error) {
	found := care.Sibling{ID: id}
	here, err := present(r, id, on)
	anyone := care.Ask(at)
	i := slices.IndexFunc(here, func(p care.Placement) bool {
		stay := p.Stay()
		return anyone.Lives(&stay, on)
	})
	if err != nil || i < 0 {
		return found, err
	}
	h, err := r.Household(here[i].Home)
	if err == nil {
		found.Home, found.Where = h.Home.ID, h.Home.Where.Point
	}
	return found, err
}

// settle works out once what each home is held against.
func (q *inquiry) settle() {
	q.kinds = care.KindSetOf(slices.DeleteFunc(care.Kinds(), func(k care.Kind) bool { return !q.considers(k) })...)
	q.adoption = true
	for i := range q.Case.Children {
		child := &q.Case.Children[i]
		q.adoption = q.adoption && child.Adoption == care.Yes
		if child.Home.Known() {
			q.from = append(q.from, child.Home.Point.Cap().Centre)
		}
	}
}
