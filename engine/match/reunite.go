package match

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// Reunion is a home in which the children of a separated sibling group could live
// together, and what it would take.
type Reunion struct {
	Group care.ID            `json:"group"`
	Score scoring.Millionths `json:"score"` // there, mean over the children
	Now   scoring.Millionths `json:"now"`   // where they live, mean over those who live somewhere
	Gain  scoring.Millionths `json:"gain"`  // Score less Now
	Home  Candidate          `json:"home"`
	Moves []Move             `json:"moves"` // in order of child
	// Policy is the hash of the policies of the children's authorities.
	Policy string `json:"policy"`
}

// NoReunion is a separated sibling group that no home takes whole.
type NoReunion struct {
	Group care.ID `json:"group"`
	// KeptApart are the pairs of children whom the record of one keeps apart, which
	// no home can mend.
	KeptApart [][2]care.ID `json:"kept_apart,omitempty"`
}

// Move is one child's part in a reunion.
type Move struct {
	Child care.ID `json:"child"`
	From  care.ID `json:"from,omitempty"` // empty where the child lives nowhere that is recorded
	// Since is the first day of the present placement, and Years the whole years
	// from it.
	Since care.Day `json:"since,omitempty"`
	Years int      `json:"years"`
	// SchoolMilesNow and SchoolMilesThen are straight lines to the present school,
	// to a thousandth; missing where the school is not known or to be left.
	SchoolMilesNow  *float64 `json:"school_miles_now,omitempty"`
	SchoolMilesThen *float64 `json:"school_miles_then,omitempty"`
}

// Reunite finds, for one sibling group that is separated on a day, the best home
// for all of them and, where that is another one, the best of those in which some
// of them live already; or says that there is none. Nothing is found, and none is
// nil, where the children live in fewer than two homes. Adults are left out, and
// children whose records keep them apart are as the rulebook has them: a group that
// may not live together has no home.
func Reunite(ctx context.Context, r Reader, group care.ID, on care.Day, at time.Time, policies *policy.Set) (found []Reunion, none *NoReunion, err error) {
	u := reuniting{Reader: r, group: group}
	if err := u.gather(on); err != nil || !u.separated() {
		return nil, nil, err
	}
	req := Request{Children: u.ids, On: on, At: at}
	if u.inquiry, err = prepare(r, &req, policies); err != nil {
		return nil, nil, err
	}
	now, err := u.scoreNow(policies)
	if err != nil {
		return nil, nil, err
	}
	homes, err := u.homes(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(homes) == 0 {
		return nil, &NoReunion{Group: group, KeptApart: u.keptApart()}, nil
	}
	for i := range homes {
		re := Reunion{Group: group, Score: homes[i].Score, Now: now, Gain: homes[i].Score - now, Home: homes[i], Policy: u.head().Policy}
		re.Moves = u.moves(&re.Home, u.where[homes[i].Home])
		found = append(found, re)
	}
	return found, nil, nil
}

// reuniting is a sibling group and where its children live.
type reuniting struct {
	Reader
	*inquiry
	group care.ID
	ids   []care.ID                   // in order
	lives []*care.Household           // of each child; nil where none is recorded
	since []care.Day                  // of each child, the first day there
	where map[care.ID]*care.Household // the homes they live in, and those looked at
}

// gather reads the children of the group who are no adults, and their homes.
func (u *reuniting) gather(on care.Day) error {
	ids, err := u.Group(u.group)
	if err != nil {
		return err
	}
	u.where = map[care.ID]*care.Household{}
	for _, id := range ids {
		child, err := u.Child(id)
		if err != nil {
			return err
		}
		if care.AgeOn(child.DOB, on) >= care.AdultAge {
			continue
		}
		here, err := present(u, id, on)
		if err != nil {
			return err
		}
		var home *care.Household
		var since care.Day
		if len(here) > 0 {
			h, err := u.Household(here[0].Home)
			if err != nil {
				return err
			}
			home, since, u.where[h.Home.ID] = &h, here[0].Start, &h
		}
		u.ids, u.lives, u.since = append(u.ids, id), append(u.lives, home), append(u.since, since)
	}
	return nil
}

// separated says whether the children live in two homes or more.
func (u *reuniting) separated() bool { return len(u.where) > 1 }

// keptApart lists the pairs whom the record of one keeps apart, in order.
func (u *reuniting) keptApart() (pairs [][2]care.ID) {
	for i := range u.Case.Children {
		for k := i + 1; k < len(u.Case.Children); k++ {
			if a, b := &u.Case.Children[i], &u.Case.Children[k]; a.KeptFrom(b) {
				pairs = append(pairs, [2]care.ID{a.ID, b.ID})
			}
		}
	}
	return pairs
}

// scoreNow is the mean score of the homes that the children live in, each for its
// child, with the others where they are.
func (u *reuniting) scoreNow(policies *policy.Set) (scoring.Millionths, error) {
	sum, n := scoring.Millionths(0), 0
	for i, home := range u.lives {
		if home == nil {
			continue
		}
		q, err := prepare(u, &Request{Children: u.ids[i : i+1], On: u.Request.On, At: u.Request.At}, policies)
		if err != nil {
			return 0, err
		}
		sum, n = sum+q.scale.Total(home), n+1
	}
	return scoring.Mean(sum, n), nil
}

// homes are the best home for all and the best of those in which some live, if
// that is another one.
func (u *reuniting) homes(ctx context.Context) ([]Candidate, error) {
	u.Request.Limit = 1
	res, err := u.find(ctx, u)
	if err != nil || len(res.Candidates) == 0 {
		return nil, err
	}
	best := res.Candidates[0]
	best.Rank = 0
	all := []Candidate{best}
	var here []standing
	for _, home := range u.where {
		if j := u.book.Judge(home); u.asksFor(home.Home) && u.allows(j) {
			here = append(here, u.standing(home, j))
		}
	}
	if len(here) > 0 {
		if nearest := slices.MinFunc(here, before); nearest.home != best.Home {
			all = append(all, u.describe(u.where[nearest.home]))
		}
	}
	if u.where[best.Home] == nil {
		h, err := u.Household(best.Home)
		if err != nil {
			return nil, err
		}
		u.where[best.Home] = &h
	}
	return all, nil
}

// moves says what the reunion asks of each child who would move.
func (u *reuniting) moves(to *Candidate, home *care.Household) []Move {
	moves := []Move{}
	for i := range u.ids {
		from := u.lives[i]
		if from != nil && from.Home.ID == to.Home {
			continue
		}
		child := &u.Case.Children[i]
		m := Move{Child: child.ID}
		school := child.SchoolAt.Known() && !child.IsAway()
		if school {
			m.SchoolMilesThen = milesOf(child.SchoolAt.Point, home.Home.Where.Point)
		}
		if from != nil {
			m.From, m.Since = from.Home.ID, u.since[i]
			m.Years = care.AgeOn(m.Since, u.Request.On)
			if school {
				m.SchoolMilesNow = milesOf(child.SchoolAt.Point, from.Home.Where.Point)
			}
		}
		moves = append(moves, m)
	}
	return moves
}

func milesOf(a, b care.Point) *float64 {
	miles := math.Round(gazetteer.Miles(a.LatLng(), b.LatLng())*1000) / 1000
	return &miles
}

// ByGain is the order of reunions: the largest gain first.
func ByGain(a, b Reunion) int {
	return cmp.Or(cmp.Compare(b.Gain, a.Gain), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Home.Home, b.Home.Home))
}

// SignOffs lists what would have to be approved.
func (r *Reunion) SignOffs() []rulebook.Finding { return r.Home.SignOffs() }
