package intake

import (
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// The fields of the standard that go into a list of ours, which may hold more than
// the standard has words for.

// side is to whom a risk is.
type side struct {
	column string
	list   func(*care.Child) *care.List
	open   func(*care.Child) *care.List // those that nobody has answered
}

var (
	toChild = side{"risks_to_child", func(c *care.Child) *care.List { return &c.RisksToChild },
		func(c *care.Child) *care.List { return &c.Referral.OpenToChild }}
	toOthers = side{"risks_to_others", func(c *care.Child) *care.List { return &c.RisksToOthers },
		func(c *care.Child) *care.List { return &c.Referral.OpenToOthers }}
)

// The options of a risk.
const (
	noRisk  = "No known risk"
	hasRisk = "Risk Present"
)

// risk is one risk of a list. The list is recorded once a risk is present or every
// risk has been answered; until then the risks that nobody answered stay open.
func risk(name string, s side, word string) standardField {
	return standardField{
		StandardField: StandardField{Name: name, Type: typeCategorical, Cardinality: once, Options: []string{noRisk, hasRisk},
			Ours: "`" + s.column + "`: `" + word + "`"},
		get: func(c *care.Child) []string {
			list, open := *s.list(c), *s.open(c)
			switch {
			case list.Has(word):
				return []string{hasRisk}
			case open.Has(word), !list.Known() && len(open) == 0:
				return nil
			}
			return []string{noRisk}
		},
		put: func(into *entered, said []string) { s.put(into.Child, word, said[0] == hasRisk) },
	}
}

func (s side) put(c *care.Child, word string, present bool) {
	list, open := slices.Clone(*s.list(c)), slices.Clone(*s.open(c))
	if !list.Known() && len(open) == 0 {
		open = care.Vocabulary(s.column)
	}
	open = without(open, word)
	switch {
	case !present:
		list = without(list, word)
	case !list.Has(word):
		list = append(list, word)
	}
	switch {
	case len(list) == 0 && len(open) > 0:
		list = nil
	case list == nil:
		list = care.List{}
	}
	if len(open) == 0 {
		open = nil
	}
	*s.list(c), *s.open(c) = list, open
}

func without(list care.List, word string) care.List {
	return slices.DeleteFunc(list, func(w string) bool { return w == word })
}

// What the standard asks of communication, and our words for it. The last three
// stand for what a referral leaves unsaid, and go when it is named.
const (
	needsField    = "communicationNeeds"
	specificField = "specificCommunicationRequirements"

	specificNone   = "None"
	specificOther  = "Other"
	otherNeed      = "other"
	nothingSpecial = "no-specific-requirement"
)

var (
	specificOptions = []string{"ESOL", "BSL", "Makaton", specificOther, specificNone}
	// specificWords are our words for the first three options.
	specificWords = []string{"esol", "bsl", "makaton"}
	standIns      = []string{otherNeed, care.NotNamed, nothingSpecial}
)

func communicationNeeds() standardField {
	return standardField{
		StandardField: StandardField{Name: needsField, Type: typeCategorical, Cardinality: once, Options: []string{"Y", "N", "Not Specified"},
			Ours: "`communication`: recorded, and whether there are any"},
		unknown: "Not Specified",
		get: func(c *care.Child) []string {
			switch {
			case !c.Communication.Known():
				return nil
			case len(c.Communication) == 0:
				return []string{"N"}
			}
			return []string{"Y"}
		},
		put: func(into *entered, _ []string) { putCommunication(into) },
	}
}

func communicationSpecific() standardField {
	return standardField{
		StandardField: StandardField{Name: specificField, Type: typeCategorical, Cardinality: onceOrMore, Options: specificOptions,
			Ours: "`communication`: `esol`, `bsl`, `makaton`; any other term is Other"},
		get: func(c *care.Child) []string { return specificOf(c.Communication) },
		put: func(into *entered, _ []string) { putCommunication(into) },
	}
}

// specificOf is a list of ours in the options of the standard.
func specificOf(list care.List) []string {
	var all []string
	for i, word := range specificWords {
		if list.Has(word) {
			all = append(all, specificOptions[i])
		}
	}
	if list.Has(otherNeed) || len(ownTerms(list)) > 0 {
		all = append(all, specificOther)
	}
	if len(all) == 0 && list.Known() && (len(list) == 0 || list.Has(nothingSpecial)) {
		all = []string{specificNone}
	}
	return all
}

// ownTerms are those that the standard has no word for.
func ownTerms(list care.List) care.List {
	return slices.DeleteFunc(slices.Clone(list), func(term string) bool {
		return slices.Contains(specificWords, term) || slices.Contains(standIns, term)
	})
}

// putCommunication enters the two fields about communication together.
func putCommunication(into *entered) {
	specific, list, needed := into.specific, into.Communication, slices.Equal(into.needs, []string{"Y"})
	switch {
	case needed && specific == nil:
		if len(list) == 0 {
			into.Communication = care.List{care.NotNamed}
		}
	case !needed && (specific == nil || specific[0] == specificNone):
		if named := slices.DeleteFunc(slices.Clone(list), func(t string) bool { return slices.Contains(standIns, t) }); len(named) > 0 {
			into.odd("communicationNeeds says that there are none, and communication had " + strings.Join(named, ", ") + "; now none is recorded")
		}
		into.Communication = care.List{}
	default:
		into.Communication = specified(list, specific)
	}
}

// specified is the list with the options for those of its terms that the standard
// has words for. Other terms stay.
func specified(list care.List, specific []string) care.List {
	own := ownTerms(list)
	var want care.List
	for i, option := range specificOptions[:len(specificWords)] {
		if slices.Contains(specific, option) {
			want = append(want, specificWords[i])
		}
	}
	if slices.Contains(specific, specificOther) && (len(own) == 0 || list.Has(otherNeed)) {
		want = append(want, otherNeed)
	}
	var out care.List
	for _, term := range list {
		if own.Has(term) || want.Has(term) {
			out = append(out, term)
		}
	}
	for _, term := range want {
		if !out.Has(term) {
			out = append(out, term)
		}
	}
	if len(out) == 0 {
		return care.List{nothingSpecial}
	}
	return out
}
