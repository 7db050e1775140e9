package engine

import (
	"cmp"
	"context"
	"io"
	"iter"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
)

// ExportedReturn says what went into the files of a return.
type ExportedReturn struct {
	Authority string `json:"authority"` // GSS code
	Children  int    `json:"children"`
	Episodes  int    `json:"episodes"`
	// Others are children of the authority who came in no return: their ids do not
	// begin with it, so no number is known for them.
	Others int `json:"others"`
}

// ExportReturn writes what is kept of an authority's SSDA903 returns as the CSV
// of its tables Header, Episodes and UASC, children in order of id. create gives
// the file of each table. Importing the files again for the same authority
// changes nothing.
//
// It is a copy of what came in, not a return to make: UPN, MOTHER, MC_DOB and DUC
// are empty, and the other tables are not kept. Errors: [*InvalidRequestError] for
// an authority that is not known; those of create and of writing, and ctx's.
func (e *Engine) ExportReturn(ctx context.Context, authority string, create func(table string) (io.Writer, error)) (*ExportedReturn, error) {
	gss, suggestion, ok := Authority(authority)
	if !ok {
		return nil, &InvalidRequestError{Why: unknownAuthority(authority, suggestion)}
	}
	done := &ExportedReturn{Authority: gss}
	err := e.read(ctx, func(r *reader) error {
		for _, table := range []string{intake.HeaderTable, intake.EpisodesTable, intake.UASCTable} {
			w, err := create(table)
			if err != nil {
				return err
			}
			if err := intake.WriteSSDA903(w, table, done.rows(ctx, r.Children(), table)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}

// rows are those of one table, counted on the way.
func (d *ExportedReturn) rows(ctx context.Context, children iter.Seq2[care.Child, error], table string) iter.Seq2[intake.Return, error] {
	return func(yield func(intake.Return, error) bool) {
		for c, err := range children {
			if err = cmp.Or(err, ctx.Err()); err != nil {
				yield(intake.Return{}, err)
				return
			}
			if !d.child(&c, table, yield) {
				return
			}
		}
	}
}

func (d *ExportedReturn) child(c *care.Child, table string, yield func(intake.Return, error) bool) bool {
	row := intake.Return{Table: table, Child: c.ID}
	ours := strings.HasPrefix(string(c.ID), d.Authority+"/")
	switch {
	case !ours && table == intake.HeaderTable && c.Authority == d.Authority:
		d.Others++
		return true
	case !ours, table == intake.UASCTable && c.UASC != care.Yes:
		return true
	case table != intake.EpisodesTable:
		if table == intake.HeaderTable {
			row.Ethnic = c.History.Ethnic
			d.Children++
		}
		row.DOB, row.Sex = c.DOB, c.Sex
		return yield(row, nil)
	}
	for _, row.Episode = range c.History.Episodes {
		d.Episodes++
		if !yield(row, nil) {
			return false
		}
	}
	return true
}
