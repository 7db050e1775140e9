package intake

import (
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
)

// none is the word for "recorded, and there are none".
const none = "none"

// term is the form in which words are kept: that of [care.Term], with every kind
// of white space taken for a space.
func term(s string) string {
	if isTerm(s) {
		return s
	}
	return care.Term(strings.Join(strings.Fields(s), " "))
}

// isTerm recognises the common case without a copy: lower-case ASCII letters and
// digits with single hyphens between them.
func isTerm(s string) bool {
	before := byte('-')
	for i := range len(s) {
		c := s[i]
		if c == '-' && before == '-' || c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
		before = c
	}
	return before != '-'
}

// isUnknown says whether a term is one of the ways to say that nobody knows. The
// Placements Data Standard has "Not Known" and "Not Specified".
func isUnknown(t string) bool {
	switch t {
	case "?", "unknown", "not-known", "not-specified", "not-recorded":
		return true
	}
	return false
}

// synonyms are other words for those of a vocabulary, as terms. The phrases of
// the Placements Data Standard v2 are all here.
var synonyms = map[string]map[string]string{
	"kind": {
		"fostering": "foster", "foster-home": "foster", "foster-care": "foster", "foster-carer": "foster",
		"kinship": "connected-person", "kinship-care": "connected-person", "connected": "connected-person", "family-and-friends": "connected-person",
		"children's-home": "childrens-home", "children’s-home": "childrens-home", "residential": "childrens-home", "residential-home": "childrens-home",
		"secure-home": "secure", "secure-children's-home": "secure", "secure-children’s-home": "secure", "secure-childrens-home": "secure",
		"supported-accommodation": "supported", "supported-lodgings": "supported",
		"residential-special-school": "residential-school", "residential-family-centre": "family-centre",
		"mother-and-baby": "parent-and-child", "parent-and-baby": "parent-and-child",
	},
	"provider_code": {
		"own-authority": "PR1", "own-provision": "PR1", "other-authority": "PR2", "another-authority": "PR2",
		"other-public": "PR3", "other-public-body": "PR3", "private": "PR4", "voluntary": "PR5",
	},
	// SSDA903 has 1 for male and 2 for female.
	"sex": {
		"1": "M", "male": "M", "boy": "M", "boys": "M", "man": "M", "men": "M",
		"2": "F", "female": "F", "girl": "F", "girls": "F", "woman": "F", "women": "F",
	},
	"durations": {
		"short-term": "short", "long-term": "long", "permanent": "long", "permanence": "long",
		"short-break": "respite", "short-breaks": "respite",
	},
	"status": {
		"active": "approved", "open": "registered", "applied": "pending", "in-assessment": "pending",
		"on-hold": "suspended", "closed": "ended", "cancelled": "ended", "deregistered": "ended", "resigned": "ended", "terminated": "ended",
	},
	"alongside": {
		"solo-placement-recommended": "solo", "with-other-children-recommended": "with-others",
		"only-with-other-older-children": "only-with-older", "only-with-other-younger-children": "only-with-younger",
	},
	"suitability": {"suitable-but-not-preferred": "suitable", "not-suitable": "unsuitable"},
	"pets":        {"yes-must": "must", "yes-can": "can", "yes": "can"},
	"needed_by": {
		"in-less-than-5-days": "within-5-days", "in-more-than-5-days": "later",
	},
	"risks": {
		"drug-and-alcohol-use": "drugs", "drug-and-alcohol": "drugs", "substance-misuse": "drugs", "going-missing": "missing",
		"physical": "physical-harm", "sexual": "sexual-harm", "fire": "fire-setting", "animals": "harm-to-animals",
		"cse": "sexual-exploitation", "cce": "criminal-exploitation",
	},
	"year_group": yearSynonyms(),
}

// vocabularyOf is the vocabulary of synonyms that a column shares with others.
var vocabularyOf = map[string]string{"plan": "durations", "risks_to_child": "risks", "risks_to_others": "risks"}

func yearSynonyms() map[string]string {
	words := map[string]string{"nursery": "N", "reception": "R", "year-r": "R", "yr-r": "R"}
	for year := 1; year <= 13; year++ {
		n := strconv.Itoa(year)
		for _, prefix := range []string{"year-", "year", "yr-", "yr", "y"} {
			words[prefix+n] = n
		}
	}
	return words
}

// dictionary maps every spelling of the words of a column, as a term, and every
// word itself, to the word.
func dictionary(vocabulary string) map[string]string {
	shared := vocabulary
	if s, ok := vocabularyOf[vocabulary]; ok {
		shared = s
	}
	words := map[string]string{}
	known := care.Vocabulary(vocabulary)
	for _, w := range known {
		words[w], words[care.Term(w)] = w, w
	}
	for spelling, w := range synonyms[shared] {
		if _, ok := words[w]; ok { // the two lists of risks each leave some out
			words[spelling] = w
		}
	}
	return words
}

// word is a word of a vocabulary, or the words for nobody knowing it.
func word[W ~string](vocabulary string) codec[W] {
	listed := listedWord[W](vocabulary)
	return codec[W]{
		read: func(g *ground, cell string) (W, error) {
			w, err := listed.read(g, cell)
			if err != nil && isUnknown(term(cell)) {
				return "", nil
			}
			return w, err
		},
		write: listed.write,
	}
}

// listedWord is a word of a vocabulary within a list, where not knowing it is no
// entry.
func listedWord[W ~string](vocabulary string) codec[W] {
	words := dictionary(vocabulary)
	return codec[W]{
		read: func(_ *ground, cell string) (W, error) {
			if w, ok := words[cell]; ok {
				return W(w), nil
			}
			if w, ok := words[term(cell)]; ok {
				return W(w), nil
			}
			return "", bad("one of "+strings.Join(care.Vocabulary(vocabulary), ", "), "%q is not a word it knows", clip(cell))
		},
		write: func(w W) (string, error) { return string(w), nil },
	}
}

// freeWord is a single term of no fixed vocabulary, such as a faith.
func freeWord() codec[string] {
	return codec[string]{
		read: func(_ *ground, cell string) (string, error) {
			if t := term(cell); !isUnknown(t) {
				return t, nil
			}
			return "", nil
		},
		write: func(s string) (string, error) {
			if !storable(s) || term(s) != s || isUnknown(s) {
				return "", unwritable(s, "is not a term")
			}
			return s, nil
		},
	}
}
