package rulebook

import "github.com/stablehomes/stablehomes/engine/care"

// OfKind says whether the rule bars, where it does, for the kind of a home alone.
func (r *Rule) OfKind() bool { return r.ofKind }

// Passes says whether one rule lets a home of the Span through; true where it has
// nothing to say of Spans.
func (b *Book) Passes(rule string, homes *care.Span) bool {
	for i := range b.rules {
		if b.rules[i].ID == rule && b.rules[i].may != nil {
			return b.barsAll(i, homes) == 0
		}
	}
	return true
}

// EachBar lists the rulings that bar the home, without the words: each as a rule
// and a child, who is empty where the rule judges all together.
func (b *Book) EachBar(h *care.Household) [][2]string {
	var all [][2]string
	b.rulings(h, func(q *question, r ruling) bool {
		if r.verdict == Barred {
			bar := [2]string{q.rule.ID}
			if q.child != nil {
				bar[1] = string(q.child.ID)
			}
			all = append(all, bar)
		}
		return true
	})
	return all
}

// Houses is whether rooms can be given to families.
var Houses = houses
