package engine

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// validate refuses a request that says too little or contradicts itself, before
// the store is looked at.
func (s *settling) validate() error {
	if err := cmp.Or(s.validateWho(), s.validateWhen(), sayable("by", s.By), sayable("why", s.Why), believable(s.At, s.MovedAt), onCalendar("the first day", s.On)); err != nil {
		return err
	}
	for i := range s.SignOffs {
		if err := s.SignOffs[i].Validate(); err != nil {
			return err
		}
		if err := knownRule(s.SignOffs[i].Rule); err != nil {
			return err
		}
	}
	return nil
}

func knownRule(id string) error {
	if slices.ContainsFunc(rulebook.Rules(), func(r rulebook.Rule) bool { return r.ID == id }) {
		return nil
	}
	return &InvalidRequestError{Why: fmt.Sprintf("sign-off: there is no rule %q", id)}
}

func (s *settling) validateWho() error {
	switch where := countTrue(s.Home != "", s.Hold != "", len(s.Beds) > 0); {
	case strings.TrimSpace(s.By) == "":
		return errNobody()
	case where != 1:
		return &InvalidRequestError{Why: "say where: a home, or a hold, or who goes where: one of the three"}
	case s.Home != "" && countTrue(len(s.Children) > 0, s.Group != "") != 1:
		return &InvalidRequestError{Why: "say for whom: children, or a sibling group"}
	case s.Home == "" && len(s.Children) > 0:
		return &InvalidRequestError{Why: "a hold and beds say who the children are; do not name them again"}
	case !(s.Within >= 0) || math.IsInf(s.Within, 0): // also refuses a number that is not one
		return &InvalidRequestError{Why: fmt.Sprintf("within %v miles is not a distance", s.Within)}
	}
	return nil
}

func countTrue(all ...bool) int {
	n := 0
	for _, is := range all {
		if is {
			n++
		}
	}
	return n
}

// validateWhen holds the instants and the day against each other, as far as they
// are given.
func (s *settling) validateWhen() error {
	moved := care.DayOf(s.MovedAt)
	switch {
	case s.At.IsZero():
		return errNoInstant()
	case s.MovedAt.IsZero():
		return nil
	case s.MovedAt.After(s.At):
		return &InvalidRequestError{Why: "the children cannot have moved later than now"}
	case s.On != 0 && s.On != moved:
		return &InvalidRequestError{Why: fmt.Sprintf("the children moved on %s, and the placement is to begin on %s", moved.Words(), s.On.Words())}
	case s.kind != care.FactDecision && !s.Emergency:
		return &InvalidRequestError{Why: "a move before it is recorded is for an emergency; what had no approval is for record-fact"}
	}
	return nil
}

// inTime holds the day of the placement against today. A retry of what was done is
// never asked: it may come the day after.
func (s *settling) inTime(on care.Day) error {
	today := care.DayOf(s.At)
	switch {
	case s.kind == care.FactDecision && on > today:
		return &InvalidRequestError{Why: fmt.Sprintf("%s is still to come; record-fact is for what has happened", on.Words())}
	case s.kind == care.FactDecision, on >= today:
		return nil
	case s.MovedAt.IsZero():
		return &InvalidRequestError{Why: fmt.Sprintf("%s has passed: say when the children moved in an emergency, or use record-fact", on.Words())}
	}
	noticeBy := on.AddWorkingDays(rulebook.NoticeWorkingDays) // until then the area authority may have its notice
	if today > noticeBy {
		return &InvalidRequestError{Why: fmt.Sprintf("an emergency move of %s could be recorded as a placement until %s; it is for record-fact now", on.Words(), noticeBy.Words())}
	}
	return nil
}

