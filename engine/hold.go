package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Bed says which children are to live in a home.
type Bed = match.Bed

// MaxHoldDays is how many days a hold can last, up to the same hour in London as it
// is asked for: beds that are wanted later are asked for again. It is the engine's
// own bound; no rule of law sets one.
const MaxHoldDays = 28

// HoldRequest asks to keep beds for children until an instant. Either Home, with
// Children or Group, or Beds says who is to go where.
type HoldRequest struct {
	ID       care.ID // of the hold; one is made where it is empty
	Children []care.ID
	Group    care.ID // all stored children of a sibling group
	Home     care.ID // for all of them
	Beds     []Bed   // who goes where, for a split

	On        care.Day  // first day the beds are wanted; required
	At        time.Time // when it is asked for; required
	Until     time.Time // the hold counts up to this instant, in whole seconds; after At, by MaxHoldDays at most
	Emergency bool      // judges as an emergency

	By string // who holds; required
	Op string // makes a retry safe
}

// Held is a hold as it stands in all its homes.
type Held struct {
	ID      care.ID   `json:"hold"`
	By      string    `json:"by"`
	On      care.Day  `json:"on"` // first day the beds are wanted
	Until   time.Time `json:"until"`
	Beds    []HeldBed `json:"beds"`    // in order of home
	Journal uint64    `json:"journal"` // the entry that records the change
}

// HeldBed is one home of a hold.
type HeldBed struct {
	Bed
	Offer care.OfferState `json:"offer"` // what the home has said
}

// Hold keeps the beds of a group, in one home or several, all or none. Each home is
// judged as [Engine.Match] judges it: one that is barred is refused, one that lacks
// only sign-offs is not. Holding again under the ID of a hold that has not run out,
// for the same children in the same homes, moves its end and says who did: it need
// not be judged, since it keeps its beds already.
//
// The first who asks has the beds. Errors: [*InvalidRequestError],
// [*UnknownError] and [*TooEarlyError] for the request; [*TakenError], which says by
// whom and until when; [*HeldError] for a child who has a bed held there already,
// and [*LivesError] for one who lives there; [*BarredError]; and those of writing.
func (e *Engine) Hold(ctx context.Context, req HoldRequest) (*Held, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	id := req.ID
	decide := func(v *store.View) (*store.Change, error) {
		if err := req.inTime(); err != nil {
			return nil, err
		}
		d := holding{HoldRequest: req, view: v, reader: &reader{View: v, engine: e}, policies: e.policies}
		return d.decide(ctx)
	}
	var held *Held
	err := e.once(ctx, req.command(), decide, func(_, after *store.View, entry *store.Entry) (err error) {
		if id == "" {
			id = newHold(entry)
		}
		held, err = heldIn(after, id, entry.Number)
		return err
	})
	return held, err
}

func (r *HoldRequest) validate() error {
	oneHome := r.Home != "" && countTrue(len(r.Children) > 0, r.Group != "") == 1 && len(r.Beds) == 0
	split := len(r.Beds) > 0 && r.Home == "" && len(r.Children) == 0 && r.Group == ""
	switch {
	case strings.TrimSpace(r.By) == "":
		return errNobody()
	case !oneHome && !split:
		return &InvalidRequestError{Why: "say for whom and where: a home with children or a sibling group, or who goes where"}
	case r.On == 0:
		return &InvalidRequestError{Why: "the first day the beds are wanted is missing"}
	case r.At.IsZero():
		return errNoInstant()
	}
	if err := cmp.Or(sayable("by", r.By), believable(r.At), onCalendar("the first day", r.On)); err != nil || r.ID == "" {
		return err
	}
	return r.ID.Validate("hold")
}

// inTime holds the day and the end against now. A retry of what was done is never
// asked: it may come when the hold has run out.
func (r *HoldRequest) inTime() error {
	switch {
	case r.On < care.DayOf(r.At):
		return &InvalidRequestError{Why: r.On.Words() + " has passed"}
	case !r.until().After(r.At):
		return &InvalidRequestError{Why: "the hold would have run out already: its end has to come after the instant at which it is made"}
	case r.until().After(care.LondonTime(r.At).AddDate(0, 0, MaxHoldDays)): // a day of a clock change is one day, too
		return &InvalidRequestError{Why: fmt.Sprintf("a hold lasts %d days at most; hold again to prolong it", MaxHoldDays)}
	}
	return nil
}

