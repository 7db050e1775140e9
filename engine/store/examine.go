package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Finding is something that does not agree with the rest of the store.
type Finding struct {
	Kind string // what it is about: one of the constants below, or a [Kind] of record
	Key  string // which one: an id, two with a slash in an index, or a number; empty where it is about all
	Says string // what is off
}

// What a finding can be about, beside the kinds of records.
const (
	AboutJournal    = "journal"
	AboutOperations = "operation"
	AboutHistory    = "history"
	AboutFiles      = "files"
	AboutHead       = "HEAD"
)

// MaxFindings is how many findings are kept.
const MaxFindings = 200

// Examination is what became of looking at everything.
type Examination struct {
	Head     Head   // of the journal that was looked at
	Records  uint64 // records as they stand, indexes included
	Earlier  uint64 // records that were overwritten or deleted, and are kept
	Erased   uint64 // how many of both have no content any more
	Findings []Finding
	Count    int  // of the findings, those included that were too many to keep
	More     bool // so much is off that not all of it was looked for
}

// Check is an [ErrDamaged] that says what is off, if [Store.Examine] finds
// something; a placement whose child or home is not there is none.
func (s *Store) Check(ctx context.Context) error {
	x, err := s.examine(ctx, nil, false)
	if err == nil && x.Count > 0 {
		err = x.damage()
	}
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return nil
}

// damage names the first few findings.
func (x *Examination) damage() error {
	const named = 3
	var says []string
	for _, f := range x.Findings[:min(named, len(x.Findings))] {
		says = append(says, f.String())
	}
	if rest := x.Count - len(says); rest > 0 {
		says = append(says, fmt.Sprintf("and %d more", rest))
	}
	return damaged("%s", strings.Join(says, "; "))
}

// String is the finding in one line.
func (f Finding) String() string {
	about := strings.TrimSpace(f.Kind + " " + f.Key)
	return about + ": " + f.Says
}

// Examine reads everything and says what does not agree: the entries with the
// tree, the records and their history with the entries, the households and
// indexes with the placements and children, the placements with the children and
// homes they name, the decisions with the placements, the journal with HEAD, and
// the storage engine's files with their checksums. It repairs nothing. It takes
// about as long as reading every record once, twice where something is off, and
// little memory. Progress, which may be nil, is told how many entries and records
// have been looked at. The error is ctx's or that of a store that was closed; all
// else is a finding.
func (s *Store) Examine(ctx context.Context, progress func(int)) (Examination, error) {
	return s.examine(ctx, progress, true)
}

// examine leaves out, where it is not thorough, what is no damage and what was
// verified when the store was opened.
func (s *Store) examine(ctx context.Context, progress func(int), thorough bool) (Examination, error) {
	marked, markErr := s.marked() // first, so that it is not newer than the view
	v, err := s.View(ctx)
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, ErrClosed) {
			return Examination{}, err
		}
		x := Examination{}
		x.add(Finding{AboutJournal, "", err.Error()})
		return x, nil
	}
	defer v.Close()
	c := newChecking(ctx, v, thorough, progress)
	if err := c.all(); err != nil {
		return Examination{}, err
	}
	c.mark(marked, markErr)
	if thorough {
		if err := s.compareFiles(); err != nil {
			c.fault(AboutFiles, "", "%v", err)
		}
		err = c.files(s.kv)
	}
	return c.Examination, err
}

// add leaves out of the words that the store is damaged, which goes without saying.
func (x *Examination) add(f Finding) {
	x.Count++
	f.Says = strings.ReplaceAll(f.Says, ErrDamaged.Error()+": ", "")
	if len(x.Findings) < MaxFindings {
		x.Findings = append(x.Findings, f)
	}
}

// checksums is an engine whose files carry some.
type checksums interface{ verifyChecksums() error }

// files verifies the checksums of the storage engine, where it has any.
func (c *checking) files(kv KV) error {
	engine, ok := kv.(checksums)
	if !ok {
		return nil
	}
	err := engine.verifyChecksums()
	if errors.Is(err, ErrClosed) {
		return err
	}
	if err != nil {
		c.fault(AboutFiles, "", "%v", err)
	}
	return nil
}

// marked is what HEAD says on disk; nil where there is none.
func (s *Store) marked() (*Head, error) {
	if s.dir == "" {
		return nil, nil
	}
	m, err := readHead(s.dir)
	if err != nil {
		return nil, err
	}
	return &m.head, nil
}

// mark compares the journal with HEAD as it was before the view was opened.
func (c *checking) mark(head *Head, err error) {
	if err == nil && head != nil {
		err = c.view.Extends(*head)
	}
	if err != nil {
		c.fault(AboutHead, "", "%v", err)
	}
}
