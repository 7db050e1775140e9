package engine

import (
	"context"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Reunion is a home in which a separated sibling group could live together.
type Reunion = match.Reunion

// Move is one child's part in a reunion.
type Move = match.Move

// NoReunion is a separated sibling group that no home takes whole.
type NoReunion = match.NoReunion

// ReuniteRequest asks which separated sibling groups could be reunited.
type ReuniteRequest struct {
	Group     care.ID  // this group alone; empty is every group
	Authority string   // only groups with a child for whom this authority, by GSS code, is responsible; empty is all
	On        care.Day // day to look at; required

	At time.Time // decides which holds count; zero is the beginning of On

	Progress func(groups int) // called now and then with the groups looked at so far
}

// Reunions is what was found.
type Reunions struct {
	On        care.Day    `json:"on"`
	At        time.Time   `json:"at"`
	Journal   uint64      `json:"journal"`   // number of the last change that was seen
	Groups    int         `json:"groups"`    // looked at
	Separated int         `json:"separated"` // of them, in two homes or more
	NoHome    []NoReunion `json:"no_home"`   // of the separated, those whom no home takes together, in order
	Found     []Reunion   `json:"reunions"`  // the largest gain first
}

// Reunite finds the separated sibling groups of the store and, for each, the best
// home for all of them and, where that is another one, the best of those in which
// some of them live. Errors are those of [Engine.Match].
func (e *Engine) Reunite(ctx context.Context, req ReuniteRequest) (*Reunions, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	all := &Reunions{On: req.On, At: instantFor(req.On, req.At), NoHome: []NoReunion{}, Found: []Reunion{}}
	err := e.read(ctx, func(r *reader) error {
		all.Journal = r.Head().Number
		groups, err := r.groups(req)
		if err != nil {
			return err
		}
		for _, id := range groups {
			if err := ctx.Err(); err != nil {
				return err
			}
			found, none, err := match.Reunite(ctx, r, id, all.On, all.At, e.policies)
			if err != nil {
				return err
			}
			all.add(found, none)
			if req.Progress != nil {
				req.Progress(all.Groups)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all.Found, match.ByGain)
	return all, nil
}

// validate refuses a day that is missing or that the rulebook does not speak for,
// also where no group is separated.
func (req *ReuniteRequest) validate() error {
	if err := errNoDay(req.On); err != nil {
		return err
	}
	if req.On < rulebook.FirstDay {
		return &TooEarlyError{On: req.On}
	}
	return nil
}

func (r *Reunions) add(found []Reunion, none *NoReunion) {
	r.Groups++
	if none != nil {
		r.NoHome = append(r.NoHome, *none)
	}
	if none != nil || len(found) > 0 {
		r.Separated++
	}
	r.Found = append(r.Found, found...)
}

// groups lists the sibling groups that a request is about, in order.
func (r *reader) groups(req ReuniteRequest) ([]care.ID, error) {
	if req.Group != "" {
		if _, err := r.Group(req.Group); err != nil { // one that nobody is in is not known
			return nil, err
		}
	}
	switch {
	case req.Authority != "":
		return r.groupsOf(req.Authority, req.Group)
	case req.Group != "":
		return []care.ID{req.Group}, nil
	}
	return collect(r.IDs(store.GroupKind))
}

// groupsOf lists the groups with a child for whom the authority is responsible;
// only the one that is named, if one is.
func (r *reader) groupsOf(authority string, only care.ID) ([]care.ID, error) {
	var all []care.ID
	for c, err := range r.Children() {
		if err != nil {
			return nil, err
		}
		if c.Group != "" && c.Authority == authority && (only == "" || c.Group == only) {
			all = append(all, c.Group)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func collect(ids func(func(care.ID, error) bool)) ([]care.ID, error) {
	var all []care.ID
	for id, err := range ids {
		if err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, nil
}