func (r *HoldRequest) command() command {
	rest := *r
	rest.Op, rest.At, rest.On, rest.Until = "", time.Time{}, 0, time.Time{}
	return command{verb: holdVerb, op: r.Op, at: r.At, on: r.On, until: r.Until, rest: rest}
}

// until is the end in whole seconds, as it is kept.
func (r *HoldRequest) until() time.Time { return r.Until.UTC().Truncate(time.Second) }

// holding is a hold on its way.
type holding struct {
	HoldRequest
	view     *store.View
	reader   *reader
	policies *policy.Set
	change   *store.Change
	ended    []care.ID // holds that had run out, as they are met
}

// decide looks at the store and says what to record, or why not.
func (d *holding) decide(ctx context.Context) (*store.Change, error) {
	beds, err := d.beds()
	if err != nil {
		return nil, err
	}
	d.change = &store.Change{Who: d.By, When: d.At}
	prolonged, err := d.prolong(beds)
	if err != nil {
		return nil, err
	}
	if !prolonged {
		if err := d.take(ctx, beds); err != nil {
			return nil, err
		}
	}
	d.change.Command, d.change.Words = holdVerb, fmt.Sprintf("%s until %s for %s%s", d.ID, d.until().Format(time.RFC3339), bedWords(beds), endedWords(d.ended))
	return d.change, nil
}

// beds is who goes where, the homes and the children of each in order.
func (d *holding) beds() ([]Bed, error) {
	beds := slices.Clone(d.Beds)
	if d.Home != "" {
		children := d.Children
		if d.Group != "" {
			var err error
			if children, err = d.reader.Group(d.Group); err != nil {
				return nil, err
			}
		}
		beds = []Bed{{Home: d.Home, Children: children}}
	}
	for i := range beds {
		beds[i].Children = slices.Sorted(slices.Values(beds[i].Children))
	}
	slices.SortStableFunc(beds, func(a, b Bed) int { return cmp.Compare(a.Home, b.Home) })
	return beds, nil
}

// prolong moves the end of the hold of that ID, if there is one that has not run
// out. What is left of one that has is ended.
func (d *holding) prolong(beds []Bed) (bool, error) {
	if d.ID == "" {
		return false, nil
	}
	homes, err := d.view.HomesHeld(d.ID)
	if err != nil {
		return false, err
	}
	var live []Bed
	var holds []*care.Hold
	for _, home := range homes {
		o, err := d.occupancy(home)
		if err != nil {
			return false, err
		}
		if h := o.Hold(d.ID); h != nil {
			live, holds = append(live, Bed{Home: home, Children: h.Children}), append(holds, h)
		}
	}
	if len(live) == 0 {
		return false, nil
	}
	if !slices.EqualFunc(live, beds, func(a, b Bed) bool { return a.Home == b.Home && slices.Equal(a.Children, b.Children) }) {
		return false, &InvalidRequestError{Why: fmt.Sprintf("hold %s is there already, for %s; give another id, or none", d.ID, bedWords(live))}
	}
	for _, h := range holds {
		h.Until, h.By = d.until(), d.By
	}
	return true, nil
}

// take holds beds that nobody has.
func (d *holding) take(ctx context.Context, beds []Bed) error {
	req := Request{On: d.On, At: d.At, Emergency: d.Emergency}
	for _, b := range beds {
		req.Children = append(req.Children, b.Children...)
	}
	judged, err := match.Judge(ctx, d.reader, req, beds, d.policies)
	if err != nil {
		return err
	}
	if d.change.Policy, err = d.policyHash(req.Children); err != nil {
		return err
	}
	if d.ID == "" {
		if d.ID, err = nextID(d.view, "HOLD", store.HoldsKind); err != nil {
			return err
		}
	}
	for i, b := range beds {
		if err := d.takeBed(b, &judged[i]); err != nil {
			return err
		}
	}
	return nil
}

