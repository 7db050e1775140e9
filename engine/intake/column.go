package intake

import (
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/formula"
)

// table is one kind of file: its columns and what a row needs. Reading and
// writing both go by it.
type table[T any] struct {
	kind    string // as in `stablehomes import KIND`
	columns []column[T]
	needs   []need
	limits  []string // columns without which a value is bound by less; a file that lacks one is noted
	id      func(*T) care.ID
	key     string                // the column that rows are told apart by; "id" where it is empty
	wide    bool                  // files of the kind have many columns of no use here, which are counted, not named
	check   func(*T) error        // the value's own Validate
	finish  func(*draft[T]) error // what depends on several cells; may be nil
	note    func(*draft[T])       // warnings about a good row; may be nil
	leads   []lead                // which positions go with which columns
}

// need is a fact that the header must have a column for, in one of several ways.
type need []string // ways; "lat+lng" is two columns together

// column is how a cell becomes a field, and the field a cell.
type column[T any] struct {
	name   string
	also   []string // other names that it goes by, the best first
	prose  bool     // may hold line ends, and is not trimmed
	number bool     // may begin with a minus sign, which is no formula
	read   func(d *draft[T], cell string) error
	write  func(v *T) (string, error)
}

// draft is a value while its row is being read.
type draft[T any] struct {
	*ground
	value T
	spots [2]spot // a home has one position, a child a home and a school
	grid  grid    // of a school
	found string  // authority in whose area a home's postcode lies; empty where not known
	beds  bool    // a home's beds were given
}

// codec is how a cell becomes a value of one type, and back. A blank cell never
// reaches read; the zero value is what it stands for.
type codec[F any] struct {
	read  func(g *ground, cell string) (F, error)
	write func(F) (string, error)
}

// field is the column of a field that depends on no other cell.
func field[T, F any](name string, c codec[F], at func(*T) *F) column[T] {
	return column[T]{
		name: name,
		read: func(d *draft[T], cell string) (err error) {
			*at(&d.value), err = c.read(d.ground, cell)
			return err
		},
		write: func(v *T) (string, error) { return c.write(*at(v)) },
	}
}

// guard and unguard are those of package formula.
func guard(cell string) string   { return formula.Guard(cell) }
func unguard(cell string) string { return formula.Unguard(cell) }

// bare is the cell as it was before it was written.
func (c *column[T]) bare(cell string) string {
	if c.prose {
		return unguard(cell)
	}
	cell = strings.TrimSpace(cell)
	if cell != "" && cell[0] == '\'' {
		cell = strings.TrimSpace(unguard(cell))
	}
	return cell
}

// cell is the field as it is written.
func (c *column[T]) cell(v *T) (string, error) {
	s, err := c.write(v)
	if err != nil || c.number {
		return s, err
	}
	return guard(s), nil
}
