package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// schoolsName is the file of schools within the store's directory, and the name
// under which the journal knows its hash.
const schoolsName = "schools"

// School finds a school by its URN in the directory that was imported; false
// where there is none, or where it does not have the school. Errors: [ErrClosed], and
// those of reading the directory, the first time it is needed.
func (e *Engine) School(urn int) (gazetteer.School, bool, error) {
	s, err := e.allSchools()
	if s == nil || err != nil {
		return gazetteer.School{}, false, err
	}
	found, ok := s.Find(urn)
	return found, ok, nil
}

// hasSchools says whether schools have been imported, without reading them.
func (e *Engine) hasSchools() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.schools != nil || e.dir == "" {
		return e.schools != nil
	}
	_, err := os.Stat(filepath.Join(e.dir, schoolsName))
	return !errors.Is(err, os.ErrNotExist)
}

// allSchools is the directory of schools, or nil where none has been imported.
func (e *Engine) allSchools() (*gazetteer.Schools, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	if e.schools != nil || e.dir == "" {
		return e.schools, nil
	}
	s, err := gazetteer.OpenSchools(filepath.Join(e.dir, schoolsName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e.schools = s
	return s, nil
}

// replaceSchools puts a new directory of schools in the place of the old one.
func (e *Engine) replaceSchools(s *gazetteer.Schools) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	if e.dir != "" {
		if err := s.WriteFile(filepath.Join(e.dir, schoolsName)); err != nil {
			return err
		}
	}
	e.schools = s
	return nil
}

// schooling is an import of schools on its way.
type schooling struct {
	*Engine
	*Import
	report   *Report
	warnings intake.Warnings
}

// importSchools replaces the directory of schools by the one in the file, and
// places the children whose records name a school and not where it is.
func (e *Engine) importSchools(ctx context.Context, imp *Import, report *Report) error {
	if len(imp.Files) != 1 {
		return &InvalidRequestError{Why: "a directory of schools is one file"}
	}
	s := &schooling{Engine: e, Import: imp, report: report}
	schools, err := s.read(ctx)
	if err != nil {
		return err
	}
	for _, w := range s.warnings.All() {
		report.Warnings = append(report.Warnings, Warning(w))
	}
	report.New = schools.Len()
	if imp.Strict && report.Rejected > 0 {
		report.New, report.Refused = 0, true
		return nil
	}
	if imp.DryRun {
		return nil
	}
	file := besideFile{schoolsName, schools.Hash(), schools.Len(), func() error { return s.replaceSchools(schools) }}
	if err := s.recordBeside(ctx, imp, report, file); err != nil {
		return err
	}
	return s.place(ctx, schools)
}

// read reads the whole file, some 10 MB of memory for all schools there are.
func (s *schooling) read(ctx context.Context) (*gazetteer.Schools, error) {
	directory, err := s.directory()
	if err != nil {
		return nil, err
	}
	file := s.Files[0]
	var all []gazetteer.School
	for item, err := range intake.Schools(ctx, file.Source, intake.Options{File: file.Name, Resolver: resolver{directory}, Warnings: &s.warnings}) {
		if err != nil {
			return nil, err
		}
		s.report.Rows++
		if s.report.Rows%progressRows == 0 && s.Progress != nil {
			s.Progress(s.report.Rows)
		}
		switch {
		case item.Invalid != nil:
			if err := s.reject(item.Invalid); err != nil {
				return nil, err
			}
		case len(all) == gazetteer.MaxSchools:
			return nil, &FileError{File: file.Name, Why: fmt.Sprintf("has more than %d schools", gazetteer.MaxSchools), Hint: "the download of all establishments from Get Information About Schools"}
		default:
			all = append(all, item.Value)
		}
	}
	if len(all) == 0 {
		return nil, &FileError{File: file.Name, Why: "has no school that can be read", Hint: "the download of all establishments from Get Information About Schools"}
	}
	return gazetteer.NewSchools(all)
}

func (s *schooling) reject(bad *Rejected) error {
	s.report.Rejected++
	if s.Reject == nil {
		return nil
	}
	return s.Reject(bad)
}

// place gives a position to the school of every child whose record has its URN
// and nothing more, and names the schools that are closed or not there.
func (s *schooling) place(ctx context.Context, schools *gazetteer.Schools) error {
	waiting, err := s.waiting(ctx, schools)
	if err != nil {
		return err
	}
	placed := 0
	for len(waiting) > 0 {
		n := min(len(waiting), chunkRows)
		done, err := s.placeSome(ctx, schools, waiting[:n])
		if err != nil {
			return err
		}
		placed, waiting = placed+done, waiting[n:]
	}
	if placed > 0 {
		s.warn(fmt.Sprintf("%s in the store now placed at their school", countedChildren(placed)))
	}
	return nil
}

func countedChildren(n int) string {
	if n == 1 {
		return "1 child"
	}
	return strconv.Itoa(n) + " children"
}

func (s *schooling) warn(says string) {
	s.report.Warnings = append(s.report.Warnings, Warning{File: s.Files[0].Name, Count: 1, Says: says})
}

// mostPupils is how many children a warning names.
const mostPupils = 10

// named counts children, and names the first of them.
type named struct {
	count int
	first []string
}

func (n *named) add(name string) {
	if n.count++; n.count <= mostPupils {
		n.first = append(n.first, name)
	}
}

// warnOf says something of the children, if there are any.
func (s *schooling) warnOf(n *named, says string) {
	if n.count == 0 {
		return
	}
	who := strings.Join(n.first, ", ")
	if more := n.count - len(n.first); more > 0 {
		who += fmt.Sprintf(" and %d more", more)
	}
	s.warn(fmt.Sprintf("%s in the store %s: %s", countedChildren(n.count), says, who))
}

// waiting lists the children whose school can be placed.
func (s *schooling) waiting(ctx context.Context, schools *gazetteer.Schools) ([]care.ID, error) {
	var ids []care.ID
	var closed, unknown named
	err := s.Engine.read(ctx, func(r *reader) error {
		for c, err := range r.Children() {
			if err = errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			urn, err := strconv.Atoi(c.School)
			if err != nil {
				continue
			}
			school, found := schools.Find(urn)
			switch {
			case !found:
				unknown.add(string(c.ID) + " (" + c.School + ")")
			case school.Closed:
				closed.add(string(c.ID) + " (" + c.School + " " + school.Name + ")")
			}
			if _, placed := school.Point(); placed && !c.SchoolAt.Known() {
				ids = append(ids, c.ID)
			}
		}
		return nil
	})
	s.warnOf(&closed, "recorded at a school that is closed")
	s.warnOf(&unknown, "recorded at a school that this file does not have")
	return ids, err
}

// placeSome makes one change of some children, as they stand now.
func (s *schooling) placeSome(ctx context.Context, schools *gazetteer.Schools, ids []care.ID) (placed int, err error) {
	_, err = s.store.Do(ctx, "", func(v *store.View) (*store.Change, error) {
		c := &store.Change{Who: s.By, Command: "import schools", When: s.At}
		placed = 0
		for _, id := range ids {
			child, ok, err := placedAt(v, id, schools)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			placed++
			if err := c.PutChildren(v, child); err != nil {
				return nil, err
			}
		}
		return c, nil
	})
	return placed, err
}

// placedAt is the child at the position of its school; false where that is not
// called for any more, as the record has changed since or is gone.
func placedAt(v *store.View, id care.ID, schools *gazetteer.Schools) (care.Child, bool, error) {
	child, err := v.Child(id)
	if errors.Is(err, store.ErrNotFound) {
		return child, false, nil
	}
	if err != nil || child.SchoolAt.Known() {
		return child, false, err
	}
	urn, err := strconv.Atoi(child.School)
	if err != nil {
		return child, false, nil
	}
	school, _ := schools.Find(urn)
	point, ok := school.Point()
	child.SchoolAt = care.Location{Postcode: school.Postcode, Point: care.At(point.Lat.Degrees(), point.Lng.Degrees())}
	return child, ok, nil
}
