package engine

import (
	"fmt"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// The letters say no more than each recipient needs. Names and addresses are not in
// the store: what is to be filled in stands in square brackets. Only the area
// authority is told which home it is.

// letter is the paragraphs to a recipient.
func (t *telling) letter(who care.Recipient) []string {
	var said []string
	switch who {
	case care.ToAreaAuthority:
		said = t.toArea()
	case care.ToChild:
		said = t.toChild()
	default:
		said = t.toOther(who)
	}
	return append(said, "[Name and telephone number], for "+areaName(t.child.Authority))
}

func (t *telling) toArea() []string {
	said := []string{
		fmt.Sprintf("This is written notice of a placement in the area of %s (%s).", areaName(t.home.Authority), noticeCitation),
		fmt.Sprintf("%s is responsible for [name], our reference %s: %s, %d. %s a %s, %s%s. Its address is [address].", areaName(t.child.Authority), t.child.ID,
			t.child.Sex.Words(), care.AgeOn(t.child.DOB, t.Asked.On), t.lives("The child"), t.home.Kind.Words(), t.home.Home, sectorWords(t.home)),
	}
	if t.Asked.Emergency {
		said = append(said, "The placement was made in an emergency.")
	}
	if t.finding("at-a-distance", rulebook.SignOff) {
		said = append(said, fmt.Sprintf("%s does not adjoin %s. You are consulted on this placement, and the care plan is enclosed.", areaName(t.home.Authority), areaName(t.child.Authority)))
	}
	return said
}

func sectorWords(c *match.Candidate) string {
	if c.PostcodeSector == "" {
		return ""
	}
	return " (" + c.PostcodeSector + ")"
}

func (t *telling) toChild() []string {
	said := []string{"Dear [name],", fmt.Sprintf("%s a %s in %s. The address is [address].", t.youLive(), t.home.Kind.Words(), areaName(t.home.Authority))}
	if len(t.with) > 0 {
		var names []string
		for _, id := range t.with {
			names = append(names, fmt.Sprintf("[name of %s]", id))
		}
		said = append(said, "You will be there with "+strings.Join(names, ", ")+".")
	}
	if t.child.Wishes != "" {
		said = append(said, "You told us: “"+t.child.Wishes+"”")
	}
	return append(said, "Ask [name of your social worker] anything that you want to know about it.")
}

// toOther tells somebody that the child lives in an area, not where.
func (t *telling) toOther(who care.Recipient) []string {
	said := []string{"Dear [name],", openings[who]}
	if home, moved := t.before[t.child.ID]; who == care.ToPreviousCarers && moved {
		said[1] = fmt.Sprintf("We write to you because [name of the child] was in your care (home %s).", home)
	}
	if who == care.ToSchool && t.child.School != "" {
		said[1] = fmt.Sprintf("We write to you as the school of [name of the child] (school %s).", t.child.School)
	}
	return append(said,
		fmt.Sprintf("This is written notice that [name of the child] %s a %s in the area of %s. Our reference is %s.", t.livesIn(), t.home.Kind.Words(), areaName(t.home.Authority), t.child.ID),
		"The address is not part of this notice.")
}

// openings say why somebody is written to.
var openings = map[care.Recipient]string{
	care.ToParents:        "We write to you as a parent of [name of the child].",
	care.ToContactOrder:   "We write to you because a court order gives you contact with [name of the child].",
	care.ToPreviousCarers: "We write to you because [name of the child] was in your care until now.",
	care.ToHealthBody:     "We write to you as the health body for the area in which [name of the child] lives.",
	care.ToGP:             "We write to you as the GP of [name of the child].",
	care.ToSchool:         "We write to you as the school of [name of the child].",
}

// there says whether the child had moved when the letters were drafted.
func (t *telling) there() bool {
	return t.Kind == care.FactDecision || !t.MovedAt.IsZero() || t.Asked.On < t.NoticesRequest.On
}

func (t *telling) livesIn() string {
	if t.there() {
		return "has lived since " + t.Asked.On.Words() + " in"
	}
	return "is to live from " + t.Asked.On.Words() + " in"
}

func (t *telling) lives(who string) string { return who + " " + t.livesIn() }

func (t *telling) youLive() string {
	if t.there() {
		return "Since " + t.Asked.On.Words() + " you live in"
	}
	return "From " + t.Asked.On.Words() + " you will live in"
}

// gaps lists what the home lacks for the child or nobody has recorded of it, with
// what would close it.
func (t *telling) gaps() []string {
	var all []string
	add := func(format string, args ...any) {
		all = append(all, fmt.Sprintf("%s in %s: ", t.child.ID, t.home.Home)+fmt.Sprintf(format, args...))
	}
	for i := range t.home.Reasons {
		r := &t.home.Reasons[i]
		if r.Child != t.child.ID {
			continue
		}
		for _, need := range r.Support {
			add("no skill recorded for %s; support or training for it would close the gap", plainWords(need))
		}
		for _, fact := range r.Missing {
			add("%s not recorded; confirm it with the home", plainWords(fact))
		}
	}
	return all
}

func plainWords(term string) string { return strings.NewReplacer("-", " ", "_", " ").Replace(term) }

// iroNote tells the independent reviewing officer what was decided, who approved
// it, and what is outstanding or withheld.
func (n *noting) iroNote(letters []care.Notice) []string {
	note := []string{fmt.Sprintf("Decision %s, chosen by %s.", n.ID, n.By)}
	for i := range n.Chosen {
		home := &n.judged[i]
		for _, child := range n.Chosen[i].Stayed {
			note = append(note, fmt.Sprintf("%s stays in %s.", child, home.Home))
		}
		for _, child := range n.Chosen[i].Moved() {
			note = append(note, fmt.Sprintf("%s in %s, a %s in %s%s, from %s.", child, home.Home, home.Kind.Words(), areaName(home.Authority), sectorWords(home), n.Asked.On.Words()))
		}
	}
	if n.Why != "" {
		note = append(note, "Why: "+n.Why)
	}
	for i := range n.SignOffs {
		s := &n.SignOffs[i]
		late := ""
		if n.Late(s) > 0 {
			late = ", late"
		}
		note = append(note, fmt.Sprintf("%s signed off by %s (%s)%s, reference %s.", s.Rule, s.Name, s.Role, late, s.Ref))
	}
	for _, b := range n.Outstanding() {
		note = append(note, fmt.Sprintf("Outstanding: %s (%s)%s: %s.", b.Rule, b.Verdict, forChild(b.Child), b.Says))
	}
	note = append(note, n.told()...)
	for i := range letters {
		if l := &letters[i]; l.Withheld != "" {
			note = append(note, fmt.Sprintf("Withheld: the notice to %s about %s: %s", l.To.Words(), l.Child, l.Withheld))
		}
	}
	return note
}

// told are the warnings about the homes; one about a child names the child.
func (n *noting) told() []string {
	var all []string
	for i := range n.judged {
		for _, f := range n.judged[i].Findings {
			if f.Verdict == rulebook.Warning {
				all = append(all, fmt.Sprintf("To be watched: %s, %s%s: %s.", n.judged[i].Home, f.Rule, forChild(f.Child), f.Says))
			}
		}
	}
	return all
}

// forChild names the child that something is about; nothing where it is about all.
func forChild(id care.ID) string {
	if id == "" {
		return ""
	}
	return " for " + string(id)
}

// areaName is the name of an authority, or its code where it has none here.
func areaName(gss string) string {
	if a, ok := gazetteer.AuthorityOf(gss); ok {
		return a.Name
	}
	return gss
}
