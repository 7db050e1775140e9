package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// ErrRefused is wrapped by every error that says a home cannot be had, or not yet.
// Nothing was written.
var ErrRefused = errors.New("refused")

// NeededSignOff is an approval that has to be there before the children move.
type NeededSignOff struct {
	Rule  string
	Home  care.ID
	Child care.ID  // empty where it is for all children
	Role  string   // who must give it
	What  string   // what they must do
	ByDay care.Day // see [rulebook.Finding]
}

// WrongSignOff is a sign-off that was given and does not count.
type WrongSignOff struct {
	SignOff care.SignOff
	Why     string
}

// SignOffError says which sign-offs are missing, and why those given do not count.
type SignOffError struct {
	Missing []NeededSignOff
	Wrong   []WrongSignOff
}

// Error lists each, one a line.
func (e *SignOffError) Error() string {
	var lines []string
	for _, w := range e.Wrong {
		lines = append(lines, fmt.Sprintf("the sign-off %s does not count: %s", w.SignOff, w.Why))
	}
	for _, m := range e.Missing {
		lines = append(lines, m.String())
	}
	return strings.Join(lines, "\n")
}

// String says who must sign off what, and by when.
func (m NeededSignOff) String() string {
	whom := string(m.Home)
	if m.Child != "" {
		whom = fmt.Sprintf("%s in %s", m.Child, m.Home)
	}
	return fmt.Sprintf("a sign-off is missing: %s for %s, by %s, by %s: %s", m.Rule, whom, theRole(m.Role), m.ByDay.Words(), m.What)
}

// theRole puts the article before a role that takes one.
func theRole(role string) string {
	if strings.HasPrefix(role, "each ") {
		return role
	}
	return "the " + role
}

// Unwrap is [ErrRefused].
func (e *SignOffError) Unwrap() error { return ErrRefused }

// AcceptanceError names the homes of other providers (PR2 to PR5), or of nobody
// knows whom, that have not said yes to exactly the children who would come to live
// there. A place in
// another's home is not a yes.
type AcceptanceError struct{ Homes []care.ID }

// Error says what to do.
func (e *AcceptanceError) Error() string {
	return fmt.Sprintf("the yes of %s to exactly the children who would come is missing: hold the beds for them and record the acceptance; only the authority's own home (provider_code PR1) need not give one", joinIDs(e.Homes))
}

// Unwrap is [ErrRefused].
func (e *AcceptanceError) Unwrap() error { return ErrRefused }

// ReasonError says that the choice needs a reason.
type ReasonError struct{ Why string }

// Error says why, and what to do.
func (e *ReasonError) Error() string { return e.Why + ": say why it was chosen" }

// Unwrap is [ErrRefused].
func (e *ReasonError) Unwrap() error { return ErrRefused }

// approve holds the choice against the rules and, for a placement, refuses it while
// something is missing; for a fact it notes what was missing as breaches.
func (s *settling) approve(v *store.View, a *assessment, d *care.Decision) error {
	unaccepted, err := s.takeAcceptances(v, d)
	if err != nil {
		return err
	}
	if s.kind == care.FactDecision {
		if wrong := s.wrongSignOffs(a, d); len(wrong) > 0 {
			return &SignOffError{Wrong: wrong}
		}
		d.Breaches = append(d.Breaches, s.breaches(a, d)...)
		return nil
	}
	for i, b := range a.beds {
		h, err := v.Household(b.Home)
		if err != nil {
			return err
		}
		if err := obstacle(&h, &a.chosen[i], b.Children, a.asked.On, s.At, a.asked.Children...); err != nil {
			return err
		}
	}
	var missing []error
	if e := s.missing(a, d); len(e.Missing)+len(e.Wrong) > 0 {
		missing = append(missing, e)
	}
	if len(unaccepted) > 0 {
		missing = append(missing, &AcceptanceError{unaccepted})
	}
	if why := a.unexplained(s.Why); why != "" {
		missing = append(missing, &ReasonError{why})
	}
	return errors.Join(missing...)
}

