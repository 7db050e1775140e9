package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// PlaceRequest asks that children who have no placement be placed. One of Children,
// Group, Hold and Beds says who; one of Home, Hold and Beds says where.
type PlaceRequest struct {
	Children []care.ID
	Group    care.ID // all stored children of a sibling group
	Home     care.ID // for all of them
	Hold     care.ID // the children and homes of a hold that has not run out
	Beds     []Bed   // who goes where, for a split

	On        care.Day // first day of the placement; that of MovedAt, or of the hold, where it is not given
	At        time.Time
	Emergency bool
	// MovedAt is when the children moved, where that was before At. It is for an
	// emergency, and at most the five working days before At within which the area
	// authority has its notice (Care Planning, Placement and Case Review (England)
	// Regulations 2010, reg 13(4)); sign-offs must be older. What was not approved
	// before the move is for RecordFact.
	MovedAt time.Time

	Kinds  []care.Kind // as the shortlist was asked for
	Within float64     // miles, likewise

	SignOffs []care.SignOff
	Why      string // needed where the home is not the first of the shortlist

	Type        string   // SSDA903 PLACE
	ExpectedEnd care.Day // first day the bed is expected to be free

	By string // the person who chooses; required
	Op string // makes a retry safe
}

// Placed is what came of a placement.
type Placed struct {
	*care.Decision
	Journal uint64 // the entry that records it
}

// Place places children who live nowhere yet, and records the decision, in one
// change. It judges again, as [Engine.Match] does, on the revision that it commits
// against. The beds that the children hold there are taken up, and those that they
// hold elsewhere are let go.
//
// Errors: [*InvalidRequestError], [*UnknownError], [*TooEarlyError] and
// [*care.FieldError] for the request; [*LivesError] for a child who has a
// placement; [*TakenError] and [*BarredError] for a home that cannot be had;
// [*SignOffError], [*AcceptanceError] and [*ReasonError], joined, for what is still
// missing; and those of writing.
func (e *Engine) Place(ctx context.Context, req PlaceRequest) (*Placed, error) {
	return e.settle(ctx, settlingOf(req, care.PlaceDecision))
}

// settling is a decision on its way: a placement, a move or a fact.
type settling struct {
	PlaceRequest
	kind   care.DecisionKind
	early  care.Answer // of the placements that it ends
	reason string      // SSDA903 REASON_PLACE_CHANGE, likewise
}

// settlingOf keeps every instant in UTC, as it will be read back.
func settlingOf(req PlaceRequest, kind care.DecisionKind) *settling {
	req.At, req.MovedAt = req.At.UTC(), req.MovedAt.UTC()
	req.SignOffs = inUTC(req.SignOffs)
	return &settling{PlaceRequest: req, kind: kind}
}

func inUTC(given []care.SignOff) []care.SignOff {
	given = slices.Clone(given)
	for i := range given {
		given[i].At = given[i].At.UTC()
	}
	return given
}

// errStale says that a decision has to be assessed on a newer revision.
var errStale = errors.New("the store has changed since")

// assessments is how often a decision is assessed on a view beside the writers,
// before it is done while they wait.
const assessments = 3

// settle assesses on a view and commits if nothing has changed since. Judging every
// home of a large store takes seconds, and the others who write wait for a
// decision.
func (e *Engine) settle(ctx context.Context, s *settling) (*Placed, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	var a *assessment
	for tries := 0; ; tries++ {
		decide := func(v *store.View) (*store.Change, error) {
			if a == nil || a.head != v.Head() {
				if tries < assessments {
					return nil, errStale
				}
				var err error
				if a, err = e.survey(ctx, v, s); err != nil {
					return nil, err
				}
			}
			return s.change(v, a)
		}
		placed, err := e.placed(ctx, s, decide)
		if !errors.Is(err, errStale) {
			return placed, err
		}
		err = e.read(ctx, func(r *reader) (err error) {
			a, err = e.survey(ctx, r.View, s)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
}

// placed commits, and reads what was recorded, by an earlier try perhaps.
func (e *Engine) placed(ctx context.Context, s *settling, decide store.Decide) (*Placed, error) {
	placed := new(Placed)
	err := e.once(ctx, s.command(), decide, func(_, after *store.View, entry *store.Entry) (err error) {
		i := slices.IndexFunc(entry.Changed, func(c store.Changed) bool { return c.Key.Kind() == store.DecisionKind })
		if i < 0 { // somebody else has written over it
			return fmt.Errorf("%w: journal entry %d records no decision", ErrDamaged, entry.Number)
		}
		placed.Journal = entry.Number
		placed.Decision, err = decisionOf(after, entry.Changed[i].Key.ID())
		return err
	})
	if err != nil {
		return nil, err
	}
	return placed, nil
}

// verb is the word for the command in the journal.
func (s *settling) verb() string {
	if s.kind == care.FactDecision {
		return factVerb
	}
	return string(s.kind)
}

func (s *settling) command() command {
	rest := s.PlaceRequest
	rest.Op, rest.At, rest.On = "", time.Time{}, 0
	return command{verb: s.verb(), op: s.Op, at: s.At, on: s.On, rest: []any{rest, s.early, s.reason}}
}

// survey finds out from a view who is to go where, and assesses it, up to the form
// in which that is kept.
func (e *Engine) survey(ctx context.Context, v *store.View, s *settling) (*assessment, error) {
	asked, beds, err := s.resolve(v)
	if err != nil {
		return nil, err
	}
	a, err := e.assess(ctx, v, asked, beds, e.policies)
	if err != nil {
		return nil, err
	}
	return a, a.draft(e.policies)
}

// change decides: it looks at the store and the assessment and says what to
// record, or why not.
func (s *settling) change(v *store.View, a *assessment) (*store.Change, error) {
	steps, err := s.steps(v, a)
	if err != nil {
		return nil, err
	}
	d, err := s.record(v, a, steps)
	if err != nil {
		return nil, err
	}
	c := &store.Change{Who: s.By, When: s.At, Policy: a.record.Policy}
	if err := s.carryOut(v, c, steps, d); err != nil {
		return nil, err
	}
	letGo, err := s.letGo(v, c, a)
	if err != nil {
		return nil, err
	}
	c.Command, c.Words = s.verb(), fmt.Sprintf("%s from %s: %s%s", bedWords(a.beds), a.asked.On, d.ID, letGo)
	c.PutMeta(policyName(d.Policies), a.policies)
	return c, c.PutDecision(d.ID, d)
}

// record decides, and writes the decision down.
func (s *settling) record(v *store.View, a *assessment, steps []step) (*care.Decision, error) {
	id, err := nextID(v, "D", store.DecisionKind)
	if err != nil {
		return nil, err
	}
	d := a.drafted
	d.ID, d.Kind = id, s.kind
	d.By, d.At, d.MovedAt, d.Why, d.SignOffs = s.By, s.At, s.MovedAt, s.Why, s.SignOffs
	for i, b := range a.beds {
		c := care.Chosen{Home: b.Home, Children: b.Children, Tier: a.chosen[i].Tier}
		for _, child := range b.Children {
			if !slices.ContainsFunc(steps, func(st step) bool { return st.child == child }) {
				c.Stayed = append(c.Stayed, child)
			}
		}
		d.Chosen = append(d.Chosen, c)
	}
	return &d, s.approve(v, a, &d)
}

// policyName is where the text of a set of policies is kept.
func policyName(hash string) string { return "policy/" + hash }
