package care

import "hash/fnv"

// Marks are a set of words in which one word may pass for another, one pair in
// 64: a word it has not is not in the set, a word it has may be.
type Marks uint64

// MarksOf is the set of the words. It is the same on every machine and in every
// version, because it is stored.
func MarksOf[T ~string](words ...T) Marks {
	var m Marks
	for _, w := range words {
		h := fnv.New64a()
		_, _ = h.Write([]byte(w)) // never fails
		m |= 1 << (h.Sum64() * mixing >> 58)
	}
	return m
}

// mixing spreads words that differ in their last letter alone over all marks: 2
// to the power of 64 over the golden ratio.
const mixing = 0x9E3779B97F4A7C15

// Has says whether all the words of another set may be in this one.
func (m Marks) Has(all Marks) bool { return m&all == all }

// Meets says whether a word of another set may be in this one.
func (m Marks) Meets(other Marks) bool { return m&other != 0 }
