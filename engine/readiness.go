package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Survey is what can be told of a store without opening it: HEAD, sizes and room on
// the disk.
type Survey = store.Survey

// Look surveys the store in a directory. It changes nothing and needs no key, and
// answers also while another program has the store open. Errors wrap [ErrNoStore],
// [ErrDamaged] or [ErrLost], or come from the file system.
func Look(dir string) (Survey, error) { return store.Look(dir) }

// The periods that [Engine.Readiness] looks ahead.
const (
	SoonDays  = 30             // within which an approval ends soon
	SoonHours = 24 * time.Hour // within which a hold runs out soon
)

// MostNamed is how many ids a [Tally] names.
const MostNamed = 3

// Tally counts records.
type Tally struct {
	Count int       `json:"count"`
	IDs   []care.ID `json:"ids,omitempty"` // all of them, in order, if they are at most MostNamed
}

func (t *Tally) add(id care.ID) {
	if t.Count++; t.Count <= MostNamed {
		t.IDs = append(t.IDs, id)
	} else {
		t.IDs = nil
	}
}

// Readiness is how a store stands for whoever has to place a child on a day.
type Readiness struct {
	Journal uint64    // number of the newest entry
	Newest  time.Time // when that was made, by the clock of the program that made it; zero where there is none

	Homes, Children, Placements, Decisions uint64 // records

	// InForce counts the homes that their approval or registration leaves open on the
	// day, and the other arrangements that have not ended. The next four are of them.
	InForce        int
	NeverConfirmed Tally // whose vacancy nobody has confirmed
	OldWord        Tally // whose vacancy was confirmed longer ago than the general policy allows
	EndSoon        Tally // whose approval or registration ends within SoonDays
	OpenEnd        Tally // who need a sign-off, since nobody recorded whether it ends or admissions are restricted
	HasEnded       Tally // not in force: it has ended, though the status says that it is in force

	// Of the children who are under 18 on the day, by the latest date of birth that is claimed:
	Waiting     Tally // who live nowhere that is recorded
	NoHomePoint Tally // of whom no position of their home is recorded
	NoSchool    Tally // whose school is recorded and not where it is

	HoldsEndSoon Tally // holds that run out within SoonHours
	HoldsOver    Tally // holds that have run out and have not been ended
	Overstayed   Tally // placements that were expected to end before the day, and have no end
	LateSignOffs Tally // decisions with a sign-off outstanding after the children moved

	Index     IndexState
	Postcodes Beside
	Schools   Beside
}

// Readiness counts what there is and what of it wants attention, in one pass over
// each kind of record. The instant decides which holds count and the day what is
// over. A directory or an index that cannot be used is told of in its place; the error is
// that of reading the records, or ctx's.
func (e *Engine) Readiness(ctx context.Context, on care.Day, at time.Time) (*Readiness, error) {
	r := &Readiness{}
	c := &counting{Readiness: r, on: on, at: at, stale: e.policies.For("").StaleAfterDays}
	e.beside.RLock() // before the view, so that the directories are those of which it knows
	defer e.beside.RUnlock()
	err := e.read(ctx, func(v *reader) error {
		r.Journal = v.Head().Number
		if r.Journal > 0 {
			newest, err := v.Entry(r.Journal)
			if err != nil {
				return err
			}
			r.Newest = newest.When
		}
		r.Homes, r.Children = v.Count(store.HomeKind), v.Count(store.ChildKind)
		r.Placements, r.Decisions = v.Count(store.PlacementKind), v.Count(store.DecisionKind)
		if err := c.all(ctx, v.View); err != nil {
			return err
		}
		return e.readyFiles(r, v)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// counting is a Readiness on its way. Each of its passes has fields of its own, so that
// they can run side by side.
type counting struct {
	*Readiness
	on    care.Day
	at    time.Time
	stale int // days
}

// all makes the passes, side by side.
func (c *counting) all(ctx context.Context, v *store.View) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	passes := []func(context.Context, *store.View) error{c.people, c.homes, c.decisions}
	errs := make([]error, len(passes))
	var running sync.WaitGroup
	for i, pass := range passes {
		running.Go(func() {
			if errs[i] = pass(ctx, v); errs[i] != nil && !errors.Is(errs[i], context.Canceled) {
				stop()
			}
		})
	}
	running.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return ctx.Err()
}

// homeApproval is what the rules of approval, and of how fresh the word of a vacancy
// is, need of a home.
type homeApproval struct {
	ID              care.ID     `cbor:"1,keyasint"`
	Kind            care.Kind   `cbor:"2,keyasint"`
	Status          care.Status `cbor:"33,keyasint,omitempty"`
	RegisteredFrom  care.Day    `cbor:"34,keyasint,omitempty"`
	RegisteredUntil care.End    `cbor:"35,keyasint,omitzero"`
	RefusedOn       care.Day    `cbor:"37,keyasint,omitempty"`
	TemporaryFrom   care.Day    `cbor:"38,keyasint,omitempty"`
	ExtendedUntil   care.Day    `cbor:"39,keyasint,omitempty"`
	RestrictedFrom  care.End    `cbor:"40,keyasint,omitzero"`
	ConfirmedOn     care.Day    `cbor:"43,keyasint,omitempty"`
}

// home is a home of which nothing else is known.
func (h *homeApproval) home() care.Home {
	return care.Home{
		ID: h.ID, Kind: h.Kind, Status: h.Status, RegisteredFrom: h.RegisteredFrom, RegisteredUntil: h.RegisteredUntil,
		RefusedOn: h.RefusedOn, TemporaryFrom: h.TemporaryFrom, ExtendedUntil: h.ExtendedUntil,
		RestrictedFrom: h.RestrictedFrom, ConfirmedOn: h.ConfirmedOn,
	}
}

func (c *counting) homes(ctx context.Context, v *store.View) error {
	for h, err := range store.Glance[homeApproval](v, store.HomeKind) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		home := h.home()
		c.home(&home)
	}
	return nil
}

func (c *counting) home(h *care.Home) {
	verdict := rulebook.ApprovalOn(h, c.on)
	if verdict == rulebook.Barred || h.Status == care.Ended || h.Status == care.Refused { // which nobody judges of the other arrangements
		if h.Status.InForce() && h.RegisteredUntil.PassedBy(c.on) {
			c.HasEnded.add(h.ID)
		}
		return
	}
	c.InForce++
	switch {
	case h.ConfirmedOn == 0:
		c.NeverConfirmed.add(h.ID)
	case int(c.on-h.ConfirmedOn) > c.stale:
		c.OldWord.add(h.ID)
	}
	if end := h.RegisteredUntil.Day; end > c.on && end <= c.on+SoonDays {
		c.EndSoon.add(h.ID)
	}
	if verdict == rulebook.SignOff && h.Status != care.Pending {
		c.OpenEnd.add(h.ID)
	}
}

// people looks at the households and then at the children, so that it is known who lives
// somewhere.
func (c *counting) people(ctx context.Context, v *store.View) error {
	housed := map[care.ID]bool{}
	holds := map[care.ID]time.Time{}
	for o, err := range v.Occupancies() {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		for i := range o.Stays {
			c.stay(&o.Stays[i], housed)
		}
		for i := range o.Holds {
			holds[o.Holds[i].ID] = o.Holds[i].Until // the same in all homes of a hold
		}
	}
	slices.Sort(c.Overstayed.IDs)
	c.holds(holds)
	for child, err := range store.Glance[childPlaces](v, store.ChildKind) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		c.child(&child, housed[child.ID])
	}
	return nil
}

