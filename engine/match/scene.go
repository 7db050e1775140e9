package match

import (
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Scene is what a report shows beside a result: the records of the children it is
// about and of the homes it names, as they stood when it was worked out. It holds
// addresses and is never part of the JSON of a result.
type Scene struct {
	Children []care.Child // in the order of the result
	Homes    []care.Home  // in order of id
	Rulebook string       // hash of the rulebook of the day, with its words
}

// SceneReader reads the records of a scene.
type SceneReader interface {
	Child(id care.ID) (care.Child, error)
	Home(id care.ID) (care.Home, error)
}

// SceneOf reads the scene of a result about these children and homes. A child who
// is not in the store is given as tonight, or is nil. Errors are those of reading.
func SceneOf(r SceneReader, children, homes []care.ID, tonight *care.Child) (*Scene, error) {
	s := new(Scene)
	for _, id := range children {
		if tonight != nil && tonight.ID == id {
			s.Children = append(s.Children, *tonight)
			continue
		}
		c, err := r.Child(id)
		if err != nil {
			return nil, err
		}
		s.Children = append(s.Children, c)
	}
	homes = slices.Compact(slices.Sorted(slices.Values(homes)))
	for _, id := range homes {
		h, err := r.Home(id)
		if err != nil {
			return nil, err
		}
		s.Homes = append(s.Homes, h)
	}
	return s, nil
}

// Home is the home of that id, or nil.
func (s *Scene) Home(id care.ID) *care.Home {
	for i := range s.Homes {
		if s.Homes[i].ID == id {
			return &s.Homes[i]
		}
	}
	return nil
}

// Named lists the homes that the result offers, alone or in a split, in the order
// in which it does; a home may be there twice.
func (r *Result) Named() []care.ID {
	var all []care.ID
	for i := range r.Candidates {
		all = append(all, r.Candidates[i].Home)
	}
	for i := range r.Splits {
		for k := range r.Splits[i].Homes {
			all = append(all, r.Splits[i].Homes[k].Home)
		}
	}
	return all
}