func (d *holding) takeBed(b Bed, judged *match.Candidate) error {
	h, err := d.view.Household(b.Home)
	if err != nil {
		return err
	}
	o, err := d.occupancy(b.Home)
	if err != nil {
		return err
	}
	for i := range o.Holds {
		for _, id := range b.Children {
			if other := &o.Holds[i]; other.Names(id) {
				return &HeldError{Home: b.Home, Child: id, Hold: other.ID, By: other.By, Until: other.Until}
			}
		}
	}
	if err := obstacle(&h, judged, b.Children, d.On, d.At); err != nil {
		return err
	}
	if err := d.livesThere(o, b.Children); err != nil {
		return err
	}
	hold := care.Hold{ID: d.ID, Children: b.Children, From: d.On, Until: d.until(), By: d.By}
	if answers(h.Home) {
		hold.Offer.State = care.Offered
	}
	o.PutHold(hold)
	return nil
}

// livesThere refuses a bed for a child who has one: who lives in the home when it
// is wanted, or is to move in.
func (d *holding) livesThere(o *care.Occupancy, children []care.ID) error {
	anyone := care.Ask(d.At)
	for i := range o.Stays {
		s := &o.Stays[i]
		if slices.Contains(children, s.Child) && anyone.Lives(s, max(d.On, s.Start)) {
			return &LivesError{Child: s.Child, Placement: s.Placement, Home: o.Home, Since: s.Start, Why: "there is no bed to hold"}
		}
	}
	return nil
}

// occupancy is the household as the change leaves it, without the holds that have
// run out.
func (d *holding) occupancy(home care.ID) (*care.Occupancy, error) {
	o, err := d.change.Occupancy(d.view, home)
	if err != nil {
		return nil, err
	}
	d.ended = append(d.ended, o.EndHolds(d.At)...)
	return o, nil
}

// policyHash names the policies that the children were judged by.
func (d *holding) policyHash(children []care.ID) (string, error) {
	var all []*policy.Policy
	var seen []string
	for _, id := range slices.Sorted(slices.Values(children)) {
		child, err := d.reader.Child(id)
		if err != nil {
			return "", err
		}
		if !slices.Contains(seen, child.Authority) {
			seen, all = append(seen, child.Authority), append(all, d.policies.For(child.Authority))
		}
	}
	return policy.Hash(all...), nil
}

// heldIn is a hold as a view has it; without homes where all have let go.
func heldIn(v *store.View, id care.ID, number uint64) (*Held, error) {
	homes, err := v.HomesHeld(id)
	if err != nil {
		return nil, err
	}
	held := &Held{ID: id, Journal: number}
	for _, home := range homes {
		o, err := v.Occupancy(home)
		if err != nil {
			return nil, err
		}
		h, err := holdOf(&o, home, id)
		if err != nil {
			return nil, err
		}
		held.By, held.On, held.Until = h.By, h.From, h.Until.UTC()
		held.Beds = append(held.Beds, HeldBed{Bed{Home: home, Children: h.Children}, h.Offer.State})
	}
	return held, nil
}

// holdOf is the hold of a home that the index of holds names for it.
func holdOf(o *care.Occupancy, home, id care.ID) (*care.Hold, error) {
	if h := o.Hold(id); h != nil {
		return h, nil
	}
	return nil, fmt.Errorf("%w: the index of holds names %s for %s, which does not have it", ErrDamaged, home, id)
}

// newHold is the hold that an entry put in.
func newHold(entry *store.Entry) care.ID {
	for i := range entry.Changed {
		if c := &entry.Changed[i]; c.Key.Kind() == store.HoldsKind && !c.Deleted() {
			return c.Key.ID()
		}
	}
	return ""
}

// bedWords says who goes where.
func bedWords(beds []Bed) string {
	var words []string
	for _, b := range beds {
		words = append(words, joinIDs(b.Children)+" in "+string(b.Home))
	}
	return strings.Join(words, "; ")
}

// endedWords says which holds a command ended because they had run out.
func endedWords(holds []care.ID) string {
	if len(holds) == 0 {
		return ""
	}
	slices.Sort(holds)
	return "; ended, having run out: " + joinIDs(slices.Compact(holds))
}
