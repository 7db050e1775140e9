package care

import "slices"

// About is the part of a household that is about one child: the stays, and the
// holds and declined offers that name the child.
func (o *Occupancy) About(child ID) *Occupancy {
	return &Occupancy{
		Home:     o.Home,
		Stays:    kept(o.Stays, func(s *Stay) bool { return s.Child == child }),
		Holds:    kept(o.Holds, func(h *Hold) bool { return slices.Contains(h.Children, child) }),
		Declines: kept(o.Declines, func(d *Decline) bool { return slices.Contains(d.Children, child) }),
	}
}

// Forget takes out everything that is about one child. A hold for a group stays
// for the others; words that were given with it go, since they may be about any
// of the group.
func (o *Occupancy) Forget(child ID) {
	o.Stays = kept(o.Stays, func(s *Stay) bool { return s.Child != child })
	for i := range o.Holds {
		if h := &o.Holds[i]; slices.Contains(h.Children, child) {
			h.Let([]ID{child})
			h.Offer.Why = ""
		}
	}
	for i := range o.Declines {
		if d := &o.Declines[i]; slices.Contains(d.Children, child) {
			d.Children, d.Why = othersOf(d.Children, child), ""
		}
	}
	o.Holds = kept(o.Holds, func(h *Hold) bool { return len(h.Children) > 0 })
	o.Declines = kept(o.Declines, func(d *Decline) bool { return len(d.Children) > 0 })
}

// kept are the elements that pass, in a slice of its own; nil if there are none.
func kept[T any](all []T, pass func(*T) bool) []T {
	var out []T
	for i := range all {
		if pass(&all[i]) {
			out = append(out, all[i])
		}
	}
	return out
}

func othersOf(children []ID, child ID) []ID {
	return kept(children, func(id *ID) bool { return *id != child })
}

// Names says whether the decision is about the child: one who was asked for,
// placed or wronged by it. A child who lived in one of the homes is not.
func (d *Decision) Names(child ID) bool {
	return slices.Contains(d.Asked.Children, child) ||
		slices.ContainsFunc(d.Chosen, func(c Chosen) bool { return slices.Contains(c.Children, child) }) ||
		slices.ContainsFunc(d.Breaches, func(b Breach) bool { return b.Child == child })
}
