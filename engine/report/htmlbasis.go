package report

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// standingRules is the rulebook as it stood on a day, with its citations; empty
// for a day that it does not speak for, of which there is no result.
func standingRules(on care.Day) grid {
	g := grid{Caption: "The rules as they stood on " + on.Words(), Head: []string{"Rule", "State", "Source"}}
	all, err := rulebook.On(on)
	if err != nil {
		return g
	}
	for _, r := range all {
		g.add(r.ID+"\n"+r.Title, since(string(r.State), r.Since), strings.Join(append([]string{r.Citation}, r.Amendments...), "\n"))
	}
	return g
}

// since is the state of a rule with its first day.
func since(state string, first care.Day) string {
	if first == 0 {
		return state
	}
	return state + "\nsince " + first.Words()
}

// basis is what the page rests on, so that it can be found out again.
func (s *Sheet) basis(rules grid) []section {
	rulebookHash := ""
	if s.Scene != nil {
		rulebookHash = s.Scene.Rulebook
	}
	return []section{s.basisOf(rulebookHash, s.Result.Journal, rules)}
}

func (s *Sheet) basisOf(rulebookHash string, journal uint64, rules grid) section {
	g := grid{Caption: "Revision, policy and rulebook", Head: []string{"What", "Which"}}
	g.add("Data", "journal entry "+strconv.FormatUint(journal, 10))
	g.add("Policy", s.Result.Policy)
	g.addKnown("Policy departs from the default", strings.Join(s.Result.Departures, "\n"))
	g.addKnown("Rulebook", rulebookHash)
	return section{ID: "basis", Title: "What this rests on", Grids: append([]grid{g}, rules.shown()...)}
}

// basis of a decision is what was written down then.
func (d *unfolded) basis(s *Sheet) []section {
	rules := grid{Caption: "The rules as they stood on " + d.Asked.On.Words(), Head: []string{"Rule", "State"}}
	for _, r := range d.Rules {
		rules.add(r.ID, since(r.State, r.Since))
	}
	sec := s.basisOf(d.Rulebook, d.Judged, rules)
	g := &sec.Grids[0]
	g.add("Text of the policies", d.Policies)
	g.add("Homes that were passed over", "SHA-256 "+hex.EncodeToString(d.Excluded.SHA256))
	return []section{sec}
}
