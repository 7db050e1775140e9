package gazetteer

import (
	"math/bits"
	"slices"
)

// Code stands for an authority in hot paths: one byte to keep and to compare. The zero Code is no
// authority known here; two of them say nothing about sameness. Codes hold for one build of the
// program and are not for storing.
type Code uint8

// CodeOf returns the Code of a present or former GSS code. Besides the English authorities it knows
// the Welsh councils that share a land boundary with one. Anything else gives 0.
func CodeOf(gss string) Code { return tables().codes[gss] }

// GSS returns the present GSS code, or "" for 0.
func (c Code) GSS() string {
	if int(c) >= len(tables().gss) {
		return ""
	}
	return tables().gss[c]
}

// Authority returns the English authority that c stands for; false for 0 and for Welsh councils.
func (c Code) Authority() (Authority, bool) {
	all := tables().authorities
	if c == 0 || int(c) > len(all) {
		return Authority{}, false
	}
	return all[c-1], true
}

// Adjoins says whether two authorities share a land or river boundary. It is symmetric, and false
// for an authority and itself. The package documentation says which readings of the law this takes.
func (c Code) Adjoins(other Code) bool { return tables().borders[c].has(other) }

// Adjoin is [Code.Adjoins] for GSS codes, present or former; false for a code that is not known.
func Adjoin(a, b string) bool { return CodeOf(a).Adjoins(CodeOf(b)) }

// Neighbours returns the GSS codes of all that adjoin the given authority, Welsh councils included,
// in ascending order; none for an unknown code. The slice is the caller's own.
func Neighbours(gss string) []string {
	t := tables()
	var found []string
	for word, set := range t.borders[t.codes[gss]] {
		for ; set != 0; set &= set - 1 {
			found = append(found, t.gss[word*64+bits.TrailingZeros64(set)])
		}
	}
	slices.Sort(found) // Welsh codes come in no order
	return found
}

// Adjoining returns every GSS code, present or former, that [Adjoin] holds for with the given one, in
// ascending order. The slice is the caller's own.
func Adjoining(gss string) []string {
	of := CodeOf(gss)
	var found []string
	for other, code := range tables().codes {
		if of.Adjoins(code) {
			found = append(found, other)
		}
	}
	slices.Sort(found)
	return found
}

// codeSet holds any of the 256 Codes, a bit each.
type codeSet [4]uint64

func (s *codeSet) has(c Code) bool { return s[c/64]>>(c%64)&1 == 1 }
func (s *codeSet) add(c Code)      { s[c/64] |= 1 << (c % 64) }
