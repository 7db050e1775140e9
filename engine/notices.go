package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// noticeCitation is where notices come from.
const noticeCitation = "Care Planning, Placement and Case Review (England) Regulations 2010, reg 13"

// NoticesRequest asks for the letters that a decision calls for.
type NoticesRequest struct {
	Decision care.ID
	Withhold []care.Withheld // what is not to be sent, because of a risk
	On       care.Day        // day they are drafted; required
}

// Notices drafts the written notices of a decision, from its record and from the
// children's records as they were then: for each child who moved to the area authority, where
// the home lies in another's area, and to the child, the parents and the others of
// [care.Recipients]. They go out before the placement or, in an emergency, within
// five working days. Nothing is sent and nothing is stored.
//
// Errors: [*InvalidRequestError]; a [*care.FieldError] for what is withheld;
// [*UnknownError]; [ErrErased] where the record of a child was erased; [ErrDamaged];
// and those of reading.
func (e *Engine) Notices(ctx context.Context, req NoticesRequest) (*care.Notices, error) {
	if req.On == 0 {
		return nil, &InvalidRequestError{Why: "the day on which the notices are drafted is missing"}
	}
	d, err := e.Decision(ctx, req.Decision)
	if err != nil {
		return nil, err
	}
	if err := req.validate(d); err != nil {
		return nil, err
	}
	n := &noting{NoticesRequest: req, Decision: d, before: map[care.ID]care.ID{}}
	if err := unpackDecision(d, d.Findings, &n.judged); err != nil {
		return nil, err
	}
	if err := n.agree(); err != nil {
		return nil, err
	}
	if n.Scene, err = e.DecisionScene(ctx, d); err != nil {
		return nil, err
	}
	if err := e.read(ctx, n.lookBack); err != nil {
		return nil, err
	}
	return n.draft(), nil
}

func (req *NoticesRequest) validate(d *care.Decision) error {
	for i := range req.Withhold {
		w := &req.Withhold[i]
		if err := w.Validate(); err != nil {
			return err
		}
		if w.Child != "" && !slices.Contains(d.Asked.Children, w.Child) {
			return &InvalidRequestError{Why: fmt.Sprintf("%s is not a child of decision %s", w.Child, d.ID)}
		}
	}
	return nil
}

// noting is the notices of a decision on their way.
type noting struct {
	NoticesRequest
	*care.Decision
	*match.Scene
	judged []match.Candidate   // in the order of Chosen
	before map[care.ID]care.ID // the home that each child left, where the decision ended a placement
}

// agree refuses a record whose parts are not about the same homes and children.
func (n *noting) agree() error {
	if len(n.judged) != len(n.Chosen) {
		return fmt.Errorf("%w: decision %s: %d homes were chosen and %d judged", ErrDamaged, n.ID, len(n.Chosen), len(n.judged))
	}
	for i := range n.Chosen {
		for _, id := range n.Chosen[i].Children {
			if !slices.Contains(n.Asked.Children, id) {
				return fmt.Errorf("%w: decision %s: nobody asked for %s", ErrDamaged, n.ID, id)
			}
		}
	}
	return nil
}

// lookBack finds the homes that the children left. A placement whose record was
// erased since has none.
func (n *noting) lookBack(r *reader) error {
	for _, id := range n.Ended {
		p, err := r.Placement(id)
		var missing *store.NotFoundError
		if errors.As(err, &missing) || errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			return err
		}
		n.before[p.Child] = p.Home
	}
	return nil
}

// lastDay is the last for the notices: that of the placement or, in an emergency, the
// last of the working days that reg 13(4) allows.
func (n *noting) lastDay() care.Day {
	if n.Asked.Emergency {
		return n.Asked.On.AddWorkingDays(rulebook.NoticeWorkingDays)
	}
	return n.Asked.On
}

// draft decides who is told, and writes to them. Nobody is told of a child who lived
// in the home already: for them nothing changes.
func (n *noting) draft() *care.Notices {
	all := &care.Notices{Decision: n.ID, Drafted: n.NoticesRequest.On, Notices: []care.Notice{}, Gaps: []string{}, Citation: noticeCitation}
	for i := range n.Chosen {
		for _, id := range n.Chosen[i].Moved() {
			t := n.telling(i, id)
			for _, who := range care.Recipients() {
				if who != care.ToAreaAuthority || t.home.Authority != t.child.Authority {
					all.Notices = append(all.Notices, t.notice(who))
				}
			}
			all.Gaps = append(all.Gaps, t.gaps()...)
		}
	}
	all.IRO = n.iroNote(all.Notices)
	return all
}

// telling is one child of the decision in their home.
type telling struct {
	*noting
	child *care.Child
	home  *match.Candidate
	with  []care.ID // the children of the decision who live there too
}

func (n *noting) telling(chosen int, id care.ID) *telling {
	t := &telling{noting: n, home: &n.judged[chosen]}
	t.child = &n.Scene.Children[slices.IndexFunc(n.Scene.Children, func(c care.Child) bool { return c.ID == id })]
	for _, other := range n.Chosen[chosen].Children {
		if other != id {
			t.with = append(t.with, other)
		}
	}
	return t
}

// notice drafts one letter, or says why it is withheld.
func (t *telling) notice(who care.Recipient) care.Notice {
	n := care.Notice{To: who, Child: t.child.ID, Home: t.home.Home, By: t.lastDay()}
	n.Late = n.By < t.NoticesRequest.On
	if who == care.ToAreaAuthority {
		n.Name = areaName(t.home.Authority)
	}
	for i := range t.Withhold {
		if w := &t.Withhold[i]; w.Covers(who, t.child.ID) {
			n.Withheld = w.Why
			return n
		}
	}
	n.Caution = t.caution(who)
	if who == care.ToAreaAuthority && t.finding("at-a-distance", rulebook.SignOff) {
		n.Enclosed = []string{"the care plan"}
	}
	n.Letter = t.letter(who)
	return n
}

// caution is what whoever sends a letter has to think of.
func (t *telling) caution(who care.Recipient) string {
	switch who {
	case care.ToParents, care.ToContactOrder, care.ToPreviousCarers:
		if len(t.child.NoContact) > 0 || t.child.IsAway() || len(t.child.Exclusion) > 0 {
			return "the record keeps the child from certain people or places: consider whether to withhold this"
		}
	}
	return ""
}

// finding says whether a rule found so of the home for the child.
func (t *telling) finding(rule string, v rulebook.Verdict) bool {
	return slices.ContainsFunc(t.home.Findings, func(f rulebook.Finding) bool {
		return f.Rule == rule && f.Verdict == v && (f.Child == "" || f.Child == t.child.ID)
	})
}
