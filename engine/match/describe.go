package match

import (
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Explain says everything about one home for a request. Errors are those of
// [Run].
func Explain(_ context.Context, r Reader, req Request, home care.ID, policies *policy.Set) (*Explanation, error) {
	q, err := prepare(r, &req, policies)
	if err != nil {
		return nil, err
	}
	h, err := r.Household(home)
	if err != nil {
		return nil, err
	}
	e := &Explanation{Head: q.head(), Considered: q.asksFor(h.Home), Judged: q.describe(&h)}
	for _, f := range e.Judged.Findings {
		e.Verdict = max(e.Verdict, f.Verdict)
	}
	return e, nil
}

func (q *inquiry) head() Head {
	head := Head{On: q.Request.On, At: q.at(), Policy: policy.Hash(q.distinctPolicies()...), Wishes: []Wish{}, Unknown: q.scale.Unknown()}
	for _, p := range q.distinctPolicies() {
		head.Departures = append(head.Departures, policy.Departures(p)...)
	}
	for i := range q.Case.Children {
		c := &q.Case.Children[i]
		head.Children = append(head.Children, c.ID)
		if c.Wishes != "" {
			head.Wishes = append(head.Wishes, Wish{Child: c.ID, Words: c.Wishes})
		}
		for _, u := range c.Referral.Unjudged() {
			head.Referral = append(head.Referral, Unjudged{Child: c.ID, Field: u.Field, Words: u.Words})
		}
	}
	return head
}

// distinctPolicies lists the policy of each responsible authority once, in the
// order of the children.
func (q *inquiry) distinctPolicies() []*policy.Policy {
	var all []*policy.Policy
	var seen []string
	for i := range q.Case.Children {
		if gss := q.Case.Children[i].Authority; !slices.Contains(seen, gss) {
			seen, all = append(seen, gss), append(all, q.policies[i])
		}
	}
	return all
}

// describe judges and scores a home and puts all of it into words.
func (q *inquiry) describe(h *care.Household) Candidate {
	score, reasons := q.scale.Explain(h)
	c := Candidate{
		Tier: q.tier(h.Home), Home: h.Home.ID, Kind: h.Home.Kind, Authority: h.Home.Authority,
		PostcodeSector: sector(h.Home), Score: score.Total, Findings: q.book.Findings(h), Reasons: reasons,
		FreeFrom: h.FirstFree(h.Home.Kind.BedsFor(len(q.Case.Children)), q.Request.On, q.Ask),
	}
	for i, s := range score.Children {
		c.Children = append(c.Children, ChildScore{ID: q.Case.Children[i].ID, Score: s})
	}
	if cost := h.Home.WeeklyCost; cost.Known {
		c.WeeklyCost = &cost.N
	}
	for i, home := range q.MovesFrom {
		if home == h.Home.ID {
			c.LivesHere = append(c.LivesHere, q.Case.Children[i].ID)
		}
	}
	c.SiblingsHere = q.siblingsIn(h.Home.ID)
	c.Declines = h.Occupancy.CountDeclines()
	return c
}

// siblingsIn lists the brothers and sisters of the children who live in a home, in
// order.
func (q *inquiry) siblingsIn(home care.ID) []care.ID {
	var all []care.ID
	for _, siblings := range q.Siblings {
		for _, s := range siblings {
			if s.Home == home {
				all = append(all, s.ID)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// exclude lists every rule that bars a home.
func (q *inquiry) exclude(h *care.Household) Exclusion {
	return Exclusion{
		Home: h.Home.ID, Kind: h.Home.Kind, Authority: h.Home.Authority, PostcodeSector: sector(h.Home),
		Findings: withVerdict(q.book.Findings(h), rulebook.Barred),
	}
}

// sector is as much of a home's address as leaves the team; empty where the home
// is known by its coordinates alone.
func sector(h *care.Home) string {
	p, err := gazetteer.ParsePostcode(h.Where.Postcode)
	if err != nil {
		return ""
	}
	return p.Sector()
}
