package intake

import (
	"context"
	"io"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Referral is one referral to the Placements Data Standard v2: what it says of a
// child, field by field.
type Referral struct {
	Child care.ID    // as the store names the child
	said  [][]string // by field of the standard; nil where nothing is said
}

// Referrals reads a file of referrals to the Placements Data Standard v2: JSON, of
// which every object is a row, or CSV under the names of the fields. It is read as
// [Homes] reads homes. An object holds the fields, by name, or the entities that
// hold them; objects follow one another, or stand in an array. With an authority
// in opts the ids are numbers of its children, as in its SSDA903 return.
//
// A reject of JSON carries its object, verbatim, so that a file of rejects is JSON
// again. Its Number is the line on which the object begins.
func Referrals(ctx context.Context, src io.Reader, opts Options) iter.Seq2[Item[Referral], error] {
	return func(yield func(Item[Referral], error) bool) {
		if fault := readReferrals(ctx, src, opts, yield); fault != nil {
			fault.File = opts.File
			yield(Item[Referral]{}, fault)
		}
	}
}

func readReferrals(ctx context.Context, src io.Reader, opts Options, yield func(Item[Referral], error) bool) *FileError {
	in, mark, fault := openSource(ctx, src)
	if fault != nil {
		return fault
	}
	if isJSON(in) {
		return readJSON(in, opts, yield)
	}
	t := referrals()
	r, fault := openChosen(in, mark, opts, t.byName(), func(*header) (table[Referral], *FileError) { return t, nil })
	if fault != nil {
		return fault
	}
	r.each(yield)
	return nil
}

// referrals is the table of referrals: a column for each field of the standard.
func referrals() table[Referral] {
	t := table[Referral]{
		kind: "referrals", needs: []need{{"childId"}}, key: "childId",
		id:     func(r *Referral) care.ID { return r.Child },
		check:  func(r *Referral) error { return r.Child.Validate("childId") },
		finish: finishReferral,
	}
	for i := range standard {
		t.columns = append(t.columns, standardColumn(i))
	}
	return t
}

func standardColumn(i int) column[Referral] {
	f := &standard[i]
	return column[Referral]{
		name: f.Name, prose: f.prose, number: f.Type == typeInteger && f.Name != "childId",
		read: func(d *draft[Referral], cell string) error {
			words, err := f.words(d.ground, cell)
			if err != nil {
				return err
			}
			if d.value.said == nil {
				d.value.said = make([][]string, len(standard))
			}
			d.value.said[i] = words
			if f.Name == "childId" {
				d.value.Child = care.ID(words[0])
			}
			return nil
		},
		write: func(r *Referral) (string, error) {
			words, err := f.written(r.answer(i))
			for k := range words {
				if f.Cardinality == onceOrMore {
					words[k] = escape(words[k])
				}
			}
			return strings.Join(words, ";"), err
		},
	}
}

// words are the answer in a cell, in the form of the standard; none where it says
// that nobody knows.
func (f *standardField) words(g *ground, cell string) ([]string, error) {
	switch {
	case f.Name == "childId":
		return []string{childNamed(g.authority, cell)}, nil
	case f.Type == typeCategorical:
		return f.chosen(cell)
	case f.Type == typeBoolean:
		a, err := answer().read(g, cell)
		return booleanWords(a), err
	case f.Type == typeInteger:
		n, err := readWhole(cell)
		return []string{strconv.Itoa(n)}, err
	case f.Type == typeDate:
		d, err := readDay(cell)
		return []string{d.String()}, err
	case !storable(cell):
		return nil, bad("text", "holds NUL characters")
	case !f.prose && strings.ContainsAny(cell, "\n\r"):
		return nil, bad("one line of text", "%q runs over several lines", clip(cell))
	}
	return []string{strings.Clone(cell)}, nil
}

// childNamed is the id of a child: as it stands, or under the authority whose
// number it is.
func childNamed(gss, cell string) string {
	if gss == "" || strings.HasPrefix(cell, gss+"/") {
		return strings.Clone(cell)
	}
	return gss + "/" + cell
}

// chosen are the options in a cell, in the order of the standard.
func (f *standardField) chosen(cell string) ([]string, error) {
	entries := []string{cell}
	if f.Cardinality == onceOrMore {
		entries = nil
		for rest := cell; rest != ""; {
			var entry string
			if entry, rest = nextEntry(rest); entry != "" {
				entries = append(entries, entry)
			}
		}
	}
	var at []int
	for _, entry := range entries {
		i := slices.IndexFunc(f.Options, func(option string) bool { return term(option) == term(entry) })
		if i < 0 {
			return nil, bad("one of "+strings.Join(f.Options, ", "), "%q is no option of the standard", clip(entry))
		}
		at = append(at, i)
	}
	slices.Sort(at)
	var words []string
	for _, i := range slices.Compact(at) {
		if f.Options[i] != f.unknown {
			words = append(words, f.Options[i])
		}
	}
	return words, nil
}

// finishReferral refuses what contradicts itself.
func finishReferral(d *draft[Referral]) error {
	specific := d.value.answer(fieldAt(specificField))
	switch need := d.value.answer(fieldAt(needsField)); {
	case len(specific) > 1 && slices.Contains(specific, specificNone):
		return inColumn(specificField, bad("write it alone, or leave it out", "None stands among other requirements"))
	case slices.Equal(need, []string{"N"}) && len(specific) > 0 && specific[0] != specificNone:
		return inColumn(specificField, bad("Y for communicationNeeds, or None here", "communicationNeeds is N, and this is %s", strings.Join(specific, ", ")))
	}
	return nil
}

// Enter writes the referral into the record of its child, and says whether that
// changed anything. What the referral does not say, or says is not known, stays as
// it is. odd hears what does not go together. The record is not valid where what is said is not: see [care.Child.Validate].
func (r *Referral) Enter(c *care.Child, odd func(says string)) bool {
	before := *c
	into := &entered{Child: c, needs: r.answer(fieldAt(needsField)), specific: r.answer(fieldAt(specificField)), odd: odd}
	for i := range standard {
		f := &standard[i]
		if said := r.answer(i); said != nil && !slices.Equal(f.get(c), said) {
			f.put(into, said)
		}
	}
	if reflect.DeepEqual(before, *c) {
		return false
	}
	c.Referral.Given = true
	return true
}

// Says is the answer to a field, in the words of the standard; none where nothing
// is said.
func (r *Referral) Says(field string) []string {
	if i := fieldAt(field); i >= 0 {
		return slices.Clone(r.answer(i))
	}
	return nil
}

// answer is what is said in the field at i of the standard: nothing of any field in
// a referral that has not been read.
func (r *Referral) answer(i int) []string {
	if r.said == nil {
		return nil
	}
	return r.said[i]
}

// ReferralOf is the record of a child in the words of the standard.
func ReferralOf(c *care.Child) Referral {
	r := Referral{Child: c.ID, said: make([][]string, len(standard))}
	for i := range standard {
		r.said[i] = standard[i].get(c)
	}
	return r
}

// Missing lists the fields to which the standard wants an answer and that have
// none; those of ActualPlacement only if agreed.
func (r *Referral) Missing(agreed bool) []string {
	var all []string
	for i := range standard {
		f := &standard[i]
		if f.Required() && (agreed || f.Entity != actual) && len(r.answer(i)) == 0 && f.unknown == "" {
			all = append(all, f.Name)
		}
	}
	return all
}
