package match

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// Opening is one change to a request, or to the facts behind it, and how many
// homes it would open that are not open now.
type Opening struct {
	Change string `json:"change"` // such as "one day later"
	Opens  int    `json:"opens"`  // homes; at least 1
}

// variation is a request that differs from the one asked in one thing.
type variation struct {
	change string
	alter  func(*Request)
}

// variationsOf are the changes that are tried when nothing fits: a wider radius,
// none, each kind that was not considered, later days, an emergency, sign-offs
// given.
func variationsOf(req *Request) []variation {
	var all []variation
	add := func(change string, alter func(*Request)) { all = append(all, variation{change, alter}) }
	if req.Within > 0 {
		add(fmt.Sprintf("within %g miles rather than %g", 2*req.Within, req.Within), func(r *Request) { r.Within *= 2 })
		add("at any distance", func(r *Request) { r.Within = 0 })
	}
	for _, k := range care.Kinds() {
		if !req.considers(k) {
			add("another kind: "+k.Words(), func(r *Request) { r.Kinds = append(consideredKinds(req), k) })
		}
	}
	for _, days := range []care.Day{1, 7, 28} {
		change := fmt.Sprintf("%d days later, on %s", days, (req.On + days).Words())
		if days == 1 {
			change = "one day later, on " + (req.On + days).Words()
		}
		add(change, func(r *Request) { r.On += days })
	}
	if !req.Emergency {
		add("as an emergency", func(r *Request) { r.Emergency = true })
	}
	if req.Ready {
		add("with the sign-offs given", func(r *Request) { r.Ready = false })
	}
	return all
}

// consideredKinds names every kind a request considers.
func consideredKinds(req *Request) []care.Kind {
	return slices.DeleteFunc(care.Kinds(), func(k care.Kind) bool { return !req.considers(k) })
}

// liftable are the bars that a home, or who approved it, can lift by one change;
// no change lifts the law.
var liftable = map[string]string{
	"terms-of-approval":    "a term of approval changed",
	"statement-of-purpose": "a statement of purpose changed",
	"free-place":           "a bed come free",
	"not-available":        "a closed period ended",
	"adaptations":          "the adaptations made",
}

// trial is a variation on its way through the homes.
type trial struct {
	Opening
	*inquiry
}

// variations makes each single change ready to be asked.
func (s *scan) variations(r Reader, policies *policy.Set) ([]trial, error) {
	var all []trial
	for _, v := range variationsOf(s.Request) {
		req := *s.Request
		v.alter(&req)
		q, err := prepare(r, &req, policies)
		if err != nil {
			return nil, err
		}
		all = append(all, trial{Opening{Change: v.change}, q})
	}
	return all, nil
}

// try counts the home if the variation would list it.
func (t *trial) try(h *care.Household) {
	if t.lists(h) {
		t.Opens++
	}
}

// openings are the changes that would open homes, the one that opens most first.
// A bar that can be lifted opens the homes that it alone keeps out. Where homes
// are open already there are none.
func (s *scan) openings() []Opening {
	if !s.nothing {
		return nil
	}
	var all []Opening
	for _, t := range s.trials {
		all = append(all, t.Opening)
	}
	for rule, change := range liftable {
		all = append(all, Opening{change, s.alone[rule]})
	}
	all = slices.DeleteFunc(all, func(o Opening) bool { return o.Opens == 0 })
	slices.SortFunc(all, func(a, b Opening) int { return cmp.Or(cmp.Compare(b.Opens, a.Opens), cmp.Compare(a.Change, b.Change)) })
	return all
}
