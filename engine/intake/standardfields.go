package intake

import (
	"slices"
	"strconv"

	"github.com/stablehomes/stablehomes/engine/care"
)

// The kinds of field, each with the way into a child and out again.

func childIDField() standardField {
	return standardField{
		StandardField: StandardField{Name: "childId", Type: typeInteger, Cardinality: once, Ours: "`id`"},
		get:           func(c *care.Child) []string { return []string{string(c.ID)} },
		put:           func(*entered, []string) {},
	}
}

// choice is a field of one option. The pairs are each option of the standard and
// our word for it; no word is the option that says that nobody knows.
func choice[W ~string](name, cardinality, ours string, at func(*care.Child) *W, pairs ...string) standardField {
	f := standardField{StandardField: StandardField{Name: name, Type: typeCategorical, Cardinality: cardinality, Ours: ours}}
	words := map[string]W{}
	for i := 0; i < len(pairs); i += 2 {
		f.Options = append(f.Options, pairs[i])
		words[pairs[i]] = W(pairs[i+1])
		if pairs[i+1] == "" {
			f.unknown = pairs[i]
		}
	}
	f.get = func(c *care.Child) []string {
		for _, option := range f.Options {
			if w := words[option]; w != "" && w == *at(c) {
				return []string{option}
			}
		}
		return nil
	}
	f.put = func(into *entered, said []string) { *at(into.Child) = words[said[0]] }
	return f
}

func suits(name, ours string, at func(*care.Child) *care.Suitability) standardField {
	return choice(name, once, ours, at, "Preferred", "preferred", "Suitable but not preferred", "suitable", "Unsuitable", "unsuitable", "Not specified", "")
}

func amount(name, cardinality, ours string, at func(*care.Child) *care.Number) standardField {
	return standardField{
		StandardField: StandardField{Name: name, Type: typeInteger, Cardinality: cardinality, Ours: ours},
		get: func(c *care.Child) []string {
			if n := *at(c); n.Known {
				return []string{strconv.Itoa(n.N)}
			}
			return nil
		},
		put: func(into *entered, said []string) {
			n, _ := strconv.Atoi(said[0]) // canonical since it was read
			*at(into.Child) = care.Num(n)
		},
	}
}

func line(name, cardinality, ours string, at func(*care.Child) *string) standardField {
	return standardField{
		StandardField: StandardField{Name: name, Type: typeString, Cardinality: cardinality, Ours: ours},
		get: func(c *care.Child) []string {
			if s := *at(c); s != "" {
				return []string{s}
			}
			return nil
		},
		put: func(into *entered, said []string) { *at(into.Child) = said[0] },
	}
}

// prose is a field in which people write at length.
func prose(name, ours string, at func(*care.Child) *string) standardField {
	f := line(name, maybeOnce, ours, at)
	f.prose = true
	return f
}

func date(name, ours string, at func(*care.Child) *care.Day) standardField {
	return standardField{
		StandardField: StandardField{Name: name, Type: typeDate, Cardinality: once, Ours: ours},
		get: func(c *care.Child) []string {
			if d := *at(c); d != 0 {
				return []string{d.String()}
			}
			return nil
		},
		put: func(into *entered, said []string) {
			d, _ := care.ParseDay(said[0]) // canonical since it was read
			*at(into.Child) = d
		},
	}
}

// The words of a Boolean field.
const (
	isTrue  = "true"
	isFalse = "false"
)

func yesNo(name, cardinality, ours string, at func(*care.Child) *care.Answer) standardField {
	return standardField{
		StandardField: StandardField{Name: name, Type: typeBoolean, Cardinality: cardinality, Ours: ours},
		get:           func(c *care.Child) []string { return booleanWords(*at(c)) },
		put:           func(into *entered, said []string) { *at(into.Child) = booleanOf(said) },
	}
}

func booleanWords(a care.Answer) []string {
	switch a {
	case care.Yes:
		return []string{isTrue}
	case care.No:
		return []string{isFalse}
	}
	return nil
}

func booleanOf(said []string) care.Answer {
	if said[0] == isTrue {
		return care.Yes
	}
	return care.No
}

// adaptationField is homeAdaptation, which says that something is needed and not
// what. What is recorded by name stays.
func adaptationField() standardField {
	return standardField{
		StandardField: StandardField{Name: "homeAdaptation", Type: typeBoolean, Cardinality: once,
			Ours: "`adaptations`: where none is named, `not-named`, which is asked for before a home is taken"},
		get: func(c *care.Child) []string {
			if c.Referral.HomeAdaptation != care.Unknown {
				return booleanWords(c.Referral.HomeAdaptation)
			}
			return booleanWords(adapts(c))
		},
		put: putAdaptation,
	}
}

// adapts is what the recorded adaptations say of the field.
func adapts(c *care.Child) care.Answer {
	switch {
	case !c.Adaptation.Known():
		return care.Unknown
	case len(c.Adaptation) > 0:
		return care.Yes
	}
	return care.No
}

func putAdaptation(into *entered, words []string) {
	said := booleanOf(words)
	switch before := adapts(into.Child); {
	case said == care.Yes && before == care.No:
		into.odd("homeAdaptation is true, and none was recorded in adaptations; which one is to be asked")
		fallthrough
	case said == care.Yes && before == care.Unknown:
		into.Adaptation = care.List{care.NotNamed}
	case said == care.No && (before == care.Unknown || slices.Equal(into.Adaptation, care.List{care.NotNamed})):
		into.Adaptation = care.List{}
	}
	into.Referral.HomeAdaptation = care.Unknown
	if adapts(into.Child) != said {
		into.Referral.HomeAdaptation = said
	}
}
