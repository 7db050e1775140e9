package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"

	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Finding is something in a store that does not agree with the rest.
type Finding struct {
	Kind string `json:"kind"` // journal, HEAD, files, operation, spans, postcodes, schools, or a kind of record
	Key  string `json:"key"`  // an id, two with a slash in an index, or a number; empty where it is about all
	Says string `json:"says"`
}

// What only the engine can see to be off.
const (
	aboutSpans     = "spans"
	aboutPostcodes = "postcodes"
	aboutSchools   = "schools"
)

// Checked says what became of a check.
type Checked struct {
	Head     Head
	Records  uint64    // records as they stand, indexes included
	Earlier  uint64    // records that were overwritten or deleted, and are kept
	Erased   uint64    // how many of both have been erased: their hashes are kept
	Findings []Finding // the first of them; empty if all agrees
	Count    int       // of the findings, those included that were too many to list
	More     bool      // so much is off that not all of it was looked for
}

// Check looks at everything and says what does not agree: the journal with its
// tree, its root and HEAD; every record, those of now and those of then, with the
// hash that the journal lists; households, indexes, placements, decisions,
// children and homes with one another; the file of spans with the homes; the
// directories of postcodes and schools with their checksums and the journal; and the storage engine's
// files with theirs. It reports all and repairs nothing. Progress, which may be
// nil, is told how many entries and records have been looked at. The error is
// ctx's or [ErrClosed]; all else is a finding.
//
// A store of which the end is lost, or of which a file is damaged, is refused by
// [Open] already, with the reason.
func (e *Engine) Check(ctx context.Context, progress func(int)) (Checked, error) {
	x, err := e.store.Examine(ctx, progress)
	if err != nil {
		return Checked{}, err
	}
	c := Checked{Head: x.Head, Records: x.Records, Earlier: x.Earlier, Erased: x.Erased, Count: x.Count, More: x.More, Findings: []Finding{}}
	for _, f := range x.Findings {
		c.Findings = append(c.Findings, Finding{f.Kind, f.Key, f.Says})
	}
	for _, step := range []func(context.Context, *Checked) error{e.checkSpans, e.checkPostcodes, e.checkSchools} {
		if err := step(ctx, &c); err != nil {
			return Checked{}, err
		}
	}
	return c, nil
}

func (c *Checked) add(kind, key, format string, args ...any) {
	c.Count++
	if len(c.Findings) < store.MaxFindings {
		c.Findings = append(c.Findings, Finding{kind, key, fmt.Sprintf(format, args...)})
	}
}

// checkSpans compares the index that a match searches with the homes: the file of
// it, brought up to date from the journal as an opening does.
func (e *Engine) checkSpans(ctx context.Context, c *Checked) error {
	err := e.read(ctx, func(r *reader) error {
		kept, err := e.keptSpans(ctx, r, c)
		if kept == nil || err != nil {
			return err
		}
		want, err := build(ctx, r.View)
		if err != nil {
			return err
		}
		c.compareSpans(kept.spans, want.spans)
		return nil
	})
	if err != nil && ctx.Err() == nil && !errors.Is(err, ErrClosed) {
		c.add(aboutSpans, "", "the homes cannot be read to compare it with: %v", err)
		return nil
	}
	return err
}

// keptSpans is the index that is kept, as of the view: that of the file or, where
// there is no directory, that in memory. It is nil where there is none, or one
// that an opening would not use.
func (e *Engine) keptSpans(ctx context.Context, r *reader, c *Checked) (*indexed, error) {
	if e.dir == "" {
		if r.indexed == nil {
			return nil, nil
		}
		return advance(ctx, r.View, r.indexed)
	}
	ix, err := e.shelf.disk.read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		c.add(aboutSpans, "", "%v; it is built anew when it is next needed", err)
		return nil, nil
	case !isPast(r.View, ix.head):
		c.add(aboutSpans, "", "the file is of another journal; it is built anew when it is next needed")
		return nil, nil
	}
	return advance(ctx, r.View, ix)
}

// compareSpans goes through two indexes side by side, in their common order.
func (c *Checked) compareSpans(kept, want *match.Spans) {
	nextKept, stopKept := iter.Pull(kept.All())
	defer stopKept()
	nextWant, stopWant := iter.Pull(want.All())
	defer stopWant()
	k, moreKept := nextKept()
	w, moreWant := nextWant()
	for moreKept || moreWant {
		order := cmp.Or(cmp.Compare(k.At, w.At), strings.Compare(k.ID, w.ID))
		switch {
		case !moreWant || moreKept && order < 0:
			c.add(aboutSpans, k.ID, "the index has the home where no record has it")
			k, moreKept = nextKept()
			continue
		case !moreKept || order > 0:
			c.add(aboutSpans, w.ID, "the index lacks the home where its record has it")
			w, moreWant = nextWant()
			continue
		case k.Sum != w.Sum:
			c.add(aboutSpans, w.ID, "the index says of the home what its record and household do not say")
		}
		k, moreKept = nextKept()
		w, moreWant = nextWant()
	}
}

// checkPostcodes verifies the directory's own checksum, and that it is the one
// whose hash the journal has.
func (e *Engine) checkPostcodes(ctx context.Context, c *Checked) error {
	return e.checkBeside(ctx, c, aboutPostcodes, postcodesMeta, func() (string, error) {
		d, err := gazetteer.Open(filepath.Join(e.dir, postcodesName))
		if err != nil {
			return "", err
		}
		return d.Hash(), errors.Join(d.Verify(), d.Close())
	})
}

// checkSchools does the same for the directory of schools.
func (e *Engine) checkSchools(ctx context.Context, c *Checked) error {
	return e.checkBeside(ctx, c, aboutSchools, schoolsName, func() (string, error) {
		s, err := gazetteer.OpenSchools(filepath.Join(e.dir, schoolsName))
		if err != nil {
			return "", err
		}
		return s.Hash(), nil
	})
}

// checkBeside compares the hash of a sound file beside the store with the one that
// the journal has under a name.
func (e *Engine) checkBeside(ctx context.Context, c *Checked, about, meta string, sound func() (hash string, err error)) error {
	e.beside.RLock() // an import puts the file in place before the journal has its hash
	defer e.beside.RUnlock()
	recorded := ""
	err := e.read(ctx, func(r *reader) error {
		hash, err := r.Meta(meta)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		recorded = string(hash)
		return err
	})
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, ErrClosed) {
			return err
		}
		c.add(about, "", "%v", err)
		return nil
	}
	if e.dir == "" {
		return nil
	}
	switch hash, err := sound(); {
	case errors.Is(err, fs.ErrNotExist):
		if recorded != "" {
			c.add(about, "", "the directory that was imported is gone; import it again")
		}
	case err != nil:
		c.add(about, "", "%v; import it again", err)
	case hash != recorded:
		c.add(about, "", "it is not the directory that the journal says was imported; import it again")
	}
	return nil
}