// stay notes who lives somewhere. Until an end is recorded a child is there, whatever
// was expected.
func (c *counting) stay(s *care.Stay, housed map[care.ID]bool) {
	if !s.Recorded(c.on) {
		return
	}
	housed[s.Child] = true
	if s.End == 0 && s.ExpectedEnd != 0 && s.ExpectedEnd < c.on {
		c.Overstayed.add(s.Placement)
	}
}

func (c *counting) holds(until map[care.ID]time.Time) {
	for id, end := range until { // in no order, which nothing but the ids could show
		switch {
		case !c.at.Before(end):
			c.HoldsOver.add(id)
		case !c.at.Add(SoonHours).Before(end):
			c.HoldsEndSoon.add(id)
		}
	}
	slices.Sort(c.HoldsOver.IDs)
	slices.Sort(c.HoldsEndSoon.IDs)
}

// childPlaces is what is counted of a child.
type childPlaces struct {
	ID        care.ID       `cbor:"1,keyasint"`
	DOB       care.Day      `cbor:"2,keyasint"`
	DOBLowest care.Day      `cbor:"3,keyasint,omitempty"`
	Home      care.Location `cbor:"8,keyasint,omitzero"`
	School    string        `cbor:"11,keyasint,omitempty"`
	SchoolAt  care.Location `cbor:"12,keyasint,omitzero"`
}

func (c *counting) child(k *childPlaces, housed bool) {
	if whole := (care.Child{DOB: k.DOB, DOBLowest: k.DOBLowest}); !whole.Minor(c.on) {
		return
	}
	if !housed {
		c.Waiting.add(k.ID)
	}
	if !k.Home.Known() {
		c.NoHomePoint.add(k.ID)
	}
	if k.School != "" && !k.SchoolAt.Known() {
		c.NoSchool.add(k.ID)
	}
}

// decisionBreaches is what tells whether a sign-off is outstanding.
type decisionBreaches struct {
	ID       care.ID        `cbor:"1,keyasint"`
	SignOffs []care.SignOff `cbor:"16,keyasint,omitempty"`
	Breaches []care.Breach  `cbor:"18,keyasint,omitempty"`
}

func (c *counting) decisions(ctx context.Context, v *store.View) error {
	for d, err := range store.Glance[decisionBreaches](v, store.DecisionKind) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		whole := care.Decision{SignOffs: d.SignOffs, Breaches: d.Breaches}
		if slices.ContainsFunc(whole.Outstanding(), func(b care.Breach) bool { return b.Role != "" }) {
			c.LateSignOffs.add(d.ID)
		}
	}
	return nil
}

// CheckPolicy refuses a set of which a policy switches off law, or a rule there is none
// of: every match under it would be refused. It also refuses settings of an authority
// that there is none of, or that has another code now: no child would be judged by
// them. The error says which.
func CheckPolicy(set *policy.Set) error {
	for _, gss := range set.Authorities() {
		a, known := gazetteer.AuthorityOf(gss)
		switch {
		case !known:
			return &policy.InvalidError{Key: "authority." + gss, Why: "there is no authority with that code"}
		case a.GSS != gss:
			return &policy.InvalidError{Key: "authority." + gss, Why: fmt.Sprintf("%s has the code %s now", a.Name, a.GSS)}
		}
	}
	return rulebook.CheckPolicies(set.All()...)
}
