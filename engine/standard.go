package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/scoring"
	"github.com/stablehomes/stablehomes/engine/store"
)

// StandardExport asks for children in the words of the Placements Data Standard v2.
type StandardExport struct {
	Kind Kind // Referrals, or Standard for the placements too
	// Children are whose; where it is empty, all who have a referral and, for
	// Standard, all who have a placement that began.
	Children []care.ID
	On       care.Day // for Standard: placements that began by this day; required
	From, To care.Day // for Standard: first and last day on which one began; 0 is no bound
	CSV      bool     // a table in the place of JSON
}

// ExportedStandard says what went out.
type ExportedStandard struct {
	Children int       `json:"children"`
	Objects  int       `json:"objects"` // one a child or, for Standard, a placement
	Missing  []Missing `json:"missing"` // in the order of the objects
}

// Missing are the fields of one object to which the standard wants an answer and
// that have none here.
type Missing struct {
	Child     care.ID  `json:"child"`
	Placement care.ID  `json:"placement,omitempty"` // of which placement; empty where it is of none
	Fields    []string `json:"fields"`
}

// ExportStandard writes children, in order of id, in the words of the Placements
// Data Standard v2: every field of its referral entities and, for Standard, an
// object with ActualPlacement for each placement that began, in order of its first
// day. A child without one, who is named or has a referral, has an object in which
// it is empty, unless From or To ask for certain days. What nobody knows is null.
// Reading referrals back changes nothing.
//
// Errors: [*InvalidRequestError], an [*UnknownError] for a child who is named and
// not there, those of reading the store and of writing.
func (e *Engine) ExportStandard(ctx context.Context, req StandardExport, w io.Writer) (*ExportedStandard, error) {
	agreed := req.Kind == Standard
	switch {
	case !agreed && req.Kind != Referrals:
		return nil, &InvalidRequestError{Why: "there is no export to the standard of " + string(req.Kind)}
	case agreed && req.On == 0:
		return nil, &InvalidRequestError{Why: "the day is missing"}
	case !agreed && (req.From != 0 || req.To != 0):
		return nil, &InvalidRequestError{Why: "the days of placements are for the standard, not for referrals"}
	}
	out := &standardOut{StandardExport: req, engine: e, done: ExportedStandard{Missing: []Missing{}}}
	err := e.read(ctx, func(r *reader) error {
		out.reader = r
		if agreed {
			if err := out.readDecisions(ctx); err != nil {
				return err
			}
		}
		to := intake.WriteReferrals
		if req.CSV {
			to = intake.WriteReferralsCSV
		}
		return to(w, out.rows(ctx), agreed)
	})
	if err != nil {
		return nil, err
	}
	return &out.done, nil
}

// standardOut is an export on its way.
type standardOut struct {
	StandardExport
	*reader
	engine  *Engine
	decided map[care.ID]*care.Decision // by placement
	done    ExportedStandard
}

// readDecisions finds who decided each placement.
func (o *standardOut) readDecisions(ctx context.Context) error {
	o.decided = map[care.ID]*care.Decision{}
	for id, err := range o.IDs(store.DecisionKind) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		d, err := o.decision(id)
		if errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			return err
		}
		for _, c := range d.Chosen {
			for _, placement := range c.Placements {
				o.decided[placement] = &care.Decision{By: d.By, At: d.At}
			}
		}
	}
	return nil
}

// rows are the objects, counted on the way.
func (o *standardOut) rows(ctx context.Context) iter.Seq2[intake.Referral, error] {
	return func(yield func(intake.Referral, error) bool) {
		for c, err := range o.asked() {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				err = o.child(&c, yield)
			}
			if errors.Is(err, errEnough) {
				return
			}
			if err != nil {
				yield(intake.Referral{}, err)
				return
			}
		}
	}
}

// errEnough says that whoever ranges over the rows wants no more.
var errEnough = errors.New("no more rows are wanted")

