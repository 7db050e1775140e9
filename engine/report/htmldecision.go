package report

import (
	"fmt"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

// choice is who chose what and why, who approved it, and what was missing.
func (d *unfolded) choice(a Audience) []section {
	g := grid{Caption: "The decision", Head: []string{"What", "As recorded"}}
	g.add("Decision", string(d.ID)+", "+verbs[d.Kind])
	for i, c := range d.Chosen {
		home := &d.chosen[i]
		where := fmt.Sprintf("%s, %s\n%s\n", c.Home, home.Kind.Words(), place(home.Authority, home.PostcodeSector))
		if moved := c.Moved(); len(moved) > 0 {
			g.add(listIDs(moved), where+"from "+d.Asked.On.Words())
		}
		if len(c.Stayed) > 0 {
			g.add(listIDs(c.Stayed), where+"as before")
		}
	}
	g.addKnown("Ended", listIDs(d.Ended))
	g.add("Chosen by", d.By)
	g.add("Recorded", care.InstantWords(d.At)+strings.ReplaceAll(d.circumstances(), "; ", "\n"))
	g.add("Its place in the list", d.standing())
	g.addKnown("Why", a.mayRead(d.Why))
	sec := section{ID: "choice", Title: "What was decided", Grids: append([]grid{g}, d.approvals(a)...)}
	for i := range d.chosen {
		sec.Grids = append(sec.Grids, found(d.chosen[i].Findings, d.chosen[i].Home))
	}
	return []section{sec}
}

// approvals are the sign-offs and acceptances that were given, and the breaches.
func (d *unfolded) approvals(to Audience) []grid {
	given := grid{Caption: "Sign-offs given", Head: []string{"Rule", "Signed off by", "When", "Reference"}}
	for i := range d.SignOffs {
		g, when := &d.SignOffs[i], care.InstantWords(d.SignOffs[i].At)
		if late := d.Late(g); late > 0 {
			when += "\nlate by " + span(late)
		}
		given.add(g.Rule, g.Name+"\n"+g.Role, when, to.mayRead(g.Ref))
	}
	accepted := grid{Caption: "Acceptances", Head: []string{"Home", "Accepted", "Hold", "Recorded by"}}
	for _, a := range d.Acceptances {
		accepted.add(string(a.Home), care.InstantWords(a.At), string(a.Hold), a.By)
	}
	missing := grid{Caption: "Breaches: what should have been and was not", Head: []string{"What", "Rule", "Because", "Since then"}}
	for i := range d.Breaches {
		b := &d.Breaches[i]
		missing.add(b.Verdict, b.Rule+"\n"+string(b.Home)+"\n"+string(b.Child), b.Says, d.since(b))
	}
	all := append(given.shown(), accepted.shown()...)
	return append(all, missing.shown()...)
}

// followUps are those of the chosen homes: what was signed off stands above, and
// what has to be closed is told here; then the others, as they were.
func (d *unfolded) followUps(s *Sheet) []section {
	all := []section{signOffsNeeded(d.chosen), gaps(d.chosen)}
	if d.Kind == care.FactDecision || len(d.SignOffs) > 0 {
		all[0].Lead = append(all[0].Lead, "Those that were given stand under What was decided.")
	}
	all = append(all, s.splits()...)
	whyNot := s.whyNot()
	if whyNot.Grids != nil {
		whyNot.Lead = append(whyNot.Lead, d.passedOver(s.Result))
	}
	return append(all, whyNot)
}

// passedOver says where the homes that were barred can be read one by one.
func (d *unfolded) passedOver(res *match.Result) string {
	if len(d.Excluded.List) == 0 {
		return "The homes are too many to be kept one by one; a replay gives them."
	}
	return fmt.Sprintf("Each of the %d that were considered and barred is named in the record: decision show --json.", res.Considered-res.Eligible)
}
