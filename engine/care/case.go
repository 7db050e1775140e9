package care

import "github.com/golang/geo/s2"

// Case is the question that a home is judged by: these children, together, from
// this day.
type Case struct {
	Children  []Child     // in order of ID; at least one
	Siblings  [][]Sibling // for each child, brothers and sisters in care who are not in the case
	MovesFrom []ID        // for each child, the home that [WhereaboutsOf] has them in on the day; empty where it has none
	On        Day         // first day of the placement
	Ask       Asking      // the instant and the children, for counting beds
	Emergency bool
}

// Sibling is a brother or sister of a child of the case, in care elsewhere.
type Sibling struct {
	ID    ID
	Home  ID    // where they live; empty if no placement is recorded
	Where Point // the position of that home; not known if no placement is recorded
	// Near says that they will live in another home, which is not chosen yet and
	// may be as near as next door.
	Near bool
}

// Names says whether the case is about the child.
func (c *Case) Names(id ID) bool {
	for i := range c.Children {
		if c.Children[i].ID == id {
			return true
		}
	}
	return false
}

// LatLng is the point in the form that distances are worked out in.
func (p Point) LatLng() s2.LatLng { return s2.LatLngFromDegrees(p.Lat, p.Lng) }