// missing is what the sign-offs given lack.
func (s *settling) missing(a *assessment, d *care.Decision) *SignOffError {
	e := &SignOffError{Wrong: s.wrongSignOffs(a, d)}
	wrong := func(g *care.SignOff) bool {
		return slices.ContainsFunc(e.Wrong, func(w WrongSignOff) bool { return w.SignOff == *g })
	}
	eachSignOff(a, func(home care.ID, f *rulebook.Finding) {
		for i := range s.SignOffs {
			if g := &s.SignOffs[i]; g.Answers(f.Rule, f.Role, home) && !wrong(g) {
				return
			}
		}
		e.Missing = append(e.Missing, NeededSignOff{f.Rule, home, f.Child, f.Role, f.NearestFix, f.ByDay})
	})
	return e
}

// eachSignOff passes every finding of the chosen homes that asks for a sign-off.
func eachSignOff(a *assessment, do func(home care.ID, f *rulebook.Finding)) {
	for i := range a.chosen {
		signOffs := a.chosen[i].SignOffs()
		for k := range signOffs {
			do(a.beds[i].Home, &signOffs[k])
		}
	}
}

// wrongSignOffs lists those given that count for nothing.
func (s *settling) wrongSignOffs(a *assessment, d *care.Decision) []WrongSignOff {
	calls := map[string][]call{}
	eachSignOff(a, func(home care.ID, f *rulebook.Finding) { calls[f.Rule] = append(calls[f.Rule], call{home, f.Role}) })
	var wrong []WrongSignOff
	for i := range s.SignOffs {
		if why := wrongSignOff(&s.SignOffs[i], calls[s.SignOffs[i].Rule], d, s.By); why != "" {
			wrong = append(wrong, WrongSignOff{s.SignOffs[i], why})
		}
	}
	return wrong
}

// call is what a rule asks for: a sign-off for a home, in a role.
type call struct {
	home care.ID
	role string
}

// wrongSignOff says why a sign-off does not count; empty if it does. A fact takes
// one that came late. What approves one home approves no other: where a rule asks
// for the same role in several homes, a sign-off says for which it is.
func wrongSignOff(g *care.SignOff, calls []call, d *care.Decision, by string) string {
	var roles []string
	var homes []care.ID
	for _, c := range calls {
		if g.Home == "" || g.Home == c.home {
			roles = append(roles, c.role)
		}
		if g.InRole(c.role) && !slices.Contains(homes, c.home) {
			homes = append(homes, c.home)
		}
	}
	switch {
	case len(calls) == 0:
		return "the rule asks for none here"
	case len(roles) == 0:
		return fmt.Sprintf("the rule asks for none for %s", g.Home)
	case !slices.ContainsFunc(roles, g.InRole):
		return fmt.Sprintf("it was given as %s, and the rule asks for %s", g.Role, allRoles(roles))
	case g.Home == "" && len(homes) > 1:
		return fmt.Sprintf("it does not say for which home: one each, as %s@%s=… and %s@%s=…", g.Rule, homes[0], g.Rule, homes[1])
	case care.SamePerson(g.Name, by):
		return "it was given by the person who places"
	case g.At.After(d.At):
		return "it is dated later than now"
	case d.Kind != care.FactDecision && d.Late(g) > 0:
		return "it was given after the children had moved"
	}
	return ""
}

// allRoles names roles, each once where the same follow each other.
func allRoles(roles []string) string {
	var all []string
	for _, role := range slices.Compact(roles) {
		all = append(all, theRole(role))
	}
	return strings.Join(all, " and ")
}

// breaches lists what the rules had against the choice and nobody had approved.
func (s *settling) breaches(a *assessment, d *care.Decision) []care.Breach {
	var all []care.Breach
	for i := range a.chosen {
		for _, f := range a.chosen[i].Findings {
			given := f.Verdict == rulebook.SignOff && slices.ContainsFunc(s.SignOffs, func(g care.SignOff) bool {
				return g.Answers(f.Rule, f.Role, a.beds[i].Home) && d.Late(&g) == 0
			})
			if f.Verdict < rulebook.SignOff || given {
				continue
			}
			all = append(all, care.Breach{
				Rule: f.Rule, Verdict: f.Verdict.String(), Home: a.beds[i].Home, Child: f.Child, Role: f.Role, ByDay: f.ByDay, Says: f.Says,
			})
		}
	}
	return all
}

