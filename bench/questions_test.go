package bench_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

// How many ask, of each kind of question.
const (
	manyAsk = 50
	someAsk = 10
	fewAsk  = 2 // where every home may have to be judged
)

// questions is whom homes are asked for.
type questions struct {
	Children []care.Child // who wait and are of no sibling group, in order of ID
	Groups   []care.ID    // groups of three who all wait, in order
}

// draw chooses by lot among those who wait, without keeping the others.
type draw struct {
	*rand.Rand
	alone    int // children who wait and are of no sibling group
	children []care.Child
	groups   map[care.ID]int // children who wait, by group
	split    map[care.ID]bool
}

func newDraw() *draw {
	return &draw{Rand: rand.New(rand.NewPCG(seed, 0)), groups: map[care.ID]int{}, split: map[care.ID]bool{}}
}

// look takes children in order of ID. By when a home is needed is recorded of
// those who wait, and of no other.
func (d *draw) look(children []care.Child) {
	for _, c := range children {
		switch {
		case c.NeededBy == "":
			d.split[c.Group] = c.Group != ""
		case c.Group != "":
			d.groups[c.Group]++
		default:
			d.toss(c)
		}
	}
}

// toss keeps each child with the same chance (Vitter's algorithm R).
func (d *draw) toss(c care.Child) {
	d.alone++
	if len(d.children) < manyAsk {
		d.children = append(d.children, c)
	} else if i := d.IntN(d.alone); i < manyAsk {
		d.children[i] = c
	}
}

// check refuses placements of children who were thought to wait.
func (d *draw) check(placements []care.Placement) error {
	for i := range placements {
		p := &placements[i]
		if p.End == 0 && slices.ContainsFunc(d.children, func(c care.Child) bool { return c.ID == p.Child }) {
			return fmt.Errorf("%s waits and lives in %s", p.Child, p.Home)
		}
	}
	return nil
}

func (d *draw) questions() questions {
	q := questions{Children: d.children}
	slices.SortFunc(q.Children, func(a, b care.Child) int { return cmp.Compare(a.ID, b.ID) })
	three := slices.DeleteFunc(slices.Sorted(maps.Keys(d.groups)), func(id care.ID) bool { return d.groups[id] != 3 || d.split[id] })
	d.Shuffle(len(three), func(i, k int) { three[i], three[k] = three[k], three[i] })
	q.Groups = three[:min(someAsk, len(three))]
	slices.Sort(q.Groups)
	return q
}

func readQuestions(file string) (q questions, err error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return q, err
	}
	return q, cbor.Unmarshal(content, &q)
}

func (q *questions) write(file string) error {
	content, err := cbor.Marshal(q)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}

// question is a kind of request, put for several.
type question struct {
	name     string
	requests []engine.Request
	nothing  bool // it is known that nothing fits
	scarce   bool // it may be that nothing fits
}

// all are the kinds of question that are put to a country with children in it.
func (q *questions) all() []question {
	return []question{
		{name: "one-child", requests: q.oneChild()},
		{name: "sibling-group-of-three", requests: q.siblings()},
		{name: "many-needs", requests: q.tonight(someAsk, withManyNeeds)},
		{name: "nothing-to-be-near", requests: q.tonight(someAsk, nothingToBeNear)},
		{name: "nearly-nothing-ready", requests: ready(q.tonight(fewAsk, nothingToBeNear)), scarce: true},
		{name: "nothing-eligible", requests: q.tonight(fewAsk, barredEverywhere), nothing: true},
	}
}

// oneChild asks for each child, as recorded.
func (q *questions) oneChild() []engine.Request {
	var all []engine.Request
	for i := range q.Children {
		all = append(all, engine.Request{Children: []care.ID{q.Children[i].ID}, On: fixtures.Today})
	}
	return all
}

func (q *questions) siblings() []engine.Request {
	var all []engine.Request
	for _, id := range q.Groups {
		all = append(all, engine.Request{Group: id, On: fixtures.Today})
	}
	return all
}

// tonight asks for n of the children as if they were not stored, each altered.
func (q *questions) tonight(n int, alter func(*care.Child)) []engine.Request {
	var all []engine.Request
	for i := range min(n, len(q.Children)) {
		child := q.Children[i*len(q.Children)/n]
		child.ID = "tonight"
		child.ConnectedHomes, child.KeptApart = nil, nil // they speak of homes and children of this country
		alter(&child)
		all = append(all, engine.Request{Tonight: &child, On: fixtures.Today})
	}
	return all
}

func ready(all []engine.Request) []engine.Request {
	for i := range all {
		all[i].Ready = true
	}
	return all
}

func asRecorded(*care.Child) {}

// withManyNeeds gives a child ten needs, a language, a faith and six wishes that no
// home can grant at once.
func withManyNeeds(c *care.Child) {
	c.Needs = care.List{"therapeutic-parenting", "autism", "adhd", "attachment", "learning-disability", "behaviour-support",
		"medical-care", "sensory-impairment", "education-support", "additional-supervision"}
	c.Languages, c.Faith, c.Culture, c.EHCP = care.List{"urdu", "polish"}, "muslim", "kurdish", care.Yes
	c.WishesFor = care.List{"school", "area", "own-room", "pets", "no-pets", "garden"}
}

// nothingToBeNear leaves of a child nothing but age, sex and the authority to be
// placed away from.
func nothingToBeNear(c *care.Child) {
	*c = care.Child{ID: c.ID, DOB: c.DOB, Sex: c.Sex, Authority: c.Authority, AwayAuthorities: []string{c.Authority}}
}

// barredEverywhere keeps a child out of all of England.
func barredEverywhere(c *care.Child) {
	leeds := care.Location{Point: care.At(53.8, -1.54)}
	c.Exclusion = []care.Circle{{Centre: leeds, Miles: 500}}
}
