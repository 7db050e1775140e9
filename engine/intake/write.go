package intake

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
)

func write[T any](w io.Writer, seq iter.Seq2[T, error], t table[T]) error {
	out := csv.NewWriter(w)
	if err := writeAll(out, seq, t); err != nil {
		out.Flush()
		return err
	}
	out.Flush()
	return out.Error()
}

func writeAll[T any](out *csv.Writer, seq iter.Seq2[T, error], t table[T]) error {
	cells := t.names()
	if err := out.Write(cells); err != nil {
		return err
	}
	for v, err := range seq {
		if err != nil {
			return err
		}
		if err := t.fields(&v, cells); err != nil {
			return fmt.Errorf("%s %s: %w", t.kind, t.id(&v), err)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	return nil
}

// fields writes a value into one cell a column. Only what is valid is written, as
// nothing else would be read again.
func (t *table[T]) fields(v *T, cells []string) (err error) {
	if err := t.check(v); err != nil {
		return err
	}
	for i := range t.columns {
		c := &t.columns[i]
		if cells[i], err = c.cell(v); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}
