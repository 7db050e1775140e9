package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// AnswerRequest brings the answer of a home that was offered children.
type AnswerRequest struct {
	Hold care.ID // required
	Home care.ID // which of its homes answers; needed where there are several
	Why  string  // the home's words; required for a no
	By   string  // who records the answer; required
	At   time.Time
	Op   string // makes a retry safe
}

// answers says whether a home has to say yes before children are placed there:
// another provider's (PR2 to PR5), and one of which it is not recorded whose it is.
func answers(h *care.Home) bool { return h.ProviderCode != care.OwnAuthority }

// Accept records that a home has said yes to the children of a hold. An own home
// need not, but may. Errors: [*InvalidRequestError], [*UnknownError] for a hold that
// is not there, [*RunOutError] for one that has had its end, and those of writing.
func (e *Engine) Accept(ctx context.Context, req AnswerRequest) (*Held, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	var held *Held
	err := e.once(ctx, req.command(acceptVerb), req.accept, func(_, after *store.View, entry *store.Entry) (err error) {
		held, err = heldIn(after, req.Hold, entry.Number)
		return err
	})
	return held, err
}

// Decline records that a home has said no. Its beds are free at once; the answer is
// kept with the home. A no is recorded of a hold that has run out, too. Errors are
// those of [Engine.Accept].
func (e *Engine) Decline(ctx context.Context, req AnswerRequest) (*Freed, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	if strings.TrimSpace(req.Why) == "" {
		return nil, &InvalidRequestError{Why: "say why the home declined"}
	}
	return e.free(ctx, req.command(declineVerb), req.Hold, req.decline)
}

func (r *AnswerRequest) validate() error {
	return cmp.Or(namedPerson(r.Hold, r.By, r.At), sayable("why", r.Why))
}

func (r *AnswerRequest) command(verb string) command {
	rest := *r
	rest.Op, rest.At = "", time.Time{}
	return command{verb: verb, op: r.Op, at: r.At, rest: rest}
}

// namedPerson refuses a command on a hold that does not say which, who and when.
func namedPerson(hold care.ID, by string, at time.Time) error {
	switch {
	case hold == "":
		return &InvalidRequestError{Why: "say which hold"}
	case strings.TrimSpace(by) == "":
		return errNobody()
	case at.IsZero():
		return errNoInstant()
	}
	return cmp.Or(sayable("by", by), believable(at))
}

func errNobody() error {
	return &InvalidRequestError{Why: "say by whom: a named person answers for it"}
}

func errNoInstant() error { return &InvalidRequestError{Why: "the instant is missing"} }

// accept decides.
func (r *AnswerRequest) accept(v *store.View) (*store.Change, error) {
	home, err := heldHome(v, r.Hold, r.Home)
	if err != nil {
		return nil, err
	}
	c := &store.Change{Who: r.By, Command: acceptVerb, Words: fmt.Sprintf("%s in %s", r.Hold, home), When: r.At}
	o, err := c.Occupancy(v, home)
	if err != nil {
		return nil, err
	}
	hold, err := holdOf(o, home, r.Hold)
	if err != nil {
		return nil, err
	}
	if !hold.CountsAt(r.At) {
		return nil, &RunOutError{Hold: hold.ID, Until: hold.Until}
	}
	if hold.Offer.State != care.Accepted { // the first yes is the one that was given
		hold.Offer = care.Offer{State: care.Accepted, By: r.By, At: r.At.UTC(), Why: strings.TrimSpace(r.Why)}
	}
	c.Words += endedWords(o.EndHolds(r.At))
	return c, nil
}

// decline decides.
func (r *AnswerRequest) decline(v *store.View) (*store.Change, error) {
	home, err := heldHome(v, r.Hold, r.Home)
	if err != nil {
		return nil, err
	}
	c := &store.Change{Who: r.By, Command: declineVerb, Words: fmt.Sprintf("%s in %s", r.Hold, home), When: r.At}
	o, err := c.Occupancy(v, home)
	if err != nil {
		return nil, err
	}
	hold, err := holdOf(o, home, r.Hold)
	if err != nil {
		return nil, err
	}
	o.Declines = append(o.Declines, care.Decline{Hold: hold.ID, Children: hold.Children, By: r.By, At: r.At.UTC(), Why: strings.TrimSpace(r.Why)})
	slices.SortStableFunc(o.Declines, func(a, b care.Decline) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Hold, b.Hold)) })
	o.EndHold(r.Hold)
	c.Words += endedWords(o.EndHolds(r.At))
	return c, nil
}

// heldHome is the home of a hold that is meant: the one named, or the only one.
func heldHome(v *store.View, hold, home care.ID) (care.ID, error) {
	homes, err := v.HomesHeld(hold)
	switch {
	case err != nil:
		return "", err
	case len(homes) == 0:
		return "", goneHold(hold)
	case home == "" && len(homes) > 1:
		return "", &InvalidRequestError{Why: fmt.Sprintf("hold %s is on %s; say which of them", hold, joinIDs(homes))}
	case home == "":
		return homes[0], nil
	case !slices.Contains(homes, home):
		return "", &InvalidRequestError{Why: fmt.Sprintf("hold %s is on %s, not on %s", hold, joinIDs(homes), home)}
	}
	return home, nil
}
