package intake

import (
	"slices"
	"strings"
)

// byName maps the folded name of each column to its place in the table.
func (t *table[T]) byName() map[string]int {
	known := make(map[string]int, len(t.columns))
	for i := range t.columns {
		known[fold(t.columns[i].name)] = i
		for _, other := range t.columns[i].also {
			known[fold(other)] = i
		}
	}
	return known
}

func (t *table[T]) names() []string {
	names := make([]string, len(t.columns))
	for i := range t.columns {
		names[i] = t.columns[i].name
	}
	return names
}

// makePlan says which column each cell belongs to, and refuses a header that
// names one twice or leaves out what every row needs.
func (r *reader[T]) makePlan(known map[string]int) *FileError {
	r.plan = make([]*column[T], len(r.header.cells))
	var unknown []string
	for i, cell := range r.header.cells {
		at, ok := known[fold(cell)]
		if !ok {
			unknown = append(unknown, strings.TrimSpace(cell))
			continue
		}
		if slices.Contains(r.plan, &r.columns[at]) {
			if r.wide {
				continue // another spelling of a column that is there
			}
			return &FileError{Why: "has the column " + r.columns[at].name + " twice" + asWhat(cell, r.columns[at].name), Hint: "remove or rename one of the two"}
		}
		r.plan[i] = &r.columns[at]
		r.noteName(cell, r.plan[i])
	}
	if len(unknown) == len(r.plan) {
		return &FileError{Why: "has no header that " + r.kind + " are read by", Hint: "the first row names the columns: " + r.needed()}
	}
	if lacking := r.lacking(); len(lacking) > 0 {
		return &FileError{Why: "lacks " + strings.Join(lacking, " and "), Hint: r.lackingHint(lacking, unknown)}
	}
	if r.wide {
		r.warnUnused(len(unknown))
		return nil
	}
	for _, name := range unknown {
		r.warnUnknown(name)
	}
	r.warnUnlimited(unknown)
	return nil
}

// asWhat says by what other name a column stands in a header.
func asWhat(cell, name string) string {
	if fold(cell) == fold(name) {
		return ""
	}
	return ", once as " + quote(strings.TrimSpace(cell))
}

// noteName says what a column is read as that goes by a name of its own.
func (r *reader[T]) noteName(cell string, c *column[T]) {
	if r.wide || fold(cell) == fold(c.name) {
		return
	}
	r.warnings.add(r.file, 0, "column "+fold(cell), func() string {
		return "the column " + quote(strings.TrimSpace(cell)) + " is read as " + c.name
	})
}

// warnUnlimited says which limits the file does not set, where a column that is left
// out may have held them.
func (r *reader[T]) warnUnlimited(unknown []string) {
	lacking := slices.DeleteFunc(slices.Clone(r.limits), r.has)
	if len(unknown) == 0 || len(lacking) == 0 {
		return
	}
	r.warnings.add(r.file, 0, "limits", func() string {
		return "no column " + strings.Join(lacking, ", ") + ": these " + r.kind + " are taken to have no such limit"
	})
}

// warnUnused counts the columns of a wide file that nothing is taken from.
func (r *reader[T]) warnUnused(n int) {
	if n == 0 {
		return
	}
	r.warnings.add(r.file, 0, "unused columns", func() string {
		return counted(n, "column") + " of no use here left out; read are " + strings.Join(r.names(), ", ")
	})
}

// wanted are the needs of the table that the options do not meet.
func (r *reader[T]) wanted() []need {
	return slices.DeleteFunc(slices.Clone(r.needs), func(n need) bool {
		return r.authority != "" && n[0] == authorityColumn
	})
}

// needed lists what a header must have, in words.
func (r *reader[T]) needed() string {
	var all []string
	for _, n := range r.wanted() {
		all = append(all, n.words())
	}
	return strings.Join(all, ", ")
}

func (r *reader[T]) lacking() []string {
	var lacking []string
	for _, n := range r.wanted() {
		if !slices.ContainsFunc(n, r.has) {
			lacking = append(lacking, n.words())
		}
	}
	return lacking
}

// has says whether the header has all columns of one way to meet a need.
func (r *reader[T]) has(way string) bool {
	for _, name := range strings.Split(way, "+") {
		if !slices.ContainsFunc(r.plan, func(c *column[T]) bool { return c != nil && c.name == name }) {
			return false
		}
	}
	return true
}

// words says what is needed: "the column postcode (or lat and lng)".
func (n need) words() string {
	s := "the column " + n[0]
	for _, way := range n[1:] {
		s += " (or " + strings.ReplaceAll(way, "+", " and ") + ")"
	}
	return s
}

// lackingHint points at the column that may have been meant.
func (r *reader[T]) lackingHint(lacking, unknown []string) string {
	for _, name := range unknown {
		if meant, ok := nearest(name, r.names()); ok && strings.Contains(strings.Join(lacking, " "), " "+meant) {
			return "rename " + quote(name) + " to " + meant
		}
	}
	return "the header must name it, also where cells are blank"
}

func (r *reader[T]) warnUnknown(name string) {
	if name == "" {
		r.warnings.add(r.file, 0, "unnamed", func() string { return "a column has no name and is left out" })
		return
	}
	r.warnings.add(r.file, 0, "column "+fold(name), func() string {
		says := "the column " + quote(name) + " is not known and is left out"
		if meant, ok := nearest(name, r.names()); ok {
			says += "; did you mean " + meant + "?"
		}
		return says
	})
}

func quote(s string) string { return `"` + clip(s) + `"` }