// asked are the children who are named, in order and each once, or all.
func (o *standardOut) asked() iter.Seq2[care.Child, error] {
	if len(o.StandardExport.Children) == 0 {
		return o.reader.Children()
	}
	ids := slices.Compact(slices.Sorted(slices.Values(o.StandardExport.Children)))
	return func(yield func(care.Child, error) bool) {
		for _, id := range ids {
			c, err := o.Child(id)
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// child yields the objects of one child.
func (o *standardOut) child(c *care.Child, yield func(intake.Referral, error) bool) error {
	var began []care.Placement
	if o.Kind == Standard {
		var err error
		if began, err = o.began(c.ID); err != nil {
			return err
		}
	}
	wanted := c.Referral.Given || len(o.StandardExport.Children) > 0
	if len(began) == 0 && (!wanted || o.From != 0 || o.To != 0) {
		return nil
	}
	o.done.Children++
	if len(began) == 0 {
		return o.put(intake.ReferralOf(blankPlacement(c, o.Kind)), "", yield)
	}
	for i := range began {
		row, err := o.agreed(c, &began[i])
		if err != nil {
			return err
		}
		if err := o.put(row, began[i].ID, yield); err != nil {
			return err
		}
	}
	return nil
}

// blankPlacement leaves out of a child without a placement what a referral said of
// one: the placements are those of the store.
func blankPlacement(c *care.Child, kind Kind) *care.Child {
	if kind != Standard {
		return c
	}
	blank := *c
	blank.Referral.Agreed = care.Agreed{}
	return &blank
}

func (o *standardOut) put(row intake.Referral, placement care.ID, yield func(intake.Referral, error) bool) error {
	o.done.Objects++
	if missing := row.Missing(o.Kind == Standard); len(missing) > 0 {
		o.done.Missing = append(o.done.Missing, Missing{row.Child, placement, missing})
	}
	if !yield(row, nil) {
		return errEnough
	}
	return nil
}

// began are the placements of a child that began by the day and within the bounds,
// the first one first.
func (o *standardOut) began(child care.ID) ([]care.Placement, error) {
	all, err := o.PlacementsOf(child)
	all = slices.DeleteFunc(all, func(p care.Placement) bool {
		return p.Start > o.On || p.Start < o.From || o.To != 0 && p.Start > o.To
	})
	slices.SortStableFunc(all, func(a, b care.Placement) int { return int(a.Start) - int(b.Start) })
	return all, err
}

// agreed is a child with one placement.
func (o *standardOut) agreed(c *care.Child, p *care.Placement) (intake.Referral, error) {
	h, err := o.View.Household(p.Home)
	if err != nil {
		return intake.Referral{}, fmt.Errorf("placement %s: %w", p.ID, err)
	}
	officer, on := "", care.Day(0)
	if d := o.decided[p.ID]; d != nil {
		officer, on = d.By, care.DayOf(d.At)
	}
	a := care.Agreed{
		WeeklyCost: h.Home.WeeklyCost, URN: h.Home.URN, Type: placementType(h.Home.Kind), Preferred: preferred(c.Referral.PreferredLocation, h.Home),
		School: scoring.KeepsSchool(c, h.Home, p.Start, o.engine.policies.For(c.Authority)), Siblings: o.siblings(c, &h, p.Start),
	}
	if code, err := gazetteer.ParsePostcode(h.Home.Where.Postcode); err == nil {
		a.Location = code.Sector()
	}
	return intake.Agreed(*c, a, officer, on), nil
}

// siblings counts the others of the child's group who lived in the home on a day.
// Where no group is recorded nobody can tell, unless the referral says that there
// is no sibling.
func (o *standardOut) siblings(c *care.Child, h *care.Household, on care.Day) care.Number {
	if c.Group == "" {
		if n := c.Referral.SiblingCount; n.Known && n.N == 0 {
			return n
		}
		return care.Number{}
	}
	n := 0
	for i := range h.Occupancy.Stays {
		if s := &h.Occupancy.Stays[i]; s.Child != c.ID && h.Residents[i].Group == c.Group && s.On(on, o.On) {
			n++
		}
	}
	return care.Num(n)
}

// placementType is the standard's word for a kind of home, if it has one. What is
// not registered is no supported accommodation.
func placementType(k care.Kind) string {
	switch {
	case k.Fostering():
		return "Foster"
	case k.Residential():
		return "Residential"
	case k == care.Supported:
		return "Supported Accommodation"
	}
	return ""
}

// preferred says whether a home lies where a referral preferred; unknown where the
// words are no authority and no postcode or part of one. A whole postcode is compared
// by its first part, as nobody prefers one street to the next.
func preferred(location string, h *care.Home) care.Answer {
	if gss, ok := (resolver{}).Authority(location); ok && location != "" {
		return answerOf(h.Authority == gss)
	}
	home, err := gazetteer.ParsePostcode(h.Where.Postcode)
	if err != nil {
		return care.Unknown
	}
	if whole, err := gazetteer.ParsePostcode(location); err == nil {
		return answerOf(whole.Outward() == home.Outward())
	}
	switch parts := strings.Fields(strings.ToUpper(location)); len(parts) {
	case 1:
		if p, err := gazetteer.ParsePostcode(parts[0] + " 0AA"); err == nil && p.Outward() == parts[0] {
			return answerOf(home.Outward() == parts[0])
		}
	case 2:
		sector := parts[0] + " " + parts[1]
		if p, err := gazetteer.ParsePostcode(sector + "AA"); err == nil && p.Sector() == sector {
			return answerOf(home.Sector() == sector)
		}
	}
	return care.Unknown
}

func answerOf(yes bool) care.Answer {
	if yes {
		return care.Yes
	}
	return care.No
}
