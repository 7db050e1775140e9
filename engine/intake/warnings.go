package intake

import "slices"

// Warnings collects what is worth a look. The same thing is said once a file,
// with the first row it was seen on, and counted. The zero value is ready; a nil
// one swallows everything. It is not safe for concurrent use.
type Warnings struct {
	list  []Warning
	index map[topic]int
}

// Warning is one thing worth a look.
type Warning struct {
	File  string
	Row   int    // first row it was seen on
	Count int    // how many times it was seen, 1 or more
	Says  string // one sentence; where Count is above 1 it speaks of the first
}

// topic is what counts as the same thing.
type topic struct{ file, about string }

// All lists the warnings in the order in which they were first seen.
func (w *Warnings) All() []Warning {
	if w == nil {
		return nil
	}
	return slices.Clone(w.list)
}

// Add collects a warning of the caller's own. About is what counts as the same
// thing within the file.
func (w *Warnings) Add(file string, row int, about, says string) {
	w.add(file, row, about, func() string { return says })
}

// has says whether a warning is among those collected.
func (w *Warnings) has(file, about string) bool {
	if w == nil {
		return false
	}
	_, seen := w.index[topic{file, about}]
	return seen
}

// add counts a warning; says is only called for the first of its kind.
func (w *Warnings) add(file string, row int, about string, says func() string) {
	if w == nil {
		return
	}
	t := topic{file, about}
	if i, seen := w.index[t]; seen {
		w.list[i].Count++
		return
	}
	if w.index == nil {
		w.index = map[topic]int{}
	}
	w.index[t] = len(w.list)
	w.list = append(w.list, Warning{File: file, Row: row, Count: 1, Says: says()})
}
