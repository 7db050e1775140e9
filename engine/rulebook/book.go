package rulebook

import (
	"cmp"
	"math"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// Book is the rulebook opened at one case. It may be used by one goroutine at a
// time.
type Book struct {
	care.Case
	rules    []Rule
	subjects []subject
	asked    question     // reused, so that judging a home allocates nothing
	closed   care.KindSet // kinds that are barred whatever else is known of a home
	barsOf   []int        // of each kind, how many times, in the order of [care.Kinds]
	foretell []int        // the rules that speak of Spans, by their place
}

// For opens the rulebook at a case, with the policy of each child's responsible
// authority, in the order of the children. The error is a [*TooEarlyError] or a
// [*PolicyError].
func For(c care.Case, policies []*policy.Policy) (*Book, error) {
	if c.On < FirstDay {
		return nil, &TooEarlyError{On: c.On}
	}
	if err := checkOff(policies); err != nil {
		return nil, err
	}
	b := &Book{Case: c}
	b.rules = slices.DeleteFunc(Rules(), func(r Rule) bool { return r.StateOn(c.On) == "" })
	for i := range c.Children {
		child := &c.Children[i]
		b.subjects = append(b.subjects, subject{Child: child, policy: policies[i], age: care.AgeOn(child.DOB, c.On), off: b.switchedOff(policies[i]),
			adaptations: care.MarksOf(named(child.Adaptation)...)})
	}
	b.asked.Book = b
	for i := range b.rules {
		if b.rules[i].may != nil && !b.off(i) {
			b.foretell = append(b.foretell, i)
		}
	}
	slices.SortStableFunc(b.foretell, func(i, k int) int { // those that are asked once for all children first
		return cmp.Compare(b.asks(i), b.asks(k))
	})
	b.askOfKinds()
	return b, nil
}

// asks is how many questions a rule is.
func (b *Book) asks(rule int) int {
	if b.rules[rule].whole {
		return 1
	}
	return len(b.subjects)
}

// Judgement is what the rulebook finds of a home, without the words.
type Judgement struct {
	BarredBy string // the first rule that bars it, in rulebook order; empty if none does
	SignOffs int    // how many sign-offs it needs, if it is not barred
}

// Judge stops at the first rule that bars the home.
func (b *Book) Judge(h *care.Household) Judgement {
	var j Judgement
	b.rulings(h, func(q *question, r ruling) bool {
		switch r.verdict {
		case Barred:
			j = Judgement{BarredBy: q.rule.ID}
			return false
		case SignOff:
			j.SignOffs++
		}
		return true
	})
	return j
}

// Open says of which kinds a home of the Span may come through every rule; of
// none if all of them are barred. It leaves out the homes that the case names: in
// which a child of it lives or has lived, or that are connected with one.
func (b *Book) Open(homes *care.Span) care.KindSet {
	open := homes.Kinds &^ b.closed
	if open == 0 {
		return 0
	}
	if b.barredAll(homes, 1) > 0 {
		return 0
	}
	return open
}

// FewestBars is the least that [Book.Bars] counts of any home, of these kinds,
// that went into the Span and that the case does not name.
func (b *Book) FewestBars(homes *care.Span, kinds care.KindSet) int {
	fewest := -1
	for i := range kinds.Each {
		if fewest < 0 || b.barsOf[i] < fewest {
			fewest = b.barsOf[i]
		}
	}
	return max(fewest, 0) + b.barredAll(homes, math.MaxInt)
}

// barredAll counts, up to a number, the questions that no home of the Span comes
// through: a rule, for each child that it judges.
func (b *Book) barredAll(homes *care.Span, enough int) int {
	n := 0
	for _, i := range b.foretell {
		if n += b.barsAll(i, homes); n >= enough {
			break
		}
	}
	return n
}

// barsAll counts the children to whom a rule bars every home of the Span; for a
// rule that judges them together, 1 if it does.
func (b *Book) barsAll(i int, homes *care.Span) int {
	q := &b.asked
	if q.rule = &b.rules[i]; q.rule.whole {
		if q.child = nil; q.rule.may(q, homes) {
			return 0
		}
		return 1
	}
	n := 0
	for s := range b.subjects {
		if q.child, q.index = &b.subjects[s], s; q.child.off&(1<<i) == 0 && !q.rule.may(q, homes) {
			n++
		}
	}
	return n
}

// askOfKinds asks the rules that look at nothing but its kind about a home of
// each.
func (b *Book) askOfKinds() {
	for k, kind := range care.Kinds() {
		b.barsOf = append(b.barsOf, 0)
		home := care.Home{Kind: kind}
		b.asked.h, b.asked.home = &care.Household{Home: &home}, &home
		for i := range b.rules {
			if b.rules[i].ofKind {
				b.ask(i, func(_ *question, r ruling) bool {
					if r.verdict == Barred {
						b.closed |= care.KindSetOf(kind)
						b.barsOf[k]++
					}
					return true
				})
			}
		}
	}
}

// Bars counts the rulings that bar the home, over all rules and children. Where
// they are all of one rule, alone is its id.
func (b *Book) Bars(h *care.Household) (n int, alone string) {
	b.rulings(h, func(q *question, r ruling) bool {
		if r.verdict != Barred {
			return true
		}
		if n++; n == 1 {
			alone = q.rule.ID
		} else if alone != q.rule.ID {
			alone = ""
		}
		return true
	})
	return n, alone
}

// Findings lists what every rule says of the home, in rulebook order, child by
// child.
func (b *Book) Findings(h *care.Household) []Finding {
	var all []Finding
	b.rulings(h, func(q *question, r ruling) bool {
		if r.verdict != Silent {
			all = append(all, finding(q, r))
		}
		return true
	})
	return all
}

// rulings asks every rule that applies, in order, until yield says stop. It is
// the only place where rules are asked.
func (b *Book) rulings(h *care.Household, yield func(*question, ruling) bool) {
	b.asked.h, b.asked.home = h, h.Home
	for i := range b.rules {
		if !b.ask(i, yield) {
			return
		}
	}
}

// ask asks one rule about the home, for each child that it judges; it says
// whether to go on.
func (b *Book) ask(i int, yield func(*question, ruling) bool) bool {
	q := &b.asked
	q.rule = &b.rules[i]
	if !q.rule.applies(q.home.Kind) || b.off(i) {
		return true
	}
	if q.rule.whole {
		q.child = nil
		return yield(q, q.rule.judge(q))
	}
	for s := range b.subjects {
		q.child, q.index = &b.subjects[s], s
		if q.child.off&(1<<i) == 0 && !yield(q, q.rule.judge(q)) {
			return false
		}
	}
	return true
}

func finding(q *question, r ruling) Finding {
	w := q.rule.say(q, r)
	f := Finding{
		Rule: q.rule.ID, Verdict: r.verdict, Says: w.says, Citation: q.rule.Citation,
		Role: w.role, ByDay: w.byDay, NearestFix: w.fix, Missing: w.missing,
	}
	if q.child != nil {
		f.Child = q.child.ID
	}
	if r.verdict == SignOff {
		f.ByDay = q.On // it is given before the child moves, in an emergency too
	}
	return f
}
