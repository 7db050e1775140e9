package engine

import (
	"context"

	"github.com/stablehomes/stablehomes/engine/store"
)

// postcodesMeta is the name under which the journal knows the postcode file.
const postcodesMeta = "postcodes"

// besideFile is a file beside the store, which an import replaces as a whole.
type besideFile struct {
	meta string // the name under which the journal knows its hash
	hash string
	rows int
	put  func() error // in the place of the old one
}

// recordBeside puts a file in place and its hash into the journal. Where the journal
// has that hash already, nothing in it is new.
func (e *Engine) recordBeside(ctx context.Context, imp *Import, report *Report, f besideFile) error {
	e.beside.Lock()
	defer e.beside.Unlock()
	if err := e.writable(ctx); err != nil {
		return err
	}
	if err := f.put(); err != nil {
		return err
	}
	receipt, err := e.store.Do(ctx, "", func(*store.View) (*store.Change, error) {
		c := &store.Change{Who: imp.By, Command: "import " + string(imp.Kind), When: imp.At}
		c.PutMeta(f.meta, []byte(f.hash))
		return c, nil
	})
	if err == nil && receipt.Keys == 0 {
		report.New, report.Unchanged = 0, f.rows
	}
	return err
}

// writable asks the store before a file beside it is changed.
func (e *Engine) writable(ctx context.Context) error {
	_, err := e.store.Do(ctx, "", func(*store.View) (*store.Change, error) { return nil, nil })
	return err
}