// acceptance is the verdict of a breach that is no rule's: another's home that had
// not said yes.
const acceptance = "acceptance"

// takeAcceptances notes the yes that each home had given, when they moved, to those
// who come to live there, and lists the homes of other providers that had not; for a
// fact each of them is a breach. A child who lives there already has a bed, and none
// can be held.
func (s *settling) takeAcceptances(v *store.View, d *care.Decision) (missing []care.ID, err error) {
	for i := range d.Chosen {
		b := &d.Chosen[i]
		if len(b.Moved()) == 0 { // the home has said yes to those who live there
			continue
		}
		h, err := v.Home(b.Home)
		if err != nil {
			return nil, err
		}
		hold, err := acceptedBy(v, b, d)
		if err != nil {
			return nil, err
		}
		switch {
		case hold != nil:
			d.Acceptances = append(d.Acceptances, care.Acceptance{Home: b.Home, Hold: hold.ID, By: hold.Offer.By, At: hold.Offer.At})
		case !answers(&h):
		case s.kind == care.FactDecision:
			d.Breaches = append(d.Breaches, care.Breach{
				Rule: acceptance, Verdict: acceptance, Home: b.Home, Says: fmt.Sprintf("%s (%s) had not accepted the children", b.Home, cmp.Or(h.ProviderCode, "provider not recorded")),
			})
		default:
			missing = append(missing, b.Home)
		}
	}
	return missing, nil
}

// acceptedBy is the hold of exactly the children who come, and perhaps of some who
// live there, that stood, accepted, when they moved; nil if there was none. It may
// have run out since: then it is found where the journal was when they moved.
func acceptedBy(v *store.View, b *care.Chosen, d *care.Decision) (*care.Hold, error) {
	moved := d.Moved()
	o, err := v.Occupancy(b.Home)
	if err != nil {
		return nil, err
	}
	if h := o.AcceptedAt(moved, b.Moved(), b.Stayed); h != nil || moved.Equal(d.At) {
		return h, nil
	}
	n := v.Head().Number
	for ; n > 0; n-- {
		if entry, err := v.Entry(n); err != nil {
			return nil, err
		} else if !entry.When.After(moved) {
			break
		}
	}
	then, err := v.AsOf(n)
	if err != nil {
		return nil, err
	}
	if o, err = then.Occupancy(b.Home); err != nil {
		return nil, err
	}
	return o.AcceptedAt(moved, b.Moved(), b.Stayed), nil
}

// unexplained says why the choice needs a reason; empty where it has one or needs
// none.
func (a *assessment) unexplained(why string) string {
	rank, several := a.rank(), len(a.beds) > 1
	switch {
	case strings.TrimSpace(why) != "":
		return ""
	case several && len(a.record.Candidates) > 0:
		return fmt.Sprintf("%s takes the children together, and they are split", a.record.Candidates[0].Home)
	case rank == 1:
		return ""
	case several && rank == 0:
		return "this split is not among the best"
	case several:
		return fmt.Sprintf("this split is the %s of the best", ordinal(rank))
	case rank == 0:
		return fmt.Sprintf("%s is not on the shortlist for this request", a.beds[0].Home)
	}
	return a.passedOver(rank)
}

// passedOver names the home that comes first.
func (a *assessment) passedOver(rank int) string {
	first := &a.record.Candidates[0]
	says := fmt.Sprintf("%s is the %s of the shortlist, after %s", a.beds[0].Home, ordinal(rank), first.Home)
	if tier := a.chosen[0].Tier; tier != first.Tier {
		says += fmt.Sprintf(", which is in tier %d where this home is in tier %d", first.Tier, tier)
	}
	return says
}

// ordinal writes 1st, 2nd, 3rd, 4th and so on.
func ordinal(n int) string {
	ending := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		ending = "st"
	case n%10 == 2:
		ending = "nd"
	case n%10 == 3:
		ending = "rd"
	}
	return fmt.Sprint(n, ending)
}