// resolve reads from the view who is asked about and who goes where.
func (s *settling) resolve(v *store.View) (care.Asked, []Bed, error) {
	asked := care.Asked{On: s.On, At: s.At, Emergency: s.Emergency, Within: s.Within, Kinds: s.Kinds, Group: s.Group}
	if !s.MovedAt.IsZero() {
		asked.On = care.DayOf(s.MovedAt)
	}
	beds, err := s.beds(v, &asked)
	if err != nil {
		return asked, nil, err
	}
	if asked.On == 0 {
		return asked, nil, &InvalidRequestError{Why: "the day of the placement is missing"}
	}
	if err := s.inTime(asked.On); err != nil {
		return asked, nil, err
	}
	for i := range beds {
		asked.Children = append(asked.Children, beds[i].Children...)
	}
	slices.Sort(asked.Children)
	if twice := repeated(asked.Children); twice != "" {
		return asked, nil, &InvalidRequestError{Why: fmt.Sprintf("%s is named twice", twice)}
	}
	return asked, beds, s.wholeGroup(v, &asked)
}

// beds is who goes where, each home once and the children of each in order.
func (s *settling) beds(v *store.View, asked *care.Asked) ([]Bed, error) {
	var beds []Bed
	var err error
	switch {
	case s.Hold != "":
		beds, err = s.heldBeds(v, asked)
	case s.Home != "":
		beds, err = s.oneHome(v)
	default:
		beds = slices.Clone(s.Beds)
	}
	if err != nil {
		return nil, err
	}
	for i := range beds {
		beds[i].Children = slices.Clone(beds[i].Children)
		slices.Sort(beds[i].Children)
		switch {
		case beds[i].Home == "" || len(beds[i].Children) == 0:
			return nil, &InvalidRequestError{Why: "each bed has a home and at least one child"}
		case slices.ContainsFunc(beds[:i], func(b Bed) bool { return b.Home == beds[i].Home }):
			return nil, &InvalidRequestError{Why: fmt.Sprintf("%s is named twice; list all its children together", beds[i].Home)}
		}
	}
	return beds, nil
}

func (s *settling) oneHome(v *store.View) ([]Bed, error) {
	children := s.Children
	if s.Group != "" {
		var err error
		if children, err = (&reader{View: v}).Group(s.Group); err != nil {
			return nil, err
		}
	}
	return []Bed{{Home: s.Home, Children: children}}, nil
}

// repeated is the first child who is named more than once; they are in order.
func repeated(ids []care.ID) care.ID {
	for i := 1; i < len(ids); i++ {
		if ids[i] == ids[i-1] {
			return ids[i]
		}
	}
	return ""
}

// wholeGroup refuses beds for only some of the group that was named.
func (s *settling) wholeGroup(v *store.View, asked *care.Asked) error {
	if asked.Group == "" {
		return nil
	}
	all, err := (&reader{View: v}).Group(asked.Group)
	if err == nil && !slices.Equal(all, asked.Children) {
		err = &InvalidRequestError{Why: fmt.Sprintf("sibling group %s is %s; beds are named for %s", asked.Group, joinIDs(all), joinIDs(asked.Children))}
	}
	return err
}

// heldBeds are those of a hold, in order of home. They are taken up on the day they
// are held from, unless another is given.
func (s *settling) heldBeds(v *store.View, asked *care.Asked) ([]Bed, error) {
	homes, err := v.HomesHeld(s.Hold)
	if err != nil {
		return nil, err
	}
	if len(homes) == 0 {
		return nil, goneHold(s.Hold)
	}
	var beds []Bed
	for _, home := range homes {
		o, err := v.Occupancy(home)
		if err != nil {
			return nil, err
		}
		h, err := holdOf(&o, home, s.Hold)
		if err != nil {
			return nil, err
		}
		if !h.CountsAt(s.At) {
			return nil, &RunOutError{Hold: h.ID, Until: h.Until}
		}
		if asked.On == 0 {
			asked.On = max(h.From, care.DayOf(s.At))
		}
		beds = append(beds, Bed{Home: home, Children: h.Children})
	}
	return beds, nil
}

func joinIDs(ids []care.ID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return strings.Join(words, ",")
}
