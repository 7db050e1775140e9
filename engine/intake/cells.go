package intake

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stablehomes/stablehomes/engine/care"
)

// storable says whether text survives a file: one that is not UTF-8 would be
// taken for Windows-1252, and a NUL for a binary file.
func storable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// text is free text on one line, without spaces at its ends.
func text() codec[string] {
	return codec[string]{
		read: func(_ *ground, cell string) (string, error) { return cell, nil },
		write: func(s string) (string, error) {
			if !storable(s) || strings.TrimSpace(s) != s || strings.Contains(s, "\n") {
				return "", unwritable(s, "has spaces at its ends, runs over several lines or is not text")
			}
			return s, nil
		},
	}
}

// proseColumn is free text, exactly as it was written.
func proseColumn[T any](name string, at func(*T) *string) column[T] {
	return column[T]{
		name: name, prose: true,
		read: func(d *draft[T], cell string) error {
			*at(&d.value) = cell
			return nil
		},
		write: func(v *T) (string, error) {
			if s := *at(v); !storable(s) {
				return "", unwritable(s, "is not text")
			}
			return *at(v), nil
		},
	}
}

// id is an identifier. Its own rules are those of care.ID.
func id() codec[care.ID] {
	return codec[care.ID]{
		read:  func(_ *ground, cell string) (care.ID, error) { return care.ID(cell), nil },
		write: func(id care.ID) (string, error) { return string(id), nil },
	}
}

// answer is a yes or a no.
func answer() codec[care.Answer] {
	return codec[care.Answer]{
		read: func(_ *ground, cell string) (care.Answer, error) {
			switch strings.ToLower(cell) {
			case "yes", "y", "true", "1":
				return care.Yes, nil
			case "no", "n", "false", "0":
				return care.No, nil
			}
			if isUnknown(term(cell)) {
				return care.Unknown, nil
			}
			return care.Unknown, bad("yes or no, or leave it blank where nobody knows", "%q is neither yes nor no", clip(cell))
		},
		write: func(a care.Answer) (string, error) { return a.String(), nil },
	}
}

// longestDay is longer than any spelling of a day, in bytes.
const longestDay = 40

// day is a civil day.
func day() codec[care.Day] {
	return codec[care.Day]{
		read:  func(_ *ground, cell string) (care.Day, error) { return readDay(cell) },
		write: func(d care.Day) (string, error) { return d.String(), nil },
	}
}

func readDay(cell string) (care.Day, error) {
	const hint = "a day such as 2026-01-31 or 31/01/2026"
	if len(cell) > longestDay {
		return 0, bad(hint, "%q is not a day", clip(cell))
	}
	d, err := care.ParseDay(cell)
	if err != nil {
		return 0, bad(hint, "%s", err)
	}
	return d, nil
}

// end is a day that may never come.
func end() codec[care.End] {
	return codec[care.End]{
		read: func(_ *ground, cell string) (care.End, error) {
			if term(cell) == none {
				return care.Never(), nil
			}
			d, err := readDay(cell)
			if err != nil {
				return care.End{}, err
			}
			return care.EndOn(d), nil
		},
		write: func(e care.End) (string, error) {
			if e == care.Never() {
				return none, nil
			}
			return e.Day.String(), nil
		},
	}
}

// run is a run of days, first and last.
func run() codec[care.DayRange] {
	return codec[care.DayRange]{read: readRun, write: func(r care.DayRange) (string, error) {
		return r.From.String() + ".." + r.To.String(), nil
	}}
}

func readRun(_ *ground, cell string) (care.DayRange, error) {
	first, last, several := strings.Cut(cell, "..")
	if !several {
		if first, last, several = strings.Cut(cell, " to "); !several {
			last = first
		}
	}
	from, err := readDay(strings.TrimSpace(first))
	if err != nil {
		return care.DayRange{}, err
	}
	to, err := readDay(strings.TrimSpace(last))
	return care.DayRange{From: from, To: to}, err
}

// readWhole reads a whole number. Spreadsheets write 3 as 3.0.
func readWhole(cell string) (int, error) {
	digits, zeros, _ := strings.Cut(cell, ".")
	n, err := strconv.Atoi(digits)
	if err != nil || digits[0] == '+' || strings.Trim(zeros, "0") != "" {
		return 0, bad("a whole number such as 3", "%q is not a whole number", clip(cell))
	}
	return n, nil
}

// whole is a whole number that is always there.
func whole() codec[int] {
	return codec[int]{
		read:  func(_ *ground, cell string) (int, error) { return readWhole(cell) },
		write: func(n int) (string, error) { return strconv.Itoa(n), nil },
	}
}

// number is a whole number that may not be recorded.
func number() codec[care.Number] {
	return codec[care.Number]{
		read: func(_ *ground, cell string) (care.Number, error) {
			n, err := readWhole(cell)
			if err != nil {
				return care.Number{}, err
			}
			return care.Num(n), nil
		},
		write: writeNumber,
	}
}

func writeNumber(n care.Number) (string, error) {
	if !n.Known {
		return "", nil
	}
	return strconv.Itoa(n.N), nil
}

// limit is a number in the terms of approval, where "any" and "none" are no
// restriction.
func limit() codec[care.Number] {
	plain := number()
	return codec[care.Number]{
		read: func(g *ground, cell string) (care.Number, error) {
			if _, ok := unrestricted(term(cell)); ok {
				return care.Number{}, nil
			}
			return plain.read(g, cell)
		},
		write: writeNumber,
	}
}

// authority is an authority under any of its names.
func authority() codec[string] {
	return codec[string]{
		read:  func(g *ground, cell string) (string, error) { return g.authorityNamed(cell) },
		write: text().write,
	}
}

// approver is an authority, or else the name of an agency.
func approver() codec[string] {
	return codec[string]{
		read: func(g *ground, cell string) (string, error) {
			if gss, ok := g.Authority(cell); ok {
				return gss, nil
			}
			return cell, nil
		},
		write: text().write,
	}
}
